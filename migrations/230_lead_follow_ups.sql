-- Follow-up tasks: leads that reach a score get one task in Twenty.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Which leads get a task in Twenty. In title and body, {name}, {company}, {score} and {segment} stand for the lead's own.
create table if not exists public.follow_up_rules (
  rule_key text primary key check (rule_key ~ '^[a-z0-9][a-z0-9_]{0,62}$'),
  lowest_score numeric not null check (lowest_score between 0 and 100),
  title text not null check (btrim(title) <> ''),
  body text,
  due_in_days integer not null default 1 check (due_in_days between 0 and 365),
  assignee_id uuid,
  max_lead_age_days integer default 30 check (max_lead_age_days > 0),
  enabled boolean not null default false
);
comment on column public.follow_up_rules.assignee_id is 'A workspace member in Twenty; empty: nobody';
comment on column public.follow_up_rules.max_lead_age_days is 'Only leads created in the last so many days: the first scoring must not ask for a thousand calls; empty: all leads';

-- Tasks that were made or tried, one a lead and rule.
create table if not exists lead_sync.follow_ups (
  task_id uuid primary key,
  lead_id uuid not null references public.leads (id) on delete cascade,
  rule_key text not null,
  done_at timestamptz,
  error text,
  tried_at timestamptz not null default now(),
  unique (lead_id, rule_key)
);

-- The same id for the same lead and rule, always: however often a task is made, Twenty has it once. A UUID of version 8, from a hash of its parts.
create or replace function lead_sync.follow_up_id(p_lead_id uuid, p_rule_key text, p_kind text) returns uuid
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select overlay(overlay(md5('lead follow-up ' || p_kind || ' ' || p_lead_id || ' ' || p_rule_key) placing '8' from 13) placing '8' from 17)::uuid
$$;

-- A text of a rule with its {placeholders} filled, once: what stands in a value stays as it is. p_values: {name: text}.
create or replace function lead_sync.fill_in(p_text text, p_values jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select string_agg(coalesce(p_values ->> substring(m.part[1] from '^\{(.*)\}$'), m.part[1]), '' order by m.place)
  from regexp_matches(p_text, '\{[a-z]+\}|[^{]+|\{', 'g') with ordinality as m (part, place)
$$;

-- A lead's text as plain text within Markdown: what would be markup, a link or an address is escaped, all in one line.
create or replace function lead_sync.escape_markdown(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select regexp_replace(lead_sync.normal_text(p_text), '([][\\`*_()<>#!|~&:.@+=-])', '\\\1', 'g')
$$;

-- Leads at or above a rule's score that have no task yet, the highest scores first. Leads that are not in Twenty yet come once they are.
-- Returns {tasks: [{task_id, target_id, lead_id, twenty_id, rule_key, title, body, due_at, assignee_id, score}], has_next}; one that failed comes again after an hour.
create or replace function public.get_follow_ups(p_limit integer default 100) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_tasks jsonb;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  select coalesce(jsonb_agg(k.task order by k.lead_score desc, k.id, k.rule_key), '[]') into v_tasks
  from (
    select l.lead_score, l.id, r.rule_key, jsonb_build_object(
      'task_id', lead_sync.follow_up_id(l.id, r.rule_key, 'task'),
      'target_id', lead_sync.follow_up_id(l.id, r.rule_key, 'target'),
      'lead_id', l.id, 'twenty_id', l.twenty_id, 'rule_key', r.rule_key,
      'title', left(lead_sync.fill_in(r.title, t.plain), 200),
      'body', left(lead_sync.fill_in(r.body, t.escaped), 5000),
      'due_at', clock_timestamp() + make_interval(days => r.due_in_days),
      'assignee_id', r.assignee_id, 'score', l.lead_score
    ) as task
    from public.follow_up_rules as r
    join public.leads as l
      on l.lead_score >= r.lowest_score and l.twenty_id is not null and l.deleted_at is null
      and (r.max_lead_age_days is null or l.created_at > clock_timestamp() - make_interval(days => r.max_lead_age_days))
    left join lead_sync.follow_ups as f on f.lead_id = l.id and f.rule_key = r.rule_key
    left join public.customer_segments as s on s.id = l.segment_id
    left join lead_sync.lead_states as st on st.lead_id = l.id
    cross join lateral (
      select jsonb_object_agg(f.key, lead_sync.normal_text(f.value)) as plain, jsonb_object_agg(f.key, lead_sync.escape_markdown(f.value)) as escaped
      from jsonb_each_text(jsonb_build_object(
        'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email), 'this lead'),
        'company', coalesce(lead_sync.clean(l.company_name), 'no company'), 'score', trim_scale(l.lead_score), 'segment', coalesce(s.segment_name, 'no segment')
      )) as f
    ) as t
    where r.enabled and not coalesce(st.gone, false)
      and (f.task_id is null or (f.done_at is null and f.tried_at < clock_timestamp() - interval '1 hour'))
    order by l.lead_score desc, l.id, r.rule_key
    limit p_limit + 1
  ) as k;
  return jsonb_build_object(
    'tasks', jsonb_path_query_array(v_tasks, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
    'has_next', jsonb_array_length(v_tasks) > p_limit
  );
end
$$;

-- Notes which tasks are in Twenty. p_results: [{task_id, lead_id, rule_key, ok, error}] of get_follow_ups.
-- Returns {confirmed, failed, unknown}; unknown: the task is none of get_follow_ups.
create or replace function public.confirm_follow_ups(p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_answer jsonb;
begin
  if jsonb_typeof(p_results) is distinct from 'array' then
    raise exception 'p_results must be an array of {task_id, lead_id, rule_key, ok, error}' using errcode = '22023';
  end if;
  with stated as materialized (
    select distinct on (l.id, r ->> 'rule_key')
      l.id as lead_id, r ->> 'rule_key' as rule_key, coalesce(r -> 'ok' = 'true', false) as ok, left(r ->> 'error', 500) as error
    from jsonb_array_elements(p_results) as r
    join public.leads as l on l.id = case when lead_sync.is_uuid(r ->> 'lead_id') then (r ->> 'lead_id')::uuid end
    join public.follow_up_rules as u on u.rule_key = r ->> 'rule_key'
    where r ->> 'task_id' = lead_sync.follow_up_id(l.id, r ->> 'rule_key', 'task')::text
    order by l.id, r ->> 'rule_key', r -> 'ok' desc
  ),
  note as (
    insert into lead_sync.follow_ups as f (task_id, lead_id, rule_key, done_at, error, tried_at)
    select lead_sync.follow_up_id(s.lead_id, s.rule_key, 'task'), s.lead_id, s.rule_key, case when s.ok then now() end, s.error, now()
    from stated as s
    on conflict (lead_id, rule_key) do update set done_at = coalesce(f.done_at, excluded.done_at), error = excluded.error, tried_at = excluded.tried_at
  )
  select jsonb_build_object(
    'confirmed', count(*) filter (where s.ok), 'failed', count(*) filter (where not s.ok), 'unknown', jsonb_array_length(p_results) - count(*)
  )
  into v_answer
  from stated as s;
  return v_answer;
end
$$;

alter table public.follow_up_rules enable row level security;
alter table lead_sync.follow_ups enable row level security;
revoke all on public.follow_up_rules, lead_sync.follow_ups from public, anon, authenticated;
grant select, insert, update, delete on public.follow_up_rules, lead_sync.follow_ups to service_role;
revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.get_follow_ups(integer) from public, anon, authenticated;
grant execute on function public.get_follow_ups(integer) to service_role;
revoke all on function public.confirm_follow_ups(jsonb) from public, anon, authenticated;
grant execute on function public.confirm_follow_ups(jsonb) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
