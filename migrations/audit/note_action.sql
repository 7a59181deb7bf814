-- Notes that somebody did something, for the record. p_subject: an object of at most 4 kB, without values of leads; p_by: who, if not the caller. Returns {noted: true}; raises 22023 on a malformed call.
create or replace function public.note_action(p_action text, p_subject jsonb default '{}', p_by text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  if coalesce(length(p_action), 0) not between 1 and 100 or jsonb_typeof(p_subject) is distinct from 'object' or pg_column_size(p_subject) > 4096 then
    raise exception 'p_action must have 1 to 100 characters, and p_subject be an object of at most 4 kB' using errcode = '22023';
  end if;
  insert into lead_sync.audit_log (done_by, action, subject) values (left(coalesce(nullif(btrim(p_by), ''), lead_sync.actor()), 200), p_action, p_subject);
  return '{"noted": true}';
end
$$;
