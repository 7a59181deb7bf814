-- Locks the e-mails and phone numbers of which a lead may be made, then, in id order, every lead the items or the claim could touch: one order everywhere means no deadlock.
-- A snapshot names its lead by twenty_id; a lead of another source by its own id, whatever twenty_id it brings.
create or replace function lead_sync.lock_candidates(p_items jsonb, p_claim_token uuid, p_source text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids uuid[];
  v_known uuid[]; -- the leads of those people who are known
  v_unknown uuid[];
  v_emails text[];
  v_new_emails text[]; -- of which leads may be made
  v_has_absent boolean;
  v_phones jsonb := '[]'; -- [{phone, snapshot}]
  v_lead_ids uuid[];
begin
  select
    array_agg(k.id), array_agg(l.id) filter (where l.id is not null), array_agg(k.id) filter (where l.id is null), array_agg(a.email) filter (where a.email is not null),
    array_agg(a.email) filter (where l.id is null and a.email is not null), bool_or(k.absent)
  into v_ids, v_known, v_unknown, v_emails, v_new_emails, v_has_absent
  from jsonb_array_elements(p_items) as i
  cross join lateral (
    select (i -> 'snapshot' ->> case p_source when 'twenty' then 'twenty_id' else 'id' end)::uuid as id, i -> 'snapshot' ->> 'email' as email,
      case when jsonb_typeof(i -> 'snapshot' -> 'additional_emails') = 'array' then i -> 'snapshot' -> 'additional_emails' end as others, p_source = 'twenty' and coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) as absent
    offset 0
  ) as k
  left join public.leads as l on p_source = 'twenty' and l.twenty_id = k.id
  left join lateral (
    -- most have one, told here, as a call takes longer
    select unnest(case when k.email ~ '^[!-~]+$' and strpos(lower(k.email), 'xn--') = 0 then array[lower(k.email)] else lead_sync.email_spellings(k.email) end) where l.id is null
    union all
    select s from jsonb_array_elements_text(k.others) as e cross join unnest(lead_sync.email_spellings(e)) as s where k.others is not null
  ) as a (email) on true;

  -- Two calls with one new e-mail would each make a lead, as neither sees the other's before it commits; so the second one waits for the first one's end.
  -- Buckets of e-mails are locked, not each: 5,000 locks a call would fill the server's table of them. A person whose lead is known makes none.
  perform pg_advisory_xact_lock(hashtext('lead_sync.email'), b.bucket)
  from (select distinct hashtext(n.email) & 63 as bucket from unnest(v_new_emails) as n (email) order by bucket) as b;
  if p_source <> 'twenty' and jsonb_path_exists(p_items, '$[*].snapshot.phone ? (@ != null)') then
    select coalesce(jsonb_agg(jsonb_build_object('phone', k.phone, 'snapshot', i -> 'snapshot')), '[]') into v_phones
    from jsonb_array_elements(p_items) as i
    cross join lateral (select lead_sync.phone_key(i #>> '{snapshot,phone}') as phone offset 0) as k
    where i #>> '{snapshot,id}' is null and k.phone is not null;
    perform pg_advisory_xact_lock(hashtext('lead_sync.phone'), b.bucket)
    from (select distinct hashtext(p ->> 'phone') & 63 as bucket from jsonb_array_elements(v_phones) as p order by bucket) as b;
  end if;

  -- most deltas: people who are known, and nothing else that they could touch
  if p_source = 'twenty' and v_emails is null and v_unknown is null and not v_has_absent and p_claim_token is null then
    v_lead_ids := v_known || array(select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_ids));
  else
    v_lead_ids := array(
      select c.id from public.leads as c where c.twenty_id = any (v_ids)
      union select c.id from public.leads as c where c.id = any (array(select lead_sync.own_id_of(u) from unnest(v_unknown) as u))
      -- e-mail by e-mail, as in match_snapshots: for a list of them the planner reads all leads
      union select c.id
      from unnest(v_emails) as e (email)
      cross join lateral (select m.id from public.leads as m where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email offset 0) as c
      union select c.id
      from unnest(v_emails) as e (email)
      cross join lateral (
        select m.id from public.leads as m where m.additional_emails <> '{}' and lead_sync.email_keys(m.additional_emails) @> array[e.email] offset 0
      ) as c
      where p_source <> 'twenty'
      union select n.lead_id
      from lead_sync.leads_of_phones((
        select jsonb_agg(jsonb_build_object(
          'phone', p -> 'phone', 'name', lead_sync.person_name(p #>> '{snapshot,first_name}', p #>> '{snapshot,last_name}'), 'has_email', k.email is not null
        ))
        from jsonb_array_elements(v_phones) as p
        cross join lateral (select lead_sync.email_key(p #>> '{snapshot,email}') as email offset 0) as k
        where not exists (
          select from public.leads as m
          where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = k.email
        )
      )) as n
      -- whom a lead may join whose person is gone
      union select lead_sync.lead_of_address(lead_sync.known_address(c), true)
      from jsonb_array_elements(case when v_has_absent then p_items else '[]' end) as i join public.leads as c on c.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
      where (i -> 'snapshot' ->> 'absent')::boolean
      union select lead_sync.merge_of(c.id)
      from jsonb_array_elements(case when v_has_absent then p_items else '[]' end) as i join public.leads as c on c.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
      where (i -> 'snapshot' ->> 'absent')::boolean
      union select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_ids)
      union select s.lead_id from lead_sync.lead_states as s where s.claim_token = p_claim_token
    );
  end if;
  perform from public.leads as l where l.id = any (v_lead_ids) order by l.id for no key update;
end
$$;
