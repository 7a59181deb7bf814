-- Before a mapping row is written: a field that is read from another place in Twenty, is there again, was not taken from there so far, was off, or is new to leads that
-- are synced already has no base any more. Otherwise the blank at the new place would count as somebody's edit, and erase the leads' values.
-- Translations are of one field's options: another field has none of them.
create or replace function lead_sync.note_mapping_change() returns trigger
language plpgsql volatile set search_path = '' as $$
declare
  v_is_new boolean;
  v_problem text;
begin
  if tg_op = 'INSERT' then
    v_is_new := exists (select from lead_sync.lead_states as s where s.adapter = lead_sync.adapter_of(new.object));
  else
    v_is_new := new.twenty_field is distinct from old.twenty_field
      or (old.missing_since is not null and new.missing_since is null)
      or (old.direction = 'to_twenty' and new.direction <> 'to_twenty')
      or (new.enabled and not old.enabled);
  end if;
  if v_is_new and new.lead_field <> 'deleted' then
    new.base_since := clock_timestamp();
  end if;
  if tg_op = 'UPDATE' and new.twenty_field is distinct from old.twenty_field then
    new.place_since := clock_timestamp();
  end if;
  new.changed_at := clock_timestamp();
  if new.translations = '{}' or tg_op = 'UPDATE' and new.twenty_field is distinct from old.twenty_field and new.translations = old.translations then
    new.translations := null;
  end if;
  if new.translations is not null then
    v_problem := lead_sync.translation_problem(new.translations);
    if v_problem is not null then
      raise check_violation using table = 'field_mappings', constraint = 'translations', message = v_problem;
    end if;
  end if;
  return new;
end
$$;
