-- From version 1, that of 0.1.0.
do $$
declare
  v_function regprocedure;
begin
  if lead_sync.schema_version() <> 1 then
    return;
  end if;

  -- its SQL functions had bodies that are no text: PostgreSQL 15.20, 17.12 and 18.6 refuse to alter a table whose row type one of them takes.
  -- All of them come anew further down.
  for v_function in
    select p.oid from lead_sync.list_objects() as o join pg_catalog.pg_proc as p on p.oid = o.object
    where o.class = 'pg_catalog.pg_proc'::regclass and o.marked and p.prosqlbody is not null
  loop
    execute regexp_replace(pg_get_functiondef(v_function), '\n *(RETURN |BEGIN ATOMIC).*', ' as ''select null''');
  end loop;

  alter table public.leads
    add column if not exists additional_emails text[] not null default '{}',
    add column if not exists additional_phones text[] not null default '{}',
    add column if not exists left_out jsonb not null default '{}',
    drop constraint if exists leads_sync_status_check,
    add constraint leads_sync_status_check check (sync_status in ('pending', 'syncing', 'synced', 'outside', 'error'));
  drop index if exists public.leads_email_idx;
  drop index if exists public.leads_score_epoch_idx;
  drop trigger if exists leads_assess_chosen on public.leads; -- leads_as_chosen, which comes before the rules
  drop function if exists lead_sync.assess_chosen_lead();
  drop function if exists lead_sync.lock_leads_to_assess(uuid[], text, integer, uuid);
  alter table public.lead_sync_runs add column if not exists progress real;
  alter table lead_sync.lead_states
    add column if not exists refusal text,
    add column if not exists stalls integer not null default 0,
    add column if not exists joined uuid,
    add column if not exists adapter text not null default 'lead',
    add column if not exists outside_by timestamptz,
    add column if not exists remade_at timestamptz,
    drop constraint if exists lead_states_lead_id_fkey;
  drop index if exists lead_sync.lead_states_due_idx;
  alter table public.lead_sync_conflicts drop constraint if exists lead_sync_conflicts_lead_id_fkey, add column if not exists resolved_by text;
  drop index if exists public.lead_sync_runs_one_running;
  alter table if exists lead_sync.alert_rules add column if not exists paused_until timestamptz;
  alter table if exists lead_sync.instant_push -- 0.1.0 may have been applied in part
    add column if not exists edge_url text check (edge_url ~ '^https?://[^[:space:]]+$'),
    add column if not exists arrivals_url text check (arrivals_url ~ '^https?://[^[:space:]]+$'),
    drop constraint if exists instant_push_secret,
    add constraint instant_push_secret check ((coalesce(url, edge_url, arrivals_url) is null) = (secret is null));
  if to_regclass('lead_sync.inbox') is not null then -- a company stands for its people
    update lead_sync.inbox as i set object = s.object || '.company' from lead_sync.settings as s where i.object = 'company';
  end if;
  drop table if exists lead_sync.push_wishes; -- empty between transactions; it is made anew
  drop function if exists public.enable_instant_push(text, text);
  alter table if exists public.follow_up_rules
    add column if not exists occasion text not null default 'score' check (occasion in ('score', 'missed_call', 'no_activity')),
    add column if not exists idle_days integer check (idle_days > 0),
    drop constraint if exists follow_up_rules_idle_days,
    add constraint follow_up_rules_idle_days check (occasion <> 'no_activity' or idle_days is not null);
  alter table lead_sync.settings
    add column if not exists touch_raw_days integer not null default 90 check (touch_raw_days >= 0),
    add column if not exists approve_deletions integer check (approve_deletions >= 0),
    add column if not exists approve_changes integer check (approve_changes >= 0),
    add column if not exists max_lead_bytes integer not null default 262144 check (max_lead_bytes >= 16384),
    add column if not exists max_claim_bytes integer not null default 8388608 check (max_claim_bytes > 0),
    add column if not exists keep_data_quality boolean not null default false,
    add column if not exists find_duplicates boolean not null default false,
    add column if not exists changes_days integer not null default 30 check (changes_days between 0 and 50),
    add column if not exists share_calls boolean not null default false,
    add column if not exists quiet_from time,
    add column if not exists quiet_until time,
    add column if not exists quiet_zone text not null default 'UTC' constraint settings_quiet_zone check (timestamptz '2000-01-01' at time zone quiet_zone is not null),
    drop constraint if exists settings_quiet,
    add constraint settings_quiet check ((quiet_from is null) = (quiet_until is null)),
    add column if not exists reconcile_all_every interval not null default '23 hours' check (reconcile_all_every >= '0 s');
  alter table if exists lead_sync.sources add column if not exists problem text;
  alter table if exists lead_sync.source_changes add column if not exists key_before text;
  alter table if exists lead_sync.deal_scores add column if not exists version integer, alter column rules drop not null, alter column rules drop default;
  alter table if exists lead_sync.reconciliations
    add column if not exists changed_since timestamptz,
    add column if not exists page_size integer,
    add column if not exists summaries_left integer;
  if to_regclass('lead_sync.assignment_settings') is not null then
    update lead_sync.assignment_settings as s set escalate_after = array(
      select e.after from unnest(s.escalate_after) with ordinality as e (after, level) where e.after < interval '3 days' order by e.level
    )
    where interval '3 days' <= any (s.escalate_after);
    alter table lead_sync.assignment_settings
      drop constraint if exists assignment_settings_escalate_after,
      add constraint assignment_settings_escalate_after check (interval '3 days' > all (escalate_after));
  end if;
  alter table lead_sync.field_mappings
    add column if not exists changed_at timestamptz,
    add column if not exists place_since timestamptz,
    add column if not exists translations jsonb,
    drop constraint if exists field_mappings_translations,
    add constraint field_mappings_translations check (translations is null or kind in ('text', 'option') and lead_field <> 'stage' and twenty_field !~ '\.'),
    drop constraint if exists field_mappings_lead_field_check,
    add constraint field_mappings_lead_field_check check (
      lead_field in (
        'deleted', 'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name',
        'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score',
        'segment'
      )
      or lead_field ~ '^attributes\.[^.]+$'
      or object not in ('person', 'lead') and lead_field ~ '^[a-z][a-z0-9_]*$'
    ),
    drop constraint if exists field_mappings_kind_check,
    add constraint field_mappings_kind_check check (
      kind in ('text', 'email', 'phone', 'link', 'domain', 'number', 'boolean', 'list', 'money', 'option', 'time', 'reference')
    ),
    drop constraint if exists field_mappings_lists,
    add constraint field_mappings_lists check (lead_field not in ('additional_emails', 'additional_phones') or kind = 'list');

  -- other arguments or results
  drop function if exists public.get_dashboard(integer, timestamptz);
  drop function if exists public.mark_leads_for_sync(text, integer);
  drop function if exists lead_sync.count_due();
  drop function if exists lead_sync.add_lead_counts(text[], uuid[], numeric[], bigint[]);
  drop function if exists lead_sync.release_stale_claims(timestamptz);
  drop function if exists lead_sync.measure_drift(timestamptz);
  drop function if exists lead_sync.measure_direction(text, timestamptz);
  drop function if exists lead_sync.impossible_leads();
  drop function if exists lead_sync.queue_leads(uuid[]);
  drop function if exists lead_sync.stuck_leads(text);
  drop function if exists lead_sync.match_snapshots(jsonb);
  drop function if exists lead_sync.unchanged_snapshots(jsonb, timestamptz, text, jsonb, integer);
  drop function if exists lead_sync.weigh_leads(public.leads[], integer);
  drop function if exists lead_sync.compare_range(lead_sync.reconciliations, jsonb, uuid, uuid, timestamptz, jsonb);
  drop function if exists lead_sync.is_suspicious(jsonb);
  drop function if exists lead_sync.lead_problem(jsonb, text);
  drop function if exists lead_sync.merge_or_split(jsonb, jsonb);
  drop function if exists lead_sync.refuse_lead(uuid, uuid, text, jsonb);
  drop function if exists lead_sync.release_claims(jsonb);
  drop function if exists lead_sync.store_page(public.lead_sync_runs, jsonb);
  drop function if exists lead_sync.base_after_write(jsonb, jsonb, jsonb, jsonb, boolean);
  drop function if exists lead_sync.join_leads(uuid, uuid, jsonb);
  drop function if exists public.get_conflicts(text, uuid, integer, bigint);
  drop function if exists public.save_scoring_rule(jsonb, boolean);
  drop function if exists public.publish_scoring_rules(text);
  drop function if exists public.publish_segments(text, integer);
  drop function if exists lead_sync.scored_deals(timestamptz, timestamptz);
  drop function if exists public.get_activity_hints(integer);
  drop function if exists lead_sync.write_source_columns(lead_sync.sources, text, jsonb, jsonb, text, text);
  drop function if exists lead_sync.adoption_plan(regclass);
  drop function if exists public.decide_approval(bigint, boolean, text, integer);
  drop function if exists lead_sync.judge_people(jsonb);
end
$$;
