-- A lead with one of its sync fields set; a null value blanks it. Raises 22023 for a segment that does not exist.
create or replace function lead_sync.with_value(p_lead public.leads, p_field text, p_value jsonb) returns public.leads
language plpgsql stable set search_path = '' as $$
declare
  v_value jsonb := coalesce(p_value, 'null');
  v_segment_id uuid;
begin
  if p_field = 'segment' and v_value <> 'null' then
    select s.id into v_segment_id from public.customer_segments as s where s.segment_name = v_value #>> '{}';
    if not found then
      raise exception 'There is no segment "%" here', v_value #>> '{}' using errcode = '22023', hint = 'Create it in customer_segments first.';
    end if;
  end if;
  return jsonb_populate_record(p_lead, case
    when p_field = 'segment' then jsonb_build_object('segment_id', v_segment_id)
    when p_field = 'deleted' then jsonb_build_object('deleted_at', case when v_value = 'true' then clock_timestamp() end)
    when p_field like 'attributes.%' then
      jsonb_build_object('attributes', lead_sync.apply_attributes(p_lead.attributes, jsonb_build_object(p_field, v_value)))
    when p_field in ('additional_emails', 'additional_phones') then jsonb_build_object(p_field, to_jsonb(lead_sync.text_array(v_value)))
    else jsonb_build_object(p_field, v_value)
  end);
end
$$;
