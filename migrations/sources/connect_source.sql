-- Makes the rows of a table leads, those that are there and those that come. The table keeps its columns, key, rights, policies and triggers; it gets three triggers
-- that note the keys of written rows. The rows are read by exchange_sources(), which every run of the sync calls. Called again, it takes the new mapping and reads all again.
--   p_columns      {field: column}; default: those that adoption_plan() proposes. A field is one of a lead, attributes.<key>, name (first and last name in one) or
--                  deleted (a time or a boolean)
--   p_both_ways    whether what changes in Twenty is written to the rows, too, as any write of the project's owner; a field of this table then wins where both changed
--   p_inserts      whether leads from elsewhere get a row; default: with p_both_ways, where no column stands in the way
--   p_lead_source  what leads.lead_source says of them; default: the table's name
-- Returns {table, key, columns, both_ways, inserts, lead_source}. Raises 22023 with what keeps the table from it; 55P03 when it is locked for more than 5 seconds.
create or replace function lead_sync.connect_source(
  p_table regclass, p_columns jsonb default null, p_both_ways boolean default false, p_inserts boolean default null, p_lead_source text default null
) returns jsonb
language plpgsql volatile set search_path = '' set lock_timeout = '5s' as $$
declare
  v_plan jsonb := lead_sync.adoption_plan(p_table, p_columns);
  v_columns jsonb := coalesce(p_columns, v_plan -> 'columns');
  v_problem text;
  v_before lead_sync.sources;
  v_source lead_sync.sources;
  v_trigger text;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.exchange_sources')); -- an exchange that is at work agrees by the mapping before
  if jsonb_typeof(v_columns) <> 'object' or v_columns = '{}' then
    v_problem := 'p_columns must be {field: column}';
  else
    select p.problem into v_problem
    from (
      select t.problem, t.place from jsonb_array_elements_text(v_plan -> 'problems') with ordinality as t (problem, place)
      union all
      select lead_sync.source_column_problem(p_table, c.key, c.value), 10 from jsonb_each_text(v_columns) as c
      union all
      select format('the column %s is generated, which can only be read', a.attname), 10
      from pg_catalog.pg_attribute as a
      where p_both_ways and a.attrelid = p_table and a.attgenerated <> '' and a.attname in (select c.value from jsonb_each_text(v_columns) as c)
    ) as p
    where p.problem is not null
    order by p.place, p.problem
    limit 1;
  end if;
  if v_problem is not null then
    raise exception 'The table cannot be connected: %', v_problem using errcode = '22023',
      hint = format('See: select lead_sync.adoption_plan(%L)', p_table);
  end if;

  select * into v_before from lead_sync.sources as s where s.source = p_table;
  if v_before.key_column <> v_plan ->> 'key'
    and exists (select from pg_catalog.pg_attribute as a where a.attrelid = p_table and a.attname = v_before.key_column and not a.attisdropped)
  then
    raise exception 'The table cannot be connected: its rows are known by %, and would be by % now', v_before.key_column, v_plan ->> 'key' using errcode = '22023',
      hint = format('Let it go first, which keeps rows and leads: select lead_sync.disconnect_source(%L)', p_table);
  elsif v_before.columns <> v_columns then
    -- what was agreed of a column is no more, where it means something else
    update lead_sync.source_rows as r set there = r.there - c.mapped, here = r.here - c.mapped
    from (select array_agg(distinct m.value) as mapped from jsonb_each_text(v_before.columns || v_columns) as m) as c
    where r.source = p_table;
  end if;

  insert into lead_sync.sources as s (source, key_column, columns, lead_source, both_ways, inserts)
  values (
    p_table, v_plan ->> 'key', v_columns,
    coalesce(p_lead_source, (select c.relname from pg_catalog.pg_class as c where c.oid = p_table)),
    p_both_ways, p_both_ways and coalesce(p_inserts, (v_plan ->> 'inserts')::boolean)
  )
  on conflict (source) do update set
    key_column = excluded.key_column, columns = excluded.columns, lead_source = excluded.lead_source, both_ways = excluded.both_ways,
    inserts = excluded.inserts, position = null, read_at = null, problem = null, problem_at = null
  returning * into v_source;

  for v_trigger in
    values
      ('create or replace trigger lead_sync_note_inserted after insert on %1$s referencing new table as new_rows'),
      ('create or replace trigger lead_sync_note_updated after update on %1$s referencing old table as old_rows new table as new_rows'),
      ('create or replace trigger lead_sync_note_deleted after delete on %1$s referencing old table as old_rows')
  loop
    execute format(v_trigger || ' for each statement execute function lead_sync.note_source_changes(%2$L)', p_table, v_source.key_column);
  end loop;
  if p_both_ways then
    create or replace trigger leads_note_for_sources_inserted after insert on public.leads
      referencing new table as new_leads for each statement execute function lead_sync.note_leads_for_sources();
    create or replace trigger leads_note_for_sources_updated after update on public.leads
      referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_leads_for_sources();
  end if;
  return jsonb_build_object(
    'table', p_table::text, 'key', v_source.key_column, 'columns', v_columns, 'both_ways', v_source.both_ways, 'inserts', v_source.inserts,
    'lead_source', v_source.lead_source
  );
end
$$;
