-- Says what became of claimed hints. One whose lead is stored is done, whoever says so; one that failed is due again after a pause that doubles from
-- 1 minute to 6 hours, as long as the claim is still this one's.
--   p_results  [{external_id, error, gone}]; error: why it could not be read or stored, null when it was; gone: its source says that it is not there, or not for this reader
-- One that stays gone for three days, a weekend without access, is done, too, and keeps its error: sources do not tell what was deleted from what they hide.
-- Returns {done, failed}: how many of them are settled which way now; what was done before counts as neither.
create or replace function public.settle_intake(p_source text, p_claim_token uuid, p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_done integer;
  v_failed integer;
begin
  if jsonb_typeof(p_results) is distinct from 'array' then
    raise exception 'p_results must be an array' using errcode = '22023', hint = 'Pass [{"external_id": "…", "error": null}].';
  end if;
  perform from lead_sync.intake_inbox as i
  where i.source = p_source and i.external_id in (select r ->> 'external_id' from jsonb_array_elements(p_results) as r)
  order by i.external_id -- one order everywhere means no deadlock
  for update;

  with result as materialized (
    select distinct on (r ->> 'external_id') r ->> 'external_id' as external_id, left(r ->> 'error', 2000) as error, coalesce(r -> 'gone' = 'true', false) as gone
    from jsonb_array_elements(p_results) as r
    order by r ->> 'external_id', r ->> 'error' nulls first
  ),
  settled as (
    update lead_sync.intake_inbox as i set
      claim_token = null,
      last_error = r.error,
      done_at = case when r.error is null or (r.gone and i.received_at < clock_timestamp() - interval '3 days') then clock_timestamp() end,
      due_at = case when r.error is null then i.due_at else clock_timestamp() + lead_sync.backoff(i.attempts, interval '1 minute', interval '6 hours') end
    from result as r
    where i.source = p_source and i.external_id = r.external_id and i.done_at is null and (r.error is null or i.claim_token = p_claim_token)
    returning r.error is null as done
  )
  select count(*) filter (where s.done), count(*) filter (where not s.done) into v_done, v_failed from settled as s;

  return jsonb_build_object('done', v_done, 'failed', v_failed);
end
$$;
