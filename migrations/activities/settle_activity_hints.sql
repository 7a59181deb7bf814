-- In the transaction that stored what was read: hints leave the inbox, unless more came since they were taken, which may have been settled by another reader meanwhile
-- and come anew. Those of records whose absence is to be confirmed
-- wait for that.
create or replace function lead_sync.settle_activity_hints(p_object text, p_kind text, p_is_link boolean, p_hints jsonb, p_read timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_allowance interval := (select s.absence_allowance from lead_sync.settings as s);
  v_drained integer;
begin
  if p_hints is null then
    return;
  end if;
  perform from lead_sync.inbox as i
  where i.object = p_object and i.record_id in (select (h ->> 'record_id')::uuid from jsonb_array_elements(p_hints) as h)
  order by i.record_id
  for update;

  with settled as materialized (
    select i.record_id, coalesce(a.absent_since, k.absent_since) as absent_since
    from lead_sync.inbox as i
    join jsonb_to_recordset(p_hints) as h (record_id uuid, hints integer) on h.record_id = i.record_id and h.hints = i.hints
    left join lead_sync.activities as a on not p_is_link and a.kind = p_kind and a.twenty_id = i.record_id
    left join lead_sync.activity_links as k on p_is_link and k.kind = p_kind and k.twenty_id = i.record_id
    where i.object = p_object and i.waiting_since <= p_read
  ),
  wait as (
    update lead_sync.inbox as i set due_at = s.absent_since + v_allowance
    from settled as s
    where i.object = p_object and i.record_id = s.record_id and s.absent_since is not null
  ),
  leave as (
    delete from lead_sync.inbox as i using settled as s
    where i.object = p_object and i.record_id = s.record_id and s.absent_since is null
    returning i.record_id
  )
  select count(*) into v_drained from leave;
  perform lead_sync.count_hints(0, 0, 0, v_drained);
end
$$;
