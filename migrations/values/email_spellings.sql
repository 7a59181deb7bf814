-- The keys that leads of an e-mail may have: with its host as the name service has it, which comes first, as it is given, and in the letters that it stands for.
-- Mostly that is one; none for a blank.
create or replace function lead_sync.email_spellings(p_email text) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_key text;
  v_host text;
  v_name text;
begin
  if p_email ~ '^[!-~]+$' and p_email !~* '[@.]xn--' then
    return array[lower(p_email)];
  end if;
  v_key := lead_sync.email_key(p_email);
  v_host := substring(v_key from '@([^@]*)$');
  if v_host is null then
    return array_remove(array[v_key], null);
  end if;
  v_name := left(v_key, -length(v_host));
  return array(
    select v_name || h.host
    from (
      select lead_sync.ascii_host(v_host) as host, 1 as place
      union all select v_host, 2
      union all select string_agg(lead_sync.unicode_label(l), '.' order by l.place), 3
      from regexp_split_to_table(lead_sync.ascii_host(v_host), '\.') with ordinality as l (l, place)
    ) as h
    group by h.host
    order by min(h.place)
  );
end
$$;
