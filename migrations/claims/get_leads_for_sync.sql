-- Claims due leads, or rows of what p_run's object is, the longest waiting first, with a lease and a token. Expired claims are taken again; leads another session holds are passed over.
--   p_limit          1 to 1,000 leads; fewer where these have more bytes than max_claim_bytes of the settings
--   p_lease_seconds  default: the lease of the settings
-- Returns {claim_token, claimed, judged, lease_seconds, read_started_at, remaining, leads: [{lead_id, twenty_id, email, other_email}]}: the people to read before writing, by id and by e-mail; judged: due leads that were
-- stopped instead, as they are outside the filter or wait for a yes.
-- twenty_id of a lead that is not linked yet is the one its create would use, see id_in_twenty. Raises PT409 when p_run lost its lease.
create or replace function public.get_leads_for_sync(p_limit integer default 200, p_run jsonb default null, p_lease_seconds integer default null)
returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_token uuid := gen_random_uuid();
  v_run public.lead_sync_runs;
  v_adapter text;
  v_settings lead_sync.settings;
  v_lease interval;
  v_context jsonb;
  v_next jsonb;
  v_due jsonb;
  v_mark bigint;
  v_leads jsonb := '[]';
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  perform lead_sync.refresh_statistics();
  v_run := lead_sync.hold_run(p_run);
  v_adapter := lead_sync.adapter_of(v_run.object);
  select * into strict v_settings from lead_sync.settings;
  if v_adapter = 'lead' then
    perform lead_sync.exchange_sources();
  else
    perform lead_sync.wake_rows(v_adapter);
  end if;
  v_lease := coalesce(make_interval(secs => p_lease_seconds), v_settings.lease);
  perform set_config('lead_sync.engine', 'on', true);

  v_context := jsonb_build_object(
    'adapter', v_adapter, 'claim_token', v_token, 'lease', v_lease, 'run_id', v_run.id, 'sync_type', lead_sync.push_type(v_run)
  );
  if not lead_sync.judge_dead_work(p_limit, v_settings.max_claim_bytes, v_context) then
    v_next := lead_sync.next_inside(v_adapter, p_limit, v_settings.max_claim_bytes, v_context);
    v_due := nullif(v_next -> 'due', 'null');
    v_mark := 1 + coalesce((v_due #>> '{0,stalls}')::integer, 0);
    if v_adapter = 'lead' then
      perform lead_sync.begin_work(v_mark);
    end if;
    v_leads := lead_sync.write_or_split('claim', v_due, v_context);
    perform lead_sync.end_work(v_mark);
  end if;

  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'claim_token', v_token,
    'claimed', jsonb_array_length(v_leads),
    'judged', coalesce((v_next ->> 'judged')::integer, 0),
    'lease_seconds', extract(epoch from v_lease)::integer,
    'read_started_at', clock_timestamp(),
    'remaining', lead_sync.count_due(v_adapter),
    'leads', v_leads
  );
end
$$;
