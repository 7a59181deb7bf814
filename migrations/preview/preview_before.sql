-- Merges what earlier pages of a pull would have merged, list by list. Returns which rows these records met: [[lead_id, twenty_id]].
create or replace function lead_sync.preview_before(p_adapter text, p_input jsonb, p_run jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_people jsonb;
  v_merged jsonb;
  v_met jsonb := '[]';
begin
  for v_people in select jsonb_array_elements(case when jsonb_typeof(p_input -> 'before') = 'array' then p_input -> 'before' else '[]' end) loop
    v_merged := public.upsert_leads(v_people, 'twenty', (p_input ->> 'read_started_at')::timestamptz, p_run, null, null, p_input -> 'missing_fields');
    v_met := v_met || (lead_sync.previewed_merge(p_adapter, v_merged -> 'results', v_people, '[]', 0) -> 'touched');
  end loop;
  return v_met;
end
$$;
