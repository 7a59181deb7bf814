-- A text to look for as a pattern of like, its own wildcards made plain.
create or replace function lead_sync.like_pattern(p_operator text, p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case p_operator
    when 'starts_with' then t.plain || '%'
    when 'ends_with' then '%' || t.plain
    else '%' || t.plain || '%'
  end
  from (
    select replace(replace(replace(
      case when p_operator = 'contains_word' then lead_sync.words(lower(btrim(p_text))) else lower(btrim(p_text)) end, '\', '\\'
    ), '%', '\%'), '_', '\_') as plain
  ) as t
$$;
