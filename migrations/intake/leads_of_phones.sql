-- The leads that phone numbers name, for people whom neither an ID nor an e-mail does: of the live leads that have the number and no other name, the only one; of
-- several, the first of those that have no e-mail, so that a number which many share makes one lead more, once. A number's leads are read once, however many ask for it.
--   p_asked  [{phone, name, has_email}], null for none. phone: as phone_key has it; name: as person_name has it, null is no other name, here or there;
--            has_email: an e-mail that no lead has: it completes the only lead, where that one has none
-- Returns a row for each different one asked whose number somebody has: lead_id is null where it names none of them.
create or replace function lead_sync.leads_of_phones(p_asked jsonb) returns table (phone text, name text, has_email boolean, lead_id uuid)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_asked is null then
    return;
  end if;
  return query
  with asked as materialized (
    select distinct a.phone, a.name, a.has_email from jsonb_to_recordset(p_asked) as a (phone text, name text, has_email boolean)
  ),
  holder as materialized (
    select n.phone, h.id, h.name, h.has_email, h.created_at
    from (select distinct a.phone from asked as a) as n
    cross join lateral (
      select l.id, lead_sync.person_name(l.first_name, l.last_name) as name, lead_sync.email_key(l.email) is not null as has_email, l.created_at
      from public.leads as l
      where (l.phone is not null or l.additional_phones <> '{}') and lead_sync.phone_keys(array_append(l.additional_phones, l.phone)) @> array[n.phone]
        and l.deleted_at is null
      offset 0
    ) as h
  ),
  named as (
    select a.phone, a.name, a.has_email, h.id, h.has_email as is_complete, h.created_at from asked as a join holder as h on h.phone = a.phone and h.name = a.name
    union all
    select a.phone, a.name, a.has_email, h.id, h.has_email, h.created_at from asked as a join holder as h on h.phone = a.phone where a.name is null or h.name is null
  ),
  counted as (
    select
      n.phone, n.name, n.has_email, count(*) as leads, (array_agg(n.id))[1] as id,
      (array_agg(n.id order by n.created_at, n.id) filter (where not n.is_complete))[1] as incomplete_id
    from named as n
    group by n.phone, n.name, n.has_email
  )
  select c.phone, c.name, c.has_email, case
    when c.leads > 1 and c.has_email then null
    when c.leads > 1 or c.has_email then c.incomplete_id
    else c.id
  end
  from counted as c;
end
$$;
