-- Compares Twenty's summary of a range of ids with the leads of that range. Equal ranges are done; an unequal one is halved, or read when that is one call.
--   p_run      {id, token, calls} of a reconciliation whose answer before said summarise
--   p_range    the range of that answer; another one than the present is not compared again
--   p_summary  of the live people of that range: {count, updated_from, updated_to, created_from, created_to}; where the count is null the range is read
-- Returns like compare_lead_ids. Raises 22023 on a malformed call, PT409 when the run lost its lease.
create or replace function public.compare_lead_ranges(p_run jsonb, p_range jsonb, p_summary jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_reconciliation lead_sync.reconciliations;
  v_range lead_sync.id_ranges;
  v_ours jsonb;
  v_count bigint := (p_summary ->> 'count')::bigint;
  v_most bigint;
  v_middle uuid;
begin
  if jsonb_typeof(p_range) is distinct from 'object' or jsonb_typeof(p_summary) is distinct from 'object' then
    raise exception 'Objects p_range and p_summary are needed' using errcode = '22023';
  end if;
  perform lead_sync.refresh_statistics();
  v_reconciliation := lead_sync.hold_reconciliation(p_run);
  v_range := lead_sync.current_range(v_reconciliation.run_id);

  if v_range.step = 'summarise' and p_range = lead_sync.show_range(v_reconciliation, v_range) then
    v_ours := lead_sync.summarise_range(v_reconciliation.run_id, v_range.after, v_range.through, v_reconciliation.changed_since);
    delete from lead_sync.id_ranges as i where (i.run_id, i.after, i.step) = (v_range.run_id, v_range.after, v_range.step);
    if v_range.after = '00000000-0000-0000-0000-000000000000' and v_range.through = 'ffffffff-ffff-ffff-ffff-ffffffffffff' then
      update lead_sync.reconciliations as r set summaries_left = ceil(v_count::numeric / r.page_size)
      where r.run_id = v_reconciliation.run_id
      returning * into v_reconciliation;
      perform lead_sync.add_figures(v_reconciliation.run_id, jsonb_build_object('compared_live', coalesce(v_count, 0)), null);
    end if;
    if (
      select bool_or((p_summary ->> k)::timestamptz is distinct from (v_ours ->> k)::timestamptz)
      from unnest('{updated_from, updated_to, created_from, created_to}'::text[]) as k
    ) or v_count is distinct from (v_ours ->> 'count')::bigint then
      v_most := greatest(v_count, (v_ours ->> 'count')::bigint);
      if v_count is not null and v_most > v_reconciliation.page_size and v_reconciliation.summaries_left > 0 then
        v_middle := lead_sync.halve_range(lead_sync.adapter_of_run(v_reconciliation.run_id), v_range.after, v_range.through, (v_ours ->> 'count')::bigint);
      end if;
      insert into lead_sync.id_ranges (run_id, after, through, step)
      select v_range.run_id, h.after, h.through, case when v_middle is null then 'read' else 'summarise' end
      from (values (v_range.after, coalesce(v_middle, v_range.through)), (v_middle, v_range.through)) as h (after, through)
      where h.after is not null;
      update lead_sync.reconciliations as r set summaries_left = r.summaries_left - 1, position = null, compared_through = v_range.after
      where r.run_id = v_reconciliation.run_id;
      v_count := 0;
    end if;
    if not exists (select from lead_sync.id_ranges as i where i.run_id = v_reconciliation.run_id) then
      perform lead_sync.complete_comparison(v_reconciliation.run_id);
    end if;
    perform lead_sync.add_figures(
      v_reconciliation.run_id,
      jsonb_build_object('ranges', 1, 'compared_in_ranges', v_count, 'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)),
      null
    );
  end if;
  return lead_sync.next_comparison(v_reconciliation.run_id);
end
$$;
