-- Looks for what must not be. Repairs, where asked to, only what cannot lose anything: counts are worked out anew, stale claims released, leads in an impossible
-- state queued for a fresh compare.
--   p_fix            whether to repair
--   p_twenty_people  live people in Twenty; default: as many as the last reconciliation saw, if it got through
--   p_now            for tests
-- Returns {ok, at, fixed, checks: [{check, ok, found, limit, fixed, message, examples}]}.
-- Checks: counts (the rollup against the table, within 50), twenty_count (linked leads against people, within 50, where deletion travels both ways),
-- backlog (at most 100 leads due for over an hour),
-- stale_claims, stateless, impossible, duplicates (live leads that share an e-mail), possible_duplicates (pairs that were found and that
-- nobody decided on: never a failure, and no line where there are none; but a search that failed is one), orphaned (as the last reconciliation found).
create or replace function public.check_sync_integrity(
  p_fix boolean default false, p_twenty_people integer default null, p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_drift jsonb := coalesce(lead_sync.measure_drift(p_now), '{}');
  v_people bigint := coalesce(p_twenty_people, case v_drift ->> 'status' when 'succeeded' then (v_drift ->> 'compared_live')::bigint end);
  v_off bigint;
  v_linked bigint;
  v_outside bigint := (select count(*) from lead_sync.people_outside as o where not exists (select from public.leads as l where l.twenty_id = o.twenty_id));
  v_ids uuid[];
  v_stateless uuid[];
  v_duplicates uuid[];
  v_found bigint;
  v_fixed integer;
  v_problem text;
  v_checks jsonb := '[]';
  v_report jsonb;
begin
  with counted as materialized (
    select l.sync_status, count(*) as leads, count(*) filter (where l.twenty_id is not null and l.deleted_at is null) as linked
    from public.leads as l
    group by l.sync_status
  )
  select
    coalesce((
      select max(abs(coalesce(c.leads, 0) - coalesce(k.leads, 0)))
      from counted as c
      full join (
        select n.key, sum(n.leads) as leads from lead_sync.lead_counts as n where n.facet = 'status' group by n.key
      ) as k on k.key = c.sync_status
    ), 0),
    coalesce((select sum(c.linked) from counted as c), 0)
  into v_off, v_linked;
  if p_fix and v_off > 0 then
    perform lead_sync.recount_leads();
  end if;
  v_checks := v_checks || lead_sync.check_line(
    'counts', v_off, 50, case when p_fix then v_off else 0 end, format('The counts of leads by status are off by %s.', v_off)
  );
  -- where deletion stays on one side, the counts differ by design
  if v_people is not null and exists (
    select from lead_sync.settings as s join lead_sync.field_mappings as m on m.object = s.object
    where m.lead_field = 'deleted' and m.enabled and m.direction = 'both'
  ) then
    v_checks := v_checks || lead_sync.check_line(
      'twenty_count', abs(v_linked + v_outside - v_people), 50, 0, format('%s leads are linked to Twenty, which has %s people.', v_linked, v_people)
      || case when v_outside > 0 then format(' The filter leaves %s outside.', v_outside) else '' end
    );
  end if;

  select count(*) into v_found
  from (select from lead_sync.lead_states as s
    where s.due_at is not null and s.due_since < p_now - interval '1 hour' and s.error_category is distinct from 'waits'
    limit 10000
  ) as w;
  v_checks := v_checks || lead_sync.check_line('backlog', v_found, 100, 0, format('%s due for over an hour.', lead_sync.count_leads(v_found, 'has been', 'have been')));

  select count(*), array_agg(s.lead_id) into v_found, v_ids
  from (
    select c.lead_id from lead_sync.lead_states as c where c.claim_token is not null and c.due_at < p_now - interval '10 minutes' limit 10000
  ) as s;
  v_fixed := case when p_fix and v_found > 0 then lead_sync.release_stale_claims(p_now) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'stale_claims', v_found, 0, v_fixed, format('%s held by a push that is gone.', lead_sync.count_leads(v_found, 'is', 'are')), v_ids[:5]
  );

  select coalesce(array_agg(i.lead_id) filter (where not i.stateless), '{}'), coalesce(array_agg(i.lead_id) filter (where i.stateless), '{}')
  into v_ids, v_stateless
  from lead_sync.impossible_leads() as i;
  v_fixed := case when p_fix and v_stateless <> '{}' then lead_sync.queue_leads(v_stateless) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'stateless', cardinality(v_stateless), 0, v_fixed, format('%s no sync state.', lead_sync.count_leads(cardinality(v_stateless), 'has', 'have')),
    v_stateless[:5]
  );
  v_fixed := case when p_fix and v_ids <> '{}' then lead_sync.queue_leads(v_ids) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'impossible', cardinality(v_ids), 0, v_fixed, format('%s a status that contradicts the queue.', lead_sync.count_leads(cardinality(v_ids), 'has', 'have')),
    v_ids[:5]
  );

  select count(*), array_agg(d.id) into v_found, v_duplicates
  from (
    select (array_agg(l.id order by l.created_at, l.id))[1] as id
    from public.leads as l
    where l.deleted_at is null and case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end <> ''
    group by case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end
    having count(*) > 1
  ) as d;
  v_checks := v_checks || lead_sync.check_line(
    'duplicates', v_found, 0, 0, format('%s e-mail addresses belong to more than one lead: merge them by hand.', v_found), v_duplicates[:5]
  );
  v_problem := (select t.result ->> 'problem' from lead_sync.maintenance_tasks as t where t.task = 'duplicates');
  v_found := lead_sync.count_duplicates();
  if v_problem is not null then
    v_checks := v_checks || lead_sync.check_line('possible_duplicates', 1, 0, 0, format('The last search of the upkeep for duplicates failed: %s.', v_problem));
  elsif v_found > 0 then
    v_checks := v_checks || lead_sync.check_line(
      'possible_duplicates', v_found, v_found, 0,
      format('%s may be one person: look at them with list_duplicates.', v_found || case v_found when 1 then ' pair of leads' else ' pairs of leads' end)
    );
  end if;
  v_found := coalesce((v_drift ->> 'orphaned')::bigint, 0);
  v_checks := v_checks || lead_sync.check_line(
    'orphaned', v_found, 0, 0, format('%s linked to a person that the last reconciliation did not find.', lead_sync.count_leads(v_found, 'was', 'were'))
  );

  select jsonb_build_object(
    'ok', bool_and((c ->> 'ok')::boolean), 'at', p_now, 'fixed', sum((c ->> 'fixed')::bigint), 'checks', jsonb_agg(c)
  )
  into v_report
  from jsonb_array_elements(v_checks) as c;
  perform lead_sync.note_task('integrity', p_now, v_report);
  return v_report;
end
$$;
