-- Prepares a reconciliation's run; what a dead one of the same rows left behind goes. p_options: {report_only, page_size}.
-- It goes by ranges where that saves calls and a run before has looked at everything: scheduled, by nodes that can (they say how many ids they read at a time),
-- over more than two pages of linked leads, within reconcile_all_every of a run that compared all ids, which the mapping has not changed since.
create or replace function lead_sync.open_reconciliation(p_run_id uuid, p_options jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_adapter text := lead_sync.adapter_of_run(p_run_id);
  v_linked integer;
  v_page_size integer := (p_options ->> 'page_size')::integer;
  v_report_only boolean := coalesce((p_options ->> 'report_only')::boolean, false);
  v_changed_since timestamptz;
begin
  select date_trunc('milliseconds', max(b.started_at) - s.overlap) into v_changed_since
  from public.lead_sync_runs as r
  cross join lead_sync.settings as s
  left join lead_sync.lead_filters as f on f.direction = 'to_supabase' -- who enters by another filter is found among all ids
  join public.lead_sync_runs as b on b.direction = r.direction and b.object = r.object and b.status = 'succeeded' and b.figures ?| '{compared_all, ranges}'
  where r.id = p_run_id and r.trigger = 'scheduled' and not v_report_only and v_page_size > 0
  group by s.overlap, s.reconcile_all_every, r.object
  having max(b.started_at) filter (where b.figures ? 'compared_all') > greatest(
    clock_timestamp() - s.reconcile_all_every, max(f.changed_at), (select max(m.changed_at) from lead_sync.field_mappings as m where m.object = r.object)
  );
  if v_changed_since is not null then
    execute lead_sync.rows_sql(v_adapter, 'select count(*) from (select from {table} as l where l.twenty_id is not null limit $1) as l')
    into v_linked using 2 * v_page_size + 1;
    if v_linked <= 2 * v_page_size then
      v_changed_since := null;
    end if;
  end if;

  delete from lead_sync.reconciliations as r where r.run_id <> p_run_id and lead_sync.adapter_of_run(r.run_id) = v_adapter;
  insert into lead_sync.reconciliations (run_id, report_only, changed_since, page_size) values (p_run_id, v_report_only, v_changed_since, v_page_size);
  insert into lead_sync.id_ranges (run_id, step)
  select p_run_id, i.step from unnest(case when v_changed_since is null then '{read}' else '{changed, summarise}'::text[] end) as i (step);
end
$$;
