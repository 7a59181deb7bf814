-- What is wrong with e-mails as they stand here: {orphaned, duplicate_message_ids, impossible, examples}, of the columns that the table has.
create or replace function lead_sync.judge_emails(p_state lead_sync.edge_states) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_column jsonb;
  v_impossible text;
  v_findings jsonb := '{}';
  v_counted jsonb;
  v_question record;
begin
  select jsonb_object_agg(c.name, format('%I', c.source)) into v_column from lead_sync.edge_columns(p_state.columns) as c;
  select string_agg(format('e.%s < e.%s', v_column ->> t.later, v_column ->> t.earlier), ' or ') into v_impossible
  from (values ('sent_at', 'delivered_at'), ('sent_at', 'opened_at'), ('sent_at', 'clicked_at'), ('sent_at', 'replied_at'), ('sent_at', 'bounced_at')) as t (earlier, later)
  where v_column ? t.later and v_column ? t.earlier;
  if v_column ? 'bounced_at' and v_column ? 'replied_at' then
    v_impossible := concat_ws(' or ', v_impossible, format('(e.%s is not null and e.%s is not null)', v_column ->> 'bounced_at', v_column ->> 'replied_at'));
  end if;

  for v_question in
    select * from (values
      ('orphaned', v_column ->> 'prospect_id', format(
        'select e.%I::text as key from %s as e where not exists (select from public.leads as l where l.id::text = e.%s::text)',
        p_state.key_column, to_regclass(p_state.source), v_column ->> 'prospect_id'
      )),
      ('duplicate_message_ids', v_column ->> 'message_id', format(
        'select min(e.%I::text) as key from %s as e where e.%3$s is not null group by e.%3$s having count(*) > 1',
        p_state.key_column, to_regclass(p_state.source), v_column ->> 'message_id'
      )),
      ('impossible', v_impossible, format('select e.%I::text as key from %s as e where %s', p_state.key_column, to_regclass(p_state.source), v_impossible))
    ) as q (finding, needs, sql)
    where q.needs is not null
  loop
    execute format('select jsonb_build_object(%L, count(*), %L, (array_agg(f.key))[1:20]) from (%s) as f', 'count', 'keys', v_question.sql) into v_counted;
    v_findings := v_findings || jsonb_build_object(v_question.finding, v_counted -> 'count')
      || jsonb_build_object('examples', coalesce(v_findings -> 'examples', '{}') || jsonb_build_object(v_question.finding, v_counted -> 'keys'));
  end loop;
  return v_findings;
end
$$;
