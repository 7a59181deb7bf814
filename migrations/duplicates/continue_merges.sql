-- Goes on with merges that are not done, those first that were not tried for longest: joins what can be joined, and says whom Twenty has to merge.
--   p_limit  1 to 100
-- Returns {merges: [as merge_leads], open}.
create or replace function public.continue_merges(p_limit integer default 20) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_ids bigint[] := array(select m.id from lead_sync.merges as m where m.settled_at is null order by m.tried_at nulls first, m.id limit p_limit);
  v_id bigint;
  v_merges jsonb := '[]';
begin
  if p_limit is null or p_limit not between 1 and 100 then
    raise exception 'p_limit must be between 1 and 100, got %', p_limit using errcode = '22023';
  end if;
  -- of all of them at once: one order everywhere means no deadlock
  perform from public.leads as l
  where l.id in (select unnest(array[m.keep_id, m.drop_id]) from lead_sync.merges as m where m.id = any (v_ids))
  order by l.id
  for no key update;
  foreach v_id in array v_ids loop
    v_merges := v_merges || lead_sync.try_merge(v_id);
  end loop;
  return jsonb_build_object('merges', v_merges, 'open', lead_sync.count_merges());
end
$$;
