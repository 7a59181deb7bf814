-- A host as the name service has it: small letters, no dot at the end, labels in other letters as xn--… (at most 63 characters; a longer one is no label).
create or replace function lead_sync.ascii_host(p_host text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_host text := lower(p_host);
begin
  if v_host is null or v_host !~ '[^\x01-\x7f]' then -- most are
    return rtrim(v_host, '.');
  end if;
  return (
    select string_agg(case when l.label ~ '[^\x01-\x7f]' and length(l.label) <= 63 then 'xn--' || lead_sync.punycode(l.label) else l.label end, '.' order by l.place)
    from regexp_split_to_table(rtrim(translate(lower(normalize(v_host, nfkc)), e'\u3002', '.'), '.'), '\.') with ordinality as l (label, place)
  );
end
$$;
