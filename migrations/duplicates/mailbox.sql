-- Whose mailbox an e-mail address most likely reaches: without what follows a plus sign (a subaddress, RFC 5233, as Gmail, Outlook, iCloud, Fastmail and Proton take
-- it), and at Gmail, which says that dots don't matter there, without dots. p_email: of comparable. Null for null.
create or replace function lead_sync.mailbox(p_email text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_host text := substring(p_email from '@([^@]*)$');
  v_name text := regexp_replace(left(p_email, -1 - length(v_host)), '(?<=.)\+.*$', '');
begin
  if v_host is null then
    return p_email;
  elsif v_host in ('gmail.com', 'googlemail.com') then
    return replace(v_name, '.', '') || '@gmail.com';
  end if;
  return v_name || '@' || v_host;
end
$$;
