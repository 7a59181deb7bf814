-- A host as the name service has it: small letters, no dot at the end, labels in other letters as xn--… (at most 63 characters; a longer one is no label).
create or replace function lead_sync.ascii_host(p_host text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when h.host !~ '[^\x01-\x7f]' then rtrim(h.host, '.')
    else (
      select string_agg(case when l.label ~ '[^\x01-\x7f]' and length(l.label) <= 63 then 'xn--' || lead_sync.punycode(l.label) else l.label end, '.' order by l.place)
      from regexp_split_to_table(rtrim(translate(lower(normalize(h.host, nfkc)), e'\u3002', '.'), '.'), '\.') with ordinality as l (label, place)
    )
  end
  from (select lower(p_host) as host) as h
$$;
