-- SQL texts as statements without parameters.
create or replace function lead_sync.edge_statements(p_sql text[]) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (select jsonb_agg(jsonb_build_object('sql', s.sql, 'params', '[]'::jsonb) order by s.place) from unnest(p_sql) with ordinality as s (sql, place));
end
$$;
