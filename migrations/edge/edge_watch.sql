-- Puts the triggers on a source that note which rows changed, and how late. They compare the mapped columns alone: what the sync itself
-- writes about a lead makes nothing due. Where instant pushes are on, what is due calls for a sync at once.
create or replace function lead_sync.edge_watch(p_state lead_sync.edge_states) returns void
language plpgsql volatile set search_path = '' as $body$
declare
  v_function text := format('lead_sync.%I', 'edge_note_' || p_state.edge_table);
  v_key text := format('%I', p_state.key_column);
  v_new text;
  v_old text;
  v_trigger text;
  v_note text := format($sql$
    insert into lead_sync.edge_rows as r (edge_table, key, version)
    select %L, k.key, nextval('lead_sync.edge_versions')
    from (%%s) as k
    on conflict (edge_table, key) do update set version = nextval('lead_sync.edge_versions'), refusal = null, changed_at = now();
  $sql$, p_state.edge_table);
begin
  -- not every type can be compared: those that may not be go by their texts
  select
    string_agg(format(case when t.comparable then 'n.%I' else 'n.%I::text' end, t.column_name), ', '),
    string_agg(format(case when t.comparable then 'o.%I' else 'o.%I::text' end, t.column_name), ', ')
  into v_new, v_old
  from (
    select a.attname as column_name, a.atttypid in (
      'text'::regtype, 'varchar'::regtype, 'uuid'::regtype, 'boolean'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'real'::regtype,
      'double precision'::regtype, 'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'jsonb'::regtype
    ) as comparable
    from pg_catalog.pg_attribute as a
    where a.attrelid = to_regclass(p_state.source) and (
      a.attname = p_state.deleted_column or a.attname in (select c.source from lead_sync.edge_columns(p_state.columns) as c)
    )
  ) as t;

  execute format($sql$
    create or replace function %s() returns trigger language plpgsql security definer set search_path = '' as $trigger$
    begin
      if tg_op = 'INSERT' then
        %s
      elsif tg_op = 'DELETE' then
        %s
      elsif tg_op = 'UPDATE' then
        %s
      else
        perform lead_sync.begin_edge_rebuild(%L);
      end if;
      if found then
        perform lead_sync.wish_for_call('edge');
      end if;
      return null;
    end
    $trigger$
  $sql$,
    v_function,
    format(v_note, format('select n.%s::text collate "C" as key from new_rows as n order by 1', v_key)),
    format(v_note, format('select o.%s::text collate "C" as key from old_rows as o order by 1', v_key)),
    format(v_note, format(
      'select coalesce(n.%1$s, o.%1$s)::text collate "C" as key from new_rows as n full join old_rows as o on o.%1$s = n.%1$s '
      'where n.%1$s is null or o.%1$s is null or row(%2$s) is distinct from row(%3$s) order by 1',
      v_key, v_new, v_old
    )),
    p_state.edge_table
  );
  execute format('comment on function %s() is %L', v_function, lead_sync.mark());
  execute format('revoke all on function %s() from public, anon, authenticated', v_function);

  -- each table has triggers of its own on a source that it shares
  for v_trigger in
    values
      ('create or replace trigger edge_note_%3$s_inserted after insert on %1$s referencing new table as new_rows'),
      ('create or replace trigger edge_note_%3$s_updated after update on %1$s referencing old table as old_rows new table as new_rows'),
      ('create or replace trigger edge_note_%3$s_deleted after delete on %1$s referencing old table as old_rows'),
      ('create or replace trigger edge_note_%3$s_truncated after truncate on %1$s')
  loop
    execute format(v_trigger || ' for each statement execute function %2$s()', to_regclass(p_state.source), v_function, p_state.edge_table);
  end loop;
end
$body$;
