-- How much of a table is filled in, 0 to 1, where its keys are random; null elsewhere.
create or replace function lead_sync.edge_fill_share(p_state lead_sync.edge_states) returns real
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_state.rebuild_position is null then 0
    when p_state.key_type = 'uuid' then ('x' || left(p_state.rebuild_position, 6))::bit(24)::integer / 16777216.0
  end;
end
$$;
