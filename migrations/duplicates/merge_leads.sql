-- Merges two leads that are one person, here and in Twenty: one stays and has all that both had. Other e-mail addresses and numbers become additional ones; touches, history, conflicts and
-- tasks go over; where the kept lead is blank it takes what the other one has. Asking again for the same goes on with it.
--   p_keep, p_drop  leads
--   p_choices       {field: 'keep', 'drop' or a value}; a field that is left out stays as the kept lead has it
--   p_by            who says so, for the record
--   p_twenty        false: the caller does not reach Twenty, and leaves its part to the next push
-- Returns {id, keep_id, drop_id, step, waits, problem, people}. step: asked, twenty_merged, joined (done), refused. Where both have a person, Twenty has to merge them (people:
-- {keep, drop, token, object, lease_seconds, read_started_at, is_first}); whoever does says
-- so with settle_merge. Where nobody does, the next push does it (waits).
-- Raises 22023 on a malformed call or a lead that is not there, PT409 when one of the leads is part of another merge that is not done.
create or replace function public.merge_leads(p_keep uuid, p_drop uuid, p_choices jsonb default '{}', p_by text default null, p_twenty boolean default true) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_keep public.leads;
  v_drop public.leads;
  v_merge lead_sync.merges;
begin
  if p_keep is null or p_drop is null or p_keep = p_drop then
    raise exception 'Two leads are needed, got % and %', p_keep, p_drop using errcode = '22023';
  end if;
  perform from public.leads as l where l.id in (p_keep, p_drop) order by l.id for no key update;
  select * into v_keep from public.leads as l where l.id = p_keep;
  select * into v_drop from public.leads as l where l.id = p_drop;
  select * into v_merge from lead_sync.merges as m where m.settled_at is null and (m.keep_id in (p_keep, p_drop) or m.drop_id in (p_keep, p_drop)) order by m.id limit 1;
  if found then
    if v_merge.keep_id <> p_keep or v_merge.drop_id <> p_drop then
      raise exception 'Merge % of the leads % and % is not done yet', v_merge.id, v_merge.keep_id, v_merge.drop_id
        using errcode = 'PT409', hint = 'Wait until it is, or undo it: undo_merge.';
    end if;
    return lead_sync.try_merge(v_merge.id, p_twenty);
  end if;
  select m.* into v_merge
  from lead_sync.merges as m join lead_sync.lead_states as s on s.lead_id = m.drop_id
  where m.keep_id = p_keep and m.drop_id = p_drop and m.step = 'joined' and s.joined = p_keep and v_drop.deleted_at is not null
  order by m.id desc limit 1;
  if found then
    return lead_sync.merge_state(v_merge);
  elsif v_keep.id is null or v_drop.id is null or v_keep.deleted_at is not null or v_drop.deleted_at is not null then
    raise exception 'One of the leads % and % is not there, or deleted', p_keep, p_drop using errcode = '22023', hint = 'List pairs with list_duplicates.';
  end if;
  insert into lead_sync.merges (keep_id, drop_id, chosen, keep_values, drop_values, keep_twenty_id, drop_twenty_id, asked_by, asked_at)
  values (
    p_keep, p_drop, lead_sync.chosen_values(p_choices, v_keep, v_drop), lead_sync.lead_values(v_keep), lead_sync.lead_values(v_drop), v_keep.twenty_id, v_drop.twenty_id,
    left(p_by, 200), clock_timestamp()
  )
  returning * into v_merge;
  perform public.note_action('merge_leads', jsonb_build_object('merge_id', v_merge.id, 'keep_id', p_keep, 'drop_id', p_drop), p_by);
  return lead_sync.try_merge(v_merge.id, p_twenty);
end
$$;
