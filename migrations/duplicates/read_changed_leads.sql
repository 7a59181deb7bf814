-- Reads the next leads that were written since the search read last, and notes of which what is compared has changed. Returns how many were read; fewer than p_limit: there are no more.
create or replace function lead_sync.read_changed_leads(p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_search lead_sync.duplicate_search;
  v_ids uuid[];
  v_time timestamptz;
  v_id uuid;
begin
  select * into strict v_search from lead_sync.duplicate_search;
  -- status by status: the index has the time behind it
  select array_agg(n.id order by n.id), max(n.updated_at) into v_ids, v_time
  from (
    select c.id, c.updated_at
    from unnest(array['pending', 'syncing', 'synced', 'error']) as s (status)
    cross join lateral (
      select l.id, l.updated_at from public.leads as l
      where l.sync_status = s.status and l.updated_at >= v_search.from_time and (l.updated_at, l.id) > (v_search.from_time, v_search.from_id)
      order by l.updated_at, l.id
      limit p_limit
    ) as c
    order by c.updated_at, c.id
    limit p_limit
  ) as n;
  if v_ids is null then
    return 0;
  end if;
  -- whoever deletes a lead for good holds its lock before it waits for anything of here, and so never for us
  perform from public.leads as l where l.id = any (v_ids) order by l.id for key share;
  select l.id into v_id from public.leads as l where l.id = any (v_ids) and l.updated_at = v_time order by l.id desc limit 1;

  with keyed as materialized (
    select m.mark, l.id as lead_id, lead_sync.mark_keys(m.mark) as keys
    from public.leads as l cross join lateral (select lead_sync.mark_lead(l) as mark offset 0) as m
    where l.id = any (v_ids)
  ),
  changed as (
    insert into lead_sync.duplicate_marks as d
    select (k.mark).* from keyed as k where k.keys <> '{}' order by k.lead_id
    on conflict (lead_id) do update set
      emails = excluded.emails, mailboxes = excluded.mailboxes, phones = excluded.phones, name = excluded.name, company = excluded.company, domain = excluded.domain, due = true
    where (d.emails, d.mailboxes, d.phones, d.name, d.company, d.domain)
      is distinct from (excluded.emails, excluded.mailboxes, excluded.phones, excluded.name, excluded.company, excluded.domain)
    returning d.lead_id
  ),
  unkeyed as (
    -- by their places: a join would be planned by statistics of when the table was empty
    delete from lead_sync.duplicate_keys as o
    where o.ctid = any (array(
      select u.place
      from changed as c
      join keyed as k on k.lead_id = c.lead_id
      cross join lateral (select d.ctid as place, d.key from lead_sync.duplicate_keys as d where d.lead_id = c.lead_id offset 0) as u
      where u.key <> all (k.keys)
    ))
  ),
  rekeyed as (
    insert into lead_sync.duplicate_keys (key, lead_id)
    select e.key, c.lead_id from changed as c join keyed as k on k.lead_id = c.lead_id cross join unnest(k.keys) as e (key)
    on conflict do nothing
  ),
  unmarked as (
    delete from lead_sync.duplicate_marks as d where d.lead_id = any (array(select k.lead_id from keyed as k where k.keys = '{}'))
  )
  delete from lead_sync.duplicate_pairs as p
  where p.decided is null and p.ctid = any (array(
    select o.place
    from keyed as k
    cross join lateral (
      select a.ctid as place from lead_sync.duplicate_pairs as a where a.lead_a = k.lead_id
      union all select b.ctid from lead_sync.duplicate_pairs as b where b.lead_b = k.lead_id offset 0
    ) as o
    where k.keys = '{}'
  ));

  update lead_sync.duplicate_search as s set from_time = coalesce(v_time, s.from_time), from_id = coalesce(v_id, s.from_id) where s.only_row;
  return cardinality(v_ids);
end
$$;
