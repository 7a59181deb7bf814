-- Takes a merge back as far as possible: the dropped lead is a row of its own again with its values, and has the touches, deals, history and conflicts that it brought; the other one's fields and addresses that came of
-- the merge, and were not edited since, are what they were. A merge that is not done is given up. Not possible once the upkeep has cleared the merge away (runs_days of the settings).
--   p_by  who says so, for the record
-- Returns {id, step, lead_id, fields, touches, remains}: fields of the kept lead that were set back; remains: what cannot be taken back, in words.
-- Raises 22023 when there is no such merge, PT409 when one of its leads was changed so that it cannot be undone, it is at work, or Twenty may have merged the two unheard: the next push
-- finds out.
create or replace function public.undo_merge(p_id bigint, p_by text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_merge lead_sync.merges;
  v_keep public.leads;
  v_drop public.leads;
  v_values jsonb;
  v_agreed jsonb; -- of the dropped lead, what Twenty had to merge
  v_back jsonb;
  v_touches integer;
  v_moved boolean;
begin
  select * into v_merge from lead_sync.merges as m where m.id = p_id;
  if not found then
    raise exception 'There is no merge %', p_id using errcode = '22023', hint = 'A merge can be undone for as many days as runs_days of lead_sync.settings says.';
  end if;
  perform from public.leads as l where l.id in (v_merge.keep_id, v_merge.drop_id) order by l.id for no key update;
  select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
  if v_merge.step in ('refused', 'undone') then
    return jsonb_build_object('id', p_id, 'step', v_merge.step, 'lead_id', v_merge.drop_id, 'fields', '[]'::jsonb, 'touches', 0, 'remains', '[]'::jsonb);
  elsif v_merge.step = 'twenty_merged' or exists (
    select from lead_sync.lead_states as s where s.lead_id in (v_merge.keep_id, v_merge.drop_id) and s.claim_token = v_merge.token and s.due_at > clock_timestamp()
  ) then
    raise exception 'Merge % is at work', p_id using errcode = 'PT409', hint = 'Undo it when it is done, in some minutes.';
  elsif v_merge.step = 'asked' and v_merge.unheard_since is not null then
    raise exception 'Twenty may have merged the people of merge %, and nobody has heard of it', p_id
      using errcode = 'PT409', hint = 'Push once: it finds out and goes on with the merge. Undo it then.';
  elsif v_merge.step = 'asked' then
    perform lead_sync.release_merge(v_merge);
    update lead_sync.merges as m set step = 'undone', settled_at = clock_timestamp(), problem = 'given up' || coalesce(' by ' || left(p_by, 200), '') where m.id = p_id;
    return jsonb_build_object('id', p_id, 'step', 'undone', 'lead_id', v_merge.drop_id, 'fields', '[]'::jsonb, 'touches', 0, 'remains', '[]'::jsonb);
  end if;
  select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
  select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
  if v_keep.deleted_at is not null then
    raise exception 'The lead % was deleted', v_keep.id using errcode = 'PT409', hint = 'Restore it first.';
  elsif v_drop.deleted_at is null or not exists (select from lead_sync.lead_states as s where s.lead_id = v_drop.id and s.joined = v_keep.id) then
    raise exception 'The lead % is not joined with % any more', v_drop.id, v_keep.id using errcode = 'PT409', hint = 'Edit the two leads by hand.';
  end if;

  -- of the kept lead, what the merge gave it, chosen or into a blank, and is as it came
  v_values := lead_sync.lead_values(v_keep);
  select s.base_local into strict v_agreed from lead_sync.lead_states as s where s.lead_id = v_drop.id;
  select coalesce(jsonb_object_agg(f.field, coalesce(v_merge.keep_values -> f.field, 'null')), '{}') into v_back
  from jsonb_object_keys(v_agreed || v_merge.drop_values || v_merge.chosen) as f (field)
  where f.field not in ('deleted', 'additional_emails', 'additional_phones')
    and (v_merge.chosen ? f.field or not v_merge.keep_values ?| case
      when f.field in ('company_name', 'company_domain') then array['company_name', 'company_domain'] -- a company is one value
      else array[f.field]
    end)
    and (
      coalesce(v_values -> f.field, 'null') = coalesce(case when v_merge.chosen ? f.field then v_merge.chosen else v_merge.drop_values end -> f.field, 'null')
      or not v_merge.chosen ? f.field and v_values -> f.field = v_agreed -> f.field
    )
    and (v_values -> f.field) is distinct from v_merge.keep_values -> f.field;
  -- the source of its first touch, where that goes back
  if not v_merge.chosen ? 'lead_source' and v_values -> 'lead_source' is distinct from v_merge.keep_values -> 'lead_source'
    and v_values ->> 'lead_source' = (select t.source from public.lead_touches as t where t.id = any (v_merge.touches) order by t.touched_at, t.id limit 1)
  then
    v_back := v_back || jsonb_build_object('lead_source', coalesce(v_merge.keep_values -> 'lead_source', 'null'));
  end if;
  v_back := v_back || lead_sync.addresses_without(v_keep, v_merge, v_agreed, coalesce(v_back -> 'email', v_values -> 'email'), coalesce(v_back -> 'phone', v_values -> 'phone'));

  perform set_config('lead_sync.engine', 'off', true);
  update public.lead_touches as t set lead_id = v_drop.id where t.id = any (v_merge.touches) and t.lead_id = v_keep.id;
  get diagnostics v_touches = row_count;
  update public.lead_sync_history as h set lead_id = v_drop.id where h.id = any (v_merge.history) and h.lead_id = v_keep.id;
  update lead_sync.history_archive as h set lead_id = v_drop.id where h.id = any (v_merge.history) and h.lead_id = v_keep.id;
  update public.lead_sync_conflicts as c set lead_id = v_drop.id where c.id = any (v_merge.conflicts) and c.lead_id = v_keep.id;
  perform lead_sync.set_values(v_keep, v_back);
  update public.leads as l set
    created_at = case when l.created_at = v_drop.created_at then v_merge.keep_created_at else l.created_at end,
    score_breakdown = case when l.score_breakdown = v_drop.score_breakdown then v_merge.keep_score_breakdown else l.score_breakdown end
  where l.id = v_keep.id and v_merge.keep_created_at is not null;
  perform lead_sync.agree_on_merged(v_merge);

  v_moved := v_merge.keep_twenty_id is null and v_keep.twenty_id = v_merge.drop_twenty_id;
  update lead_sync.lead_states as s set
    joined = null, base_local = '{}', base_remote = '{}', remote_created_at = null, remote_updated_at = null, company_id = null, absent_since = null, gone = false,
    merged_at = null, read_at = null, intent = null, retries = 0
  where s.lead_id = v_drop.id;
  update public.leads as l set deleted_at = null, twenty_id = null, sync_status = 'pending' where l.id = v_drop.id;
  if v_moved then
    perform lead_sync.move_person(v_keep.id, v_drop.id);
    update public.leads as l set sync_status = 'pending' where l.id = v_keep.id;
    update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = coalesce(s.due_since, clock_timestamp()) where s.lead_id = v_keep.id;
  end if;
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.hand_over_rows(v_keep.id, v_drop.id, v_merge.row_ids);
  perform set_config('lead_sync.engine', 'off', true);
  update lead_sync.merges as m set step = 'undone', settled_at = clock_timestamp(), problem = 'undone' || coalesce(' by ' || left(p_by, 200), '') where m.id = p_id;
  update lead_sync.duplicate_pairs as p set decided = null, decided_by = null, decided_at = null
  where p.lead_a = least(v_keep.id, v_drop.id) and p.lead_b = greatest(v_keep.id, v_drop.id) and p.decided = 'merged';
  insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message)
  values (v_drop.id, 'manual', 'bidirectional', 'synced', 'the merge with lead ' || v_keep.id || ' was undone' || coalesce(' by ' || left(p_by, 200), ''));

  perform lead_sync.rescore_active(p_lead_ids => array[v_keep.id, v_drop.id]);
  perform public.note_action('undo_merge', jsonb_build_object('merge_id', p_id), p_by);
  return jsonb_build_object(
    'id', p_id, 'step', 'undone', 'lead_id', v_drop.id, 'fields', (select coalesce(jsonb_agg(k order by k), '[]') from jsonb_object_keys(v_back) as k), 'touches', v_touches,
    'remains', jsonb_build_array('Tasks and answers of the lead stay with the other one.') || case
      when v_merge.keep_twenty_id is not null and v_merge.drop_twenty_id is not null then jsonb_build_array(
        'Twenty cannot part two people that it merged: the next push makes a new person of the lead. Notes, tasks, files, e-mails and meetings stay with the other one.'
      )
      else '[]'
    end
  );
end
$$;
