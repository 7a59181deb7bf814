-- Notes which assignments Twenty has. p_results: [{twenty_id, ok, error}]. Returns {confirmed, failed, unknown}; unknown: no lead with this person has an assignment.
create or replace function public.confirm_lead_assignments(p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_answer jsonb;
begin
  if jsonb_typeof(p_results) is distinct from 'array' then
    raise exception 'p_results must be an array of {twenty_id, ok, error}' using errcode = '22023';
  end if;
  with stated as materialized (
    select distinct on (l.id) l.id as lead_id, coalesce(r -> 'ok' = 'true', false) as ok, left(r ->> 'error', 500) as error
    from jsonb_array_elements(p_results) as r
    join public.leads as l on l.twenty_id = case when lead_sync.is_uuid(r ->> 'twenty_id') then (r ->> 'twenty_id')::uuid end
    join public.lead_assignments as a on a.lead_id = l.id
    order by l.id, r -> 'ok' desc
  ),
  note as (
    update public.lead_assignments as a set in_twenty_at = coalesce(a.in_twenty_at, case when s.ok then clock_timestamp() end), tried_at = clock_timestamp(), error = s.error
    from stated as s
    where a.lead_id = s.lead_id
  )
  select jsonb_build_object(
    'confirmed', count(*) filter (where s.ok), 'failed', count(*) filter (where not s.ok), 'unknown', jsonb_array_length(p_results) - count(*)
  )
  into v_answer
  from stated as s;
  return v_answer;
end
$$;
