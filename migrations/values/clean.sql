-- Trims white space and invisible characters of every kind (byte order marks, soft hyphens, marks of direction); blank becomes null. nodes/lead/normal-form.ts
-- has the same characters, test/lead/normal-forms.json runs through both.
create or replace function lead_sync.clean(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return nullif(btrim(p_text, e' \t\r\n\f\u000b\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3000\ufeff'), '');
end
$$;
