-- Says what came of two people whom Twenty had to merge; the leads join. Whoever does not hear back from Twenty says nothing: the next try finds out.
--   p_token    of the people that merge_leads or continue_merges gave
--   p_problem  why they cannot be merged; null: they are
--   p_later    Twenty has merged nothing for that problem, and is to be asked again
-- Returns what merge_leads does. Raises PT409 when the token is another's, 22023 when there is no such merge.
create or replace function public.settle_merge(p_id bigint, p_token uuid, p_problem text default null, p_later boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_merge lead_sync.merges;
begin
  select * into v_merge from lead_sync.merges as m where m.id = p_id;
  if not found then
    raise exception 'There is no merge %', p_id using errcode = '22023';
  end if;
  perform from public.leads as l where l.id in (v_merge.keep_id, v_merge.drop_id) order by l.id for no key update;
  select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
  if v_merge.token is distinct from p_token then
    raise exception 'Merge % is in other hands', p_id using errcode = 'PT409', hint = 'Go on with it: continue_merges.';
  elsif v_merge.step <> 'asked' then
    return lead_sync.try_merge(p_id);
  elsif p_problem is not null then
    update lead_sync.merges as m set
      problem = left(p_problem, 500), unheard_since = null, step = case when p_later then m.step else 'refused' end, settled_at = case when not p_later then clock_timestamp() end
    where m.id = p_id
    returning * into v_merge;
    perform lead_sync.release_merge(v_merge);
    return lead_sync.merge_state(v_merge);
  end if;
  update lead_sync.merges as m set step = 'twenty_merged' where m.id = p_id;
  return lead_sync.try_merge(p_id);
end
$$;
