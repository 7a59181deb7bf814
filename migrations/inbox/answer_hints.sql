-- In the transaction that merged a drain's read: records leave the inbox, unless a hint came after the read began, or what was read was older than the lead
-- (a push was just writing it; where it still is, the record is read in a minute). A record that was not found waits until its absence can be confirmed.
create or replace function lead_sync.answer_hints(p_run public.lead_sync_runs, p_results jsonb, p_context jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_drained integer;
begin
  perform from lead_sync.inbox as i where i.run_id = p_run.id order by i.object, i.record_id for update;

  with answer as materialized (
    select
      (r ->> 'twenty_id')::uuid as record_id,
      bool_or(r ->> 'result' = 'stale') as stale,
      bool_or(r ->> 'result' = 'held') as absent,
      min(r ->> 'lead_id')::uuid as lead_id
    from jsonb_array_elements(p_results) as r
    where lead_sync.is_uuid(r ->> 'twenty_id')
    group by 1
  ),
  answered as materialized (
    select i.object, i.record_id, i.hinted_again_at, not a.stale and not a.absent as done, case when a.absent then s.absent_since end as absent_since,
      a.stale and s.claim_token is not null as is_pushed
    from lead_sync.inbox as i
    join answer as a on a.record_id = i.record_id
    left join lead_sync.lead_states as s on (a.absent or a.stale) and s.lead_id = a.lead_id
    where i.run_id = p_run.id and i.object = p_run.object
  ),
  leave as (
    delete from lead_sync.inbox as i using answered as a
    where i.object = a.object and i.record_id = a.record_id and a.done and a.hinted_again_at is null
  ),
  stay as (
    update lead_sync.inbox as i set
      run_id = null,
      hints = case when a.done then 1 else i.hints end,
      waiting_since = case when a.done then a.hinted_again_at else i.waiting_since end,
      due_at = case
        when a.is_pushed or a.hinted_again_at is null and (p_context ->> 'suspicious')::boolean then clock_timestamp() + interval '1 minute'
        when a.hinted_again_at is null and a.absent_since is not null then a.absent_since + (p_context ->> 'absence_allowance')::interval
        else clock_timestamp()
      end,
      hinted_again_at = null
    from answered as a
    where i.object = a.object and i.record_id = a.record_id and not (a.done and a.hinted_again_at is null)
  )
  select count(*) into v_drained from answered as a where a.done;

  perform lead_sync.count_hints(0, 0, 0, v_drained);
  perform lead_sync.add_figures(p_run.id, jsonb_build_object('drained', v_drained), null);
end
$$;
