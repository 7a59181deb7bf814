-- Joins the leads of a merge: the dropped one's touches, history, conflicts and tasks go over, blanks are filled, what was chosen is set and goes out, addresses of both are kept.
-- What somebody edited in either lead since the merge was asked for stays, as a conflict where the choice was another. Whoever calls holds both leads' locks.
-- p_context: as of merge_snapshots. Returns what join_leads does.
create or replace function lead_sync.finish_merge(p_id bigint, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_merge lead_sync.merges;
  v_keep public.leads;
  v_drop public.leads;
  v_is_gone boolean;
  v_dropped jsonb; -- the dropped lead's values
  v_followed jsonb; -- what was chosen of them, as it is by now
  v_chosen jsonb;
  v_values jsonb;
  v_joined jsonb;
  v_set jsonb;
begin
  select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
  select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
  v_dropped := lead_sync.lead_values(v_drop);
  v_followed := (
    select coalesce(jsonb_object_agg(c.key, coalesce(v_dropped -> c.key, 'null')), '{}') from jsonb_each(v_merge.chosen) as c
    where c.value = coalesce(v_merge.drop_values -> c.key, 'null')
  );
  v_chosen := v_merge.chosen || v_followed;
  v_is_gone := (select s.gone from lead_sync.lead_states as s where s.lead_id = v_merge.drop_id);
  update lead_sync.merges as m set
    chosen = v_chosen,
    drop_values = v_dropped,
    keep_created_at = k.created_at,
    keep_score_breakdown = k.score_breakdown,
    touches = array(select t.id from public.lead_touches as t where t.lead_id = v_merge.drop_id),
    history = array(
      select h.id from public.lead_sync_history as h where h.lead_id = v_merge.drop_id
      union all select h.id from lead_sync.history_archive as h where h.lead_id = v_merge.drop_id
    ),
    conflicts = array(select c.id from public.lead_sync_conflicts as c where c.lead_id = v_merge.drop_id),
    row_ids = lead_sync.rows_of_lead(v_merge.drop_id),
    drop_twenty_id = case when m.step <> 'asked' or m.unheard_since is not null or not v_is_gone then m.drop_twenty_id end
  from public.leads as k
  where m.id = v_merge.id and k.id = m.keep_id;
  if v_merge.step = 'asked' and (v_merge.unheard_since is null or not v_is_gone) then
    -- Twenty has merged nothing: what the dropped lead had, the other one gets from here
    update lead_sync.lead_states as s set base_local = '{}', base_remote = '{}' where s.lead_id = v_merge.drop_id;
  end if;
  v_joined := lead_sync.join_leads(v_merge.drop_id, v_merge.keep_id, p_context || jsonb_build_object(
    'known', v_merge.drop_values || v_followed, 'reason', 'somebody merged the two'
  ));
  select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
  v_values := lead_sync.lead_values(v_keep);

  select coalesce(jsonb_object_agg(c.key, c.value) filter (where w.is_free), '{}') into v_set
  from jsonb_each(v_chosen) as c
  cross join lateral (
    select exists (
      select from unnest(array[v_merge.keep_values, v_merge.drop_values, v_chosen]) as k (known)
      where coalesce(k.known -> c.key, 'null') = coalesce(v_values -> c.key, 'null')
    ) as is_free
  ) as w;
  insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
  select v_keep.id, (p_context ->> 'run_id')::uuid, w.field, 'twenty', w.lost, w.stays, 'chosen when two leads were merged, and edited before the merge was done'
  from (
    select c.key as field, case when v_set ? c.key then c.value else v_chosen -> c.key end as lost, nullif((v_values || v_set) -> c.key, 'null') as stays
    from jsonb_each(v_merge.chosen) as c
  ) as w
  left join jsonb_array_elements(p_context -> 'rules') as r on r ->> 'field' = w.field
  where w.lost <> 'null' and w.lost is distinct from w.stays and (r is null or not lead_sync.is_same(r ->> 'kind', w.lost, w.stays));

  perform set_config('lead_sync.engine', 'off', true); -- what is set goes out
  v_keep := lead_sync.set_values(v_keep, v_set);
  perform lead_sync.set_values(v_keep, lead_sync.merged_addresses(v_keep, v_drop, jsonb_strip_nulls(jsonb_build_object(
    'email', case when v_set ? 'email' then v_merge.keep_values -> 'email' end, 'phone', case when v_set ? 'phone' then v_merge.keep_values -> 'phone' end
  ))));
  perform set_config('lead_sync.engine', 'on', true);

  -- a read that began before this shows the dropped person as it was
  update lead_sync.lead_states as s set
    gone = s.gone or v_drop.twenty_id is not null, absent_since = null, held_by = null, error_category = null, merged_at = v_now, read_at = v_now
  where s.lead_id = v_merge.drop_id;
  update lead_sync.merges as m set step = 'joined', settled_at = v_now, problem = null where m.id = v_merge.id;
  insert into lead_sync.duplicate_pairs as p (lead_a, lead_b, score, reasons, decided, decided_by, decided_at)
  values (least(v_keep.id, v_drop.id), greatest(v_keep.id, v_drop.id), 1, '{}', 'merged', v_merge.asked_by, v_now)
  on conflict (lead_a, lead_b) do update set decided = excluded.decided, decided_by = excluded.decided_by, decided_at = excluded.decided_at;
  return v_joined;
end
$$;
