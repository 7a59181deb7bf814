-- Reconciliation: all records of Twenty against all leads, by id. Finds what no delta can see (records destroyed or merged away, edits stamped in the past,
-- leads written past the triggers), and repairs it through the one door.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- A running reconciliation: how far it has compared.
create table if not exists lead_sync.reconciliations (
  run_id uuid primary key,
  report_only boolean not null default false,
  position text,
  compared_through uuid not null default '00000000-0000-0000-0000-000000000000',
  compared boolean not null default false,
  suspicion text
);
comment on column lead_sync.reconciliations.position is 'Where in Twenty the next page starts';
comment on column lead_sync.reconciliations.compared_through is 'The highest id compared so far: the next page''s range of ids begins behind it';
comment on column lead_sync.reconciliations.suspicion is 'Why nothing may be repaired: so many leads have lost their person that this may be another workspace';

-- What a running reconciliation has found; its end keeps the counts and some examples.
create table if not exists lead_sync.findings (
  run_id uuid not null references lead_sync.reconciliations (run_id) on delete cascade,
  kind text not null check (kind in ('missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')),
  subject uuid not null,
  detail jsonb not null,
  primary key (run_id, kind, subject)
);
comment on column lead_sync.findings.subject is 'The Twenty id (missing, orphaned, different) or the lead''s id (unsynced, impossible; of duplicates the oldest)';

alter table lead_sync.reconciliations enable row level security;
alter table lead_sync.findings enable row level security;
revoke all on lead_sync.reconciliations, lead_sync.findings from public, anon, authenticated;
grant select, insert, update, delete on lead_sync.reconciliations, lead_sync.findings to service_role;

-- Prepares a reconciliation's run; what a dead one left behind goes. p_options: {report_only}.
create or replace function lead_sync.open_reconciliation(p_run_id uuid, p_options jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from lead_sync.reconciliations as r where r.run_id <> p_run_id;
  insert into lead_sync.reconciliations (run_id, report_only) values (p_run_id, coalesce((p_options ->> 'report_only')::boolean, false));
end
$$;

-- Renews the lease of a reconciliation and returns its row, locked. Raises PT409 like hold_run, 22023 for a run of another kind.
create or replace function lead_sync.hold_reconciliation(p_run jsonb) returns lead_sync.reconciliations
language plpgsql volatile set search_path = '' as $$
declare
  v_run public.lead_sync_runs := lead_sync.hold_run(p_run);
  v_reconciliation lead_sync.reconciliations;
begin
  select * into v_reconciliation from lead_sync.reconciliations as r where r.run_id = v_run.id for update;
  if not found then
    raise exception 'p_run must be the run of a reconciliation'
      using errcode = '22023', hint = 'Start one with the direction bidirectional and the mode reconcile.';
  end if;
  return v_reconciliation;
end
$$;

-- The kinds of findings that this reconciliation repairs, by the settings. Under suspicion nothing of what Twenty has is taken.
create or replace function lead_sync.kinds_to_repair(p_reconciliation lead_sync.reconciliations) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(k.kind), '{}')
  from lead_sync.settings as s
  cross join lateral (values
    ('missing', s.reconcile_missing = 'repair' and p_reconciliation.suspicion is null),
    ('different', s.reconcile_different = 'repair' and p_reconciliation.suspicion is null),
    ('orphaned', s.reconcile_orphaned = 'repair' and p_reconciliation.suspicion is null),
    ('unsynced', s.reconcile_unsynced = 'repair'),
    ('impossible', s.reconcile_unsynced = 'repair')
  ) as k (kind, allowed)
  where k.allowed and not p_reconciliation.report_only
$$;

-- Compares one range of ids, (p_after, p_through]: the records that Twenty has there with the leads that belong there, by Twenty id or, while unlinked, by
-- the id that their create would use. A lead merged or written since the read began is left alone: its row is newer than the page.
-- Notes findings, and queues leads with unsynced changes where that is allowed. Returns how many were queued.
-- Leads that hold a field which starts anew are queued, too; that is no finding, since nobody can have queued them before.
create or replace function lead_sync.compare_range(
  p_reconciliation lead_sync.reconciliations, p_records jsonb, p_after uuid, p_through uuid, p_read_started_at timestamptz, p_rules jsonb
) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_repairs text[] := lead_sync.kinds_to_repair(p_reconciliation);
  v_renewed jsonb := lead_sync.renewed_rules(p_rules);
  v_queued jsonb;
begin
  with record as materialized (
    select (r ->> 0)::uuid as id, (r ->> 1)::timestamptz as created_at, (r ->> 2)::timestamptz as updated_at, r ->> 3 is not null as dead
    from jsonb_array_elements(p_records) as r
  ),
  candidate as materialized (
    select l as lead, l.id as lead_id, l.twenty_id, l.twenty_id as record_id
    from public.leads as l where l.twenty_id > p_after and l.twenty_id <= p_through
    union all
    select l, l.id, null, l.id
    from public.leads as l where l.twenty_id is null and l.id > p_after and l.id <= p_through
  ),
  lead as materialized (
    select
      c.lead_id, c.twenty_id, c.record_id, (c.lead).sync_status,
      s.lead_id is null as stateless, s.due_at, s.claim_token, s.remote_created_at, s.remote_updated_at,
      coalesce(s.gone, false) as gone,
      coalesce(s.base_remote ? 'deleted', false) as deleted_there,
      coalesce(s.merged_at > p_read_started_at, false) as newer,
      s.refusal is not null as refused,
      case when s.due_at is null and s.refusal is null and (c.lead).sync_status <> 'error'
        then lead_sync.due_fields(
          lead_sync.lead_values(c.lead), coalesce(s.base_local, '{}'), coalesce(s.base_remote, '{}'), c.twenty_id is not null, p_rules
        )
      end as unqueued,
      v_renewed is not null and s.due_at is null and (c.lead).sync_status = 'synced' and lead_sync.due_fields(
        lead_sync.lead_values(c.lead), lead_sync.known_base(s.base_local, s.merged_at, v_renewed),
        lead_sync.known_base(s.base_remote, s.merged_at, v_renewed), c.twenty_id is not null, p_rules
      ) <> '{}' as starts_anew
    from candidate as c
    left join lead_sync.lead_states as s on s.lead_id = c.lead_id
  ),
  found as materialized (
    select 'missing' as kind, r.id as subject, jsonb_build_object('twenty_id', r.id) as detail
    from record as r
    where not r.dead
      and not exists (select from lead as l where l.record_id = r.id and (l.twenty_id is not null or l.claim_token is not null))
    union all
    select 'orphaned', l.twenty_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id)
    from lead as l
    where l.twenty_id is not null and not l.gone and not l.newer
      and not exists (select from record as r where r.id = l.record_id)
    union all
    select 'different', l.twenty_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'twenty_updated_at', r.updated_at)
    from lead as l join record as r on r.id = l.record_id
    where l.twenty_id is not null and not l.newer and (
      r.updated_at is distinct from l.remote_updated_at
      or r.created_at is distinct from l.remote_created_at
      or l.gone
      or r.dead <> l.deleted_there
    )
    union all
    select 'unsynced', l.lead_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'fields', to_jsonb(l.unqueued))
    from lead as l
    where l.unqueued <> '{}'
    union all
    select 'impossible', l.lead_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'reason', p.problem)
    from lead as l
    cross join lateral (
      select case
        when l.stateless then 'the lead has no sync state'
        when l.sync_status in ('pending', 'syncing') and l.due_at is null then 'sync_status is ' || l.sync_status || ', but nothing queues the lead'
        when l.sync_status = 'syncing' and l.claim_token is null then 'sync_status is syncing, but nothing claims the lead'
        when l.sync_status = 'synced' and l.due_at is not null then 'sync_status is synced, but the lead is queued'
      end as problem
    ) as p
    where p.problem is not null and not l.refused and coalesce(l.unqueued, '{}') = '{}'
  ),
  noted as (
    insert into lead_sync.findings (run_id, kind, subject, detail)
    select p_reconciliation.run_id, f.kind, f.subject, f.detail from found as f
    on conflict do nothing
  ),
  chosen as materialized (
    select l.id, l.updated_at, f.detail
    from public.leads as l
    join (
      select n.subject, n.detail from found as n where n.kind in ('unsynced', 'impossible') and n.kind = any (v_repairs)
      union all
      select k.lead_id, '{}' from lead as k where k.starts_anew and coalesce(k.unqueued, '{}') = '{}' and 'unsynced' = any (v_repairs)
    ) as f on f.subject = l.id
    order by l.id
    for no key update of l skip locked
  ),
  queued as (
    -- when the unnoticed change was made is not known; the row's own time is the best guess
    insert into lead_sync.lead_states as s (lead_id, due_at, due_since, changed_at)
    select
      c.id, clock_timestamp(), clock_timestamp(),
      (select coalesce(jsonb_object_agg(f, c.updated_at), '{}') from jsonb_array_elements_text(coalesce(c.detail -> 'fields', '[]')) as f)
    from chosen as c
    on conflict (lead_id) do update set
      changed_at = s.changed_at || excluded.changed_at, due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
      where s.claim_token is null or s.due_at is null
    returning s.lead_id
  )
  select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) into v_queued from queued as q;
  perform lead_sync.write_or_split('mark', v_queued);
  return coalesce(jsonb_array_length(v_queued), 0);
end
$$;

-- Queues leads that are held for the e-mail of a person of this range who is not there any more, or no longer deleted as the hold has it: of a person whom no
-- lead is linked to, nothing else tells. What was held since the read began is left alone.
create or replace function lead_sync.release_unheld(p_records jsonb, p_after uuid, p_through uuid, p_read_started_at timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_holders jsonb;
begin
  select jsonb_agg(distinct jsonb_build_object('twenty_id', h.held_by)) into v_holders
  from (
    select s.held_by
    from public.leads as l
    join lead_sync.lead_states as s on s.lead_id = l.id
    where s.held_by > p_after and s.held_by <= p_through and s.error_at < p_read_started_at
      and not exists (
        select from jsonb_array_elements(p_records) as r
        where (r ->> 0)::uuid = s.held_by and (r ->> 3 is not null) = (s.error_category = 'tombstone')
      )
    -- leads that another session works on are left to the next reconciliation: waiting for them here could end in a deadlock
    for no key update of l skip locked
  ) as h;
  perform lead_sync.release_held(v_holders);
end
$$;

-- After the last page: live leads that share an e-mail, and whether so many leads are orphaned that nothing may be repaired.
create or replace function lead_sync.complete_comparison(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into lead_sync.findings (run_id, kind, subject, detail)
  select p_run_id, 'duplicates', d.ids[1], jsonb_build_object('lead_ids', to_jsonb(d.ids[:10]), 'leads', cardinality(d.ids))
  from (
    select array_agg(l.id order by l.created_at, l.id) as ids
    from public.leads as l
    where l.deleted_at is null and lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) <> ''
    group by lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc))
    having count(*) > 1
  ) as d
  on conflict do nothing;

  update lead_sync.reconciliations as r set
    compared = true,
    suspicion = case
      when not r.report_only and s.reconcile_orphaned = 'repair' and o.orphans > greatest(20, s.reconcile_orphaned_share * o.linked) then
        format('%s of %s linked leads have no person in Twenty. ', o.orphans, o.linked)
        || 'Nothing was repaired, because the API key of another workspace looks like this. Check the Twenty credential. '
        || 'If these people are really gone, raise reconcile_orphaned_share in lead_sync.settings for one run.'
    end
  from lead_sync.settings as s
  cross join (
    select
      count(*) as linked,
      count(*) filter (
        where exists (select from lead_sync.findings as f where f.run_id = p_run_id and f.kind = 'orphaned' and f.subject = l.twenty_id)
      ) as orphans
    from public.leads as l
    where l.twenty_id is not null and l.deleted_at is null
  ) as o
  where r.run_id = p_run_id;
end
$$;

-- How much was found so far: {missing: 0, orphaned: 0, different: 0, unsynced: 0, impossible: 0, duplicates: 0}.
create or replace function lead_sync.count_findings(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select '{"missing": 0, "orphaned": 0, "different": 0, "unsynced": 0, "impossible": 0, "duplicates": 0}'::jsonb || (
    select coalesce(jsonb_object_agg(c.kind, c.count), '{}')
    from (select f.kind, count(*) from lead_sync.findings as f where f.run_id = p_run_id group by f.kind) as c
  )
$$;

-- Compares one page of Twenty's ids with the leads of its range. A page that comes twice is compared once.
--   p_run              {id, token, calls} of a reconciliation
--   p_records          [[id, createdAt, updatedAt, deletedAt or null]], up to 10,000, in order of id, deleted ones included
--   p_page             {after, position, has_next}: the position the page was read from, and where the next one starts
--   p_read_started_at  when its read began, by this database's clock
-- Returns {next: compare | repair | finish | stop, position, counts, read_started_at, error}; stop: nothing may be repaired, error says why. Raises 22023 on a malformed call, PT409 when the run lost its lease.
create or replace function public.compare_lead_ids(p_run jsonb, p_records jsonb, p_page jsonb, p_read_started_at timestamptz) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_reconciliation lead_sync.reconciliations;
  v_has_next boolean := (p_page ->> 'has_next')::boolean;
  v_first uuid;
  v_last uuid;
  v_through uuid;
  v_queued integer;
begin
  if jsonb_typeof(p_records) is distinct from 'array' or v_has_next is null or p_read_started_at is null then
    raise exception 'An array p_records, p_page with has_next and p_read_started_at are needed' using errcode = '22023';
  elsif jsonb_array_length(p_records) > 10000 then
    raise exception 'At most 10,000 records a call, got %', jsonb_array_length(p_records) using errcode = '22023', hint = 'Read smaller pages.';
  end if;
  v_reconciliation := lead_sync.hold_reconciliation(p_run);

  if not v_reconciliation.compared and p_page ->> 'after' is not distinct from v_reconciliation.position then
    select i.ids[1], i.ids[cardinality(i.ids)] into v_first, v_last
    from (select array_agg((r ->> 0)::uuid order by (r ->> 0)::uuid) as ids from jsonb_array_elements(p_records) as r) as i;
    if v_first <= v_reconciliation.compared_through then
      raise exception 'The page begins at id %, but ids up to % were compared already', v_first, v_reconciliation.compared_through
        using errcode = '22023', hint = 'Read the records in order of id.';
    end if;
    v_through := case when v_has_next then coalesce(v_last, v_reconciliation.compared_through) else 'ffffffff-ffff-ffff-ffff-ffffffffffff' end;
    perform set_config('lead_sync.engine', 'on', true);
    v_queued := lead_sync.compare_range(
      v_reconciliation, p_records, v_reconciliation.compared_through, v_through, p_read_started_at,
      (select lead_sync.rules(r.object) from public.lead_sync_runs as r where r.id = v_reconciliation.run_id)
    );
    if 'unsynced' = any (lead_sync.kinds_to_repair(v_reconciliation)) then
      perform lead_sync.release_unheld(p_records, v_reconciliation.compared_through, v_through, p_read_started_at);
    end if;
    perform set_config('lead_sync.engine', 'off', true);
    update lead_sync.reconciliations as r
    set position = p_page ->> 'position', compared_through = coalesce(v_last, r.compared_through)
    where r.run_id = v_reconciliation.run_id;
    if not v_has_next then
      perform lead_sync.complete_comparison(v_reconciliation.run_id);
    end if;
    perform lead_sync.add_figures(
      v_reconciliation.run_id,
      jsonb_build_object(
        'pages', 1,
        'compared', jsonb_array_length(p_records),
        'compared_live', (select count(*) from jsonb_array_elements(p_records) as r where r ->> 3 is null),
        'queued', v_queued,
        'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
      ),
      null
    );
    select * into v_reconciliation from lead_sync.reconciliations as r where r.run_id = v_reconciliation.run_id;
  end if;

  return jsonb_build_object(
    'next', case
      when not v_reconciliation.compared then 'compare'
      when v_reconciliation.suspicion is not null then 'stop'
      when exists (
        select from lead_sync.findings as f
        where f.run_id = v_reconciliation.run_id and f.kind = any (lead_sync.kinds_to_repair(v_reconciliation)) and f.kind in ('missing', 'different', 'orphaned')
      ) then 'repair'
      else 'finish'
    end,
    'position', v_reconciliation.position,
    'counts', lead_sync.count_findings(v_reconciliation.run_id),
    'read_started_at', clock_timestamp(),
    'error', v_reconciliation.suspicion
  );
end
$$;

-- The next records to read again, by id; what the read finds goes through upsert_leads with the same run, which repairs.
-- First pass (read): all that is missing, different or orphaned. Second pass (confirm), later than the absence allowance: the orphaned ones still not found.
--   p_run    {id, token} of a reconciliation whose ids are compared
--   p_pass   read | confirm
--   p_after  the answer before's "after"; null at the start of a pass
--   p_limit  1 to 1,000 records
-- Returns {next: repair, pass, after, leads: [{twenty_id}], read_started_at}, {next: wait, pass, after, seconds, leads: []} or {next: finish, leads: []}.
create or replace function public.get_leads_to_repair(p_run jsonb, p_pass text default 'read', p_after uuid default null, p_limit integer default 500)
returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_reconciliation lead_sync.reconciliations;
  v_settings lead_sync.settings;
  v_ids uuid[];
  v_wait interval;
begin
  if p_pass is null or p_pass not in ('read', 'confirm') then
    raise exception 'p_pass must be read or confirm, got %', p_pass using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  v_reconciliation := lead_sync.hold_reconciliation(p_run);
  if not v_reconciliation.compared then
    raise exception 'The ids are not compared to their end yet' using errcode = '22023', hint = 'Compare all pages first: compare_lead_ids says when.';
  end if;

  select array_agg(b.subject order by b.subject) into v_ids
  from (
    select distinct f.subject
    from lead_sync.findings as f
    where f.run_id = v_reconciliation.run_id
      and f.kind in ('missing', 'different', 'orphaned') and f.kind = any (lead_sync.kinds_to_repair(v_reconciliation))
      and (p_after is null or f.subject > p_after)
      and (p_pass = 'read' or exists (
        select from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
        where l.twenty_id = f.subject and s.absent_since is not null
      ))
    order by f.subject
    limit p_limit
  ) as b;

  if v_ids is null and p_pass = 'read' then
    select * into strict v_settings from lead_sync.settings;
    select max(s.absent_since) + v_settings.absence_allowance - clock_timestamp() into v_wait
    from lead_sync.findings as f
    join public.leads as l on l.twenty_id = f.subject
    join lead_sync.lead_states as s on s.lead_id = l.id
    where f.run_id = v_reconciliation.run_id and f.kind = 'orphaned' and 'orphaned' = any (lead_sync.kinds_to_repair(v_reconciliation));
    -- an allowance that outlasts the lease is waited for by the next run
    if v_wait <= v_settings.lease / 2 then
      return jsonb_build_object(
        'next', 'wait', 'pass', 'confirm', 'after', null, 'seconds', greatest(0, ceil(extract(epoch from v_wait))), 'leads', '[]'::jsonb
      );
    end if;
  end if;

  return case
    when v_ids is null then jsonb_build_object('next', 'finish', 'leads', '[]'::jsonb)
    else jsonb_build_object(
      'next', 'repair',
      'pass', p_pass,
      'after', v_ids[cardinality(v_ids)],
      'leads', (select jsonb_agg(jsonb_build_object('twenty_id', i)) from unnest(v_ids) as i),
      'read_started_at', clock_timestamp()
    )
  end;
end
$$;

-- Ends a reconciliation: its run keeps the counts, up to 20 examples of each kind, and a suspicion as a warning.
create or replace function lead_sync.close_reconciliation(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_counts jsonb := lead_sync.count_findings(p_run_id);
begin
  update public.lead_sync_runs as r set
    figures = r.figures || v_counts || jsonb_build_object('gone', (
      select count(*)
      from lead_sync.findings as f
      join public.leads as l on l.twenty_id = f.subject
      join lead_sync.lead_states as s on s.lead_id = l.id
      where f.run_id = p_run_id and f.kind = 'orphaned' and s.gone
    )),
    findings = (
      select coalesce(jsonb_object_agg(k.kind, k.examples), '{}')
      from (
        select f.kind, jsonb_agg(f.detail order by f.subject) as examples
        from (
          select f.*, row_number() over (partition by f.kind order by f.subject) as place from lead_sync.findings as f where f.run_id = p_run_id
        ) as f
        where f.place <= 20
        group by f.kind
      ) as k
    ),
    warnings = case when c.suspicion is null then r.warnings else r.warnings || jsonb_build_array(c.suspicion) end
  from lead_sync.reconciliations as c
  where r.id = p_run_id and c.run_id = p_run_id;
  delete from lead_sync.reconciliations as c where c.run_id = p_run_id;
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.compare_lead_ids(jsonb, jsonb, jsonb, timestamptz) from public, anon, authenticated;
grant execute on function public.compare_lead_ids(jsonb, jsonb, jsonb, timestamptz) to service_role;
revoke all on function public.get_leads_to_repair(jsonb, text, uuid, integer) from public, anon, authenticated;
grant execute on function public.get_leads_to_repair(jsonb, text, uuid, integer) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
