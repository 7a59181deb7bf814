-- What the API says of a merge: {id, keep_id, drop_id, step, waits, problem, people}. waits: whether it goes on by itself, later. people: {keep, drop, token, object, lease_seconds,
-- read_started_at, is_first}, whom Twenty has to merge now while their claim lasts, or null. is_first: no try before this one can have merged them.
create or replace function lead_sync.merge_state(p_merge lead_sync.merges, p_people jsonb default null) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', p_merge.id, 'keep_id', p_merge.keep_id, 'drop_id', p_merge.drop_id, 'step', p_merge.step, 'waits', p_merge.settled_at is null and p_people is null,
    'problem', p_merge.problem, 'people', p_people
  );
end
$$;
