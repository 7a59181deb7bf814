-- Sync runs: one at a time per direction, each with a lease, a token and its figures; and how far Twenty was read.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Renews a run's lease, notes how far its caller has come (p_run's "progress", 0 to 1) and what Twenty allows by now (its "calls_per_minute"), and returns its row; null for no run. Raises PT409 when another run has taken over or the run is finished.
create or replace function lead_sync.hold_run(p_run jsonb) returns public.lead_sync_runs
language plpgsql volatile set search_path = '' as $$
declare
  v_run public.lead_sync_runs;
begin
  if p_run is null or p_run = 'null' then
    return null;
  end if;
  update public.lead_sync_runs as r
  set lease_until = clock_timestamp() + (select s.lease from lead_sync.settings as s), progress = coalesce((p_run ->> 'progress')::real, r.progress),
    figures = case
      when p_run ->> 'calls_per_minute' is null then r.figures
      else r.figures || jsonb_build_object('twenty_calls_per_minute', (p_run ->> 'calls_per_minute')::bigint)
    end
  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
  returning * into v_run;
  if not found then
    raise exception 'Sync run % is not running any more: its lease was taken over, or it is finished', p_run ->> 'id'
      using errcode = 'PT409', hint = 'Stop this run. The next scheduled run resumes where the last stored page ended.';
  end if;
  return v_run;
end
$$;

-- Adds numbers to a run's figures, and names missing Twenty fields among its warnings.
create or replace function lead_sync.add_figures(p_run_id uuid, p_figures jsonb, p_missing_fields jsonb) returns void
language sql volatile set search_path = '' as $$
  update public.lead_sync_runs as r
  set
    figures = r.figures || (
      select jsonb_object_agg(f.key, coalesce((r.figures ->> f.key)::bigint, 0) + (f.value #>> '{}')::bigint) from jsonb_each(p_figures) as f
    ),
    warnings = case
      when coalesce(jsonb_array_length(p_missing_fields), 0) = 0 then r.warnings
      else jsonb_build_array(
        'Twenty lacks the fields ' || (select string_agg(f.value, ', ' order by f.value) from jsonb_array_elements_text(p_missing_fields) as f)
        || ': they are left out. Run the Twenty node''s Workspace: Prepare once, or disable their rows in lead_sync.field_mappings.'
      )
    end
  where r.id = p_run_id;
$$;

-- Stores where the window stands, in the transaction that merged the page. The window's upper bound is fixed by its first page.
-- After the last page the cursor becomes that bound; it never goes back.
create or replace function lead_sync.store_page(p_run public.lead_sync_runs, p_page jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_page ->> 'until' is null or p_page -> 'has_next' is null then
    raise exception 'p_page needs until and has_next' using errcode = '22023';
  end if;
  insert into lead_sync.cursors as c (object, mode, window_from, window_until, position)
  values (p_run.object, p_run.mode, (p_page ->> 'from')::timestamptz, (p_page ->> 'until')::timestamptz, p_page ->> 'position')
  on conflict (object) do update set
    mode = coalesce(c.mode, excluded.mode),
    window_from = case when c.window_until is null then excluded.window_from else c.window_from end,
    window_until = coalesce(c.window_until, excluded.window_until),
    position = excluded.position;

  if not (p_page ->> 'has_next')::boolean then
    update lead_sync.cursors as c
    set cursor = greatest(c.cursor, c.window_until), mode = null, window_from = null, window_until = null, position = null
    where c.object = p_run.object;
  end if;
end
$$;

-- Starts a run, unless one of the same direction is alive; a drain of the inbox runs beside pulls, unless another drain is alive or nothing waits.
-- A webhook that meets a run is not lost: that run's end says that it was called again, and who ended it starts the next one.
--   p_direction  twenty_to_supabase | supabase_to_twenty | bidirectional (a reconciliation)
--   p_mode       delta | full (a pull reads all of Twenty again) | reconcile | inbox (a pull reads what webhooks named);
--                the first pull is always full; an unfinished window is resumed
--   p_trigger    scheduled | manual | webhook
--   p_options    {object, overlap_seconds, policy, report_only, strict}; what is left out comes from the settings and the mapping
-- Returns {started: true, run: {id, token}, direction, mode, resumed, window: {from, until}, position, object, fields, settings, read_started_at, due}
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
  perform pg_advisory_xact_lock(hashtext('lead_sync.start_sync_run ' || p_direction || case when p_mode = 'inbox' then ' inbox' else '' end));

  select * into v_active
  from public.lead_sync_runs as r
  where r.direction = p_direction and (r.mode = 'inbox') = (p_mode = 'inbox') and r.status = 'running'
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

  if p_mode = 'inbox' and not exists (select from lead_sync.inbox as i where i.object in (v_object, 'company') and i.due_at <= clock_timestamp()) then
    return jsonb_build_object('started', false, 'reason', 'Nothing waits in the inbox', 'active_run', null);
  elsif p_direction = 'twenty_to_supabase' and p_mode <> 'inbox' then
    select * into v_cursor from lead_sync.cursors as c where c.object = v_object for update;
    if v_cursor.window_until is not null and p_mode = 'full' and v_cursor.mode <> 'full' then
      update lead_sync.cursors as c set mode = null, window_from = null, window_until = null, position = null
      where c.object = v_object
      returning * into v_cursor;
    end if;
  end if;

  insert into public.lead_sync_runs (direction, mode, trigger, object, policy, lease_until, resumed)
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
    v_cursor.window_until is not null
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
      -- asked for by itself: PL/pgSQL takes the name strict for its own word
      'strict', coalesce((v_options ->> 'strict')::boolean, (select s.strict from lead_sync.settings as s))
    ),
    'read_started_at', clock_timestamp(),
    'due', lead_sync.count_due()
  );
end
$$;

-- Ends a run and writes its own history row, so that a quiet system still shows that it lives.
--   p_status  succeeded | failed | stopped
--   p_error   what went wrong; kept, shown and returned without secrets and personal data, 2,000 characters at most
-- Returns {finished: true, again, run: {id, direction, mode, status, started_at, finished_at, seconds, figures, findings, warnings, error}} or {finished: false, reason}.
-- again: a webhook asked for a run while this one was running; start the next one. A call that comes twice is answered twice.
create or replace function public.finish_sync_run(p_run jsonb, p_status text default 'succeeded', p_error text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_run public.lead_sync_runs;
begin
  if p_status is null or p_status not in ('succeeded', 'failed', 'stopped') then
    raise exception 'p_status must be succeeded, failed or stopped, got %', p_status using errcode = '22023';
  end if;
  update public.lead_sync_runs as r
  set status = p_status, error = lead_sync.mask_text(p_error, 2000), finished_at = clock_timestamp()
  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
  returning * into v_run;
  if found then
    if v_run.mode = 'reconcile' then
      perform lead_sync.close_reconciliation(v_run.id);
      select * into v_run from public.lead_sync_runs as r where r.id = v_run.id;
    end if;
    if v_run.mode = 'inbox' then
      perform lead_sync.give_hints_back(v_run.id);
    end if;

    insert into public.lead_sync_history (run_id, sync_type, sync_direction, sync_status, error_message, created_at, synced_at)
    values (
      v_run.id,
      case
        when v_run.mode = 'reconcile' then 'reconcile'
        when v_run.mode = 'inbox' or v_run.trigger = 'webhook' then 'webhook_update'
        when v_run.trigger = 'manual' then 'manual'
        when v_run.direction = 'twenty_to_supabase' then 'scheduled_pull'
        else 'scheduled_push'
      end,
      v_run.direction,
      case when p_status = 'failed' then 'error' else 'synced' end,
      v_run.error,
      v_run.started_at,
      v_run.finished_at
    );
  else
    select * into v_run from public.lead_sync_runs as r
    where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = p_status;
    if not found then
      return jsonb_build_object(
        'finished', false, 'reason', format('Run %s is not running any more: its lease was taken over, or it is finished', coalesce(p_run ->> 'id', 'null'))
      );
    end if;
  end if;

  return jsonb_build_object(
    'finished', true,
    'again', v_run.called_again,
    'run', (to_jsonb(v_run) - 'token' - 'lease_until' - 'called_again') || jsonb_build_object(
      'seconds', round(extract(epoch from v_run.finished_at - v_run.started_at)::numeric, 3),
      'figures', '{
        "pages": 0, "read": 0, "created": 0, "updated": 0, "linked": 0, "unchanged": 0, "conflicts": 0, "stale": 0, "held": 0, "rejected": 0,
        "joined": 0, "pushed": 0, "pushed_created": 0, "pushed_updated": 0, "errors": 0, "dead": 0, "twenty_calls": 0
      }'::jsonb || v_run.figures
    )
  );
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.start_sync_run(text, text, text, jsonb) from public, anon, authenticated;
grant execute on function public.start_sync_run(text, text, text, jsonb) to service_role;
revoke all on function public.finish_sync_run(jsonb, text, text) from public, anon, authenticated;
grant execute on function public.finish_sync_run(jsonb, text, text) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
