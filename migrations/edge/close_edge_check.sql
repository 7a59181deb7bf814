-- The end of a check: notes what e-mails look like, trusts the tables again that were looked at as a whole, and deletes what is old.
create or replace function lead_sync.close_edge_check(p_run lead_sync.edge_runs, p_status text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_state lead_sync.edge_states;
  v_emails jsonb;
begin
  if p_status = 'succeeded' then
    update lead_sync.edge_states as s set doubtful = false
    where s.direction = p_run.direction and s.doubtful and s.rebuild_id is null and (p_run.edge_table is null or s.edge_table = p_run.edge_table);
  end if;
  if p_run.direction = 'up' then
    select * into v_state from lead_sync.edge_states as s where s.edge_table = 'emails';
    if found then
      v_emails := lead_sync.judge_emails(v_state);
      update lead_sync.edge_runs as r
      set figures = r.figures || (v_emails - 'examples'),
        findings = r.findings || jsonb_build_object('emails', coalesce(v_emails -> 'examples', '{}'))
      where r.id = p_run.id;
    end if;
  end if;
  -- a deletion that was sent is remembered as long as D1 remembers it
  for v_state in select * from lead_sync.edge_states as s where s.direction = 'down' and p_run.direction = 'down' and p_run.whole loop
    execute format(
      'delete from lead_sync.edge_rows as r where r.edge_table = $1 and r.sent = r.version and r.changed_at < now() - interval ''30 days'' '
      'and not exists (select from %s as s where s.%I = %s)',
      to_regclass(v_state.source), v_state.key_column, lead_sync.edge_key_sql(v_state, 'r.key')
    ) using v_state.edge_table;
  end loop;
  delete from lead_sync.edge_runs as r
  where r.started_at < now() - make_interval(days => (select s.runs_days from lead_sync.settings as s)) and r.status <> 'running'
    and exists (select from lead_sync.edge_runs as n where n.direction = r.direction and n.mode = r.mode and n.status = 'succeeded' and n.started_at > r.started_at);
end
$$;
