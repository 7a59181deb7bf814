-- lead-sync-2.sql of n8n-nodes-lead-sync, version 2 of the database's schema, printed by gulp buildSchema from the files of migrations/ that are named below.
-- Paste all of lead-sync-1.sql into the SQL editor of Supabase and run it, then all of lead-sync-2.sql; or run psql -1 -v ON_ERROR_STOP=1 -f lead-sync-1.sql -f lead-sync-2.sql.
-- They may be applied again, and over an older version. They need PostgreSQL 15 or newer and the roles of Supabase. uninstall.sql takes everything back.
set local lock_timeout = '10s';
set local statement_timeout = '5min';
set local check_function_bodies = off;
do $$
declare
v_version integer := 0;
begin
if to_regprocedure('lead_sync.version_under_way()') is not null then
v_version := lead_sync.version_under_way();
end if;
if v_version <> 2 then
raise exception 'lead-sync-1.sql of this version was not applied yet.'
using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was changed.', hint = 'Apply lead-sync-1.sql, then lead-sync-2.sql again.';
end if;
end
$$;
select lead_sync.begin_migration(2);
-- dead_letters/get_dead_letters.sql
create or replace function public.get_dead_letters(p_kind text default 'dead', p_limit integer default 100, p_position uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_leads jsonb;
v_has_next boolean;
begin
if p_kind is null or p_kind not in ('dead', 'held') then
raise exception 'p_kind must be dead or held, got %', p_kind using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
with page as materialized (
select * from lead_sync.stuck_leads(p_kind) as s
where p_position is null or s.lead_id > p_position
order by s.lead_id
limit p_limit + 1
),
shown as materialized (
select * from page as p order by p.lead_id limit p_limit
)
select
coalesce(jsonb_agg(
jsonb_build_object(
'lead_id', l.lead_id, 'object', l.object, 'name', l.name, 'twenty_id', l.twenty_id, 'first_name', l.first_name, 'last_name', l.last_name, 'email', l.email, 'kind', p_kind,
'reason', s.reason, 'category', s.category, 'attempts', s.attempts, 'since', s.since, 'due_since', s.due_since, 'held_by', s.held_by
)
order by l.lead_id
), '[]'),
(select count(*) from page) > p_limit
into v_leads, v_has_next
from shown as s
join lead_sync.describe_rows(array(select o.lead_id from shown as o)) as l on l.lead_id = s.lead_id;
return jsonb_build_object(
'leads', v_leads,
'total', (select count(*) from lead_sync.stuck_leads(p_kind)),
'has_next', v_has_next,
'position', v_leads -> -1 -> 'lead_id'
);
end
$$;
-- dead_letters/release_held.sql
create or replace function lead_sync.release_held(p_people jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_marks jsonb;
begin
with freed as materialized (
select s.lead_id
from jsonb_to_recordset(p_people) as p (twenty_id uuid, email text, deleted boolean)
join lead_sync.lead_states as s on s.held_by = p.twenty_id
join public.leads as l on l.id = s.lead_id
where l.sync_status = 'error' and s.due_at is null and s.claim_token is null
and (p.deleted <> (s.error_category = 'tombstone') or not lead_sync.is_same('email', to_jsonb(p.email), to_jsonb(l.email)))
),
queue as (
update lead_sync.lead_states as s set due_at = clock_timestamp(), held_by = null from freed as f where s.lead_id = f.lead_id
)
select jsonb_agg(jsonb_build_object('lead_id', f.lead_id, 'sync_status', 'pending', 'error', null)) into v_marks from freed as f;
perform lead_sync.write_or_split('mark', v_marks);
end
$$;
-- dead_letters/replay_dead_letters.sql
create or replace function public.replay_dead_letters(p_lead_ids uuid[] default null, p_kind text default 'dead', p_limit integer default 10000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text;
v_object text;
v_by_object jsonb := '[]';
v_wanted uuid[];
v_ids uuid[];
v_replayed uuid[] := '{}';
v_marks jsonb;
v_results jsonb;
begin
if p_kind is null or p_kind not in ('dead', 'held') then
raise exception 'p_kind must be dead or held, got %', p_kind using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 100000 then
raise exception 'p_limit must be between 1 and 100,000, got %', p_limit using errcode = '22023';
elsif cardinality(p_lead_ids) > 10000 then
raise exception 'At most 10,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023', hint = 'Send smaller batches.';
end if;
perform set_config('lead_sync.engine', 'on', true);
v_wanted := coalesce(p_lead_ids, array(select s.lead_id from lead_sync.stuck_leads(p_kind) as s order by s.since, s.lead_id limit p_limit));
for v_adapter, v_object in select o.adapter, o.object from lead_sync.objects as o where lead_sync.is_synced(o.adapter) order by o.adapter <> 'lead', o.adapter loop
execute lead_sync.rows_sql(v_adapter, $sql$
with locked as materialized (
select l.id from {table} as l
join lead_sync.lead_states as s on s.lead_id = l.id
where l.id = any ($1) and (l.sync_status = 'error' or s.refusal is not null)
order by l.id
for no key update of l
),
queued as (
update lead_sync.lead_states as s set due_at = clock_timestamp(), retries = 0, held_by = null
from locked as k
where s.lead_id = k.id and s.claim_token is null
returning s.lead_id
)
select array_agg(q.lead_id), jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending', 'count', 0)) from queued as q
$sql$) into v_ids, v_marks using v_wanted;
if v_ids is not null then
v_replayed := v_replayed || v_ids;
v_by_object := v_by_object || jsonb_build_object('object', v_object, 'replayed', cardinality(v_ids));
end if;
perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', v_adapter));
end loop;
select coalesce(jsonb_agg(
jsonb_build_object(
'lead_id', w.lead_id,
'replayed', w.lead_id = any (v_replayed),
'reason', case
when w.lead_id = any (v_replayed) then null
when l.lead_id is null then 'There is no such lead'
when l.sync_status = 'synced' then 'Nothing to replay: the lead is synced'
when l.sync_status = 'syncing' then 'The lead is being synced just now'
else 'The lead is due already'
end
)
order by w.ordinality
), '[]')
into v_results
from unnest(p_lead_ids) with ordinality as w (lead_id, ordinality)
left join lead_sync.describe_rows(p_lead_ids) as l on l.lead_id = w.lead_id;
perform set_config('lead_sync.engine', 'off', true);
perform public.note_action('replay_dead_letters', jsonb_build_object('kind', p_kind, 'leads', cardinality(v_replayed)));
return jsonb_build_object(
'replayed', cardinality(v_replayed), 'by_object', v_by_object, 'remaining', (select count(*) from lead_sync.stuck_leads(p_kind)), 'results', v_results
);
end
$$;
-- dead_letters/stuck_leads.sql
create or replace function lead_sync.stuck_leads(p_kind text, p_without text default null)
returns table (lead_id uuid, reason text, category text, attempts integer, since timestamptz, due_since timestamptz, held_by uuid)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text;
begin
for v_adapter in select o.adapter from lead_sync.objects as o where lead_sync.is_synced(o.adapter) and o.adapter is distinct from p_without loop
return query execute lead_sync.rows_sql(v_adapter, $sql$
select l.id, l.sync_error_message, s.error_category, l.sync_error_count, coalesce(s.error_at, s.due_since), s.due_since, s.held_by
from {table} as l
join lead_sync.lead_states as s on s.lead_id = l.id
where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null and ($1 = 'held') = (s.held_by is not null or coalesce(s.error_category = 'approval', false))
$sql$) using p_kind;
end loop;
return query
select s.lead_id, s.refusal, s.error_category, s.retries, s.error_at, s.due_since, null::uuid
from lead_sync.lead_states as s
where s.refusal is not null and s.due_at is null and s.claim_token is null and p_kind = 'dead' and s.adapter is distinct from p_without;
end
$$;
-- conflicts/conflict_problem.sql
create or replace function lead_sync.conflict_problem(p_conflict public.lead_sync_conflicts, p_kind text, p_local jsonb, p_base_remote jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
v_won jsonb := case p_conflict.winner when 'twenty' then p_conflict.twenty_value else p_conflict.supabase_value end;
begin
return case
when not lead_sync.is_same(p_kind, p_local, v_won) then 'it is ' || coalesce(p_local::text, 'blank') || ' here by now'
when not lead_sync.is_same(p_kind, p_base_remote, v_won) and not lead_sync.is_same(p_kind, p_base_remote, p_conflict.twenty_value) then
'it is ' || coalesce(p_base_remote::text, 'blank') || ' in Twenty by now'
end;
end
$$;
-- conflicts/get_conflicts.sql
create or replace function public.get_conflicts(
p_status text default 'open', p_lead_id uuid default null, p_limit integer default 100, p_position bigint default null,
p_field text default null
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_conflicts jsonb;
v_has_next boolean;
v_open jsonb;
v_total bigint;
begin
if p_status is null or p_status not in ('open', 'resolved', 'all') then
raise exception 'p_status must be open, resolved or all, got %', p_status using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
with page as materialized (
select c.* from public.lead_sync_conflicts as c
join lead_sync.lead_states as r on r.lead_id = c.lead_id
where (p_position is null or c.id < p_position)
and (p_lead_id is null or c.lead_id = p_lead_id)
and (p_field is null or c.field = p_field)
and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
order by c.id desc
limit p_limit + 1
),
shown as materialized (
select * from page as p order by p.id desc limit p_limit
)
select
coalesce(jsonb_agg(
(to_jsonb(s) - 'run_id') || jsonb_build_object(
'object', l.object, 'twenty_id', l.twenty_id, 'email', l.email, 'lead_name', l.name, 'current_value', l.local -> s.field
)
order by s.id desc
), '[]'),
(select count(*) from page) > p_limit
into v_conflicts, v_has_next
from shown as s
join lead_sync.describe_rows(array(select o.lead_id from shown as o)) as l on l.lead_id = s.lead_id;
select coalesce(jsonb_object_agg(f.field, f.open), '{}') into v_open
from (
select c.field, count(*) as open from public.lead_sync_conflicts as c join lead_sync.lead_states as r on r.lead_id = c.lead_id
where c.resolved_at is null
group by c.field
) as f;
if p_status = 'open' and p_lead_id is null then
v_total := (select coalesce(sum(f.value::bigint), 0) from jsonb_each(v_open) as f where p_field is null or f.key = p_field);
else
v_total := (
select count(*) from public.lead_sync_conflicts as c join lead_sync.lead_states as r on r.lead_id = c.lead_id
where (p_lead_id is null or c.lead_id = p_lead_id) and (p_field is null or c.field = p_field) and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
);
end if;
return jsonb_build_object(
'conflicts', v_conflicts,
'total', v_total,
'fields', (select coalesce(jsonb_agg(jsonb_build_object('field', f.key, 'open', f.value) order by f.value::bigint desc, f.key), '[]') from jsonb_each(v_open) as f),
'has_next', v_has_next,
'position', v_conflicts -> -1 -> 'id'
);
end
$$;
-- conflicts/resolve_conflict.sql
create or replace function public.resolve_conflict(p_conflict_id bigint, p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_conflict public.lead_sync_conflicts;
v_adapter text;
v_row lead_sync.synced_row;
v_described record;
v_rule jsonb;
v_problem text;
begin
if p_take is null or p_take not in ('twenty', 'supabase', 'neither') then
raise exception 'p_take must be twenty, supabase or neither, got %', p_take using errcode = '22023';
end if;
select * into v_conflict from public.lead_sync_conflicts as c where c.id = p_conflict_id;
v_adapter := coalesce((select s.adapter from lead_sync.lead_states as s where s.lead_id = v_conflict.lead_id), 'lead');
perform lead_sync.lock_rows(v_adapter, array[v_conflict.lead_id]);
v_row := (lead_sync.read_rows(v_adapter, array[v_conflict.lead_id]))[1];
if v_row.id is null then
raise exception 'There is no conflict %', p_conflict_id using errcode = '22023', hint = 'List the open ones with get_conflicts.';
end if;
select * into strict v_conflict from public.lead_sync_conflicts as c where c.id = p_conflict_id for update;
if v_conflict.resolution is distinct from p_take then
if v_conflict.resolution = 'superseded' then
raise exception 'Conflict % of the field % was superseded by a later one', p_conflict_id, v_conflict.field
using errcode = 'PT409', hint = 'Resolve the latest conflict of this field.';
elsif v_conflict.resolved_at is not null then
raise exception 'Conflict % was resolved at % (%)', p_conflict_id, v_conflict.resolved_at || coalesce(' by ' || v_conflict.resolved_by, ''), v_conflict.resolution
using errcode = 'PT409', hint = 'Edit the lead if its value should be another one.';
end if;
if p_take <> 'neither' then
select r into v_rule
from jsonb_array_elements(lead_sync.rules(coalesce(
(select n.object from public.lead_sync_runs as n where n.id = v_conflict.run_id), (select o.object from lead_sync.objects as o where o.adapter = v_adapter),
(select s.object from lead_sync.settings as s)
))) as r
where r ->> 'field' = v_conflict.field;
if v_rule is null or v_rule ->> 'direction' = 'none' then
raise exception 'The field % is not synced any more', v_conflict.field
using errcode = 'PT409', hint = 'Put it back into lead_sync.field_mappings, or close the conflict: take neither.';
elsif p_take = 'supabase' and v_rule ->> 'direction' = 'to_supabase' then
raise exception 'The field % only flows from Twenty to Supabase: a value of Supabase would be set back', v_conflict.field
using errcode = 'PT409', hint = 'Edit the person in Twenty, or change the direction of the field in lead_sync.field_mappings.';
end if;
select lead_sync.conflict_problem(v_conflict, v_rule ->> 'kind', v_row.local -> v_conflict.field, s.base_remote -> v_conflict.field)
into v_problem
from lead_sync.lead_states as s
where s.lead_id = v_row.id;
if v_problem is not null then
raise exception 'The field % has changed since conflict %: %', v_conflict.field, p_conflict_id, v_problem
using errcode = 'PT409', hint = 'Edit the lead if its value should be another one, and close the conflict: take neither.';
end if;
if p_take <> v_conflict.winner then
perform lead_sync.set_row_values(v_adapter, v_row.id, jsonb_build_object(
v_conflict.field, case p_take when 'twenty' then v_conflict.twenty_value else v_conflict.supabase_value end
));
end if;
end if;
update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = p_take, resolved_by = lead_sync.actor()
where c.id = p_conflict_id
returning * into v_conflict;
perform public.resolve_conflict(c.id, p_take)
from public.lead_sync_conflicts as c
where c.lead_id = v_conflict.lead_id and c.resolved_at is null
and c.field = case v_conflict.field when 'company_name' then 'company_domain' when 'company_domain' then 'company_name' end;
perform public.note_action('resolve_conflict', jsonb_build_object('conflict_id', p_conflict_id, 'lead_id', v_row.id, 'field', v_conflict.field, 'take', p_take));
end if;
select * into strict v_described from lead_sync.describe_rows(array[v_row.id]);
return jsonb_build_object(
'resolved', true,
'conflict', (to_jsonb(v_conflict) - 'run_id')
|| jsonb_build_object('twenty_id', v_described.twenty_id, 'email', v_described.email, 'current_value', v_described.local -> v_conflict.field),
'sync_status', v_described.sync_status
);
end
$$;
-- conflicts/resolve_conflicts.sql
create or replace function public.resolve_conflicts(p_conflict_ids bigint[], p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_began timestamptz;
v_conflict public.lead_sync_conflicts;
v_problem text;
v_state text;
v_objects jsonb;
v_results jsonb[] := '{}';
begin
if p_take is null or p_take not in ('twenty', 'supabase', 'neither') then
raise exception 'p_take must be twenty, supabase or neither, got %', p_take using errcode = '22023';
elsif coalesce(cardinality(p_conflict_ids), 0) not between 1 and 1000 then
raise exception 'p_conflict_ids must be 1 to 1,000 conflicts' using errcode = '22023';
end if;
perform from public.leads as l
where l.id in (select c.lead_id from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids))
order by l.id for no key update;
perform lead_sync.lock_rows(s.adapter, array_agg(s.lead_id))
from lead_sync.lead_states as s
where s.adapter <> 'lead' and s.lead_id in (select c.lead_id from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids))
group by s.adapter;
select coalesce(jsonb_object_agg(s.lead_id, o.object), '{}') into v_objects
from lead_sync.lead_states as s join lead_sync.objects as o on o.adapter = s.adapter
where s.adapter <> 'lead' and s.lead_id in (select c.lead_id from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids));
v_began := clock_timestamp();
begin
perform lead_sync.resolve_plain_conflicts(p_conflict_ids, p_take);
exception when others or assert_failure then
get stacked diagnostics v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
end;
for v_conflict in select c.* from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids) order by c.id loop
v_problem := null;
select c.* into v_conflict from public.lead_sync_conflicts as c where c.id = v_conflict.id;
if v_conflict.resolved_at is null then
begin
perform public.resolve_conflict(v_conflict.id, p_take);
exception when others or assert_failure then
get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
end;
select c.* into v_conflict from public.lead_sync_conflicts as c where c.id = v_conflict.id;
elsif v_conflict.resolved_at < v_began then
v_problem := case v_conflict.resolution
when 'superseded' then 'A later conflict of the field took its place'
else 'It was decided before'
end;
end if;
v_results := array_append(v_results, jsonb_build_object(
'id', v_conflict.id, 'lead_id', v_conflict.lead_id, 'object', v_objects -> v_conflict.lead_id::text, 'field', v_conflict.field, 'decided', v_problem is null, 'problem', left(v_problem, 500),
'resolution', v_conflict.resolution, 'resolved_by', v_conflict.resolved_by, 'resolved_at', v_conflict.resolved_at
));
end loop;
return jsonb_build_object(
'decided', (select count(*) from unnest(v_results) as r where (r -> 'decided')::boolean),
'results', to_jsonb(v_results) || coalesce((
select jsonb_agg(jsonb_build_object(
'id', i, 'lead_id', null, 'object', null, 'field', null, 'decided', false, 'problem', 'There is no such conflict', 'resolution', null, 'resolved_by', null, 'resolved_at', null
))
from unnest(p_conflict_ids) as i where not exists (select from public.lead_sync_conflicts as c where c.id = i)
), '[]')
);
end
$$;
-- conflicts/resolve_plain_conflicts.sql
create or replace function lead_sync.resolve_plain_conflicts(p_conflict_ids bigint[], p_take text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_plain bigint[];
v_values jsonb;
begin
with chosen as materialized (
select c, coalesce(n.object, (select o.object from lead_sync.objects as o where o.adapter = 'lead'), (select s.object from lead_sync.settings as s)) as object
from public.lead_sync_conflicts as c left join public.lead_sync_runs as n on n.id = c.run_id
where c.id = any (p_conflict_ids) and c.resolved_at is null and c.field not in ('company_name', 'company_domain')
),
rules as materialized (
select o.object, r as rule from (select distinct object from chosen) as o cross join lateral jsonb_array_elements(lead_sync.rules(o.object)) as r
)
select array_agg((h.c).id) into v_plain
from chosen as h
join lead_sync.lead_states as s on s.lead_id = (h.c).lead_id and s.adapter = 'lead'
join public.leads as l on l.id = s.lead_id
left join rules as r on r.object = h.object and r.rule ->> 'field' = (h.c).field
where p_take = 'neither' or (
r.rule ->> 'direction' not in ('none', case p_take when 'supabase' then 'to_supabase' else 'none' end)
and lead_sync.conflict_problem(h.c, r.rule ->> 'kind', lead_sync.lead_values(l) -> (h.c).field, s.base_remote -> (h.c).field) is null
);
select jsonb_object_agg(w.lead_id, w.values) into v_values
from (
select c.lead_id, jsonb_object_agg(c.field, case p_take when 'twenty' then c.twenty_value else c.supabase_value end) as values
from public.lead_sync_conflicts as c
where c.id = any (v_plain) and p_take not in ('neither', c.winner)
group by c.lead_id
) as w;
if v_values is not null then
perform lead_sync.set_lead_values(v_values);
end if;
update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = p_take, resolved_by = lead_sync.actor() where c.id = any (v_plain);
perform public.note_action('resolve_conflict', jsonb_build_object('conflict_id', c.id, 'lead_id', c.lead_id, 'field', c.field, 'take', p_take))
from public.lead_sync_conflicts as c where c.id = any (v_plain);
end
$$;
-- conflicts/set_lead_values.sql
create or replace function lead_sync.set_lead_values(p_values jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
update public.leads as l set
first_name = v.first_name, last_name = v.last_name, email = v.email, additional_emails = v.additional_emails, phone = v.phone,
additional_phones = v.additional_phones, job_title = v.job_title,
company_name = v.company_name, company_domain = v.company_domain, company_size = v.company_size, city = v.city,
region = v.region, country = v.country, postal_code = v.postal_code, linkedin_url = v.linkedin_url,
lead_source = v.lead_source, lead_status = v.lead_status, lead_score = v.lead_score, segment_id = v.segment_id,
attributes = v.attributes, deleted_at = v.deleted_at
from jsonb_each(p_values) as g
join public.leads as o on o.id = g.key::uuid
cross join lateral lead_sync.with_values(o, g.value) as v
where l.id = o.id;
end
$$;
-- conflicts/set_values.sql
create or replace function lead_sync.set_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql volatile set search_path = '' as $$
declare
v_lead public.leads;
begin
perform lead_sync.set_lead_values(jsonb_build_object(p_lead.id, coalesce(p_values, '{}')));
select l.* into v_lead from public.leads as l where l.id = p_lead.id;
return v_lead;
end
$$;
-- conflicts/with_value.sql
create or replace function lead_sync.with_value(p_lead public.leads, p_field text, p_value jsonb) returns public.leads
language plpgsql stable set search_path = '' as $$
declare
v_value jsonb := coalesce(p_value, 'null');
v_segment_id uuid;
begin
if p_field = 'segment' and v_value <> 'null' then
select s.id into v_segment_id from public.customer_segments as s where s.segment_name = v_value #>> '{}';
if not found then
raise exception 'There is no segment "%" here', v_value #>> '{}' using errcode = '22023', hint = 'Create it in customer_segments first.';
end if;
end if;
return jsonb_populate_record(p_lead, case
when p_field = 'segment' then jsonb_build_object('segment_id', v_segment_id)
when p_field = 'deleted' then jsonb_build_object('deleted_at', case when v_value = 'true' then clock_timestamp() end)
when p_field like 'attributes.%' then
jsonb_build_object('attributes', lead_sync.apply_attributes(p_lead.attributes, jsonb_build_object(p_field, v_value)))
when p_field in ('additional_emails', 'additional_phones') then jsonb_build_object(p_field, to_jsonb(lead_sync.text_array(v_value)))
else jsonb_build_object(p_field, v_value)
end);
end
$$;
-- conflicts/with_values.sql
create or replace function lead_sync.with_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_lead public.leads := p_lead;
v_field text;
begin
for v_field in select jsonb_object_keys(p_values) loop
v_lead := lead_sync.with_value(v_lead, v_field, p_values -> v_field);
end loop;
return v_lead;
end
$$;
-- inbox/add_to_inbox.sql
create or replace function public.add_to_inbox(p_events jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_known integer;
v_added integer;
v_ignored integer;
begin
if jsonb_typeof(p_events) is distinct from 'array' then
raise exception 'p_events must be an array of events' using errcode = '22023', hint = 'Pass [{"object": "person", "record_id": "…"}].';
elsif jsonb_array_length(p_events) > 10000 then
raise exception 'At most 10,000 events a call, got %', jsonb_array_length(p_events) using errcode = '22023', hint = 'Send smaller batches.';
end if;
with wanted as materialized (
select s.object, s.object as noted_as from lead_sync.settings as s
union
select 'company', s.object || '.company' from lead_sync.settings as s
where exists (select from lead_sync.field_mappings as m where m.object = s.object and m.enabled and m.twenty_field like 'company.%')
union
select o.object, o.object from lead_sync.activity_objects() as o join lead_sync.activity_cursors as c on c.object = o.object
union
select o.object, o.object from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object
),
event as materialized (
select e ->> 'object' as object, case when lead_sync.is_uuid(e ->> 'record_id') then (e ->> 'record_id')::uuid end as record_id
from jsonb_array_elements(p_events) as e
),
record as materialized (
select w.noted_as as object, e.record_id, count(*)::integer as hints
from event as e join wanted as w on w.object = e.object
where e.record_id is not null
group by w.noted_as, e.record_id
),
noted as (
insert into lead_sync.inbox as i (object, record_id, hints)
select r.object, r.record_id, r.hints from record as r
order by r.object, r.record_id
on conflict (object, record_id) do update set
hints = i.hints + excluded.hints,
due_at = least(i.due_at, excluded.due_at),
hinted_again_at = case when i.run_id is not null then coalesce(i.hinted_again_at, clock_timestamp()) end
returning i.object, i.record_id, i.hints
)
select
(select coalesce(sum(r.hints), 0) from record as r),
(select count(*) from noted as n join record as r using (object, record_id) where n.hints = r.hints),
(select count(*) from event as e where e.record_id is null or not exists (select from wanted as w where w.object = e.object))
into v_known, v_added, v_ignored;
perform lead_sync.count_hints(v_added, v_known - v_added, v_ignored, 0);
return jsonb_build_object(
'added', v_added,
'coalesced', v_known - v_added,
'ignored', v_ignored,
'waiting', (select count(*) from (select from lead_sync.inbox as i limit 100000) as waiting)
);
end
$$;
-- inbox/answer_hints.sql
create or replace function lead_sync.answer_hints(p_run public.lead_sync_runs, p_results jsonb, p_context jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_drained integer;
begin
perform from lead_sync.inbox as i where i.run_id = p_run.id order by i.object, i.record_id for update;
with answer as materialized (
select
(r ->> 'twenty_id')::uuid as record_id,
bool_or(r ->> 'result' = 'stale') as stale,
bool_or(r ->> 'result' = 'held') as absent,
min(r ->> 'lead_id')::uuid as lead_id
from jsonb_array_elements(p_results) as r
where lead_sync.is_uuid(r ->> 'twenty_id')
group by 1
),
answered as materialized (
select i.object, i.record_id, i.hinted_again_at, not a.stale and not a.absent as done, case when a.absent then s.absent_since end as absent_since,
a.stale and s.claim_token is not null as is_pushed
from lead_sync.inbox as i
join answer as a on a.record_id = i.record_id
left join lead_sync.lead_states as s on (a.absent or a.stale) and s.lead_id = a.lead_id
where i.run_id = p_run.id and i.object = p_run.object
),
leave as (
delete from lead_sync.inbox as i using answered as a
where i.object = a.object and i.record_id = a.record_id and a.done and a.hinted_again_at is null
),
stay as (
update lead_sync.inbox as i set
run_id = null,
hints = case when a.done then 1 else i.hints end,
waiting_since = case when a.done then a.hinted_again_at else i.waiting_since end,
due_at = case
when a.is_pushed or a.hinted_again_at is null and (p_context ->> 'suspicious')::boolean then clock_timestamp() + interval '1 minute'
when a.hinted_again_at is null and a.absent_since is not null then a.absent_since + (p_context ->> 'absence_allowance')::interval
else clock_timestamp()
end,
hinted_again_at = null
from answered as a
where i.object = a.object and i.record_id = a.record_id and not (a.done and a.hinted_again_at is null)
)
select count(*) into v_drained from answered as a where a.done;
perform lead_sync.count_hints(0, 0, 0, v_drained);
perform lead_sync.add_figures(p_run.id, jsonb_build_object('drained', v_drained), null);
end
$$;
-- inbox/claim_inbox.sql
create or replace function public.claim_inbox(p_limit integer default 200, p_run jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run public.lead_sync_runs;
v_leads jsonb;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
v_run := lead_sync.hold_run(p_run);
if v_run.mode is distinct from 'inbox' then
raise exception 'p_run must be the run of a drain' using errcode = '22023', hint = 'Start one with the direction twenty_to_supabase and the mode inbox.';
end if;
perform lead_sync.spread_company_hints(v_run.object);
with due as materialized (
select i.object, i.record_id from lead_sync.inbox as i
where i.object = v_run.object and i.due_at <= clock_timestamp() and i.run_id is distinct from v_run.id
order by i.due_at, i.record_id
limit p_limit
for update skip locked
),
claim as (
update lead_sync.inbox as i set run_id = v_run.id, hinted_again_at = null
from due as d
where i.object = d.object and i.record_id = d.record_id
returning i.record_id
)
select jsonb_agg(jsonb_build_object('twenty_id', c.record_id) order by c.record_id) into v_leads from claim as c;
return jsonb_build_object(
'claimed', coalesce(jsonb_array_length(v_leads), 0),
'leads', coalesce(v_leads, '[]'),
'remaining', (
select count(*)
from (
select from lead_sync.inbox as i
where i.object in (v_run.object, v_run.object || '.company') and i.due_at <= clock_timestamp() and i.run_id is distinct from v_run.id
limit 100000
) as waiting
),
'read_started_at', clock_timestamp()
);
end
$$;
-- inbox/count_hints.sql
create or replace function lead_sync.count_hints(p_added integer, p_coalesced integer, p_ignored integer, p_drained integer) returns void
language sql volatile set search_path = '' as $$
insert into lead_sync.inbox_hours as h (hour, shard, received, added, coalesced, ignored, drained)
values (date_trunc('hour', now()), pg_backend_pid() % 16, p_added + p_coalesced + p_ignored, p_added, p_coalesced, p_ignored, p_drained)
on conflict (hour, shard) do update set
received = h.received + excluded.received,
added = h.added + excluded.added,
coalesced = h.coalesced + excluded.coalesced,
ignored = h.ignored + excluded.ignored,
drained = h.drained + excluded.drained;
$$;
-- inbox/give_hints_back.sql
create or replace function lead_sync.give_hints_back(p_run_id uuid) returns void
language sql volatile set search_path = '' as $$
update lead_sync.inbox as i set run_id = null, hinted_again_at = null where i.run_id = p_run_id;
$$;
-- inbox/spread_company_hints.sql
create or replace function lead_sync.spread_company_hints(p_object text) returns void
language sql volatile set search_path = '' as $$
with chosen as materialized (
select i.object, i.record_id from lead_sync.inbox as i
where i.object = p_object || '.company' and i.due_at <= clock_timestamp()
order by i.record_id
limit 1000
for update skip locked
),
taken as (
delete from lead_sync.inbox as i using chosen as c
where i.object = c.object and i.record_id = c.record_id
returning i.record_id, i.waiting_since
)
insert into lead_sync.inbox as i (object, record_id, waiting_since)
select p_object, l.twenty_id, min(t.waiting_since)
from taken as t
join lead_sync.lead_states as s on s.company_id = t.record_id
join public.leads as l on l.id = s.lead_id
where l.twenty_id is not null and not s.gone
group by l.twenty_id
order by l.twenty_id
on conflict (object, record_id) do update set
hints = i.hints + 1,
waiting_since = least(i.waiting_since, excluded.waiting_since),
due_at = least(i.due_at, excluded.due_at),
hinted_again_at = case when i.run_id is not null then coalesce(i.hinted_again_at, clock_timestamp()) end;
$$;
-- instant_push/call_for_push.sql
create or replace function lead_sync.call_for_push() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
v_target lead_sync.instant_push;
v_last_call regclass := to_regclass(format('lead_sync.%I', 'last_' || new.target || '_call'));
v_object text;
v_url text;
v_now bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
delete from lead_sync.push_wishes as w where w.xact = new.xact and w.target = new.target;
if v_now - coalesce(pg_sequence_last_value(v_last_call), 0) between 0 and 249 then
return null;
end if;
begin
select * into strict v_target from lead_sync.instant_push;
perform setval(v_last_call, v_now);
select o.object into v_object from lead_sync.objects as o where o.adapter || '_push' = new.target;
perform pg_notify(case new.target when 'edge' then 'lead_sync_edge_due' when 'arrivals' then 'lead_sync_arrived' else 'lead_sync_due' end, coalesce(v_object, ''));
v_url := case new.target when 'edge' then v_target.edge_url when 'arrivals' then v_target.arrivals_url else v_target.url end;
if v_url is not null and lead_sync.has_pg_net() then
perform net.http_post(
url := v_url,
body := jsonb_strip_nulls(jsonb_build_object(
'event', case new.target when 'push' then 'leads.due' when 'arrivals' then 'leads.arrived' else 'rows.due' end, 'object', v_object
)),
headers := jsonb_build_object('Content-Type', 'application/json', 'X-Lead-Sync-Secret', v_target.secret),
timeout_milliseconds := 5000
);
end if;
exception when others then
raise log 'The instant push was not called (%): %', sqlstate, sqlerrm;
end;
return null;
end
$$;
-- instant_push/disable_instant_push.sql
create or replace function public.disable_instant_push() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
perform public.note_action('disable_instant_push');
delete from lead_sync.instant_push as i where i.only_row;
return jsonb_build_object('enabled', false, 'was_enabled', found);
end
$$;
-- instant_push/enable_instant_push.sql
create or replace function public.enable_instant_push(
p_url text default null, p_secret text default null, p_edge_url text default null, p_arrivals_url text default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_url text := nullif(btrim(p_url), '');
v_edge_url text := nullif(btrim(p_edge_url), '');
v_arrivals_url text := nullif(btrim(p_arrivals_url), '');
v_secret text := p_secret;
v_made text;
v_calls boolean;
begin
if v_url !~ '^https?://[^[:space:]]+$' then
raise exception 'p_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When leads are due" in n8n, https://….';
elsif v_edge_url !~ '^https?://[^[:space:]]+$' then
raise exception 'p_edge_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When rows are due" in n8n, https://….';
elsif v_arrivals_url !~ '^https?://[^[:space:]]+$' then
raise exception 'p_arrivals_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When leads arrive" in n8n, https://….';
elsif coalesce(v_url, v_edge_url, v_arrivals_url) is null and p_secret is not null then
raise exception 'A secret needs an address to go to' using errcode = '22023', hint = 'Give p_url, too, or neither.';
elsif length(p_secret) < 16 then
raise exception 'The secret is shorter than 16 characters' using errcode = '22023', hint = 'Leave p_secret out: one is made.';
end if;
if coalesce(v_url, v_edge_url, v_arrivals_url) is not null and v_secret is null then
select i.secret into v_secret from lead_sync.instant_push as i;
if v_secret is null then
v_made := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
v_secret := v_made;
end if;
end if;
if coalesce(v_url, v_edge_url, v_arrivals_url) is not null then
select coalesce(v_url, i.url), coalesce(v_edge_url, i.edge_url), coalesce(v_arrivals_url, i.arrivals_url) into v_url, v_edge_url, v_arrivals_url
from (select) as always left join lead_sync.instant_push as i on true;
end if;
insert into lead_sync.instant_push (url, secret, edge_url, arrivals_url) values (v_url, v_secret, v_edge_url, v_arrivals_url)
on conflict (only_row) do update set url = excluded.url, secret = excluded.secret, edge_url = excluded.edge_url, arrivals_url = excluded.arrivals_url;
perform setval('lead_sync.last_push_call', 1), setval('lead_sync.last_edge_call', 1), setval('lead_sync.last_arrivals_call', 1);
v_calls := coalesce(v_url, v_edge_url, v_arrivals_url) is not null and lead_sync.has_pg_net();
perform public.note_action('enable_instant_push', '{}');
return jsonb_build_object(
'enabled', true,
'calls', case when v_calls then 'notify and pg_net' else 'notify' end,
'channel', 'lead_sync_due',
'header', 'X-Lead-Sync-Secret',
'secret', v_made,
'hint', case
when coalesce(v_url, v_edge_url, v_arrivals_url) is not null and not v_calls then
'The extension pg_net is not installed, so that nothing calls the address: install it (Supabase: Database, Extensions), or let something listen to the channel.'
end
);
end
$$;
-- instant_push/has_pg_net.sql
create or replace function lead_sync.has_pg_net() returns boolean
language sql stable set search_path = '' as $$
select exists (
select from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace where n.nspname = 'net' and p.proname = 'http_post'
)
$$;
-- instant_push/wish_for_call.sql
create or replace function lead_sync.wish_for_call(p_target text) returns void
language plpgsql volatile set search_path = '' as $$
begin
if exists (select from lead_sync.instant_push) then
insert into lead_sync.push_wishes (target) values (p_target) on conflict do nothing;
end if;
end
$$;
-- instant_push/wish_for_push.sql
create or replace function lead_sync.wish_for_push() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
if not exists (select from lead_sync.instant_push) or not exists (select from new_leads as n where n.sync_status = 'pending') then
return null;
elsif lead_sync.engine_is_writing() then
if tg_op = 'INSERT' or not exists (
select from new_leads as n join old_leads as o on o.id = n.id where n.sync_status = 'pending' and o.sync_status in ('synced', 'outside', 'error')
) then
return null;
end if;
end if;
if tg_nargs = 0 then
perform lead_sync.wish_for_call('push');
elsif lead_sync.is_synced(tg_argv[0]) then
perform lead_sync.wish_for_call(tg_argv[0] || '_push');
end if;
return null;
end
$$;
-- reconcile/adapter_of_run.sql
create or replace function lead_sync.adapter_of_run(p_run_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
return lead_sync.adapter_of((select r.object from public.lead_sync_runs as r where r.id = p_run_id));
end
$$;
-- reconcile/close_reconciliation.sql
create or replace function lead_sync.close_reconciliation(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_counts jsonb := lead_sync.count_findings(p_run_id);
v_gone integer;
begin
execute lead_sync.rows_sql(lead_sync.adapter_of_run(p_run_id), $sql$
select count(*)
from lead_sync.findings as f
join {table} as l on l.twenty_id = f.subject
join lead_sync.lead_states as s on s.lead_id = l.id
where f.run_id = $1 and f.kind = 'orphaned' and s.gone
$sql$) into v_gone using p_run_id;
update public.lead_sync_runs as r set
figures = r.figures || v_counts || jsonb_build_object('gone', v_gone),
findings = (
select coalesce(jsonb_object_agg(k.kind, k.examples), '{}')
from (
select f.kind, jsonb_agg(f.detail order by f.subject) as examples
from (
select f.*, row_number() over (partition by f.kind order by f.subject) as place from lead_sync.findings as f where f.run_id = p_run_id
) as f
where f.place <= 20
group by f.kind
) as k
),
warnings = case when c.suspicion is null then r.warnings else r.warnings || jsonb_build_array(c.suspicion) end
from lead_sync.reconciliations as c
where r.id = p_run_id and c.run_id = p_run_id;
delete from lead_sync.reconciliations as c where c.run_id = p_run_id;
end
$$;
-- reconcile/compare_lead_ids.sql
create or replace function public.compare_lead_ids(p_run jsonb, p_records jsonb, p_page jsonb, p_read_started_at timestamptz) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_reconciliation lead_sync.reconciliations;
v_adapter text;
v_range lead_sync.id_ranges;
v_has_next boolean := (p_page ->> 'has_next')::boolean;
v_first uuid;
v_last uuid;
v_through uuid;
v_queued integer;
begin
if jsonb_typeof(p_records) is distinct from 'array' or v_has_next is null or p_read_started_at is null then
raise exception 'An array p_records, p_page with has_next and p_read_started_at are needed' using errcode = '22023';
elsif jsonb_array_length(p_records) > 10000 then
raise exception 'At most 10,000 records a call, got %', jsonb_array_length(p_records) using errcode = '22023', hint = 'Read smaller pages.';
end if;
perform lead_sync.refresh_statistics();
v_reconciliation := lead_sync.hold_reconciliation(p_run);
v_adapter := lead_sync.adapter_of_run(v_reconciliation.run_id);
v_range := lead_sync.current_range(v_reconciliation.run_id);
if v_range.step in ('changed', 'read') and p_page ->> 'after' is not distinct from v_reconciliation.position
and nullif(p_page -> 'range', 'null') is not distinct from lead_sync.show_range(v_reconciliation, v_range)
then
select i.ids[1], i.ids[cardinality(i.ids)] into v_first, v_last
from (select array_agg((r ->> 0)::uuid order by (r ->> 0)::uuid) as ids from jsonb_array_elements(p_records) as r) as i;
if v_first <= v_reconciliation.compared_through then
raise exception 'The page begins at id %, but ids up to % were compared already', v_first, v_reconciliation.compared_through
using errcode = '22023', hint = 'Read the records in order of id.';
end if;
v_through := case when v_has_next then coalesce(v_last, v_reconciliation.compared_through) else v_range.through end;
perform set_config('lead_sync.engine', 'on', true);
v_queued := lead_sync.compare_range(
v_reconciliation, p_records, v_reconciliation.compared_through, v_through, p_read_started_at,
(select lead_sync.rules(r.object) from public.lead_sync_runs as r where r.id = v_reconciliation.run_id),
case when v_range.step = 'changed' then v_reconciliation.changed_since end
);
if v_range.step = 'read' and 'unsynced' = any (lead_sync.kinds_to_repair(v_reconciliation)) and v_adapter = 'lead' then
perform lead_sync.release_unheld(p_records, v_reconciliation.compared_through, v_through, p_read_started_at);
end if;
perform set_config('lead_sync.engine', 'off', true);
update lead_sync.reconciliations as r
set position = p_page ->> 'position', compared_through = coalesce(v_last, r.compared_through)
where r.run_id = v_reconciliation.run_id;
if not v_has_next then
delete from lead_sync.id_ranges as i where (i.run_id, i.after, i.step) = (v_range.run_id, v_range.after, v_range.step);
v_range := lead_sync.current_range(v_reconciliation.run_id);
update lead_sync.reconciliations as r set position = null, compared_through = v_range.after
where r.run_id = v_reconciliation.run_id and v_range.run_id is not null;
if not found then
perform lead_sync.complete_comparison(v_reconciliation.run_id);
end if;
end if;
perform lead_sync.add_figures(
v_reconciliation.run_id,
jsonb_build_object(
'pages', 1,
'compared', jsonb_array_length(p_records),
'compared_live', case when v_reconciliation.summaries_left is null then (select count(*) from jsonb_array_elements(p_records) as r where r ->> 3 is null) else 0 end,
'queued', v_queued,
'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
),
null
);
end if;
return lead_sync.next_comparison(v_reconciliation.run_id);
end
$$;
-- reconcile/compare_lead_ranges.sql
create or replace function public.compare_lead_ranges(p_run jsonb, p_range jsonb, p_summary jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_reconciliation lead_sync.reconciliations;
v_range lead_sync.id_ranges;
v_ours jsonb;
v_count bigint := (p_summary ->> 'count')::bigint;
v_most bigint;
v_middle uuid;
begin
if jsonb_typeof(p_range) is distinct from 'object' or jsonb_typeof(p_summary) is distinct from 'object' then
raise exception 'Objects p_range and p_summary are needed' using errcode = '22023';
end if;
perform lead_sync.refresh_statistics();
v_reconciliation := lead_sync.hold_reconciliation(p_run);
v_range := lead_sync.current_range(v_reconciliation.run_id);
if v_range.step = 'summarise' and p_range = lead_sync.show_range(v_reconciliation, v_range) then
v_ours := lead_sync.summarise_range(v_reconciliation.run_id, v_range.after, v_range.through, v_reconciliation.changed_since);
delete from lead_sync.id_ranges as i where (i.run_id, i.after, i.step) = (v_range.run_id, v_range.after, v_range.step);
if v_range.after = '00000000-0000-0000-0000-000000000000' and v_range.through = 'ffffffff-ffff-ffff-ffff-ffffffffffff' then
update lead_sync.reconciliations as r set summaries_left = ceil(v_count::numeric / r.page_size)
where r.run_id = v_reconciliation.run_id
returning * into v_reconciliation;
perform lead_sync.add_figures(v_reconciliation.run_id, jsonb_build_object('compared_live', coalesce(v_count, 0)), null);
end if;
if (
select bool_or((p_summary ->> k)::timestamptz is distinct from (v_ours ->> k)::timestamptz)
from unnest('{updated_from, updated_to, created_from, created_to}'::text[]) as k
) or v_count is distinct from (v_ours ->> 'count')::bigint then
v_most := greatest(v_count, (v_ours ->> 'count')::bigint);
if v_count is not null and v_most > v_reconciliation.page_size and v_reconciliation.summaries_left > 0 then
v_middle := lead_sync.halve_range(lead_sync.adapter_of_run(v_reconciliation.run_id), v_range.after, v_range.through, (v_ours ->> 'count')::bigint);
end if;
insert into lead_sync.id_ranges (run_id, after, through, step)
select v_range.run_id, h.after, h.through, case when v_middle is null then 'read' else 'summarise' end
from (values (v_range.after, coalesce(v_middle, v_range.through)), (v_middle, v_range.through)) as h (after, through)
where h.after is not null;
update lead_sync.reconciliations as r set summaries_left = r.summaries_left - 1, position = null, compared_through = v_range.after
where r.run_id = v_reconciliation.run_id;
v_count := 0;
end if;
if not exists (select from lead_sync.id_ranges as i where i.run_id = v_reconciliation.run_id) then
perform lead_sync.complete_comparison(v_reconciliation.run_id);
end if;
perform lead_sync.add_figures(
v_reconciliation.run_id,
jsonb_build_object('ranges', 1, 'compared_in_ranges', v_count, 'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)),
null
);
end if;
return lead_sync.next_comparison(v_reconciliation.run_id);
end
$$;
-- reconcile/compare_range.sql
create or replace function lead_sync.compare_range(
p_reconciliation lead_sync.reconciliations, p_records jsonb, p_after uuid, p_through uuid, p_read_started_at timestamptz, p_rules jsonb,
p_changed_since timestamptz
) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text := lead_sync.adapter_of_run(p_reconciliation.run_id);
v_repairs text[] := lead_sync.kinds_to_repair(p_reconciliation);
v_renewed jsonb := lead_sync.renewed_rules(p_rules);
v_queued jsonb;
v_since timestamptz := lead_sync.people_outside_since();
begin
if p_changed_since is null and v_adapter = 'lead' then
delete from lead_sync.people_outside as o
where o.twenty_id > p_after and o.twenty_id <= p_through and o.twenty_id not in (select (r ->> 0)::uuid from jsonb_array_elements(p_records) as r where r ->> 3 is null);
end if;
execute lead_sync.rows_sql(v_adapter, $sql$
with record as materialized (
select (r ->> 0)::uuid as id, (r ->> 1)::timestamptz as created_at, (r ->> 2)::timestamptz as updated_at, r ->> 3 is not null as dead
from jsonb_array_elements($1) as r
),
candidate as materialized (
select l, l.id as lead_id, l.twenty_id, l.twenty_id as record_id
from {table} as l
where l.twenty_id > $2 and l.twenty_id <= $3 and (
$4 is null
or l.twenty_id in (select r.id from record as r)
or l.id in (select s.lead_id from lead_sync.lead_states as s where s.remote_updated_at >= $4)
)
union all
select l, l.id, null, l.id
from {table} as l
where l.twenty_id is null and l.id > $2 and l.id <= $3 and ($4 is null or l.id in (select r.id from record as r))
),
lead as materialized (
select
c.lead_id, c.twenty_id, c.record_id, (c.l).sync_status,
s.lead_id is null as stateless, s.due_at, s.claim_token, s.remote_created_at, s.remote_updated_at,
coalesce(s.gone, false) as gone,
coalesce(s.base_remote ? 'deleted', false) as deleted_there,
coalesce(s.merged_at > $5, false) as newer,
s.refusal is not null as refused,
case when s.due_at is null and s.refusal is null and (c.l).sync_status not in ('error', 'outside')
then lead_sync.due_fields(
{values}, coalesce(s.base_local, '{}'), coalesce(s.base_remote, '{}'), c.twenty_id is not null, $6
)
end as unqueued,
$7 is not null and s.due_at is null and (c.l).sync_status = 'synced' and lead_sync.due_fields(
{values}, lead_sync.known_base(s.base_local, s.merged_at, $7),
lead_sync.known_base(s.base_remote, s.merged_at, $7), c.twenty_id is not null, $6
) <> '{}' as starts_anew
from candidate as c
left join lead_sync.lead_states as s on s.lead_id = c.lead_id
),
found as materialized (
select 'missing' as kind, r.id as subject, jsonb_build_object('twenty_id', r.id) as detail
from record as r
where not r.dead
and not exists (select from lead as l where l.record_id = r.id and (l.twenty_id is not null or l.claim_token is not null))
and not exists (select from lead_sync.people_outside as o where (o.twenty_id, o.updated_at) = (r.id, r.updated_at) and o.judged_by >= $11)
union all
select 'orphaned', l.twenty_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id)
from lead as l
where l.twenty_id is not null and not l.gone and not l.newer
and not exists (select from record as r where r.id = l.record_id)
and not lead_sync.is_asked_about(l.twenty_id, null)
union all
select 'different', l.twenty_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'twenty_updated_at', r.updated_at)
from lead as l join record as r on r.id = l.record_id
where l.twenty_id is not null and not l.newer and not lead_sync.is_asked_about(l.twenty_id, r.updated_at) and (
r.updated_at is distinct from l.remote_updated_at
or r.created_at is distinct from l.remote_created_at
or l.gone
or r.dead <> l.deleted_there
or exists (select from lead_sync.people_outside as o where o.twenty_id = r.id and o.judged_by < $11)
)
union all
select 'unsynced', l.lead_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'fields', to_jsonb(l.unqueued))
from lead as l
where l.unqueued <> '{}'
union all
select 'impossible', l.lead_id, jsonb_build_object('lead_id', l.lead_id, 'twenty_id', l.twenty_id, 'reason', p.problem)
from lead as l
cross join lateral (
select case
when l.stateless then 'the lead has no sync state'
when l.sync_status in ('pending', 'syncing') and l.due_at is null then 'sync_status is ' || l.sync_status || ', but nothing queues the lead'
when l.sync_status = 'syncing' and l.claim_token is null then 'sync_status is syncing, but nothing claims the lead'
when l.sync_status = 'synced' and l.due_at is not null then 'sync_status is synced, but the lead is queued'
end as problem
) as p
where p.problem is not null and not l.refused and coalesce(l.unqueued, '{}') = '{}'
),
noted as (
insert into lead_sync.findings (run_id, kind, subject, detail)
select $9, f.kind, f.subject, f.detail from found as f
on conflict do nothing
),
chosen as materialized (
select l.id, l.updated_at, f.detail
from {table} as l
join (
select n.subject, n.detail from found as n where n.kind in ('unsynced', 'impossible') and n.kind = any ($8)
union all
select k.lead_id, '{}' from lead as k where k.starts_anew and coalesce(k.unqueued, '{}') = '{}' and 'unsynced' = any ($8)
) as f on f.subject = l.id
order by l.id
for no key update of l skip locked
),
queued as (
insert into lead_sync.lead_states as s (lead_id, adapter, due_at, due_since, changed_at)
select
c.id, $10, clock_timestamp(), clock_timestamp(),
(select coalesce(jsonb_object_agg(f, c.updated_at), '{}') from jsonb_array_elements_text(coalesce(c.detail -> 'fields', '[]')) as f)
from chosen as c
on conflict (lead_id) do update set
changed_at = s.changed_at || excluded.changed_at, due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
where s.claim_token is null or s.due_at is null
returning s.lead_id
)
select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) from queued as q
$sql$)
into v_queued
using p_records, p_after, p_through, p_changed_since, p_read_started_at, p_rules, v_renewed, v_repairs, p_reconciliation.run_id, v_adapter, v_since;
perform lead_sync.write_or_split('mark', v_queued, jsonb_build_object('adapter', v_adapter));
return coalesce(jsonb_array_length(v_queued), 0);
end
$$;
-- reconcile/complete_comparison.sql
create or replace function lead_sync.complete_comparison(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text := lead_sync.adapter_of_run(p_run_id);
v_linked integer;
v_orphans integer;
begin
insert into lead_sync.findings (run_id, kind, subject, detail)
select p_run_id, 'duplicates', d.ids[1], jsonb_build_object('lead_ids', to_jsonb(d.ids[:10]), 'leads', cardinality(d.ids))
from (
select array_agg(l.id order by l.created_at, l.id) as ids
from public.leads as l
where v_adapter = 'lead' and exists (select from lead_sync.reconciliations as r where r.run_id = p_run_id and r.changed_since is null)
and l.deleted_at is null and case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end <> ''
group by case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end
having count(*) > 1
) as d
on conflict do nothing;
execute lead_sync.rows_sql(v_adapter, $sql$
select
count(*),
count(*) filter (where exists (select from lead_sync.findings as f where f.run_id = $1 and f.kind = 'orphaned' and f.subject = l.twenty_id))
from {table} as l
where l.twenty_id is not null and l.deleted_at is null
$sql$) into v_linked, v_orphans using p_run_id;
update lead_sync.reconciliations as r set
compared = true,
suspicion = case
when not r.report_only and s.reconcile_orphaned = 'repair' and (v_adapter <> 'lead' or s.approve_deletions is null) and v_orphans > greatest(20, s.reconcile_orphaned_share * v_linked) then
format(case v_adapter when 'lead' then '%s of %s linked leads have no person in Twenty. ' else '%s of %s linked rows have no record in Twenty. ' end, v_orphans, v_linked)
|| 'Nothing was repaired, because the API key of another workspace looks like this. Check the Twenty credential. '
|| 'If they are really gone, raise reconcile_orphaned_share in lead_sync.settings for one run.'
end
from lead_sync.settings as s
where r.run_id = p_run_id;
perform lead_sync.add_figures(r.run_id, '{"compared_all": 1}', null) from lead_sync.reconciliations as r
where r.run_id = p_run_id and r.changed_since is null and not r.report_only;
end
$$;
-- reconcile/count_findings.sql
create or replace function lead_sync.count_findings(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
select '{"missing": 0, "orphaned": 0, "different": 0, "unsynced": 0, "impossible": 0, "duplicates": 0}'::jsonb || (
select coalesce(jsonb_object_agg(c.kind, c.count), '{}')
from (select f.kind, count(*) from lead_sync.findings as f where f.run_id = p_run_id group by f.kind) as c
)
$$;
-- reconcile/current_range.sql
create or replace function lead_sync.current_range(p_run_id uuid) returns lead_sync.id_ranges
language sql stable set search_path = '' as $$
select i from lead_sync.id_ranges as i where i.run_id = p_run_id order by i.step, i.after limit 1
$$;
-- reconcile/get_leads_to_repair.sql
create or replace function public.get_leads_to_repair(p_run jsonb, p_pass text default 'read', p_after uuid default null, p_limit integer default 500)
returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_reconciliation lead_sync.reconciliations;
v_settings lead_sync.settings;
v_ids uuid[];
v_wait interval;
v_adapter text;
begin
if p_pass is null or p_pass not in ('read', 'confirm') then
raise exception 'p_pass must be read or confirm, got %', p_pass using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
v_reconciliation := lead_sync.hold_reconciliation(p_run);
if not v_reconciliation.compared then
raise exception 'The ids are not compared to their end yet' using errcode = '22023', hint = 'Compare all pages first: compare_lead_ids says when.';
end if;
v_adapter := lead_sync.adapter_of_run(v_reconciliation.run_id);
execute lead_sync.rows_sql(v_adapter, $sql$
select array_agg(b.subject order by b.subject)
from (
select distinct f.subject
from lead_sync.findings as f
where f.run_id = $1
and f.kind in ('missing', 'different', 'orphaned') and f.kind = any ($2)
and ($3 is null or f.subject > $3)
and ($4 or exists (
select from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.twenty_id = f.subject and s.absent_since is not null
))
order by f.subject
limit $5
) as b
$sql$) into v_ids using v_reconciliation.run_id, lead_sync.kinds_to_repair(v_reconciliation), p_after, p_pass = 'read', p_limit;
if v_ids is null and p_pass = 'read' then
select * into strict v_settings from lead_sync.settings;
execute lead_sync.rows_sql(v_adapter, $sql$
select max(s.absent_since) + $2 - clock_timestamp()
from lead_sync.findings as f
join {table} as l on l.twenty_id = f.subject
join lead_sync.lead_states as s on s.lead_id = l.id
where f.run_id = $1 and f.kind = 'orphaned' and 'orphaned' = any ($3)
$sql$) into v_wait using v_reconciliation.run_id, v_settings.absence_allowance, lead_sync.kinds_to_repair(v_reconciliation);
if v_wait <= v_settings.lease / 2 then
return jsonb_build_object(
'next', 'wait', 'pass', 'confirm', 'after', null, 'seconds', greatest(0, ceil(extract(epoch from v_wait))), 'leads', '[]'::jsonb
);
end if;
end if;
return case
when v_ids is null then jsonb_build_object('next', 'finish', 'leads', '[]'::jsonb)
else jsonb_build_object(
'next', 'repair',
'pass', p_pass,
'after', v_ids[cardinality(v_ids)],
'leads', (select jsonb_agg(jsonb_build_object('twenty_id', i)) from unnest(v_ids) as i),
'read_started_at', clock_timestamp()
)
end;
end
$$;
-- reconcile/halve_range.sql
create or replace function lead_sync.halve_range(p_adapter text, p_after uuid, p_through uuid, p_leads bigint) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_middle uuid;
begin
execute lead_sync.rows_sql(p_adapter, $sql$
select l.twenty_id
from {table} as l
where l.twenty_id > $1 and l.twenty_id < $2 and l.twenty_id::text ~ '^.{14}[1-5].{4}[89ab]'
order by l.twenty_id
offset ($3 - 1) / 2
limit 1
$sql$) into v_middle using p_after, p_through, p_leads;
return v_middle;
end
$$;
-- reconcile/hold_reconciliation.sql
create or replace function lead_sync.hold_reconciliation(p_run jsonb) returns lead_sync.reconciliations
language plpgsql volatile set search_path = '' as $$
declare
v_run public.lead_sync_runs := lead_sync.hold_run(p_run);
v_reconciliation lead_sync.reconciliations;
begin
select * into v_reconciliation from lead_sync.reconciliations as r where r.run_id = v_run.id for update;
if not found then
raise exception 'p_run must be the run of a reconciliation'
using errcode = '22023', hint = 'Start one with the direction bidirectional and the mode reconcile.';
end if;
return v_reconciliation;
end
$$;
-- reconcile/kinds_to_repair.sql
create or replace function lead_sync.kinds_to_repair(p_reconciliation lead_sync.reconciliations) returns text[]
language sql stable set search_path = '' as $$
select coalesce(array_agg(k.kind), '{}')
from lead_sync.settings as s
cross join lateral (values
('missing', s.reconcile_missing = 'repair' and p_reconciliation.suspicion is null),
('different', s.reconcile_different = 'repair' and p_reconciliation.suspicion is null),
('orphaned', s.reconcile_orphaned = 'repair' and p_reconciliation.suspicion is null),
('unsynced', s.reconcile_unsynced = 'repair'),
('impossible', s.reconcile_unsynced = 'repair')
) as k (kind, allowed)
where k.allowed and not p_reconciliation.report_only
$$;
-- reconcile/next_comparison.sql
create or replace function lead_sync.next_comparison(p_run_id uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_reconciliation lead_sync.reconciliations;
v_range lead_sync.id_ranges;
begin
select * into strict v_reconciliation from lead_sync.reconciliations as r where r.run_id = p_run_id;
v_range := lead_sync.current_range(p_run_id);
return jsonb_build_object(
'next', case
when v_range.step = 'summarise' then 'summarise'
when not v_reconciliation.compared then 'compare'
when v_reconciliation.suspicion is not null then 'stop'
when exists (
select from lead_sync.findings as f
where f.run_id = p_run_id and f.kind = any (lead_sync.kinds_to_repair(v_reconciliation)) and f.kind in ('missing', 'different', 'orphaned')
) then 'repair'
else 'finish'
end,
'range', lead_sync.show_range(v_reconciliation, v_range),
'position', v_reconciliation.position,
'counts', lead_sync.count_findings(p_run_id),
'read_started_at', clock_timestamp(),
'error', v_reconciliation.suspicion
);
end
$$;
-- reconcile/open_reconciliation.sql
create or replace function lead_sync.open_reconciliation(p_run_id uuid, p_options jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text := lead_sync.adapter_of_run(p_run_id);
v_linked integer;
v_page_size integer := (p_options ->> 'page_size')::integer;
v_report_only boolean := coalesce((p_options ->> 'report_only')::boolean, false);
v_changed_since timestamptz;
begin
select date_trunc('milliseconds', max(b.started_at) - s.overlap) into v_changed_since
from public.lead_sync_runs as r
cross join lead_sync.settings as s
left join lead_sync.lead_filters as f on f.direction = 'to_supabase'
join public.lead_sync_runs as b on b.direction = r.direction and b.object = r.object and b.status = 'succeeded' and b.figures ?| '{compared_all, ranges}'
where r.id = p_run_id and r.trigger = 'scheduled' and not v_report_only and v_page_size > 0
group by s.overlap, s.reconcile_all_every, r.object
having max(b.started_at) filter (where b.figures ? 'compared_all') > greatest(
clock_timestamp() - s.reconcile_all_every, max(f.changed_at), (select max(m.changed_at) from lead_sync.field_mappings as m where m.object = r.object)
);
if v_changed_since is not null then
execute lead_sync.rows_sql(v_adapter, 'select count(*) from (select from {table} as l where l.twenty_id is not null limit $1) as l')
into v_linked using 2 * v_page_size + 1;
if v_linked <= 2 * v_page_size then
v_changed_since := null;
end if;
end if;
delete from lead_sync.reconciliations as r where r.run_id <> p_run_id and lead_sync.adapter_of_run(r.run_id) = v_adapter;
insert into lead_sync.reconciliations (run_id, report_only, changed_since, page_size) values (p_run_id, v_report_only, v_changed_since, v_page_size);
insert into lead_sync.id_ranges (run_id, step)
select p_run_id, i.step from unnest(case when v_changed_since is null then '{read}' else '{changed, summarise}'::text[] end) as i (step);
end
$$;
-- reconcile/release_unheld.sql
create or replace function lead_sync.release_unheld(p_records jsonb, p_after uuid, p_through uuid, p_read_started_at timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_holders jsonb;
begin
select jsonb_agg(distinct jsonb_build_object('twenty_id', h.held_by)) into v_holders
from (
select s.held_by
from public.leads as l
join lead_sync.lead_states as s on s.lead_id = l.id
where s.held_by > p_after and s.held_by <= p_through and s.error_at < p_read_started_at
and not exists (
select from jsonb_array_elements(p_records) as r
where (r ->> 0)::uuid = s.held_by and (r ->> 3 is not null) = (s.error_category = 'tombstone')
)
for no key update of l skip locked
) as h;
perform lead_sync.release_held(v_holders);
end
$$;
-- reconcile/show_range.sql
create or replace function lead_sync.show_range(p_reconciliation lead_sync.reconciliations, p_range lead_sync.id_ranges) returns jsonb
language sql stable set search_path = '' as $$
select case when p_range.step is not null and p_reconciliation.changed_since is not null then jsonb_build_object(
'after', nullif(p_range.after, '00000000-0000-0000-0000-000000000000'),
'through', nullif(p_range.through, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
'changed_since', case when p_range.step = 'changed' then p_reconciliation.changed_since end,
'changed_before', case when p_range.step = 'summarise' then p_reconciliation.changed_since end
) end
$$;
-- reconcile/summarise_range.sql
create or replace function lead_sync.summarise_range(p_run_id uuid, p_after uuid, p_through uuid, p_changed_before timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text := lead_sync.adapter_of_run(p_run_id);
v_summary jsonb;
begin
execute lead_sync.rows_sql(v_adapter, $sql$
select jsonb_build_object(
'count', count(*),
'updated_from', min(p.updated_at), 'updated_to', max(p.updated_at),
'created_from', min(p.created_at), 'created_to', max(p.created_at)
)
from (
select s.remote_updated_at as updated_at, s.remote_created_at as created_at
from {table} as l
join lead_sync.lead_states as s on s.lead_id = l.id
where l.twenty_id > $2 and l.twenty_id <= $3
and s.remote_updated_at < $4 and not s.gone and not s.base_remote ? 'deleted'
and not exists (select from lead_sync.findings as f where f.run_id = $1 and f.kind = 'different' and f.subject = l.twenty_id)
union all
select o.updated_at, o.created_at
from lead_sync.people_outside as o
where $5 = 'lead' and o.twenty_id > $2 and o.twenty_id <= $3 and o.updated_at < $4
and not exists (select from {table} as l where l.twenty_id = o.twenty_id)
and not exists (select from lead_sync.findings as f where f.run_id = $1 and f.kind = 'missing' and f.subject = o.twenty_id)
) as p
$sql$) into v_summary using p_run_id, p_after, p_through, p_changed_before, v_adapter;
return v_summary;
end
$$;
-- enrichment/country_code.sql
create or replace function lead_sync.country_code(p_country text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (select n.country from public.country_names as n where n.name = lower(btrim(lead_sync.normal_text(p_country), ' .')));
end
$$;
-- enrichment/day_in.sql
create or replace function lead_sync.day_in(p_text text) returns timestamptz
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case
when p_text ~ '^\s*[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' then
(make_date(substr(btrim(p_text), 1, 4)::integer, substr(btrim(p_text), 6, 2)::integer, 1) + substr(btrim(p_text), 9, 2)::integer - 1)::timestamp
at time zone 'UTC'
end;
end
$$;
-- enrichment/employees.sql
create or replace function lead_sync.employees(p_size text) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
v_plain text := regexp_replace(lower(p_size), '(\d)[,.''\s\u00a0](?=\d{3}(\D|$))', '\1', 'g');
v_found text[] := regexp_match(v_plain, '(?<!\d)(\d{1,8}(?:[.,]\d{1,2}(?=\s?k))?)(?!\d)\s?(k?)(?:\s*(?:-|–|—|to)\s*(\d{1,8}(?:[.,]\d{1,2}(?=\s?k))?)(?!\d)\s?(k?))?');
v_from integer := replace(v_found[1], ',', '.')::numeric * case v_found[2] when 'k' then 1000 else 1 end;
v_to integer := replace(v_found[3], ',', '.')::numeric * case v_found[4] when 'k' then 1000 else 1 end;
begin
return case when v_to > v_from then v_from + (v_to - v_from) / 2 else v_from end;
exception when numeric_value_out_of_range then
return null;
end
$$;
-- enrichment/income_tier.sql
create or replace function lead_sync.income_tier(p_country text, p_region text, p_postal_code text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_country text := case when p_country is not null then lead_sync.country_code(p_country) end;
v_postal text;
begin
if v_country is null then
return null;
end if;
v_postal := upper(regexp_replace(coalesce(p_postal_code, ''), '[^A-Za-z0-9]', '', 'g'));
return (
select t.tier
from public.geo_income_tiers as t
where t.country = v_country
and t.postal_prefix in (
'', left(v_postal, 1), left(v_postal, 2), left(v_postal, 3), left(v_postal, 4), left(v_postal, 5), left(v_postal, 6), left(v_postal, 7),
left(v_postal, 8), left(v_postal, 9), left(v_postal, 10)
)
and t.region in ('', lower(btrim(p_region)))
order by length(t.postal_prefix) desc, t.region = ''
limit 1
);
end
$$;
-- enrichment/load_geo_income_tiers.sql
create or replace function public.load_geo_income_tiers(p_csv text, p_replace boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_rejected jsonb;
v_loaded integer;
begin
if lower(regexp_replace(split_part(coalesce(p_csv, ''), e'\n', 1), '[\s"\uFEFF]', '', 'g')) <> 'country,region,postal_prefix,tier,source,year' then
raise exception 'The first line must be country,region,postal_prefix,tier,source,year' using errcode = '22023', hint = 'Add the header, or put the columns into this order.';
end if;
if p_replace then
delete from public.geo_income_tiers as t where true;
end if;
with read as materialized (
select
l.line as no, cardinality(l.fields) as fields, coalesce(lead_sync.country_code(l.fields[1]), upper(l.fields[1])) as country, lower(l.fields[2]) as region,
upper(regexp_replace(l.fields[3], '[^A-Za-z0-9]', '', 'g')) as postal_prefix, l.fields[4] as tier, l.fields[5] as source, l.fields[6] as year
from lead_sync.csv_lines(p_csv) as l
),
judged as materialized (
select r.*, row_number() over (partition by r.country, r.postal_prefix, r.region order by r.no desc) > 1 as repeated, case
when r.fields = 0 then 'has a double quote within a value: put the value in double quotes and double those in it'
when r.fields <> 6 then 'has ' || r.fields || ' values where 6 are expected'
when r.country !~ '^[A-Z]{2}$' then 'country "' || r.country || '" is neither an ISO code nor in country_names'
when length(r.postal_prefix) > 10 then 'postal_prefix is longer than 10 characters'
when r.tier = '' then 'tier is empty'
when r.source = '' then 'source is empty: say where the tier comes from'
when r.year !~ '^(19|20|21)[0-9]{2}$' then 'year "' || r.year || '" is not a year'
end as problem
from read as r
),
loaded as (
insert into public.geo_income_tiers (country, region, postal_prefix, tier, source, year)
select j.country, j.region, j.postal_prefix, j.tier, j.source, j.year::integer from judged as j where j.problem is null and not j.repeated
on conflict (country, postal_prefix, region) do update set tier = excluded.tier, source = excluded.source, year = excluded.year
returning 1
)
select
(select count(*) from loaded),
coalesce(jsonb_agg(
jsonb_build_object('line', j.no, 'reason', coalesce(j.problem, 'the same place comes again later')) order by j.no
) filter (where j.problem is not null or j.repeated), '[]')
into v_loaded, v_rejected
from judged as j;
return jsonb_build_object('loaded', v_loaded, 'rejected', v_rejected);
end
$$;
-- enrichment/note_enrichment_change.sql
create or replace function lead_sync.note_enrichment_change() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
update lead_sync.scoring_state as s set epoch = s.epoch + 1, enriched_epoch = s.epoch + 1, segments_epoch = s.epoch + 1 where true;
return null;
end
$$;
-- enrichment/phone_country.sql
create or replace function lead_sync.phone_country(p_phone text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_digits text := case when p_phone ~ '^\s*(\+|00)' then regexp_replace(regexp_replace(p_phone, '^\s*(\+|00)', ''), '[^0-9]', '', 'g') end;
begin
if v_digits is null then
return null;
end if;
return (
select p.country from public.phone_prefixes as p
where p.prefix in (
left(v_digits, 1), left(v_digits, 2), left(v_digits, 3), left(v_digits, 4), left(v_digits, 5), left(v_digits, 6), left(v_digits, 7)
)
order by length(p.prefix) desc
limit 1
);
end
$$;
-- enrichment/size_band.sql
create or replace function lead_sync.size_band(p_size text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_employees integer;
begin
if p_size is null or btrim(p_size) = '' then
return null;
end if;
v_employees := lead_sync.employees(p_size);
return (
select b.band
from public.company_size_bands as b
where b.scheme = (select s.company_size_scheme from lead_sync.settings as s)
and (lower(b.band) = lower(btrim(p_size)) or b.from_employees <= v_employees)
order by lower(b.band) = lower(btrim(p_size)) desc, b.from_employees desc
limit 1
);
end
$$;
-- conditions/compile_conditions.sql
create or replace function lead_sync.compile_conditions(p_set_no integer, p_conditions jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
delete from lead_sync.conditions as c where c.set_no = p_set_no;
insert into lead_sync.conditions (
set_no, condition_key, group_key, lowest, highest, attribute_no, attribute_key, operator_no, text_value, texts, low, high, points, decay_days, timed
)
select
p_set_no, c.condition_key, c.group_key, c.lowest, c.highest,
coalesce(array_position(lead_sync.scoring_attributes(), c.attribute), cardinality(lead_sync.scoring_attributes()) + k.key_no),
k.key,
case
when c.operator in ('contains', 'starts_with', 'ends_with') then array_position(lead_sync.scoring_operators(), 'contains')
else array_position(lead_sync.scoring_operators(), c.operator)
end,
case when c.operator in ('equals', 'not_equals') then lower(btrim(c.value #>> '{}')) end,
case
when c.operator in ('in', 'not_in') then array(select lower(btrim(t)) from jsonb_array_elements_text(c.value) as t)
when c.operator in ('contains', 'contains_word', 'starts_with', 'ends_with') then array(
select lead_sync.like_pattern(c.operator, t)
from jsonb_array_elements_text(case when jsonb_typeof(c.value) = 'array' then c.value else jsonb_build_array(c.value) end) as t
)
end,
case
when c.operator in ('greater', 'less', 'within_days') then (c.value #>> '{}')::double precision
when c.operator = 'between' then (c.value ->> 0)::double precision
end,
case when c.operator = 'between' then (c.value ->> 1)::double precision end,
c.points, c.decay_days,
c.decay_days is not null or c.operator = 'within_days' or (c.attribute in ('lead_age_days', 'days_without_activity') and c.operator in ('greater', 'less', 'between'))
from jsonb_to_recordset(p_conditions) as c (
condition_key text, group_key text, lowest numeric, highest numeric, attribute text, operator text, value jsonb,
points numeric, decay_days integer
)
left join (
select a.key, dense_rank() over (order by a.key) as key_no
from (select distinct substr(d ->> 'attribute', 12) as key from jsonb_array_elements(p_conditions) as d where d ->> 'attribute' like 'attributes.%') as a
) as k on c.attribute = 'attributes.' || k.key;
perform lead_sync.describe_set(p_set_no);
end
$$;
-- conditions/condition_problem_at.sql
create or replace function lead_sync.condition_problem_at(p_problem text) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case when p_problem is null then '{}' else jsonb_build_object(case
when p_problem like 'there is no attribute%' then 'attribute'
when p_problem ~ '^(there is no operator|\S+ is (not )?an? (time|number|text))' then 'operator'
else 'value'
end, p_problem) end
$$;
-- conditions/condition_problem.sql
create or replace function lead_sync.condition_problem(p_attribute text, p_operator text, p_value jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when p_attribute is null or not (p_attribute = any (lead_sync.scoring_attributes()) or p_attribute ~ '^attributes\..+$') then
'there is no attribute "' || coalesce(p_attribute, '') || '": use one of ' || array_to_string(lead_sync.scoring_attributes(), ', ') || ' or attributes.<key>'
when p_operator is null or not p_operator = any (lead_sync.scoring_operators()) then
'there is no operator "' || coalesce(p_operator, '') || '": use one of ' || array_to_string(lead_sync.scoring_operators(), ', ')
when p_attribute = 'created_at' and p_operator not in ('within_days', 'is_set', 'is_not_set') then
'created_at is a time: use within_days, or lead_age_days with greater, less or between'
when p_attribute in ('lead_age_days', 'company_employees', 'days_without_activity', 'activity_count') and p_operator not in ('greater', 'less', 'between', 'is_set', 'is_not_set') then
p_attribute || ' is a number: use greater, less, between, is_set or is_not_set'
when p_operator = 'within_days' and p_attribute <> 'created_at' and p_attribute not like 'attributes.%' then
p_attribute || ' is not a time: within_days goes with created_at and attributes.<key>'
when p_operator in ('greater', 'less', 'between') and p_attribute not in ('lead_age_days', 'company_employees', 'days_without_activity', 'activity_count')
and p_attribute not like 'attributes.%' then
p_attribute || ' is a text: ' || p_operator || ' goes with lead_age_days, company_employees, days_without_activity, activity_count and attributes.<key>'
when p_operator in ('is_set', 'is_not_set') then case
when v.type <> 'null' then p_operator || ' takes no value: leave it empty'
end
when p_operator in ('equals', 'not_equals') then case
when v.type not in ('string', 'number', 'boolean') or btrim(p_value #>> '{}') = '' then p_operator || ' takes one text, number or true/false, e.g. "webinar"'
when p_attribute = 'email_type' and p_value not in ('"free"', '"corporate"') then 'email_type is "free" or "corporate"'
end
when p_operator in ('greater', 'less') then case
when v.type <> 'number' then p_operator || ' takes a number, e.g. 50'
when abs((p_value #>> '{}')::numeric) > 1e15 then p_operator || ' takes a number up to 1e15'
end
when p_operator = 'within_days' then case
when v.type <> 'number' or p_value::text !~ '^[0-9]{1,4}$' or p_value::text !~ '[1-9]' then 'within_days takes a whole number of days, 1 to 9999, e.g. 30'
end
when p_operator = 'between' then case
when v.type <> 'array' then 'between takes two numbers, e.g. [50, 200]'
when jsonb_array_length(p_value) <> 2 or jsonb_typeof(p_value -> 0) <> 'number' or jsonb_typeof(p_value -> 1) <> 'number' then
'between takes two numbers, e.g. [50, 200]'
when (p_value ->> 0)::numeric > (p_value ->> 1)::numeric then 'between takes the smaller number first, e.g. [50, 200]'
when greatest(abs((p_value ->> 0)::numeric), abs((p_value ->> 1)::numeric)) > 1e15 then 'between takes numbers up to 1e15'
end
when p_operator in ('in', 'not_in') then case
when v.type <> 'array' or p_value = '[]' then p_operator || ' takes a list, e.g. ["webinar", "referral"]'
when jsonb_path_exists(p_value, '$[*] ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")') then
p_operator || ' takes a list of texts, numbers or true/false, e.g. ["webinar", "referral"]'
end
else case
when v.type not in ('string', 'array') or p_value = '[]' then p_operator || ' takes a text or a list of texts, e.g. ["head", "director"]'
when jsonb_path_exists(p_value, '$[*] ? (@.type() != "string")') then p_operator || ' takes a text or a list of texts, e.g. ["head", "director"]'
when exists (
select from jsonb_array_elements_text(case when v.type = 'array' then p_value else jsonb_build_array(p_value) end) as t
where btrim(case when p_operator = 'contains_word' then lead_sync.words(t) else t end) = ''
) then p_operator || ' takes texts that are not blank'
end
end
from (select coalesce(jsonb_typeof(p_value), 'null') as type) as v
$$;
-- conditions/describe_set.sql
create or replace function lead_sync.describe_set(p_set_no integer) returns void
language plpgsql volatile set search_path = '' as $$
begin
insert into lead_sync.condition_sets as s (set_no, used, keys, worded, dated)
select
p_set_no,
array(
select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.attribute_no = a.ordinality)
from unnest(lead_sync.scoring_attributes()) with ordinality as a order by a.ordinality
),
array_agg(distinct c.attribute_key) filter (where c.attribute_key is not null),
array(
select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.operator_no = 6 and w.attribute_no = n.no)
from generate_series(1, max(c.attribute_no) filter (where c.operator_no = 6)) as n (no)
order by n.no
),
array(
select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.operator_no = 14 and w.attribute_no = n.no)
from generate_series(1, max(c.attribute_no) filter (where c.operator_no = 14 and c.attribute_no <> 16)) as n (no)
order by n.no
)
from lead_sync.conditions as c
where c.set_no = p_set_no
on conflict (set_no) do update set used = excluded.used, keys = excluded.keys, worded = excluded.worded, dated = excluded.dated;
end
$$;
-- conditions/like_pattern.sql
create or replace function lead_sync.like_pattern(p_operator text, p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case p_operator
when 'starts_with' then t.plain || '%'
when 'ends_with' then '%' || t.plain
else '%' || t.plain || '%'
end
from (
select replace(replace(replace(
case when p_operator = 'contains_word' then lead_sync.words(lower(btrim(p_text))) else lower(btrim(p_text)) end, '\', '\\'
), '%', '\%'), '_', '\_') as plain
) as t
$$;
-- conditions/scoring_attributes.sql
create or replace function lead_sync.scoring_attributes() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select array[
'first_name', 'last_name', 'email', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code',
'linkedin_url', 'lead_source', 'lead_status', 'created_at', 'email_domain', 'email_type', 'phone_country', 'country_code', 'lead_age_days',
'company_employees', 'company_size_band', 'income_tier', 'segment', 'days_without_activity', 'activity_count'
]
$$;
-- conditions/scoring_operators.sql
create or replace function lead_sync.scoring_operators() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select array[
'equals', 'not_equals', 'in', 'not_in', 'contains', 'contains_word', 'starts_with', 'ends_with', 'greater', 'less', 'between', 'is_set', 'is_not_set',
'within_days'
]
$$;
-- conditions/words.sql
create or replace function lead_sync.words(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select ' ' || translate(p_text, '-_.,;:/\|()[]{}&+"''!?@#*', '                         ') || ' '
$$;
-- filters/check_filter.sql
create or replace function lead_sync.check_filter() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
v_problem text := lead_sync.filter_problem(new.direction, new.conditions);
begin
if v_problem is not null then
raise exception 'Filter %: %', new.direction, v_problem using errcode = '22023', hint = 'The row was not saved. Correct it and save it again.';
end if;
new.changed_at := greatest(clock_timestamp(), case when tg_op = 'UPDATE' then old.changed_at + interval '1 microsecond' end);
return new;
end
$$;
-- filters/compile_changed_filter.sql
create or replace function lead_sync.compile_changed_filter() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
perform lead_sync.compile_filter(lead_sync.filter_set((coalesce(new, old)).direction), case when tg_op <> 'DELETE' then new.conditions end);
return null;
end
$$;
-- filters/compile_filter.sql
create or replace function lead_sync.compile_filter(p_set_no integer, p_conditions jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
perform lead_sync.compile_conditions(p_set_no, (
select coalesce(jsonb_agg(c.value || jsonb_build_object('condition_key', c.ordinality::text, 'group_key', 'filter', 'points', 1)), '[]')
from jsonb_array_elements(coalesce(p_conditions, '[]')) with ordinality as c
));
end
$$;
-- filters/filter_attributes.sql
create or replace function lead_sync.filter_attributes(p_direction text) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select array_agg(a.attribute order by a.ordinality)
from unnest(lead_sync.scoring_attributes()) with ordinality as a (attribute)
where a.attribute not in ('created_at', 'lead_age_days', 'days_without_activity', 'activity_count')
and (p_direction = 'to_twenty' or a.attribute not in ('company_employees', 'company_size_band', 'income_tier', 'segment'))
$$;
-- filters/filter_problem.sql
create or replace function lead_sync.filter_problem(p_direction text, p_conditions jsonb) returns text
language plpgsql immutable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if p_conditions is null then
return null;
elsif jsonb_typeof(p_conditions) <> 'array' or jsonb_array_length(p_conditions) not between 1 and 20 then
return 'conditions are a list of 1 to 20, e.g. [{"attribute": "lead_source", "operator": "in", "value": ["webinar", "referral"]}]; leave them empty for no filter';
end if;
return (
select 'condition ' || c.ordinality || ': ' || p.problem
from jsonb_array_elements(p_conditions) with ordinality as c
cross join lateral (
select case
when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
when c.value ->> 'operator' = 'within_days'
or c.value ->> 'attribute' = any (lead_sync.scoring_attributes()) and c.value ->> 'attribute' <> all (lead_sync.filter_attributes('to_twenty'))
then 'what changes as time passes cannot be filtered by'
when c.value ->> 'attribute' = any (lead_sync.scoring_attributes()) and c.value ->> 'attribute' <> all (lead_sync.filter_attributes(p_direction)) then
c.value ->> 'attribute' || ' is only known of leads: filter people by what Twenty holds of them'
else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
end as problem
) as p
where p.problem is not null
order by c.ordinality
limit 1
);
end
$$;
-- filters/filter_set.sql
create or replace function lead_sync.filter_set(p_direction text) returns integer
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case p_direction when 'to_twenty' then -3 else -4 end
$$;
-- filters/get_filters.sql
create or replace function public.get_filters() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object('filters', (
select coalesce(jsonb_agg(jsonb_build_object(
'direction', f.direction, 'conditions', f.conditions, 'changed_at', f.changed_at, 'attributes', lead_sync.filter_attributes(f.direction),
'outside', case f.direction
when 'to_twenty' then (select coalesce(sum(c.leads), 0) from lead_sync.lead_counts as c where c.facet = 'status' and c.key = 'outside')
else (select count(*) from lead_sync.people_outside)
end
) order by f.direction desc), '[]')
from lead_sync.lead_filters as f
), 'operators', array_remove(lead_sync.scoring_operators(), 'within_days'))
$$;
-- filters/judge_people.sql
create or replace function lead_sync.judge_people(p_items jsonb, p_begun timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_filter lead_sync.lead_filters;
v_people public.leads[];
v_outside uuid[];
v_judged_by timestamptz;
begin
select * into v_filter from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null;
if not found then
return p_items;
end if;
v_judged_by := least(lead_sync.people_outside_since(), p_begun);
v_people := array(
select lead_sync.person_as_lead(i -> 'snapshot') from jsonb_array_elements(p_items) as i where not coalesce((i -> 'snapshot' ->> 'absent')::boolean, false)
);
v_outside := array(
select w.lead_id from lead_sync.weigh_leads(v_people, lead_sync.filter_set('to_supabase')) as w where w.total < jsonb_array_length(v_filter.conditions)
);
return (
select coalesce(jsonb_agg(case
when (i #>> '{snapshot,twenty_id}')::uuid = any (v_outside) then jsonb_set(i, '{snapshot,outside}', to_jsonb(v_judged_by))
else i
end order by i -> 'index'), '[]')
from jsonb_array_elements(p_items) as i
);
end
$$;
-- filters/next_inside.sql
create or replace function lead_sync.next_inside(p_adapter text, p_limit integer, p_max_bytes integer, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_due jsonb;
v_outside jsonb;
v_judged integer := 0;
begin
if p_adapter = 'lead' then
perform lead_sync.reopen_outside(2 * p_limit);
end if;
for v_round in 1..10 loop
v_due := lead_sync.next_due(p_adapter, p_limit, p_max_bytes);
exit when v_due is null or p_adapter <> 'lead';
v_judged := v_judged + jsonb_array_length(v_due);
select jsonb_agg(jsonb_build_object('lead_id', o.lead_id, 'sync_status', 'outside', 'outside_by', o.judged_by, 'error', null, 'count', 0)) into v_outside
from lead_sync.outside_leads(array(select (d ->> 'lead_id')::uuid from jsonb_array_elements(v_due) as d)) as o
join lead_sync.lead_states as s on s.lead_id = o.lead_id
where s.intent is null;
if v_outside is not null then
perform lead_sync.release_claims(v_outside, p_context);
select jsonb_agg(d) into v_due
from jsonb_array_elements(v_due) as d
where not exists (select from jsonb_array_elements(v_outside) as o where o -> 'lead_id' = d -> 'lead_id');
end if;
v_due := lead_sync.ask_before_writes(v_due, p_context);
v_judged := v_judged - coalesce(jsonb_array_length(v_due), 0);
exit when v_due is not null;
end loop;
return jsonb_build_object('due', v_due, 'judged', v_judged);
end
$$;
-- filters/note_people_outside.sql
create or replace function lead_sync.note_people_outside(p_items jsonb, p_results jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if not exists (select from lead_sync.people_outside)
and not exists (select from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null)
then
return;
end if;
with seen as materialized (
select distinct on (r ->> 'twenty_id') (r ->> 'twenty_id')::uuid as twenty_id, i -> 'snapshot' as snapshot,
i -> 'snapshot' ? 'outside' and i -> 'snapshot' ->> 'twenty_deleted_at' is null and r ->> 'result' <> 'rejected' as is_outside
from jsonb_array_elements(p_results) as r
left join jsonb_array_elements(p_items) as i on i -> 'index' = r -> 'index'
where r ->> 'result' <> 'stale' and lead_sync.is_uuid(r ->> 'twenty_id')
order by r ->> 'twenty_id', (r ->> 'index')::integer desc
),
forget as (
delete from lead_sync.people_outside as o using seen as s where o.twenty_id = s.twenty_id and s.is_outside is not true
)
insert into lead_sync.people_outside (twenty_id, created_at, updated_at, judged_by)
select s.twenty_id, (s.snapshot ->> 'twenty_created_at')::timestamptz, (s.snapshot ->> 'twenty_updated_at')::timestamptz, (s.snapshot ->> 'outside')::timestamptz
from seen as s
where s.is_outside
order by s.twenty_id
on conflict (twenty_id) do update set created_at = excluded.created_at, updated_at = excluded.updated_at, judged_by = excluded.judged_by;
end
$$;
-- filters/outside_leads.sql
create or replace function lead_sync.outside_leads(p_ids uuid[]) returns table (lead_id uuid, judged_by timestamptz)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_filter lead_sync.lead_filters;
begin
select * into v_filter from lead_sync.lead_filters as f where f.direction = 'to_twenty' and f.conditions is not null;
if not found then
return;
end if;
return query
select w.lead_id, v_filter.changed_at
from lead_sync.weigh_leads(array(select l from public.leads as l where l.id = any (p_ids)), lead_sync.filter_set('to_twenty')) as w
where w.total < jsonb_array_length(v_filter.conditions);
end
$$;
-- filters/outside_rules.sql
create or replace function lead_sync.outside_rules(p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_agg(case
when r.value ->> 'field' = 'deleted' or r.value ->> 'direction' <> 'both' then r.value
else r.value || '{"outside": true, "policy": "supabase_wins"}'
end order by r.ordinality), '[]')
from jsonb_array_elements(p_rules) with ordinality as r
where r.value ->> 'field' = 'deleted' or r.value ->> 'direction' <> 'to_supabase'
$$;
-- filters/outside_since.sql
create or replace function lead_sync.outside_since() returns timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return coalesce((select f.changed_at from lead_sync.lead_filters as f where f.direction = 'to_twenty' and f.conditions is not null), 'infinity');
end
$$;
-- filters/people_outside_since.sql
create or replace function lead_sync.people_outside_since() returns timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return coalesce((
select greatest(f.changed_at, (select max(m.changed_at) from lead_sync.field_mappings as m join lead_sync.settings as s on s.object = m.object))
from lead_sync.lead_filters as f
where f.direction = 'to_supabase' and f.conditions is not null
), 'infinity');
end
$$;
-- filters/person_as_lead.sql
create or replace function lead_sync.person_as_lead(p_values jsonb) returns public.leads
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_lead public.leads;
begin
select
(p_values ->> 'twenty_id')::uuid, p_values ->> 'first_name', p_values ->> 'last_name', p_values ->> 'email', p_values ->> 'phone', p_values ->> 'job_title',
p_values ->> 'company_name', p_values ->> 'company_domain', p_values ->> 'company_size', p_values ->> 'city', p_values ->> 'region', p_values ->> 'country',
p_values ->> 'postal_code', p_values ->> 'linkedin_url', p_values ->> 'lead_source', p_values ->> 'lead_status',
case when jsonb_typeof(p_values -> 'attributes') = 'object' then p_values -> 'attributes' else '{}' end
into
v_lead.id, v_lead.first_name, v_lead.last_name, v_lead.email, v_lead.phone, v_lead.job_title,
v_lead.company_name, v_lead.company_domain, v_lead.company_size, v_lead.city, v_lead.region, v_lead.country,
v_lead.postal_code, v_lead.linkedin_url, v_lead.lead_source, v_lead.lead_status, v_lead.attributes;
return v_lead;
end
$$;
-- filters/preview_filter.sql
create or replace function public.preview_filter(p_direction text, p_conditions jsonb default null, p_sample integer default 10000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_conditions jsonb := nullif(p_conditions, 'null');
v_now jsonb := (select f.conditions from lead_sync.lead_filters as f where f.direction = p_direction);
v_problem text := lead_sync.filter_problem(p_direction, nullif(p_conditions, 'null'));
v_leads public.leads[];
v_answer jsonb;
begin
if p_direction is null or p_direction not in ('to_twenty', 'to_supabase') then
raise exception 'p_direction must be to_twenty or to_supabase, got %', p_direction using errcode = '22023';
elsif p_sample is null or p_sample not between 1 and 50000 then
raise exception 'p_sample must be between 1 and 50,000, got %', p_sample using errcode = '22023';
elsif v_problem is not null then
raise exception 'Filter %: %', p_direction, v_problem using errcode = '22023', hint = 'Correct it and look again.';
end if;
if p_direction = 'to_twenty' then
v_leads := array(select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample);
else
v_leads := array(
select lead_sync.person_as_lead(s.base_remote || jsonb_build_object('twenty_id', l.id, 'attributes', (
select coalesce(jsonb_object_agg(substr(e.key, 12), e.value), '{}') from jsonb_each(s.base_remote) as e where e.key like 'attributes.%'
)))
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.twenty_id is not null and l.deleted_at is null and not exists (select from lead_sync.people_outside as o where o.twenty_id = l.twenty_id)
order by l.id
limit p_sample
);
end if;
begin
perform lead_sync.compile_filter(-5, v_conditions);
with judged as materialized (
select b.lead_id, v_now is null or b.total >= jsonb_array_length(v_now) as was_inside, v_conditions is null or a.total >= jsonb_array_length(v_conditions) as is_inside
from lead_sync.weigh_leads(v_leads, lead_sync.filter_set(p_direction)) as b
join lead_sync.weigh_leads(v_leads, -5) as a on a.lead_id = b.lead_id
)
select jsonb_build_object(
'direction', p_direction,
'looked_at', count(*),
'complete', count(*) < p_sample,
'inside', count(*) filter (where j.is_inside),
'leave', count(*) filter (where j.was_inside and not j.is_inside),
'enter', count(*) filter (where j.is_inside and not j.was_inside),
'unread', case when p_direction = 'to_supabase' then (select count(*) from lead_sync.people_outside) else 0 end,
'examples', jsonb_build_object(
'leave', coalesce((array_to_json((array_agg(j.lead_id order by j.lead_id) filter (where j.was_inside and not j.is_inside))[:20]))::jsonb, '[]'),
'enter', coalesce((array_to_json((array_agg(j.lead_id order by j.lead_id) filter (where j.is_inside and not j.was_inside))[:20]))::jsonb, '[]')
)
)
into v_answer
from judged as j;
raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
exception when sqlstate 'LSPRV' then
null;
end;
return v_answer;
end
$$;
-- filters/reopen_outside.sql
create or replace function lead_sync.reopen_outside(p_limit integer) returns boolean
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_since timestamptz := lead_sync.outside_since();
v_ids uuid[];
v_marks jsonb;
begin
if not exists (select from lead_sync.lead_states as s where s.outside_by < v_since) then
return false;
end if;
v_ids := array(
select s.lead_id from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
where s.outside_by < v_since
limit p_limit
for no key update of l skip locked
);
update lead_sync.lead_states as s set outside_by = null, due_at = coalesce(s.due_at, clock_timestamp()), due_since = coalesce(s.due_since, clock_timestamp())
where s.lead_id = any (v_ids);
select jsonb_agg(jsonb_build_object('lead_id', l.id, 'sync_status', 'pending')) into v_marks
from public.leads as l where l.id = any (v_ids) and l.sync_status in ('outside', 'synced');
perform lead_sync.write_or_split('mark', v_marks);
return v_ids <> '{}';
end
$$;
-- filters/set_filter.sql
create or replace function public.set_filter(p_direction text, p_conditions jsonb default null, p_seen timestamptz default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
if p_direction is null or p_direction not in ('to_twenty', 'to_supabase') then
raise exception 'p_direction must be to_twenty or to_supabase, got %', p_direction using errcode = '22023';
end if;
if (select f.changed_at from lead_sync.lead_filters as f where f.direction = p_direction for update) <> p_seen then
raise exception 'Somebody has set this filter since it was shown' using errcode = 'PT409', hint = 'Look at it again.';
end if;
insert into lead_sync.lead_filters (direction, conditions) values (p_direction, nullif(p_conditions, 'null'))
on conflict (direction) do update set conditions = excluded.conditions;
return (select f from jsonb_array_elements(public.get_filters() -> 'filters') as f where f ->> 'direction' = p_direction);
end
$$;
-- scoring/assess_lead.sql
create or replace function lead_sync.assess_lead(p_lead public.leads) returns public.leads
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_assessed record;
begin
select * into strict v_assessed from lead_sync.assess_leads(array[p_lead]);
p_lead.company_employees := v_assessed.company_employees;
p_lead.company_size_band := v_assessed.company_size_band;
p_lead.income_tier := v_assessed.income_tier;
p_lead.segment_id := v_assessed.segment_id;
p_lead.segment_confidence := v_assessed.segment_confidence;
p_lead.segment_source := v_assessed.segment_source;
p_lead.lead_score := v_assessed.lead_score;
p_lead.score_breakdown := v_assessed.score_breakdown;
p_lead.score_epoch := v_assessed.score_epoch;
p_lead.rescore_at := v_assessed.rescore_at;
return p_lead;
end
$$;
-- scoring/assess_leads.sql
create or replace function lead_sync.assess_leads(p_leads public.leads[])
returns table (
lead_id uuid, company_employees integer, company_size_band text, income_tier text, segment_id uuid, segment_confidence numeric, segment_source text,
lead_score numeric, score_breakdown jsonb, score_epoch integer, rescore_at timestamptz
)
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_state lead_sync.scoring_state;
v_has_criteria boolean := exists (select from lead_sync.conditions as c where c.set_no = 0);
v_is_classified boolean;
v_lead public.leads;
v_leads public.leads[] := '{}';
v_segmented public.leads[] := '{}';
v_segment record;
v_is_outdated boolean;
begin
v_state := lead_sync.scoring_state_in_use();
select
coalesce(bool_or(l.score_epoch < v_state.enriched_epoch and coalesce(l.company_size, l.country, l.company_employees::text, l.company_size_band, l.income_tier) is not null), false),
v_has_criteria or coalesce(bool_or(l.segment_source is not null), false)
into v_is_outdated, v_is_classified
from unnest(p_leads) as l;
if not v_is_outdated then
v_leads := p_leads;
end if;
foreach v_lead in array case when v_is_outdated then p_leads else '{}' end loop
if v_lead.score_epoch < v_state.enriched_epoch then
v_lead.company_employees := case when v_lead.company_size is not null then lead_sync.employees(v_lead.company_size) end;
v_lead.company_size_band := case when v_lead.company_size is not null then lead_sync.size_band(v_lead.company_size) end;
v_lead.income_tier := case when v_lead.country is not null then lead_sync.income_tier(v_lead.country, v_lead.region, v_lead.postal_code) end;
end if;
v_leads := v_leads || v_lead;
end loop;
if v_is_classified then
for v_segment in
select l as lead, c.*
from unnest(v_leads) as l
left join lead_sync.classify_leads(v_leads) as c
on c.lead_id = l.id and l.deleted_at is null and (v_has_criteria or l.segment_source <> 'human')
loop
v_lead := v_segment.lead;
if v_segment.lead_id is not null then
v_lead.segment_id := v_segment.segment_id;
v_lead.segment_confidence := v_segment.confidence;
v_lead.segment_source := v_segment.source;
end if;
v_segmented := v_segmented || v_lead;
end loop;
v_leads := v_segmented;
end if;
return query
select
l.id, l.company_employees, l.company_size_band, l.income_tier, l.segment_id, l.segment_confidence, l.segment_source,
case when w.lead_id is null then l.lead_score else w.score end,
case when w.lead_id is null then l.score_breakdown else w.breakdown end,
v_state.epoch,
case when w.lead_id is null then l.rescore_at else w.next_at end
from unnest(v_leads) as l
left join lead_sync.weigh_leads(case when v_state.version > 0 then v_leads else '{}' end, v_state.version) as w
on w.lead_id = l.id and l.deleted_at is null;
end
$$;
-- scoring/assess_written_lead.sql
create or replace function lead_sync.assess_written_lead() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if tg_op = 'UPDATE' then
if (
new.first_name, new.last_name, new.email, new.phone, new.job_title, new.company_name, new.company_domain, new.company_size, new.city, new.region,
new.country, new.postal_code, new.linkedin_url, new.lead_source, new.lead_status, new.attributes, new.created_at, new.deleted_at is null
) is not distinct from (
old.first_name, old.last_name, old.email, old.phone, old.job_title, old.company_name, old.company_domain, old.company_size, old.city, old.region,
old.country, old.postal_code, old.linkedin_url, old.lead_source, old.lead_status, old.attributes, old.created_at, old.deleted_at is null
) and (
lead_sync.engine_is_writing()
or (new.lead_score, new.score_breakdown, new.segment_id, new.segment_source, new.segment_confidence)
is not distinct from (old.lead_score, old.score_breakdown, old.segment_id, old.segment_source, old.segment_confidence)
) then
return new;
end if;
end if;
if tg_op = 'UPDATE' and (new.company_size, new.country, new.region, new.postal_code)
is distinct from (old.company_size, old.country, old.region, old.postal_code)
then
new.score_epoch := 0;
end if;
if tg_op = 'INSERT' and new.segment_id is not null and not lead_sync.engine_is_writing() then
new.segment_source := 'human';
new.segment_confidence := 1;
end if;
new := lead_sync.assess_lead(new);
if lead_sync.engine_is_writing() and new.sync_status in ('synced', 'outside') and (
(tg_op = 'INSERT' and (new.lead_score is not null or new.segment_id is not null))
or (tg_op = 'UPDATE' and (new.lead_score is distinct from old.lead_score or new.segment_id is distinct from old.segment_id))
) then
new.sync_status := 'pending';
end if;
return new;
end
$$;
-- scoring/assessed_fields.sql
create or replace function lead_sync.assessed_fields(p_version integer) returns text[]
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_names constant text[] := lead_sync.scoring_attributes();
begin
return array(
select distinct case
when c.attribute_key is not null then 'attributes.' || c.attribute_key
when v_names[c.attribute_no] in ('email_domain', 'email_type') then 'email'
when v_names[c.attribute_no] = 'phone_country' then 'phone'
else v_names[c.attribute_no]
end
from lead_sync.conditions as c
where c.set_no = 0 or (c.set_no = p_version and p_version > 0)
) || array['company_size', 'country', 'region', 'postal_code'];
end
$$;
-- scoring/calculate_lead_scores.sql
create or replace function public.calculate_lead_scores(
p_lead_ids uuid[] default null, p_scope text default 'stale', p_limit integer default 5000, p_position uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_state lead_sync.scoring_state;
v_ids uuid[];
v_outdated uuid[];
v_due uuid[];
v_since integer;
v_changed integer := 0;
begin
perform lead_sync.check_step(p_lead_ids, p_scope, array['stale', 'all'], p_limit);
v_state := lead_sync.scoring_state_in_use();
perform set_config('lead_sync.engine', 'on', true);
v_since := (select min(case when r.is_sure then r.epoch else 0 end) from lead_sync.scoring_ranges as r);
v_ids := case
when p_lead_ids is null and p_scope = 'stale' then lead_sync.take_stale_leads(v_state.epoch, p_limit)
else lead_sync.leads_to_assess(p_lead_ids, case when p_lead_ids is null then p_scope else 'ids' end, p_limit, p_position)
end;
if v_ids <> '{}' then
if v_since < greatest(v_state.enriched_epoch, v_state.segments_epoch) then
select array_agg(l.id) into v_outdated
from public.leads as l
where l.id = any (v_ids) and l.score_epoch < greatest(v_state.enriched_epoch, v_state.segments_epoch) and l.deleted_at is null;
else
select array_agg(l.id) into v_outdated from public.leads as l where l.id = any (v_ids) and l.score_epoch = 0 and l.deleted_at is null;
end if;
if v_outdated is not null then
perform lead_sync.lock_leads(v_outdated);
perform lead_sync.write_segments(v_outdated);
end if;
if v_state.version > 0 then
v_due := lead_sync.leads_to_score(v_ids, v_state.version);
else
v_due := array(select l.id from public.leads as l where l.id = any (v_ids) and l.score_epoch = 0);
end if;
if v_due <> '{}' then
perform lead_sync.lock_leads(v_due);
if v_state.version > 0 then
v_changed := lead_sync.write_scores(v_due, v_state);
else
update public.leads as l set score_epoch = v_state.epoch where l.id = any (v_due);
end if;
end if;
end if;
perform set_config('lead_sync.engine', 'off', true);
return jsonb_build_object(
'scored', case when v_state.version > 0 then cardinality(v_ids) else 0 end,
'changed', v_changed,
'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
'position', case when p_lead_ids is null and (p_scope = 'all' or v_state.version = 0) then coalesce(v_ids[cardinality(v_ids)], p_position) end,
'version', nullif(v_state.version, 0)
) || case
when v_state.version > 0 then '{}'
else '{"reason": "No scoring rules are published: look at them with preview_scoring_rules() and put them in force with publish_scoring_rules()"}'
end::jsonb;
end
$$;
-- scoring/check_scoring_rule.sql
create or replace function lead_sync.check_scoring_rule() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
v_problem text;
begin
select p.value into v_problem
from jsonb_each_text(lead_sync.scoring_rule_problems(new)) as p
order by array_position(array['rule_key', 'rule_group', 'points', 'decay_days'], p.key)
limit 1;
if v_problem is not null then
raise exception 'Rule "%": %', new.rule_key, v_problem using errcode = '22023', hint = 'The rule was not saved. Correct it and save it again.';
end if;
new.updated_at := now();
return new;
end
$$;
-- scoring/check_step.sql
create or replace function lead_sync.check_step(p_lead_ids uuid[], p_scope text, p_scopes text[], p_limit integer) returns void
language plpgsql immutable set search_path = '' as $$
begin
if p_lead_ids is null and (p_scope is null or not p_scope = any (p_scopes)) then
raise exception 'p_scope must be %, got %', array_to_string(p_scopes, ' or '), p_scope using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 20000 then
raise exception 'p_limit must be between 1 and 20,000, got %', p_limit using errcode = '22023';
elsif cardinality(p_lead_ids) > 10000 then
raise exception 'At most 10,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023', hint = 'Send smaller batches.';
end if;
end
$$;
-- scoring/compile_draft.sql
create or replace function lead_sync.compile_draft() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions'));
perform lead_sync.compile_conditions(-1, coalesce((
select jsonb_agg(jsonb_build_object(
'condition_key', r.rule_key, 'group_key', r.rule_group, 'lowest', g.lowest, 'highest', g.highest, 'attribute', r.attribute, 'operator', r.operator,
'value', r.value, 'points', r.points, 'decay_days', r.decay_days
))
from public.lead_scoring_rules as r
left join public.lead_scoring_groups as g on g.rule_group = r.rule_group
where r.enabled
), '[]'));
return null;
end
$$;
-- scoring/get_scoring_report.sql
create or replace function public.get_scoring_report(p_sample integer default 10000) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
v_answer jsonb;
begin
if p_sample is null or p_sample not between 1 and 10000 then
raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
end if;
with sample as materialized (
select l.lead_score, l.score_breakdown, s.segment_name
from (select * from public.leads as k where k.deleted_at is null order by k.id limit p_sample) as l
left join public.customer_segments as s on s.id = l.segment_id
)
select jsonb_build_object(
'leads', (select count(*) from sample),
'average', (select round(avg(s.lead_score), 1) from sample as s),
'distribution', (
select jsonb_agg(jsonb_build_object(
'from', b * 10, 'to', case b when 9 then 100 else b * 10 + 9 end,
'leads', (select count(*) from sample as s where least(9, greatest(0, floor(s.lead_score / 10))) = b)
) order by b)
from generate_series(0, 9) as b
),
'rules', (
select coalesce(jsonb_agg(jsonb_build_object('rule_key', r.key, 'leads', r.leads, 'points', r.points) order by r.leads desc, r.key), '[]')
from (
select p.key, count(*) as leads, sum(p.value::numeric) as points
from sample as s cross join jsonb_each_text(s.score_breakdown -> 'rules') as p
where jsonb_typeof(s.score_breakdown -> 'rules') = 'object'
group by p.key
) as r
),
'segments', (
select coalesce(jsonb_agg(jsonb_build_object('segment', g.segment_name, 'leads', g.leads, 'average', g.average) order by g.leads desc, g.segment_name), '[]')
from (
select s.segment_name, count(*) as leads, round(avg(s.lead_score), 1) as average from sample as s group by s.segment_name
) as g
)
)
into v_answer;
return v_answer;
end
$$;
-- scoring/get_scoring_rules.sql
create or replace function public.get_scoring_rules() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object(
'version', s.version,
'published_at', (select v.published_at from public.lead_scoring_versions as v where v.version = s.version),
'draft', (select coalesce(jsonb_agg(to_jsonb(r) order by r.rule_group, r.points desc, r.rule_key), '[]') from public.lead_scoring_rules as r),
'groups', (select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g),
'in_force', (select jsonb_build_object('rules', v.rules, 'groups', v.groups) from public.lead_scoring_versions as v where v.version = s.version),
'attributes', to_jsonb(lead_sync.scoring_attributes()),
'operators', to_jsonb(lead_sync.scoring_operators()),
'versions', (
select coalesce(jsonb_agg(
jsonb_build_object('version', v.version, 'published_at', v.published_at, 'note', v.note, 'rules', jsonb_array_length(v.rules)) order by v.version desc
), '[]')
from public.lead_scoring_versions as v
),
'draft_differs', exists (
select from (select to_jsonb(c) - 'set_no' as condition from lead_sync.conditions as c where c.set_no = -1) as d
full join (select to_jsonb(c) - 'set_no' as condition from lead_sync.conditions as c where c.set_no = s.version and s.version > 0) as f
on f.condition = d.condition
where d.condition is null or f.condition is null
)
)
from lead_sync.scoring_state as s
$$;
-- scoring/leads_to_assess.sql
create or replace function lead_sync.leads_to_assess(p_lead_ids uuid[], p_scope text, p_limit integer, p_position uuid) returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if p_scope = 'ids' then
return array(select l.id from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id);
end if;
return array(
select l.id from public.leads as l
where (p_position is null or l.id > p_position) and (p_scope = 'all' or l.segment_id is null) and l.deleted_at is null
order by l.id
limit p_limit
);
end
$$;
-- scoring/leads_to_score.sql
create or replace function lead_sync.leads_to_score(p_lead_ids uuid[], p_version integer) returns uuid[]
language plpgsql stable set search_path = '' set jit = off as $body$
declare
v_names constant text[] := lead_sync.scoring_attributes();
v_now timestamptz := clock_timestamp();
v_keys text[];
v_texts text[];
v_numbers numeric[];
v_points jsonb[];
v_low double precision[];
v_high double precision[];
v_attribute_keys text[];
v_gone text[];
v_alike text[];
v_values text;
v_derived text;
v_checks text;
v_next text;
v_reads_activity boolean;
v_found uuid[];
begin
with condition as materialized (
select
c.*, k.texts as bound, row_number() over by_key as no, cardinality(k.texts) as size, sum(cardinality(k.texts)) over by_key - cardinality(k.texts) as before,
case when c.operator_no = 14 and c.attribute_no <> 16 then 'a.d' || c.attribute_no when c.attribute_no = 26 then 'a.idle' else 'a.age' end as days
from lead_sync.conditions as c
cross join lateral (select coalesce(c.texts, array[c.text_value]) as texts) as k
where c.set_no = p_version
window by_key as (order by c.condition_key)
),
attribute as materialized (
select
c.attribute_no as no, min(c.no) as first, bool_or(c.operator_no not between 9 and 11 or c.attribute_no > 27) as is_text, bool_or(c.operator_no = 6) as is_worded,
bool_or(c.operator_no = 14 and c.attribute_no <> 16) as is_dated, bool_or(c.operator_no between 9 and 11) as is_number
from condition as c
group by c.attribute_no
),
checked as materialized (
select c.no, format(
'case when %s then a.rules -> $2[%s] = %s else not a.rules ? $2[%2$s] end',
case c.operator_no
when 1 then format('a.t%s = $3[%s]', c.attribute_no, c.before + 1)
when 2 then format('a.t%s is distinct from $3[%s]', c.attribute_no, c.before + 1)
when 3 then format('a.t%s = any ($3[%s:%s])', c.attribute_no, c.before + 1, c.before + c.size)
when 4 then format('(a.t%1$s is null or a.t%1$s <> all ($3[%2$s:%3$s]))', c.attribute_no, c.before + 1, c.before + c.size)
when 5 then format('a.t%s like any ($3[%s:%s])', c.attribute_no, c.before + 1, c.before + c.size)
when 6 then format('a.w%s like any ($3[%s:%s])', c.attribute_no, c.before + 1, c.before + c.size)
when 9 then format('a.n%s > $5[%s]', c.attribute_no, c.no)
when 10 then format('a.n%s < $5[%s]', c.attribute_no, c.no)
when 11 then format('a.n%s between $5[%s] and $6[%2$s]', c.attribute_no, c.no)
when 12 then format('a.t%s is not null', c.attribute_no)
when 13 then format('a.t%s is null', c.attribute_no)
when 14 then format('%s between 0 and $5[%s]', c.days, c.no)
end,
c.no,
case
when c.decay_days is null then format('$7[%s]', c.no)
else format(
'to_jsonb(trim_scale(round($4[%s] * greatest(0, %s - greatest(0, %s)) / %2$s, 2)))',
c.no, c.decay_days, case when c.operator_no = 14 and c.attribute_no <> 16 then c.days else 'a.age' end
)
end
) as text
from condition as c
),
timed as materialized (
select distinct on (c.days, c.attribute_no = 26) c.days, greatest(c.low, c.high, c.decay_days) as last_day, case
when c.operator_no = 14 and c.attribute_no <> 16 then format('$11 + make_interval(hours => 24 * greatest(1, -%s))', c.days)
else format('%s + make_interval(hours => 24 * greatest(0, %s + 1))', case when c.attribute_no = 26 then 'a.active_at' else 'a.created_at' end, c.days)
end as next_at
from condition as c
where c.timed
order by c.days, c.attribute_no = 26, greatest(c.low, c.high, c.decay_days) desc
)
select
(select array_agg(c.condition_key order by c.no) from condition as c),
array(select t.text from condition as c cross join lateral unnest(c.bound) with ordinality as t (text, place) order by c.no, t.place),
(select array_agg(c.points order by c.no) from condition as c),
(select array_agg(to_jsonb(c.points) order by c.no) from condition as c),
(select array_agg(c.low order by c.no) from condition as c),
(select array_agg(c.high order by c.no) from condition as c),
(select array_agg(c.attribute_key order by c.no) from condition as c),
array(select c.condition_key from lead_sync.conditions as c where c.set_no > 0 except select c.condition_key from condition as c),
array(
select v.version::text from public.lead_scoring_versions as v
where not exists (
select from lead_sync.conditions as o join condition as c on c.condition_key = o.condition_key
where o.set_no = v.version and (o.group_key, o.lowest, o.highest) is distinct from (c.group_key, c.lowest, c.highest)
)
),
(select string_agg(', ' || case
when a.no = 16 then 'l.created_at::text'
when a.no <= 15 then format('nullif(lower(btrim(l.%I, $12)), '''')', v_names[a.no])
when a.no = 19 then 'lower(lead_sync.phone_country(l.phone))'
when a.no = 20 then 'lower(lead_sync.country_code(l.country))'
when a.no = 21 then 'g.age::text'
when a.no = 22 then 'l.company_employees::text'
when a.no in (23, 24) then format('lower(l.%I)', v_names[a.no])
when a.no = 25 then '(select lower(btrim(s.segment_name)) from public.customer_segments as s where s.id = l.segment_id)'
when a.no = 26 then 'g.idle::text'
when a.no = 27 then 'g.activity_count::text'
else format('nullif(lower(btrim(l.attributes ->> $8[%s], $12)), '''')', a.first)
end || ' as t' || a.no, '' order by a.no) from attribute as a where a.is_text and a.no not in (3, 17, 18)),
(select string_agg(concat(
case a.no
when 17 then ', nullif(split_part(v.t3, ''@'', 2), '''') as t17'
when 18 then ', case when position(''@'' in v.t3) > 0 then case when split_part(v.t3, ''@'', 2) in (select f.domain from public.free_email_domains as f) then ''free'' else ''corporate'' end end as t18'
end,
case when a.is_worded then format(
', '' '' || translate(%s, $13, $14) || '' '' as w%s',
case a.no
when 17 then 'nullif(split_part(v.t3, ''@'', 2), '''')'
else 'v.t' || a.no
end, a.no
) end,
case when a.is_dated then format(
', case when v.t%1$s ~ ''^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'' then $16 - (make_date(substr(v.t%1$s, 1, 4)::integer, substr(v.t%1$s, 6, 2)::integer, 1)'
|| ' + substr(v.t%1$s, 9, 2)::integer - 1) end as d%1$s',
a.no
) end,
case when a.is_number then format(', %s as n%s', case a.no
when 21 then 'v.age'
when 22 then 'v.company_employees'
when 26 then 'v.idle'
when 27 then 'v.activity_count'
else format('case when v.t%1$s ~ ''^[-+]?[0-9]{1,15}([.][0-9]{1,9})?$'' then v.t%1$s::double precision end', a.no)
end, a.no) end
), '' order by a.no) from attribute as a),
(select string_agg(c.text, ' and ' order by c.no) from checked as c),
(select string_agg(format('case when %s <= %s then %s end', t.days, t.last_day, t.next_at), ', ') from timed as t),
exists (select from attribute as a where a.no in (26, 27))
into v_keys, v_texts, v_numbers, v_points, v_low, v_high, v_attribute_keys, v_gone, v_alike, v_values, v_derived, v_checks, v_next, v_reads_activity;
execute format($sql$
select array_agg(a.id)
from (
select v.*, v.score_breakdown -> 'rules' as rules%s
from (
select
l.id, l.created_at, l.company_employees, l.lead_score, l.score_breakdown, l.rescore_at, l.deleted_at, l.score_epoch, nullif(lower(btrim(l.email, $12)), '') as t3, g.*%s
from public.leads as l
%s
cross join lateral (
select
floor(date_part('epoch', $10 - l.created_at) / 86400)::integer as age%s
) as g
where l.id = any ($1)
offset 0
) as v
offset 0
) as a
where case
when a.deleted_at is not null then a.score_epoch = 0 or a.rescore_at is not null
when a.lead_score is null then true
else not coalesce(
a.score_epoch <> 0 and a.lead_score = (a.score_breakdown -> 'score')::numeric and a.score_breakdown ->> 'version' = any ($9) and not a.rules ?| $15
and a.rescore_at is not distinct from %s and %s,
false
)
end
$sql$,
v_derived, v_values,
case when v_reads_activity then 'cross join lateral (select * from lead_sync.activity_of(l.id, l.twenty_id, $10) offset 0) as w' end,
case when v_reads_activity then
', w.activity_count, w.next_at, coalesce(w.last_at, l.created_at) as active_at, floor(date_part(''epoch'', $10 - coalesce(w.last_at, l.created_at)) / 86400)::integer as idle'
end,
case when v_next is null and not v_reads_activity then 'null::timestamptz' else format('least(%s)', concat_ws(', ', v_next, case when v_reads_activity then 'a.next_at' end)) end,
v_checks
)
into v_found
using
p_lead_ids, v_keys, v_texts, v_numbers, v_low, v_high, v_points, v_attribute_keys, v_alike, v_now, date_trunc('day', v_now, 'UTC'), e' \t\r\n\f\u000b\u00a0',
'-_.,;:/\|()[]{}&+"''!?@#*', repeat(' ', 25), v_gone, (v_now at time zone 'UTC')::date;
return coalesce(v_found, '{}');
end
$body$;
-- scoring/lock_leads.sql
create or replace function lead_sync.lock_leads(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
perform from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update;
end
$$;
-- scoring/note_chosen_segment.sql
create or replace function lead_sync.note_chosen_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
if new.segment_id is distinct from old.segment_id or (new.segment_source is null and old.segment_source is not null) then
new.segment_source := case when new.segment_id is not null and new.segment_id is distinct from old.segment_id then 'human' end;
new.segment_confidence := case when new.segment_source = 'human' then 1 end;
new.segment_id := case when new.segment_source = 'human' then new.segment_id end;
end if;
return new;
end
$$;
-- scoring/preview_scoring_rules.sql
create or replace function public.preview_scoring_rules(p_sample integer default 1000, p_version integer default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_leads public.leads[];
v_answer jsonb;
begin
if p_sample is null or p_sample not between 1 and 10000 then
raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
elsif not exists (select from lead_sync.conditions as c where c.set_no = coalesce(p_version, -1)) or p_version < 1 then
raise exception '%', case when p_version is null then 'The draft has no enabled rule' else 'There is no published version ' || p_version end
using errcode = '22023', hint = 'get_scoring_rules() lists the draft and the versions.';
end if;
select array_agg(k.l) into v_leads from (select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample) as k;
with weighed as materialized (
select w.lead_id, w.points, coalesce(w.score_before, 0) as before, least(100, greatest(0, round(w.total))) as after
from lead_sync.weigh_leads(coalesce(v_leads, '{}'), coalesce(p_version, -1)) as w
)
select jsonb_build_object(
'version', p_version,
'seen', case when p_version is null then md5(lead_sync.scoring_draft()::text) end,
'leads', (select count(*) from weighed),
'changed', (select count(*) from weighed as w where w.before <> w.after),
'average', (select jsonb_build_object('before', round(avg(w.before), 1), 'after', round(avg(w.after), 1)) from weighed as w),
'distribution', (
select jsonb_agg(jsonb_build_object(
'from', b * 10, 'to', case b when 9 then 100 else b * 10 + 9 end,
'before', (select count(*) from weighed as w where least(9, greatest(0, floor(w.before / 10))) = b),
'after', (select count(*) from weighed as w where least(9, floor(w.after / 10)) = b)
) order by b)
from generate_series(0, 9) as b
),
'rules', (
select coalesce(jsonb_agg(jsonb_build_object('rule_key', r.key, 'leads', r.leads, 'points', r.points) order by r.leads desc, r.key), '[]')
from (
select p.key, count(*) as leads, sum(p.value::numeric) as points from weighed as w cross join jsonb_each_text(w.points) as p group by p.key
) as r
),
'examples', (
select coalesce(jsonb_agg(jsonb_build_object('lead_id', e.lead_id, 'lead_name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'before', e.before, 'after', e.after, 'rules', e.points)
order by abs(e.after - e.before) desc, e.lead_id), '[]')
from (
select * from weighed as w where w.before <> w.after order by abs(w.after - w.before) desc, w.lead_id limit 20
) as e
join public.leads as l on l.id = e.lead_id
)
)
into v_answer;
return v_answer;
end
$$;
-- scoring/publish_scoring_rules.sql
create or replace function public.publish_scoring_rules(p_note text default null, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_previous integer;
v_version integer;
v_draft jsonb;
v_rules integer;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions'));
select s.version into strict v_previous from lead_sync.scoring_state as s for update;
v_draft := lead_sync.scoring_draft();
if not exists (select from lead_sync.conditions as c where c.set_no = -1) then
raise exception 'There is no enabled rule to publish' using errcode = '22023', hint = 'Add or enable rules in lead_scoring_rules; roll_back_scoring_rules(0) stops scoring.';
elsif md5(v_draft::text) <> p_seen then
raise exception 'Somebody has changed the draft since it was shown' using errcode = 'PT409', hint = 'Look at it again.';
end if;
select coalesce(max(v.version), 0) + 1 into v_version from public.lead_scoring_versions as v;
insert into public.lead_scoring_versions (version, rules, groups, note) values (v_version, v_draft -> 'rules', v_draft -> 'groups', p_note);
insert into lead_sync.conditions (
set_no, condition_key, group_key, lowest, highest, attribute_no, attribute_key, operator_no, text_value, texts, low, high, points, decay_days, timed
)
select
v_version, c.condition_key, c.group_key, c.lowest, c.highest, c.attribute_no, c.attribute_key, c.operator_no, c.text_value, c.texts, c.low, c.high,
c.points, c.decay_days, c.timed
from lead_sync.conditions as c
where c.set_no = -1;
get diagnostics v_rules = row_count;
perform lead_sync.describe_set(v_version);
update lead_sync.scoring_state as s set version = v_version, epoch = s.epoch + 1 where true;
perform public.note_action('publish_scoring_rules', jsonb_build_object('version', v_version, 'note', left(p_note, 200)));
return jsonb_build_object('version', v_version, 'rules', v_rules, 'previous', v_previous);
end
$$;
-- scoring/queue_assessed.sql
create or replace function lead_sync.queue_assessed(p_lead_ids uuid[], p_field text default null) returns void
language sql volatile set search_path = '' as $$
insert into lead_sync.lead_states as s (lead_id, due_at, due_since, changed_at)
select i.id, n.now, n.now, case when p_field is null then '{}' else jsonb_build_object(p_field, n.now) end
from unnest(p_lead_ids) as i (id)
cross join (select clock_timestamp() as now offset 0) as n
left join lead_sync.lead_states as k on k.lead_id = i.id
where p_field is not null or (k.due_at is null and k.claim_token is null)
on conflict (lead_id) do update set
changed_at = s.changed_at || excluded.changed_at,
due_at = case when s.claim_token is null then coalesce(s.due_at, excluded.due_at) else s.due_at end,
due_since = coalesce(s.due_since, excluded.due_since);
$$;
-- scoring/queue_scored_inserts.sql
create or replace function lead_sync.queue_scored_inserts() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
if lead_sync.engine_is_writing() then
perform lead_sync.queue_assessed(array(select n.id from new_leads as n where n.sync_status = 'pending'));
end if;
return null;
end
$$;
-- scoring/queue_scored_update.sql
create or replace function lead_sync.queue_scored_update() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
if lead_sync.engine_is_writing() then
perform lead_sync.queue_assessed(array[new.id]);
end if;
return null;
end
$$;
-- scoring/refuse_version_edit.sql
create or replace function lead_sync.refuse_version_edit() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
raise exception 'Published rules cannot be edited: version % stays as it was published', old.version
using errcode = '22023', hint = 'Edit lead_scoring_rules and publish a new version, or roll back to another one.';
end
$$;
-- scoring/roll_back_scoring_rules.sql
create or replace function public.roll_back_scoring_rules(p_version integer default null, p_restore_draft boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_previous integer;
v_version integer := p_version;
v_published public.lead_scoring_versions;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions'));
select s.version into strict v_previous from lead_sync.scoring_state as s for update;
if v_version is null then
select coalesce(max(v.version), 0) into v_version from public.lead_scoring_versions as v where v.version < v_previous;
end if;
select * into v_published from public.lead_scoring_versions as v where v.version = v_version;
if not found and v_version <> 0 then
raise exception 'There is no published version %', v_version using errcode = '22023', hint = 'get_scoring_rules() lists the versions.';
end if;
if p_restore_draft and v_version <> 0 then
delete from public.lead_scoring_rules as r where not exists (select from jsonb_array_elements(v_published.rules) as p where p ->> 'rule_key' = r.rule_key);
delete from public.lead_scoring_groups as g where not exists (select from jsonb_array_elements(v_published.groups) as p where p ->> 'rule_group' = g.rule_group);
insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
select g.rule_group, g.lowest, g.highest, g.description
from jsonb_to_recordset(v_published.groups) as g (rule_group text, lowest numeric, highest numeric, description text)
on conflict (rule_group) do update set lowest = excluded.lowest, highest = excluded.highest, description = excluded.description;
insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, enabled, description)
select r.rule_key, r.rule_group, r.attribute, r.operator, nullif(r.value, 'null'), r.points, r.decay_days, r.enabled, r.description
from jsonb_to_recordset(v_published.rules) as r (
rule_key text, rule_group text, attribute text, operator text, value jsonb, points numeric, decay_days integer, enabled boolean, description text
)
on conflict (rule_key) do update set
rule_group = excluded.rule_group, attribute = excluded.attribute, operator = excluded.operator, value = excluded.value, points = excluded.points,
decay_days = excluded.decay_days, enabled = excluded.enabled, description = excluded.description;
end if;
update lead_sync.scoring_state as s set version = v_version, epoch = s.epoch + 1 where true;
perform public.note_action('roll_back_scoring_rules', jsonb_build_object('version', v_version, 'draft', p_restore_draft));
return jsonb_build_object(
'version', v_version, 'rules', (select count(*) from lead_sync.conditions as c where c.set_no = v_version and v_version > 0), 'previous', v_previous
);
end
$$;
-- scoring/save_scoring_group.sql
create or replace function public.save_scoring_group(p_group jsonb, p_delete boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_problems jsonb;
begin
if jsonb_typeof(p_group) is distinct from 'object' or coalesce(btrim(p_group ->> 'rule_group'), '') = '' or pg_column_size(p_group) > 16384 then
raise exception 'p_group must be an object with a rule_group' using errcode = '22023';
elsif p_delete then
delete from public.lead_scoring_groups as g where g.rule_group = p_group ->> 'rule_group';
return '{"saved": true, "problems": {}}';
end if;
v_problems := lead_sync.change_problems(null::public.lead_scoring_groups, p_group);
if v_problems = '{}' then
insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
select g.rule_group, g.lowest, g.highest, g.description from jsonb_populate_record(null::public.lead_scoring_groups, p_group) as g
on conflict (rule_group) do update set lowest = excluded.lowest, highest = excluded.highest, description = excluded.description;
end if;
return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
$$;
-- scoring/save_scoring_rule.sql
create or replace function public.save_scoring_rule(p_rule jsonb, p_delete boolean default false, p_new boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_rule public.lead_scoring_rules;
v_problems jsonb;
begin
if jsonb_typeof(p_rule) is distinct from 'object' or pg_column_size(p_rule) > 65536 then
raise exception 'p_rule must be an object of at most 64 kB' using errcode = '22023';
elsif p_delete then
delete from public.lead_scoring_rules as r where r.rule_key = p_rule ->> 'rule_key';
return jsonb_build_object('saved', found, 'problems', case when found then '{}'::jsonb else '{"rule_key": "There is no such rule."}' end);
end if;
select * into v_rule from public.lead_scoring_rules as r where r.rule_key = p_rule ->> 'rule_key' for update;
if not found then
v_rule.rule_group := 'other';
v_rule.enabled := true;
v_rule.updated_at := now();
end if;
v_problems := lead_sync.change_problems(v_rule, p_rule - 'value');
if v_problems = '{}' then
v_rule := jsonb_populate_record(v_rule, p_rule);
v_rule.value := nullif(v_rule.value, 'null');
v_problems := lead_sync.scoring_rule_problems(v_rule);
end if;
if v_problems = '{}' then
insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, enabled, description)
values (v_rule.rule_key, v_rule.rule_group, v_rule.attribute, v_rule.operator, v_rule.value, v_rule.points, v_rule.decay_days, v_rule.enabled, v_rule.description)
on conflict (rule_key) do update set
rule_group = excluded.rule_group, attribute = excluded.attribute, operator = excluded.operator, value = excluded.value, points = excluded.points,
decay_days = excluded.decay_days, enabled = excluded.enabled, description = excluded.description
where p_new is not true;
if not found then
v_problems := '{"rule_key": "Another rule has this name."}';
end if;
end if;
return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
$$;
-- scoring/scoring_draft.sql
create or replace function lead_sync.scoring_draft() returns jsonb
language sql stable set search_path = '' as $$
select jsonb_build_object(
'rules', (select coalesce(jsonb_agg(to_jsonb(r) - 'updated_at' order by r.rule_key), '[]') from public.lead_scoring_rules as r),
'groups', (select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g)
)
$$;
-- scoring/scoring_rule_problems.sql
create or replace function lead_sync.scoring_rule_problems(p_rule public.lead_scoring_rules) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_problem text := lead_sync.condition_problem(p_rule.attribute, p_rule.operator, nullif(p_rule.value, 'null'));
begin
return jsonb_strip_nulls(jsonb_build_object(
'rule_key', case when p_rule.rule_key is null or p_rule.rule_key !~ '^[a-z0-9][a-z0-9_]{0,62}$' then
'a rule''s key has up to 63 small letters, digits and underscores, e.g. job_title_c_level'
end,
'rule_group', case when btrim(p_rule.rule_group) = '' then 'rule_group is blank: name a group, e.g. role' end,
'points', case when p_rule.points is null or p_rule.points not between -100 and 100 then 'points must be between -100 and 100, got ' || coalesce(p_rule.points::text, 'nothing') end,
'decay_days', case when p_rule.decay_days not between 1 and 3650 then 'decay_days must be between 1 and 3650, got ' || p_rule.decay_days || '; leave it empty for points that stay' end
) || lead_sync.condition_problem_at(v_problem));
end
$$;
-- scoring/scoring_state_in_use.sql
create or replace function lead_sync.scoring_state_in_use() returns lead_sync.scoring_state
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_state lead_sync.scoring_state;
v_told integer;
begin
loop
select * into strict v_state from lead_sync.scoring_state;
exit when v_state.epoch = v_told;
perform pg_advisory_xact_lock_shared(hashtext('lead_sync.scoring_state'), v_state.epoch);
v_told := v_state.epoch;
end loop;
return v_state;
end
$$;
-- scoring/take_stale_leads.sql
create or replace function lead_sync.take_stale_leads(p_epoch integer, p_limit integer) returns uuid[]
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_now timestamptz := clock_timestamp();
v_ids uuid[];
v_page uuid[];
v_range lead_sync.scoring_ranges;
v_from uuid;
v_is_sure boolean;
begin
v_ids := array(select l.id from public.leads as l where l.score_epoch = 0 order by l.id limit p_limit for no key update skip locked);
v_ids := v_ids || array(
select l.id from public.leads as l
where l.rescore_at <= v_now and l.score_epoch <> 0 and (select s.version from lead_sync.scoring_state as s) > 0
order by l.rescore_at
limit p_limit - cardinality(v_ids)
for no key update skip locked
);
while cardinality(v_ids) < p_limit loop
v_is_sure := not exists (
select from pg_catalog.pg_locks as k
where k.locktype = 'advisory' and k.classid = (hashtext('lead_sync.scoring_state')::bigint & 4294967295)::oid and k.objsubid = 2 and k.objid::bigint < p_epoch
and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = current_database())
);
select * into v_range
from lead_sync.scoring_ranges as r
where r.epoch < p_epoch or (not r.is_sure and v_is_sure)
order by r.range_no
limit 1
for update skip locked;
exit when not found;
if v_range.target <> p_epoch or v_range.epoch = p_epoch then
v_range.epoch := least(v_range.epoch, p_epoch - 1);
v_range.target := p_epoch;
v_range.position := null;
v_range.is_sure := true;
end if;
v_from := coalesce(v_range.position, (to_hex(v_range.range_no) || '0000000-0000-0000-0000-000000000000')::uuid);
v_page := array(
select l.id from public.leads as l
where l.id >= v_from and l.id is distinct from v_range.position
and l.id <= (to_hex(v_range.range_no) || 'fffffff-ffff-ffff-ffff-ffffffffffff')::uuid
and l.score_epoch < p_epoch and l.score_epoch <> 0 and l.deleted_at is null
order by l.id
limit p_limit - cardinality(v_ids)
);
update lead_sync.scoring_ranges as r set
epoch = case when cardinality(v_page) < p_limit - cardinality(v_ids) then p_epoch else v_range.epoch end,
target = p_epoch,
position = case when cardinality(v_page) = p_limit - cardinality(v_ids) then v_page[cardinality(v_page)] end,
is_sure = v_range.is_sure and v_is_sure
where r.range_no = v_range.range_no;
v_ids := v_ids || v_page;
end loop;
return v_ids;
end
$$;
-- scoring/weigh_leads.sql
create or replace function lead_sync.weigh_leads(p_leads public.leads[], p_set_no integer)
returns table (
lead_id uuid, total numeric, points jsonb, groups jsonb, score numeric, breakdown jsonb, next_at timestamptz, score_before numeric, segment_before uuid, status_before text
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set jit = off set enable_memoize = off as $$
declare
v_now timestamptz := clock_timestamp();
v_used boolean[];
v_today timestamptz := date_trunc('day', v_now, 'UTC');
v_worded integer[];
v_dated integer[];
v_keys text[];
v_white constant text := e' \t\r\n\f\u000b\u00a0';
v_marks constant text := '-_.,;:/\|()[]{}&+"''!?@#*';
v_spaces constant text := repeat(' ', length(v_marks));
v_number constant text := '^[-+]?[0-9]{1,15}([.][0-9]{1,9})?$';
begin
select
s.used, s.keys, array(select w.no from unnest(s.worded) with ordinality as w (worded, no) where w.worded),
array(select w.no from unnest(s.dated) with ordinality as w (dated, no) where w.dated and w.no <> 16)
into v_used, v_keys, v_worded, v_dated
from lead_sync.condition_sets as s
where s.set_no = p_set_no;
return query
with condition as materialized (
select c.*, row_number() over (order by c.condition_key) as no, array_position(v_worded, c.attribute_no) as word_no, array_position(v_dated, c.attribute_no) as day_no
from lead_sync.conditions as c
where c.set_no = p_set_no
order by c.condition_key
),
timed_condition as materialized (
select c.attribute_no, c.day_no, c.operator_no = 14 and c.attribute_no <> 16 as is_day, greatest(c.low, c.high, c.decay_days) as last_day
from condition as c
where c.timed
),
weighed as materialized (
select l.id, p.points, t.next_at, l.lead_score, l.segment_id, l.sync_status
from unnest(p_leads) as l
cross join lateral (
select
lower(nullif(btrim(l.email, v_white), '')) as email,
floor(date_part('epoch', v_now - l.created_at) / 86400)::integer as age,
v.activity_count, v.next_at as next_activity_at, coalesce(v.last_at, l.created_at) as active_at,
floor(date_part('epoch', v_now - coalesce(v.last_at, l.created_at)) / 86400)::integer as idle
from (select) as always
left join lateral (select a.* from lead_sync.activity_of(l.id, l.twenty_id, v_now) as a where v_used[26] or v_used[27] offset 0) as v on true
offset 0
) as b
cross join lateral (
select array[
case when v_used[1] then nullif(lower(btrim(l.first_name, v_white)), '') end,
case when v_used[2] then nullif(lower(btrim(l.last_name, v_white)), '') end,
b.email,
case when v_used[4] then nullif(lower(btrim(l.phone, v_white)), '') end,
case when v_used[5] then nullif(lower(btrim(l.job_title, v_white)), '') end,
case when v_used[6] then nullif(lower(btrim(l.company_name, v_white)), '') end,
case when v_used[7] then nullif(lower(btrim(l.company_domain, v_white)), '') end,
case when v_used[8] then nullif(lower(btrim(l.company_size, v_white)), '') end,
case when v_used[9] then nullif(lower(btrim(l.city, v_white)), '') end,
case when v_used[10] then nullif(lower(btrim(l.region, v_white)), '') end,
case when v_used[11] then nullif(lower(btrim(l.country, v_white)), '') end,
case when v_used[12] then nullif(lower(btrim(l.postal_code, v_white)), '') end,
case when v_used[13] then nullif(lower(btrim(l.linkedin_url, v_white)), '') end,
case when v_used[14] then nullif(lower(btrim(l.lead_source, v_white)), '') end,
case when v_used[15] then nullif(lower(btrim(l.lead_status, v_white)), '') end,
case when v_used[16] then l.created_at::text end,
case when v_used[17] then nullif(split_part(b.email, '@', 2), '') end,
case when v_used[18] and position('@' in b.email) > 0 then
case when split_part(b.email, '@', 2) in (select f.domain from public.free_email_domains as f) then 'free' else 'corporate' end
end,
case when v_used[19] then lower(lead_sync.phone_country(l.phone)) end,
case when v_used[20] then lower(lead_sync.country_code(l.country)) end,
case when v_used[21] then b.age::text end,
case when v_used[22] then l.company_employees::text end,
lower(l.company_size_band),
lower(l.income_tier),
case when v_used[25] and l.segment_id is not null then (select lower(btrim(s.segment_name)) from public.customer_segments as s where s.id = l.segment_id) end,
case when v_used[26] then b.idle::text end,
case when v_used[27] then b.activity_count::text end
] || case when v_keys is not null then (
select array_agg(nullif(lower(btrim(l.attributes ->> k.key, v_white)), '') order by k.ordinality) from unnest(v_keys) with ordinality as k (key)
) end as texts
offset 0
) as a
cross join lateral (
select
array(select ' ' || translate(a.texts[w.no], v_marks, v_spaces) || ' ' from unnest(v_worded) as w (no)) as words,
array(
select case when a.texts[w.no] is not null then floor(date_part('epoch', v_now - lead_sync.day_in(a.texts[w.no])) / 86400)::integer end from unnest(v_dated) as w (no)
) as days
offset 0
) as d
cross join lateral (
select array(
select case
when not coalesce(case c.operator_no
when 1 then a.texts[c.attribute_no] = c.text_value
when 2 then a.texts[c.attribute_no] is distinct from c.text_value
when 3 then a.texts[c.attribute_no] = any (c.texts)
when 4 then a.texts[c.attribute_no] is null or a.texts[c.attribute_no] <> all (c.texts)
when 5 then a.texts[c.attribute_no] like any (c.texts)
when 6 then d.words[c.word_no] like any (c.texts)
when 9 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision > c.low end
when 10 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision < c.low end
when 11 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision between c.low and c.high end
when 12 then a.texts[c.attribute_no] is not null
when 13 then a.texts[c.attribute_no] is null
when 14 then case when c.attribute_no = 16 then b.age else d.days[c.day_no] end between 0 and c.low
end, false) then null
when c.decay_days is null then c.points
else trim_scale(round(
c.points * greatest(0, c.decay_days - greatest(0, case when c.operator_no = 14 and c.attribute_no <> 16 then d.days[c.day_no] else b.age end)) / c.decay_days, 2
))
end
from condition as c
) as points
offset 0
) as p
cross join lateral (
select least(b.next_activity_at, min(case
when n.is_day then v_today + make_interval(hours => 24 * greatest(1, -n.days))
else n.since + make_interval(hours => 24 * greatest(0, n.days + 1))
end)) as next_at
from (
select c.is_day, c.last_day, k.since, case when c.is_day then d.days[c.day_no] when c.attribute_no = 26 then b.idle else b.age end as days
from timed_condition as c
cross join lateral (select case when c.attribute_no = 26 then b.active_at else l.created_at end as since) as k
) as n
where n.days <= n.last_day
) as t
)
select f.lead_id, w.total, w.points, w.groups, r.score, r.breakdown, f.next_at, f.score_before, f.segment_before, f.status_before
from (
select
k.points, array_agg(k.id) as ids, array_agg(k.next_at) as next_ats, array_agg(k.lead_score) as scores, array_agg(k.segment_id) as segments, array_agg(k.sync_status) as statuses
from weighed as k
group by k.points
) as g
cross join lateral (
select
coalesce(sum(p.group_points) filter (where p.is_first), 0) as total,
coalesce(jsonb_object_agg(p.condition_key, p.points), '{}') as points,
coalesce(jsonb_object_agg(p.group_key, p.group_points) filter (where p.is_first), '{}') as groups
from (
select
c.condition_key, c.group_key, m.points,
row_number() over by_group = 1 as is_first,
least(greatest(sum(m.points) over by_group, c.lowest), c.highest) as group_points
from unnest(g.points) with ordinality as m (points, no)
join condition as c on c.no = m.no
where m.points is not null
window by_group as (partition by c.group_key)
) as p
offset 0
) as w
cross join lateral (
select s.score, jsonb_build_object('version', p_set_no, 'scored_at', v_now, 'raw', w.total, 'score', s.score, 'rules', w.points, 'groups', w.groups) as breakdown
from (select least(100, greatest(0, round(w.total))) as score) as s
offset 0
) as r
cross join lateral unnest(g.ids, g.next_ats, g.scores, g.segments, g.statuses) as f (lead_id, next_at, score_before, segment_before, status_before);
end
$$;
-- scoring/write_scores.sql
create or replace function lead_sync.write_scores(p_lead_ids uuid[], p_state lead_sync.scoring_state) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_leads public.leads[];
v_changed uuid[];
v_due uuid[];
begin
select array_agg(l) into v_leads
from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
where l.deleted_at is null;
perform set_config('lead_sync.prepared', 'on', true);
with weighed as materialized (
select w.* from lead_sync.weigh_leads(v_leads, p_state.version) as w
),
write_leads as (
update public.leads as l set
lead_score = w.score,
score_breakdown = w.breakdown,
score_epoch = p_state.epoch,
rescore_at = w.next_at,
updated_at = clock_timestamp(),
sync_status = case when w.score is distinct from w.score_before and l.sync_status in ('synced', 'outside') then 'pending' else l.sync_status end
from weighed as w
where l.id = w.lead_id
)
select array_agg(w.lead_id), array_agg(w.lead_id) filter (where w.status_before <> 'error')
into v_changed, v_due
from weighed as w
where w.score is distinct from w.score_before;
perform set_config('lead_sync.prepared', 'off', true);
perform lead_sync.queue_assessed(v_due, 'lead_score');
if cardinality(p_lead_ids) > coalesce(cardinality(v_leads), 0) then
update public.leads as l set score_epoch = p_state.epoch, rescore_at = null
from unnest(p_lead_ids) as i (id)
where l.id = i.id and l.deleted_at is not null;
end if;
return coalesce(cardinality(v_changed), 0);
end
$$;
-- segments/ai_answer_problem.sql
create or replace function lead_sync.ai_answer_problem(p_answer jsonb) returns text
language sql stable set search_path = '' as $$
select case
when jsonb_typeof(p_answer) is distinct from 'object' then 'The answer is not an object: expected {"lead_id": …, "segment": …, "confidence": 0.8}'
when not coalesce(lead_sync.is_uuid(p_answer ->> 'lead_id'), false) then 'lead_id must be the UUID of a lead, got ' || coalesce(left(p_answer ->> 'lead_id', 60), 'nothing')
when coalesce(jsonb_typeof(p_answer -> 'segment'), 'null') not in ('string', 'null') then 'Lead ' || (p_answer ->> 'lead_id') || ': segment must be a name or null'
when jsonb_typeof(p_answer -> 'segment') = 'string'
and not exists (select from public.customer_segments as s where s.enabled and lower(s.segment_name) = lower(btrim(p_answer ->> 'segment'))) then
'Lead ' || (p_answer ->> 'lead_id') || ': there is no segment "' || left(p_answer ->> 'segment', 60) || '"'
when jsonb_typeof(p_answer -> 'segment') = 'string' and jsonb_typeof(p_answer -> 'confidence') is distinct from 'number' then
'Lead ' || (p_answer ->> 'lead_id') || ': confidence must be a number from 0 to 1'
when jsonb_typeof(p_answer -> 'segment') = 'string' and (p_answer ->> 'confidence')::numeric not between 0 and 1 then
'Lead ' || (p_answer ->> 'lead_id') || ': confidence must be from 0 to 1, got ' || left(p_answer ->> 'confidence', 20)
end
$$;
-- segments/all_segments.sql
create or replace function lead_sync.all_segments() returns jsonb
language sql stable set search_path = '' as $$
select coalesce(jsonb_agg(to_jsonb(s) - 'created_at' order by s.id), '[]') from public.customer_segments as s
$$;
-- segments/apply_ai_segments.sql
create or replace function public.apply_ai_segments(p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_now timestamptz := clock_timestamp();
v_state lead_sync.scoring_state;
v_attributes text[];
v_offered text := coalesce(lead_sync.offered_segments(), '');
v_ids uuid[];
v_applied uuid[];
v_due uuid[];
v_results jsonb;
begin
if jsonb_typeof(p_results) is distinct from 'array' then
raise exception 'p_results must be an array of {lead_id, segment, confidence}' using errcode = '22023';
elsif jsonb_array_length(p_results) > 1000 then
raise exception 'At most 1,000 answers a call, got %', jsonb_array_length(p_results) using errcode = '22023', hint = 'Send smaller batches.';
end if;
select s.ai_attributes into strict v_attributes from lead_sync.settings as s;
v_state := lead_sync.scoring_state_in_use();
perform set_config('lead_sync.engine', 'on', true);
select array_agg(k.id) into v_ids
from (
select l.id from public.leads as l
where l.id in (select (a ->> 'lead_id')::uuid from jsonb_array_elements(p_results) as a where lead_sync.ai_answer_problem(a) is null)
order by l.id
for no key update
) as k;
with answer as materialized (
select a.ordinality, a.value, p.problem, case when lead_sync.is_uuid(a.value ->> 'lead_id') then (a.value ->> 'lead_id')::uuid end as lead_id,
case when p.problem is null then least(0.9, trim_scale(round((a.value ->> 'confidence')::numeric, 4))) end as confidence,
row_number() over (partition by a.value ->> 'lead_id', p.problem is null order by a.ordinality desc) > 1 as repeated
from jsonb_array_elements(p_results) with ordinality as a
cross join lateral (select lead_sync.ai_answer_problem(a.value) as problem) as p
),
judged as materialized (
select a.*, s.id as segment_id, s.segment_name, l.id is not null as is_known, l.segment_id as segment_before, l.sync_status, lead_sync.facts_for_ai(l, v_attributes) as facts,
case
when a.problem is not null then 'rejected'
when l.id is null or a.repeated then 'rejected'
when l.deleted_at is not null or s.id is null then 'kept'
when l.segment_source = 'human' then 'kept'
when l.segment_source = 'rules' and l.segment_confidence >= a.confidence then 'kept'
else 'applied'
end as result,
case
when a.problem is not null then a.problem
when l.id is null then 'There is no lead ' || a.lead_id
when a.repeated then 'Lead ' || a.lead_id || ' is answered again later in this list'
when l.deleted_at is not null then 'The lead is deleted'
when s.id is null then 'No segment fits, says AI'
when l.segment_source = 'human' then 'Somebody chose the segment by hand'
when l.segment_source = 'rules' and l.segment_confidence >= a.confidence then 'The rules are at least as sure'
end as reason
from answer as a
left join public.leads as l on l.id = a.lead_id
left join public.customer_segments as s on a.problem is null and s.enabled and lower(s.segment_name) = lower(btrim(a.value ->> 'segment'))
),
remember as (
insert into lead_sync.ai_answers as w (lead_id, facts, offered, segment_id, confidence, rejections, answered_at)
select distinct on (j.lead_id)
j.lead_id, md5(coalesce(j.value -> 'facts', j.facts)::text), v_offered, j.segment_id, j.confidence, (j.result = 'rejected')::integer, v_now
from judged as j
where j.is_known
order by j.lead_id, j.result = 'rejected'
on conflict (lead_id) do update set
facts = excluded.facts, offered = excluded.offered, segment_id = excluded.segment_id, confidence = excluded.confidence,
rejections = excluded.rejections
+ case when excluded.rejections > 0 and w.facts = excluded.facts and w.offered = excluded.offered then w.rejections else 0 end,
answered_at = excluded.answered_at
),
write_leads as (
update public.leads as l set
segment_id = j.segment_id, segment_confidence = j.confidence, segment_source = 'ai',
sync_status = case when j.segment_id is distinct from j.segment_before and l.sync_status in ('synced', 'outside') then 'pending' else l.sync_status end
from judged as j
where l.id = j.lead_id and j.result = 'applied'
)
select
coalesce(jsonb_agg(
jsonb_build_object(
'lead_id', case when jsonb_typeof(j.value) = 'object' then j.value -> 'lead_id' end, 'result', j.result, 'segment', j.segment_name,
'confidence', j.confidence, 'reason', j.reason
) order by j.ordinality
), '[]'),
array_agg(j.lead_id) filter (where j.result = 'applied'),
array_agg(j.lead_id) filter (where j.result = 'applied' and j.segment_id is distinct from j.segment_before and j.sync_status <> 'error')
into v_results, v_applied, v_due
from judged as j;
perform lead_sync.queue_assessed(v_due);
if v_applied is not null and v_state.version > 0 then
perform lead_sync.write_scores(v_applied, v_state);
end if;
perform set_config('lead_sync.engine', 'off', true);
return jsonb_build_object(
'applied', (select count(*) from jsonb_array_elements(v_results) as r where r ->> 'result' = 'applied'),
'kept', (select count(*) from jsonb_array_elements(v_results) as r where r ->> 'result' = 'kept'),
'rejected', (select count(*) from jsonb_array_elements(v_results) as r where r ->> 'result' = 'rejected'),
'results', v_results
);
end
$$;
-- segments/check_segment.sql
create or replace function lead_sync.check_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
v_problems jsonb := lead_sync.segment_problems(new) - 'segment_name';
begin
if v_problems <> '{}' then
raise exception 'Segment "%": %', new.segment_name, coalesce(v_problems ->> 'threshold', v_problems ->> 'criteria')
using errcode = '22023', hint = 'The segment was not saved. Correct it and save it again.';
end if;
return new;
end
$$;
-- segments/classify_lead_segments.sql
create or replace function public.classify_lead_segments(
p_lead_ids uuid[] default null, p_scope text default 'undecided', p_limit integer default 5000, p_position uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_state lead_sync.scoring_state;
v_ids uuid[];
v_stale uuid[];
v_answer jsonb := '{"changed": 0, "undecided": 0}';
begin
perform lead_sync.check_step(p_lead_ids, p_scope, array['undecided', 'all'], p_limit);
perform set_config('lead_sync.engine', 'on', true);
v_ids := lead_sync.leads_to_assess(p_lead_ids, case when p_lead_ids is null then p_scope else 'ids' end, p_limit, p_position);
if v_ids <> '{}' then
perform lead_sync.lock_leads(v_ids);
v_state := lead_sync.scoring_state_in_use();
v_answer := lead_sync.write_segments(v_ids);
if v_state.version > 0 then
select array_agg(l.id) into v_stale
from public.leads as l join unnest(v_ids) as i (id) on i.id = l.id
where l.score_epoch = 0;
if v_stale is not null then
perform lead_sync.write_scores(v_stale, v_state);
end if;
end if;
end if;
perform set_config('lead_sync.engine', 'off', true);
return v_answer || jsonb_build_object(
'classified', cardinality(v_ids),
'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
'position', case when p_lead_ids is null then coalesce(v_ids[cardinality(v_ids)], p_position) end
);
end
$$;
-- segments/classify_leads.sql
create or replace function lead_sync.classify_leads(p_leads public.leads[])
returns table (
lead_id uuid, segment_id uuid, confidence numeric, source text, segment_before uuid, confidence_before numeric, source_before text, status_before text
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set jit = off as $$
begin
return query
with segment as materialized (
select s.id, s.id::text as key, s.priority, s.threshold, s.segment_name from public.customer_segments as s where s.enabled
)
select
l.id,
case when k.kept then l.segment_id else f.id end,
case when k.kept then l.segment_confidence else f.confidence end,
case when k.kept then l.segment_source when f.id is not null then 'rules' end,
l.segment_id, l.segment_confidence, l.segment_source, l.sync_status
from unnest(p_leads) as l
join lead_sync.weigh_leads(p_leads, 0) as w on w.lead_id = l.id
left join lateral (
select s.id, trim_scale(round((g.value #>> '{}')::numeric, 4)) as confidence
from jsonb_each(w.groups) as g
join segment as s on s.key = g.key
where round((g.value #>> '{}')::numeric, 4) >= s.threshold
order by s.priority, 2 desc, s.segment_name
limit 1
) as f on true
cross join lateral (
select coalesce(l.segment_source = 'human', false) or coalesce(
l.segment_source = 'ai' and l.segment_confidence > coalesce(f.confidence, 0) and exists (select from segment as s where s.id = l.segment_id), false
) as kept
) as k;
end
$$;
-- segments/compile_segments.sql
create or replace function lead_sync.compile_segments() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
v_before text;
v_changed boolean := false;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions'));
select string_agg(c::text, ' ' order by c.condition_key) into v_before from lead_sync.conditions as c where c.set_no = 0;
perform lead_sync.compile_conditions(0, coalesce((
select jsonb_agg(c.value || jsonb_build_object(
'condition_key', s.id || ' ' || c.ordinality, 'group_key', s.id, 'points', coalesce((c.value ->> 'weight')::numeric, 1) / w.total
))
from public.customer_segments as s
cross join lateral (
select sum(coalesce((e ->> 'weight')::numeric, 1)) as total from jsonb_array_elements(s.criteria) as e
) as w
cross join lateral jsonb_array_elements(s.criteria) with ordinality as c
where s.enabled
), '[]'));
if tg_op = 'UPDATE' then
v_changed := exists (
select n.id, n.segment_name, n.threshold, n.priority, n.enabled from new_segments as n
except select o.id, o.segment_name, o.threshold, o.priority, o.enabled from old_segments as o
);
end if;
if v_changed or v_before is distinct from (select string_agg(c::text, ' ' order by c.condition_key) from lead_sync.conditions as c where c.set_no = 0) then
update lead_sync.scoring_state as s set epoch = s.epoch + 1, segments_epoch = s.epoch + 1 where true;
end if;
return null;
end
$$;
-- segments/facts_for_ai.sql
create or replace function lead_sync.facts_for_ai(p_lead public.leads, p_attributes text[]) returns jsonb
language sql stable set search_path = '' as $$
select jsonb_strip_nulls(jsonb_build_object(
'job_title', lead_sync.without_personal_data(p_lead.job_title),
'company_size', lead_sync.without_personal_data(p_lead.company_size),
'company_size_band', p_lead.company_size_band,
'country', lead_sync.without_personal_data(p_lead.country),
'region', lead_sync.without_personal_data(p_lead.region),
'income_tier', p_lead.income_tier,
'email_type', case
when position('@' in p_lead.email) = 0 then null
when exists (select from public.free_email_domains as f where f.domain = lower(btrim(split_part(p_lead.email, '@', 2), e' \t\r\n\f\u000b\u00a0'))) then 'free'
else 'corporate'
end,
'lead_source', lead_sync.without_personal_data(p_lead.lead_source),
'attributes', (
select jsonb_object_agg(a.key, lead_sync.without_personal_data(a.value))
from jsonb_each_text(p_lead.attributes) as a
where a.key = any (p_attributes)
)
))
$$;
-- segments/get_leads_to_classify.sql
create or replace function public.get_leads_to_classify(p_limit integer default 20, p_threshold numeric default 0.7, p_position uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_attributes text[];
v_offered text := lead_sync.offered_segments();
v_leads jsonb;
begin
if p_limit is null or p_limit not between 1 and 200 then
raise exception 'p_limit must be between 1 and 200, got %', p_limit using errcode = '22023';
elsif p_threshold is null or p_threshold not between 0 and 1 then
raise exception 'p_threshold must be between 0 and 1, got %', p_threshold using errcode = '22023';
end if;
select s.ai_attributes into strict v_attributes from lead_sync.settings as s;
select coalesce(jsonb_agg(k.item order by k.id), '[]') into v_leads
from (
select l.id, jsonb_build_object(
'lead_id', l.id, 'facts', f.facts, 'rules_segment', s.segment_name, 'rules_confidence', case when s.id is not null then l.segment_confidence end
) as item
from public.leads as l
left join public.customer_segments as s on s.id = l.segment_id and l.segment_source = 'rules'
left join lead_sync.ai_answers as a on a.lead_id = l.id
cross join lateral (select lead_sync.facts_for_ai(l, v_attributes) as facts offset 0) as f
where (p_position is null or l.id > p_position)
and l.deleted_at is null
and l.segment_source is distinct from 'human'
and (l.segment_id is null or l.segment_source = 'ai' or l.segment_confidence < p_threshold)
and f.facts <> '{}'
and v_offered is not null
and (
a.facts is distinct from md5(f.facts::text)
or (a.segment_id is null and (a.offered <> v_offered or a.rejections between 1 and 2))
)
order by l.id
limit p_limit + 1
) as k;
return jsonb_build_object(
'segments', (
select coalesce(jsonb_agg(jsonb_build_object('segment', s.segment_name, 'description', s.description) order by s.priority, s.segment_name), '[]')
from public.customer_segments as s where s.enabled
),
'leads', jsonb_path_query_array(v_leads, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
'has_next', jsonb_array_length(v_leads) > p_limit,
'position', v_leads -> least(p_limit, jsonb_array_length(v_leads)) - 1 -> 'lead_id'
);
end
$$;
-- segments/get_segments.sql
create or replace function public.get_segments() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object(
'segments', (
select coalesce(jsonb_agg(
coalesce(to_jsonb(s) - 'created_at', jsonb_build_object('id', d.segment_id)) || jsonb_build_object('draft', d.segment)
order by coalesce(s.priority, (d.segment ->> 'priority')::integer), coalesce(s.segment_name, d.segment ->> 'segment_name')
), '[]')
from public.customer_segments as s full join lead_sync.segment_drafts as d on d.segment_id = s.id
),
'drafts', (select count(*) from lead_sync.segment_drafts),
'versions', (
select coalesce(jsonb_agg(jsonb_build_object(
'version', v.version, 'published_at', v.published_at, 'published_by', v.published_by, 'note', v.note, 'segments', jsonb_array_length(v.segments)
) order by v.version desc), '[]')
from (select * from lead_sync.segment_versions as n order by n.version desc limit 50) as v
),
'attributes', to_jsonb(array_remove(lead_sync.scoring_attributes(), 'segment')),
'operators', to_jsonb(lead_sync.scoring_operators())
)
$$;
-- segments/offered_segments.sql
create or replace function lead_sync.offered_segments() returns text
language sql stable set search_path = '' as $$
select md5(string_agg(concat_ws(e'\t', s.segment_name, s.description), e'\n' order by s.segment_name))
from public.customer_segments as s where s.enabled
$$;
-- segments/preview_segments.sql
create or replace function public.preview_segments(p_sample integer default 1000, p_version integer default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_segments jsonb := lead_sync.segments_to_set(p_version);
v_leads public.leads[];
v_answer jsonb;
begin
if p_sample is null or p_sample not between 1 and 10000 then
raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
end if;
select array_agg(k.l) into v_leads from (select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample) as k;
begin
perform lead_sync.set_segments(v_segments, false);
with names as materialized (
select s.id, coalesce(n.value ->> 'segment_name', s.segment_name) as name
from public.customer_segments as s left join jsonb_array_elements(v_segments) as n on n.value ->> 'id' = s.id::text
),
classified as materialized (
select c.lead_id, b.name as before, a.name as after
from lead_sync.classify_leads(coalesce(v_leads, '{}')) as c
left join names as b on b.id = c.segment_before
left join names as a on a.id = c.segment_id
)
select jsonb_build_object(
'seen', md5(v_segments::text),
'leads', (select count(*) from classified),
'changed', (select count(*) from classified as c where c.before is distinct from c.after),
'segments', (
select coalesce(jsonb_agg(to_jsonb(g) order by g.after desc, g.segment), '[]')
from (
select s.segment, count(*) filter (where s.is_before) as before, count(*) filter (where not s.is_before) as after
from (select c.before as segment, true as is_before from classified as c union all select c.after, false from classified as c) as s
group by s.segment
) as g
),
'examples', (
select coalesce(jsonb_agg(jsonb_build_object(
'lead_id', l.id, 'lead_name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'before', e.before, 'after', e.after
) order by l.id), '[]')
from (select * from classified as c where c.before is distinct from c.after order by c.lead_id limit 20) as e
join public.leads as l on l.id = e.lead_id
)
)
into v_answer;
raise exception using errcode = 'LSPRE';
exception when sqlstate 'LSPRE' then
null;
end;
return v_answer;
end
$$;
-- segments/publish_segments.sql
create or replace function public.publish_segments(p_note text default null, p_version integer default null, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_version integer;
v_segments jsonb;
v_last jsonb;
begin
lock table lead_sync.segment_versions, lead_sync.segment_drafts in share row exclusive mode;
v_segments := lead_sync.segments_to_set(p_version);
if md5(v_segments::text) <> p_seen then
raise exception 'Somebody has changed the segments since they were shown' using errcode = 'PT409', hint = 'Look at them again.';
end if;
select v.version, v.segments into v_version, v_last from lead_sync.segment_versions as v order by v.version desc limit 1;
v_version := coalesce(v_version, 0);
if v_last is distinct from lead_sync.all_segments() then
v_version := v_version + 1;
insert into lead_sync.segment_versions (version, segments, note) values (v_version, lead_sync.all_segments(), 'As they were before the next version');
end if;
v_version := v_version + 1;
perform lead_sync.set_segments(v_segments);
if p_version is null then
delete from lead_sync.segment_drafts as d where true;
end if;
insert into lead_sync.segment_versions (version, segments, note, published_by)
values (v_version, lead_sync.all_segments(), coalesce(nullif(left(btrim(p_note), 500), ''), 'Version ' || p_version || ' again'), lead_sync.actor());
perform public.note_action('publish_segments', jsonb_strip_nulls(jsonb_build_object('version', v_version, 'from_version', p_version, 'note', left(p_note, 200))));
return jsonb_build_object('version', v_version, 'segments', jsonb_array_length(v_segments));
end
$$;
-- segments/queue_renamed_segment.sql
create or replace function lead_sync.queue_renamed_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
v_ids uuid[];
begin
select array_agg(k.id) into v_ids
from (
select l.id from public.leads as l
where l.segment_id = new.id and l.sync_status in ('synced', 'outside') and l.deleted_at is null
limit 20000
for no key update skip locked
) as k;
if v_ids is not null then
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set sync_status = 'pending' where l.id = any (v_ids);
perform lead_sync.queue_assessed(v_ids);
perform set_config('lead_sync.engine', 'off', true);
end if;
return null;
end
$$;
-- segments/save_segment_draft.sql
create or replace function public.save_segment_draft(p_segment jsonb, p_discard boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_id uuid;
v_segment public.customer_segments;
v_problems jsonb;
begin
if jsonb_typeof(p_segment) is distinct from 'object' or not coalesce(lead_sync.is_uuid(p_segment ->> 'id'), true) then
raise exception 'p_segment must be an object, and its id that of a segment' using errcode = '22023';
elsif pg_column_size(p_segment) > 65536 then
return jsonb_build_object('saved', false, 'problems', '{"criteria": "A segment has at most 64 kB: shorten the lists."}'::jsonb, 'id', p_segment -> 'id');
end if;
v_id := coalesce((p_segment ->> 'id')::uuid, gen_random_uuid());
if p_discard then
delete from lead_sync.segment_drafts as d where d.segment_id = v_id;
return jsonb_build_object('saved', found, 'problems', case when found then '{}'::jsonb else '{"segment_name": "There is no draft of it."}' end, 'id', v_id);
end if;
select * into v_segment from public.customer_segments as s where s.id = v_id;
if not found then
v_segment.threshold := 1;
v_segment.priority := 100;
v_segment.enabled := true;
v_segment.created_at := now();
end if;
v_segment.id := v_id;
v_segment := jsonb_populate_record(v_segment, coalesce((select d.segment from lead_sync.segment_drafts as d where d.segment_id = v_id), '{}'));
v_problems := lead_sync.change_problems(v_segment, p_segment - array['id', 'criteria']);
if v_problems = '{}' then
v_segment := jsonb_populate_record(v_segment, p_segment - 'id');
v_segment.criteria := nullif(v_segment.criteria, 'null');
v_segment.segment_name := btrim(v_segment.segment_name);
v_problems := lead_sync.segment_problems(v_segment);
end if;
if exists (
select from public.customer_segments as s full join lead_sync.segment_drafts as d on d.segment_id = s.id
where coalesce(s.id, d.segment_id) <> v_id and coalesce(d.segment ->> 'segment_name', s.segment_name) = v_segment.segment_name
) then
v_problems := v_problems || '{"segment_name": "Another segment has this name."}';
end if;
if v_problems = '{}' then
insert into lead_sync.segment_drafts as d (segment_id, segment) values (v_id, to_jsonb(v_segment) - array['id', 'created_at'])
on conflict (segment_id) do update set segment = excluded.segment;
end if;
return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems, 'id', v_id);
end
$$;
-- segments/segment_problems.sql
create or replace function lead_sync.segment_problems(p_segment public.customer_segments) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return jsonb_strip_nulls(jsonb_build_object(
'segment_name', case when coalesce(btrim(p_segment.segment_name), '') = '' then 'segment_name is blank: give the segment a name' end,
'threshold', case when p_segment.threshold is null or p_segment.threshold <= 0 or p_segment.threshold > 1 then
'threshold must be above 0 and at most 1, got ' || coalesce(p_segment.threshold::text, 'nothing')
end,
'criteria', case
when p_segment.criteria is not null and (jsonb_typeof(p_segment.criteria) <> 'array' or p_segment.criteria = '[]') then
'criteria are a list, e.g. [{"attribute": "company_employees", "operator": "greater", "value": 1000}]; leave them empty for a segment that only people and AI choose'
when p_segment.criteria is not null then (
select 'criterion ' || c.ordinality || ': ' || p.problem
from jsonb_array_elements(p_segment.criteria) with ordinality as c
cross join lateral (
select case
when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
when c.value ->> 'attribute' = 'segment' then 'a segment cannot depend on segments'
when jsonb_typeof(c.value -> 'weight') <> 'number' then 'weight must be a number'
when (c.value ->> 'weight')::numeric not between 0.01 and 100 then 'weight must be between 0.01 and 100'
else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
end as problem
) as p
where p.problem is not null
order by c.ordinality
limit 1
)
end
));
end
$$;
-- segments/segments_to_set.sql
create or replace function lead_sync.segments_to_set(p_version integer default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_segments jsonb;
begin
if p_version is null then
select jsonb_agg(d.segment || jsonb_build_object('id', d.segment_id) order by d.segment_id) into v_segments from lead_sync.segment_drafts as d;
if v_segments is null then
raise exception 'Nothing is drafted' using errcode = '22023', hint = 'Draft a segment with save_segment_draft first.';
end if;
return v_segments;
end if;
select v.segments into v_segments from lead_sync.segment_versions as v where v.version = p_version;
if not found then
raise exception 'There is no published version %', p_version using errcode = '22023', hint = 'get_segments() lists the versions.';
end if;
return v_segments || coalesce((
select jsonb_agg(to_jsonb(s) - 'created_at' || '{"enabled": false}' order by s.id) from public.customer_segments as s
where not exists (select from jsonb_array_elements(v_segments) as v where v ->> 'id' = s.id::text)
), '[]');
end
$$;
-- segments/set_segments.sql
create or replace function lead_sync.set_segments(p_segments jsonb, p_names boolean default true) returns void
language plpgsql volatile set search_path = '' as $$
begin
insert into public.customer_segments as c (id, segment_name, description, criteria, threshold, priority, enabled)
select s.id, s.segment_name, s.description, nullif(s.criteria, 'null'), s.threshold, s.priority, s.enabled
from jsonb_populate_recordset(null::public.customer_segments, p_segments) as s
on conflict (id) do update set
segment_name = case when p_names then excluded.segment_name else c.segment_name end, description = excluded.description, criteria = excluded.criteria,
threshold = excluded.threshold, priority = excluded.priority, enabled = excluded.enabled;
end
$$;
-- segments/without_personal_data.sql
create or replace function lead_sync.without_personal_data(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select nullif(btrim(regexp_replace(regexp_replace(regexp_replace(left(p_text, 200),
'[^\s@<>]*@[^\s@<>]*', '[removed]', 'g'), '(https?://|www\.)\S*', '[removed]', 'gi'), '\+?\d[\d\s().-]{6,}\d', '[removed]', 'g')), '')
$$;
-- segments/write_segments.sql
create or replace function lead_sync.write_segments(p_lead_ids uuid[]) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_leads public.leads[];
v_changed uuid[];
v_answer jsonb;
begin
with outdated as materialized (
select l.id, l.company_size, l.country, l.region, l.postal_code
from public.leads as l
join unnest(p_lead_ids) as i (id) on i.id = l.id
where l.score_epoch < (select s.enriched_epoch from lead_sync.scoring_state as s)
),
size as materialized (
select d.company_size, lead_sync.employees(d.company_size) as employees, lead_sync.size_band(d.company_size) as band
from (select distinct o.company_size from outdated as o where o.company_size is not null) as d
),
place as materialized (
select d.country, d.region, d.postal_code, lead_sync.income_tier(d.country, d.region, d.postal_code) as tier
from (select distinct o.country, coalesce(o.region, '') as region, coalesce(o.postal_code, '') as postal_code from outdated as o where o.country is not null) as d
),
derived as materialized (
select o.id, s.employees, s.band, p.tier
from outdated as o
left join size as s on s.company_size = o.company_size
left join place as p on p.country = o.country and p.region = coalesce(o.region, '') and p.postal_code = coalesce(o.postal_code, '')
)
update public.leads as l set company_employees = d.employees, company_size_band = d.band, income_tier = d.tier
from derived as d
where l.id = d.id and (l.company_employees, l.company_size_band, l.income_tier) is distinct from (d.employees, d.band, d.tier);
if not exists (select from lead_sync.conditions as n where n.set_no = 0)
and not exists (select from public.leads as l where l.id = any (p_lead_ids) and l.segment_source <> 'human')
then
return jsonb_build_object(
'changed', 0, 'undecided', (select count(*) from public.leads as l where l.id = any (p_lead_ids) and l.segment_id is null and l.deleted_at is null)
);
end if;
select array_agg(l) into v_leads
from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
where l.deleted_at is null;
perform set_config('lead_sync.prepared', 'on', true);
with classified as materialized (
select c.* from (select set_config('plan_cache_mode', 'auto', true) offset 0) as g cross join lead_sync.classify_leads(v_leads) as c
),
write_leads as (
update public.leads as l set
segment_id = c.segment_id,
segment_confidence = c.confidence,
segment_source = c.source,
updated_at = clock_timestamp(),
score_epoch = case when c.segment_id is distinct from c.segment_before and u.used then 0 else l.score_epoch end,
sync_status = case when c.segment_id is distinct from c.segment_before and l.sync_status in ('synced', 'outside') then 'pending' else l.sync_status end
from classified as c
cross join (
select exists (
select from lead_sync.conditions as n join lead_sync.scoring_state as s on s.version = n.set_no
where s.version > 0 and n.attribute_no = array_position(lead_sync.scoring_attributes(), 'segment')
) as used
) as u
where l.id = c.lead_id
and (c.segment_id, c.confidence, c.source) is distinct from (c.segment_before, c.confidence_before, c.source_before)
)
select
jsonb_build_object(
'changed', count(*) filter (where c.segment_id is distinct from c.segment_before), 'undecided', count(*) filter (where c.segment_id is null)
),
array_agg(c.lead_id) filter (where c.segment_id is distinct from c.segment_before and c.status_before <> 'error')
into v_answer, v_changed
from classified as c;
perform set_config('plan_cache_mode', 'force_custom_plan', true), set_config('lead_sync.prepared', 'off', true);
perform lead_sync.queue_assessed(v_changed);
return v_answer;
end
$$;
-- follow_ups/confirm_follow_ups.sql
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
join public.follow_up_rules as u on u.rule_key = split_part(r ->> 'rule_key', ':', 1)
where r ->> 'task_id' = lead_sync.follow_up_id(l.id, r ->> 'rule_key', 'task')::text
order by l.id, r ->> 'rule_key', r -> 'ok' desc
),
note as (
insert into lead_sync.follow_ups as f (task_id, lead_id, rule_key, done_at, error, tried_at)
select lead_sync.follow_up_id(s.lead_id, s.rule_key, 'task'), s.lead_id, s.rule_key, case when s.ok then now() end, s.error, now()
from stated as s
where not exists (select from lead_sync.follow_ups as h where h.task_id = lead_sync.follow_up_id(s.lead_id, s.rule_key, 'task') and h.lead_id <> s.lead_id)
on conflict (lead_id, rule_key) do update set task_id = case when f.done_at is null then excluded.task_id else f.task_id end, done_at = coalesce(f.done_at, excluded.done_at), error = excluded.error, tried_at = excluded.tried_at
)
select jsonb_build_object(
'confirmed', count(*) filter (where s.ok), 'failed', count(*) filter (where not s.ok), 'unknown', jsonb_array_length(p_results) - count(*)
)
into v_answer
from stated as s;
return v_answer;
end
$$;
-- follow_ups/escape_markdown.sql
create or replace function lead_sync.escape_markdown(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select regexp_replace(lead_sync.normal_text(p_text), '([][\\`*_()<>#!|~&:.@+=-])', '\\\1', 'g')
$$;
-- follow_ups/fill_in.sql
create or replace function lead_sync.fill_in(p_text text, p_values jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select string_agg(coalesce(p_values ->> substring(m.part[1] from '^\{(.*)\}$'), m.part[1]), '' order by m.place)
from regexp_matches(p_text, '\{[a-z]+\}|[^{]+|\{', 'g') with ordinality as m (part, place)
$$;
-- follow_ups/follow_up_id.sql
create or replace function lead_sync.follow_up_id(p_lead_id uuid, p_rule_key text, p_kind text) returns uuid
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select overlay(overlay(md5('lead follow-up ' || p_kind || ' ' || p_lead_id || ' ' || p_rule_key) placing '5' from 13) placing '8' from 17)::uuid
$$;
-- follow_ups/get_follow_ups.sql
create or replace function public.get_follow_ups(p_limit integer default 100) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_tasks jsonb;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
with quiet as (
select min(clock_timestamp() - make_interval(days => r.idle_days + r.max_lead_age_days)) as since
from public.follow_up_rules as r where r.enabled and r.occasion = 'no_activity'
having count(r.max_lead_age_days) > 0
),
heard_of as materialized (
select l.id as lead_id from quiet as q join public.leads as l on l.created_at > q.since
union select t.lead_id from quiet as q join public.lead_touches as t on t.touched_at > q.since and t.kind in ('form', 'call')
union
select coalesce(o.lead_id, l.id)
from quiet as q
join lead_sync.activities as a on a.happened_at > q.since
join lead_sync.activity_links as k on k.kind = a.kind and k.activity_id = a.twenty_id
left join public.leads as l on l.twenty_id = k.person_id
left join public.opportunities as o on o.twenty_id = k.opportunity_id
),
occasion as (
select l.id as lead_id, r.rule_key, r.rule_key as task_key
from public.follow_up_rules as r
join public.leads as l
on l.lead_score >= r.lowest_score and (r.max_lead_age_days is null or l.created_at > clock_timestamp() - make_interval(days => r.max_lead_age_days))
where r.enabled and r.occasion = 'score'
union all
select distinct t.lead_id, r.rule_key, r.rule_key || ':' || to_char(t.touched_at at time zone 'UTC', 'YYYY-MM-DD')
from public.follow_up_rules as r
join public.lead_touches as t
on t.outcome = 'missed' and (r.max_lead_age_days is null or t.touched_at > clock_timestamp() - make_interval(days => r.max_lead_age_days))
where r.enabled and r.occasion = 'missed_call'
and not exists (select from public.lead_touches as a where a.lead_id = t.lead_id and a.outcome = 'answered' and a.touched_at > t.touched_at)
union all
select l.id, r.rule_key, r.rule_key || ':' || to_char(coalesce(a.last_at, l.created_at) at time zone 'UTC', 'YYYY-MM-DD')
from public.follow_up_rules as r
join public.leads as l
on l.created_at < clock_timestamp() - make_interval(days => r.idle_days) and l.deleted_at is null and l.twenty_id is not null
and coalesce(l.lead_score, 0) >= r.lowest_score and (r.max_lead_age_days is null or l.id in (select h.lead_id from heard_of as h where h.lead_id is not null))
cross join lateral lead_sync.activity_of(l.id, l.twenty_id, clock_timestamp()) as a
where r.enabled and r.occasion = 'no_activity' and a.next_at is null
and coalesce(a.last_at, l.created_at) < clock_timestamp() - make_interval(days => r.idle_days)
and (r.max_lead_age_days is null or coalesce(a.last_at, l.created_at) > clock_timestamp() - make_interval(days => r.idle_days + r.max_lead_age_days))
)
select coalesce(jsonb_agg(k.task order by k.lead_score desc nulls last, k.id, k.task_key), '[]') into v_tasks
from (
select l.lead_score, l.id, o.task_key, jsonb_build_object(
'task_id', lead_sync.follow_up_id(l.id, o.task_key, 'task'),
'target_id', lead_sync.follow_up_id(l.id, o.task_key, 'target'),
'lead_id', l.id, 'twenty_id', l.twenty_id, 'rule_key', o.task_key,
'title', left(lead_sync.fill_in(r.title, t.plain), 200),
'body', left(lead_sync.fill_in(r.body, t.escaped), 5000),
'due_at', clock_timestamp() + make_interval(days => r.due_in_days),
'assignee_id', r.assignee_id, 'score', l.lead_score
) as task
from occasion as o
join public.follow_up_rules as r on r.rule_key = o.rule_key
join public.leads as l on l.id = o.lead_id and l.twenty_id is not null and l.deleted_at is null and coalesce(l.lead_score, 0) >= r.lowest_score
left join lead_sync.follow_ups as f on f.lead_id = l.id and f.rule_key = o.task_key
left join public.customer_segments as s on s.id = l.segment_id
left join lead_sync.lead_states as st on st.lead_id = l.id
cross join lateral (
select jsonb_object_agg(f.key, lead_sync.normal_text(f.value)) as plain, jsonb_object_agg(f.key, lead_sync.escape_markdown(f.value)) as escaped
from jsonb_each_text(jsonb_build_object(
'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email), lead_sync.clean(l.phone), 'this lead'),
'phone', coalesce(lead_sync.clean(l.phone), 'no number'),
'company', coalesce(lead_sync.clean(l.company_name), 'no company'), 'score', trim_scale(coalesce(l.lead_score, 0)), 'segment', coalesce(s.segment_name, 'no segment')
)) as f
) as t
where not coalesce(st.gone, false) and case
when f.task_id is null then not exists (select from lead_sync.follow_ups as h where h.task_id = lead_sync.follow_up_id(l.id, o.task_key, 'task'))
else f.done_at is null and f.tried_at < clock_timestamp() - interval '1 hour'
end
order by l.lead_score desc nulls last, l.id, o.task_key
limit p_limit + 1
) as k;
insert into lead_sync.follow_ups (task_id, lead_id, rule_key, tried_at)
select (t.task ->> 'task_id')::uuid, (t.task ->> 'lead_id')::uuid, t.task ->> 'rule_key', '-infinity'
from jsonb_array_elements(v_tasks) with ordinality as t (task, place)
where t.place <= p_limit
order by 2, 3
on conflict do nothing;
return jsonb_build_object(
'tasks', jsonb_path_query_array(v_tasks, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
'has_next', jsonb_array_length(v_tasks) > p_limit
);
end
$$;
-- assignment/assign_leads.sql
create or replace function lead_sync.assign_leads() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_leads public.leads[];
v_lead record;
v_reps uuid[];
v_member_id uuid;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.assign_leads'));
select array_agg(n.l) into v_leads
from (
select l from public.lead_assignments as a join public.leads as l on l.id = a.lead_id
where a.assigned_at is null and l.deleted_at is null
order by a.touch_id
limit 500
) as n;
if v_leads is null then
return 0;
end if;
for v_lead in
select w.lead_id, w.groups from lead_sync.weigh_leads(v_leads, -2) as w
join public.lead_assignments as a on a.lead_id = w.lead_id
order by a.touch_id
loop
select array_agg(r.member_id) into v_reps from public.sales_reps as r
where r.active and (v_lead.groups ->> r.member_id::text)::integer = jsonb_array_length(r.conditions);
if v_reps is null then
select array_agg(r.member_id) into v_reps from public.sales_reps as r where r.active and r.conditions is null;
end if;
v_member_id := (
select r.member_id from public.sales_reps as r where r.member_id = any (v_reps) order by r.credit + r.weight desc, r.name, r.member_id limit 1
);
update public.sales_reps as r set credit = r.credit + r.weight - case
when r.member_id = v_member_id then (select sum(o.weight) from public.sales_reps as o where o.member_id = any (v_reps)) else 0
end
where r.member_id = any (v_reps);
update public.lead_assignments as a set member_id = v_member_id, assigned_at = clock_timestamp() where a.lead_id = v_lead.lead_id;
insert into lead_sync.lead_news as n (lead_id, level) values (v_lead.lead_id, 0)
on conflict (lead_id, level) do update set told_at = null, offered_until = null where v_member_id is not null;
end loop;
return cardinality(v_leads);
end
$$;
-- assignment/check_sales_rep.sql
create or replace function lead_sync.check_sales_rep() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
v_problem text;
begin
if new.conditions is not null and (jsonb_typeof(new.conditions) <> 'array' or new.conditions = '[]') then
v_problem := 'conditions are a list, e.g. [{"attribute": "country_code", "operator": "in", "value": ["de", "at"]}]; leave them empty for any lead';
elsif new.conditions is not null then
select 'condition ' || c.ordinality || ': ' || p.problem into v_problem
from jsonb_array_elements(new.conditions) with ordinality as c
cross join lateral (
select case
when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
end as problem
) as p
where p.problem is not null
order by c.ordinality
limit 1;
end if;
if v_problem is not null then
raise exception 'Sales rep "%": %', new.name, v_problem using errcode = '22023', hint = 'The row was not saved. Correct it and save it again.';
end if;
return new;
end
$$;
-- assignment/claim_lead_news.sql
create or replace function public.claim_lead_news(p_now timestamptz default clock_timestamp()) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_named integer := (select s.flood_limit from lead_sync.assignment_settings as s);
v_recent integer;
v_is_late boolean;
v_waiting integer;
v_new bigint[];
v_escalated bigint[];
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.claim_lead_news'));
perform lead_sync.assign_leads(), lead_sync.note_first_responses(p_now), lead_sync.escalate_leads(p_now);
v_recent := (select count(*) from lead_sync.lead_news as n where n.level = 0 and n.offered_until > p_now + interval '1 minute');
select
array_agg(n.id order by n.id) filter (where n.level = 0),
array_agg(n.id order by n.id) filter (where n.level > 0),
bool_or(a.arrived_at <= p_now - interval '1 minute') filter (where n.level = 0)
into v_new, v_escalated, v_is_late
from lead_sync.lead_news as n
join public.leads as l on l.id = n.lead_id and l.deleted_at is null
join public.lead_assignments as a on a.lead_id = n.lead_id and a.arrived_at > p_now - interval '3 days'
where n.told_at is null and coalesce(n.offered_until <= p_now, true);
v_waiting := coalesce(cardinality(v_new), 0);
if v_recent > 0 and v_is_late is not true then
v_new := v_new[:greatest(v_named - v_recent, 0)];
end if;
update lead_sync.lead_news as n set offered_until = p_now + interval '2 minutes' where n.id = any (v_new || v_escalated);
return jsonb_build_object(
'new', jsonb_build_object(
'count', coalesce(cardinality(v_new), 0),
'by_source', (
select coalesce(jsonb_agg(jsonb_build_object('source', c.source, 'count', c.count) order by c.count desc, c.source), '[]')
from (
select a.source, count(*) as count from lead_sync.lead_news as n join public.lead_assignments as a on a.lead_id = n.lead_id
where n.id = any (v_new) group by a.source
) as c
),
'leads', lead_sync.describe_news(v_new[:v_named])
),
'escalated', jsonb_build_object('count', coalesce(cardinality(v_escalated), 0), 'leads', lead_sync.describe_news(v_escalated[:v_named])),
'ids', to_jsonb(coalesce(v_new || v_escalated, '{}')),
'waiting', v_waiting - coalesce(cardinality(v_new), 0)
);
end
$$;
-- assignment/compile_sales_reps.sql
create or replace function lead_sync.compile_sales_reps() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions'));
perform lead_sync.compile_conditions(-2, coalesce((
select jsonb_agg(c.value || jsonb_build_object('condition_key', r.member_id || ' ' || c.ordinality, 'group_key', r.member_id, 'points', 1))
from public.sales_reps as r
cross join lateral jsonb_array_elements(r.conditions) with ordinality as c
where r.active
), '[]'));
update public.lead_assignments as a set assigned_at = null
where a.member_id is null and a.assigned_at is not null and a.arrived_at > clock_timestamp() - interval '3 days';
return null;
end
$$;
-- assignment/confirm_lead_assignments.sql
create or replace function public.confirm_lead_assignments(p_results jsonb, p_responses jsonb default '[]') returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_answer jsonb;
v_responses integer;
begin
if jsonb_typeof(p_results) is distinct from 'array' or jsonb_typeof(p_responses) is distinct from 'array' then
raise exception 'p_results must be an array of {lead_id, ok, error}, p_responses one of {lead_id, at}' using errcode = '22023';
end if;
perform pg_advisory_xact_lock(hashtext('lead_sync.assign_leads'));
perform from public.lead_assignments as a
where a.lead_id in (select (r ->> 'lead_id')::uuid from jsonb_array_elements(p_results || p_responses) as r where lead_sync.is_uuid(r ->> 'lead_id'))
order by a.lead_id
for update;
with stated as materialized (
select distinct on (a.lead_id) a.lead_id, coalesce(r -> 'ok' = 'true', false) as ok, left(r ->> 'error', 500) as error
from jsonb_array_elements(p_results) as r
join public.lead_assignments as a on a.lead_id = case when lead_sync.is_uuid(r ->> 'lead_id') then (r ->> 'lead_id')::uuid end
order by a.lead_id, r -> 'ok' desc
),
note as (
update public.lead_assignments as a set in_twenty_at = coalesce(a.in_twenty_at, case when s.ok then clock_timestamp() end), tried_at = clock_timestamp(), error = s.error
from stated as s
where a.lead_id = s.lead_id
),
note_task as (
insert into lead_sync.follow_ups as f (task_id, lead_id, rule_key, done_at, error, tried_at)
select lead_sync.follow_up_id(s.lead_id, 'new lead', 'task'), s.lead_id, 'new lead', case when s.ok then clock_timestamp() end, s.error, clock_timestamp()
from stated as s
where (select n.owner_field is null from lead_sync.assignment_settings as n)
and not exists (select from lead_sync.follow_ups as h where h.task_id = lead_sync.follow_up_id(s.lead_id, 'new lead', 'task') and h.lead_id <> s.lead_id)
on conflict (lead_id, rule_key) do update set done_at = coalesce(f.done_at, excluded.done_at), error = excluded.error, tried_at = excluded.tried_at
)
select jsonb_build_object(
'confirmed', count(*) filter (where s.ok), 'failed', count(*) filter (where not s.ok), 'unknown', jsonb_array_length(p_results) - count(*)
)
into v_answer
from stated as s;
update public.lead_assignments as a set first_response_at = coalesce((r ->> 'at')::timestamptz, clock_timestamp())
from jsonb_array_elements(p_responses) as r
where a.lead_id = case when lead_sync.is_uuid(r ->> 'lead_id') then (r ->> 'lead_id')::uuid end and a.first_response_at is null;
get diagnostics v_responses = row_count;
return v_answer || jsonb_build_object('responses', v_responses);
end
$$;
-- assignment/confirm_lead_news.sql
create or replace function public.confirm_lead_news(p_ids bigint[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_confirmed integer;
begin
update lead_sync.lead_news as n set told_at = clock_timestamp() where n.id = any (p_ids) and n.told_at is null;
get diagnostics v_confirmed = row_count;
return jsonb_build_object('confirmed', v_confirmed);
end
$$;
-- assignment/describe_news.sql
create or replace function lead_sync.describe_news(p_ids bigint[]) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return (
select coalesce(jsonb_agg(jsonb_build_object(
'level', n.level, 'lead_id', l.id,
'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email)),
'company', lead_sync.clean(l.company_name), 'phone', lead_sync.clean(l.phone), 'email', lead_sync.clean(l.email), 'source', a.source,
'score', trim_scale(l.lead_score), 'segment', s.segment_name, 'rep', r.name, 'arrived_at', a.arrived_at
) order by n.id), '[]')
from lead_sync.lead_news as n
join public.lead_assignments as a on a.lead_id = n.lead_id
join public.leads as l on l.id = n.lead_id
left join public.sales_reps as r on r.member_id = a.member_id
left join public.customer_segments as s on s.id = l.segment_id
where n.id = any (p_ids)
);
end
$$;
-- assignment/escalate_leads.sql
create or replace function lead_sync.escalate_leads(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
delete from lead_sync.lead_news as n using public.lead_assignments as a
where a.lead_id = n.lead_id and n.told_at is null and n.level > 0 and a.first_response_at is not null;
with late as (
update public.lead_assignments as a set escalation = e.level
from (
select o.lead_id, max(x.level) as level
from public.lead_assignments as o
join public.leads as l on l.id = o.lead_id and l.deleted_at is null
cross join lead_sync.assignment_settings as s
cross join lateral unnest(s.escalate_after) with ordinality as x (after, level)
where o.first_response_at is null and o.assigned_at is not null and o.arrived_at > p_now - interval '3 days' and o.arrived_at + x.after <= p_now
group by o.lead_id, o.escalation
having max(x.level) > o.escalation
) as e
where a.lead_id = e.lead_id
returning a.lead_id, a.escalation, a.touch_id
)
insert into lead_sync.lead_news (lead_id, level)
select t.lead_id, t.escalation from late as t order by t.touch_id
on conflict do nothing;
end
$$;
-- assignment/get_lead_assignments.sql
create or replace function public.get_lead_assignments(p_limit integer default 100) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_assignments jsonb;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
perform lead_sync.assign_leads();
select coalesce(jsonb_agg(k.assignment order by k.touch_id), '[]') into v_assignments
from (
select a.touch_id, jsonb_build_object(
'lead_id', l.id, 'twenty_id', l.twenty_id, 'member_id', a.member_id,
'task_id', coalesce(f.task_id, lead_sync.follow_up_id(l.id, 'new lead', 'task')),
'title', left(lead_sync.fill_in(s.task_title, t.plain), 200),
'body', left(lead_sync.fill_in(s.task_body, t.escaped), 5000),
'due_at', a.arrived_at + coalesce(s.escalate_after[1], interval '1 hour')
) as assignment
from public.lead_assignments as a
join public.leads as l on l.id = a.lead_id and l.twenty_id is not null and l.deleted_at is null
left join lead_sync.lead_states as st on st.lead_id = l.id
left join lead_sync.follow_ups as f on f.lead_id = l.id and f.rule_key = 'new lead'
cross join lead_sync.assignment_settings as s
cross join lateral (
select jsonb_object_agg(f.key, lead_sync.normal_text(f.value)) as plain, jsonb_object_agg(f.key, lead_sync.escape_markdown(f.value)) as escaped
from jsonb_each_text(jsonb_build_object(
'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email), lead_sync.clean(l.phone), 'this lead'),
'company', coalesce(lead_sync.clean(l.company_name), 'no company'), 'source', a.source, 'score', coalesce(trim_scale(l.lead_score)::text, 'none')
)) as f
) as t
where a.member_id is not null and a.in_twenty_at is null and (a.tried_at is null or a.tried_at < clock_timestamp() - interval '5 minutes')
and not coalesce(st.gone, false)
order by a.touch_id
limit p_limit + 1
) as k;
return jsonb_build_object(
'object', (select n.object from lead_sync.settings as n),
'share_calls', (select n.share_calls from lead_sync.settings as n),
'owner_field', (select s.owner_field from lead_sync.assignment_settings as s),
'assignments', jsonb_path_query_array(v_assignments, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
'has_next', jsonb_array_length(v_assignments) > p_limit,
'open_tasks', (
select coalesce(jsonb_agg(jsonb_build_object('lead_id', o.lead_id, 'task_id', o.task_id)), '[]')
from (
select a.lead_id, f.task_id
from public.lead_assignments as a
join lead_sync.follow_ups as f on f.lead_id = a.lead_id and f.rule_key = 'new lead'
cross join lead_sync.assignment_settings as s
where a.first_response_at is null and a.in_twenty_at is not null
and a.arrived_at > clock_timestamp() - interval '3 days'
and a.arrived_at + s.escalate_after[a.escalation + 1] <= clock_timestamp() + interval '2 minutes'
order by a.touch_id
limit 500
) as o
)
);
end
$$;
-- assignment/get_speed_to_lead.sql
create or replace function public.get_speed_to_lead(p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_sources jsonb;
begin
with touch as materialized (
select t.id, t.lead_id, t.source, t.touched_at, t.created_at from public.lead_touches as t
where t.created_at >= p_from and t.created_at < p_to
order by t.created_at desc
limit 10000
),
measured as (
select
t.source, a.touch_id is not null as arrived, a.member_id, a.assigned_at, a.first_response_at, f.is_first,
greatest(extract(epoch from t.created_at - t.touched_at), 0) as to_supabase,
case when w.at is not null then greatest(extract(epoch from w.at - t.touched_at), 0) end as to_twenty,
case when a.first_response_at is not null then greatest(extract(epoch from a.first_response_at - t.touched_at), 0) end as to_response
from touch as t
left join public.lead_assignments as a on a.lead_id = t.lead_id and a.touch_id = t.id
cross join lateral (
select t.lead_id is not null and not exists (select from public.lead_touches as o where o.lead_id = t.lead_id and o.id < t.id) as is_first
) as f
left join lateral (
select min(h.synced_at) as at from public.lead_sync_history as h
where f.is_first and h.lead_id = t.lead_id and h.synced_at >= t.created_at and h.sync_direction = 'supabase_to_twenty' and h.sync_status = 'synced'
) as w on true
)
select jsonb_agg(jsonb_build_object(
'source', s.source, 'touches', s.touches, 'new_leads', s.new_leads, 'unassigned', s.unassigned, 'untouched', s.untouched,
'to_supabase', jsonb_build_object('p50', round(s.to_supabase[1]::numeric, 1), 'p95', round(s.to_supabase[2]::numeric, 1)),
'to_twenty', jsonb_build_object('p50', round(s.to_twenty[1]::numeric, 1), 'p95', round(s.to_twenty[2]::numeric, 1)),
'to_response', jsonb_build_object('p50', round(s.to_response[1]::numeric, 1), 'p95', round(s.to_response[2]::numeric, 1))
) order by s.touches desc, s.source)
into v_sources
from (
select
m.source, count(*) as touches, count(*) filter (where m.is_first) as new_leads,
count(*) filter (where m.arrived and m.assigned_at is not null and m.member_id is null) as unassigned,
count(*) filter (where m.arrived and m.first_response_at is null) as untouched,
percentile_cont(array[0.5, 0.95]) within group (order by m.to_supabase) as to_supabase,
percentile_cont(array[0.5, 0.95]) within group (order by m.to_twenty) as to_twenty,
percentile_cont(array[0.5, 0.95]) within group (order by m.to_response) as to_response
from measured as m
group by m.source
) as s;
return jsonb_build_object(
'touches', coalesce((select sum((s ->> 'touches')::integer) from jsonb_array_elements(v_sources) as s), 0),
'unassigned', coalesce((select sum((s ->> 'unassigned')::integer) from jsonb_array_elements(v_sources) as s), 0),
'untouched', coalesce((select sum((s ->> 'untouched')::integer) from jsonb_array_elements(v_sources) as s), 0),
'sources', coalesce(v_sources, '[]')
);
end
$$;
-- assignment/hand_over_assignment.sql
create or replace function lead_sync.hand_over_assignment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
if exists (select from public.lead_assignments as a where a.lead_id = old.lead_id and a.touch_id = new.id)
and not exists (select from public.lead_assignments as a where a.lead_id = new.lead_id)
then
insert into public.lead_assignments
select (jsonb_populate_record(a, jsonb_build_object('lead_id', new.lead_id))).* from public.lead_assignments as a where a.lead_id = old.lead_id;
update lead_sync.lead_news as n set lead_id = new.lead_id where n.lead_id = old.lead_id;
delete from public.lead_assignments as a where a.lead_id = old.lead_id;
end if;
return null;
end
$$;
-- assignment/note_arrivals.sql
create or replace function lead_sync.note_arrivals() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_touches bigint[];
begin
if not exists (select from public.sales_reps as r where r.active) then
return null;
end if;
v_touches := array(
select distinct on (t.lead_id) t.id
from new_touches as t
cross join lead_sync.assignment_settings as s
where t.lead_id is not null and t.kind = any (s.kinds) and t.touched_at > t.created_at - s.max_age
and exists (select from lead_sync.inbound_touches as i where i.id = t.id)
order by t.lead_id, t.touched_at, t.id
);
delete from public.lead_assignments as a using new_touches as t
where t.id = any (v_touches) and a.lead_id = t.lead_id and a.member_id is null and a.assigned_at is not null
and a.arrived_at < clock_timestamp() - interval '3 days';
insert into public.lead_assignments (lead_id, touch_id, source, arrived_at)
select t.lead_id, t.id, t.source, clock_timestamp() from new_touches as t where t.id = any (v_touches)
order by t.lead_id
on conflict do nothing;
if found then
perform lead_sync.wish_for_call('arrivals');
end if;
return null;
end
$$;
-- assignment/note_first_responses.sql
create or replace function lead_sync.note_first_responses(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_owner text[] := array(
select m.lead_field
from lead_sync.field_mappings as m
join lead_sync.settings as n on n.object = m.object
join lead_sync.assignment_settings as s on m.twenty_field = s.owner_field || 'Id'
);
begin
update public.lead_assignments as a set first_response_at = r.at
from public.lead_assignments as o
left join lead_sync.lead_states as s on s.lead_id = o.lead_id
cross join lateral (
select least(
(
select min(h.created_at) from public.lead_sync_history as h
where h.lead_id = o.lead_id and h.synced_at > o.arrived_at and h.sync_direction = 'twenty_to_supabase' and h.sync_status = 'synced'
and not h.fields_changed <@ v_owner and h.created_at > o.arrived_at
and h.created_at <> h.synced_at
and not exists (
select from public.lead_sync_history as w
where w.lead_id = h.lead_id and w.synced_at >= h.created_at and w.synced_at < h.synced_at
and w.sync_direction = 'supabase_to_twenty' and w.sync_status = 'synced'
)
),
case when (s.changed_at ->> 'lead_status')::timestamptz > o.arrived_at then (s.changed_at ->> 'lead_status')::timestamptz end,
(
select min(t.touched_at) from public.lead_touches as t
where t.lead_id = o.lead_id and t.outcome = 'answered'
and t.id >= o.touch_id
and t.touched_at >= (select f.touched_at from public.lead_touches as f where f.id = o.touch_id)
)
) as at
) as r
where a.lead_id = o.lead_id and o.first_response_at is null and o.arrived_at > p_now - interval '3 days' and r.at is not null;
end
$$;
-- assignment/wait_for_assignment.sql
create or replace function lead_sync.wait_for_assignment() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.assign_leads'));
return null;
end
$$;
-- companies/bare_company_domain.sql
create or replace function lead_sync.bare_company_domain() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
new.domain := nullif(lead_sync.bare_domain(new.domain), '');
return new;
end
$$;
-- companies/company_columns.sql
create or replace function lead_sync.company_columns(p_taken jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return p_taken - 'annual_revenue' || case
when p_taken ? 'annual_revenue' then
jsonb_build_object('annual_revenue', p_taken #> '{annual_revenue,amount}', 'currency', p_taken #> '{annual_revenue,currency}')
else '{}'
end;
end
$$;
-- companies/company_values.sql
create or replace function lead_sync.company_values(p_company public.lead_companies) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return jsonb_strip_nulls(jsonb_build_object(
'name', lead_sync.clean(p_company.name),
'domain', p_company.domain,
'linkedin_url', lead_sync.clean(p_company.linkedin_url),
'employees', p_company.employees,
'annual_revenue', case when p_company.annual_revenue is not null then
jsonb_build_object('amount', trim_scale(p_company.annual_revenue)::text, 'currency', p_company.currency)
end,
'deleted', case when p_company.deleted_at is not null then true end
));
end
$$;
-- opportunities/note_stages.sql
create or replace function lead_sync.note_stages() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
declare
v_is_synced boolean := lead_sync.engine_is_writing();
v_records jsonb := coalesce(nullif(current_setting('lead_sync.records', true), ''), '{}');
begin
if tg_op = 'INSERT' then
insert into public.opportunity_stages (opportunity_id, to_stage, moved_at, moved_by)
select n.id, n.stage, coalesce((v_records -> n.id::text ->> 'changed_at')::timestamptz, clock_timestamp()),
case when v_is_synced then v_records -> n.id::text ->> 'changed_by' else lead_sync.actor() end
from new_rows as n
where n.stage is not null;
else
insert into public.opportunity_stages (opportunity_id, from_stage, to_stage, moved_at, moved_by)
select n.id, coalesce(o.stage, case when not v_is_synced or exists (select from public.opportunity_stages as h where h.opportunity_id = n.id) then '' end), n.stage,
coalesce((v_records -> n.id::text ->> 'changed_at')::timestamptz, clock_timestamp()),
case when v_is_synced then v_records -> n.id::text ->> 'changed_by' else lead_sync.actor() end
from new_rows as n join old_rows as o on o.id = n.id
where n.stage is distinct from o.stage;
end if;
return null;
end
$$;
-- opportunities/opportunity_columns.sql
create or replace function lead_sync.opportunity_columns(p_taken jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return p_taken - array['amount', 'contact_id']
|| case when p_taken ? 'amount' then jsonb_build_object('amount', p_taken #> '{amount,amount}', 'currency', p_taken #> '{amount,currency}') else '{}' end
|| case when p_taken ? 'contact_id' then lead_sync.contact_columns(p_taken ->> 'contact_id') else '{}' end;
end
$$;
-- opportunities/opportunity_values.sql
create or replace function lead_sync.opportunity_values(p_opportunity public.opportunities) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return jsonb_strip_nulls(jsonb_build_object(
'name', lead_sync.clean(p_opportunity.name),
'amount', case when p_opportunity.amount is not null then
jsonb_build_object('amount', trim_scale(p_opportunity.amount)::text, 'currency', p_opportunity.currency)
end,
'stage', lead_sync.clean(p_opportunity.stage),
'close_date', to_char(p_opportunity.close_date at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
'contact_id', lead_sync.contact_of(p_opportunity.lead_id, p_opportunity.contact_id),
'company_id', coalesce((select c.twenty_id from public.lead_companies as c where c.id = p_opportunity.company_id), p_opportunity.company_id),
'owner_id', p_opportunity.owner_id,
'deleted', case when p_opportunity.deleted_at is not null then true end
));
end
$$;
-- opportunities/store_stages.sql
create or replace function public.store_stages(p_options jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_counts jsonb;
begin
if jsonb_typeof(p_options) is distinct from 'array' or jsonb_path_exists(p_options, '$[*] ? (!exists(@.value) || @.value.type() != "string")') then
raise exception 'p_options must be an array of options' using errcode = '22023', hint = 'Pass [{"value": "NEW", "label": "New", "position": 0}].';
elsif p_options = '[]' then
return jsonb_build_object('stages', (select count(*) from public.sales_stages as s where s.removed_at is null), 'added', 0, 'changed', 0, 'removed', 0);
end if;
with option as materialized (
select distinct on (o ->> 'value') o ->> 'value' as stage, o ->> 'id' as option_id, lead_sync.clean(o ->> 'label') as label, (o ->> 'position')::numeric::integer as position,
regexp_replace(lower(concat_ws(' ', o ->> 'value', o ->> 'label')), '[^a-z]+', ' ', 'g') as words
from jsonb_array_elements(p_options) as o
),
changed as (
update public.sales_stages as s set label = o.label, position = o.position, removed_at = null, option_id = coalesce(o.option_id, s.option_id), outcome = coalesce(r.outcome, s.outcome)
from option as o
left join public.sales_stages as r on r.option_id = o.option_id and r.removed_at is null
where s.stage = o.stage and (s.label, s.position, s.removed_at, s.option_id) is distinct from (o.label, o.position, null::timestamptz, coalesce(o.option_id, s.option_id))
returning s.stage
),
added as (
insert into public.sales_stages (stage, label, position, outcome, option_id)
select o.stage, o.label, o.position, coalesce(r.outcome, case when o.words ~ '\mlost\M' then 'lost' when o.words ~ '\mwon\M' then 'won' else 'open' end), o.option_id
from option as o
left join public.sales_stages as r on r.option_id = o.option_id and r.removed_at is null
where not exists (select from public.sales_stages as s where s.stage = o.stage)
on conflict do nothing
returning stage
),
removed as (
update public.sales_stages as s set removed_at = now() where s.removed_at is null and not exists (select from option as o where o.stage = s.stage)
returning s.stage
)
select jsonb_build_object(
'stages', (select count(*) from option), 'added', (select count(*) from added), 'changed', (select count(*) from changed), 'removed', (select count(*) from removed)
)
into v_counts;
return v_counts;
end
$$;
-- activities/activity_objects.sql
create or replace function lead_sync.activity_objects() returns table (object text, kind text, is_link boolean)
language sql immutable parallel safe rows 8 set search_path = '' as $$
values
('note', 'note', false), ('noteTarget', 'note', true), ('task', 'task', false), ('taskTarget', 'task', true), ('message', 'message', false),
('messageParticipant', 'message', true), ('calendarEvent', 'meeting', false), ('calendarEventParticipant', 'meeting', true)
$$;
-- activities/activity_of.sql
create or replace function lead_sync.activity_of(
p_lead_id uuid, p_twenty_id uuid, p_now timestamptz, out last_at timestamptz, out activity_count integer, out next_at timestamptz
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
select
max(d.happened_at) filter (where d.happened_at <= p_now), count(*) filter (where d.happened_at <= p_now),
min(d.happened_at) filter (where d.happened_at > p_now)
into last_at, activity_count, next_at
from (
select a.happened_at
from (
select k.kind, k.activity_id from lead_sync.activity_links as k where k.person_id = p_twenty_id and k.deleted_at is null
union
select k.kind, k.activity_id
from public.opportunities as o
join lead_sync.activity_links as k on k.opportunity_id = o.twenty_id and k.deleted_at is null
where o.lead_id = p_lead_id and o.deleted_at is null
) as k
join lead_sync.activities as a on a.kind = k.kind and a.twenty_id = k.activity_id
where a.deleted_at is null and a.status is distinct from 'CANCELED'
and not (a.kind = 'task' and exists (select from lead_sync.follow_ups as f where f.task_id = a.twenty_id))
union all
select t.touched_at from public.lead_touches as t where t.lead_id = p_lead_id and t.kind in ('form', 'call')
) as d;
end
$$;
-- activities/erase_activity_texts.sql
create or replace function lead_sync.erase_activity_texts() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
update lead_sync.activities as a set
body = null,
excerpt = case when new.texts = 'excerpt' then a.excerpt end,
title = case when new.texts <> 'none' then a.title end
where a.body is not null or (new.texts in ('none', 'title') and a.excerpt is not null) or (new.texts = 'none' and a.title is not null);
return null;
end
$$;
-- activities/forget_activities.sql
create or replace function lead_sync.forget_activities(p_people uuid[]) returns bigint
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_count bigint;
begin
with theirs as materialized (
select distinct k.kind, k.activity_id from lead_sync.activity_links as k where k.person_id = any (p_people) and k.activity_id is not null
),
alone as materialized (
select t.kind, t.activity_id from theirs as t
where not exists (
select from lead_sync.activity_links as k
where k.kind = t.kind and k.activity_id = t.activity_id and k.deleted_at is null
and (k.person_id <> all (p_people) or (k.person_id is null and k.opportunity_id is not null))
)
),
to_destroy as (
insert into lead_sync.to_destroy (object, record_id)
select l.kind, l.activity_id from alone as l
where l.kind in ('note', 'task') and exists (select from lead_sync.activity_cursors as c where c.object = l.kind || 'Target' and c.read_until is not null)
on conflict do nothing
),
erase as (
insert into lead_sync.activities as a (kind, twenty_id, deleted_at, updated_at, read_at)
select l.kind, l.activity_id, clock_timestamp(), 'infinity', 'infinity' from alone as l
on conflict (kind, twenty_id) do update set
deleted_at = excluded.deleted_at, updated_at = excluded.updated_at, read_at = excluded.read_at, absent_since = null, happened_at = null, author = null,
title = null, excerpt = null, body = null, status = null, due_at = null
returning 1
)
select count(*) into v_count from erase;
update lead_sync.activity_links as k set
deleted_at = clock_timestamp(), updated_at = 'infinity', read_at = 'infinity', absent_since = null, person_id = null, opportunity_id = null, author = null
where k.person_id = any (p_people);
return v_count;
end
$$;
-- activities/forget_late_links.sql
create or replace function lead_sync.forget_late_links(p_kind text, p_links uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if not exists (select from lead_sync.forgotten) then
return;
end if;
perform lead_sync.forget_activities(array(
select k.person_id from lead_sync.activity_links as k
where k.kind = p_kind and k.twenty_id = any (p_links) and lead_sync.keyed_hash(k.person_id::text) in (select f.hash from lead_sync.forgotten as f)
and not exists (select from public.leads as l where l.twenty_id = k.person_id)
));
with shared as (
update lead_sync.activities as a set updated_at = '-infinity', read_at = '-infinity'
where a.kind = p_kind and a.read_at = 'infinity' and a.twenty_id in (
select k.activity_id from lead_sync.activity_links as k
where k.kind = p_kind and k.twenty_id = any (p_links) and k.deleted_at is null and coalesce(k.person_id, k.opportunity_id) is not null
)
returning a.twenty_id
),
keep as (
delete from lead_sync.to_destroy as d using shared as s where d.object = p_kind and d.record_id = s.twenty_id
)
insert into lead_sync.inbox (object, record_id)
select o.object, s.twenty_id from shared as s join lead_sync.activity_objects() as o on o.kind = p_kind and not o.is_link
order by s.twenty_id
on conflict do nothing;
end
$$;
-- activities/get_activity_hints.sql
create or replace function public.get_activity_hints(p_limit integer default 1000, p_objects text[] default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_objects text[] := array(select o.object from lead_sync.activity_objects() as o where p_objects is null or o.object = any (p_objects));
v_hints jsonb;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
select coalesce(jsonb_agg(jsonb_build_object('object', i.object, 'record_id', i.record_id, 'hints', i.hints) order by i.object, i.record_id), '[]') into v_hints
from (
select n.object, n.record_id, n.hints from lead_sync.inbox as n
where n.object = any (v_objects) and n.due_at <= clock_timestamp()
order by n.due_at, n.record_id
limit p_limit
) as i;
return jsonb_build_object(
'hints', v_hints,
'remaining', (
select count(*) - jsonb_array_length(v_hints)
from (select from lead_sync.inbox as n where n.object = any (v_objects) and n.due_at <= clock_timestamp() limit 100000) as waiting
),
'read_started_at', clock_timestamp()
);
end
$$;
-- activities/get_activity_state.sql
create or replace function public.get_activity_state() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
return (
select jsonb_build_object(
'object', s.object, 'texts', t.texts, 'share_calls', s.share_calls, 'read_started_at', clock_timestamp(), 'cursors', (
select coalesce(jsonb_object_agg(c.object, jsonb_build_object(
'read_until', c.read_until, 'window', case when c.position is not null then jsonb_build_object(
'from', c.window_from, 'until', c.window_until, 'position', c.position, 'whole_since', c.whole_since
) end
)), '{}')
from lead_sync.activity_cursors as c
)
)
from lead_sync.settings as s cross join lead_sync.activity_settings as t
);
end
$$;
-- activities/hand_over_activities.sql
create or replace function lead_sync.hand_over_activities(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
update lead_sync.activity_links as k set person_id = t.twenty_id
from public.leads as f, public.leads as t
where f.id = p_from and t.id = p_to and k.person_id = f.twenty_id and t.twenty_id is not null;
end
$$;
-- activities/lead_activities.sql
create or replace view public.lead_activities with (security_invoker = true) as
select distinct
l.id as lead_id, null::uuid as opportunity_id, a.kind, a.happened_at,
case when a.kind = 'message' then (
select min(f.author) from lead_sync.activity_links as f where f.kind = a.kind and f.activity_id = a.twenty_id and f.deleted_at is null
) else a.author end as author,
a.title, a.excerpt, a.body, a.status, a.due_at, a.restricted, a.twenty_id, null::bigint as touch_id
from lead_sync.activity_links as k
join lead_sync.activities as a on a.kind = k.kind and a.twenty_id = k.activity_id
join public.leads as l on l.twenty_id = k.person_id
where k.deleted_at is null and a.deleted_at is null
and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id and s.gone)
union all
select
o.lead_id, o.id, a.kind, a.happened_at, a.author, a.title, a.excerpt, a.body, a.status, a.due_at, a.restricted, a.twenty_id, null
from lead_sync.activity_links as k
join lead_sync.activities as a on a.kind = k.kind and a.twenty_id = k.activity_id
join public.opportunities as o on o.twenty_id = k.opportunity_id
where k.deleted_at is null and a.deleted_at is null and o.deleted_at is null
union all
select
t.lead_id, null, t.kind, t.touched_at, t.agent, coalesce(t.form, t.campaign, t.source), null, null, t.outcome, null, false, null, t.id
from public.lead_touches as t
where t.lead_id is not null and t.kind in ('form', 'call');
-- activities/lead_activity_summary.sql
create or replace view public.lead_activity_summary with (security_invoker = true) as
select l.id as lead_id, s.last_at as last_activity_at, s.activity_count, s.next_at as next_meeting_at
from public.leads as l
cross join lateral lead_sync.activity_of(
l.id, case when not exists (select from lead_sync.lead_states as g where g.lead_id = l.id and g.gone) then l.twenty_id end, clock_timestamp()
) as s;
-- activities/looks_at_activity.sql
create or replace function lead_sync.looks_at_activity() returns boolean
language plpgsql stable set search_path = '' as $$
begin
return exists (
select from lead_sync.condition_sets as c
where (c.set_no = 0 or c.set_no = (select s.version from lead_sync.scoring_state as s))
and true = any (c.used[array_position(lead_sync.scoring_attributes(), 'days_without_activity'):array_position(lead_sync.scoring_attributes(), 'activity_count')])
);
end
$$;
-- activities/note_absent_activities.sql
create or replace function lead_sync.note_absent_activities(p_kind text, p_is_link boolean, p_records jsonb, p_read timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_absent uuid[] := array(
select (r ->> 'id')::uuid from jsonb_array_elements(p_records) as r where r -> 'absent' = 'true' order by 1
);
v_confirmed timestamptz := p_read - (select s.absence_allowance from lead_sync.settings as s);
v_gone integer;
begin
if v_absent = '{}' then
return '{"absent": 0, "gone": 0}';
elsif p_is_link then
perform lead_sync.rescore_active(array_agg(k.person_id), array_agg(k.opportunity_id))
from lead_sync.activity_links as k
where k.kind = p_kind and k.twenty_id = any (v_absent) and k.absent_since <= v_confirmed and k.read_at < p_read;
update lead_sync.activity_links as k set
deleted_at = clock_timestamp(), updated_at = 'infinity', read_at = p_read, absent_since = null, activity_id = null, person_id = null,
opportunity_id = null, author = null
where k.kind = p_kind and k.twenty_id = any (v_absent) and k.absent_since <= v_confirmed and k.read_at < p_read;
get diagnostics v_gone = row_count;
update lead_sync.activity_links as k set absent_since = p_read
where k.kind = p_kind and k.twenty_id = any (v_absent) and k.absent_since is null and k.updated_at <> 'infinity' and k.read_at < p_read;
else
perform lead_sync.rescore_active(array_agg(k.person_id), array_agg(k.opportunity_id))
from lead_sync.activities as a
join lead_sync.activity_links as k on k.kind = a.kind and k.activity_id = a.twenty_id
where a.kind = p_kind and a.twenty_id = any (v_absent) and a.absent_since <= v_confirmed and a.read_at < p_read;
update lead_sync.activities as a set
deleted_at = clock_timestamp(), updated_at = 'infinity', read_at = p_read, absent_since = null, author = null, title = null, excerpt = null,
body = null, status = null
where a.kind = p_kind and a.twenty_id = any (v_absent) and a.absent_since <= v_confirmed and a.read_at < p_read;
get diagnostics v_gone = row_count;
update lead_sync.activities as a set absent_since = p_read
where a.kind = p_kind and a.twenty_id = any (v_absent) and a.absent_since is null and a.updated_at <> 'infinity' and a.read_at < p_read;
end if;
return jsonb_build_object('absent', cardinality(v_absent), 'gone', v_gone);
end
$$;
-- activities/note_activity_page.sql
create or replace function lead_sync.note_activity_page(p_object text, p_kind text, p_is_link boolean, p_page jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_whole_since timestamptz := (p_page ->> 'whole_since')::timestamptz;
v_until timestamptz := (p_page ->> 'until')::timestamptz;
begin
if (p_page ->> 'has_next')::boolean then
insert into lead_sync.activity_cursors as c (object, window_from, window_until, position, whole_since)
values (p_object, (p_page ->> 'from')::timestamptz, v_until, p_page ->> 'position', v_whole_since)
on conflict (object) do update set
window_from = excluded.window_from, window_until = excluded.window_until, position = excluded.position, whole_since = excluded.whole_since;
return;
end if;
if p_is_link and not exists (select from lead_sync.activity_cursors as c where c.object = p_object and c.read_until is not null) then
insert into lead_sync.to_destroy (object, record_id)
select a.kind, a.twenty_id from lead_sync.activities as a where a.kind = p_kind and a.kind in ('note', 'task') and a.read_at = 'infinity'
on conflict do nothing;
end if;
insert into lead_sync.activity_cursors as c (object, read_until) values (p_object, v_until)
on conflict (object) do update set
read_until = greatest(c.read_until, excluded.read_until), window_from = null, window_until = null, position = null, whole_since = null;
if v_whole_since is null then
return;
end if;
insert into lead_sync.inbox as i (object, record_id)
select p_object, m.twenty_id
from (
select a.twenty_id from lead_sync.activities as a where not p_is_link and a.kind = p_kind and a.read_at < v_whole_since and a.updated_at <> 'infinity'
union all
select k.twenty_id from lead_sync.activity_links as k where p_is_link and k.kind = p_kind and k.read_at < v_whole_since and k.updated_at <> 'infinity'
) as m
order by m.twenty_id
on conflict (object, record_id) do nothing;
end
$$;
-- activities/note_deal_activity.sql
create or replace function lead_sync.note_deal_activity() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
declare
v_lead_ids uuid[];
v_deals uuid[];
begin
if not lead_sync.looks_at_activity() then
return null;
elsif tg_op = 'INSERT' then
select array_agg(n.lead_id), array_agg(n.twenty_id) into v_lead_ids, v_deals from new_rows as n where n.lead_id is not null and n.twenty_id is not null;
else
select array_agg(c.lead_id), array_agg(c.deal) into v_lead_ids, v_deals
from new_rows as n
join old_rows as o on o.id = n.id
cross join lateral (values (n.lead_id, n.twenty_id), (o.lead_id, o.twenty_id)) as c (lead_id, deal)
where c.lead_id is not null and c.deal is not null and (n.lead_id, n.twenty_id, n.deleted_at is null) is distinct from (o.lead_id, o.twenty_id, o.deleted_at is null);
end if;
if v_lead_ids is not null then
perform lead_sync.rescore_deal_leads(v_lead_ids, v_deals);
end if;
return null;
end
$$;
-- activities/rescore_active.sql
create or replace function lead_sync.rescore_active(
p_people uuid[] default null, p_opportunities uuid[] default null, p_lead_ids uuid[] default null
) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_engine text := current_setting('lead_sync.engine', true);
v_ids uuid[];
begin
if coalesce(p_people, p_opportunities, p_lead_ids) is null or not lead_sync.looks_at_activity() then
return;
end if;
v_ids := array(
select unnest(p_lead_ids)
union all select p.id from public.leads as p where p.twenty_id = any (p_people)
union all select o.lead_id from public.opportunities as o where o.twenty_id = any (p_opportunities)
);
perform lead_sync.lock_leads(v_ids);
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set score_epoch = 0 where l.id = any (v_ids) and l.score_epoch <> 0;
perform set_config('lead_sync.engine', coalesce(v_engine, 'off'), true);
end
$$;
-- activities/rescore_deal_leads.sql
create or replace function lead_sync.rescore_deal_leads(p_lead_ids uuid[], p_deals uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
declare
v_engine text := current_setting('lead_sync.engine', true);
begin
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set score_epoch = 0
from (
select k.id from public.leads as k
where k.score_epoch <> 0 and k.id in (
select c.lead_id from unnest(p_lead_ids, p_deals) as c (lead_id, deal)
where exists (select from lead_sync.activity_links as a where a.opportunity_id = c.deal and a.deleted_at is null)
)
order by k.id
for no key update skip locked
) as k
where l.id = k.id;
perform set_config('lead_sync.engine', coalesce(v_engine, 'off'), true);
end
$$;
-- activities/rescore_people.sql
create or replace function lead_sync.rescore_people(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
begin
perform lead_sync.rescore_active(p_lead_ids => array(
select l.id from public.leads as l
where l.id = any (p_lead_ids) and exists (select from lead_sync.activity_links as k where k.person_id = l.twenty_id and k.deleted_at is null)
));
end
$$;
-- activities/settle_activity_hints.sql
create or replace function lead_sync.settle_activity_hints(p_object text, p_kind text, p_is_link boolean, p_hints jsonb, p_read timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_allowance interval := (select s.absence_allowance from lead_sync.settings as s);
v_drained integer;
begin
if p_hints is null then
return;
end if;
perform from lead_sync.inbox as i
where i.object = p_object and i.record_id in (select (h ->> 'record_id')::uuid from jsonb_array_elements(p_hints) as h)
order by i.record_id
for update;
with settled as materialized (
select i.record_id, coalesce(a.absent_since, k.absent_since) as absent_since
from lead_sync.inbox as i
join jsonb_to_recordset(p_hints) as h (record_id uuid, hints integer) on h.record_id = i.record_id and h.hints = i.hints
left join lead_sync.activities as a on not p_is_link and a.kind = p_kind and a.twenty_id = i.record_id
left join lead_sync.activity_links as k on p_is_link and k.kind = p_kind and k.twenty_id = i.record_id
where i.object = p_object and i.waiting_since <= p_read
),
wait as (
update lead_sync.inbox as i set due_at = s.absent_since + v_allowance
from settled as s
where i.object = p_object and i.record_id = s.record_id and s.absent_since is not null
),
leave as (
delete from lead_sync.inbox as i using settled as s
where i.object = p_object and i.record_id = s.record_id and s.absent_since is null
returning i.record_id
)
select count(*) into v_drained from leave;
perform lead_sync.count_hints(0, 0, 0, v_drained);
end
$$;
-- activities/store_activities.sql
create or replace function public.store_activities(
p_object text, p_records jsonb, p_read_started_at timestamptz, p_page jsonb default null, p_hints jsonb default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_kind text;
v_is_link boolean;
v_whole boolean := coalesce(p_page ->> 'whole_since' is not null, false);
v_stored integer;
v_absent jsonb;
begin
select o.kind, o.is_link into v_kind, v_is_link from lead_sync.activity_objects() as o where o.object = p_object;
if v_kind is null then
raise exception 'No activities are read from the object %', coalesce(p_object, 'null') using errcode = '22023', hint = 'Pass note, noteTarget, task, taskTarget, ….';
elsif jsonb_typeof(p_records) is distinct from 'array' or p_read_started_at is null then
raise exception 'p_records must be an array, and p_read_started_at a time' using errcode = '22023';
elsif jsonb_array_length(p_records) > 5000 then
raise exception 'At most 5,000 records a call, got %', jsonb_array_length(p_records) using errcode = '22023', hint = 'Send smaller batches.';
end if;
v_stored := case
when v_is_link then lead_sync.store_activity_links(v_kind, p_records, p_read_started_at, v_whole)
else lead_sync.store_activity_records(v_kind, p_records, p_read_started_at, v_whole)
end;
v_absent := lead_sync.note_absent_activities(v_kind, v_is_link, p_records, p_read_started_at);
perform lead_sync.settle_activity_hints(p_object, v_kind, v_is_link, p_hints, p_read_started_at);
if p_page is not null then
perform lead_sync.note_activity_page(p_object, v_kind, v_is_link, p_page);
end if;
return v_absent || jsonb_build_object(
'stored', v_stored,
'unchanged', jsonb_array_length(p_records) - v_stored - (v_absent ->> 'absent')::integer,
'read_started_at', clock_timestamp()
);
end
$$;
-- activities/store_activity_links.sql
create or replace function lead_sync.store_activity_links(p_kind text, p_records jsonb, p_read timestamptz, p_whole boolean) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_changed uuid[];
v_people uuid[];
v_opportunities uuid[];
begin
with given as materialized (
select distinct on (r.id) r.*
from jsonb_to_recordset(p_records) as r (
id uuid, updated_at timestamptz, deleted_at timestamptz, activity_id uuid, person_id uuid, opportunity_id uuid, author text, absent boolean
)
where not coalesce(r.absent, false)
order by r.id, r.updated_at desc
),
before as materialized (
select k.* from lead_sync.activity_links as k join given as g on k.kind = p_kind and k.twenty_id = g.id
),
stored as (
insert into lead_sync.activity_links as k (
kind, twenty_id, activity_id, person_id, opportunity_id, author, deleted_at, updated_at, read_at
)
select p_kind, g.id, g.activity_id, g.person_id, g.opportunity_id, left(lead_sync.normal_text(g.author), 200), g.deleted_at, g.updated_at, p_read
from given as g
on conflict (kind, twenty_id) do update set
activity_id = excluded.activity_id, person_id = excluded.person_id, opportunity_id = excluded.opportunity_id, author = excluded.author,
deleted_at = excluded.deleted_at, updated_at = excluded.updated_at, read_at = greatest(k.read_at, excluded.read_at), absent_since = null
where not (k.updated_at > excluded.updated_at and k.read_at > excluded.read_at)
and (
p_whole or k.absent_since is not null or (k.updated_at, k.deleted_at, k.activity_id, k.person_id, k.opportunity_id, k.author)
is distinct from (excluded.updated_at, excluded.deleted_at, excluded.activity_id, excluded.person_id, excluded.opportunity_id, excluded.author)
)
returning k.*
)
select array_agg(s.twenty_id), array_agg(s.person_id) || array_agg(b.person_id), array_agg(s.opportunity_id) || array_agg(b.opportunity_id)
into v_changed, v_people, v_opportunities
from stored as s
left join before as b on b.twenty_id = s.twenty_id
where b.twenty_id is null or to_jsonb(b) - '{read_at,absent_since}'::text[] <> to_jsonb(s) - '{read_at,absent_since}'::text[];
perform lead_sync.forget_late_links(p_kind, v_changed);
perform lead_sync.rescore_active(v_people, v_opportunities);
return coalesce(cardinality(v_changed), 0);
end
$$;
-- activities/store_activity_records.sql
create or replace function lead_sync.store_activity_records(p_kind text, p_records jsonb, p_read timestamptz, p_whole boolean) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_texts text := (select s.texts from lead_sync.activity_settings as s);
v_changed uuid[];
begin
with given as materialized (
select distinct on (r.id) r.*
from jsonb_to_recordset(p_records) as r (
id uuid, updated_at timestamptz, deleted_at timestamptz, happened_at timestamptz, author text, title text, text text, status text, due_at timestamptz,
restricted boolean, absent boolean
)
where not coalesce(r.absent, false)
order by r.id, r.updated_at desc
),
before as materialized (
select a.* from lead_sync.activities as a join given as g on a.kind = p_kind and a.twenty_id = g.id
),
stored as (
insert into lead_sync.activities as a (
kind, twenty_id, happened_at, author, title, excerpt, body, status, due_at, restricted, deleted_at, updated_at, read_at
)
select
p_kind, g.id, g.happened_at, left(lead_sync.normal_text(g.author), 200),
case when g.deleted_at is null and v_texts <> 'none' then nullif(left(lead_sync.normal_text(left(g.title, 2000)), 500), '') end,
case when g.deleted_at is null and v_texts in ('excerpt', 'body') then nullif(left(lead_sync.normal_text(left(g.text, 2000)), 200), '') end,
case when g.deleted_at is null and v_texts = 'body' then nullif(left(g.text, 100000), '') end,
left(g.status, 100), g.due_at, coalesce(g.restricted, false), g.deleted_at, g.updated_at, p_read
from given as g
on conflict (kind, twenty_id) do update set
happened_at = excluded.happened_at, author = excluded.author, title = excluded.title, excerpt = excluded.excerpt, body = excluded.body,
status = excluded.status, due_at = excluded.due_at, restricted = excluded.restricted, deleted_at = excluded.deleted_at,
updated_at = excluded.updated_at, read_at = greatest(a.read_at, excluded.read_at), absent_since = null
where not (a.updated_at > excluded.updated_at and a.read_at > excluded.read_at)
and (
p_whole or a.absent_since is not null or (a.updated_at, a.deleted_at, a.happened_at, a.author, a.title, a.excerpt, a.body, a.status, a.due_at, a.restricted)
is distinct from (
excluded.updated_at, excluded.deleted_at, excluded.happened_at, excluded.author, excluded.title, excluded.excerpt, excluded.body, excluded.status,
excluded.due_at, excluded.restricted
)
)
returning a.*
)
select array_agg(s.twenty_id) into v_changed
from stored as s
left join before as b on b.twenty_id = s.twenty_id
where b.twenty_id is null or to_jsonb(b) - '{read_at,absent_since}'::text[] <> to_jsonb(s) - '{read_at,absent_since}'::text[];
perform lead_sync.rescore_active(array_agg(k.person_id), array_agg(k.opportunity_id))
from lead_sync.activity_links as k
where k.kind = p_kind and k.activity_id = any (v_changed) and k.deleted_at is null;
return coalesce(cardinality(v_changed), 0);
end
$$;
-- attribution/attribute_revenue.sql
create or replace function public.attribute_revenue(
p_model text default 'linear', p_from timestamptz default null, p_to timestamptz default null, p_by text default 'source',
p_currency text default null, p_half_life_days numeric default 7
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_costs jsonb;
v_rows jsonb;
v_totals jsonb;
begin
if p_model is null or p_model not in ('first_touch', 'last_touch', 'linear', 'position_based', 'time_decay') then
raise exception 'p_model must be first_touch, last_touch, linear, position_based or time_decay, got %', coalesce(left(p_model, 60), 'nothing') using errcode = '22023';
elsif p_by is null or p_by not in ('source', 'campaign', 'ad', 'form', 'segment', 'owner', 'month') then
raise exception 'p_by must be source, campaign, ad, form, segment, owner or month, got %', coalesce(left(p_by, 60), 'nothing') using errcode = '22023';
elsif p_currency !~ '^[A-Z]{3}$' then
raise exception 'p_currency must be a code such as EUR, got %', left(p_currency, 60) using errcode = '22023';
elsif p_half_life_days is null or p_half_life_days not between 0.01 and 3650 then
raise exception 'p_half_life_days must be between 0.01 and 3,650, got %', p_half_life_days using errcode = '22023';
end if;
v_costs := lead_sync.costs_by(p_from, p_to, p_by, p_currency);
with credit as materialized (
select * from lead_sync.credit_deals(p_model, p_from, p_to, p_by, p_currency, p_half_life_days::double precision)
),
share as (
select c.key, c.currency, m.figure, m.value from credit as c
cross join lateral (values (c.outcome || '_amount', c.amount), (c.outcome, c.deals)) as m (figure, value)
where not c.is_total
),
total as materialized (
select c.currency, m.figure, m.value, 10::numeric ^ -greatest(2, scale(trim_scale(m.value))) as unit from credit as c
cross join lateral (values (c.outcome || '_amount', c.amount), (c.outcome, c.deals)) as m (figure, value)
where c.is_total
),
rounded as (
select s.key, s.currency, s.figure, t.unit, t.value as total, floor(s.value / t.unit) * t.unit as value,
row_number() over (partition by s.currency, s.figure order by round(s.value / t.unit - floor(s.value / t.unit), 6) desc, s.key) as nth
from share as s join total as t on t.currency is not distinct from s.currency and t.figure = s.figure
),
whole as (
select r.key, r.currency, r.figure, r.value
+ r.unit * (floor(l.units / l.keys) + (r.nth <= l.units - l.keys * floor(l.units / l.keys))::integer) as value
from rounded as r
join (
select n.currency, n.figure, round((max(n.total) - sum(n.value)) / max(n.unit)) as units, count(*)::numeric as keys from rounded as n group by n.currency, n.figure
) as l on l.currency is not distinct from r.currency and l.figure = r.figure
),
figure as (
select w.key, w.currency, jsonb_object_agg(w.figure, trim_scale(w.value)) as figures from whole as w group by w.key, w.currency
),
cost as (
select c.* from jsonb_to_recordset(v_costs) as c (key text, currency text, cost numeric, leads bigint)
),
line as (
select coalesce(f.key, c.key) as key, coalesce(f.currency, c.currency) as currency, f.figures, round(d.days, 1) as days_to_won, c.cost, c.leads
from figure as f
full join cost as c on coalesce(c.key, '') = coalesce(f.key, '') and c.currency = f.currency
left join (
select k.key, k.currency, sum(k.days) / nullif(sum(k.dated), 0) as days from credit as k where k.outcome = 'won' and not k.is_total group by k.key, k.currency
) as d on d.key is not distinct from f.key and d.currency is not distinct from f.currency
)
select
coalesce(jsonb_agg(
jsonb_build_object('key', l.key) || lead_sync.revenue_figures(l.currency, coalesce(l.figures, '{}')) || jsonb_build_object(
'days_to_won', l.days_to_won, 'cost', l.cost, 'leads', l.leads, 'cost_per_lead', round(l.cost / nullif(l.leads, 0), 2),
'return', round(coalesce((l.figures ->> 'won_amount')::numeric, 0) / nullif(l.cost, 0), 2)
) order by l.currency, coalesce((l.figures ->> 'won_amount')::numeric, 0) desc, coalesce((l.figures ->> 'open_amount')::numeric, 0) desc, l.key
), '[]'),
(
select coalesce(jsonb_agg(lead_sync.revenue_figures(t.currency, t.figures) order by t.currency), '[]')
from (select o.currency, jsonb_object_agg(o.figure, trim_scale(o.value)) as figures from total as o group by o.currency) as t
)
into v_rows, v_totals
from line as l;
return jsonb_build_object(
'model', p_model, 'by', p_by, 'from', p_from, 'to', p_to, 'currency', p_currency,
'half_life_days', case when p_model = 'time_decay' then p_half_life_days end,
'deals', (select coalesce(sum((t ->> 'won')::numeric + (t ->> 'open')::numeric + (t ->> 'lost')::numeric), 0) from jsonb_array_elements(v_totals) as t),
'totals', v_totals, 'rows', v_rows
);
end
$$;
-- attribution/costs_by.sql
create or replace function lead_sync.costs_by(p_from timestamptz, p_to timestamptz, p_by text, p_currency text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set work_mem = '64MB' as $$
begin
if p_by not in ('source', 'campaign', 'ad', 'month') or not exists (select from public.campaign_costs) then
return '[]';
end if;
return (
with cost as materialized (
select
case p_by when 'source' then c.source when 'campaign' then nullif(btrim(c.campaign), '') when 'ad' then nullif(btrim(c.ad), '') else to_char(c.day, 'YYYY-MM') end as key,
case when r.rate is null then c.currency else p_currency end as currency,
sum(c.amount * case when c.currency = p_currency then 1 else coalesce(r.rate, 1) end) as cost
from public.campaign_costs as c
left join lateral (select lead_sync.nearest_rate(c.currency, p_currency, c.day) as rate) as r on p_currency is not null
where (p_from is null or c.day >= ((p_from + interval '12 hours') at time zone 'UTC')::date)
and (p_to is null or c.day < ((p_to + interval '12 hours') at time zone 'UTC')::date)
group by 1, 2
),
first_touch as (
select distinct on (t.lead_id) t.lead_id, case p_by when 'source' then t.source when 'campaign' then t.campaign when 'ad' then t.ad end as key
from lead_sync.inbound_touches as t
where t.lead_id is not null and p_by <> 'month'
order by t.lead_id, t.touched_at, t.id
),
lead as (
select
case when p_by = 'month' then to_char(date_trunc('month', l.created_at at time zone 'UTC'), 'YYYY-MM')
else coalesce(f.key, s.source) end as key,
count(*) as leads
from public.leads as l
left join first_touch as f on f.lead_id = l.id
left join lead_sync.stated_sources as s on p_by = 'source' and s.lead_id = l.id
where l.deleted_at is null and (p_from is null or l.created_at >= p_from) and (p_to is null or l.created_at < p_to)
group by 1
)
select coalesce(jsonb_agg(jsonb_build_object('key', c.key, 'currency', c.currency, 'cost', round(c.cost, 2), 'leads', coalesce(l.leads, 0))), '[]')
from cost as c
left join lead as l on l.key is not distinct from c.key
);
end
$$;
-- attribution/credit_deals.sql
create or replace function lead_sync.credit_deals(
p_model text, p_from timestamptz, p_to timestamptz, p_by text, p_currency text, p_half_life_days double precision
)
returns table (is_total boolean, key text, currency text, outcome text, deals numeric, amount numeric, dated numeric, days numeric)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set enable_sort = off set enable_memoize = off set work_mem = '64MB' as $$
begin
return query
with rate as materialized (
select x.currency, x.day, lead_sync.nearest_rate(x.currency, p_currency, x.day) as rate
from (
select distinct d.currency, (coalesce(d.won_at, now()) at time zone 'UTC')::date as day
from lead_sync.deals as d
where p_currency is not null and (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
) as x
),
deal as materialized (
select
d.id, d.lead_id, d.created_at, d.outcome, date_part('epoch', d.won_at) as won,
case when r.rate is null then d.currency else p_currency end as currency,
case when r.rate is null or d.currency = p_currency then d.amount else round(d.amount * r.rate, 2) end as amount,
case p_by
when 'owner' then coalesce((select o.name from public.sales_reps as o where o.member_id = d.owner_id), d.owner_id::text)
when 'segment' then (select s.segment_name from public.leads as l join public.customer_segments as s on s.id = l.segment_id where l.id = d.lead_id)
end as key
from lead_sync.deals as d
left join rate as r on p_currency is not null and r.currency = d.currency and r.day = (coalesce(d.won_at, now()) at time zone 'UTC')::date
where (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
),
touch as (
select d.*, t.*
from deal as d
left join lateral (
select w.*, case when p_model = 'time_decay' then round(1e12::double precision * w.weight / sum(w.weight) over ())::bigint end as weight_part
from (
select p.*, case when p_model = 'time_decay' then power(2, greatest(-1000, (p.touched - date_part('epoch', p.last_at)) / (86400 * p_half_life_days))) end as weight
from (
select
n.touched_at, date_part('epoch', n.touched_at) as touched, case p_by when 'source' then n.source when 'campaign' then n.campaign when 'ad' then n.ad when 'form' then n.form end as touch_key,
row_number() over whole as nth, count(*) over whole as touches, max(n.touched_at) over whole as last_at
from lead_sync.inbound_touches as n
where n.lead_id = d.lead_id and n.touched_at <= d.created_at
window whole as (
order by case when p_model not in ('linear', 'time_decay') then n.touched_at end, case when p_model not in ('linear', 'time_decay') then n.id end
rows between unbounded preceding and unbounded following
)
) as p
) as w
) as t on true
),
credit as (
select
case
when p_by <> 'source' or t.nth is not null then coalesce(t.key, t.touch_key)
else (select s.source from lead_sync.stated_sources as s where s.lead_id = t.lead_id)
end as key,
case when p_by = 'month' then
date_trunc('month', coalesce(t.touched_at, (select l.created_at from public.leads as l where l.id = t.lead_id)) at time zone 'UTC')
end as month,
t.outcome, t.currency, case when c.part = 1 then t.amount else t.amount * c.part end as amount_part, (t.won - t.touched) / 86400 as days, c.part, c.parts
from touch as t
cross join lateral (
select
case
when p_model = 'position_based' and t.touches > 2 and t.nth in (1, t.touches) then 2
when p_model = 'time_decay' and t.nth is not null then t.weight_part
else 1
end as part,
case
when t.nth is null then 1
when p_model = 'linear' or p_model = 'position_based' and t.touches < 3 then t.touches
when p_model = 'position_based' then case when t.nth in (1, t.touches) then 5 else 5 * (t.touches - 2) end
when p_model = 'time_decay' then 1000000000000
else 1
end as parts
) as c
where case p_model when 'first_touch' then t.nth = 1 when 'last_touch' then t.nth = t.touches else true end is not false
),
summed as (
select
c.key, c.month, c.currency, c.outcome,
sum(c.part) / c.parts as deals,
sum(c.amount_part) / c.parts as amount,
sum(c.part) filter (where c.days is not null) / c.parts as dated,
(sum(c.days * c.part) / c.parts)::numeric as days
from credit as c
group by 1, 2, 3, 4, c.parts
)
select
false, case when p_by = 'month' then to_char(s.month, 'YYYY-MM') else s.key end, s.currency, s.outcome, sum(s.deals), sum(s.amount), sum(s.dated), sum(s.days)
from summed as s
group by 2, 3, 4
union all
select true, null, d.currency, d.outcome, count(*), sum(d.amount), null, null from deal as d group by d.currency, d.outcome;
end
$$;
-- attribution/deals.sql
create or replace view lead_sync.deals with (security_invoker = on) as
select
o.id, o.lead_id, o.owner_id, o.created_at, o.currency, coalesce(s.outcome, 'open') as outcome,
case when o.amount > '-Infinity' and o.amount < 'Infinity' then o.amount else 0 end as amount,
case when s.outcome = 'won' then coalesce(w.won_at, o.close_date, case when w.first_at < o.created_at + interval '24 hours' then w.first_at end) end as won_at
from public.opportunities as o
left join public.sales_stages as s on s.stage = o.stage
left join (
select m.opportunity_id, max(m.moved_at) filter (where m.from_stage is not null) as won_at, max(m.moved_at) filter (where m.from_stage is null) as first_at
from public.opportunity_stages as m
join public.sales_stages as t on t.stage = m.to_stage and t.outcome = 'won'
left join public.sales_stages as f on f.stage = m.from_stage and f.outcome = 'won'
where f.stage is null
group by m.opportunity_id
) as w on w.opportunity_id = o.id
where o.deleted_at is null;
-- attribution/draft_suggested_points.sql
create or replace function public.draft_suggested_points(p_from timestamptz default null, p_to timestamptz default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_changed jsonb;
begin
with suggested as materialized (
select r.rule_key, r.points as before, o.suggested_points as after
from jsonb_to_recordset(lead_sync.rule_odds(p_from, p_to)) as o (rule_key text, suggested_points numeric)
join public.lead_scoring_rules as r on r.rule_key = o.rule_key
where r.enabled and r.points not in (0, o.suggested_points)
for update of r
),
written as (
update public.lead_scoring_rules as r set points = s.after from suggested as s where r.rule_key = s.rule_key
)
select coalesce(jsonb_agg(jsonb_build_object('rule_key', s.rule_key, 'before', s.before, 'after', s.after) order by s.rule_key), '[]') into v_changed from suggested as s;
return jsonb_build_object('changed', v_changed, 'preview', case when v_changed <> '[]' then public.preview_scoring_rules() end);
end
$$;
-- attribution/get_data_quality.sql
create or replace function public.get_data_quality(p_sample integer default 10000, p_months integer default 12, p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_answer jsonb;
begin
if p_sample is null or p_sample not between 1 and 10000 then
raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
elsif p_months is null or p_months not between 1 and 60 then
raise exception 'p_months must be between 1 and 60, got %', p_months using errcode = '22023';
end if;
with figure as materialized (
select m.field, m.source, m.leads, m.age_days, round(100.0 * m.filled / nullif(m.leads, 0), 1) as filled, round(100.0 * m.valid / nullif(m.filled, 0), 1) as valid
from lead_sync.measure_data_quality(p_sample, p_now) as m
)
select jsonb_build_object(
'at', p_now, 'leads', coalesce(max(f.leads), 0),
'fields', coalesce(jsonb_agg(jsonb_build_object(
'field', f.field, 'filled_percent', f.filled, 'valid_percent', f.valid, 'age_days', f.age_days,
'sources', (
select jsonb_agg(jsonb_build_object(
'source', nullif(s.source, ''), 'leads', s.leads, 'filled_percent', s.filled, 'valid_percent', s.valid, 'age_days', s.age_days
) order by s.leads desc, s.source)
from figure as s where s.field = f.field and s.source <> '*'
)
) order by f.field), '[]')
)
into v_answer
from figure as f
where f.source = '*';
return v_answer || jsonb_build_object('trend', (
select coalesce(jsonb_agg(jsonb_build_object(
'month', to_char(q.month, 'YYYY-MM'), 'field', q.field, 'filled_percent', round(100.0 * q.filled / nullif(q.leads, 0), 1),
'valid_percent', round(100.0 * q.valid / nullif(q.filled, 0), 1), 'age_days', q.age_days
) order by q.month, q.field), '[]')
from lead_sync.data_quality as q
where q.source = '*' and q.month > (date_trunc('month', p_now at time zone 'UTC') - make_interval(months => p_months))::date
));
end
$$;
-- attribution/get_revenue.sql
create or replace function public.get_revenue(p_model text default 'linear', p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if not exists (select from public.opportunities as o where o.deleted_at is null) then
return '{"revenue": null}';
end if;
return jsonb_build_object('revenue', jsonb_build_object(
'model', p_model,
'pipeline', (
select coalesce(jsonb_agg(to_jsonb(p) - 'position' order by p.position, p.stage, p.currency), '[]')
from (
select o.stage, s.label, s.position, o.currency, count(*) as deals, coalesce(sum(o.amount) filter (where o.amount > '-Infinity' and o.amount < 'Infinity'), 0) as amount
from public.opportunities as o left join public.sales_stages as s on s.stage = o.stage
where o.deleted_at is null and coalesce(s.outcome, 'open') = 'open'
group by o.stage, s.label, s.position, o.currency
) as p
),
'won', lead_sync.won_by_month(p_now),
'funnel', lead_sync.measure_funnel(),
'attribution', public.attribute_revenue(p_model, p_now - interval '12 months'),
'score', public.get_score_quality() - array['rules', 'segments']
));
end
$$;
-- attribution/get_score_quality.sql
create or replace function public.get_score_quality(p_from timestamptz default null, p_to timestamptz default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_won numeric;
v_lost numeric;
v_known bigint;
v_deciles jsonb;
v_auc numeric;
v_deviation numeric;
v_low numeric;
v_high numeric;
begin
with deal as materialized (
select d.won, d.score, d.is_known from lead_sync.scored_deals(p_from, p_to) as d
),
value as (
select d.score, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost from deal as d group by d.score
),
ranked as (
select v.*, sum(v.won + v.lost) over below - v.won - v.lost as deals_below, sum(v.lost) over below - v.lost as lost_below, sum(v.won + v.lost) over () as deals,
sum(v.won) over () as all_won
from value as v
window below as (order by v.score)
),
decile as (
select 1 + floor(10 * r.deals_below / r.deals) as decile, min(r.score) as low, max(r.score) as high, sum(r.won + r.lost) as deals, sum(r.won) as won, max(r.all_won / r.deals) as rate
from ranked as r
group by 1
)
select
sum(r.won), sum(r.lost), (select count(*) from deal as d where d.is_known), sum(r.won * (r.lost_below + r.lost / 2.0)) / nullif(sum(r.won) * sum(r.lost), 0),
(
select jsonb_agg(jsonb_build_object(
'decile', d.decile, 'from', d.low, 'to', d.high, 'deals', d.deals, 'won', d.won, 'win_percent', round(100 * d.won / d.deals, 1),
'lift', round(d.won / d.deals / nullif(d.rate, 0), 2)
) order by d.decile desc)
from decile as d
)
into v_won, v_lost, v_known, v_auc, v_deciles
from ranked as r;
v_won := coalesce(v_won, 0);
v_lost := coalesce(v_lost, 0);
v_deviation := sqrt(greatest(0,
v_auc * (1 - v_auc) + (v_won - 1) * (v_auc / (2 - v_auc) - v_auc ^ 2) + (v_lost - 1) * (2 * v_auc ^ 2 / (1 + v_auc) - v_auc ^ 2)
) / nullif(v_won * v_lost, 0));
v_low := case when v_auc = 1 then power(0.025, 1 / least(v_won, v_lost)) else greatest(0, v_auc - 1.96 * v_deviation) end;
v_high := case when v_auc = 0 then 1 - power(0.025, 1 / least(v_won, v_lost)) else least(1, v_auc + 1.96 * v_deviation) end;
return jsonb_build_object(
'deals', v_won + v_lost, 'won', v_won, 'lost', v_lost, 'win_percent', round(100 * v_won / nullif(v_won + v_lost, 0), 1),
'scores', jsonb_build_object('known', v_known, 'present', v_won + v_lost - v_known),
'enough', least(v_won, v_lost) >= 10,
'sentence', case
when least(v_won, v_lost) < 10 then
format('%s won and %s lost deals have a scored lead: too few to judge the scores by. Ten of each are the least, and with fewer than a hundred intervals are wide.', v_won, v_lost)
when v_low > 0.5 then 'Leads that scored higher were won more often.'
when v_high < 0.5 then 'Leads that scored higher were lost more often: the rules point the wrong way.'
else 'No difference is seen between won and lost deals by their scores.'
end,
'deciles', coalesce(v_deciles, '[]'),
'auc', case when v_auc is not null then jsonb_build_object(
'value', round(v_auc, 3), 'low', round(v_low, 3), 'high', round(v_high, 3),
'method', case when v_auc in (0, 1) then 'Clopper–Pearson, 95 %' else 'Hanley–McNeil, 95 %' end
) end,
'rules', lead_sync.rule_odds(p_from, p_to),
'segments', (
select jsonb_build_object(
'judged', coalesce(sum(g.judged), 0), 'agreed', coalesce(sum(g.agreed), 0), 'agreed_percent', round(100.0 * sum(g.agreed) / sum(g.judged), 1),
'by_segment', coalesce(jsonb_agg(jsonb_build_object('segment', g.segment_name, 'judged', g.judged, 'agreed', g.agreed) order by g.judged desc, g.segment_name), '[]')
)
from (
select s.segment_name, count(*) as judged, count(*) filter (where l.segment_id = a.segment_id) as agreed
from lead_sync.ai_answers as a
join public.leads as l on l.id = a.lead_id and l.segment_source = 'human' and l.deleted_at is null
join public.customer_segments as s on s.id = a.segment_id
group by s.segment_name
) as g
)
);
end
$$;
-- attribution/keep_data_quality.sql
create or replace function lead_sync.keep_data_quality(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_rows integer;
begin
insert into lead_sync.data_quality (month, field, source, leads, filled, valid, age_days)
select date_trunc('month', p_now at time zone 'UTC')::date, m.* from lead_sync.measure_data_quality(10000, p_now) as m
on conflict (month, field, source) do update set leads = excluded.leads, filled = excluded.filled, valid = excluded.valid, age_days = excluded.age_days;
get diagnostics v_rows = row_count;
return v_rows;
end
$$;
-- attribution/load_campaign_costs.sql
create or replace function public.load_campaign_costs(p_csv text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_rejected jsonb;
v_loaded integer;
begin
if lower(regexp_replace(split_part(coalesce(p_csv, ''), e'\n', 1), '[\s"\uFEFF]', '', 'g')) <> 'day,source,campaign,ad,currency,amount' then
raise exception 'The first line must be day,source,campaign,ad,currency,amount' using errcode = '22023', hint = 'Add the header, or put the columns into this order.';
end if;
with judged as materialized (
select l.line, l.fields, case
when cardinality(l.fields) = 0 then 'has a double quote within a value: put the value in double quotes and double those in it'
when cardinality(l.fields) <> 6 then 'has ' || cardinality(l.fields) || ' values where 6 are expected'
when l.fields[1] !~ '^(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$' then 'day "' || left(l.fields[1], 40) || '" is not a day such as 2026-03-31'
when right(l.fields[1], 2)::integer > date_part('day', (left(l.fields[1], 7) || '-01')::date + interval '1 month -1 day') then 'its month has no day ' || right(l.fields[1], 2)
when l.fields[2] = '' then 'source is empty'
when upper(l.fields[5]) !~ '^[A-Z]{3}$' then 'currency "' || left(l.fields[5], 40) || '" is not a code such as EUR'
when l.fields[6] !~ '^\d{1,15}(\.\d{1,6})?$' then 'amount "' || left(l.fields[6], 40) || '" is not a number such as 1234.50'
end as problem
from lead_sync.csv_lines(p_csv) as l
),
loaded as (
insert into public.campaign_costs (day, source, campaign, ad, currency, amount)
select j.fields[1]::date, j.fields[2], j.fields[3], j.fields[4], upper(j.fields[5]), sum(j.fields[6]::numeric) from judged as j where j.problem is null group by 1, 2, 3, 4, 5
on conflict (day, source, campaign, ad, currency) do update set amount = excluded.amount
)
select
count(*) filter (where j.problem is null),
coalesce(jsonb_agg(jsonb_build_object('line', j.line, 'reason', j.problem) order by j.line) filter (where j.problem is not null), '[]')
into v_loaded, v_rejected
from judged as j;
return jsonb_build_object('loaded', v_loaded, 'rejected', v_rejected);
end
$$;
-- attribution/measure_data_quality.sql
create or replace function lead_sync.measure_data_quality(p_sample integer, p_now timestamptz)
returns table (field text, source text, leads integer, filled integer, valid integer, age_days numeric)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
return query
with sample as materialized (
select l.*, coalesce(s.changed_at, '{}') as changed_at, coalesce(nullif(left(btrim(l.lead_source), 200), '*'), '') as from_source
from (select * from public.leads as k where k.deleted_at is null order by k.id limit p_sample) as l
left join lead_sync.lead_states as s on s.lead_id = l.id
),
value as (
select s.from_source, f.field, nullif(btrim(f.value), '') as value, f.fits,
date_part('epoch', p_now - coalesce((s.changed_at ->> f.field)::timestamptz, s.created_at)) / 86400 as age
from sample as s
cross join lateral (values
('first_name', s.first_name, true), ('last_name', s.last_name, true),
('email', s.email, s.email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'),
('phone', s.phone, s.phone ~ '^[^0-9+]*(\+|00)' and length(regexp_replace(s.phone, '[^0-9]', '', 'g')) between 7 and 17),
('job_title', s.job_title, true), ('company_name', s.company_name, true), ('company_domain', s.company_domain, s.company_domain ~ '^[^@[:space:]]+\.[^@[:space:]]+$'),
('company_size', s.company_size, s.company_employees is not null), ('city', s.city, true), ('region', s.region, true),
('country', s.country, s.country is not null and lead_sync.country_code(s.country) is not null), ('postal_code', s.postal_code, true),
('linkedin_url', s.linkedin_url, s.linkedin_url ~* '^(https?://)?([a-z]{2,3}\.)?linkedin\.com/.'), ('lead_status', s.lead_status, true)
) as f (field, value, fits)
)
select
v.field, case when grouping(v.from_source) = 1 then '*' else v.from_source end, count(*)::integer, count(v.value)::integer,
(count(*) filter (where v.value is not null and v.fits and lower(v.value) not in ('n/a', 'na', 'none', 'null', 'unknown', 'test', '-', '--', '.', 'x', 'xxx', '?')))::integer,
round((percentile_cont(0.5) within group (order by v.age) filter (where v.value is not null))::numeric, 1)
from value as v
group by grouping sets ((v.field, v.from_source), (v.field));
end
$$;
-- attribution/measure_funnel.sql
create or replace function lead_sync.measure_funnel() returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set work_mem = '64MB' as $$
begin
return (
with began as materialized (
select t.lead_id, min(t.touched_at) as began_at from lead_sync.inbound_touches as t where t.lead_id is not null group by t.lead_id
),
dealt as materialized (
select d.lead_id, min(d.created_at) as dealt_at, min(d.won_at) as won_at, bool_or(d.outcome = 'won') as is_won
from lead_sync.deals as d where d.lead_id is not null group by d.lead_id
),
way as materialized (
select l.deleted_at is null as lives, d.lead_id is not null as has_deal, d.is_won, lower(btrim(l.lead_status)) = any (lead_sync.qualified_statuses()) or d.lead_id is not null as is_qualified,
date_part('epoch', least(q.qualified_at, d.dealt_at) - b.began_at) as to_qualified, date_part('epoch', d.dealt_at - b.began_at) as to_deal,
date_part('epoch', d.won_at - b.began_at) as to_won
from public.leads as l
left join dealt as d on d.lead_id = l.id
left join lead_sync.qualified_leads as q on q.lead_id = l.id
left join began as t on t.lead_id = l.id and (d.lead_id is not null or q.lead_id is not null)
cross join lateral (select coalesce(t.began_at, l.created_at) as began_at) as b
),
figure as (
select
count(*) filter (where w.lives) as leads, count(*) filter (where w.lives and w.is_qualified) as qualified,
count(*) filter (where w.has_deal) as dealt, count(*) filter (where w.is_won) as won,
percentile_cont(0.5) within group (order by w.to_qualified / 86400) filter (where w.lives and w.is_qualified and w.to_qualified >= 0) as to_qualified,
percentile_cont(0.5) within group (order by w.to_deal / 86400) filter (where w.to_deal >= 0) as to_deal,
percentile_cont(0.5) within group (order by w.to_won / 86400) filter (where w.to_won >= 0) as to_won
from way as w
)
select jsonb_agg(jsonb_build_object('step', s.step, 'leads', s.leads, 'days', round(s.days::numeric, 1)) order by s.place)
from figure as f
cross join lateral (
values (1, 'touch', (select count(*) from began), null), (2, 'lead', f.leads, null), (3, 'qualified', f.qualified, f.to_qualified),
(4, 'opportunity', f.dealt, f.to_deal), (5, 'won', f.won, f.to_won)
) as s (place, step, leads, days)
);
end
$$;
-- attribution/nearest_rate.sql
create or replace function lead_sync.nearest_rate(p_currency text, p_base text, p_day date) returns numeric
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if p_currency = p_base then
return 1;
end if;
return (
select e.rate from public.exchange_rates as e
where e.base = p_base and e.currency = p_currency
order by e.day > p_day, abs(e.day - p_day)
limit 1
);
end
$$;
-- attribution/note_deal_score.sql
create or replace function lead_sync.note_deal_score() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
insert into lead_sync.deal_scores (opportunity_id, score, rules, version)
select new.id, l.lead_score, case when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' end,
coalesce(
case when l.deleted_at is null then lead_sync.settled_version() end,
case when l.score_breakdown ->> 'version' ~ '^\d{1,9}$' then (l.score_breakdown ->> 'version')::integer end
)
from public.leads as l
where l.id = new.lead_id and l.lead_score is not null
on conflict (opportunity_id) do nothing;
return null;
end
$$;
-- attribution/note_qualified.sql
create or replace function lead_sync.note_qualified() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
insert into lead_sync.qualified_leads (lead_id, qualified_at)
select new.id, now() where lower(btrim(new.lead_status)) = any (lead_sync.qualified_statuses())
on conflict (lead_id) do nothing;
return null;
end
$$;
-- attribution/qualified_statuses.sql
create or replace function lead_sync.qualified_statuses() returns text[]
language plpgsql immutable set search_path = '' as $$
begin
return array['qualified', 'sql', 'opportunity', 'customer', 'won'];
end
$$;
-- attribution/revenue_figures.sql
create or replace function lead_sync.revenue_figures(p_currency text, p_figures jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_won numeric := coalesce((p_figures ->> 'won')::numeric, 0);
v_lost numeric := coalesce((p_figures ->> 'lost')::numeric, 0);
begin
return jsonb_build_object(
'currency', p_currency, 'won_amount', coalesce(p_figures -> 'won_amount', '0'), 'open_amount', coalesce(p_figures -> 'open_amount', '0'),
'won', v_won, 'open', coalesce(p_figures -> 'open', '0'), 'lost', v_lost, 'win_percent', round(100 * v_won / nullif(v_won + v_lost, 0), 1)
);
end
$$;
-- attribution/rule_odds.sql
create or replace function lead_sync.rule_odds(p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
return (
with deal as materialized (
select d.won, d.rules, d.version from lead_sync.scored_deals(p_from, p_to) as d where d.rules is not null
),
whole as (
select d.version, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost from deal as d group by d.version
),
fitted as materialized (
select d.version, k.key, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost
from deal as d cross join jsonb_object_keys(d.rules) as k (key)
group by d.version, k.key
),
judged as (
select v.version, r ->> 'rule_key' as key from public.lead_scoring_versions as v cross join jsonb_array_elements(v.rules) as r where (r ->> 'enabled')::boolean
),
summed as (
select k.key, coalesce(sum(f.won), 0) as won, coalesce(sum(f.lost), 0) as lost,
coalesce(sum(w.won - coalesce(f.won, 0)) filter (where w.version is null or j.key is not null), 0) as other_won,
coalesce(sum(w.lost - coalesce(f.lost, 0)) filter (where w.version is null or j.key is not null), 0) as other_lost
from (select distinct f.key from fitted as f) as k
cross join whole as w
left join fitted as f on f.key = k.key and f.version is not distinct from w.version
left join judged as j on j.key = k.key and j.version = w.version
group by k.key
),
counted as (
select s.*, d.points,
ln((s.won + 0.5) * (s.other_lost + 0.5) / ((s.lost + 0.5) * (s.other_won + 0.5))) as log_ratio,
sqrt(1 / (s.won + 0.5) + 1 / (s.lost + 0.5) + 1 / (s.other_won + 0.5) + 1 / (s.other_lost + 0.5)) as deviation,
s.won + s.lost >= 10 and s.other_won + s.other_lost >= 10 and least(s.won + s.other_won, s.lost + s.other_lost) >= 10 as enough
from summed as s
left join public.lead_scoring_rules as d on d.rule_key = s.key
)
select coalesce(jsonb_agg(jsonb_build_object(
'rule_key', c.key, 'points', c.points, 'with', jsonb_build_object('won', c.won, 'lost', c.lost), 'without', jsonb_build_object('won', c.other_won, 'lost', c.other_lost),
'odds_with', round(c.won::numeric / nullif(c.lost, 0), 2), 'odds_without', round(c.other_won::numeric / nullif(c.other_lost, 0), 2),
'odds_ratio', round(exp(c.log_ratio), 2), 'low', round(exp(c.log_ratio - 1.96 * c.deviation), 2), 'high', round(exp(c.log_ratio + 1.96 * c.deviation), 2),
'deals', c.won + c.lost, 'enough', c.enough,
'suggested_points', case when c.enough and abs(c.log_ratio) > 1.96 * c.deviation then least(100, greatest(-100, round(10 * c.log_ratio / ln(2.0)))) end
) order by abs(c.log_ratio) / c.deviation desc, c.key), '[]')
from counted as c
);
end
$$;
-- attribution/scored_deals.sql
create or replace function lead_sync.scored_deals(p_from timestamptz, p_to timestamptz)
returns table (won boolean, score numeric, rules jsonb, version integer, is_known boolean)
language plpgsql stable rows 1000 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
v_version integer := lead_sync.settled_version();
begin
return query
select
d.outcome = 'won', coalesce(s.score, l.lead_score),
case when s.score is not null then s.rules when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' end,
case
when s.score is not null then s.version
when v_version is not null and l.deleted_at is null then v_version
when l.score_breakdown ->> 'version' ~ '^\d{1,9}$' then (l.score_breakdown ->> 'version')::integer
end,
s.score is not null or coalesce((l.score_breakdown ->> 'scored_at')::timestamptz <= d.created_at, false)
from lead_sync.deals as d
left join lead_sync.deal_scores as s on s.opportunity_id = d.id
left join public.leads as l on l.id = d.lead_id
where d.outcome in ('won', 'lost') and (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
and coalesce(s.score, l.lead_score) is not null;
end
$$;
-- attribution/settled_version.sql
create or replace function lead_sync.settled_version() returns integer
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (
select s.version from lead_sync.scoring_state as s
where s.version > 0 and s.epoch <= (select min(case when r.is_sure then r.epoch else 0 end) from lead_sync.scoring_ranges as r)
);
end
$$;
-- attribution/won_by_month.sql
create or replace function lead_sync.won_by_month(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
return (
select coalesce(jsonb_agg(to_jsonb(m) order by m.month, m.amount desc, m.source), '[]')
from (
select
to_char(date_trunc('month', d.won_at at time zone 'UTC'), 'YYYY-MM') as month, coalesce(t.source, s.source) as source, d.currency,
count(*) as deals, sum(d.amount) as amount
from lead_sync.deals as d
left join lead_sync.stated_sources as s on s.lead_id = d.lead_id
left join lateral (
select n.source from lead_sync.inbound_touches as n where n.lead_id = d.lead_id and n.touched_at <= d.created_at order by n.touched_at, n.id limit 1
) as t on true
where d.won_at >= (date_trunc('month', p_now at time zone 'UTC') - interval '11 months') at time zone 'UTC' and d.won_at <= p_now
group by 1, 2, 3
) as m
);
end
$$;
-- events/changed_fields.sql
create or replace function lead_sync.changed_fields(p_before jsonb, p_after jsonb) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if p_before = p_after then
return '{}';
end if;
return array(select k from jsonb_object_keys(p_before || p_after) as k where (p_before -> k) is distinct from (p_after -> k) order by k);
end
$$;
-- events/forget_events.sql
create or replace function lead_sync.forget_events(p_before timestamptz, p_limit integer) returns integer
language plpgsql volatile set search_path = '' as $$
declare
v_gone integer;
begin
delete from lead_sync.lead_events as e
where e.id = any (array(
select o.id from lead_sync.lead_events as o
where o.happened_at < p_before or o.feed not in (select f.feed from lead_sync.event_feeds as f where f.read_at >= p_before)
order by o.id
limit p_limit
));
get diagnostics v_gone = row_count;
if v_gone < p_limit then
delete from lead_sync.event_feeds as f where f.read_at < p_before;
end if;
return v_gone;
end
$$;
-- events/note_lead_events.sql
create or replace function lead_sync.note_lead_events() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
begin
if not exists (select from lead_sync.event_feeds) then
return null;
elsif tg_op = 'INSERT' then
insert into lead_sync.lead_events (feed, event, lead_id, details)
select f.feed, e.event, n.id, e.details
from new_leads as n
cross join lead_sync.event_feeds as f
cross join lateral (
select 'created', '{}'::jsonb
union all
select 'score_crossed', jsonb_build_object('score', n.lead_score, 'before', null, 'direction', 'up') where n.lead_score >= f.score
) as e (event, details)
where e.event = any (f.events)
order by n.created_at, n.id, e.event;
return null;
elsif not lead_sync.wants_event('{changed,synced,held,failed,score_crossed,segment_changed}') then
return null;
end if;
insert into lead_sync.lead_events (feed, event, lead_id, details)
select f.feed, e.event, n.id, e.details
from new_leads as n
join old_leads as o on o.id = n.id
cross join lateral (
select
case when n.sync_status = o.sync_status then null when n.sync_status = 'error' and n.sync_error_count > o.sync_error_count then 'failed'
when n.sync_status = 'error' then 'held' when n.sync_status = 'synced' then 'synced' end as status,
case when lead_sync.wants_event('{changed}') then lead_sync.changed_fields(lead_sync.lead_values(o), lead_sync.lead_values(n)) end as fields
offset 0
) as c
cross join lead_sync.event_feeds as f
cross join lateral (
select 'changed', jsonb_build_object('fields', to_jsonb(c.fields)) where c.fields <> '{}' and (f.fields is null or f.fields && c.fields)
union all
select c.status, case when c.status = 'synced' then '{}' else jsonb_build_object('reason', n.sync_error_message) end where c.status is not null
union all
select 'score_crossed', jsonb_build_object('score', n.lead_score, 'before', o.lead_score, 'direction', case when n.lead_score >= f.score then 'up' else 'down' end)
where (coalesce(n.lead_score, '-infinity') >= f.score) <> (coalesce(o.lead_score, '-infinity') >= f.score)
union all
select 'segment_changed', jsonb_build_object(
'segment', (select s.segment_name from public.customer_segments as s where s.id = n.segment_id),
'before', (select s.segment_name from public.customer_segments as s where s.id = o.segment_id)
)
where n.segment_id is distinct from o.segment_id
) as e (event, details)
where e.event = any (f.events)
order by n.id, f.feed;
return null;
end
$$;
-- events/note_other_events.sql
create or replace function lead_sync.note_other_events() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_new jsonb := to_jsonb(new);
begin
if lead_sync.wants_event(array[tg_argv[0]]) then
insert into lead_sync.lead_events (feed, event, lead_id, details)
select f.feed, tg_argv[0], (v_new ->> 'lead_id')::uuid, case tg_argv[0]
when 'conflicted' then jsonb_build_object(
'conflict_id', v_new -> 'id', 'field', v_new -> 'field', 'winner', v_new -> 'winner', 'supabase_value', v_new -> 'supabase_value',
'twenty_value', v_new -> 'twenty_value', 'reason', v_new -> 'reason'
)
when 'assigned' then jsonb_build_object(
'member_id', v_new -> 'member_id', 'name', (select r.name from public.sales_reps as r where r.member_id = (v_new ->> 'member_id')::uuid)
)
else jsonb_build_object('alert', v_new -> 'alert', 'severity', v_new -> 'severity')
end
from lead_sync.event_feeds as f
where tg_argv[0] = any (f.events);
end if;
return null;
end
$$;
-- events/read_lead_events.sql
create or replace function public.read_lead_events(
p_feed text, p_events text[], p_fields text[] default null, p_score numeric default null, p_done bigint[] default null, p_limit integer default 100
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_began boolean;
v_events jsonb;
begin
if coalesce(length(p_feed), 0) not between 1 and 200 or p_limit is null or p_limit not between 1 and 10000 then
raise exception 'p_feed must have 1 to 200 characters, and p_limit be between 1 and 10000' using errcode = '22023';
elsif coalesce(cardinality(p_events), 0) = 0 or not p_events <@ array[
'created', 'changed', 'synced', 'held', 'failed', 'conflicted', 'score_crossed', 'segment_changed', 'assigned', 'alert_fired'
] then
raise exception 'p_events names no events, or one that is none' using errcode = '22023';
elsif 'score_crossed' = any (p_events) and p_score is null then
raise exception 'score_crossed needs p_score' using errcode = '22023', hint = 'Say which score a lead must cross.';
end if;
insert into lead_sync.event_feeds as f (feed, events, fields, score) values (p_feed, p_events, p_fields, p_score)
on conflict (feed) do update set events = excluded.events, fields = excluded.fields, score = excluded.score, read_at = clock_timestamp()
returning f.xmax::text = '0' into v_began;
delete from lead_sync.lead_events as e where e.feed = p_feed and (v_began or e.id = any (p_done) or e.event <> all (p_events));
select coalesce(jsonb_agg(
jsonb_build_object(
'id', e.id, 'event', e.event, 'lead_id', e.lead_id, 'happened_at', e.happened_at, 'details', e.details, 'lead', to_jsonb(l)
) order by e.id
), '[]')
into v_events
from (select r.* from lead_sync.lead_events as r where r.feed = p_feed order by r.id limit p_limit) as e
left join public.leads as l on l.id = e.lead_id;
return jsonb_build_object('began', v_began, 'events', v_events, 'has_next', jsonb_array_length(v_events) = p_limit);
end
$$;
-- events/wants_event.sql
create or replace function lead_sync.wants_event(p_events text[]) returns boolean
language sql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select exists (select from lead_sync.event_feeds as f where f.events && p_events)
$$;
-- edge/acknowledge_edge_changes.sql
create or replace function public.acknowledge_edge_changes(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_figures jsonb;
begin
perform lead_sync.hold_edge_run(p_request -> 'run');
v_figures := lead_sync.settle_edge_page(p_request -> 'acknowledge');
perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], v_figures);
return jsonb_build_object('acknowledged', v_figures -> 'rows', 'refused', v_figures -> 'refused');
end
$$;
-- edge/add_edge_alerts.sql
create or replace function lead_sync.add_edge_alerts() returns void
language plpgsql volatile set search_path = '' as $$
begin
insert into lead_sync.alert_rules (alert, title, severity, threshold, pending_for, advice) values
('edge_stale', 'Edge replica is stale', 'critical', 15, '0',
'Look at the last executions of the workflows between Supabase and D1 in n8n: are they active, and what does their error say?'),
('edge_backlog', 'Rows wait for the edge', 'warning', 100, '0',
'More changes than the threshold have waited for over an hour. See whether the workflow down runs to its end, and whether D1 throttles it.'),
('edge_counts', 'Edge replica has other rows', 'warning', 50, '0',
'The last check repaired what it could. If it finds as much again, somebody else writes to the replica, or D1 was restored.'),
('edge_refused', 'Rows that the other side refuses', 'warning', 0, '0',
'Correct what their reasons name (lead_sync.edge_rows.refusal, lead_sync.edge_rejects); a change tries a row again.'),
('edge_orphans', 'E-mails without a lead', 'warning', 0, '15 minutes',
'The leads were deleted, or the edge has made up their ids. The findings of the last check (lead_sync.edge_runs) name examples.'),
('edge_duplicates', 'Duplicate message ids', 'warning', 0, '0',
'One message was written under two ids: give the sender one id a message. The findings of the last check name examples.'),
('edge_impossible', 'E-mails in impossible states', 'warning', 0, '0',
'Opened before it was sent, or bounced and replied: see which provider reports these times. The findings of the last check name examples.'),
('edge_rebuild', 'Edge rebuild does not end', 'critical', 60, '0',
'A table is being built anew for over an hour, or its last run failed: readers still see the old one. Look at the error of the run.')
on conflict do nothing;
end
$$;
-- edge/adopt_outreach_table.sql
create or replace function lead_sync.adopt_outreach_table(p_name text) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_columns jsonb;
v_left_out jsonb;
begin
select
coalesce(jsonb_agg(c.value order by c.place) filter (where a.attname is not null), '[]'),
coalesce(jsonb_agg(c.value -> 'name' order by c.place) filter (where a.attname is null), '[]')
into v_columns, v_left_out
from lead_sync.edge_tables as t
cross join jsonb_array_elements(t.columns) with ordinality as c (value, place)
left join pg_catalog.pg_attribute as a on a.attrelid = to_regclass(t.source) and a.attname = c.value ->> 'from' and a.attnum > 0 and not a.attisdropped
where t.edge_table = p_name;
update lead_sync.edge_tables as t set columns = v_columns where t.edge_table = p_name and v_columns <> '[]';
return jsonb_build_object('table', p_name, 'columns', (select coalesce(jsonb_agg(c -> 'name'), '[]') from jsonb_array_elements(v_columns) as c), 'left_out', v_left_out);
end
$$;
-- edge/advance_edge_rebuild.sql
create or replace function public.advance_edge_rebuild(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', 'down');
v_phase text := p_request ->> 'phase';
v_page jsonb;
v_next text;
v_is_over text;
begin
if v_phase is null or v_phase not in ('look', 'created', 'filled', 'swapped', 'lost') then
raise exception 'phase must be look, created, filled, swapped or lost, got %', v_phase using errcode = '22023';
end if;
select * into v_state from lead_sync.edge_states as s where s.edge_table = v_state.edge_table for update;
if v_phase = 'lost' then
if p_request ->> 'id' is null or v_state.rebuild_id = (p_request ->> 'id')::bigint then
if (p_request ->> 'behind')::bigint >= (select q.last_value from lead_sync.edge_versions as q) then
perform setval('lead_sync.edge_versions', (p_request ->> 'behind')::bigint);
update lead_sync.edge_states as s set floor = nextval('lead_sync.edge_versions') where s.edge_table = v_state.edge_table;
end if;
perform lead_sync.begin_edge_rebuild(v_state.edge_table);
end if;
elsif v_state.rebuild_id = (p_request ->> 'id')::bigint then
if v_phase = 'created' and v_state.rebuild_phase = 'create' then
update lead_sync.edge_states as s set rebuild_phase = 'fill', leftovers = '{}', acknowledged = 0 where s.edge_table = v_state.edge_table;
elsif v_phase = 'filled' and v_state.rebuild_phase = 'fill' then
insert into lead_sync.edge_rows as r (edge_table, key, version, refusal)
select v_state.edge_table, e.value ->> 0, (e.value ->> 1)::bigint, left(e.value ->> 2, 500) from jsonb_array_elements(p_request -> 'refused') as e
on conflict (edge_table, key) do update set refusal = excluded.refusal where r.version = excluded.version;
update lead_sync.edge_states as s
set rebuild_position = coalesce(p_request ->> 'position', s.rebuild_position),
rebuild_phase = case when p_request ->> 'position' is null then 'swap' else 'fill' end
where s.edge_table = v_state.edge_table;
elsif v_phase = 'swapped' and v_state.rebuild_phase = 'swap' then
update lead_sync.edge_states as s
set rebuild_id = null, rebuild_phase = null, rebuild_position = null, rebuild_since = null, doubtful = true
where s.edge_table = v_state.edge_table;
end if;
end if;
select * into v_state from lead_sync.edge_states as s where s.edge_table = v_state.edge_table;
v_next := lead_sync.edge_target(v_state);
v_is_over := format('update edge_state set value = null where name = %L and value >= %s', 'built:' || v_state.edge_table, v_state.rebuild_id);
if v_state.rebuild_phase = 'create' then
return jsonb_build_object('id', v_state.rebuild_id, 'phase', 'create', 'built', jsonb_build_object(
'sql', 'select max(value) as value from edge_state', 'params', '[]'::jsonb
), 'statements', lead_sync.edge_statements(
lead_sync.edge_common_sql() || v_is_over
|| (lead_sync.edge_create_sql(v_state, v_state.edge_table, null))[1:1]
|| array(select format('drop table if exists "%s"', v_state.edge_table || '_next_' || l.id) from unnest(v_state.leftovers) as l (id))
|| lead_sync.edge_create_sql(v_state, v_next, v_state.rebuild_id::text)
));
elsif v_state.rebuild_phase = 'fill' then
v_page := lead_sync.edge_fill_page(v_state);
perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], jsonb_build_object('filled', jsonb_array_length(v_page -> 'rows')));
return jsonb_build_object(
'id', v_state.rebuild_id, 'phase', 'fill', 'position', v_page -> 'position', 'share', lead_sync.edge_fill_share(v_state),
'upserts', jsonb_build_object('sql', jsonb_build_array(lead_sync.edge_upsert_sql(v_state, v_next)), 'rows', v_page -> 'rows'),
'versions', v_page -> 'versions'
);
elsif v_state.rebuild_phase = 'swap' then
return jsonb_build_object(
'id', v_state.rebuild_id, 'phase', 'swap',
'verify', jsonb_build_object(
'sql', format('select 1 as done from edge_state where name = %L and value = %s', 'built:' || v_state.edge_table, v_state.rebuild_id), 'params', '[]'::jsonb
),
'statements', lead_sync.edge_statements(array[
v_is_over,
format('drop table if exists "%s"', v_state.edge_table),
format('alter table "%s" rename to "%s"', v_next, v_state.edge_table),
format(
'insert into edge_state (name, value) values (%L, %s) on conflict (name) do update set value = excluded.value',
'built:' || v_state.edge_table, v_state.rebuild_id
)
])
);
end if;
return jsonb_build_object('id', null, 'phase', 'done');
end
$$;
-- edge/apply_edge_changes.sql
create or replace function public.apply_edge_changes(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', 'up');
v_given integer := jsonb_array_length(p_request -> 'rows');
v_applied integer := 0;
v_rejected jsonb := '[]';
v_row text;
v_key text;
v_reason text;
begin
perform lead_sync.hold_edge_run(p_request -> 'run');
begin
v_applied := lead_sync.write_edge_rows(v_state, (
select coalesce(jsonb_agg(c.content), '[]')
from (select e.value::jsonb as content from jsonb_array_elements_text(p_request -> 'rows') as e) as c
where c.content ->> 0 is not null
));
delete from lead_sync.edge_rejects as j
where j.edge_table = v_state.edge_table and j.key in (select e.value::jsonb ->> 0 from jsonb_array_elements_text(p_request -> 'rows') as e);
exception when others or assert_failure then
for v_row in select e.value from jsonb_array_elements_text(p_request -> 'rows') as e loop
begin
v_key := left(substring(v_row from '^\["([^"\\]+)"'), 512);
v_applied := v_applied + case when v_row like '[null,%' then 0 else lead_sync.write_edge_rows(v_state, jsonb_build_array(v_row::jsonb)) end;
delete from lead_sync.edge_rejects as j where j.edge_table = v_state.edge_table and j.key = v_key;
exception when others or assert_failure then
if lead_sync.ends_the_call(sqlstate) or sqlstate ~ '^42' and (sqlstate <> '42501' or sqlerrm ~ '^permission denied for') then
raise;
end if;
v_reason := lead_sync.edge_rejection(sqlstate, sqlerrm);
v_rejected := v_rejected || jsonb_build_object('key', v_key, 'reason', v_reason);
insert into lead_sync.edge_rejects as j (edge_table, key, reason, row_text) values (v_state.edge_table, v_key, v_reason, left(v_row, 10000))
on conflict (edge_table, key) do update set reason = excluded.reason, row_text = excluded.row_text, at = now();
end;
end loop;
end;
perform lead_sync.hold_edge_run(
(p_request -> 'run') - array['calls', 'rows_read', 'rows_written'],
jsonb_build_object('read', v_given, 'rows', v_applied, 'refused', jsonb_array_length(v_rejected))
);
return jsonb_build_object('applied', v_applied, 'unchanged', v_given - v_applied - jsonb_array_length(v_rejected), 'rejected', v_rejected);
end
$$;
-- edge/begin_edge_rebuild.sql
create or replace function lead_sync.begin_edge_rebuild(p_edge_table text) returns void
language plpgsql volatile set search_path = '' as $$
begin
update lead_sync.edge_states as s
set leftovers = case when s.rebuild_id is null then s.leftovers else s.leftovers || s.rebuild_id end,
rebuild_id = nextval('lead_sync.edge_versions'), rebuild_phase = 'create', rebuild_position = null, rebuild_since = clock_timestamp()
where s.edge_table = p_edge_table;
end
$$;
-- edge/close_edge_check.sql
create or replace function lead_sync.close_edge_check(p_run lead_sync.edge_runs, p_status text) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_state lead_sync.edge_states;
v_emails jsonb;
begin
if p_status = 'succeeded' then
update lead_sync.edge_states as s set doubtful = false
where s.direction = p_run.direction and s.doubtful and s.rebuild_id is null and (p_run.edge_table is null or s.edge_table = p_run.edge_table);
end if;
if p_run.direction = 'up' then
select * into v_state from lead_sync.edge_states as s where s.edge_table = 'emails';
if found then
v_emails := lead_sync.judge_emails(v_state);
update lead_sync.edge_runs as r
set figures = r.figures || (v_emails - 'examples'),
findings = r.findings || jsonb_build_object('emails', coalesce(v_emails -> 'examples', '{}'))
where r.id = p_run.id;
end if;
end if;
for v_state in select * from lead_sync.edge_states as s where s.direction = 'down' and p_run.direction = 'down' and p_run.whole loop
execute format(
'delete from lead_sync.edge_rows as r where r.edge_table = $1 and r.sent = r.version and r.changed_at < now() - interval ''30 days'' '
'and not exists (select from %s as s where s.%I = %s)',
to_regclass(v_state.source), v_state.key_column, lead_sync.edge_key_sql(v_state, 'r.key')
) using v_state.edge_table;
end loop;
delete from lead_sync.edge_runs as r
where r.started_at < now() - make_interval(days => (select s.runs_days from lead_sync.settings as s)) and r.status <> 'running'
and exists (select from lead_sync.edge_runs as n where n.direction = r.direction and n.mode = r.mode and n.status = 'succeeded' and n.started_at > r.started_at);
end
$$;
-- edge/compare_edge_ranges.sql
create or replace function public.compare_edge_ranges(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', v_run.direction);
v_differing jsonb;
v_compared bigint;
v_here bigint;
v_there bigint;
v_is_behind boolean;
v_mark bigint := (select max((e.value ->> 'mark')::bigint) from jsonb_array_elements(p_request -> 'ranges') as e);
v_is_sample boolean := not exists (
select from lead_sync.edge_runs as r where r.id = v_run.id and r.findings #>> array['whole', p_request ->> 'table'] = 'true'
) and not v_run.whole and not v_state.doubtful;
begin
execute format(
$sql$
with there as materialized (
select e.value ->> 'low' as low, e.value ->> 'high' as high, (e.value ->> 'sums')::jsonb as sums,
row_number() over (order by e.value ->> 'high' collate "C") as place
from jsonb_array_elements($4) as e
),
bounds as materialized (
select array_agg(t.high || chr(1) order by t.high collate "C") as after_high, array_agg(t.low order by t.high collate "C") as low from there as t
),
counted as materialized (
select x.place, count(*) as rows, sum(x.sum_of) as total
from (
select width_bucket(e.key collate "C", b.after_high) + 1 as place, e.key, %s as sum_of, b.low
from (%s) as e cross join bounds as b
) as x
where x.key > x.low[x.place] collate "C"
group by x.place
),
here as (
select t.low, t.high, coalesce(c.rows, 0) as rows, coalesce(c.total, 0) as total from there as t left join counted as c on c.place = t.place
)
select
coalesce(jsonb_agg(jsonb_build_object('low', t.low, 'high', t.high, 'read', $5) order by t.low collate "C")
filter (where h.rows <> (t.sums ->> 0)::bigint or h.total <> (t.sums ->> 1)::numeric or (t.sums ->> 2)::bigint > 0), '[]'),
sum(h.rows), sum(h.rows), sum((t.sums ->> 0)::bigint)
from there as t join here as h on h.low = t.low and h.high = t.high
$sql$,
case v_state.direction when 'down' then 'e.digest' else 'e.version' end, lead_sync.edge_expected_sql(v_state)
) into v_differing, v_compared, v_here, v_there
using v_state.edge_table,
(select min(e.value ->> 'low' collate "C") from jsonb_array_elements(p_request -> 'ranges') as e),
(select max(e.value ->> 'high' collate "C") from jsonb_array_elements(p_request -> 'ranges') as e),
p_request -> 'ranges', lead_sync.edge_range_sql(v_state);
v_is_behind := coalesce(v_mark, 0) < case v_state.direction when 'down' then v_state.acknowledged else 0 end;
if v_mark > (select q.last_value from lead_sync.edge_versions as q) then
perform setval('lead_sync.edge_versions', v_mark);
end if;
perform lead_sync.hold_edge_run(
(p_request -> 'run') - array['calls', 'rows_read', 'rows_written'],
jsonb_build_object('compared', coalesce(v_compared, 0), 'rows_here', coalesce(v_here, 0), 'rows_there', coalesce(v_there, 0))
);
if v_is_sample and (v_differing <> '[]' or v_is_behind) then
update lead_sync.edge_runs as r
set findings = jsonb_set(r.findings, array['whole'], coalesce(r.findings -> 'whole', '{}') || jsonb_build_object(v_state.edge_table, true))
where r.id = v_run.id;
return jsonb_build_object('compared', v_compared, 'differing', v_differing, 'more', jsonb_build_object(
'sql', lead_sync.edge_ranges_sql(v_state), 'list', lead_sync.edge_ranges(v_state, null, v_state.sample)
));
end if;
return jsonb_build_object('compared', coalesce(v_compared, 0), 'differing', v_differing, 'more', null);
end
$$;
-- edge/compare_edge_rows.sql
create or replace function public.compare_edge_rows(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', v_run.direction);
v_recent bigint := floor(extract(epoch from clock_timestamp() - interval '15 minutes') * 1000);
v_counts jsonb;
v_keys text[];
v_highest bigint;
v_repairs boolean;
v_repaired integer := 0;
v_statements jsonb := '[]';
begin
select not v_run.report_only and t.repair into v_repairs from lead_sync.edge_tables as t where t.edge_table = v_state.edge_table;
execute format(
$sql$
with there as materialized (
select c.content ->> 0 as key, (c.content ->> 1)::bigint as version, (c.content ->> 2)::bigint as digest
from (select e.value::jsonb as content from jsonb_array_elements_text($4) as e) as c
),
here as materialized (%s),
judged as (
select coalesce(h.key, t.key) as key, t.version, case
when $5 = 'down' and h.key is null then (
case when exists (select from lead_sync.edge_rows as r where r.edge_table = $1 and r.key = t.key collate "C" and (r.sent < r.version or r.refusal is not null)) then null
else 'extra' end
)
when $5 = 'down' and h.due then null
when $5 = 'down' and t.key is null then 'missing'
when $5 = 'down' and t.version > h.version then 'ahead'
when $5 = 'down' and t.digest is distinct from h.digest then case when t.version < h.version then 'stale' else 'different' end
when $5 = 'down' then null
when h.key is null then case when t.version < $6 then 'missing' end
when t.key is null then 'extra'
when t.version > h.version then case when t.version < $6 then 'stale' end
when t.version < h.version then 'ahead'
end as finding
from here as h full join there as t on t.key = h.key
)
select
jsonb_build_object(
'missing', count(*) filter (where j.finding = 'missing'), 'extra', count(*) filter (where j.finding = 'extra'),
'different', count(*) filter (where j.finding = 'different'), 'stale', count(*) filter (where j.finding = 'stale'),
'ahead', count(*) filter (where j.finding = 'ahead')
),
array_agg(j.key order by j.key) filter (where j.finding is not null and ($5 = 'down' or j.finding in ('missing', 'stale'))),
max(j.version)
from judged as j
$sql$,
lead_sync.edge_expected_sql(v_state)
) into v_counts, v_keys, v_highest
using v_state.edge_table, p_request ->> 'low', p_request ->> 'high', p_request -> 'rows', v_state.direction, v_recent;
if v_repairs and v_keys is not null then
if v_state.direction = 'down' then
if v_highest >= (select q.last_value from lead_sync.edge_versions as q) then
perform setval('lead_sync.edge_versions', v_highest + 1);
end if;
v_repaired := lead_sync.resend_edge_keys(v_state.edge_table, v_keys);
else
v_repaired := cardinality(v_keys);
v_statements := jsonb_build_array(jsonb_build_object(
'sql', format('insert into "%s" (key) select value from json_each(?1)', v_state.edge_table || '_changes'), 'params', jsonb_build_array(to_jsonb(v_keys)::text)
));
end if;
end if;
update lead_sync.edge_runs as r
set findings = r.findings || jsonb_build_object('examples', (
select coalesce(jsonb_object_agg(x.edge_table, x.keys), '{}')
from (
select e.key as edge_table, e.value as keys from jsonb_each(coalesce(r.findings -> 'examples', '{}')) as e
union all
select v_state.edge_table, to_jsonb(v_keys[1:20]) where v_keys is not null and not coalesce(r.findings -> 'examples' ? v_state.edge_table, false)
) as x
))
where r.id = v_run.id and v_keys is not null;
perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], v_counts || jsonb_build_object('repaired', v_repaired));
return v_counts || jsonb_build_object('repaired', v_repaired, 'statements', v_statements);
end
$$;
-- edge/disable_edge.sql
create or replace function public.disable_edge(p_request jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_names text[] := lead_sync.edge_names(p_request);
v_state lead_sync.edge_states;
v_disabled text[] := '{}';
begin
for v_state in
delete from lead_sync.edge_states as s where v_names is null or s.edge_table = any (v_names) returning s.*
loop
perform lead_sync.edge_unwatch(v_state);
v_disabled := v_disabled || v_state.edge_table;
end loop;
if not exists (select from lead_sync.edge_states) then
delete from lead_sync.alert_rules as r where r.alert like 'edge\_%';
if strpos(coalesce(obj_description(to_regclass('public.sync_log'), 'pg_class'), ''), lead_sync.mark()) > 0 then
drop view public.sync_log;
end if;
end if;
perform public.note_action('disable_edge', jsonb_build_object('tables', v_disabled));
return jsonb_build_object('disabled', v_disabled);
end
$$;
-- edge/edge_columns.sql
create or replace function lead_sync.edge_columns(p_columns jsonb)
returns table (place integer, name text, source text, type text, is_indexed boolean, merge text)
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return query
select
c.place::integer, c.value ->> 'name', c.value ->> 'from', c.value ->> 'type',
coalesce((c.value ->> 'index')::boolean, false), coalesce(c.value ->> 'merge', 'last')
from jsonb_array_elements(p_columns) with ordinality as c (value, place);
end
$$;
-- edge/edge_common_sql.sql
create or replace function lead_sync.edge_common_sql() returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return array[
'create table if not exists edge_deleted (table_name text not null, key text not null, version integer not null, deleted_at integer not null, '
'primary key (table_name, key)) strict, without rowid',
'create table if not exists edge_state (name text primary key, value integer not null) strict, without rowid'
];
end
$$;
-- edge/edge_conditions.sql
create or replace function lead_sync.edge_conditions(p_now timestamptz) returns table (alert text, active boolean, value numeric, message text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
v_figures jsonb := lead_sync.measure_edge(p_now);
v_check jsonb := coalesce(v_figures -> 'check', '{}');
begin
if not (v_figures ->> 'enabled')::boolean then
return;
end if;
return query
with measured (alert, value, message) as (
select 'edge_stale', max(d.minutes), string_agg(format('No successful sync %s for %s minutes%s.', d.name, round(d.minutes), coalesce('; its last run failed: ' || rtrim(d.error, '.'), '')), ' ' order by d.minutes desc)
from (
select f.name, (f.figures ->> 'minutes')::numeric as minutes,
case when f.figures #>> '{last_run,status}' = 'failed' then coalesce(f.figures #>> '{last_run,error}', 'it did not say why') end as error
from (values ('from Supabase to D1', v_figures -> 'down'), ('from D1 to Supabase', v_figures -> 'up')) as f (name, figures)
where jsonb_typeof(f.figures) = 'object'
) as d
union all
select 'edge_backlog', sum((t ->> 'pending_hour')::numeric), format('%s rows have waited for the edge for over an hour.', sum((t ->> 'pending_hour')::bigint))
from jsonb_array_elements(v_figures -> 'tables') as t
union all
select 'edge_counts', max(abs(c.here - c.there)), coalesce(string_agg(format('The last check %s counted %s rows in Supabase and %s in D1.', c.direction, c.here, c.there), ' '), 'There was no check yet.')
from (
select d.key as direction, (d.value ->> 'rows_here')::numeric as here, (d.value ->> 'rows_there')::numeric as there
from jsonb_each(v_check) as d where jsonb_typeof(d.value) = 'object'
) as c
union all
select 'edge_refused', sum((t ->> 'refused')::numeric) + (v_figures #>> '{rejects,count}')::numeric,
format('D1 refuses %s rows, Supabase %s.', sum((t ->> 'refused')::bigint), v_figures #>> '{rejects,count}')
from jsonb_array_elements(v_figures -> 'tables') as t
union all
select 'edge_orphans', (v_check #>> '{up,orphaned}')::numeric, format('E-mails that belong to no lead: %s.', v_check #>> '{up,orphaned}')
union all
select 'edge_duplicates', (v_check #>> '{up,duplicate_message_ids}')::numeric, format('Message ids on more than one e-mail: %s.', v_check #>> '{up,duplicate_message_ids}')
union all
select 'edge_impossible', (v_check #>> '{up,impossible}')::numeric, format('E-mails in a state that cannot be: %s.', v_check #>> '{up,impossible}')
union all
select 'edge_rebuild',
case
when v_figures #>> '{down,last_run,status}' = 'failed' and v_figures #>> '{down,last_run,mode}' = 'rebuild' then 100000
else max(extract(epoch from p_now - (t #>> '{rebuild,since}')::timestamptz) / 60)
end,
case
when v_figures #>> '{down,last_run,status}' = 'failed' then 'The rebuild failed: ' || coalesce(v_figures #>> '{down,last_run,error}', 'it did not say why')
else format('A rebuild has been going on for %s minutes.', round(max(extract(epoch from p_now - (t #>> '{rebuild,since}')::timestamptz) / 60)))
end
from jsonb_array_elements(v_figures -> 'tables') as t
where t #>> '{rebuild,since}' is not null
)
select r.alert, coalesce(m.value > r.threshold, false), coalesce(round(m.value, 1), 0), coalesce(m.message, 'Nothing is known yet.')
from measured as m join lead_sync.alert_rules as r on r.alert = m.alert;
end
$$;
-- edge/edge_create_sql.sql
create or replace function lead_sync.edge_create_sql(p_state lead_sync.edge_states, p_table text, p_suffix text) returns text[]
language plpgsql stable set search_path = '' as $$
declare
v_definitions text;
v_names text;
begin
select
string_agg(format('"%s" %s', c.name, case when c.type in ('integer', 'boolean') then 'integer' when c.type = 'real' then 'real' else 'text' end), ', ' order by c.place),
string_agg(format('"%s"', c.name), ', ' order by c.place)
into v_definitions, v_names
from lead_sync.edge_columns(p_state.columns) as c;
return array[
format('create table if not exists "%s" (id text primary key, %s, edge_version integer not null, edge_digest integer) strict, without rowid', p_table, v_definitions)
] || array(
select format('create index if not exists "%s" on "%s" ("%s")', concat_ws('_', p_state.edge_table, c.name, p_suffix), p_table, c.name)
from lead_sync.edge_columns(p_state.columns) as c where c.is_indexed order by c.place
) || format(
'create trigger if not exists "%s" after update of %s on "%s" when new.edge_version = old.edge_version and new.edge_digest is old.edge_digest '
'begin update "%s" set edge_digest = null where id = new.id; end',
concat_ws('_', p_state.edge_table, 'edited', p_suffix), v_names, p_table, p_table
);
end
$$;
-- edge/edge_delete_sql.sql
create or replace function lead_sync.edge_delete_sql(p_state lead_sync.edge_states, p_table text) returns text[]
language plpgsql stable set search_path = '' as $$
begin
return array[
format(
'insert into edge_deleted (table_name, key, version, deleted_at) select %L, value ->> 0, value ->> 1, unixepoch() from json_each(?1) where true '
'on conflict (table_name, key) do update set version = excluded.version, deleted_at = excluded.deleted_at where excluded.version > edge_deleted.version',
p_state.edge_table
),
format(
'delete from "%s" where id in (select value ->> 0 from json_each(?1)) '
'and edge_version < (select d.version from edge_deleted as d where d.table_name = %L and d.key = "%s".id)',
p_table, p_state.edge_table, p_table
),
format('delete from edge_deleted where table_name = %L and deleted_at < unixepoch() - 2592000 and ?1 is not null', p_state.edge_table)
];
end
$$;
-- edge/edge_expected_sql.sql
create or replace function lead_sync.edge_expected_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
if p_state.direction = 'up' then
return 'select r.key, r.version, null::bigint as digest, false as due from lead_sync.edge_rows as r where r.edge_table = $1 and r.key > $2 and r.key <= $3';
end if;
return format(
$sql$
select v.key, coalesce(r.version, %1$s) as version, ('x' || left(md5(v.key || v.list), 10))::bit(40)::bigint as digest, coalesce(r.sent < r.version, false) as due
from (
select s.%2$I::text collate "C" as key, %3$s::text as list from %4$s as s
where s.%2$I::text collate "C" > $2 and s.%2$I::text collate "C" <= $3 %5$s
) as v
left join lead_sync.edge_rows as r on r.edge_table = $1 and r.key = v.key
where r.refusal is null
$sql$,
p_state.floor, p_state.key_column, lead_sync.edge_values_sql(p_state), to_regclass(p_state.source),
case when p_state.deleted_column is null then '' else format('and s.%I is null', p_state.deleted_column) end
);
end
$$;
-- edge/edge_fill_page.sql
create or replace function lead_sync.edge_fill_page(p_state lead_sync.edge_states) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_page jsonb;
begin
execute format(
$sql$
with page as materialized (%s),
long as (
insert into lead_sync.edge_rows as r (edge_table, key, version, refusal)
select $1, p.key, p.version, format('The row has %%s bytes, D1 takes 2,000,000: shorten a value, or leave its column out of lead_sync.edge_tables', octet_length(p.row_text))
from page as p where octet_length(p.row_text) > $5
on conflict (edge_table, key) do update set refusal = excluded.refusal where r.version = excluded.version
),
chosen as (select p.* from page as p where p.total <= 1000000 or p.place = 1)
select jsonb_build_object(
'rows', coalesce(jsonb_agg(c.row_text order by c.place) filter (where octet_length(c.row_text) <= $5), '[]'),
'versions', coalesce(jsonb_agg(jsonb_build_array(c.key, c.version) order by c.place) filter (where octet_length(c.row_text) <= $5), '[]'),
'position', case when count(*) = $3 or count(*) < (select count(*) from page) then (array_agg(c.key order by c.place desc))[1] end
)
from chosen as c
$sql$,
lead_sync.edge_page_sql(p_state, format(
$sql$
select f.key, coalesce(r.version, $4) as version, f.place
from (
select q.%1$I::text as key, row_number() over (order by q.%1$I) as place from %2$s as q
where ($2 is null or q.%1$I > $2::%3$s) %4$s
order by q.%1$I
limit $3
) as f
left join lead_sync.edge_rows as r on r.edge_table = $1 and r.key = f.key collate "C"
$sql$,
p_state.key_column, to_regclass(p_state.source), p_state.key_type,
case when p_state.deleted_column is null then '' else format('and q.%I is null', p_state.deleted_column) end
))
) into v_page using p_state.edge_table, p_state.rebuild_position, 2000, p_state.floor, lead_sync.edge_longest_row();
return v_page;
end
$$;
-- edge/edge_fill_share.sql
create or replace function lead_sync.edge_fill_share(p_state lead_sync.edge_states) returns real
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case
when p_state.rebuild_position is null then 0
when p_state.key_type = 'uuid' then ('x' || left(p_state.rebuild_position, 6))::bit(24)::integer / 16777216.0
end;
end
$$;
-- edge/edge_key_sql.sql
create or replace function lead_sync.edge_key_sql(p_state lead_sync.edge_states, p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case
when p_state.key_type = 'uuid' then format('case when %1$s ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' then %1$s::uuid end', p_text)
when p_state.key_type in ('smallint', 'integer', 'bigint') then format(
'case when %1$s ~ ''^-?[0-9]{1,19}$'' then case when %1$s::numeric between -9223372036854775808 and 9223372036854775807 then %1$s::bigint end end', p_text
)
else format('%s::%s', p_text, p_state.key_type)
end;
end
$$;
-- edge/edge_longest_row.sql
create or replace function lead_sync.edge_longest_row() returns integer
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select 1900000
$$;
-- edge/edge_names.sql
create or replace function lead_sync.edge_names(p_request jsonb) returns text[]
language plpgsql stable set search_path = '' as $$
declare
v_names text[] := array(select jsonb_array_elements_text(p_request -> 'tables'));
v_unknown text;
begin
if coalesce(jsonb_typeof(p_request -> 'tables'), 'null') = 'null' then
return null;
end if;
select string_agg(n.name, ', ') into v_unknown from unnest(v_names) as n (name) where n.name not in (select t.edge_table from lead_sync.edge_tables as t);
if v_unknown is not null then
raise exception 'lead_sync.edge_tables has no row %', v_unknown using errcode = '22023', hint = 'Insert the mapping first, then turn it on.';
end if;
return v_names;
end
$$;
-- edge/edge_obstacle.sql
create or replace function lead_sync.edge_obstacle(p_table lead_sync.edge_tables) returns text
language plpgsql stable set search_path = '' as $$
declare
v_source oid := to_regclass(p_table.source);
v_columns text[];
begin
if v_source is null then
return format('There is no table %s', p_table.source);
elsif not exists (select from pg_catalog.pg_class as c where c.oid = v_source and c.relkind in ('r', 'p')) then
return format('%s is no table', p_table.source);
end if;
if not exists (
select from pg_catalog.pg_index as i
join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
where i.indrelid = v_source and i.indisunique and i.indpred is null and i.indnkeyatts = 1 and a.attname = p_table.key_column and a.attnotnull
) then
return format('%s has no key: the column %s must be there, unique and not null', p_table.source, p_table.key_column);
end if;
if not has_table_privilege('service_role', v_source, case p_table.direction when 'down' then 'select' else 'insert' end)
or p_table.direction = 'up' and not has_table_privilege('service_role', v_source, 'update')
then
return format(
'service_role may not use %1$s: grant %2$s on %1$s to service_role', p_table.source,
case p_table.direction when 'down' then 'select' else 'select, insert, update' end
);
end if;
if jsonb_array_length(p_table.columns) not between 1 and 90 then
return 'The mapping needs 1 to 90 columns: D1 takes 100 a table';
end if;
select array_agg(format('%s (%s)', coalesce(c.name, c.source, 'a column'), c.problem) order by c.place) into v_columns
from (
select k.*, case
when k.name is null or k.name !~ '^[a-zA-Z][a-zA-Z0-9_]{0,62}$' or k.name in ('id', 'edge_version', 'edge_digest') then 'no name for a column in D1'
when k.type is null or k.type not in ('text', 'integer', 'real', 'boolean', 'timestamp', 'json') then 'type must be text, integer, real, boolean, timestamp or json'
when k.merge not in ('last', 'earliest') then 'merge must be last or earliest'
when count(*) over (partition by lower(k.name)) > 1 then 'named twice'
when not exists (
select from pg_catalog.pg_attribute as a where a.attrelid = v_source and a.attname = k.source and a.attnum > 0 and not a.attisdropped
) then format('%s has no column %s', p_table.source, coalesce(k.source, '?'))
end as problem
from lead_sync.edge_columns(p_table.columns) as k
) as c
where c.problem is not null;
if v_columns is not null then
return 'Columns that cannot be mapped: ' || array_to_string(v_columns, ', ');
end if;
if p_table.deleted_column is not null and not exists (
select from pg_catalog.pg_attribute as a where a.attrelid = v_source and a.attname = p_table.deleted_column and not a.attisdropped
) then
return format('%s has no column %s', p_table.source, p_table.deleted_column);
end if;
return null;
end
$$;
-- edge/edge_page_sql.sql
create or replace function lead_sync.edge_page_sql(p_state lead_sync.edge_states, p_keys text) returns text
language plpgsql stable set search_path = '' as $$
begin
return format(
$sql$
select p.key, p.version, p.gone, p.row_text, sum(octet_length(p.row_text)) over (order by p.place) as total, p.place
from (
select v.key, v.version, v.gone, v.place, case
when v.gone then json_build_array(v.key, v.version)::text
else '[' || to_json(v.key)::text || ', ' || v.version || ', ' || ('x' || left(md5(v.key || v.list), 10))::bit(40)::bigint || ', ' || substr(v.list, 2)
end as row_text
from (
select k.key, k.version, k.place, s.%1$I is null %2$s as gone, %3$s::text as list
from (%4$s) as k
left join %5$s as s on s.%1$I = %6$s and s.%1$I::text = k.key
) as v
) as p
$sql$,
p_state.key_column, case when p_state.deleted_column is null then '' else format('or s.%I is not null', p_state.deleted_column) end,
lead_sync.edge_values_sql(p_state), p_keys, to_regclass(p_state.source), lead_sync.edge_key_sql(p_state, 'k.key')
);
end
$$;
-- edge/edge_range_sql.sql
create or replace function lead_sync.edge_range_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
return format(
'select id, json_array(id, edge_version, %s) as row from "%s" where id > ?1 and id <= ?2 order by id limit 5000',
case p_state.direction when 'down' then 'edge_digest' else 'null' end, p_state.edge_table
);
end
$$;
-- edge/edge_ranges_sql.sql
create or replace function lead_sync.edge_ranges_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
return format(
'select r.value ->> 0 as low, r.value ->> 1 as high, '
'(select json_array(count(*), cast(coalesce(sum(%1$s), 0) as text), count(*) - count(%1$s)) from "%2$s" where id > r.value ->> 0 and id <= r.value ->> 1) as sums, %3$s as mark '
'from json_each(?1) as r',
case p_state.direction when 'down' then 'edge_digest' else 'edge_version' end, p_state.edge_table,
case p_state.direction when 'down' then format('(select max(value) from edge_state where name = %L)', 'sent:' || p_state.edge_table) else 'null' end
);
end
$$;
-- edge/edge_ranges.sql
create or replace function lead_sync.edge_ranges(p_state lead_sync.edge_states, p_only integer, p_but integer) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_last constant text := chr(1114111);
v_bounds text[];
begin
if p_state.key_type = 'uuid' then
select array_agg(lpad(to_hex(2 * b), 2, '0') order by b) into v_bounds from generate_series(1, 127) as b;
else
execute format(
'select array_agg(p.high order by p.high) from (select max(k.key) as high from ('
'select s.%1$I::text collate "C" as key, ntile(128) over (order by s.%1$I::text collate "C") as part from %2$s as s'
') as k group by k.part order by k.part limit 127) as p',
p_state.key_column, to_regclass(p_state.source)
) into v_bounds;
end if;
return (
select coalesce(jsonb_agg(jsonb_build_array(r.low, r.high) order by r.place), '[]')
from (
select b.place, count(*) over () as places, coalesce(lag(b.high) over (order by b.place), '') as low, b.high
from unnest(coalesce(v_bounds, '{}') || v_last) with ordinality as b (high, place)
) as r
where (p_only is null or r.place = p_only % r.places + 1) and (p_but is null or r.place <> p_but % r.places + 1)
);
end
$$;
-- edge/edge_read_sql.sql
create or replace function lead_sync.edge_read_sql(p_state lead_sync.edge_states) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_lists text;
begin
select string_agg(g.list, ', ' order by g.part) into v_lists
from (
select (c.place - 1) / 30 as part, 'json_array(' || string_agg(format('e."%s"', c.name), ', ' order by c.place) || ')' as list
from lead_sync.edge_columns(p_state.columns) as c
group by 1
) as g;
return jsonb_build_object(
'page', format(
'select seq, row from (select c.seq, c.row, sum(length(c.row)) over (order by c.seq) - length(c.row) as before from ('
'select k.seq, json_array(e.id, e.edge_version, null, %1$s) as row '
'from (select key, max(seq) as seq from (select key, seq from "%2$s" order by seq limit 1000) group by key) as k left join "%3$s" as e on e.id = k.key'
') as c) where before < 1000000 order by seq',
v_lists, p_state.edge_table || '_changes', p_state.edge_table
),
'confirm', format('delete from "%s" where seq <= cast(?1 as integer)', p_state.edge_table || '_changes')
);
end
$$;
-- edge/edge_rejection.sql
create or replace function lead_sync.edge_rejection(p_sqlstate text, p_message text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case p_sqlstate
when '22P05' then 'A text holds the character NUL, which PostgreSQL does not store'
when '22021' then 'A text is not valid UTF-8'
when '23502' then 'A value that must be there is missing: ' || p_message
else left(p_message, 500)
end;
end
$$;
-- edge/edge_state.sql
create or replace function lead_sync.edge_state(p_table text, p_direction text) returns lead_sync.edge_states
language plpgsql stable set search_path = '' as $$
declare
v_state lead_sync.edge_states;
begin
select * into v_state from lead_sync.edge_states as s where s.edge_table = p_table and s.direction = p_direction;
if not found then
raise exception 'The table % is not on, or does not go %', coalesce(p_table, 'null'), p_direction
using errcode = '22023', hint = 'Turn it on with enable_edge(), or look at lead_sync.edge_tables.';
end if;
return v_state;
end
$$;
-- edge/edge_statements.sql
create or replace function lead_sync.edge_statements(p_sql text[]) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (select jsonb_agg(jsonb_build_object('sql', s.sql, 'params', '[]'::jsonb) order by s.place) from unnest(p_sql) with ordinality as s (sql, place));
end
$$;
-- edge/edge_target.sql
create or replace function lead_sync.edge_target(p_state lead_sync.edge_states) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return p_state.edge_table || case when p_state.rebuild_id is null then '' else '_next_' || p_state.rebuild_id end;
end
$$;
-- edge/edge_unwatch.sql
create or replace function lead_sync.edge_unwatch(p_state lead_sync.edge_states) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_trigger record;
begin
for v_trigger in
select t.tgname as name, t.tgrelid::regclass as source from pg_catalog.pg_trigger as t
where t.tgfoid = to_regprocedure(format('lead_sync.%I()', 'edge_note_' || p_state.edge_table))
loop
execute format('drop trigger %I on %s', v_trigger.name, v_trigger.source);
end loop;
execute format('drop function if exists lead_sync.%I()', 'edge_note_' || p_state.edge_table);
delete from lead_sync.edge_rows as r where r.edge_table = p_state.edge_table;
end
$$;
-- edge/edge_upsert_sql.sql
create or replace function lead_sync.edge_upsert_sql(p_state lead_sync.edge_states, p_table text) returns text
language plpgsql stable set search_path = '' as $$
declare
v_names text;
v_values text;
v_sets text;
begin
select
string_agg(format('"%s"', c.name), ', ' order by c.place),
string_agg(format('value ->> %s', c.place + 2), ', ' order by c.place),
string_agg(format('"%1$s" = excluded."%1$s"', c.name), ', ' order by c.place)
into v_names, v_values, v_sets
from lead_sync.edge_columns(p_state.columns) as c;
return format(
'insert into "%s" (id, %s, edge_version, edge_digest) select value ->> 0, %s, value ->> 1, value ->> 2 from json_each(?1) '
'where not exists (select 1 from edge_deleted as d where d.table_name = %L and d.key = value ->> 0 and d.version >= value ->> 1) '
'on conflict (id) do update set %s, edge_version = excluded.edge_version, edge_digest = excluded.edge_digest '
'where excluded.edge_version > "%s".edge_version',
p_table, v_names, v_values, p_state.edge_table, v_sets, p_table
);
end
$$;
-- edge/edge_values_sql.sql
create or replace function lead_sync.edge_values_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
return (
select 'json_build_array(' || string_agg(
case
when c.type = 'timestamp' and a.atttypid = 'timestamptz'::regtype then format($f$to_char(s.%I at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')$f$, c.source)
when c.type = 'timestamp' then format($f$to_char(s.%I, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')$f$, c.source)
when c.type in ('text', 'json') then format('s.%I::text', c.source)
else format('s.%I', c.source)
end,
', ' order by c.place
) || ')'
from lead_sync.edge_columns(p_state.columns) as c
left join pg_catalog.pg_attribute as a on a.attrelid = to_regclass(p_state.source) and a.attname = c.source and not a.attisdropped
);
end
$$;
-- edge/edge_watch.sql
create or replace function lead_sync.edge_watch(p_state lead_sync.edge_states) returns void
language plpgsql volatile set search_path = '' as $body$
declare
v_function text := format('lead_sync.%I', 'edge_note_' || p_state.edge_table);
v_key text := format('%I', p_state.key_column);
v_new text;
v_old text;
v_trigger text;
v_note text := format($sql$
insert into lead_sync.edge_rows as r (edge_table, key, version)
select %L, k.key, nextval('lead_sync.edge_versions')
from (%%s) as k
on conflict (edge_table, key) do update set version = nextval('lead_sync.edge_versions'), refusal = null, changed_at = now();
$sql$, p_state.edge_table);
begin
select
string_agg(format(case when t.comparable then 'n.%I' else 'n.%I::text' end, t.column_name), ', '),
string_agg(format(case when t.comparable then 'o.%I' else 'o.%I::text' end, t.column_name), ', ')
into v_new, v_old
from (
select a.attname as column_name, a.atttypid in (
'text'::regtype, 'varchar'::regtype, 'uuid'::regtype, 'boolean'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'real'::regtype,
'double precision'::regtype, 'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'jsonb'::regtype
) as comparable
from pg_catalog.pg_attribute as a
where a.attrelid = to_regclass(p_state.source) and (
a.attname = p_state.deleted_column or a.attname in (select c.source from lead_sync.edge_columns(p_state.columns) as c)
)
) as t;
execute format($sql$
create or replace function %s() returns trigger language plpgsql security definer set search_path = '' as $trigger$
begin
if tg_op = 'INSERT' then
%s
elsif tg_op = 'DELETE' then
%s
elsif tg_op = 'UPDATE' then
%s
else
perform lead_sync.begin_edge_rebuild(%L);
end if;
if found then
perform lead_sync.wish_for_call('edge');
end if;
return null;
end
$trigger$
$sql$,
v_function,
format(v_note, format('select n.%s::text collate "C" as key from new_rows as n order by 1', v_key)),
format(v_note, format('select o.%s::text collate "C" as key from old_rows as o order by 1', v_key)),
format(v_note, format(
'select coalesce(n.%1$s, o.%1$s)::text collate "C" as key from new_rows as n full join old_rows as o on o.%1$s = n.%1$s '
'where n.%1$s is null or o.%1$s is null or row(%2$s) is distinct from row(%3$s) order by 1',
v_key, v_new, v_old
)),
p_state.edge_table
);
execute format('comment on function %s() is %L', v_function, lead_sync.mark());
execute format('revoke all on function %s() from public, anon, authenticated', v_function);
for v_trigger in
values
('create or replace trigger edge_note_%3$s_inserted after insert on %1$s referencing new table as new_rows'),
('create or replace trigger edge_note_%3$s_updated after update on %1$s referencing old table as old_rows new table as new_rows'),
('create or replace trigger edge_note_%3$s_deleted after delete on %1$s referencing old table as old_rows'),
('create or replace trigger edge_note_%3$s_truncated after truncate on %1$s')
loop
execute format(v_trigger || ' for each statement execute function %2$s()', to_regclass(p_state.source), v_function, p_state.edge_table);
end loop;
end
$body$;
-- edge/enable_edge.sql
create or replace function public.enable_edge(p_request jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_names text[] := lead_sync.edge_names(p_request);
v_table lead_sync.edge_tables;
v_state lead_sync.edge_states;
v_obstacle text;
v_enabled text[] := '{}';
v_skipped jsonb := '[]';
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.enable_edge'));
for v_table in select * from lead_sync.edge_tables as t where v_names is null or t.edge_table = any (v_names) order by t.edge_table loop
v_obstacle := lead_sync.edge_obstacle(v_table);
if v_obstacle is not null then
if v_names is not null then
raise exception 'The table % cannot be turned on: %', v_table.edge_table, v_obstacle using errcode = '22023';
end if;
v_skipped := v_skipped || jsonb_build_object('table', v_table.edge_table, 'reason', v_obstacle);
continue;
end if;
v_enabled := v_enabled || v_table.edge_table;
if exists (
select from lead_sync.edge_states as s
where s.edge_table = v_table.edge_table
and (s.source, s.direction, s.key_column, s.columns) = (v_table.source, v_table.direction, v_table.key_column, v_table.columns)
and s.deleted_column is not distinct from v_table.deleted_column
) then
continue;
end if;
select * into v_state from lead_sync.edge_states as s where s.edge_table = v_table.edge_table;
if found then
perform lead_sync.edge_unwatch(v_state);
end if;
v_state.edge_table := v_table.edge_table;
v_state.source := v_table.source;
v_state.direction := v_table.direction;
v_state.key_column := v_table.key_column;
v_state.deleted_column := v_table.deleted_column;
v_state.columns := v_table.columns;
select format_type(a.atttypid, a.atttypmod) into v_state.key_type
from pg_catalog.pg_attribute as a where a.attrelid = to_regclass(v_table.source) and a.attname = v_table.key_column;
if v_table.direction = 'down' then
perform lead_sync.edge_watch(v_state);
end if;
v_state.floor := nextval('lead_sync.edge_versions');
insert into lead_sync.edge_states (edge_table, source, direction, key_column, key_type, deleted_column, columns, floor)
values (v_state.edge_table, v_state.source, v_state.direction, v_state.key_column, v_state.key_type, v_state.deleted_column, v_state.columns, v_state.floor)
on conflict (edge_table) do update set source = excluded.source, direction = excluded.direction, key_column = excluded.key_column,
key_type = excluded.key_type, deleted_column = excluded.deleted_column, columns = excluded.columns, floor = excluded.floor;
if v_table.direction = 'down' then
perform lead_sync.begin_edge_rebuild(v_table.edge_table);
end if;
end loop;
perform lead_sync.add_edge_alerts();
if to_regclass('public.sync_log') is null then
execute $view$
create view public.sync_log with (security_invoker = on) as
select r.id, case r.direction when 'down' then 'supabase_to_d1' else 'd1_to_supabase' end as sync_type, r.mode, r.status, r.started_at, r.finished_at as completed_at,
coalesce((r.figures ->> 'rows')::bigint, 0) as records_synced, coalesce((r.figures ->> 'refused')::bigint, 0) as records_failed, r.error as error_message, r.figures
from lead_sync.edge_runs as r
union all
select r.id, r.direction, r.mode, r.status, r.started_at, r.finished_at,
coalesce((r.figures ->> 'read')::bigint, 0) + coalesce((r.figures ->> 'pushed')::bigint, 0), coalesce((r.figures ->> 'errors')::bigint, 0), r.error, r.figures
from public.lead_sync_runs as r
$view$;
execute format('comment on view public.sync_log is %L', 'Every run, newest last: between Twenty and Supabase, and between Supabase and D1. ' || lead_sync.mark());
revoke all on public.sync_log from public, anon, authenticated;
grant select on public.sync_log to service_role;
end if;
notify pgrst, 'reload schema';
perform public.note_action('enable_edge', jsonb_build_object('tables', v_enabled));
return jsonb_build_object('enabled', v_enabled, 'skipped', v_skipped);
end
$$;
-- edge/enable_outreach.sql
create or replace function public.enable_outreach() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $body$
declare
v_made text[] := '{}';
v_adopted jsonb := '[]';
v_table record;
begin
for v_table in
select * from (values
('campaigns', $sql$
id uuid primary key default gen_random_uuid(),
name text not null,
status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'finished')),
subject text,
settings jsonb not null default '{}',
starts_at timestamptz,
ends_at timestamptz,
created_at timestamptz not null default now()
$sql$),
('mailboxes', $sql$
id uuid primary key default gen_random_uuid(),
address text not null unique,
display_name text,
status text not null default 'active' check (status in ('active', 'warming', 'paused')),
daily_limit integer check (daily_limit >= 0),
created_at timestamptz not null default now()
$sql$),
('emails', $sql$
id text primary key,
message_id text,
prospect_id text,
campaign_id text,
mailbox_id text,
recipient text,
subject text,
sent_at timestamptz,
delivered_at timestamptz,
opened_at timestamptz,
clicked_at timestamptz,
replied_at timestamptz,
bounced_at timestamptz,
failed_at timestamptz,
error text,
status text generated always as (case
when failed_at is not null then 'failed' when bounced_at is not null then 'bounced' when replied_at is not null then 'replied'
when clicked_at is not null then 'clicked' when opened_at is not null then 'opened' when delivered_at is not null then 'delivered'
when sent_at is not null then 'sent' else 'queued'
end) stored,
created_at timestamptz not null default now()
$sql$),
('email_events', $sql$
id text primary key,
email_id text not null,
kind text not null check (kind in ('sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'failed')),
at timestamptz not null,
data jsonb
$sql$)
) as t (name, definition)
loop
if lead_sync.make_outreach_table(v_table.name, v_table.definition) then
v_made := v_made || v_table.name;
elsif strpos(coalesce(obj_description(format('public.%I', v_table.name)::regclass, 'pg_class'), ''), lead_sync.mark()) = 0 then
v_adopted := v_adopted || lead_sync.adopt_outreach_table(v_table.name);
end if;
end loop;
if 'emails' = any (v_made) then
create index emails_prospect_idx on public.emails (prospect_id) where prospect_id is not null;
create index emails_message_idx on public.emails (message_id) where message_id is not null;
create index emails_campaign_idx on public.emails (campaign_id) where campaign_id is not null;
end if;
if 'email_events' = any (v_made) then
create index email_events_email_idx on public.email_events (email_id);
end if;
if 'emails' = any (v_made) and 'email_events' = any (v_made) then
create trigger email_events_note after insert on public.email_events
referencing new table as new_rows for each statement execute function lead_sync.note_email_events();
create trigger emails_note after insert on public.emails
referencing new table as new_rows for each statement execute function lead_sync.note_email_events();
end if;
if exists (select from pg_catalog.pg_roles as r where r.rolname = 'lead_sync_api' and has_schema_privilege(r.oid, 'lead_sync', 'usage')) then
perform lead_sync.grant_to_api_role();
end if;
notify pgrst, 'reload schema';
perform public.note_action('enable_outreach', jsonb_build_object('made', v_made));
return jsonb_build_object('made', v_made, 'adopted', v_adopted);
end
$body$;
-- edge/finish_edge_run.sql
create or replace function public.finish_edge_run(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_status text := coalesce(p_request ->> 'status', 'succeeded');
v_run lead_sync.edge_runs;
begin
if v_status not in ('succeeded', 'failed', 'stopped') then
raise exception 'status must be succeeded, failed or stopped, got %', v_status using errcode = '22023';
end if;
select * into v_run from lead_sync.edge_runs as r
where r.id = (p_request #>> '{run,id}')::uuid and r.token = (p_request #>> '{run,token}')::uuid
for update;
if v_run.status = 'running' then
perform lead_sync.hold_edge_run(p_request -> 'run');
if v_run.mode = 'check' then
perform lead_sync.close_edge_check(v_run, v_status);
end if;
update lead_sync.edge_runs as r
set status = v_status, error = lead_sync.mask_text(p_request ->> 'error', 2000), finished_at = clock_timestamp()
where r.id = v_run.id
returning * into v_run;
elsif v_run.status is distinct from v_status then
return jsonb_build_object(
'finished', false, 'reason', format('Run %s is not running any more: its lease was taken over, or it is finished', coalesce(p_request #>> '{run,id}', 'null'))
);
end if;
return jsonb_build_object(
'finished', true,
'run', (to_jsonb(v_run) - 'token' - 'lease_until') || jsonb_build_object(
'seconds', round(extract(epoch from v_run.finished_at - v_run.started_at)::numeric, 3),
'figures', '{"calls": 0, "rows_read": 0, "rows_written": 0, "rows": 0, "refused": 0}'::jsonb || v_run.figures
)
);
end
$$;
-- edge/fold_email_events.sql
create or replace function lead_sync.fold_email_events(p_email_ids text[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
update public.emails as e
set sent_at = least(e.sent_at, n.sent_at), delivered_at = least(e.delivered_at, n.delivered_at), opened_at = least(e.opened_at, n.opened_at),
clicked_at = least(e.clicked_at, n.clicked_at), replied_at = least(e.replied_at, n.replied_at), bounced_at = least(e.bounced_at, n.bounced_at),
failed_at = least(e.failed_at, n.failed_at)
from (
select r.email_id,
min(r.at) filter (where r.kind = 'sent') as sent_at, min(r.at) filter (where r.kind = 'delivered') as delivered_at,
min(r.at) filter (where r.kind = 'opened') as opened_at, min(r.at) filter (where r.kind = 'clicked') as clicked_at,
min(r.at) filter (where r.kind = 'replied') as replied_at, min(r.at) filter (where r.kind = 'bounced') as bounced_at,
min(r.at) filter (where r.kind = 'failed') as failed_at
from public.email_events as r
where r.email_id = any (p_email_ids)
group by r.email_id
) as n
where e.id = n.email_id
and (n.sent_at < coalesce(e.sent_at, 'infinity') or n.delivered_at < coalesce(e.delivered_at, 'infinity') or n.opened_at < coalesce(e.opened_at, 'infinity')
or n.clicked_at < coalesce(e.clicked_at, 'infinity') or n.replied_at < coalesce(e.replied_at, 'infinity')
or n.bounced_at < coalesce(e.bounced_at, 'infinity') or n.failed_at < coalesce(e.failed_at, 'infinity'));
end
$$;
-- edge/get_edge_changes.sql
create or replace function public.get_edge_changes(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
v_limit integer := coalesce((p_request ->> 'limit')::integer, 2000);
v_table text := coalesce(p_request ->> 'table', v_run.edge_table);
v_figures jsonb;
v_state lead_sync.edge_states;
v_page jsonb;
begin
if v_limit not between 1 and 5000 then
raise exception 'limit must be between 1 and 5,000, got %', v_limit using errcode = '22023';
end if;
if coalesce(jsonb_typeof(p_request -> 'acknowledge'), 'null') <> 'null' then
v_figures := lead_sync.settle_edge_page(p_request -> 'acknowledge');
perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], v_figures);
end if;
if v_run.direction <> 'down' then
raise exception 'A run up takes no changes down' using errcode = '22023';
end if;
for v_state in
select s.* from lead_sync.edge_states as s
where s.direction = 'down' and (v_table is null or s.edge_table = v_table)
and (s.rebuild_id is null or s.rebuild_phase <> 'create')
and exists (select from lead_sync.edge_rows as r where r.edge_table = s.edge_table and r.sent < r.version and r.refusal is null)
order by s.edge_table
loop
execute format(
$sql$
with page as materialized (%s),
long as (
update lead_sync.edge_rows as r
set refusal = format('The row has %%s bytes, D1 takes 2,000,000: shorten a value, or leave its column out of lead_sync.edge_tables', octet_length(p.row_text))
from page as p
where octet_length(p.row_text) > $4 and r.edge_table = $1 and r.key = p.key and r.version = p.version
returning r.key
),
chosen as (select p.* from page as p where octet_length(p.row_text) <= $4 and (p.total <= 1000000 or p.place = (select min(f.place) from page as f where octet_length(f.row_text) <= $4)))
select jsonb_build_object(
'upserts', coalesce(jsonb_agg(c.row_text order by c.place) filter (where not c.gone), '[]'),
'deletes', coalesce(jsonb_agg(c.row_text order by c.place) filter (where c.gone), '[]'),
'versions', coalesce(jsonb_agg(jsonb_build_array(c.key, c.version) order by c.gone, c.place), '[]'),
'latest', coalesce(max(c.version), 0),
'refused', (select count(*) from long)
)
from chosen as c
$sql$,
lead_sync.edge_page_sql(
v_state,
'select r.key, r.version, row_number() over (order by r.version) as place from lead_sync.edge_rows as r '
'where r.edge_table = $1 and r.sent < r.version and r.refusal is null order by r.version limit $3'
)
) into v_page using v_state.edge_table, null::text, v_limit, lead_sync.edge_longest_row();
if (v_page ->> 'refused')::integer > 0 then
perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], jsonb_build_object('refused', v_page -> 'refused'));
end if;
if v_page -> 'versions' <> '[]' then
return jsonb_build_object(
'table', v_state.edge_table,
'upserts', jsonb_build_object('sql', jsonb_build_array(lead_sync.edge_upsert_sql(v_state, lead_sync.edge_target(v_state))), 'rows', v_page -> 'upserts'),
'deletes', jsonb_build_object('sql', to_jsonb(lead_sync.edge_delete_sql(v_state, lead_sync.edge_target(v_state))), 'rows', v_page -> 'deletes'),
'before', jsonb_build_object(
'sql', format('select coalesce(max(value), 0) as version from edge_state where name = %L', 'sent:' || v_state.edge_table), 'params', '[]'::jsonb
),
'after', jsonb_build_object(
'sql', format(
'insert into edge_state (name, value) values (%L, cast(?1 as integer)) on conflict (name) do update set value = max(value, excluded.value)',
'sent:' || v_state.edge_table
),
'params', jsonb_build_array(v_page ->> 'latest')
),
'versions', v_page -> 'versions',
'remaining', (
select count(*) from (
select from lead_sync.edge_rows as r
where r.edge_table = v_state.edge_table and r.sent < r.version and r.refusal is null
limit 100000
) as d
)
);
end if;
end loop;
return jsonb_build_object('table', null, 'remaining', 0);
end
$$;
-- edge/get_edge_status.sql
create or replace function public.get_edge_status(p_request jsonb default '{}') returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
return lead_sync.measure_edge(coalesce((p_request ->> 'now')::timestamptz, now()));
end
$$;
-- edge/hold_edge_run.sql
create or replace function lead_sync.hold_edge_run(p_run jsonb, p_figures jsonb default '{}') returns lead_sync.edge_runs
language plpgsql volatile set search_path = '' as $$
declare
v_run lead_sync.edge_runs;
begin
update lead_sync.edge_runs as r
set lease_until = clock_timestamp() + (select s.lease from lead_sync.settings as s), progress = coalesce((p_run ->> 'progress')::real, r.progress),
figures = r.figures || (
select coalesce(jsonb_object_agg(f.key, coalesce((r.figures ->> f.key)::bigint, 0) + f.value), '{}')
from (
select e.key, sum((e.value #>> '{}')::bigint) as value
from (
select * from jsonb_each(p_run) as c where c.key in ('calls', 'rows_read', 'rows_written') and jsonb_typeof(c.value) = 'number'
union all
select * from jsonb_each(p_figures)
) as e
group by e.key
) as f
)
where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
returning * into v_run;
if not found then
raise exception 'Edge run % is not running any more: its lease was taken over, or it is finished', coalesce(p_run ->> 'id', 'null')
using errcode = 'PT409', hint = 'Stop this run. The next one goes on with what is still due.';
end if;
return v_run;
end
$$;
-- edge/judge_emails.sql
create or replace function lead_sync.judge_emails(p_state lead_sync.edge_states) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_column jsonb;
v_impossible text;
v_findings jsonb := '{}';
v_counted jsonb;
v_question record;
begin
select jsonb_object_agg(c.name, format('%I', c.source)) into v_column from lead_sync.edge_columns(p_state.columns) as c;
select string_agg(format('e.%s < e.%s', v_column ->> t.later, v_column ->> t.earlier), ' or ') into v_impossible
from (values ('sent_at', 'delivered_at'), ('sent_at', 'opened_at'), ('sent_at', 'clicked_at'), ('sent_at', 'replied_at'), ('sent_at', 'bounced_at')) as t (earlier, later)
where v_column ? t.later and v_column ? t.earlier;
if v_column ? 'bounced_at' and v_column ? 'replied_at' then
v_impossible := concat_ws(' or ', v_impossible, format('(e.%s is not null and e.%s is not null)', v_column ->> 'bounced_at', v_column ->> 'replied_at'));
end if;
for v_question in
select * from (values
('orphaned', v_column ->> 'prospect_id', format(
'select e.%I::text as key from %s as e where not exists (select from public.leads as l where l.id::text = e.%s::text)',
p_state.key_column, to_regclass(p_state.source), v_column ->> 'prospect_id'
)),
('duplicate_message_ids', v_column ->> 'message_id', format(
'select min(e.%I::text) as key from %s as e where e.%3$s is not null group by e.%3$s having count(*) > 1',
p_state.key_column, to_regclass(p_state.source), v_column ->> 'message_id'
)),
('impossible', v_impossible, format('select e.%I::text as key from %s as e where %s', p_state.key_column, to_regclass(p_state.source), v_impossible))
) as q (finding, needs, sql)
where q.needs is not null
loop
execute format('select jsonb_build_object(%L, count(*), %L, (array_agg(f.key))[1:20]) from (%s) as f', 'count', 'keys', v_question.sql) into v_counted;
v_findings := v_findings || jsonb_build_object(v_question.finding, v_counted -> 'count')
|| jsonb_build_object('examples', coalesce(v_findings -> 'examples', '{}') || jsonb_build_object(v_question.finding, v_counted -> 'keys'));
end loop;
return v_findings;
end
$$;
-- edge/make_outreach_table.sql
create or replace function lead_sync.make_outreach_table(p_name text, p_definition text) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
if to_regclass(format('public.%I', p_name)) is not null then
return false;
end if;
execute format('create table public.%I (%s)', p_name, p_definition);
execute format('comment on table public.%I is %L', p_name, lead_sync.mark());
execute format('alter table public.%I enable row level security', p_name);
execute format('revoke all on public.%I from public, anon, authenticated', p_name);
execute format('grant select, insert, update, delete on public.%I to service_role', p_name);
return true;
end
$$;
-- edge/measure_edge_check.sql
create or replace function lead_sync.measure_edge_check(p_direction text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return (
select '{"compared": 0, "rows_here": 0, "rows_there": 0, "missing": 0, "extra": 0, "different": 0, "stale": 0, "ahead": 0, "repaired": 0}'::jsonb || r.figures
|| jsonb_build_object('at', r.finished_at, 'whole', r.whole, 'findings', r.findings)
from lead_sync.edge_runs as r
where r.direction = p_direction and r.mode = 'check' and r.status = 'succeeded' and r.started_at <= p_now
order by r.started_at desc limit 1
);
end
$$;
-- edge/measure_edge_direction.sql
create or replace function lead_sync.measure_edge_direction(p_direction text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_since timestamptz := (select min(s.enabled_at) from lead_sync.edge_states as s where s.direction = p_direction);
v_success timestamptz;
v_last lead_sync.edge_runs;
begin
if v_since is null then
return null;
end if;
select r.finished_at into v_success from lead_sync.edge_runs as r
where r.direction = p_direction and r.mode in ('changes', 'rebuild') and r.status = 'succeeded' and r.started_at <= p_now
order by r.started_at desc limit 1;
select * into v_last from lead_sync.edge_runs as r
where r.direction = p_direction and r.mode in ('changes', 'rebuild') and r.started_at <= p_now
order by r.started_at desc limit 1;
if v_last.status = 'running' and v_last.lease_until > p_now then
v_success := p_now;
end if;
return jsonb_build_object(
'last_success', v_success,
'minutes', round(extract(epoch from p_now - coalesce(v_success, v_since)) / 60, 1),
'running_since', case when v_last.status = 'running' and v_last.lease_until > p_now then v_last.started_at end,
'last_run', case when v_last.id is not null then jsonb_build_object(
'id', v_last.id, 'mode', v_last.mode, 'status', v_last.status, 'started_at', v_last.started_at, 'finished_at', v_last.finished_at,
'progress', v_last.progress, 'figures', v_last.figures, 'error', lead_sync.mask_text(v_last.error)
) end
);
end
$$;
-- edge/measure_edge.sql
create or replace function lead_sync.measure_edge(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if not exists (select from lead_sync.edge_states) then
return '{"enabled": false}';
end if;
return jsonb_build_object(
'enabled', true,
'at', p_now,
'down', lead_sync.measure_edge_direction('down', p_now),
'up', lead_sync.measure_edge_direction('up', p_now),
'tables', (
select jsonb_agg(
jsonb_build_object(
'table', s.edge_table, 'direction', s.direction, 'pending', d.pending, 'pending_hour', d.pending_hour, 'oldest_pending', d.oldest, 'refused', f.refused,
'examples', f.examples,
'rebuild', case when s.rebuild_id is not null then jsonb_build_object('phase', s.rebuild_phase, 'since', s.rebuild_since, 'share', lead_sync.edge_fill_share(s)) end
)
order by s.direction, s.edge_table
)
from lead_sync.edge_states as s
cross join lateral (
select count(*) as pending, count(*) filter (where p.changed_at < p_now - interval '1 hour') as pending_hour, min(p.changed_at) as oldest
from (
select r.changed_at from lead_sync.edge_rows as r
where r.edge_table = s.edge_table and r.sent < r.version and r.refusal is null
order by r.version
limit 100000
) as p
) as d
cross join lateral (
select count(*) as refused, coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'reason', p.refusal)) filter (where p.place <= 5), '[]') as examples
from (
select r.key, r.refusal, row_number() over () as place from lead_sync.edge_rows as r
where r.edge_table = s.edge_table and r.refusal is not null
limit 100000
) as p
) as f
),
'check', jsonb_build_object('down', lead_sync.measure_edge_check('down', p_now), 'up', lead_sync.measure_edge_check('up', p_now)),
'last_24h', (
select jsonb_build_object(
'runs', count(*), 'failed', count(*) filter (where r.status in ('failed', 'expired')),
'calls', coalesce(sum((r.figures ->> 'calls')::bigint), 0), 'rows_read', coalesce(sum((r.figures ->> 'rows_read')::bigint), 0),
'rows_written', coalesce(sum((r.figures ->> 'rows_written')::bigint), 0), 'rows', coalesce(sum((r.figures ->> 'rows')::bigint), 0)
)
from lead_sync.edge_runs as r
where r.started_at > p_now - interval '24 hours' and r.started_at <= p_now
),
'rejects', jsonb_build_object(
'count', (select count(*) from lead_sync.edge_rejects),
'examples', (
select coalesce(jsonb_agg(jsonb_build_object('table', j.edge_table, 'key', j.key, 'reason', j.reason, 'at', j.at) order by j.at desc), '[]')
from (select * from lead_sync.edge_rejects as n order by n.id desc limit 5) as j
)
)
);
end
$$;
-- edge/note_email_events.sql
create or replace function lead_sync.note_email_events() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
if tg_table_name = 'emails' then
perform lead_sync.fold_email_events(array(select n.id from new_rows as n));
else
perform lead_sync.fold_email_events(array(select n.email_id from new_rows as n));
end if;
return null;
end
$$;
-- edge/request_edge_rebuild.sql
create or replace function public.request_edge_rebuild(p_request jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_names text[] := lead_sync.edge_names(p_request);
v_requested text[];
begin
select array_agg(s.edge_table order by s.edge_table) into v_requested
from lead_sync.edge_states as s where s.direction = 'down' and (v_names is null or s.edge_table = any (v_names));
perform lead_sync.begin_edge_rebuild(s.edge_table) from lead_sync.edge_states as s where s.edge_table = any (v_requested) and s.rebuild_id is null;
perform public.note_action('request_edge_rebuild', jsonb_build_object('tables', v_requested));
return jsonb_build_object('requested', coalesce(v_requested, '{}'));
end
$$;
-- edge/resend_edge_keys.sql
create or replace function lead_sync.resend_edge_keys(p_edge_table text, p_keys text[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
v_resent integer;
begin
insert into lead_sync.edge_rows as r (edge_table, key, version)
select p_edge_table, k.key, nextval('lead_sync.edge_versions')
from (select distinct u.key collate "C" as key from unnest(p_keys) as u (key) order by 1) as k
on conflict (edge_table, key) do update set version = nextval('lead_sync.edge_versions'), refusal = null, changed_at = now();
get diagnostics v_resent = row_count;
return v_resent;
end
$$;
-- edge/resend_edge_rows.sql
create or replace function public.resend_edge_rows(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', 'down');
v_keys text[];
begin
if coalesce(jsonb_typeof(p_request -> 'keys'), 'null') = 'null' then
select array_agg(r.key) into v_keys from lead_sync.edge_rows as r where r.edge_table = v_state.edge_table and r.refusal is not null;
else
v_keys := array(select jsonb_array_elements_text(p_request -> 'keys'));
end if;
return jsonb_build_object('resent', lead_sync.resend_edge_keys(v_state.edge_table, v_keys));
end
$$;
-- edge/settle_edge_page.sql
create or replace function lead_sync.settle_edge_page(p_page jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_state lead_sync.edge_states := lead_sync.edge_state(p_page ->> 'table', 'down');
v_before bigint := (p_page #>> '{before,0,version}')::bigint;
v_applied integer;
v_refused integer;
begin
update lead_sync.edge_rows as r
set sent = a.version
from (select e.value ->> 0 as key, (e.value ->> 1)::bigint as version from jsonb_array_elements(p_page -> 'applied') as e) as a
where r.edge_table = v_state.edge_table and r.key = a.key and r.sent < a.version;
get diagnostics v_applied = row_count;
update lead_sync.edge_rows as r
set refusal = left(a.reason, 500)
from (
select e.value ->> 0 as key, (e.value ->> 1)::bigint as version, coalesce(e.value ->> 2, 'D1 gave no reason') as reason
from jsonb_array_elements(p_page -> 'refused') as e
) as a
where r.edge_table = v_state.edge_table and r.key = a.key and r.version = a.version;
get diagnostics v_refused = row_count;
update lead_sync.edge_states as s
set doubtful = s.doubtful or coalesce(v_before < s.acknowledged, false),
acknowledged = greatest(s.acknowledged, (select max((e.value ->> 1)::bigint) from jsonb_array_elements(p_page -> 'applied') as e))
where s.edge_table = v_state.edge_table
and (s.acknowledged < (select max((e.value ->> 1)::bigint) from jsonb_array_elements(p_page -> 'applied') as e) or v_before < s.acknowledged);
return jsonb_build_object('rows', v_applied, 'refused', v_refused);
end
$$;
-- edge/start_edge_run.sql
create or replace function public.start_edge_run(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_direction text := p_request ->> 'direction';
v_mode text := coalesce(p_request ->> 'mode', 'changes');
v_trigger text := coalesce(p_request ->> 'trigger', 'scheduled');
v_table text := p_request ->> 'table';
v_whole boolean := coalesce((p_request ->> 'full')::boolean, false);
v_active lead_sync.edge_runs;
v_run lead_sync.edge_runs;
v_is_quiet boolean := false;
begin
if v_direction is null or v_direction not in ('down', 'up') then
raise exception 'direction must be down or up, got %', v_direction using errcode = '22023';
elsif v_mode not in ('changes', 'check', 'rebuild') then
raise exception 'mode must be changes, check or rebuild, got %', v_mode using errcode = '22023';
elsif v_mode = 'rebuild' and v_direction = 'up' then
raise exception 'Only what goes down can be rebuilt' using errcode = '22023', hint = 'What goes up belongs to D1: a full check queues again what Supabase lacks.';
elsif v_trigger not in ('scheduled', 'manual', 'webhook') then
raise exception 'trigger must be scheduled, manual or webhook, got %', v_trigger using errcode = '22023';
end if;
if not exists (select from lead_sync.edge_states) then
raise exception 'The edge replica is off' using errcode = '55000', hint = 'Turn it on: select public.enable_edge(); in the SQL editor.';
end if;
if v_table is not null then
perform lead_sync.edge_state(v_table, v_direction);
elsif not exists (select from lead_sync.edge_states as s where s.direction = v_direction) then
return jsonb_build_object('started', false, 'reason', format('No table goes %s', v_direction), 'active_run', null);
end if;
perform pg_advisory_xact_lock(hashtext('lead_sync.start_edge_run ' || v_direction));
if v_mode = 'rebuild' then
perform lead_sync.begin_edge_rebuild(s.edge_table) from lead_sync.edge_states as s
where s.direction = 'down' and s.rebuild_id is null and (v_table is null or s.edge_table = v_table);
end if;
select * into v_active from lead_sync.edge_runs as r where r.direction = v_direction and r.status = 'running' for update;
if found and v_active.lease_until > clock_timestamp() then
return jsonb_build_object(
'started', false,
'reason', format('Another run %s has been active since %s; if it is dead, its lease ends at %s and the next run takes over.', v_direction, v_active.started_at, v_active.lease_until),
'active_run', jsonb_build_object('id', v_active.id, 'started_at', v_active.started_at, 'lease_until', v_active.lease_until)
);
elsif found then
update lead_sync.edge_runs as r
set status = 'expired', finished_at = clock_timestamp(), error = 'The run stopped reporting; its lease ended and a later run took over'
where r.id = v_active.id;
end if;
if v_mode = 'changes' and v_direction = 'down' then
if exists (select from lead_sync.edge_states as s where s.rebuild_id is not null and (v_table is null or s.edge_table = v_table)) then
v_mode := 'rebuild';
else
v_is_quiet := not exists (
select from lead_sync.edge_states as s where (v_table is null or s.edge_table = v_table)
and exists (select from lead_sync.edge_rows as r where r.edge_table = s.edge_table and r.sent < r.version and r.refusal is null)
);
end if;
end if;
insert into lead_sync.edge_runs (direction, mode, trigger, edge_table, whole, report_only, status, lease_until, finished_at)
values (
v_direction, v_mode, v_trigger, v_table, v_whole, coalesce((p_request ->> 'report_only')::boolean, false),
case when v_is_quiet then 'succeeded' else 'running' end, clock_timestamp() + (select s.lease from lead_sync.settings as s),
case when v_is_quiet then clock_timestamp() end
)
returning * into v_run;
if v_is_quiet then
return jsonb_build_object('started', false, 'reason', 'Nothing is due', 'active_run', null);
end if;
if v_mode = 'check' then
update lead_sync.edge_states as s set sample = s.sample + 1 where s.direction = v_direction and (v_table is null or s.edge_table = v_table);
end if;
return jsonb_build_object(
'started', true,
'run', jsonb_build_object('id', v_run.id, 'token', v_run.token),
'mode', v_mode,
'tables', (
select jsonb_agg(
jsonb_build_object(
'table', s.edge_table,
'direction', s.direction,
'rebuild', case when v_mode = 'rebuild' and s.rebuild_id is not null then jsonb_build_object('id', s.rebuild_id, 'phase', s.rebuild_phase) end,
'ranges', case
when v_mode = 'check' and s.rebuild_id is null then jsonb_build_object(
'sql', lead_sync.edge_ranges_sql(s), 'list', lead_sync.edge_ranges(s, case when not (v_whole or s.doubtful) then s.sample end, null)
)
end,
'read', case when s.direction = 'up' and v_mode = 'changes' then lead_sync.edge_read_sql(s) end
)
order by s.edge_table
)
from lead_sync.edge_states as s
where s.direction = v_direction and (v_table is null or s.edge_table = v_table)
)
);
end
$$;
-- edge/write_edge_rows.sql
create or replace function lead_sync.write_edge_rows(p_state lead_sync.edge_states, p_rows jsonb) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_names text;
v_values text;
v_sets text;
v_taken integer;
begin
select
string_agg(format('%I', c.source), ', ' order by c.place),
string_agg(format(
'(g.content #>> ''{%s,%s}'')::%s', 3 + (c.place - 1) / 30, (c.place - 1) % 30, format_type(a.atttypid, a.atttypmod)
), ', ' order by c.place),
string_agg(format(
case c.merge when 'earliest' then '%1$I = least(t.%1$I, excluded.%1$I)' else '%1$I = excluded.%1$I' end, c.source
), ', ' order by c.place)
into v_names, v_values, v_sets
from lead_sync.edge_columns(p_state.columns) as c
join pg_catalog.pg_attribute as a on a.attrelid = to_regclass(p_state.source) and a.attname = c.source and not a.attisdropped;
execute format(
$sql$
with given as materialized (
select distinct on (e.value ->> 0) e.value ->> 0 as key, (e.value ->> 1)::bigint as version, e.value as content
from jsonb_array_elements($2) as e
order by e.value ->> 0, (e.value ->> 1)::bigint desc
),
fresh as (
insert into lead_sync.edge_rows as r (edge_table, key, version, sent)
select $1, g.key, g.version, g.version from given as g order by g.key collate "C"
on conflict (edge_table, key) do update set version = excluded.version, sent = excluded.version, changed_at = now()
where excluded.version > r.version
returning r.key
),
written as (
insert into %1$s as t (%2$I, %3$s)
select g.key::%4$s, %5$s from given as g join fresh as f on f.key = g.key
on conflict (%2$I) do update set %6$s
returning 1
)
select count(*) from written
$sql$,
to_regclass(p_state.source), p_state.key_column, v_names, p_state.key_type, v_values, v_sets
) into v_taken using p_state.edge_table, p_rows;
return v_taken;
end
$$;
-- rollups/add_lead_counts.sql
create or replace function lead_sync.add_lead_counts(p_statuses text[], p_segments uuid[], p_scores numeric[], p_live boolean[], p_leads bigint[]) returns void
language sql volatile set search_path = '' as $$
insert into lead_sync.lead_counts (facet, key, leads, scored, score)
select s.facet, s.key, s.leads, s.scored, s.score
from (
select
case when grouping(w.sync_status) = 0 then 'status' when grouping(w.segment_id) = 0 then 'segment' else 'score' end as facet,
coalesce(w.sync_status, w.segment_id::text, w.band::text, '') as key,
case when grouping(w.sync_status) = 0 then sum(w.leads) else sum(w.living) end as leads,
case when grouping(w.segment_id) = 0 then coalesce(sum(w.living) filter (where w.lead_score is not null), 0) else 0 end as scored,
case when grouping(w.segment_id) = 0 then coalesce(sum(w.living * w.lead_score), 0) else 0 end as score
from (
select u.*, case when u.live then u.leads else 0 end as living, greatest(least(floor(u.lead_score / 10), 9), 0) as band
from unnest(p_statuses, p_segments, p_scores, p_live, p_leads) as u (sync_status, segment_id, lead_score, live, leads)
) as w
group by grouping sets ((w.sync_status), (w.segment_id), (w.band))
) as s
where s.leads <> 0 or s.scored <> 0 or s.score <> 0;
$$;
-- rollups/fold_rollups.sql
create or replace function lead_sync.fold_rollups(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_last_hour timestamptz := date_trunc('hour', p_now - interval '2 hours', 'utc');
begin
if not pg_try_advisory_xact_lock(hashtext('lead_sync.fold_rollups')) then
return;
end if;
with folded as (
delete from lead_sync.lead_counts as c where c.ctid = any (array(select o.ctid from lead_sync.lead_counts as o limit 50000)) returning c.*
)
insert into lead_sync.lead_counts (facet, key, leads, scored, score)
select f.facet, f.key, sum(f.leads), sum(f.scored), sum(f.score) from folded as f group by 1, 2
having sum(f.leads) <> 0 or sum(f.scored) <> 0 or sum(f.score) <> 0;
with folded as (
delete from lead_sync.activity as a
where a.ctid = any (array(
select o.ctid from lead_sync.activity as o where o.grain = 0 and o.minute < p_now - interval '2 minutes' order by o.minute limit 50000
))
returning a.*
)
insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
select f.minute, 1, f.sync_type, f.sync_direction, f.sync_status, f.category, f.lag_bucket, sum(f.entries)
from folded as f
group by 1, 3, 4, 5, 6, 7;
with folded as (
delete from lead_sync.activity as a
where a.ctid = any (array(
select o.ctid from lead_sync.activity as o where o.grain = 1 and o.minute < v_last_hour order by o.minute limit 50000
))
returning a.*
)
insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
select date_trunc('hour', f.minute, 'utc'), 2, f.sync_type, f.sync_direction, f.sync_status, f.category, f.lag_bucket, sum(f.entries)
from folded as f
group by 1, 3, 4, 5, 6, 7;
end
$$;
-- rollups/lag_percentile.sql
create or replace function lead_sync.lag_percentile(p_buckets jsonb, p_share numeric) returns numeric
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select round(power(10::numeric, (min(b.bucket) - 0.5) / 20), 1)
from (
select e.key::integer as bucket, sum(e.value::bigint) over (order by e.key::integer) as up_to, sum(e.value::bigint) over () as total
from jsonb_each_text(p_buckets) as e
) as b
where b.up_to >= p_share * b.total
$$;
-- rollups/note_history.sql
create or replace function lead_sync.note_history() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
insert into lead_sync.activity (minute, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
select
date_trunc('minute', h.synced_at), case when h.lead_id is null and h.sync_status = 'synced' then 'run' else h.sync_type end, h.sync_direction, h.sync_status,
case when h.sync_status = 'error' then lead_sync.error_group(h.error_message) end,
case
when h.sync_status = 'synced' and h.lead_id is not null and h.sync_type <> 'intake' and r.mode is distinct from 'full'
then ceil(20 * log(greatest(date_part('epoch', h.synced_at - h.created_at), 0.05)))::integer
end,
count(*)
from new_entries as h
left join public.lead_sync_runs as r on r.id = h.run_id
group by 1, 2, 3, 4, 5, 6;
return null;
end
$$;
-- rollups/note_lead_counts.sql
create or replace function lead_sync.note_lead_counts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
if tg_op = 'TRUNCATE' then
delete from lead_sync.lead_counts where true;
elsif tg_op = 'UPDATE' then
perform lead_sync.add_lead_counts(array_agg(w.sync_status), array_agg(w.segment_id), array_agg(w.lead_score), array_agg(w.live), array_agg(w.leads))
from (
select c.sync_status, c.segment_id, c.lead_score, c.live, sum(c.leads) as leads
from (
select n.sync_status, n.segment_id, n.lead_score, n.deleted_at is null as live, 1 as leads from new_leads as n
union all
select o.sync_status, o.segment_id, o.lead_score, o.deleted_at is null, -1 from old_leads as o
) as c
group by c.sync_status, c.segment_id, c.lead_score, c.live
having sum(c.leads) <> 0
) as w
having count(*) > 0;
else
perform lead_sync.add_lead_counts(array_agg(w.sync_status), array_agg(w.segment_id), array_agg(w.lead_score), array_agg(w.live), array_agg(w.leads))
from (
select c.sync_status, c.segment_id, c.lead_score, c.deleted_at is null as live, case tg_op when 'DELETE' then -1 else 1 end * count(*) as leads
from changed_leads as c
group by c.sync_status, c.segment_id, c.lead_score, 4
) as w
having count(*) > 0;
end if;
return null;
end
$$;
-- rollups/recount_leads.sql
create or replace function lead_sync.recount_leads() returns void
language plpgsql volatile set search_path = '' as $$
declare
v_done text;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.fold_rollups'));
with outdated as (
delete from lead_sync.lead_counts where true
),
counted as (
select l.sync_status, l.segment_id, l.lead_score, l.deleted_at is null as live, count(*) as leads from public.leads as l group by 1, 2, 3, 4
)
select lead_sync.add_lead_counts(array_agg(c.sync_status), array_agg(c.segment_id), array_agg(c.lead_score), array_agg(c.live), array_agg(c.leads))
from counted as c
into v_done;
end
$$;
-- rollups/refresh_daily_summary.sql
create or replace function public.refresh_daily_summary() returns jsonb
language plpgsql volatile security definer set search_path = '' set statement_timeout = '60s' as $$
declare
v_sum jsonb := lead_sync.sum_up_days(interval '4 seconds');
begin
refresh materialized view concurrently public.lead_sync_daily_summary;
return v_sum || jsonb_build_object('refreshed_at', clock_timestamp());
end
$$;
-- rollups/sum_up_days.sql
create or replace function lead_sync.sum_up_days(p_time interval) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_until timestamptz := clock_timestamp() + p_time;
v_days integer := 0;
v_left integer := 0;
v_day record;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.sum_up_days'));
for v_day in
select c.sync_date, c.entries, c.sync_date::timestamp at time zone 'utc' as starts_at
from (
select (a.minute at time zone 'utc')::date as sync_date, sum(a.entries) as entries from lead_sync.activity as a group by 1
) as c
left join lead_sync.summed_days as d on d.sync_date = c.sync_date
where d.entries is distinct from c.entries
and c.sync_date >= (now() at time zone 'utc')::date - (select s.archive_days from lead_sync.settings as s)
order by c.sync_date
loop
if clock_timestamp() > v_until then
v_left := v_left + 1;
continue;
end if;
delete from lead_sync.daily_activity as d where d.sync_date = v_day.sync_date;
insert into lead_sync.daily_activity (sync_date, sync_direction, sync_status, sync_count, unique_leads)
select v_day.sync_date, h.sync_direction, h.sync_status, count(*), count(distinct h.lead_id)
from (
select r.sync_direction, r.sync_status, r.lead_id from public.lead_sync_history as r
where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '24 hours'
union all
select r.sync_direction, r.sync_status, r.lead_id from lead_sync.history_archive as r
where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '24 hours'
) as h
group by h.sync_direction, h.sync_status;
insert into lead_sync.summed_days (sync_date, entries) values (v_day.sync_date, v_day.entries)
on conflict (sync_date) do update set entries = excluded.entries;
v_days := v_days + 1;
end loop;
return jsonb_build_object('days', v_days, 'days_left', v_left);
end
$$;
-- measurements/error_group.sql
create or replace function lead_sync.error_group(p_message text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when p_message ~ '^(auth|permission):' then 'auth'
when p_message ~ '^rate_limit:' then 'rate_limit'
when p_message ~ '^(validation|not_found|database|statement_timeout):' then 'validation'
when p_message ~ '^(conflict|duplicate|tombstone|duplicate_of [0-9a-f-]+)\M' then 'conflict'
when p_message ~ '^(network|timeout):' then 'network'
when p_message ~ '^server:' then 'server'
when p_message ~* '\m(401|403|unauthori[sz]ed|forbidden|api key|credential|permission)' then 'auth'
when p_message ~* '\m(429|rate limit|too many requests)' then 'rate_limit'
when p_message ~* '(time[ds]? ?out|timeout|econn|enotfound|eai_again|socket|network|unreachable|could not be reached|did not answer|502|503|504)' then 'network'
when p_message ~* '\m(duplicate|conflict)' then 'conflict'
when p_message ~* '\m(invalid|validation|must be|unknown field|400)' then 'validation'
else 'server'
end
$$;
-- measurements/get_sync_metrics.sql
create or replace function public.get_sync_metrics(p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_figures jsonb := lead_sync.measure_sync(p_now);
begin
return (v_figures - 'examples')
|| jsonb_build_object('health', lead_sync.judge_health((select jsonb_agg(to_jsonb(a)) from lead_sync.judge_alerts(v_figures) as a)));
end
$$;
-- measurements/mask_lead.sql
create or replace function lead_sync.mask_lead(p_lead public.leads) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(
nullif(concat_ws(
' ', left(lead_sync.clean(p_lead.first_name), 1) || '.', left(lead_sync.clean(p_lead.last_name), 1) || '.',
'(' || lead_sync.mask_text(lead_sync.clean(p_lead.email)) || ')'
), ''),
p_lead.id::text
)
$$;
-- measurements/mask_text.sql
create or replace function lead_sync.mask_text(p_text text, p_longest integer) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
v_text text := left(p_text, 4 * p_longest);
begin
v_text := regexp_replace(v_text, $re$(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]*$re$, '\1•••', 'g');
v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?$re$, '•••', 'g');
v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9])(sb_(?:secret|publishable)_|sbp_|gh[opsur]_|github_pat_|glpat-|xox[a-z]-|xapp-|[rs]k_(?:live|test)_|whsec_|shpat_|dop_v1_|n8n_api_)[A-Za-z0-9_-]{4,}$re$, '\1•••', 'g');
v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9])(sk-|A[KS]IA|AIza|ya29\.|hf_|SG\.|npm_(?=[A-Za-z0-9]{36}))[A-Za-z0-9_.-]{16,}$re$, '\1•••', 'g');
v_text := regexp_replace(v_text, $re$(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{30,}$re$, '•••', 'g');
v_text := regexp_replace(v_text, $re$(hooks\.slack(?:-gov)?\.com/|\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook/|discord(?:app)?\.com/api(?:/v[0-9]{1,2})?/webhooks/|chat\.googleapis\.com/v1/spaces/|hooks\.zapier\.com/hooks/|hook\.[a-z0-9.]{0,20}make\.com/|/hooks/(?=[A-Za-z0-9]{15}))[^\s"'<>]{6,}$re$, '\1•••', 'gi');
v_text := regexp_replace(v_text, $re$(?<![A-Za-z])((?:bearer|basic)(?:\s{0,2}[:=]\s{0,2}|(?:\s|%20){1,3}))(?!(?:auth|authentication|authorization|tokens?|scheme|realm)(?![A-Za-z0-9._~+/=-]))[A-Za-z0-9._~+/=-]{8,}$re$, '\1•••', 'gi');
v_text := regexp_replace(v_text, $re$(authorization[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})(?!(?:bearer|basic)\s)[^\s"',;]{4,}(?: [^\s"',;]{8,})?$re$, '\1•••', 'gi');
v_text := regexp_replace(v_text, $re$((?:(?:api|access|secret|service|private)[_-]?key|token|secret|password|passwd|pwd|passphrase|signature)[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})[^\s"'&,;)}\]\\]{4,}$re$, '\1•••', 'gi');
v_text := regexp_replace(v_text, $re$([?&](?:key|sig|auth|code)=)[^\s"'&#]{4,}$re$, '\1•••', 'gi');
v_text := regexp_replace(v_text, $re$(://[^\s/:@"<>]{0,100}:)(?![0-9]{1,5}(?:[/?#]|\s|$))[^\s"<>]{1,255}@$re$, '\1•••@', 'g');
v_text := regexp_replace(v_text, $re$(?<![^\s@<>()\[\]",;:•])([^\s@<>()\[\]",;:•])[^\s@<>()\[\]",;:•]*@([^\s@<>()\[\]"',;:•…\\/?#&=.]+(?:\.[^\s@<>()\[\]"',;:•…\\/?#&=.]+)+)$re$, '\1•••@\2', 'g');
v_text := regexp_replace(v_text, $re$\+[0-9][0-9 ()./-]{3,}([0-9])[ ()./-]{0,2}([0-9])$re$, '•••\1\2', 'g');
v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_.:-])\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{2}([0-9])([0-9])(?![A-Za-z0-9_:-])$re$, '•••\1\2', 'g');
v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_.:-])\(?0[0-9]{1,4}\)?[0-9 ./-]{4,18}([0-9])[ ./-]{0,2}([0-9])(?![A-Za-z0-9_:-])$re$, '•••\1\2', 'g');
if length(p_text) > 4 * p_longest then
v_text := regexp_replace(v_text, '\S{1,255}$', '…');
end if;
return case when length(v_text) <= p_longest then v_text else left(v_text, p_longest - 1) || '…' end;
end
$$;
create or replace function lead_sync.mask_text(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select lead_sync.mask_text(p_text, 200)
$$;
-- measurements/measure_activity.sql
create or replace function lead_sync.measure_activity(p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
with entry as materialized (
select a.sync_status, a.category, a.lag_bucket, sum(a.entries) as entries
from lead_sync.activity as a
where a.minute >= p_since and a.minute <= p_now and a.sync_type <> 'intake'
group by 1, 2, 3
),
lag as materialized (
select jsonb_object_agg(b.lag_bucket, b.entries) as buckets, sum(b.entries) as leads
from (select e.lag_bucket, sum(e.entries) as entries from entry as e where e.lag_bucket is not null group by 1) as b
),
total as materialized (
select coalesce(sum(e.entries), 0) as attempts, coalesce(sum(e.entries) filter (where e.sync_status = 'error'), 0) as failures from entry as e
)
select jsonb_build_object(
'attempts', t.attempts,
'failures', t.failures,
'failure_percent', round(100 * t.failures / nullif(t.attempts, 0), 1),
'by_category', '{"auth": 0, "rate_limit": 0, "validation": 0, "conflict": 0, "network": 0, "server": 0}'::jsonb || (
select coalesce(jsonb_object_agg(c.category, c.entries), '{}')
from (select e.category, sum(e.entries) as entries from entry as e where e.category is not null group by 1) as c
),
'lag_seconds', jsonb_build_object(
'p50', lead_sync.lag_percentile(g.buckets, 0.5), 'p95', lead_sync.lag_percentile(g.buckets, 0.95), 'leads', coalesce(g.leads, 0)
)
)
from total as t cross join lag as g
$$;
-- measurements/measure_backlog.sql
create or replace function lead_sync.measure_backlog(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_refused_rows jsonb := lead_sync.refused_rows();
v_failing_hints jsonb := lead_sync.failing_hints(p_now);
v_error_limit integer := (select r.threshold from lead_sync.alert_rules as r where r.alert = 'lead_errors');
v_waiting interval := (select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'pending_long');
v_stuck interval := (select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'syncing_stuck');
begin
return (
with waiting as materialized (
select w.id, min(w.since) as since
from (
(
select l.id, s.due_since as since
from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
where s.due_at is not null and s.due_since < p_now - v_waiting and l.sync_status = 'pending' and s.error_category is distinct from 'approval'
order by s.due_since
limit 10000
)
union all
(
select l.id, l.updated_at from public.leads as l left join lead_sync.lead_states as s on s.lead_id = l.id
where l.sync_status = 'pending' and l.updated_at < p_now - v_waiting and s.error_category is distinct from 'approval'
order by l.updated_at
limit 10000
)
) as w
group by w.id
limit 10000
),
stuck as materialized (
select l.id, l.updated_at as since from public.leads as l
where l.sync_status = 'syncing' and l.updated_at < p_now - v_stuck
limit 10000
),
failing as materialized (
select l.id, l.sync_error_count, l.sync_error_message from public.leads as l
where l.sync_error_count > v_error_limit
order by l.sync_error_count desc
limit 10000
),
refused as materialized (
(
select l.id, s.held_by is not null as held, l.sync_error_count, l.sync_error_message
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null and s.error_category is distinct from 'approval'
limit 10000
)
union all
(
select s.lead_id, false, s.retries, s.refusal
from lead_sync.lead_states as s
where s.refusal is not null and s.due_at is null and s.claim_token is null and s.adapter = 'lead'
limit 10000
)
union all
select d.lead_id, false, d.attempts, d.reason from lead_sync.stuck_leads('dead', 'lead') as d
),
incomplete as materialized (
select l.id, l.left_out from public.leads as l where l.left_out <> '{}' limit 10000
),
oldest as materialized (
select min(s.due_since) as due_since from lead_sync.lead_states as s where s.due_at is not null and s.adapter = 'lead'
)
select jsonb_build_object(
'backlog', jsonb_build_object(
'due', (select count(*) from (select from lead_sync.lead_states as s where s.adapter = 'lead' and s.due_at <= p_now limit 100000) as d),
'oldest_due_since', o.due_since,
'oldest_minutes', round(extract(epoch from p_now - o.due_since) / 60, 1),
'over_an_hour', (select count(*) from waiting),
'stuck_syncing', (select count(*) from stuck)
),
'dead_letters', (select count(*) from refused as r where not r.held),
'held', (select count(*) from refused as r where r.held),
'left_out', (select count(*) from incomplete),
'refused_rows', v_refused_rows -> 'count',
'failing_hints', v_failing_hints -> 'count',
'error_leads', jsonb_build_object('over_limit', (select count(*) from failing), 'limit', v_error_limit),
'examples', jsonb_build_object(
'pending_long', (
select jsonb_agg(lead_sync.mask_lead(l) || ', waiting since ' || to_char(x.since at time zone 'utc', 'YYYY-MM-DD HH24:MI') || ' UTC')
from (select * from waiting as w order by w.since limit 5) as x join public.leads as l on l.id = x.id
),
'syncing_stuck', (
select jsonb_agg(lead_sync.mask_lead(l)) from (select * from stuck as w order by w.since limit 5) as x join public.leads as l on l.id = x.id
),
'lead_errors', (
select jsonb_agg(lead_sync.mask_lead(l) || ', refused ' || x.sync_error_count || ' times: ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason')))
from (select * from failing as w order by w.sync_error_count desc limit 5) as x join public.leads as l on l.id = x.id
),
'dead_letters', (
select jsonb_agg(
coalesce(lead_sync.mask_lead(l), (select s.adapter || ' ' || s.lead_id from lead_sync.lead_states as s where s.lead_id = x.id))
|| ', refused ' || x.sync_error_count || ' times: ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason'))
)
from (select * from refused as w where not w.held limit 5) as x left join public.leads as l on l.id = x.id
),
'held_leads', (
select jsonb_agg(lead_sync.mask_lead(l) || ', ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason')))
from (select * from refused as w where w.held limit 5) as x join public.leads as l on l.id = x.id
),
'left_out_fields', (
select jsonb_agg(lead_sync.mask_lead(l) || ', ' || (select string_agg(k, ', ' order by k) from jsonb_object_keys(x.left_out) as k))
from (select * from incomplete as w limit 5) as x join public.leads as l on l.id = x.id
),
'refused_rows', (select jsonb_agg(lead_sync.mask_text(e.text)) from jsonb_array_elements_text(v_refused_rows -> 'examples') as e (text)),
'failing_hints', v_failing_hints -> 'examples'
)
)
from oldest as o
);
end
$$;
-- measurements/measure_direction.sql
create or replace function lead_sync.measure_direction(p_direction text, p_now timestamptz, p_adapter text default 'lead') returns jsonb
language sql stable set search_path = '' as $$
select jsonb_build_object(
'last_success', f.last_success,
'minutes', round(extract(epoch from p_now - f.last_success) / 60, 1),
'running_since', case when f.alive then f.started_at end,
'last_run', f.run
)
from (
select
n.status = 'running' and n.lease_until > p_now as alive,
n.started_at,
case
when n.status = 'running' and n.lease_until > p_now then p_now
else (
select r.finished_at from public.lead_sync_runs as r
where r.direction = p_direction and r.mode <> 'inbox' and r.status = 'succeeded' and r.started_at <= p_now
and coalesce(r.object = w.object, r.object <> all (w.others))
order by r.started_at desc
limit 1
)
end as last_success,
case
when n.id is not null then jsonb_build_object(
'id', n.id, 'mode', n.mode, 'trigger', n.trigger, 'status', n.status, 'started_at', n.started_at, 'finished_at', n.finished_at,
'error', lead_sync.mask_text(n.error)
)
end as run
from (
select
(select o.object from lead_sync.objects as o where o.adapter = p_adapter) as object,
array(select o.object from lead_sync.objects as o where o.object is not null) as others
) as w
left join lateral (
select * from public.lead_sync_runs as r
where r.direction = p_direction and r.mode <> 'inbox' and r.started_at <= p_now and coalesce(r.object = w.object, r.object <> all (w.others))
order by r.started_at desc
limit 1
) as n on true
) as f
$$;
-- measurements/measure_drift.sql
create or replace function lead_sync.measure_drift(p_now timestamptz, p_adapter text default 'lead') returns jsonb
language sql stable set search_path = '' as $$
with run as (
select
r.*,
not r.figures ? 'ranges' as is_all,
(
select coalesce(sum((f.value #>> '{}')::bigint), 0) from jsonb_each(r.figures) as f
where f.key in ('missing', 'orphaned', 'different', 'unsynced', 'impossible')
) as total
from public.lead_sync_runs as r
where r.direction = 'bidirectional' and r.started_at <= p_now and case p_adapter
when 'lead' then r.object not in (select o.object from lead_sync.objects as o where o.object is not null)
else r.object = (select o.object from lead_sync.objects as o where o.adapter = p_adapter)
end
),
last as (
select r.* from run as r where r.status = 'succeeded' or (r.status = 'failed' and r.total > 0) order by r.started_at desc limit 1
),
seen as (
select
l.id, l.status, l.finished_at, l.error,
jsonb_build_object('compared', 0, 'missing', 0, 'orphaned', 0, 'different', 0, 'unsynced', 0, 'impossible', 0, 'duplicates', 0)
|| (
select coalesce(jsonb_object_agg(f.key, greatest((f.value #>> '{}')::bigint, (a.figures ->> f.key)::bigint)), '{}')
from jsonb_each(l.figures) as f
where f.key in ('compared', 'compared_live', 'missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')
) as figures
from last as l
left join lateral (
select jsonb_build_object('unsynced', r.figures -> 'unsynced', 'impossible', r.figures -> 'impossible', 'duplicates', r.figures -> 'duplicates') as figures
from run as r
where not l.is_all and r.is_all and r.status = 'succeeded' and r.started_at < l.started_at
order by r.started_at desc
limit 1
) as a on true
)
select s.figures || jsonb_build_object(
'run_id', s.id, 'status', s.status, 'finished_at', s.finished_at, 'error', lead_sync.mask_text(s.error),
'total', (select sum((s.figures ->> k)::bigint) from unnest('{missing, orphaned, different, unsynced, impossible}'::text[]) as k)
)
from seen as s
$$;
-- measurements/measure_sync.sql
create or replace function lead_sync.measure_sync(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_counts jsonb;
v_backlog jsonb := lead_sync.measure_backlog(p_now);
v_hour jsonb := lead_sync.measure_activity(p_now - interval '1 hour', p_now);
v_calls bigint;
v_budget bigint := 60 * coalesce(
(
select (r.figures ->> 'twenty_calls_per_minute')::bigint
from public.lead_sync_runs as r
where r.started_at > p_now - interval '1 hour' and r.started_at <= p_now and r.figures ? 'twenty_calls_per_minute'
order by r.started_at desc
limit 1
),
(select s.twenty_calls_per_minute from lead_sync.settings as s)
);
v_heartbeat timestamptz := (select h.at from lead_sync.heartbeats as h where h.source = 'monitor');
begin
select '{"pending": 0, "syncing": 0, "synced": 0, "error": 0}'::jsonb || coalesce(jsonb_object_agg(c.key, c.leads), '{}')
|| jsonb_build_object('total', coalesce(sum(c.leads), 0))
into v_counts
from (select k.key, sum(k.leads) as leads from lead_sync.lead_counts as k where k.facet = 'status' group by k.key) as c;
select coalesce(sum((r.figures ->> 'twenty_calls')::bigint), 0) into v_calls
from public.lead_sync_runs as r
where r.started_at > p_now - interval '1 hour' and r.started_at <= p_now;
return jsonb_build_object(
'at', p_now,
'freshness', jsonb_build_object(
'twenty_to_supabase', lead_sync.measure_direction('twenty_to_supabase', p_now),
'supabase_to_twenty', lead_sync.measure_direction('supabase_to_twenty', p_now),
'bidirectional', lead_sync.measure_direction('bidirectional', p_now)
),
'leads', v_counts,
'backlog', (v_backlog -> 'backlog') || jsonb_build_object('pending', v_counts -> 'pending', 'syncing', v_counts -> 'syncing'),
'last_hour', v_hour - 'lag_seconds',
'lag_seconds', v_hour -> 'lag_seconds',
'conflicts', (
select jsonb_build_object(
'open', (select count(*) from public.lead_sync_conflicts as o where o.resolved_at is null),
'last_hour', count(*) filter (where c.created_at > p_now - interval '1 hour'),
'last_24h', count(*)
)
from public.lead_sync_conflicts as c
where c.created_at > p_now - interval '24 hours' and c.created_at <= p_now
),
'dead_letters', v_backlog -> 'dead_letters',
'held', v_backlog -> 'held',
'approvals', (
select count(*) from lead_sync.approvals as a join lead_sync.approval_items as i on i.approval_id = a.id where a.decision is null
),
'left_out', v_backlog -> 'left_out',
'refused_rows', v_backlog -> 'refused_rows',
'failing_hints', v_backlog -> 'failing_hints',
'error_leads', v_backlog -> 'error_leads',
'drift', lead_sync.measure_drift(p_now),
'twenty_calls', jsonb_build_object('last_hour', v_calls, 'budget', v_budget, 'percent', round(100.0 * v_calls / v_budget, 1)),
'webhooks', lead_sync.measure_webhooks(p_now),
'heartbeat', jsonb_build_object(
'last', v_heartbeat,
'minutes', round(extract(epoch from p_now - v_heartbeat) / 60, 1),
'silent', coalesce(p_now - v_heartbeat > (
select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'monitor_silent'
), false)
),
'examples', v_backlog -> 'examples'
);
end
$$;
-- measurements/measure_webhooks.sql
create or replace function lead_sync.measure_webhooks(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
select case when h.in_use then jsonb_build_object(
'since', t.since,
'received', h.received,
'processed', h.processed,
'waiting', w.waiting,
'oldest_waiting', w.oldest,
'failed', (
select count(*) from public.lead_sync_runs as r
where r.mode = 'inbox' and r.status in ('failed', 'expired') and r.started_at >= t.since and r.started_at <= p_now
),
'lost', (
select coalesce(sum(a.entries), 0) from lead_sync.activity as a
where a.minute >= t.since and a.minute <= p_now and a.sync_type = 'scheduled_pull' and a.lag_bucket is not null
)
) end
from (select date_trunc('hour', p_now - interval '1 hour', 'utc') as since) as t
cross join lateral (
select
count(*) > 0 as in_use,
coalesce(sum(i.received) filter (where i.hour >= t.since), 0) as received,
coalesce(sum(i.drained) filter (where i.hour >= t.since), 0) as processed
from lead_sync.inbox_hours as i
where i.hour > p_now - interval '7 days'
) as h
cross join (
select count(*) as waiting, min(i.waiting_since) as oldest
from (select n.waiting_since from lead_sync.inbox as n order by n.waiting_since limit 10000) as i
) as w
$$;
-- alerts/advance_alert.sql
create or replace function lead_sync.advance_alert(p_rule lead_sync.alert_rules, p_active boolean, p_now timestamptz)
returns text
language plpgsql volatile set search_path = '' as $$
declare
v_state lead_sync.alert_states;
v_reminder interval;
v_kind text;
begin
insert into lead_sync.alert_states (alert, severity) values (p_rule.alert, p_rule.severity) on conflict do nothing;
select * into strict v_state from lead_sync.alert_states as s where s.alert = p_rule.alert for update;
if p_active and v_state.state = 'ok' then
v_state.state := 'pending';
v_state.since := p_now;
elsif not p_active and v_state.state = 'pending' then
v_state.state := 'ok';
end if;
if p_active and v_state.state = 'pending' and p_now - v_state.since >= p_rule.pending_for then
v_state.state := 'firing';
v_state.severity := p_rule.severity;
v_state.fired_at := p_now;
v_state.clear_since := null;
v_state.reminded := 0;
v_kind := 'raised';
elsif v_state.state = 'firing' and p_active then
v_state.clear_since := null;
loop
v_reminder := case
when v_state.reminded < cardinality(p_rule.reminders) then p_rule.reminders[v_state.reminded + 1]
else p_rule.reminders[cardinality(p_rule.reminders)] * (v_state.reminded - cardinality(p_rule.reminders) + 2)
end;
exit when (v_reminder > interval '0' and p_now - v_state.fired_at >= v_reminder) is not true;
v_state.reminded := v_state.reminded + 1;
v_kind := 'reminder';
end loop;
if v_state.severity = 'warning' and p_now - v_state.fired_at >= p_rule.escalate_after then
v_state.severity := 'critical';
v_kind := 'escalated';
end if;
elsif v_state.state = 'firing' then
v_state.clear_since := coalesce(v_state.clear_since, p_now);
if p_now - v_state.clear_since >= p_rule.clear_for then
v_state.state := 'ok';
v_kind := 'recovered';
end if;
end if;
update lead_sync.alert_states as s
set state = v_state.state, severity = v_state.severity, since = v_state.since, fired_at = v_state.fired_at, clear_since = v_state.clear_since,
reminded = v_state.reminded
where s.alert = v_state.alert;
return v_kind;
end
$$;
-- alerts/alert_conditions.sql
create or replace function lead_sync.alert_conditions(p_figures jsonb)
returns table (alert text, active boolean, value numeric, message text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
v_now timestamptz := (p_figures ->> 'at')::timestamptz;
v_latest timestamptz := (
select h.synced_at from public.lead_sync_history as h
where h.sync_status = 'synced' and h.synced_at <= (p_figures ->> 'at')::timestamptz
order by h.synced_at desc
limit 1
);
v_pending bigint := (p_figures #>> '{leads,pending}')::bigint + (p_figures #>> '{leads,syncing}')::bigint;
v_hour jsonb := p_figures -> 'last_hour';
v_drift jsonb := coalesce(p_figures -> 'drift', 'null');
v_conflicts integer := (p_figures #>> '{conflicts,last_hour}')::integer;
v_usual numeric := ((p_figures #>> '{conflicts,last_24h}')::numeric - (p_figures #>> '{conflicts,last_hour}')::numeric) / 23;
begin
return query
select r.alert, (v_hour ->> 'attempts')::integer >= r.minimum and (v_hour ->> 'failure_percent')::numeric > r.threshold,
(v_hour ->> 'failure_percent')::numeric,
format('%s of %s attempts in the last hour failed (%s %%): %s.', v_hour ->> 'failures', v_hour ->> 'attempts', v_hour ->> 'failure_percent', (
select coalesce(string_agg(c.value || ' ' || replace(c.key, '_', ' '), ', ' order by c.value::bigint desc, c.key), 'none')
from jsonb_each_text(v_hour -> 'by_category') as c where c.value <> '0'
))
from lead_sync.alert_rules as r where r.alert = 'failure_rate'
union all
select r.alert, coalesce(s.minutes > r.threshold, false), s.minutes,
coalesce(s.message, 'No direction is watched.')
from lead_sync.alert_rules as r
left join lateral (
select
max(d.minutes) as minutes,
coalesce(
string_agg(
format('No successful sync %s for %s minutes%s.', d.name, round(d.minutes), coalesce('; its last run failed: ' || rtrim(d.error, '.'), '')),
' ' order by d.minutes desc
) filter (where d.minutes > r.threshold),
'Both directions are fresh.'
) as message
from (
select
coalesce('of ' || f.object || ' records ', '') || case f.key when 'twenty_to_supabase' then 'from Twenty to Supabase' else 'from Supabase to Twenty' end as name,
coalesce((f.value ->> 'minutes')::numeric, round(extract(epoch from v_now - coalesce(
(
select min(n.started_at) from public.lead_sync_runs as n
where n.direction = f.key and n.mode <> 'inbox'
and coalesce(n.object = f.object, n.object not in (select o.object from lead_sync.objects as o where o.object is not null))
),
case when f.object is null and not exists (select from public.lead_sync_runs) then v_latest end
)) / 60, 1)) as minutes,
case when f.value #>> '{last_run,status}' = 'failed' then coalesce(f.value #>> '{last_run,error}', 'it did not say why') end as error
from (
select null as object, l.key, l.value from jsonb_each(p_figures -> 'freshness') as l
union all
select o.object, l.key, lead_sync.measure_direction(l.key, v_now, o.adapter)
from lead_sync.objects as o cross join jsonb_object_keys(p_figures -> 'freshness') as l (key)
where o.object is not null and lead_sync.is_synced(o.adapter)
) as f
where f.key = any (coalesce(r.directions, array['twenty_to_supabase', 'supabase_to_twenty']))
) as d
) as s on true
where r.alert = 'sync_stalled'
union all
select 'lead_errors', c.count > 0, c.count,
format('%s refused more than %s times.', lead_sync.count_leads(c.count, 'was', 'were'), p_figures #>> '{error_leads,limit}')
from (select (p_figures #>> '{error_leads,over_limit}')::numeric as count) as c
union all
select r.alert, c.count > 0, c.count,
format('%s pending for over %s minutes.', lead_sync.count_leads(c.count, 'has been', 'have been'), r.threshold)
from lead_sync.alert_rules as r cross join (select (p_figures #>> '{backlog,over_an_hour}')::numeric as count) as c
where r.alert = 'pending_long'
union all
select r.alert, c.count > 0, c.count,
format('%s syncing for over %s minutes.', lead_sync.count_leads(c.count, 'has been', 'have been'), r.threshold)
from lead_sync.alert_rules as r cross join (select (p_figures #>> '{backlog,stuck_syncing}')::numeric as count) as c
where r.alert = 'syncing_stuck'
union all
select r.alert, c.count > r.threshold, c.count,
format('%s refused too often and will not be tried again before a replay.', lead_sync.count_leads(c.count, 'was', 'were'))
from lead_sync.alert_rules as r cross join (select (p_figures ->> 'dead_letters')::numeric as count) as c
where r.alert = 'dead_letters'
union all
select r.alert, c.count > r.threshold, c.count,
format('%s held back: their e-mails belong to other people in Twenty, deleted ones included.', lead_sync.count_leads(c.count, 'is', 'are'))
from lead_sync.alert_rules as r cross join (select (p_figures ->> 'held')::numeric as count) as c
where r.alert = 'held_leads'
union all
select r.alert, c.count > r.threshold, c.count, format('%s for a yes: so much is to be deleted or changed at once.', lead_sync.count_leads(c.count, 'waits', 'wait'))
from lead_sync.alert_rules as r cross join (select (p_figures ->> 'approvals')::numeric as count) as c
where r.alert = 'approvals'
union all
select r.alert, c.count > r.threshold, c.count,
format('%s synced without fields whose values Twenty cannot take.', lead_sync.count_leads(c.count, 'is', 'are'))
from lead_sync.alert_rules as r cross join (select (p_figures ->> 'left_out')::numeric as count) as c
where r.alert = 'left_out_fields'
union all
select r.alert, c.count > r.threshold, c.count,
format('%s of your own tables %s refused, and not in step.', case c.count when 1 then '1 row' else c.count || ' rows' end, case c.count when 1 then 'was' else 'were' end)
from lead_sync.alert_rules as r cross join (select (p_figures ->> 'refused_rows')::numeric as count) as c
where r.alert = 'refused_rows'
union all
select r.alert, c.count > r.threshold, c.count,
format('%s named by a source over an hour ago and cannot be read or stored.', lead_sync.count_leads(c.count, 'was', 'were'))
from lead_sync.alert_rules as r cross join (select (p_figures ->> 'failing_hints')::numeric as count) as c
where r.alert = 'failing_hints'
union all
select r.alert, coalesce(v_pending - b.before > r.threshold and v_pending >= b.lately, false), coalesce(v_pending - b.before, 0)::numeric,
format('%s leads wait to be synced, %s half an hour ago.', v_pending, coalesce(b.before::text, 'not known how many'))
from lead_sync.alert_rules as r
cross join (
select
(select s.pending from lead_sync.backlog_samples as s where s.at <= v_now - interval '28 minutes' and s.at > v_now - interval '1 hour'
order by s.at desc limit 1) as before,
(select s.pending from lead_sync.backlog_samples as s where s.at <= v_now - interval '8 minutes' order by s.at desc limit 1) as lately
) as b
where r.alert = 'backlog_growing'
union all
select r.alert, v_conflicts > r.threshold and v_conflicts > 3 * v_usual, v_conflicts::numeric,
format('%s conflicts in the last hour, %s an hour on the day before.', v_conflicts, round(v_usual, 1))
from lead_sync.alert_rules as r where r.alert = 'conflict_surge'
union all
select r.alert, coalesce((v_drift ->> 'total')::numeric > r.threshold, false), coalesce((v_drift ->> 'total')::numeric, 0),
case
when v_drift = 'null' then 'There was no reconciliation yet.'
when v_drift ->> 'status' = 'failed' then 'The last reconciliation failed: ' || coalesce(v_drift ->> 'error', 'it did not say why')
else format('The last reconciliation found %s differences that the sync had missed: %s.', v_drift ->> 'total', (
select coalesce(string_agg(d.value || ' ' || d.key, ', ' order by d.value::bigint desc, d.key), 'none')
from jsonb_each_text(v_drift) as d
where d.key in ('missing', 'orphaned', 'different', 'unsynced', 'impossible') and d.value <> '0'
))
end
from lead_sync.alert_rules as r where r.alert = 'drift'
union all
select 'monitor_silent', (p_figures #>> '{heartbeat,silent}')::boolean, (p_figures #>> '{heartbeat,minutes}')::numeric,
case
when p_figures #>> '{heartbeat,last}' is null then 'The monitor has not run yet.'
else format('The monitor last looked %s minutes ago.', round((p_figures #>> '{heartbeat,minutes}')::numeric))
end
union all
select e.alert, e.active, e.value, e.message from lead_sync.edge_conditions(v_now) as e;
end
$$;
-- alerts/change_alert.sql
create or replace function public.change_alert(p_alert text, p_changes jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_rule lead_sync.alert_rules;
v_problems jsonb;
v_constraint text;
begin
if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
raise exception 'p_changes must be an object, e.g. {"threshold": 10}' using errcode = '22023';
end if;
select * into v_rule from lead_sync.alert_rules as r where r.alert = p_alert for update;
if not found then
raise exception 'There is no alert "%"', p_alert using errcode = '22023', hint = 'get_alerts() lists them.';
end if;
v_problems := lead_sync.change_problems(v_rule, p_changes);
if p_changes ?| array['alert', 'title', 'advice'] then
v_problems := v_problems || '{"alert": "Names and advice come with the schema."}';
end if;
if not v_problems ? 'threshold' and (p_changes ->> 'threshold')::numeric < 0 or not v_problems ? 'minimum' and (p_changes ->> 'minimum')::integer < 0 then
v_problems := v_problems || jsonb_build_object(case when (p_changes ->> 'threshold')::numeric < 0 then 'threshold' else 'minimum' end, 'It must not be negative.');
end if;
if not v_problems ? 'reminders' and p_changes -> 'reminders' = '[]' then
v_problems := v_problems || '{"reminders": "It needs one length of time at least; the last one repeats."}';
end if;
if v_problems = '{}' then
begin
v_rule := jsonb_populate_record(v_rule, p_changes);
update lead_sync.alert_rules as r set
enabled = v_rule.enabled, severity = v_rule.severity, threshold = v_rule.threshold, minimum = v_rule.minimum, directions = v_rule.directions, pending_for = v_rule.pending_for,
clear_for = v_rule.clear_for, reminders = v_rule.reminders, escalate_after = v_rule.escalate_after, paused_until = v_rule.paused_until
where r.alert = p_alert;
exception when check_violation then
get stacked diagnostics v_constraint = constraint_name;
v_problems := lead_sync.constraint_problem('lead_sync.alert_rules', v_constraint, p_changes);
end;
end if;
return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
$$;
-- alerts/check_sync_alerts.sql
create or replace function public.check_sync_alerts()
returns table (
alert text, active boolean, state text, severity text, since timestamptz, value numeric, threshold numeric, message text
)
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return query select a.alert, a.active, a.state, a.severity, a.since, a.value, a.threshold, a.message
from lead_sync.judge_alerts(lead_sync.measure_sync(now())) as a;
end
$$;
-- alerts/confirm_alert_notifications.sql
create or replace function public.confirm_alert_notifications(p_ids bigint[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_confirmed integer;
begin
update lead_sync.alert_notifications as n set sent_at = clock_timestamp() where n.id = any (p_ids) and n.sent_at is null;
get diagnostics v_confirmed = row_count;
return jsonb_build_object('confirmed', v_confirmed);
end
$$;
-- alerts/count_leads.sql
create or replace function lead_sync.count_leads(p_count numeric, p_one text, p_many text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when p_count = 1 then '1 lead ' || p_one
when p_count >= 10000 then '10,000 or more leads ' || p_many
else p_count || ' leads ' || p_many
end
$$;
-- alerts/get_alerts.sql
create or replace function public.get_alerts(p_limit integer default 20, p_position bigint default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_told jsonb;
v_has_next boolean;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
with page as materialized (
select n.* from lead_sync.alert_notifications as n where p_position is null or n.id < p_position order by n.id desc limit p_limit + 1
)
select
coalesce(jsonb_agg(to_jsonb(p) - array['advice', 'since', 'examples', 'offered_until'] order by p.id desc), '[]'), (select count(*) > p_limit from page)
into v_told, v_has_next
from (select * from page as o order by o.id desc limit p_limit) as p;
return jsonb_build_object(
'alerts', (
select coalesce(jsonb_agg(
to_jsonb(r) || jsonb_build_object('state', coalesce(s.state, 'ok'), 'since', case when s.state <> 'ok' then s.since end)
order by s.state is not distinct from 'firing' desc, r.enabled desc, r.severity, r.alert
), '[]')
from lead_sync.alert_rules as r left join lead_sync.alert_states as s on s.alert = r.alert
),
'quiet', (
select jsonb_build_object('quiet_from', s.quiet_from, 'quiet_until', s.quiet_until, 'quiet_zone', s.quiet_zone, 'now', lead_sync.is_quiet(now()))
from lead_sync.settings as s
),
'monitor_at', (select h.at from lead_sync.heartbeats as h where h.source = 'monitor'),
'told', v_told, 'has_next', v_has_next, 'position', case when v_has_next then v_told -> -1 -> 'id' end
);
end
$$;
-- alerts/is_quiet.sql
create or replace function lead_sync.is_quiet(p_now timestamptz) returns boolean
language sql stable set search_path = '' as $$
select coalesce(case when s.quiet_from <= s.quiet_until then t.time >= s.quiet_from and t.time < s.quiet_until else t.time >= s.quiet_from or t.time < s.quiet_until end, false)
from lead_sync.settings as s cross join lateral (select (p_now at time zone s.quiet_zone)::time as time) as t
$$;
-- alerts/judge_alerts.sql
create or replace function lead_sync.judge_alerts(p_figures jsonb)
returns table (
alert text, title text, active boolean, state text, severity text, since timestamptz, value numeric, threshold numeric, message text, advice text
)
language sql stable set search_path = '' as $$
select
r.alert, r.title, coalesce(c.active, false), coalesce(s.state, 'ok'),
case when s.state = 'firing' then s.severity else r.severity end,
case when s.state <> 'ok' then s.since end, c.value, r.threshold, c.message, r.advice
from lead_sync.alert_rules as r
join lead_sync.alert_conditions(p_figures) as c on c.alert = r.alert
left join lead_sync.alert_states as s on s.alert = r.alert
where r.enabled
order by r.severity, r.alert;
$$;
-- alerts/judge_health.sql
create or replace function lead_sync.judge_health(p_alerts jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select jsonb_build_object(
'status', case when bool_or(a ->> 'severity' = 'critical') then 'critical' when count(*) > 0 then 'warning' else 'healthy' end,
'reasons', coalesce(
jsonb_agg(jsonb_build_object('alert', a -> 'alert', 'severity', a -> 'severity', 'message', a -> 'message') order by a ->> 'severity', a ->> 'alert'), '[]'
)
)
from jsonb_array_elements(p_alerts) as a
where (a ->> 'active')::boolean
$$;
-- alerts/note_heartbeat.sql
create or replace function lead_sync.note_heartbeat(p_source text, p_at timestamptz) returns void
language sql volatile set search_path = '' as $$
insert into lead_sync.heartbeats as h (source, at) values (p_source, p_at)
on conflict (source) do update set at = greatest(h.at, excluded.at);
$$;
-- alerts/note_notification.sql
create or replace function lead_sync.note_notification(
p_rule lead_sync.alert_rules, p_kind text, p_message text, p_examples jsonb, p_now timestamptz
) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_state lead_sync.alert_states;
v_was_held_back boolean;
begin
select * into strict v_state from lead_sync.alert_states as s where s.alert = p_rule.alert;
if p_kind = 'reminder' and exists (select from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null) then
return;
end if;
v_was_held_back := p_kind = 'recovered' and exists (
select from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null and n.kind in ('raised', 'escalated') and n.offered_until is null
) and coalesce(
(select n.kind from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is not null order by n.id desc limit 1), 'recovered'
) = 'recovered';
delete from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null;
if v_was_held_back then
return;
end if;
insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at, examples)
values (
p_rule.alert, p_kind, v_state.severity, p_rule.title, p_message,
case p_kind when 'recovered' then '' else p_rule.advice end, v_state.since, p_now,
case p_kind when 'recovered' then '[]' else coalesce(p_examples, '[]') end
);
end
$$;
-- alerts/send_test_alert.sql
create or replace function public.send_test_alert() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_id bigint;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.update_sync_alerts'));
select n.id into v_id from lead_sync.alert_notifications as n where n.alert = 'test' and n.sent_at is null;
if not found then
insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at)
values ('test', 'raised', 'warning', 'Test message', format('%s asked for it. Nothing is wrong.', lead_sync.actor()), '', clock_timestamp(), clock_timestamp())
returning id into v_id;
perform public.note_action('send_test_alert', jsonb_build_object('id', v_id));
end if;
return jsonb_build_object('id', v_id, 'monitor_at', (select h.at from lead_sync.heartbeats as h where h.source = 'monitor'));
end
$$;
-- alerts/update_sync_alerts.sql
create or replace function public.update_sync_alerts(p_now timestamptz default now(), p_source text default 'monitor') returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_figures jsonb;
v_examples jsonb;
v_rule lead_sync.alert_rules;
v_alert record;
v_kind text;
v_notifications jsonb;
v_alerts jsonb;
v_quiet boolean := lead_sync.is_quiet(p_now);
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.update_sync_alerts'));
perform lead_sync.fold_rollups(p_now);
if exists (select from lead_sync.alert_states as s where s.alert = 'monitor_silent' and s.state = 'firing') then
perform lead_sync.note_heartbeat(p_source, p_now);
end if;
v_figures := lead_sync.measure_sync(p_now);
v_examples := v_figures -> 'examples';
v_figures := v_figures - 'examples';
for v_alert in select * from lead_sync.judge_alerts(v_figures) loop
select * into strict v_rule from lead_sync.alert_rules as r where r.alert = v_alert.alert;
v_kind := lead_sync.advance_alert(v_rule, v_alert.active, p_now);
if v_kind is not null then
perform lead_sync.note_notification(v_rule, v_kind, v_alert.message, v_examples -> v_alert.alert, p_now);
end if;
if v_alert.active then
update lead_sync.alert_notifications as n set message = v_alert.message, examples = coalesce(v_examples -> v_alert.alert, '[]'), at = p_now
where n.alert = v_alert.alert and n.sent_at is null and n.kind <> 'recovered';
end if;
end loop;
perform lead_sync.note_heartbeat(p_source, p_now);
insert into lead_sync.backlog_samples (at, pending)
values (p_now, (v_figures #>> '{leads,pending}')::bigint + (v_figures #>> '{leads,syncing}')::bigint)
on conflict do nothing;
delete from lead_sync.backlog_samples as s where s.at < p_now - interval '2 hours';
with offered as (
update lead_sync.alert_notifications as n set offered_until = p_now + interval '2 minutes'
where n.sent_at is null and coalesce(n.offered_until <= p_now, true)
and not exists (select from lead_sync.alert_rules as r where r.alert = n.alert and (not r.enabled or r.paused_until > p_now))
and (n.severity = 'critical' or n.alert = 'test' or not v_quiet)
and (p_source = 'monitor' or v_figures #>> '{heartbeat,last}' is null or (v_figures #>> '{heartbeat,silent}')::boolean)
returning n.*
)
select coalesce(jsonb_agg(to_jsonb(o) - 'offered_until' - 'sent_at' order by o.severity, o.id), '[]') into v_notifications from offered as o;
select coalesce(jsonb_agg(to_jsonb(a) - 'advice'), '[]') into v_alerts from lead_sync.judge_alerts(v_figures) as a;
return jsonb_build_object(
'at', p_now,
'health', lead_sync.judge_health(v_alerts),
'alerts', v_alerts,
'notifications', v_notifications,
'heartbeat', v_figures -> 'heartbeat',
'metrics', v_figures
);
end
$$;
-- doctor/get_installation.sql
create or replace function public.get_installation() returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_rights jsonb;
v_object text := (select s.object from lead_sync.settings as s);
begin
select jsonb_build_object(
'closed', coalesce(jsonb_agg(o.identity order by o.identity) filter (where o.schema_name = 'public' and not case o.kind
when 'routine' then has_function_privilege('service_role', o.object, 'execute')
else has_table_privilege('service_role', o.object, 'select') end), '[]'),
'open', coalesce(jsonb_agg(o.identity order by o.identity) filter (where o.schema_name = 'public' and o.identity <> 'public.leads' and case o.kind
when 'routine' then has_function_privilege('anon', o.object, 'execute')
else has_table_privilege('anon', o.object, 'select') end), '[]'),
'unprotected', coalesce(jsonb_agg(o.identity order by o.identity) filter (where o.kind = 'table' and not c.relrowsecurity), '[]')
) into v_rights
from lead_sync.list_objects() as o
left join pg_catalog.pg_class as c on o.class = 'pg_catalog.pg_class'::regclass and c.oid = o.object
where o.marked and not o.part and o.kind in ('table', 'view', 'materialized view', 'routine');
return v_rights || jsonb_build_object(
'at', clock_timestamp(),
'version', lead_sync.schema_version(),
'leads_table', 'public.leads',
'silenced_triggers', (
select coalesce(jsonb_agg(t.tgname order by t.tgname), '[]') from pg_catalog.pg_trigger as t
where t.tgrelid = 'public.leads'::regclass and not t.tgisinternal and t.tgenabled = 'D'
),
'pathless_functions', (
select coalesce(jsonb_agg(distinct p.oid::regprocedure::text), '[]')
from pg_catalog.pg_trigger as t
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
join pg_catalog.pg_language as l on l.oid = p.prolang
where t.tgrelid = 'public.leads'::regclass and not t.tgisinternal and l.lanname not in ('c', 'internal')
and not exists (select from unnest(p.proconfig) as g where g like 'search_path=%')
),
'read_only', current_setting('default_transaction_read_only')::boolean or pg_is_in_recovery(),
'database_size', pg_size_pretty(pg_database_size(current_database())),
'connections', (select count(*) from pg_catalog.pg_stat_activity)::numeric / current_setting('max_connections')::numeric,
'history_size', pg_size_pretty(pg_total_relation_size('public.lead_sync_history')),
'history_age', (select extract(epoch from now() - min(h.created_at)) / 86400 from public.lead_sync_history as h),
'history_kept', (select s.history_days from lead_sync.settings as s),
'maintenance_age', (select extract(epoch from now() - max(t.last_at)) / 3600 from lead_sync.maintenance_tasks as t),
'is_settled', exists (select from public.lead_sync_runs as r where r.started_at < now() - interval '50 hours'),
'sources', (select count(*) from lead_sync.sources),
'refused_rows', lead_sync.refused_rows(),
'object', v_object,
'field_mappings', (
select coalesce(jsonb_agg(jsonb_build_object(
'object', m.object, 'lead_field', m.lead_field, 'twenty_field', m.twenty_field, 'kind', m.kind, 'direction', m.direction, 'policy', m.policy
) order by m.lead_field), '[]')
from lead_sync.field_mappings as m where m.object = v_object and m.enabled
),
'runs', (
select coalesce(jsonb_agg(jsonb_build_object('direction', r.direction, 'status', r.status, 'error', r.error) order by r.started_at desc), '[]')
from (select * from public.lead_sync_runs as n order by n.started_at desc limit 10) as r
)
);
end
$$;
-- doctor/note_findings.sql
create or replace function public.note_findings(p_source text, p_findings jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
if coalesce(jsonb_typeof(p_findings), '') <> 'array' then
raise exception 'p_findings must be a list, got %', coalesce(jsonb_typeof(p_findings), 'null') using errcode = '22023';
end if;
insert into lead_sync.last_findings as f (at, source, findings) values (clock_timestamp(), p_source, p_findings)
on conflict (only_row) do update set at = excluded.at, source = excluded.source, findings = excluded.findings;
return jsonb_build_object('noted', jsonb_array_length(p_findings));
end
$$;
-- dashboard/cases_for_humans.sql
create or replace function lead_sync.cases_for_humans() returns jsonb
language sql stable set search_path = '' as $$
select jsonb_build_object(
'open_conflicts', (
select coalesce(jsonb_agg(
jsonb_build_object(
'id', c.id, 'lead_id', c.lead_id, 'lead_name', l.name, 'field', c.field, 'winner', c.winner,
'twenty_value', c.twenty_value, 'supabase_value', c.supabase_value, 'reason', c.reason, 'created_at', c.created_at
)
order by c.id desc
), '[]')
from (select * from public.lead_sync_conflicts as o where o.resolved_at is null order by o.id desc limit 10) as c
join lateral lead_sync.describe_rows(array[c.lead_id]) as l on true
),
'dead_letters', (
select coalesce(jsonb_agg(
jsonb_build_object(
'lead_id', d.lead_id, 'lead_name', l.name, 'email', l.email, 'reason', d.reason,
'category', d.category, 'attempts', d.attempts, 'since', d.since
)
order by d.since, d.lead_id
), '[]')
from (select * from lead_sync.stuck_leads('dead') as s order by s.since, s.lead_id limit 10) as d
join lateral lead_sync.describe_rows(array[d.lead_id]) as l on true
),
'left_out', (
select coalesce(jsonb_agg(
jsonb_build_object('lead_id', o.id, 'lead_name', nullif(concat_ws(' ', o.first_name, o.last_name), ''), 'email', o.email, 'fields', o.left_out)
order by o.id
), '[]')
from (select * from public.leads as l where l.left_out <> '{}' order by l.id limit 10) as o
)
)
$$;
-- dashboard/frequent_errors.sql
create or replace function lead_sync.frequent_errors(p_since timestamptz) returns jsonb
language sql stable set search_path = '' as $$
select coalesce(jsonb_agg(to_jsonb(e) order by e.count desc, e.last_at desc), '[]')
from (
select n.category, n.message, sum(n.count) as count, sum(n.leads) as leads, max(n.last_at) as last_at
from (
select lead_sync.error_group(f.error_message) as category, lead_sync.mask_text(coalesce(f.error_message, 'no reason given')) as message,
f.count, f.leads, f.last_at
from (
select h.error_message, count(*) as count, count(distinct h.lead_id) as leads, max(h.synced_at) as last_at
from (
select * from public.lead_sync_history as newest
where newest.sync_status = 'error' and newest.synced_at >= p_since
order by newest.synced_at desc
limit 5000
) as h
group by h.error_message
order by 2 desc
limit 200
) as f
) as n
group by n.category, n.message
order by 3 desc, 5 desc
limit 10
) as e
$$;
-- dashboard/get_dashboard.sql
create or replace function public.get_dashboard(p_hours integer default 24, p_now timestamptz default now(), p_parts text[] default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_since timestamptz;
v_figures jsonb;
v_period jsonb;
v_alerts jsonb;
v_all jsonb;
v_part text;
begin
if p_hours is null or p_hours not between 1 and 168 then
raise exception 'p_hours must be between 1 and 168, got %', p_hours using errcode = '22023';
end if;
v_since := p_now - make_interval(hours => p_hours);
v_all := jsonb_build_object('at', p_now, 'hours', p_hours);
if p_parts is null or p_parts && array['metrics', 'alerts'] then
v_figures := lead_sync.measure_sync(p_now) - 'examples';
select coalesce(jsonb_agg(to_jsonb(a)), '[]') into v_alerts from lead_sync.judge_alerts(v_figures) as a;
end if;
foreach v_part in array coalesce(p_parts, array[
'metrics', 'period', 'series', 'activity', 'errors', 'runs', 'alerts', 'maintenance', 'last_findings', 'edge', 'speed_to_lead', 'cases', 'segments'
]) loop
case v_part
when 'metrics' then
v_all := v_all || jsonb_build_object('metrics', v_figures || jsonb_build_object('health', lead_sync.judge_health(v_alerts)));
when 'alerts' then
v_all := v_all || jsonb_build_object('alerts', v_alerts);
when 'period' then
v_period := lead_sync.measure_activity(v_since, p_now);
v_all := v_all || jsonb_build_object('period', (v_period - 'failure_percent') || jsonb_build_object(
'successes', (v_period ->> 'attempts')::bigint - (v_period ->> 'failures')::bigint,
'success_percent', 100 - (v_period ->> 'failure_percent')::numeric
));
when 'series' then
v_all := v_all || jsonb_build_object('series', lead_sync.hourly_series(v_since, p_now));
when 'activity' then
v_all := v_all || jsonb_build_object('activity', lead_sync.recent_activity());
when 'errors' then
v_all := v_all || jsonb_build_object('errors', lead_sync.frequent_errors(v_since));
when 'runs' then
v_all := v_all || jsonb_build_object('runs', lead_sync.recent_runs(p_now));
when 'maintenance' then
v_all := v_all || jsonb_build_object('maintenance', (select coalesce(jsonb_agg(to_jsonb(t) order by t.task), '[]') from lead_sync.maintenance_tasks as t));
when 'last_findings' then
v_all := v_all || jsonb_build_object('last_findings', (select to_jsonb(f) - 'only_row' from lead_sync.last_findings as f));
when 'edge' then
v_all := v_all || jsonb_build_object('edge', lead_sync.measure_edge(p_now));
when 'speed_to_lead' then
v_all := v_all || jsonb_build_object('speed_to_lead', public.get_speed_to_lead(v_since, p_now));
when 'cases' then
v_all := v_all || lead_sync.cases_for_humans();
when 'segments' then
v_all := v_all || lead_sync.segments_and_scores();
else
raise exception 'p_parts names no part: %', left(v_part, 100) using errcode = '22023';
end case;
end loop;
return v_all;
end
$$;
-- dashboard/hourly_series.sql
create or replace function lead_sync.hourly_series(p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
with entry as materialized (
select date_trunc('hour', a.minute, 'utc') as hour, a.sync_type, a.sync_direction, a.sync_status, a.lag_bucket, sum(a.entries) as entries
from lead_sync.activity as a
where a.minute >= date_trunc('hour', p_since, 'utc') and a.minute <= p_now and a.sync_type <> 'run'
group by 1, 2, 3, 4, 5
),
lag as materialized (
select b.hour, jsonb_object_agg(b.lag_bucket, b.entries) as buckets
from (select e.hour, e.lag_bucket, sum(e.entries) as entries from entry as e where e.lag_bucket is not null group by 1, 2) as b
group by b.hour
)
select jsonb_agg(
jsonb_build_object(
'hour', h.hour, 'to_supabase', c.to_supabase, 'to_twenty', c.to_twenty, 'intake', c.intake, 'failures', c.failures,
'lag_p50', lead_sync.lag_percentile(g.buckets, 0.5), 'lag_p95', lead_sync.lag_percentile(g.buckets, 0.95)
)
order by h.hour
)
from generate_series(date_trunc('hour', p_since, 'utc'), p_now, interval '1 hour') as h (hour)
cross join lateral (
select
coalesce(sum(e.entries) filter (where e.sync_direction = 'twenty_to_supabase' and e.sync_status = 'synced'), 0) as to_supabase,
coalesce(sum(e.entries) filter (where e.sync_direction = 'supabase_to_twenty' and e.sync_status = 'synced'), 0) as to_twenty,
coalesce(sum(e.entries) filter (where e.sync_type = 'intake'), 0) as intake,
coalesce(sum(e.entries) filter (where e.sync_status = 'error'), 0) as failures
from entry as e
where e.hour = h.hour
) as c
left join lag as g on g.hour = h.hour
$$;
-- dashboard/recent_activity.sql
create or replace function lead_sync.recent_activity() returns jsonb
language sql stable set search_path = '' as $$
select coalesce(jsonb_agg(to_jsonb(a) order by a.synced_at desc, a.id desc), '[]')
from (select * from public.real_time_sync_activity as r order by r.synced_at desc, r.id desc limit 20) as a
$$;
-- dashboard/recent_runs.sql
create or replace function lead_sync.recent_runs(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
select coalesce(jsonb_agg(
(to_jsonb(r) - array['token', 'lease_until', 'findings', 'object', 'policy']) || jsonb_build_object(
'rows_of', (select o.object from lead_sync.objects as o where o.object = r.object),
'estimated_end', case
when r.status = 'running' and r.lease_until > p_now and r.progress > 0 then r.started_at + (p_now - r.started_at) / r.progress::double precision
end
)
order by r.started_at desc
), '[]')
from (select * from public.lead_sync_runs as n order by n.started_at desc limit 10) as r
$$;
-- dashboard/segments_and_scores.sql
create or replace function lead_sync.segments_and_scores() returns jsonb
language sql stable set search_path = '' as $$
with counted as materialized (
select c.facet, c.key, sum(c.leads) as leads, sum(c.scored) as scored, sum(c.score) as score
from lead_sync.lead_counts as c
where c.facet <> 'status'
group by c.facet, c.key
)
select jsonb_build_object(
'segments', (
select coalesce(jsonb_agg(
jsonb_build_object('segment', g.segment_name, 'leads', c.leads, 'average_score', round(c.score / nullif(c.scored, 0), 1))
order by c.leads desc, g.segment_name
), '[]')
from counted as c
left join public.customer_segments as g on g.id::text = c.key
where c.facet = 'segment' and c.leads > 0
),
'scores', (
select jsonb_agg(jsonb_build_object('from', 10 * b.band, 'to', 10 * b.band + 10, 'leads', coalesce(c.leads, 0)) order by b.band)
from generate_series(0, 9) as b (band)
left join counted as c on c.facet = 'score' and c.key = b.band::text
),
'unscored', coalesce((select c.leads from counted as c where c.facet = 'score' and c.key = ''), 0)
)
$$;
-- console/compare_fields.sql
create or replace function lead_sync.compare_fields(p_lead public.leads, p_object text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
first_fields constant text[] := '{first_name,last_name,email,additional_emails,phone,additional_phones,job_title,company_name,company_domain}';
v_here jsonb := lead_sync.lead_values(p_lead) - 'deleted';
v_state lead_sync.lead_states;
begin
select s.* into v_state from lead_sync.lead_states as s where s.lead_id = p_lead.id;
return (
with named as (
select k.field from jsonb_object_keys(v_here || coalesce(v_state.base_remote, '{}') || coalesce(v_state.base_local, '{}')) as k (field)
union
select m.lead_field from lead_sync.field_mappings as m where m.object = p_object and m.enabled
),
compared as (
select
n.field, v_here -> n.field as here, v_state.base_remote -> n.field as twenty, v_state.base_local -> n.field as agreed, m.twenty_field, m.direction, m.policy, m.missing_since,
m.lead_field is not null as is_mapped, to_jsonb(c) as conflict,
coalesce(v_here -> n.field, 'null') = coalesce(v_state.base_remote -> n.field, 'null')
or lead_sync.is_same(
case when m.kind <> 'list' then m.kind when m.twenty_field like '%.additionalEmails' then 'email list' when m.twenty_field like '%.additionalPhones' then 'phone list' else 'text list' end,
coalesce(v_here -> n.field, 'null'), coalesce(v_state.base_remote -> n.field, 'null')
) as is_equal
from named as n
left join lead_sync.field_mappings as m on m.object = p_object and m.lead_field = n.field and m.enabled
left join lateral (
select o.id, o.winner, lead_sync.short_value(o.supabase_value, 2000) as supabase_value, lead_sync.short_value(o.twenty_value, 2000) as twenty_value, o.reason, o.created_at
from public.lead_sync_conflicts as o
where o.lead_id = p_lead.id and o.field = n.field and o.resolved_at is null
order by o.id desc
limit 1
) as c on true
where n.field <> 'deleted'
order by array_position(first_fields, n.field), n.field
limit 300
)
select coalesce(jsonb_agg(
jsonb_build_object(
'field', left(c.field, 200), 'here', lead_sync.short_value(c.here, 2000), 'twenty', lead_sync.short_value(c.twenty, 2000), 'agreed', lead_sync.short_value(c.agreed, 2000),
'twenty_field', c.twenty_field, 'direction', c.direction, 'policy', c.policy, 'conflict', c.conflict,
'reason', left(p_lead.left_out ->> c.field, 500),
'state', case
when not c.is_mapped then 'not_mapped'
when c.here is null and c.twenty is null then 'equal'
when c.missing_since is not null then 'missing'
when c.conflict is not null then 'conflict'
when p_lead.left_out ? c.field then 'left_out'
when c.is_equal then 'equal'
when p_lead.deleted_at is not null or v_state.base_remote ? 'deleted' then 'deleted'
when p_lead.sync_status = 'outside' then 'outside'
when c.direction <> 'to_supabase' and (p_lead.twenty_id is null or c.here is distinct from c.agreed) then 'waits'
when c.direction <> 'both' then 'one_way'
else 'differs'
end
)
order by array_position(first_fields, c.field), c.field
), '[]')
from compared as c
);
end
$$;
-- console/found_by.sql
create or replace function lead_sync.found_by(p_lead public.leads, p_query text, p_phone text) returns integer
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_name text := lower(left(p_lead.first_name || coalesce(' ' || p_lead.last_name, ''), 80));
v_last_name text := lower(left(p_lead.last_name, 80));
v_words text[] := string_to_array(p_query, ' ');
begin
return case
when starts_with(v_name, left(p_query, 80)) then 1
when starts_with(v_last_name, left(v_words[1], 80)) and not exists (
select from unnest(v_words[2:]) as w where strpos(' ' || coalesce(v_name, v_last_name), ' ' || w) = 0
) then 2
when starts_with(lead_sync.email_key(p_lead.email), p_query) then 3
when p_phone is not null and p_phone = any (lead_sync.phone_keys(array_append(p_lead.additional_phones, p_lead.phone))) then 4
end;
end
$$;
-- console/get_console.sql
create or replace function public.get_console() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object(
'at', now(),
'revenue', exists (select from public.opportunities),
'edge', exists (select from lead_sync.edge_states),
'objects', array(select o.object from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object order by o.object)
)
$$;
-- console/get_lead.sql
create or replace function public.get_lead(p_lead_id uuid, p_entries integer default 100) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_lead public.leads;
v_object text := (select s.object from lead_sync.settings as s);
begin
if p_lead_id is null or p_entries is null or p_entries not between 1 and 200 then
raise exception 'p_lead_id must be a lead, and p_entries from 1 to 200' using errcode = '22023';
end if;
select l.* into v_lead from public.leads as l where l.id = p_lead_id;
if not found then
return '{"found": false}';
end if;
return jsonb_build_object(
'found', true,
'object', v_object,
'lead', jsonb_build_object(
'id', v_lead.id, 'twenty_id', v_lead.twenty_id, 'name', nullif(left(concat_ws(' ', v_lead.first_name, v_lead.last_name), 300), ''), 'email', left(v_lead.email, 300),
'phone', left(v_lead.phone, 100), 'company_name', left(v_lead.company_name, 300), 'created_at', v_lead.created_at, 'updated_at', v_lead.updated_at, 'deleted_at', v_lead.deleted_at,
'lead_score', v_lead.lead_score, 'segment', (select g.segment_name from public.customer_segments as g where g.id = v_lead.segment_id)
),
'sync', jsonb_build_object(
'sync_status', v_lead.sync_status, 'error', left(v_lead.sync_error_message, 1000), 'error_count', v_lead.sync_error_count, 'last_synced_at', v_lead.last_synced_at
) || coalesce((
select jsonb_build_object(
'error_category', s.error_category, 'due_at', s.due_at, 'due_since', s.due_since, 'held_by', s.held_by, 'refusal', left(s.refusal, 1000), 'is_claimed', s.claim_token is not null,
'read_at', s.read_at, 'remote_updated_at', s.remote_updated_at, 'gone', s.gone, 'joined', s.joined
)
from lead_sync.lead_states as s where s.lead_id = v_lead.id
), '{}'),
'fields', lead_sync.compare_fields(v_lead, v_object),
'duplicates', (
select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'name', nullif(left(concat_ws(' ', l.first_name, l.last_name), 300), ''), 'email', left(l.email, 300), 'score', p.score) order by p.score desc), '[]')
from (
(select d.lead_b as id, d.score from lead_sync.duplicate_pairs as d where d.lead_a = v_lead.id and d.decided is null limit 10)
union all
(select d.lead_a, d.score from lead_sync.duplicate_pairs as d where d.lead_b = v_lead.id and d.decided is null limit 10)
) as p
join public.leads as l on l.id = p.id
),
'timeline', lead_sync.lead_timeline(v_lead.id, p_entries)
);
end
$$;
-- console/has_trouble.sql
create or replace function lead_sync.has_trouble(p_lead public.leads, p_filter text) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return case p_filter
when 'waiting' then p_lead.sync_status in ('pending', 'syncing')
when 'left_out' then p_lead.left_out <> '{}'
when 'held' then exists (select from lead_sync.lead_states as s where s.lead_id = p_lead.id and s.held_by is not null)
when 'failed' then exists (
select from lead_sync.lead_states as s
where s.lead_id = p_lead.id and s.held_by is null and (s.refusal is not null or p_lead.sync_status = 'error')
)
when 'conflict' then exists (select from public.lead_sync_conflicts as c where c.lead_id = p_lead.id and c.resolved_at is null)
when 'duplicates' then
exists (select from lead_sync.duplicate_pairs as p where p.lead_a = p_lead.id and p.decided is null)
or exists (select from lead_sync.duplicate_pairs as p where p.lead_b = p_lead.id and p.decided is null)
end;
end
$$;
-- console/lead_timeline.sql
create or replace function lead_sync.lead_timeline(p_lead_id uuid, p_limit integer) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return (
with touch as (
select t.touched_at as at, 'touch' as kind, lead_sync.short_values(to_jsonb(t) - array['lead_id', 'raw', 'touched_at'], 300) || jsonb_build_object('touch', t.kind) as detail
from public.lead_touches as t where t.lead_id = p_lead_id
order by t.touched_at desc limit p_limit
),
change as materialized (
select c.* from lead_sync.lead_changes as c where c.lead_id = p_lead_id order by c.changed_at desc limit p_limit
),
shown_change as (
select
c.changed_at, 'change',
jsonb_build_object('side', c.side, 'made_by', c.made_by, 'run_id', c.run_id, 'before', lead_sync.short_values(c.before, 300), 'after', lead_sync.short_values(c.after, 300))
from change as c
),
sync as (
select
h.synced_at, 'sync',
jsonb_build_object('sync_type', h.sync_type, 'direction', h.sync_direction, 'status', h.sync_status, 'fields', to_jsonb(h.fields_changed[:50]), 'error', left(h.error_message, 1000))
from (select * from public.lead_sync_history as n where n.lead_id = p_lead_id order by n.synced_at desc limit p_limit) as h
where h.sync_status = 'error' or not exists (
select from change as c where c.run_id is not distinct from h.run_id and c.changed_at between h.synced_at - interval '1 second' and h.synced_at + interval '1 second'
)
),
conflict as (
select
c.created_at, 'conflict',
lead_sync.short_values(to_jsonb(c) - array['lead_id', 'run_id'], 300)
from public.lead_sync_conflicts as c where c.lead_id = p_lead_id
order by c.created_at desc limit p_limit
),
activity as (
select
a.happened_at, 'activity',
jsonb_build_object('activity', a.kind, 'author', left(a.author, 200), 'title', left(a.title, 300), 'excerpt', left(a.excerpt, 500), 'status', a.status, 'due_at', a.due_at)
from public.lead_activities as a where a.lead_id = p_lead_id and a.touch_id is null
order by a.happened_at desc nulls last limit p_limit
),
audit as (
select a.done_at, 'audit', jsonb_build_object('done_by', a.done_by, 'action', a.action, 'subject', a.subject)
from lead_sync.audit_log as a where a.subject ? 'lead_id' and a.subject ->> 'lead_id' = p_lead_id::text
order by a.id desc limit p_limit
),
entry as (
select * from touch union all select * from shown_change union all select * from sync union all select * from conflict union all select * from activity union all select * from audit
order by 1 desc limit p_limit
)
select coalesce(jsonb_agg(e.detail || jsonb_build_object('at', e.at, 'kind', e.kind) order by e.at desc), '[]') from entry as e
);
end
$$;
-- console/leads_by.sql
create or replace function lead_sync.leads_by(p_search integer, p_query text, p_phone text, p_after_key text, p_after_id uuid, p_limit integer)
returns table (id uuid, key text)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' rows 20 as $$
declare
v_from text := left(case p_search when 2 then split_part(p_query, ' ', 1) else p_query end, case p_search when 3 then 200 else 80 end);
v_until text := v_from || chr(1114111);
v_after text := coalesce(p_after_key, v_from);
v_after_id uuid := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
begin
case p_search
when 0 then
return query select l.id, '' from public.leads as l where p_after_id is null or l.id > p_after_id order by l.id limit p_limit;
when 1 then
return query
select f.id, f.key
from (
select l.id, lower(left(l.first_name || coalesce(' ' || l.last_name, ''), 80)) collate "C" as key
from public.leads as l where l.first_name is not null
) as f
where f.key >= v_from and f.key < v_until and (f.key, f.id) > (v_after, v_after_id)
order by f.key, f.id
limit p_limit;
when 2 then
return query
select f.id, f.key
from (select l.id, lower(left(l.last_name, 80)) collate "C" as key from public.leads as l where l.last_name is not null) as f
where f.key >= v_from and f.key < v_until and (f.key, f.id) > (v_after, v_after_id)
order by f.key, f.id
limit p_limit;
when 3 then
return query
select f.id, f.key
from (
select l.id, case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end as key
from public.leads as l
) as f
where f.key ~>=~ v_from and f.key ~<~ v_until and f.key ~>=~ v_after and (f.key <> v_after or f.id > v_after_id)
order by f.key using ~<~, f.id
limit p_limit;
else
return query
select l.id, '' from public.leads as l
where p_phone is not null and (l.phone is not null or l.additional_phones <> '{}')
and lead_sync.phone_keys(array_append(l.additional_phones, l.phone)) @> array[p_phone] and (p_after_id is null or l.id > p_after_id)
order by l.id
limit p_limit;
end case;
end
$$;
-- console/leads_in_trouble.sql
create or replace function lead_sync.leads_in_trouble(p_filter text, p_limit integer) returns setof uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' rows 100 as $$
begin
case p_filter
when 'waiting' then
return query select l.id from public.leads as l where l.sync_status in ('pending', 'syncing') limit p_limit;
when 'left_out' then
return query select l.id from public.leads as l where l.left_out <> '{}' limit p_limit;
when 'held' then
return query select s.lead_id from lead_sync.lead_states as s where s.held_by is not null limit p_limit;
when 'failed' then
return query
(select l.id from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id where l.sync_status = 'error' and s.held_by is null limit p_limit)
union all
(select s.lead_id from lead_sync.lead_states as s where s.refusal is not null and s.held_by is null limit p_limit);
when 'conflict' then
return query select c.lead_id from public.lead_sync_conflicts as c where c.resolved_at is null limit p_limit;
when 'duplicates' then
return query
select u.id
from (select p.lead_a, p.lead_b from lead_sync.duplicate_pairs as p where p.decided is null limit p_limit) as p
cross join lateral unnest(array[p.lead_a, p.lead_b]) as u (id);
end case;
end
$$;
-- console/read_leads_again.sql
create or replace function public.read_leads_again(p_lead_ids uuid[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_people jsonb;
v_unlinked integer;
begin
if coalesce(cardinality(p_lead_ids), 0) not between 1 and 1000 then
raise exception 'p_lead_ids must be 1 to 1,000 leads' using errcode = '22023';
end if;
select
coalesce(jsonb_agg(jsonb_build_object('object', s.object, 'record_id', l.twenty_id)) filter (where l.twenty_id is not null), '[]'),
count(*) filter (where l.twenty_id is null)
into v_people, v_unlinked
from public.leads as l cross join lead_sync.settings as s
where l.id = any (p_lead_ids);
perform public.add_to_inbox(v_people);
perform public.note_action('read_leads_again', jsonb_build_object('leads', cardinality(p_lead_ids), 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end));
return jsonb_build_object('named', jsonb_array_length(v_people), 'unlinked', v_unlinked);
end
$$;
-- console/search_leads.sql
create or replace function public.search_leads(p_query text default null, p_filter text default null, p_after text default null, p_limit integer default 50) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
most constant integer := 10000;
v_query text := nullif(lower(regexp_replace(btrim(p_query), '\s+', ' ', 'g')), '');
v_word text := left(split_part(v_query, ' ', 1), 80);
v_phone text;
v_after text[] := regexp_match(p_after, '^(\d) ([0-9a-f-]{36}) (.*)$');
v_search integer;
v_key text;
v_id uuid;
v_looks integer;
v_few uuid[];
v_ids uuid[] := '{}';
v_page record;
v_has_next boolean := false;
begin
if length(p_query) > 200 or p_limit is null or p_limit not between 1 and 200 then
raise exception 'p_query must have at most 200 characters, and p_limit be from 1 to 200' using errcode = '22023';
elsif p_filter not in ('waiting', 'held', 'failed', 'conflict', 'left_out', 'duplicates') then
raise exception 'There is no filter %', left(p_filter, 100) using errcode = '22023';
elsif p_after is not null and not coalesce(lead_sync.is_uuid(v_after[2]) and v_after[1] <= '4' and length(p_after) <= 600, false) then
raise exception 'p_after must come from the page before' using errcode = '22023';
end if;
v_search := v_after[1];
v_id := v_after[2];
v_key := v_after[3];
if v_query ~ '^[0-9 ()/.+-]+$' then
v_phone := coalesce(lead_sync.phone_key(v_query), lead_sync.phone_key('+' || regexp_replace(v_query, '[^0-9]', '', 'g')));
end if;
v_looks := p_limit + case when v_query is null then 1500 else 500 end;
if p_filter is not null then
v_few := array(select f from lead_sync.leads_in_trouble(p_filter, most + 1) as f);
end if;
if lead_sync.is_uuid(v_query) then
v_ids := array(
select l.id from public.leads as l where (l.id = v_query::uuid or l.twenty_id = v_query::uuid) and (p_filter is null or lead_sync.has_trouble(l, p_filter))
);
elsif cardinality(v_few) <= most and (v_phone is null or cardinality(v_few) <= 500) then
v_ids := array(
select l.id
from (select distinct f from unnest(v_few) as f where v_id is null or f > v_id) as t (id)
join public.leads as l on l.id = t.id
where v_query is null or case
when v_phone is not null or l.email !~ '^[!-~]+$' or starts_with(lower(l.email), v_query)
or starts_with(lower(left(l.first_name, 80)), v_word) or starts_with(lower(left(l.last_name, 80)), v_word)
then lead_sync.found_by(l, v_query, v_phone) is not null
end
order by l.id
limit p_limit + 1
);
v_has_next := cardinality(v_ids) > p_limit;
v_ids := v_ids[:p_limit];
v_search := 0;
v_key := '';
v_id := v_ids[cardinality(v_ids)];
elsif v_query is null and p_filter is null then
v_ids := array(select l.id from public.leads as l order by l.created_at desc limit p_limit);
else
for v_each in coalesce(v_search, case when v_query is null then 0 else 1 end)..case when v_query is null then 0 else 4 end loop
with looked_at as materialized (
select s.*, row_number() over () as place
from lead_sync.leads_by(
v_each, v_query, v_phone, case when v_each = v_search then v_key end, case when v_each = v_search then v_id end, v_looks
) as s
),
fit as materialized (
select a.* from looked_at as a join public.leads as l on l.id = a.id
where (v_each = 0 or lead_sync.found_by(l, v_query, v_phone) = v_each) and (p_filter is null or lead_sync.has_trouble(l, p_filter))
order by a.place
limit p_limit - cardinality(v_ids) + 1
)
select
array(select f.id from fit as f order by f.place limit p_limit - cardinality(v_ids)) as ids,
(select count(*) from fit) > p_limit - cardinality(v_ids) as is_full,
(select count(*) from looked_at) >= v_looks as has_more,
case
when (select count(*) from fit) > p_limit - cardinality(v_ids) then (select to_jsonb(f) from fit as f order by f.place offset greatest(p_limit - cardinality(v_ids) - 1, 0) limit 1)
else (select to_jsonb(a) from looked_at as a order by a.place desc limit 1)
end as last
into v_page;
v_ids := v_ids || v_page.ids;
v_search := v_each;
if v_page.is_full or v_page.has_more then
v_has_next := true;
v_key := case when cardinality(v_page.ids) > 0 or not v_page.is_full then v_page.last ->> 'key' else '' end;
v_id := case when cardinality(v_page.ids) > 0 or not v_page.is_full then v_page.last ->> 'id' else '00000000-0000-0000-0000-000000000000' end;
exit;
end if;
end loop;
end if;
return jsonb_build_object(
'leads', (
select coalesce(jsonb_agg(
jsonb_build_object(
'id', l.id, 'twenty_id', l.twenty_id, 'name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'phone', l.phone,
'company_name', l.company_name, 'sync_status', l.sync_status, 'problem', coalesce(s.refusal, l.sync_error_message), 'held', s.held_by is not null,
'conflicts', (select count(*) from public.lead_sync_conflicts as c where c.lead_id = l.id and c.resolved_at is null),
'left_out', l.left_out, 'updated_at', l.updated_at, 'deleted_at', l.deleted_at
) order by i.place
), '[]')
from unnest(v_ids) with ordinality as i (id, place)
join public.leads as l on l.id = i.id
left join lead_sync.lead_states as s on s.lead_id = l.id
),
'has_next', v_has_next,
'position', case when v_has_next then v_search || ' ' || v_id || ' ' || v_key end
);
end
$$;
-- console/short_value.sql
create or replace function lead_sync.short_value(p_value jsonb, p_longest integer) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case when length(p_value #>> '{}') > p_longest then to_jsonb(left(p_value #>> '{}', p_longest) || '…') else p_value end
$$;
-- console/short_values.sql
create or replace function lead_sync.short_values(p_values jsonb, p_longest integer) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(left(e.key, 100), lead_sync.short_value(e.value, p_longest)), '{}')
from (select * from jsonb_each(p_values) as v order by v.key limit 100) as e
$$;
-- console/take_value.sql
create or replace function public.take_value(p_lead_id uuid, p_field text, p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_lead public.leads;
v_state lead_sync.lead_states;
v_rule jsonb;
v_fields text[] := array[p_field];
v_conflict_id bigint;
begin
if p_take is null or p_take not in ('twenty', 'supabase') then
raise exception 'p_take must be twenty or supabase, got %', p_take using errcode = '22023';
end if;
select l.* into v_lead from public.leads as l where l.id = p_lead_id for no key update;
if not found then
raise exception 'There is no lead %', p_lead_id using errcode = '22023';
end if;
select c.id into v_conflict_id from public.lead_sync_conflicts as c where c.lead_id = p_lead_id and c.field = p_field and c.resolved_at is null order by c.id desc limit 1;
if v_conflict_id is not null then
return jsonb_build_object('taken', true, 'conflict_id', v_conflict_id, 'sync_status', public.resolve_conflict(v_conflict_id, p_take) -> 'sync_status');
end if;
select s.* into v_state from lead_sync.lead_states as s where s.lead_id = p_lead_id;
select r into v_rule from jsonb_array_elements(lead_sync.rules((select s.object from lead_sync.settings as s))) as r where r ->> 'field' = p_field and p_field <> 'deleted';
if v_rule is null then
raise exception 'The field % is not synced', left(p_field, 100) using errcode = 'PT409', hint = 'Map it first.';
elsif v_lead.twenty_id is null then
raise exception 'The lead is not in Twenty yet' using errcode = 'PT409', hint = 'Push it: then both sides have its values.';
elsif v_lead.deleted_at is not null or v_state.base_remote ? 'deleted' then
raise exception 'The lead is deleted on one side: its fields wait' using errcode = 'PT409', hint = 'Restore it first.';
end if;
if p_field in ('company_name', 'company_domain') then
v_fields := '{company_name,company_domain}';
end if;
if p_take = 'twenty' then
v_lead := lead_sync.set_values(v_lead, (select jsonb_object_agg(f, coalesce(v_state.base_remote -> f, 'null')) from unnest(v_fields) as f));
elsif v_rule ->> 'direction' = 'to_supabase' then
raise exception 'The field % only flows from Twenty to Supabase: the value here would be set back', p_field
using errcode = 'PT409', hint = 'Edit the person in Twenty, or change the direction of the field.';
elsif v_lead.left_out ? p_field then
raise exception 'Twenty cannot take the value here: %', left(v_lead.left_out ->> p_field, 300) using errcode = 'PT409', hint = 'Correct the value of the lead.';
else
update lead_sync.lead_states as s
set base_local = (s.base_local - v_fields) || (select coalesce(jsonb_object_agg(f, s.base_remote -> f) filter (where s.base_remote ? f), '{}') from unnest(v_fields) as f)
where s.lead_id = p_lead_id;
perform lead_sync.queue_rows('lead', array[p_lead_id]);
select l.* into strict v_lead from public.leads as l where l.id = p_lead_id;
end if;
perform public.note_action('take_value', jsonb_build_object('lead_id', p_lead_id, 'field', p_field, 'take', p_take));
return jsonb_build_object('taken', true, 'conflict_id', null, 'sync_status', v_lead.sync_status);
end
$$;
-- upkeep/archive_history.sql
create or replace function lead_sync.archive_history(p_before timestamptz, p_until timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_from timestamptz := '-infinity';
v_through timestamptz;
v_moved integer;
v_total integer := 0;
begin
loop
with gone as (
delete from public.lead_sync_history as h
where h.ctid = any (array(
select o.ctid from public.lead_sync_history as o
where o.synced_at >= v_from and o.synced_at < p_before
order by o.synced_at
limit 5000
for update skip locked
))
returning h.*
),
kept as (
insert into lead_sync.history_archive select g.* from gone as g returning synced_at
)
select count(*), max(k.synced_at) into v_moved, v_through from kept as k;
v_total := v_total + v_moved;
exit when v_moved = 0 or clock_timestamp() > p_until;
v_from := v_through;
end loop;
return v_total;
end
$$;
-- upkeep/clean_up.sql
create or replace function lead_sync.clean_up(p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_before timestamptz := p_now - make_interval(days => (select s.runs_days from lead_sync.settings as s));
v_errors integer;
v_runs integer;
v_conflicts integer;
v_notifications integer;
begin
with gone as (
delete from public.lead_sync_history as h
where h.ctid = any (array(
select o.ctid
from public.lead_sync_history as o
left join public.leads as l on l.id = o.lead_id
where o.sync_status = 'error' and o.synced_at < p_now - interval '7 days' and coalesce(l.sync_status, 'synced') = 'synced'
order by o.synced_at
limit 20000
for update of o skip locked
))
returning h.*
)
insert into lead_sync.history_archive select g.* from gone as g;
get diagnostics v_errors = row_count;
delete from public.lead_sync_runs as r
where r.started_at < v_before and r.status <> 'running'
and r.id not in (
select distinct on (n.object, n.direction) n.id from public.lead_sync_runs as n where n.mode <> 'inbox' order by n.object, n.direction, n.started_at desc
)
and r.id not in (
select distinct on (n.object, n.direction) n.id from public.lead_sync_runs as n
where n.status = 'succeeded' and n.mode <> 'inbox'
order by n.object, n.direction, n.started_at desc
);
get diagnostics v_runs = row_count;
delete from public.lead_sync_conflicts as c where c.resolved_at < v_before;
get diagnostics v_conflicts = row_count;
delete from lead_sync.merges as m where m.settled_at < v_before;
delete from lead_sync.approvals as a
where a.decided_at < v_before and (a.decision = 'yes' or not exists (
select from lead_sync.approval_items as i join lead_sync.lead_states as s on s.lead_id = i.lead_id
where i.approval_id = a.id and case a.side
when 'twenty' then s.merged_at is not distinct from i.version
else not s.gone and (s.remote_updated_at > i.version) is not true
end
));
delete from lead_sync.alert_notifications as n where n.sent_at < p_now - interval '30 days';
get diagnostics v_notifications = row_count;
delete from lead_sync.audit_log as a where a.done_at < p_now - make_interval(days => (select s.archive_days from lead_sync.settings as s));
delete from lead_sync.inbox_hours as i where i.hour < v_before;
delete from lead_sync.inbox as i
where i.waiting_since < p_now - interval '7 days' and i.object in (select o.object from lead_sync.activity_objects() as o);
return jsonb_build_object('resolved_errors', v_errors, 'runs', v_runs, 'conflicts', v_conflicts, 'notifications', v_notifications);
end
$$;
-- upkeep/maintain.sql
create or replace function lead_sync.maintain(p_time interval, p_now timestamptz, p_cleanup boolean) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_started timestamptz := clock_timestamp();
v_until timestamptz := v_started + p_time;
v_today timestamptz := date_trunc('day', p_now, 'utc');
v_settings lead_sync.settings;
v_before timestamptz;
v_released integer;
v_archived integer := 0;
v_summary jsonb;
v_purged integer := 0;
v_raw_erased integer := 0;
v_hints integer := 0;
v_events integer := 0;
v_cleanup jsonb;
v_duplicates jsonb;
v_quality jsonb;
v_has_more boolean;
begin
if not pg_try_advisory_xact_lock(hashtext('lead_sync.maintain')) then
raise exception 'Maintenance is running already' using errcode = 'PT409', hint = 'Call again in a minute.';
end if;
select * into strict v_settings from lead_sync.settings;
v_before := v_today - make_interval(days => v_settings.history_days);
perform lead_sync.fold_rollups(p_now);
v_released := lead_sync.release_stale_claims(p_now);
v_archived := lead_sync.archive_history(v_before, v_until);
perform lead_sync.note_task('archive', p_now, jsonb_build_object('archived', v_archived));
v_has_more := clock_timestamp() > v_until;
if not v_has_more then
v_summary := lead_sync.sum_up_days(v_until - clock_timestamp());
v_has_more := v_summary -> 'days_left' <> '0';
end if;
if not v_has_more then
perform public.refresh_daily_summary();
perform lead_sync.note_task('daily_summary', p_now, v_summary);
delete from lead_sync.activity as a
where a.minute < v_today - make_interval(days => least(v_settings.history_days + 10, v_settings.archive_days));
delete from lead_sync.history_archive as a
where a.ctid = any (array(
select o.ctid from lead_sync.history_archive as o
where o.synced_at < v_today - make_interval(days => v_settings.archive_days)
order by o.synced_at
limit 20000
));
get diagnostics v_purged = row_count;
v_raw_erased := lead_sync.erase_raw(v_today, 20000);
v_hints := lead_sync.forget_hints(v_today, 20000);
perform lead_sync.forget_changes(p_now);
v_events := lead_sync.forget_events(v_before, 20000);
if coalesce(
p_cleanup, not exists (select from lead_sync.maintenance_tasks as t where t.task = 'cleanup' and t.last_at > p_now - interval '7 days')
) then
v_cleanup := lead_sync.clean_up(p_now);
perform lead_sync.note_task('cleanup', p_now, v_cleanup);
end if;
v_has_more := v_purged = 20000 or v_raw_erased = 20000 or v_hints = 20000 or v_events = 20000 or coalesce((v_cleanup ->> 'resolved_errors')::integer = 20000, false);
end if;
if not v_has_more and v_settings.find_duplicates then
begin
v_duplicates := lead_sync.search_duplicates(v_until);
exception when others then
if lead_sync.ends_the_call(sqlstate) then
raise;
end if;
v_duplicates := jsonb_build_object('has_more', false, 'problem', format('%s (%s)', sqlerrm, sqlstate));
end;
v_has_more := (v_duplicates ->> 'has_more')::boolean;
perform lead_sync.note_task('duplicates', p_now, v_duplicates || jsonb_build_object('open', lead_sync.count_duplicates()));
end if;
if v_settings.keep_data_quality and not exists (
select from lead_sync.data_quality as q where q.month = date_trunc('month', p_now at time zone 'UTC')::date
) then
begin
v_quality := jsonb_build_object('kept', lead_sync.keep_data_quality(p_now));
exception when others then
if lead_sync.ends_the_call(sqlstate) then
raise;
end if;
v_quality := jsonb_build_object('problem', format('%s (%s)', sqlerrm, sqlstate));
end;
perform lead_sync.note_task('data_quality', p_now, v_quality);
end if;
return jsonb_build_object(
'has_more', v_has_more,
'archived', v_archived,
'summary', v_summary,
'released_claims', v_released,
'purged', v_purged,
'raw_erased', v_raw_erased,
'cleanup', v_cleanup,
'duplicates', v_duplicates,
'data_quality', v_quality,
'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 2)
);
end
$$;
-- upkeep/note_task.sql
create or replace function lead_sync.note_task(p_task text, p_at timestamptz, p_result jsonb) returns void
language sql volatile set search_path = '' as $$
insert into lead_sync.maintenance_tasks (task, last_at, result) values (p_task, p_at, p_result)
on conflict (task) do update set last_at = excluded.last_at, result = excluded.result;
$$;
-- upkeep/refresh_statistics.sql
create or replace function lead_sync.refresh_statistics() returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
if exists (
select from pg_catalog.pg_class as c
where c.oid in ('public.leads'::regclass, 'lead_sync.lead_states'::regclass)
and pg_catalog.pg_stat_get_mod_since_analyze(c.oid) > greatest(c.reltuples, 10000)
) then
analyze (skip_locked) public.leads, lead_sync.lead_states;
end if;
end
$$;
-- upkeep/release_stale_claims.sql
create or replace function lead_sync.release_stale_claims(p_now timestamptz, p_adapter text default null) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text;
v_released jsonb;
v_count integer := 0;
begin
perform set_config('lead_sync.engine', 'on', true);
for v_adapter in select o.adapter from lead_sync.objects as o where o.adapter = coalesce(p_adapter, o.adapter) and lead_sync.is_synced(o.adapter) order by o.adapter <> 'lead', o.adapter loop
execute lead_sync.rows_sql(v_adapter, $sql$
with stale as materialized (
select l.id
from lead_sync.lead_states as s join {table} as l on l.id = s.lead_id
where s.claim_token is not null and s.due_at < $1 - interval '10 minutes'
order by l.id
limit 10000
for no key update of l, s skip locked
),
free as (
update lead_sync.lead_states as s set claim_token = null, lease = null from stale as t where s.lead_id = t.id
)
select jsonb_agg(jsonb_build_object('lead_id', t.id, 'sync_status', 'pending')) from stale as t
$sql$) into v_released using p_now;
perform lead_sync.write_or_split('mark', v_released, jsonb_build_object('adapter', v_adapter));
v_count := v_count + coalesce(jsonb_array_length(v_released), 0);
end loop;
perform set_config('lead_sync.engine', 'off', true);
return v_count;
end
$$;
-- upkeep/run_sync_maintenance.sql
create or replace function public.run_sync_maintenance(
p_seconds numeric default 4, p_now timestamptz default now(), p_cleanup boolean default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if p_seconds is null or p_seconds not between 0.5 and 50 then
raise exception 'p_seconds must be between 0.5 and 50, got %', p_seconds using errcode = '22023';
end if;
return lead_sync.maintain(make_interval(secs => p_seconds::double precision), p_now, p_cleanup);
end
$$;
-- integrity/check_line.sql
create or replace function lead_sync.check_line(p_check text, p_found bigint, p_limit bigint, p_fixed bigint, p_message text, p_examples uuid[] default '{}')
returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select jsonb_build_object(
'check', p_check, 'ok', p_found <= p_limit, 'found', p_found, 'limit', p_limit, 'fixed', p_fixed, 'message', p_message,
'examples', coalesce(to_jsonb(p_examples), '[]')
)
$$;
-- integrity/check_rows.sql
create or replace function lead_sync.check_rows(p_adapter text, p_fix boolean, p_records bigint, p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_object text;
v_known_by text;
v_drift jsonb := coalesce(lead_sync.measure_drift(p_now, p_adapter), '{}');
v_records bigint := coalesce(p_records, case v_drift ->> 'status' when 'succeeded' then (v_drift ->> 'compared_live')::bigint end);
v_linked bigint;
v_outside bigint := 0;
v_ids uuid[];
v_stateless uuid[];
v_found bigint;
v_fixed integer;
v_checks jsonb := '[]';
begin
select o.object, o.known_by into v_object, v_known_by from lead_sync.objects as o where o.adapter = p_adapter;
if v_records is not null and exists (
select from lead_sync.settings as s join lead_sync.field_mappings as m on m.object = coalesce(v_object, s.object)
where m.lead_field = 'deleted' and m.enabled and m.direction = 'both'
) then
execute lead_sync.rows_sql(p_adapter, 'select count(*) from {table} as l where l.twenty_id is not null and l.deleted_at is null') into v_linked;
if v_object is null then
v_outside := (select count(*) from lead_sync.people_outside as o where not exists (select from public.leads as l where l.twenty_id = o.twenty_id));
end if;
v_checks := v_checks || lead_sync.check_line(
'twenty_count', abs(v_linked + v_outside - v_records), 50, 0, format(
'%s %s are linked to Twenty, which has %s %s.', v_linked, coalesce(v_object || ' rows', 'leads'), v_records, case when v_object is null then 'people' else 'records' end
)
|| case when v_outside > 0 then format(' The filter leaves %s outside.', v_outside) else '' end
);
end if;
select count(*) into v_found
from (select from lead_sync.lead_states as s
where s.adapter = p_adapter and s.due_at is not null and s.due_since < p_now - interval '1 hour' and coalesce(s.error_category, '') not in ('waits', 'approval')
limit 10000
) as w;
v_checks := v_checks || lead_sync.check_line('backlog', v_found, 100, 0, format('%s due for over an hour.', lead_sync.count_rows(v_object, v_found, 'has been', 'have been')));
select count(*), array_agg(s.lead_id) into v_found, v_ids
from (
select c.lead_id from lead_sync.lead_states as c
where c.adapter = p_adapter and c.claim_token is not null and c.due_at < p_now - interval '10 minutes' limit 10000
) as s;
v_fixed := case when p_fix and v_found > 0 then lead_sync.release_stale_claims(p_now, p_adapter) else 0 end;
v_checks := v_checks || lead_sync.check_line(
'stale_claims', v_found, 0, v_fixed, format('%s held by a push that is gone.', lead_sync.count_rows(v_object, v_found, 'is', 'are')), v_ids[:5]
);
select coalesce(array_agg(i.lead_id) filter (where not i.stateless), '{}'), coalesce(array_agg(i.lead_id) filter (where i.stateless), '{}')
into v_ids, v_stateless
from lead_sync.impossible_rows(p_adapter) as i;
v_fixed := case when p_fix and v_stateless <> '{}' then lead_sync.queue_rows(p_adapter, v_stateless) else 0 end;
v_checks := v_checks || lead_sync.check_line(
'stateless', cardinality(v_stateless), 0, v_fixed, format('%s no sync state.', lead_sync.count_rows(v_object, cardinality(v_stateless), 'has', 'have')),
v_stateless[:5]
);
v_fixed := case when p_fix and v_ids <> '{}' then lead_sync.queue_rows(p_adapter, v_ids) else 0 end;
v_checks := v_checks || lead_sync.check_line(
'impossible', cardinality(v_ids), 0, v_fixed, format('%s a status that contradicts the queue.', lead_sync.count_rows(v_object, cardinality(v_ids), 'has', 'have')),
v_ids[:5]
);
if v_known_by is not null then
execute lead_sync.rows_sql(p_adapter, $sql$
select count(*), array_agg(d.id)
from (
select (array_agg(k.id order by k.created_at, k.id))[1] as id
from {table} as k where k.deleted_at is null and {known} <> '' group by {known} having count(*) > 1
) as d
$sql$) into v_found, v_ids;
v_checks := v_checks || lead_sync.check_line(
'duplicates', v_found, 0, 0, format('%s values of %s belong to more than one %s row: merge them by hand.', v_found, v_known_by, v_object), v_ids[:5]
);
end if;
v_found := coalesce((v_drift ->> 'orphaned')::bigint, 0);
v_checks := v_checks || lead_sync.check_line('orphaned', v_found, 0, 0, format(
'%s linked to a %s that the last reconciliation did not find.', lead_sync.count_rows(v_object, v_found, 'was', 'were'),
case when v_object is null then 'person' else 'record' end
));
if v_object is not null then
select jsonb_agg(c || jsonb_build_object('object', v_object)) into v_checks from jsonb_array_elements(v_checks) as c;
end if;
return v_checks;
end
$$;
-- integrity/check_sync_integrity.sql
create or replace function public.check_sync_integrity(
p_fix boolean default false, p_twenty_people integer default null, p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_off bigint;
v_adapter text;
v_duplicates uuid[];
v_found bigint;
v_problem text;
v_checks jsonb := '[]';
v_report jsonb;
begin
with counted as materialized (
select l.sync_status, count(*) as leads from public.leads as l group by l.sync_status
)
select coalesce(max(abs(coalesce(c.leads, 0) - coalesce(k.leads, 0))), 0) into v_off
from counted as c
full join (
select n.key, sum(n.leads) as leads from lead_sync.lead_counts as n where n.facet = 'status' group by n.key
) as k on k.key = c.sync_status;
if p_fix and v_off > 0 then
perform lead_sync.recount_leads();
end if;
v_checks := v_checks || lead_sync.check_line(
'counts', v_off, 50, case when p_fix then v_off else 0 end, format('The counts of leads by status are off by %s.', v_off)
);
v_checks := v_checks || lead_sync.check_rows('lead', p_fix, p_twenty_people, p_now);
select count(*), array_agg(d.id) into v_found, v_duplicates
from (
select (array_agg(l.id order by l.created_at, l.id))[1] as id
from public.leads as l
where l.deleted_at is null and case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end <> ''
group by case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end
having count(*) > 1
) as d;
v_checks := v_checks || lead_sync.check_line(
'duplicates', v_found, 0, 0, format('%s e-mail addresses belong to more than one lead: merge them by hand.', v_found), v_duplicates[:5]
);
v_problem := (select t.result ->> 'problem' from lead_sync.maintenance_tasks as t where t.task = 'duplicates');
v_found := lead_sync.count_duplicates();
if v_problem is not null then
v_checks := v_checks || lead_sync.check_line('possible_duplicates', 1, 0, 0, format('The last search of the upkeep for duplicates failed: %s.', v_problem));
elsif v_found > 0 then
v_checks := v_checks || lead_sync.check_line(
'possible_duplicates', v_found, v_found, 0,
format('%s may be one person: look at them with list_duplicates.', v_found || case v_found when 1 then ' pair of leads' else ' pairs of leads' end)
);
end if;
v_problem := (
select t.result ->> 'problem' from lead_sync.maintenance_tasks as t cross join lead_sync.settings as s where t.task = 'data_quality' and s.keep_data_quality
);
if v_problem is not null then
v_checks := v_checks || lead_sync.check_line('data_quality', 1, 0, 0, format('The upkeep could not keep the figures of data quality: %s.', v_problem));
end if;
for v_adapter in select o.adapter from lead_sync.objects as o where o.adapter <> 'lead' and lead_sync.is_synced(o.adapter) order by o.adapter loop
v_checks := v_checks || lead_sync.check_rows(v_adapter, p_fix, null, p_now);
end loop;
select jsonb_build_object(
'ok', bool_and((c ->> 'ok')::boolean), 'at', p_now, 'fixed', sum((c ->> 'fixed')::bigint), 'checks', jsonb_agg(c)
)
into v_report
from jsonb_array_elements(v_checks) as c;
perform lead_sync.note_task('integrity', p_now, v_report);
return v_report;
end
$$;
-- integrity/count_rows.sql
create or replace function lead_sync.count_rows(p_object text, p_count bigint, p_one text, p_many text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when p_object is null then lead_sync.count_leads(p_count, p_one, p_many)
when p_count = 1 then format('1 %s row %s', p_object, p_one)
else format('%s %s rows %s', case when p_count >= 10000 then '10,000 or more' else p_count::text end, p_object, p_many)
end
$$;
-- integrity/impossible_rows.sql
create or replace function lead_sync.impossible_rows(p_adapter text) returns table (lead_id uuid, stateless boolean)
language plpgsql stable rows 20 set search_path = '' as $$
begin
return query execute lead_sync.rows_sql(p_adapter, $sql$
select l.id, s.lead_id is null
from {table} as l
left join lead_sync.lead_states as s on s.lead_id = l.id
where l.sync_status in ('pending', 'syncing')
and (s.lead_id is null or s.due_at is null or (l.sync_status = 'syncing' and s.claim_token is null)) and s.refusal is null
union
select l.id, false
from lead_sync.lead_states as s
join {table} as l on l.id = s.lead_id
where s.due_at is not null and l.sync_status in ('synced', 'outside') and s.refusal is null
union
select l.id, true
from {table} as l
where l.sync_status in ('synced', 'outside', 'error') and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id)
limit 10000
$sql$);
end
$$;
-- integrity/queue_rows.sql
create or replace function lead_sync.queue_rows(p_adapter text, p_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
v_queued jsonb;
begin
perform set_config('lead_sync.engine', 'on', true);
execute lead_sync.rows_sql(p_adapter, $sql$
with chosen as materialized (
select l.id from {table} as l where l.id = any ($1) order by l.id for no key update of l skip locked
),
queued as (
insert into lead_sync.lead_states as s (lead_id, adapter, due_at, due_since)
select c.id, $2, clock_timestamp(), clock_timestamp() from chosen as c
on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
where s.claim_token is null or s.due_at is null
returning s.lead_id
)
select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) from queued as q
$sql$) into v_queued using p_ids, p_adapter;
perform lead_sync.write_or_split('mark', v_queued, jsonb_build_object('adapter', p_adapter));
perform set_config('lead_sync.engine', 'off', true);
return coalesce(jsonb_array_length(v_queued), 0);
end
$$;
-- integrity/reopen_unequal.sql
create or replace function lead_sync.reopen_unequal() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids uuid[];
begin
with unequal as materialized (
select u.lead_id, u.fields || case when u.fields && array['company_name', 'company_domain'] then array['company_name', 'company_domain'] else '{}' end as fields
from lead_sync.unequal_leads() as u
),
reopened as (
update lead_sync.lead_states as s set base_local = s.base_local - u.fields, base_remote = s.base_remote - u.fields
from unequal as u
where s.lead_id = u.lead_id and s.claim_token is null
returning s.lead_id
)
select array_agg(r.lead_id) into v_ids from reopened as r;
return lead_sync.queue_rows('lead', v_ids);
end
$$;
-- integrity/unequal_leads.sql
create or replace function lead_sync.unequal_leads() returns table (lead_id uuid, fields text[])
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return query
select s.lead_id, array_agg(k.key order by k.key)
from lead_sync.lead_states as s
join public.leads as l on l.id = s.lead_id
cross join lateral (
select key, h.value as here, t.value as there
from jsonb_each(s.base_local) as h full join jsonb_each(s.base_remote) as t using (key)
where h.value is distinct from t.value
) as k
join jsonb_array_elements(lead_sync.rules((select n.object from lead_sync.settings as n))) as r on r ->> 'field' = k.key
where s.base_local <> s.base_remote and s.due_at is null and s.claim_token is null and s.joined is null and not s.gone
and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
and l.sync_status = 'synced' and l.twenty_id is not null and not l.left_out ? k.key
and r ->> 'direction' = 'both' and not lead_sync.is_same(r ->> 'kind', k.here, k.there)
group by s.lead_id;
end
$$;
-- preview/compare_with_before.sql
create or replace function lead_sync.compare_with_before(p_adapter text, p_answer jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_answer jsonb;
begin
execute lead_sync.rows_sql(p_adapter, $sql$
select ($1 - 'linked') || jsonb_build_object(
'counts', ($1 -> 'counts') || jsonb_build_object('linked', coalesce((
select jsonb_object_agg(b.by, b.count)
from (
select
case
when k ->> 0 = lead_sync.own_id_of((k ->> 1)::uuid)::text then 'own_id'
when $2 is not null then $2
when lower({email}) = any (lead_sync.email_spellings(k ->> 2)) or lead_sync.is_same('email', to_jsonb({email}), k -> 2) then 'email'
else 'other_email'
end as by,
count(*) as count
from jsonb_array_elements($1 -> 'linked') as k
left join {table} as l on l.id = (k ->> 0)::uuid
group by 1
) as b
), '{}')),
'examples', coalesce((
select jsonb_agg(case
when e ? 'supabase' or l.id is null then e
else e || jsonb_build_object('supabase', lead_sync.preview_values({values}, e -> 'fields'))
end)
from jsonb_array_elements($1 -> 'examples') as e
left join {table} as l on l.id = (e ->> 'lead_id')::uuid
), '[]')
)
$sql$) into v_answer using p_answer, (select o.known_by from lead_sync.objects as o where o.adapter = p_adapter);
return v_answer;
end
$$;
-- preview/is_preview.sql
create or replace function lead_sync.is_preview() returns boolean
language plpgsql stable set search_path = '' as $$
begin
return coalesce(current_setting('lead_sync.preview', true), '') = 'on';
end
$$;
-- preview/preview_before.sql
create or replace function lead_sync.preview_before(p_adapter text, p_input jsonb, p_run jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_people jsonb;
v_merged jsonb;
v_met jsonb := '[]';
begin
for v_people in select jsonb_array_elements(case when jsonb_typeof(p_input -> 'before') = 'array' then p_input -> 'before' else '[]' end) loop
v_merged := public.upsert_leads(v_people, 'twenty', (p_input ->> 'read_started_at')::timestamptz, p_run, null, null, p_input -> 'missing_fields');
v_met := v_met || (lead_sync.previewed_merge(p_adapter, v_merged -> 'results', v_people, '[]', 0) -> 'touched');
end loop;
return v_met;
end
$$;
-- preview/preview_claim.sql
create or replace function lead_sync.preview_claim(p_adapter text, p_lead_ids uuid[], p_claim_token uuid, p_run jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_due jsonb;
v_items jsonb;
v_leads jsonb;
v_outside uuid[] := '{}';
begin
perform lead_sync.lock_rows(p_adapter, p_lead_ids);
update lead_sync.lead_states as s set due_at = 'epoch', outside_by = null where s.lead_id = any (p_lead_ids) and s.due_at is null and s.outside_by < lead_sync.outside_since();
select jsonb_object_agg(s.lead_id, s.due_at), jsonb_agg(jsonb_build_object('lead_id', s.lead_id) order by s.due_at, s.lead_id) into v_due, v_items
from lead_sync.lead_states as s
where s.adapter = p_adapter and s.lead_id = any (p_lead_ids) and s.due_at <= clock_timestamp();
if v_items is null then
return '[]';
end if;
if p_adapter = 'lead' and p_run is null then
v_outside := array(
select o.lead_id
from lead_sync.outside_leads(array(select (i ->> 'lead_id')::uuid from jsonb_array_elements(v_items) as i)) as o
join lead_sync.lead_states as s on s.lead_id = o.lead_id
where s.intent is null
);
end if;
perform set_config('lead_sync.engine', 'on', true);
v_leads := lead_sync.write_or_split('claim', v_items, jsonb_build_object(
'adapter', p_adapter, 'claim_token', p_claim_token, 'lease', (select s.lease from lead_sync.settings as s), 'run_id', p_run -> 'id', 'sync_type', 'manual'
));
perform set_config('lead_sync.engine', 'off', true);
return (
select jsonb_agg(case
when d.key::uuid = any (v_outside) then jsonb_build_array(d.value, d.key, false)
else jsonb_build_array(d.value, d.key, a -> 'twenty_id', a -> 'email', a -> 'other_email')
end order by (d.value #>> '{}')::timestamptz, d.key)
from jsonb_each(v_due) as d left join jsonb_array_elements(v_leads) as a on a ->> 'lead_id' = d.key
);
end
$$;
-- preview/preview_due.sql
create or replace function lead_sync.preview_due(p_adapter text, p_input jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids uuid[];
begin
select array_agg(d.lead_id) into v_ids
from (
select s.lead_id
from (
select s.lead_id, s.due_at from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at <= clock_timestamp()
union all
select s.lead_id, 'epoch' from lead_sync.lead_states as s where p_adapter = 'lead' and s.due_at is null and s.outside_by < lead_sync.outside_since()
) as s
where (p_input -> 'after' is null or p_input -> 'after' = 'null'
or (s.due_at, s.lead_id) > ((p_input #>> '{after,0}')::timestamptz, (p_input #>> '{after,1}')::uuid))
order by s.due_at, s.lead_id
limit least(coalesce((p_input ->> 'limit')::integer, 1000), 5000)
) as d;
return jsonb_build_object('due', lead_sync.preview_claim(p_adapter, v_ids, gen_random_uuid(), null));
end
$$;
-- preview/preview_mapping.sql
create or replace function lead_sync.preview_mapping(p_rows jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
insert into lead_sync.field_mappings as m (object, lead_field, twenty_field, kind, direction, policy, enabled, translations)
select
r ->> 'object', r ->> 'lead_field', case when r ? 'twenty_field' then r ->> 'twenty_field' else k.twenty_field end,
coalesce(r ->> 'kind', k.kind, 'text'), coalesce(r ->> 'direction', k.direction, 'both'), coalesce(r ->> 'policy', k.policy, 'last_write_wins'),
coalesce((r ->> 'enabled')::boolean, k.enabled, true),
case when r ? 'translations' then nullif(r -> 'translations', 'null') else k.translations end
from jsonb_array_elements(case when jsonb_typeof(p_rows) = 'array' then p_rows else '[]' end) as r
left join lead_sync.field_mappings as k on k.object = r ->> 'object' and k.lead_field = r ->> 'lead_field'
on conflict (object, lead_field) do update set
twenty_field = excluded.twenty_field, kind = excluded.kind, direction = excluded.direction, policy = excluded.policy, enabled = excluded.enabled,
translations = excluded.translations
where (m.twenty_field, m.kind, m.direction, m.policy, m.enabled, m.translations)
is distinct from (excluded.twenty_field, excluded.kind, excluded.direction, excluded.policy, excluded.enabled, excluded.translations);
end
$$;
-- preview/preview_pull.sql
create or replace function lead_sync.preview_pull(p_adapter text, p_input jsonb, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run jsonb := lead_sync.preview_run('twenty_to_supabase', p_options);
v_examples integer := coalesce((p_options ->> 'examples')::integer, 0);
v_people jsonb := p_input -> 'people';
v_met jsonb;
v_held uuid[];
v_merged jsonb;
v_told jsonb;
v_conflicts jsonb;
begin
v_met := lead_sync.preview_before(p_adapter, p_input, v_run);
v_held := array(
select s.lead_id from jsonb_array_elements(v_people) as p join lead_sync.lead_states as s on s.held_by = (p ->> 'twenty_id')::uuid
);
v_run := v_run || jsonb_build_object('calls', 0);
delete from public.lead_sync_conflicts as c where c.run_id = (v_run ->> 'id')::uuid;
v_merged := public.upsert_leads(v_people, 'twenty', (p_input ->> 'read_started_at')::timestamptz, v_run, null, null, p_input -> 'missing_fields');
v_told := lead_sync.previewed_merge(p_adapter, v_merged -> 'results', v_people, '[]', v_examples);
v_conflicts := lead_sync.previewed_conflicts(p_adapter, v_run, '[]', v_examples);
return v_told || jsonb_build_object(
'counts', (v_told -> 'counts') || jsonb_build_object('conflicts', v_conflicts -> 'counts'),
'examples', (v_told -> 'examples') || (v_conflicts -> 'examples'),
'touched', v_met || (v_told -> 'touched'),
'read_started_at', v_merged -> 'read_started_at',
'due', lead_sync.preview_claim(
p_adapter,
v_held || array(select (r ->> 'lead_id')::uuid from jsonb_array_elements(v_merged -> 'results') as r where r ->> 'lead_id' is not null),
gen_random_uuid(), null
)
);
end
$$;
-- preview/preview_push.sql
create or replace function lead_sync.preview_push(p_adapter text, p_input jsonb, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_examples integer := coalesce((p_options ->> 'examples')::integer, 0);
v_people jsonb := p_input -> 'people';
v_token uuid := gen_random_uuid();
v_person_ids uuid[] := array(select (p ->> 'twenty_id')::uuid from jsonb_array_elements(p_input -> 'people') as p);
v_ids uuid[] := array(select i::uuid from jsonb_array_elements_text(p_input -> 'leads') as i);
v_run jsonb;
v_met jsonb;
v_merged jsonb;
v_writes jsonb;
v_told jsonb;
v_push jsonb;
v_held uuid[];
v_due jsonb := '[]';
v_settled bigint;
v_conflicts jsonb;
begin
v_met := lead_sync.preview_before(p_adapter, p_input, lead_sync.preview_run('twenty_to_supabase', p_options));
v_run := lead_sync.preview_run('supabase_to_twenty', p_options);
perform lead_sync.preview_release(p_adapter, v_ids, p_input -> 'held', v_run);
v_held := array(
select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_person_ids) and s.lead_id <> all (v_ids)
union
select s.lead_id from jsonb_each_text(lead_sync.linked_rows(p_adapter, v_person_ids)) as l join lead_sync.lead_states as s on s.lead_id = l.value::uuid
where s.held_by is not null and s.lead_id <> all (v_ids)
);
perform lead_sync.preview_claim(p_adapter, v_ids, v_token, v_run);
v_merged := public.upsert_leads(v_people, 'twenty', clock_timestamp(), v_run, null, v_token, p_input -> 'missing_fields');
v_writes := v_merged -> 'writes';
v_told := lead_sync.previewed_merge(p_adapter, v_merged -> 'results', v_people, p_input -> 'silent', v_examples);
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.release_held((
select jsonb_agg(jsonb_build_object('twenty_id', w -> 'twenty_id', 'email', w -> 'values' -> 'email', 'deleted', w ->> 'op' = 'delete'))
from jsonb_array_elements(v_writes) as w
where w ->> 'op' <> 'update' or w -> 'values' ? 'email'
));
perform set_config('lead_sync.engine', 'off', true);
v_push := lead_sync.previewed_plan(p_adapter, v_ids, v_writes, v_examples);
if jsonb_typeof(p_input -> 'results') = 'array' then
select coalesce(max(h.id), 0) into v_settled from public.lead_sync_history as h;
perform public.update_sync_status(v_token, p_input -> 'results', v_run);
v_push := v_push || jsonb_build_object('answers', lead_sync.previewed_answers(v_run, v_settled));
else
v_due := lead_sync.preview_claim(p_adapter, v_held, gen_random_uuid(), null);
end if;
v_conflicts := lead_sync.previewed_conflicts(p_adapter, v_run, p_input -> 'silent', v_examples);
return v_told || v_push || jsonb_build_object(
'counts', (v_told -> 'counts') || jsonb_build_object('conflicts', v_conflicts -> 'counts'),
'examples', (v_told -> 'examples') || (v_push -> 'examples') || (v_conflicts -> 'examples'),
'touched', v_met || (v_told -> 'touched'),
'writes', v_writes,
'due', v_due
);
end
$$;
-- preview/preview_release.sql
create or replace function lead_sync.preview_release(p_adapter text, p_lead_ids uuid[], p_held jsonb, p_run jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_items jsonb;
begin
select jsonb_agg(i.item) into v_items
from (
select jsonb_build_object('lead_id', s.lead_id, 'sync_status', 'pending', 'error', null, 'due_at', clock_timestamp()) as item
from lead_sync.lead_states as s
where s.lead_id = any (p_lead_ids) and s.due_at is null and s.claim_token is null
union all
select jsonb_build_object('lead_id', h -> 0, 'sync_status', 'error', 'category', h -> 1, 'held_by', h -> 2)
from jsonb_array_elements(case when jsonb_typeof(p_held) = 'array' then p_held else '[]' end) as h
) as i;
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.release_claims(v_items, jsonb_build_object('adapter', p_adapter, 'run_id', p_run -> 'id', 'sync_type', 'manual'));
perform set_config('lead_sync.engine', 'off', true);
end
$$;
-- preview/preview_rows.sql
create or replace function lead_sync.preview_rows(p_object text, p_adapter text, p_step text, p_input jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_ids uuid[];
begin
if lead_sync.is_synced(p_adapter) then
perform lead_sync.wake_rows(p_adapter);
return;
end if;
insert into lead_sync.cursors (object) values (p_object);
if p_step = 'due' then
execute lead_sync.rows_sql(p_adapter, 'select array(select l.id from {table} as l where $1 is null or l.id > $1 order by l.id limit $2)')
into v_ids using (p_input #>> '{after,1}')::uuid, least(coalesce((p_input ->> 'limit')::integer, 1000), 5000);
elsif p_step <> 'start' then
v_ids := array(select i::uuid from jsonb_array_elements_text(p_input -> 'leads') as i) || array(
select m.lead_id
from lead_sync.match_rows(p_adapter, (
select coalesce(jsonb_agg(jsonb_build_object('index', r.ordinality, 'snapshot', r.value)), '[]')
from jsonb_array_elements(jsonb_path_query_array(p_input, 'lax $.before[*][*]') || (p_input -> 'people')) with ordinality as r
)) as m
where m.lead_id is not null
);
end if;
perform lead_sync.make_states(p_adapter, v_ids);
update lead_sync.lead_states as s set due_at = 'epoch' where s.lead_id = any (v_ids);
end
$$;
-- preview/preview_run.sql
create or replace function lead_sync.preview_run(p_direction text, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
return public.start_sync_run(p_direction, 'delta', 'manual', p_options - 'mapping') -> 'run';
end
$$;
-- preview/preview_start.sql
create or replace function lead_sync.preview_start(p_adapter text, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_counts jsonb;
begin
execute lead_sync.rows_sql(p_adapter, $sql$
select jsonb_build_object('leads', count(*), 'linked', count(l.twenty_id)) from {table} as l where l.deleted_at is null
$sql$) into v_counts;
if p_adapter = 'lead' then
v_counts := v_counts || jsonb_build_object('merges', lead_sync.count_merges(), 'asks_above', (
select jsonb_build_object('deletions', s.approve_deletions, 'changes', s.approve_changes) from lead_sync.settings as s
));
end if;
if exists (select from lead_sync.objects as o where o.adapter = p_adapter and o.of_lead) then
v_counts := v_counts || jsonb_build_object('waits_for_lead', lead_sync.preview_waiting(p_adapter, p_options ->> 'object'));
end if;
return public.start_sync_run('twenty_to_supabase', coalesce(p_options ->> 'mode', 'delta'), 'manual', p_options - 'mapping') || v_counts;
end
$$;
-- preview/preview_sync.sql
create or replace function public.preview_sync(p_step text, p_input jsonb default '{}', p_options jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_answer jsonb;
v_object text := p_options ->> 'object';
v_adapter text := lead_sync.adapter_of(v_object);
begin
if p_step is null or p_step not in ('start', 'pull', 'due', 'push') then
raise exception 'p_step must be start, pull, due or push, got %', p_step using errcode = '22023';
end if;
begin
perform set_config('lead_sync.preview', 'on', true);
perform lead_sync.preview_mapping(p_options -> 'mapping');
update public.lead_sync_runs as r set status = 'stopped', finished_at = clock_timestamp() where r.status = 'running';
update lead_sync.settings as s set approve_deletions = null, approve_changes = null where p_step <> 'start' and coalesce(s.approve_deletions, s.approve_changes) is not null;
if v_adapter <> 'lead' then
perform lead_sync.preview_rows(v_object, v_adapter, p_step, p_input);
end if;
v_answer := case p_step
when 'start' then lead_sync.preview_start(v_adapter, p_options)
when 'pull' then lead_sync.preview_pull(v_adapter, p_input, p_options)
when 'due' then lead_sync.preview_due(v_adapter, p_input)
when 'push' then lead_sync.preview_push(v_adapter, p_input, p_options)
end;
raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
exception when sqlstate 'LSPRV' then
null;
end;
return case when p_step in ('pull', 'push') then lead_sync.compare_with_before(v_adapter, v_answer) else v_answer end;
end
$$;
-- preview/preview_values.sql
create or replace function lead_sync.preview_values(p_values jsonb, p_fields jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, e.value), '{}')
from jsonb_each(jsonb_strip_nulls(p_values)) as e
where e.key in ('first_name', 'last_name', 'email', 'company_name', 'name') or p_fields ? e.key
$$;
-- preview/preview_waiting.sql
create or replace function lead_sync.preview_waiting(p_adapter text, p_object text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_ids uuid[];
begin
if not lead_sync.rules(p_object) @> '[{"field": "contact_id"}]' then
return '{}';
end if;
execute lead_sync.rows_sql(p_adapter, $sql$
select array_agg(l.id) from {table} as l where l.lead_id is not null and l.deleted_at is null and l.sync_status in ('pending', 'syncing')
$sql$) into v_ids;
return (
select jsonb_build_object('due', count(*) filter (where s.due_at is not null), 'not_due', count(*) filter (where s.due_at is null))
from jsonb_each_text(lead_sync.rows_without_person(p_adapter, v_ids)) as w left join lead_sync.lead_states as s on s.lead_id = w.value::uuid
);
end
$$;
-- preview/previewed_answers.sql
create or replace function lead_sync.previewed_answers(p_run jsonb, p_after bigint) returns jsonb
language sql stable set search_path = '' as $$
with taken as materialized (
select h.fields_changed as fields
from public.lead_sync_history as h
where h.id > p_after and h.run_id = (p_run ->> 'id')::uuid and h.sync_direction = 'twenty_to_supabase'
)
select jsonb_build_object('updated', (select count(*) from taken), 'fields', coalesce((
select jsonb_object_agg(f.field, f.count)
from (select f as field, count(*) as count from taken as t cross join unnest(t.fields) as f group by 1) as f
), '{}'))
$$;
-- preview/previewed_conflicts.sql
create or replace function lead_sync.previewed_conflicts(p_adapter text, p_run jsonb, p_silent jsonb, p_examples integer) returns jsonb
language sql stable set search_path = '' as $$
with conflict as materialized (
select c.*
from public.lead_sync_conflicts as c
where c.run_id = (p_run ->> 'id')::uuid and c.lead_id <> all (array(
select l.value::uuid from jsonb_each_text(lead_sync.linked_rows(p_adapter, array(select i::uuid from jsonb_array_elements_text(p_silent) as i))) as l
))
)
select jsonb_build_object(
'counts', coalesce((
select jsonb_object_agg(f.field, f.winners)
from (
select w.field, jsonb_object_agg(w.winner, w.count) as winners
from (select c.field, c.winner, count(*) as count from conflict as c group by 1, 2) as w
group by 1
) as f
), '{}'),
'examples', coalesce((
select jsonb_agg(jsonb_build_object(
'kind', 'conflict', 'side', 'both', 'lead_id', c.lead_id, 'fields', jsonb_build_array(c.field), 'winner', c.winner, 'reason', c.reason,
'supabase', jsonb_build_object(c.field, c.supabase_value), 'twenty', jsonb_build_object(c.field, c.twenty_value)
))
from (select * from conflict order by id limit p_examples) as c
), '[]')
)
$$;
-- preview/previewed_merge.sql
create or replace function lead_sync.previewed_merge(p_adapter text, p_results jsonb, p_people jsonb, p_silent jsonb, p_examples integer) returns jsonb
language sql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
with result as materialized (
select
(r ->> 'index')::integer as index, r -> 'lead_id' as lead_id, r -> 'twenty_id' as twenty_id, r -> 'fields' as fields, r ->> 'reason' as reason,
coalesce((r ->> 'linked')::boolean, false) as linked, r ->> 'result' as result, r ->> 'joined' as joined,
case
when r ->> 'result' in ('rejected', 'held', 'stale', 'created') then r ->> 'result'
when r ->> 'joined' is not null then 'joined'
when r -> 'fields' ? 'deleted' then case
when p_people -> (r ->> 'index')::integer ->> 'twenty_deleted_at' is null and not p_people -> (r ->> 'index')::integer ? 'absent' then 'restored' else 'deleted'
end
when (r ->> 'linked')::boolean then 'linked'
when r -> 'fields' <> '[]' then 'updated'
else 'unchanged'
end as kind
from jsonb_array_elements(p_results) as r
where r ->> 'index' is not null and not coalesce(p_silent ? (r ->> 'twenty_id'), false)
),
ranked as (
select r.*, row_number() over (partition by r.kind order by r.index) as place from result as r where r.kind <> 'unchanged'
)
select jsonb_build_object(
'counts', coalesce((
select jsonb_object_agg(c.kind, c.count) from (select r.kind, count(*) as count from result as r where r.kind not in ('linked', 'unchanged') group by 1) as c
), '{}')
|| jsonb_build_object(
'fields', coalesce((
select jsonb_object_agg(f.field, f.count)
from (
select f as field, count(*) as count from result as r cross join jsonb_array_elements_text(r.fields) as f where r.result <> 'created' group by 1
) as f
), '{}'),
'left_out', coalesce((
select jsonb_object_agg(x.reason, x.count)
from (select split_part(r.reason, ':', 1) as reason, count(*) as count from result as r where r.kind in ('rejected', 'held') or (r.lead_id = 'null' and not p_people -> r.index ? 'absent') group by 1) as x
), '{}')
),
'linked', coalesce((
select jsonb_agg(jsonb_build_array(r.lead_id, r.twenty_id, p_people -> r.index -> 'email')) from result as r where r.linked
), '[]'),
'touched', coalesce((
select jsonb_agg(jsonb_build_array(r.lead_id, r.twenty_id)) from result as r where r.lead_id <> 'null' and r.result not in ('created', 'rejected', 'stale')
), '[]'),
'examples', coalesce((
select jsonb_agg(jsonb_build_object(
'kind', r.kind, 'side', 'supabase', 'lead_id', r.lead_id, 'twenty_id', r.twenty_id, 'fields', r.fields, 'reason', r.reason,
'twenty', lead_sync.preview_values(
case p_adapter when 'lead' then lead_sync.stated_values(p_people -> r.index) else lead_sync.stated_row(p_adapter, p_people -> r.index) end, r.fields
)
) order by r.index)
from ranked as r where r.place <= p_examples
), '[]')
)
$$;
-- preview/previewed_plan.sql
create or replace function lead_sync.previewed_plan(p_adapter text, p_lead_ids uuid[], p_writes jsonb, p_examples integer) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_told jsonb;
begin
execute lead_sync.rows_sql(p_adapter, $sql$
with write as materialized (
select
(w ->> 'lead_id')::uuid as lead_id, w ->> 'op' as op, w -> 'twenty_id' as twenty_id, w -> 'twenty_record' as record,
(w -> 'values' ->> 'email' is null and w -> 'values' ? 'email' and {email} is not null) as blanks,
array(select k from jsonb_object_keys(case $4 when 'lead' then lead_sync.stated_values(w -> 'values') else w -> 'values' end) as k) as fields,
{values} as local, s.base_remote as remote, s.intent -> 'left_out' as left_out
from jsonb_array_elements($2) as w
join {table} as l on l.id = (w ->> 'lead_id')::uuid
join lead_sync.lead_states as s on s.lead_id = l.id
),
other as materialized (
select l.id as lead_id, l.twenty_id, l.sync_status, l.sync_error_message as reason, s.error_category as category, s.held_by, s.due_at
from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.id = any ($1) and not exists (select from write as w where w.lead_id = l.id)
),
example as (
select
jsonb_build_object(
'kind', case w.op when 'create' then 'created' when 'update' then 'updated' when 'delete' then 'deleted' else 'restored' end, 'side', 'twenty',
'lead_id', w.lead_id, 'twenty_id', w.twenty_id, 'fields', to_jsonb(w.fields),
'supabase', lead_sync.preview_values(w.local, to_jsonb(w.fields)), 'twenty', lead_sync.preview_values(w.remote, to_jsonb(w.fields))
) as example,
row_number() over (partition by w.op order by w.lead_id) as place
from write as w
where not w.blanks
union all
select
jsonb_build_object('kind', 'held', 'side', 'twenty', 'lead_id', o.lead_id, 'twenty_id', o.twenty_id, 'fields', case $4 when 'lead' then '["email"]' else '[]' end::jsonb, 'reason', o.reason),
row_number() over (order by o.lead_id)
from other as o
where o.sync_status = 'error'
)
select jsonb_build_object(
'pushed', coalesce((
select jsonb_object_agg(case c.op when 'create' then 'created' when 'update' then 'updated' when 'delete' then 'deleted' else 'restored' end, c.count)
from (select w.op, count(*) as count from write as w where not w.blanks group by 1) as c
), '{}') || jsonb_build_object(
'fields', coalesce((
select jsonb_object_agg(f.field, f.count)
from (select f as field, count(*) as count from write as w cross join unnest(w.fields) as f where w.op in ('update', 'restore') and not w.blanks group by 1) as f
), '{}'),
'left_out', coalesce((
select jsonb_object_agg(f.field, f.count)
from (select f as field, count(*) as count from write as w cross join jsonb_object_keys(w.left_out) as f group by 1) as f
), '{}'),
'later', (select count(*) from other as o where o.sync_status <> 'error' and o.due_at > clock_timestamp())
),
'held', coalesce((
select jsonb_agg(jsonb_build_array(o.lead_id, coalesce(o.category, 'error'), o.held_by, o.twenty_id)) from other as o where o.sync_status = 'error'
), '[]'),
'blanks', coalesce((select jsonb_agg(w.lead_id) from write as w where w.blanks), '[]'),
'again', coalesce((select jsonb_agg(o.lead_id) from other as o where o.sync_status <> 'error' and o.due_at <= clock_timestamp()), '[]'),
'examples', coalesce((select jsonb_agg(e.example) from example as e where e.place <= $3), '[]')
)
$sql$) into v_told using p_lead_ids, p_writes, p_examples, p_adapter;
return v_told;
end
$$;
-- values/indexes.sql
create index if not exists leads_additional_emails_idx on public.leads using gin (lead_sync.email_keys(additional_emails)) where additional_emails <> '{}';
create index if not exists leads_phones_idx on public.leads using gin (lead_sync.phone_keys(array_append(additional_phones, phone))) with (fastupdate = off)
where phone is not null or additional_phones <> '{}';
-- snapshots/indexes.sql
create index if not exists lead_states_id_in_twenty_idx on lead_sync.lead_states (lead_sync.id_in_twenty(lead_id)) where lead_id::text !~ '^.{14}[1-5].{4}[89ab]';
-- joins/indexes.sql
create index if not exists lead_states_gone_address_idx on lead_sync.lead_states (lead_sync.email_key(base_remote ->> 'email')) where gone;
-- console/indexes.sql
create index if not exists leads_name_idx on public.leads (
(lower(left(first_name || coalesce(' ' || last_name, ''), 80)) collate "C"), id
) where first_name is not null;
create index if not exists leads_last_name_idx on public.leads ((lower(left(last_name, 80)) collate "C"), id) where last_name is not null;
create index if not exists audit_log_lead_idx on lead_sync.audit_log ((subject ->> 'lead_id'), id) where subject ? 'lead_id';
-- monitoring/lead_analytics.sql
create or replace view public.lead_analytics with (security_invoker = on) as
select
(l.created_at at time zone 'utc')::date as date,
count(*) as total_leads,
count(l.twenty_id) as synced_to_twenty,
count(*) filter (where l.sync_status = 'error') as with_errors,
count(distinct l.lead_source) as sources,
round(avg(l.lead_score), 1) as average_score
from public.leads as l
group by 1
order by 1 desc;
comment on view public.lead_analytics is 'Leads per day (UTC) on which they came in; synced_to_twenty: those that have a person in Twenty';
-- monitoring/lead_sync_daily_summary.sql
create materialized view if not exists public.lead_sync_daily_summary as
select d.sync_date, d.sync_direction, d.sync_status, d.sync_count, d.unique_leads from lead_sync.daily_activity as d;
create unique index if not exists lead_sync_daily_summary_key on public.lead_sync_daily_summary (sync_date, sync_direction, sync_status);
comment on materialized view public.lead_sync_daily_summary is 'History per day (UTC), archived days included; refresh_daily_summary() brings it up to date';
-- monitoring/lead_sync_health_dashboard.sql
create or replace view public.lead_sync_health_dashboard with (security_invoker = on) as
select
f.*,
case
when f.error_leads > 10 or f.sync_success_rate < 90 then 'critical'
when f.error_leads > 5 or f.sync_success_rate < 95 then 'warning'
else 'healthy'
end as overall_health
from (
select
l.total_leads, l.synced_leads, l.pending_leads, l.error_leads, l.recently_synced, h.sync_success_rate, h.median_sync_time_seconds,
l.leads_with_errors, l.total_errors, e.last_error_time
from (
select
count(*) as total_leads,
count(*) filter (where sync_status = 'synced') as synced_leads,
count(*) filter (where sync_status = 'pending') as pending_leads,
count(*) filter (where sync_status = 'error') as error_leads,
count(*) filter (where last_synced_at > now() - interval '1 hour') as recently_synced,
count(*) filter (where sync_error_count > 0) as leads_with_errors,
coalesce(sum(sync_error_count), 0) as total_errors
from public.leads
) as l
cross join (
select
round(100.0 * count(*) filter (where sync_status = 'synced') / nullif(count(*), 0), 2) as sync_success_rate,
round((
percentile_cont(0.5) within group (order by extract(epoch from synced_at - created_at)) filter (where sync_status = 'synced' and lead_id is not null)
)::numeric, 2) as median_sync_time_seconds
from public.lead_sync_history
where synced_at > now() - interval '24 hours' and sync_type <> 'intake'
) as h
cross join (
select max(synced_at) as last_error_time from public.lead_sync_history where sync_status = 'error'
) as e
) as f;
comment on view public.lead_sync_health_dashboard is
'One row. Success rate (percent) and median time from due to settled are of the last 24 hours, recently_synced of the last hour';
-- monitoring/lead_sync_queue.sql
create or replace view public.lead_sync_queue with (security_invoker = on) as
select
l.id as lead_id, nullif(concat_ws(' ', l.first_name, l.last_name), '') as lead_name, l.email, l.company_name, l.sync_status, l.sync_direction,
s.due_since, s.due_at as next_attempt_at, s.claim_token is not null as claimed, now() - s.due_since as waiting, l.sync_error_count as attempts,
l.sync_error_message as last_error
from lead_sync.lead_states as s
join public.leads as l on l.id = s.lead_id
where s.due_at is not null and s.adapter = 'lead'
order by s.due_at, s.lead_id;
comment on view public.lead_sync_queue is 'Leads that the push still has to look at, in its order; dead letters and held leads are not among them';
-- monitoring/real_time_sync_activity.sql
create or replace view public.real_time_sync_activity with (security_invoker = on) as
select
h.id, h.synced_at, h.sync_type, h.sync_direction, h.sync_status, h.fields_changed, nullif(concat_ws(' ', l.first_name, l.last_name), '') as lead_name,
l.email, l.company_name, g.segment_name, h.lead_id, h.error_message
from (
select * from public.lead_sync_history as newest order by newest.synced_at desc, newest.id desc limit 100
) as h
left join public.leads as l on l.id = h.lead_id
left join public.customer_segments as g on g.id = l.segment_id
order by h.synced_at desc, h.id desc;
comment on view public.real_time_sync_activity is 'The 100 newest rows of history with their leads; a run''s own row has no lead';
-- monitoring/sync_error_analysis.sql
create or replace view public.sync_error_analysis with (security_invoker = on) as
select
lead_sync.error_group(h.error_message) as category, h.error_message, count(*) as error_count, count(distinct h.lead_id) as affected_leads,
min(h.synced_at) as first_seen, max(h.synced_at) as last_seen, round(100 * count(*) / sum(count(*)) over (), 2) as percentage
from public.lead_sync_history as h
where h.sync_status = 'error' and h.synced_at > now() - interval '7 days'
group by 1, 2
order by error_count desc, last_seen desc;
comment on view public.sync_error_analysis is 'Failures of the last 7 days by category and message, the most frequent first';
-- monitoring/sync_monitoring.sql
create or replace view public.sync_monitoring with (security_invoker = on) as
select l.sync_status, count(*) as count
from public.leads as l
group by l.sync_status;
comment on view public.sync_monitoring is 'How many leads are in each sync status';
-- audit/triggers.sql
create or replace trigger field_mappings_audit after insert or update or delete on lead_sync.field_mappings
for each row execute function lead_sync.note_setting('{object,lead_field}', '{missing_since,base_since,place_since,changed_at}');
create or replace trigger settings_audit after update on lead_sync.settings for each row execute function lead_sync.note_setting('{}', '{}');
create or replace trigger alert_rules_audit after insert or update or delete on lead_sync.alert_rules
for each row execute function lead_sync.note_setting('{alert}', '{}');
create or replace trigger customer_segments_audit after insert or update or delete on public.customer_segments
for each row execute function lead_sync.note_setting('{segment_name}', '{}');
create or replace trigger follow_up_rules_audit after insert or update or delete on public.follow_up_rules
for each row execute function lead_sync.note_setting('{rule_key}', '{}');
create or replace trigger sales_reps_audit after insert or update or delete on public.sales_reps
for each row execute function lead_sync.note_setting('{member_id}', '{credit}');
create or replace trigger assignment_settings_audit after update on lead_sync.assignment_settings for each row execute function lead_sync.note_setting('{}', '{}');
create or replace trigger lead_scoring_rules_audit after insert or update or delete on public.lead_scoring_rules
for each row execute function lead_sync.note_setting('{rule_key}', '{updated_at}');
create or replace trigger lead_scoring_groups_audit after insert or update or delete on public.lead_scoring_groups
for each row execute function lead_sync.note_setting('{rule_group}', '{}');
-- objects/triggers.sql
create or replace trigger leads_forget after delete on public.leads
referencing old table as old_rows for each statement execute function lead_sync.forget_rows('lead');
create or replace trigger leads_forget_all after truncate on public.leads
for each statement execute function lead_sync.forget_rows('lead');
create or replace trigger leads_follow_inserted after insert on public.leads
referencing new table as new_leads for each statement execute function lead_sync.follow_leads();
create or replace trigger leads_follow_updated after update on public.leads
referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.follow_leads();
create or replace trigger leads_keep_contact before delete on public.leads
for each row execute function lead_sync.keep_contact();
-- mappings/triggers.sql
create or replace trigger field_mappings_note_change before insert or update on lead_sync.field_mappings
for each row execute function lead_sync.note_mapping_change();
create or replace trigger field_mappings_send_translated after update of translations on lead_sync.field_mappings
for each row when (new.translations is not null and new.translations is distinct from old.translations) execute function lead_sync.send_translated();
-- changes/triggers.sql
create or replace trigger leads_note_write before insert or update on public.leads
for each row when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.note_lead_write();
create or replace trigger leads_note_inserted after insert on public.leads
referencing new table as new_leads for each statement execute function lead_sync.note_leads_inserted();
-- touches/triggers.sql
create or replace trigger lead_touches_without_lead before update of lead_id on public.lead_touches
for each row when (new.lead_id is null) execute function lead_sync.note_touch_without_lead();
-- sources/triggers.sql
create or replace trigger source_rows_forget before update on lead_sync.source_rows
for each row when (new.lead_id is null and old.lead_id is not null) execute function lead_sync.forget_source_values();
-- duplicates/triggers.sql
create or replace trigger duplicate_marks_drop_keys after delete on lead_sync.duplicate_marks
referencing old table as old_marks for each statement execute function lead_sync.drop_duplicate_keys();
-- instant_push/triggers.sql
create or replace trigger leads_wish_for_push_inserted after insert on public.leads
referencing new table as new_leads for each statement execute function lead_sync.wish_for_push();
create or replace trigger leads_wish_for_push_updated after update on public.leads
referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.wish_for_push();
drop trigger if exists push_wishes_call on lead_sync.push_wishes;
create constraint trigger push_wishes_call after insert on lead_sync.push_wishes
deferrable initially deferred for each row execute function lead_sync.call_for_push();
-- enrichment/triggers.sql
create or replace trigger country_names_note after insert or update or delete or truncate on public.country_names
for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger phone_prefixes_note after insert or update or delete or truncate on public.phone_prefixes
for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger free_email_domains_note after insert or update or delete or truncate on public.free_email_domains
for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger company_size_bands_note after insert or update or delete or truncate on public.company_size_bands
for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger geo_income_tiers_note after insert or update or delete or truncate on public.geo_income_tiers
for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger settings_note_size_scheme after update of company_size_scheme on lead_sync.settings
for each statement execute function lead_sync.note_enrichment_change();
-- filters/triggers.sql
create or replace trigger lead_filters_check before insert or update on lead_sync.lead_filters
for each row execute function lead_sync.check_filter();
create or replace trigger lead_filters_compile after insert or update or delete on lead_sync.lead_filters
for each row execute function lead_sync.compile_changed_filter();
create or replace trigger lead_filters_audit after insert or update or delete on lead_sync.lead_filters
for each row execute function lead_sync.note_setting('{direction}', '{changed_at}');
-- scoring/triggers.sql
create or replace trigger lead_scoring_rules_check before insert or update on public.lead_scoring_rules
for each row execute function lead_sync.check_scoring_rule();
create or replace trigger lead_scoring_rules_compile after insert or update or delete or truncate on public.lead_scoring_rules
for each statement execute function lead_sync.compile_draft();
create or replace trigger lead_scoring_groups_compile after insert or update or delete or truncate on public.lead_scoring_groups
for each statement execute function lead_sync.compile_draft();
create or replace trigger lead_scoring_versions_refuse_edit before update or delete on public.lead_scoring_versions
for each row execute function lead_sync.refuse_version_edit();
create or replace trigger leads_as_chosen before update of segment_id, segment_source on public.leads
for each row when (pg_catalog.current_setting('lead_sync.engine', true) is distinct from 'on') execute function lead_sync.note_chosen_segment();
create or replace trigger leads_assess before insert or update of
first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
lead_status, attributes, created_at, deleted_at, lead_score, score_breakdown, segment_id, segment_source, segment_confidence on public.leads
for each row when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.assess_written_lead();
create or replace trigger leads_queue_inserted after insert on public.leads
referencing new table as new_leads for each statement
when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.queue_scored_inserts();
create or replace trigger leads_queue_updated after update of
first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
lead_status, attributes, created_at, deleted_at on public.leads
for each row when (
pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on'
and new.sync_status = 'pending' and (new.lead_score is distinct from old.lead_score or new.segment_id is distinct from old.segment_id)
) execute function lead_sync.queue_scored_update();
-- segments/triggers.sql
create or replace trigger customer_segments_check before insert or update on public.customer_segments
for each row execute function lead_sync.check_segment();
create or replace trigger customer_segments_compile after insert or delete or truncate on public.customer_segments
for each statement execute function lead_sync.compile_segments();
create or replace trigger customer_segments_compile_updated after update on public.customer_segments
referencing old table as old_segments new table as new_segments for each statement execute function lead_sync.compile_segments();
create or replace trigger customer_segments_queue_renamed after update of segment_name on public.customer_segments
for each row when (new.segment_name is distinct from old.segment_name) execute function lead_sync.queue_renamed_segment();
-- assignment/triggers.sql
create or replace trigger sales_reps_check before insert or update on public.sales_reps
for each row execute function lead_sync.check_sales_rep();
create or replace trigger sales_reps_wait before insert or update of conditions, active or delete or truncate on public.sales_reps
for each statement execute function lead_sync.wait_for_assignment();
create or replace trigger sales_reps_compile after insert or update of conditions, active or delete or truncate on public.sales_reps
for each statement execute function lead_sync.compile_sales_reps();
create or replace trigger lead_touches_note_arrivals after insert on public.lead_touches
referencing new table as new_touches for each statement execute function lead_sync.note_arrivals();
create or replace trigger lead_touches_hand_over_assignment after update of lead_id on public.lead_touches
for each row when (new.lead_id is distinct from old.lead_id and new.lead_id is not null) execute function lead_sync.hand_over_assignment();
-- companies/triggers.sql
create or replace trigger lead_companies_bare_domain before insert or update of domain on public.lead_companies
for each row when (new.domain is not null) execute function lead_sync.bare_company_domain();
select lead_sync.watch_rows('company');
-- opportunities/triggers.sql
select lead_sync.watch_rows('opportunity');
create or replace trigger opportunities_note_stages_inserted after insert on public.opportunities
referencing new table as new_rows for each statement execute function lead_sync.note_stages();
create or replace trigger opportunities_note_stages_updated after update on public.opportunities
referencing old table as old_rows new table as new_rows for each statement execute function lead_sync.note_stages();
-- activities/triggers.sql
create or replace trigger activity_settings_erase after update of texts on lead_sync.activity_settings
for each row when (new.texts <> 'body') execute function lead_sync.erase_activity_texts();
create or replace trigger opportunities_note_activity_inserted after insert on public.opportunities
referencing new table as new_rows for each statement execute function lead_sync.note_deal_activity();
create or replace trigger opportunities_note_activity_updated after update on public.opportunities
referencing old table as old_rows new table as new_rows for each statement execute function lead_sync.note_deal_activity();
-- attribution/triggers.sql
create or replace trigger opportunities_note_score after insert or update of lead_id on public.opportunities
for each row when (new.lead_id is not null and new.created_at > now() - interval '1 day') execute function lead_sync.note_deal_score();
create or replace trigger leads_note_qualified after update of lead_status on public.leads
for each row when (new.lead_status is distinct from old.lead_status) execute function lead_sync.note_qualified();
create or replace trigger leads_note_qualified_insert after insert on public.leads
for each row when (new.lead_status is not null and new.twenty_id is null) execute function lead_sync.note_qualified();
-- events/triggers.sql
create or replace trigger leads_note_events_inserted after insert on public.leads
referencing new table as new_leads for each statement execute function lead_sync.note_lead_events();
create or replace trigger leads_note_events_updated after update on public.leads
referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_lead_events();
create or replace trigger lead_sync_conflicts_note_event after insert on public.lead_sync_conflicts
for each row execute function lead_sync.note_other_events('conflicted');
create or replace trigger lead_assignments_note_event after update of member_id on public.lead_assignments
for each row when (new.member_id is not null and new.member_id is distinct from old.member_id) execute function lead_sync.note_other_events('assigned');
create or replace trigger alert_states_note_event after update of state on lead_sync.alert_states
for each row when (new.state = 'firing' and old.state <> 'firing') execute function lead_sync.note_other_events('alert_fired');
-- rollups/triggers.sql
create or replace trigger lead_sync_history_note after insert on public.lead_sync_history
referencing new table as new_entries for each statement execute function lead_sync.note_history();
create or replace trigger leads_count_inserted after insert on public.leads
referencing new table as changed_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_updated after update on public.leads
referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_deleted after delete on public.leads
referencing old table as changed_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_truncated after truncate on public.leads
for each statement execute function lead_sync.note_lead_counts();
-- mappings/rows.sql
insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind, direction, enabled)
select v.object, v.lead_field, v.twenty_field, v.kind, v.direction, v.enabled
from (values
('person', 'deleted', null::text, 'boolean', 'both', true, 1),
('person', 'first_name', 'name.firstName', 'text', 'both', true, 1),
('person', 'last_name', 'name.lastName', 'text', 'both', true, 1),
('person', 'email', 'emails.primaryEmail', 'email', 'both', true, 1),
('person', 'additional_emails', 'emails.additionalEmails', 'list', 'both', true, 2),
('person', 'phone', 'phones.primaryPhoneNumber', 'phone', 'both', true, 1),
('person', 'additional_phones', 'phones.additionalPhones', 'list', 'both', true, 2),
('person', 'job_title', 'jobTitle', 'text', 'both', true, 1),
('person', 'linkedin_url', 'linkedinLink.primaryLinkUrl', 'link', 'both', true, 1),
('person', 'company_name', 'company.name', 'text', 'both', true, 1),
('person', 'company_domain', 'company.domainName.primaryLinkUrl', 'domain', 'both', true, 1),
('person', 'city', 'city', 'text', 'both', true, 1),
('person', 'region', 'region', 'text', 'both', true, 1),
('person', 'postal_code', 'postalCode', 'text', 'both', true, 1),
('person', 'country', 'country', 'text', 'both', true, 1),
('person', 'lead_source', 'leadSource', 'text', 'both', true, 1),
('person', 'lead_status', 'leadStatus', 'text', 'both', true, 1),
('person', 'lead_score', 'leadScore', 'number', 'to_twenty', true, 1),
('person', 'segment', 'leadSegment', 'text', 'to_twenty', true, 1),
('person', 'company_size', 'company.employees', 'text', 'to_supabase', false, 1),
('lead', 'deleted', null, 'boolean', 'both', true, 1),
('lead', 'first_name', 'name', 'text', 'both', true, 1),
('lead', 'last_name', 'lastName', 'text', 'both', true, 1),
('lead', 'email', 'emails.primaryEmail', 'email', 'both', true, 1),
('lead', 'additional_emails', 'emails.additionalEmails', 'list', 'both', true, 2),
('lead', 'phone', 'phones.primaryPhoneNumber', 'phone', 'both', true, 1),
('lead', 'additional_phones', 'phones.additionalPhones', 'list', 'both', true, 2),
('lead', 'job_title', 'jobTitle', 'text', 'both', true, 1),
('lead', 'linkedin_url', 'linkedinLink.primaryLinkUrl', 'link', 'both', true, 1),
('lead', 'company_name', 'companyName', 'text', 'both', true, 1),
('lead', 'company_domain', 'companyDomain.primaryLinkUrl', 'domain', 'both', true, 1),
('lead', 'city', 'city', 'text', 'both', true, 1),
('lead', 'region', 'region', 'text', 'both', true, 1),
('lead', 'postal_code', 'postalCode', 'text', 'both', true, 1),
('lead', 'country', 'country', 'text', 'both', true, 1),
('lead', 'lead_source', 'leadSource', 'text', 'both', true, 1),
('lead', 'lead_status', 'leadStatus', 'text', 'both', true, 1),
('lead', 'lead_score', 'leadScore', 'number', 'to_twenty', true, 1),
('lead', 'segment', 'leadSegment', 'text', 'to_twenty', true, 1),
('opportunity', 'deleted', null, 'boolean', 'both', true, 2),
('opportunity', 'name', 'name', 'text', 'both', true, 2),
('opportunity', 'amount', 'amount', 'money', 'both', true, 2),
('opportunity', 'stage', 'stage', 'option', 'both', true, 2),
('opportunity', 'close_date', 'closeDate', 'time', 'both', true, 2),
('opportunity', 'contact_id', 'pointOfContactId', 'reference', 'both', true, 2),
('opportunity', 'company_id', 'companyId', 'reference', 'both', true, 2),
('opportunity', 'owner_id', 'ownerId', 'reference', 'both', true, 2),
('company', 'deleted', null, 'boolean', 'both', true, 2),
('company', 'name', 'name', 'text', 'both', true, 2),
('company', 'domain', 'domainName.primaryLinkUrl', 'domain', 'both', true, 2),
('company', 'linkedin_url', 'linkedinLink.primaryLinkUrl', 'link', 'both', true, 2),
('company', 'employees', 'employees', 'number', 'both', false, 2),
('company', 'annual_revenue', 'annualRevenue', 'money', 'both', true, 2)
) as v (object, lead_field, twenty_field, kind, direction, enabled, since)
where v.since > lead_sync.schema_version()
on conflict do nothing;
-- hosts/rows.sql
insert into public.shared_hosts (host, kind)
select unnest(regexp_split_to_array(btrim(k.hosts, e' \n'), '\s+')), k.kind
from (values
('social', '
facebook.com fb.com fb.me m.me messenger.com instagram.com threads.net threads.com linkedin.com lnkd.in xing.com x.com twitter.com t.co tiktok.com
youtube.com youtu.be pinterest.com snapchat.com reddit.com tumblr.com vk.com ok.ru weibo.com wechat.com whatsapp.com wa.me telegram.me telegram.org
t.me discord.com discord.gg line.me kakao.com medium.com substack.com quora.com twitch.tv vimeo.com dailymotion.com flickr.com
behance.net dribbble.com github.com gitlab.com producthunt.com crunchbase.com angel.co wellfound.com meetup.com
eventbrite.com patreon.com soundcloud.com spotify.com bsky.app mastodon.social nextdoor.com clubhouse.com wikipedia.org
'),
('site_builder', '
wix.com wixsite.com editorx.io squarespace.com weebly.com wordpress.com blogspot.com blogger.com webflow.com webflow.io jimdo.com jimdosite.com
jimdofree.com ionos.space godaddysites.com sites.google.com business.site webnode.com strikingly.com carrd.co notion.site notion.so
framer.website framer.app github.io gitlab.io netlify.app vercel.app pages.dev herokuapp.com azurewebsites.net web.app firebaseapp.com myshopify.com
bigcartel.com tilda.ws ghost.io hubspotpagebuilder.com unbounce.com leadpages.co typeform.com jotform.com tally.so docs.google.com forms.gle
canva.site about.me glitch.me neocities.org tripod.com
'),
('short_link', '
bit.ly tinyurl.com goo.gl ow.ly buff.ly is.gd cutt.ly rebrand.ly t.ly rb.gy shorturl.at tiny.cc s.id linktr.ee linkin.bio lnk.bio beacons.ai bio.link
campsite.bio msha.ke g.page g.co maps.app.goo.gl maps.google.com
'),
('marketplace', '
amazon.com amazon.co.uk amazon.de amazon.fr amazon.it amazon.es amazon.ca amazon.in amazon.co.jp amazon.com.br amazon.com.mx amazon.nl amazon.ae
ebay.com ebay.co.uk ebay.de ebay.fr etsy.com alibaba.com aliexpress.com 1688.com made-in-china.com indiamart.com globalsources.com walmart.com
rakuten.co.jp mercadolibre.com mercadolivre.com.br allegro.pl bol.com otto.de kaufland.de zalando.de shopee.com lazada.com flipkart.com jumia.com
upwork.com fiverr.com freelancer.com malt.fr yelp.com tripadvisor.com trustpilot.com g2.com capterra.com booking.com airbnb.com ubereats.com
deliveroo.com doordash.com justdial.com yellowpages.com thumbtack.com houzz.com play.google.com apps.apple.com
')
) as k (kind, hosts)
where not exists (select from public.shared_hosts);
-- duplicates/rows.sql
insert into lead_sync.duplicate_search (only_row) values (true) on conflict do nothing;
-- forgetting/rows.sql
do $$
declare
v_key bytea := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex') || decode(repeat('00', 32), 'hex');
v_inner bytea := v_key;
v_outer bytea := v_key;
begin
for i in 0..63 loop
v_inner := set_byte(v_inner, i, get_byte(v_key, i) # 54);
v_outer := set_byte(v_outer, i, get_byte(v_key, i) # 92);
end loop;
insert into lead_sync.forgetting_key (inner_pad, outer_pad) values (v_inner, v_outer) on conflict do nothing;
end
$$;
-- runs/rows.sql
insert into public.lead_sync_history (sync_type, sync_direction, sync_status)
select 'manual', 'bidirectional', 'synced'
where not exists (select from public.lead_sync_history);
-- enrichment/rows.sql
do $$
begin
if not exists (select from public.phone_prefixes) then
insert into public.phone_prefixes (prefix, country)
select p.prefix, split_part(e.entry, ' ', 1)
from regexp_split_to_table('
AC 247, AD 376, AE 971, AF 93, AG 1268, AI 1264, AL 355, AM 374, AO 244, AR 54, AS 1684, AT 43, AU 61, AW 297, AZ 994, BA 387, BB 1246, BD 880, BE 32,
BF 226, BG 359, BH 973, BI 257, BJ 229, BM 1441, BN 673, BO 591, BR 55, BS 1242, BT 975, BW 267, BY 375, BZ 501,
CA 1204 1226 1236 1249 1250 1257 1263 1273 1289 1306 1343 1354 1365 1367 1368 1382 1403 1416 1418 1428 1431 1437 1438 1450 1468 1474 1506 1514 1519 1548 1579 1581 1584 1587 1600 1604 1613 1622 1633 1639 1647 1672 1683 1705 1709 1742 1753 1778 1780 1782 1807 1819 1825 1867 1873 1879 1902 1905 1942,
CD 243, CF 236, CG 242, CH 41, CI 225, CK 682, CL 56, CM 237, CN 86, CO 57, CR 506, CU 53, CV 238, CW 599, CY 357, CZ 420, DE 49, DJ 253, DK 45,
DM 1767, DO 1809 1829 1849, DZ 213, EC 593, EE 372, EG 20, ER 291, ES 34, ET 251, FI 358, FJ 679, FK 500, FM 691, FO 298, FR 33, GA 241, GB 44,
GD 1473, GE 995, GF 594, GH 233, GI 350, GL 299, GM 220, GN 224, GP 590, GQ 240, GR 30, GT 502, GU 1671, GW 245, GY 592, HK 852, HN 504, HR 385,
HT 509, HU 36, ID 62, IE 353, IL 972, IN 91, IO 246, IQ 964, IR 98, IS 354, IT 39, JM 1658 1876, JO 962, JP 81, KE 254, KG 996, KH 855, KI 686, KM 269,
KN 1869, KP 850, KR 82, KW 965, KY 1345, KZ 76 77, LA 856, LB 961, LC 1758, LI 423, LK 94, LR 231, LS 266, LT 370, LU 352, LV 371, LY 218, MA 212,
MC 377, MD 373, ME 382, MG 261, MH 692, MK 389, ML 223, MM 95, MN 976, MO 853, MP 1670, MQ 596, MR 222, MS 1664, MT 356, MU 230, MV 960, MW 265, MX 52,
MY 60, MZ 258, NA 264, NC 687, NE 227, NF 672, NG 234, NI 505, NL 31, NO 47, NP 977, NR 674, NU 683, NZ 64, OM 968, PA 507, PE 51, PF 689, PG 675,
PH 63, PK 92, PL 48, PM 508, PR 1787 1939, PS 970, PT 351, PW 680, PY 595, QA 974, RE 262, RO 40, RS 381, RU 7, RW 250, SA 966, SB 677, SC 248, SD 249,
SE 46, SG 65, SH 290, SI 386, SK 421, SL 232, SM 378, SN 221, SO 252, SR 597, SS 211, ST 239, SV 503, SX 1721, SY 963, SZ 268, TC 1649, TD 235, TG 228,
TH 66, TJ 992, TK 690, TL 670, TM 993, TN 216, TO 676, TR 90, TT 1868, TV 688, TW 886, TZ 255, UA 380, UG 256, US 1, UY 598, UZ 998, VC 1784, VE 58,
VG 1284, VI 1340, VN 84, VU 678, WF 681, WS 685, XK 383, YE 967, ZA 27, ZM 260, ZW 263
', '\s*,\s*') as c (raw)
cross join lateral (select btrim(c.raw, e' \n') as entry) as e
cross join lateral unnest((string_to_array(e.entry, ' '))[2:]) as p (prefix);
end if;
if not exists (select from public.country_names) then
insert into public.country_names (name, country)
select n.name, split_part(c.entry, '=', 1)
from (
select btrim(raw, e' \n') as entry from regexp_split_to_table('
AD=andorra|and; AE=united arab emirates|uae|emirates|are; AF=afghanistan|afg; AG=antigua & barbuda|antigua and barbuda|atg; AI=anguilla;
AL=albania|alb; AM=armenia|arm; AO=angola|ago; AQ=antarctica; AR=argentina|arg; AS=american samoa|asm; AT=austria|österreich|osterreich|aut;
AU=australia|aus; AW=aruba|abw; AX=åland islands|aland islands; AZ=azerbaijan|aze; BA=bosnia & herzegovina|bosnia and herzegovina|bih; BB=barbados|brb;
BD=bangladesh|bgd; BE=belgium|belgique|belgië|belgie|bel; BF=burkina faso|bfa; BG=bulgaria|bgr; BH=bahrain|bhr; BI=burundi|bdi; BJ=benin|ben;
BL=st. barthélemy|st. barthelemy|saint barthelemy; BM=bermuda|bmu; BN=brunei|brunei darussalam|brn; BO=bolivia|plurinational state of bolivia|bol;
BQ=caribbean netherlands; BR=brazil|brasil|bra; BS=bahamas|the bahamas|bhs; BT=bhutan|btn; BV=bouvet island; BW=botswana|bwa; BY=belarus|blr;
BZ=belize|blz; CA=canada|can; CC=cocos (keeling) islands; CD=congo - kinshasa|democratic republic of the congo|drc|congo (drc)|cod;
CF=central african republic|caf; CG=congo - brazzaville|republic of the congo|congo|cog; CH=switzerland|schweiz|suisse|svizzera|che;
CI=côte d’ivoire|cote d''ivoire|ivory coast|civ; CK=cook islands; CL=chile|chl; CM=cameroon|cmr; CN=china|people''s republic of china|prc|chn;
CO=colombia|col; CR=costa rica|cri; CU=cuba|cub; CV=cape verde|cpv; CW=curaçao|curacao|cuw; CX=christmas island; CY=cyprus|cyp;
CZ=czechia|czech republic|cze; DE=germany|deutschland|deu; DJ=djibouti|dji; DK=denmark|danmark|dnk; DM=dominica|dma; DO=dominican republic|dom;
DZ=algeria|dza; EC=ecuador|ecu; EE=estonia|est; EG=egypt|egy; EH=western sahara; ER=eritrea|eri; ES=spain|españa|espana|esp; ET=ethiopia|eth;
FI=finland|suomi|fin; FJ=fiji|fji; FK=falkland islands; FM=micronesia|fsm; FO=faroe islands|fro;
FR=france|république française|republique francaise|fra; GA=gabon|gab;
GB=united kingdom|uk|u.k|great britain|britain|england|scotland|wales|northern ireland|gbr; GD=grenada|grd; GE=georgia|geo; GF=french guiana;
GG=guernsey; GH=ghana|gha; GI=gibraltar|gib; GL=greenland|grl; GM=gambia|the gambia|gmb; GN=guinea|gin; GP=guadeloupe; GQ=equatorial guinea|gnq;
GR=greece|grc; GS=south georgia & south sandwich islands|south georgia and south sandwich islands; GT=guatemala|gtm; GU=guam|gum; GW=guinea-bissau|gnb;
GY=guyana|guy; HK=hong kong sar china|hong kong|hkg; HM=heard & mcdonald islands|heard and mcdonald islands; HN=honduras|hnd; HR=croatia|hrv;
HT=haiti|hti; HU=hungary|hun; ID=indonesia|idn; IE=ireland|irl; IL=israel|isr; IM=isle of man|imn; IN=india|bharat|ind;
IO=british indian ocean territory; IQ=iraq|irq; IR=iran|islamic republic of iran|irn; IS=iceland|isl; IT=italy|italia|ita; JE=jersey; JM=jamaica|jam;
JO=jordan|jor; JP=japan|nippon|jpn; KE=kenya|ken; KG=kyrgyzstan|kyrgyz republic|kgz; KH=cambodia|khm; KI=kiribati|kir; KM=comoros|com;
KN=st. kitts & nevis|st. kitts and nevis|saint kitts and nevis|kna; KP=north korea|democratic people''s republic of korea|prk;
KR=south korea|republic of korea|korea|kor; KW=kuwait|kwt; KY=cayman islands|cym; KZ=kazakhstan|kaz; LA=laos|lao pdr|lao; LB=lebanon|lbn;
LC=st. lucia|saint lucia|lca; LI=liechtenstein|lie; LK=sri lanka|lka; LR=liberia|lbr; LS=lesotho|lso; LT=lithuania|ltu; LU=luxembourg|lux;
LV=latvia|lva; LY=libya|lby; MA=morocco|mar; MC=monaco|mco; MD=moldova|republic of moldova|mda; ME=montenegro|mne; MF=st. martin|saint martin|maf;
MG=madagascar|mdg; MH=marshall islands|mhl; MK=north macedonia|macedonia|mkd; ML=mali|mli; MM=myanmar (burma)|myanmar|burma|mmr; MN=mongolia|mng;
MO=macao sar china|macau|macao|mac; MP=northern mariana islands|mnp; MQ=martinique; MR=mauritania|mrt; MS=montserrat; MT=malta|mlt; MU=mauritius|mus;
MV=maldives|mdv; MW=malawi|mwi; MX=mexico|méxico|mex; MY=malaysia|mys; MZ=mozambique|moz; NA=namibia|nam; NC=new caledonia|ncl; NE=niger|ner;
NF=norfolk island; NG=nigeria|nga; NI=nicaragua|nic; NL=netherlands|holland|the netherlands|nederland|nld; NO=norway|norge|nor; NP=nepal|npl;
NR=nauru|nru; NU=niue; NZ=new zealand|nzl; OM=oman|omn; PA=panama|pan; PE=peru|perú|per; PF=french polynesia|pyf; PG=papua new guinea|png;
PH=philippines|phl; PK=pakistan|pak; PL=poland|polska|pol; PM=st. pierre & miquelon|st. pierre and miquelon|saint pierre and miquelon;
PN=pitcairn islands; PR=puerto rico|pri; PS=palestinian territories|palestine|pse; PT=portugal|prt; PW=palau|plw; PY=paraguay|pry; QA=qatar|qat;
RE=réunion|reunion; RO=romania|rou; RS=serbia|srb; RU=russia|russian federation|rus; RW=rwanda|rwa; SA=saudi arabia|sau; SB=solomon islands|slb;
SC=seychelles|syc; SD=sudan|sdn; SE=sweden|sverige|swe; SG=singapore|republic of singapore|sgp; SH=st. helena|saint helena; SI=slovenia|svn;
SJ=svalbard & jan mayen|svalbard and jan mayen; SK=slovakia|slovak republic|svk; SL=sierra leone|sle; SM=san marino|smr; SN=senegal|sen;
SO=somalia|som; SR=suriname|sur; SS=south sudan|ssd; ST=são tomé & príncipe|sao tome & principe|são tomé and príncipe|sao tome and principe|stp;
SV=el salvador|slv; SX=sint maarten|sxm; SY=syria|syrian arab republic|syr; SZ=eswatini|swaziland|swz;
TC=turks & caicos islands|turks and caicos islands|tca; TD=chad|tcd; TF=french southern territories; TG=togo|tgo; TH=thailand|tha; TJ=tajikistan|tjk;
TK=tokelau; TL=timor-leste|east timor|tls; TM=turkmenistan|tkm; TN=tunisia|tun; TO=tonga|ton; TR=türkiye|turkiye|turkey|tur;
TT=trinidad & tobago|trinidad and tobago|tto; TV=tuvalu|tuv; TW=taiwan|republic of china|twn; TZ=tanzania|united republic of tanzania|tza;
UA=ukraine|ukr; UG=uganda|uga; UM=u.s. outlying islands; US=united states|usa|u.s.a|u.s|united states of america|america|the united states;
UY=uruguay|ury; UZ=uzbekistan|uzb; VA=vatican city|holy see; VC=st. vincent & grenadines|st. vincent and grenadines|saint vincent and grenadines|vct;
VE=venezuela|bolivarian republic of venezuela|ven; VG=british virgin islands|vgb; VI=u.s. virgin islands|vir; VN=vietnam|viet nam|vnm; VU=vanuatu|vut;
WF=wallis & futuna|wallis and futuna; WS=samoa|wsm; XK=kosovo|xkx; YE=yemen|yem; YT=mayotte; ZA=south africa|zaf; ZM=zambia|zmb; ZW=zimbabwe|zwe
', ';') as r (raw)
) as c
cross join lateral (
select unnest(string_to_array(split_part(c.entry, '=', 2), '|')) union select lower(split_part(c.entry, '=', 1))
) as n (name);
insert into public.country_names (country, name) values
('BO', 'bolivia (plurinational state of)'), ('BO', 'bolivia, plurinational state of'), ('BQ', 'bonaire, sint eustatius and saba'),
('CD', 'congo, democratic republic of the'), ('CD', 'congo, the democratic republic of the'), ('CD', 'congo (democratic republic of the)'),
('CV', 'cabo verde'), ('CZ', 'czechia'), ('FK', 'falkland islands (malvinas)'), ('FM', 'micronesia (federated states of)'),
('FM', 'micronesia, federated states of'), ('GB', 'united kingdom of great britain and northern ireland'), ('IR', 'iran (islamic republic of)'),
('IR', 'iran, islamic republic of'), ('KP', 'korea (democratic people''s republic of)'), ('KP', 'korea, democratic people''s republic of'),
('KR', 'korea, republic of'), ('KR', 'korea (republic of)'), ('KR', 'republic of korea'), ('LA', 'lao people''s democratic republic'),
('MD', 'moldova, republic of'), ('MD', 'moldova (republic of)'), ('MD', 'republic of moldova'), ('MF', 'saint martin (french part)'),
('NL', 'netherlands (kingdom of the)'), ('NL', 'netherlands, kingdom of the'), ('PS', 'palestine, state of'), ('PS', 'state of palestine'),
('RU', 'russian federation'), ('SH', 'saint helena, ascension and tristan da cunha'), ('SX', 'sint maarten (dutch part)'), ('SY', 'syrian arab republic'),
('SZ', 'eswatini'), ('TR', 'türkiye'), ('TW', 'taiwan (province of china)'), ('TW', 'taiwan, province of china'),
('TZ', 'tanzania, united republic of'), ('TZ', 'united republic of tanzania'), ('US', 'united states of america'), ('VA', 'holy see'),
('VE', 'venezuela (bolivarian republic of)'), ('VE', 'venezuela, bolivarian republic of'), ('VG', 'virgin islands (british)'),
('VG', 'virgin islands, british'), ('VI', 'virgin islands (u.s.)'), ('VI', 'virgin islands, u.s'), ('VN', 'viet nam')
on conflict do nothing;
end if;
if not exists (select from public.company_size_bands) then
insert into public.company_size_bands (scheme, from_employees, band) values
('linkedin', 1, '1'), ('linkedin', 2, '2-10'), ('linkedin', 11, '11-50'), ('linkedin', 51, '51-200'), ('linkedin', 201, '201-500'),
('linkedin', 501, '501-1000'), ('linkedin', 1001, '1001-5000'), ('linkedin', 5001, '5001-10000'), ('linkedin', 10001, '10001+'),
('eu', 0, 'micro'), ('eu', 10, 'small'), ('eu', 50, 'medium'), ('eu', 250, 'large');
end if;
if not exists (select from public.free_email_domains) then
insert into public.free_email_domains (domain)
select unnest(regexp_split_to_array(btrim('
gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.in yahoo.co.in yahoo.co.jp yahoo.com.br yahoo.ca
ymail.com rocketmail.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it outlook.com outlook.fr outlook.de outlook.es
live.com live.co.uk live.fr msn.com icloud.com me.com mac.com aol.com aim.com proton.me protonmail.com pm.me gmx.com gmx.de gmx.net gmx.at
gmx.ch web.de t-online.de freenet.de mail.com email.com mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com ya.ru rambler.ru qq.com 163.com
126.com sina.com foxmail.com naver.com daum.net hanmail.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it
alice.it tin.it uol.com.br bol.com.br terra.com.br rediffmail.com zoho.com zohomail.com fastmail.com hey.com tutanota.com tuta.io tuta.com
hushmail.com inbox.com btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net comcast.net verizon.net att.net sbcglobal.net
bellsouth.net cox.net charter.net earthlink.net optonline.net shaw.ca rogers.com sympatico.ca telus.net bigpond.com optusnet.com.au
xtra.co.nz wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz abv.bg ukr.net i.ua telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl
bluewin.ch sapo.pt mynet.com
', e' \n'), '\s+'));
end if;
if not exists (select from public.geo_income_tiers) then
insert into public.geo_income_tiers (country, tier, source, year)
select c.country, g.tier, 'World Bank country and lending groups, fiscal year 2020', 2020
from (values
('high', 'AD AE AG AT AU AW BB BE BH BM BN BS CA CH CL CW CY CZ DE DK EE ES FI FO FR GB GI GL GR GU HK HR HU IE IL IM IS IT JP KN KR KW KY LI LT LU LV MC MF MO MP MT NC NL NO NZ OM PA PF PL PR PT PW QA SA SC SE SG SI SK SM SX TC TT TW US UY VG VI'),
('upper_middle', 'AL AM AR AS AZ BA BG BR BW BY BZ CN CO CR CU DM DO DZ EC FJ GA GD GE GQ GT GY IQ IR JM JO KZ LB LC LK LY ME MH MK MU MV MX MY NA NR PE PY RO RS RU SR TH TM TO TR TV VC VE WS XK ZA'),
('lower_middle', 'AO BD BO BT CG CI CM CV DJ EG FM GH HN ID IN KE KG KH KI KM LA LS MA MD MM MN MR NG NI PG PH PK PS SB SD SN ST SV SZ TL TN UA UZ VN VU ZM'),
('low', 'AF BF BI BJ CD CF ER ET GM GN GW HT KP LR MG ML MW MZ NE NP RW SL SO SS SY TD TG TJ TZ UG YE')
) as g (tier, countries)
cross join lateral unnest(string_to_array(g.countries, ' ')) as c (country);
end if;
end
$$;
-- conditions/rows.sql
update lead_sync.conditions as c set attribute_no = cardinality(lead_sync.scoring_attributes()) + k.key_no
from (
select d.set_no, d.condition_key, dense_rank() over (partition by d.set_no order by d.attribute_key) as key_no
from lead_sync.conditions as d
where d.attribute_key is not null
) as k
where c.set_no = k.set_no and c.condition_key = k.condition_key and c.attribute_no <> cardinality(lead_sync.scoring_attributes()) + k.key_no;
select lead_sync.describe_set(c.set_no) from (select distinct d.set_no from lead_sync.conditions as d) as c;
-- scoring/rows.sql
insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
select v.* from (values
('role', -20, 30, 'What the person does'),
('company', 0, 25, 'Size and traces of a company'),
('contact', -10, 15, 'How well the lead can be reached'),
('source', -10, 25, 'Where the lead came from'),
('intent', 0, 40, 'What the lead did lately'),
('timing', -10, 10, 'How new the lead is'),
('status', -50, 15, 'What the team found out'),
('place', null, null, 'Where the lead is')
) as v
where not exists (select from public.lead_scoring_rules) and not exists (select from public.lead_scoring_versions)
on conflict do nothing;
insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, description)
select v.rule_key, v.rule_group, v.attribute, v.operator, v.value::jsonb, v.points, v.decay_days, v.description
from (values
('role_top', 'role', 'job_title', 'contains_word', '["ceo", "cto", "cfo", "coo", "cmo", "cio", "chief", "founder", "cofounder", "owner", "managing director"]', 25, null::integer, 'Decides alone'),
('role_head', 'role', 'job_title', 'contains_word', '["vp", "vice president", "head", "director"]', 20, null, 'Decides with others'),
('role_manager', 'role', 'job_title', 'contains_word', '["manager", "team lead"]', 10, null, 'Recommends'),
('role_learner', 'role', 'job_title', 'contains_word', '["student", "intern", "trainee", "apprentice"]', -20, null, 'Does not buy'),
('company_mid', 'company', 'company_employees', 'between', '[51, 1000]', 20, null, 'The size that buys most often; set your own'),
('company_large', 'company', 'company_employees', 'greater', '1000', 15, null, 'Large companies decide slowly'),
('company_small', 'company', 'company_employees', 'between', '[11, 50]', 10, null, null),
('company_named', 'company', 'company_name', 'is_set', null, 5, null, null),
('email_corporate', 'contact', 'email_type', 'equals', '"corporate"', 10, null, 'An address of a company''s own'),
('email_free', 'contact', 'email_type', 'equals', '"free"', -5, null, 'An address of a mail service for everybody'),
('email_missing', 'contact', 'email', 'is_not_set', null, -10, null, null),
('phone_known', 'contact', 'phone', 'is_set', null, 5, null, null),
('linkedin_known', 'contact', 'linkedin_url', 'is_set', null, 3, null, null),
('source_asked', 'source', 'lead_source', 'in', '["demo", "demo request", "contact form", "pricing", "referral", "partner"]', 25, null, 'Asked for us'),
('source_event', 'source', 'lead_source', 'in', '["webinar", "event", "trade show", "conference"]', 15, null, null),
('source_content', 'source', 'lead_source', 'in', '["website", "newsletter", "blog", "ebook", "organic", "social"]', 8, null, null),
('source_bought', 'source', 'lead_source', 'in', '["purchased list", "list", "cold"]', -10, null, 'Did not ask for us'),
('demo_requested', 'intent', 'attributes.demo_requested_at', 'within_days', '30', 30, 30, 'Fades over a month'),
('visited_lately', 'intent', 'attributes.last_visit_at', 'within_days', '14', 15, 14, 'Fades over two weeks'),
('pricing_views', 'intent', 'attributes.pricing_page_views', 'greater', '2', 10, null, null),
('new_lead', 'timing', 'created_at', 'within_days', '14', 10, 14, 'New leads answer; fades over two weeks'),
('old_lead', 'timing', 'lead_age_days', 'greater', '365', -10, null, null),
('status_out', 'status', 'lead_status', 'in', '["unqualified", "disqualified", "lost", "spam", "bounced", "unsubscribed"]', -50, null, null),
('status_qualified', 'status', 'lead_status', 'in', '["qualified", "sql", "opportunity"]', 15, null, null),
('income_high', 'place', 'income_tier', 'equals', '"high"', 0, null, 'Weighs nothing until you decide otherwise: where people live says little of what a company buys')
) as v (rule_key, rule_group, attribute, operator, value, points, decay_days, description)
where not exists (select from public.lead_scoring_rules) and not exists (select from public.lead_scoring_versions);
-- follow_ups/rows.sql
insert into public.follow_up_rules (rule_key, lowest_score, title, body, due_in_days)
select 'hot_lead', 70, 'Call {name} (score {score})', '{name} of {company} reached a score of {score}. Segment: {segment}.', 1
where not exists (select from public.follow_up_rules);
insert into public.follow_up_rules (rule_key, occasion, lowest_score, title, body, due_in_days)
select 'missed_call', 'missed_call', 0, 'Call {name} back', '{name} ({phone}) called, and nobody answered.', 0
where lead_sync.schema_version() < 2
on conflict do nothing;
-- edge/rows.sql
insert into lead_sync.edge_tables (edge_table, source, direction, deleted_column, columns)
select v.edge_table, v.source, v.direction, v.deleted_column, v.columns::jsonb
from (values
('prospects', 'public.leads', 'down', 'deleted_at', '[
{"name": "email", "from": "email", "type": "text", "index": true},
{"name": "first_name", "from": "first_name", "type": "text"},
{"name": "last_name", "from": "last_name", "type": "text"},
{"name": "phone", "from": "phone", "type": "text"},
{"name": "job_title", "from": "job_title", "type": "text"},
{"name": "company_name", "from": "company_name", "type": "text"},
{"name": "company_domain", "from": "company_domain", "type": "text"},
{"name": "city", "from": "city", "type": "text"},
{"name": "region", "from": "region", "type": "text"},
{"name": "country", "from": "country", "type": "text"},
{"name": "linkedin_url", "from": "linkedin_url", "type": "text"},
{"name": "lead_source", "from": "lead_source", "type": "text"},
{"name": "lead_status", "from": "lead_status", "type": "text"},
{"name": "lead_score", "from": "lead_score", "type": "real"},
{"name": "segment_id", "from": "segment_id", "type": "text", "index": true},
{"name": "attributes", "from": "attributes", "type": "json"},
{"name": "created_at", "from": "created_at", "type": "timestamp"}
]'),
('segments', 'public.customer_segments', 'down', null, '[
{"name": "segment_name", "from": "segment_name", "type": "text"},
{"name": "description", "from": "description", "type": "text"}
]'),
('campaigns', 'public.campaigns', 'down', null, '[
{"name": "name", "from": "name", "type": "text"},
{"name": "status", "from": "status", "type": "text"},
{"name": "subject", "from": "subject", "type": "text"},
{"name": "settings", "from": "settings", "type": "json"},
{"name": "starts_at", "from": "starts_at", "type": "timestamp"},
{"name": "ends_at", "from": "ends_at", "type": "timestamp"}
]'),
('mailboxes', 'public.mailboxes', 'down', null, '[
{"name": "address", "from": "address", "type": "text"},
{"name": "display_name", "from": "display_name", "type": "text"},
{"name": "status", "from": "status", "type": "text"},
{"name": "daily_limit", "from": "daily_limit", "type": "integer"}
]'),
('emails', 'public.emails', 'up', null, '[
{"name": "message_id", "from": "message_id", "type": "text"},
{"name": "prospect_id", "from": "prospect_id", "type": "text"},
{"name": "campaign_id", "from": "campaign_id", "type": "text"},
{"name": "mailbox_id", "from": "mailbox_id", "type": "text"},
{"name": "recipient", "from": "recipient", "type": "text"},
{"name": "subject", "from": "subject", "type": "text"},
{"name": "sent_at", "from": "sent_at", "type": "timestamp", "merge": "earliest"},
{"name": "delivered_at", "from": "delivered_at", "type": "timestamp", "merge": "earliest"},
{"name": "opened_at", "from": "opened_at", "type": "timestamp", "merge": "earliest"},
{"name": "clicked_at", "from": "clicked_at", "type": "timestamp", "merge": "earliest"},
{"name": "replied_at", "from": "replied_at", "type": "timestamp", "merge": "earliest"},
{"name": "bounced_at", "from": "bounced_at", "type": "timestamp", "merge": "earliest"},
{"name": "failed_at", "from": "failed_at", "type": "timestamp", "merge": "earliest"},
{"name": "error", "from": "error", "type": "text"},
{"name": "created_at", "from": "created_at", "type": "timestamp", "merge": "earliest"}
]'),
('email_events', 'public.email_events', 'up', null, '[
{"name": "email_id", "from": "email_id", "type": "text"},
{"name": "kind", "from": "kind", "type": "text"},
{"name": "at", "from": "at", "type": "timestamp"},
{"name": "data", "from": "data", "type": "json"}
]')
) as v (edge_table, source, direction, deleted_column, columns)
where lead_sync.schema_version() < 2
on conflict do nothing;
-- rollups/rows.sql
insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
select
date_trunc('hour', h.synced_at, 'utc'), 2, case when h.lead_id is null and h.sync_status = 'synced' then 'run' else h.sync_type end, h.sync_direction, h.sync_status,
case when h.sync_status = 'error' then lead_sync.error_group(h.error_message) end,
case
when h.sync_status = 'synced' and h.lead_id is not null and h.sync_type <> 'intake' and r.mode is distinct from 'full'
then ceil(20 * log(greatest(extract(epoch from h.synced_at - h.created_at), 0.05)::double precision))::integer
end,
count(*)
from public.lead_sync_history as h
left join public.lead_sync_runs as r on r.id = h.run_id
where not exists (select from lead_sync.activity)
group by 1, 3, 4, 5, 6, 7;
do $$ begin perform lead_sync.recount_leads(); end $$;
-- alerts/rows.sql
insert into lead_sync.alert_rules (alert, title, enabled, severity, threshold, minimum, directions, pending_for, clear_for, reminders, escalate_after, advice)
select
v.alert, v.title, v.enabled, v.severity, v.threshold, v.minimum, v.directions, v.pending_for::interval, v.clear_for::interval,
coalesce(v.reminders, array['1 hour', '4 hours', '24 hours'])::interval[], v.escalate_after::interval, v.advice
from (values
('failure_rate', 'Many failures', true, 'critical', 10, 20, null::text[], '5 minutes', '10 minutes', null::text[], null, 1,
'Look at the errors by category: auth is the Twenty key, rate_limit other users of the key, validation the field mapping, network and server Twenty itself.'),
('sync_stalled', 'Sync stalled', true, 'critical', 30, 0, array['twenty_to_supabase', 'supabase_to_twenty'], '0', '0', null, null, 1,
'Look at the last executions of the sync workflow in n8n: is it active, and what does its error say?'),
('lead_errors', 'Leads that keep failing', true, 'warning', 5, 0, null, '0', '0', null, '24 hours', 1,
'Correct the values that their errors name; each edit tries the lead again.'),
('pending_long', 'Leads wait too long', true, 'warning', 60, 0, null, '0', '0', null, '4 hours', 1,
'See whether the push workflow runs, and whether Twenty limits its calls.'),
('syncing_stuck', 'Stuck pushes', true, 'warning', 10, 0, null, '5 minutes', '0', null, '4 hours', 1,
'A push died while it held them. The next push takes them over; if they stay, run the maintenance workflow.'),
('dead_letters', 'Dead letters', true, 'warning', 0, 0, null, '0', '0', null, '24 hours', 1,
'Correct what their errors name, then replay them (Dead Letter: Replay, or the dashboard).'),
('backlog_growing', 'Backlog is growing', true, 'warning', 100, 0, null, '15 minutes', '10 minutes', null, '4 hours', 1,
'More leads become due than go out: see whether pushes fail or wait for Twenty''s limit.'),
('conflict_surge', 'Many conflicts', true, 'warning', 20, 0, null, '5 minutes', '10 minutes', null, null, 1,
'Look at the open conflicts: one field in most of them means that two systems write it. Give it a policy or a direction.'),
('drift', 'Drift', true, 'warning', 20, 0, null, '0', '0', null, '24 hours', 1,
'Open the findings of the last reconciliation run (lead_sync_runs.findings): they name examples of each kind.'),
('monitor_silent', 'Monitor went silent', true, 'critical', 15, 0, null, '0', '0', null, null, 1,
'See whether the monitor workflow is active in n8n, and what its last execution says. Problems of that time were not told.'),
('held_leads', 'Leads held back', true, 'warning', 0, 0, null, '1 hour', '0', array['24 hours', '7 days'], null, 2,
'Merge the leads or the people that share an e-mail, restore the deleted person, or change the e-mail: the lead then goes out by itself. Dead Letter: Get Many lists them as held.'),
('approvals', 'A yes is asked for', true, 'warning', 0, 0, null, '0', '0', array['1 hour', '24 hours'], null, 2,
'Look at what would be deleted or changed, and say yes or no: the page Approvals of the dashboard, or Approval: Get Many and Decide.'),
('left_out_fields', 'Leads with fields left out', false, 'warning', 0, 0, null, '0', '0', array['7 days'], null, 2,
'Correct the values that their reasons name (leads.left_out, or the dashboard): each edit is sent at once.'),
('refused_rows', 'Rows of your own tables refused', true, 'warning', 0, 0, null, '0', '0', array['24 hours', '7 days'], null, 2,
'Correct them in their table: each change tries the row again. lead_sync.source_rows has the reasons.'),
('failing_hints', 'Leads of sources that do not arrive', true, 'warning', 0, 0, null, '0', '0', array['24 hours', '7 days'], null, 2,
'Do what their errors name: each is tried again by itself, up to 6 hours later. Delete those that the source no longer has: lead_sync.intake_inbox has the reasons.')
) as v (alert, title, enabled, severity, threshold, minimum, directions, pending_for, clear_for, reminders, escalate_after, since, advice)
where v.since > lead_sync.schema_version()
on conflict do nothing;
select lead_sync.end_migration(2);
notify pgrst, 'reload schema';
