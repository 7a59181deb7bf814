-- Says yes or no to what waits. After a yes exactly that flows: leads go out with the next push; what Twenty has is merged here, 500 people a call, so call again with the same
-- answer while left is above 0 (pulls go on with it, too). After a no it stays as it is, and is asked about again only when it changes.
--   p_by     who, if not the caller
--   p_leads  how many leads whoever decides was shown: what has grown since is not decided
--   p_seen   its version when it was shown (get_approvals): what has changed since is not decided; null: whatever it is by now
-- Returns {id, kind, side, decision, decided_at, decided_by, decided_before, leads, left}. Raises PT409 when somebody has decided otherwise, or when it has grown or changed; 22023 when there is
-- no such approval.
create or replace function public.decide_approval(p_id bigint, p_yes boolean, p_by text default null, p_leads integer default null, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_decision text := case when p_yes then 'yes' else 'no' end;
  v_by text := left(coalesce(nullif(btrim(p_by), ''), lead_sync.actor()), 200);
  v_approval lead_sync.approvals;
  v_before boolean;
  v_leads integer;
  v_marks jsonb;
begin
  if p_yes is null then
    raise exception 'p_yes must be true or false' using errcode = '22023';
  end if;
  -- leads first, as everybody who adds to it has them
  perform lead_sync.lock_leads(array(select i.lead_id from lead_sync.approval_items as i where i.approval_id = p_id));
  select * into v_approval from lead_sync.approvals as a where a.id = p_id for update;
  if not found then
    raise exception 'There is no approval %', p_id using errcode = '22023', hint = 'List them with get_approvals.';
  elsif v_approval.decision <> v_decision then
    raise exception 'Approval % was decided at % by %: %', p_id, v_approval.decided_at, v_approval.decided_by, v_approval.decision
      using errcode = 'PT409', hint = 'What has changed since is asked about anew.';
  end if;
  v_leads := (select count(*) from lead_sync.approval_items as i where i.approval_id = p_id);
  v_before := v_approval.decision is not null;
  if not v_before then
    if v_leads > p_leads then
      raise exception 'Approval % has become % leads since; you were shown %', p_id, v_leads, p_leads using errcode = 'PT409', hint = 'Look at it again.';
    elsif p_seen <> coalesce(lead_sync.approval_version(p_id), '') then
      raise exception 'Approval % has changed since you were shown it', p_id using errcode = 'PT409', hint = 'Look at it again.';
    end if;
    update lead_sync.approvals as a set decision = v_decision, decided_at = clock_timestamp(), decided_by = v_by where a.id = p_id returning * into v_approval;
    perform public.note_action('decide_approval', jsonb_build_object(
      'approval', p_id, 'decision', v_decision, 'kind', v_approval.kind, 'side', v_approval.side, 'leads', v_leads
    ), v_by);
    if v_approval.side = 'twenty' then
      perform set_config('lead_sync.engine', 'on', true);
      with waiting as materialized (
        select l.id
        from lead_sync.approval_items as i
        join public.leads as l on l.id = i.lead_id
        join lead_sync.lead_states as s on s.lead_id = l.id
        where i.approval_id = p_id and l.sync_status = 'error' and s.error_category = 'approval' and s.due_at is null and s.claim_token is null
        order by l.id
        for no key update of l
      ),
      queue as (
        update lead_sync.lead_states as s set due_at = clock_timestamp(), error_category = null from waiting as w where p_yes and s.lead_id = w.id
      )
      select jsonb_agg(jsonb_build_object('lead_id', w.id) || case
        when p_yes then '{"sync_status": "pending", "error": null}'
        else jsonb_build_object('sync_status', 'error', 'error', 'approval: no was said to this (approval ' || p_id || '): an edit has it looked at anew')
      end) into v_marks
      from waiting as w;
      perform lead_sync.write_or_split('mark', v_marks);
      perform set_config('lead_sync.engine', 'off', true);
    elsif not p_yes then
      update lead_sync.approval_items as i set snapshot = null where i.approval_id = p_id;
    end if;
  end if;
  if v_approval.side = 'supabase' and p_yes then
    perform lead_sync.take_approved(p_id, 500);
  end if;
  return jsonb_build_object(
    'id', p_id, 'kind', v_approval.kind, 'side', v_approval.side, 'decision', v_decision, 'decided_at', v_approval.decided_at, 'decided_by', v_approval.decided_by,
    'decided_before', v_before, 'leads', v_leads,
    'left', (select count(*) from lead_sync.approval_items as i where i.approval_id = p_id and i.snapshot is not null)
  );
end
$$;
