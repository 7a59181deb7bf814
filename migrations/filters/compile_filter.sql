-- Puts a filter in the form in which it is evaluated: each condition that holds counts 1. p_set_no: see filter_set, or one for trying.
create or replace function lead_sync.compile_filter(p_set_no integer, p_conditions jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform lead_sync.compile_conditions(p_set_no, (
    select coalesce(jsonb_agg(c.value || jsonb_build_object('condition_key', c.ordinality::text, 'group_key', 'filter', 'points', 1)), '[]')
    from jsonb_array_elements(coalesce(p_conditions, '[]')) with ordinality as c
  ));
end
$$;
