-- Why a row of D1 could not be stored, from the error.
create or replace function lead_sync.edge_rejection(p_sqlstate text, p_message text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case p_sqlstate
    when '22P05' then 'A text holds the character NUL, which PostgreSQL does not store'
    when '22021' then 'A text is not valid UTF-8'
    when '23502' then 'A value that must be there is missing: ' || p_message
    else left(p_message, 500)
  end;
end
$$;
