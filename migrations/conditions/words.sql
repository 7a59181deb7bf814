-- Punctuation as spaces, so that a word is found beside a comma or a slash.
create or replace function lead_sync.words(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select ' ' || translate(p_text, '-_.,;:/\|()[]{}&+"''!?@#*', '                         ') || ' '
$$;
