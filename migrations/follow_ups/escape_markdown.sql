-- A lead's text as plain text within Markdown: what would be markup, a link or an address is escaped, all in one line.
create or replace function lead_sync.escape_markdown(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select regexp_replace(lead_sync.normal_text(p_text), '([][\\`*_()<>#!|~&:.@+=-])', '\\\1', 'g')
$$;
