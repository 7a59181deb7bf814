-- Writes leads that changed back to their rows, for two seconds at most, and makes rows for leads from elsewhere where the source takes them. Of a source that is still being
-- read, or of which rows wait to be read, nothing is made: its row may be there already. Rows of which the same columns change are written in one statement, and
-- one by one where the table refuses that. What the table itself fills in or changes besides, by defaults or triggers, is read next. Returns how many leads were looked at.
create or replace function lead_sync.write_to_sources() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_taken jsonb;
  v_new record;
  v_group record;
  v_item jsonb;
  v_here jsonb;
  v_answer jsonb;
  v_answers jsonb;
  chunk constant integer := 500;
  v_start timestamptz := clock_timestamp();
  v_requeued boolean := false;
  v_filled bigint[] := '{}'; -- rows of which the table filled in or changed more: queued at the end, as their sources would wait for that
  v_count integer := 0;
begin
  if not exists (select from lead_sync.sources as s where s.both_ways) then
    return 0;
  elsif not pg_try_advisory_xact_lock(hashtext('lead_sync.exchange_sources')) then
    return 0; -- another call is at it: of one lead, two would make two rows, or the older values would come last
  end if;
  perform set_config('lead_sync.writes_source', 'on', true);
  loop
    with taken as (
      delete from lead_sync.source_changes as c
      where c.id in (
        select d.id
        from lead_sync.source_changes as d
        join lead_sync.sources as s on s.source = d.source
        join pg_catalog.pg_class as t on t.oid = s.source -- dropped otherwise
        where d.lead_id is not null and s.both_ways and s.read_at is not null and s.problem is null
          and not exists (select from lead_sync.source_changes as w where w.source = d.source and w.key is not null)
        order by d.id
        limit chunk
        for update of d skip locked
      )
      returning c.source, c.lead_id
    )
    select jsonb_agg(distinct jsonb_build_object('source', t.source::oid, 'lead_id', t.lead_id)) into v_taken from taken as t;
    exit when v_taken is null;
    v_count := v_count + jsonb_array_length(v_taken);

    for v_group in
      select i.source, i.is_plain, jsonb_agg(jsonb_build_object(
        'id', i.id, 'key', i.key, 'lead_id', i.lead_id, 'here', i.here, 'row', i.row_values, 'there', i.there
      ) order by i.lead_id, i.id) as items
      from (
        select s.source, r.id, r.key, r.lead_id, h.here, c.row_values, c.there,
          -- a row that is to be made, or marked as deleted, is a case of its own
          r.key is not null and not c.row_values ? coalesce(s.columns ->> 'deleted', '') as is_plain,
          array(select k from jsonb_object_keys(c.row_values) as k order by k) as names
        from jsonb_array_elements(v_taken) as t
        join lead_sync.sources as s on s.source = (t ->> 'source')::oid
        join public.leads as l on l.id = (t ->> 'lead_id')::uuid
        cross join lateral (select lead_sync.source_row(s.columns, l) as here) as h
        join lead_sync.source_rows as r on r.source = s.source and r.lead_id = l.id
        cross join lateral (
          select coalesce(jsonb_object_agg(e.key, e.value), '{}') as row_values, coalesce(jsonb_object_agg(e.key, r.there -> e.key) filter (where r.there ? e.key), '{}') as there
          from jsonb_each(h.here) as e
          where r.here -> e.key is distinct from e.value and not (e.value = 'false' and r.here -> e.key is null)
        ) as c
        -- a row that could not be made is tried again when its lead changes and says something; one that was deleted is not made again
        where c.row_values <> '{}'
          and not (r.key is null and (r.refusal is null or l.deleted_at is not null or not exists (select from jsonb_each(h.here) as e where e.value not in ('null', 'false'))))
      ) as i
      group by i.source, i.is_plain, i.names
    loop
      v_answers := '[]';
      if v_group.is_plain and jsonb_array_length(v_group.items) > 1 then
        begin
          v_answers := lead_sync.write_source_rows(v_group.source, v_group.items);
          with written as (
            update lead_sync.source_rows as r set key = a ->> 'key', there = r.there || (a -> 'row'), here = i -> 'here', refusal = null
            from jsonb_array_elements(v_answers) as a
            join jsonb_array_elements(v_group.items) as i on i -> 'id' = a -> 'id'
            where r.id = (a ->> 'id')::bigint
            returning r.id, r.there, a -> 'whole' as whole
          )
          select v_filled || array_agg(w.id) into v_filled from written as w where w.there || w.whole <> w.there;
        exception when others then
          v_answers := '[]'; -- one by one: which it was, is then told
        end;
      end if;
      for v_item in
        select i from jsonb_array_elements(v_group.items) as i
        where not exists (select from jsonb_array_elements(v_answers) as a where a -> 'id' = i -> 'id')
      loop
        begin
          v_answer := lead_sync.write_source(v_group.source, v_item ->> 'key', (v_item ->> 'lead_id')::uuid, v_item -> 'row', v_item -> 'there');
          with written as (
            update lead_sync.source_rows as r set
              key = v_answer ->> 'key', there = r.there || coalesce(v_answer -> 'row', '{}'), here = case when v_answer ? 'row' then v_item -> 'here' else r.here end,
              refusal = v_answer ->> 'refusal'
            where r.id = (v_item ->> 'id')::bigint
            returning r.id, r.there
          )
          select v_filled || array_agg(w.id) into v_filled from written as w where w.there || (v_answer -> 'whole') <> w.there;
        exception
          when lock_not_available then
            v_requeued := true;
            insert into lead_sync.source_changes (source, key) select v_group.source, v_item ->> 'key' where v_item ->> 'key' is not null; -- it is read first
            -- the lead of a row that was refused waits until it is taken, see link_source_row
            insert into lead_sync.source_changes (source, lead_id)
            select r.source, r.lead_id from lead_sync.source_rows as r where r.id = (v_item ->> 'id')::bigint and (r.refusal is null or r.key is null);
          when others then
            if lead_sync.ends_the_call(sqlstate) then
              raise;
            end if;
            update lead_sync.source_rows as r set refusal = left(format('%s (%s)', sqlerrm, sqlstate), 1000) where r.id = (v_item ->> 'id')::bigint;
        end;
      end loop;
    end loop;

    for v_new in
      select s as source, l as lead
      from jsonb_array_elements(v_taken) as t
      join lead_sync.sources as s on s.source = (t ->> 'source')::oid
      join public.leads as l on l.id = (t ->> 'lead_id')::uuid
      where s.inserts and l.deleted_at is null
        and not exists (select from lead_sync.source_rows as r where r.source = s.source and r.lead_id = l.id)
      order by l.id
    loop
      v_here := lead_sync.source_row((v_new.source).columns, v_new.lead);
      continue when not exists (select from jsonb_each(v_here) as e where e.value not in ('null', 'false')); -- until it says something
      begin
        v_answer := lead_sync.write_source((v_new.source).source, null, (v_new.lead).id, v_here, null);
      exception when others then
        if lead_sync.ends_the_call(sqlstate) then
          raise;
        end if;
        v_answer := jsonb_build_object('refusal', left(format('%s (%s)', sqlerrm, sqlstate), 1000));
      end;
      with made as (
        insert into lead_sync.source_rows (source, key, lead_id, there, here, refusal)
        values (
          (v_new.source).source, v_answer ->> 'key', (v_new.lead).id, coalesce(v_answer -> 'row', '{}'),
          case when v_answer ? 'row' then v_here else '{}' end, v_answer ->> 'refusal'
        )
        returning id, there
      )
      select v_filled || array_agg(m.id) into v_filled from made as m where m.there || (v_answer -> 'whole') <> m.there;
    end loop;
    exit when v_requeued or clock_timestamp() > v_start + interval '2 seconds';
  end loop;
  insert into lead_sync.source_changes (source, key) select r.source, r.key from lead_sync.source_rows as r where r.id = any (v_filled);
  perform set_config('lead_sync.writes_source', '', true);
  return v_count;
end
$$;
