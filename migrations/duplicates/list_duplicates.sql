-- Lists pairs of leads that may be one person and that nobody decided on, the highest score first.
--   p_limit         1 to 1,000
--   p_position         the position of the page before; null for the first page
--   p_lowest_score  0 to 1
-- Returns {pairs: [{lead_a, lead_b, score, reasons: {rule: score}, found_at, a: {field: value}, b}], total, has_next, position}; a and b also tell twenty_id, created_at, touches; total stops at 10,000.
create or replace function public.list_duplicates(p_limit integer default 100, p_position jsonb default null, p_lowest_score numeric default 0) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_pairs jsonb;
  v_has_next boolean;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  elsif p_lowest_score is null or p_lowest_score not between 0 and 1 then
    raise exception 'p_lowest_score must be between 0 and 1, got %', p_lowest_score using errcode = '22023';
  elsif coalesce(p_position, 'null') <> 'null' and not coalesce(
    jsonb_typeof(p_position -> 'score') = 'number' and lead_sync.is_uuid(p_position ->> 'lead_a') and lead_sync.is_uuid(p_position ->> 'lead_b'), false
  ) then
    raise exception 'p_position must be the position of the page before' using errcode = '22023', hint = 'Leave it out for the first page.';
  end if;
  with page as materialized (
    select p.*, a as one, b as other
    from lead_sync.duplicate_pairs as p
    join public.leads as a on a.id = p.lead_a
    join public.leads as b on b.id = p.lead_b
    where p.decided is null and p.score >= p_lowest_score and a.deleted_at is null and b.deleted_at is null
      and (coalesce(p_position, 'null') = 'null' or (-p.score, p.lead_a, p.lead_b) > (-(p_position ->> 'score')::numeric, (p_position ->> 'lead_a')::uuid, (p_position ->> 'lead_b')::uuid))
    order by p.score desc, p.lead_a, p.lead_b
    limit p_limit + 1
  ),
  shown as materialized (
    select * from page as p order by p.score desc, p.lead_a, p.lead_b limit p_limit
  )
  select
    coalesce(jsonb_agg(jsonb_build_object(
      'lead_a', s.lead_a, 'lead_b', s.lead_b, 'score', s.score, 'reasons', s.reasons, 'found_at', s.found_at,
      'a', lead_sync.show_lead(s.one), 'b', lead_sync.show_lead(s.other)
    ) order by s.score desc, s.lead_a, s.lead_b), '[]'),
    (select count(*) from page) > p_limit
  into v_pairs, v_has_next
  from shown as s;
  return jsonb_build_object(
    'pairs', v_pairs, 'total', lead_sync.count_duplicates(), 'has_next', v_has_next,
    'position', case when v_pairs <> '[]' then jsonb_build_object('score', v_pairs -> -1 -> 'score', 'lead_a', v_pairs -> -1 -> 'lead_a', 'lead_b', v_pairs -> -1 -> 'lead_b') end
  );
end
$$;
