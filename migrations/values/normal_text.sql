-- A text in its one normal form, used to compare only: no invisible characters, one plain space for each run of white space, none around it, composed letters (NFC).
create or replace function lead_sync.normal_text(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return btrim(normalize(regexp_replace(regexp_replace(p_text, '[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]', '', 'g'), '[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'), nfc));
end
$$;
