-- Before a row is written by anyone else: check and stamp it; when a synced value changed, note which and when, and make the lead due.
-- A claimed lead stays claimed: its completion sees the change. Setting sync_status to 'pending' by hand makes a lead due as well.
-- A lead that is linked to another person by hand, or to none, starts anew: nothing is agreed with that one, and a push at work with the old one loses its claim.
-- tg_argv: the adapter, of tables other than leads; before their object's first run nothing is noted.
create or replace function lead_sync.note_lead_write() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_adapter text := coalesce(tg_argv[0], 'lead');
  v_now timestamptz := clock_timestamp();
  v_before jsonb;
  v_after jsonb;
  v_is_relinked boolean;
  v_edited text[]; -- of the fields that are left out
begin
  new.updated_at := v_now;
  if lead_sync.engine_is_writing() then
    return new;
  end if;
  if pg_column_size(new) > 16384 then -- the least that can be allowed: a look into the settings costs more than all else here
    perform lead_sync.check_size(new, old);
  end if;
  if tg_op = 'INSERT' then
    new.sync_status := 'pending';
    return new;
  end if;

  if v_adapter = 'lead' then
    v_before := lead_sync.lead_values(old);
    v_after := lead_sync.lead_values(new);
  elsif lead_sync.is_synced(v_adapter) then
    execute format('select lead_sync.%1$I($1), lead_sync.%1$I($2)', v_adapter || '_values') into v_before, v_after using old, new;
  else
    return new;
  end if;
  v_is_relinked := new.twenty_id is distinct from old.twenty_id;
  if v_is_relinked then
    update lead_sync.lead_states as s set
      base_local = '{}', base_remote = '{}', remote_created_at = null, remote_updated_at = null, company_id = null, absent_since = null, gone = false,
      merged_at = null, read_at = null, intent = null, claim_token = null, lease = null
    where s.lead_id = new.id;
    new.left_out := '{}';
  end if;
  if new.left_out <> '{}' then
    v_edited := array(select k from jsonb_object_keys(new.left_out) as k where (v_after -> k) is distinct from (v_before -> k));
    new.left_out := new.left_out - v_edited;
  end if;
  if v_after is distinct from v_before or v_is_relinked or (new.sync_status = 'pending' and old.sync_status <> 'pending') then
    new.sync_status := case when old.sync_status = 'syncing' and not v_is_relinked then 'syncing' else 'pending' end;
    new.sync_error_message := null;
    new.sync_error_count := 0;
    insert into lead_sync.lead_states as s (lead_id, adapter, due_at, due_since, changed_at)
    values (
      new.id, v_adapter, v_now, v_now,
      (
        select coalesce(jsonb_object_agg(k, v_now), '{}')
        from jsonb_object_keys(v_before || v_after) as k
        where (v_after -> k) is distinct from (v_before -> k)
      )
    )
    on conflict (lead_id) do update set
      changed_at = s.changed_at || excluded.changed_at,
      -- what was left out is not agreed any more: where it comes back, it is due like any other value
      base_local = coalesce((
        select s.base_local - array_agg(k) || coalesce(jsonb_object_agg(k, s.base_remote -> k) filter (where s.base_remote ? k), '{}')
        from unnest(v_edited) as k
        where not coalesce(s.intent -> 'values' ? k, false)
      ), s.base_local),
      due_at = case when s.claim_token is null then excluded.due_at else s.due_at end,
      due_since = coalesce(s.due_since, excluded.due_since),
      retries = 0,
      held_by = null,
      joined = case when v_after ? 'deleted' or not v_before ? 'deleted' then s.joined end; -- restored, it is a lead of its own
  end if;
  return new;
end
$$;
