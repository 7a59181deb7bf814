-- What a lead says of its row: {column: value}, null where it says nothing.
create or replace function lead_sync.source_row(p_columns jsonb, p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_values jsonb := lead_sync.lead_values(p_lead);
begin
  v_values := v_values || jsonb_build_object(
    'name', nullif(concat_ws(' ', v_values ->> 'first_name', v_values ->> 'last_name'), ''), 'deleted', v_values ? 'deleted'
  );
  return (select jsonb_object_agg(c.value, v_values -> c.key) from jsonb_each_text(p_columns) as c);
end
$$;
