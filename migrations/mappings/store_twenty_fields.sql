-- Keeps what a mapping may name in Twenty, for pages that offer it and refuse what is not there. A pull calls it where its fingerprint is not the one that start_sync_run tells.
--   p_object       the object, by its singular name
--   p_fingerprint  of p_fields, as the caller makes it
--   p_fields       up to 2,000: [{name, label, type, kinds, options: [{value, label}]}]
-- Returns {fields: how many}. Raises 22023 on a malformed call.
create or replace function public.store_twenty_fields(p_object text, p_fingerprint text, p_fields jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  if p_object is null or p_fingerprint is null or jsonb_typeof(p_fields) is distinct from 'array' or jsonb_array_length(p_fields) > 2000
    or exists (select from jsonb_array_elements(p_fields) as f where jsonb_typeof(f -> 'name') is distinct from 'string' or jsonb_typeof(f -> 'kinds') is distinct from 'array')
  then
    raise exception 'p_object, p_fingerprint and an array p_fields of up to 2,000 fields are needed' using errcode = '22023',
      hint = 'Pass [{"name": "jobTitle", "label": "Job Title", "type": "TEXT", "kinds": ["text"]}].';
  end if;
  insert into lead_sync.twenty_fields as f (object, fingerprint, fields) values (p_object, p_fingerprint, p_fields)
  on conflict (object) do update set fingerprint = excluded.fingerprint, fields = excluded.fields, read_at = clock_timestamp();
  return jsonb_build_object('fields', jsonb_array_length(p_fields));
end
$$;
