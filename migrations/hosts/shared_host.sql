-- What kind of host a company's domain is that many share (social, mail, site_builder, short_link, marketplace); null for one that may be a company's own.
create or replace function lead_sync.shared_host(p_domain text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_host text := split_part(lead_sync.comparable('domain', to_jsonb(p_domain)), ':', 1);
  v_labels text[] := string_to_array(v_host, '.');
begin
  if v_host is null or v_host = '' then
    return null;
  end if;
  return coalesce(
    (
      select h.kind
      from public.shared_hosts as h
      where h.host = any (array(select array_to_string(v_labels[i:], '.') from generate_series(1, cardinality(v_labels) - 1) as i))
        and (h.host = v_host or h.kind <> 'site_builder')
      limit 1
    ),
    (select 'mail' from public.free_email_domains as f where f.domain = v_host)
  );
end
$$;
