-- What find_duplicates does until the clock says p_until, as the upkeep calls it too. Returns {has_more, read, compared, found, gone, skipped_blocks, similar_names}.
create or replace function lead_sync.search_duplicates(p_until timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  batch constant integer := 500;
  v_search lead_sync.duplicate_search;
  v_similarity text := lead_sync.similarity_name();
  v_read integer := batch;
  v_figures jsonb;
  v_step jsonb;
begin
  if not pg_try_advisory_xact_lock(hashtext('lead_sync.search_duplicates')) then
    raise exception 'Duplicates are being looked for already' using errcode = 'PT409', hint = 'Call again in a minute.';
  end if;
  perform lead_sync.refresh_statistics();
  select * into strict v_search from lead_sync.duplicate_search;
  v_figures := v_search.figures;
  if v_search.round_began_at is null then
    v_figures := '{"read": 0, "compared": 0, "found": 0, "gone": 0, "skipped_blocks": 0}';
    update lead_sync.duplicate_search as s set round_began_at = clock_timestamp() where s.only_row returning * into v_search;
  end if;

  -- all are read before any is compared: a block is as large for its first lead as for its last
  while v_read = batch and clock_timestamp() < p_until loop
    v_read := lead_sync.read_changed_leads(batch);
    v_figures := v_figures || jsonb_build_object('read', (v_figures ->> 'read')::integer + v_read);
  end loop;
  while v_read < batch and clock_timestamp() < p_until loop
    v_step := lead_sync.compare_due_leads(batch, v_similarity);
    exit when v_step is null;
    v_figures := v_figures || jsonb_build_object(
      'compared', (v_figures ->> 'compared')::integer + (v_step ->> 'compared')::integer,
      'found', (v_figures ->> 'found')::integer + (v_step ->> 'found')::integer,
      'gone', (v_figures ->> 'gone')::integer + (v_step ->> 'gone')::integer,
      'skipped_blocks', (v_figures ->> 'skipped_blocks')::integer + (v_step ->> 'skipped')::integer
    );
  end loop;
  v_figures := v_figures || jsonb_build_object('similar_names', v_similarity is not null);

  if v_read < batch and v_step is null and not exists (select from lead_sync.duplicate_marks as m where m.due) then
    -- the next round reads the last hour again: a lead that was written in a transaction that ended later was not seen
    update lead_sync.duplicate_search as s set
      from_time = s.round_began_at - interval '1 hour', from_id = '00000000-0000-0000-0000-000000000000', round_began_at = null, figures = v_figures
    where s.only_row;
    return jsonb_build_object('has_more', false) || v_figures;
  end if;
  update lead_sync.duplicate_search as s set figures = v_figures where s.only_row;
  return jsonb_build_object('has_more', true) || v_figures;
end
$$;
