-- Writes leads that changed back to their rows, for two seconds at most, and makes rows for leads from elsewhere where the source takes them. Of a source that is still being
-- read, or of which rows wait to be read, nothing is made: its row may be there already. Returns how many leads were looked at.
create or replace function lead_sync.write_to_sources() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_change record;
  v_row record;
  v_here jsonb;
  v_columns jsonb;
  v_answer jsonb;
  chunk constant integer := 50;
  v_start timestamptz := clock_timestamp();
  v_before integer;
  v_requeued boolean := false;
  v_count integer := 0;
begin
  if not exists (select from lead_sync.sources as s where s.both_ways) then
    return 0;
  end if;
  perform set_config('lead_sync.writes_source', 'on', true);
  loop
    v_before := v_count;
    for v_change in
      with taken as (
        delete from lead_sync.source_changes as c
        where c.id in (
          select d.id
          from lead_sync.source_changes as d
          join lead_sync.sources as s on s.source = d.source
          where d.lead_id is not null and s.read_at is not null
            and not exists (select from lead_sync.source_changes as w where w.source = d.source and w.key is not null)
          order by d.id
          limit chunk
          for update of d skip locked
        )
        returning c.source, c.lead_id
      )
      select s as source, l as lead, exists (select from lead_sync.source_rows as r where r.source = s.source and r.lead_id = l.id) as is_known
      from (select distinct t.source, t.lead_id from taken as t) as t
      join lead_sync.sources as s on s.source = t.source
      join public.leads as l on l.id = t.lead_id
      order by l.id
    loop
      v_count := v_count + 1;
      v_here := lead_sync.source_row((v_change.source).columns, v_change.lead);
      if not v_change.is_known then
        if (v_change.source).inserts and (v_change.lead).deleted_at is null then
          v_answer := lead_sync.write_source((v_change.source).source, null, (v_change.lead).id, v_here);
          insert into lead_sync.source_rows (source, key, lead_id, there, here, refusal)
          values (
            (v_change.source).source, v_answer ->> 'key', (v_change.lead).id, coalesce(v_answer -> 'row', '{}'),
            case when v_answer ? 'row' then v_here else '{}' end, v_answer ->> 'refusal'
          );
        end if;
        continue;
      end if;
      for v_row in
        select r.id, r.key, r.here, r.refusal from lead_sync.source_rows as r
        where r.source = (v_change.source).source and r.lead_id = (v_change.lead).id
        order by r.id
      loop
        -- a row that could not be made is tried again when its lead changes; one that was deleted is not made again
        continue when v_row.key is null and (v_row.refusal is null or (v_change.lead).deleted_at is not null);
        v_columns := (
          select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(v_here) as e
          where v_row.here -> e.key is distinct from e.value and not (e.value = 'false' and v_row.here -> e.key is null)
        );
        continue when v_columns = '{}';
        begin
          v_answer := lead_sync.write_source((v_change.source).source, v_row.key, (v_change.lead).id, v_columns);
          update lead_sync.source_rows as r set
            key = v_answer ->> 'key', there = coalesce(v_answer -> 'row', r.there), here = case when v_answer ? 'row' then v_here else r.here end,
            refusal = v_answer ->> 'refusal'
          where r.id = v_row.id;
        exception when lock_not_available then
          v_requeued := true;
          insert into lead_sync.source_changes (source, lead_id) values ((v_change.source).source, (v_change.lead).id);
        end;
      end loop;
    end loop;
    exit when v_count = v_before or v_requeued or clock_timestamp() > v_start + interval '2 seconds';
  end loop;
  perform set_config('lead_sync.writes_source', '', true);
  return v_count;
end
$$;
