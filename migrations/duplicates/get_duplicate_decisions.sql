-- What was decided on pairs of leads, the newest first: merges, done or not, and dismissals.
--   p_limit  1 to 1,000      p_position  the position of the page before
-- Returns {decisions: [{at, kind: merge | dismissal, by, merge_id, step, problem, keep: {id, lead_name, email}, drop}], has_next, position}; of a dismissal keep and drop are just the two.
create or replace function public.get_duplicate_decisions(p_limit integer default 20, p_position text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_before timestamptz;
  v_decisions jsonb;
  v_has_next boolean;
  v_position text;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  elsif p_position !~ '^\d{4}-\d\d-\d\dT[0-9:.+-]+$' then
    raise exception 'p_position must come from the page before' using errcode = '22023';
  end if;
  v_before := coalesce(p_position::timestamptz, 'infinity');
  with page as materialized (
    select * from (
      (
        select m.asked_at as at, 'merge' as kind, m.asked_by as by, m.id as merge_id, m.step, m.problem, m.keep_id, m.drop_id
        from lead_sync.merges as m where m.asked_at < v_before order by m.asked_at desc limit p_limit + 1
      )
      union all
      (
        select p.decided_at, 'dismissal', p.decided_by, null, null, null, p.lead_a, p.lead_b
        from lead_sync.duplicate_pairs as p where p.decided = 'not_duplicate' and p.decided_at < v_before order by p.decided_at desc limit p_limit + 1
      )
    ) as d
    order by d.at desc
    limit p_limit + 1
  )
  select
    coalesce(jsonb_agg(
      to_jsonb(s) - array['keep_id', 'drop_id'] || jsonb_build_object(
        'keep', jsonb_build_object('id', k.id, 'lead_name', nullif(concat_ws(' ', k.first_name, k.last_name), ''), 'email', k.email),
        'drop', jsonb_build_object('id', d.id, 'lead_name', nullif(concat_ws(' ', d.first_name, d.last_name), ''), 'email', d.email)
      )
      order by s.at desc
    ), '[]'),
    (select count(*) > p_limit from page), to_jsonb(min(s.at)) #>> '{}'
  into v_decisions, v_has_next, v_position
  from (select * from page as p order by p.at desc limit p_limit) as s
  join public.leads as k on k.id = s.keep_id
  join public.leads as d on d.id = s.drop_id;
  return jsonb_build_object('decisions', v_decisions, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;
