-- Compares one range of ids, (p_after, p_through]: the records that Twenty has there with the leads that belong there, by Twenty id or, while unlinked, by
-- the id that their create would use. A lead merged or written since the read began is left alone: its row is newer than the page.
-- Notes findings, and queues leads with unsynced changes where that is allowed. Returns how many were queued.
-- With p_changed_since, the records are those changed since then alone, and so are the leads that are missed among them.
-- Leads that hold a field which starts anew are queued, too; that is no finding, since nobody can have queued them before.
create or replace function lead_sync.compare_range(
  p_reconciliation lead_sync.reconciliations, p_records jsonb, p_after uuid, p_through uuid, p_read_started_at timestamptz, p_rules jsonb,
  p_changed_since timestamptz
) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text := lead_sync.adapter_of_run(p_reconciliation.run_id);
  v_repairs text[] := lead_sync.kinds_to_repair(p_reconciliation);
  v_renewed jsonb := lead_sync.renewed_rules(p_rules);
  v_queued jsonb;
  v_since timestamptz := lead_sync.people_outside_since();
begin
  if p_changed_since is null and v_adapter = 'lead' then
    delete from lead_sync.people_outside as o
    where o.twenty_id > p_after and o.twenty_id <= p_through and o.twenty_id not in (select (r ->> 0)::uuid from jsonb_array_elements(p_records) as r where r ->> 3 is null);
  end if;
  execute lead_sync.rows_sql(v_adapter, $sql$
    with record as materialized (
      select (r ->> 0)::uuid as id, (r ->> 1)::timestamptz as created_at, (r ->> 2)::timestamptz as updated_at, r ->> 3 is not null as dead
      from jsonb_array_elements($1) as r
    ),
    candidate as materialized (
      select l, l.id as lead_id, l.twenty_id, l.twenty_id as record_id
      from {table} as l
      where l.twenty_id > $2 and l.twenty_id <= $3 and (
        $4 is null
        or l.twenty_id in (select r.id from record as r)
        or l.id in (select s.lead_id from lead_sync.lead_states as s where s.remote_updated_at >= $4)
      )
      union all
      select l, l.id, null, l.id
      from {table} as l
      where l.twenty_id is null and l.id > $2 and l.id <= $3 and ($4 is null or l.id in (select r.id from record as r))
    ),
    lead as materialized (
      select
        c.lead_id, c.twenty_id, c.record_id, (c.l).sync_status,
        s.lead_id is null as stateless, s.due_at, s.claim_token, s.remote_created_at, s.remote_updated_at,
        coalesce(s.gone, false) as gone,
        coalesce(s.base_remote ? 'deleted', false) as deleted_there,
        coalesce(s.merged_at > $5, false) as newer,
        s.refusal is not null as refused,
        case when s.due_at is null and s.refusal is null and (c.l).sync_status not in ('error', 'outside')
          then lead_sync.due_fields(
            {values}, coalesce(s.base_local, '{}'), coalesce(s.base_remote, '{}'), c.twenty_id is not null, $6
          )
        end as unqueued,
        $7 is not null and s.due_at is null and (c.l).sync_status = 'synced' and lead_sync.due_fields(
          {values}, lead_sync.known_base(s.base_local, s.merged_at, $7),
          lead_sync.known_base(s.base_remote, s.merged_at, $7), c.twenty_id is not null, $6
        ) <> '{}' as starts_anew
      from candidate as c
      left join lead_sync.lead_states as s on s.lead_id = c.lead_id
    ),
    found as materialized (
      select 'missing' as kind, r.id as subject, jsonb_build_object('twenty_id', r.id) as detail
      from record as r
      where not r.dead
        and not exists (select from lead as l where l.record_id = r.id and (l.twenty_id is not null or l.claim_token is not null))
        and not exists (select from lead_sync.people_outside as o where (o.twenty_id, o.updated_at) = (r.id, r.updated_at) and o.judged_by >= $11)
      union all
      select 'orphaned', l.twenty_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id)
      from lead as l
      where l.twenty_id is not null and not l.gone and not l.newer
        and not exists (select from record as r where r.id = l.record_id)
        and not lead_sync.is_asked_about(l.twenty_id, null)
      union all
      select 'different', l.twenty_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'twenty_updated_at', r.updated_at)
      from lead as l join record as r on r.id = l.record_id
      where l.twenty_id is not null and not l.newer and not lead_sync.is_asked_about(l.twenty_id, r.updated_at) and (
        r.updated_at is distinct from l.remote_updated_at
        or r.created_at is distinct from l.remote_created_at
        or l.gone
        or r.dead <> l.deleted_there
        or exists (select from lead_sync.people_outside as o where o.twenty_id = r.id and o.judged_by < $11)
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
      select $9, f.kind, f.subject, f.detail from found as f
      on conflict do nothing
    ),
    chosen as materialized (
      select l.id, l.updated_at, f.detail
      from {table} as l
      join (
        select n.subject, n.detail from found as n where n.kind in ('unsynced', 'impossible') and n.kind = any ($8)
        union all
        select k.lead_id, '{}' from lead as k where k.starts_anew and coalesce(k.unqueued, '{}') = '{}' and 'unsynced' = any ($8)
      ) as f on f.subject = l.id
      order by l.id
      for no key update of l skip locked
    ),
    queued as (
      -- when the unnoticed change was made is not known; the row's own time is the best guess
      insert into lead_sync.lead_states as s (lead_id, adapter, due_at, due_since, changed_at)
      select
        c.id, $10, clock_timestamp(), clock_timestamp(),
        (select coalesce(jsonb_object_agg(f, c.updated_at), '{}') from jsonb_array_elements_text(coalesce(c.detail -> 'fields', '[]')) as f)
      from chosen as c
      on conflict (lead_id) do update set
        changed_at = s.changed_at || excluded.changed_at, due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
        where s.claim_token is null or s.due_at is null
      returning s.lead_id
    )
    select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) from queued as q
  $sql$)
  into v_queued
  using p_records, p_after, p_through, p_changed_since, p_read_started_at, p_rules, v_renewed, v_repairs, p_reconciliation.run_id, v_adapter, v_since;
  perform lead_sync.write_or_split('mark', v_queued, jsonb_build_object('adapter', v_adapter));
  return coalesce(jsonb_array_length(v_queued), 0);
end
$$;
