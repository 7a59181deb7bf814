-- A text of a rule with its {placeholders} filled, once: what stands in a value stays as it is. p_values: {name: text}.
create or replace function lead_sync.fill_in(p_text text, p_values jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select string_agg(coalesce(p_values ->> substring(m.part[1] from '^\{(.*)\}$'), m.part[1]), '' order by m.place)
  from regexp_matches(p_text, '\{[a-z]+\}|[^{]+|\{', 'g') with ordinality as m (part, place)
$$;
