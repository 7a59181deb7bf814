-- Rows of a source whose keys became others stay the rows of their leads. p_moved: [{id, key, key_before}], in the order in which they did.
create or replace function lead_sync.move_source_rows(p_source regclass, p_moved jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_move record;
  v_held text[] := '{}'; -- by rows that change keys in a circle, as a deferrable key lets them: they change their values instead
  v_immediate boolean := exists (
    select from lead_sync.sources as s
    join pg_catalog.pg_attribute as a on a.attrelid = s.source and a.attname = s.key_column
    join pg_catalog.pg_index as i on i.indrelid = s.source and i.indkey[0] = a.attnum
    where s.source = p_source and i.indisunique and i.indisvalid and i.indpred is null and i.indnkeyatts = 1 and i.indimmediate
  );
begin
  for v_move in select m.id, m.key, m.key_before from jsonb_to_recordset(p_moved) as m (id bigint, key text, key_before text) order by m.id loop
    -- the row that had the key was deleted, unless its own change comes next, as a deferrable key lets it, too
    update lead_sync.source_rows as s set key = null, there = '{}', here = '{}', refusal = null
    where s.source = p_source and s.key = v_move.key and (
      v_immediate
      or s.key <> all (v_held)
        and not exists (select from jsonb_to_recordset(p_moved) as m (id bigint, key_before text) where m.id > v_move.id and m.key_before = s.key)
        and not exists (select from lead_sync.source_changes as w where w.source = s.source and w.key_before = s.key)
    );
    update lead_sync.source_rows as s set key = v_move.key
    where s.source = p_source and s.key = v_move.key_before
      and not exists (select from lead_sync.source_rows as o where o.source = s.source and o.key = v_move.key);
    if not found then
      v_held := v_held || v_move.key_before;
    end if;
  end loop;
end
$$;
