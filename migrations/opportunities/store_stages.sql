-- Keeps sales_stages in step with the workspace: labels and order as Twenty has them; a stage that is not there any more has removed_at until it comes back.
-- What a stage means for revenue stays as people have it, when its value is renamed or changes places with another, too; of a new one it is guessed, where its name says won or lost.
--   p_options  the options of the field stage as Twenty's metadata has them: [{id, value, label, position}], id as far as it is known; more keys are ignored, an empty list changes nothing
-- Returns {stages, added, changed, removed}: how many there are now, and what this call did. Raises 22023 on a malformed call.
create or replace function public.store_stages(p_options jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_counts jsonb;
begin
  if jsonb_typeof(p_options) is distinct from 'array' or jsonb_path_exists(p_options, '$[*] ? (!exists(@.value) || @.value.type() != "string")') then
    raise exception 'p_options must be an array of options' using errcode = '22023', hint = 'Pass [{"value": "NEW", "label": "New", "position": 0}].';
  elsif p_options = '[]' then
    return jsonb_build_object('stages', (select count(*) from public.sales_stages as s where s.removed_at is null), 'added', 0, 'changed', 0, 'removed', 0);
  end if;
  with option as materialized (
    select distinct on (o ->> 'value') o ->> 'value' as stage, o ->> 'id' as option_id, lead_sync.clean(o ->> 'label') as label, (o ->> 'position')::numeric::integer as position,
      regexp_replace(lower(concat_ws(' ', o ->> 'value', o ->> 'label')), '[^a-z]+', ' ', 'g') as words
    from jsonb_array_elements(p_options) as o
  ),
  changed as (
    update public.sales_stages as s set label = o.label, position = o.position, removed_at = null, option_id = coalesce(o.option_id, s.option_id), outcome = coalesce(r.outcome, s.outcome)
    from option as o
    left join public.sales_stages as r on r.option_id = o.option_id and r.removed_at is null -- it was called so until now
    where s.stage = o.stage and (s.label, s.position, s.removed_at, s.option_id) is distinct from (o.label, o.position, null::timestamptz, coalesce(o.option_id, s.option_id))
    returning s.stage
  ),
  added as (
    insert into public.sales_stages (stage, label, position, outcome, option_id)
    select o.stage, o.label, o.position, coalesce(r.outcome, case when o.words ~ '\mlost\M' then 'lost' when o.words ~ '\mwon\M' then 'won' else 'open' end), o.option_id
    from option as o
    left join public.sales_stages as r on r.option_id = o.option_id and r.removed_at is null
    where not exists (select from public.sales_stages as s where s.stage = o.stage)
    on conflict do nothing
    returning stage
  ),
  removed as (
    update public.sales_stages as s set removed_at = now() where s.removed_at is null and not exists (select from option as o where o.stage = s.stage)
    returning s.stage
  )
  select jsonb_build_object(
    'stages', (select count(*) from option), 'added', (select count(*) from added), 'changed', (select count(*) from changed), 'removed', (select count(*) from removed)
  )
  into v_counts;
  return v_counts;
end
$$;
