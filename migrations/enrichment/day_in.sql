-- The day at the start of a text (2026-03-31 or 2026-03-31T09:00:00Z), midnight UTC; null when there is none. Never raises: 2026-02-31 is 2026-03-03.
create or replace function lead_sync.day_in(p_text text) returns timestamptz
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_text ~ '^\s*[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' then
      (make_date(substr(btrim(p_text), 1, 4)::integer, substr(btrim(p_text), 6, 2)::integer, 1) + substr(btrim(p_text), 9, 2)::integer - 1)::timestamp
        at time zone 'UTC'
  end;
end
$$;
