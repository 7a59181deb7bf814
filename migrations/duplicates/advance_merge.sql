-- Takes a merge as far as the database can alone: joins the leads where Twenty has no two people of them, or has merged them; otherwise claims both, so that no push writes
-- to them meanwhile, and says whom Twenty has to merge (p_twenty; false: leaves that to the next push). Safe to repeat after any step. Returns what merge_state does.
create or replace function lead_sync.advance_merge(p_id bigint, p_twenty boolean) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_merge lead_sync.merges;
  v_keep public.leads;
  v_drop public.leads;
  v_kept lead_sync.lead_states;
  v_dropped lead_sync.lead_states;
  v_lease interval;
  v_problem text;
  v_refused boolean := false;
begin
  select * into strict v_merge from lead_sync.merges as m where m.id = p_id;
  perform from public.leads as l where l.id in (v_merge.keep_id, v_merge.drop_id) order by l.id for no key update;
  select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
  if v_merge.settled_at is not null then
    return lead_sync.merge_state(v_merge);
  end if;
  select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
  select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
  insert into lead_sync.lead_states (lead_id) values (v_keep.id), (v_drop.id) on conflict do nothing;
  select * into strict v_kept from lead_sync.lead_states as s where s.lead_id = v_keep.id;
  select * into strict v_dropped from lead_sync.lead_states as s where s.lead_id = v_drop.id;

  if v_merge.step = 'asked' then
    v_refused := true;
    v_problem := case
      when v_keep.deleted_at is not null then 'the lead to keep was deleted'
      when v_drop.deleted_at is not null and not v_dropped.gone then 'the lead to drop was deleted'
    end;
    if v_problem is null then
      v_refused := false;
      v_problem := case
        when exists (
          select from unnest(array[v_kept, v_dropped]) as s where s.claim_token is not null and s.due_at > v_now
        ) then 'a push, or another try of this merge, is at work with one of the leads'
        when exists (
          select from (values (v_keep.twenty_id, v_kept.intent), (v_drop.twenty_id, v_dropped.intent)) as s (twenty_id, intent) where s.twenty_id is null and s.intent is not null
        ) then 'one of the leads may be on its way to Twenty: the next push finds out'
      end;
    end if;
  end if;
  if v_problem is not null then
    update lead_sync.merges as m set
      problem = v_problem, tried_at = v_now, step = case when v_refused then 'refused' else m.step end, settled_at = case when v_refused then v_now end
    where m.id = v_merge.id
    returning * into v_merge;
    if v_refused then
      perform lead_sync.release_merge(v_merge);
    end if;
    return lead_sync.merge_state(v_merge);
  end if;

  if v_merge.step = 'asked' and v_keep.twenty_id is not null and not v_kept.gone and v_drop.twenty_id is not null and not v_dropped.gone then
    if not p_twenty then
      update lead_sync.merges as m set problem = 'the next push has Twenty merge the two people' where m.id = v_merge.id returning * into v_merge;
      return lead_sync.merge_state(v_merge);
    end if;
    v_merge.token := gen_random_uuid(); -- whoever tried it before is too late
    v_lease := (select s.lease from lead_sync.settings as s);
    perform set_config('lead_sync.engine', 'on', true);
    update lead_sync.lead_states as s set
      claim_token = v_merge.token, lease = v_lease, due_at = v_now + v_lease, due_since = coalesce(s.due_since, v_now)
    where s.lead_id in (v_keep.id, v_drop.id);
    update public.leads as l set sync_status = 'syncing' where l.id in (v_keep.id, v_drop.id);
    perform set_config('lead_sync.engine', 'off', true);
    update lead_sync.merges as m set
      keep_twenty_id = v_keep.twenty_id, drop_twenty_id = v_drop.twenty_id, token = v_merge.token, problem = null, tried_at = v_now, unheard_since = coalesce(m.unheard_since, v_now)
    where m.id = v_merge.id
    returning * into v_merge;
    return lead_sync.merge_state(v_merge, jsonb_build_object(
      'keep', v_keep.twenty_id, 'drop', v_drop.twenty_id, 'token', v_merge.token, 'object', (select s.object from lead_sync.settings as s),
      'lease_seconds', extract(epoch from v_lease)::integer, 'read_started_at', clock_timestamp(), 'is_first', v_merge.unheard_since = v_now
    ));
  end if;

  if v_merge.step = 'asked' and not v_dropped.gone then
    update lead_sync.merges as m set
      keep_twenty_id = case when not v_kept.gone then v_keep.twenty_id end, drop_twenty_id = v_drop.twenty_id
    where m.id = v_merge.id;
    if v_drop.twenty_id is not null then
      perform lead_sync.move_person(v_drop.id, v_keep.id);
    end if;
  end if;
  perform lead_sync.release_merge(v_merge);
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.finish_merge(v_merge.id, jsonb_build_object(
    'rules', lead_sync.rules((select s.object from lead_sync.settings as s)), 'sync_type', 'manual'
  ));
  perform set_config('lead_sync.engine', 'off', true);
  select * into strict v_merge from lead_sync.merges as m where m.id = p_id;
  return lead_sync.merge_state(v_merge);
end
$$;
