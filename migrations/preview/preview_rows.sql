-- Has the rows of an object beside leads stand as its sync would find them. Before its first run nothing is noted of them, see begin_syncing: those that a step meets are then
-- due from one time on, whichever call asks, since all rows at each call would take too long.
create or replace function lead_sync.preview_rows(p_object text, p_adapter text, p_step text, p_input jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  if lead_sync.is_synced(p_adapter) then
    perform lead_sync.wake_rows(p_adapter);
    return;
  end if;
  insert into lead_sync.cursors (object) values (p_object);
  if p_step = 'due' then
    execute lead_sync.rows_sql(p_adapter, 'select array(select l.id from {table} as l where $1 is null or l.id > $1 order by l.id limit $2)')
    into v_ids using (p_input #>> '{after,1}')::uuid, least(coalesce((p_input ->> 'limit')::integer, 1000), 5000);
  elsif p_step <> 'start' then
    v_ids := array(select i::uuid from jsonb_array_elements_text(p_input -> 'leads') as i) || array(
      select m.lead_id
      from lead_sync.match_rows(p_adapter, (
        select coalesce(jsonb_agg(jsonb_build_object('index', r.ordinality, 'snapshot', r.value)), '[]')
        from jsonb_array_elements(jsonb_path_query_array(p_input, 'lax $.before[*][*]') || (p_input -> 'people')) with ordinality as r
      )) as m
      where m.lead_id is not null
    );
  end if;
  perform lead_sync.make_states(p_adapter, v_ids);
  update lead_sync.lead_states as s set due_at = 'epoch' where s.lead_id = any (v_ids);
end
$$;
