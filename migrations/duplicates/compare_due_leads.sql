-- Compares the next leads that are due with those that share a block with them, and lists the pairs for which a rule holds, with its score alone; all together count as 1 - (1 - a)(1 - b)…
-- email 0.95: one address, additional ones included. mailbox 0.8: addresses that most likely reach one mailbox. phone 0.75: one number; colleagues and families share some.
-- name 0.4 to 0.8: names and companies are half equal at least, by trigrams, or the domain is one that is not shared by many. Without p_similarity (null) names and companies must be equal.
-- A pair that a human decided on stays as it is. Returns {compared, found, gone, skipped}: skipped counts blocks of more than 50 leads, whose leads are not compared by that block.
create or replace function lead_sync.compare_due_leads(p_limit integer, p_similarity text) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids uuid[];
  v_figures jsonb;
begin
  v_ids := array(select m.lead_id from lead_sync.duplicate_marks as m where m.due order by m.lead_id limit p_limit);
  if v_ids = '{}' then
    return null;
  end if;
  perform from public.leads as l where l.id = any (v_ids) order by l.id for key share; -- before anything of here, as read_changed_leads does
  execute replace(replace($sql$
    with block as materialized (
      select l.id as lead_id, b.ids
      from unnest($1) as l (id)
      -- one by one, by index: a join would be planned by statistics of when the tables were empty, and read them from end to end for each batch
      cross join lateral (select m.keys from lead_sync.duplicate_marks as m where m.lead_id = l.id offset 0) as m
      cross join unnest(m.keys) as k (key)
      cross join lateral (select array(select o.lead_id from lead_sync.duplicate_keys as o where o.key = k.key order by o.lead_id limit 51) as ids offset 0) as b
      where cardinality(b.ids) > 1
    ),
    candidate as materialized (
      select least(b.lead_id, o.id) as lead_a, greatest(b.lead_id, o.id) as lead_b
      from block as b cross join unnest(b.ids) as o (id)
      where cardinality(b.ids) <= 50 and o.id <> b.lead_id
      union
      select p.lead_a, p.lead_b
      from unnest($1) as l (id)
      cross join lateral (
        select * from lead_sync.duplicate_pairs as a where a.lead_a = l.id union all select * from lead_sync.duplicate_pairs as b where b.lead_b = l.id offset 0
      ) as p
      where p.decided is null
    ),
    said as materialized (
      select c.lead_a, c.lead_b, r.email, r.mailbox, r.phone, n.name
      from candidate as c
      cross join lateral (select * from lead_sync.duplicate_marks as m where m.lead_id = c.lead_a offset 0) as a
      cross join lateral (select * from lead_sync.duplicate_marks as m where m.lead_id = c.lead_b offset 0) as b
      cross join lateral (
        select
          case when a.emails && b.emails then 0.95 end as email,
          case when a.mailboxes && b.mailboxes and not (a.emails && b.emails) then 0.8 end as mailbox,
          case when a.phones && b.phones then 0.75 end as phone,
          case when a.name is not null and b.name is not null then case when a.name = b.name then 1 else :names end end as alike
      ) as r
      left join lateral (
        select round((0.4 * (r.alike + s.alike))::numeric, 2) as name
        from (select case when r.alike < 0.5 then 0 when a.company = b.company or (a.domain = b.domain and lead_sync.shared_host(a.domain) is null) then 1 else :companies end as alike) as s
        where r.alike >= 0.5 and s.alike >= 0.5
      ) as n on true
      -- a pair of which both are due is compared with the later one
      where c.lead_a = any ($1) and (not b.due or c.lead_b = any ($1)) or c.lead_b = any ($1) and not a.due
    ),
    holds as materialized (
      select s.lead_a, s.lead_b, j.reasons, 1 - (1 - coalesce(s.email, 0)) * (1 - coalesce(s.mailbox, 0)) * (1 - coalesce(s.phone, 0)) * (1 - coalesce(s.name, 0)) as score
      from said as s
      cross join lateral (select jsonb_strip_nulls(jsonb_build_object('email', s.email, 'mailbox', s.mailbox, 'phone', s.phone, 'name', s.name)) as reasons offset 0) as j
      where j.reasons <> '{}'
    ),
    found as (
      insert into lead_sync.duplicate_pairs as p (lead_a, lead_b, score, reasons)
      select h.lead_a, h.lead_b, round(h.score, 3), h.reasons from holds as h order by h.lead_a, h.lead_b
      on conflict (lead_a, lead_b) do update set score = excluded.score, reasons = excluded.reasons
      where p.decided is null and (p.score, p.reasons) is distinct from (excluded.score, excluded.reasons)
      returning p.found_at
    ),
    gone as (
      delete from lead_sync.duplicate_pairs as p
      using said as s
      where p.lead_a = s.lead_a and p.lead_b = s.lead_b and p.decided is null
        and not exists (select from holds as h where h.lead_a = s.lead_a and h.lead_b = s.lead_b)
      returning p.lead_a
    ),
    done as (
      update lead_sync.duplicate_marks as m set due = false where m.lead_id = any ($1)
    )
    select jsonb_build_object(
      'compared', cardinality($1),
      'found', (select count(*) from found as f where f.found_at = now()),
      'gone', (select count(*) from gone),
      'skipped', (select count(*) from block as b where cardinality(b.ids) > 50 and b.lead_id = b.ids[1])
    )
  $sql$, ':names', coalesce(p_similarity || '(a.name, b.name)', '0')), ':companies', coalesce(p_similarity || '(a.company, b.company)', '0')) into v_figures using v_ids;
  return v_figures;
end
$$;
