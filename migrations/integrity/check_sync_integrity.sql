-- Looks for what must not be. Repairs, where asked to, only what cannot lose anything: counts are worked out anew, stale claims released, leads in an impossible
-- state queued for a fresh compare.
--   p_fix            whether to repair
--   p_twenty_people  live people in Twenty; default: as many as the last reconciliation saw, if it got through
--   p_now            for tests
-- Returns {ok, at, fixed, checks: [{check, ok, found, limit, fixed, message, examples, object}]}; object: what Twenty calls it, of lines of another synced object than leads.
-- Checks of every object: twenty_count (linked rows against records, within 50, where deletion travels both ways), backlog (at most 100 due for over an hour),
-- stale_claims, stateless, impossible, orphaned (as its last reconciliation found), duplicates (live leads that share an e-mail, rows that share what they are known by).
-- Of leads alone: counts (the rollup against the table, within 50), possible_duplicates (pairs that were found and that nobody decided on: never a failure, and no line
-- where there are none; but a search that failed is one), data_quality (a line only where its figures could not be kept).
create or replace function public.check_sync_integrity(
  p_fix boolean default false, p_twenty_people integer default null, p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_off bigint;
  v_adapter text;
  v_duplicates uuid[];
  v_found bigint;
  v_problem text;
  v_checks jsonb := '[]';
  v_report jsonb;
begin
  with counted as materialized (
    select l.sync_status, count(*) as leads from public.leads as l group by l.sync_status
  )
  select coalesce(max(abs(coalesce(c.leads, 0) - coalesce(k.leads, 0))), 0) into v_off
  from counted as c
  full join (
    select n.key, sum(n.leads) as leads from lead_sync.lead_counts as n where n.facet = 'status' group by n.key
  ) as k on k.key = c.sync_status;
  if p_fix and v_off > 0 then
    perform lead_sync.recount_leads();
  end if;
  v_checks := v_checks || lead_sync.check_line(
    'counts', v_off, 50, case when p_fix then v_off else 0 end, format('The counts of leads by status are off by %s.', v_off)
  );
  v_checks := v_checks || lead_sync.check_rows('lead', p_fix, p_twenty_people, p_now);

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
  v_problem := (
    select t.result ->> 'problem' from lead_sync.maintenance_tasks as t cross join lead_sync.settings as s where t.task = 'data_quality' and s.keep_data_quality
  );
  if v_problem is not null then
    v_checks := v_checks || lead_sync.check_line('data_quality', 1, 0, 0, format('The upkeep could not keep the figures of data quality: %s.', v_problem));
  end if;
  for v_adapter in select o.adapter from lead_sync.objects as o where o.adapter <> 'lead' and lead_sync.is_synced(o.adapter) order by o.adapter loop
    v_checks := v_checks || lead_sync.check_rows(v_adapter, p_fix, null, p_now);
  end loop;

  select jsonb_build_object(
    'ok', bool_and((c ->> 'ok')::boolean), 'at', p_now, 'fixed', sum((c ->> 'fixed')::bigint), 'checks', jsonb_agg(c)
  )
  into v_report
  from jsonb_array_elements(v_checks) as c;
  perform lead_sync.note_task('integrity', p_now, v_report);
  return v_report;
end
$$;
