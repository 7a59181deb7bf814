-- Which lead each snapshot is about. p_items: [{index, snapshot}].
-- By Twenty id; by lead id (own_id_of), only if that lead is unlinked (a create whose answer was lost); by exact normalised e-mail, only to a live, unlinked lead with no open intent;
-- last, to such a lead whose e-mail is another address of the person (by_address). A lead whose person is gone for good counts as unlinked.
-- (rows 20: by index, however many they are; for the 1,000 that PostgreSQL assumes, merge_snapshots read all leads for one.)
-- A record that comes twice counts once, the later copy. The oldest lead of one e-mail is taken.
create or replace function lead_sync.match_snapshots(p_items jsonb)
returns table (
  index integer, snapshot jsonb, twenty_id uuid, stated jsonb, absent boolean, dead boolean, repeated boolean, lead_id uuid, newly_linked boolean, by_address boolean
)
language sql stable rows 20 set search_path = '' as $$
  with item as materialized (
    select
      (i ->> 'index')::integer as index,
      i -> 'snapshot' as snapshot,
      (i -> 'snapshot' ->> 'twenty_id')::uuid as twenty_id,
      lead_sync.stated_values(i -> 'snapshot') as stated,
      coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) as absent,
      (i -> 'snapshot' ->> 'twenty_deleted_at')::timestamptz is not null as dead,
      row_number() over (partition by i -> 'snapshot' ->> 'twenty_id' order by (i ->> 'index')::integer desc) > 1 as repeated
    from jsonb_array_elements(p_items) as i
  ),
  by_id as materialized (
    select item.index, item.absent, l.id
    from item join public.leads as l on l.twenty_id = item.twenty_id
    where not item.repeated
  ),
  open_item as materialized (
    select item.index, lead_sync.own_id_of(item.twenty_id) as own_id, item.dead, lead_sync.email_spellings(item.stated ->> 'email') as emails, item.stated -> 'additional_emails' as others
    from item
    where not item.repeated and not item.absent and not exists (select from by_id where by_id.index = item.index)
  ),
  by_own_id as materialized (
    select o.index, l.id
    from open_item as o
    join public.leads as l on l.id = o.own_id
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where (l.twenty_id is null or s.gone)
      and not exists (select from by_id where by_id.id = l.id and not by_id.absent)
  ),
  -- one look into the index per e-mail: a join would compare every e-mail with every lead where the planner knows no better
  by_email as materialized (
    select distinct on (c.id) c.index, c.id
    from (
      select o.index, oldest.id
      from open_item as o
      cross join lateral (
        select k.id
        from unnest(o.emails) as e (email)
        cross join lateral (
          select l.id, l.created_at
          from public.leads as l
          left join lead_sync.lead_states as s on s.lead_id = l.id
          where case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email
            and (l.twenty_id is null or s.gone) and l.deleted_at is null and s.intent is null
            and not exists (select from by_id where by_id.id = l.id and not by_id.absent)
            and not exists (select from by_own_id where by_own_id.id = l.id)
          order by l.created_at, l.id
          limit 1
        ) as k
        order by k.created_at, k.id
        limit 1
      ) as oldest
      where not o.dead
        and not exists (select from by_own_id where by_own_id.index = o.index)
    ) as c
    order by c.id, c.index
  ),
  by_address as materialized (
    select distinct on (c.index) c.index, c.id
    from (
      select distinct on (oldest.id) o.index, oldest.id
      from open_item as o
      cross join lateral jsonb_array_elements_text(case when jsonb_typeof(o.others) = 'array' then o.others else '[]' end) as a (email)
      cross join lateral unnest(lead_sync.email_spellings(a.email)) as e (email)
      cross join lateral (
        select l.id
        from public.leads as l
        left join lead_sync.lead_states as s on s.lead_id = l.id
        where case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email
          and s.intent is null and l.deleted_at is null and (l.twenty_id is null or s.gone)
          and not exists (select from by_id where by_id.id = l.id and not by_id.absent)
          and not exists (select from by_own_id where by_own_id.id = l.id)
          and not exists (select from by_email where by_email.id = l.id)
        order by l.created_at, l.id
        limit 1
      ) as oldest
      where not o.dead
        and not exists (select from by_own_id where by_own_id.index = o.index)
        and not exists (select from by_email where by_email.index = o.index)
      order by oldest.id, o.index
    ) as c
    order by c.index, c.id
  )
  select item.index, item.snapshot, item.twenty_id, item.stated, item.absent, item.dead, item.repeated,
    coalesce(by_id.id, by_own_id.id, by_email.id, by_address.id),
    by_id.id is null and coalesce(by_own_id.id, by_email.id, by_address.id) is not null,
    by_id.id is null and by_address.id is not null
  from item
  left join by_id on by_id.index = item.index
    and not exists (select from by_own_id as o where by_id.absent and o.id = by_id.id)
    and not exists (select from by_email as e where by_id.absent and e.id = by_id.id)
    and not exists (select from by_address as a where by_id.absent and a.id = by_id.id)
  left join by_own_id on by_own_id.index = item.index
  left join by_email on by_email.index = item.index
  left join by_address on by_address.index = item.index
$$;
