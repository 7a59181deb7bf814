-- The ranges of keys that a check looks at, as a list of [low, high], low left out. Of 128 at most that hold about as many rows each: all, all but one, or one.
--   p_only, p_but  the range to look at, the one to leave out; null: no such
create or replace function lead_sync.edge_ranges(p_state lead_sync.edge_states, p_only integer, p_but integer) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  -- no key is later than this one
  v_last constant text := chr(1114111);
  v_bounds text[];
begin
  if p_state.key_type = 'uuid' then
    -- ids are random: their first byte parts them evenly
    select array_agg(lpad(to_hex(2 * b), 2, '0') order by b) into v_bounds from generate_series(1, 127) as b;
  else
    execute format(
      'select array_agg(p.high order by p.high) from (select max(k.key) as high from ('
      'select s.%1$I::text collate "C" as key, ntile(128) over (order by s.%1$I::text collate "C") as part from %2$s as s'
      ') as k group by k.part order by k.part limit 127) as p',
      p_state.key_column, to_regclass(p_state.source)
    ) into v_bounds;
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_array(r.low, r.high) order by r.place), '[]')
    from (
      select b.place, count(*) over () as places, coalesce(lag(b.high) over (order by b.place), '') as low, b.high
      from unnest(coalesce(v_bounds, '{}') || v_last) with ordinality as b (high, place)
    ) as r
    where (p_only is null or r.place = p_only % r.places + 1) and (p_but is null or r.place <> p_but % r.places + 1)
  );
end
$$;
