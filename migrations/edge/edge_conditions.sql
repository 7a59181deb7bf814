-- Each condition of the edge: its value and what to say; none while it is off.
create or replace function lead_sync.edge_conditions(p_now timestamptz) returns table (alert text, active boolean, value numeric, message text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_figures jsonb := lead_sync.measure_edge(p_now);
  v_check jsonb := coalesce(v_figures -> 'check', '{}');
begin
  if not (v_figures ->> 'enabled')::boolean then
    return;
  end if;
  return query
  with measured (alert, value, message) as (
    select 'edge_stale', max(d.minutes), string_agg(format('No successful sync %s for %s minutes%s.', d.name, round(d.minutes), coalesce('; its last run failed: ' || rtrim(d.error, '.'), '')), ' ' order by d.minutes desc)
    from (
      select f.name, (f.figures ->> 'minutes')::numeric as minutes,
        case when f.figures #>> '{last_run,status}' = 'failed' then coalesce(f.figures #>> '{last_run,error}', 'it did not say why') end as error
      from (values ('from Supabase to D1', v_figures -> 'down'), ('from D1 to Supabase', v_figures -> 'up')) as f (name, figures)
      where jsonb_typeof(f.figures) = 'object'
    ) as d
    union all
    select 'edge_backlog', sum((t ->> 'pending_hour')::numeric), format('%s rows have waited for the edge for over an hour.', sum((t ->> 'pending_hour')::bigint))
    from jsonb_array_elements(v_figures -> 'tables') as t
    union all
    select 'edge_counts', max(abs(c.here - c.there)), coalesce(string_agg(format('The last check %s counted %s rows in Supabase and %s in D1.', c.direction, c.here, c.there), ' '), 'There was no check yet.')
    from (
      select d.key as direction, (d.value ->> 'rows_here')::numeric as here, (d.value ->> 'rows_there')::numeric as there
      from jsonb_each(v_check) as d where jsonb_typeof(d.value) = 'object'
    ) as c
    union all
    select 'edge_refused', sum((t ->> 'refused')::numeric) + (v_figures #>> '{rejects,count}')::numeric,
      format('D1 refuses %s rows, Supabase %s.', sum((t ->> 'refused')::bigint), v_figures #>> '{rejects,count}')
    from jsonb_array_elements(v_figures -> 'tables') as t
    union all
    select 'edge_orphans', (v_check #>> '{up,orphaned}')::numeric, format('E-mails that belong to no lead: %s.', v_check #>> '{up,orphaned}')
    union all
    select 'edge_duplicates', (v_check #>> '{up,duplicate_message_ids}')::numeric, format('Message ids on more than one e-mail: %s.', v_check #>> '{up,duplicate_message_ids}')
    union all
    select 'edge_impossible', (v_check #>> '{up,impossible}')::numeric, format('E-mails in a state that cannot be: %s.', v_check #>> '{up,impossible}')
    union all
    select 'edge_rebuild',
      case
        when v_figures #>> '{down,last_run,status}' = 'failed' and v_figures #>> '{down,last_run,mode}' = 'rebuild' then 100000
        else max(extract(epoch from p_now - (t #>> '{rebuild,since}')::timestamptz) / 60)
      end,
      case
        when v_figures #>> '{down,last_run,status}' = 'failed' then 'The rebuild failed: ' || coalesce(v_figures #>> '{down,last_run,error}', 'it did not say why')
        else format('A rebuild has been going on for %s minutes.', round(max(extract(epoch from p_now - (t #>> '{rebuild,since}')::timestamptz) / 60)))
      end
    from jsonb_array_elements(v_figures -> 'tables') as t
    where t #>> '{rebuild,since}' is not null
  )
  select r.alert, coalesce(m.value > r.threshold, false), coalesce(round(m.value, 1), 0), coalesce(m.message, 'Nothing is known yet.')
  from measured as m join lead_sync.alert_rules as r on r.alert = m.alert;
end
$$;
