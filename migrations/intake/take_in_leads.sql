-- Takes leads from any other source: by their own id, then by e-mail, then by an address that is among the additional e-mails of one lead alone, then by a phone number
-- (leads_of_phones), else new. Blank values never erase. Further e-mails and phones are added to those that a lead has; one that is named by its id has its list replaced.
-- p_items: [{index, snapshot}].
-- The triggers note the changes, so the leads go out to Twenty like any local edit. Of leads that meet in one batch, the later values win, by the times of their touches where all have one. What was written
-- before a touch that the lead has already fills blanks only; a call does not count, which tells no more than a number, nor a row of a table, whose time is when it was first seen.
create or replace function lead_sync.take_in_leads(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_results jsonb;
begin
  with item as materialized (
    select
      (i ->> 'index')::integer as index,
      (i -> 'snapshot' ->> 'id')::uuid as own_id,
      lead_sync.email_spellings(i -> 'snapshot' ->> 'email') as emails,
      jsonb_strip_nulls(lead_sync.stated_values(i -> 'snapshot')) as stated,
      (i #>> '{snapshot,touch,time}')::timestamptz as touched_at,
      i -> 'snapshot' as snapshot
    from jsonb_array_elements(p_items) as i
  ),
  found as materialized (
    select
      item.index, item.own_id, item.emails, item.touched_at, item.snapshot, k.known_id,
      case when by_address.id is not null then item.stated - 'email' else item.stated end as stated, -- the first address stays
      p.phone, case when p.phone is not null then lead_sync.person_name(item.stated ->> 'first_name', item.stated ->> 'last_name') end as name
    from item
    left join public.leads as by_id on by_id.id = item.own_id
    left join lateral (
      select k.id
      from unnest(item.emails) as e (email)
      cross join lateral (
        select l.id, l.created_at from public.leads as l
        where case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email and l.deleted_at is null and by_id.id is null
        order by l.created_at, l.id
        limit 1
      ) as k
      order by k.created_at, k.id
      limit 1
    ) as by_email on true
    left join lateral (
      select lead_sync.lead_of_address(item.emails[1]) as id where item.emails <> '{}' and by_id.id is null and by_email.id is null
    ) as by_address on true
    cross join lateral (select coalesce(by_id.id, by_email.id, by_address.id) as known_id) as k
    cross join lateral (
      select case when k.known_id is null and item.own_id is null then lead_sync.phone_key(item.stated ->> 'phone') end as phone offset 0
    ) as p
  ),
  phoned as materialized (
    select f.*, p.lead_id as named_id, coalesce(f.emails[1], f.name) as claim
    from found as f
    left join lead_sync.leads_of_phones((
      select jsonb_agg(jsonb_build_object('phone', n.phone, 'name', n.name, 'has_email', n.emails <> '{}')) from found as n where n.phone is not null
    )) as p on p.phone = f.phone and p.name is not distinct from f.name and p.has_email = (f.emails <> '{}')
  ),
  matched as materialized (
    select
      p.index, p.own_id, p.touched_at, p.snapshot, k.known_id,
      coalesce(k.known_id::text, p.own_id::text, p.emails[1], 'phone ' || p.phone || ' ' || coalesce(p.name, ''), 'item ' || p.index) as identity,
      case when p.known_id is null and k.known_id is not null then p.stated - 'phone' else p.stated end -- spelt as the lead has it
        - coalesce(n.fields, '{}') as stated
    from (
      -- of several who would complete one lead, the first does
      select n.*, n.claim is not distinct from first_value(n.claim) over (partition by n.named_id order by n.index) as is_first from phoned as n
    ) as p
    cross join lateral (select coalesce(p.known_id, case when p.is_first then p.named_id end) as known_id) as k
    left join lateral (
      -- what somebody wrote later stays; to lists that are not replaced is added all the same
      select array(select jsonb_object_keys(lead_sync.lead_values(l) - case when p.own_id is null then '{additional_emails,additional_phones}' else '{}'::text[] end)) as fields
      from public.leads as l
      where l.id = k.known_id and exists (
        select from public.lead_touches as t
        where t.lead_id = k.known_id and t.touched_at > p.touched_at and t.touched_at <= clock_timestamp() and t.kind not in ('call', 'table')
      )
    ) as n on true
  ),
  stated as materialized (
    select m.identity, jsonb_object_agg(e.key, e.value order by case when m.are_timed then m.touched_at end, m.index) as stated
    from (select n.*, bool_and(n.touched_at is not null) over (partition by n.identity) as are_timed from matched as n) as m
    cross join jsonb_each(m.stated) as e
    group by m.identity
  ),
  merged as materialized (
    select
      g.identity, g.known_id, s.stated, g.first_index, g.touch_source, coalesce(g.known_id, g.own_id, gen_random_uuid()) as lead_id,
      case
        when k.id is not null and not g.by_id then lead_sync.with_more('email', k.additional_emails, k.email, s.stated -> 'additional_emails')
        when k.id is null or s.stated ? 'additional_emails' then lead_sync.text_array(s.stated -> 'additional_emails')
        else k.additional_emails
      end as emails,
      case
        when k.id is not null and not g.by_id then lead_sync.with_more('phone', k.additional_phones, k.phone, s.stated -> 'additional_phones')
        when k.id is null or s.stated ? 'additional_phones' then lead_sync.text_array(s.stated -> 'additional_phones')
        else k.additional_phones
      end as phones
    from (
      select
        m.identity, min(m.index) as first_index, (array_agg(m.known_id))[1] as known_id,
        (array_agg(m.own_id) filter (where m.own_id is not null))[1] as own_id, bool_or(m.own_id is not null) as by_id,
        (array_agg(m.snapshot #>> '{touch,source}' order by m.touched_at, m.index) filter (where m.snapshot ? 'touch'))[1] as touch_source
      from matched as m
      group by m.identity
    ) as g
    left join stated as n on n.identity = g.identity
    cross join lateral (select coalesce(n.stated, '{}') as stated) as s
    left join public.leads as k on k.id = g.known_id
  ),
  insert_leads as (
    insert into public.leads (
      id, first_name, last_name, email, additional_emails, phone, additional_phones, job_title, company_name, company_domain, company_size, city, region,
      country, postal_code, linkedin_url, lead_source, lead_status, lead_score, attributes
    )
    select
      g.lead_id, g.stated ->> 'first_name', g.stated ->> 'last_name', g.stated ->> 'email',
      g.emails, g.stated ->> 'phone', g.phones, g.stated ->> 'job_title',
      g.stated ->> 'company_name', g.stated ->> 'company_domain', g.stated ->> 'company_size', g.stated ->> 'city', g.stated ->> 'region',
      g.stated ->> 'country', g.stated ->> 'postal_code', g.stated ->> 'linkedin_url', coalesce(g.stated ->> 'lead_source', g.touch_source, p_context ->> 'source'),
      g.stated ->> 'lead_status', (g.stated ->> 'lead_score')::numeric, lead_sync.apply_attributes('{}', g.stated)
    from merged as g
    where g.known_id is null
    order by g.first_index
  ),
  update_leads as (
    update public.leads as l set
      first_name = coalesce(g.stated ->> 'first_name', l.first_name),
      last_name = coalesce(g.stated ->> 'last_name', l.last_name),
      email = coalesce(g.stated ->> 'email', l.email),
      additional_emails = g.emails,
      phone = coalesce(g.stated ->> 'phone', l.phone),
      additional_phones = g.phones,
      job_title = coalesce(g.stated ->> 'job_title', l.job_title),
      company_name = coalesce(g.stated ->> 'company_name', l.company_name),
      company_domain = coalesce(g.stated ->> 'company_domain', l.company_domain),
      company_size = coalesce(g.stated ->> 'company_size', l.company_size),
      city = coalesce(g.stated ->> 'city', l.city),
      region = coalesce(g.stated ->> 'region', l.region),
      country = coalesce(g.stated ->> 'country', l.country),
      postal_code = coalesce(g.stated ->> 'postal_code', l.postal_code),
      linkedin_url = coalesce(g.stated ->> 'linkedin_url', l.linkedin_url),
      lead_source = coalesce(g.stated ->> 'lead_source', l.lead_source),
      lead_status = coalesce(g.stated ->> 'lead_status', l.lead_status),
      lead_score = coalesce((g.stated ->> 'lead_score')::numeric, l.lead_score),
      attributes = lead_sync.apply_attributes(l.attributes, g.stated)
    from merged as g
    where l.id = g.known_id
      and (
        (g.emails, g.phones) is distinct from (l.additional_emails, l.additional_phones)
        or lead_sync.lead_values(l) || (g.stated - array['segment', 'additional_emails', 'additional_phones']) <> lead_sync.lead_values(l)
      )
    returning l.id
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed)
    select g.lead_id, 'intake', 'bidirectional', 'synced', array(select jsonb_object_keys(g.stated))
    from merged as g
    where g.known_id is null or exists (select from update_leads as u where u.id = g.known_id)
  )
  select to_jsonb(array_agg(
    jsonb_build_object(
      'index', m.index,
      'lead_id', g.lead_id,
      'twenty_id', l.twenty_id,
      'result', case
        when g.known_id is null and m.index = g.first_index then 'created'
        when g.known_id is null or exists (select from update_leads as u where u.id = g.known_id) then 'updated'
        else 'unchanged'
      end,
      'ignored', lead_sync.ignored_fields(m.snapshot),
      'linked', false,
      'reason', null,
      'fields', array(select jsonb_object_keys(m.stated))
    )
    order by m.index
  ))
  into v_results
  from matched as m
  join merged as g on g.identity = m.identity
  left join public.leads as l on l.id = g.known_id;

  if jsonb_path_exists(p_items, '$[*].snapshot.touch') then
    perform lead_sync.note_touches(p_items, v_results);
  end if;
  return coalesce(v_results, '[]');
end
$$;
