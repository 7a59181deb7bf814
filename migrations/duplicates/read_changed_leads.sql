-- Reads the next leads of those that were written since the search began its round before, in the order of their IDs, and notes of which what is compared has changed.
-- Returns how many were read; fewer than p_limit: there are no more.
create or replace function lead_sync.read_changed_leads(p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_search lead_sync.duplicate_search;
  v_ids uuid[];
begin
  select * into strict v_search from lead_sync.duplicate_search;
  -- planned by how many there are: few are sorted, many are read by ID; the status, of which all are named, lets the index of times serve
  v_ids := array(
    select l.id from public.leads as l
    where l.sync_status in ('pending', 'syncing', 'synced', 'outside', 'error') and l.updated_at >= v_search.from_time and l.id > v_search.from_id
    order by l.id
    limit p_limit
  );
  if v_ids = '{}' then
    return 0;
  end if;
  -- whoever deletes a lead for good holds its lock before it waits for anything of here, and so never for us
  perform from public.leads as l where l.id = any (v_ids) order by l.id for key share;

  with marked as materialized (
    select (m.mark).* from public.leads as l cross join lateral (select lead_sync.mark_lead(l) as mark offset 0) as m where l.id = any (v_ids)
  ),
  before as materialized (
    select d.lead_id, d.keys from lead_sync.duplicate_marks as d where d.lead_id = any (v_ids)
  ),
  changed as (
    insert into lead_sync.duplicate_marks as d
    select * from marked as m where m.keys <> '{}' order by m.lead_id
    on conflict (lead_id) do update set
      emails = excluded.emails, mailboxes = excluded.mailboxes, phones = excluded.phones, name = excluded.name, company = excluded.company, domain = excluded.domain,
      keys = excluded.keys, due = true
    where (d.emails, d.mailboxes, d.phones, d.name, d.company, d.domain, d.keys)
      is distinct from (excluded.emails, excluded.mailboxes, excluded.phones, excluded.name, excluded.company, excluded.domain, excluded.keys)
    returning d.lead_id, d.keys
  ),
  unkeyed as (
    -- by their places: a join would be planned by statistics of when the table was empty
    delete from lead_sync.duplicate_keys as o
    where o.ctid = any (array(
      select u.place
      from changed as c
      join before as b on b.lead_id = c.lead_id
      cross join unnest(b.keys) as e (key)
      cross join lateral (select d.ctid as place from lead_sync.duplicate_keys as d where d.key = e.key and d.lead_id = b.lead_id offset 0) as u
      where e.key <> all (c.keys)
    ))
  ),
  rekeyed as (
    insert into lead_sync.duplicate_keys (key, lead_id)
    select e.key, c.lead_id from changed as c cross join unnest(c.keys) as e (key)
    on conflict do nothing
  ),
  unmarked as (
    delete from lead_sync.duplicate_marks as d where d.lead_id = any (array(select m.lead_id from marked as m where m.keys = '{}'))
  )
  delete from lead_sync.duplicate_pairs as p
  where p.decided is null and p.ctid = any (array(
    select o.place
    from marked as m
    cross join lateral (
      select a.ctid as place from lead_sync.duplicate_pairs as a where a.lead_a = m.lead_id
      union all select b.ctid from lead_sync.duplicate_pairs as b where b.lead_b = m.lead_id offset 0
    ) as o
    where m.keys = '{}'
  ));

  update lead_sync.duplicate_search as s set from_id = v_ids[cardinality(v_ids)] where s.only_row;
  return cardinality(v_ids);
end
$$;
