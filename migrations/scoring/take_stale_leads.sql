-- The next leads to look at: those whose turn has come by themselves, which another session may have, then those not yet looked at since rules, criteria or tables changed.
create or replace function lead_sync.take_stale_leads(p_epoch integer, p_limit integer) returns uuid[]
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_ids uuid[];
  v_page uuid[];
  v_range lead_sync.scoring_ranges;
  v_from uuid;
  v_is_sure boolean;
begin
  v_ids := array(select l.id from public.leads as l where l.score_epoch = 0 order by l.id limit p_limit for no key update skip locked);
  v_ids := v_ids || array(
    select l.id from public.leads as l
    where l.rescore_at <= v_now and l.score_epoch <> 0 and (select s.version from lead_sync.scoring_state as s) > 0
    order by l.rescore_at
    limit p_limit - cardinality(v_ids)
    for no key update skip locked
  );
  while cardinality(v_ids) < p_limit loop
    -- asked anew each time: what such a transaction wrote is seen by what is read after its end
    v_is_sure := not exists (
      select from pg_catalog.pg_locks as k
      where k.locktype = 'advisory' and k.classid = (hashtext('lead_sync.scoring_state')::bigint & 4294967295)::oid and k.objsubid = 2 and k.objid::bigint < p_epoch
        and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = current_database())
    );
    select * into v_range
    from lead_sync.scoring_ranges as r
    where r.epoch < p_epoch or (not r.is_sure and v_is_sure)
    order by r.range_no
    limit 1
    for update skip locked;
    exit when not found;
    if v_range.target <> p_epoch or v_range.epoch = p_epoch then
      v_range.epoch := least(v_range.epoch, p_epoch - 1);
      v_range.target := p_epoch;
      v_range.position := null;
      v_range.is_sure := true;
    end if;
    v_from := coalesce(v_range.position, (to_hex(v_range.range_no) || '0000000-0000-0000-0000-000000000000')::uuid);
    v_page := array(
      select l.id from public.leads as l
      where l.id >= v_from and l.id is distinct from v_range.position
        and l.id <= (to_hex(v_range.range_no) || 'fffffff-ffff-ffff-ffff-ffffffffffff')::uuid
        and l.score_epoch < p_epoch and l.score_epoch <> 0 and l.deleted_at is null
      order by l.id
      limit p_limit - cardinality(v_ids)
    );
    update lead_sync.scoring_ranges as r set
      epoch = case when cardinality(v_page) < p_limit - cardinality(v_ids) then p_epoch else v_range.epoch end,
      target = p_epoch,
      position = case when cardinality(v_page) = p_limit - cardinality(v_ids) then v_page[cardinality(v_page)] end,
      is_sure = v_range.is_sure and v_is_sure
    where r.range_no = v_range.range_no;
    v_ids := v_ids || v_page;
  end loop;
  return v_ids;
end
$$;
