-- Who calls: what the header X-Lead-Sync-Actor says, a JSON string of ASCII characters; else the e-mail or the role of the API key; in SQL, the login. At most 200 characters.
create or replace function lead_sync.actor() returns text
language plpgsql stable set search_path = '' as $$
declare
  v_claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
  v_header text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-lead-sync-actor';
begin
  begin
    v_header := v_header::jsonb #>> '{}';
  exception when others then
    null; -- it is what it says
  end;
  return left(coalesce(nullif(btrim(v_header), ''), v_claims ->> 'email', v_claims ->> 'role', session_user), 200);
end
$$;
