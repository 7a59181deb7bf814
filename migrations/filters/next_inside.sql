-- As next_due, of the rows that may travel: leads outside the filter stop, and so do those that wait for a yes; others take their place. One with an open intent is claimed
-- all the same: the plan, which knows what became of that, stops it. p_context: of the claim.
-- Returns {due: as next_due has it, judged: how many were stopped}.
create or replace function lead_sync.next_inside(p_adapter text, p_limit integer, p_max_bytes integer, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_due jsonb;
  v_outside jsonb;
  v_judged integer := 0;
begin
  if p_adapter = 'lead' then
    perform lead_sync.reopen_outside(2 * p_limit);
  end if;
  for v_round in 1..10 loop -- a second or so: whatever calls has a statement timeout
    v_due := lead_sync.next_due(p_adapter, p_limit, p_max_bytes);
    exit when v_due is null or p_adapter <> 'lead';
    v_judged := v_judged + jsonb_array_length(v_due);
    select jsonb_agg(jsonb_build_object('lead_id', o.lead_id, 'sync_status', 'outside', 'outside_by', o.judged_by, 'error', null, 'count', 0)) into v_outside
    from lead_sync.outside_leads(array(select (d ->> 'lead_id')::uuid from jsonb_array_elements(v_due) as d)) as o
    join lead_sync.lead_states as s on s.lead_id = o.lead_id
    where s.intent is null;
    if v_outside is not null then
      perform lead_sync.release_claims(v_outside, p_context);
      select jsonb_agg(d) into v_due
      from jsonb_array_elements(v_due) as d
      where not exists (select from jsonb_array_elements(v_outside) as o where o -> 'lead_id' = d -> 'lead_id');
    end if;
    v_due := lead_sync.ask_before_writes(v_due, p_context);
    v_judged := v_judged - coalesce(jsonb_array_length(v_due), 0);
    exit when v_due is not null;
  end loop;
  return jsonb_build_object('due', v_due, 'judged', v_judged);
end
$$;
