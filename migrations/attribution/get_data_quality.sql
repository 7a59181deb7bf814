-- How complete, valid and fresh the fields of leads are, by field and source, of p_sample leads (1 to 10,000, spread over all by their random ids).
--   p_months  1 to 60: how far back the trend goes; it holds the months in which maintenance kept figures, keep_data_quality of lead_sync.settings
-- Returns {at, leads, fields: [{field, filled_percent, valid_percent, age_days, sources: [{source, leads, filled_percent, valid_percent, age_days}]}], trend: [{month, field, filled_percent,
-- valid_percent, age_days}]}. valid_percent: of those that are filled; age_days: the middle of the days since the field last changed, else since the lead was made; source null: none.
create or replace function public.get_data_quality(p_sample integer default 10000, p_months integer default 12, p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_answer jsonb;
begin
  if p_sample is null or p_sample not between 1 and 10000 then
    raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
  elsif p_months is null or p_months not between 1 and 60 then
    raise exception 'p_months must be between 1 and 60, got %', p_months using errcode = '22023';
  end if;
  with figure as materialized (
    select m.field, m.source, m.leads, m.age_days, round(100.0 * m.filled / nullif(m.leads, 0), 1) as filled, round(100.0 * m.valid / nullif(m.filled, 0), 1) as valid
    from lead_sync.measure_data_quality(p_sample, p_now) as m
  )
  select jsonb_build_object(
    'at', p_now, 'leads', coalesce(max(f.leads), 0),
    'fields', coalesce(jsonb_agg(jsonb_build_object(
      'field', f.field, 'filled_percent', f.filled, 'valid_percent', f.valid, 'age_days', f.age_days,
      'sources', (
        select jsonb_agg(jsonb_build_object(
          'source', nullif(s.source, ''), 'leads', s.leads, 'filled_percent', s.filled, 'valid_percent', s.valid, 'age_days', s.age_days
        ) order by s.leads desc, s.source)
        from figure as s where s.field = f.field and s.source <> '*'
      )
    ) order by f.field), '[]')
  )
  into v_answer
  from figure as f
  where f.source = '*';
  return v_answer || jsonb_build_object('trend', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'month', to_char(q.month, 'YYYY-MM'), 'field', q.field, 'filled_percent', round(100.0 * q.filled / nullif(q.leads, 0), 1),
      'valid_percent', round(100.0 * q.valid / nullif(q.filled, 0), 1), 'age_days', q.age_days
    ) order by q.month, q.field), '[]')
    from lead_sync.data_quality as q
    where q.source = '*' and q.month > (date_trunc('month', p_now at time zone 'UTC') - make_interval(months => p_months))::date
  ));
end
$$;
