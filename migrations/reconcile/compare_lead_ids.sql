-- Compares one page of Twenty's ids with the leads of its range, or with the rows of the run's object. A page that comes twice is compared once.
--   p_run              {id, token, calls} of a reconciliation
--   p_records          [[id, createdAt, updatedAt, deletedAt or null]], up to 10,000, in order of id, deleted ones included
--   p_page             {after, position, has_next, range}: the position the page was read from, where the next one starts, and the answer before's "range"
--                      (none for all ids)
--   p_read_started_at  when its read began, by this database's clock
-- Returns {next: compare | summarise | repair | finish | stop, range, position, counts, read_started_at, error}: compare reads the ids of the range on from the
-- position, summarise hands a summary of it to compare_lead_ranges; stop: nothing may be repaired, error says why.
-- Raises 22023 on a malformed call, PT409 when the run lost its lease.
create or replace function public.compare_lead_ids(p_run jsonb, p_records jsonb, p_page jsonb, p_read_started_at timestamptz) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_reconciliation lead_sync.reconciliations;
  v_adapter text;
  v_range lead_sync.id_ranges;
  v_has_next boolean := (p_page ->> 'has_next')::boolean;
  v_first uuid;
  v_last uuid;
  v_through uuid;
  v_queued integer;
begin
  if jsonb_typeof(p_records) is distinct from 'array' or v_has_next is null or p_read_started_at is null then
    raise exception 'An array p_records, p_page with has_next and p_read_started_at are needed' using errcode = '22023';
  elsif jsonb_array_length(p_records) > 10000 then
    raise exception 'At most 10,000 records a call, got %', jsonb_array_length(p_records) using errcode = '22023', hint = 'Read smaller pages.';
  end if;
  perform lead_sync.refresh_statistics();
  v_reconciliation := lead_sync.hold_reconciliation(p_run);
  v_adapter := lead_sync.adapter_of_run(v_reconciliation.run_id);

  v_range := lead_sync.current_range(v_reconciliation.run_id);
  if v_range.step in ('changed', 'read') and p_page ->> 'after' is not distinct from v_reconciliation.position
    and nullif(p_page -> 'range', 'null') is not distinct from lead_sync.show_range(v_reconciliation, v_range)
  then
    select i.ids[1], i.ids[cardinality(i.ids)] into v_first, v_last
    from (select array_agg((r ->> 0)::uuid order by (r ->> 0)::uuid) as ids from jsonb_array_elements(p_records) as r) as i;
    if v_first <= v_reconciliation.compared_through then
      raise exception 'The page begins at id %, but ids up to % were compared already', v_first, v_reconciliation.compared_through
        using errcode = '22023', hint = 'Read the records in order of id.';
    end if;
    v_through := case when v_has_next then coalesce(v_last, v_reconciliation.compared_through) else v_range.through end;
    perform set_config('lead_sync.engine', 'on', true);
    v_queued := lead_sync.compare_range(
      v_reconciliation, p_records, v_reconciliation.compared_through, v_through, p_read_started_at,
      (select lead_sync.rules(r.object) from public.lead_sync_runs as r where r.id = v_reconciliation.run_id),
      case when v_range.step = 'changed' then v_reconciliation.changed_since end
    );
    if v_range.step = 'read' and 'unsynced' = any (lead_sync.kinds_to_repair(v_reconciliation)) and v_adapter = 'lead' then
      perform lead_sync.release_unheld(p_records, v_reconciliation.compared_through, v_through, p_read_started_at);
    end if;
    perform set_config('lead_sync.engine', 'off', true);
    update lead_sync.reconciliations as r
    set position = p_page ->> 'position', compared_through = coalesce(v_last, r.compared_through)
    where r.run_id = v_reconciliation.run_id;
    if not v_has_next then
      delete from lead_sync.id_ranges as i where (i.run_id, i.after, i.step) = (v_range.run_id, v_range.after, v_range.step);
      v_range := lead_sync.current_range(v_reconciliation.run_id);
      update lead_sync.reconciliations as r set position = null, compared_through = v_range.after
      where r.run_id = v_reconciliation.run_id and v_range.run_id is not null;
      if not found then
        perform lead_sync.complete_comparison(v_reconciliation.run_id);
      end if;
    end if;
    perform lead_sync.add_figures(
      v_reconciliation.run_id,
      jsonb_build_object(
        'pages', 1,
        'compared', jsonb_array_length(p_records),
        -- of ranges that are read after a summary, the summary of all has counted the people
        'compared_live', case when v_reconciliation.summaries_left is null then (select count(*) from jsonb_array_elements(p_records) as r where r ->> 3 is null) else 0 end,
        'queued', v_queued,
        'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
      ),
      null
    );
  end if;
  return lead_sync.next_comparison(v_reconciliation.run_id);
end
$$;
