-- The state of a table that is on, and that moves the way of the run. Raises 22023 for any other.
create or replace function lead_sync.edge_state(p_table text, p_direction text) returns lead_sync.edge_states
language plpgsql stable set search_path = '' as $$
declare
  v_state lead_sync.edge_states;
begin
  select * into v_state from lead_sync.edge_states as s where s.edge_table = p_table and s.direction = p_direction;
  if not found then
    raise exception 'The table % is not on, or does not go %', coalesce(p_table, 'null'), p_direction
      using errcode = '22023', hint = 'Turn it on with enable_edge(), or look at lead_sync.edge_tables.';
  end if;
  return v_state;
end
$$;
