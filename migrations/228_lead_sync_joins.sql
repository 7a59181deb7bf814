-- People who were merged in Twenty: the lead of the one who is gone joins the lead of the one who stays.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- The history, conflicts, tasks and AI answers of a lead become another one's. Of a field that is an open conflict in both, the other one's stays open.
create or replace function lead_sync.hand_over(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.lead_sync_history as h set lead_id = p_to where h.lead_id = p_from;
  update lead_sync.history_archive as h set lead_id = p_to where h.lead_id = p_from;
  update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = 'superseded'
  where c.lead_id = p_from and c.resolved_at is null
    and exists (select from public.lead_sync_conflicts as o where o.lead_id = p_to and o.field = c.field and o.resolved_at is null);
  update public.lead_sync_conflicts as c set lead_id = p_to where c.lead_id = p_from;
  update lead_sync.follow_ups as f set lead_id = p_to
  where f.lead_id = p_from and not exists (select from lead_sync.follow_ups as o where o.lead_id = p_to and o.rule_key = f.rule_key);
  update lead_sync.ai_answers as a set lead_id = p_to
  where a.lead_id = p_from and not exists (select from lead_sync.ai_answers as o where o.lead_id = p_to);
end
$$;

-- A lead whose person is gone joins another one. What is blank there is filled from here, like a local edit; a score only where there is none.
-- An edit that never went out and that the other lead has another value for is kept there as a conflict. The joined lead stays as a deleted one, without its history.
-- The caller holds both leads' locks. p_context: as of merge_snapshots. Returns [{joined lead's id: the other lead's id}].
drop function if exists lead_sync.join_leads(uuid, uuid, jsonb);
create function lead_sync.join_leads(p_from uuid, p_to uuid, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_from public.leads;
  v_to public.leads;
  v_state lead_sync.lead_states;
  v_values jsonb;
  v_filled jsonb;
begin
  select l.* into strict v_from from public.leads as l where l.id = p_from;
  select l.* into strict v_to from public.leads as l where l.id = p_to;
  select s.* into strict v_state from lead_sync.lead_states as s where s.lead_id = p_from;
  v_values := lead_sync.lead_values(v_from) - array['deleted', 'email', 'additional_emails', 'additional_phones'];
  v_filled := v_values - array(select jsonb_object_keys(lead_sync.lead_values(v_to)));
  if v_to.company_name is not null or v_to.company_domain is not null then
    v_filled := v_filled - array['company_name', 'company_domain']; -- a company is one value
  end if;

  perform lead_sync.hand_over(p_from, p_to);
  perform set_config('lead_sync.engine', 'off', true); -- what is filled goes out
  perform lead_sync.set_values(v_to, v_filled);
  perform set_config('lead_sync.engine', 'on', true);
  update public.leads as l set
    created_at = least(l.created_at, v_from.created_at),
    score_breakdown = coalesce(l.score_breakdown, v_from.score_breakdown),
    segment_confidence = coalesce(l.segment_confidence, v_from.segment_confidence),
    segment_source = coalesce(l.segment_source, v_from.segment_source)
  where l.id = p_to;

  insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
  select p_to, (p_context ->> 'run_id')::uuid, r ->> 'field', 'twenty', v_values -> (r ->> 'field'), lead_sync.lead_values(v_to) -> (r ->> 'field'),
    'edited in a lead whose person was merged with this one''s in Twenty, before it went out'
  from jsonb_array_elements(p_context -> 'rules') as r
  where r ->> 'direction' = 'both' and v_values ? (r ->> 'field') and not v_filled ? (r ->> 'field')
    and v_values -> (r ->> 'field') is distinct from v_state.base_local -> (r ->> 'field')
    and lead_sync.comparable(r ->> 'kind', v_values -> (r ->> 'field'))
      <> lead_sync.comparable(r ->> 'kind', lead_sync.lead_values(v_to) -> (r ->> 'field'));

  update public.leads as l set deleted_at = coalesce(l.deleted_at, clock_timestamp()), sync_status = 'synced', sync_error_message = null, sync_error_count = 0
  where l.id = p_from;
  update lead_sync.lead_states as s set
    joined = p_to, base_local = s.base_local || '{"deleted": true}', base_remote = s.base_remote || '{"deleted": true}',
    due_at = null, due_since = null, claim_token = null, lease = null, intent = null
  where s.lead_id = p_from;
  insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, error_message)
  values (
    p_to, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(v_filled)),
    'lead ' || p_from || ' was joined with this one: their people were merged in Twenty'
  );
  return jsonb_build_array(jsonb_build_object(p_from, p_to));
end
$$;

-- After snapshots were merged: leads whose person is confirmed to be gone, and whose address is among the additional e-mails of one live, linked lead alone, join that one.
-- They meet here when the absence comes, or when the additional address does. Returns {joined lead's id: the other lead's id}.
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
    select distinct l.id as lead_id, lead_sync.lead_of_address(lead_sync.known_address(l), true) as other_id
    from jsonb_array_elements(p_items) as i
    cross join lateral (select i -> 'snapshot' as snapshot, i -> 'snapshot' -> 'additional_emails' as others offset 0) as k
    cross join lateral (
      select c.id from public.leads as c where (k.snapshot ->> 'absent')::boolean and c.twenty_id = (k.snapshot ->> 'twenty_id')::uuid
      union all
      select c.id
      from jsonb_array_elements_text(case when jsonb_typeof(k.others) = 'array' then k.others else '[]' end) as e
      cross join lateral (
        select m.id from public.leads as m where lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) = lead_sync.email_key(e) offset 0
      ) as c
    ) as c
    join public.leads as l on l.id = c.id
    join lead_sync.lead_states as s on s.lead_id = l.id
    where s.gone
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

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;

select lead_sync.end_migration();
