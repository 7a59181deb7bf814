-- Starts a run, unless one of the same direction and of the same table here is alive; a drain of the inbox runs beside pulls, unless another drain is alive or nothing waits.
-- A webhook that meets a run is not lost: that run's end says that it was called again, and who ended it starts the next one.
--   p_direction  twenty_to_supabase | supabase_to_twenty | bidirectional (a reconciliation)
--   p_mode       delta | full (a pull reads all of Twenty again) | reconcile | inbox (a pull reads what webhooks named);
--                the first pull is always full; an unfinished window is resumed
--   p_trigger    scheduled | manual | webhook
--   p_options    {object, overlap_seconds, policy, report_only, page_size, strict}; what is left out comes from the settings and the mapping
--                page_size: of a reconciliation that may go by ranges, how many ids are read at a time
-- Returns {started: true, run: {id, token}, direction, mode, resumed, window: {from, until}, position, range (what a reconciliation reads first; null: all ids), object, fields, fields_fingerprint (of leads: what store_twenty_fields was told last), settings, read_started_at, due,
--   merges: how many merges of leads are not done, schema_version: which nodes compare with the version that they are made for}
--      or {started: false, reason, active_run}.
create or replace function public.start_sync_run(
  p_direction text, p_mode text default 'delta', p_trigger text default 'scheduled', p_options jsonb default '{}'
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_settings lead_sync.settings;
  v_active public.lead_sync_runs;
  v_run public.lead_sync_runs;
  v_cursor lead_sync.cursors;
  v_options jsonb := coalesce(p_options, '{}');
  v_object text;
  v_adapter text;
begin
  if p_direction is null or p_direction not in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional') then
    raise exception 'p_direction must be twenty_to_supabase, supabase_to_twenty or bidirectional, got %', p_direction using errcode = '22023';
  elsif p_mode is null or p_mode not in ('delta', 'full', 'reconcile', 'inbox') then
    raise exception 'p_mode must be delta, full, reconcile or inbox, got %', p_mode using errcode = '22023';
  elsif (p_mode = 'reconcile') <> (p_direction = 'bidirectional') then
    raise exception 'A reconciliation looks both ways, other runs one way' using errcode = '22023',
      hint = 'Use the direction bidirectional with the mode reconcile, and no other.';
  elsif p_mode = 'full' and p_direction = 'supabase_to_twenty' then
    raise exception 'A push has no full mode' using errcode = '22023', hint = 'Queue the leads with mark_leads_for_sync, then push.';
  elsif p_mode = 'inbox' and p_direction <> 'twenty_to_supabase' then
    raise exception 'The inbox holds what changed in Twenty' using errcode = '22023', hint = 'Use the direction twenty_to_supabase with the mode inbox.';
  elsif p_trigger is null or p_trigger not in ('scheduled', 'manual', 'webhook') then
    raise exception 'p_trigger must be scheduled, manual or webhook, got %', p_trigger using errcode = '22023';
  end if;
  select * into strict v_settings from lead_sync.settings;
  v_object := coalesce(v_options ->> 'object', v_settings.object);
  v_adapter := lead_sync.adapter_of(v_object);
  if v_options ->> 'policy' not in ('last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank') then
    raise exception 'The policy must be last_write_wins, twenty_wins, supabase_wins or fill_blank, got %', v_options ->> 'policy'
      using errcode = '22023', hint = 'Leave it out to take the policy of each field.';
  elsif jsonb_typeof(v_options -> 'strict') not in ('boolean', 'null') then
    raise exception 'strict must be true or false, got %', v_options -> 'strict' using errcode = '22023';
  end if;
  if not exists (select from lead_sync.field_mappings as m where m.object = v_object and m.enabled and m.lead_field <> 'deleted') then
    raise exception 'No field mapping for the object "%"', v_object
      using errcode = '22023', hint = 'Insert its rows into lead_sync.field_mappings, or set object to person.';
  end if;
  if v_adapter <> 'lead' then
    perform lead_sync.begin_syncing(v_object, v_adapter);
    if p_mode <> 'inbox' then
      perform lead_sync.link_missed_rows(v_adapter);
    end if;
  end if;
  perform pg_advisory_xact_lock(hashtext('lead_sync.start_sync_run ' || v_adapter || ' ' || p_direction || case when p_mode = 'inbox' then ' inbox' else '' end));

  select * into v_active
  from public.lead_sync_runs as r
  where lead_sync.adapter_of(r.object) = v_adapter and r.direction = p_direction and (r.mode = 'inbox') = (p_mode = 'inbox') and r.status = 'running'
  for update;
  if found and v_active.lease_until > clock_timestamp() then
    if p_trigger = 'webhook' then
      update public.lead_sync_runs as r set called_again = true where r.id = v_active.id;
    end if;
    return jsonb_build_object(
      'started', false,
      'reason', format(
        'Another %s run has been active since %s; if it is dead, its lease ends at %s and the next run takes over.',
        p_direction || case when p_mode = 'inbox' then ' inbox' else '' end, v_active.started_at, v_active.lease_until
      ),
      'active_run', jsonb_build_object('id', v_active.id, 'started_at', v_active.started_at, 'lease_until', v_active.lease_until)
    );
  elsif found then
    update public.lead_sync_runs as r
    set status = 'expired', finished_at = clock_timestamp(), error = 'The run stopped reporting; its lease ended and a later run took over'
    where r.id = v_active.id;
  end if;

  if p_mode = 'inbox' and not exists (select from lead_sync.inbox as i where i.object in (v_object, v_object || '.company') and i.due_at <= clock_timestamp()) then
    return jsonb_build_object('started', false, 'reason', 'Nothing waits in the inbox', 'active_run', null);
  elsif p_direction = 'twenty_to_supabase' and p_mode <> 'inbox' then
    select * into v_cursor from lead_sync.cursors as c where c.object = v_object for update;
    if v_cursor.window_until is not null and p_mode = 'full' and v_cursor.mode <> 'full' then
      update lead_sync.cursors as c set mode = null, window_from = null, window_until = null, position = null
      where c.object = v_object
      returning * into v_cursor;
    end if;
  end if;

  if p_direction = 'supabase_to_twenty' and v_adapter = 'lead' then
    perform lead_sync.exchange_sources();
  elsif p_direction = 'twenty_to_supabase' and v_adapter = 'lead' then
    perform lead_sync.take_approved(null, 500);
  end if;
  insert into public.lead_sync_runs (direction, mode, trigger, object, policy, lease_until, resumed, started_at)
  values (
    p_direction,
    case
      when p_direction <> 'twenty_to_supabase' or p_mode = 'inbox' then p_mode
      when v_cursor.window_until is not null then v_cursor.mode
      when v_cursor.cursor is null then 'full'
      else p_mode
    end,
    p_trigger,
    v_object,
    v_options ->> 'policy',
    clock_timestamp() + v_settings.lease,
    v_cursor.window_until is not null,
    clock_timestamp() -- what a preview maps anew is older, in the same transaction
  )
  returning * into v_run;
  if v_run.mode = 'reconcile' then
    perform lead_sync.open_reconciliation(v_run.id, v_options);
  end if;

  return jsonb_build_object(
    'started', true,
    'run', jsonb_build_object('id', v_run.id, 'token', v_run.token),
    'direction', v_run.direction,
    'mode', v_run.mode,
    'resumed', v_run.resumed,
    'window', jsonb_build_object(
      'from', case
        when v_run.resumed then v_cursor.window_from
        when v_run.mode = 'delta' then v_cursor.cursor - coalesce(make_interval(secs => (v_options ->> 'overlap_seconds')::double precision), v_settings.overlap)
      end,
      'until', v_cursor.window_until
    ),
    'position', v_cursor.position,
    'range', case when v_run.mode = 'reconcile' then lead_sync.next_comparison(v_run.id) -> 'range' end,
    'object', v_object,
    'fields', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'object', m.object, 'lead_field', m.lead_field, 'twenty_field', m.twenty_field, 'kind', m.kind, 'direction', m.direction, 'policy', m.policy
      ) order by m.lead_field), '[]')
      from lead_sync.field_mappings as m
      where m.object = v_object and m.enabled and m.lead_field <> 'deleted'
    ),
    'settings', jsonb_build_object(
      'default_country', v_settings.default_country,
      'share_calls', v_settings.share_calls,
      -- asked for by itself: PL/pgSQL takes the name strict for its own word
      'strict', coalesce((v_options ->> 'strict')::boolean, (select s.strict from lead_sync.settings as s))
    ),
    'read_started_at', clock_timestamp(),
    'due', lead_sync.count_due(v_adapter),
    'merges', case v_adapter when 'lead' then lead_sync.count_merges() else 0 end,
    'schema_version', lead_sync.schema_version()
  ) || case v_adapter
    when 'lead' then jsonb_build_object('fields_fingerprint', (select f.fingerprint from lead_sync.twenty_fields as f where f.object = v_object))
    else '{}'
  end;
end
$$;
