-- A text that may be shown to AI: cut at 200 characters, e-mail addresses, links and digits that could be a phone number taken out.
create or replace function lead_sync.without_personal_data(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select nullif(btrim(regexp_replace(regexp_replace(regexp_replace(left(p_text, 200),
    '[^\s@<>]*@[^\s@<>]*', '[removed]', 'g'), '(https?://|www\.)\S*', '[removed]', 'gi'), '\+?\d[\d\s().-]{6,}\d', '[removed]', 'g')), '')
$$;
