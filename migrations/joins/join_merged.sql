-- After snapshots were merged: leads whose person is confirmed to be gone, and whose address is among the additional e-mails of one live, linked lead alone, join that one.
-- So does one that was to be merged into another here, see merge_leads. They meet here when the absence comes, when the additional address does, or when a lead that had it as well is found to be gone. Returns {joined lead's id: the other lead's id}.
create or replace function lead_sync.join_merged(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_pair record;
  v_answer jsonb;
  v_joined jsonb := '{}';
begin
  if not jsonb_path_exists(p_items, '$[*].snapshot ? (@.absent == true || @.additional_emails[0] != null)') then
    return v_joined;
  end if;
  for v_pair in
    select distinct l.id as lead_id, coalesce(lead_sync.merge_of(l.id), lead_sync.lead_of_address(l.address, true)) as other_id
    from jsonb_array_elements(p_items) as i
    left join lateral (
      select l.id, l.additional_emails from public.leads as l
      where (i -> 'snapshot' ->> 'absent')::boolean and l.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
      offset 0
    ) as g on true
    cross join lateral (select coalesce(to_jsonb(g.additional_emails), i -> 'snapshot' -> 'additional_emails') as others offset 0) as k
    cross join lateral (
      select g.id
      union all
      select c.id
      from jsonb_array_elements_text(case when jsonb_typeof(k.others) = 'array' then k.others else '[]' end) as e
      cross join unnest(lead_sync.email_spellings(e)) as a (email)
      cross join lateral (
        select m.id from public.leads as m where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = a.email
        union all
        select s.lead_id from lead_sync.lead_states as s where s.gone and lead_sync.email_key(s.base_remote ->> 'email') = a.email
        offset 0
      ) as c
    ) as c
    -- lead by lead: so few are gone that the planner begins with all states otherwise
    cross join lateral (
      select l.id, lead_sync.known_address(l) as address
      from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
      where l.id = c.id and s.gone and (l.deleted_at is not null or not s.base_local ? 'deleted') -- restored here, it gets a person of its own
      offset 0
    ) as l
  loop
    if v_pair.other_id <> v_pair.lead_id and not exists (
      select from lead_sync.lead_states as s where s.lead_id = v_pair.lead_id and s.joined = v_pair.other_id
    ) then
      v_answer := lead_sync.write_or_split('join', jsonb_build_array(jsonb_build_object('lead_id', v_pair.lead_id, 'other_id', v_pair.other_id)), p_context);
      v_joined := v_joined || coalesce(v_answer -> 0, '{}');
    end if;
  end loop;
  return v_joined;
end
$$;
