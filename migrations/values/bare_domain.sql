-- A company's domain bare: no scheme, user, www, port, path or dot at the end.
create or replace function lead_sync.bare_domain(p_domain text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return regexp_replace(
    lead_sync.ascii_host(substring(regexp_replace(p_domain, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g') from '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?/*(?:[^/?#]*@)?([^/?#:]*)')),
    '^(www\.)+(?=[^.]+\.)', ''
  );
end
$$;
