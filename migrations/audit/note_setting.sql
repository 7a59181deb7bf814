-- After a row of a table of settings was written: which one, and what changed in it. tg_argv: the columns that name the row, and those that the sync keeps in it itself, each as a list in braces.
-- What a migration writes is not noted.
create or replace function lead_sync.note_setting() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - tg_argv[1]::text[] end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - tg_argv[1]::text[] end;
begin
  if v_old is not distinct from v_new or nullif(current_setting('lead_sync.foreign_objects', true), '') is not null then
    return null;
  end if;
  insert into lead_sync.audit_log (done_by, action, subject)
  select lead_sync.actor(), lower(tg_op) || ' ' || tg_table_name, jsonb_build_object(
    'row', (select jsonb_object_agg(k, coalesce(v_new, v_old) -> k) from unnest(tg_argv[0]::text[]) as k),
    'before', (select jsonb_object_agg(e.key, e.value) from jsonb_each(v_old) as e where v_new is null or e.value <> v_new -> e.key),
    'after', (select jsonb_object_agg(e.key, e.value) from jsonb_each(v_new) as e where v_old is null or e.value <> v_old -> e.key)
  );
  return null;
end
$$;
