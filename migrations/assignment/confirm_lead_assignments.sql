-- Notes which assignments Twenty has, and which of its tasks somebody has begun or done: that is a response.
--   p_results    [{lead_id, ok, error}]
--   p_responses  [{lead_id, at}]
-- Returns {confirmed, failed, unknown, responses}; unknown: results of leads without an assignment; responses: those that were the first.
create or replace function public.confirm_lead_assignments(p_results jsonb, p_responses jsonb default '[]') returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_answer jsonb;
  v_responses integer;
begin
  if jsonb_typeof(p_results) is distinct from 'array' or jsonb_typeof(p_responses) is distinct from 'array' then
    raise exception 'p_results must be an array of {lead_id, ok, error}, p_responses one of {lead_id, at}' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtext('lead_sync.assign_leads')); -- which takes them in another order
  perform from public.lead_assignments as a
  where a.lead_id in (select (r ->> 'lead_id')::uuid from jsonb_array_elements(p_results || p_responses) as r where lead_sync.is_uuid(r ->> 'lead_id'))
  order by a.lead_id -- one order everywhere means no deadlock
  for update;

  with stated as materialized (
    select distinct on (a.lead_id) a.lead_id, coalesce(r -> 'ok' = 'true', false) as ok, left(r ->> 'error', 500) as error
    from jsonb_array_elements(p_results) as r
    join public.lead_assignments as a on a.lead_id = case when lead_sync.is_uuid(r ->> 'lead_id') then (r ->> 'lead_id')::uuid end
    order by a.lead_id, r -> 'ok' desc
  ),
  note as (
    update public.lead_assignments as a set in_twenty_at = coalesce(a.in_twenty_at, case when s.ok then clock_timestamp() end), tried_at = clock_timestamp(), error = s.error
    from stated as s
    where a.lead_id = s.lead_id
  ),
  note_task as ( -- a task is one of the lead's: it goes where the lead goes
    insert into lead_sync.follow_ups as f (task_id, lead_id, rule_key, done_at, error, tried_at)
    select lead_sync.follow_up_id(s.lead_id, 'new lead', 'task'), s.lead_id, 'new lead', case when s.ok then clock_timestamp() end, s.error, clock_timestamp()
    from stated as s
    where (select n.owner_field is null from lead_sync.assignment_settings as n)
      -- one that went over to a lead with which this one was merged once stays there
      and not exists (select from lead_sync.follow_ups as h where h.task_id = lead_sync.follow_up_id(s.lead_id, 'new lead', 'task') and h.lead_id <> s.lead_id)
    on conflict (lead_id, rule_key) do update set done_at = coalesce(f.done_at, excluded.done_at), error = excluded.error, tried_at = excluded.tried_at
  )
  select jsonb_build_object(
    'confirmed', count(*) filter (where s.ok), 'failed', count(*) filter (where not s.ok), 'unknown', jsonb_array_length(p_results) - count(*)
  )
  into v_answer
  from stated as s;

  update public.lead_assignments as a set first_response_at = coalesce((r ->> 'at')::timestamptz, clock_timestamp())
  from jsonb_array_elements(p_responses) as r
  where a.lead_id = case when lead_sync.is_uuid(r ->> 'lead_id') then (r ->> 'lead_id')::uuid end and a.first_response_at is null;
  get diagnostics v_responses = row_count;
  return v_answer || jsonb_build_object('responses', v_responses);
end
$$;
