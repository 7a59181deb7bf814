-- Leads from forms, sites and a user's own flows.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- A lead of another source as a person would read it: a list of one is that one, blank texts (an id "" among them) are nothing. Lists stay where lists belong.
create or replace function lead_sync.read_lead(p_lead jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(
    jsonb_object_agg(
      e.key, case when jsonb_typeof(v.value) = 'string' then coalesce(to_jsonb(lead_sync.clean(v.value #>> '{}')), 'null') else v.value end
    ),
    '{}'
  )
  from jsonb_each(p_lead) as e
  cross join lateral (
    select case
      when jsonb_typeof(e.value) = 'array' and jsonb_array_length(e.value) < 2 and e.key not in ('additional_emails', 'additional_phones')
        and e.key not like 'attributes%' then coalesce(e.value -> 0, 'null')
      else e.value
    end as value
  ) as v
$$;

-- Why a value of a lead of another source is none of its field, by name; null when all are. p_lead: of read_lead.
create or replace function lead_sync.value_problem(p_lead jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select format('%s must be %s, got %s', e.key, w.wanted, left(e.value::text, 80))
  from jsonb_each(p_lead) as e
  cross join lateral (
    select case
      when e.value = 'null' then null
      when e.key in ('additional_emails', 'additional_phones') then case
        when jsonb_typeof(e.value) = 'object' or jsonb_path_exists(e.value, 'strict $[*] ? (@.type() == "object" || @.type() == "array")', silent => true)
          then 'a list of texts'
      end
      when e.key = 'lead_score' then case
        when jsonb_typeof(e.value) not in ('number', 'string') or e.value #>> '{}' !~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$' then 'a finite number'
      end
      when e.key in ('email', 'id') then case when jsonb_typeof(e.value) <> 'string' then 'a text' end
      when e.key in (
        'first_name', 'last_name', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code',
        'linkedin_url', 'lead_source', 'lead_status'
      ) then case when jsonb_typeof(e.value) not in ('string', 'number') then 'a text' end
    end as wanted
  ) as w
  where w.wanted is not null
  order by e.key
  limit 1
$$;

-- The fields of a lead of another source that are none of ours, and so were not taken.
create or replace function lead_sync.ignored_fields(p_lead jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(k order by k), '[]')
  from jsonb_object_keys(p_lead - array[
    'id', 'twenty_id', 'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
    'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'attributes'
  ]) as k
  where k not like 'attributes.%'
$$;

-- Takes leads from any other source: by their own id, then by e-mail, then by an address that is among the additional e-mails of one lead alone, else new. Blank values never erase. p_items: [{index, snapshot}].
-- The triggers note the changes, so the leads go out to Twenty like any local edit. Of leads that meet in one batch, the later values win.
create or replace function lead_sync.take_in_leads(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_results jsonb;
begin
  with item as materialized (
    select
      (i ->> 'index')::integer as index,
      (i -> 'snapshot' ->> 'id')::uuid as own_id,
      lead_sync.email_key(i -> 'snapshot' ->> 'email') as email,
      jsonb_strip_nulls(lead_sync.stated_values(i -> 'snapshot')) as stated,
      i -> 'snapshot' as snapshot
    from jsonb_array_elements(p_items) as i
  ),
  matched as materialized (
    select
      item.index, item.own_id, item.snapshot, k.known_id,
      coalesce(k.known_id::text, item.own_id::text, item.email, 'item ' || item.index) as identity,
      case when by_address.id is not null then item.stated - 'email' else item.stated end as stated -- the first address stays
    from item
    left join public.leads as by_id on by_id.id = item.own_id
    left join lateral (
      select l.id from public.leads as l
      where lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) = item.email and l.deleted_at is null and by_id.id is null
      order by l.created_at, l.id
      limit 1
    ) as by_email on true
    left join lateral (
      select lead_sync.lead_of_address(item.email) as id where item.email is not null and by_id.id is null and by_email.id is null
    ) as by_address on true
    cross join lateral (select coalesce(by_id.id, by_email.id, by_address.id) as known_id) as k
  ),
  stated as materialized (
    select m.identity, jsonb_object_agg(e.key, e.value order by m.index) as stated
    from matched as m cross join jsonb_each(m.stated) as e
    group by m.identity
  ),
  merged as materialized (
    select
      g.identity, g.known_id, coalesce(s.stated, '{}') as stated, g.first_index,
      coalesce(g.known_id, g.own_id, gen_random_uuid()) as lead_id
    from (
      select
        m.identity, min(m.index) as first_index, (array_agg(m.known_id))[1] as known_id,
        (array_agg(m.own_id) filter (where m.own_id is not null))[1] as own_id
      from matched as m
      group by m.identity
    ) as g
    left join stated as s on s.identity = g.identity
  ),
  insert_leads as (
    insert into public.leads (
      id, first_name, last_name, email, additional_emails, phone, additional_phones, job_title, company_name, company_domain, company_size, city, region,
      country, postal_code, linkedin_url, lead_source, lead_status, lead_score, attributes
    )
    select
      g.lead_id, g.stated ->> 'first_name', g.stated ->> 'last_name', g.stated ->> 'email',
      lead_sync.text_array(g.stated -> 'additional_emails'), g.stated ->> 'phone', lead_sync.text_array(g.stated -> 'additional_phones'),
      g.stated ->> 'job_title',
      g.stated ->> 'company_name', g.stated ->> 'company_domain', g.stated ->> 'company_size', g.stated ->> 'city', g.stated ->> 'region',
      g.stated ->> 'country', g.stated ->> 'postal_code', g.stated ->> 'linkedin_url', coalesce(g.stated ->> 'lead_source', p_context ->> 'source'),
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
      additional_emails = case when g.stated ? 'additional_emails' then lead_sync.text_array(g.stated -> 'additional_emails') else l.additional_emails end,
      phone = coalesce(g.stated ->> 'phone', l.phone),
      additional_phones = case when g.stated ? 'additional_phones' then lead_sync.text_array(g.stated -> 'additional_phones') else l.additional_phones end,
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
      and not (lead_sync.lead_values(l) @> (g.stated - 'segment'))
    returning l.id
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed)
    select g.lead_id, 'intake', 'bidirectional', 'synced', array(select jsonb_object_keys(g.stated))
    from merged as g
    where g.known_id is null or exists (select from update_leads as u where u.id = g.known_id)
  )
  select jsonb_agg(
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
      'fields', (select coalesce(jsonb_agg(k), '[]') from jsonb_object_keys(m.stated) as k)
    )
    order by m.index
  )
  into v_results
  from matched as m
  join merged as g on g.identity = m.identity
  left join public.leads as l on l.id = g.known_id;

  return coalesce(v_results, '[]');
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;

select lead_sync.end_migration();
