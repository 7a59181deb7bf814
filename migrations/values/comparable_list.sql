-- A list in comparable form: what it holds, each once. Without order: Twenty keeps the one it was given, but it means nothing, and a merge of two people changes it.
create or replace function lead_sync.comparable_list(p_kind text, p_list jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select nullif(jsonb_agg(distinct lead_sync.comparable(p_kind, e))::text, '[]')
    from jsonb_array_elements(case when jsonb_typeof(p_list) = 'array' then p_list else jsonb_build_array(p_list) end) as e
  );
end
$$;
