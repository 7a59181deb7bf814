-- Has rows stand as what came before in the preview left them, as all else is taken back at each call: those that are to be claimed are due again, p_held are held.
-- p_held: as previewed_plan answers.
create or replace function lead_sync.preview_release(p_adapter text, p_lead_ids uuid[], p_held jsonb, p_run jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_items jsonb;
begin
  select jsonb_agg(i.item) into v_items
  from (
    select jsonb_build_object('lead_id', s.lead_id, 'sync_status', 'pending', 'error', null, 'due_at', clock_timestamp()) as item
    from lead_sync.lead_states as s
    where s.lead_id = any (p_lead_ids) and s.due_at is null and s.claim_token is null
    union all
    select jsonb_build_object('lead_id', h -> 0, 'sync_status', 'error', 'category', h -> 1, 'held_by', h -> 2)
    from jsonb_array_elements(case when jsonb_typeof(p_held) = 'array' then p_held else '[]' end) as h
  ) as i;
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.release_claims(v_items, jsonb_build_object('adapter', p_adapter, 'run_id', p_run -> 'id', 'sync_type', 'manual'));
  perform set_config('lead_sync.engine', 'off', true);
end
$$;
