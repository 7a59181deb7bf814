-- Version 2 of the database's schema of n8n-nodes-lead-sync, printed by gulp buildSchema from the files of migrations/ that are named below.
-- Paste all of it into the SQL editor of Supabase, or run psql -1 -v ON_ERROR_STOP=1 -f lead-sync.sql. It may be applied again, and over an older
-- version. It needs PostgreSQL 15 or newer and the roles of Supabase. uninstall.sql takes everything back.
-- install/opening.sql
set local lock_timeout = '10s';
set local statement_timeout = '5min';
set local check_function_bodies = off;
do $$
begin
if to_regnamespace('lead_sync') is not null
and strpos(coalesce(obj_description(to_regnamespace('lead_sync'), 'pg_namespace'), ''), 'Part of n8n-nodes-lead-sync.') = 0
and not exists (
select from pg_catalog.pg_attribute as a
where a.attrelid = to_regclass('lead_sync.lead_states') and a.attname = 'base_local'
and col_description(a.attrelid, a.attnum) like 'Per field, the lead''s value when the sides last agreed%'
)
then
raise exception 'There is a schema lead_sync that lead sync did not make.'
using errcode = 'duplicate_schema', detail = 'Nothing was changed.',
hint = 'Rename it (alter schema lead_sync rename to …), then apply this again.';
end if;
end
$$;
create schema if not exists lead_sync;
revoke all on schema lead_sync from public, anon, authenticated;
create table if not exists lead_sync.schema_versions (
id bigint generated always as identity primary key,
version integer not null,
checksum text not null,
applied_at timestamptz not null default now(),
applied_by text not null default current_user
);
alter table lead_sync.schema_versions enable row level security;
comment on table lead_sync.schema_versions is 'Part of n8n-nodes-lead-sync.';
comment on column lead_sync.schema_versions.checksum is 'What lead_sync.schema_checksum() gave then';
insert into lead_sync.schema_versions (version, checksum)
select 1, ''
where to_regclass('lead_sync.lead_states') is not null and not exists (select from lead_sync.schema_versions);
-- install/begin_migration.sql
create or replace function lead_sync.begin_migration(p_version integer) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_in_the_way text;
begin
if lead_sync.schema_version() > p_version then
raise exception 'The database holds version % of the schema, and this is version %.', lead_sync.schema_version(), p_version
using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was changed.',
hint = 'Take the lead-sync.sql of the newest n8n-nodes-lead-sync.';
end if;
select string_agg(format('%s %s', o.kind, o.identity), ', ' order by o.identity) into v_in_the_way
from lead_sync.list_objects() as o
where o.schema_name = 'public' and not o.marked and o.object_name = any (lead_sync.names_in_public());
if v_in_the_way is not null then
raise exception 'In the way, because lead sync needs these names and did not make what has them: %', v_in_the_way
using errcode = 'duplicate_object', detail = 'Nothing was changed.',
hint = 'Rename or move what is yours, e.g. alter table public.leads rename to my_leads, and apply this again; or run npx n8n-nodes-lead-sync setup, which leaves a table leads of yours as it is and syncs it. '
|| format('What is lead sync''s own and lost its mark gets it back so: comment on table public.leads is %L.', lead_sync.mark());
end if;
select string_agg(o.identity, ', ' order by o.identity) into v_in_the_way
from lead_sync.list_objects() as o
where o.schema_name = 'public' and o.marked and not o.part and o.object_name <> all (lead_sync.names_in_public())
and substr(o.object_name, 11) = any (lead_sync.names_in_public()) and o.object_name like 'lead\_sync\_%';
if v_in_the_way is not null then
raise exception 'Lead sync has other names here than in this file: %', v_in_the_way
using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was changed.', hint = 'Run: npx n8n-nodes-lead-sync upgrade';
end if;
perform set_config('lead_sync.foreign_objects', (
select coalesce(string_agg(o.object::text, ',' order by o.object), '0')
from lead_sync.list_objects() as o
where o.schema_name = 'lead_sync' and not o.marked
), true);
end
$$;
comment on function lead_sync.begin_migration(integer) is 'Part of n8n-nodes-lead-sync.';
-- install/end_migration.sql
create or replace function lead_sync.end_migration(p_version integer) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_foreign oid[] := string_to_array(nullif(current_setting('lead_sync.foreign_objects', true), ''), ',')::oid[];
v_object record;
begin
if v_foreign is null then
raise exception 'This was applied in several transactions, so that what it made cannot be told from what was there.'
using errcode = 'no_active_sql_transaction', hint = 'Apply it in one transaction, with psql: psql -1 -v ON_ERROR_STOP=1 -f lead-sync.sql';
end if;
for v_object in
select o.class, o.object, o.kind, o.identity
from lead_sync.list_objects() as o
where not o.marked and not o.part
and (
o.schema_name = 'public' and o.object_name = any (lead_sync.names_in_public())
or o.schema_name = 'lead_sync' and o.object <> all (v_foreign)
)
loop
execute format(
'comment on %s %s is %L', v_object.kind, v_object.identity,
concat_ws('. ', rtrim(obj_description(v_object.object, v_object.class::regclass::name), '. '), lead_sync.mark())
);
end loop;
perform lead_sync.grant_to_service_role();
if exists (select from pg_catalog.pg_roles as r where r.rolname = 'lead_sync_api' and has_schema_privilege(r.oid, 'lead_sync', 'usage')) then
perform lead_sync.grant_to_api_role();
end if;
insert into lead_sync.schema_versions (version, checksum)
select p_version, lead_sync.schema_checksum()
where not exists (
select from (select v.version, v.checksum from lead_sync.schema_versions as v order by v.id desc limit 1) as last
where last.version = p_version and last.checksum = lead_sync.schema_checksum()
);
end
$$;
comment on function lead_sync.end_migration(integer) is 'Part of n8n-nodes-lead-sync.';
-- install/grant_to_api_role.sql
create or replace function lead_sync.grant_to_api_role() returns void
language plpgsql volatile set search_path = '' as $$
declare
v_object record;
begin
for v_object in
select o.kind, o.identity, g.privileges
from lead_sync.list_objects() as o
cross join lateral (
select string_agg(p.privilege, ', ') as privileges
from unnest(case
when o.kind in ('table', 'view', 'materialized view') then array['select', 'insert', 'update', 'delete']
when o.kind = 'sequence' then array['select', 'usage', 'update']
when o.kind = 'routine' then array['execute']
end) as p (privilege)
where case o.kind
when 'routine' then has_function_privilege('service_role', o.object, p.privilege) and not has_function_privilege('lead_sync_api', o.object, p.privilege)
when 'sequence' then has_sequence_privilege('service_role', o.object, p.privilege) and not has_sequence_privilege('lead_sync_api', o.object, p.privilege)
else has_table_privilege('service_role', o.object, p.privilege) and not has_table_privilege('lead_sync_api', o.object, p.privilege)
end
) as g
where o.marked and g.privileges is not null
loop
execute format(
'grant %s on %s %s to lead_sync_api', v_object.privileges,
case when v_object.kind in ('routine', 'sequence') then v_object.kind else 'table' end, v_object.identity
);
end loop;
for v_object in
select o.identity
from lead_sync.list_objects() as o
where o.marked and o.kind = 'table'
and not exists (select from pg_catalog.pg_policy as p where p.polrelid = o.object and p.polname = 'lead_sync_api')
loop
execute format('create policy lead_sync_api on %s to lead_sync_api using (true) with check (true)', v_object.identity);
end loop;
end
$$;
comment on function lead_sync.grant_to_api_role() is 'Part of n8n-nodes-lead-sync.';
-- install/grant_to_service_role.sql
create or replace function lead_sync.grant_to_service_role() returns void
language plpgsql volatile set search_path = '' as $$
declare
v_object record;
begin
for v_object in
select
format('%s %s', case when o.kind in ('routine', 'sequence') then o.kind else 'table' end, o.identity) as name,
case
when o.identity in ('lead_sync.forgetting_key', 'lead_sync.objects', 'lead_sync.schema_versions', 'lead_sync.sources') or o.kind in ('view', 'materialized view') then 'select'
when o.kind = 'table' then 'select, insert, update, delete'
when o.kind = 'routine' then 'execute'
when not o.part then 'select, update'
end as privileges,
o.identity = 'public.leads' as is_open
from lead_sync.list_objects() as o
where o.marked and o.kind in ('table', 'view', 'materialized view', 'sequence', 'routine')
loop
if not v_object.is_open then
execute format('revoke all on %s from public, anon, authenticated', v_object.name);
end if;
if v_object.privileges is not null then
execute format('grant %s on %s to service_role', v_object.privileges, v_object.name);
end if;
end loop;
grant execute on function lead_sync.email_keys(text[]), lead_sync.phone_keys(text[]) to public;
grant usage on schema public, lead_sync to service_role;
end
$$;
comment on function lead_sync.grant_to_service_role() is 'Part of n8n-nodes-lead-sync.';
-- install/list_objects.sql
create or replace function lead_sync.list_objects()
returns table (class oid, object oid, schema_name name, object_name name, kind text, identity text, part boolean, marked boolean)
language sql stable set search_path = '' as $$
select
'pg_catalog.pg_class'::regclass, c.oid, n.nspname, c.relname,
case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
when 'i' then 'index' when 'I' then 'index' else 'table' end,
format('%I.%I', n.nspname, c.relname),
w.owner is not null,
strpos(coalesce(case c.relkind when 'c' then obj_description(c.reltype, 'pg_type') else obj_description(coalesce(w.owner, c.oid), 'pg_class') end, ''), lead_sync.mark()) > 0
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join lateral (
select i.indrelid as owner from pg_catalog.pg_index as i where i.indexrelid = c.oid
union all
select d.refobjid from pg_catalog.pg_depend as d
where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
and c.relkind = 'S' and d.deptype in ('a', 'i')
) as w on true
where n.nspname in ('public', 'lead_sync')
union all
select
'pg_catalog.pg_proc'::regclass, p.oid, n.nspname, p.proname, 'routine', p.oid::regprocedure::text, false,
strpos(coalesce(obj_description(p.oid, 'pg_proc'), ''), lead_sync.mark()) > 0
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'lead_sync')
union all
select
'pg_catalog.pg_type'::regclass, t.oid, n.nspname, t.typname, 'type', t.oid::regtype::text, false,
strpos(coalesce(obj_description(t.oid, 'pg_type'), ''), lead_sync.mark()) > 0
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where n.nspname in ('public', 'lead_sync') and t.typrelid = 0 and t.typcategory <> 'A' and t.typtype <> 'm'
$$;
comment on function lead_sync.list_objects() is 'Part of n8n-nodes-lead-sync.';
-- install/mark.sql
create or replace function lead_sync.mark() returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select 'Part of n8n-nodes-lead-sync.'
$$;
comment on function lead_sync.mark() is 'Part of n8n-nodes-lead-sync.';
-- install/names_in_public.sql
create or replace function lead_sync.names_in_public() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select array[
'acknowledge_edge_changes',
'add_to_inbox',
'add_to_intake',
'advance_edge_rebuild',
'apply_ai_segments',
'apply_edge_changes',
'attribute_revenue',
'calculate_lead_scores',
'campaign_costs',
'change_alert',
'change_settings',
'check_stale_leads',
'check_sync_alerts',
'check_sync_integrity',
'claim_inbox',
'claim_intake',
'claim_lead_news',
'classify_lead_segments',
'company_size_bands',
'compare_edge_ranges',
'compare_edge_rows',
'compare_lead_ids',
'compare_lead_ranges',
'confirm_alert_notifications',
'confirm_follow_ups',
'confirm_forgotten',
'confirm_lead_assignments',
'confirm_lead_news',
'continue_merges',
'country_names',
'customer_segments',
'decide_duplicates',
'decide_approval',
'disable_edge',
'disable_instant_push',
'dismiss_duplicate',
'draft_suggested_points',
'enable_edge',
'enable_instant_push',
'enable_outreach',
'exchange_rates',
'find_duplicates',
'finish_edge_run',
'finish_sync_run',
'follow_up_rules',
'forget_lead',
'free_email_domains',
'geo_income_tiers',
'get_activity_hints',
'get_activity_state',
'get_alerts',
'get_approvals',
'get_audit_log',
'get_conflicts',
'get_console',
'get_dashboard',
'get_data_quality',
'get_dead_letters',
'get_duplicate_decisions',
'get_edge_changes',
'get_edge_status',
'get_filters',
'get_follow_ups',
'get_installation',
'get_intake',
'get_lead',
'get_lead_assignments',
'get_lead_changes',
'get_leads_for_sync',
'get_leads_to_classify',
'get_leads_to_repair',
'get_revenue',
'get_score_quality',
'get_scoring_report',
'get_scoring_rules',
'get_segments',
'get_settings',
'get_speed_to_lead',
'get_sync_metrics',
'get_sync_run',
'get_sync_runs',
'lead_activities',
'lead_activity_summary',
'lead_analytics',
'lead_assignments',
'lead_assignments_new_idx',
'lead_assignments_to_twenty_idx',
'lead_assignments_unassigned_idx',
'lead_assignments_untouched_idx',
'lead_companies',
'lead_companies_domain_idx',
'lead_companies_external_id_key',
'lead_companies_twenty_id_key',
'lead_scoring_groups',
'lead_scoring_rules',
'lead_scoring_versions',
'lead_sync_conflicts',
'lead_sync_conflicts_created_at_idx',
'lead_sync_conflicts_id_seq',
'lead_sync_conflicts_lead_idx',
'lead_sync_conflicts_open_idx',
'lead_sync_daily_summary',
'lead_sync_daily_summary_key',
'lead_sync_health_dashboard',
'lead_sync_history',
'lead_sync_history_errors_idx',
'lead_sync_history_id_seq',
'lead_sync_history_lead_idx',
'lead_sync_history_synced_at_idx',
'lead_sync_queue',
'lead_sync_runs',
'lead_sync_runs_direction_idx',
'lead_sync_runs_one_running',
'lead_sync_runs_started_at_idx',
'lead_touches',
'lead_touches_created_at_idx',
'lead_touches_form_idx',
'lead_touches_id_seq',
'lead_touches_key',
'lead_touches_lead_idx',
'lead_touches_missed_idx',
'lead_touches_raw_idx',
'leads',
'leads_additional_emails_idx',
'leads_created_at_idx',
'leads_email_idx',
'leads_email_key_idx',
'leads_error_count_idx',
'leads_last_name_idx',
'leads_left_out_idx',
'leads_name_idx',
'leads_phones_idx',
'leads_rescore_at_idx',
'leads_unscored_idx',
'leads_segment_id_idx',
'leads_sync_status_idx',
'leads_twenty_id_key',
'list_duplicates',
'load_campaign_costs',
'load_geo_income_tiers',
'mark_leads_for_sync',
'merge_leads',
'note_action',
'note_findings',
'opportunities',
'opportunities_contact_idx',
'opportunities_created_at_idx',
'opportunities_external_id_key',
'opportunities_lead_idx',
'opportunities_twenty_id_key',
'opportunity_stages',
'opportunity_stages_id_seq',
'opportunity_stages_opportunity_idx',
'phone_prefixes',
'preview_filter',
'preview_scoring_rules',
'preview_segments',
'preview_sync',
'publish_scoring_rules',
'publish_segments',
'read_lead_events',
'read_leads_again',
'real_time_sync_activity',
'refresh_daily_summary',
'replay_dead_letters',
'request_edge_rebuild',
'resend_edge_rows',
'resolve_conflict',
'resolve_conflicts',
'roll_back_scoring_rules',
'run_sync_maintenance',
'sales_reps',
'sales_stages',
'save_scoring_group',
'save_scoring_rule',
'save_segment_draft',
'search_leads',
'send_test_alert',
'set_filter',
'settle_intake',
'settle_merge',
'shared_hosts',
'start_edge_run',
'start_sync_run',
'stop_sync_run',
'store_activities',
'store_stages',
'sync_error_analysis',
'sync_monitoring',
'take_call',
'take_form',
'take_value',
'undo_merge',
'undo_sync',
'update_sync_alerts',
'update_sync_status',
'update_touches',
'upsert_leads'
]
$$;
comment on function lead_sync.names_in_public() is 'Part of n8n-nodes-lead-sync.';
-- install/schema_checksum.sql
create or replace function lead_sync.schema_checksum() returns text
language plpgsql stable set search_path = '' as $$
begin
return (
select encode(sha256(convert_to(
string_agg(concat_ws(' ', o.identity, p.proconfig::text, p.prosrc), e'\n' order by o.identity collate "C"), 'UTF8'
)), 'hex')
from lead_sync.list_objects() as o
join pg_catalog.pg_proc as p on p.oid = o.object
where o.marked and o.class = 'pg_catalog.pg_proc'::regclass
);
end
$$;
comment on function lead_sync.schema_checksum() is 'Part of n8n-nodes-lead-sync.';
-- install/schema_version.sql
create or replace function lead_sync.schema_version() returns integer
language plpgsql stable set search_path = '' as $$
begin
return coalesce((select v.version from lead_sync.schema_versions as v order by v.id desc limit 1), 0);
end
$$;
comment on function lead_sync.schema_version() is 'Part of n8n-nodes-lead-sync.';
-- install/marks_of_older_install.sql
do $$
declare
v_object record;
begin
if strpos(coalesce(obj_description('lead_sync'::regnamespace, 'pg_namespace'), ''), lead_sync.mark()) > 0
or to_regclass('lead_sync.lead_states') is null
then
return;
end if;
for v_object in
with columns (table_name, names) as (
values
('company_size_bands', 'scheme,from_employees,band'),
('country_names', 'name,country'),
('customer_segments', 'id,segment_name,description,created_at'),
('follow_up_rules', 'rule_key,lowest_score,title,body,due_in_days,assignee_id,max_lead_age_days,enabled'),
('free_email_domains', 'domain'),
('geo_income_tiers', 'country,region,postal_prefix,tier,source,year'),
('lead_scoring_groups', 'rule_group,lowest,highest,description'),
('lead_scoring_rules', 'rule_key,rule_group,attribute,operator,value,points,decay_days,enabled'),
('lead_scoring_versions', 'version,rules,groups,note,published_at'),
('lead_sync_conflicts', 'id,lead_id,run_id,field,winner,supabase_value,twenty_value,reason'),
('lead_sync_history', 'id,lead_id,run_id,sync_type,sync_direction,sync_status,fields_changed'),
('lead_sync_runs', 'id,direction,mode,trigger,object,policy,status,token,lease_until'),
('leads', 'id,twenty_id,first_name,last_name,email'),
('phone_prefixes', 'prefix,country')
)
select o.class, o.object, o.kind, o.identity
from lead_sync.list_objects() as o
where not o.marked and not o.part and (
o.schema_name = 'lead_sync'
or o.object_name = any (lead_sync.names_in_public()) and case o.kind
when 'table' then exists (
select from columns as k
where k.table_name = o.object_name and k.names = (
select string_agg(a.attname, ',' order by a.attnum) from pg_catalog.pg_attribute as a
where a.attrelid = o.object and a.attnum between 1 and cardinality(string_to_array(k.names, ','))
)
)
when 'view' then pg_get_viewdef(o.object) ~ '\m(leads|lead_sync\w*)\M'
when 'materialized view' then pg_get_viewdef(o.object) ~ '\mlead_sync\M'
when 'routine' then exists (
select from pg_catalog.pg_proc as p
where p.oid = o.object and p.proconfig @> array['search_path=""']
and coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) ~ '\mleads?\M|\mlead_(sync|scoring)'
)
else false
end
)
loop
execute format(
'comment on %s %s is %L', v_object.kind, v_object.identity,
concat_ws('. ', rtrim(obj_description(v_object.object, v_object.class::regclass::name), '. '), lead_sync.mark())
);
end loop;
end
$$;
comment on schema lead_sync is 'What lead sync keeps for itself. Part of n8n-nodes-lead-sync.';
select lead_sync.begin_migration(2);
-- upgrades/2.sql
do $$
declare
v_function regprocedure;
begin
if lead_sync.schema_version() <> 1 then
return;
end if;
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
drop function if exists lead_sync.lock_leads_to_assess(uuid[], text, integer, uuid);
alter table public.lead_sync_runs add column if not exists progress real;
alter table lead_sync.lead_states
add column if not exists refusal text,
add column if not exists stalls integer not null default 0,
add column if not exists joined uuid,
add column if not exists adapter text not null default 'lead',
add column if not exists outside_by timestamptz,
drop constraint if exists lead_states_lead_id_fkey;
drop index if exists lead_sync.lead_states_due_idx;
alter table public.lead_sync_conflicts drop constraint if exists lead_sync_conflicts_lead_id_fkey, add column if not exists resolved_by text;
drop index if exists public.lead_sync_runs_one_running;
alter table if exists lead_sync.alert_rules add column if not exists paused_until timestamptz;
alter table if exists lead_sync.instant_push
add column if not exists edge_url text check (edge_url ~ '^https?://[^[:space:]]+$'),
add column if not exists arrivals_url text check (arrivals_url ~ '^https?://[^[:space:]]+$'),
drop constraint if exists instant_push_secret,
add constraint instant_push_secret check ((coalesce(url, edge_url, arrivals_url) is null) = (secret is null));
drop table if exists lead_sync.push_wishes;
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
alter table if exists lead_sync.reconciliations
add column if not exists changed_since timestamptz,
add column if not exists page_size integer,
add column if not exists summaries_left integer;
alter table lead_sync.field_mappings
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
drop function if exists public.get_dashboard(integer, timestamptz);
drop function if exists public.mark_leads_for_sync(text, integer);
drop function if exists lead_sync.count_due();
drop function if exists lead_sync.match_snapshots(jsonb);
drop function if exists lead_sync.compare_range(lead_sync.reconciliations, jsonb, uuid, uuid, timestamptz, jsonb);
drop function if exists lead_sync.is_suspicious(jsonb);
drop function if exists lead_sync.lead_problem(jsonb, text);
drop function if exists lead_sync.merge_or_split(jsonb, jsonb);
drop function if exists lead_sync.refuse_lead(uuid, uuid, text, jsonb);
drop function if exists lead_sync.release_claims(jsonb);
drop function if exists lead_sync.base_after_write(jsonb, jsonb, jsonb, jsonb, boolean);
drop function if exists lead_sync.join_leads(uuid, uuid, jsonb);
drop function if exists public.get_conflicts(text, uuid, integer, bigint);
end
$$;
-- 202_lead_sync_infrastructure.sql
create table if not exists public.customer_segments (
id uuid primary key default gen_random_uuid(),
segment_name text not null unique check (btrim(segment_name) <> ''),
description text,
created_at timestamptz not null default now(),
criteria jsonb,
threshold numeric not null default 1,
priority integer not null default 100,
enabled boolean not null default true
);
alter table public.customer_segments enable row level security;
comment on column public.customer_segments.criteria is 'A list of {attribute, operator, value, weight}, weight 1 unless said otherwise; empty: only people and AI choose this segment';
comment on column public.customer_segments.threshold is 'The share of the criteria''s weight that a lead must meet, above 0 to 1; the share met is the confidence';
comment on column public.customer_segments.priority is 'Of the segments that fit, the one with the lowest number is taken';
create table if not exists public.leads (
id uuid primary key default gen_random_uuid(),
twenty_id uuid,
first_name text,
last_name text,
email text,
additional_emails text[] not null default '{}',
phone text,
additional_phones text[] not null default '{}',
job_title text,
company_name text,
company_domain text,
company_size text,
city text,
region text,
country text,
postal_code text,
linkedin_url text,
attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
lead_source text,
lead_status text,
lead_score numeric,
score_breakdown jsonb,
segment_id uuid references public.customer_segments (id) on delete set null,
segment_confidence numeric check (segment_confidence between 0 and 1),
segment_source text check (segment_source in ('rules', 'ai', 'human')),
income_tier text,
company_size_band text,
sync_status text not null default 'pending' check (sync_status in ('pending', 'syncing', 'synced', 'outside', 'error')),
sync_direction text not null default 'bidirectional'
check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
sync_error_message text,
sync_error_count integer not null default 0,
left_out jsonb not null default '{}',
last_synced_at timestamptz,
created_at timestamptz not null default now(),
updated_at timestamptz not null default now(),
deleted_at timestamptz,
company_employees integer,
score_epoch integer not null default 0,
rescore_at timestamptz
);
alter table public.leads enable row level security;
do $$
begin
if strpos(coalesce(obj_description('public.leads'::regclass, 'pg_class'), ''), lead_sync.mark()) = 0 then
revoke all on public.leads from public, anon, authenticated;
end if;
end
$$;
comment on column public.leads.left_out is 'Fields that Twenty holds another value of, as the one here cannot be used there: {field: reason}. Another value is sent';
comment on column public.leads.company_employees is 'The number that company_size states, of a range its middle';
comment on column public.leads.score_epoch is 'The state of rules, segments and tables in which the score was last written; 0: never scored, or to be scored again';
comment on column public.leads.rescore_at is 'When the score changes by itself, because points decay or the lead grows older';
comment on column public.leads.sync_direction is 'The direction of the last change: where the lead came from or went to last';
create unique index if not exists leads_twenty_id_key on public.leads (twenty_id) where twenty_id is not null;
create index if not exists leads_email_key_idx on public.leads (
(case when email ~ '^[!-~]+$' then lower(email) else lower(normalize(regexp_replace(email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end) text_pattern_ops, created_at, id
);
create index if not exists leads_sync_status_idx on public.leads (sync_status, updated_at);
create index if not exists leads_error_count_idx on public.leads (sync_error_count) where sync_error_count > 0;
create index if not exists leads_created_at_idx on public.leads (created_at);
create index if not exists leads_left_out_idx on public.leads (id) where left_out <> '{}';
create index if not exists leads_unscored_idx on public.leads (id) where score_epoch = 0;
create index if not exists leads_rescore_at_idx on public.leads (rescore_at) where rescore_at is not null;
create index if not exists leads_segment_id_idx on public.leads (segment_id) where segment_id is not null;
create table if not exists public.lead_sync_runs (
id uuid primary key default gen_random_uuid(),
direction text not null check (direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
mode text not null check (mode in ('delta', 'full', 'reconcile', 'inbox')),
trigger text not null check (trigger in ('scheduled', 'manual', 'webhook')),
object text not null default 'person',
policy text check (policy in ('last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank')),
status text not null default 'running' check (status in ('running', 'succeeded', 'failed', 'stopped', 'expired')),
token uuid not null default gen_random_uuid(),
lease_until timestamptz not null,
resumed boolean not null default false,
called_again boolean not null default false,
figures jsonb not null default '{}',
progress real,
findings jsonb,
warnings jsonb not null default '[]',
error text,
started_at timestamptz not null default now(),
finished_at timestamptz,
constraint lead_sync_runs_reconcile check ((direction = 'bidirectional') = (mode = 'reconcile')),
constraint lead_sync_runs_inbox check (mode <> 'inbox' or direction = 'twenty_to_supabase')
);
alter table public.lead_sync_runs enable row level security;
comment on column public.lead_sync_runs.progress is 'How much of the run is done, as far as its caller can tell: 0 to 1';
comment on column public.lead_sync_runs.called_again is 'A webhook asked for a run while this one was running: when it ends, the caller starts another';
comment on column public.lead_sync_runs.findings is 'What a reconciliation found, up to 20 examples of each kind; the counts are among the figures';
create unique index if not exists lead_sync_runs_one_running on public.lead_sync_runs (object, direction, (mode = 'inbox')) where status = 'running';
create index if not exists lead_sync_runs_direction_idx on public.lead_sync_runs (direction, started_at desc);
create index if not exists lead_sync_runs_started_at_idx on public.lead_sync_runs (started_at desc);
create table if not exists public.lead_sync_history (
id bigint generated always as identity primary key,
lead_id uuid,
run_id uuid,
sync_type text not null
check (sync_type in ('scheduled_pull', 'scheduled_push', 'webhook_update', 'manual', 'reconcile', 'intake')),
sync_direction text not null check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
sync_status text not null check (sync_status in ('synced', 'error')),
fields_changed text[] not null default '{}',
error_message text,
created_at timestamptz not null default now(),
synced_at timestamptz not null default now()
);
alter table public.lead_sync_history enable row level security;
create index if not exists lead_sync_history_errors_idx on public.lead_sync_history (synced_at) where sync_status = 'error';
create index if not exists lead_sync_history_synced_at_idx on public.lead_sync_history (synced_at);
create index if not exists lead_sync_history_lead_idx on public.lead_sync_history (lead_id, synced_at desc) where lead_id is not null;
create table if not exists public.lead_sync_conflicts (
id bigint generated always as identity primary key,
lead_id uuid not null,
run_id uuid,
field text not null,
winner text not null check (winner in ('twenty', 'supabase')),
supabase_value jsonb,
twenty_value jsonb,
reason text not null,
created_at timestamptz not null default now(), resolved_at timestamptz,
resolution text check (resolution in ('twenty', 'supabase', 'neither', 'superseded')),
resolved_by text,
constraint lead_sync_conflicts_resolved check ((resolved_at is null) = (resolution is null))
);
alter table public.lead_sync_conflicts enable row level security;
comment on column public.lead_sync_conflicts.resolution is 'Whose value was taken by hand; neither: closed as it was; superseded: a later conflict of the same field took its place';
comment on column public.lead_sync_conflicts.resolved_by is 'Who decided by hand, as the caller names itself';
create index if not exists lead_sync_conflicts_open_idx on public.lead_sync_conflicts (id) where resolved_at is null;
create index if not exists lead_sync_conflicts_lead_idx on public.lead_sync_conflicts (lead_id, created_at desc);
create index if not exists lead_sync_conflicts_created_at_idx on public.lead_sync_conflicts (created_at desc);
create table if not exists lead_sync.lead_states (
lead_id uuid primary key,
base_local jsonb not null default '{}',
base_remote jsonb not null default '{}',
remote_created_at timestamptz,
remote_updated_at timestamptz,
company_id uuid,
absent_since timestamptz,
gone boolean not null default false,
changed_at jsonb not null default '{}',
merged_at timestamptz,
read_at timestamptz,
due_at timestamptz,
due_since timestamptz,
claim_token uuid,
lease interval,
intent jsonb,
retries integer not null default 0,
error_category text, error_at timestamptz,
held_by uuid,
refusal text,
stalls integer not null default 0,
joined uuid,
adapter text not null default 'lead',
outside_by timestamptz
);
alter table lead_sync.lead_states enable row level security;
comment on column lead_sync.lead_states.lead_id is 'The id of the lead, or of the row of the adapter''s table';
comment on column lead_sync.lead_states.adapter is 'Whose row it is, see lead_sync.objects';
comment on column lead_sync.lead_states.base_local is 'Per field, the lead''s value when the sides last agreed; blanks are left out';
comment on column lead_sync.lead_states.base_remote is 'Per field, Twenty''s value when the sides last agreed; blanks are left out';
comment on column lead_sync.lead_states.remote_created_at is 'createdAt of the Twenty record: base belongs to this incarnation';
comment on column lead_sync.lead_states.remote_updated_at is 'updatedAt of the Twenty record as last merged or written: reconciliation reads a record again when it has another';
comment on column lead_sync.lead_states.company_id is 'The company of the Twenty record as last read: whose leads to read again when a company changes';
comment on column lead_sync.lead_states.absent_since is 'Start of the first read that did not find the record';
comment on column lead_sync.lead_states.gone is 'A second read confirmed that the record is gone for good';
comment on column lead_sync.lead_states.changed_at is 'Per field, when it last changed here';
comment on column lead_sync.lead_states.merged_at is 'Last merge or completed write; a read that began before it is stale, unless it shows a later version than the read that was merged';
comment on column lead_sync.lead_states.read_at is 'When the read began that was last merged, or when the last write was completed';
comment on column lead_sync.lead_states.due_at is 'When the push looks at this lead next: now (pending), later (backoff), the end of its lease (claimed), null (settled, held or dead letter)';
comment on column lead_sync.lead_states.due_since is 'When the lead became due, kept over retries';
comment on column lead_sync.lead_states.intent is 'What a write was about to send: {values, base_local, base_remote, until, left_out}; left_out: values that stay here';
comment on column lead_sync.lead_states.retries is 'Tries in a row, those that do not count as errors included: the backoff''s exponent';
comment on column lead_sync.lead_states.error_category is 'What kind of refusal the last one was; tombstone and duplicate_of hold a lead back';
comment on column lead_sync.lead_states.error_at is 'When the lead was last refused or held back';
comment on column lead_sync.lead_states.held_by is 'The person in Twenty that has this lead''s e-mail; the lead is held until that person changes';
comment on column lead_sync.lead_states.stalls is 'Calls of the push in a row that died over a batch with this lead: the more, the smaller the batch that it is claimed in';
comment on column lead_sync.lead_states.refusal is 'Why the lead''s row could not be written here: the row itself may not take it';
comment on column lead_sync.lead_states.outside_by is 'changed_at of the filter that left the lead here when it was last due: another filter judges it again';
comment on column lead_sync.lead_states.joined is 'The lead that has taken this one''s history over: their people were merged in Twenty';
create index if not exists lead_states_due_idx on lead_sync.lead_states (due_at) where due_at is not null and adapter = 'lead';
create index if not exists lead_states_due_others_idx on lead_sync.lead_states (adapter, due_at) where due_at is not null and adapter <> 'lead';
create index if not exists lead_states_waiting_idx on lead_sync.lead_states (due_since) where due_at is not null;
create index if not exists lead_states_claim_idx on lead_sync.lead_states (claim_token) where claim_token is not null;
create index if not exists lead_states_held_by_idx on lead_sync.lead_states (held_by) where held_by is not null;
create index if not exists lead_states_refusal_idx on lead_sync.lead_states (lead_id) where refusal is not null;
create index if not exists lead_states_outside_idx on lead_sync.lead_states (outside_by) where outside_by is not null;
create index if not exists lead_states_company_idx on lead_sync.lead_states (company_id) where company_id is not null;
create sequence if not exists lead_sync.push_at_work minvalue 0 start with 0;
create table if not exists lead_sync.settings (
only_row boolean primary key default true check (only_row),
object text not null default 'person',
default_country text not null default 'US' check (default_country ~ '^[A-Z]{2}$'),
overlap interval not null default '2 minutes',
lease interval not null default '5 minutes',
absence_allowance interval not null default '60 seconds',
max_attempts integer not null default 8 check (max_attempts > 0),
approve_deletions integer check (approve_deletions >= 0),
approve_changes integer check (approve_changes >= 0),
backoff_first interval not null default '1 minute',
backoff_longest interval not null default '6 hours',
strict boolean not null default false,
reconcile_missing text not null default 'repair' check (reconcile_missing in ('repair', 'report')),
reconcile_orphaned text not null default 'repair' check (reconcile_orphaned in ('repair', 'report')),
reconcile_different text not null default 'repair' check (reconcile_different in ('repair', 'report')),
reconcile_unsynced text not null default 'repair' check (reconcile_unsynced in ('repair', 'report')),
reconcile_orphaned_share numeric not null default 0.1 check (reconcile_orphaned_share between 0 and 1),
reconcile_all_every interval not null default '23 hours' check (reconcile_all_every >= '0 s'),
twenty_calls_per_minute integer not null default 100 check (twenty_calls_per_minute > 0),
history_days integer not null default 30 check (history_days > 0),
archive_days integer not null default 365 check (archive_days > 0),
runs_days integer not null default 90 check (runs_days > 0),
changes_days integer not null default 30 check (changes_days between 0 and 50),
touch_raw_days integer not null default 90 check (touch_raw_days >= 0),
max_lead_bytes integer not null default 262144 check (max_lead_bytes >= 16384),
max_claim_bytes integer not null default 8388608 check (max_claim_bytes > 0),
company_size_scheme text not null default 'linkedin',
ai_attributes text[] not null default '{}',
keep_data_quality boolean not null default false,
find_duplicates boolean not null default false,
share_calls boolean not null default false,
quiet_from time, quiet_until time,
quiet_zone text not null default 'UTC' constraint settings_quiet_zone check (timestamptz '2000-01-01' at time zone quiet_zone is not null),
constraint settings_quiet check ((quiet_from is null) = (quiet_until is null))
);
alter table lead_sync.settings enable row level security;
comment on column lead_sync.settings.max_lead_bytes is 'A lead of more bytes than this is not taken, nor one that is larger grown further; of a person in Twenty, with the record as it is there, twice as many are';
comment on column lead_sync.settings.max_claim_bytes is 'A claim, and what it plans to write, ends before the lead with which it would have more bytes than this; one lead it always has';
comment on column lead_sync.settings.overlap is 'A delta reads this far back before its cursor: covers late commits in Twenty';
comment on column lead_sync.settings.lease is 'A run or a claim that has not been heard of for this long is taken over';
comment on column lead_sync.settings.reconcile_missing is 'What a reconciliation does about people in Twenty without a lead: repair (make the lead) or report only';
comment on column lead_sync.settings.reconcile_orphaned is 'About leads whose person is gone from Twenty: repair (have the absence confirmed) or report only';
comment on column lead_sync.settings.reconcile_different is 'About people in Twenty that are not as last merged: repair (read and merge them) or report only';
comment on column lead_sync.settings.reconcile_unsynced is 'About leads with an unsynced change that nothing queues, or in an impossible state: repair (queue them) or report only';
comment on column lead_sync.settings.reconcile_orphaned_share is 'When more than this share of all linked leads (and more than 20) is orphaned, nothing is repaired: the key of another workspace looks like that';
comment on column lead_sync.settings.reconcile_all_every is 'How long after a comparison of all ids a scheduled reconciliation may compare ranges of ids instead; 0: all ids each time';
comment on column lead_sync.settings.approve_deletions is 'When a run would delete more than this on one side, it waits for a yes; empty: nothing waits';
comment on column lead_sync.settings.approve_changes is 'When a run would change more records than this on one side, it waits for a yes; empty: nothing waits';
comment on column lead_sync.settings.strict is 'The push writes one record a call, only if it is as it was read: nothing that happens in between is overwritten';
comment on column lead_sync.settings.twenty_calls_per_minute is 'What Twenty allows, where no run of the last hour has found it out: the monitor shows the calls used against it';
comment on column lead_sync.settings.history_days is 'Maintenance moves history that is older than this many whole days (UTC) to lead_sync.history_archive';
comment on column lead_sync.settings.archive_days is 'Archived history that is older than this is deleted; the daily summary keeps its days';
comment on column lead_sync.settings.touch_raw_days is 'What a source sent of a touch is erased when it is older than this; 0: it is not kept at all';
comment on column lead_sync.settings.changes_days is 'So long are the values kept that the sync changed, and can be undone; 0: they are not kept at all';
comment on column lead_sync.settings.runs_days is 'Sync runs, closed conflicts and merges that are older than this are deleted; of a merge, so long can it be undone';
comment on column lead_sync.settings.absence_allowance is 'A record counts as gone when a read this much later misses it again: covers read replicas';
create table if not exists lead_sync.cursors (
object text primary key,
cursor timestamptz,
mode text check (mode in ('delta', 'full')),
window_from timestamptz,
window_until timestamptz,
position text
);
alter table lead_sync.cursors enable row level security;
insert into lead_sync.settings (only_row) values (true) on conflict do nothing;
-- 203_lead_sync_monitoring.sql
create table if not exists lead_sync.activity (
minute timestamptz not null,
grain integer not null default 0 check (grain between 0 and 2),
sync_type text not null,
sync_direction text not null,
sync_status text not null,
category text check (category in ('auth', 'rate_limit', 'validation', 'conflict', 'network', 'server')),
lag_bucket integer,
entries bigint not null
);
alter table lead_sync.activity enable row level security;
comment on column lead_sync.activity.lag_bucket is
'From due to settled: 10 ^ (bucket / 20) seconds at most, 12 % a bucket; null for failures, intake, runs and full resyncs';
create index if not exists activity_minute_idx on lead_sync.activity (minute);
create index if not exists activity_grain_idx on lead_sync.activity (grain, minute) where grain < 2;
create table if not exists lead_sync.lead_counts (
facet text not null check (facet in ('status', 'segment', 'score')),
key text not null,
leads bigint not null,
scored bigint not null default 0,
score numeric not null default 0
);
alter table lead_sync.lead_counts enable row level security;
comment on column lead_sync.lead_counts.score is 'Sum of the scores of the scored leads; only segments have it';
create table if not exists lead_sync.daily_activity (
sync_date date not null,
sync_direction text not null,
sync_status text not null,
sync_count bigint not null,
unique_leads bigint not null,
primary key (sync_date, sync_direction, sync_status)
);
alter table lead_sync.daily_activity enable row level security;
create table if not exists lead_sync.summed_days (
sync_date date primary key,
entries bigint not null
);
alter table lead_sync.summed_days enable row level security;
create table if not exists lead_sync.history_archive (like public.lead_sync_history);
alter table lead_sync.history_archive enable row level security;
create index if not exists history_archive_synced_at_idx on lead_sync.history_archive (synced_at);
create table if not exists lead_sync.alert_rules (
alert text primary key,
title text not null,
enabled boolean not null default true,
severity text not null check (severity in ('warning', 'critical')),
threshold numeric not null,
minimum integer not null default 0,
directions text[] check (directions <@ array['twenty_to_supabase', 'supabase_to_twenty']),
pending_for interval not null default '0',
clear_for interval not null default '0',
reminders interval[] not null default array['1 hour', '4 hours', '24 hours']::interval[],
escalate_after interval,
advice text not null,
paused_until timestamptz
);
alter table lead_sync.alert_rules enable row level security;
comment on column lead_sync.alert_rules.threshold is 'The alert is active above this: percent, minutes or a number of leads, see docs/operations.md';
comment on column lead_sync.alert_rules.paused_until is 'Until then nobody is told of it; what lasts is told then';
comment on column lead_sync.alert_rules.minimum is 'failure_rate: attempts in the hour that are needed to tell';
comment on column lead_sync.alert_rules.directions is 'sync_stalled: the directions that are in use';
comment on column lead_sync.alert_rules.pending_for is 'How long the condition must hold before anybody is told';
comment on column lead_sync.alert_rules.clear_for is 'How long the condition must be over before its end is told';
comment on column lead_sync.alert_rules.reminders is 'After how long a firing alert is told again; the last one repeats';
comment on column lead_sync.alert_rules.escalate_after is 'A warning that fires for this long becomes critical; null: never';
create table if not exists lead_sync.alert_states (
alert text primary key references lead_sync.alert_rules (alert) on delete cascade,
state text not null default 'ok' check (state in ('ok', 'pending', 'firing')),
severity text not null check (severity in ('warning', 'critical')),
since timestamptz,
fired_at timestamptz,
clear_since timestamptz,
reminded integer not null default 0
);
alter table lead_sync.alert_states enable row level security;
comment on column lead_sync.alert_states.clear_since is 'Firing, but the condition has not held since then';
comment on column lead_sync.alert_states.reminded is 'Reminders given in this incident';
create table if not exists lead_sync.alert_notifications (
id bigint generated always as identity primary key,
alert text not null,
kind text not null check (kind in ('raised', 'reminder', 'escalated', 'recovered')),
severity text not null,
title text not null,
message text not null,
advice text not null,
since timestamptz not null,
at timestamptz not null,
examples jsonb not null default '[]',
offered_until timestamptz,
sent_at timestamptz
);
alter table lead_sync.alert_notifications enable row level security;
create index if not exists alert_notifications_open_idx on lead_sync.alert_notifications (id) where sent_at is null;
create table if not exists lead_sync.backlog_samples (at timestamptz primary key, pending bigint not null);
alter table lead_sync.backlog_samples enable row level security;
create table if not exists lead_sync.heartbeats (source text primary key, at timestamptz not null);
alter table lead_sync.heartbeats enable row level security;
create table if not exists lead_sync.maintenance_tasks (task text primary key, last_at timestamptz not null, result jsonb not null default '{}');
alter table lead_sync.maintenance_tasks enable row level security;
-- audit/tables.sql
create table if not exists lead_sync.audit_log (
id bigint generated always as identity primary key,
done_at timestamptz not null default clock_timestamp(),
done_by text not null,
action text not null,
subject jsonb not null default '{}'
);
alter table lead_sync.audit_log enable row level security;
comment on column lead_sync.audit_log.done_by is 'As the caller names itself, see lead_sync.actor';
comment on column lead_sync.audit_log.subject is 'What it was about: IDs and settings, no values of leads';
create index if not exists audit_log_done_at_idx on lead_sync.audit_log (done_at);
-- settings/tables.sql
comment on column lead_sync.settings.object is 'The object of Twenty whose records are the leads';
comment on column lead_sync.settings.default_country is 'The country of phone numbers that are written without one, as two capital letters: US';
comment on column lead_sync.settings.max_attempts is 'After so many refusals a lead is a dead letter: it is not tried again by itself';
comment on column lead_sync.settings.backoff_first is 'How long after its first refusal a lead is tried again; each time after that twice as long';
comment on column lead_sync.settings.backoff_longest is 'The longest time between two tries of a lead';
comment on column lead_sync.settings.quiet_from is 'From this time of the day on, warnings are kept until quiet_until; what is critical is told at once. Empty: no quiet hours';
comment on column lead_sync.settings.quiet_until is 'Until this time of the day warnings are kept; it may be of the next day';
comment on column lead_sync.settings.quiet_zone is 'The time zone of the quiet hours: Europe/Paris';
comment on column lead_sync.settings.share_calls is 'Whether runs take their calls of Twenty from one budget, which is kept here: for n8n in queue mode, where each worker would spend the whole limit';
comment on column lead_sync.settings.keep_data_quality is 'Whether the daily upkeep keeps the figures of data quality once a month: the trend of get_data_quality';
comment on column lead_sync.settings.find_duplicates is 'Whether the daily upkeep looks for leads that may be one person: list_duplicates shows them';
comment on column lead_sync.settings.company_size_scheme is 'Which bands of company_size_bands fill leads.company_size_band: linkedin, eu or your own';
comment on column lead_sync.settings.ai_attributes is 'Keys of attributes that may be shown to the AI that classifies leads; none unless named here';
-- objects/tables.sql
create table if not exists lead_sync.objects (
adapter text primary key check (adapter ~ '^[a-z][a-z0-9_]*$'),
object text unique check ((object is null) = (adapter = 'lead')),
row_table text not null check (row_table ~ '^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$'),
of_lead boolean not null default false,
known_by text check (known_by ~ '^[a-z][a-z0-9_]*$')
);
alter table lead_sync.objects enable row level security;
comment on column lead_sync.objects.object is 'What Twenty calls it, e.g. opportunity; null for leads: those are records of the object that a run or the settings name';
comment on column lead_sync.objects.row_table is 'Schema and name of the table, e.g. public.leads';
comment on column lead_sync.objects.of_lead is 'Its rows hang on leads: the table has the columns lead_id and contact_id, the person''s id in Twenty while that is no lead here; the value of both is contact_id';
comment on column lead_sync.objects.known_by is 'A text column, and the value of that name, which Twenty keeps unique: by it, a row without a record and a record without a row are known as one. The column holds the value as it is compared';
insert into lead_sync.objects (adapter, row_table) values ('lead', 'public.leads') on conflict do nothing;
do $$
begin
if to_regtype('lead_sync.synced_row') is null then
create type lead_sync.synced_row as (id uuid, twenty_id uuid, local jsonb, sync_status text, sync_error_count integer, left_out jsonb);
end if;
if to_regtype('lead_sync.row_change') is null then
create type lead_sync.row_change as (
id uuid, is_new boolean, twenty_id uuid, taken jsonb, deleted_at timestamptz, sync_status text, keeps_error boolean, left_out jsonb,
sync_direction text, last_synced_at timestamptz, record jsonb
);
end if;
end
$$;
revoke all on type lead_sync.synced_row, lead_sync.row_change from public, anon, authenticated;
-- mappings/tables.sql
create table if not exists lead_sync.field_mappings (
object text not null,
lead_field text not null constraint field_mappings_lead_field_check check (
lead_field in (
'deleted', 'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'segment'
)
or lead_field ~ '^attributes\.[^.]+$'
or object not in ('person', 'lead') and lead_field ~ '^[a-z][a-z0-9_]*$'
),
twenty_field text check (twenty_field ~ '^[a-zA-Z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*){0,2}$'),
kind text not null default 'text' check (
kind in ('text', 'email', 'phone', 'link', 'domain', 'number', 'boolean', 'list', 'money', 'option', 'time', 'reference')
),
direction text not null default 'both' check (direction in ('both', 'to_twenty', 'to_supabase')),
policy text not null default 'last_write_wins'
check (policy in ('last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank')),
enabled boolean not null default true,
missing_since timestamptz,
base_since timestamptz,
primary key (object, lead_field),
constraint field_mappings_lists check (lead_field not in ('additional_emails', 'additional_phones') or kind = 'list'),
constraint field_mappings_twenty_field check ((lead_field = 'deleted') = (twenty_field is null)),
constraint field_mappings_segment check (lead_field <> 'segment' or direction = 'to_twenty')
);
alter table lead_sync.field_mappings enable row level security;
comment on column lead_sync.field_mappings.lead_field is 'A field of leads, or what the values of another object''s rows call it: lead_sync.<adapter>_values';
comment on column lead_sync.field_mappings.kind is 'What the value is; list: several texts, or the e-mails and phones of a field that holds several; option: one of a select; reference: a record''s id';
comment on column lead_sync.field_mappings.base_since is 'What was agreed on this field before counts no more: it was somewhere else in Twenty, or was not taken from there';
comment on column lead_sync.field_mappings.missing_since is 'Set while the Twenty workspace lacks the field; the field is left out of the sync until it is there';
-- history/tables.sql
create table if not exists lead_sync.lead_changes (
changed_at timestamptz not null,
lead_id uuid not null,
run_id uuid,
side text not null check (side in ('supabase', 'twenty')),
made_by text,
before jsonb not null,
after jsonb not null
) partition by list ((((changed_at at time zone 'utc')::date - date '2000-01-03') / 7 % 9));
alter table lead_sync.lead_changes enable row level security;
comment on column lead_sync.lead_changes.side is 'Where the values were written';
comment on column lead_sync.lead_changes.made_by is 'Who undid something, as told; null: the sync';
comment on column lead_sync.lead_changes.before is 'Per field that was changed, its value before; of a field that was blank, none';
comment on column lead_sync.lead_changes.after is 'Per field that was changed, the value that was written; null blanked it';
create index if not exists lead_changes_lead_idx on lead_sync.lead_changes (lead_id, changed_at);
create index if not exists lead_changes_run_idx on lead_sync.lead_changes (run_id, lead_id) where run_id is not null;
create index if not exists lead_changes_changed_at_idx on lead_sync.lead_changes using brin (changed_at);
do $$
begin
for v_week in 0..8 loop
execute format('create table if not exists lead_sync.lead_changes_%s partition of lead_sync.lead_changes for values in (%s)', v_week, v_week);
execute format('alter table lead_sync.lead_changes_%s enable row level security', v_week);
end loop;
end
$$;
-- touches/tables.sql
create table if not exists public.lead_touches (
id bigint generated always as identity primary key,
lead_id uuid references public.leads (id) on delete set null,
source text not null,
external_id text not null,
kind text not null check (kind in ('form', 'call', 'import', 'table', 'manual')),
touched_at timestamptz not null,
campaign text,
ad_set text,
ad text,
form text,
medium text,
landing_page text,
agent text,
duration_seconds numeric check (duration_seconds >= 0),
outcome text check (outcome in ('answered', 'missed')),
raw jsonb,
created_at timestamptz not null default now(),
constraint lead_touches_key unique (source, external_id)
);
alter table public.lead_touches enable row level security;
comment on table public.lead_touches is 'When and how leads reached us: a lead has many';
comment on column public.lead_touches.lead_id is 'null: the lead was deleted for good, and its touch does not bring it back';
comment on column public.lead_touches.external_id is 'What the source calls it; one that comes again changes nothing';
comment on column public.lead_touches.agent is 'Who took the call, or the form';
comment on column public.lead_touches.outcome is 'Of a call that is over: answered, or missed by us';
comment on column public.lead_touches.raw is 'What the source sent, for touch_raw_days of lead_sync.settings';
create index if not exists lead_touches_lead_idx on public.lead_touches (lead_id, touched_at) where lead_id is not null;
create index if not exists lead_touches_raw_idx on public.lead_touches (created_at) where raw is not null;
create index if not exists lead_touches_created_at_idx on public.lead_touches (created_at);
create index if not exists lead_touches_form_idx on public.lead_touches (source, created_at) where kind = 'form';
create index if not exists lead_touches_missed_idx on public.lead_touches (touched_at) where outcome = 'missed';
-- hints/tables.sql
create table if not exists lead_sync.intake_inbox (
source text not null,
external_id text not null,
hint jsonb not null default '{}',
received_at timestamptz not null default clock_timestamp(),
due_at timestamptz not null default clock_timestamp(),
claim_token uuid,
attempts integer not null default 0,
last_error text,
done_at timestamptz,
primary key (source, external_id)
);
alter table lead_sync.intake_inbox enable row level security;
comment on column lead_sync.intake_inbox.due_at is 'When to read it: at once, after a pause where that failed, or when the claim of a reader that died ends';
comment on column lead_sync.intake_inbox.claim_token is 'Of who is reading it; another one does not change when it is due';
comment on column lead_sync.intake_inbox.attempts is 'How often it was claimed';
comment on column lead_sync.intake_inbox.last_error is 'Why it could not be read or stored, the last time';
comment on column lead_sync.intake_inbox.done_at is 'When its lead was stored, was found to need no storing, or was given up as its source does not have it';
create index if not exists intake_inbox_due_idx on lead_sync.intake_inbox (source, due_at) where done_at is null;
create index if not exists intake_inbox_failing_idx on lead_sync.intake_inbox (received_at) where done_at is null and last_error is not null;
create index if not exists intake_inbox_received_idx on lead_sync.intake_inbox (received_at);
create table if not exists lead_sync.intake_cursors (
source text not null,
channel text not null,
read_until timestamptz not null,
primary key (source, channel)
);
alter table lead_sync.intake_cursors enable row level security;
-- sources/tables.sql
create table if not exists lead_sync.sources (
source regclass primary key,
key_column name not null,
columns jsonb not null check (jsonb_typeof(columns) = 'object'),
lead_source text not null check (lead_source <> 'twenty'),
both_ways boolean not null,
inserts boolean not null,
position text,
read_at timestamptz
);
alter table lead_sync.sources enable row level security;
comment on table lead_sync.sources is 'Tables whose rows are leads';
comment on column lead_sync.sources.columns is 'Per field of a lead, the column that has it';
comment on column lead_sync.sources.lead_source is 'What leads.lead_source says of a lead that comes from here, where no column tells it';
comment on column lead_sync.sources.both_ways is 'Whether leads are written back to their rows';
comment on column lead_sync.sources.inserts is 'Whether a lead from elsewhere gets a row there';
comment on column lead_sync.sources.position is 'The last key that the first reading has read';
comment on column lead_sync.sources.read_at is 'When all rows had been read; null: the first reading is at work';
create table if not exists lead_sync.source_rows (
id bigint generated always as identity primary key,
source regclass not null references lead_sync.sources (source) on delete cascade,
key text,
lead_id uuid references public.leads (id) on delete set null,
there jsonb not null default '{}',
here jsonb not null default '{}',
refusal text,
constraint source_rows_key unique (source, key)
);
alter table lead_sync.source_rows enable row level security;
comment on column lead_sync.source_rows.key is 'null: the row was deleted, or could not be made';
comment on column lead_sync.source_rows.lead_id is 'null without a refusal: the lead was deleted for good, and its row is not taken again';
comment on column lead_sync.source_rows.there is 'The row''s columns as they were last read or written: a column has changed when it differs';
comment on column lead_sync.source_rows.here is 'What the lead would have written there at that time: a field has changed when it differs';
comment on column lead_sync.source_rows.refusal is 'Why the row was not taken, or not written; its next change tries it again';
create index if not exists source_rows_lead_idx on lead_sync.source_rows (lead_id) where lead_id is not null;
create index if not exists source_rows_refused_idx on lead_sync.source_rows (source) where refusal is not null;
create table if not exists lead_sync.source_changes (
id bigint generated always as identity primary key,
source regclass not null,
key text,
lead_id uuid
);
alter table lead_sync.source_changes enable row level security;
comment on table lead_sync.source_changes is 'Neither key nor lead: what was written could not be noted, so that all rows are read again';
create index if not exists source_changes_key_idx on lead_sync.source_changes (source, id) where key is not null;
-- hosts/tables.sql
create table if not exists public.shared_hosts (
host text primary key check (host = lower(btrim(host)) and host like '%_.__%'),
kind text not null check (kind in ('social', 'site_builder', 'short_link', 'marketplace'))
);
alter table public.shared_hosts enable row level security;
-- duplicates/tables.sql
create table if not exists lead_sync.duplicate_marks (
lead_id uuid primary key references public.leads (id) on delete cascade,
emails text[] not null,
mailboxes text[] not null,
phones text[] not null,
name text,
company text,
domain text,
due boolean not null default true,
keys bigint[] not null
);
alter table lead_sync.duplicate_marks enable row level security;
comment on column lead_sync.duplicate_marks.keys is 'The blocks that the lead is in';
comment on column lead_sync.duplicate_marks.due is 'The lead is new or changed, and not compared with others since';
create index if not exists duplicate_marks_due_idx on lead_sync.duplicate_marks (lead_id) where due;
create table if not exists lead_sync.duplicate_keys (
key bigint not null,
lead_id uuid not null,
primary key (key, lead_id)
);
alter table lead_sync.duplicate_keys enable row level security;
create table if not exists lead_sync.duplicate_pairs (
lead_a uuid not null references public.leads (id) on delete cascade,
lead_b uuid not null references public.leads (id) on delete cascade,
score numeric not null check (score > 0 and score <= 1),
reasons jsonb not null check (jsonb_typeof(reasons) = 'object'),
found_at timestamptz not null default now(),
decided text check (decided in ('not_duplicate', 'merged')),
decided_by text,
decided_at timestamptz,
primary key (lead_a, lead_b),
constraint duplicate_pairs_order check (lead_a < lead_b),
constraint duplicate_pairs_decided check ((decided is null) = (decided_at is null))
);
alter table lead_sync.duplicate_pairs enable row level security;
comment on column lead_sync.duplicate_pairs.reasons is 'Per rule that holds (email, mailbox, phone, name), how much it says alone: 0 to 1';
comment on column lead_sync.duplicate_pairs.decided is 'not_duplicate: the pair is not listed again, whatever else is found of it';
create index if not exists duplicate_pairs_lead_b_idx on lead_sync.duplicate_pairs (lead_b);
create index if not exists duplicate_pairs_dismissed_idx on lead_sync.duplicate_pairs (decided_at desc) where decided = 'not_duplicate';
create index if not exists duplicate_pairs_open_idx on lead_sync.duplicate_pairs (score desc, lead_a, lead_b) where decided is null;
create table if not exists lead_sync.duplicate_search (
only_row boolean primary key default true check (only_row),
from_time timestamptz not null default '-infinity',
from_id uuid not null default '00000000-0000-0000-0000-000000000000',
round_began_at timestamptz,
figures jsonb not null default '{}'
);
alter table lead_sync.duplicate_search enable row level security;
comment on column lead_sync.duplicate_search.from_time is 'The round reads what was written since then';
comment on column lead_sync.duplicate_search.from_id is 'How far it has read: in the order of IDs, as leads that were loaded at once have one time';
comment on column lead_sync.duplicate_search.round_began_at is 'null: all leads that had changed were read and compared';
comment on column lead_sync.duplicate_search.figures is 'What the round at hand, or the last one, has done so far';
create table if not exists lead_sync.merges (
id bigint generated always as identity primary key,
keep_id uuid not null references public.leads (id) on delete cascade,
drop_id uuid not null references public.leads (id) on delete cascade,
step text not null default 'asked' check (step in ('asked', 'twenty_merged', 'joined', 'refused', 'undone')),
chosen jsonb not null,
keep_values jsonb not null,
drop_values jsonb not null,
keep_twenty_id uuid,
drop_twenty_id uuid,
touches bigint[] not null default '{}',
token uuid not null default gen_random_uuid(),
problem text,
asked_by text,
asked_at timestamptz not null default now(),
tried_at timestamptz,
unheard_since timestamptz,
settled_at timestamptz,
constraint merges_settled check ((settled_at is null) = (step in ('asked', 'twenty_merged')))
);
alter table lead_sync.merges enable row level security;
comment on column lead_sync.merges.step is 'twenty_merged: only the leads are left to join; joined: done; refused: cannot be done, problem says why';
comment on column lead_sync.merges.chosen is 'Fields that do not stay as the kept lead has them: {field: value}, null for a blank';
comment on column lead_sync.merges.touches is 'The touches that the dropped lead brought';
comment on column lead_sync.merges.token is 'Of the claim that keeps pushes from both leads while Twenty merges their people';
comment on column lead_sync.merges.problem is 'What the merge waits for, or why it cannot be done';
comment on column lead_sync.merges.unheard_since is 'Since when Twenty may have merged the two people without anybody having heard; null: it has not';
create unique index if not exists merges_open_keep_idx on lead_sync.merges (keep_id) where settled_at is null;
create unique index if not exists merges_open_drop_idx on lead_sync.merges (drop_id) where settled_at is null;
create index if not exists merges_asked_at_idx on lead_sync.merges (asked_at desc);
create index if not exists merges_keep_idx on lead_sync.merges (keep_id);
create index if not exists merges_drop_idx on lead_sync.merges (drop_id);
-- forgetting/tables.sql
create table if not exists lead_sync.forgetting_key (
only_row boolean primary key default true check (only_row),
inner_pad bytea not null,
outer_pad bytea not null
);
alter table lead_sync.forgetting_key enable row level security;
create table if not exists lead_sync.forgotten (
hash bytea primary key,
forgotten_at timestamptz not null default now()
);
alter table lead_sync.forgotten enable row level security;
create table if not exists lead_sync.to_destroy (
object text not null,
record_id uuid not null,
asked_at timestamptz not null default now(),
primary key (object, record_id)
);
alter table lead_sync.to_destroy enable row level security;
-- rate_limits/tables.sql
create table if not exists lead_sync.rate_limits (
workspace text primary key,
tokens integer not null check (tokens >= 0),
taken_at timestamptz not null,
learned jsonb not null,
learned_at timestamptz not null
) with (fillfactor = 50);
alter table lead_sync.rate_limits enable row level security;
-- approvals/tables.sql
create table if not exists lead_sync.approvals (
id bigint generated always as identity primary key,
kind text not null check (kind in ('deletions', 'changes')),
side text not null check (side in ('twenty', 'supabase')),
run_id uuid,
opened_at timestamptz not null default clock_timestamp(),
decision text check (decision in ('yes', 'no')),
decided_at timestamptz,
decided_by text,
constraint approvals_decided check ((decision is null) = (decided_at is null))
);
alter table lead_sync.approvals enable row level security;
comment on column lead_sync.approvals.side is 'Where something would be deleted or changed';
comment on column lead_sync.approvals.run_id is 'The run that met it first';
create unique index if not exists approvals_open_idx on lead_sync.approvals (kind, side) where decision is null;
create table if not exists lead_sync.approval_items (
approval_id bigint not null references lead_sync.approvals (id) on delete cascade,
lead_id uuid not null references public.leads (id) on delete cascade,
twenty_id uuid not null,
change jsonb not null,
version timestamptz,
snapshot jsonb,
read_started_at timestamptz,
primary key (approval_id, lead_id)
);
alter table lead_sync.approval_items enable row level security;
comment on column lead_sync.approval_items.change is '{field: value} that would be written';
comment on column lead_sync.approval_items.version is 'What a decision is about: of the person, updatedAt (null: gone); of a lead, when it was last merged or written. Whatever is another is looked at anew';
comment on column lead_sync.approval_items.snapshot is 'What was read of the person, until it is merged';
create index if not exists approval_items_lead_idx on lead_sync.approval_items (lead_id);
create index if not exists approval_items_twenty_idx on lead_sync.approval_items (twenty_id);
create index if not exists approval_items_open_idx on lead_sync.approval_items (approval_id) where snapshot is not null;
-- inbox/tables.sql
create table if not exists lead_sync.inbox (
object text not null,
record_id uuid not null,
hints integer not null default 1,
waiting_since timestamptz not null default clock_timestamp(),
due_at timestamptz not null default clock_timestamp(),
run_id uuid,
hinted_again_at timestamptz,
primary key (object, record_id)
);
alter table lead_sync.inbox enable row level security;
comment on column lead_sync.inbox.waiting_since is 'The first hint that no finished read has answered';
comment on column lead_sync.inbox.due_at is 'When to read the record: at once, or when its absence can be confirmed';
comment on column lead_sync.inbox.run_id is 'The drain that is reading the record; another drain means that this one is dead';
comment on column lead_sync.inbox.hinted_again_at is 'The first hint that came after that read began: the record is read once more';
create index if not exists inbox_due_idx on lead_sync.inbox (due_at);
create index if not exists inbox_waiting_idx on lead_sync.inbox (waiting_since);
create table if not exists lead_sync.inbox_hours (
hour timestamptz not null,
shard integer not null,
received bigint not null default 0,
added bigint not null default 0,
coalesced bigint not null default 0,
ignored bigint not null default 0,
drained bigint not null default 0,
primary key (hour, shard)
);
alter table lead_sync.inbox_hours enable row level security;
comment on column lead_sync.inbox_hours.received is 'Hints that came in: added + coalesced + ignored';
comment on column lead_sync.inbox_hours.coalesced is 'Hints for a record that was waiting already';
comment on column lead_sync.inbox_hours.ignored is 'Hints for objects that are not synced, or without the id of a record';
comment on column lead_sync.inbox_hours.drained is 'Records that were read and merged';
-- instant_push/tables.sql
create table if not exists lead_sync.instant_push (
only_row boolean primary key default true check (only_row),
url text check (url ~ '^https?://[^[:space:]]+$'),
secret text,
edge_url text check (edge_url ~ '^https?://[^[:space:]]+$'),
arrivals_url text check (arrivals_url ~ '^https?://[^[:space:]]+$'),
constraint instant_push_secret check ((coalesce(url, edge_url, arrivals_url) is null) = (secret is null))
);
alter table lead_sync.instant_push enable row level security;
comment on table lead_sync.instant_push is 'Its row turns instant pushes on';
comment on column lead_sync.instant_push.url is 'Address of the push workflow''s webhook; null: NOTIFY only';
comment on column lead_sync.instant_push.edge_url is 'Address of the webhook that brings rows to the edge; null: NOTIFY only';
comment on column lead_sync.instant_push.arrivals_url is 'Address of the webhook that assigns and tells leads that arrived; null: NOTIFY only';
comment on column lead_sync.instant_push.secret is 'What the call carries in the header X-Lead-Sync-Secret';
create table if not exists lead_sync.push_wishes (
xact xid8 default pg_current_xact_id(),
target text not null check (target in ('push', 'edge', 'arrivals')),
primary key (xact, target)
);
alter table lead_sync.push_wishes enable row level security;
create sequence if not exists lead_sync.last_push_call;
create sequence if not exists lead_sync.last_edge_call;
create sequence if not exists lead_sync.last_arrivals_call;
-- reconcile/tables.sql
create table if not exists lead_sync.reconciliations (
run_id uuid primary key,
report_only boolean not null default false,
position text,
compared_through uuid not null default '00000000-0000-0000-0000-000000000000',
compared boolean not null default false,
suspicion text,
changed_since timestamptz,
page_size integer,
summaries_left integer
);
alter table lead_sync.reconciliations enable row level security;
comment on column lead_sync.reconciliations.position is 'Where in Twenty the next page starts';
comment on column lead_sync.reconciliations.compared_through is 'The highest id compared so far: the next page''s range of ids begins behind it';
comment on column lead_sync.reconciliations.changed_since is 'Set: by ranges. People changed since then are compared one by one, of the others summaries of ranges of ids; null: all ids';
comment on column lead_sync.reconciliations.page_size is 'A range that differs is read when it holds no more people than this, otherwise halved';
comment on column lead_sync.reconciliations.summaries_left is 'How many unequal summaries are borne before all that is left is read: about the calls that reading everything costs';
comment on column lead_sync.reconciliations.suspicion is 'Why nothing may be repaired: so many leads have lost their person that this may be another workspace';
create table if not exists lead_sync.id_ranges (
run_id uuid not null references lead_sync.reconciliations (run_id) on delete cascade,
after uuid not null default '00000000-0000-0000-0000-000000000000',
through uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff',
step text not null check (step in ('changed', 'read', 'summarise')),
primary key (run_id, after, step)
);
alter table lead_sync.id_ranges enable row level security;
insert into lead_sync.id_ranges (run_id, step)
select r.run_id, 'read' from lead_sync.reconciliations as r
where not r.compared and not exists (select from lead_sync.id_ranges as i where i.run_id = r.run_id);
comment on column lead_sync.id_ranges.step is 'changed: ids of people changed lately are read; read: all ids are; summarise: a summary is compared';
create table if not exists lead_sync.findings (
run_id uuid not null references lead_sync.reconciliations (run_id) on delete cascade,
kind text not null check (kind in ('missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')),
subject uuid not null,
detail jsonb not null,
primary key (run_id, kind, subject)
);
alter table lead_sync.findings enable row level security;
comment on column lead_sync.findings.subject is 'The Twenty id (missing, orphaned, different) or the lead''s id (unsynced, impossible; of duplicates the oldest)';
-- enrichment/tables.sql
create table if not exists public.country_names (
name text primary key check (name = lower(btrim(name)) and name <> ''),
country text not null check (country ~ '^[A-Z]{2}$')
);
alter table public.country_names enable row level security;
create table if not exists public.phone_prefixes (
prefix text primary key check (prefix ~ '^[1-9][0-9]{0,6}$'),
country text not null check (country ~ '^[A-Z]{2}$')
);
alter table public.phone_prefixes enable row level security;
create table if not exists public.free_email_domains (
domain text primary key check (domain = lower(btrim(domain)) and domain like '%_.__%')
);
alter table public.free_email_domains enable row level security;
create table if not exists public.company_size_bands (
scheme text not null check (btrim(scheme) <> ''),
from_employees integer not null check (from_employees >= 0),
band text not null check (btrim(band) <> ''),
primary key (scheme, from_employees),
unique (scheme, band)
);
alter table public.company_size_bands enable row level security;
create table if not exists public.geo_income_tiers (
country text not null check (country ~ '^[A-Z]{2}$'),
region text not null default '' check (region = lower(btrim(region))),
postal_prefix text not null default '' check (postal_prefix ~ '^[A-Z0-9]{0,10}$'),
tier text not null check (btrim(tier) <> ''),
source text not null check (btrim(source) <> ''),
year integer not null check (year between 1900 and 2200),
primary key (country, postal_prefix, region)
);
alter table public.geo_income_tiers enable row level security;
-- conditions/tables.sql
create table if not exists lead_sync.conditions (
set_no integer not null,
condition_key text not null,
group_key text not null,
lowest numeric,
highest numeric,
attribute_no integer not null,
attribute_key text,
operator_no integer not null,
text_value text,
texts text[],
low double precision,
high double precision,
points numeric not null,
decay_days integer,
timed boolean not null,
primary key (set_no, condition_key)
);
alter table lead_sync.conditions enable row level security;
comment on column lead_sync.conditions.attribute_no is 'Place in the list of lead_sync.scoring_attributes(); the keys of attributes come behind it, in order of attribute_key';
comment on column lead_sync.conditions.timed is 'The outcome changes as time passes, without a change of the lead';
create table if not exists lead_sync.condition_sets (
set_no integer primary key,
used boolean[] not null,
keys text[],
worded boolean[] not null,
dated boolean[] not null
);
alter table lead_sync.condition_sets enable row level security;
comment on column lead_sync.condition_sets.worded is 'Attributes that are looked at word by word';
comment on column lead_sync.condition_sets.dated is 'Keys of attributes that hold a day';
-- filters/tables.sql
create table if not exists lead_sync.lead_filters (
direction text primary key check (direction in ('to_twenty', 'to_supabase')),
conditions jsonb,
changed_at timestamptz not null default clock_timestamp()
);
alter table lead_sync.lead_filters enable row level security;
comment on column lead_sync.lead_filters.conditions is 'A list of {attribute, operator, value} as in scoring, all of which must hold; empty: no filter';
comment on column lead_sync.lead_filters.changed_at is 'Which filter it is: what another one judged is judged again';
insert into lead_sync.lead_filters (direction) values ('to_twenty'), ('to_supabase') on conflict do nothing;
create table if not exists lead_sync.people_outside (
twenty_id uuid primary key,
created_at timestamptz,
updated_at timestamptz,
judged_by timestamptz not null
);
alter table lead_sync.people_outside enable row level security;
comment on column lead_sync.people_outside.judged_by is 'changed_at of the filter that left the person outside';
-- scoring/tables.sql
create table if not exists public.lead_scoring_groups (
rule_group text primary key check (btrim(rule_group) <> ''),
lowest numeric check (lowest between -1000 and 0),
highest numeric check (highest between 0 and 1000),
description text
);
alter table public.lead_scoring_groups enable row level security;
comment on column public.lead_scoring_groups.lowest is 'The group''s points never count as less than this; empty: no limit';
comment on column public.lead_scoring_groups.highest is 'The group''s points never count as more than this; empty: no limit';
create table if not exists public.lead_scoring_rules (
rule_key text primary key,
rule_group text not null default 'other',
attribute text not null,
operator text not null,
value jsonb,
points numeric not null,
decay_days integer,
enabled boolean not null default true,
description text,
updated_at timestamptz not null default now()
);
alter table public.lead_scoring_rules enable row level security;
comment on column public.lead_scoring_rules.points is 'Added to the score of a lead that the rule fits; -100 to 100';
comment on column public.lead_scoring_rules.decay_days is 'The points shrink evenly to nothing in so many days: from the time in the attribute, or else from the lead''s creation';
create table if not exists public.lead_scoring_versions (
version integer primary key,
rules jsonb not null,
groups jsonb not null,
note text,
published_at timestamptz not null default now()
);
alter table public.lead_scoring_versions enable row level security;
create table if not exists lead_sync.scoring_state (
only_row boolean primary key default true check (only_row),
version integer not null default 0,
epoch integer not null default 1,
enriched_epoch integer not null default 1,
segments_epoch integer not null default 1
);
alter table lead_sync.scoring_state enable row level security;
comment on column lead_sync.scoring_state.enriched_epoch is 'The epoch in which a table of the enrichment last changed: leads of older epochs have their bands and tiers worked out again';
comment on column lead_sync.scoring_state.segments_epoch is 'The epoch in which the criteria of segments last changed: leads of older epochs are classified again';
insert into lead_sync.scoring_state (only_row) values (true) on conflict do nothing;
create table if not exists lead_sync.scoring_ranges (
range_no integer primary key check (range_no between 0 and 15),
epoch integer not null default 0,
target integer not null default 0,
position uuid,
is_sure boolean not null default true
);
alter table lead_sync.scoring_ranges enable row level security;
comment on column lead_sync.scoring_ranges.epoch is 'All of its leads were looked at in this epoch, or written since';
comment on column lead_sync.scoring_ranges.target is 'The epoch that it is being brought to; position is the last lead looked at';
comment on column lead_sync.scoring_ranges.is_sure is 'False: a transaction that scored by an older epoch was at work; it is looked at again';
insert into lead_sync.scoring_ranges (range_no) select generate_series(0, 15) on conflict do nothing;
-- segments/tables.sql
create table if not exists lead_sync.ai_answers (
lead_id uuid primary key references public.leads (id) on delete cascade,
facts text not null,
offered text not null,
segment_id uuid references public.customer_segments (id) on delete set null,
confidence numeric,
rejections integer not null default 0,
answered_at timestamptz not null default now()
);
alter table lead_sync.ai_answers enable row level security;
comment on column lead_sync.ai_answers.facts is 'MD5 of the facts that AI was told';
comment on column lead_sync.ai_answers.offered is 'MD5 of the segments that AI could choose from, with their descriptions';
comment on column lead_sync.ai_answers.rejections is 'Answers in a row, about these facts and segments, that could not be taken';
create index if not exists ai_answers_segment_id_idx on lead_sync.ai_answers (segment_id) where segment_id is not null;
create table if not exists lead_sync.segment_drafts (
segment_id uuid primary key default gen_random_uuid(),
segment jsonb not null check (jsonb_typeof(segment) = 'object')
);
alter table lead_sync.segment_drafts enable row level security;
create table if not exists lead_sync.segment_versions (
version integer primary key,
segments jsonb not null,
note text,
published_by text,
published_at timestamptz not null default now()
);
alter table lead_sync.segment_versions enable row level security;
-- follow_ups/tables.sql
create table if not exists public.follow_up_rules (
rule_key text primary key check (rule_key ~ '^[a-z0-9][a-z0-9_]{0,62}$'),
lowest_score numeric not null check (lowest_score between 0 and 100),
title text not null check (btrim(title) <> ''),
body text,
due_in_days integer not null default 1 check (due_in_days between 0 and 365),
assignee_id uuid,
max_lead_age_days integer default 30 check (max_lead_age_days > 0),
enabled boolean not null default false,
occasion text not null default 'score' check (occasion in ('score', 'missed_call', 'no_activity')),
idle_days integer check (idle_days > 0),
constraint follow_up_rules_idle_days check (occasion <> 'no_activity' or idle_days is not null)
);
alter table public.follow_up_rules enable row level security;
comment on column public.follow_up_rules.assignee_id is 'A workspace member in Twenty; empty: nobody';
comment on column public.follow_up_rules.max_lead_age_days is 'Only leads created, or calls missed, in the last so many days: the first scoring must not ask for a thousand calls; empty: all';
comment on column public.follow_up_rules.occasion is 'score: the lead reaches lowest_score, once; missed_call: nobody took its call, and it was not spoken to since, once a day; no_activity: nothing happened for idle_days and no meeting is to come, once until something does';
comment on column public.follow_up_rules.idle_days is 'Of no_activity: days since the last note, task, message, meeting, form or call, or since the lead was created';
create table if not exists lead_sync.follow_ups (
task_id uuid primary key,
lead_id uuid not null references public.leads (id) on delete cascade,
rule_key text not null,
done_at timestamptz,
error text,
tried_at timestamptz not null default now(),
unique (lead_id, rule_key)
);
alter table lead_sync.follow_ups enable row level security;
-- assignment/tables.sql
create table if not exists public.sales_reps (
member_id uuid primary key,
name text not null check (btrim(name) <> ''),
active boolean not null default true,
weight integer not null default 1 check (weight between 1 and 100),
conditions jsonb,
credit integer not null default 0
);
alter table public.sales_reps enable row level security;
comment on column public.sales_reps.member_id is 'The workspace member in Twenty';
comment on column public.sales_reps.weight is 'Somebody with 2 gets twice as many leads as somebody with 1';
comment on column public.sales_reps.conditions is 'A list of {attribute, operator, value}, all of which must hold; whoever has some comes before all who have none. Empty: any lead';
comment on column public.sales_reps.credit is 'Kept by the round robin: who has most is next';
create table if not exists public.lead_assignments (
lead_id uuid primary key references public.leads (id) on delete cascade,
touch_id bigint not null,
source text not null,
arrived_at timestamptz not null,
member_id uuid,
assigned_at timestamptz,
first_response_at timestamptz,
escalation integer not null default 0,
in_twenty_at timestamptz,
tried_at timestamptz,
error text
);
alter table public.lead_assignments enable row level security;
comment on column public.lead_assignments.touch_id is 'The touch by which it arrived';
comment on column public.lead_assignments.arrived_at is 'When that came in';
comment on column public.lead_assignments.member_id is 'The sales rep; empty: none fits, or it was not looked at yet';
comment on column public.lead_assignments.assigned_at is 'When a sales rep was looked for';
comment on column public.lead_assignments.first_response_at is 'When somebody first did something about it, as far as that shows';
comment on column public.lead_assignments.escalation is 'How often it was escalated';
comment on column public.lead_assignments.in_twenty_at is 'When Twenty had it: as the owner of the record, or as a task';
create index if not exists lead_assignments_new_idx on public.lead_assignments (touch_id) where assigned_at is null;
create index if not exists lead_assignments_unassigned_idx on public.lead_assignments (arrived_at) where member_id is null;
create index if not exists lead_assignments_untouched_idx on public.lead_assignments (arrived_at) where first_response_at is null;
create index if not exists lead_assignments_to_twenty_idx on public.lead_assignments (touch_id) where member_id is not null and in_twenty_at is null;
create table if not exists lead_sync.lead_news (
id bigint generated always as identity primary key,
lead_id uuid not null references public.lead_assignments (lead_id) on delete cascade,
level integer not null check (level >= 0),
offered_until timestamptz,
told_at timestamptz,
unique (lead_id, level)
);
alter table lead_sync.lead_news enable row level security;
create index if not exists lead_news_open_idx on lead_sync.lead_news (id) where told_at is null;
create index if not exists lead_news_offered_idx on lead_sync.lead_news (offered_until);
create table if not exists lead_sync.assignment_settings (
only_row boolean primary key default true check (only_row),
owner_field text check (owner_field ~ '^[a-z][A-Za-z0-9]*$'),
kinds text[] not null default array['form', 'call'],
max_age interval not null default '1 day',
escalate_after interval[] not null default array['15 minutes', '1 hour']::interval[],
flood_limit integer not null default 5 check (flood_limit between 1 and 50),
task_title text not null default 'Call {name} (new lead from {source})' check (btrim(task_title) <> ''),
task_body text default '{name} of {company} came in from {source}. Score: {score}.'
);
alter table lead_sync.assignment_settings enable row level security;
comment on column lead_sync.assignment_settings.owner_field is 'The relation of the Twenty object with workspace members that holds the owner, e.g. owner; empty: a task says who';
comment on column lead_sync.assignment_settings.kinds is 'Touches of these kinds are leads that arrived; import, table and manual are rows that somebody had before';
comment on column lead_sync.assignment_settings.max_age is 'A touch that was this long ago when it came in is old, and nobody is to be called at once';
comment on column lead_sync.assignment_settings.escalate_after is 'After how long without a response a lead is escalated, counted from its arrival; empty: never';
comment on column lead_sync.assignment_settings.flood_limit is 'So many leads a minute are told one by one; of more the first are named and the rest counted';
insert into lead_sync.assignment_settings (only_row) values (true) on conflict do nothing;
-- companies/tables.sql
create table if not exists public.lead_companies (
id uuid primary key default gen_random_uuid(),
twenty_id uuid,
external_id text constraint lead_companies_external_id_key unique,
name text,
domain text,
linkedin_url text,
employees integer,
annual_revenue numeric check (annual_revenue <> 'NaN'),
currency text check (currency ~ '^[A-Z]{3}$'),
sync_status text not null default 'pending' check (sync_status in ('pending', 'syncing', 'synced', 'error')),
sync_direction text not null default 'bidirectional'
check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
sync_error_message text,
sync_error_count integer not null default 0,
left_out jsonb not null default '{}',
last_synced_at timestamptz,
created_at timestamptz not null default now(),
updated_at timestamptz not null default now(),
deleted_at timestamptz
);
alter table public.lead_companies enable row level security;
comment on column public.lead_companies.domain is 'Bare, whatever is written: acme.com. By it, a company that is in both systems is known as one';
comment on column public.lead_companies.annual_revenue is 'In whole units of the currency, exact';
create unique index if not exists lead_companies_twenty_id_key on public.lead_companies (twenty_id) where twenty_id is not null;
create index if not exists lead_companies_domain_idx on public.lead_companies (domain) where twenty_id is null;
insert into lead_sync.objects (adapter, object, row_table, known_by) values ('company', 'company', 'public.lead_companies', 'domain') on conflict do nothing;
-- opportunities/tables.sql
create table if not exists public.sales_stages (
stage text primary key,
label text,
position integer,
outcome text not null default 'open' check (outcome in ('open', 'won', 'lost')),
removed_at timestamptz
);
alter table public.sales_stages enable row level security;
comment on column public.sales_stages.stage is 'The value of the option of opportunity.stage in Twenty, e.g. PROPOSAL';
comment on column public.sales_stages.removed_at is 'Since when Twenty has this stage no more: past deals and history name it still';
create table if not exists public.opportunities (
id uuid primary key default gen_random_uuid(),
twenty_id uuid,
external_id text unique,
name text,
amount numeric check (amount <> 'NaN'),
currency text check (currency ~ '^[A-Z]{3}$'),
stage text,
close_date timestamptz,
lead_id uuid references public.leads (id) on delete set null,
contact_id uuid,
company_id uuid,
owner_id uuid,
sync_status text not null default 'pending' check (sync_status in ('pending', 'syncing', 'synced', 'error')),
sync_direction text not null default 'bidirectional'
check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
sync_error_message text,
sync_error_count integer not null default 0,
left_out jsonb not null default '{}',
last_synced_at timestamptz,
created_at timestamptz not null default now(),
updated_at timestamptz not null default now(),
deleted_at timestamptz
);
alter table public.opportunities enable row level security;
comment on column public.opportunities.external_id is 'What the system that made it calls it, e.g. the order of a checkout: upserted by it, it comes twice and counts once';
comment on column public.opportunities.amount is 'In whole units of the currency, exact';
comment on column public.opportunities.contact_id is 'The person''s id in Twenty, as long as that person is no lead here: then it becomes lead_id';
comment on column public.opportunities.company_id is 'The company''s id in Twenty';
comment on column public.opportunities.owner_id is 'The workspace member''s id in Twenty';
create unique index if not exists opportunities_twenty_id_key on public.opportunities (twenty_id) where twenty_id is not null;
create index if not exists opportunities_lead_idx on public.opportunities (lead_id) where lead_id is not null;
create index if not exists opportunities_contact_idx on public.opportunities (contact_id) where contact_id is not null;
create index if not exists opportunities_created_at_idx on public.opportunities (created_at);
insert into lead_sync.objects (adapter, object, row_table, of_lead) values ('opportunity', 'opportunity', 'public.opportunities', true) on conflict do nothing;
create table if not exists public.opportunity_stages (
id bigint generated always as identity primary key,
opportunity_id uuid not null references public.opportunities (id) on delete cascade,
from_stage text,
to_stage text,
moved_at timestamptz not null,
moved_by text
);
alter table public.opportunity_stages enable row level security;
comment on column public.opportunity_stages.moved_by is 'Who moved it, as far as it is known: of Twenty''s timeline the member, of a write here the database''s role';
create index if not exists opportunity_stages_opportunity_idx on public.opportunity_stages (opportunity_id, moved_at);
-- activities/tables.sql
create table if not exists lead_sync.activity_settings (
only_row boolean primary key default true check (only_row),
texts text not null default 'excerpt' check (texts in ('none', 'title', 'excerpt', 'body'))
);
alter table lead_sync.activity_settings enable row level security;
comment on column lead_sync.activity_settings.texts is 'What is kept of what people wrote: none, title, excerpt (title and the first 200 characters), body (all). Less erases the rest at once; more is there once everything was read again';
insert into lead_sync.activity_settings (only_row) values (true) on conflict do nothing;
create table if not exists lead_sync.activities (
kind text not null check (kind in ('note', 'task', 'message', 'meeting')),
twenty_id uuid not null,
happened_at timestamptz,
author text,
title text,
excerpt text,
body text,
status text,
due_at timestamptz,
restricted boolean not null default false,
deleted_at timestamptz,
updated_at timestamptz not null,
read_at timestamptz not null,
absent_since timestamptz,
primary key (kind, twenty_id)
);
alter table lead_sync.activities enable row level security;
comment on column lead_sync.activities.happened_at is 'When a note or task was made, a message received, a meeting begins';
comment on column lead_sync.activities.restricted is 'Twenty does not show its texts to the key';
comment on column lead_sync.activities.deleted_at is 'It is in Twenty''s bin, or gone; nothing of its texts is kept';
comment on column lead_sync.activities.updated_at is 'Twenty''s updatedAt, infinity where it is gone. With read_at it says which of two readings is the later one';
comment on column lead_sync.activities.read_at is 'When the read began that this comes from; infinity: its lead was forgotten, and it stays out';
comment on column lead_sync.activities.absent_since is 'A read missed it; a second one, absence_allowance later, confirms that it is gone';
create table if not exists lead_sync.activity_links (
kind text not null check (kind in ('note', 'task', 'message', 'meeting')),
twenty_id uuid not null,
activity_id uuid,
person_id uuid,
opportunity_id uuid,
author text,
deleted_at timestamptz,
updated_at timestamptz not null,
read_at timestamptz not null,
absent_since timestamptz,
primary key (kind, twenty_id)
);
alter table lead_sync.activity_links enable row level security;
comment on column lead_sync.activity_links.twenty_id is 'The link''s own id';
comment on column lead_sync.activity_links.person_id is 'The id in Twenty of the person, or of another object that is synced as leads';
comment on column lead_sync.activity_links.author is 'The address of who sent the message';
create index if not exists activity_links_person_idx on lead_sync.activity_links (person_id) where person_id is not null;
create index if not exists activity_links_opportunity_idx on lead_sync.activity_links (opportunity_id) where opportunity_id is not null;
create index if not exists activity_links_activity_idx on lead_sync.activity_links (kind, activity_id);
create table if not exists lead_sync.activity_cursors (
object text primary key,
read_until timestamptz,
window_from timestamptz,
window_until timestamptz,
position text,
whole_since timestamptz
);
alter table lead_sync.activity_cursors enable row level security;
comment on column lead_sync.activity_cursors.whole_since is 'When a read of everything began that is not through: what it does not meet is looked for by id';
-- attribution/tables.sql
create table if not exists public.campaign_costs (
day date not null,
source text not null check (btrim(source) <> ''),
campaign text not null default '',
ad text not null default '',
currency text not null check (currency ~ '^[A-Z]{3}$'),
amount numeric not null check (amount >= 0 and amount < 'Infinity'),
primary key (day, source, campaign, ad, currency)
);
alter table public.campaign_costs enable row level security;
comment on table public.campaign_costs is 'What advertising cost, by day: source, campaign and ad are spelled as in lead_touches; of campaign and ad, blank is none';
comment on column public.campaign_costs.amount is 'In whole units of the currency, exact';
create table if not exists public.exchange_rates (
currency text not null check (currency ~ '^[A-Z]{3}$'),
base text not null check (base ~ '^[A-Z]{3}$'),
day date not null,
rate numeric not null check (rate > 0 and rate < 'Infinity'),
source text not null check (btrim(source) <> ''),
primary key (base, currency, day),
constraint exchange_rates_two check (currency <> base)
);
alter table public.exchange_rates enable row level security;
comment on column public.exchange_rates.rate is 'What one unit of currency was worth in base on that day';
comment on column public.exchange_rates.source is 'Where the rate comes from, e.g. ECB reference rates';
create table if not exists lead_sync.deal_scores (
opportunity_id uuid primary key references public.opportunities (id) on delete cascade,
score numeric not null,
rules jsonb not null default '{}'
);
alter table lead_sync.deal_scores enable row level security;
comment on column lead_sync.deal_scores.rules is 'The points of each rule that fitted, as in leads.score_breakdown';
create table if not exists lead_sync.qualified_leads (
lead_id uuid primary key references public.leads (id) on delete cascade,
qualified_at timestamptz not null
);
alter table lead_sync.qualified_leads enable row level security;
create table if not exists lead_sync.data_quality (
month date not null,
field text not null,
source text not null,
leads integer not null,
filled integer not null,
valid integer not null,
age_days numeric,
primary key (month, field, source)
);
alter table lead_sync.data_quality enable row level security;
comment on column lead_sync.data_quality.source is 'leads.lead_source; blank: none, *: all';
-- events/tables.sql
create table if not exists lead_sync.event_feeds (
feed text primary key check (length(feed) between 1 and 200),
events text[] not null,
fields text[],
score numeric,
began_at timestamptz not null default now(),
read_at timestamptz not null default now()
);
alter table lead_sync.event_feeds enable row level security;
comment on column lead_sync.event_feeds.fields is 'A change counts when one of these fields changed; null: any';
comment on column lead_sync.event_feeds.score is 'The score that a lead crosses';
create table if not exists lead_sync.lead_events (
id bigint generated always as identity primary key,
feed text not null references lead_sync.event_feeds (feed) on delete cascade,
event text not null,
lead_id uuid,
happened_at timestamptz not null default clock_timestamp(),
details jsonb not null default '{}'
);
alter table lead_sync.lead_events enable row level security;
comment on column lead_sync.lead_events.id is 'Of one lead, in the order in which it happened: its row was locked';
create index if not exists lead_events_feed_idx on lead_sync.lead_events (feed, id);
create index if not exists lead_events_happened_at_idx on lead_sync.lead_events using brin (happened_at);
-- edge/tables.sql
create table if not exists lead_sync.edge_tables (
edge_table text primary key check (edge_table ~ '^[a-z][a-z0-9_]{0,39}$' and edge_table !~ '^(edge|sqlite)_|_changes$|_next_'),
source text not null,
direction text not null check (direction in ('down', 'up')),
key_column text not null default 'id',
deleted_column text,
columns jsonb not null check (jsonb_typeof(columns) = 'array'),
repair boolean not null default true
);
alter table lead_sync.edge_tables enable row level security;
comment on table lead_sync.edge_tables is 'down: Supabase owns the rows, D1 has a replica; up: D1 owns them';
comment on column lead_sync.edge_tables.source is 'The table in Supabase, with its schema: public.leads';
comment on column lead_sync.edge_tables.key_column is 'One column, unique and never null; in D1 it is a text named id';
comment on column lead_sync.edge_tables.deleted_column is 'A row counts as deleted while this column is set; null: only when it is gone';
comment on column lead_sync.edge_tables.columns is '[{name: column in D1, from: column here, type: text|integer|real|boolean|timestamp|json, index: true, merge: last|earliest}]';
comment on column lead_sync.edge_tables.repair is 'Whether a check repairs what it finds, or only reports it';
create table if not exists lead_sync.edge_states (
edge_table text primary key references lead_sync.edge_tables (edge_table),
source text not null,
direction text not null check (direction in ('down', 'up')),
key_column text not null,
key_type text not null,
deleted_column text,
columns jsonb not null,
enabled_at timestamptz not null default now(),
floor bigint not null,
acknowledged bigint not null default 0,
doubtful boolean not null default false,
sample integer not null default 0,
rebuild_id bigint,
rebuild_phase text check (rebuild_phase in ('create', 'fill', 'swap')),
rebuild_position text,
rebuild_since timestamptz,
leftovers bigint[] not null default '{}',
constraint edge_states_rebuild check ((rebuild_id is null) = (rebuild_phase is null))
);
alter table lead_sync.edge_states enable row level security;
comment on column lead_sync.edge_states.floor is 'The version of a row that has not changed since the table was turned on';
comment on column lead_sync.edge_states.acknowledged is 'The highest version that D1 has taken: one that says less was restored';
comment on column lead_sync.edge_states.doubtful is 'The next check looks at all rows: the table was just built, or D1 was found to be older than what it had acknowledged';
comment on column lead_sync.edge_states.sample is 'Which range of keys the next check looks at';
comment on column lead_sync.edge_states.rebuild_position is 'The last key that was filled in';
comment on column lead_sync.edge_states.leftovers is 'Rebuilds that were given up and whose tables may still be in D1';
create table if not exists lead_sync.edge_rows (
edge_table text not null,
key text collate "C" not null,
version bigint not null,
sent bigint not null default 0,
refusal text,
changed_at timestamptz not null default now(),
primary key (edge_table, key)
);
alter table lead_sync.edge_rows enable row level security;
comment on column lead_sync.edge_rows.version is 'Down: assigned at each change, under this row''s lock. Up: milliseconds since 1970, assigned by D1';
comment on column lead_sync.edge_rows.refusal is 'Why D1 does not take the row as it is; a change tries it again';
create index if not exists edge_rows_due_idx on lead_sync.edge_rows (edge_table, version) where sent < version and refusal is null;
create index if not exists edge_rows_refused_idx on lead_sync.edge_rows (edge_table) where refusal is not null;
create sequence if not exists lead_sync.edge_versions;
create table if not exists lead_sync.edge_rejects (
id bigint generated always as identity primary key,
edge_table text not null,
key text,
reason text not null,
row_text text not null,
at timestamptz not null default now()
);
alter table lead_sync.edge_rejects enable row level security;
create unique index if not exists edge_rejects_key on lead_sync.edge_rejects (edge_table, key);
create table if not exists lead_sync.edge_runs (
id uuid primary key default gen_random_uuid(),
direction text not null check (direction in ('down', 'up')),
mode text not null check (mode in ('changes', 'check', 'rebuild')),
trigger text not null check (trigger in ('scheduled', 'manual', 'webhook')),
edge_table text,
whole boolean not null default false,
report_only boolean not null default false,
status text not null default 'running' check (status in ('running', 'succeeded', 'failed', 'stopped', 'expired')),
token uuid not null default gen_random_uuid(),
lease_until timestamptz not null,
figures jsonb not null default '{}',
findings jsonb not null default '{}',
progress real,
error text,
started_at timestamptz not null default clock_timestamp(),
finished_at timestamptz
);
alter table lead_sync.edge_runs enable row level security;
comment on column lead_sync.edge_runs.whole is 'A check of all rows instead of a sample';
create unique index if not exists edge_runs_one_running on lead_sync.edge_runs (direction) where status = 'running';
create index if not exists edge_runs_started_at_idx on lead_sync.edge_runs (started_at desc);
create index if not exists edge_runs_direction_idx on lead_sync.edge_runs (direction, mode, started_at desc);
-- doctor/tables.sql
create table if not exists lead_sync.last_findings (
only_row boolean primary key default true check (only_row),
at timestamptz not null,
source text not null,
findings jsonb not null check (jsonb_typeof(findings) = 'array')
);
alter table lead_sync.last_findings enable row level security;
comment on column lead_sync.last_findings.source is 'Who looked: "workflow" or "command"';
comment on column lead_sync.last_findings.findings is 'A list of {area, check, status: ok, warning or error, detail, next_step}';
-- audit/actor.sql
create or replace function lead_sync.actor() returns text
language plpgsql stable set search_path = '' as $$
declare
v_claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
v_header text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-lead-sync-actor';
begin
begin
v_header := v_header::jsonb #>> '{}';
exception when others then
null;
end;
return left(coalesce(nullif(btrim(v_header), ''), v_claims ->> 'email', v_claims ->> 'role', session_user), 200);
end
$$;
-- audit/get_audit_log.sql
create or replace function public.get_audit_log(p_action text default null, p_limit integer default 100, p_position bigint default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_entries jsonb;
v_position bigint;
v_has_next boolean;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1000, got %', p_limit using errcode = '22023';
end if;
with page as materialized (
select a.* from lead_sync.audit_log as a
where (p_position is null or a.id < p_position) and (p_action is null or starts_with(a.action, p_action))
order by a.id desc
limit p_limit + 1
),
shown as materialized (select * from page as p order by p.id desc limit p_limit)
select coalesce(jsonb_agg(to_jsonb(s) order by s.id desc), '[]'), min(s.id), (select count(*) > p_limit from page)
into v_entries, v_position, v_has_next
from shown as s;
return jsonb_build_object('entries', v_entries, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;
-- audit/note_action.sql
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
-- audit/note_setting.sql
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
-- settings/change_problems.sql
create or replace function lead_sync.change_problems(p_row anyelement, p_changes jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_each record;
v_problem text;
v_problems jsonb := '{}';
begin
for v_each in
select c.key, c.value, d.*, c.value #>> '{}' as said
from jsonb_each(p_changes) as c left join lead_sync.describe_columns(pg_typeof(p_row)::text::regclass) as d on d.name = c.key
loop
v_problem := null;
if v_each.name is null then
v_problem := 'There is no such setting.';
elsif v_each.value = 'null' then
v_problem := case when v_each.is_needed then 'It needs a value.' end;
else
begin
perform jsonb_populate_record(p_row, jsonb_build_object(v_each.key, v_each.value));
v_problem := case
when v_each.type in ('integer', 'bigint', 'numeric') and not v_each.said::numeric between coalesce(v_each.lowest, '-Infinity') and coalesce(v_each.highest, 'Infinity') then
case
when v_each.highest is null then format('It must be at least %s.', v_each.lowest)
when v_each.lowest is null then format('It must be at most %s.', v_each.highest)
else format('It must be from %s to %s.', v_each.lowest, v_each.highest)
end
when v_each.type = 'interval' and v_each.said::interval < '0' then 'It must not be negative.'
when v_each.type = 'interval[]' and exists (select from jsonb_array_elements_text(v_each.value) as i where i::interval <= '0') then 'Each must be longer than nothing.'
when v_each.options is not null and v_each.type = 'text' and v_each.said <> all (v_each.options) then format('It must be %s.', array_to_string(v_each.options, ' or '))
end;
exception when data_exception then
v_problem := format('It must be %s, got "%s".', case v_each.type
when 'integer' then 'a whole number'
when 'bigint' then 'a whole number'
when 'numeric' then 'a number'
when 'boolean' then 'true or false'
when 'interval' then 'a length of time, e.g. 5 minutes'
when 'interval[]' then 'lengths of time, e.g. 1 hour, 4 hours'
when 'time without time zone' then 'a time of the day, e.g. 22:00'
when 'timestamp with time zone' then 'a time'
else 'of the type ' || v_each.type
end, left(v_each.said, 100));
end;
end if;
if v_problem is not null then
v_problems := v_problems || jsonb_build_object(v_each.key, v_problem);
end if;
end loop;
return v_problems;
end
$$;
-- settings/change_settings.sql
create or replace function public.change_settings(p_changes jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_settings lead_sync.settings;
v_problems jsonb;
v_constraint text;
v_message text;
begin
if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
raise exception 'p_changes must be an object, e.g. {"max_attempts": 8}' using errcode = '22023';
end if;
select * into strict v_settings from lead_sync.settings for update;
v_problems := lead_sync.change_problems(v_settings, p_changes);
if p_changes ?| array['only_row', 'object'] then
v_problems := v_problems || '{"object": "Another object is another sync: set it up with npx n8n-nodes-lead-sync setup."}';
elsif not v_problems ? 'lease' and (p_changes ->> 'lease')::interval < '1 minute' then
v_problems := v_problems || '{"lease": "It must be at least a minute: a run that is slower than that would be taken over while it works."}';
end if;
if v_problems = '{}' then
begin
execute (
select format('update lead_sync.settings set (%1$s) = (select %1$s from jsonb_populate_record(null::lead_sync.settings, $1))', string_agg(quote_ident(d.name), ', '))
from lead_sync.describe_columns('lead_sync.settings') as d where p_changes ? d.name
) using p_changes;
exception
when check_violation then
get stacked diagnostics v_constraint = constraint_name;
v_problems := lead_sync.constraint_problem('lead_sync.settings', v_constraint, p_changes);
when invalid_parameter_value then
get stacked diagnostics v_message = message_text;
v_problems := lead_sync.constraint_problem('lead_sync.settings', 'settings_quiet_zone', p_changes, v_message);
end;
end if;
select * into strict v_settings from lead_sync.settings;
return jsonb_build_object(
'saved', v_problems = '{}', 'problems', v_problems,
'settings', (select coalesce(jsonb_object_agg(k, to_jsonb(v_settings) -> k), '{}') from jsonb_object_keys(p_changes) as k where to_jsonb(v_settings) ? k)
);
end
$$;
-- settings/constraint_problem.sql
create or replace function lead_sync.constraint_problem(p_table regclass, p_constraint text, p_changes jsonb, p_message text default null) returns jsonb
language sql stable set search_path = '' as $$
select jsonb_build_object(coalesce(
(
select a.attname from pg_catalog.pg_constraint as c join pg_catalog.pg_attribute as a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
where c.conrelid = p_table and c.conname = p_constraint and p_changes ? a.attname::text order by a.attnum limit 1
),
(select min(k) from jsonb_object_keys(p_changes) as k)
), coalesce(upper(left(p_message, 1)) || substr(p_message, 2) || '.', case p_constraint
when 'settings_quiet' then 'Quiet hours need both times, or neither.'
else format('It is not allowed: %s.', coalesce((
select regexp_replace(pg_get_constraintdef(c.oid), '^CHECK \(+|\)+$|::[a-z]+', '', 'g') from pg_catalog.pg_constraint as c where c.conrelid = p_table and c.conname = p_constraint
), p_constraint))
end))
$$;
-- settings/describe_columns.sql
create or replace function lead_sync.describe_columns(p_table regclass)
returns table (name text, type text, is_needed boolean, fallback text, meaning text, lowest numeric, highest numeric, options text[])
language sql stable set search_path = '' as $$
select
a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum),
coalesce(
(regexp_match(k.says, format('%s >= ''?\(?(-?[0-9.]+)', a.attname)))[1]::numeric,
(regexp_match(k.says, format('%s > ''?\(?(-?[0-9.]+)', a.attname)))[1]::numeric + case when a.atttypid in (20, 23) then 1 else 0 end
),
(regexp_match(k.says, format('%s <= ''?\(?(-?[0-9.]+)', a.attname)))[1]::numeric,
case when k.says ~ format('\(%s = ANY \(ARRAY', a.attname) then array(select m[1] from regexp_matches(k.says, '''([^'']*)''::text', 'g') as m) end
from pg_catalog.pg_attribute as a
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join lateral (
select string_agg(pg_get_constraintdef(c.oid), ' ') as says from pg_catalog.pg_constraint as c
where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]
) as k on true
where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
order by a.attnum
$$;
-- settings/get_settings.sql
create or replace function public.get_settings() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object('settings', jsonb_agg(to_jsonb(d) || jsonb_build_object('value', v.row -> d.name, 'is_fixed', d.name = 'object')))
from lead_sync.describe_columns('lead_sync.settings') as d
cross join (select to_jsonb(s) as row from lead_sync.settings as s) as v
where d.name <> 'only_row'
$$;
-- values/ascii_host.sql
create or replace function lead_sync.ascii_host(p_host text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_host text := lower(p_host);
begin
if v_host is null or v_host !~ '[^\x01-\x7f]' then
return rtrim(v_host, '.');
end if;
return (
select string_agg(case when l.label ~ '[^\x01-\x7f]' and length(l.label) <= 63 then 'xn--' || lead_sync.punycode(l.label) else l.label end, '.' order by l.place)
from regexp_split_to_table(rtrim(translate(lower(normalize(v_host, nfkc)), e'\u3002', '.'), '.'), '\.') with ordinality as l (label, place)
);
end
$$;
-- values/attribute_values.sql
create or replace function lead_sync.attribute_values(p_attributes jsonb, p_keep_blank boolean default false) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg('attributes.' || a.key, c.value) filter (where p_keep_blank or c.value <> 'null'), '{}')
from jsonb_each(p_attributes) as a
cross join lateral (
select case jsonb_typeof(a.value)
when 'string' then coalesce(to_jsonb(lead_sync.clean(a.value #>> '{}')), 'null')
when 'array' then lead_sync.clean_list(a.value)
else a.value
end as value
) as c
$$;
-- values/bare_domain.sql
create or replace function lead_sync.bare_domain(p_domain text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return regexp_replace(
lead_sync.ascii_host(substring(regexp_replace(p_domain, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g') from '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?/*(?:[^/?#]*@)?([^/?#:]*)')),
'^(www\.)+(?=[^.]+\.)', ''
);
end
$$;
-- values/clean_list.sql
create or replace function lead_sync.clean_list(p_list jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_agg(c.value order by e.ordinality) filter (where c.value <> 'null'), 'null')
from jsonb_array_elements(p_list) with ordinality as e
cross join lateral (
select case when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null') else e.value end as value
) as c
$$;
-- values/clean.sql
create or replace function lead_sync.clean(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return nullif(btrim(p_text, e' \t\r\n\f\u000b\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3000\ufeff'), '');
end
$$;
-- values/comparable_list.sql
create or replace function lead_sync.comparable_list(p_kind text, p_list jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (
select nullif(jsonb_agg(distinct lead_sync.comparable(p_kind, e))::text, '[]')
from jsonb_array_elements(case when jsonb_typeof(p_list) = 'array' then p_list else jsonb_build_array(p_list) end) as e
);
end
$$;
-- values/comparable.sql
create or replace function lead_sync.comparable(p_kind text, p_value jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case
when p_value is null or p_value = 'null' then ''
when p_kind in ('email', 'phone', 'link', 'domain') and (p_value #>> '{}') ~* '^\s*(n/?a|n\.a\.|none|null|nil|unknown|[-–—.?_]+)\s*$' then ''
else coalesce(
nullif(
case
when p_kind = 'text' then null
when p_kind = 'email' then case
when (p_value #>> '{}') ~ '^[\x21-\x7e]+$' then lower(p_value #>> '{}')
else regexp_replace(lead_sync.email_key(p_value #>> '{}'), '[^@]*$', '') || lead_sync.ascii_host(substring(lead_sync.email_key(p_value #>> '{}') from '[^@]*$'))
end
when p_kind = 'phone' then right(regexp_replace(regexp_replace(lower(p_value #>> '{}'), '(x|ext|;).*$', ''), '[^0-9]', '', 'g'), 9)
when p_kind = 'domain' then lead_sync.bare_domain(p_value #>> '{}')
when p_kind = 'link' then rtrim(regexp_replace(lower(lead_sync.normal_text(p_value #>> '{}')), '^([a-z]+://)?(www\.)?', ''), '/')
when p_kind = 'number' and (p_value #>> '{}') ~ '^-?[0-9]+(\.[0-9]+)?$' then trim_scale((p_value #>> '{}')::numeric)::text
when p_kind = 'time' then extract(epoch from (p_value #>> '{}')::timestamptz)::text
when p_kind = 'money' then trim_scale((p_value ->> 'amount')::numeric)::text || ' ' || coalesce(upper(p_value ->> 'currency'), '')
when p_kind = 'option' then p_value #>> '{}'
when p_kind = 'reference' then lower(p_value #>> '{}')
when p_kind like '% list' then lead_sync.comparable_list(split_part(p_kind, ' ', 1), p_value)
end,
''
),
lead_sync.normal_text(p_value #>> '{}')
)
end;
end
$$;
-- values/csv_lines.sql
create or replace function lead_sync.csv_lines(p_csv text) returns table (line integer, fields text[])
language plpgsql immutable parallel safe rows 1000 set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return query
select l.ordinality::integer, array(
select btrim(replace(regexp_replace(m[1], '^"(.*)"$', '\1'), '""', '"'))
from regexp_matches(btrim(l.text, e' \r') || ',', '\s*("(?:[^"]|"")*"|[^,"]*)\s*,', 'g') with ordinality as f (m, no)
order by f.no
)
from regexp_split_to_table(p_csv, e'\n') with ordinality as l (text, ordinality)
where l.ordinality > 1 and btrim(l.text, e' \r') <> '';
end
$$;
-- values/email_key.sql
create or replace function lead_sync.email_key(p_email text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case when p_email ~ '^[!-~]+$' then lower(p_email) else nullif(lower(normalize(regexp_replace(p_email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)), '') end;
end
$$;
-- values/email_keys.sql
create or replace function lead_sync.email_keys(p_emails text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return array(select nullif(lower(normalize(regexp_replace(e, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)), '') from unnest(p_emails) as e);
end
$$;
-- values/email_spellings.sql
create or replace function lead_sync.email_spellings(p_email text) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_key text;
v_host text;
v_name text;
begin
if p_email ~ '^[!-~]+$' and p_email !~* '[@.]xn--' then
return array[lower(p_email)];
end if;
v_key := lead_sync.email_key(p_email);
v_host := substring(v_key from '@([^@]*)$');
if v_host is null then
return array_remove(array[v_key], null);
end if;
v_name := left(v_key, -length(v_host));
return array(
select v_name || h.host
from (
select lead_sync.ascii_host(v_host) as host, 1 as place
union all select v_host, 2
union all select string_agg(lead_sync.unicode_label(l), '.' order by l.place), 3
from regexp_split_to_table(lead_sync.ascii_host(v_host), '\.') with ordinality as l (l, place)
) as h
group by h.host
order by min(h.place)
);
end
$$;
-- values/is_same.sql
create or replace function lead_sync.is_same(p_kind text, p_one jsonb, p_other jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if p_one = p_other then
return true;
elsif lead_sync.comparable(p_kind, p_one) <> lead_sync.comparable(p_kind, p_other) then
return false;
elsif p_kind not in ('phone', 'phone list') or coalesce(p_one, 'null') = 'null' or coalesce(p_other, 'null') = 'null' then
return true;
end if;
return coalesce((
select w.one = w.other or exists (
select from generate_series(1, 3) as code
where regexp_replace(w.one, '^(.{' || code || '})0', '\1') = w.other or regexp_replace(w.other, '^(.{' || code || '})0', '\1') = w.one
)
from (select lead_sync.whole_phone(p_one) as one, lead_sync.whole_phone(p_other) as other) as w
), true);
end
$$;
-- values/is_uuid.sql
create or replace function lead_sync.is_uuid(p_text text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
end
$$;
-- values/lead_values.sql
create or replace function lead_sync.lead_values(p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
space constant text := e' \t\r\n\f\u000b\u00a0';
v_segment text;
begin
if p_lead.segment_id is not null then
select s.segment_name into v_segment from public.customer_segments as s where s.id = p_lead.segment_id;
end if;
return jsonb_strip_nulls(jsonb_build_object(
'first_name', nullif(btrim(p_lead.first_name, space), ''),
'last_name', nullif(btrim(p_lead.last_name, space), ''),
'email', nullif(btrim(p_lead.email, space), ''),
'phone', nullif(btrim(p_lead.phone, space), ''),
'job_title', nullif(btrim(p_lead.job_title, space), ''),
'company_name', nullif(btrim(p_lead.company_name, space), ''),
'company_domain', nullif(btrim(p_lead.company_domain, space), ''),
'company_size', nullif(btrim(p_lead.company_size, space), ''),
'city', nullif(btrim(p_lead.city, space), ''),
'region', nullif(btrim(p_lead.region, space), ''),
'country', nullif(btrim(p_lead.country, space), ''),
'postal_code', nullif(btrim(p_lead.postal_code, space), ''),
'linkedin_url', nullif(btrim(p_lead.linkedin_url, space), ''),
'lead_source', nullif(btrim(p_lead.lead_source, space), ''),
'lead_status', nullif(btrim(p_lead.lead_status, space), ''),
'lead_score', p_lead.lead_score,
'segment', v_segment,
'deleted', case when p_lead.deleted_at is not null then true end
))
|| case when p_lead.attributes = '{}' then '{}'::jsonb else lead_sync.attribute_values(p_lead.attributes) end
|| case
when cardinality(p_lead.additional_emails) + cardinality(p_lead.additional_phones) = 0 then '{}'::jsonb
else lead_sync.list_values(p_lead.additional_emails, p_lead.additional_phones)
end;
end
$$;
-- values/list_values.sql
create or replace function lead_sync.list_values(p_emails text[], p_phones text[]) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select jsonb_strip_nulls(jsonb_build_object(
'additional_emails', lead_sync.clean_list(to_jsonb(p_emails)), 'additional_phones', lead_sync.clean_list(to_jsonb(p_phones))
))
$$;
-- values/normal_text.sql
create or replace function lead_sync.normal_text(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return btrim(normalize(regexp_replace(regexp_replace(p_text, '[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]', '', 'g'), '[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'), nfc));
end
$$;
-- values/phone_key.sql
create or replace function lead_sync.phone_key(p_phone text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return (lead_sync.phone_keys(array[p_phone]))[1];
end
$$;
-- values/phone_keys.sql
create or replace function lead_sync.phone_keys(p_phones text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_phone text;
v_keys text[] := '{}';
begin
foreach v_phone in array p_phones loop
if v_phone ~ '^\+[0-9]{8,15}$' then
v_keys := v_keys || substr(v_phone, 2);
elsif v_phone ~* '^([^0-9+a-z]|tel:)*(\+|00)[^+a-z,;/#]+$' then
v_phone := regexp_replace(regexp_replace(v_phone, '\(0\)|[^0-9]', '', 'g'), '^00', '');
if length(v_phone) between 8 and 15 then
v_keys := v_keys || v_phone;
end if;
end if;
end loop;
return v_keys;
end
$$;
-- values/punycode.sql
create or replace function lead_sync.punycode(p_label text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
v_points integer[] := array(select ascii(c.char) from regexp_split_to_table(p_label, '') with ordinality as c (char, place) order by c.place);
v_basic text := regexp_replace(p_label, '[^\x01-\x7f]', '', 'g');
v_handled integer := length(v_basic);
v_out text := v_basic || case when v_basic <> '' then '-' else '' end;
v_next integer := 128;
v_delta integer := 0;
v_bias integer := 72;
v_lowest integer;
v_point integer;
v_rest integer;
v_place integer;
v_threshold integer;
begin
while v_handled < cardinality(v_points) loop
v_lowest := (select min(p) from unnest(v_points) as p where p >= v_next);
v_delta := v_delta + (v_lowest - v_next) * (v_handled + 1);
v_next := v_lowest;
foreach v_point in array v_points loop
if v_point < v_next then
v_delta := v_delta + 1;
elsif v_point = v_next then
v_rest := v_delta;
v_place := 36;
loop
v_threshold := greatest(1, least(26, v_place - v_bias));
exit when v_rest < v_threshold;
v_out := v_out || substr(v_digits, v_threshold + (v_rest - v_threshold) % (36 - v_threshold) + 1, 1);
v_rest := (v_rest - v_threshold) / (36 - v_threshold);
v_place := v_place + 36;
end loop;
v_out := v_out || substr(v_digits, v_rest + 1, 1);
v_rest := v_delta / case when v_handled = length(v_basic) then 700 else 2 end;
v_rest := v_rest + v_rest / (v_handled + 1);
v_bias := 0;
while v_rest > 455 loop
v_rest := v_rest / 35;
v_bias := v_bias + 36;
end loop;
v_bias := v_bias + 36 * v_rest / (v_rest + 38);
v_delta := 0;
v_handled := v_handled + 1;
end if;
end loop;
v_delta := v_delta + 1;
v_next := v_next + 1;
end loop;
return v_out;
end
$$;
-- values/stated_list.sql
create or replace function lead_sync.stated_list(p_value jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case jsonb_typeof(p_value)
when 'string' then lead_sync.clean_list(to_jsonb(regexp_split_to_array(p_value #>> '{}', '[,;\n]')))
when 'array' then lead_sync.clean_list(to_jsonb(array(select e.value from jsonb_array_elements_text(p_value) with ordinality as e order by e.ordinality)))
else p_value
end
$$;
-- values/stated_values.sql
create or replace function lead_sync.stated_values(p_snapshot jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select (
select coalesce(
jsonb_object_agg(
e.key,
case
when e.key in ('additional_emails', 'additional_phones') then lead_sync.stated_list(e.value)
when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(nullif(btrim(e.value #>> '{}', e' \t\r\n\f\u000b\u00a0'), '')), 'null')
else e.value
end
) filter (where e.key = any (array[
'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'segment'
]) or e.key like 'attributes.%'),
'{}'
)
from jsonb_each(p_snapshot) as e
) || case
when jsonb_typeof(p_snapshot -> 'attributes') = 'object' and p_snapshot -> 'attributes' <> '{}' then lead_sync.attribute_values(p_snapshot -> 'attributes', true)
else '{}'::jsonb
end
$$;
-- values/text_array.sql
create or replace function lead_sync.text_array(p_list jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select array(
select e.value
from jsonb_array_elements_text(case when jsonb_typeof(p_list) = 'array' then p_list else '[]' end) with ordinality as e
order by e.ordinality
)
$$;
-- values/unicode_label.sql
create or replace function lead_sync.unicode_label(p_label text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_encoded text := substring(p_label from '^xn--(?:.*-)?([a-z0-9]+)$');
v_out text := coalesce(substring(p_label from '^xn--(.*)-[a-z0-9]+$'), '');
v_digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
v_read integer := 0;
v_point bigint := 128;
v_sum bigint := 0;
v_bias integer := 72;
v_before bigint;
v_weight bigint;
v_place integer;
v_digit integer;
v_threshold integer;
v_length integer;
begin
if v_encoded is null or length(p_label) > 63 then
return p_label;
end if;
while v_read < length(v_encoded) loop
v_before := v_sum;
v_weight := 1;
v_place := 36;
loop
v_read := v_read + 1;
v_digit := strpos(v_digits, substr(v_encoded, v_read, 1)) - 1;
v_sum := v_sum + v_digit * v_weight;
if v_read > length(v_encoded) or v_sum > 70000000 then
return p_label;
end if;
v_threshold := greatest(1, least(26, v_place - v_bias));
exit when v_digit < v_threshold;
v_weight := v_weight * (36 - v_threshold);
v_place := v_place + 36;
end loop;
v_length := length(v_out) + 1;
v_before := (v_sum - v_before) / case when v_before = 0 then 700 else 2 end;
v_before := v_before + v_before / v_length;
v_bias := 0;
while v_before > 455 loop
v_before := v_before / 35;
v_bias := v_bias + 36;
end loop;
v_bias := v_bias + 36 * v_before / (v_before + 38);
v_point := v_point + v_sum / v_length;
v_sum := v_sum % v_length;
if v_point > 1114111 or v_point between 55296 and 57343 then
return p_label;
end if;
v_out := left(v_out, v_sum::integer) || chr(v_point::integer) || substr(v_out, v_sum::integer + 1);
v_sum := v_sum + 1;
end loop;
return v_out;
end
$$;
-- values/whole_phone.sql
create or replace function lead_sync.whole_phone(p_value jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case when bool_and(d.digits is not null) then string_agg(distinct d.digits, ' ' order by d.digits) end
from jsonb_array_elements_text(case when jsonb_typeof(p_value) = 'array' then p_value else jsonb_build_array(p_value) end) as e
cross join lateral (
select case
when e ~ '^[^0-9+]*(\+|00)' then regexp_replace(regexp_replace(regexp_replace(lower(e), '(x|ext|;).*$|\(0\)', '', 'g'), '[^0-9]', '', 'g'), '^00', '')
end as digits
) as d
$$;
-- values/wire_form.sql
create or replace function lead_sync.wire_form(p_values jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, e.value) filter (where e.key not like 'attributes.%'), '{}')
|| case
when bool_or(e.key like 'attributes.%')
then jsonb_build_object('attributes', jsonb_object_agg(substr(e.key, 12), e.value) filter (where e.key like 'attributes.%'))
else '{}'::jsonb
end
from jsonb_each(p_values) as e
$$;
-- objects/adapter_of.sql
create or replace function lead_sync.adapter_of(p_object text) returns text
language sql stable set search_path = '' as $$
select coalesce((select o.adapter from lead_sync.objects as o where o.object = p_object), 'lead')
$$;
-- objects/begin_syncing.sql
create or replace function lead_sync.begin_syncing(p_object text, p_adapter text) returns void
language plpgsql volatile set search_path = '' as $$
begin
insert into lead_sync.cursors (object) values (p_object) on conflict do nothing;
if found then
perform lead_sync.make_states(p_adapter, null);
end if;
end
$$;
-- objects/contact_columns.sql
create or replace function lead_sync.contact_columns(p_person_id text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_lead_id uuid := (select l.id from public.leads as l where l.twenty_id = p_person_id::uuid);
begin
return jsonb_build_object('lead_id', v_lead_id, 'contact_id', case when v_lead_id is null then p_person_id end);
end
$$;
-- objects/contact_of.sql
create or replace function lead_sync.contact_of(p_lead_id uuid, p_contact_id uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if p_lead_id is null then
return p_contact_id;
end if;
return (
select l.twenty_id from public.leads as l left join lead_sync.lead_states as s on s.lead_id = l.id
where l.id = p_lead_id and s.gone is not true
);
end
$$;
-- objects/describe_rows.sql
create or replace function lead_sync.describe_rows(p_ids uuid[])
returns table (lead_id uuid, object text, twenty_id uuid, first_name text, last_name text, email text, name text, sync_status text, local jsonb)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_object lead_sync.objects;
begin
return query
select l.id, null::text, l.twenty_id, l.first_name, l.last_name, l.email, nullif(concat_ws(' ', l.first_name, l.last_name), ''), l.sync_status, lead_sync.lead_values(l)
from public.leads as l where l.id = any (p_ids);
for v_object in
select o.* from lead_sync.objects as o where exists (select from lead_sync.lead_states as s where s.lead_id = any (p_ids) and s.adapter = o.adapter) and o.adapter <> 'lead'
loop
return query execute lead_sync.rows_sql(v_object.adapter, $sql$
select l.id, $2, l.twenty_id, null::text, null::text, null::text, v.local ->> 'name', l.sync_status, v.local
from {table} as l cross join lateral (select {values} as local offset 0) as v
where l.id = any ($1)
$sql$) using p_ids, v_object.object;
end loop;
end
$$;
-- objects/follow_leads.sql
create or replace function lead_sync.follow_leads() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
declare
v_ids uuid[];
begin
if not exists (select from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.of_lead) then
return null;
elsif tg_op = 'INSERT' then
v_ids := array(select n.id from new_leads as n where n.twenty_id is not null);
else
v_ids := array(
select n.id from new_leads as n join old_leads as o on o.id = n.id
where n.twenty_id is distinct from o.twenty_id or (n.deleted_at is null) <> (o.deleted_at is null)
);
end if;
if v_ids <> '{}' then
perform lead_sync.link_rows(o.adapter, v_ids) from lead_sync.objects as o where o.of_lead and lead_sync.is_synced(o.adapter);
end if;
return null;
end
$$;
-- objects/forget_contact.sql
create or replace function lead_sync.forget_contact(p_lead_ids uuid[], p_twenty_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text;
v_engine text := current_setting('lead_sync.engine', true);
begin
perform set_config('lead_sync.engine', 'on', true);
for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
execute lead_sync.rows_sql(v_adapter, $sql$
with freed as (
update {table} as l set lead_id = null, contact_id = null where l.lead_id = any ($1) or l.contact_id = any ($2)
returning l.id
)
update lead_sync.lead_states as s set
base_local = s.base_local - 'contact_id', base_remote = s.base_remote - 'contact_id', intent = s.intent #- '{values,contact_id}'
from freed as f where s.lead_id = f.id
$sql$) using p_lead_ids, p_twenty_ids;
end loop;
perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end
$$;
-- objects/forget_rows.sql
create or replace function lead_sync.forget_rows() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
if tg_op = 'TRUNCATE' then
delete from public.lead_sync_conflicts as c using lead_sync.lead_states as s where s.lead_id = c.lead_id and s.adapter = tg_argv[0];
delete from lead_sync.lead_states as s where s.adapter = tg_argv[0];
else
delete from public.lead_sync_conflicts as c using old_rows as o where c.lead_id = o.id;
delete from lead_sync.lead_states as s using old_rows as o where s.lead_id = o.id;
end if;
return null;
end
$$;
-- objects/hand_over_rows.sql
create or replace function lead_sync.hand_over_rows(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text;
begin
for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = $2 where l.lead_id = $1') using p_from, p_to;
if lead_sync.is_synced(v_adapter) then
perform lead_sync.link_rows(v_adapter, array[p_to]);
end if;
end loop;
end
$$;
-- objects/is_synced.sql
create or replace function lead_sync.is_synced(p_adapter text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
return p_adapter = 'lead' or exists (select from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.adapter = p_adapter);
end
$$;
-- objects/keep_contact.sql
create or replace function lead_sync.keep_contact() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
v_adapter text;
v_engine text := current_setting('lead_sync.engine', true);
begin
for v_adapter in select o.adapter from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.of_lead loop
perform set_config('lead_sync.engine', 'on', true);
execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = null, contact_id = $2 where l.lead_id = $1') using old.id, old.twenty_id;
perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end loop;
return old;
end
$$;
-- objects/link_rows.sql
create or replace function lead_sync.link_rows(p_adapter text, p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
declare
v_engine text := current_setting('lead_sync.engine', true);
v_marks jsonb;
begin
perform set_config('lead_sync.engine', 'on', true);
execute lead_sync.rows_sql(p_adapter, $sql$
update {table} as l set lead_id = k.lead_id, contact_id = null
from (
select r.id, p.id as lead_id from public.leads as p join {table} as r on r.contact_id = p.twenty_id
where p.id = any ($1) and r.lead_id is null
order by r.id
for no key update of r
) as k
where l.id = k.id
$sql$) using p_lead_ids;
execute lead_sync.rows_sql(p_adapter, $sql$
with moved as materialized (
select l.id from {table} as l
join lead_sync.lead_states as s on s.lead_id = l.id
where l.lead_id = any ($1) and s.claim_token is null and {values} -> 'contact_id' is distinct from s.base_local -> 'contact_id'
order by l.id
for no key update of l
),
queued as (
update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = coalesce(s.due_since, clock_timestamp()), retries = 0
from moved as m where s.lead_id = m.id
)
select jsonb_agg(jsonb_build_object('lead_id', m.id, 'sync_status', 'pending')) from moved as m
$sql$) into v_marks using p_lead_ids;
perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', p_adapter));
perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end
$$;
-- objects/linked_rows.sql
create or replace function lead_sync.linked_rows(p_adapter text, p_twenty_ids uuid[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_ids jsonb;
begin
execute lead_sync.rows_sql(p_adapter, 'select jsonb_object_agg(l.twenty_id, l.id) from {table} as l where l.twenty_id = any ($1)') into v_ids using p_twenty_ids;
return coalesce(v_ids, '{}');
end
$$;
-- objects/lock_row_candidates.sql
create or replace function lead_sync.lock_row_candidates(p_adapter text, p_items jsonb, p_claim_token uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_ids uuid[] := array(select (i #>> '{snapshot,twenty_id}')::uuid from jsonb_array_elements(p_items) as i);
v_known text[];
begin
execute lead_sync.rows_sql(p_adapter, 'select array_agg({known_value}) from jsonb_to_recordset($1) as i (snapshot jsonb)') into v_known using p_items;
execute lead_sync.rows_sql(p_adapter, $sql$
select pg_advisory_xact_lock(hashtext('lead_sync.rows ' || $2), b.bucket)
from (
select distinct hashtext(i::text) & 63 as bucket from unnest($1) as i where not exists (select from {table} as l where l.twenty_id = i) order by bucket
) as b
$sql$) using v_ids, p_adapter;
execute lead_sync.rows_sql(p_adapter, $sql$
select from {table} as l
where l.id in (
select k.id from {table} as k where k.twenty_id = any ($1) or k.id = any ($1)
union select k.id from {table} as k where {known} = any ($3) and k.twenty_id is null
union select s.lead_id from lead_sync.lead_states as s where s.claim_token = $2
)
order by l.id for no key update
$sql$) using v_ids, p_claim_token, v_known;
end
$$;
-- objects/lock_rows.sql
create or replace function lead_sync.lock_rows(p_adapter text, p_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
execute lead_sync.rows_sql(p_adapter, 'select from {table} as l where l.id = any ($1) order by l.id for no key update') using p_ids;
end
$$;
-- objects/make_states.sql
create or replace function lead_sync.make_states(p_adapter text, p_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
execute lead_sync.rows_sql(p_adapter, $sql$
insert into lead_sync.lead_states (lead_id, adapter, due_at, due_since, changed_at)
select l.id, $1, clock_timestamp(), clock_timestamp(), (select coalesce(jsonb_object_agg(k, l.updated_at), '{}') from jsonb_object_keys({values}) as k)
from {table} as l
where $2 is null or l.id = any ($2)
on conflict (lead_id) do nothing
$sql$) using p_adapter, p_ids;
end
$$;
-- objects/mark_rows.sql
create or replace function lead_sync.mark_rows(p_adapter text, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
execute lead_sync.rows_sql(p_adapter, $sql$
update {table} as l set
sync_status = i ->> 'sync_status',
sync_error_message = case when i ? 'error' then i ->> 'error' else l.sync_error_message end,
sync_error_count = coalesce((i ->> 'count')::integer, l.sync_error_count + coalesce((i ->> 'failed')::integer, 0)),
sync_direction = coalesce(i ->> 'sync_direction', l.sync_direction),
last_synced_at = coalesce((i ->> 'last_synced_at')::timestamptz, l.last_synced_at),
twenty_id = coalesce((i ->> 'twenty_id')::uuid, l.twenty_id),
left_out = coalesce(i -> 'left_out', l.left_out)
from jsonb_array_elements($1) as i
where l.id = (i ->> 'lead_id')::uuid
$sql$) using p_items;
return '[]';
end
$$;
-- objects/match_rows.sql
create or replace function lead_sync.match_rows(p_adapter text, p_items jsonb)
returns table (
index integer, snapshot jsonb, twenty_id uuid, stated jsonb, absent boolean, dead boolean, repeated boolean, lead_id uuid, newly_linked boolean, by_address boolean,
sync_status text, left_out jsonb, local jsonb, id_is_taken boolean
)
language plpgsql stable rows 20 set search_path = '' as $$
begin
return query execute lead_sync.rows_sql(p_adapter, $sql$
with item as materialized (
select
(i ->> 'index')::integer as index, i -> 'snapshot' as snapshot, (i -> 'snapshot' ->> 'twenty_id')::uuid as twenty_id,
coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) as absent, i -> 'snapshot' ->> 'twenty_deleted_at' is not null as dead,
row_number() over (partition by i -> 'snapshot' ->> 'twenty_id' order by (i ->> 'index')::integer desc) > 1 as repeated
from jsonb_array_elements($1) as i
)
select
i.index, i.snapshot, i.twenty_id,
lead_sync.stated_fields(i.snapshot),
i.absent, i.dead, i.repeated, l.id, l.id is not null and l.id is distinct from linked.id, false,
l.sync_status, coalesce(l.left_out, '{}'), case when l.id is not null then {values} else '{}' end, own.id is not null
from item as i
left join {table} as linked on linked.twenty_id = i.twenty_id and not i.repeated
left join {table} as own on own.id = i.twenty_id and not i.repeated
left join lead_sync.lead_states as s on s.lead_id = own.id
left join lateral (
select k.id from {table} as k
where {known} = {known_value} and k.twenty_id is null and k.deleted_at is null and not (i.absent or i.dead or i.repeated)
order by k.created_at, k.id limit 1
) as known on true
left join {table} as l on l.id = coalesce(linked.id, case when not i.absent and (own.twenty_id is null or s.gone) then own.id end, known.id)
$sql$) using p_items;
end
$$;
-- objects/read_rows.sql
create or replace function lead_sync.read_rows(p_adapter text, p_ids uuid[]) returns lead_sync.synced_row[]
language plpgsql stable set search_path = '' as $$
declare
v_rows lead_sync.synced_row[];
begin
execute lead_sync.rows_sql(p_adapter, $sql$
select array_agg(row(l.id, l.twenty_id, {values}, l.sync_status, l.sync_error_count, l.left_out)::lead_sync.synced_row) from {table} as l where l.id = any ($1)
$sql$) into v_rows using p_ids;
return coalesce(v_rows, '{}');
end
$$;
-- objects/rows_sql.sql
create or replace function lead_sync.rows_sql(p_adapter text, p_sql text) returns text
language plpgsql stable set search_path = '' as $$
declare
v_table text;
v_known_by text;
v_kind text;
begin
select o.row_table::regclass::text, o.known_by, m.kind into v_table, v_known_by, v_kind
from lead_sync.objects as o left join lead_sync.field_mappings as m on m.object = o.object and m.lead_field = o.known_by
where o.adapter = p_adapter;
return replace(replace(replace(replace(replace(replace(
p_sql, '{table}', v_table), '{known}', coalesce('k.' || quote_ident(v_known_by), 'null::text')),
'{known_value}', coalesce(format('lead_sync.comparable(%L, i.snapshot -> %L)', v_kind, v_known_by), 'null::text')), '{values}', format('lead_sync.%I(l)', p_adapter || '_values')),
'{columns}', format('lead_sync.%I(c.taken - ''deleted'')', p_adapter || '_columns')), '{email}', case p_adapter when 'lead' then 'l.email' else 'null::text' end
);
end
$$;
-- objects/rows_without_person.sql
create or replace function lead_sync.rows_without_person(p_adapter text, p_ids uuid[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_rows jsonb;
begin
if exists (select from lead_sync.objects as o where o.adapter = p_adapter and o.of_lead) then
execute lead_sync.rows_sql(p_adapter, $sql$
select jsonb_object_agg(l.id, k.id)
from {table} as l
join public.leads as k on k.id = l.lead_id
left join lead_sync.lead_states as s on s.lead_id = k.id
where l.id = any ($1) and k.deleted_at is null and (k.twenty_id is null or s.gone)
$sql$) into v_rows using p_ids;
end if;
return coalesce(v_rows, '{}');
end
$$;
-- objects/sent_fields.sql
create or replace function lead_sync.sent_fields(p_values jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, case when e.value ? 'amount' then '{"currency": null}'::jsonb || e.value else e.value end), '{}')
from jsonb_each(p_values) as e
$$;
-- objects/set_row_values.sql
create or replace function lead_sync.set_row_values(p_adapter text, p_id uuid, p_values jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_columns jsonb;
begin
if p_adapter = 'lead' then
perform lead_sync.set_values(l, p_values) from public.leads as l where l.id = p_id;
return;
end if;
execute lead_sync.rows_sql(p_adapter, 'select {columns} from (select $1 as taken) as c') into v_columns using p_values;
if p_values ? 'deleted' then
v_columns := v_columns || jsonb_build_object('deleted_at', case when p_values -> 'deleted' = 'true' then clock_timestamp() end);
end if;
execute lead_sync.rows_sql(p_adapter, format(
'update {table} as l set %s from {table} as o cross join lateral jsonb_populate_record(o, $2) as n where o.id = $1 and l.id = o.id',
(select string_agg(format('%1$I = n.%1$I', k), ', ' order by k) from jsonb_object_keys(v_columns) as k)
)) using p_id, v_columns;
end
$$;
-- objects/stated_fields.sql
create or replace function lead_sync.stated_fields(p_snapshot jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(
e.key, case jsonb_typeof(e.value) when 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null') else e.value end
), '{}')
from jsonb_each(p_snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'absent']) as e
$$;
-- objects/wake_rows.sql
create or replace function lead_sync.wake_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids uuid[];
v_waiting jsonb;
begin
execute lead_sync.rows_sql(p_adapter, $sql$
select array_agg(l.id order by l.id) from lead_sync.lead_states as s join {table} as l on l.id = s.lead_id
where s.adapter = $1 and s.due_at is not null and s.error_category = 'waits' and s.claim_token is null and l.sync_error_message is not null
$sql$) into v_ids using p_adapter;
if v_ids is null then
return;
end if;
perform lead_sync.lock_rows(p_adapter, v_ids);
v_waiting := lead_sync.rows_without_person(p_adapter, v_ids);
update lead_sync.lead_states as s
set due_at = clock_timestamp() + case when v_waiting ? s.lead_id::text then (select t.backoff_longest from lead_sync.settings as t) else '0 s' end
where s.lead_id = any (v_ids) and s.claim_token is null and v_waiting ? s.lead_id::text = (s.due_at <= clock_timestamp());
end
$$;
-- objects/watch_rows.sql
create or replace function lead_sync.watch_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_table text := (select o.row_table from lead_sync.objects as o where o.adapter = p_adapter);
v_name text := split_part(v_table, '.', 2);
begin
v_table := v_table::regclass::text;
execute format('create or replace trigger %I before insert or update on %s for each row execute function lead_sync.note_lead_write(%L)', v_name || '_note_write', v_table, p_adapter);
execute format(
'create or replace trigger %I after insert on %s referencing new table as new_leads for each statement execute function lead_sync.note_leads_inserted(%L)',
v_name || '_note_inserted', v_table, p_adapter
);
execute format(
'create or replace trigger %I after delete on %s referencing old table as old_rows for each statement execute function lead_sync.forget_rows(%L)',
v_name || '_forget', v_table, p_adapter
);
execute format('create or replace trigger %I after truncate on %s for each statement execute function lead_sync.forget_rows(%L)', v_name || '_forget_all', v_table, p_adapter);
end
$$;
-- objects/write_leads.sql
create or replace function lead_sync.write_leads(p_changes lead_sync.row_change[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
insert into public.leads (
id, twenty_id, first_name, last_name, email, additional_emails, phone, additional_phones, job_title, company_name, company_domain, company_size, city,
region, country, postal_code, linkedin_url, lead_source, lead_status, lead_score, attributes, deleted_at, sync_status, sync_direction, last_synced_at
)
select
c.id, c.twenty_id, c.taken ->> 'first_name', c.taken ->> 'last_name', c.taken ->> 'email',
case when c.taken ? 'additional_emails' then lead_sync.text_array(c.taken -> 'additional_emails') else '{}' end, c.taken ->> 'phone',
case when c.taken ? 'additional_phones' then lead_sync.text_array(c.taken -> 'additional_phones') else '{}' end, c.taken ->> 'job_title',
c.taken ->> 'company_name', c.taken ->> 'company_domain', c.taken ->> 'company_size', c.taken ->> 'city', c.taken ->> 'region',
c.taken ->> 'country', c.taken ->> 'postal_code', c.taken ->> 'linkedin_url', c.taken ->> 'lead_source', c.taken ->> 'lead_status',
(c.taken ->> 'lead_score')::numeric, lead_sync.apply_attributes('{}', c.taken), null, c.sync_status, c.sync_direction, c.last_synced_at
from unnest(p_changes) as c
where c.is_new;
update public.leads as l set
twenty_id = c.twenty_id,
first_name = case when c.taken ? 'first_name' then c.taken ->> 'first_name' else l.first_name end,
last_name = case when c.taken ? 'last_name' then c.taken ->> 'last_name' else l.last_name end,
email = case when c.taken ? 'email' then c.taken ->> 'email' else l.email end,
additional_emails = case when c.taken ? 'additional_emails' then lead_sync.text_array(c.taken -> 'additional_emails') else l.additional_emails end,
phone = case when c.taken ? 'phone' then c.taken ->> 'phone' else l.phone end,
additional_phones = case when c.taken ? 'additional_phones' then lead_sync.text_array(c.taken -> 'additional_phones') else l.additional_phones end,
job_title = case when c.taken ? 'job_title' then c.taken ->> 'job_title' else l.job_title end,
company_name = case when c.taken ? 'company_name' then c.taken ->> 'company_name' else l.company_name end,
company_domain = case when c.taken ? 'company_domain' then c.taken ->> 'company_domain' else l.company_domain end,
company_size = case when c.taken ? 'company_size' then c.taken ->> 'company_size' else l.company_size end,
city = case when c.taken ? 'city' then c.taken ->> 'city' else l.city end,
region = case when c.taken ? 'region' then c.taken ->> 'region' else l.region end,
country = case when c.taken ? 'country' then c.taken ->> 'country' else l.country end,
postal_code = case when c.taken ? 'postal_code' then c.taken ->> 'postal_code' else l.postal_code end,
linkedin_url = case when c.taken ? 'linkedin_url' then c.taken ->> 'linkedin_url' else l.linkedin_url end,
lead_source = case when c.taken ? 'lead_source' then c.taken ->> 'lead_source' else l.lead_source end,
lead_status = case when c.taken ? 'lead_status' then c.taken ->> 'lead_status' else l.lead_status end,
lead_score = case when c.taken ? 'lead_score' then (c.taken ->> 'lead_score')::numeric else l.lead_score end,
attributes = lead_sync.apply_attributes(l.attributes, c.taken),
deleted_at = case when not c.taken ? 'deleted' then l.deleted_at when c.taken -> 'deleted' = 'true' then c.deleted_at end,
sync_status = c.sync_status,
sync_direction = coalesce(c.sync_direction, l.sync_direction),
sync_error_message = case when c.keeps_error then l.sync_error_message end,
sync_error_count = case when c.keeps_error then l.sync_error_count else 0 end,
left_out = c.left_out,
last_synced_at = coalesce(c.last_synced_at, l.last_synced_at)
from unnest(p_changes) as c
where l.id = c.id and not c.is_new;
end
$$;
-- objects/write_rows.sql
create or replace function lead_sync.write_rows(p_adapter text, p_changes lead_sync.row_change[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_columns text[];
begin
if p_adapter = 'lead' then
perform lead_sync.write_leads(p_changes);
return;
end if;
execute lead_sync.rows_sql(p_adapter, 'select array_agg(distinct k) from unnest($1) as c cross join lateral jsonb_object_keys({columns}) as k')
into v_columns using p_changes;
perform set_config('lead_sync.records', (select coalesce(jsonb_object_agg(c.id, c.record), '{}')::text from unnest(p_changes) as c), true);
execute lead_sync.rows_sql(p_adapter, format(
$sql$
insert into {table} (id, twenty_id, sync_status, sync_direction, last_synced_at, created_at%s)
select c.id, c.twenty_id, c.sync_status, c.sync_direction, c.last_synced_at, coalesce((c.record ->> 'created_at')::timestamptz, now())%s
from unnest($1) as c
cross join lateral jsonb_populate_record(null::{table}, {columns}) as n
where c.is_new
$sql$,
(select string_agg(format(', %I', k), '' order by k) from unnest(v_columns) as k), (select string_agg(format(', n.%I', k), '' order by k) from unnest(v_columns) as k)
)) using p_changes;
execute lead_sync.rows_sql(p_adapter, format(
$sql$
update {table} as l set
twenty_id = c.twenty_id,
deleted_at = case when not c.taken ? 'deleted' then l.deleted_at when c.taken -> 'deleted' = 'true' then c.deleted_at end,
sync_status = c.sync_status,
sync_direction = coalesce(c.sync_direction, l.sync_direction),
sync_error_message = case when c.keeps_error then l.sync_error_message end,
sync_error_count = case when c.keeps_error then l.sync_error_count else 0 end,
left_out = c.left_out,
last_synced_at = coalesce(c.last_synced_at, l.last_synced_at)%s
from unnest($1) as c
join {table} as o on o.id = c.id
cross join lateral jsonb_populate_record(o, {columns}) as n
where l.id = o.id and not c.is_new
$sql$,
(select string_agg(format(', %1$I = n.%1$I', k), '' order by k) from unnest(v_columns) as k)
)) using p_changes;
perform set_config('lead_sync.records', '', true);
end
$$;
-- mappings/known_base.sql
create or replace function lead_sync.known_base(p_base jsonb, p_settled_at timestamptz, p_renewed jsonb) returns jsonb
language sql stable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select p_base - array(select r ->> 'field' from jsonb_array_elements(p_renewed) as r where (r ->> 'base_since')::timestamptz > p_settled_at)
$$;
-- mappings/note_mapping_change.sql
create or replace function lead_sync.note_mapping_change() returns trigger
language plpgsql volatile set search_path = '' as $$
declare
v_is_new boolean;
begin
if tg_op = 'INSERT' then
v_is_new := exists (select from lead_sync.lead_states as s where s.adapter = lead_sync.adapter_of(new.object));
else
v_is_new := new.twenty_field is distinct from old.twenty_field
or (old.missing_since is not null and new.missing_since is null)
or (old.direction = 'to_twenty' and new.direction <> 'to_twenty');
end if;
if v_is_new and new.lead_field <> 'deleted' then
new.base_since := clock_timestamp();
end if;
return new;
end
$$;
-- mappings/note_missing_fields.sql
create or replace function lead_sync.note_missing_fields(p_object text, p_missing jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text := lead_sync.adapter_of(p_object);
v_found text[];
v_marks jsonb;
begin
with changed as (
update lead_sync.field_mappings as m
set missing_since = case when p_missing ? split_part(m.twenty_field, '.', 1) then now() end
where m.object = p_object
and (m.missing_since is not null) <> (p_missing ? split_part(m.twenty_field, '.', 1))
returning m.lead_field, m.missing_since, m.direction
)
select array_agg(lead_field) into v_found from changed where missing_since is null and direction <> 'to_supabase';
if v_found is not null then
execute lead_sync.rows_sql(v_adapter, $sql$
with holders as (
select l.id
from (
select k.id from {table} as k where k.sync_status = 'synced' order by k.updated_at desc limit 20000
) as latest
join {table} as l on l.id = latest.id
where l.sync_status = 'synced' and l.deleted_at is null and {values} ?| $1
limit 5000
for no key update of l skip locked
),
queued as (
update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = clock_timestamp() from holders as h where s.lead_id = h.id
)
select jsonb_agg(jsonb_build_object('lead_id', h.id, 'sync_status', 'pending')) from holders as h
$sql$) into v_marks using v_found;
perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', v_adapter));
end if;
end
$$;
-- mappings/renewed_rules.sql
create or replace function lead_sync.renewed_rules(p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select jsonb_agg(r) from jsonb_array_elements(p_rules) as r where r ? 'base_since'
$$;
-- mappings/rules.sql
create or replace function lead_sync.rules(p_object text, p_policy text default null) returns jsonb
language sql stable set search_path = '' as $$
select coalesce(
jsonb_agg(
jsonb_build_object('field', m.lead_field, 'kind', m.kind, 'direction', m.direction, 'policy', coalesce(p_policy, m.policy))
|| case when m.base_since is not null then jsonb_build_object('base_since', m.base_since) else '{}' end
|| case when m.of_company then '{"of_company": true}'::jsonb else '{}' end
order by m.lead_field
),
'[]'
)
from (
select
f.lead_field,
case
when f.kind <> 'list' then f.kind
when f.twenty_field like '%.additionalEmails' then 'email list'
when f.twenty_field like '%.additionalPhones' then 'phone list'
else 'text list'
end as kind,
f.direction, f.policy, f.base_since, f.twenty_field like 'company.%' as of_company
from lead_sync.field_mappings as f
where f.object = p_object and f.lead_field <> 'deleted' and f.enabled and f.missing_since is null
union all
select 'deleted', 'boolean', case when f.enabled then f.direction else 'none' end, coalesce(f.policy, 'last_write_wins'), null, false
from (select) as always
left join lead_sync.field_mappings as f on f.object = p_object and f.lead_field = 'deleted'
) as m
$$;
-- changes/check_size.sql
create or replace function lead_sync.check_size(p_lead anyelement, p_before anyelement) returns void
language plpgsql stable set search_path = '' as $$
declare
v_bytes integer := pg_column_size(p_lead);
v_bytes_before integer := pg_column_size(p_before);
v_limit integer := (select s.max_lead_bytes from lead_sync.settings as s);
begin
if v_bytes > (case when v_bytes_before > v_limit then v_bytes_before + 16384 else v_limit end) then
raise exception '% % has % bytes, most of them in %; at most % are taken: shorten it, or raise max_lead_bytes in lead_sync.settings',
case when pg_typeof(p_lead) = 'public.leads'::regtype then 'Lead' else 'Row' end, p_lead.id, v_bytes,
(select e.key from jsonb_each_text(to_jsonb(p_lead)) as e where e.value is not null order by octet_length(e.value) desc limit 1), v_limit
using errcode = 'program_limit_exceeded';
end if;
end
$$;
-- changes/due_fields.sql
create or replace function lead_sync.due_fields(p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_linked boolean, p_rules jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when p_linked and (p_local ? 'deleted') <> (p_base_local ? 'deleted') then case
when exists (select from jsonb_array_elements(p_rules) as r where r ->> 'field' = 'deleted' and r ->> 'direction' in ('both', 'to_twenty'))
then array['deleted']
else '{}'::text[]
end
when p_local ? 'deleted' or p_base_remote ? 'deleted' then '{}'::text[]
when p_local = p_base_local then '{}'::text[]
else (
select coalesce(array_agg(r.value ->> 'field' order by r.ordinality), '{}')
from jsonb_array_elements(p_rules) with ordinality as r
where r.value ->> 'direction' <> 'to_supabase'
and r.value ->> 'field' <> 'deleted'
and (p_local -> (r.value ->> 'field')) is distinct from (p_base_local -> (r.value ->> 'field'))
)
end
$$;
-- changes/engine_is_writing.sql
create or replace function lead_sync.engine_is_writing() returns boolean
language plpgsql stable set search_path = '' as $$
begin
return coalesce(current_setting('lead_sync.engine', true), '') = 'on';
end
$$;
-- changes/note_lead_write.sql
create or replace function lead_sync.note_lead_write() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_adapter text := coalesce(tg_argv[0], 'lead');
v_now timestamptz := clock_timestamp();
v_before jsonb;
v_after jsonb;
v_is_relinked boolean;
v_edited text[];
begin
new.updated_at := v_now;
if lead_sync.engine_is_writing() then
return new;
end if;
if pg_column_size(new) > 16384 then
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
base_local = coalesce((
select s.base_local - array_agg(k) || coalesce(jsonb_object_agg(k, s.base_remote -> k) filter (where s.base_remote ? k), '{}')
from unnest(v_edited) as k
where not coalesce(s.intent -> 'values' ? k, false)
), s.base_local),
due_at = case when s.claim_token is null then excluded.due_at else s.due_at end,
due_since = coalesce(s.due_since, excluded.due_since),
retries = 0,
held_by = null;
end if;
return new;
end
$$;
-- changes/note_leads_inserted.sql
create or replace function lead_sync.note_leads_inserted() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
v_adapter text := coalesce(tg_argv[0], 'lead');
begin
if v_adapter <> 'lead' and exists (select from new_leads as n join lead_sync.lead_states as s on s.lead_id = n.id where s.adapter <> v_adapter) then
raise exception 'An id of % is that of a lead, or of another synced row', tg_table_name using errcode = 'unique_violation', hint = 'Leave the id to its default.';
elsif lead_sync.engine_is_writing() then
return null;
elsif v_adapter <> 'lead' then
if lead_sync.is_synced(v_adapter) then
perform lead_sync.make_states(v_adapter, array(select n.id from new_leads as n));
end if;
return null;
end if;
insert into lead_sync.lead_states (lead_id, due_at, due_since, changed_at)
select n.id, clock_timestamp(), clock_timestamp(),
(select coalesce(jsonb_object_agg(k, clock_timestamp()), '{}') from jsonb_object_keys(lead_sync.lead_values(n)) as k)
from new_leads as n
on conflict (lead_id) do nothing;
return null;
end
$$;
-- changes/still_left_out.sql
create or replace function lead_sync.still_left_out(p_left_out jsonb, p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, e.value), '{}')
from jsonb_each(p_left_out) as e
join jsonb_array_elements(p_rules) as r on r ->> 'field' = e.key
where (p_local -> e.key) is not distinct from (p_base_local -> e.key)
and not lead_sync.is_same(r ->> 'kind', p_local -> e.key, p_base_remote -> e.key)
$$;
-- history/fields_to_undo.sql
create or replace function lead_sync.fields_to_undo(p_changes jsonb, p_values jsonb, p_rules jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (
select jsonb_agg(jsonb_build_object(
'field', c.key, 'value', p_values -> c.key, 'becomes', c.value -> 'was',
'kept', case
when coalesce(p_values -> c.key, 'null') <> c.value -> 'after' then 'it was changed since'
when r.rule is null or r.rule ->> 'direction' = 'none' then 'the field is not synced any more'
when r.rule ->> 'direction' = 'to_supabase' then 'the field only flows from Twenty to Supabase: correct it there'
when c.value ->> 'side' = 'twenty' and (r.rule ->> 'base_since')::timestamptz > (c.value ->> 'at')::timestamptz
then 'the field was mapped to another one of Twenty when it was written there'
end
) order by c.key)
from jsonb_each(p_changes) as c
left join lateral (select r as rule from jsonb_array_elements(p_rules) as r where r ->> 'field' = c.key limit 1) as r on true
where coalesce(p_values -> c.key, 'null') <> c.value -> 'was'
);
end
$$;
-- history/forget_changes.sql
create or replace function lead_sync.forget_changes(p_now timestamptz) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
v_before timestamptz := p_now - make_interval(days => (select s.changes_days from lead_sync.settings as s));
v_is_old boolean;
v_emptied integer := 0;
begin
for v_week in 0..8 loop
execute format(
'select exists (select from lead_sync.%1$I) and not exists (select from lead_sync.%1$I as c where c.changed_at >= $1)', 'lead_changes_' || v_week
)
into v_is_old using v_before;
continue when not v_is_old;
begin
execute format('lock table lead_sync.%I in access exclusive mode nowait', 'lead_changes_' || v_week);
execute format('truncate lead_sync.%I', 'lead_changes_' || v_week);
v_emptied := v_emptied + 1;
exception when lock_not_available then
null;
end;
end loop;
return v_emptied;
end
$$;
-- history/get_lead_changes.sql
create or replace function public.get_lead_changes(
p_lead_id uuid default null, p_run_id uuid default null, p_limit integer default 100, p_position text default null
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_changes jsonb;
v_position text;
v_has_next boolean;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1000, got %', p_limit using errcode = '22023';
elsif p_position !~ '^\d{4}-\d\d-\d\dT[0-9:.+-]+ [0-9a-f-]{36} (supabase|twenty)$' then
raise exception 'p_position must come from the page before' using errcode = '22023';
end if;
with page as materialized (
select c.*
from lead_sync.lead_changes as c
where (p_lead_id is null or c.lead_id = p_lead_id)
and (p_run_id is null or c.run_id = p_run_id)
and (
p_position is null
or (c.changed_at, c.lead_id, c.side) < (split_part(p_position, ' ', 1)::timestamptz, split_part(p_position, ' ', 2)::uuid, split_part(p_position, ' ', 3))
)
order by c.changed_at desc, c.lead_id desc, c.side desc
limit p_limit + 1
),
shown as materialized (
select p.*, row_number() over (order by p.changed_at desc, p.lead_id desc, p.side desc) as place from page as p limit p_limit
)
select
coalesce(jsonb_agg(
jsonb_build_object(
'changed_at', s.changed_at, 'lead_id', s.lead_id, 'email', l.email, 'run_id', s.run_id, 'side', s.side, 'made_by', s.made_by,
'before', s.before, 'after', s.after
) order by s.place
), '[]'),
(array_agg(to_jsonb(s.changed_at) #>> '{}' || ' ' || s.lead_id || ' ' || s.side order by s.place desc))[1],
(select count(*) > p_limit from page)
into v_changes, v_position, v_has_next
from shown as s
left join public.leads as l on l.id = s.lead_id;
return jsonb_build_object('changes', v_changes, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;
-- history/undo_sync.sql
create or replace function public.undo_sync(
p_run_id uuid default null, p_lead_ids uuid[] default null, p_from timestamptz default null, p_until timestamptz default null, p_fields text[] default null,
p_apply boolean default false, p_by text default null, p_limit integer default 500, p_position uuid default null, p_undo_id uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_undo_id uuid := coalesce(p_undo_id, gen_random_uuid());
v_rules jsonb;
v_page uuid[];
v_lead public.leads;
v_each record;
v_fields jsonb;
v_values jsonb;
v_before jsonb;
v_problem text;
v_state text;
v_leads integer := 0;
v_undone jsonb[] := '{}';
v_kept jsonb[] := '{}';
begin
if p_run_id is null and p_lead_ids is null and p_from is null then
raise exception 'What to undo is not said' using errcode = '22023', hint = 'Give p_run_id, p_lead_ids or p_from.';
elsif cardinality(p_lead_ids) not between 1 and 1000 or p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_lead_ids must be 1 to 1000 leads, and p_limit from 1 to 1000' using errcode = '22023';
end if;
v_rules := lead_sync.rules((select s.object from lead_sync.settings as s));
v_page := array(
select distinct c.lead_id
from lead_sync.lead_changes as c
where (p_run_id is null or c.run_id = p_run_id) and (p_lead_ids is null or c.lead_id = any (p_lead_ids))
and (p_from is null or c.changed_at >= p_from) and (p_until is null or c.changed_at < p_until)
and (p_position is null or c.lead_id > p_position)
order by c.lead_id
limit p_limit + 1
);
if p_apply then
perform from public.leads as l where l.id = any (v_page[:p_limit]) order by l.id for no key update;
perform set_config('lead_sync.engine', 'off', true);
end if;
for v_each in
select
f.lead_id,
jsonb_object_agg(f.field, jsonb_build_object('was', coalesce(f.was, 'null'), 'after', coalesce(f.after, 'null'), 'side', f.side, 'at', f.changed_at)) as changes
from (
select
c.lead_id, k.field, max(c.changed_at) as changed_at,
(array_agg(c.before -> k.field order by c.changed_at, c.side))[1] as was,
(array_agg(c.after -> k.field order by c.changed_at desc, c.side desc))[1] as after,
(array_agg(c.side order by c.changed_at, c.side))[1] as side
from lead_sync.lead_changes as c
cross join lateral jsonb_object_keys(c.after) as k (field)
where c.lead_id = any (v_page[:p_limit])
and (p_run_id is null or c.run_id = p_run_id)
and (p_from is null or c.changed_at >= p_from) and (p_until is null or c.changed_at < p_until)
and (p_fields is null or k.field = any (p_fields))
group by c.lead_id, k.field
) as f
group by f.lead_id
order by f.lead_id
loop
select l.* into v_lead from public.leads as l where l.id = v_each.lead_id;
continue when not found;
v_values := lead_sync.lead_values(v_lead);
select coalesce(jsonb_agg(f || jsonb_build_object('lead_id', v_lead.id, 'email', v_lead.email)), '[]') into v_fields
from jsonb_array_elements(lead_sync.fields_to_undo(v_each.changes, v_values, v_rules)) as f;
v_problem := null;
select jsonb_object_agg(f ->> 'field', f -> 'becomes'), coalesce(jsonb_object_agg(f ->> 'field', f -> 'value') filter (where f -> 'value' <> 'null'), '{}')
into v_values, v_before
from jsonb_array_elements(v_fields) as f
where f -> 'kept' = 'null';
if p_apply and v_values is not null then
begin
perform lead_sync.set_values(v_lead, v_values);
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, made_by, before, after)
values (clock_timestamp(), v_lead.id, v_undo_id, 'supabase', coalesce(left(p_by, 200), 'undo'), v_before, v_values);
exception when others or assert_failure then
get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
end;
end if;
v_leads := v_leads + (v_values is not null and v_problem is null)::integer;
v_undone := v_undone || array(select f - 'kept' from jsonb_array_elements(v_fields) as f where f -> 'kept' = 'null' and v_problem is null);
v_kept := v_kept || array(
select f - 'kept' || jsonb_build_object('reason', coalesce(f ->> 'kept', 'this database refuses the write: ' || left(v_problem, 300)))
from jsonb_array_elements(v_fields) as f where f -> 'kept' <> 'null' or v_problem is not null
);
end loop;
if v_leads > 0 and p_apply then
perform public.note_action('undo_sync', jsonb_build_object('undo_id', v_undo_id, 'run_id', p_run_id, 'from', p_from, 'until', p_until, 'fields', p_fields, 'leads', v_leads, 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end), p_by);
end if;
return jsonb_build_object(
'undo_id', v_undo_id, 'leads', v_leads, 'undone', to_jsonb(v_undone), 'kept', to_jsonb(v_kept),
'has_next', cardinality(v_page) > p_limit, 'position', case when cardinality(v_page) > p_limit then v_page[p_limit] end
);
end
$$;
-- history/values_before.sql
create or replace function lead_sync.values_before(p_values jsonb, p_written jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (select coalesce(jsonb_object_agg(k, p_values -> k), '{}') from jsonb_object_keys(p_written) as k where p_values ? k);
end
$$;
-- merge/apply_attributes.sql
create or replace function lead_sync.apply_attributes(p_attributes jsonb, p_taken jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(
p_attributes
- coalesce(array_agg(substr(t.key, 12)) filter (where t.value = 'null'), '{}')
|| coalesce(jsonb_object_agg(substr(t.key, 12), t.value) filter (where t.value <> 'null'), '{}'),
p_attributes
)
from jsonb_each(p_taken) as t
where t.key like 'attributes.%'
$$;
-- merge/merge_lead.sql
create or replace function lead_sync.merge_lead(
p_local jsonb, p_remote jsonb, p_base_local jsonb, p_base_remote jsonb, p_sent jsonb, p_changed_at jsonb, p_remote_time timestamptz, p_rules jsonb
) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_rule jsonb;
v_field text;
v_local jsonb;
v_remote jsonb;
v_base_local jsonb;
v_base_remote jsonb;
v_equal boolean;
v_company text[] := '{}';
v_company_changed_here boolean := false;
v_company_changed_there boolean := false;
v_company_shared boolean := false;
v_is_contested boolean;
v_local_blank boolean;
v_remote_blank boolean;
v_changed_at timestamptz;
v_winner text;
v_reason text;
v_landed boolean := false;
v_taken jsonb := '{}';
v_conflicts jsonb := '[]';
begin
for v_rule in select jsonb_array_elements(p_rules) loop
v_field := v_rule ->> 'field';
v_remote := p_remote -> v_field;
if v_remote is distinct from p_base_remote -> v_field
and v_rule ->> 'kind' in ('domain', 'email', 'money', 'reference', 'time')
and lead_sync.same_value(v_rule ->> 'kind', v_remote, p_base_remote -> v_field)
then
p_base_remote := p_base_remote || jsonb_build_object(v_field, v_remote);
end if;
if p_sent ? v_field
and v_remote is distinct from p_base_remote -> v_field
and lead_sync.is_same(v_rule ->> 'kind', v_remote, p_sent -> v_field)
then
v_landed := true;
p_base_local := lead_sync.set_value(p_base_local, v_field, p_sent -> v_field);
p_base_remote := lead_sync.set_value(p_base_remote, v_field, v_remote);
end if;
if v_field in ('company_name', 'company_domain') and v_rule ->> 'direction' = 'both' then
v_company := v_company || v_field;
v_company_changed_here := v_company_changed_here or p_local -> v_field is distinct from p_base_local -> v_field;
v_company_changed_there := v_company_changed_there or v_remote is distinct from p_base_remote -> v_field;
v_company_shared := v_company_shared or lead_sync.same_value(v_rule ->> 'kind', p_local -> v_field, v_remote);
end if;
end loop;
for v_rule in select jsonb_array_elements(p_rules) loop
v_field := v_rule ->> 'field';
v_local := p_local -> v_field;
v_remote := p_remote -> v_field;
v_base_local := p_base_local -> v_field;
v_base_remote := p_base_remote -> v_field;
if v_local is not distinct from v_base_local and v_remote is not distinct from v_base_remote then
continue;
end if;
v_is_contested := v_company_changed_here and v_company_changed_there and not v_company_shared and v_field = any (v_company);
v_winner := null;
v_reason := null;
if v_rule ? 'outside' and v_local is not distinct from v_base_local and not v_is_contested then
continue;
end if;
v_equal := v_local is not distinct from v_remote
or (v_local is not null and v_remote is not null and lead_sync.same_value(v_rule ->> 'kind', v_local, v_remote));
if v_rule ->> 'direction' = 'none' then
v_base_local := v_local;
elsif v_rule ->> 'direction' = 'to_supabase' then
if v_field = 'deleted' and v_local is distinct from v_base_local and v_remote is not distinct from v_base_remote then
v_base_local := v_local;
elsif v_local is not distinct from v_base_local and v_local is distinct from v_remote then
v_winner := 'twenty';
elsif not v_equal and (v_local is distinct from v_base_local or v_remote is distinct from v_base_remote) then
v_winner := 'twenty';
v_reason := case when v_local is distinct from v_base_local then 'the field only flows from Twenty to Supabase' end;
end if;
elsif v_rule ->> 'direction' = 'to_twenty' then
if v_field = 'deleted' then
null;
elsif v_remote is distinct from v_base_remote and not v_equal then
if v_local is null and v_base_local is null then
null;
else
v_winner := 'supabase';
v_reason := case when v_base_remote is not null then 'the field only flows from Supabase to Twenty' end;
end if;
end if;
elsif v_remote is distinct from v_base_remote or v_is_contested then
if v_local is not distinct from v_base_local and not v_is_contested then
v_winner := 'twenty';
elsif not v_equal then
v_local_blank := case when v_is_contested then not p_local ?| v_company else v_local is null end;
v_remote_blank := case when v_is_contested then not p_remote ?| v_company else v_remote is null end;
v_changed_at := (
select max((p_changed_at ->> f)::timestamptz) from unnest(case when v_is_contested then v_company else array[v_field] end) as f
);
case v_rule ->> 'policy'
when 'twenty_wins' then
v_winner := 'twenty';
v_reason := 'policy: Twenty wins';
when 'supabase_wins' then
v_winner := 'supabase';
v_reason := 'policy: Supabase wins';
else
if v_rule ->> 'policy' = 'fill_blank' and v_local_blank <> v_remote_blank then
v_winner := case when v_local_blank then 'twenty' else 'supabase' end;
v_reason := 'policy: a value beats a blank';
elsif coalesce(v_changed_at, '-infinity') > p_remote_time then
v_winner := 'supabase';
v_reason := 'last write wins: changed later in Supabase';
else
v_winner := 'twenty';
v_reason := 'last write wins: changed later in Twenty';
end if;
end case;
end if;
end if;
if v_winner = 'twenty' then
v_taken := v_taken || jsonb_build_object(v_field, v_remote);
v_base_local := v_remote;
elsif v_winner = 'supabase' then
v_base_local := v_remote;
elsif v_equal and (v_remote is distinct from v_base_remote or v_field = 'deleted') then
v_base_local := v_local;
end if;
v_base_remote := v_remote;
if v_reason is not null then
v_conflicts := v_conflicts || jsonb_build_object(
'field', v_field, 'winner', v_winner, 'supabase_value', v_local, 'twenty_value', v_remote, 'reason', v_reason
);
end if;
p_base_local := case when v_base_local is null then p_base_local - v_field else p_base_local || jsonb_build_object(v_field, v_base_local) end;
p_base_remote := case when v_base_remote is null then p_base_remote - v_field else p_base_remote || jsonb_build_object(v_field, v_base_remote) end;
end loop;
return jsonb_build_object(
'taken', v_taken, 'base_local', p_base_local, 'base_remote', p_base_remote, 'conflicts', v_conflicts, 'landed', v_landed
);
end
$$;
-- merge/same_value.sql
create or replace function lead_sync.same_value(p_kind text, p_one jsonb, p_other jsonb) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select p_one is not null and p_other is not null and lead_sync.is_same(p_kind, p_one, p_other)
$$;
-- merge/set_value.sql
create or replace function lead_sync.set_value(p_values jsonb, p_field text, p_value jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case when p_value is null or p_value = 'null' then p_values - p_field else p_values || jsonb_build_object(p_field, p_value) end
$$;
-- snapshots/agreed_deletion.sql
create or replace function lead_sync.agreed_deletion(p_base jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case when p_base ? 'deleted' then '{"deleted": true}'::jsonb else '{}'::jsonb end
$$;
-- snapshots/arrived_values.sql
create or replace function lead_sync.arrived_values(p_sent jsonb, p_stated jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, e.value) filter (where e.value <> 'null' and (p_stated -> e.key) is distinct from 'null'), '{}')
from jsonb_each(p_sent) as e
$$;
-- snapshots/conflicts_unsent.sql
create or replace function lead_sync.conflicts_unsent(p_left_out jsonb, p_taken jsonb, p_sent jsonb, p_stated jsonb, p_local jsonb, p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_agg(jsonb_build_object(
'field', r ->> 'field', 'winner', case when p_taken ? (r ->> 'field') then 'twenty' else 'supabase' end,
'supabase_value', p_local -> (r ->> 'field'), 'twenty_value', p_taken -> (r ->> 'field'),
'reason', case
when p_sent is not null and r ->> 'field' in ('company_name', 'company_domain') and p_taken ? (r ->> 'field') then
'the company in Twenty has this value: edit the company there'
when p_sent is not null and p_taken ? (r ->> 'field') then 'edited in Twenty when the new person was first seen: the value here may not have arrived'
when p_taken ? (r ->> 'field') then 'the value here was left out of what Twenty got'
else 'blank when the new person was first seen: the value may not have arrived'
end
)), '[]')
from jsonb_array_elements(p_rules) as r
where r ->> 'direction' = 'both' and p_local ? (r ->> 'field') and case
when p_sent is null then
p_left_out ? (r ->> 'field') and p_taken ? (r ->> 'field')
and not lead_sync.same_value(r ->> 'kind', p_local -> (r ->> 'field'), p_taken -> (r ->> 'field'))
when p_taken ? (r ->> 'field') then
(r ->> 'field' in ('company_name', 'company_domain') or p_stated is not null) and p_sent ? (r ->> 'field')
and not lead_sync.is_same(r ->> 'kind', p_sent -> (r ->> 'field'), p_taken -> (r ->> 'field'))
else p_sent ? (r ->> 'field') and p_stated -> (r ->> 'field') = 'null'
end
$$;
-- snapshots/known_address.sql
create or replace function lead_sync.known_address(p_lead public.leads) returns text
language sql stable set search_path = '' as $$
select lead_sync.email_key(coalesce((select s.base_remote ->> 'email' from lead_sync.lead_states as s where s.lead_id = p_lead.id), p_lead.email))
$$;
-- snapshots/lead_of_address.sql
create or replace function lead_sync.lead_of_address(p_email text, p_linked boolean default false) returns uuid
language plpgsql stable set search_path = '' as $$
declare
v_ids uuid[] := array(
select l.id
from public.leads as l
where l.additional_emails <> '{}' and lead_sync.email_keys(l.additional_emails) && lead_sync.email_spellings(p_email) and l.deleted_at is null
and (not p_linked or (l.twenty_id is not null and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id and s.gone)))
limit 2
);
begin
return case when cardinality(v_ids) = 1 then v_ids[1] end;
end
$$;
-- snapshots/lock_candidates.sql
create or replace function lead_sync.lock_candidates(p_items jsonb, p_claim_token uuid, p_source text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids uuid[];
v_emails text[];
v_phones jsonb := '[]';
v_lead_ids uuid[];
begin
select array_agg(k.id), array_agg(a.email)
into v_ids, v_emails
from jsonb_array_elements(p_items) as i
cross join lateral (select (i -> 'snapshot' ->> case p_source when 'twenty' then 'twenty_id' else 'id' end)::uuid as id, i -> 'snapshot' -> 'additional_emails' as others) as k
left join lateral (
select unnest(lead_sync.email_spellings(i -> 'snapshot' ->> 'email'))
union all
select s from jsonb_array_elements_text(case when jsonb_typeof(k.others) = 'array' then k.others else '[]' end) as e cross join unnest(lead_sync.email_spellings(e)) as s
) as a (email) on true;
perform pg_advisory_xact_lock(hashtext('lead_sync.email'), b.bucket)
from (
select distinct hashtext(n.email) & 63 as bucket
from unnest(v_ids, v_emails) as n (id, email)
where n.email is not null and (p_source <> 'twenty' or not exists (select from public.leads as l where l.twenty_id = n.id))
order by bucket
) as b;
if p_source <> 'twenty' and jsonb_path_exists(p_items, '$[*].snapshot.phone ? (@ != null)') then
select coalesce(jsonb_agg(jsonb_build_object('phone', k.phone, 'snapshot', i -> 'snapshot')), '[]') into v_phones
from jsonb_array_elements(p_items) as i
cross join lateral (select lead_sync.phone_key(i #>> '{snapshot,phone}') as phone offset 0) as k
where i #>> '{snapshot,id}' is null and k.phone is not null;
perform pg_advisory_xact_lock(hashtext('lead_sync.phone'), b.bucket)
from (select distinct hashtext(p ->> 'phone') & 63 as bucket from jsonb_array_elements(v_phones) as p order by bucket) as b;
end if;
v_lead_ids := array(
select c.id from public.leads as c where c.twenty_id = any (v_ids)
union select c.id from public.leads as c where c.id = any (v_ids)
union select c.id
from unnest(v_emails) as e (email)
cross join lateral (select m.id from public.leads as m where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email offset 0) as c
union select c.id
from unnest(v_emails) as e (email)
cross join lateral (
select m.id from public.leads as m where m.additional_emails <> '{}' and lead_sync.email_keys(m.additional_emails) @> array[e.email] offset 0
) as c
where p_source <> 'twenty' and e.email is not null
union select n.lead_id
from lead_sync.leads_of_phones((
select jsonb_agg(jsonb_build_object(
'phone', p -> 'phone', 'name', lead_sync.person_name(p #>> '{snapshot,first_name}', p #>> '{snapshot,last_name}'), 'has_email', k.email is not null
))
from jsonb_array_elements(v_phones) as p
cross join lateral (select lead_sync.email_key(p #>> '{snapshot,email}') as email offset 0) as k
where not exists (
select from public.leads as m
where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = k.email
)
)) as n
union select lead_sync.lead_of_address(lead_sync.known_address(c), true)
from jsonb_array_elements(p_items) as i join public.leads as c on c.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
where (i -> 'snapshot' ->> 'absent')::boolean
union select lead_sync.merge_of(c.id)
from jsonb_array_elements(p_items) as i join public.leads as c on c.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
where (i -> 'snapshot' ->> 'absent')::boolean
union select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_ids)
union select s.lead_id from lead_sync.lead_states as s where s.claim_token = p_claim_token
);
perform from public.leads as l where l.id = any (v_lead_ids) order by l.id for no key update;
end
$$;
-- snapshots/match_snapshots.sql
create or replace function lead_sync.match_snapshots(p_items jsonb)
returns table (
index integer, snapshot jsonb, twenty_id uuid, stated jsonb, absent boolean, dead boolean, repeated boolean, lead_id uuid, newly_linked boolean, by_address boolean
)
language sql stable rows 20 set search_path = '' as $$
with item as materialized (
select
(i ->> 'index')::integer as index,
i -> 'snapshot' as snapshot,
(i -> 'snapshot' ->> 'twenty_id')::uuid as twenty_id,
lead_sync.stated_values(i -> 'snapshot') as stated,
coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) as absent,
(i -> 'snapshot' ->> 'twenty_deleted_at')::timestamptz is not null as dead,
row_number() over (partition by i -> 'snapshot' ->> 'twenty_id' order by (i ->> 'index')::integer desc) > 1 as repeated
from jsonb_array_elements(p_items) as i
),
by_id as materialized (
select item.index, item.absent, l.id
from item join public.leads as l on l.twenty_id = item.twenty_id
where not item.repeated
),
open_item as materialized (
select item.index, item.twenty_id, item.dead, lead_sync.email_spellings(item.stated ->> 'email') as emails, item.stated -> 'additional_emails' as others
from item
where not item.repeated and not item.absent and not exists (select from by_id where by_id.index = item.index)
),
by_own_id as materialized (
select o.index, l.id
from open_item as o
join public.leads as l on l.id = o.twenty_id
left join lead_sync.lead_states as s on s.lead_id = l.id
where (l.twenty_id is null or s.gone)
and not exists (select from by_id where by_id.id = l.id and not by_id.absent)
),
by_email as materialized (
select distinct on (c.id) c.index, c.id
from (
select o.index, oldest.id
from open_item as o
cross join lateral (
select k.id
from unnest(o.emails) as e (email)
cross join lateral (
select l.id, l.created_at
from public.leads as l
left join lead_sync.lead_states as s on s.lead_id = l.id
where case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email
and (l.twenty_id is null or s.gone) and l.deleted_at is null and s.intent is null
and not exists (select from by_id where by_id.id = l.id and not by_id.absent)
and not exists (select from by_own_id where by_own_id.id = l.id)
order by l.created_at, l.id
limit 1
) as k
order by k.created_at, k.id
limit 1
) as oldest
where not o.dead
and not exists (select from by_own_id where by_own_id.index = o.index)
) as c
order by c.id, c.index
),
by_address as materialized (
select distinct on (c.index) c.index, c.id
from (
select distinct on (oldest.id) o.index, oldest.id
from open_item as o
cross join lateral jsonb_array_elements_text(case when jsonb_typeof(o.others) = 'array' then o.others else '[]' end) as a (email)
cross join lateral unnest(lead_sync.email_spellings(a.email)) as e (email)
cross join lateral (
select l.id
from public.leads as l
left join lead_sync.lead_states as s on s.lead_id = l.id
where case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email
and s.intent is null and l.deleted_at is null and (l.twenty_id is null or s.gone)
and not exists (select from by_id where by_id.id = l.id and not by_id.absent)
and not exists (select from by_own_id where by_own_id.id = l.id)
and not exists (select from by_email where by_email.id = l.id)
order by l.created_at, l.id
limit 1
) as oldest
where not o.dead
and not exists (select from by_own_id where by_own_id.index = o.index)
and not exists (select from by_email where by_email.index = o.index)
order by oldest.id, o.index
) as c
order by c.index, c.id
)
select item.index, item.snapshot, item.twenty_id, item.stated, item.absent, item.dead, item.repeated,
coalesce(by_id.id, by_own_id.id, by_email.id, by_address.id),
by_id.id is null and coalesce(by_own_id.id, by_email.id, by_address.id) is not null,
by_id.id is null and by_address.id is not null
from item
left join by_id on by_id.index = item.index
and not exists (select from by_own_id as o where by_id.absent and o.id = by_id.id)
and not exists (select from by_email as e where by_id.absent and e.id = by_id.id)
and not exists (select from by_address as a where by_id.absent and a.id = by_id.id)
left join by_own_id on by_own_id.index = item.index
left join by_email on by_email.index = item.index
left join by_address on by_address.index = item.index
$$;
-- snapshots/merge_people.sql
create or replace function lead_sync.merge_people(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_plain jsonb := '[]';
v_others jsonb := p_items;
begin
if jsonb_array_length(p_items) = (select count(*) from (select from jsonb_array_elements(p_items) as i group by i #> '{snapshot,twenty_id}') as person) then
v_plain := lead_sync.merge_plain_snapshots(p_items, p_context);
end if;
if jsonb_array_length(v_plain) = jsonb_array_length(p_items) then
return v_plain;
end if;
if v_plain <> '[]' then
select jsonb_agg(i order by i -> 'index') into v_others
from jsonb_array_elements(p_items) as i
left join (select r -> 'index' as index from jsonb_array_elements(v_plain) as r) as p on p.index = i -> 'index'
where p.index is null;
end if;
return (
select jsonb_agg(r order by r -> 'index')
from jsonb_array_elements(v_plain || lead_sync.merge_snapshots(v_others, p_context)) as r
);
end
$$;
-- snapshots/merge_plain_snapshots.sql
create or replace function lead_sync.merge_plain_snapshots(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_read timestamptz := (p_context ->> 'read_started_at')::timestamptz;
v_run_id uuid := (p_context ->> 'run_id')::uuid;
v_now timestamptz := clock_timestamp();
v_keeps_changes boolean := (select s.changes_days > 0 from lead_sync.settings as s);
v_has_forgotten boolean := exists (select from lead_sync.forgotten);
v_is_prepared boolean := not exists (
select from pg_catalog.pg_trigger as t
join pg_catalog.pg_proc as f on f.oid = t.tgfoid
where t.tgrelid = 'public.leads'::regclass and not t.tgisinternal and f.pronamespace <> 'lead_sync'::regnamespace
);
v_state lead_sync.scoring_state := lead_sync.scoring_state_in_use();
v_assessed_fields text[] := lead_sync.assessed_fields(v_state.version);
v_fields text[];
v_sent text[];
v_only_sent text[];
v_only_taken text[];
v_spelled jsonb;
v_renewed_since timestamptz;
v_has_attributes boolean;
v_blank public.leads;
v_results jsonb;
begin
select
array_agg(r ->> 'field'),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' <> 'to_supabase'), '{}'),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' = 'to_twenty'), '{}'),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' = 'to_supabase'), '{}'),
coalesce(jsonb_object_agg(r ->> 'field', r ->> 'kind') filter (where r ->> 'kind' in ('domain', 'email')), '{}'),
max((r ->> 'base_since')::timestamptz),
coalesce(bool_or(r ->> 'field' like 'attributes.%'), false)
into v_fields, v_sent, v_only_sent, v_only_taken, v_spelled, v_renewed_since, v_has_attributes
from jsonb_array_elements(p_context -> 'rules') as r
where r ->> 'field' <> 'deleted';
v_blank.additional_emails := '{}';
v_blank.additional_phones := '{}';
v_blank.attributes := '{}';
v_blank.left_out := '{}';
v_blank.sync_status := 'synced';
v_blank.score_epoch := 0;
v_blank.sync_error_count := 0;
v_blank.created_at := now();
perform set_config('lead_sync.prepared', case when v_is_prepared then 'on' else 'off' end, true);
with item as materialized (
select (i ->> 'index')::integer as index, i -> 'snapshot' as snapshot, (i #>> '{snapshot,twenty_id}')::uuid as twenty_id
from jsonb_array_elements(p_items) as i
),
stated as materialized (
select
i.index, i.twenty_id, i.snapshot, n.known, v.stated,
(i.snapshot ->> 'twenty_created_at')::timestamptz as created_at,
(i.snapshot ->> 'twenty_updated_at')::timestamptz as updated_at,
i.snapshot -> 'twenty_record' ? 'companyId' as has_company,
(i.snapshot #>> '{twenty_record,companyId}')::uuid as company_id
from item as i
left join lateral (select l as known from public.leads as l where l.twenty_id = i.twenty_id limit 1) as n on true
cross join lateral (
select (i.snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'attributes']) as texts offset 0
) as t
cross join lateral (
select t.texts || case
when jsonb_typeof(i.snapshot -> 'attributes') = 'object' and i.snapshot -> 'attributes' <> '{}' then lead_sync.attribute_values(i.snapshot -> 'attributes', true)
else '{}'
end || case
when jsonb_typeof(t.texts -> 'additional_phones') = 'array' then jsonb_build_object('additional_phones', lead_sync.stated_list(t.texts -> 'additional_phones'))
else '{}'
end as stated
offset 0
) as v
where i.snapshot ->> 'twenty_deleted_at' is null
and i.snapshot ->> 'additional_emails' is null
and v.stated - v_fields = '{}'
and not t.texts - array['lead_score', 'additional_phones'] @? 'strict $.* ? (
@.type() != "string" && @.type() != "null" || @ like_regex "^$|^[ \\t\\r\\n\\f\\u000b\\u00a0]|[ \\t\\r\\n\\f\\u000b\\u00a0]$"
)'
and coalesce(jsonb_typeof(t.texts -> 'lead_score'), 'null') in ('number', 'null')
and coalesce(jsonb_typeof(t.texts -> 'additional_phones'), 'null') in ('array', 'null')
),
compared as materialized (
select
i.index, i.twenty_id, i.known, i.known is null as is_new,
coalesce(i.updated_at, s.remote_updated_at) as remote_updated_at, s.remote_updated_at as known_updated_at,
coalesce(i.created_at, s.remote_created_at) as remote_created_at,
case when i.has_company then i.company_id else s.company_id end as company_id, s.company_id as known_company_id,
coalesce(s.base_local, '{}') as base_local, coalesce(s.base_remote, '{}') as base_remote, s.due_at, s.due_since,
least(coalesce(i.updated_at, v_read), v_read) as remote_time,
r.remote, d.changed
from stated as i
left join lateral (select k.* from lead_sync.lead_states as k where k.lead_id = (i.known).id limit 1) as s on true
left join lateral (select k.id from public.leads as k where i.known is null and k.id = i.twenty_id limit 1) as own on true
left join lateral (
select k.id from public.leads as k
where i.known is null
and case when k.email ~ '^[!-~]+$' then lower(k.email) else lower(normalize(regexp_replace(k.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end
= lower(i.stated ->> 'email')
limit 1
) as same on true
cross join lateral (select jsonb_strip_nulls(coalesce(s.base_remote, '{}') || i.stated) as remote offset 0) as r
cross join lateral (
select case
when i.known is null then r.remote
else (
select coalesce(jsonb_object_agg(e.k, coalesce(r.remote -> e.k, 'null')), '{}')
from (select jsonb_object_keys(i.stated) as k) as e
where r.remote -> e.k is distinct from s.base_remote -> e.k
)
end as changed
offset 0
) as d
where case
when i.known is null then
own.id is null and same.id is null
and (i.stated ->> 'email' is null or (i.stated ->> 'email' ~ '^[!-~]+$' and i.stated ->> 'email' !~* '[@.]xn--'))
and not (v_has_forgotten and lead_sync.is_forgotten(i.snapshot))
else
(i.known).deleted_at is null and (i.known).left_out = '{}'
and s.claim_token is null and s.intent is null and s.absent_since is null and not s.gone and s.joined is null
and s.merged_at <= v_read and s.remote_created_at = i.created_at and (v_renewed_since is null or s.merged_at > v_renewed_since)
and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
and not d.changed ?| v_only_sent
end
),
uncontested as materialized (
select c.*, t.taken, v.local, e.edited && v_sent as is_due
from compared as c
cross join lateral (
select case
when c.is_new then c.changed - v_only_sent
when c.changed ?| array(select jsonb_object_keys(v_spelled)) then (
select coalesce(jsonb_object_agg(e.key, e.value), '{}')
from jsonb_each(c.changed) as e
where not v_spelled ? e.key or not lead_sync.same_value(v_spelled ->> e.key, e.value, c.base_remote -> e.key)
)
else c.changed
end as taken
offset 0
) as t
cross join lateral (select case when not c.is_new then lead_sync.lead_values(c.known) end as local offset 0) as v
cross join lateral (
select case
when c.is_new or v.local = c.base_local then '{}'::text[]
else array(select k from jsonb_object_keys(v.local || c.base_local) as k where v.local -> k is distinct from c.base_local -> k)
end as edited
offset 0
) as e
where not e.edited && v_only_taken
and not t.taken ?| e.edited
and not (e.edited && array['company_name', 'company_domain'] and t.taken ?| array['company_name', 'company_domain'])
),
lead as materialized (
select
u.*, u.is_new or u.taken ?| v_assessed_fields or (
(u.known).score_epoch <> v_state.epoch or (u.known).rescore_at <= v_now
) and u.taken - array['additional_emails', 'additional_phones', 'lead_score', 'segment'] <> '{}' as is_assessed,
jsonb_populate_record(
coalesce(u.known, v_blank),
u.taken
|| case when u.is_new then jsonb_build_object('id', u.twenty_id, 'twenty_id', u.twenty_id) else '{}' end
|| case when u.taken -> 'additional_emails' = 'null' then '{"additional_emails": []}'::jsonb else '{}' end
|| case when u.taken -> 'additional_phones' = 'null' then '{"additional_phones": []}'::jsonb else '{}' end
|| case when u.taken ?| array['company_size', 'country', 'region', 'postal_code'] then '{"score_epoch": 0}'::jsonb else '{}' end
|| case when v_has_attributes then jsonb_build_object('attributes', lead_sync.apply_attributes(coalesce((u.known).attributes, '{}'), u.taken)) else '{}' end
) as row
from uncontested as u
),
assessed as materialized (
select a.*, true as is_anew from lead_sync.assess_leads(array(select l.row from lead as l where l.is_assessed and v_is_prepared)) as a
union all
select
(l.row).id, (l.row).company_employees, (l.row).company_size_band, (l.row).income_tier, (l.row).segment_id, (l.row).segment_confidence, (l.row).segment_source,
(l.row).lead_score, (l.row).score_breakdown, (l.row).score_epoch, (l.row).rescore_at, false
from lead as l
where not (l.is_assessed and v_is_prepared)
),
settled as materialized (
select
l.*, a.company_employees, a.company_size_band, a.income_tier, a.segment_id, a.segment_confidence, a.segment_source, a.lead_score, a.score_breakdown,
a.score_epoch, a.rescore_at,
jsonb_strip_nulls(l.base_local || l.taken) as agreed_local, array(select jsonb_object_keys(l.taken)) as fields,
l.is_new or l.taken <> '{}' or l.remote <> l.base_remote or l.company_id is distinct from l.known_company_id as is_moved,
case
when l.is_due then case when (l.known).sync_status = 'error' and not l.taken ? 'email' then 'error' else 'pending' end
when a.is_anew and (a.lead_score, a.segment_id) is distinct from ((l.known).lead_score, (l.known).segment_id) then 'pending'
else 'synced'
end as status
from lead as l
join assessed as a on a.lead_id = (l.row).id
),
insert_leads as (
insert into public.leads (
id, twenty_id, first_name, last_name, email, additional_phones, phone, job_title, company_name, company_domain, company_size, city, region, country,
postal_code, linkedin_url, lead_source, lead_status, attributes, company_employees, company_size_band, income_tier, segment_id, segment_confidence,
segment_source, lead_score, score_breakdown, score_epoch, rescore_at, sync_status, sync_direction, last_synced_at, created_at, updated_at
)
select
(s.row).id, (s.row).twenty_id, (s.row).first_name, (s.row).last_name, (s.row).email, (s.row).additional_phones, (s.row).phone, (s.row).job_title,
(s.row).company_name, (s.row).company_domain, (s.row).company_size, (s.row).city, (s.row).region, (s.row).country, (s.row).postal_code,
(s.row).linkedin_url, (s.row).lead_source, (s.row).lead_status, (s.row).attributes, s.company_employees, s.company_size_band, s.income_tier,
s.segment_id, s.segment_confidence, s.segment_source, s.lead_score, s.score_breakdown, s.score_epoch, s.rescore_at, s.status, 'twenty_to_supabase',
v_now, (s.row).created_at, v_now
from settled as s
where s.is_new
order by s.index
),
update_leads as (
update public.leads as l set
first_name = (s.row).first_name,
last_name = (s.row).last_name,
email = (s.row).email,
additional_emails = (s.row).additional_emails,
phone = (s.row).phone,
additional_phones = (s.row).additional_phones,
job_title = (s.row).job_title,
company_name = (s.row).company_name,
company_domain = (s.row).company_domain,
company_size = (s.row).company_size,
city = (s.row).city,
region = (s.row).region,
country = (s.row).country,
postal_code = (s.row).postal_code,
linkedin_url = (s.row).linkedin_url,
lead_source = (s.row).lead_source,
lead_status = (s.row).lead_status,
attributes = (s.row).attributes,
company_employees = s.company_employees,
company_size_band = s.company_size_band,
income_tier = s.income_tier,
segment_id = s.segment_id,
segment_confidence = s.segment_confidence,
segment_source = s.segment_source,
lead_score = s.lead_score,
score_breakdown = s.score_breakdown,
score_epoch = s.score_epoch,
rescore_at = s.rescore_at,
sync_status = s.status,
sync_direction = case when s.taken <> '{}' then 'twenty_to_supabase' else l.sync_direction end,
sync_error_message = case when s.status = 'error' then l.sync_error_message end,
sync_error_count = case when s.status = 'error' then l.sync_error_count else 0 end,
last_synced_at = case when s.is_due then l.last_synced_at else v_now end,
updated_at = v_now
from settled as s
where l.id = (s.known).id and s.is_moved and (s.taken <> '{}' or l.sync_status <> s.status)
),
insert_states as (
insert into lead_sync.lead_states (lead_id, base_local, base_remote, remote_created_at, remote_updated_at, company_id, merged_at, read_at, due_at, due_since)
select
s.twenty_id, s.agreed_local, s.remote, s.remote_created_at, s.remote_updated_at, s.company_id, v_now, v_read,
case when s.status <> 'synced' then v_now end, case when s.status <> 'synced' then v_now end
from settled as s
where s.is_new
order by s.twenty_id
),
update_states as (
update lead_sync.lead_states as t set
base_local = case when s.is_moved then s.agreed_local else t.base_local end,
base_remote = case when s.is_moved then s.remote else t.base_remote end,
remote_updated_at = s.remote_updated_at,
company_id = s.company_id,
merged_at = case when s.is_moved then v_now else t.merged_at end,
read_at = case when s.is_moved then v_read else t.read_at end,
due_at = case when not s.is_moved then t.due_at when s.status <> 'synced' then case s.status when 'pending' then coalesce(t.due_at, v_now) else t.due_at end end,
due_since = case when not s.is_moved then t.due_since when s.status <> 'synced' then coalesce(t.due_since, v_now) end,
refusal = case when not s.is_moved then t.refusal end
from settled as s
where t.lead_id = (s.known).id and (s.is_moved or s.remote_updated_at is distinct from s.known_updated_at)
),
write_history as (
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, created_at, synced_at)
select (s.row).id, v_run_id, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', s.fields, s.remote_time, v_now
from settled as s
where s.taken <> '{}'
),
write_changes as (
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
select
v_now, (s.known).id, v_run_id, 'supabase',
(select coalesce(jsonb_object_agg(k, s.local -> k), '{}') from jsonb_object_keys(s.taken) as k where s.local ? k), s.taken
from settled as s
where v_keeps_changes and not s.is_new and s.taken <> '{}'
)
select coalesce(jsonb_agg(jsonb_build_object(
'index', s.index, 'lead_id', (s.row).id, 'twenty_id', s.twenty_id,
'result', case when s.is_new then 'created' when s.taken <> '{}' then 'updated' else 'unchanged' end,
'linked', false, 'reason', null, 'fields', s.fields
) order by s.index), '[]')
into v_results
from settled as s;
perform set_config('lead_sync.prepared', 'off', true);
return v_results;
end
$$;
-- snapshots/merge_snapshots.sql
create or replace function lead_sync.merge_snapshots(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text := p_context ->> 'adapter';
v_rules jsonb := p_context -> 'rules';
v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
v_outside_rules jsonb := case
when exists (select from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null) then lead_sync.outside_rules(p_context -> 'rules')
end;
v_suspicious boolean := coalesce((p_context ->> 'suspicious')::boolean, false);
v_fields text[] := array(select r ->> 'field' from jsonb_array_elements(p_context -> 'rules') as r);
v_read timestamptz := (p_context ->> 'read_started_at')::timestamptz;
v_allowance interval := (p_context ->> 'absence_allowance')::interval;
v_run_id uuid := (p_context ->> 'run_id')::uuid;
v_now timestamptz := clock_timestamp();
v_keeps_changes boolean := (select s.changes_days > 0 from lead_sync.settings as s);
v_has_forgotten boolean := v_adapter = 'lead' and exists (select from lead_sync.forgotten);
v_changes lead_sync.row_change[];
v_results jsonb;
begin
with found as materialized (
select
m.*, l.sync_status, coalesce(l.left_out, '{}') as left_out, case when l.id is not null then lead_sync.lead_values(l) else '{}' end as local,
other.id is not null as id_is_taken
from lead_sync.match_snapshots(p_items) as m
left join public.leads as l on l.id = m.lead_id
left join public.leads as other on m.lead_id is null and other.id = m.twenty_id
where v_adapter = 'lead'
union all
select * from lead_sync.match_rows(v_adapter, p_items) where v_adapter <> 'lead'
),
matched as materialized (
select
m.*,
case
when not v_has_forgotten or m.absent then false
when m.lead_id is null then lead_sync.is_forgotten(m.snapshot)
when m.newly_linked and m.twenty_id <> m.lead_id then lead_sync.is_forgotten(jsonb_build_object('email', m.snapshot -> 'email'))
else false
end as forgotten
from found as m
),
compared as materialized (
select
m.index, m.twenty_id, m.absent, m.dead, m.newly_linked, m.snapshot ? 'outside' as outside,
m.lead_id is null as is_new,
coalesce(m.lead_id, case when m.id_is_taken then gen_random_uuid() else m.twenty_id end) as lead_id,
m.sync_status, m.left_out, m.local,
coalesce(
s.merged_at > v_read and not coalesce(
s.read_at < v_read and (m.snapshot ->> 'twenty_updated_at')::timestamptz > s.remote_updated_at
and (m.snapshot ->> 'twenty_updated_at')::timestamptz < v_read + interval '1 day',
false
),
false
) as stale,
coalesce(s.gone, false) as was_gone,
s.remote_created_at is null as never_read,
s.absent_since, s.claim_token, s.due_at, s.due_since, s.intent,
coalesce(s.changed_at, '{}') as changed_at,
b.reborn,
case
when b.created then lead_sync.arrived_values(s.intent -> 'values', m.stated)
when b.reborn then lead_sync.agreed_deletion(s.base_local)
when v_renewed is not null then lead_sync.known_base(coalesce(s.base_local, '{}'), s.merged_at, v_renewed)
else coalesce(s.base_local, '{}')
end || case when m.by_address and m.stated ->> 'email' is not null then jsonb_build_object('email', m.local -> 'email') else '{}' end as base_local,
case
when b.created then lead_sync.arrived_values(s.intent -> 'values', m.stated)
when b.reborn then lead_sync.agreed_deletion(s.base_remote)
when v_renewed is not null then lead_sync.known_base(coalesce(s.base_remote, '{}'), s.merged_at, v_renewed)
else coalesce(s.base_remote, '{}')
end as base_remote,
b.created,
coalesce((m.snapshot ->> 'twenty_created_at')::timestamptz, s.remote_created_at) as remote_created_at,
coalesce((m.snapshot ->> 'twenty_updated_at')::timestamptz, s.remote_updated_at) as remote_updated_at,
s.remote_updated_at as known_updated_at,
case
when m.snapshot -> 'twenty_record' ? 'companyId' then (m.snapshot -> 'twenty_record' ->> 'companyId')::uuid
else s.company_id
end as company_id,
s.company_id as known_company_id,
case when v_adapter <> 'lead' then m.snapshot #>> '{twenty_record,updatedBy,name}' end as changed_by,
least(coalesce((m.snapshot ->> 'twenty_updated_at')::timestamptz, v_read), v_read) as remote_time,
(
select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(m.stated) as e
where e.key = any (v_fields)
and (e.key <> 'contact_id' or e.value <> 'null' or not m.local ? 'contact_id' or (m.snapshot ->> 'twenty_updated_at')::timestamptz is distinct from s.remote_updated_at)
) as stated
from matched as m
left join lead_sync.lead_states as s on s.lead_id = m.lead_id
cross join lateral (
select
coalesce(s.remote_created_at <> (m.snapshot ->> 'twenty_created_at')::timestamptz or (s.gone and m.newly_linked), false) as reborn,
m.newly_linked and m.twenty_id = m.lead_id and lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as created
) as b
where not m.repeated and not m.forgotten and (m.lead_id is not null or not (m.absent or m.dead or m.snapshot ? 'outside'))
),
decided as materialized (
select
c.*, o.outcome, r.remote,
case
when o.outcome <> 'merge' or (c.local = c.base_local and r.remote = c.base_remote) then null
else lead_sync.merge_lead(
c.local, r.remote, c.base_local, c.base_remote, coalesce(c.intent -> 'values', '{}'), c.changed_at, c.remote_time,
case when c.outside then v_outside_rules else v_rules end
)
end as merged
from compared as c
cross join lateral (
select case
when c.stale then 'stale'
when c.absent and c.was_gone and c.local ? 'deleted' = c.base_local ? 'deleted' then 'gone'
when c.absent and c.never_read then 'absent'
when c.absent and not c.was_gone and (c.absent_since is null or v_suspicious or v_read < c.absent_since + v_allowance) then 'absent'
else 'merge'
end as outcome
) as o
cross join lateral (
select case
when c.absent then c.base_remote || '{"deleted": true}'
when c.dead then jsonb_strip_nulls(c.base_remote || c.stated) || '{"deleted": true}'
else jsonb_strip_nulls(c.base_remote || c.stated) - 'deleted'
end as remote
offset 0
) as r
),
settled as materialized (
select
d.*, a.taken, a.agreed_local, a.agreed_remote, a.conflicts, a.landed,
d.outcome = 'merge' and (
d.is_new or d.newly_linked or d.reborn or a.landed or d.absent_since is not null or d.absent <> d.was_gone
or d.company_id is distinct from d.known_company_id
or a.taken <> '{}' or a.agreed_local <> d.base_local or a.agreed_remote <> d.base_remote
) as moved,
lead_sync.due_fields(jsonb_strip_nulls(d.local || a.taken), a.agreed_local, a.agreed_remote, true, v_rules) <> '{}' as due
from decided as d
cross join lateral (
select
coalesce(d.merged -> 'taken', '{}') as taken,
coalesce(d.merged -> 'base_local', d.base_local) as agreed_local,
coalesce(d.merged -> 'base_remote', d.base_remote) as agreed_remote,
coalesce(d.merged -> 'conflicts', '[]') || case
when d.left_out <> '{}' and d.merged -> 'taken' ?| array(select jsonb_object_keys(d.left_out)) then
lead_sync.conflicts_unsent(d.left_out, d.merged -> 'taken', null, d.stated, d.local, v_rules)
when d.created then lead_sync.conflicts_unsent(
d.left_out, d.merged -> 'taken', d.intent -> 'values', case when d.remote_updated_at <> d.remote_created_at then d.stated end, d.local, v_rules
)
else '[]'
end as conflicts,
coalesce((d.merged ->> 'landed')::boolean, false) or d.created as landed
) as a
),
next_status as materialized (
select
t.*,
case
when t.claim_token is not null then 'syncing'
when not t.due then 'synced'
when t.sync_status = 'error' and not t.newly_linked and not t.taken ? 'email' then 'error'
else 'pending'
end as new_status
from settled as t
where t.moved
),
write_states as (
insert into lead_sync.lead_states as s (
lead_id, adapter, base_local, base_remote, remote_created_at, remote_updated_at, company_id, absent_since, gone, changed_at, merged_at, read_at, due_at,
due_since, intent
)
select
n.lead_id, v_adapter, n.agreed_local, n.agreed_remote, n.remote_created_at, n.remote_updated_at, n.company_id, null, n.absent, n.changed_at, v_now, v_read,
case n.new_status when 'synced' then null when 'pending' then coalesce(n.due_at, v_now) else n.due_at end,
case when n.new_status <> 'synced' then coalesce(n.due_since, v_now) end,
case when n.landed or v_read > (n.intent ->> 'until')::timestamptz then null else n.intent end
from next_status as n
order by n.lead_id
on conflict (lead_id) do update set
base_local = excluded.base_local,
base_remote = excluded.base_remote,
remote_created_at = excluded.remote_created_at,
remote_updated_at = excluded.remote_updated_at,
company_id = excluded.company_id,
absent_since = excluded.absent_since,
gone = excluded.gone,
merged_at = excluded.merged_at,
read_at = excluded.read_at,
due_at = excluded.due_at,
due_since = excluded.due_since,
intent = excluded.intent,
refusal = null
),
note_versions as (
update lead_sync.lead_states as s set remote_updated_at = t.remote_updated_at
from settled as t
where s.lead_id = t.lead_id and t.outcome = 'merge' and not t.moved and t.remote_updated_at is distinct from t.known_updated_at
),
note_absences as (
update lead_sync.lead_states as s set absent_since = coalesce(s.absent_since, v_read)
from decided as d
where s.lead_id = d.lead_id and d.outcome = 'absent' and s.absent_since is null
),
supersede_conflicts as (
update public.lead_sync_conflicts as c set resolved_at = v_now, resolution = 'superseded'
from next_status as n cross join jsonb_array_elements(n.conflicts) as newer
where c.lead_id = n.lead_id and c.field = newer ->> 'field' and c.resolved_at is null
),
write_conflicts as (
insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
select n.lead_id, v_run_id, c ->> 'field', c ->> 'winner', c -> 'supabase_value', c -> 'twenty_value', c ->> 'reason'
from next_status as n cross join jsonb_array_elements(n.conflicts) as c
),
write_history as (
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, created_at, synced_at)
select n.lead_id, v_run_id, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(n.taken)), n.remote_time, v_now
from next_status as n
where n.taken <> '{}' or n.newly_linked
),
write_changes as (
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
select v_now, n.lead_id, v_run_id, 'supabase', lead_sync.values_before(n.local, n.taken), n.taken
from next_status as n
where v_keeps_changes and not n.is_new and n.taken <> '{}'
)
select jsonb_agg(
jsonb_build_object(
'index', m.index,
'lead_id', case when not m.forgotten then coalesce(t.lead_id, m.lead_id) end,
'twenty_id', m.twenty_id,
'result', case
when m.forgotten then 'rejected'
when t.outcome = 'stale' then 'stale'
when t.outcome = 'absent' then 'held'
when t.is_new then 'created'
when t.conflicts <> '[]' then 'conflict'
when t.taken <> '{}' or t.newly_linked then 'updated'
else 'unchanged'
end,
'linked', m.newly_linked and not m.forgotten,
'reason', case
when m.repeated then 'the record comes again later in this batch'
when t.outcome = 'stale' then 'read before the lead was last merged or written'
when t.outcome = 'absent' and v_suspicious then 'not found in Twenty, as so many others that this may be another workspace: a reconciliation decides'
when t.outcome = 'absent' then 'not found in Twenty; a later read must confirm it'
when m.forgotten then 'forgotten: this person asked for it. Destroy ' || m.twenty_id || ' in Twenty; a form in which they write anew is taken'
when m.snapshot ? 'outside' then 'outside the filter of who comes in'
when t.lead_id is null and m.absent then 'not known here'
when t.lead_id is null then 'deleted in Twenty before it was known here'
end,
'fields', coalesce((select jsonb_agg(k) from jsonb_object_keys(t.taken) as k), '[]')
)
order by m.index
),
(
select array_agg(row(
n.lead_id, n.is_new, n.twenty_id, n.taken, n.remote_time, n.new_status, n.new_status = 'error',
case
when n.left_out = '{}' then n.left_out
else lead_sync.still_left_out(n.left_out, jsonb_strip_nulls(n.local || n.taken), n.agreed_local, n.agreed_remote, v_rules)
end,
case when n.is_new or n.taken <> '{}' then 'twenty_to_supabase' end, case when n.is_new or n.new_status = 'synced' then v_now end,
case when v_adapter <> 'lead' then jsonb_build_object('created_at', n.remote_created_at, 'changed_at', n.remote_time, 'changed_by', n.changed_by) end
)::lead_sync.row_change order by n.index)
from next_status as n
where n.is_new or n.taken <> '{}' or n.newly_linked or n.sync_status <> n.new_status or n.left_out <> '{}'
)
into v_results, v_changes
from matched as m
left join settled as t on t.index = m.index;
perform lead_sync.write_rows(v_adapter, v_changes);
return coalesce(v_results, '[]');
end
$$;
-- snapshots/shows_any.sql
create or replace function lead_sync.shows_any(p_stated jsonb, p_sent jsonb, p_rules jsonb) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select exists (
select from jsonb_each(p_sent) as e
join jsonb_array_elements(p_rules) as r on r ->> 'field' = e.key
where e.value <> 'null'
and lead_sync.is_same(r ->> 'kind', e.value, p_stated -> e.key)
)
$$;
-- snapshots/unchanged_snapshots.sql
create or replace function lead_sync.unchanged_snapshots(p_snapshots jsonb, p_read_started_at timestamptz, p_object text, p_missing jsonb, p_max_bytes integer) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_mapping_is_known boolean;
v_renewed text[];
v_renewed_since timestamptz;
v_is_two_way boolean;
v_results jsonb;
begin
select
bool_and(p_missing is null or (m.missing_since is not null) = (p_missing ? split_part(m.twenty_field, '.', 1))),
array_agg(m.lead_field) filter (where m.base_since is not null),
max(m.base_since),
not bool_or(m.enabled and m.direction = 'to_supabase' and m.lead_field <> 'deleted')
into v_mapping_is_known, v_renewed, v_renewed_since, v_is_two_way
from lead_sync.field_mappings as m
where m.object = p_object;
if not v_mapping_is_known or jsonb_array_length(p_snapshots) > (
select count(*) from (select from jsonb_array_elements(p_snapshots) as i group by i ->> 'twenty_id') as person
) then
return '{}';
end if;
select jsonb_object_agg(i.ordinality - 1, jsonb_build_object(
'index', i.ordinality - 1, 'lead_id', l.id, 'twenty_id', l.twenty_id, 'result', 'unchanged', 'linked', false, 'reason', null, 'fields', '[]'::jsonb
))
into v_results
from jsonb_array_elements(p_snapshots) with ordinality as i (snapshot)
join public.leads as l on l.twenty_id = (i.snapshot ->> 'twenty_id')::uuid
join lead_sync.lead_states as s on s.lead_id = l.id
where l.deleted_at is null and l.left_out = '{}'
and (v_is_two_way or (l.sync_status = 'synced' and s.due_at is null)) and s.claim_token is null and s.intent is null and s.absent_since is null and not s.gone and s.joined is null
and s.merged_at <= p_read_started_at
and s.remote_created_at = (i.snapshot ->> 'twenty_created_at')::timestamptz
and s.remote_updated_at = (i.snapshot ->> 'twenty_updated_at')::timestamptz
and not i.snapshot ? 'absent'
and i.snapshot ->> 'twenty_deleted_at' is null
and i.snapshot ->> 'additional_emails' is null
and (not i.snapshot -> 'twenty_record' ? 'companyId' or (i.snapshot #>> '{twenty_record,companyId}')::uuid is not distinct from s.company_id)
and pg_column_size(i.snapshot) <= 2 * p_max_bytes
and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
and jsonb_strip_nulls(
s.base_remote
|| (i.snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'attributes'])
|| case when i.snapshot ? 'attributes' then lead_sync.attribute_values(i.snapshot -> 'attributes', true) else '{}' end
) = s.base_remote
and (
v_renewed_since is null or s.merged_at > v_renewed_since
or (not s.base_local ?| v_renewed and not s.base_remote ?| v_renewed and lead_sync.lead_values(l) = s.base_local)
)
and not exists (select from lead_sync.lead_states as h where h.held_by = l.twenty_id);
return coalesce(v_results, '{}');
exception when data_exception then
return '{}';
end
$$;
-- door/check_now.sql
create or replace function lead_sync.check_now() returns void
language plpgsql volatile set search_path = '' as $$
begin
if exists (select from pg_catalog.pg_trigger as t join lead_sync.objects as o on t.tgrelid = o.row_table::regclass where t.tginitdeferred) then
set constraints all immediate;
end if;
end
$$;
-- door/ends_the_call.sql
create or replace function lead_sync.ends_the_call(p_state text) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select p_state ~ '^(08|40|53|57|58)' or p_state = '55P03'
$$;
-- door/is_suspicious.sql
create or replace function lead_sync.is_suspicious(p_items jsonb, p_asked integer) returns boolean
language sql stable set search_path = '' as $$
select count(*) filter (where (i -> 'snapshot' ->> 'absent')::boolean) > greatest(20, s.reconcile_orphaned_share * p_asked)
from jsonb_array_elements(p_items) as i cross join lead_sync.settings as s
group by s.reconcile_orphaned_share
$$;
-- door/lead_problem.sql
create or replace function lead_sync.lead_problem(p_lead jsonb, p_source text, p_max_bytes integer) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when jsonb_typeof(p_lead) <> 'object' then 'not an object: a lead is {"email": …, "first_name": …}'
when pg_column_size(p_lead) > case p_source when 'twenty' then 2 else 1 end * p_max_bytes then format(
'it has %s bytes, most of them in %s; at most %s are taken: shorten it, or raise max_lead_bytes in lead_sync.settings', pg_column_size(p_lead),
(select e.key from jsonb_each(p_lead) as e order by pg_column_size(e.value) desc limit 1), case p_source when 'twenty' then 2 else 1 end * p_max_bytes
)
when p_source = 'twenty' and not coalesce(lead_sync.is_uuid(p_lead ->> 'twenty_id'), false) then 'twenty_id must be the UUID of the Twenty record'
when p_source <> 'twenty' and lead_sync.value_problem(p_lead) is not null then lead_sync.value_problem(p_lead)
when p_source <> 'twenty' and not coalesce(lead_sync.is_uuid(p_lead ->> 'id'), true) then 'id must be a UUID'
when p_source <> 'twenty' and p_lead ? 'touch' and lead_sync.touch_problem(p_lead -> 'touch') is not null then lead_sync.touch_problem(p_lead -> 'touch')
when p_source <> 'twenty' and p_lead ->> 'email' is null and jsonb_strip_nulls(lead_sync.stated_values(p_lead)) = '{}' then 'no lead field has a value' || coalesce('; not known: ' || nullif(lead_sync.ignored_fields(p_lead), '[]')::text, '')
end
$$;
-- door/refuse_lead.sql
create or replace function lead_sync.refuse_lead(p_lead_id uuid, p_claim_token uuid, p_category text, p_reason text, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_state lead_sync.lead_states;
v_error text;
begin
update lead_sync.lead_states as s set
claim_token = null,
lease = null,
retries = s.retries + 1,
due_at = case when s.retries + 1 < t.max_attempts then clock_timestamp() + lead_sync.backoff(s.retries + 1, t.backoff_first, t.backoff_longest) end,
due_since = coalesce(s.due_since, clock_timestamp()),
error_category = p_category,
error_at = clock_timestamp(),
refusal = p_reason
from lead_sync.settings as t
where s.lead_id = p_lead_id and (p_claim_token is null or s.claim_token = p_claim_token)
returning s.* into v_state;
if not found then
return '{"lead_id": null, "ok": false}';
end if;
begin
if not coalesce((p_context ->> 'state_only')::boolean, false) then
perform lead_sync.mark_rows(v_state.adapter, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id, 'sync_status', 'error', 'error', p_reason, 'failed', 1)));
end if;
perform lead_sync.check_now();
exception when others or assert_failure then
get stacked diagnostics v_error = returned_sqlstate;
if lead_sync.ends_the_call(v_error) then
raise;
end if;
end;
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, error_message, created_at)
values (
p_lead_id, (p_context ->> 'run_id')::uuid, coalesce(p_context ->> 'sync_type', 'manual'), 'supabase_to_twenty', 'error', p_category || ': ' || p_reason, v_state.due_since
);
return jsonb_build_object('lead_id', p_lead_id, 'ok', false, 'sync_status', 'error', 'dead', v_state.due_at is null, 'retry_at', v_state.due_at);
end
$$;
-- door/rejection.sql
create or replace function lead_sync.rejection(p_index integer, p_lead jsonb, p_reason text) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select jsonb_build_object(
'index', p_index, 'lead_id', null, 'twenty_id', case when jsonb_typeof(p_lead) = 'object' then p_lead -> 'twenty_id' end, 'result', 'rejected',
'linked', false, 'reason', p_reason, 'fields', '[]'::jsonb
)
$$;
-- door/upsert_leads.sql
create or replace function public.upsert_leads(
p_leads jsonb,
p_source text default 'intake',
p_read_started_at timestamptz default null,
p_run jsonb default null,
p_page jsonb default null,
p_claim_token uuid default null,
p_missing_fields jsonb default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_read timestamptz := coalesce(p_read_started_at, clock_timestamp());
v_run public.lead_sync_runs;
v_settings lead_sync.settings;
v_object text;
v_adapter text;
v_context jsonb;
v_unchanged jsonb := '{}';
v_items jsonb;
v_rejected jsonb;
v_results jsonb;
v_planned jsonb := '{}';
v_joined jsonb := '{}';
v_counts jsonb;
begin
if jsonb_typeof(p_leads) is distinct from 'array' then
raise exception 'p_leads must be an array of leads' using errcode = '22023';
elsif jsonb_array_length(p_leads) > 5000 then
raise exception 'At most 5,000 leads a call, got %', jsonb_array_length(p_leads) using errcode = '22023', hint = 'Send smaller batches.';
end if;
perform lead_sync.refresh_statistics();
v_run := lead_sync.hold_run(p_run);
if p_claim_token is not null then
perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
end if;
select * into strict v_settings from lead_sync.settings;
v_object := coalesce(v_run.object, v_settings.object);
v_adapter := lead_sync.adapter_of(v_object);
if v_adapter <> 'lead' and p_source <> 'twenty' then
raise exception 'The run is one of the object %, not of leads', v_object using errcode = '22023', hint = 'Write its rows into their table, or leave p_run out.';
end if;
if p_source = 'twenty' and p_claim_token is null and v_adapter = 'lead' then
v_unchanged := lead_sync.unchanged_snapshots(p_leads, v_read, v_object, p_missing_fields, v_settings.max_lead_bytes);
end if;
select
coalesce(jsonb_agg(jsonb_build_object('index', i.ordinality - 1, 'snapshot', r.lead) order by i.ordinality) filter (where p.problem is null), '[]'),
coalesce(jsonb_agg(lead_sync.rejection((i.ordinality - 1)::integer, i.value, p.problem)) filter (where p.problem is not null), '[]')
into v_items, v_rejected
from jsonb_array_elements(p_leads) with ordinality as i
cross join lateral (
select case when p_source <> 'twenty' and jsonb_typeof(i.value) = 'object' then lead_sync.read_touch(lead_sync.read_lead(i.value), p_source) else i.value end as lead offset 0
) as r
cross join lateral (
select case
when p_source = 'twenty' and pg_column_size(r.lead) <= v_settings.max_lead_bytes and r.lead ->> 'twenty_id' like '________-____-____-____-____________'
and translate(r.lead ->> 'twenty_id', '0123456789abcdef', '') = '----' then null
else lead_sync.lead_problem(r.lead, p_source, v_settings.max_lead_bytes)
end as problem
offset 0
) as p
where not v_unchanged ? (i.ordinality - 1)::text;
if p_source = 'twenty' and v_adapter = 'lead' then
v_items := lead_sync.judge_people(v_items);
end if;
if p_source <> 'twenty' then
perform lead_sync.lock_touches(v_items);
end if;
if v_adapter = 'lead' then
perform lead_sync.lock_candidates(v_items, p_claim_token, p_source);
else
perform lead_sync.lock_row_candidates(v_adapter, v_items, p_claim_token);
end if;
if p_source = 'twenty' and p_missing_fields is not null then
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.note_missing_fields(v_object, p_missing_fields);
end if;
v_context := jsonb_build_object(
'adapter', v_adapter,
'source', p_source,
'rules', lead_sync.rules(v_object, v_run.policy),
'read_started_at', v_read,
'run_id', v_run.id,
'sync_type', case
when v_run.mode = 'reconcile' then 'reconcile'
when v_run.mode = 'inbox' then 'webhook_update'
when v_run.trigger = 'webhook' then 'webhook_update'
when v_run.direction = 'supabase_to_twenty' then 'scheduled_push'
when v_run.trigger = 'scheduled' then 'scheduled_pull'
else 'manual'
end,
'absence_allowance', v_settings.absence_allowance,
'suspicious', p_source = 'twenty' and v_run.mode is distinct from 'reconcile' and (v_adapter <> 'lead' or v_settings.approve_deletions is null)
and coalesce(lead_sync.is_suspicious(v_items, jsonb_array_length(p_leads)), false)
);
perform set_config('lead_sync.engine', case when p_source = 'twenty' then 'on' else 'off' end, true);
v_results := jsonb_path_query_array(v_unchanged, '$.*') || v_rejected || case p_source when 'twenty' then lead_sync.merge_or_ask(v_items, v_context, p_claim_token) else lead_sync.take_in_touches(v_items, v_context) end;
if p_source = 'twenty' and v_adapter = 'lead' then
perform lead_sync.note_people_outside(v_items, v_results);
v_joined := lead_sync.join_merged(v_items, v_context);
if v_joined <> '{}' then
select jsonb_agg(r || case when v_joined ? coalesce(r ->> 'lead_id', '') then jsonb_build_object(
'joined', v_joined -> (r ->> 'lead_id'), 'reason', 'joined with lead ' || (v_joined ->> (r ->> 'lead_id')) || ': their people were merged in Twenty'
) else '{}' end) into v_results
from jsonb_array_elements(v_results) as r;
end if;
if exists (select from lead_sync.lead_states as s where s.held_by is not null) then
perform lead_sync.release_held((
select jsonb_agg(jsonb_build_object(
'twenty_id', i -> 'snapshot' -> 'twenty_id',
'email', i -> 'snapshot' -> 'email',
'deleted', coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) or i -> 'snapshot' ->> 'twenty_deleted_at' is not null
))
from jsonb_array_elements(v_items) as i
join jsonb_array_elements(v_results) as r on r -> 'index' = i -> 'index' and r ->> 'result' <> 'stale'
));
end if;
end if;
if v_run.mode = 'inbox' then
perform lead_sync.answer_hints(v_run, v_results, v_context);
end if;
if p_claim_token is not null then
perform set_config('lead_sync.engine', 'on', true);
v_planned := lead_sync.plan_writes(p_claim_token, v_items, v_results, v_context);
v_results := v_results || (v_planned -> 'held');
end if;
perform set_config('lead_sync.engine', 'off', true);
select jsonb_build_object(
'created', count(*) filter (where r.result = 'created'),
'updated', count(*) filter (where r.result = 'updated'),
'linked', count(*) filter (where r.linked),
'unchanged', count(*) filter (where r.result = 'unchanged'),
'conflict', count(*) filter (where r.result = 'conflict'),
'stale', count(*) filter (where r.result = 'stale'),
'held', count(*) filter (where r.result = 'held'),
'rejected', count(*) filter (where r.result = 'rejected'),
'joined', (select count(*) from jsonb_object_keys(v_joined))
)
into v_counts
from (select r ->> 'result' as result, (r ->> 'linked')::boolean as linked from jsonb_array_elements(v_results) as r offset 0) as r;
if v_run.id is not null then
perform lead_sync.write_to_sources();
if p_page is not null then
perform lead_sync.store_page(v_run, p_page);
end if;
perform lead_sync.add_figures(
v_run.id,
(v_counts - 'conflict') || jsonb_build_object(
'conflicts', v_counts -> 'conflict', 'pages', (p_page is not null)::integer, 'read', jsonb_array_length(p_leads), 'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
),
p_missing_fields
);
end if;
if p_claim_token is not null then
perform lead_sync.end_work(lead_sync.work_mark(p_claim_token));
end if;
return jsonb_build_object(
'results', v_results,
'counts', v_counts,
'writes', coalesce(v_planned -> 'writes', '[]'),
'released', coalesce((v_planned ->> 'released')::integer, 0),
'waiting', coalesce((v_planned ->> 'waiting')::integer, 0),
'lease_seconds', v_planned -> 'lease_seconds',
'has_next', p_page -> 'has_next',
'position', p_page -> 'position',
'read_started_at', clock_timestamp()
);
end
$$;
-- door/write_or_split.sql
create or replace function lead_sync.write_or_split(p_step text, p_items jsonb, p_context jsonb default '{}') returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_count integer := coalesce(jsonb_array_length(p_items), 0);
v_first integer;
v_last integer;
v_results jsonb;
v_message text;
v_state text;
begin
if v_count = 0 then
return '[]';
end if;
begin
v_results := case p_step
when 'merge' then case p_context ->> 'adapter' when 'lead' then lead_sync.merge_people(p_items, p_context) else lead_sync.merge_snapshots(p_items, p_context) end
when 'take_in' then lead_sync.take_in_leads(p_items, p_context)
when 'claim' then lead_sync.claim_leads(p_items, p_context)
when 'settle' then lead_sync.settle_writes(p_items, p_context)
when 'mark' then lead_sync.mark_rows(coalesce(p_context ->> 'adapter', 'lead'), p_items)
when 'join' then lead_sync.join_or_finish((p_items #>> '{0,lead_id}')::uuid, (p_items #>> '{0,other_id}')::uuid, p_context)
end;
perform lead_sync.check_now();
return v_results;
exception when others or assert_failure then
get stacked diagnostics v_message = message_text, v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
end;
v_message := left(v_message, 500) || ' (' || v_state || ')';
if v_count > 1 then
v_results := '[]';
for v_part in 0..3 loop
v_first := v_count * v_part / 4;
v_last := v_count * (v_part + 1) / 4 - 1;
continue when v_first > v_last;
v_results := v_results
|| lead_sync.write_or_split(p_step, jsonb_path_query_array(p_items, '$[$first to $last]', jsonb_build_object('first', v_first, 'last', v_last)), p_context);
end loop;
return v_results;
elsif p_step in ('merge', 'take_in') then
return jsonb_build_array(lead_sync.rejection((p_items #>> '{0,index}')::integer, p_items #> '{0,snapshot}', v_message));
end if;
v_results := lead_sync.refuse_lead(
case when lead_sync.is_uuid(p_items #>> '{0,lead_id}') then (p_items #>> '{0,lead_id}')::uuid end,
case p_step when 'settle' then (p_context ->> 'claim_token')::uuid end,
'database',
'this database refuses a write to the lead''s row: ' || v_message || '; correct the lead or the trigger, then replay it', p_context
);
return case p_step when 'settle' then jsonb_build_array(p_items -> 0 || v_results) else '[]' end;
end
$$;
-- intake/ignored_fields.sql
create or replace function lead_sync.ignored_fields(p_lead jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_agg(k order by k), '[]')
from (
select jsonb_object_keys(p_lead - array[
'id', 'twenty_id', 'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'attributes', 'touch'
]) as k
union all
select 'touch.' || jsonb_object_keys((p_lead -> 'touch') - array[
'source', 'external_id', 'kind', 'time', 'campaign', 'ad_set', 'ad', 'form', 'medium', 'landing_page', 'agent', 'duration_seconds', 'raw'
])
where jsonb_typeof(p_lead -> 'touch') = 'object'
) as k
where k not like 'attributes.%'
$$;
-- intake/known_by_phone.sql
create or replace function lead_sync.known_by_phone(p_lead jsonb) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return case
when p_lead ->> 'id' is not null or lead_sync.email_key(p_lead ->> 'email') is not null or lead_sync.phone_key(p_lead ->> 'phone') is null then 0
when lead_sync.person_name(p_lead ->> 'first_name', p_lead ->> 'last_name') is not null then 1
else 2
end;
end
$$;
-- intake/leads_of_phones.sql
create or replace function lead_sync.leads_of_phones(p_asked jsonb) returns table (phone text, name text, has_email boolean, lead_id uuid)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if p_asked is null then
return;
end if;
return query
with asked as materialized (
select distinct a.phone, a.name, a.has_email from jsonb_to_recordset(p_asked) as a (phone text, name text, has_email boolean)
),
holder as materialized (
select n.phone, h.id, h.name, h.has_email, h.created_at
from (select distinct a.phone from asked as a) as n
cross join lateral (
select l.id, lead_sync.person_name(l.first_name, l.last_name) as name, lead_sync.email_key(l.email) is not null as has_email, l.created_at
from public.leads as l
where (l.phone is not null or l.additional_phones <> '{}') and lead_sync.phone_keys(array_append(l.additional_phones, l.phone)) @> array[n.phone]
and l.deleted_at is null
offset 0
) as h
),
named as (
select a.phone, a.name, a.has_email, h.id, h.has_email as is_complete, h.created_at from asked as a join holder as h on h.phone = a.phone and h.name = a.name
union all
select a.phone, a.name, a.has_email, h.id, h.has_email, h.created_at from asked as a join holder as h on h.phone = a.phone where a.name is null or h.name is null
),
counted as (
select
n.phone, n.name, n.has_email, count(*) as leads, (array_agg(n.id))[1] as id,
(array_agg(n.id order by n.created_at, n.id) filter (where not n.is_complete))[1] as incomplete_id
from named as n
group by n.phone, n.name, n.has_email
)
select c.phone, c.name, c.has_email, case
when c.leads > 1 and c.has_email then null
when c.leads > 1 or c.has_email then c.incomplete_id
else c.id
end
from counted as c;
end
$$;
-- intake/person_name.sql
create or replace function lead_sync.person_name(p_first text, p_last text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return nullif(lower(lead_sync.normal_text(concat_ws(' ', p_first, p_last))), '');
end
$$;
-- intake/read_lead.sql
create or replace function lead_sync.read_lead(p_lead jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(
jsonb_object_agg(
e.key, case when jsonb_typeof(v.value) = 'string' then coalesce(to_jsonb(lead_sync.clean(v.value #>> '{}')), 'null') else v.value end
),
'{}'
)
from jsonb_each(p_lead) as e
cross join lateral (
select case
when jsonb_typeof(e.value) = 'array' and jsonb_array_length(e.value) < 2 and e.key not in ('additional_emails', 'additional_phones')
and e.key not like 'attributes%' then coalesce(e.value -> 0, 'null')
else e.value
end as value
) as v
$$;
-- intake/take_in_leads.sql
create or replace function lead_sync.take_in_leads(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_results jsonb;
begin
with item as materialized (
select
(i ->> 'index')::integer as index,
(i -> 'snapshot' ->> 'id')::uuid as own_id,
lead_sync.email_spellings(i -> 'snapshot' ->> 'email') as emails,
jsonb_strip_nulls(lead_sync.stated_values(i -> 'snapshot')) as stated,
i -> 'snapshot' as snapshot
from jsonb_array_elements(p_items) as i
),
found as materialized (
select
item.index, item.own_id, item.emails, item.snapshot, k.known_id,
case when by_address.id is not null then item.stated - 'email' else item.stated end as stated,
p.phone, case when p.phone is not null then lead_sync.person_name(item.stated ->> 'first_name', item.stated ->> 'last_name') end as name
from item
left join public.leads as by_id on by_id.id = item.own_id
left join lateral (
select k.id
from unnest(item.emails) as e (email)
cross join lateral (
select l.id, l.created_at from public.leads as l
where case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email and l.deleted_at is null and by_id.id is null
order by l.created_at, l.id
limit 1
) as k
order by k.created_at, k.id
limit 1
) as by_email on true
left join lateral (
select lead_sync.lead_of_address(item.emails[1]) as id where item.emails <> '{}' and by_id.id is null and by_email.id is null
) as by_address on true
cross join lateral (select coalesce(by_id.id, by_email.id, by_address.id) as known_id) as k
cross join lateral (
select case when k.known_id is null and item.own_id is null then lead_sync.phone_key(item.stated ->> 'phone') end as phone offset 0
) as p
),
phoned as materialized (
select f.*, p.lead_id as named_id, coalesce(f.emails[1], f.name) as claim
from found as f
left join lead_sync.leads_of_phones((
select jsonb_agg(jsonb_build_object('phone', n.phone, 'name', n.name, 'has_email', n.emails <> '{}')) from found as n where n.phone is not null
)) as p on p.phone = f.phone and p.name is not distinct from f.name and p.has_email = (f.emails <> '{}')
),
matched as materialized (
select
p.index, p.own_id, p.snapshot, k.known_id,
coalesce(k.known_id::text, p.own_id::text, p.emails[1], 'phone ' || p.phone || ' ' || coalesce(p.name, ''), 'item ' || p.index) as identity,
case when p.known_id is null and k.known_id is not null then p.stated - 'phone' else p.stated end as stated
from (
select n.*, n.claim is not distinct from first_value(n.claim) over (partition by n.named_id order by n.index) as is_first from phoned as n
) as p
cross join lateral (select coalesce(p.known_id, case when p.is_first then p.named_id end) as known_id) as k
),
stated as materialized (
select m.identity, jsonb_object_agg(e.key, e.value order by m.index) as stated
from matched as m cross join jsonb_each(m.stated) as e
group by m.identity
),
merged as materialized (
select
g.identity, g.known_id, coalesce(s.stated, '{}') as stated, g.first_index, g.touch_source,
coalesce(g.known_id, g.own_id, gen_random_uuid()) as lead_id
from (
select
m.identity, min(m.index) as first_index, (array_agg(m.known_id))[1] as known_id,
(array_agg(m.own_id) filter (where m.own_id is not null))[1] as own_id,
(array_agg(m.snapshot #>> '{touch,source}' order by (m.snapshot #>> '{touch,time}')::timestamptz, m.index) filter (where m.snapshot ? 'touch'))[1] as touch_source
from matched as m
group by m.identity
) as g
left join stated as s on s.identity = g.identity
),
insert_leads as (
insert into public.leads (
id, first_name, last_name, email, additional_emails, phone, additional_phones, job_title, company_name, company_domain, company_size, city, region,
country, postal_code, linkedin_url, lead_source, lead_status, lead_score, attributes
)
select
g.lead_id, g.stated ->> 'first_name', g.stated ->> 'last_name', g.stated ->> 'email',
lead_sync.text_array(g.stated -> 'additional_emails'), g.stated ->> 'phone', lead_sync.text_array(g.stated -> 'additional_phones'),
g.stated ->> 'job_title',
g.stated ->> 'company_name', g.stated ->> 'company_domain', g.stated ->> 'company_size', g.stated ->> 'city', g.stated ->> 'region',
g.stated ->> 'country', g.stated ->> 'postal_code', g.stated ->> 'linkedin_url', coalesce(g.stated ->> 'lead_source', g.touch_source, p_context ->> 'source'),
g.stated ->> 'lead_status', (g.stated ->> 'lead_score')::numeric, lead_sync.apply_attributes('{}', g.stated)
from merged as g
where g.known_id is null
order by g.first_index
),
update_leads as (
update public.leads as l set
first_name = coalesce(g.stated ->> 'first_name', l.first_name),
last_name = coalesce(g.stated ->> 'last_name', l.last_name),
email = coalesce(g.stated ->> 'email', l.email),
additional_emails = case when g.stated ? 'additional_emails' then lead_sync.text_array(g.stated -> 'additional_emails') else l.additional_emails end,
phone = coalesce(g.stated ->> 'phone', l.phone),
additional_phones = case when g.stated ? 'additional_phones' then lead_sync.text_array(g.stated -> 'additional_phones') else l.additional_phones end,
job_title = coalesce(g.stated ->> 'job_title', l.job_title),
company_name = coalesce(g.stated ->> 'company_name', l.company_name),
company_domain = coalesce(g.stated ->> 'company_domain', l.company_domain),
company_size = coalesce(g.stated ->> 'company_size', l.company_size),
city = coalesce(g.stated ->> 'city', l.city),
region = coalesce(g.stated ->> 'region', l.region),
country = coalesce(g.stated ->> 'country', l.country),
postal_code = coalesce(g.stated ->> 'postal_code', l.postal_code),
linkedin_url = coalesce(g.stated ->> 'linkedin_url', l.linkedin_url),
lead_source = coalesce(g.stated ->> 'lead_source', l.lead_source),
lead_status = coalesce(g.stated ->> 'lead_status', l.lead_status),
lead_score = coalesce((g.stated ->> 'lead_score')::numeric, l.lead_score),
attributes = lead_sync.apply_attributes(l.attributes, g.stated)
from merged as g
where l.id = g.known_id
and not (lead_sync.lead_values(l) @> (g.stated - 'segment'))
returning l.id
),
write_history as (
insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed)
select g.lead_id, 'intake', 'bidirectional', 'synced', array(select jsonb_object_keys(g.stated))
from merged as g
where g.known_id is null or exists (select from update_leads as u where u.id = g.known_id)
)
select jsonb_agg(
jsonb_build_object(
'index', m.index,
'lead_id', g.lead_id,
'twenty_id', l.twenty_id,
'result', case
when g.known_id is null and m.index = g.first_index then 'created'
when g.known_id is null or exists (select from update_leads as u where u.id = g.known_id) then 'updated'
else 'unchanged'
end,
'ignored', lead_sync.ignored_fields(m.snapshot),
'linked', false,
'reason', null,
'fields', (select coalesce(jsonb_agg(k), '[]') from jsonb_object_keys(m.stated) as k)
)
order by m.index
)
into v_results
from matched as m
join merged as g on g.identity = m.identity
left join public.leads as l on l.id = g.known_id;
if jsonb_path_exists(p_items, '$[*].snapshot.touch') then
perform lead_sync.note_touches(p_items, v_results);
end if;
return coalesce(v_results, '[]');
end
$$;
-- intake/value_problem.sql
create or replace function lead_sync.value_problem(p_lead jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select format('%s must be %s, got %s', e.key, w.wanted, left(e.value::text, 80))
from jsonb_each(p_lead) as e
cross join lateral (
select case
when e.value = 'null' then null
when e.key in ('additional_emails', 'additional_phones') then case
when jsonb_typeof(e.value) = 'object' or jsonb_path_exists(e.value, 'strict $[*] ? (@.type() == "object" || @.type() == "array")', silent => true)
then 'a list of texts'
end
when e.key = 'lead_score' then case
when jsonb_typeof(e.value) not in ('number', 'string') or e.value #>> '{}' !~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$' then 'a finite number'
end
when e.key in ('email', 'id') then case when jsonb_typeof(e.value) <> 'string' then 'a text' end
when e.key in (
'first_name', 'last_name', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code',
'linkedin_url', 'lead_source', 'lead_status'
) then case when jsonb_typeof(e.value) not in ('string', 'number') then 'a text' end
end as wanted
) as w
where w.wanted is not null
order by e.key
limit 1
$$;
-- touches/erase_raw.sql
create or replace function lead_sync.erase_raw(p_today timestamptz, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_erased integer;
begin
update public.lead_touches as t set raw = null
where t.id = any (array(
select o.id from public.lead_touches as o
where o.raw is not null and o.created_at < p_today - make_interval(days => (select s.touch_raw_days from lead_sync.settings as s))
order by o.created_at
limit p_limit
));
get diagnostics v_erased = row_count;
return v_erased;
end
$$;
-- touches/hand_over_touches.sql
create or replace function lead_sync.hand_over_touches(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_before text := (select t.source from public.lead_touches as t where t.lead_id = p_to order by t.touched_at, t.id limit 1);
v_source text;
begin
update public.lead_touches as t set lead_id = p_to where t.lead_id = p_from;
if not found then
return;
end if;
select t.source into v_source from public.lead_touches as t where t.lead_id = p_to order by t.touched_at, t.id limit 1;
update public.leads as l set lead_source = v_source
where l.id = p_to and l.lead_source is distinct from v_source and (l.lead_source is null or l.lead_source = v_before);
end
$$;
-- touches/known_touches.sql
create or replace function lead_sync.known_touches(p_items jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_has_forgotten boolean := exists (select from lead_sync.forgotten);
begin
return (
select coalesce(jsonb_agg(
case when k.forgotten then lead_sync.rejection(k.index, k.snapshot, 'forgotten: the person of this touch asked for it; a form in which they write anew is taken')
else jsonb_build_object(
'index', k.index, 'lead_id', k.lead_id, 'twenty_id', l.twenty_id, 'result', 'unchanged', 'ignored', lead_sync.ignored_fields(k.snapshot), 'linked', false,
'reason', case when k.lead_id is null then 'this touch came before, and its lead was deleted for good' else 'this touch came before' end, 'fields', '[]'::jsonb
) end
), '[]')
from (
select (i ->> 'index')::integer as index, i -> 'snapshot' as snapshot, t.id, t.lead_id,
case when v_has_forgotten then exists (
select from lead_sync.forgotten as f
where f.hash = lead_sync.keyed_hash(lead_sync.touch_text(i #>> '{snapshot,touch,source}', i #>> '{snapshot,touch,external_id}'))
or f.hash = lead_sync.keyed_hash(i #>> '{snapshot,email}') and (i #>> '{snapshot,touch,time}')::timestamptz < f.forgotten_at
) else false end as forgotten
from jsonb_array_elements(p_items) as i
left join public.lead_touches as t on t.source = i #>> '{snapshot,touch,source}' and t.external_id = i #>> '{snapshot,touch,external_id}'
where i -> 'snapshot' ? 'touch'
) as k
left join public.leads as l on l.id = k.lead_id
where k.id is not null or k.forgotten
);
end
$$;
-- touches/lock_touches.sql
create or replace function lead_sync.lock_touches(p_items jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.touch'), b.bucket)
from (
select distinct hashtext(lead_sync.touch_text(t.touch ->> 'source', t.touch ->> 'external_id')) & 63 as bucket
from jsonb_array_elements(p_items) as i
cross join lateral (select i -> 'snapshot' -> 'touch' as touch) as t
where t.touch is not null
order by bucket
) as b;
end
$$;
-- touches/note_touch_without_lead.sql
create or replace function lead_sync.note_touch_without_lead() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
new.raw := null;
new.landing_page := null;
return new;
end
$$;
-- touches/note_touches.sql
create or replace function lead_sync.note_touches(p_items jsonb, p_results jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_noted bigint[];
v_lead_ids uuid[];
begin
with noted as (
insert into public.lead_touches (
lead_id, source, external_id, kind, touched_at, campaign, ad_set, ad, form, medium, landing_page, agent, duration_seconds, outcome, raw
)
select
(r ->> 'lead_id')::uuid, t.touch ->> 'source', t.touch ->> 'external_id', t.touch ->> 'kind', coalesce((t.touch ->> 'time')::timestamptz, clock_timestamp()),
t.touch ->> 'campaign', t.touch ->> 'ad_set', t.touch ->> 'ad', t.touch ->> 'form', t.touch ->> 'medium', t.touch ->> 'landing_page', t.touch ->> 'agent',
(t.touch ->> 'duration_seconds')::numeric, t.touch ->> 'outcome', case when s.touch_raw_days > 0 then nullif(t.touch -> 'raw', 'null') end
from jsonb_array_elements(p_items) as i
cross join lateral (select i -> 'snapshot' -> 'touch' as touch) as t
join jsonb_array_elements(p_results) as r on r -> 'index' = i -> 'index'
cross join lead_sync.settings as s
where t.touch is not null and r ->> 'lead_id' is not null
order by (i ->> 'index')::integer
on conflict (source, external_id) do nothing
returning id, lead_id
)
select array_agg(n.id), array_agg(distinct n.lead_id) into v_noted, v_lead_ids from noted as n;
perform lead_sync.rescore_active(p_lead_ids => v_lead_ids);
update public.leads as l set lead_source = f.source
from (
select distinct on (t.lead_id) t.lead_id, t.source, t.touched_at from public.lead_touches as t where t.id = any (v_noted)
order by t.lead_id, t.touched_at, t.id
) as f
left join lateral (
select t.source, t.touched_at from public.lead_touches as t where t.lead_id = f.lead_id and t.id <> all (v_noted)
order by t.touched_at, t.id limit 1
) as b on true
where l.id = any (v_lead_ids) and l.id = f.lead_id and l.lead_source is distinct from f.source
and case when b.source is null then l.lead_source is null else f.touched_at < b.touched_at and coalesce(l.lead_source, b.source) = b.source end;
end
$$;
-- touches/read_touch.sql
create or replace function lead_sync.read_touch(p_lead jsonb, p_source text) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
if jsonb_typeof(p_lead -> 'touch') is distinct from 'object' then
return case when p_lead -> 'touch' = 'null' then p_lead - 'touch' else p_lead end;
end if;
return p_lead || jsonb_build_object(
'touch', jsonb_build_object('source', p_source, 'kind', 'form') || jsonb_strip_nulls(lead_sync.read_lead((p_lead -> 'touch') - 'raw'))
|| jsonb_build_object('raw', p_lead #> '{touch,raw}')
);
end
$$;
-- touches/take_form.sql
create or replace function public.take_form(p_lead jsonb, p_source text default 'form', p_per_minute integer default 60) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_forms integer;
begin
if coalesce(p_per_minute, 0) < 1 then
raise exception 'p_per_minute must be at least 1' using errcode = '22023';
end if;
perform pg_advisory_xact_lock(hashtext('lead_sync.form'), hashtext(p_source));
select count(*) into v_forms from public.lead_touches as t
where t.kind = 'form' and t.source = p_source and t.created_at > clock_timestamp() - interval '1 minute';
if v_forms >= p_per_minute and not exists (
select from public.lead_touches as t where t.source = p_source and t.external_id = p_lead #>> '{touch,external_id}'
) then
return jsonb_build_object('result', 'flood');
end if;
return public.upsert_leads(jsonb_build_array(p_lead), p_source) #> '{results,0}';
end
$$;
-- touches/take_in_touches.sql
create or replace function lead_sync.take_in_touches(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_results jsonb := '[]';
v_items jsonb := p_items;
v_again jsonb := '[]';
v_part jsonb;
begin
if jsonb_path_exists(p_items, '$[*].snapshot.touch') then
v_results := lead_sync.known_touches(p_items);
select
coalesce(jsonb_agg(n.item order by n.index) filter (where n.nth = 1 or not n.item -> 'snapshot' ? 'touch'), '[]'),
coalesce(jsonb_agg(n.item order by n.index) filter (where n.nth > 1 and n.item -> 'snapshot' ? 'touch'), '[]')
into v_items, v_again
from (
select i as item, (i ->> 'index')::integer as index,
row_number() over (partition by i #>> '{snapshot,touch,source}', i #>> '{snapshot,touch,external_id}' order by (i ->> 'index')::integer) as nth
from jsonb_array_elements(p_items) as i
where not exists (select from jsonb_array_elements(v_results) as r where r -> 'index' = i -> 'index')
) as n;
end if;
for v_part in
select jsonb_agg(i order by (i ->> 'index')::integer)
from jsonb_array_elements(v_items) as i
group by lead_sync.known_by_phone(i -> 'snapshot')
order by lead_sync.known_by_phone(i -> 'snapshot')
loop
v_results := v_results || lead_sync.write_or_split('take_in', v_part, p_context);
end loop;
perform lead_sync.welcome_back(v_items);
if v_again <> '[]' then
v_results := v_results || lead_sync.known_touches(v_again);
select v_results || coalesce(jsonb_agg(lead_sync.rejection((i ->> 'index')::integer, i -> 'snapshot', 'its touch was rejected before, in this batch')), '[]') into v_results
from jsonb_array_elements(v_again) as i
where not exists (select from jsonb_array_elements(v_results) as r where r -> 'index' = i -> 'index');
end if;
return v_results;
end
$$;
-- touches/touch_problem.sql
create or replace function lead_sync.touch_problem(p_touch jsonb) returns text
language plpgsql immutable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_key text;
begin
if jsonb_typeof(p_touch) <> 'object' then
return 'touch must be an object: {"external_id": …, "kind": …}';
end if;
select e.key into v_key from jsonb_each(p_touch - 'raw') as e where jsonb_typeof(e.value) not in ('string', 'number') order by e.key limit 1;
begin
perform (p_touch ->> 'time')::timestamptz;
exception when data_exception then
return format('touch.time is no time: %s', left(p_touch ->> 'time', 80));
end;
return case
when v_key is not null then format('touch.%s must be a text, got %s', v_key, left(p_touch ->> v_key, 80))
when p_touch ->> 'external_id' is null then 'touch.external_id is missing: what its source calls this touch, so that it counts once'
when char_length(p_touch ->> 'external_id') > 500 then 'touch.external_id has more than 500 characters'
when char_length(p_touch ->> 'source') > 100 then 'touch.source has more than 100 characters'
when p_touch ->> 'source' = 'twenty' then 'touch.source must not be "twenty"'
when p_touch ->> 'kind' not in ('form', 'call', 'import', 'table', 'manual') then
format('touch.kind must be form, call, import, table or manual, got %s', left(p_touch ->> 'kind', 80))
when p_touch ->> 'outcome' not in ('answered', 'missed') then format('touch.outcome must be answered or missed, got %s', left(p_touch ->> 'outcome', 80))
when p_touch ->> 'time' !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' then
format('touch.time must be a time with its zone, e.g. 2026-01-31T12:00:00Z, got %s', left(p_touch ->> 'time', 80))
when p_touch ->> 'duration_seconds' !~ '^([0-9]+\.?[0-9]*|\.[0-9]+)$' then
format('touch.duration_seconds must be a number of seconds, got %s', left(p_touch ->> 'duration_seconds', 80))
end;
end
$$;
-- touches/touch_text.sql
create or replace function lead_sync.touch_text(p_source text, p_external_id text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return encode(sha256(convert_to(p_source || e'\n' || p_external_id, 'UTF8')), 'hex');
end
$$;
-- touches/update_touches.sql
create or replace function public.update_touches(p_source text, p_touches jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_updated integer;
begin
if jsonb_typeof(p_touches) is distinct from 'array' then
raise exception 'p_touches must be an array of touches' using errcode = '22023', hint = 'Pass [{"external_id": "…", "duration_seconds": 61}].';
elsif jsonb_array_length(p_touches) > 10000 then
raise exception 'At most 10,000 touches a call, got %', jsonb_array_length(p_touches) using errcode = '22023', hint = 'Send smaller batches.';
end if;
with told as materialized (
select
t.touch ->> 'external_id' as external_id, t.touch ->> 'medium' as medium, t.touch ->> 'agent' as agent,
(t.touch ->> 'duration_seconds')::numeric as duration_seconds, t.touch ->> 'outcome' as outcome, t.touch -> 'raw' as raw
from jsonb_array_elements(p_touches) as t (touch)
where lead_sync.touch_problem(t.touch) is null
),
known as materialized (
select k.id from public.lead_touches as k
where k.source = p_source and k.external_id in (select t.external_id from told as t) and k.lead_id is not null
order by k.id
for update
)
update public.lead_touches as k set
medium = coalesce(t.medium, k.medium),
agent = coalesce(t.agent, k.agent),
duration_seconds = coalesce(t.duration_seconds, k.duration_seconds),
outcome = coalesce(t.outcome, k.outcome),
raw = case when k.raw is not null then coalesce(nullif(t.raw, 'null'), k.raw) end
from told as t
where k.id in (select n.id from known as n) and k.source = p_source and k.external_id = t.external_id
and coalesce(t.duration_seconds, 0) >= coalesce(k.duration_seconds, 0)
and (coalesce(t.medium, k.medium), coalesce(t.agent, k.agent), coalesce(t.duration_seconds, k.duration_seconds), coalesce(t.outcome, k.outcome))
is distinct from (k.medium, k.agent, k.duration_seconds, k.outcome);
get diagnostics v_updated = row_count;
return jsonb_build_object('updated', v_updated);
end
$$;
-- hints/add_to_intake.sql
create or replace function public.add_to_intake(p_source text, p_hints jsonb default '[]', p_cursor jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_given integer;
v_named integer;
v_added integer;
begin
if p_source is null or p_source = '' or char_length(p_source) > 100 then
raise exception 'p_source must be the name of a source, got %', left(p_source, 100) using errcode = '22023', hint = 'Pass e.g. meta.';
elsif jsonb_typeof(p_hints) is distinct from 'array' then
raise exception 'p_hints must be an array of hints' using errcode = '22023', hint = 'Pass [{"external_id": "…", "hint": {}}].';
elsif jsonb_array_length(p_hints) > 10000 then
raise exception 'At most 10,000 hints a call, got %', jsonb_array_length(p_hints) using errcode = '22023', hint = 'Send smaller batches.';
elsif p_cursor is not null and (p_cursor ->> 'channel' is null or p_cursor ->> 'read_until' is null) then
raise exception 'p_cursor must be {channel, read_until}' using errcode = '22023';
end if;
v_given := jsonb_array_length(p_hints);
with named as materialized (
select distinct on (n.external_id) n.external_id, n.hint
from (
select h ->> 'external_id' as external_id, case when jsonb_typeof(h -> 'hint') = 'object' then h -> 'hint' else '{}' end as hint
from jsonb_array_elements(p_hints) as h
) as n
where char_length(n.external_id) between 1 and 500
order by n.external_id
),
noted as (
insert into lead_sync.intake_inbox (source, external_id, hint)
select p_source, n.external_id, n.hint from named as n
on conflict (source, external_id) do nothing
returning external_id
)
select
(select count(*) from jsonb_array_elements(p_hints) as h where char_length(h ->> 'external_id') between 1 and 500),
(select count(*) from noted)
into v_named, v_added;
if p_cursor is not null then
insert into lead_sync.intake_cursors as c (source, channel, read_until)
values (p_source, p_cursor ->> 'channel', (p_cursor ->> 'read_until')::timestamptz)
on conflict (source, channel) do update set read_until = excluded.read_until where c.read_until < excluded.read_until;
end if;
return jsonb_build_object('added', v_added, 'known', v_named - v_added, 'ignored', v_given - v_named, 'waiting', lead_sync.count_intake(p_source));
end
$$;
-- hints/claim_intake.sql
create or replace function public.claim_intake(p_source text, p_limit integer default 200) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_token uuid := gen_random_uuid();
v_hints jsonb;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
with due as materialized (
select i.source, i.external_id from lead_sync.intake_inbox as i
where i.source = p_source and i.done_at is null and i.due_at <= clock_timestamp()
order by i.due_at, i.external_id
limit p_limit
for update skip locked
),
claim as (
update lead_sync.intake_inbox as i set claim_token = v_token, due_at = clock_timestamp() + interval '10 minutes', attempts = i.attempts + 1
from due as d
where i.source = d.source and i.external_id = d.external_id
returning i.external_id, i.hint, i.attempts
)
select jsonb_agg(jsonb_build_object('external_id', c.external_id, 'hint', c.hint, 'attempts', c.attempts) order by c.external_id)
into v_hints from claim as c;
return jsonb_build_object('claim_token', v_token, 'hints', coalesce(v_hints, '[]'), 'remaining', lead_sync.count_intake(p_source));
end
$$;
-- hints/count_intake.sql
create or replace function lead_sync.count_intake(p_source text) returns integer
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return (
select count(*)
from (
select from lead_sync.intake_inbox as i
where i.source = p_source and i.done_at is null and i.due_at <= clock_timestamp()
limit 100000
) as due
);
end
$$;
-- hints/failing_hints.sql
create or replace function lead_sync.failing_hints(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return (
select jsonb_build_object(
'count', count(*),
'examples', coalesce((
array_agg(concat_ws(' ', i.source, i.external_id || ':', left(i.last_error, 200)) order by i.received_at desc, i.external_id)
)[1:5], '{}')
)
from lead_sync.intake_inbox as i
where i.done_at is null and i.last_error is not null and i.received_at < p_now - interval '1 hour'
);
end
$$;
-- hints/forget_hints.sql
create or replace function lead_sync.forget_hints(p_today timestamptz, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_removed integer;
begin
delete from lead_sync.intake_inbox as i
where (i.source, i.external_id) in (
select o.source, o.external_id from lead_sync.intake_inbox as o
where o.received_at < p_today - interval '91 days'
order by o.received_at
limit p_limit
for update skip locked
);
get diagnostics v_removed = row_count;
return v_removed;
end
$$;
-- hints/get_intake.sql
create or replace function public.get_intake(p_source text) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return (
select jsonb_build_object(
'cursors', (select coalesce(jsonb_object_agg(c.channel, c.read_until), '{}') from lead_sync.intake_cursors as c where c.source = p_source),
'waiting', count(*),
'waiting_since', min(i.received_at),
'failing', count(*) filter (where i.last_error is not null),
'last_error', (array_agg(i.last_error order by i.due_at desc) filter (where i.last_error is not null))[1]
)
from lead_sync.intake_inbox as i
where i.source = p_source and i.done_at is null
);
end
$$;
-- hints/settle_intake.sql
create or replace function public.settle_intake(p_source text, p_claim_token uuid, p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_done integer;
v_failed integer;
begin
if jsonb_typeof(p_results) is distinct from 'array' then
raise exception 'p_results must be an array' using errcode = '22023', hint = 'Pass [{"external_id": "…", "error": null}].';
end if;
perform from lead_sync.intake_inbox as i
where i.source = p_source and i.external_id in (select r ->> 'external_id' from jsonb_array_elements(p_results) as r)
order by i.external_id
for update;
with result as materialized (
select distinct on (r ->> 'external_id') r ->> 'external_id' as external_id, left(r ->> 'error', 2000) as error, coalesce(r -> 'gone' = 'true', false) as gone
from jsonb_array_elements(p_results) as r
order by r ->> 'external_id', r ->> 'error' nulls first
),
settled as (
update lead_sync.intake_inbox as i set
claim_token = null,
last_error = r.error,
done_at = case when r.error is null or (r.gone and i.received_at < clock_timestamp() - interval '3 days') then clock_timestamp() end,
due_at = case when r.error is null then i.due_at else clock_timestamp() + lead_sync.backoff(i.attempts, interval '1 minute', interval '6 hours') end
from result as r
where i.source = p_source and i.external_id = r.external_id and i.done_at is null and (r.error is null or i.claim_token = p_claim_token)
returning r.error is null as done
)
select count(*) filter (where s.done), count(*) filter (where not s.done) into v_done, v_failed from settled as s;
return jsonb_build_object('done', v_done, 'failed', v_failed);
end
$$;
-- sources/adoption_plan.sql
create or replace function lead_sync.adoption_plan(p_table regclass) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_class record;
v_key record;
v_columns jsonb;
v_required jsonb;
v_problems text[];
begin
select c.relkind, c.relrowsecurity, c.reltuples::bigint as row_count, strpos(coalesce(obj_description(c.oid, 'pg_class'), ''), lead_sync.mark()) > 0 as ours
into v_class
from pg_catalog.pg_class as c where c.oid = p_table;
select a.attname, a.attnum, format_type(a.atttypid, null) as type, a.atthasdef or a.attidentity <> '' as gives_itself into v_key
from pg_catalog.pg_index as i
join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
where i.indrelid = p_table and i.indisunique and i.indisvalid and i.indpred is null and i.indnkeyatts = 1 and a.attnotnull
order by i.indisprimary desc, a.attnum
limit 1;
select coalesce(jsonb_object_agg(f.field, f.attname), '{}') into v_columns
from (
select distinct on (n.field) n.field, a.attname
from pg_catalog.pg_attribute as a
join lead_sync.source_field_names() as n on n.name = lower(regexp_replace(a.attname, '[^a-zA-Z0-9]', '', 'g'))
where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and lead_sync.source_column_problem(p_table, n.field, a.attname) is null
order by n.field, n.place, a.attnum
) as f;
if v_columns ?| array['first_name', 'last_name'] then
v_columns := v_columns - 'name';
end if;
select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') into v_required
from pg_catalog.pg_attribute as a
where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef and a.attidentity = ''
and case when a.attnum = v_key.attnum then v_key.type not in ('uuid', 'text') else a.attname not in (select c.value from jsonb_each_text(v_columns) as c) end;
v_problems := array_remove(array[
case when v_class.relkind not in ('r', 'p') then format('%s is no table', p_table) end,
case when v_class.ours then format('%s is lead sync''s own', p_table) end,
case when v_key.attname is null then format('%s has no column that is unique and never empty: add a primary key', p_table) end,
case when not v_columns ?| array['email', 'name', 'first_name', 'last_name', 'phone'] then
'no column looks like a name, an e-mail or a phone: name them in p_columns' end
], null);
return jsonb_build_object(
'table', p_table::text,
'rows', case when v_class.row_count < 0 then null else v_class.row_count end,
'key', v_key.attname,
'columns', v_columns,
'unmapped', (
select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') from pg_catalog.pg_attribute as a
where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attname <> coalesce(v_key.attname, '')
and a.attname not in (select c.value from jsonb_each_text(v_columns) as c)
),
'inserts', v_required = '[]',
'required', v_required,
'row_level_security', v_class.relrowsecurity,
'policies', (select count(*) from pg_catalog.pg_policy as p where p.polrelid = p_table),
'triggers', (
select coalesce(jsonb_agg(t.tgname order by t.tgname), '[]') from pg_catalog.pg_trigger as t
where t.tgrelid = p_table and not t.tgisinternal and t.tgname not like 'lead\_sync\_note\_%'
),
'adds', '["lead_sync_note_inserted", "lead_sync_note_updated", "lead_sync_note_deleted"]'::jsonb,
'problems', to_jsonb(v_problems)
);
end
$$;
-- sources/connect_source.sql
create or replace function lead_sync.connect_source(
p_table regclass, p_columns jsonb default null, p_both_ways boolean default false, p_inserts boolean default null, p_lead_source text default null
) returns jsonb
language plpgsql volatile set search_path = '' set lock_timeout = '5s' as $$
declare
v_plan jsonb := lead_sync.adoption_plan(p_table);
v_columns jsonb := coalesce(p_columns, v_plan -> 'columns');
v_problem text;
v_source lead_sync.sources;
v_trigger text;
begin
if jsonb_typeof(v_columns) <> 'object' or v_columns = '{}' then
v_problem := 'p_columns must be {field: column}';
else
select p.problem into v_problem
from (
select t.problem, t.place from jsonb_array_elements_text(v_plan -> 'problems') with ordinality as t (problem, place) where p_columns is null or t.problem not like 'no column looks like%'
union all
select lead_sync.source_column_problem(p_table, c.key, c.value), 10 from jsonb_each_text(v_columns) as c
) as p
where p.problem is not null
order by p.place, p.problem
limit 1;
end if;
if v_problem is not null then
raise exception 'The table cannot be connected: %', v_problem using errcode = '22023',
hint = format('See: select lead_sync.adoption_plan(%L)', p_table);
end if;
insert into lead_sync.sources as s (source, key_column, columns, lead_source, both_ways, inserts)
values (
p_table, v_plan ->> 'key', v_columns,
coalesce(p_lead_source, (select c.relname from pg_catalog.pg_class as c where c.oid = p_table)),
p_both_ways, p_both_ways and coalesce(p_inserts, (v_plan ->> 'inserts')::boolean)
)
on conflict (source) do update set
key_column = excluded.key_column, columns = excluded.columns, lead_source = excluded.lead_source, both_ways = excluded.both_ways,
inserts = excluded.inserts, position = null, read_at = null
returning * into v_source;
for v_trigger in
values
('create or replace trigger lead_sync_note_inserted after insert on %1$s referencing new table as new_rows'),
('create or replace trigger lead_sync_note_updated after update on %1$s referencing old table as old_rows new table as new_rows'),
('create or replace trigger lead_sync_note_deleted after delete on %1$s referencing old table as old_rows')
loop
execute format(v_trigger || ' for each statement execute function lead_sync.note_source_changes(%2$L)', p_table, v_source.key_column);
end loop;
if p_both_ways then
create or replace trigger leads_note_for_sources_inserted after insert on public.leads
referencing new table as new_leads for each statement execute function lead_sync.note_leads_for_sources();
create or replace trigger leads_note_for_sources_updated after update on public.leads
referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_leads_for_sources();
end if;
return jsonb_build_object(
'table', p_table::text, 'key', v_source.key_column, 'columns', v_columns, 'both_ways', v_source.both_ways, 'inserts', v_source.inserts,
'lead_source', v_source.lead_source
);
end
$$;
-- sources/disconnect_source.sql
create or replace function lead_sync.disconnect_source(p_table regclass) returns jsonb
language plpgsql volatile set search_path = '' set lock_timeout = '5s' as $$
declare
v_name name;
v_found boolean;
begin
foreach v_name in array array['lead_sync_note_inserted', 'lead_sync_note_updated', 'lead_sync_note_deleted'] loop
if exists (select from pg_catalog.pg_trigger as t where t.tgrelid = p_table and t.tgname = v_name) then
execute format('drop trigger %I on %s', v_name, p_table);
end if;
end loop;
delete from lead_sync.sources as s where s.source = p_table;
v_found := found;
delete from lead_sync.source_changes as c where c.source = p_table;
if not exists (select from lead_sync.sources as s where s.both_ways) then
drop trigger if exists leads_note_for_sources_inserted on public.leads;
drop trigger if exists leads_note_for_sources_updated on public.leads;
end if;
return jsonb_build_object('disconnected', v_found);
end
$$;
-- sources/exchange_sources.sql
create or replace function lead_sync.exchange_sources(p_limit integer default 500) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_source lead_sync.sources;
v_taken integer := 0;
v_written integer;
begin
if not exists (select from lead_sync.sources) then
return '{"taken": 0, "written": 0, "waiting": false}';
elsif not pg_try_advisory_xact_lock(hashtext('lead_sync.exchange_sources')) then
return '{"taken": 0, "written": 0, "waiting": true, "busy": true}';
end if;
select s.* into v_source
from lead_sync.sources as s
join pg_catalog.pg_class as c on c.oid = s.source
left join lateral (
select w.id from lead_sync.source_changes as w where w.source = s.source and w.lead_id is null order by w.id limit 1
) as w on true
where w.id is not null or s.read_at is null
order by w.id nulls last, s.source::oid
limit 1;
if found then
v_taken := lead_sync.take_from_source(v_source, p_limit);
end if;
v_written := lead_sync.write_to_sources();
return jsonb_build_object(
'taken', v_taken, 'written', v_written,
'waiting', exists (select from lead_sync.sources as s where s.read_at is null) or exists (select from lead_sync.source_changes)
);
end
$$;
-- sources/forget_source_values.sql
create or replace function lead_sync.forget_source_values() returns trigger
language plpgsql set search_path = '' as $$
begin
new.there := '{}';
new.here := '{}';
new.refusal := null;
return new;
end
$$;
-- sources/link_source_row.sql
create or replace function lead_sync.link_source_row(p_source lead_sync.sources, p_item jsonb, p_lead_id text, p_refusal text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_lead_id uuid := coalesce(p_lead_id, p_item ->> 'lead_id')::uuid;
v_here jsonb := (select lead_sync.source_row(p_source.columns, l) from public.leads as l where l.id = v_lead_id);
v_lacks text[] := '{}';
begin
if p_refusal is not null then
insert into lead_sync.source_rows as s (source, key, lead_id, refusal)
values (p_source.source, p_item ->> 'key', v_lead_id, left(p_refusal, 1000))
on conflict (source, key) do update set refusal = excluded.refusal;
return;
end if;
if p_source.both_ways and p_item ->> 'lead_id' is null then
v_lacks := array(select e.key from jsonb_each(v_here) as e where e.value not in ('null', 'false') and p_item -> 'row' -> e.key = 'null');
if v_lacks <> '{}' then
insert into lead_sync.source_changes (source, lead_id) values (p_source.source, v_lead_id);
end if;
end if;
insert into lead_sync.source_rows as s (source, key, lead_id, there, here)
values (
p_source.source, p_item ->> 'key', v_lead_id, p_item -> 'row',
(select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(v_here) as e where p_item -> 'changed' ? e.key and e.key <> all (v_lacks))
)
on conflict (source, key) do update set lead_id = excluded.lead_id, there = excluded.there, here = s.here || excluded.here, refusal = null;
delete from lead_sync.source_rows as s where s.source = p_source.source and s.lead_id = v_lead_id and s.key is null;
end
$$;
-- sources/note_leads_for_sources.sql
create or replace function lead_sync.note_leads_for_sources() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
declare
v_from text := coalesce(current_setting('lead_sync.source', true), '');
begin
if tg_op = 'INSERT' then
insert into lead_sync.source_changes (source, lead_id)
select s.source, n.id from new_leads as n cross join lead_sync.sources as s where s.both_ways and s.source::oid::text <> v_from;
else
insert into lead_sync.source_changes (source, lead_id)
select s.source, n.id
from new_leads as n
join old_leads as o on o.id = n.id
cross join lead_sync.sources as s
where s.both_ways and s.source::oid::text <> v_from and (
n.first_name, n.last_name, n.email, n.additional_emails, n.phone, n.additional_phones, n.job_title, n.company_name, n.company_domain, n.company_size,
n.city, n.region, n.country, n.postal_code, n.linkedin_url, n.attributes, n.lead_source, n.lead_status, n.lead_score, n.segment_id, n.deleted_at
) is distinct from (
o.first_name, o.last_name, o.email, o.additional_emails, o.phone, o.additional_phones, o.job_title, o.company_name, o.company_domain, o.company_size,
o.city, o.region, o.country, o.postal_code, o.linkedin_url, o.attributes, o.lead_source, o.lead_status, o.lead_score, o.segment_id, o.deleted_at
);
end if;
return null;
end
$$;
-- sources/note_source_changes.sql
create or replace function lead_sync.note_source_changes() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
if coalesce(current_setting('lead_sync.writes_source', true), '') = 'on' and pg_trigger_depth() = 1 then
return null;
end if;
begin
execute format(
'insert into lead_sync.source_changes (source, key) ' || case tg_op
when 'INSERT' then 'select $1, n.%1$I::text from new_rows as n'
when 'DELETE' then 'select $1, o.%1$I::text from old_rows as o'
else 'select $1, n.%1$I::text from new_rows as n union select $1, o.%1$I::text from old_rows as o'
end, tg_argv[0]
) using tg_relid::regclass;
exception when others then
raise warning 'lead sync could not note which rows of % were written, and will read all: %', tg_relid::regclass, sqlerrm;
insert into lead_sync.source_changes (source) values (tg_relid::regclass);
end;
if exists (select from lead_sync.instant_push) then
insert into lead_sync.push_wishes default values on conflict do nothing;
end if;
return null;
end
$$;
-- sources/read_source.sql
create or replace function lead_sync.read_source(p_source regclass, p_keys text[], p_limit integer, p_anew boolean default false)
returns table (key text, row_values jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
v_source lead_sync.sources;
v_type text;
v_row text;
v_count bigint;
begin
select * into strict v_source from lead_sync.sources as s where s.source = p_source;
select format_type(a.atttypid, a.atttypmod) into strict v_type
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
select format('jsonb_build_object(%s)', string_agg(distinct format('%1$L, t.%1$I', c.value), ', ')) into v_row from jsonb_each_text(v_source.columns) as c;
if p_keys is not null then
return query execute format(
'select k.key, case when t.%1$I is not null then %2$s end from unnest($1) as k (key) left join %3$s as t on t.%1$I = k.key::%4$s',
v_source.key_column, v_row, p_source, v_type
) using p_keys;
return;
end if;
if p_anew then
v_source.position := null;
end if;
for key, row_values in execute format(
'select t.%1$I::text, %2$s from %3$s as t %4$s order by t.%1$I limit $2',
v_source.key_column, v_row, p_source,
case when v_source.position is not null then format('where t.%I > $1::%s', v_source.key_column, v_type) else '' end
) using v_source.position, p_limit
loop
v_source.position := key;
v_count := coalesce(v_count, 0) + 1;
return next;
end loop;
update lead_sync.sources as s set
position = v_source.position, read_at = case when coalesce(v_count, 0) < p_limit then clock_timestamp() end
where s.source = p_source;
end
$$;
-- sources/refused_rows.sql
create or replace function lead_sync.refused_rows() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return jsonb_build_object(
'count', (select count(*) from lead_sync.source_rows as r where r.refusal is not null),
'examples', (
select coalesce(jsonb_agg(concat_ws(' ', e.source::text, coalesce(e.key, '(no row)') || ':', left(e.refusal, 200)) order by e.id), '[]')
from (select * from lead_sync.source_rows as r where r.refusal is not null order by r.id desc limit 5) as e
)
);
end
$$;
-- sources/source_column_problem.sql
create or replace function lead_sync.source_column_problem(p_table regclass, p_field text, p_column text) returns text
language plpgsql stable set search_path = '' as $$
declare
v_type record;
begin
select t.typcategory as category, t.typname as name, coalesce(e.typcategory, '') as element into v_type
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_type as e on e.oid = t.typelem and t.typcategory = 'A'
where a.attrelid = p_table and a.attname = p_column and a.attnum > 0 and not a.attisdropped;
return case
when not found then format('%s has no column %s', p_table, p_column)
when p_field !~ '^attributes\.[^.]+$' and p_field not in (select n.field from lead_sync.source_field_names() as n)
then format('a lead has no field %s', p_field)
when case
when p_field like 'attributes.%' then true
when p_field in ('additional_emails', 'additional_phones') then v_type.element = 'S'
when p_field = 'deleted' then v_type.category = 'B' or v_type.name in ('timestamptz', 'timestamp', 'date')
when p_field = 'lead_score' then v_type.category = 'N'
when p_field = 'email' then v_type.category = 'S'
else v_type.category in ('S', 'N', 'E')
end then null
else format('the column %s is of type %s, which cannot hold %s', p_column, v_type.name, p_field)
end;
end
$$;
-- sources/source_field_names.sql
create or replace function lead_sync.source_field_names() returns table (field text, name text, place bigint)
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select f.field, n.name, n.place
from (values
('first_name', 'firstname,givenname,forename,fname'),
('last_name', 'lastname,surname,familyname,lname'),
('name', 'fullname,name,displayname,contactname'),
('email', 'email,emailaddress,mail,workemail,contactemail'),
('additional_emails', 'additionalemails,otheremails'),
('phone', 'phone,phonenumber,mobile,mobilephone,telephone,tel'),
('additional_phones', 'additionalphones,otherphones'),
('job_title', 'jobtitle,position'),
('company_name', 'companyname,company,organization,organisation,employer'),
('company_domain', 'companydomain,companywebsite,website,domain'),
('company_size', 'companysize,employees'),
('city', 'city,town'),
('region', 'region,state,province'),
('country', 'country,countrycode'),
('postal_code', 'postalcode,zipcode,postcode,zip'),
('linkedin_url', 'linkedinurl,linkedin,linkedinprofile'),
('lead_source', 'leadsource,source,utmsource'),
('lead_status', 'leadstatus,status,stage'),
('lead_score', 'leadscore,score'),
('segment', 'segment,leadsegment'),
('deleted', 'deletedat,isdeleted,deleted')
) as f (field, names)
cross join lateral unnest(string_to_array(f.names, ',')) with ordinality as n (name, place)
$$;
-- sources/source_row.sql
create or replace function lead_sync.source_row(p_columns jsonb, p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_values jsonb := lead_sync.lead_values(p_lead);
begin
v_values := v_values || jsonb_build_object(
'name', nullif(concat_ws(' ', v_values ->> 'first_name', v_values ->> 'last_name'), ''), 'deleted', v_values ? 'deleted'
);
return (select jsonb_object_agg(c.value, v_values -> c.key) from jsonb_each_text(p_columns) as c);
end
$$;
-- sources/source_values.sql
create or replace function lead_sync.source_values(p_columns jsonb, p_row jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_values jsonb;
v_name text := lead_sync.clean(p_row ->> (p_columns ->> 'name'));
v_parts text[];
begin
select coalesce(jsonb_object_agg(c.key, case
when v.value = 'null' then v.value
when c.key = 'deleted' then to_jsonb(v.value <> 'false')
when c.key in ('additional_emails', 'additional_phones', 'lead_score') or c.key like 'attributes.%' then v.value
else to_jsonb(v.value #>> '{}')
end), '{}') into v_values
from jsonb_each_text(p_columns) as c
cross join lateral (select p_row -> c.value as value) as v
where v.value is not null and c.key not in ('name', 'segment');
if p_row ? (p_columns ->> 'name') then
v_parts := coalesce(
array(select btrim(m) from unnest((regexp_match(v_name, '^([^,]+),([^,]+)$'))[1:2]) with ordinality as t (m, place) order by place desc), '{}'
);
if v_parts = '{}' then
v_parts := coalesce(regexp_match(v_name, '^(.*\S)\s+(\S+)$'), array[v_name, null]);
end if;
v_values := v_values || jsonb_build_object('first_name', v_parts[1], 'last_name', v_parts[2]);
end if;
return v_values;
end
$$;
-- sources/take_from_source.sql
create or replace function lead_sync.take_from_source(p_source lead_sync.sources, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_anew boolean;
v_keys text[];
v_gone text[];
v_count integer;
v_items jsonb;
v_item jsonb;
v_leads jsonb;
v_results jsonb;
begin
delete from lead_sync.source_changes as c where c.source = p_source.source and c.key is null and c.lead_id is null;
v_anew := found;
if not v_anew then
with taken as (
delete from lead_sync.source_changes as c
where c.id in (
select d.id from lead_sync.source_changes as d where d.source = p_source.source and d.key is not null order by d.id limit p_limit
)
returning c.key
)
select array_agg(distinct t.key) into v_keys from taken as t;
end if;
select
count(*),
coalesce(jsonb_agg(jsonb_build_object(
'key', i.key, 'row', i.row_values, 'changed', i.changed, 'lead_id', i.lead_id, 'values', i.values, 'writes', i.lead_id is not null and p_source.both_ways
) order by i.key) filter (
where i.row_values is not null and case when i.lead_id is null then (i.is_new or i.refusal is not null) and i.values -> 'deleted' is distinct from 'true' else i.values <> '{}' end
), '[]'),
array_agg(i.key) filter (where i.row_values is null)
into v_count, v_items, v_gone
from (
select r.key, r.row_values, c.changed, s.id is null as is_new, s.refusal, coalesce(t.joined, s.lead_id) as lead_id, v.values
from (
select distinct on (r.key) r.key, r.row_values
from (
select w.key, w.row_values from lead_sync.read_source(p_source.source, coalesce(v_keys, '{}'), p_limit) as w
union all
select n.key, n.row_values
from lead_sync.read_source(p_source.source, null, p_limit - coalesce(cardinality(v_keys), 0), v_anew) as n
where (p_source.read_at is null or v_anew) and coalesce(cardinality(v_keys), 0) < p_limit
) as r
) as r
left join lead_sync.source_rows as s on s.source = p_source.source and s.key = r.key
left join lead_sync.lead_states as t on t.lead_id = s.lead_id
cross join lateral (
select coalesce(jsonb_object_agg(e.key, e.value), '{}') as changed from jsonb_each(r.row_values) as e where s.there -> e.key is distinct from e.value
) as c
cross join lateral (select lead_sync.source_values(p_source.columns, c.changed) as values offset 0) as v
) as i;
update lead_sync.source_rows as s set key = null, there = '{}', here = '{}', refusal = null
where s.source = p_source.source and s.key = any (v_gone);
perform set_config('lead_sync.source', p_source.source::oid::text, true);
select coalesce(jsonb_agg(jsonb_build_object(
'index', e.ordinality - 1, 'snapshot', (e.value -> 'values') || jsonb_build_object('id', e.value -> 'lead_id')
)), '[]') into v_leads
from jsonb_array_elements(v_items) with ordinality as e;
perform lead_sync.lock_candidates(v_leads, null, p_source.lead_source);
for v_item in select e from jsonb_array_elements(v_items) as e where (e ->> 'writes')::boolean loop
begin
perform lead_sync.set_values(l, v_item -> 'values') from public.leads as l where l.id = (v_item ->> 'lead_id')::uuid;
perform lead_sync.link_source_row(p_source, v_item, v_item ->> 'lead_id', null);
exception when others or assert_failure then
if lead_sync.ends_the_call(sqlstate) then
raise;
end if;
perform lead_sync.link_source_row(p_source, v_item, v_item ->> 'lead_id', format('%s (%s)', sqlerrm, sqlstate));
end;
end loop;
v_items := jsonb_path_query_array(v_items, '$[*] ? (@.writes == false)');
if v_items <> '[]' then
select jsonb_agg((e -> 'values') - 'deleted' || case when e ->> 'lead_id' is null then '{}' else jsonb_build_object('id', e -> 'lead_id') end) into v_leads
from jsonb_array_elements(v_items) as e;
v_results := public.upsert_leads(v_leads, p_source.lead_source) -> 'results';
perform lead_sync.note_touches((
select jsonb_agg(jsonb_build_object('index', e.ordinality - 1, 'snapshot', jsonb_build_object('touch', jsonb_build_object(
'source', p_source.lead_source, 'external_id', p_source.source::text || '/' || (e.value ->> 'key'), 'kind', 'table'
))))
from jsonb_array_elements(v_items) with ordinality as e
where e.value ->> 'lead_id' is null
), v_results);
perform lead_sync.link_source_row(
p_source, v_items -> (r ->> 'index')::integer, r ->> 'lead_id', case when r ->> 'result' = 'rejected' then r ->> 'reason' end
)
from jsonb_array_elements(v_results) as r;
end if;
perform set_config('lead_sync.source', '', true);
return v_count;
end
$$;
-- sources/write_source_columns.sql
create or replace function lead_sync.write_source_columns(p_source lead_sync.sources, p_key text, p_row jsonb, p_key_type text, p_answer text) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_sets text := (select string_agg(format('%1$I = n.%1$I', k), ', ') from jsonb_object_keys(p_row) as k);
v_result jsonb;
begin
execute format(
'update %1$s as t set %2$s from jsonb_populate_record(null::%1$s, $1) as n where t.%3$I = $2::%4$s returning %5$s',
p_source.source, v_sets, p_source.key_column, p_key_type, p_answer
) into v_result using p_row, p_key;
return v_result;
end
$$;
-- sources/write_source_rows.sql
create or replace function lead_sync.write_source_rows(p_source regclass, p_items jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' as $$
declare
v_source lead_sync.sources;
v_type text;
v_sets text := (select string_agg(format('%1$I = n.%1$I', k), ', ') from jsonb_object_keys(p_items #> '{0,row}') as k);
v_answer text;
v_result jsonb;
begin
select * into strict v_source from lead_sync.sources as s where s.source = p_source;
select format_type(a.atttypid, a.atttypmod) into strict v_type
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_answer from jsonb_each_text(v_source.columns) as c;
execute format(
'with written as (
update %1$s as t set %2$s
from jsonb_array_elements($1) as i cross join jsonb_populate_record(null::%1$s, i -> ''row'') as n
where t.%3$I = (i ->> ''key'')::%4$s
returning jsonb_build_object(''id'', i -> ''id'', ''key'', t.%3$I::text, ''row'', jsonb_build_object(%5$s)) as answer
)
select jsonb_agg(w.answer) from written as w',
p_source, v_sets, v_source.key_column, v_type, v_answer
) into v_result using p_items;
return coalesce(v_result, '[]');
end
$$;
-- sources/write_source.sql
create or replace function lead_sync.write_source(p_source regclass, p_key text, p_lead_id uuid, p_row jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' as $$
declare
v_source lead_sync.sources;
v_row jsonb := p_row;
v_type text;
v_gives_itself boolean;
v_columns text;
v_answer text;
v_result jsonb;
v_refusals text[] := '{}';
v_column text;
begin
select * into strict v_source from lead_sync.sources as s where s.source = p_source;
select format_type(a.atttypid, a.atttypmod), a.atthasdef or a.attidentity <> '' into strict v_type, v_gives_itself
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
v_column := v_source.columns ->> 'deleted';
if v_row ? v_column then
v_row := v_row || jsonb_build_object(v_column, (
select case when a.atttypid = 'boolean'::regtype then v_row -> v_column when v_row -> v_column = 'true' then to_jsonb(clock_timestamp()) end
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_column
));
end if;
select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_answer from jsonb_each_text(v_source.columns) as c;
v_answer := format('jsonb_build_object(''key'', t.%I::text, ''row'', jsonb_build_object(%s))', v_source.key_column, v_answer);
if p_key is null then
v_row := jsonb_strip_nulls(v_row) || case when v_gives_itself then '{}' else jsonb_build_object(v_source.key_column, p_lead_id) end;
select string_agg(format('%I', k), ', ') into v_columns from jsonb_object_keys(v_row) as k;
begin
execute format(
'insert into %1$s as t (%2$s) select %2$s from jsonb_populate_record(null::%1$s, $1) returning %3$s', p_source, v_columns, v_answer
) into v_result using v_row;
exception when others then
if sqlstate = '55P03' then
raise;
end if;
v_refusals := array[format('%s (%s)', sqlerrm, sqlstate)];
end;
else
begin
v_result := lead_sync.write_source_columns(v_source, p_key, v_row, v_type, v_answer);
exception when others then
if sqlstate = '55P03' then
raise;
end if;
for v_column in select jsonb_object_keys(v_row) loop
begin
v_result := lead_sync.write_source_columns(v_source, p_key, jsonb_build_object(v_column, v_row -> v_column), v_type, v_answer);
exception when others then
if sqlstate = '55P03' then
raise;
end if;
v_refusals := v_refusals || format('%s: %s (%s)', v_column, sqlerrm, sqlstate);
end;
end loop;
end;
end if;
return coalesce(v_result, case when v_refusals <> '{}' and p_key is not null then jsonb_build_object('key', p_key) end, '{}') || jsonb_build_object('refusal', nullif(left(array_to_string(v_refusals, '; '), 1000), ''));
end
$$;
-- sources/write_to_sources.sql
create or replace function lead_sync.write_to_sources() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_taken jsonb;
v_new record;
v_group record;
v_item jsonb;
v_here jsonb;
v_answer jsonb;
v_answers jsonb;
chunk constant integer := 500;
v_start timestamptz := clock_timestamp();
v_requeued boolean := false;
v_count integer := 0;
begin
if not exists (select from lead_sync.sources as s where s.both_ways) then
return 0;
end if;
perform set_config('lead_sync.writes_source', 'on', true);
loop
with taken as (
delete from lead_sync.source_changes as c
where c.id in (
select d.id
from lead_sync.source_changes as d
join lead_sync.sources as s on s.source = d.source
where d.lead_id is not null and s.read_at is not null
and not exists (select from lead_sync.source_changes as w where w.source = d.source and w.key is not null)
order by d.id
limit chunk
for update of d skip locked
)
returning c.source, c.lead_id
)
select jsonb_agg(distinct jsonb_build_object('source', t.source::oid, 'lead_id', t.lead_id)) into v_taken from taken as t;
exit when v_taken is null;
v_count := v_count + jsonb_array_length(v_taken);
for v_group in
select i.source, i.is_plain, jsonb_agg(jsonb_build_object(
'id', i.id, 'key', i.key, 'lead_id', i.lead_id, 'here', i.here, 'row', i.row_values
) order by i.lead_id, i.id) as items
from (
select s.source, r.id, r.key, r.lead_id, h.here, c.row_values,
r.key is not null and not c.row_values ? coalesce(s.columns ->> 'deleted', '') as is_plain,
array(select k from jsonb_object_keys(c.row_values) as k order by k) as names
from jsonb_array_elements(v_taken) as t
join lead_sync.sources as s on s.source = (t ->> 'source')::oid
join public.leads as l on l.id = (t ->> 'lead_id')::uuid
cross join lateral (select lead_sync.source_row(s.columns, l) as here) as h
join lead_sync.source_rows as r on r.source = s.source and r.lead_id = l.id
cross join lateral (
select coalesce(jsonb_object_agg(e.key, e.value), '{}') as row_values from jsonb_each(h.here) as e
where r.here -> e.key is distinct from e.value and not (e.value = 'false' and r.here -> e.key is null)
) as c
where c.row_values <> '{}' and not (r.key is null and (r.refusal is null or l.deleted_at is not null))
) as i
group by i.source, i.is_plain, i.names
loop
v_answers := '[]';
if v_group.is_plain and jsonb_array_length(v_group.items) > 1 then
begin
v_answers := lead_sync.write_source_rows(v_group.source, v_group.items);
update lead_sync.source_rows as r set key = a ->> 'key', there = a -> 'row', here = i -> 'here', refusal = null
from jsonb_array_elements(v_answers) as a
join jsonb_array_elements(v_group.items) as i on i -> 'id' = a -> 'id'
where r.id = (a ->> 'id')::bigint;
exception when others then
v_answers := '[]';
end;
end if;
for v_item in
select i from jsonb_array_elements(v_group.items) as i
where not exists (select from jsonb_array_elements(v_answers) as a where a -> 'id' = i -> 'id')
loop
begin
v_answer := lead_sync.write_source(v_group.source, v_item ->> 'key', (v_item ->> 'lead_id')::uuid, v_item -> 'row');
update lead_sync.source_rows as r set
key = v_answer ->> 'key', there = coalesce(v_answer -> 'row', r.there), here = case when v_answer ? 'row' then v_item -> 'here' else r.here end,
refusal = v_answer ->> 'refusal'
where r.id = (v_item ->> 'id')::bigint;
exception when lock_not_available then
v_requeued := true;
insert into lead_sync.source_changes (source, lead_id) values (v_group.source, (v_item ->> 'lead_id')::uuid);
end;
end loop;
end loop;
for v_new in
select s as source, l as lead
from jsonb_array_elements(v_taken) as t
join lead_sync.sources as s on s.source = (t ->> 'source')::oid
join public.leads as l on l.id = (t ->> 'lead_id')::uuid
where s.inserts and l.deleted_at is null
and not exists (select from lead_sync.source_rows as r where r.source = s.source and r.lead_id = l.id)
order by l.id
loop
v_here := lead_sync.source_row((v_new.source).columns, v_new.lead);
v_answer := lead_sync.write_source((v_new.source).source, null, (v_new.lead).id, v_here);
insert into lead_sync.source_rows (source, key, lead_id, there, here, refusal)
values (
(v_new.source).source, v_answer ->> 'key', (v_new.lead).id, coalesce(v_answer -> 'row', '{}'),
case when v_answer ? 'row' then v_here else '{}' end, v_answer ->> 'refusal'
);
end loop;
exit when v_requeued or clock_timestamp() > v_start + interval '2 seconds';
end loop;
perform set_config('lead_sync.writes_source', '', true);
return v_count;
end
$$;
-- hosts/shared_host.sql
create or replace function lead_sync.shared_host(p_domain text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_host text := split_part(lead_sync.comparable('domain', to_jsonb(p_domain)), ':', 1);
v_labels text[] := string_to_array(v_host, '.');
begin
if v_host is null or v_host = '' then
return null;
end if;
return coalesce(
(
select h.kind
from public.shared_hosts as h
where h.host = any (array(select array_to_string(v_labels[i:], '.') from generate_series(1, cardinality(v_labels) - 1) as i))
and (h.host = v_host or h.kind <> 'site_builder')
limit 1
),
(select 'mail' from public.free_email_domains as f where f.domain = v_host)
);
end
$$;
-- joins/hand_over.sql
create or replace function lead_sync.hand_over(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
perform lead_sync.hand_over_activities(p_from, p_to);
perform lead_sync.hand_over_rows(p_from, p_to);
update public.lead_sync_history as h set lead_id = p_to where h.lead_id = p_from;
update lead_sync.history_archive as h set lead_id = p_to where h.lead_id = p_from;
update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = 'superseded'
where c.lead_id = p_from and c.resolved_at is null
and exists (select from public.lead_sync_conflicts as o where o.lead_id = p_to and o.field = c.field and o.resolved_at is null);
update public.lead_sync_conflicts as c set lead_id = p_to where c.lead_id = p_from;
update lead_sync.follow_ups as f set lead_id = p_to
where f.lead_id = p_from and not exists (select from lead_sync.follow_ups as o where o.lead_id = p_to and o.rule_key = f.rule_key);
update lead_sync.ai_answers as a set lead_id = p_to
where a.lead_id = p_from and not exists (select from lead_sync.ai_answers as o where o.lead_id = p_to);
end
$$;
-- joins/join_leads.sql
create or replace function lead_sync.join_leads(p_from uuid, p_to uuid, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_from public.leads;
v_to public.leads;
v_state lead_sync.lead_states;
v_values jsonb;
v_filled jsonb;
begin
select l.* into strict v_from from public.leads as l where l.id = p_from;
select l.* into strict v_to from public.leads as l where l.id = p_to;
select s.* into strict v_state from lead_sync.lead_states as s where s.lead_id = p_from;
v_values := lead_sync.lead_values(v_from) - array['deleted', 'email', 'additional_emails', 'additional_phones'];
v_filled := v_values - array(select jsonb_object_keys(lead_sync.lead_values(v_to))) - array(
select r ->> 'field' from jsonb_array_elements(p_context -> 'rules') as r
where r ->> 'direction' <> 'to_twenty' and v_values -> (r ->> 'field') = v_state.base_local -> (r ->> 'field')
);
if v_to.company_name is not null or v_to.company_domain is not null then
v_filled := v_filled - array['company_name', 'company_domain'];
end if;
perform lead_sync.hand_over(p_from, p_to);
perform set_config('lead_sync.engine', 'off', true);
perform lead_sync.set_values(v_to, v_filled);
perform lead_sync.hand_over_touches(p_from, p_to);
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set
created_at = least(l.created_at, v_from.created_at),
score_breakdown = coalesce(l.score_breakdown, v_from.score_breakdown),
segment_confidence = coalesce(l.segment_confidence, v_from.segment_confidence),
segment_source = coalesce(l.segment_source, v_from.segment_source)
where l.id = p_to;
insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
select p_to, (p_context ->> 'run_id')::uuid, r ->> 'field', 'twenty', v_values -> (r ->> 'field'), lead_sync.lead_values(v_to) -> (r ->> 'field'),
'edited in a lead whose person was merged with this one''s in Twenty, before it went out'
from jsonb_array_elements(p_context -> 'rules') as r
where r ->> 'direction' = 'both' and v_values ? (r ->> 'field') and not v_filled ? (r ->> 'field')
and v_values -> (r ->> 'field') is distinct from v_state.base_local -> (r ->> 'field')
and v_values -> (r ->> 'field') is distinct from p_context -> 'known' -> (r ->> 'field')
and not lead_sync.is_same(r ->> 'kind', v_values -> (r ->> 'field'), lead_sync.lead_values(v_to) -> (r ->> 'field'));
update public.leads as l set deleted_at = coalesce(l.deleted_at, clock_timestamp()), sync_status = 'synced', sync_error_message = null, sync_error_count = 0
where l.id = p_from;
update lead_sync.lead_states as s set
joined = p_to, base_local = s.base_local || '{"deleted": true}', base_remote = s.base_remote || '{"deleted": true}',
due_at = null, due_since = null, claim_token = null, lease = null, intent = null
where s.lead_id = p_from;
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, error_message)
values (
p_to, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(v_filled)),
'lead ' || p_from || ' was joined with this one: ' || coalesce(p_context ->> 'reason', 'their people were merged in Twenty')
);
return jsonb_build_array(jsonb_build_object(p_from, p_to));
end
$$;
-- joins/join_merged.sql
create or replace function lead_sync.join_merged(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_pair record;
v_answer jsonb;
v_joined jsonb := '{}';
begin
if not jsonb_path_exists(p_items, '$[*].snapshot ? (@.absent == true || @.additional_emails[0] != null)') then
return v_joined;
end if;
for v_pair in
select distinct l.id as lead_id, coalesce(lead_sync.merge_of(l.id), lead_sync.lead_of_address(l.address, true)) as other_id
from jsonb_array_elements(p_items) as i
left join lateral (
select l.id, l.additional_emails from public.leads as l
where (i -> 'snapshot' ->> 'absent')::boolean and l.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
offset 0
) as g on true
cross join lateral (select coalesce(to_jsonb(g.additional_emails), i -> 'snapshot' -> 'additional_emails') as others offset 0) as k
cross join lateral (
select g.id
union all
select c.id
from jsonb_array_elements_text(case when jsonb_typeof(k.others) = 'array' then k.others else '[]' end) as e
cross join unnest(lead_sync.email_spellings(e)) as a (email)
cross join lateral (
select m.id from public.leads as m where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = a.email
union all
select s.lead_id from lead_sync.lead_states as s where s.gone and lead_sync.email_key(s.base_remote ->> 'email') = a.email
offset 0
) as c
) as c
cross join lateral (
select l.id, lead_sync.known_address(l) as address
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.id = c.id and s.gone
offset 0
) as l
loop
if v_pair.other_id <> v_pair.lead_id and not exists (
select from lead_sync.lead_states as s where s.lead_id = v_pair.lead_id and s.joined = v_pair.other_id
) then
v_answer := lead_sync.write_or_split('join', jsonb_build_array(jsonb_build_object('lead_id', v_pair.lead_id, 'other_id', v_pair.other_id)), p_context);
v_joined := v_joined || coalesce(v_answer -> 0, '{}');
end if;
end loop;
return v_joined;
end
$$;
-- duplicates/addresses_without.sql
create or replace function lead_sync.addresses_without(p_keep public.leads, p_merge lead_sync.merges, p_email jsonb, p_phone jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return (
select jsonb_object_agg(a.field, to_jsonb(array(
select g.text
from unnest(a.texts) with ordinality as g (text, place)
where not lead_sync.same_value(a.kind, to_jsonb(g.text), a.first) and (
exists (select from jsonb_array_elements(coalesce(p_merge.keep_values -> a.field, '[]')) as k where lead_sync.same_value(a.kind, k, to_jsonb(g.text)))
or not exists (
select from jsonb_array_elements(jsonb_build_array(p_merge.drop_values -> a.kind) || coalesce(p_merge.drop_values -> a.field, '[]')) as d
where lead_sync.same_value(a.kind, d, to_jsonb(g.text))
)
)
order by g.place
)))
from (values ('email', 'additional_emails', p_keep.additional_emails, p_email), ('phone', 'additional_phones', p_keep.additional_phones, p_phone)) as a (kind, field, texts, first)
);
end
$$;
-- duplicates/advance_merge.sql
create or replace function lead_sync.advance_merge(p_id bigint, p_twenty boolean) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_now timestamptz := clock_timestamp();
v_merge lead_sync.merges;
v_keep public.leads;
v_drop public.leads;
v_kept lead_sync.lead_states;
v_dropped lead_sync.lead_states;
v_lease interval;
v_problem text;
v_refused boolean := false;
begin
select * into strict v_merge from lead_sync.merges as m where m.id = p_id;
perform from public.leads as l where l.id in (v_merge.keep_id, v_merge.drop_id) order by l.id for no key update;
select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
if v_merge.settled_at is not null then
return lead_sync.merge_state(v_merge);
end if;
select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
insert into lead_sync.lead_states (lead_id) values (v_keep.id), (v_drop.id) on conflict do nothing;
select * into strict v_kept from lead_sync.lead_states as s where s.lead_id = v_keep.id;
select * into strict v_dropped from lead_sync.lead_states as s where s.lead_id = v_drop.id;
if v_merge.step = 'asked' then
v_refused := true;
v_problem := case
when v_keep.deleted_at is not null then 'the lead to keep was deleted'
when v_drop.deleted_at is not null and not v_dropped.gone then 'the lead to drop was deleted'
end;
if v_problem is null then
v_refused := false;
v_problem := case
when exists (
select from unnest(array[v_kept, v_dropped]) as s where s.claim_token is not null and s.due_at > v_now
) then 'a push, or another try of this merge, is at work with one of the leads'
when exists (
select from (values (v_keep.twenty_id, v_kept.intent), (v_drop.twenty_id, v_dropped.intent)) as s (twenty_id, intent) where s.twenty_id is null and s.intent is not null
) then 'one of the leads may be on its way to Twenty: the next push finds out'
end;
end if;
end if;
if v_problem is not null then
update lead_sync.merges as m set
problem = v_problem, tried_at = v_now, step = case when v_refused then 'refused' else m.step end, settled_at = case when v_refused then v_now end
where m.id = v_merge.id
returning * into v_merge;
if v_refused then
perform lead_sync.release_merge(v_merge);
end if;
return lead_sync.merge_state(v_merge);
end if;
if v_merge.step = 'asked' and v_keep.twenty_id is not null and not v_kept.gone and v_drop.twenty_id is not null and not v_dropped.gone then
if not p_twenty then
update lead_sync.merges as m set problem = 'the next push has Twenty merge the two people' where m.id = v_merge.id returning * into v_merge;
return lead_sync.merge_state(v_merge);
end if;
v_merge.token := gen_random_uuid();
v_lease := (select s.lease from lead_sync.settings as s);
perform set_config('lead_sync.engine', 'on', true);
update lead_sync.lead_states as s set
claim_token = v_merge.token, lease = v_lease, due_at = v_now + v_lease, due_since = coalesce(s.due_since, v_now)
where s.lead_id in (v_keep.id, v_drop.id);
update public.leads as l set sync_status = 'syncing' where l.id in (v_keep.id, v_drop.id);
perform set_config('lead_sync.engine', 'off', true);
update lead_sync.merges as m set
keep_twenty_id = v_keep.twenty_id, drop_twenty_id = v_drop.twenty_id, token = v_merge.token, problem = null, tried_at = v_now, unheard_since = coalesce(m.unheard_since, v_now)
where m.id = v_merge.id
returning * into v_merge;
return lead_sync.merge_state(v_merge, jsonb_build_object(
'keep', v_keep.twenty_id, 'drop', v_drop.twenty_id, 'token', v_merge.token, 'object', (select s.object from lead_sync.settings as s),
'lease_seconds', extract(epoch from v_lease)::integer, 'read_started_at', clock_timestamp()
));
end if;
if v_merge.step = 'asked' and not v_dropped.gone then
update lead_sync.merges as m set
keep_twenty_id = case when not v_kept.gone then v_keep.twenty_id end, drop_twenty_id = v_drop.twenty_id
where m.id = v_merge.id;
if v_drop.twenty_id is not null then
perform lead_sync.move_person(v_drop.id, v_keep.id);
end if;
end if;
perform lead_sync.release_merge(v_merge);
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.finish_merge(v_merge.id, jsonb_build_object(
'rules', lead_sync.rules((select s.object from lead_sync.settings as s)), 'sync_type', 'manual'
));
perform set_config('lead_sync.engine', 'off', true);
select * into strict v_merge from lead_sync.merges as m where m.id = p_id;
return lead_sync.merge_state(v_merge);
end
$$;
-- duplicates/chosen_values.sql
create or replace function lead_sync.chosen_values(p_choices jsonb, p_keep public.leads, p_drop public.leads) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_choices jsonb := coalesce(p_choices, '{}');
v_drop jsonb := lead_sync.lead_values(p_drop);
v_chosen jsonb := '{}';
v_field text;
v_problem text;
begin
if jsonb_typeof(v_choices) <> 'object' then
raise exception 'p_choices must be an object: {"city": "drop"}' using errcode = '22023';
end if;
if v_choices ->> 'company_name' in ('keep', 'drop') or v_choices ->> 'company_domain' in ('keep', 'drop') then
v_choices := jsonb_build_object('company_name', v_choices -> 'company_domain', 'company_domain', v_choices -> 'company_name') || v_choices;
end if;
for v_field in select k from jsonb_object_keys(v_choices) as k order by k loop
if v_field not in (
'first_name', 'last_name', 'email', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url',
'lead_source', 'lead_status', 'lead_score', 'segment'
) and v_field not like 'attributes._%' then
raise exception 'There is nothing to choose of "%"', left(v_field, 100)
using errcode = '22023', hint = 'Name fields of leads, or attributes.<key>. Other addresses and numbers of both are kept.';
end if;
continue when v_choices ->> v_field = 'keep';
v_chosen := v_chosen || jsonb_build_object(v_field, case when v_choices ->> v_field = 'drop' then v_drop -> v_field else v_choices -> v_field end);
end loop;
v_problem := lead_sync.value_problem(v_chosen);
if v_problem is not null then
raise exception '%', v_problem using errcode = '22023';
elsif v_chosen ? 'segment' then
perform lead_sync.with_value(p_keep, 'segment', v_chosen -> 'segment');
end if;
return v_chosen;
end
$$;
-- duplicates/company_key.sql
create or replace function lead_sync.company_key(p_name text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return regexp_replace(
lead_sync.name_key(p_name),
'(?<=.)( (inc|incorporated|llc|llp|ltd|limited|plc|corp|corporation|co|company|gmbh|ag|kg|ug|se|sa|sas|sarl|srl|spa|sl|bv|nv|ab|as|oy|aps|pty|pvt|private))+$', ''
);
end
$$;
-- duplicates/compare_due_leads.sql
create or replace function lead_sync.compare_due_leads(p_limit integer, p_similarity text) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids uuid[];
v_figures jsonb;
begin
v_ids := array(select m.lead_id from lead_sync.duplicate_marks as m where m.due order by m.lead_id limit p_limit);
if v_ids = '{}' then
return null;
end if;
perform from public.leads as l where l.id = any (v_ids) order by l.id for key share;
execute replace(replace($sql$
with block as materialized (
select l.id as lead_id, b.ids
from unnest($1) as l (id)
cross join lateral (select m.keys from lead_sync.duplicate_marks as m where m.lead_id = l.id offset 0) as m
cross join unnest(m.keys) as k (key)
cross join lateral (select array(select o.lead_id from lead_sync.duplicate_keys as o where o.key = k.key order by o.lead_id limit 51) as ids offset 0) as b
where cardinality(b.ids) > 1
),
candidate as materialized (
select least(b.lead_id, o.id) as lead_a, greatest(b.lead_id, o.id) as lead_b
from block as b cross join unnest(b.ids) as o (id)
where cardinality(b.ids) <= 50 and o.id <> b.lead_id
union
select p.lead_a, p.lead_b
from unnest($1) as l (id)
cross join lateral (
select * from lead_sync.duplicate_pairs as a where a.lead_a = l.id union all select * from lead_sync.duplicate_pairs as b where b.lead_b = l.id offset 0
) as p
where p.decided is null
),
said as materialized (
select c.lead_a, c.lead_b, r.email, r.mailbox, r.phone, n.name
from candidate as c
cross join lateral (select * from lead_sync.duplicate_marks as m where m.lead_id = c.lead_a offset 0) as a
cross join lateral (select * from lead_sync.duplicate_marks as m where m.lead_id = c.lead_b offset 0) as b
cross join lateral (
select
case when a.emails && b.emails then 0.95 end as email,
case when a.mailboxes && b.mailboxes and not (a.emails && b.emails) then 0.8 end as mailbox,
case when a.phones && b.phones then 0.75 end as phone,
case when a.name is not null and b.name is not null then case when a.name = b.name then 1 else :names end end as alike
) as r
left join lateral (
select round((0.4 * (r.alike + s.alike))::numeric, 2) as name
from (select case when r.alike < 0.5 then 0 when a.company = b.company or (a.domain = b.domain and lead_sync.shared_host(a.domain) is null) then 1 else :companies end as alike) as s
where r.alike >= 0.5 and s.alike >= 0.5
) as n on true
where c.lead_a = any ($1) and (not b.due or c.lead_b = any ($1)) or c.lead_b = any ($1) and not a.due
),
holds as materialized (
select s.lead_a, s.lead_b, j.reasons, 1 - (1 - coalesce(s.email, 0)) * (1 - coalesce(s.mailbox, 0)) * (1 - coalesce(s.phone, 0)) * (1 - coalesce(s.name, 0)) as score
from said as s
cross join lateral (select jsonb_strip_nulls(jsonb_build_object('email', s.email, 'mailbox', s.mailbox, 'phone', s.phone, 'name', s.name)) as reasons offset 0) as j
where j.reasons <> '{}'
),
found as (
insert into lead_sync.duplicate_pairs as p (lead_a, lead_b, score, reasons)
select h.lead_a, h.lead_b, round(h.score, 3), h.reasons from holds as h order by h.lead_a, h.lead_b
on conflict (lead_a, lead_b) do update set score = excluded.score, reasons = excluded.reasons
where p.decided is null and (p.score, p.reasons) is distinct from (excluded.score, excluded.reasons)
returning p.found_at
),
gone as (
delete from lead_sync.duplicate_pairs as p
using said as s
where p.lead_a = s.lead_a and p.lead_b = s.lead_b and p.decided is null
and not exists (select from holds as h where h.lead_a = s.lead_a and h.lead_b = s.lead_b)
returning p.lead_a
),
done as (
update lead_sync.duplicate_marks as m set due = false where m.lead_id = any ($1)
)
select jsonb_build_object(
'compared', cardinality($1),
'found', (select count(*) from found as f where f.found_at = now()),
'gone', (select count(*) from gone),
'skipped', (select count(*) from block as b where cardinality(b.ids) > 50 and b.lead_id = b.ids[1])
)
$sql$, ':names', coalesce(p_similarity || '(a.name, b.name)', '0')), ':companies', coalesce(p_similarity || '(a.company, b.company)', '0')) into v_figures using v_ids;
return v_figures;
end
$$;
-- duplicates/continue_merges.sql
create or replace function public.continue_merges(p_limit integer default 20) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_ids bigint[] := array(select m.id from lead_sync.merges as m where m.settled_at is null order by m.tried_at nulls first, m.id limit p_limit);
v_id bigint;
v_merges jsonb := '[]';
begin
if p_limit is null or p_limit not between 1 and 100 then
raise exception 'p_limit must be between 1 and 100, got %', p_limit using errcode = '22023';
end if;
perform from public.leads as l
where l.id in (select unnest(array[m.keep_id, m.drop_id]) from lead_sync.merges as m where m.id = any (v_ids))
order by l.id
for no key update;
foreach v_id in array v_ids loop
v_merges := v_merges || lead_sync.try_merge(v_id);
end loop;
return jsonb_build_object('merges', v_merges, 'open', lead_sync.count_merges());
end
$$;
-- duplicates/count_duplicates.sql
create or replace function lead_sync.count_duplicates() returns bigint
language sql stable set search_path = '' set enable_hashjoin = off set enable_mergejoin = off as $$
select count(*)
from (
select
from lead_sync.duplicate_pairs as p
join public.leads as a on a.id = p.lead_a
join public.leads as b on b.id = p.lead_b
where p.decided is null and a.deleted_at is null and b.deleted_at is null
limit 10000
) as c
$$;
-- duplicates/count_merges.sql
create or replace function lead_sync.count_merges() returns bigint
language plpgsql stable set search_path = '' as $$
begin
return (select count(*) from lead_sync.merges as m where m.settled_at is null);
end
$$;
-- duplicates/decide_duplicates.sql
create or replace function public.decide_duplicates(p_pairs jsonb, p_decision text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_each record;
v_pair lead_sync.duplicate_pairs;
v_open lead_sync.merges;
v_merge jsonb;
v_problem text;
v_state text;
v_results jsonb[] := '{}';
begin
if p_decision is null or p_decision not in ('merge', 'dismiss', 'reopen') then
raise exception 'p_decision must be merge, dismiss or reopen, got %', p_decision using errcode = '22023';
elsif jsonb_typeof(p_pairs) is distinct from 'array' or jsonb_array_length(p_pairs) not between 1 and 200
or exists (select from jsonb_array_elements(p_pairs) as p where not coalesce(lead_sync.is_uuid(p ->> 'keep') and lead_sync.is_uuid(p ->> 'drop'), false)) then
raise exception 'p_pairs must be 1 to 200 of {"keep", "drop"}, two leads each' using errcode = '22023';
end if;
perform from public.leads as l
where l.id in (select (p ->> k)::uuid from jsonb_array_elements(p_pairs) as p cross join unnest(array['keep', 'drop']) as k)
order by l.id for no key update;
for v_each in
select (p ->> 'keep')::uuid as keep, (p ->> 'drop')::uuid as drop, coalesce(p -> 'choices', '{}') as choices from jsonb_array_elements(p_pairs) as p
loop
v_merge := null;
v_problem := null;
select p.* into v_pair from lead_sync.duplicate_pairs as p
where p.lead_a = least(v_each.keep, v_each.drop) and p.lead_b = greatest(v_each.keep, v_each.drop) for update;
if not found then
v_problem := 'The pair is not listed any more: one of the two changed or is gone';
elsif p_decision = 'reopen' then
update lead_sync.duplicate_pairs as p set decided = null, decided_by = null, decided_at = null
where p.lead_a = v_pair.lead_a and p.lead_b = v_pair.lead_b and p.decided = 'not_duplicate';
if found then
perform public.note_action('reopen_duplicate', jsonb_build_object('lead_ids', jsonb_build_array(v_pair.lead_a, v_pair.lead_b)));
else
v_problem := 'Nobody dismissed the pair';
end if;
elsif v_pair.decided is not null then
v_problem := 'It was decided before';
else
select m.* into v_open from lead_sync.merges as m
where m.settled_at is null and m.keep_id in (v_each.keep, v_each.drop) and m.drop_id in (v_each.keep, v_each.drop);
if found then
v_problem := format('%s asked for the merge before, and it is at work', coalesce(v_open.asked_by, 'Somebody'));
else
begin
if p_decision = 'merge' then
v_merge := public.merge_leads(v_each.keep, v_each.drop, v_each.choices, lead_sync.actor(), false);
v_problem := case when v_merge ->> 'step' = 'refused' then v_merge ->> 'problem' end;
else
perform public.dismiss_duplicate(v_each.keep, v_each.drop, lead_sync.actor());
end if;
exception when others or assert_failure then
get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
end;
end if;
end if;
select p.* into v_pair from lead_sync.duplicate_pairs as p
where p.lead_a = least(v_each.keep, v_each.drop) and p.lead_b = greatest(v_each.keep, v_each.drop);
v_results := v_results || jsonb_build_object(
'keep', v_each.keep, 'drop', v_each.drop, 'decided', v_problem is null, 'problem', left(v_problem, 500),
'decision', v_pair.decided, 'decided_by', v_pair.decided_by, 'decided_at', v_pair.decided_at, 'merge', v_merge - 'people'
);
end loop;
return jsonb_build_object('decided', (select count(*) from unnest(v_results) as r where (r -> 'decided')::boolean), 'results', to_jsonb(v_results));
end
$$;
-- duplicates/dismiss_duplicate.sql
create or replace function public.dismiss_duplicate(p_a uuid, p_b uuid, p_by text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_pair lead_sync.duplicate_pairs;
begin
if p_a is null or p_b is null or p_a = p_b then
raise exception 'Two leads are needed, got % and %', p_a, p_b using errcode = '22023';
elsif (select count(*) from public.leads as l where l.id in (p_a, p_b)) < 2 then
raise exception 'One of the leads % and % is not there', p_a, p_b using errcode = '22023', hint = 'List pairs with list_duplicates.';
end if;
insert into lead_sync.duplicate_pairs as p (lead_a, lead_b, score, reasons, decided, decided_by, decided_at)
values (least(p_a, p_b), greatest(p_a, p_b), 1, '{}', 'not_duplicate', left(p_by, 200), clock_timestamp())
on conflict (lead_a, lead_b) do update set
decided = 'not_duplicate',
decided_by = case when p.decided = 'not_duplicate' then p.decided_by else excluded.decided_by end,
decided_at = coalesce(case when p.decided = 'not_duplicate' then p.decided_at end, excluded.decided_at)
where p.decided is distinct from 'merged'
returning * into v_pair;
if not found then
raise exception 'The leads % and % were merged', p_a, p_b using errcode = 'PT409', hint = 'Undo the merge first: undo_merge.';
end if;
perform public.note_action('dismiss_duplicate', jsonb_build_object('lead_ids', jsonb_build_array(p_a, p_b)), p_by);
return jsonb_build_object(
'lead_a', v_pair.lead_a, 'lead_b', v_pair.lead_b, 'decided', v_pair.decided, 'decided_by', v_pair.decided_by, 'decided_at', v_pair.decided_at
);
end
$$;
-- duplicates/drop_duplicate_keys.sql
create or replace function lead_sync.drop_duplicate_keys() returns trigger
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
delete from lead_sync.duplicate_keys as k
where k.ctid = any (array(
select p.place
from old_marks as o
cross join unnest(o.keys) as e (key)
cross join lateral (select d.ctid as place from lead_sync.duplicate_keys as d where d.key = e.key and d.lead_id = o.lead_id offset 0) as p
));
return null;
end
$$;
-- duplicates/find_duplicates.sql
create or replace function public.find_duplicates(p_seconds numeric default 4, p_full boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_started timestamptz := clock_timestamp();
v_figures jsonb;
begin
if p_seconds is null or p_seconds not between 0.5 and 50 then
raise exception 'p_seconds must be between 0.5 and 50, got %', p_seconds using errcode = '22023';
end if;
if p_full then
update lead_sync.duplicate_search as s set from_time = '-infinity', from_id = '00000000-0000-0000-0000-000000000000', round_began_at = null where s.only_row;
update lead_sync.duplicate_marks as m set due = true where not m.due;
end if;
v_figures := lead_sync.search_duplicates(v_started + make_interval(secs => p_seconds::double precision));
return v_figures || jsonb_build_object(
'open', lead_sync.count_duplicates(), 'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 2)
);
end
$$;
-- duplicates/finish_merge.sql
create or replace function lead_sync.finish_merge(p_id bigint, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_now timestamptz := clock_timestamp();
v_merge lead_sync.merges;
v_keep public.leads;
v_drop public.leads;
v_is_gone boolean;
v_values jsonb;
v_joined jsonb;
v_set jsonb;
begin
select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
v_is_gone := (select s.gone from lead_sync.lead_states as s where s.lead_id = v_merge.drop_id);
update lead_sync.merges as m set
touches = array(select t.id from public.lead_touches as t where t.lead_id = v_merge.drop_id),
drop_twenty_id = case when m.step <> 'asked' or m.unheard_since is not null or not v_is_gone then m.drop_twenty_id end
where m.id = v_merge.id;
if v_merge.step = 'asked' and (v_merge.unheard_since is null or not v_is_gone) then
update lead_sync.lead_states as s set base_local = '{}', base_remote = '{}' where s.lead_id = v_merge.drop_id;
end if;
v_joined := lead_sync.join_leads(v_merge.drop_id, v_merge.keep_id, p_context || jsonb_build_object('known', v_merge.drop_values, 'reason', 'somebody merged the two'));
select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
v_values := lead_sync.lead_values(v_keep);
select coalesce(jsonb_object_agg(c.key, c.value) filter (where w.is_free), '{}') into v_set
from jsonb_each(v_merge.chosen) as c
cross join lateral (
select exists (
select from unnest(array[v_merge.keep_values, v_merge.drop_values, v_merge.chosen]) as k (known)
where coalesce(k.known -> c.key, 'null') = coalesce(v_values -> c.key, 'null')
) as is_free
) as w;
insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
select v_keep.id, (p_context ->> 'run_id')::uuid, c.key, 'twenty', c.value, v_values -> c.key, 'chosen when two leads were merged, and edited before the merge was done'
from jsonb_each(v_merge.chosen) as c
where not v_set ? c.key and c.value <> 'null';
perform set_config('lead_sync.engine', 'off', true);
v_keep := lead_sync.set_values(v_keep, v_set);
perform lead_sync.set_values(v_keep, lead_sync.merged_addresses(v_keep, v_drop, jsonb_strip_nulls(jsonb_build_object(
'email', case when v_set ? 'email' then v_merge.keep_values -> 'email' end, 'phone', case when v_set ? 'phone' then v_merge.keep_values -> 'phone' end
))));
perform set_config('lead_sync.engine', 'on', true);
update lead_sync.lead_states as s set
gone = s.gone or v_drop.twenty_id is not null, absent_since = null, held_by = null, error_category = null, merged_at = v_now, read_at = v_now
where s.lead_id = v_merge.drop_id;
update lead_sync.merges as m set step = 'joined', settled_at = v_now, problem = null where m.id = v_merge.id;
insert into lead_sync.duplicate_pairs as p (lead_a, lead_b, score, reasons, decided, decided_by, decided_at)
values (least(v_keep.id, v_drop.id), greatest(v_keep.id, v_drop.id), 1, '{}', 'merged', v_merge.asked_by, v_now)
on conflict (lead_a, lead_b) do update set decided = excluded.decided, decided_by = excluded.decided_by, decided_at = excluded.decided_at;
return v_joined;
end
$$;
-- duplicates/get_duplicate_decisions.sql
create or replace function public.get_duplicate_decisions(p_limit integer default 20, p_position text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_before timestamptz;
v_decisions jsonb;
v_has_next boolean;
v_position text;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
elsif p_position !~ '^\d{4}-\d\d-\d\dT[0-9:.+-]+$' then
raise exception 'p_position must come from the page before' using errcode = '22023';
end if;
v_before := coalesce(p_position::timestamptz, 'infinity');
with page as materialized (
select * from (
(
select m.asked_at as at, 'merge' as kind, m.asked_by as by, m.id as merge_id, m.step, m.problem, m.keep_id, m.drop_id
from lead_sync.merges as m where m.asked_at < v_before order by m.asked_at desc limit p_limit + 1
)
union all
(
select p.decided_at, 'dismissal', p.decided_by, null, null, null, p.lead_a, p.lead_b
from lead_sync.duplicate_pairs as p where p.decided = 'not_duplicate' and p.decided_at < v_before order by p.decided_at desc limit p_limit + 1
)
) as d
order by d.at desc
limit p_limit + 1
)
select
coalesce(jsonb_agg(
to_jsonb(s) - array['keep_id', 'drop_id'] || jsonb_build_object(
'keep', jsonb_build_object('id', k.id, 'lead_name', nullif(concat_ws(' ', k.first_name, k.last_name), ''), 'email', k.email),
'drop', jsonb_build_object('id', d.id, 'lead_name', nullif(concat_ws(' ', d.first_name, d.last_name), ''), 'email', d.email)
)
order by s.at desc
), '[]'),
(select count(*) > p_limit from page), to_jsonb(min(s.at)) #>> '{}'
into v_decisions, v_has_next, v_position
from (select * from page as p order by p.at desc limit p_limit) as s
join public.leads as k on k.id = s.keep_id
join public.leads as d on d.id = s.drop_id;
return jsonb_build_object('decisions', v_decisions, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;
-- duplicates/join_or_finish.sql
create or replace function lead_sync.join_or_finish(p_from uuid, p_to uuid, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_id bigint := (select m.id from lead_sync.merges as m where m.drop_id = p_from and m.keep_id = p_to and m.settled_at is null);
begin
return case when v_id is null then lead_sync.join_leads(p_from, p_to, p_context) else lead_sync.finish_merge(v_id, p_context) end;
end
$$;
-- duplicates/list_duplicates.sql
create or replace function public.list_duplicates(p_limit integer default 100, p_position jsonb default null, p_lowest_score numeric default 0) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_pairs jsonb;
v_has_next boolean;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
elsif p_lowest_score is null or p_lowest_score not between 0 and 1 then
raise exception 'p_lowest_score must be between 0 and 1, got %', p_lowest_score using errcode = '22023';
elsif coalesce(p_position, 'null') <> 'null' and not coalesce(
jsonb_typeof(p_position -> 'score') = 'number' and lead_sync.is_uuid(p_position ->> 'lead_a') and lead_sync.is_uuid(p_position ->> 'lead_b'), false
) then
raise exception 'p_position must be the position of the page before' using errcode = '22023', hint = 'Leave it out for the first page.';
end if;
with page as materialized (
select p.*, a as one, b as other
from lead_sync.duplicate_pairs as p
join public.leads as a on a.id = p.lead_a
join public.leads as b on b.id = p.lead_b
where p.decided is null and p.score >= p_lowest_score and a.deleted_at is null and b.deleted_at is null
and (coalesce(p_position, 'null') = 'null' or (-p.score, p.lead_a, p.lead_b) > (-(p_position ->> 'score')::numeric, (p_position ->> 'lead_a')::uuid, (p_position ->> 'lead_b')::uuid))
order by p.score desc, p.lead_a, p.lead_b
limit p_limit + 1
),
shown as materialized (
select * from page as p order by p.score desc, p.lead_a, p.lead_b limit p_limit
)
select
coalesce(jsonb_agg(jsonb_build_object(
'lead_a', s.lead_a, 'lead_b', s.lead_b, 'score', s.score, 'reasons', s.reasons, 'found_at', s.found_at,
'a', lead_sync.show_lead(s.one), 'b', lead_sync.show_lead(s.other)
) order by s.score desc, s.lead_a, s.lead_b), '[]'),
(select count(*) from page) > p_limit
into v_pairs, v_has_next
from shown as s;
return jsonb_build_object(
'pairs', v_pairs, 'total', lead_sync.count_duplicates(), 'has_next', v_has_next,
'position', case when v_pairs <> '[]' then jsonb_build_object('score', v_pairs -> -1 -> 'score', 'lead_a', v_pairs -> -1 -> 'lead_a', 'lead_b', v_pairs -> -1 -> 'lead_b') end
);
end
$$;
-- duplicates/mailbox.sql
create or replace function lead_sync.mailbox(p_email text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
v_host text := substring(p_email from '@([^@]*)$');
v_name text := regexp_replace(left(p_email, -1 - length(v_host)), '(?<=.)\+.*$', '');
begin
if v_host is null then
return p_email;
elsif v_host in ('gmail.com', 'googlemail.com') then
return replace(v_name, '.', '') || '@gmail.com';
end if;
return v_name || '@' || v_host;
end
$$;
-- duplicates/mark_keys.sql
create or replace function lead_sync.mark_keys(p_mark lead_sync.duplicate_marks) returns bigint[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
v_keys bigint[] := '{}';
v_company text := left(replace(p_mark.company, ' ', ''), 8);
v_domain text := left(p_mark.domain, length(coalesce(v_company, left(p_mark.domain, 8))));
v_text text;
begin
foreach v_text in array p_mark.mailboxes loop
v_keys := v_keys || hashtextextended('e' || v_text, 0);
end loop;
foreach v_text in array p_mark.phones loop
v_keys := v_keys || hashtextextended('p' || v_text, 0);
end loop;
if p_mark.name is not null then
v_text := 'x' || p_mark.name || ' ';
v_keys := v_keys || hashtextextended(v_text || left(v_company, 3), 0) || hashtextextended('y' || p_mark.name || ' ' || right(p_mark.company, 3), 0);
if left(v_company, 3) is distinct from left(v_domain, 3) then
v_keys := v_keys || hashtextextended(v_text || left(v_domain, 3), 0);
end if;
if v_company = v_domain then
v_domain := null;
end if;
foreach v_text in array (string_to_array(p_mark.name, ' '))[:4] loop
v_text := 'n' || left(v_text, 3) || ' ';
v_keys := v_keys || hashtextextended(v_text || v_company, 0) || hashtextextended(v_text || v_domain, 0);
end loop;
end if;
return array_remove(v_keys, null);
end
$$;
-- duplicates/mark_lead.sql
create or replace function lead_sync.mark_lead(p_lead public.leads) returns lead_sync.duplicate_marks
language plpgsql stable set search_path = '' as $$
declare
v_mark lead_sync.duplicate_marks;
v_text text;
begin
v_mark.lead_id := p_lead.id;
v_mark.due := true;
v_mark.emails := '{}';
v_mark.mailboxes := '{}';
v_mark.phones := '{}';
v_mark.keys := '{}';
if p_lead.deleted_at is not null then
return v_mark;
end if;
foreach v_text in array (p_lead.email || p_lead.additional_emails)[:20] loop
continue when v_text is null or length(v_text) > 320;
v_text := lead_sync.comparable('email', to_jsonb(v_text));
continue when v_text not like '%_@_%' or v_text = any (v_mark.emails);
v_mark.emails := v_mark.emails || v_text;
v_text := lead_sync.mailbox(v_text);
continue when v_text = any (v_mark.mailboxes);
v_mark.mailboxes := v_mark.mailboxes || v_text;
end loop;
foreach v_text in array (p_lead.phone || p_lead.additional_phones)[:20] loop
continue when v_text is null or length(v_text) > 100;
v_text := lead_sync.phone_key(v_text);
continue when v_text is null or v_text = any (v_mark.phones);
v_mark.phones := v_mark.phones || v_text;
end loop;
if p_lead.company_name is not null or p_lead.company_domain is not null then
v_text := lead_sync.name_key(concat_ws(' ', p_lead.first_name, p_lead.last_name));
v_mark.company := lead_sync.company_key(p_lead.company_name);
if length(p_lead.company_domain) <= 320 then
v_mark.domain := nullif(lead_sync.comparable('domain', to_jsonb(p_lead.company_domain)), '');
end if;
if strpos(v_text, ' ') > 0 and (v_mark.company is not null or v_mark.domain is not null) then
v_mark.name := v_text;
end if;
end if;
v_mark.keys := lead_sync.mark_keys(v_mark);
return v_mark;
end
$$;
-- duplicates/merge_leads.sql
create or replace function public.merge_leads(p_keep uuid, p_drop uuid, p_choices jsonb default '{}', p_by text default null, p_twenty boolean default true) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_keep public.leads;
v_drop public.leads;
v_merge lead_sync.merges;
begin
if p_keep is null or p_drop is null or p_keep = p_drop then
raise exception 'Two leads are needed, got % and %', p_keep, p_drop using errcode = '22023';
end if;
perform from public.leads as l where l.id in (p_keep, p_drop) order by l.id for no key update;
select * into v_keep from public.leads as l where l.id = p_keep;
select * into v_drop from public.leads as l where l.id = p_drop;
select * into v_merge from lead_sync.merges as m where m.settled_at is null and (m.keep_id in (p_keep, p_drop) or m.drop_id in (p_keep, p_drop)) order by m.id limit 1;
if found then
if v_merge.keep_id <> p_keep or v_merge.drop_id <> p_drop then
raise exception 'Merge % of the leads % and % is not done yet', v_merge.id, v_merge.keep_id, v_merge.drop_id
using errcode = 'PT409', hint = 'Wait until it is, or undo it: undo_merge.';
end if;
return lead_sync.try_merge(v_merge.id, p_twenty);
end if;
select m.* into v_merge
from lead_sync.merges as m join lead_sync.lead_states as s on s.lead_id = m.drop_id
where m.keep_id = p_keep and m.drop_id = p_drop and m.step = 'joined' and s.joined = p_keep
order by m.id desc limit 1;
if found then
return lead_sync.merge_state(v_merge);
elsif v_keep.id is null or v_drop.id is null or v_keep.deleted_at is not null or v_drop.deleted_at is not null then
raise exception 'One of the leads % and % is not there, or deleted', p_keep, p_drop using errcode = '22023', hint = 'List pairs with list_duplicates.';
end if;
insert into lead_sync.merges (keep_id, drop_id, chosen, keep_values, drop_values, keep_twenty_id, drop_twenty_id, asked_by)
values (
p_keep, p_drop, lead_sync.chosen_values(p_choices, v_keep, v_drop), lead_sync.lead_values(v_keep), lead_sync.lead_values(v_drop), v_keep.twenty_id, v_drop.twenty_id,
left(p_by, 200)
)
returning * into v_merge;
perform public.note_action('merge_leads', jsonb_build_object('merge_id', v_merge.id, 'keep_id', p_keep, 'drop_id', p_drop), p_by);
return lead_sync.try_merge(v_merge.id, p_twenty);
end
$$;
-- duplicates/merge_of.sql
create or replace function lead_sync.merge_of(p_drop_id uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (
select m.keep_id from lead_sync.merges as m join public.leads as l on l.id = m.keep_id
where m.drop_id = p_drop_id and m.settled_at is null and l.deleted_at is null
);
end
$$;
-- duplicates/merge_state.sql
create or replace function lead_sync.merge_state(p_merge lead_sync.merges, p_people jsonb default null) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
return jsonb_build_object(
'id', p_merge.id, 'keep_id', p_merge.keep_id, 'drop_id', p_merge.drop_id, 'step', p_merge.step, 'waits', p_merge.settled_at is null and p_people is null,
'problem', p_merge.problem, 'people', p_people
);
end
$$;
-- duplicates/merged_addresses.sql
create or replace function lead_sync.merged_addresses(p_keep public.leads, p_drop public.leads, p_before jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return (
select jsonb_object_agg(k.first, to_jsonb(k.texts[1])) || jsonb_object_agg(k.others, to_jsonb(k.texts[2:]))
from (
select a.first, a.others, array(
select g.text
from unnest(a.texts) with ordinality as g (text, place)
where lead_sync.clean(g.text) is not null and not exists (
select from unnest(a.texts) with ordinality as o (text, place)
where o.place < g.place and lead_sync.same_value(a.first, to_jsonb(o.text), to_jsonb(g.text))
)
order by g.place
) as texts
from (
values
('email', 'additional_emails', p_keep.email || p_keep.additional_emails || (p_before ->> 'email') || p_drop.email || p_drop.additional_emails),
('phone', 'additional_phones', p_keep.phone || p_keep.additional_phones || (p_before ->> 'phone') || p_drop.phone || p_drop.additional_phones)
) as a (first, others, texts)
) as k
);
end
$$;
-- duplicates/move_person.sql
create or replace function lead_sync.move_person(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_twenty_id uuid := (select l.twenty_id from public.leads as l where l.id = p_from);
begin
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set twenty_id = null where l.id = p_from;
update public.leads as l set twenty_id = v_twenty_id, sync_status = 'pending', sync_error_message = null, sync_error_count = 0 where l.id = p_to;
update lead_sync.lead_states as s set
base_local = o.base_local, base_remote = o.base_remote, remote_created_at = o.remote_created_at, remote_updated_at = o.remote_updated_at, company_id = o.company_id,
absent_since = null, gone = false, merged_at = o.merged_at, read_at = o.read_at, intent = o.intent, claim_token = null, lease = null, held_by = null, error_category = null,
due_at = clock_timestamp(), due_since = coalesce(s.due_since, clock_timestamp())
from lead_sync.lead_states as o
where s.lead_id = p_to and o.lead_id = p_from;
update lead_sync.lead_states as s set
base_local = '{}', base_remote = '{}', remote_created_at = null, remote_updated_at = null, company_id = null, absent_since = null, gone = false, merged_at = null,
read_at = null, intent = null, claim_token = null, lease = null
where s.lead_id = p_from;
perform set_config('lead_sync.engine', 'off', true);
end
$$;
-- duplicates/name_key.sql
create or replace function lead_sync.name_key(p_name text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
return nullif(btrim(left(regexp_replace(
case when p_name ~ '^[ -~]*$' then lower(p_name) else lower(regexp_replace(normalize(lead_sync.normal_text(left(p_name, 1000)), nfd), '[\u0300-\u036f]', '', 'g')) end,
'[^a-z0-9\u0080-\uffff]+', ' ', 'g'
), 100)), '');
end
$$;
-- duplicates/read_changed_leads.sql
create or replace function lead_sync.read_changed_leads(p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_search lead_sync.duplicate_search;
v_ids uuid[];
begin
select * into strict v_search from lead_sync.duplicate_search;
v_ids := array(
select l.id from public.leads as l
where l.sync_status in ('pending', 'syncing', 'synced', 'outside', 'error') and l.updated_at >= v_search.from_time and l.id > v_search.from_id
order by l.id
limit p_limit
);
if v_ids = '{}' then
return 0;
end if;
perform from public.leads as l where l.id = any (v_ids) order by l.id for key share;
with marked as materialized (
select (m.mark).* from public.leads as l cross join lateral (select lead_sync.mark_lead(l) as mark offset 0) as m where l.id = any (v_ids)
),
before as materialized (
select d.lead_id, d.keys from lead_sync.duplicate_marks as d where d.lead_id = any (v_ids)
),
changed as (
insert into lead_sync.duplicate_marks as d
select * from marked as m where m.keys <> '{}' order by m.lead_id
on conflict (lead_id) do update set
emails = excluded.emails, mailboxes = excluded.mailboxes, phones = excluded.phones, name = excluded.name, company = excluded.company, domain = excluded.domain,
keys = excluded.keys, due = true
where (d.emails, d.mailboxes, d.phones, d.name, d.company, d.domain, d.keys)
is distinct from (excluded.emails, excluded.mailboxes, excluded.phones, excluded.name, excluded.company, excluded.domain, excluded.keys)
returning d.lead_id, d.keys
),
unkeyed as (
delete from lead_sync.duplicate_keys as o
where o.ctid = any (array(
select u.place
from changed as c
join before as b on b.lead_id = c.lead_id
cross join unnest(b.keys) as e (key)
cross join lateral (select d.ctid as place from lead_sync.duplicate_keys as d where d.key = e.key and d.lead_id = b.lead_id offset 0) as u
where e.key <> all (c.keys)
))
),
rekeyed as (
insert into lead_sync.duplicate_keys (key, lead_id)
select e.key, c.lead_id from changed as c cross join unnest(c.keys) as e (key)
on conflict do nothing
),
unmarked as (
delete from lead_sync.duplicate_marks as d where d.lead_id = any (array(select m.lead_id from marked as m where m.keys = '{}'))
)
delete from lead_sync.duplicate_pairs as p
where p.decided is null and p.ctid = any (array(
select o.place
from marked as m
cross join lateral (
select a.ctid as place from lead_sync.duplicate_pairs as a where a.lead_a = m.lead_id
union all select b.ctid from lead_sync.duplicate_pairs as b where b.lead_b = m.lead_id offset 0
) as o
where m.keys = '{}'
));
update lead_sync.duplicate_search as s set from_id = v_ids[cardinality(v_ids)] where s.only_row;
return cardinality(v_ids);
end
$$;
-- duplicates/release_merge.sql
create or replace function lead_sync.release_merge(p_merge lead_sync.merges) returns void
language plpgsql volatile set search_path = '' as $$
begin
perform set_config('lead_sync.engine', 'on', true);
with freed as (
update lead_sync.lead_states as s set claim_token = null, lease = null, due_at = clock_timestamp()
where s.lead_id in (p_merge.keep_id, p_merge.drop_id) and s.claim_token = p_merge.token
returning s.lead_id
)
update public.leads as l set sync_status = 'pending' from freed as f where l.id = f.lead_id and l.sync_status = 'syncing';
perform set_config('lead_sync.engine', 'off', true);
end
$$;
-- duplicates/search_duplicates.sql
create or replace function lead_sync.search_duplicates(p_until timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
batch constant integer := 500;
v_search lead_sync.duplicate_search;
v_similarity text := lead_sync.similarity_name();
v_read integer := batch;
v_figures jsonb;
v_step jsonb;
begin
if not pg_try_advisory_xact_lock(hashtext('lead_sync.search_duplicates')) then
raise exception 'Duplicates are being looked for already' using errcode = 'PT409', hint = 'Call again in a minute.';
end if;
perform lead_sync.refresh_statistics();
select * into strict v_search from lead_sync.duplicate_search;
v_figures := v_search.figures;
if v_search.round_began_at is null then
v_figures := '{"read": 0, "compared": 0, "found": 0, "gone": 0, "skipped_blocks": 0}';
update lead_sync.duplicate_search as s set round_began_at = clock_timestamp() where s.only_row returning * into v_search;
end if;
while v_read = batch and clock_timestamp() < p_until loop
v_read := lead_sync.read_changed_leads(batch);
v_figures := v_figures || jsonb_build_object('read', (v_figures ->> 'read')::integer + v_read);
end loop;
while v_read < batch and clock_timestamp() < p_until loop
v_step := lead_sync.compare_due_leads(batch, v_similarity);
exit when v_step is null;
v_figures := v_figures || jsonb_build_object(
'compared', (v_figures ->> 'compared')::integer + (v_step ->> 'compared')::integer,
'found', (v_figures ->> 'found')::integer + (v_step ->> 'found')::integer,
'gone', (v_figures ->> 'gone')::integer + (v_step ->> 'gone')::integer,
'skipped_blocks', (v_figures ->> 'skipped_blocks')::integer + (v_step ->> 'skipped')::integer
);
end loop;
v_figures := v_figures || jsonb_build_object('similar_names', v_similarity is not null);
if v_read < batch and v_step is null and not exists (select from lead_sync.duplicate_marks as m where m.due) then
update lead_sync.duplicate_search as s set
from_time = s.round_began_at - interval '1 hour', from_id = '00000000-0000-0000-0000-000000000000', round_began_at = null, figures = v_figures
where s.only_row;
return jsonb_build_object('has_more', false) || v_figures;
end if;
update lead_sync.duplicate_search as s set figures = v_figures where s.only_row;
return jsonb_build_object('has_more', true) || v_figures;
end
$$;
-- duplicates/settle_merge.sql
create or replace function public.settle_merge(p_id bigint, p_token uuid, p_problem text default null, p_later boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_merge lead_sync.merges;
begin
select * into v_merge from lead_sync.merges as m where m.id = p_id;
if not found then
raise exception 'There is no merge %', p_id using errcode = '22023';
end if;
perform from public.leads as l where l.id in (v_merge.keep_id, v_merge.drop_id) order by l.id for no key update;
select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
if v_merge.token is distinct from p_token then
raise exception 'Merge % is in other hands', p_id using errcode = 'PT409', hint = 'Go on with it: continue_merges.';
elsif v_merge.step <> 'asked' then
return lead_sync.try_merge(p_id);
elsif p_problem is not null then
update lead_sync.merges as m set
problem = left(p_problem, 500), unheard_since = null, step = case when p_later then m.step else 'refused' end, settled_at = case when not p_later then clock_timestamp() end
where m.id = p_id
returning * into v_merge;
perform lead_sync.release_merge(v_merge);
return lead_sync.merge_state(v_merge);
end if;
update lead_sync.merges as m set step = 'twenty_merged' where m.id = p_id;
return lead_sync.try_merge(p_id);
end
$$;
-- duplicates/show_lead.sql
create or replace function lead_sync.show_lead(p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return lead_sync.lead_values(p_lead) || jsonb_build_object(
'id', p_lead.id, 'twenty_id', p_lead.twenty_id, 'created_at', p_lead.created_at, 'updated_at', p_lead.updated_at,
'touches', (select count(*) from public.lead_touches as t where t.lead_id = p_lead.id)
);
end
$$;
-- duplicates/similarity_name.sql
create or replace function lead_sync.similarity_name() returns text
language plpgsql stable set search_path = '' as $$
begin
return (
select format('%I.similarity', n.nspname)
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
join pg_catalog.pg_proc as p on p.pronamespace = n.oid and p.proname = 'similarity' and p.proargtypes = '25 25'
where e.extname = 'pg_trgm' and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
);
end
$$;
-- duplicates/try_merge.sql
create or replace function lead_sync.try_merge(p_id bigint, p_twenty boolean default true) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_merge lead_sync.merges;
v_message text;
v_state text;
begin
return lead_sync.advance_merge(p_id, p_twenty);
exception when others then
get stacked diagnostics v_message = message_text, v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
perform set_config('lead_sync.engine', 'off', true);
update lead_sync.merges as m set problem = left(v_message, 500), tried_at = clock_timestamp() where m.id = p_id returning * into v_merge;
return lead_sync.merge_state(v_merge);
end
$$;
-- duplicates/undo_merge.sql
create or replace function public.undo_merge(p_id bigint, p_by text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_merge lead_sync.merges;
v_keep public.leads;
v_drop public.leads;
v_values jsonb;
v_back jsonb;
v_touches integer;
v_moved boolean;
begin
select * into v_merge from lead_sync.merges as m where m.id = p_id;
if not found then
raise exception 'There is no merge %', p_id using errcode = '22023', hint = 'A merge can be undone for as many days as runs_days of lead_sync.settings says.';
end if;
perform from public.leads as l where l.id in (v_merge.keep_id, v_merge.drop_id) order by l.id for no key update;
select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
if v_merge.step in ('refused', 'undone') then
return jsonb_build_object('id', p_id, 'step', v_merge.step, 'lead_id', v_merge.drop_id, 'fields', '[]'::jsonb, 'touches', 0, 'remains', '[]'::jsonb);
elsif v_merge.step = 'twenty_merged' or exists (
select from lead_sync.lead_states as s where s.lead_id in (v_merge.keep_id, v_merge.drop_id) and s.claim_token = v_merge.token and s.due_at > clock_timestamp()
) then
raise exception 'Merge % is at work', p_id using errcode = 'PT409', hint = 'Undo it when it is done, in some minutes.';
elsif v_merge.step = 'asked' and v_merge.unheard_since is not null then
raise exception 'Twenty may have merged the people of merge %, and nobody has heard of it', p_id
using errcode = 'PT409', hint = 'Push once: it finds out and goes on with the merge. Undo it then.';
elsif v_merge.step = 'asked' then
perform lead_sync.release_merge(v_merge);
update lead_sync.merges as m set step = 'undone', settled_at = clock_timestamp(), problem = 'given up' || coalesce(' by ' || left(p_by, 200), '') where m.id = p_id;
return jsonb_build_object('id', p_id, 'step', 'undone', 'lead_id', v_merge.drop_id, 'fields', '[]'::jsonb, 'touches', 0, 'remains', '[]'::jsonb);
end if;
select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
if v_keep.deleted_at is not null then
raise exception 'The lead % was deleted', v_keep.id using errcode = 'PT409', hint = 'Restore it first.';
elsif v_drop.deleted_at is null or not exists (select from lead_sync.lead_states as s where s.lead_id = v_drop.id and s.joined = v_keep.id) then
raise exception 'The lead % is not joined with % any more', v_drop.id, v_keep.id using errcode = 'PT409', hint = 'Edit the two leads by hand.';
end if;
v_values := lead_sync.lead_values(v_keep);
select coalesce(jsonb_object_agg(f.field, coalesce(v_merge.keep_values -> f.field, 'null')), '{}') into v_back
from jsonb_object_keys(v_merge.drop_values || v_merge.chosen) as f (field)
where f.field not in ('deleted', 'additional_emails', 'additional_phones')
and (v_merge.chosen ? f.field or not v_merge.keep_values ?| case
when f.field in ('company_name', 'company_domain') then array['company_name', 'company_domain']
else array[f.field]
end)
and coalesce(v_values -> f.field, 'null') = coalesce(case when v_merge.chosen ? f.field then v_merge.chosen else v_merge.drop_values end -> f.field, 'null')
and (v_values -> f.field) is distinct from v_merge.keep_values -> f.field;
v_back := v_back || lead_sync.addresses_without(v_keep, v_merge, coalesce(v_back -> 'email', v_values -> 'email'), coalesce(v_back -> 'phone', v_values -> 'phone'));
perform set_config('lead_sync.engine', 'off', true);
update public.lead_touches as t set lead_id = v_drop.id where t.id = any (v_merge.touches) and t.lead_id = v_keep.id;
get diagnostics v_touches = row_count;
perform lead_sync.set_values(v_keep, v_back);
v_moved := v_merge.keep_twenty_id is null and v_keep.twenty_id = v_merge.drop_twenty_id;
update lead_sync.lead_states as s set
joined = null, base_local = '{}', base_remote = '{}', remote_created_at = null, remote_updated_at = null, company_id = null, absent_since = null, gone = false,
merged_at = null, read_at = null, intent = null, retries = 0
where s.lead_id = v_drop.id;
update public.leads as l set deleted_at = null, twenty_id = null, sync_status = 'pending' where l.id = v_drop.id;
if v_moved then
perform lead_sync.move_person(v_keep.id, v_drop.id);
update public.leads as l set sync_status = 'pending' where l.id = v_keep.id;
update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = coalesce(s.due_since, clock_timestamp()) where s.lead_id = v_keep.id;
end if;
update lead_sync.merges as m set step = 'undone', settled_at = clock_timestamp(), problem = 'undone' || coalesce(' by ' || left(p_by, 200), '') where m.id = p_id;
update lead_sync.duplicate_pairs as p set decided = null, decided_by = null, decided_at = null
where p.lead_a = least(v_keep.id, v_drop.id) and p.lead_b = greatest(v_keep.id, v_drop.id) and p.decided = 'merged';
insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message)
values (v_drop.id, 'manual', 'bidirectional', 'synced', 'the merge with lead ' || v_keep.id || ' was undone' || coalesce(' by ' || left(p_by, 200), ''));
perform public.note_action('undo_merge', jsonb_build_object('merge_id', p_id), p_by);
return jsonb_build_object(
'id', p_id, 'step', 'undone', 'lead_id', v_drop.id, 'fields', (select coalesce(jsonb_agg(k order by k), '[]') from jsonb_object_keys(v_back) as k), 'touches', v_touches,
'remains', jsonb_build_array('History, conflicts, tasks and answers of the lead stay with the other one.') || case
when v_merge.keep_twenty_id is not null and v_merge.drop_twenty_id is not null then jsonb_build_array(
'Twenty cannot part two people that it merged: the next push makes a new person of the lead. Notes, tasks, files, e-mails and meetings stay with the other one.'
)
else '[]'
end
);
end
$$;
-- forgetting/confirm_forgotten.sql
create or replace function public.confirm_forgotten(p_record_ids uuid[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_confirmed integer;
begin
if p_record_ids is null then
raise exception 'p_record_ids must be a list of record IDs' using errcode = '22023';
end if;
delete from lead_sync.to_destroy as d where d.record_id = any (p_record_ids);
get diagnostics v_confirmed = row_count;
return jsonb_build_object('confirmed', v_confirmed, 'left', (select count(*) from lead_sync.to_destroy));
end
$$;
-- forgetting/forget_lead.sql
create or replace function public.forget_lead(p_lead text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_given text := lead_sync.email_key(p_lead);
v_emails text[] := lead_sync.email_spellings(p_lead);
v_id uuid := case when lead_sync.is_uuid(v_given) then v_given::uuid end;
v_ids uuid[];
v_twenty_ids uuid[];
v_texts text[];
v_masks text[];
v_erased jsonb;
v_count bigint;
begin
if v_given is null or (v_id is null and v_given not like '%_@_%') then
raise exception 'p_lead must be the ID of a lead or an e-mail address' using errcode = '22023', hint = 'Give one lead a call.';
end if;
perform pg_advisory_xact_lock(hashtext('lead_sync.email'), b.bucket) from (select distinct hashtext(e) & 63 as bucket from unnest(v_emails) as e order by bucket) as b;
v_ids := array(
select l.id from public.leads as l
where (v_id is not null and (l.id = v_id or l.twenty_id = v_id))
or (v_id is null and case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = any (v_emails))
union select lead_sync.lead_of_address(v_given) where v_id is null and lead_sync.lead_of_address(v_given) is not null
);
v_ids := v_ids || array(select s.lead_id from lead_sync.lead_states as s where s.joined = any (v_ids) and s.lead_id <> all (v_ids));
perform from public.leads as l where l.id = any (v_ids) order by l.id for update;
select
array_agg(l.twenty_id) filter (where l.twenty_id is not null),
array_agg(lead_sync.mask_lead(l))
into v_twenty_ids, v_masks
from public.leads as l where l.id = any (v_ids);
v_texts := array(
select distinct t.text
from public.leads as l
cross join lateral (
select lead_sync.email_key(l.email) union all select lead_sync.known_address(l) union all select l.twenty_id::text union all select l.id::text
union all select unnest(lead_sync.email_keys(l.additional_emails))
) as t (text)
where l.id = any (v_ids) and t.text is not null
union select v_given
union select lead_sync.touch_text(t.source, t.external_id) from public.lead_touches as t where t.lead_id = any (v_ids)
);
insert into lead_sync.forgotten (hash) select lead_sync.keyed_hash(t) from unnest(v_texts) as t on conflict do nothing;
insert into lead_sync.to_destroy (object, record_id)
select n.object, r.id
from lead_sync.settings as n
cross join lateral (
select unnest(v_twenty_ids) as id
union select s.lead_id from lead_sync.lead_states as s where s.lead_id = any (v_ids) and s.intent is not null
) as r
union all
select 'task', f.task_id from lead_sync.follow_ups as f where f.lead_id = any (v_ids)
on conflict do nothing;
v_erased := jsonb_build_object(
'conflicts', (select count(*) from public.lead_sync_conflicts as c where c.lead_id = any (v_ids)),
'ai_answers', (select count(*) from lead_sync.ai_answers as a where a.lead_id = any (v_ids)),
'follow_ups', (select count(*) from lead_sync.follow_ups as f where f.lead_id = any (v_ids))
);
delete from lead_sync.lead_changes as c where c.lead_id = any (v_ids);
delete from lead_sync.lead_events as e where e.lead_id = any (v_ids);
delete from public.lead_sync_history as h where h.lead_id = any (v_ids);
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('history', v_count);
delete from lead_sync.history_archive as h where h.lead_id = any (v_ids);
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('archive', v_count);
delete from lead_sync.inbox as i where i.record_id = any (v_twenty_ids);
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('inbox', v_count);
delete from lead_sync.findings as f where f.subject = any (v_ids || coalesce(v_twenty_ids, '{}'));
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('findings', v_count);
update lead_sync.alert_notifications as n set examples = (
select coalesce(jsonb_agg(e), '[]') from jsonb_array_elements_text(n.examples) as e
where not exists (select from unnest(v_masks) as m where starts_with(e, m))
)
where exists (select from jsonb_array_elements_text(n.examples) as e cross join unnest(v_masks) as m where starts_with(e, m));
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('notifications', v_count);
v_erased := v_erased || jsonb_build_object('activities', lead_sync.forget_activities(v_twenty_ids));
delete from public.lead_touches as t where t.lead_id = any (v_ids);
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('touches', v_count);
perform lead_sync.forget_contact(v_ids, v_twenty_ids);
delete from public.leads as l where l.id = any (v_ids);
get diagnostics v_count = row_count;
v_erased := v_erased || jsonb_build_object('leads', v_count);
perform public.note_action('forget_lead', jsonb_build_object('leads', cardinality(v_ids)));
return jsonb_build_object(
'found', cardinality(v_ids) > 0, 'lead_ids', to_jsonb(v_ids), 'to_destroy', (
select coalesce(jsonb_agg(jsonb_build_object('object', d.object, 'record_id', d.record_id) order by d.object, d.record_id), '[]') from lead_sync.to_destroy as d
),
'hashes', cardinality(v_texts), 'erased', v_erased
);
end
$$;
-- forgetting/is_forgotten.sql
create or replace function lead_sync.is_forgotten(p_snapshot jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
return exists (
select from lead_sync.forgotten as f
where f.hash in (
select lead_sync.keyed_hash(k.text)
from (
select p_snapshot ->> 'twenty_id' as text
union all select p_snapshot ->> 'email'
union all
select e from jsonb_array_elements_text(
case when jsonb_typeof(p_snapshot -> 'additional_emails') = 'array' then p_snapshot -> 'additional_emails' else '[]' end
) as e
) as k
)
);
end
$$;
-- forgetting/keyed_hash.sql
create or replace function lead_sync.keyed_hash(p_text text) returns bytea
language plpgsql stable strict set search_path = '' as $$
begin
return (
select sha256(k.outer_pad || sha256(k.inner_pad || convert_to((lead_sync.email_spellings(p_text))[1], 'UTF8'))) from lead_sync.forgetting_key as k
);
end
$$;
-- forgetting/welcome_back.sql
create or replace function lead_sync.welcome_back(p_items jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
if exists (select from lead_sync.forgotten) then
delete from lead_sync.forgotten as f
where f.hash in (select lead_sync.keyed_hash(i -> 'snapshot' ->> 'email') from jsonb_array_elements(p_items) as i);
end if;
end
$$;
-- rate_limits/take_call.sql
create or replace function public.take_call(
p_workspace text, p_learned jsonb, p_base bigint default null, p_reserve integer default 0, p_refused boolean default false,
p_within_ms double precision default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
perform set_config('synchronous_commit', 'off', true);
return lead_sync.take_turn(p_workspace, p_learned, p_base, p_reserve, p_refused, p_within_ms);
end
$$;
-- rate_limits/take_turn.sql
create or replace function lead_sync.take_turn(
p_workspace text, p_learned jsonb, p_base bigint, p_reserve integer, p_refused boolean, p_within_ms double precision, p_now timestamptz default null
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_row lead_sync.rate_limits;
v_now timestamptz;
v_knows boolean;
v_interval double precision;
v_at_once integer;
v_reserve integer;
v_since double precision;
v_steps integer;
v_at double precision;
v_wait double precision;
v_paced boolean;
v_tokens integer;
v_granted boolean;
begin
select * into v_row from lead_sync.rate_limits as r where r.workspace = p_workspace for update;
if not found then
v_now := coalesce(p_now, clock_timestamp());
insert into lead_sync.rate_limits (workspace, tokens, taken_at, learned, learned_at)
values (p_workspace, (p_learned ->> 'at_once')::integer, v_now, p_learned, v_now)
on conflict do nothing;
select * into strict v_row from lead_sync.rate_limits as r where r.workspace = p_workspace for update;
end if;
v_now := coalesce(p_now, clock_timestamp());
v_knows := p_base is not distinct from (v_row.learned ->> 'belief')::bigint;
if v_knows and p_learned -> 'belief' <> v_row.learned -> 'belief' then
v_row.learned := p_learned;
v_row.learned_at := v_now;
end if;
if p_refused then
v_row.tokens := 0;
v_row.taken_at := greatest(v_row.taken_at, v_now);
end if;
v_interval := 62000 / (v_row.learned ->> 'calls_per_minute')::double precision;
v_at_once := (v_row.learned ->> 'at_once')::integer;
v_reserve := least(p_reserve, v_at_once - 1);
v_row.tokens := least(v_row.tokens, v_at_once);
v_paced := v_row.tokens <= v_reserve;
v_since := extract(epoch from v_now - v_row.taken_at) * 1000;
v_steps := least(greatest(1 + v_reserve - v_row.tokens, 0), 2);
v_at := greatest(v_since, v_steps * v_interval);
if v_since < 0 and v_row.tokens - ceil(v_since / v_interval / -2) > v_reserve + 1 then
v_at := v_since;
v_tokens := v_row.tokens - 2;
else
v_tokens := least(v_at_once, v_row.tokens + greatest(v_steps, floor(least(v_at / v_interval, v_at_once)))) - 1;
end if;
v_wait := v_at - v_since;
v_granted := v_wait <= coalesce(p_within_ms, v_wait);
update lead_sync.rate_limits as r
set
tokens = case when v_granted then v_tokens else v_row.tokens end,
taken_at = greatest(v_row.taken_at, case when v_granted then v_now + make_interval(secs => v_wait / 1000) end),
learned = v_row.learned,
learned_at = v_row.learned_at
where r.workspace = p_workspace;
return jsonb_build_object(
'granted', v_granted,
'wait_ms', v_wait,
'ahead', ceil(greatest(-v_since, 0) / v_interval),
'paced', v_paced,
'pressed', v_paced and v_steps = 1 and v_at <= v_interval * 1.1,
'belief', v_row.learned -> 'belief',
'learned', case
when not v_knows then v_row.learned || jsonb_build_object('age', (v_row.learned ->> 'age')::double precision + extract(epoch from v_now - v_row.learned_at) * 1000)
end
);
end
$$;
-- runs/add_figures.sql
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
-- runs/finish_sync_run.sql
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
-- runs/get_sync_run.sql
create or replace function public.get_sync_run(p_run_id uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run public.lead_sync_runs;
begin
select * into v_run from public.lead_sync_runs as r where r.id = p_run_id;
if not found then
raise exception 'There is no run %', p_run_id using errcode = '22023', hint = 'Runs are kept for runs_days of the settings.';
end if;
return jsonb_build_object(
'run', lead_sync.show_run(v_run),
'errors', (
select coalesce(jsonb_agg(to_jsonb(e) order by e.leads desc, e.error), '[]')
from (
select h.error_message as error, count(distinct h.lead_id) as leads, min(h.lead_id::text) as lead_id
from public.lead_sync_history as h
where h.run_id = p_run_id and h.sync_status = 'error' and h.lead_id is not null
and h.synced_at between v_run.started_at and coalesce(v_run.finished_at, clock_timestamp())
group by h.error_message order by 2 desc, 1 limit 10
) as e
),
'changed', (
select jsonb_build_object('leads', count(distinct c.lead_id), 'values', coalesce(sum((select count(*) from jsonb_object_keys(c.after))), 0))
from lead_sync.lead_changes as c where c.run_id = p_run_id
)
);
end
$$;
-- runs/get_sync_runs.sql
create or replace function public.get_sync_runs(p_status text default null, p_limit integer default 50, p_position text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_runs jsonb;
v_has_next boolean;
v_position text;
begin
if p_status not in ('running', 'succeeded', 'failed', 'stopped', 'expired') then
raise exception 'p_status must be running, succeeded, failed, stopped or expired, got %', p_status using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
elsif p_position !~ '^\d{4}-\d\d-\d\dT[0-9:.+-]+ [0-9a-f-]{36}$' then
raise exception 'p_position must come from the page before' using errcode = '22023';
end if;
with page as materialized (
select r.* from public.lead_sync_runs as r
where (p_status is null or r.status = p_status)
and (p_position is null or (r.started_at, r.id) < (split_part(p_position, ' ', 1)::timestamptz, split_part(p_position, ' ', 2)::uuid))
order by r.started_at desc, r.id desc
limit p_limit + 1
),
shown as materialized (select * from page as p order by p.started_at desc, p.id desc limit p_limit)
select
coalesce(jsonb_agg(lead_sync.show_run(s) - 'findings' order by s.started_at desc, s.id desc), '[]'), (select count(*) > p_limit from page),
(select to_jsonb(l.started_at) #>> '{}' || ' ' || l.id from shown as l order by l.started_at, l.id limit 1)
into v_runs, v_has_next, v_position
from shown as s;
return jsonb_build_object('runs', v_runs, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;
-- runs/hold_run.sql
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
-- runs/show_run.sql
create or replace function lead_sync.show_run(p_run public.lead_sync_runs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return (to_jsonb(p_run) - array['token', 'lease_until', 'called_again', 'policy']) || jsonb_build_object(
'seconds', round(extract(epoch from coalesce(p_run.finished_at, clock_timestamp()) - p_run.started_at)::numeric, 1),
'is_alive', p_run.status = 'running' and p_run.lease_until > clock_timestamp()
);
end
$$;
-- runs/start_sync_run.sql
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
if p_mode = 'inbox' and not exists (select from lead_sync.inbox as i where i.object in (v_object, case v_adapter when 'lead' then 'company' end) and i.due_at <= clock_timestamp()) then
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
'strict', coalesce((v_options ->> 'strict')::boolean, (select s.strict from lead_sync.settings as s))
),
'read_started_at', clock_timestamp(),
'due', lead_sync.count_due(v_adapter),
'merges', case v_adapter when 'lead' then lead_sync.count_merges() else 0 end,
'schema_version', lead_sync.schema_version()
);
end
$$;
-- runs/stop_sync_run.sql
create or replace function public.stop_sync_run(p_run_id uuid) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_run public.lead_sync_runs;
v_stopped boolean;
begin
select * into v_run from public.lead_sync_runs as r where r.id = p_run_id for update;
if not found then
raise exception 'There is no run %', p_run_id using errcode = '22023', hint = 'get_sync_runs() lists them.';
end if;
v_stopped := v_run.status = 'running';
if v_stopped then
perform public.finish_sync_run(jsonb_build_object('id', v_run.id, 'token', v_run.token), 'stopped', 'Stopped by ' || lead_sync.actor());
perform public.note_action('stop_sync_run', jsonb_build_object('run_id', p_run_id, 'direction', v_run.direction, 'mode', v_run.mode));
select * into v_run from public.lead_sync_runs as r where r.id = p_run_id;
end if;
return jsonb_build_object('stopped', v_stopped, 'run', lead_sync.show_run(v_run));
end
$$;
-- runs/store_page.sql
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
-- approvals/ask_before_writes.sql
create or replace function lead_sync.ask_before_writes(p_due jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_rules jsonb;
v_asked jsonb;
v_kinds text[];
v_ids jsonb;
begin
if p_due is null or not lead_sync.asks() and not exists (select from lead_sync.approvals) then
return p_due;
end if;
v_rules := lead_sync.rules((select s.object from lead_sync.settings as s));
select jsonb_agg(to_jsonb(a)) into v_asked
from (
select
l.id as lead_id, l.twenty_id, s.merged_at as version, k.kind, c.change,
(
select jsonb_build_object('id', p.id, 'decision', p.decision)
from lead_sync.approval_items as i join lead_sync.approvals as p on p.id = i.approval_id
where i.lead_id = l.id and p.side = 'twenty' and i.change = c.change and i.version is not distinct from s.merged_at
order by p.id desc
limit 1
) as known
from jsonb_array_elements(p_due) as d
join public.leads as l on l.id = (d ->> 'lead_id')::uuid
join lead_sync.lead_states as s on s.lead_id = l.id
cross join lateral (select lead_sync.lead_values(l) as local offset 0) as v
cross join lateral (select lead_sync.due_fields(v.local, s.base_local, s.base_remote, true, v_rules) as due offset 0) as f
cross join lateral (select case when f.due = '{deleted}' and v.local ? 'deleted' then 'deletions' else 'changes' end as kind) as k
cross join lateral (select jsonb_object_agg(n, coalesce(v.local -> n, 'null')) as change from unnest(f.due) as n) as c
where l.twenty_id is not null and not s.gone and s.intent is null and f.due <> '{}'
) as a;
if v_asked is null then
return p_due;
end if;
v_kinds := lead_sync.too_many('twenty', (
select jsonb_object_agg(c.kind, c.leads) from (select a ->> 'kind' as kind, count(*) as leads from jsonb_array_elements(v_asked) as a where a -> 'known' = 'null' group by 1) as c
), (p_context ->> 'run_id')::uuid);
v_ids := lead_sync.note_asked('twenty', coalesce((
select jsonb_agg(a) from jsonb_array_elements(v_asked) as a where a -> 'known' = 'null' and a ->> 'kind' = any (v_kinds)
), '[]'), (p_context ->> 'run_id')::uuid, null);
select jsonb_agg(a || jsonb_build_object('sync_status', 'error', 'category', 'approval', 'due_at', null, 'error', case
when a #>> '{known,decision}' = 'no' then 'approval: no was said to this (approval ' || (a #>> '{known,id}') || '): an edit has it looked at anew'
else 'approval: it waits for a yes, with others like it (approval ' || coalesce(a #>> '{known,id}', v_ids ->> (a ->> 'kind')) || ')'
end)) into v_asked
from jsonb_array_elements(v_asked) as a
where case when a -> 'known' = 'null' then a ->> 'kind' = any (v_kinds) else coalesce(a #>> '{known,decision}', '') <> 'yes' end;
if v_asked is null then
return p_due;
end if;
perform lead_sync.release_claims(v_asked, p_context);
return (
select jsonb_agg(d) from jsonb_array_elements(p_due) as d
where not exists (select from jsonb_array_elements(v_asked) as a where a -> 'lead_id' = d -> 'lead_id')
);
end
$$;
-- approvals/asks.sql
create or replace function lead_sync.asks() returns boolean
language plpgsql stable set search_path = '' as $$
begin
return (select coalesce(s.approve_deletions, s.approve_changes) is not null from lead_sync.settings as s) or exists (select from lead_sync.approvals as a where a.decision is null);
end
$$;
-- approvals/decide_approval.sql
create or replace function public.decide_approval(p_id bigint, p_yes boolean, p_by text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_decision text := case when p_yes then 'yes' else 'no' end;
v_by text := left(coalesce(nullif(btrim(p_by), ''), lead_sync.actor()), 200);
v_approval lead_sync.approvals;
v_leads integer;
v_marks jsonb;
begin
if p_yes is null then
raise exception 'p_yes must be true or false' using errcode = '22023';
end if;
select * into v_approval from lead_sync.approvals as a where a.id = p_id for update;
if not found then
raise exception 'There is no approval %', p_id using errcode = '22023', hint = 'List them with get_approvals.';
elsif v_approval.decision <> v_decision then
raise exception 'Approval % was decided at % by %: %', p_id, v_approval.decided_at, v_approval.decided_by, v_approval.decision
using errcode = 'PT409', hint = 'What has changed since is asked about anew.';
end if;
v_leads := (select count(*) from lead_sync.approval_items as i where i.approval_id = p_id);
if v_approval.decision is null then
update lead_sync.approvals as a set decision = v_decision, decided_at = clock_timestamp(), decided_by = v_by where a.id = p_id;
perform public.note_action('decide_approval', jsonb_build_object(
'approval', p_id, 'decision', v_decision, 'kind', v_approval.kind, 'side', v_approval.side, 'leads', v_leads
), v_by);
if v_approval.side = 'twenty' then
perform set_config('lead_sync.engine', 'on', true);
with waiting as materialized (
select l.id
from lead_sync.approval_items as i
join public.leads as l on l.id = i.lead_id
join lead_sync.lead_states as s on s.lead_id = l.id
where i.approval_id = p_id and l.sync_status = 'error' and s.error_category = 'approval' and s.due_at is null and s.claim_token is null
order by l.id
for no key update of l
),
queue as (
update lead_sync.lead_states as s set due_at = clock_timestamp(), error_category = null from waiting as w where p_yes and s.lead_id = w.id
)
select jsonb_agg(jsonb_build_object('lead_id', w.id) || case
when p_yes then '{"sync_status": "pending", "error": null}'
else jsonb_build_object('sync_status', 'error', 'error', 'approval: no was said to this (approval ' || p_id || '): an edit has it looked at anew')
end) into v_marks
from waiting as w;
perform lead_sync.write_or_split('mark', v_marks);
perform set_config('lead_sync.engine', 'off', true);
elsif not p_yes then
update lead_sync.approval_items as i set snapshot = null where i.approval_id = p_id;
end if;
end if;
if v_approval.side = 'supabase' and p_yes then
perform lead_sync.take_approved(p_id, 500);
end if;
return jsonb_build_object(
'id', p_id, 'decision', v_decision, 'leads', v_leads,
'left', (select count(*) from lead_sync.approval_items as i where i.approval_id = p_id and i.snapshot is not null)
);
end
$$;
-- approvals/get_approvals.sql
create or replace function public.get_approvals(p_status text default 'open', p_limit integer default 20) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
if p_status is null or p_status not in ('open', 'decided', 'all') then
raise exception 'p_status must be open, decided or all, got %', p_status using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 100 then
raise exception 'p_limit must be between 1 and 100, got %', p_limit using errcode = '22023';
end if;
return jsonb_build_object('approvals', coalesce((
select jsonb_agg(to_jsonb(a) || jsonb_build_object(
'leads', (select count(*) from lead_sync.approval_items as i where i.approval_id = a.id),
'left', (select count(*) from lead_sync.approval_items as i where i.approval_id = a.id and i.snapshot is not null),
'fields', (
select coalesce(jsonb_object_agg(f.key, f.leads), '{}')
from (select k as key, count(*) as leads from lead_sync.approval_items as i cross join jsonb_object_keys(i.change) as k where i.approval_id = a.id group by k) as f
),
'examples', (
select coalesce(jsonb_agg(e), '[]')
from (
select l.id as lead_id, nullif(concat_ws(' ', l.first_name, l.last_name), '') as name, l.email, i.change
from lead_sync.approval_items as i join public.leads as l on l.id = i.lead_id
where i.approval_id = a.id
order by i.lead_id
limit 10
) as e
)
) order by a.id desc)
from (
select * from lead_sync.approvals as p
where case p_status when 'open' then p.decision is null when 'decided' then p.decision is not null else true end
order by p.id desc
limit p_limit
) as a
), '[]'));
end
$$;
-- approvals/is_asked_about.sql
create or replace function lead_sync.is_asked_about(p_twenty_id uuid, p_version timestamptz) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return exists (
select from lead_sync.approval_items as i join lead_sync.approvals as a on a.id = i.approval_id
where i.twenty_id = p_twenty_id and i.version is not distinct from p_version and a.side = 'supabase' and a.decision is distinct from 'yes'
);
end
$$;
-- approvals/merge_or_ask.sql
create or replace function lead_sync.merge_or_ask(p_items jsonb, p_context jsonb, p_claim_token uuid) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run_id uuid := (p_context ->> 'run_id')::uuid;
v_left jsonb;
v_known jsonb;
v_results jsonb;
v_waiting jsonb := '[]';
v_asked jsonb;
v_kinds text[];
v_ids jsonb;
begin
if p_claim_token is not null or p_context ->> 'adapter' <> 'lead' or not lead_sync.asks() and not exists (select from lead_sync.approvals) then
return lead_sync.write_or_split('merge', p_items, p_context);
end if;
select coalesce(jsonb_object_agg(k.index, k.known), '{}') into v_known
from (
select distinct on (i -> 'index') i ->> 'index' as index, jsonb_build_object('id', p.id, 'decision', p.decision, 'lead_id', a.lead_id) as known
from jsonb_array_elements(p_items) as i
join lead_sync.approval_items as a on a.twenty_id = (i #>> '{snapshot,twenty_id}')::uuid and a.version is not distinct from (i #>> '{snapshot,twenty_updated_at}')::timestamptz
join lead_sync.approvals as p on p.id = a.approval_id and p.side = 'supabase'
order by i -> 'index', p.id desc
) as k;
select coalesce(jsonb_agg(i) filter (where coalesce(v_known #>> array[i ->> 'index', 'decision'], 'no') = 'yes' or not v_known ? (i ->> 'index')), '[]'),
coalesce(jsonb_agg(jsonb_build_object(
'index', i -> 'index', 'lead_id', v_known -> (i ->> 'index') -> 'lead_id', 'twenty_id', i #> '{snapshot,twenty_id}', 'result', 'unchanged', 'linked', false, 'fields', '[]'::jsonb,
'reason', case v_known #>> array[i ->> 'index', 'decision'] when 'no' then 'no was said to this, approval ' else 'it waits for a yes, approval ' end || (v_known #>> array[i ->> 'index', 'id'])
)) filter (where v_known ? (i ->> 'index') and v_known #>> array[i ->> 'index', 'decision'] is distinct from 'yes'), '[]')
into v_left, v_waiting
from jsonb_array_elements(p_items) as i;
loop
v_kinds := '{}';
begin
v_results := lead_sync.write_or_split('merge', v_left, p_context);
select jsonb_agg(jsonb_build_object(
'kind', case when r -> 'fields' ? 'deleted' and (i #>> '{snapshot,twenty_deleted_at}' is not null or (i #>> '{snapshot,absent}')::boolean) then 'deletions' else 'changes' end,
'index', r -> 'index', 'lead_id', r -> 'lead_id', 'twenty_id', r -> 'twenty_id', 'version', i #> '{snapshot,twenty_updated_at}', 'snapshot', i -> 'snapshot',
'change', (select jsonb_object_agg(f, case f when 'deleted' then to_jsonb(i #>> '{snapshot,twenty_deleted_at}' is not null or coalesce((i #>> '{snapshot,absent}')::boolean, false)) else i #> array['snapshot', f] end) from jsonb_array_elements_text(r -> 'fields') as f)
)) into v_asked
from jsonb_array_elements(v_results) as r
join jsonb_array_elements(v_left) as i on i -> 'index' = r -> 'index'
where r ->> 'result' in ('updated', 'conflict') and r -> 'fields' <> '[]' and not (r ->> 'linked')::boolean and not v_known ? (r ->> 'index');
if v_asked is not null then
v_kinds := lead_sync.too_many('supabase', (
select jsonb_object_agg(c.kind, c.leads) from (select a ->> 'kind' as kind, count(*) as leads from jsonb_array_elements(v_asked) as a group by 1) as c
), v_run_id);
end if;
if v_kinds <> '{}' then
raise exception using errcode = 'LSASK', message = 'Taken back: it waits for a yes';
end if;
exception when sqlstate 'LSASK' then
null;
end;
exit when v_kinds = '{}';
select jsonb_agg(a) into v_asked from jsonb_array_elements(v_asked) as a where a ->> 'kind' = any (v_kinds);
v_ids := lead_sync.note_asked('supabase', v_asked, v_run_id, (p_context ->> 'read_started_at')::timestamptz);
select v_waiting || jsonb_agg(jsonb_build_object(
'index', a -> 'index', 'lead_id', a -> 'lead_id', 'twenty_id', a -> 'twenty_id', 'result', 'unchanged', 'linked', false, 'fields', '[]'::jsonb,
'reason', 'it waits for a yes, approval ' || (v_ids ->> (a ->> 'kind'))
)) into v_waiting
from jsonb_array_elements(v_asked) as a;
select coalesce(jsonb_agg(i), '[]') into v_left
from jsonb_array_elements(v_left) as i
where not exists (select from jsonb_array_elements(v_asked) as a where a -> 'index' = i -> 'index');
end loop;
return coalesce(v_results, '[]') || v_waiting;
end
$$;
-- approvals/note_asked.sql
create or replace function lead_sync.note_asked(p_side text, p_items jsonb, p_run_id uuid, p_read_started_at timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids jsonb;
begin
insert into lead_sync.approvals (kind, side, run_id)
select distinct i ->> 'kind', p_side, p_run_id from jsonb_array_elements(p_items) as i
on conflict do nothing;
select jsonb_object_agg(a.kind, a.id) into v_ids from lead_sync.approvals as a where a.side = p_side and a.decision is null;
insert into lead_sync.approval_items (approval_id, lead_id, twenty_id, change, version, snapshot, read_started_at)
select
(v_ids ->> (i ->> 'kind'))::bigint, (i ->> 'lead_id')::uuid, (i ->> 'twenty_id')::uuid, i -> 'change', (i ->> 'version')::timestamptz,
nullif(i -> 'snapshot', 'null'), p_read_started_at
from jsonb_array_elements(p_items) as i
order by i ->> 'lead_id'
on conflict (approval_id, lead_id) do update set
change = excluded.change, version = excluded.version, snapshot = excluded.snapshot, read_started_at = excluded.read_started_at;
return v_ids;
end
$$;
-- approvals/take_approved.sql
create or replace function lead_sync.take_approved(p_id bigint, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_read record;
v_taken integer := 0;
begin
if not exists (select from lead_sync.approvals as a where a.side = 'supabase' and a.decision = 'yes') then
return 0;
end if;
for v_read in
select i.read_started_at, jsonb_agg(i.snapshot) as snapshots, array_agg(i.lead_id) as lead_ids, i.approval_id
from (
select n.* from lead_sync.approval_items as n join lead_sync.approvals as a on a.id = n.approval_id
where a.side = 'supabase' and a.decision = 'yes' and n.snapshot is not null and (p_id is null or a.id = p_id)
order by n.approval_id, n.lead_id
limit p_limit
for update of n skip locked
) as i
group by i.read_started_at, i.approval_id
loop
perform public.upsert_leads(v_read.snapshots, 'twenty', v_read.read_started_at);
update lead_sync.approval_items as i set snapshot = null where i.approval_id = v_read.approval_id and i.lead_id = any (v_read.lead_ids);
v_taken := v_taken + cardinality(v_read.lead_ids);
end loop;
return v_taken;
end
$$;
-- approvals/too_many.sql
create or replace function lead_sync.too_many(p_side text, p_counts jsonb, p_run_id uuid) returns text[]
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_figures jsonb := coalesce((select r.figures from public.lead_sync_runs as r where r.id = p_run_id), '{}');
v_kinds text[];
begin
select array_agg(k.kind) into v_kinds
from lead_sync.settings as s
cross join lateral (values ('deletions', s.approve_deletions), ('changes', s.approve_changes)) as k (kind, most)
where coalesce((p_counts ->> k.kind)::integer, 0) > 0 and (
(p_counts ->> k.kind)::integer + coalesce((v_figures ->> (k.kind || '_' || p_side))::integer, 0) > k.most
or exists (select from lead_sync.approvals as a where (a.kind, a.side) = (k.kind, p_side) and a.decision is null)
);
if p_run_id is not null then
perform lead_sync.add_figures(p_run_id, coalesce((
select jsonb_object_agg(c.key || '_' || p_side, c.value) from jsonb_each(p_counts) as c where c.value <> '0' and c.key <> all (coalesce(v_kinds, '{}'))
), '{}') || '{"pages": 0}', null);
end if;
return coalesce(v_kinds, '{}');
end
$$;
-- claims/begin_work.sql
create or replace function lead_sync.begin_work(p_mark bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
if lead_sync.is_preview() then
return;
end if;
perform pg_try_advisory_xact_lock_shared(hashtext('lead_sync.push_at_work'));
perform setval('lead_sync.push_at_work', p_mark);
end
$$;
-- claims/check_stale_leads.sql
create or replace function public.check_stale_leads() returns table (stale_count bigint, oldest_pending timestamptz)
language sql stable security invoker set search_path = '' as $$
select count(*), min(w.waiting_since)
from (
select least(s.due_since, l.updated_at) as waiting_since
from public.leads as l
left join lead_sync.lead_states as s on s.lead_id = l.id
where l.sync_status = 'pending'
union all
select s.due_since from lead_sync.lead_states as s where s.adapter <> 'lead' and s.due_at is not null and s.error_category is distinct from 'waits'
) as w
where w.waiting_since < now() - interval '1 hour';
$$;
-- claims/claim_leads.sql
create or replace function lead_sync.claim_leads(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text := coalesce(p_context ->> 'adapter', 'lead');
v_token uuid := p_context ->> 'claim_token';
v_lease interval := p_context ->> 'lease';
v_leads jsonb;
begin
execute lead_sync.rows_sql(v_adapter, $sql$
with claim as (
update lead_sync.lead_states as s set
claim_token = $2, lease = $3, due_at = clock_timestamp() + $3, due_since = coalesce(s.due_since, clock_timestamp()), refusal = null,
outside_by = null
from jsonb_array_elements($1) as i
where s.lead_id = (i ->> 'lead_id')::uuid
returning s.lead_id, s.base_local, s.gone
),
mark as (
update {table} as l set sync_status = 'syncing'
from claim as c
where l.id = c.lead_id
returning l.id, l.twenty_id, {email} as email, c.base_local, c.gone
)
select jsonb_agg(
jsonb_build_object('lead_id', m.id, 'twenty_id', coalesce(m.twenty_id, m.id), 'email', a.emails[1])
|| case when cardinality(a.emails) > 1 then jsonb_build_object('other_email', a.emails[2]) else '{}' end
order by m.id
)
from mark as m
cross join lateral (
select case
when m.twenty_id is null or m.gone or lead_sync.clean(m.email) is distinct from m.base_local ->> 'email' then lead_sync.email_spellings(m.email)
end as emails
) as a
$sql$) into v_leads using p_items, v_token, v_lease;
if jsonb_array_length(v_leads) is distinct from jsonb_array_length(p_items) then
raise exception 'a trigger passes over the write';
end if;
return v_leads;
end
$$;
-- claims/count_due.sql
create or replace function lead_sync.count_due(p_adapter text) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return (
select count(*)::integer
from (select from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at <= clock_timestamp() limit 100000) as due
);
end
$$;
-- claims/end_work.sql
create or replace function lead_sync.end_work(p_mark bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
if (select w.last_value from lead_sync.push_at_work as w) = p_mark and not lead_sync.is_preview() then
perform setval('lead_sync.push_at_work', 0);
end if;
end
$$;
-- claims/get_leads_for_sync.sql
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
v_due := lead_sync.next_inside(v_adapter, p_limit, v_settings.max_claim_bytes, v_context);
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
'lease_seconds', extract(epoch from v_lease)::integer,
'read_started_at', clock_timestamp(),
'remaining', lead_sync.count_due(v_adapter),
'leads', v_leads
);
end
$$;
-- claims/judge_dead_work.sql
create or replace function lead_sync.judge_dead_work(p_limit integer, p_max_bytes integer, p_context jsonb) returns boolean
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_mark bigint := (select w.last_value from lead_sync.push_at_work as w);
v_was_claim boolean;
v_ids uuid[];
v_adapter text;
v_leads jsonb;
begin
if v_mark = 0 or v_mark < 32 and p_context ->> 'adapter' <> 'lead' or not pg_try_advisory_xact_lock(hashtext('lead_sync.push_at_work')) then
return false;
end if;
v_was_claim := v_mark < 32;
if v_was_claim then
v_leads := lead_sync.next_due('lead', p_limit, p_max_bytes, v_mark::integer - 1);
else
select array_agg(s.lead_id order by s.lead_id), min(s.adapter), jsonb_agg(jsonb_build_object('lead_id', s.lead_id)) into v_ids, v_adapter, v_leads
from lead_sync.lead_states as s
where s.claim_token is not null and lead_sync.work_mark(s.claim_token) = v_mark;
perform lead_sync.lock_rows(coalesce(v_adapter, 'lead'), v_ids);
end if;
update lead_sync.lead_states as s set stalls = least(s.stalls + 1, 30)
from jsonb_array_elements(v_leads) as i
where s.lead_id = (i ->> 'lead_id')::uuid;
if jsonb_array_length(v_leads) = 1 then
perform lead_sync.refuse_lead(
(v_leads #>> '{0,lead_id}')::uuid, null, 'statement_timeout',
'the database does not get done with this lead, not even alone: shorten it, or see what takes the triggers on public.leads so long, then replay it',
p_context || jsonb_build_object('state_only', v_was_claim)
);
end if;
perform setval('lead_sync.push_at_work', 0);
return v_was_claim and v_leads is not null;
end
$$;
-- claims/mark_leads_for_sync.sql
create or replace function public.mark_leads_for_sync(p_direction text default 'bidirectional', p_limit integer default 1000, p_lead_ids uuid[] default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_marked jsonb;
begin
if p_direction is null or p_direction not in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional') then
raise exception 'p_direction must be twenty_to_supabase, supabase_to_twenty or bidirectional, got %', p_direction using errcode = '22023';
elsif p_limit is null or p_limit not between 1 and 100000 then
raise exception 'p_limit must be between 1 and 100,000, got %', p_limit using errcode = '22023';
elsif cardinality(p_lead_ids) > 1000 then
raise exception 'At most 1,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023';
end if;
perform set_config('lead_sync.engine', 'on', true);
with chosen as materialized (
select l.id
from public.leads as l
left join lead_sync.lead_states as s on s.lead_id = l.id
where s.claim_token is null and case
when p_lead_ids is null then l.sync_status in ('synced', 'outside', 'error') and (s.due_at is null or s.due_at > clock_timestamp())
else l.id = any (p_lead_ids)
end
order by l.last_synced_at nulls first, l.id
limit p_limit
for no key update of l skip locked
),
queue as (
insert into lead_sync.lead_states as s (lead_id, due_at, due_since)
select c.id, clock_timestamp(), clock_timestamp() from chosen as c
on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since), retries = 0, held_by = null
)
select jsonb_agg(jsonb_build_object('lead_id', c.id, 'sync_status', 'pending', 'count', 0, 'sync_direction', p_direction)) into v_marked from chosen as c;
perform lead_sync.write_or_split('mark', v_marked);
perform set_config('lead_sync.engine', 'off', true);
perform public.note_action('mark_leads_for_sync', jsonb_build_object(
'direction', p_direction, 'leads', coalesce(jsonb_array_length(v_marked), 0), 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end
));
return jsonb_build_object(
'marked', coalesce(jsonb_array_length(v_marked), 0),
'remaining', (select count(*) from public.leads as l where l.sync_status in ('synced', 'outside', 'error'))
);
end
$$;
-- claims/next_due.sql
create or replace function lead_sync.next_due(p_adapter text, p_limit integer, p_max_bytes integer, p_stalls integer default null) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_stalls integer := coalesce(p_stalls, 0);
v_due jsonb;
begin
loop
execute lead_sync.rows_sql(p_adapter, $sql$
with due as materialized (
select s.lead_id, s.due_at, pg_column_size(l) as bytes
from lead_sync.lead_states as s
join {table} as l on l.id = s.lead_id
where s.adapter = $1 and s.due_at <= clock_timestamp() and s.stalls = $2
order by s.due_at, s.lead_id
limit greatest($3 >> least(3 * $2, 30), 1)
for no key update of l, s skip locked
)
select jsonb_agg(jsonb_build_object('lead_id', d.lead_id, 'stalls', $2)) filter (where d.total <= $4 or d.total = d.bytes)
from (select s.*, sum(s.bytes) over (order by s.due_at, s.lead_id) as total from due as s) as d
$sql$) into v_due using p_adapter, v_stalls, p_limit, p_max_bytes;
exit when v_due is not null or v_stalls > 0 or p_stalls is not null;
select s.stalls into v_stalls from lead_sync.lead_states as s
where s.adapter = p_adapter and s.due_at <= clock_timestamp() and s.stalls > 0
order by s.due_at, s.lead_id
limit 1;
exit when not found;
end loop;
return v_due;
end
$$;
-- claims/push_type.sql
create or replace function lead_sync.push_type(p_run public.lead_sync_runs) returns text
language sql stable set search_path = '' as $$
select case when p_run.trigger = 'webhook' then 'webhook_update' when p_run.trigger = 'manual' or p_run.id is null then 'manual' else 'scheduled_push' end
$$;
-- claims/work_mark.sql
create or replace function lead_sync.work_mark(p_claim_token uuid) returns bigint
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select 32 + (hashtextextended(p_claim_token::text, 0) & 4611686018427387903)
$$;
-- plan/plan_writes.sql
create or replace function lead_sync.plan_writes(p_claim_token uuid, p_items jsonb, p_results jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text := p_context ->> 'adapter';
v_settings lead_sync.settings;
v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
v_now timestamptz := clock_timestamp();
v_rows lead_sync.synced_row[] := lead_sync.read_rows(v_adapter, array(select s.lead_id from lead_sync.lead_states as s where s.claim_token = p_claim_token));
v_waiting jsonb := '{}';
v_answer jsonb;
v_releases jsonb;
v_woken jsonb;
v_outside uuid[];
v_judged_by timestamptz;
begin
select * into strict v_settings from lead_sync.settings;
if p_context -> 'rules' @> '[{"field": "contact_id"}]' then
v_waiting := lead_sync.rows_without_person(v_adapter, array(select l.id from unnest(v_rows) as l));
end if;
if v_adapter = 'lead' then
select array_agg(o.lead_id), min(o.judged_by) into v_outside, v_judged_by from lead_sync.outside_leads(array(select l.id from unnest(v_rows) as l)) as o;
end if;
with recursive rule as materialized (
select r ->> 'field' as field, r ->> 'direction' as direction, r ? 'of_company' as of_company from jsonb_array_elements(p_context -> 'rules') as r
),
person as materialized (
select
(i -> 'snapshot' ->> 'twenty_id')::uuid as twenty_id, i -> 'snapshot' as snapshot,
case v_adapter when 'lead' then nullif(lead_sync.comparable('email', i -> 'snapshot' -> 'email'), '') end as email,
i -> 'snapshot' ->> 'twenty_deleted_at' is not null as dead
from jsonb_array_elements(p_items) as i
where not coalesce((i -> 'snapshot' ->> 'absent')::boolean, false)
),
outcome as materialized (
select coalesce((r ->> 'lead_id')::uuid, l.id) as lead_id, min(r ->> 'result') as result, min(r ->> 'reason') as reason
from jsonb_array_elements(p_results) as r
left join unnest(v_rows) as l on r ->> 'lead_id' is null and l.twenty_id = case when lead_sync.is_uuid(r ->> 'twenty_id') then (r ->> 'twenty_id')::uuid end
where r ->> 'lead_id' is not null or l.id is not null
group by 1
),
claimed as materialized (
select
l.id as lead_id, l.twenty_id, l.local,
case when v_renewed is null then s.base_local else lead_sync.known_base(s.base_local, s.merged_at, v_renewed) end as base_local,
case when v_renewed is null then s.base_remote else lead_sync.known_base(s.base_remote, s.merged_at, v_renewed) end as base_remote,
s.gone, s.lease, s.absent_since, s.remote_created_at is null as never_read,
(s.intent ->> 'until')::timestamptz as intent_until, s.retries, o.result, o.reason, p.snapshot, p.email as remote_email
from unnest(v_rows) as l
join lead_sync.lead_states as s on s.lead_id = l.id
left join outcome as o on o.lead_id = s.lead_id
left join person as p on p.twenty_id = l.twenty_id
where s.claim_token = p_claim_token
),
needed as materialized (
select
c.*,
lead_sync.due_fields(c.local, c.base_local, c.base_remote, c.twenty_id is not null, p_context -> 'rules') as due,
case v_adapter when 'lead' then nullif(lead_sync.comparable('email', c.local -> 'email'), '') end as email
from claimed as c
),
owner as materialized (
select distinct on (p.email) p.email, p.twenty_id, p.dead, l.id as lead_id,
l.deleted_at is null and lead_sync.comparable('email', to_jsonb(l.email)) is distinct from p.email as gives,
l.sync_status = 'error' and s.held_by is not null as held, s.due_at
from person as p
left join public.leads as l on l.twenty_id = p.twenty_id
left join lead_sync.lead_states as s on s.lead_id = l.id
where p.email is not null
order by p.email, p.twenty_id
),
judged as materialized (
select
n.*,
case
when n.result = 'rejected' or (n.twenty_id is not null and n.result is null) then 'unread'
when n.result = 'stale' then 'release'
when n.result = 'held' and n.never_read and v_now >= n.absent_since + (p_context ->> 'absence_allowance')::interval then 'nobody'
when n.result = 'held' then 'await'
when n.due = '{}' then 'settled'
when v_waiting ? n.lead_id::text and n.due <> '{deleted}' then 'waits'
when n.lead_id = any (v_outside) then case
when n.twenty_id is null and n.intent_until >= (p_context ->> 'read_started_at')::timestamptz then 'release' else 'outside'
end
when other.dead then 'tombstone'
when other.twenty_id is not null and n.twenty_id is null and n.intent_until is not null then 'release'
when other.twenty_id is not null then 'duplicate'
else 'write'
end as judgement,
other.lead_id as other_lead_id, other.twenty_id as other_twenty_id,
case
when n.due <> '{deleted}' then case when n.twenty_id is null then 'create' else 'update' end
when n.local ? 'deleted' then 'delete'
when n.gone then 'create'
else 'restore'
end as op
from needed as n
left join owner as other
on other.email = n.email and other.twenty_id is distinct from n.twenty_id
and (n.due = '{deleted}' or 'email' = any (n.due)) and not n.local ? 'deleted'
),
dependence (lead_id, on_lead_id) as (
select j.lead_id, j.other_lead_id from judged as j where j.judgement = 'duplicate' and 'email' = any (j.due)
union
select d.lead_id, j.other_lead_id
from dependence as d join judged as j on j.lead_id = d.on_lead_id
where j.judgement = 'duplicate' and 'email' = any (j.due)
),
circle as materialized (
select d.lead_id, d.lead_id::text = (select min(m.on_lead_id::text) from dependence as m where m.lead_id = d.lead_id) as first
from dependence as d where d.lead_id = d.on_lead_id
),
patience as materialized (
select d.lead_id, max(o.due_at) filter (where not o.held and g.lead_id is null) as until,
array_agg(o.lead_id) filter (where o.held and g.lead_id is null) as wakes
from dependence as d
join owner as o on o.lead_id = d.on_lead_id and o.gives
left join judged as g on g.lead_id = d.on_lead_id
where case
when g.lead_id is null then o.held or o.due_at is not null
else (g.judgement = 'write' and 'email' = any (g.due)) or exists (select from circle as c where c.lead_id = g.lead_id)
end
group by d.lead_id
),
turned as materialized (
select
j.*, coalesce(c.first, false) as blanks, p.until as waits_until, p.wakes,
case when c.first then 'write' when p.lead_id is not null then 'turn' else j.judgement end as verdict
from judged as j
left join circle as c on c.lead_id = j.lead_id
left join patience as p on p.lead_id = j.lead_id
),
touched as materialized (
select j.lead_id, e.email, e.email = j.email and 'email' = any (j.due) as takes
from turned as j cross join lateral (select case when not j.blanks then j.email end union select j.remote_email) as e (email)
where j.verdict = 'write' and j.op <> 'delete' and e.email is not null
),
first_touch as materialized (
select t.email, min(t.lead_id::text)::uuid as lead_id, (min(t.lead_id::text) filter (where t.takes))::uuid as taker_id
from touched as t
group by t.email
),
ordered as materialized (
select
j.*,
j.verdict = 'write' and (
(j.total > v_settings.max_claim_bytes and j.total > j.bytes)
or exists (
select from touched as t join first_touch as f on f.email = t.email
where t.lead_id = j.lead_id and ((t.takes and f.lead_id < j.lead_id) or f.taker_id < j.lead_id)
)
) as waits
from (
select w.*, sum(w.bytes) over (order by w.lead_id) as total
from (
select v.*, case when v.verdict = 'write' then pg_column_size(v.local) + coalesce(pg_column_size(v.snapshot -> 'twenty_record'), 0) else 0 end as bytes
from turned as v
) as w
) as j
),
planned as materialized (
select
o.*, k.left_out,
case
when o.op = 'delete' then '{"deleted": true}'::jsonb
when o.blanks then '{"email": null}'::jsonb
else (
select coalesce(jsonb_object_agg(r.field, coalesce(case when not k.left_out ? r.field then o.local -> r.field end, 'null')), '{}')
from rule as r
where r.direction <> 'to_supabase' and case
when r.field = 'deleted' then o.op = 'restore'
when o.op = 'create' then o.local ? r.field
when o.op = 'restore' then true
when r.field in ('company_name', 'company_domain') then o.due && array['company_name', 'company_domain']
else r.field = any (o.due)
end
)
end as values
from ordered as o
cross join lateral (
select case
when (o.op in ('create', 'restore') or o.due && array['company_name', 'company_domain'])
and (select bool_or(r.of_company) from rule as r where r.field = 'company_domain')
and lead_sync.shared_host(o.local ->> 'company_domain') is not null
then jsonb_build_object('company_domain', o.local -> 'company_domain')
else '{}'
end as left_out
offset 0
) as k
where o.verdict = 'write' and not o.waits
),
record_intents as (
update lead_sync.lead_states as s set
intent = jsonb_build_object(
'twenty_id', case when p.op = 'create' then p.lead_id else p.twenty_id end,
'values', p.values, 'base_local', p.base_local, 'base_remote', p.base_remote, 'until', v_now + p.lease
)
|| case when p.left_out <> '{}' then jsonb_build_object('left_out', p.left_out) else '{}' end,
due_at = v_now + p.lease
from planned as p
where s.lead_id = p.lead_id
),
drop_old_intents as (
update lead_sync.lead_states as s set intent = null
from ordered as o
where s.lead_id = o.lead_id and o.twenty_id is null and o.verdict in ('release', 'outside') and (p_context ->> 'read_started_at')::timestamptz > o.intent_until
),
wake_states as (
update lead_sync.lead_states as s set due_at = v_now, held_by = null from turned as o where s.lead_id = any (o.wakes)
returning s.lead_id
),
releases as materialized (
select o.lead_id, o.verdict,
case o.verdict when 'tombstone' then 'tombstone' when 'duplicate' then 'duplicate_of' when 'nobody' then 'not_found' when 'waits' then 'waits' end as category,
case when o.verdict in ('tombstone', 'duplicate') then o.other_twenty_id end as held_by,
case when o.verdict in ('tombstone', 'duplicate', 'nobody') then 'error' when o.verdict = 'settled' then 'synced' when o.verdict = 'outside' then 'outside' else 'pending' end as sync_status,
case
when o.verdict = 'unread' then v_now + lead_sync.backoff(o.retries + 1, v_settings.backoff_first, v_settings.backoff_longest)
when o.verdict = 'await' then greatest(
coalesce(o.absent_since, v_now) + (p_context ->> 'absence_allowance')::interval,
case when (p_context ->> 'suspicious')::boolean then v_now + v_settings.backoff_first end
)
when o.verdict = 'turn' then greatest(v_now, o.waits_until)
when o.verdict = 'waits' then v_now + v_settings.backoff_longest
when o.verdict in ('release', 'write') then greatest(v_now, case when o.twenty_id is null and o.verdict = 'release' then o.intent_until end)
end as due_at,
case
when o.verdict = 'await' then 'not found in Twenty; waiting for a second read to confirm it'
when o.verdict = 'waits' then 'waits for lead ' || (v_waiting ->> o.lead_id::text) || ', which has no person in Twenty yet'
when o.verdict = 'unread' then 'what Twenty holds of this lead could not be taken: ' || coalesce(o.reason, 'it was not read')
when o.verdict = 'nobody' then
'not_found: twenty_id names nobody in Twenty: correct it, or blank it, and the lead is linked by its e-mail or gets a person of its own'
when o.verdict = 'tombstone' then
'tombstone: the e-mail belongs to a deleted person in Twenty (' || o.other_twenty_id || '): restore that person or change the e-mail'
when o.verdict = 'duplicate' then
coalesce('duplicate_of ' || o.other_lead_id, 'duplicate: person ' || o.other_twenty_id || ' in Twenty')
|| ' has this e-mail: merge the two leads or change the e-mail'
end as error
from ordered as o
where o.verdict <> 'write' or o.waits
),
write_history as (
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, error_message, created_at)
select r.lead_id, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'supabase_to_twenty', 'error', r.error, coalesce(s.due_since, v_now)
from releases as r join lead_sync.lead_states as s on s.lead_id = r.lead_id
where r.sync_status = 'error'
)
select
jsonb_build_object(
'writes', coalesce((
select jsonb_agg(
jsonb_build_object(
'lead_id', p.lead_id,
'op', p.op,
'twenty_id', case when p.op = 'create' then p.lead_id else p.twenty_id end,
'twenty_updated_at', p.snapshot -> 'twenty_updated_at',
'values', case v_adapter when 'lead' then lead_sync.wire_form(p.values - 'deleted') else lead_sync.sent_fields(p.values - 'deleted') end,
'country', lead_sync.country_code(p.local ->> 'country'),
'twenty_record', case when p.op <> 'create' then p.snapshot -> 'twenty_record' end
)
order by p.lead_id
)
from planned as p
), '[]'),
'held', coalesce((
select jsonb_agg(jsonb_build_object(
'index', null, 'lead_id', r.lead_id, 'twenty_id', null, 'result', 'held', 'linked', false, 'reason', r.error, 'fields', '[]'::jsonb
))
from releases as r
where r.sync_status = 'error'
), '[]'),
'released', (select count(*) from releases),
'waiting', (select count(*) from releases as r where r.verdict = 'turn'),
'lease_seconds', (select extract(epoch from min(p.lease))::integer from planned as p)
),
coalesce((
select jsonb_agg(jsonb_build_object(
'lead_id', r.lead_id, 'sync_status', r.sync_status, 'due_at', r.due_at, 'error', r.error, 'tried', (r.verdict = 'unread')::integer,
'category', r.category, 'held_by', r.held_by, 'count', case when r.sync_status in ('synced', 'outside') then 0 end, 'outside_by', case when r.sync_status = 'outside' then v_judged_by end,
'last_synced_at', case when r.sync_status = 'synced' then v_now end
) order by r.lead_id)
from releases as r
), '[]'),
(select jsonb_agg(jsonb_build_object('lead_id', w.lead_id, 'sync_status', 'pending', 'error', null)) from wake_states as w)
into v_answer, v_releases, v_woken;
perform lead_sync.release_claims(v_releases, p_context);
perform lead_sync.write_or_split('mark', v_woken, p_context);
return v_answer;
end
$$;
-- plan/release_claims.sql
create or replace function lead_sync.release_claims(p_items jsonb, p_context jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
update lead_sync.lead_states as s set
claim_token = null,
lease = null,
due_at = (i ->> 'due_at')::timestamptz,
due_since = case when i ->> 'sync_status' in ('synced', 'outside') then null else s.due_since end,
retries = case when i ->> 'sync_status' in ('synced', 'outside') then 0 else s.retries + coalesce((i ->> 'tried')::integer, 0) end,
error_category = i ->> 'category',
error_at = case when i ->> 'sync_status' = 'error' then clock_timestamp() end,
held_by = (i ->> 'held_by')::uuid,
outside_by = (i ->> 'outside_by')::timestamptz,
stalls = 0
from jsonb_array_elements(p_items) as i
where s.lead_id = (i ->> 'lead_id')::uuid;
perform lead_sync.write_or_split('mark', p_items, p_context);
end
$$;
-- completion/backoff.sql
create or replace function lead_sync.backoff(p_retries integer, p_first interval, p_longest interval) returns interval
language plpgsql volatile set search_path = '' as $$
begin
return least(p_first * power(2, least(p_retries, 30) - 1), p_longest) * (0.8 + 0.4 * random());
end
$$;
-- completion/base_after_write.sql
create or replace function lead_sync.base_after_write(
p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_intent jsonb, p_returned jsonb, p_reborn boolean, p_rules jsonb
) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select jsonb_build_object(
'base_local', jsonb_strip_nulls(
case when p_reborn then '{}' else p_base_local end
|| coalesce(jsonb_object_agg(f.key, case when f.replaced or f.unusable and f.edited then f.returned else f.here end) filter (where f.kept), '{}')
),
'base_remote', jsonb_strip_nulls(
case when p_reborn then '{}' else p_base_remote end || coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and not f.unusable), '{}')
),
'taken', coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and f.replaced and not f.edited), '{}'),
'conflicts', coalesce(jsonb_agg(jsonb_build_object(
'field', f.key, 'winner', 'twenty', 'supabase_value', f.here, 'twenty_value', f.returned, 'reason', case
when f.of_company then 'the company in Twenty has this value: edit the company there'
else 'Twenty stored another value than it was sent'
end
) order by f.key) filter (
where f.kept and f.replaced and not f.edited and f.here <> 'null' and lower(f.here #>> '{}') is distinct from lower(f.returned #>> '{}')
), '[]')
)
from (
select e.key, c.here, p_returned -> e.key as returned, c.of_company, r.rule is not null as replaced, c.unusable and not c.of_company as unusable,
case
when c.of_company then bool_or(c.of_company and c.edited) over ()
else c.edited
end as edited,
p_returned ? e.key and (p_reborn or (
(p_base_local -> e.key) is not distinct from (p_intent -> 'base_local' -> e.key)
and (p_base_remote -> e.key) is not distinct from (p_intent -> 'base_remote' -> e.key)
)) as kept
from jsonb_each(p_intent -> 'values') as e
cross join lateral (
select e.key in ('company_name', 'company_domain') as of_company, i.here, coalesce(p_local -> e.key, 'null') <> i.here as edited,
i.unusable, case when i.unusable then 'null' else e.value end as sent
from (
select coalesce(p_intent -> 'left_out' -> e.key, e.value) as here, coalesce(p_intent -> 'unusable' ? e.key, false) as unusable
) as i
) as c
left join lateral (
select k as rule
from jsonb_array_elements(case when c.sent is distinct from p_returned -> e.key then p_rules else '[]' end) as k
where k ->> 'field' = e.key and k ->> 'direction' = 'both' and e.key <> 'deleted'
and not (c.unusable and not c.of_company) and not lead_sync.is_same(k ->> 'kind', c.sent, p_returned -> e.key)
) as r on true
) as f
$$;
-- completion/settle_writes.sql
create or replace function lead_sync.settle_writes(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text := p_context ->> 'adapter';
v_claim_token uuid := p_context ->> 'claim_token';
v_settings lead_sync.settings;
v_rules jsonb := p_context -> 'rules';
v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
v_now timestamptz := p_context ->> 'now';
v_rows lead_sync.synced_row[] := lead_sync.read_rows(v_adapter, array(select (r ->> 'lead_id')::uuid from jsonb_array_elements(p_items) as r));
v_linked jsonb := lead_sync.linked_rows(v_adapter, array(select (r ->> 'twenty_id')::uuid from jsonb_array_elements(p_items) as r));
v_settled jsonb;
v_taken jsonb;
v_marks jsonb;
begin
select * into strict v_settings from lead_sync.settings;
with answer as materialized (
select
(r ->> 'lead_id')::uuid as lead_id,
r ->> 'op' as op,
coalesce((r ->> 'ok')::boolean, false) as ok,
(r ->> 'twenty_id')::uuid as twenty_id,
(r ->> 'twenty_created_at')::timestamptz as created_at,
(r ->> 'twenty_updated_at')::timestamptz as updated_at,
case v_adapter when 'lead' then lead_sync.stated_values(coalesce(r -> 'values', '{}')) else lead_sync.stated_fields(coalesce(r -> 'values', '{}')) end
|| jsonb_build_object('deleted', case when r ->> 'op' = 'delete' or r ->> 'twenty_deleted_at' is not null then true end) as returned,
coalesce(r ->> 'category', 'server') as category,
coalesce(r ->> 'outcome', 'unknown') as outcome,
coalesce(nullif(r ->> 'message', ''), 'Twenty gave no reason') as message,
coalesce(r -> 'left_out', '{}') as left_out,
l.local, l.twenty_id as linked_to, l.sync_error_count, l.left_out as left_out_before
from jsonb_array_elements(p_items) as r
left join unnest(v_rows) as l on l.id = (r ->> 'lead_id')::uuid
),
held as materialized (
select
a.lead_id, a.op, a.returned, a.created_at, a.updated_at,
a.ok and other.id is null and k.planned as ok,
coalesce(a.twenty_id, a.linked_to) as twenty_id,
case when a.ok and other.id is not null then 'duplicate' when a.ok and not k.planned then 'conflict' else a.category end as category,
case when a.ok and other.id is not null then 'refused' when a.ok and not k.planned then 'unknown' else a.outcome end as outcome,
case
when a.ok and other.id is not null then 'duplicate_of ' || other.id || ': Twenty answered with that lead''s person'
when a.ok and not k.planned then 'The result names another person than was planned for this lead, or none was: it is read and planned again'
else a.message
end as message,
a.local, a.sync_error_count, s.retries, s.due_since, s.intent,
case when v_renewed is null then s.base_local else lead_sync.known_base(s.base_local, s.merged_at, v_renewed) end as base_local,
case when v_renewed is null then s.base_remote else lead_sync.known_base(s.base_remote, s.merged_at, v_renewed) end as base_remote,
s.remote_created_at, s.gone, a.left_out, a.left_out_before
from answer as a
join lead_sync.lead_states as s on s.lead_id = a.lead_id and s.claim_token is not distinct from v_claim_token
cross join lateral (select nullif((v_linked ->> a.twenty_id::text)::uuid, a.lead_id) as id) as other
cross join lateral (
select s.intent is not null and coalesce((s.intent ->> 'twenty_id')::uuid = a.twenty_id, true) as planned
) as k
where a.local is not null
),
settled as materialized (
select
h.*, f.counted,
coalesce(b.base -> 'base_local', h.base_local) as new_base_local,
coalesce(b.base -> 'base_remote', h.base_remote) as new_base_remote,
coalesce(b.base -> 'taken', '{}') as taken,
coalesce(b.base -> 'conflicts', '[]') as conflicts,
case
when h.ok and (h.left_out <> '{}' or h.left_out_before <> '{}' or h.intent ? 'left_out') then lead_sync.still_left_out(
(h.left_out_before - array(select jsonb_object_keys(coalesce(h.intent -> 'values', '{}')))) || h.left_out || coalesce((
select jsonb_object_agg(k, 'many companies share this host: the company goes by its name')
from jsonb_object_keys(h.intent -> 'left_out') as k
), '{}'),
jsonb_strip_nulls(h.local || (b.base -> 'taken')), b.base -> 'base_local', b.base -> 'base_remote', v_rules
)
else h.left_out_before
end as new_left_out,
h.sync_error_count + f.counted::integer as error_count,
case
when h.ok then case
when lead_sync.due_fields(jsonb_strip_nulls(h.local || (b.base -> 'taken')), b.base -> 'base_local', b.base -> 'base_remote', true, v_rules) = '{}'
then 'synced'
else 'pending'
end
when f.counted then 'error'
else 'pending'
end as status,
not h.ok and f.counted and h.sync_error_count + 1 >= v_settings.max_attempts as dead,
case
when h.outcome = 'given_back' or (h.outcome = 'changed' and h.retries = 0) then v_now
else v_now + lead_sync.backoff(h.retries + 1, v_settings.backoff_first, v_settings.backoff_longest)
end as retry_at
from held as h
cross join lateral (
select not h.ok and h.outcome = 'refused' and h.category not in ('rate_limit', 'timeout', 'network', 'auth', 'permission') as counted
) as f
cross join lateral (
select case
when h.ok then lead_sync.base_after_write(
h.local, h.base_local, h.base_remote, coalesce(h.intent, '{"values": {}}') || case when h.left_out <> '{}' then jsonb_build_object('unusable', h.left_out) else '{}' end, h.returned,
coalesce(h.remote_created_at <> h.created_at, false) or (h.gone and h.op = 'create'), v_rules
)
end as base
offset 0
) as b
),
write_states as (
update lead_sync.lead_states as s set
base_local = t.new_base_local,
base_remote = t.new_base_remote,
remote_created_at = case when t.ok then coalesce(t.created_at, s.remote_created_at) else s.remote_created_at end,
remote_updated_at = case
when t.ok and jsonb_strip_nulls(t.new_base_remote || t.returned) = t.new_base_remote then coalesce(t.updated_at, s.remote_updated_at)
else s.remote_updated_at
end,
gone = s.gone and not (t.ok and t.op = 'create'),
absent_since = case when t.ok then null else s.absent_since end,
merged_at = case when t.ok then v_now else s.merged_at end,
read_at = case when t.ok then v_now else s.read_at end,
intent = case when t.ok or (t.outcome <> 'unknown' and t.op is not null) then null else s.intent end,
claim_token = null,
lease = null,
retries = case when t.ok then 0 when t.outcome = 'given_back' then s.retries else s.retries + 1 end,
due_at = case when t.status = 'synced' or t.dead then null when t.ok then v_now else t.retry_at end,
due_since = case when t.status = 'synced' then null when t.ok then v_now else s.due_since end,
error_category = case when t.outcome = 'given_back' then s.error_category when not t.ok then t.category end,
error_at = case when t.status = 'error' then v_now end,
held_by = null,
stalls = case when t.outcome = 'given_back' then s.stalls else 0 end
from settled as t
where s.lead_id = t.lead_id
),
write_history as (
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, error_message, created_at, synced_at)
select
t.lead_id, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'supabase_to_twenty', case when t.ok then 'synced' else 'error' end,
array(select jsonb_object_keys(coalesce(t.intent -> 'values', '{}'))), case when not t.ok then t.category || ': ' || t.message end,
coalesce(t.due_since, v_now), v_now
from settled as t
where t.outcome not in ('changed', 'given_back') or t.ok
),
write_changes as (
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
select v_now, t.lead_id, (p_context ->> 'run_id')::uuid, 'twenty', lead_sync.values_before(t.base_remote, w.values), w.values
from settled as t
cross join lateral (
select jsonb_object_agg(e.key, e.value) as values
from jsonb_each(t.intent -> 'values') as e
where e.value <> coalesce(t.base_remote -> e.key, 'null') and not t.left_out ? e.key
) as w
where v_settings.changes_days > 0 and t.ok and t.op <> 'create' and w.values is not null
)
select
jsonb_agg(jsonb_build_object(
'lead_id', a.lead_id, 'op', a.op, 'ok', coalesce(t.ok, a.ok), 'outcome', a.outcome, 'sync_status', t.status, 'dead', t.dead, 'retry_at', t.retry_at,
'left_out', t.new_left_out
)),
jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'local', t.local, 'taken', t.taken, 'conflicts', t.conflicts)) filter (where t.taken <> '{}'),
jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'sync_status', t.status, 'left_out', t.new_left_out) || case
when t.ok then jsonb_build_object('twenty_id', t.twenty_id, 'sync_direction', 'supabase_to_twenty', 'error', null, 'count', 0, 'last_synced_at', v_now)
when t.outcome = 'given_back' then jsonb_build_object('count', t.error_count)
else jsonb_build_object('error', t.message, 'count', t.error_count)
end) filter (where t.lead_id is not null)
into v_settled, v_taken, v_marks
from answer as a
left join settled as t on t.lead_id = a.lead_id;
perform lead_sync.mark_rows(v_adapter, v_marks);
if v_taken is not null then
perform lead_sync.take_answers(v_adapter, v_taken, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type');
end if;
return coalesce(v_settled, '[]');
end
$$;
-- completion/take_answers.sql
create or replace function lead_sync.take_answers(p_adapter text, p_items jsonb, p_run_id uuid, p_sync_type text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
perform lead_sync.write_rows(p_adapter, array(
select row(l.id, false, l.twenty_id, i -> 'taken', null, l.sync_status, true, l.left_out, null, null, null)::lead_sync.row_change
from jsonb_array_elements(p_items) as i
join unnest(lead_sync.read_rows(p_adapter, array(select (k ->> 'lead_id')::uuid from jsonb_array_elements(p_items) as k))) as l on l.id = (i ->> 'lead_id')::uuid
));
update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = 'superseded'
from jsonb_array_elements(p_items) as i cross join jsonb_array_elements(i -> 'conflicts') as newer
where c.lead_id = (i ->> 'lead_id')::uuid and c.field = newer ->> 'field' and c.resolved_at is null;
insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
select (i ->> 'lead_id')::uuid, p_run_id, c ->> 'field', c ->> 'winner', c -> 'supabase_value', c -> 'twenty_value', c ->> 'reason'
from jsonb_array_elements(p_items) as i cross join jsonb_array_elements(i -> 'conflicts') as c;
insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed)
select (i ->> 'lead_id')::uuid, p_run_id, p_sync_type, 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(i -> 'taken'))
from jsonb_array_elements(p_items) as i;
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
select clock_timestamp(), (i ->> 'lead_id')::uuid, p_run_id, 'supabase', lead_sync.values_before(i -> 'local', i -> 'taken'), i -> 'taken'
from jsonb_array_elements(p_items) as i
where (select s.changes_days > 0 from lead_sync.settings as s);
end
$$;
-- completion/update_sync_status.sql
create or replace function public.update_sync_status(p_claim_token uuid, p_results jsonb, p_run jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_run public.lead_sync_runs;
v_adapter text;
v_settings lead_sync.settings;
v_now timestamptz := clock_timestamp();
v_settled jsonb;
v_results jsonb;
v_counts jsonb;
v_errors bigint;
begin
if p_claim_token is null or jsonb_typeof(p_results) is distinct from 'array' then
raise exception 'p_claim_token and an array p_results are needed' using errcode = '22023',
hint = 'Give the claim_token of get_leads_for_sync and the results of the push.';
end if;
v_run := lead_sync.hold_run(p_run);
v_adapter := lead_sync.adapter_of(v_run.object);
perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
select * into strict v_settings from lead_sync.settings;
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.lock_rows(v_adapter, array(
select s.lead_id from lead_sync.lead_states as s
where s.claim_token = p_claim_token
or s.held_by = any (array(
select (r ->> 'twenty_id')::uuid from jsonb_array_elements(p_results) as r where lead_sync.is_uuid(r ->> 'twenty_id')
))
));
v_settled := lead_sync.write_or_split('settle', p_results, jsonb_build_object(
'adapter', v_adapter, 'claim_token', p_claim_token, 'rules', lead_sync.rules(coalesce(v_run.object, v_settings.object), v_run.policy),
'run_id', v_run.id, 'sync_type', lead_sync.push_type(v_run), 'now', v_now
));
select
coalesce(jsonb_agg(
jsonb_build_object(
'lead_id', t.lead_id,
'sync_status', t.sync_status,
'dead', coalesce(t.dead, false),
'next_attempt_at', case when not t.ok and not t.dead then t.retry_at end,
'stale', t.sync_status is null
) || case when t.left_out <> '{}' then jsonb_build_object('left_out', t.left_out) else '{}' end
order by t.lead_id
), '[]'),
jsonb_build_object(
'created', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'create'),
'updated', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'update'),
'deleted', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'delete'),
'restored', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'restore'),
'synced', count(*) filter (where t.sync_status = 'synced'),
'pending', count(*) filter (where t.sync_status = 'pending'),
'error', count(*) filter (where t.sync_status = 'error'),
'dead', count(*) filter (where t.dead),
'changed', count(*) filter (where t.sync_status is not null and not t.ok and t.outcome = 'changed'),
'stale', count(*) filter (where t.sync_status is null)
),
count(*) filter (where not t.ok and (t.outcome in ('changed', 'given_back')) is not true)
into v_results, v_counts, v_errors
from jsonb_to_recordset(v_settled) as t (lead_id uuid, op text, ok boolean, outcome text, sync_status text, dead boolean, retry_at timestamptz, left_out jsonb);
if v_run.id is not null then
perform lead_sync.add_figures(
v_run.id,
jsonb_build_object(
'pushed', (v_counts ->> 'created')::integer + (v_counts ->> 'updated')::integer + (v_counts ->> 'deleted')::integer + (v_counts ->> 'restored')::integer,
'pushed_created', v_counts -> 'created',
'pushed_updated', v_counts -> 'updated',
'errors', v_errors,
'dead', v_counts -> 'dead',
'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
),
null
);
end if;
perform lead_sync.release_held((
select jsonb_agg(jsonb_build_object(
'twenty_id', r -> 'twenty_id', 'email', r -> 'values' -> 'email',
'deleted', r ->> 'op' = 'delete' or r ->> 'twenty_deleted_at' is not null
))
from jsonb_array_elements(p_results) as r
where r -> 'ok' = 'true' and lower(r ->> 'lead_id') in (
select t ->> 'lead_id' from jsonb_array_elements(v_settled) as t where t ->> 'sync_status' is not null
)
));
perform lead_sync.end_work(lead_sync.work_mark(p_claim_token));
perform set_config('lead_sync.engine', 'off', true);
return jsonb_build_object('results', v_results, 'counts', v_counts, 'remaining', lead_sync.count_due(v_adapter));
end
$$;
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
for v_adapter in select o.adapter from lead_sync.objects as o where lead_sync.is_synced(o.adapter) order by o.adapter <> 'lead', o.adapter loop
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
v_replayed := v_replayed || coalesce(v_ids, '{}');
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
'replayed', cardinality(v_replayed), 'remaining', (select count(*) from lead_sync.stuck_leads(p_kind)), 'results', v_results
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
return jsonb_build_object(
'conflicts', v_conflicts,
'total', (
select count(*) from public.lead_sync_conflicts as c join lead_sync.lead_states as r on r.lead_id = c.lead_id
where (p_lead_id is null or c.lead_id = p_lead_id) and (p_field is null or c.field = p_field) and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
),
'fields', (
select coalesce(jsonb_agg(jsonb_build_object('field', f.field, 'open', f.open) order by f.open desc, f.field), '[]')
from (select c.field, count(*) as open from public.lead_sync_conflicts as c join lead_sync.lead_states as r on r.lead_id = c.lead_id where c.resolved_at is null group by c.field) as f
),
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
v_began := clock_timestamp();
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
v_results := v_results || jsonb_build_object(
'id', v_conflict.id, 'lead_id', v_conflict.lead_id, 'field', v_conflict.field, 'decided', v_problem is null, 'problem', left(v_problem, 500),
'resolution', v_conflict.resolution, 'resolved_by', v_conflict.resolved_by, 'resolved_at', v_conflict.resolved_at
);
end loop;
return jsonb_build_object(
'decided', (select count(*) from unnest(v_results) as r where (r -> 'decided')::boolean),
'results', to_jsonb(v_results) || coalesce((
select jsonb_agg(jsonb_build_object(
'id', i, 'lead_id', null, 'field', null, 'decided', false, 'problem', 'There is no such conflict', 'resolution', null, 'resolved_by', null, 'resolved_at', null
))
from unnest(p_conflict_ids) as i where not exists (select from public.lead_sync_conflicts as c where c.id = i)
), '[]')
);
end
$$;
-- conflicts/set_values.sql
create or replace function lead_sync.set_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql volatile set search_path = '' as $$
declare
v_lead public.leads := p_lead;
v_field text;
begin
for v_field in select jsonb_object_keys(p_values) loop
v_lead := lead_sync.with_value(v_lead, v_field, p_values -> v_field);
end loop;
update public.leads as l set
first_name = v_lead.first_name, last_name = v_lead.last_name, email = v_lead.email, additional_emails = v_lead.additional_emails, phone = v_lead.phone,
additional_phones = v_lead.additional_phones, job_title = v_lead.job_title,
company_name = v_lead.company_name, company_domain = v_lead.company_domain, company_size = v_lead.company_size, city = v_lead.city,
region = v_lead.region, country = v_lead.country, postal_code = v_lead.postal_code, linkedin_url = v_lead.linkedin_url,
lead_source = v_lead.lead_source, lead_status = v_lead.lead_status, lead_score = v_lead.lead_score, segment_id = v_lead.segment_id,
attributes = v_lead.attributes, deleted_at = v_lead.deleted_at
where l.id = v_lead.id
returning l.* into v_lead;
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
-- inbox/add_to_inbox.sql
create or replace function public.add_to_inbox(p_events jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_objects text[];
v_known integer;
v_added integer;
v_ignored integer;
begin
if jsonb_typeof(p_events) is distinct from 'array' then
raise exception 'p_events must be an array of events' using errcode = '22023', hint = 'Pass [{"object": "person", "record_id": "…"}].';
elsif jsonb_array_length(p_events) > 10000 then
raise exception 'At most 10,000 events a call, got %', jsonb_array_length(p_events) using errcode = '22023', hint = 'Send smaller batches.';
end if;
select array[s.object] || case
when exists (select from lead_sync.field_mappings as m where m.object = s.object and m.enabled and m.twenty_field like 'company.%')
then array['company']
else '{}'
end || array(select o.object from lead_sync.activity_objects() as o join lead_sync.activity_cursors as c on c.object = o.object)
|| array(select o.object from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object)
into strict v_objects
from lead_sync.settings as s;
with event as materialized (
select e ->> 'object' as object, case when lead_sync.is_uuid(e ->> 'record_id') then (e ->> 'record_id')::uuid end as record_id
from jsonb_array_elements(p_events) as e
),
record as materialized (
select e.object, e.record_id, count(*)::integer as hints
from event as e
where e.object = any (v_objects) and e.record_id is not null
group by e.object, e.record_id
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
(select count(*) from event) - (select coalesce(sum(r.hints), 0) from record as r)
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
select i.object, i.record_id, i.hinted_again_at, not a.stale and not a.absent as done, s.absent_since
from lead_sync.inbox as i
join answer as a on a.record_id = i.record_id
left join lead_sync.lead_states as s on a.absent and s.lead_id = a.lead_id
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
when a.hinted_again_at is null and (p_context ->> 'suspicious')::boolean then clock_timestamp() + interval '1 minute'
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
if lead_sync.adapter_of(v_run.object) = 'lead' then
perform lead_sync.spread_company_hints(v_run.object);
end if;
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
where i.object in (v_run.object, case lead_sync.adapter_of(v_run.object) when 'lead' then 'company' end) and i.due_at <= clock_timestamp() and i.run_id is distinct from v_run.id
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
where i.object = 'company' and i.due_at <= clock_timestamp()
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
v_last bigint;
v_url text;
v_now bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
delete from lead_sync.push_wishes as w where w.xact = new.xact and w.target = new.target;
v_last := case new.target
when 'push' then (select c.last_value from lead_sync.last_push_call as c)
when 'edge' then (select c.last_value from lead_sync.last_edge_call as c)
else (select c.last_value from lead_sync.last_arrivals_call as c)
end;
if v_now - v_last between 0 and 249 then
return null;
end if;
begin
select * into strict v_target from lead_sync.instant_push;
perform setval(format('lead_sync.last_%s_call', new.target)::regclass, v_now);
perform pg_notify(case new.target when 'push' then 'lead_sync_due' when 'edge' then 'lead_sync_edge_due' else 'lead_sync_arrived' end, '');
v_url := case new.target when 'push' then v_target.url when 'edge' then v_target.edge_url else v_target.arrivals_url end;
if v_url is not null and lead_sync.has_pg_net() then
perform net.http_post(
url := v_url,
body := jsonb_build_object('event', case new.target when 'push' then 'leads.due' when 'edge' then 'rows.due' else 'leads.arrived' end),
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
-- instant_push/wish_for_edge.sql
create or replace function lead_sync.wish_for_edge() returns void
language plpgsql volatile set search_path = '' as $$
begin
if exists (select from lead_sync.instant_push) then
insert into lead_sync.push_wishes (target) values ('edge') on conflict do nothing;
end if;
end
$$;
-- instant_push/wish_for_push.sql
create or replace function lead_sync.wish_for_push() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
if not exists (select from lead_sync.instant_push) or not exists (select from new_leads as n where n.sync_status = 'pending') then
return null;
end if;
if not lead_sync.engine_is_writing() then
insert into lead_sync.push_wishes (target) values ('push') on conflict do nothing;
elsif tg_op = 'UPDATE' and exists (
select from new_leads as n join old_leads as o on o.id = n.id where n.sync_status = 'pending' and o.sync_status in ('synced', 'outside', 'error')
) then
insert into lead_sync.push_wishes (target) values ('push') on conflict do nothing;
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
v_filter timestamptz := (select f.changed_at from lead_sync.lead_filters as f where f.direction = 'to_supabase');
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
and not exists (select from lead_sync.people_outside as o where (o.twenty_id, o.updated_at, o.judged_by) = (r.id, r.updated_at, $11))
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
or exists (select from lead_sync.people_outside as o where o.twenty_id = r.id and o.judged_by is distinct from $11)
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
using p_records, p_after, p_through, p_changed_since, p_read_started_at, p_rules, v_renewed, v_repairs, p_reconciliation.run_id, v_adapter, v_filter;
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
where l.twenty_id > $1 and l.twenty_id < $2 and l.twenty_id::text ~ '^.{14}[1-8].{4}[89ab]'
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
group by s.overlap, s.reconcile_all_every
having max(b.started_at) filter (where b.figures ? 'compared_all') > greatest(clock_timestamp() - s.reconcile_all_every, max(f.changed_at));
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
create or replace function lead_sync.judge_people(p_items jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_filter lead_sync.lead_filters;
v_people public.leads[];
v_outside uuid[];
begin
select * into v_filter from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null;
if not found then
return p_items;
end if;
v_people := array(
select lead_sync.person_as_lead(i -> 'snapshot') from jsonb_array_elements(p_items) as i where not coalesce((i -> 'snapshot' ->> 'absent')::boolean, false)
);
v_outside := array(
select w.lead_id from lead_sync.weigh_leads(v_people, lead_sync.filter_set('to_supabase')) as w where w.total < jsonb_array_length(v_filter.conditions)
);
return (
select coalesce(jsonb_agg(case
when (i #>> '{snapshot,twenty_id}')::uuid = any (v_outside) then jsonb_set(i, '{snapshot,outside}', to_jsonb(v_filter.changed_at))
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
begin
if p_adapter = 'lead' then
perform lead_sync.reopen_outside(2 * p_limit);
end if;
for v_round in 1..10 loop
v_due := lead_sync.next_due(p_adapter, p_limit, p_max_bytes);
exit when v_due is null or p_adapter <> 'lead';
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
exit when v_due is not null;
end loop;
return v_due;
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
raise exception 'Filter %: %', p_direction, v_problem using errcode = '22023';
end if;
if p_direction = 'to_twenty' then
v_leads := array(select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample);
else
v_leads := array(
select lead_sync.person_as_lead(s.base_remote || jsonb_build_object('twenty_id', l.id, 'attributes', (
select coalesce(jsonb_object_agg(substr(e.key, 12), e.value), '{}') from jsonb_each(s.base_remote) as e where e.key like 'attributes.%'
)))
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.twenty_id is not null and l.deleted_at is null
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
'unread', case when p_direction = 'to_supabase' then (
select count(*) from lead_sync.people_outside as o where not exists (select from public.leads as l where l.twenty_id = o.twenty_id)
) else 0 end,
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
v_since timestamptz := coalesce((select f.changed_at from lead_sync.lead_filters as f where f.direction = 'to_twenty' and f.conditions is not null), 'infinity');
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
create or replace function public.set_filter(p_direction text, p_conditions jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
if p_direction is null or p_direction not in ('to_twenty', 'to_supabase') then
raise exception 'p_direction must be to_twenty or to_supabase, got %', p_direction using errcode = '22023';
end if;
insert into lead_sync.lead_filters (direction, conditions) values (p_direction, nullif(p_conditions, 'null'))
on conflict (direction) do update set conditions = excluded.conditions;
return (select f from jsonb_array_elements(public.get_filters() -> 'filters') as f where f ->> 'direction' = p_direction);
end
$$;
-- scoring/assess_chosen_lead.sql
create or replace function lead_sync.assess_chosen_lead() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
if new.segment_id is distinct from old.segment_id or (new.segment_source is null and old.segment_source is not null) then
new.segment_source := case when new.segment_id is not null and new.segment_id is distinct from old.segment_id then 'human' end;
new.segment_confidence := case when new.segment_source = 'human' then 1 end;
new.segment_id := case when new.segment_source = 'human' then new.segment_id end;
end if;
new := lead_sync.assess_lead(new);
return new;
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
v_is_classified boolean := v_has_criteria;
v_lead public.leads;
v_leads public.leads[] := '{}';
v_segmented public.leads[] := '{}';
v_segment record;
v_common jsonb;
begin
v_state := lead_sync.scoring_state_in_use();
foreach v_lead in array p_leads loop
if v_lead.score_epoch < v_state.enriched_epoch then
v_lead.company_employees := case when v_lead.company_size is not null then lead_sync.employees(v_lead.company_size) end;
v_lead.company_size_band := case when v_lead.company_size is not null then lead_sync.size_band(v_lead.company_size) end;
v_lead.income_tier := case when v_lead.country is not null then lead_sync.income_tier(v_lead.country, v_lead.region, v_lead.postal_code) end;
end if;
v_is_classified := v_is_classified or v_lead.segment_source is not null;
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
v_common := jsonb_build_object('version', v_state.version, 'scored_at', clock_timestamp());
return query
select
l.id, l.company_employees, l.company_size_band, l.income_tier, l.segment_id, l.segment_confidence, l.segment_source,
case when w.lead_id is null then l.lead_score else s.score end,
case
when w.lead_id is null then l.score_breakdown
else v_common || jsonb_build_object('raw', w.total, 'score', s.score, 'rules', w.points, 'groups', w.groups)
end,
v_state.epoch,
case when w.lead_id is null then l.rescore_at else w.next_at end
from unnest(v_leads) as l
left join lead_sync.weigh_leads(case when v_state.version > 0 then v_leads else '{}' end, v_state.version) as w
on w.lead_id = l.id and l.deleted_at is null
cross join lateral (select least(100, greatest(0, round(w.total))) as score) as s;
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
if v_state.version = 0 then
return jsonb_build_object(
'scored', 0, 'changed', 0, 'has_next', false, 'position', null, 'version', null,
'reason', 'No scoring rules are published: look at them with preview_scoring_rules() and put them in force with publish_scoring_rules()'
);
end if;
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
v_due := lead_sync.leads_to_score(v_ids, v_state.version);
if v_due <> '{}' then
perform lead_sync.lock_leads(v_due);
v_changed := lead_sync.write_scores(v_due, v_state);
end if;
end if;
perform set_config('lead_sync.engine', 'off', true);
return jsonb_build_object(
'scored', cardinality(v_ids),
'changed', v_changed,
'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
'position', case when p_lead_ids is null and p_scope = 'all' then coalesce(v_ids[cardinality(v_ids)], p_position) end,
'version', v_state.version
);
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
when c.operator_no = 14 and c.attribute_no <> 16 then format('$11 + make_interval(days => greatest(1, -%s))', c.days)
else format('%s + make_interval(days => greatest(0, %s + 1))', case when c.attribute_no = 26 then 'a.active_at' else 'a.created_at' end, c.days)
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
case when a.is_dated then format(', case when v.t%1$s is not null then floor(date_part(''epoch'', $10 - lead_sync.day_in(v.t%1$s)) / 86400)::integer end as d%1$s', a.no) end,
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
where l.id = any ($1) and l.lead_score is not null
offset 0
) as v
offset 0
) as a
where case
when a.deleted_at is not null then a.score_epoch = 0 or a.rescore_at is not null
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
'-_.,;:/\|()[]{}&+"''!?@#*', repeat(' ', 25), v_gone;
return v_found || array(
select l.id from public.leads as l where l.id = any (p_lead_ids) and l.lead_score is null and (l.deleted_at is null or l.score_epoch = 0 or l.rescore_at is not null)
);
end
$body$;
-- scoring/lock_leads.sql
create or replace function lead_sync.lock_leads(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
perform from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update;
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
create or replace function public.publish_scoring_rules(p_note text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_previous integer;
v_version integer;
v_rules integer;
begin
select s.version into strict v_previous from lead_sync.scoring_state as s for update;
if not exists (select from lead_sync.conditions as c where c.set_no = -1) then
raise exception 'There is no enabled rule to publish' using errcode = '22023', hint = 'Add or enable rules in lead_scoring_rules; roll_back_scoring_rules(0) stops scoring.';
end if;
select coalesce(max(v.version), 0) + 1 into v_version from public.lead_scoring_versions as v;
insert into public.lead_scoring_versions (version, rules, groups, note)
select
v_version,
(select jsonb_agg(to_jsonb(r) - 'updated_at' order by r.rule_key) from public.lead_scoring_rules as r),
(select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g),
p_note;
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
create or replace function public.save_scoring_rule(p_rule jsonb, p_delete boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_rule public.lead_scoring_rules;
v_problems jsonb;
begin
if jsonb_typeof(p_rule) is distinct from 'object' or pg_column_size(p_rule) > 16384 then
raise exception 'p_rule must be an object of at most 16 kB' using errcode = '22023';
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
decay_days = excluded.decay_days, enabled = excluded.enabled, description = excluded.description;
end if;
return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
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
where l.rescore_at <= v_now and l.score_epoch <> 0
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
lead_id uuid, total numeric, points jsonb, groups jsonb, next_at timestamptz, score_before numeric, segment_before uuid, status_before text
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set jit = off set enable_memoize = off as $$
declare
v_now timestamptz := clock_timestamp();
v_used boolean[];
v_today timestamptz := date_trunc('day', v_now, 'UTC');
v_worded boolean[];
v_dated boolean[];
v_keys text[];
v_white constant text := e' \t\r\n\f\u000b\u00a0';
v_marks constant text := '-_.,;:/\|()[]{}&+"''!?@#*';
v_spaces constant text := repeat(' ', length(v_marks));
v_number constant text := '^[-+]?[0-9]{1,15}([.][0-9]{1,9})?$';
begin
select s.used, s.keys, s.worded, s.dated into v_used, v_keys, v_worded, v_dated
from lead_sync.condition_sets as s
where s.set_no = p_set_no;
return query
with condition as materialized (
select c.* from lead_sync.conditions as c where c.set_no = p_set_no
),
timed_condition as materialized (
select c.attribute_no, c.operator_no = 14 and c.attribute_no <> 16 as is_day, greatest(c.low, c.high, c.decay_days) as last_day
from lead_sync.conditions as c
where c.set_no = p_set_no and c.timed
)
select l.id, coalesce(w.total, 0), coalesce(w.points, '{}'), coalesce(w.groups, '{}'), t.next_at, l.lead_score, l.segment_id, l.sync_status
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
case when v_worded <> '{}' then array(
select case when w.worded then ' ' || translate(a.texts[w.no], v_marks, v_spaces) || ' ' end
from unnest(v_worded) with ordinality as w (worded, no)
) end as words,
case when v_dated <> '{}' then array(
select case when w.dated then floor(date_part('epoch', v_now - lead_sync.day_in(a.texts[w.no])) / 86400)::integer end
from unnest(v_dated) with ordinality as w (dated, no)
) end as days
offset 0
) as d
cross join lateral (
select
sum(p.group_points) filter (where p.is_first) as total,
jsonb_object_agg(p.condition_key, p.points) as points,
jsonb_object_agg(p.group_key, p.group_points) filter (where p.is_first) as groups
from (
select
m.condition_key, m.group_key, m.points,
row_number() over by_group = 1 as is_first,
least(greatest(sum(m.points) over by_group, m.lowest), m.highest) as group_points
from (
select c.condition_key, c.group_key, c.lowest, c.highest,
case
when c.decay_days is null then c.points
else trim_scale(round(
c.points * greatest(0, c.decay_days - greatest(0, case when c.operator_no = 14 and c.attribute_no <> 16 then d.days[c.attribute_no] else b.age end))
/ c.decay_days, 2
))
end as points
from condition as c
where case c.operator_no
when 1 then a.texts[c.attribute_no] = c.text_value
when 2 then a.texts[c.attribute_no] is distinct from c.text_value
when 3 then a.texts[c.attribute_no] = any (c.texts)
when 4 then a.texts[c.attribute_no] is null or a.texts[c.attribute_no] <> all (c.texts)
when 5 then a.texts[c.attribute_no] like any (c.texts)
when 6 then d.words[c.attribute_no] like any (c.texts)
when 9 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision > c.low end
when 10 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision < c.low end
when 11 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision between c.low and c.high end
when 12 then a.texts[c.attribute_no] is not null
when 13 then a.texts[c.attribute_no] is null
when 14 then case when c.attribute_no = 16 then b.age else d.days[c.attribute_no] end between 0 and c.low
end
) as m
window by_group as (partition by m.group_key)
) as p
) as w
cross join lateral (
select least(b.next_activity_at, min(case
when n.is_day then v_today + make_interval(days => greatest(1, -n.days))
else n.since + make_interval(days => greatest(0, n.days + 1))
end)) as next_at
from (
select c.is_day, c.last_day, k.since, case when c.is_day then d.days[c.attribute_no] when c.attribute_no = 26 then b.idle else b.age end as days
from timed_condition as c
cross join lateral (select case when c.attribute_no = 26 then b.active_at else l.created_at end as since) as k
) as n
where n.days <= n.last_day
) as t;
end
$$;
-- scoring/write_scores.sql
create or replace function lead_sync.write_scores(p_lead_ids uuid[], p_state lead_sync.scoring_state) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_common jsonb := jsonb_build_object('version', p_state.version, 'scored_at', clock_timestamp());
v_leads public.leads[];
v_changed uuid[];
v_due uuid[];
begin
select array_agg(l) into v_leads
from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
where l.deleted_at is null;
perform set_config('lead_sync.prepared', 'on', true);
with weighed as materialized (
select w.*, least(100, greatest(0, round(w.total))) as score
from lead_sync.weigh_leads(v_leads, p_state.version) as w
),
write_leads as (
update public.leads as l set
lead_score = w.score,
score_breakdown = v_common || jsonb_build_object('raw', w.total, 'score', w.score, 'rules', w.points, 'groups', w.groups),
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
update public.leads as l set score_epoch = p_state.epoch, rescore_at = null
from unnest(p_lead_ids) as i (id)
where l.id = i.id and l.deleted_at is not null;
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
select * into strict v_state from lead_sync.scoring_state;
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
j.lead_id, md5(j.facts::text), v_offered, j.segment_id, j.confidence, (j.result = 'rejected')::integer, v_now
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
v_answer := lead_sync.write_segments(v_ids);
v_state := lead_sync.scoring_state_in_use();
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
begin
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
if v_before is distinct from (select string_agg(c::text, ' ' order by c.condition_key) from lead_sync.conditions as c where c.set_no = 0) then
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
create or replace function public.publish_segments(p_note text default null, p_version integer default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_version integer;
v_segments jsonb;
v_last jsonb;
begin
lock table lead_sync.segment_versions in share row exclusive mode;
v_segments := lead_sync.segments_to_set(p_version);
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
if jsonb_typeof(p_segment) is distinct from 'object' or pg_column_size(p_segment) > 65536 or not coalesce(lead_sync.is_uuid(p_segment ->> 'id'), true) then
raise exception 'p_segment must be an object of at most 64 kB, and its id that of a segment' using errcode = '22023';
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
select jsonb_agg(d.segment || jsonb_build_object('id', d.segment_id)) into v_segments from lead_sync.segment_drafts as d;
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
select jsonb_agg(to_jsonb(s) - 'created_at' || '{"enabled": false}') from public.customer_segments as s
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
with classified as materialized (
select c.* from lead_sync.classify_leads(v_leads) as c
),
write_leads as (
update public.leads as l set
segment_id = c.segment_id,
segment_confidence = c.confidence,
segment_source = c.source,
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
select overlay(overlay(md5('lead follow-up ' || p_kind || ' ' || p_lead_id || ' ' || p_rule_key) placing '8' from 13) placing '8' from 17)::uuid
$$;
-- follow_ups/get_follow_ups.sql
create or replace function public.get_follow_ups(p_limit integer default 100) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_tasks jsonb;
begin
if p_limit is null or p_limit not between 1 and 1000 then
raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
end if;
with occasion as (
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
and coalesce(l.lead_score, 0) >= r.lowest_score
and (r.max_lead_age_days is null or l.created_at > clock_timestamp() - make_interval(days => r.max_lead_age_days))
cross join lateral lead_sync.activity_of(l.id, l.twenty_id, clock_timestamp()) as a
where r.enabled and r.occasion = 'no_activity' and a.next_at is null
and coalesce(a.last_at, l.created_at) < clock_timestamp() - make_interval(days => r.idle_days)
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
where not coalesce(st.gone, false) and (f.task_id is null or (f.done_at is null and f.tried_at < clock_timestamp() - interval '1 hour'))
order by l.lead_score desc nulls last, l.id, o.task_key
limit p_limit + 1
) as k;
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
v_waiting integer;
v_new bigint[];
v_escalated bigint[];
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.claim_lead_news'));
perform lead_sync.assign_leads(), lead_sync.note_first_responses(p_now), lead_sync.escalate_leads(p_now);
v_recent := (select count(*) from lead_sync.lead_news as n where n.level = 0 and n.offered_until > p_now + interval '1 minute');
select
array_agg(n.id order by n.id) filter (where n.level = 0),
array_agg(n.id order by n.id) filter (where n.level > 0)
into v_new, v_escalated
from lead_sync.lead_news as n
join public.leads as l on l.id = n.lead_id and l.deleted_at is null
join public.lead_assignments as a on a.lead_id = n.lead_id and a.arrived_at > p_now - interval '3 days'
where n.told_at is null and coalesce(n.offered_until <= p_now, true);
v_waiting := coalesce(cardinality(v_new), 0);
if v_recent > 0 then
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
begin
if not exists (select from public.sales_reps as r where r.active) then
return null;
end if;
insert into public.lead_assignments (lead_id, touch_id, source, arrived_at)
select distinct on (t.lead_id) t.lead_id, t.id, t.source, clock_timestamp()
from new_touches as t
cross join lead_sync.assignment_settings as s
where t.lead_id is not null and t.kind = any (s.kinds) and t.touched_at > t.created_at - s.max_age
order by t.lead_id, t.touched_at, t.id
on conflict do nothing;
if found and exists (select from lead_sync.instant_push as i) then
insert into lead_sync.push_wishes (target) values ('arrivals') on conflict do nothing;
end if;
return null;
end
$$;
-- assignment/note_first_responses.sql
create or replace function lead_sync.note_first_responses(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
update public.lead_assignments as a set first_response_at = r.at
from public.lead_assignments as o
left join lead_sync.lead_states as s on s.lead_id = o.lead_id
cross join lateral (
select least(
(
select min(h.created_at) from public.lead_sync_history as h
where h.lead_id = o.lead_id and h.synced_at > o.arrived_at and h.sync_direction = 'twenty_to_supabase' and h.sync_status = 'synced'
and h.fields_changed <> '{}' and h.created_at > o.arrived_at
and h.created_at <> h.synced_at
),
case when (s.changed_at ->> 'lead_status')::timestamptz > o.arrived_at then (s.changed_at ->> 'lead_status')::timestamptz end,
(
select min(t.touched_at) from public.lead_touches as t
where t.lead_id = o.lead_id and t.outcome = 'answered'
and t.id >= o.touch_id
)
) as at
) as r
where a.lead_id = o.lead_id and o.first_response_at is null and o.arrived_at > p_now - interval '3 days' and r.at is not null;
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
select n.id, o.stage, n.stage, coalesce((v_records -> n.id::text ->> 'changed_at')::timestamptz, clock_timestamp()),
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
'company_id', p_opportunity.company_id,
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
select distinct on (o ->> 'value') o ->> 'value' as stage, lead_sync.clean(o ->> 'label') as label, (o ->> 'position')::numeric::integer as position,
regexp_replace(lower(concat_ws(' ', o ->> 'value', o ->> 'label')), '[^a-z]+', ' ', 'g') as words
from jsonb_array_elements(p_options) as o
),
changed as (
update public.sales_stages as s set label = o.label, position = o.position, removed_at = null
from option as o
where s.stage = o.stage and (s.label, s.position, s.removed_at) is distinct from (o.label, o.position, null::timestamptz)
returning s.stage
),
added as (
insert into public.sales_stages (stage, label, position, outcome)
select o.stage, o.label, o.position, case when o.words ~ '\mlost\M' then 'lost' when o.words ~ '\mwon\M' then 'won' else 'open' end
from option as o
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
select l.kind, l.activity_id from alone as l where l.kind in ('note', 'task')
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
-- activities/get_activity_hints.sql
create or replace function public.get_activity_hints(p_limit integer default 1000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_objects text[] := array(select o.object from lead_sync.activity_objects() as o);
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
'object', s.object, 'texts', t.texts, 'read_started_at', clock_timestamp(), 'cursors', (
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
-- activities/rescore_active.sql
create or replace function lead_sync.rescore_active(
p_people uuid[] default null, p_opportunities uuid[] default null, p_lead_ids uuid[] default null
) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_engine text := current_setting('lead_sync.engine', true);
begin
if coalesce(p_people, p_opportunities, p_lead_ids) is null or not lead_sync.looks_at_activity() then
return;
end if;
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set score_epoch = 0
from (
select k.id from public.leads as k
where k.id in (
select unnest(p_lead_ids)
union all select p.id from public.leads as p where p.twenty_id = any (p_people)
union all select o.lead_id from public.opportunities as o where o.twenty_id = any (p_opportunities)
) and k.score_epoch <> 0
order by k.id
for no key update
) as k
where l.id = k.id;
perform set_config('lead_sync.engine', coalesce(v_engine, 'off'), true);
end
$$;
-- activities/settle_activity_hints.sql
create or replace function lead_sync.settle_activity_hints(p_object text, p_kind text, p_is_link boolean, p_hints jsonb) returns void
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
where i.object = p_object
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
perform lead_sync.settle_activity_hints(p_object, v_kind, v_is_link, p_hints);
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
v_changed integer;
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
select count(*), array_agg(s.person_id) || array_agg(b.person_id), array_agg(s.opportunity_id) || array_agg(b.opportunity_id)
into v_changed, v_people, v_opportunities
from stored as s
left join before as b on b.twenty_id = s.twenty_id
where b.twenty_id is null or to_jsonb(b) - '{read_at,absent_since}'::text[] <> to_jsonb(s) - '{read_at,absent_since}'::text[];
perform lead_sync.rescore_active(v_people, v_opportunities);
return v_changed;
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
+ r.unit * (div(l.units, l.keys) + (r.nth <= mod(l.units, l.keys))::integer) as value
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
where (p_from is null or c.day >= (p_from at time zone 'UTC')::date) and (p_to is null or c.day < (p_to at time zone 'UTC')::date)
group by 1, 2
),
first_touch as (
select distinct on (t.lead_id) t.lead_id, case p_by when 'source' then t.source when 'campaign' then t.campaign when 'ad' then t.ad end as key
from public.lead_touches as t
where t.lead_id is not null and p_by <> 'month'
order by t.lead_id, t.touched_at, t.id
),
lead as (
select
case when p_by = 'month' then to_char(date_trunc('month', l.created_at at time zone 'UTC'), 'YYYY-MM')
else coalesce(f.key, case when p_by = 'source' then nullif(btrim(l.lead_source), '') end) end as key,
count(*) as leads
from public.leads as l
left join first_touch as f on f.lead_id = l.id
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
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set work_mem = '64MB' as $$
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
d.id, d.lead_id, d.created_at, d.outcome, d.won_at,
case when r.rate is null then d.currency else p_currency end as currency,
case when r.rate is null or d.currency = p_currency then d.amount else round(d.amount * r.rate, 2) end as amount,
case p_by when 'owner' then coalesce(o.name, d.owner_id::text) when 'segment' then s.segment_name end as key
from lead_sync.deals as d
left join rate as r on p_currency is not null and r.currency = d.currency and r.day = (coalesce(d.won_at, now()) at time zone 'UTC')::date
left join public.sales_reps as o on p_by = 'owner' and o.member_id = d.owner_id
left join public.leads as l on p_by = 'segment' and l.id = d.lead_id
left join public.customer_segments as s on p_by = 'segment' and s.id = l.segment_id
where (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
),
path as materialized (
select t.lead_id, array_agg(date_part('epoch', t.touched_at)) as times, array_agg(t.key) as keys
from (
select n.lead_id, n.touched_at, case p_by when 'source' then n.source when 'campaign' then n.campaign when 'ad' then n.ad when 'form' then n.form end as key
from public.lead_touches as n
where n.lead_id is not null and n.lead_id in (select d.lead_id from deal as d)
order by n.lead_id, n.touched_at, n.id
) as t
group by t.lead_id
),
placed as (
select d.*, p.times, p.keys, coalesce(width_bucket(date_part('epoch', d.created_at), p.times), 0) as touches from deal as d left join path as p on p.lead_id = d.lead_id
),
slice as (
select d.*, s.low, s.high, s.part, s.parts, case when s.part = 1 then d.amount else d.amount * s.part end as amount_part
from placed as d
cross join lateral (
select case when p_model = 'last_touch' then d.touches else 1 end, case when p_model = 'first_touch' then 1 else d.touches end, 1::bigint,
case when p_model in ('linear', 'position_based') then d.touches else 1 end::bigint
where p_model <> 'position_based' or d.touches < 3
union all
select v.* from (values (1, 1, 2::bigint, 5::bigint), (2, d.touches - 1, 1, 5 * (d.touches - 2)), (d.touches, d.touches, 2, 5)) as v
where p_model = 'position_based' and d.touches > 2
) as s (low, high, part, parts)
where d.touches > 0
),
touch as not materialized (
select s.id, s.key as deal_key, s.outcome, s.currency, s.amount_part, date_part('epoch', s.won_at) as won_at, s.part, s.parts, s.times[s.touches] as last_at,
unnest(s.times[s.low:s.high]) as touched_at, unnest(s.keys[s.low:s.high]) as key
from slice as s
),
weighted as not materialized (
select t.*, power(2, greatest(-1000, (t.touched_at - t.last_at) / (86400 * p_half_life_days))) as weight from touch as t where p_model = 'time_decay'
),
credit as (
select coalesce(t.deal_key, t.key) as key, t.outcome, t.currency, t.amount_part, t.touched_at, (t.won_at - t.touched_at) / 86400 as days, t.part, t.parts
from touch as t
where p_model <> 'time_decay'
union all
select coalesce(w.deal_key, w.key), w.outcome, w.currency, w.amount_part * n.part, w.touched_at, (w.won_at - w.touched_at) / 86400, n.part, 1000000000000
from weighted as w
join (select a.id, sum(a.weight) as weight from weighted as a group by a.id) as d on d.id = w.id
cross join lateral (select round(1e12::double precision * w.weight / d.weight)::bigint as part) as n
union all
select
coalesce(d.key, case when p_by = 'source' then nullif(btrim(l.lead_source), '') end), d.outcome, d.currency, d.amount,
case when p_by = 'month' then date_part('epoch', l.created_at) end, null, 1, 1
from placed as d
left join public.leads as l on p_by in ('source', 'month') and l.id = d.lead_id
where d.touches = 0
),
summed as (
select
c.key, case when p_by = 'month' then date_trunc('month', to_timestamp(c.touched_at) at time zone 'UTC') end as month, c.currency, c.outcome,
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
case when s.outcome = 'won' then coalesce(w.won_at, o.close_date) end as won_at
from public.opportunities as o
left join public.sales_stages as s on s.stage = o.stage
left join (
select m.opportunity_id, max(m.moved_at) as won_at
from public.opportunity_stages as m
join public.sales_stages as t on t.stage = m.to_stage and t.outcome = 'won'
where m.from_stage is not null
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
if not exists (select from public.opportunities as o where o.deleted_at is null) then
return '{"revenue": null}';
end if;
return jsonb_build_object('revenue', jsonb_build_object(
'model', p_model,
'pipeline', (
select coalesce(jsonb_agg(to_jsonb(p) - 'position' order by p.position, p.stage, p.currency), '[]')
from (
select o.stage, s.label, s.position, o.currency, count(*) as deals, coalesce(sum(o.amount), 0) as amount
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
v_won numeric;
v_lost numeric;
v_known bigint;
v_deciles jsonb;
v_auc numeric;
v_deviation numeric;
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
return jsonb_build_object(
'deals', v_won + v_lost, 'won', v_won, 'lost', v_lost, 'win_percent', round(100 * v_won / nullif(v_won + v_lost, 0), 1),
'scores', jsonb_build_object('known', v_known, 'present', v_won + v_lost - v_known),
'enough', least(v_won, v_lost) >= 10,
'sentence', case
when least(v_won, v_lost) < 10 then
format('%s won and %s lost deals have a scored lead: too few to judge the scores by. Ten of each are the least, and with fewer than a hundred intervals are wide.', v_won, v_lost)
when v_auc - 1.96 * v_deviation > 0.5 then 'Leads that scored higher were won more often.'
when v_auc + 1.96 * v_deviation < 0.5 then 'Leads that scored higher were lost more often: the rules point the wrong way.'
else 'No difference is seen between won and lost deals by their scores.'
end,
'deciles', coalesce(v_deciles, '[]'),
'auc', case when v_auc is not null then jsonb_build_object(
'value', round(v_auc, 3), 'low', round(greatest(0, v_auc - 1.96 * v_deviation), 3), 'high', round(least(1, v_auc + 1.96 * v_deviation), 3), 'method', 'Hanley–McNeil, 95 %'
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
select l.*, coalesce(s.changed_at, '{}') as changed_at, coalesce(btrim(l.lead_source), '') as from_source
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
select t.lead_id, min(t.touched_at) as began_at from public.lead_touches as t where t.lead_id is not null group by t.lead_id
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
insert into lead_sync.deal_scores (opportunity_id, score, rules)
select new.id, l.lead_score, case when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' else '{}' end
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
select d.won, d.rules from lead_sync.scored_deals(p_from, p_to) as d
),
whole as (
select count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost from deal as d
),
fitted as (
select k.key, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost from deal as d cross join jsonb_object_keys(d.rules) as k (key) group by k.key
),
counted as (
select f.key, f.won, f.lost, w.won - f.won as other_won, w.lost - f.lost as other_lost, d.points,
ln((f.won + 0.5) * (w.lost - f.lost + 0.5) / ((f.lost + 0.5) * (w.won - f.won + 0.5))) as log_ratio,
sqrt(1 / (f.won + 0.5) + 1 / (f.lost + 0.5) + 1 / (w.won - f.won + 0.5) + 1 / (w.lost - f.lost + 0.5)) as deviation,
f.won + f.lost >= 10 and w.won + w.lost - f.won - f.lost >= 10 and least(w.won, w.lost) >= 10 as enough
from fitted as f cross join whole as w
left join public.lead_scoring_rules as d on d.rule_key = f.key
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
returns table (won boolean, score numeric, rules jsonb, is_known boolean)
language plpgsql stable rows 1000 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
return query
select
d.outcome = 'won', coalesce(s.score, l.lead_score),
coalesce(s.rules, case when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' end, '{}'),
s.score is not null or coalesce((l.score_breakdown ->> 'scored_at')::timestamptz <= d.created_at, false)
from lead_sync.deals as d
left join lead_sync.deal_scores as s on s.opportunity_id = d.id
left join public.leads as l on l.id = d.lead_id
where d.outcome in ('won', 'lost') and (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
and coalesce(s.score, l.lead_score) is not null;
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
to_char(date_trunc('month', d.won_at at time zone 'UTC'), 'YYYY-MM') as month, coalesce(t.source, nullif(btrim(l.lead_source), '')) as source, d.currency,
count(*) as deals, sum(d.amount) as amount
from lead_sync.deals as d
left join public.leads as l on l.id = d.lead_id
left join lateral (
select n.source from public.lead_touches as n where n.lead_id = d.lead_id and n.touched_at <= d.created_at order by n.touched_at, n.id limit 1
) as t on true
where d.won_at >= date_trunc('month', p_now at time zone 'UTC') at time zone 'UTC' - interval '11 months' and d.won_at <= p_now
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
where o.happened_at < p_before or o.feed in (select f.feed from lead_sync.event_feeds as f where f.read_at < p_before)
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
insert into lead_sync.lead_events (feed, event, lead_id)
select f.feed, 'created', n.id
from new_leads as n cross join lead_sync.event_feeds as f
where 'created' = any (f.events)
order by n.created_at, n.id;
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
delete from lead_sync.lead_events as e where e.feed = p_feed and e.id = any (p_done);
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
return jsonb_build_object('id', v_state.rebuild_id, 'phase', 'create', 'statements', lead_sync.edge_statements(
lead_sync.edge_common_sql() || v_is_over
|| (lead_sync.edge_create_sql(v_state, v_state.edge_table, null))[1:1]
|| array(select format('drop table if exists %I', v_state.edge_table || '_next_' || l.id) from unnest(v_state.leftovers) as l (id))
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
format('drop table if exists %I', v_state.edge_table),
format('alter table %I rename to %I', v_next, v_state.edge_table),
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
exception when data_exception or integrity_constraint_violation or program_limit_exceeded or raise_exception then
for v_row in select e.value from jsonb_array_elements_text(p_request -> 'rows') as e loop
begin
v_key := left(substring(v_row from '^\["([^"\\]+)"'), 512);
v_applied := v_applied + case when v_row like '[null,%' then 0 else lead_sync.write_edge_rows(v_state, jsonb_build_array(v_row::jsonb)) end;
delete from lead_sync.edge_rejects as j where j.edge_table = v_state.edge_table and j.key = v_key;
exception when data_exception or integrity_constraint_violation or program_limit_exceeded or raise_exception then
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
v_is_sample boolean := not exists (
select from lead_sync.edge_runs as r where r.id = v_run.id and r.findings #>> array['whole', p_request ->> 'table'] = 'true'
) and not v_run.whole and not v_state.doubtful;
begin
execute format(
$sql$
with there as materialized (
select e.value ->> 'low' as low, e.value ->> 'high' as high, (e.value ->> 'mark')::bigint as mark, (e.value ->> 'sums')::jsonb as sums,
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
sum(h.rows), sum(h.rows), sum((t.sums ->> 0)::bigint), bool_or(coalesce(t.mark, 0) < $6)
from there as t join here as h on h.low = t.low and h.high = t.high
$sql$,
case v_state.direction when 'down' then 'e.digest' else 'e.version' end, lead_sync.edge_expected_sql(v_state)
) into v_differing, v_compared, v_here, v_there, v_is_behind
using v_state.edge_table,
(select min(e.value ->> 'low' collate "C") from jsonb_array_elements(p_request -> 'ranges') as e),
(select max(e.value ->> 'high' collate "C") from jsonb_array_elements(p_request -> 'ranges') as e),
p_request -> 'ranges', lead_sync.edge_range_sql(v_state), case v_state.direction when 'down' then v_state.acknowledged else 0 end;
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
'sql', format('insert into %I (key) select value from json_each(?1)', v_state.edge_table || '_changes'), 'params', jsonb_build_array(to_jsonb(v_keys)::text)
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
string_agg(format('%I %s', c.name, case when c.type in ('integer', 'boolean') then 'integer' when c.type = 'real' then 'real' else 'text' end), ', ' order by c.place),
string_agg(format('%I', c.name), ', ' order by c.place)
into v_definitions, v_names
from lead_sync.edge_columns(p_state.columns) as c;
return array[
format('create table if not exists %I (id text primary key, %s, edge_version integer not null, edge_digest integer) strict, without rowid', p_table, v_definitions)
] || array(
select format('create index if not exists %I on %I (%I)', concat_ws('_', p_state.edge_table, c.name, p_suffix), p_table, c.name)
from lead_sync.edge_columns(p_state.columns) as c where c.is_indexed order by c.place
) || format(
'create trigger if not exists %I after update of %s on %I when new.edge_version = old.edge_version and new.edge_digest is old.edge_digest '
'begin update %I set edge_digest = null where id = new.id; end',
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
'delete from %I where id in (select value ->> 0 from json_each(?1)) '
'and edge_version < (select d.version from edge_deleted as d where d.table_name = %L and d.key = %I.id)',
p_table, p_state.edge_table, p_table
)
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
'select id, json_array(id, edge_version, %s) as row from %I where id > ?1 and id <= ?2 order by id limit 5000',
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
'(select json_array(count(*), cast(coalesce(sum(%1$s), 0) as text), count(*) - count(%1$s)) from %2$I where id > r.value ->> 0 and id <= r.value ->> 1) as sums, %3$s as mark '
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
select (c.place - 1) / 30 as part, 'json_array(' || string_agg(format('e.%I', c.name), ', ' order by c.place) || ')' as list
from lead_sync.edge_columns(p_state.columns) as c
group by 1
) as g;
return jsonb_build_object(
'page', format(
'select seq, row from (select c.seq, c.row, sum(length(c.row)) over (order by c.seq) - length(c.row) as before from ('
'select k.seq, json_array(e.id, e.edge_version, null, %1$s) as row '
'from (select key, max(seq) as seq from (select key, seq from %2$I order by seq limit 1000) group by key) as k left join %3$I as e on e.id = k.key'
') as c) where before < 1000000 order by seq',
v_lists, p_state.edge_table || '_changes', p_state.edge_table
),
'confirm', format('delete from %I where seq <= cast(?1 as integer)', p_state.edge_table || '_changes')
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
v_trigger name;
begin
for v_trigger in
select t.tgname from pg_catalog.pg_trigger as t where t.tgrelid = to_regclass(p_state.source) and t.tgname like 'edge\_note\_%' and not t.tgisinternal
loop
execute format('drop trigger %I on %s', v_trigger, to_regclass(p_state.source));
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
string_agg(format('%I', c.name), ', ' order by c.place),
string_agg(format('value ->> %s', c.place + 2), ', ' order by c.place),
string_agg(format('%I = excluded.%I', c.name, c.name), ', ' order by c.place)
into v_names, v_values, v_sets
from lead_sync.edge_columns(p_state.columns) as c;
return format(
'insert into %I (id, %s, edge_version, edge_digest) select value ->> 0, %s, value ->> 1, value ->> 2 from json_each(?1) '
'where not exists (select 1 from edge_deleted as d where d.table_name = %L and d.key = value ->> 0 and d.version >= value ->> 1) '
'on conflict (id) do update set %s, edge_version = excluded.edge_version, edge_digest = excluded.edge_digest '
'where excluded.edge_version > %I.edge_version',
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
perform lead_sync.wish_for_edge();
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
('create or replace trigger edge_note_inserted after insert on %1$s referencing new table as new_rows'),
('create or replace trigger edge_note_updated after update on %1$s referencing old table as old_rows new table as new_rows'),
('create or replace trigger edge_note_deleted after delete on %1$s referencing old table as old_rows'),
('create or replace trigger edge_note_truncated after truncate on %1$s')
loop
execute format(v_trigger || ' for each statement execute function %2$s()', to_regclass(p_state.source), v_function);
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
create or replace function lead_sync.add_lead_counts(p_statuses text[], p_segments uuid[], p_scores numeric[], p_leads bigint[]) returns void
language sql volatile set search_path = '' as $$
insert into lead_sync.lead_counts (facet, key, leads, scored, score)
select
case when grouping(w.sync_status) = 0 then 'status' when grouping(w.segment_id) = 0 then 'segment' else 'score' end,
coalesce(w.sync_status, w.segment_id::text, w.band::text, ''), sum(w.leads),
coalesce(sum(w.leads) filter (where w.lead_score is not null), 0) * (1 - grouping(w.segment_id)),
case when grouping(w.segment_id) = 0 then coalesce(sum(w.leads * w.lead_score), 0) else 0 end
from (
select u.*, greatest(least(floor(u.lead_score / 10), 9), 0) as band
from unnest(p_statuses, p_segments, p_scores, p_leads) as u (sync_status, segment_id, lead_score, leads)
) as w
group by grouping sets ((w.sync_status), (w.segment_id), (w.band))
having sum(w.leads) <> 0 or (
grouping(w.segment_id) = 0 and (sum(w.leads) filter (where w.lead_score is not null) <> 0 or sum(w.leads * w.lead_score) <> 0)
);
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
date_trunc('minute', h.synced_at), h.sync_type, h.sync_direction, h.sync_status,
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
perform lead_sync.add_lead_counts(array_agg(w.sync_status), array_agg(w.segment_id), array_agg(w.lead_score), array_agg(w.leads))
from (
select n.sync_status, n.segment_id, n.lead_score, 1 as leads from new_leads as n
union all
select o.sync_status, o.segment_id, o.lead_score, -1 from old_leads as o
) as w;
else
perform lead_sync.add_lead_counts(
array_agg(c.sync_status), array_agg(c.segment_id), array_agg(c.lead_score), array_agg(case tg_op when 'DELETE' then -1 else 1 end)
)
from changed_leads as c;
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
select l.sync_status, l.segment_id, l.lead_score, count(*) as leads from public.leads as l group by 1, 2, 3
)
select lead_sync.add_lead_counts(array_agg(c.sync_status), array_agg(c.segment_id), array_agg(c.lead_score), array_agg(c.leads))
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
where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '1 day'
union all
select r.sync_direction, r.sync_status, r.lead_id from lead_sync.history_archive as r
where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '1 day'
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
where s.due_at is not null and s.due_since < p_now - v_waiting and l.sync_status = 'pending'
order by s.due_since
limit 10000
)
union all
(
select l.id, l.updated_at from public.leads as l
where l.sync_status = 'pending' and l.updated_at < p_now - v_waiting
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
create or replace function lead_sync.measure_direction(p_direction text, p_now timestamptz) returns jsonb
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
from (select) as one
left join lateral (
select * from public.lead_sync_runs as r
where r.direction = p_direction and r.mode <> 'inbox' and r.started_at <= p_now
order by r.started_at desc
limit 1
) as n on true
) as f
$$;
-- measurements/measure_drift.sql
create or replace function lead_sync.measure_drift(p_now timestamptz) returns jsonb
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
where r.direction = 'bidirectional' and r.started_at <= p_now
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
v_reminder := case
when v_state.reminded < cardinality(p_rule.reminders) then p_rule.reminders[v_state.reminded + 1]
else p_rule.reminders[cardinality(p_rule.reminders)] * (v_state.reminded - cardinality(p_rule.reminders) + 2)
end;
if p_now - v_state.fired_at >= v_reminder then
v_state.reminded := v_state.reminded + 1;
v_kind := 'reminder';
end if;
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
case f.key when 'twenty_to_supabase' then 'from Twenty to Supabase' else 'from Supabase to Twenty' end as name,
coalesce((f.value ->> 'minutes')::numeric, round(extract(epoch from v_now - coalesce(
(select min(n.started_at) from public.lead_sync_runs as n where n.direction = f.key and n.mode <> 'inbox'),
case when not exists (select from public.lead_sync_runs) then v_latest end
)) / 60, 1)) as minutes,
case when f.value #>> '{last_run,status}' = 'failed' then coalesce(f.value #>> '{last_run,error}', 'it did not say why') end as error
from jsonb_each(p_figures -> 'freshness') as f
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
begin
select * into strict v_state from lead_sync.alert_states as s where s.alert = p_rule.alert;
if p_kind = 'reminder' and exists (select from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null) then
return;
end if;
delete from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null;
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
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
end loop;
perform lead_sync.note_heartbeat(p_source, p_now);
insert into lead_sync.backlog_samples (at, pending)
values (p_now, (v_figures #>> '{leads,pending}')::bigint + (v_figures #>> '{leads,syncing}')::bigint)
on conflict do nothing;
delete from lead_sync.backlog_samples as s where s.at < p_now - interval '2 hours';
with offered as (
update lead_sync.alert_notifications as n set offered_until = p_now + interval '2 minutes'
where n.sent_at is null and coalesce(n.offered_until <= p_now, true)
and not exists (select from lead_sync.alert_rules as r where r.alert = n.alert and r.paused_until > p_now)
and (n.severity = 'critical' or n.alert = 'test' or not v_quiet)
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
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
where a.minute >= date_trunc('hour', p_since, 'utc') and a.minute <= p_now
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
when p_phone = any (lead_sync.phone_keys(array_append(p_lead.additional_phones, p_lead.phone))) then 4
end;
end
$$;
-- console/get_console.sql
create or replace function public.get_console() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object(
'at', now(),
'revenue', exists (select from public.opportunities),
'edge', exists (select from lead_sync.edge_states)
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
most constant integer := 2000;
v_query text := nullif(lower(regexp_replace(btrim(p_query), '\s+', ' ', 'g')), '');
v_phone text;
v_after text[] := regexp_match(p_after, '^(\d) ([0-9a-f-]{36}) (.*)$');
v_search integer;
v_key text;
v_id uuid;
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
if p_filter is not null then
v_few := array(select f from lead_sync.leads_in_trouble(p_filter, most + 1) as f);
end if;
if lead_sync.is_uuid(v_query) then
v_ids := array(
select l.id from public.leads as l where (l.id = v_query::uuid or l.twenty_id = v_query::uuid) and (p_filter is null or lead_sync.has_trouble(l, p_filter))
);
elsif cardinality(v_few) <= most then
v_ids := array(
select l.id from public.leads as l
where l.id = any (v_few) and (v_id is null or l.id > v_id) and (v_query is null or lead_sync.found_by(l, v_query, v_phone) is not null)
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
v_each, v_query, v_phone, case when v_each = v_search then v_key end, case when v_each = v_search then v_id end, case when p_filter is null then p_limit + 500 else most end
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
(select count(*) from looked_at) >= case when p_filter is null then p_limit + 500 else most end as has_more,
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
perform lead_sync.queue_leads(array[p_lead_id]);
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
select distinct on (n.direction) n.id from public.lead_sync_runs as n where n.mode <> 'inbox' order by n.direction, n.started_at desc
)
and r.id not in (
select distinct on (n.direction) n.id from public.lead_sync_runs as n
where n.status = 'succeeded' and n.mode <> 'inbox'
order by n.direction, n.started_at desc
);
get diagnostics v_runs = row_count;
delete from public.lead_sync_conflicts as c where c.resolved_at < v_before;
get diagnostics v_conflicts = row_count;
delete from lead_sync.merges as m where m.settled_at < v_before;
delete from lead_sync.approvals as a where a.decided_at < v_before;
delete from lead_sync.alert_notifications as n where n.sent_at < p_now - interval '30 days';
get diagnostics v_notifications = row_count;
delete from lead_sync.audit_log as a where a.done_at < p_now - make_interval(days => (select s.archive_days from lead_sync.settings as s));
delete from lead_sync.inbox_hours as i where i.hour < v_before;
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
perform lead_sync.keep_data_quality(p_now);
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
create or replace function lead_sync.release_stale_claims(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_adapter text;
v_released jsonb;
v_count integer := 0;
begin
perform set_config('lead_sync.engine', 'on', true);
for v_adapter in select o.adapter from lead_sync.objects as o where lead_sync.is_synced(o.adapter) order by o.adapter <> 'lead', o.adapter loop
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
-- integrity/check_sync_integrity.sql
create or replace function public.check_sync_integrity(
p_fix boolean default false, p_twenty_people integer default null, p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_drift jsonb := coalesce(lead_sync.measure_drift(p_now), '{}');
v_people bigint := coalesce(p_twenty_people, case v_drift ->> 'status' when 'succeeded' then (v_drift ->> 'compared_live')::bigint end);
v_off bigint;
v_linked bigint;
v_outside bigint := (select count(*) from lead_sync.people_outside as o where not exists (select from public.leads as l where l.twenty_id = o.twenty_id));
v_ids uuid[];
v_stateless uuid[];
v_duplicates uuid[];
v_found bigint;
v_fixed integer;
v_problem text;
v_checks jsonb := '[]';
v_report jsonb;
begin
with counted as materialized (
select l.sync_status, count(*) as leads, count(*) filter (where l.twenty_id is not null and l.deleted_at is null) as linked
from public.leads as l
group by l.sync_status
)
select
coalesce((
select max(abs(coalesce(c.leads, 0) - coalesce(k.leads, 0)))
from counted as c
full join (
select n.key, sum(n.leads) as leads from lead_sync.lead_counts as n where n.facet = 'status' group by n.key
) as k on k.key = c.sync_status
), 0),
coalesce((select sum(c.linked) from counted as c), 0)
into v_off, v_linked;
if p_fix and v_off > 0 then
perform lead_sync.recount_leads();
end if;
v_checks := v_checks || lead_sync.check_line(
'counts', v_off, 50, case when p_fix then v_off else 0 end, format('The counts of leads by status are off by %s.', v_off)
);
if v_people is not null and exists (
select from lead_sync.settings as s join lead_sync.field_mappings as m on m.object = s.object
where m.lead_field = 'deleted' and m.enabled and m.direction = 'both'
) then
v_checks := v_checks || lead_sync.check_line(
'twenty_count', abs(v_linked + v_outside - v_people), 50, 0, format('%s leads are linked to Twenty, which has %s people.', v_linked, v_people)
|| case when v_outside > 0 then format(' The filter leaves %s outside.', v_outside) else '' end
);
end if;
select count(*) into v_found
from (select from lead_sync.lead_states as s
where s.due_at is not null and s.due_since < p_now - interval '1 hour' and s.error_category is distinct from 'waits'
limit 10000
) as w;
v_checks := v_checks || lead_sync.check_line('backlog', v_found, 100, 0, format('%s due for over an hour.', lead_sync.count_leads(v_found, 'has been', 'have been')));
select count(*), array_agg(s.lead_id) into v_found, v_ids
from (
select c.lead_id from lead_sync.lead_states as c where c.claim_token is not null and c.due_at < p_now - interval '10 minutes' limit 10000
) as s;
v_fixed := case when p_fix and v_found > 0 then lead_sync.release_stale_claims(p_now) else 0 end;
v_checks := v_checks || lead_sync.check_line(
'stale_claims', v_found, 0, v_fixed, format('%s held by a push that is gone.', lead_sync.count_leads(v_found, 'is', 'are')), v_ids[:5]
);
select coalesce(array_agg(i.lead_id) filter (where not i.stateless), '{}'), coalesce(array_agg(i.lead_id) filter (where i.stateless), '{}')
into v_ids, v_stateless
from lead_sync.impossible_leads() as i;
v_fixed := case when p_fix and v_stateless <> '{}' then lead_sync.queue_leads(v_stateless) else 0 end;
v_checks := v_checks || lead_sync.check_line(
'stateless', cardinality(v_stateless), 0, v_fixed, format('%s no sync state.', lead_sync.count_leads(cardinality(v_stateless), 'has', 'have')),
v_stateless[:5]
);
v_fixed := case when p_fix and v_ids <> '{}' then lead_sync.queue_leads(v_ids) else 0 end;
v_checks := v_checks || lead_sync.check_line(
'impossible', cardinality(v_ids), 0, v_fixed, format('%s a status that contradicts the queue.', lead_sync.count_leads(cardinality(v_ids), 'has', 'have')),
v_ids[:5]
);
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
v_found := coalesce((v_drift ->> 'orphaned')::bigint, 0);
v_checks := v_checks || lead_sync.check_line(
'orphaned', v_found, 0, 0, format('%s linked to a person that the last reconciliation did not find.', lead_sync.count_leads(v_found, 'was', 'were'))
);
select jsonb_build_object(
'ok', bool_and((c ->> 'ok')::boolean), 'at', p_now, 'fixed', sum((c ->> 'fixed')::bigint), 'checks', jsonb_agg(c)
)
into v_report
from jsonb_array_elements(v_checks) as c;
perform lead_sync.note_task('integrity', p_now, v_report);
return v_report;
end
$$;
-- integrity/impossible_leads.sql
create or replace function lead_sync.impossible_leads() returns table (lead_id uuid, stateless boolean)
language sql stable set search_path = '' as $$
select l.id, s.lead_id is null
from public.leads as l
left join lead_sync.lead_states as s on s.lead_id = l.id
where l.sync_status in ('pending', 'syncing')
and (s.lead_id is null or s.due_at is null or (l.sync_status = 'syncing' and s.claim_token is null)) and s.refusal is null
union
select l.id, false
from lead_sync.lead_states as s
join public.leads as l on l.id = s.lead_id
where s.due_at is not null and l.sync_status in ('synced', 'outside') and s.refusal is null
union
select l.id, true
from public.leads as l
where l.sync_status in ('synced', 'outside', 'error') and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id)
limit 10000;
$$;
-- integrity/queue_leads.sql
create or replace function lead_sync.queue_leads(p_lead_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_queued jsonb;
begin
perform set_config('lead_sync.engine', 'on', true);
with chosen as materialized (
select l.id from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update of l skip locked
),
queued as (
insert into lead_sync.lead_states as s (lead_id, due_at, due_since)
select c.id, clock_timestamp(), clock_timestamp() from chosen as c
on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
where s.claim_token is null or s.due_at is null
returning s.lead_id
)
select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) into v_queued from queued as q;
perform lead_sync.write_or_split('mark', v_queued);
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
return lead_sync.queue_leads(v_ids);
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
create or replace function lead_sync.compare_with_before(p_answer jsonb) returns jsonb
language sql stable set search_path = '' as $$
select (p_answer - 'linked') || jsonb_build_object(
'counts', (p_answer -> 'counts') || jsonb_build_object('linked', coalesce((
select jsonb_object_agg(b.by, b.count)
from (
select
case
when k ->> 0 = k ->> 1 then 'own_id'
when lower(l.email) = any (lead_sync.email_spellings(k ->> 2)) or lead_sync.is_same('email', to_jsonb(l.email), k -> 2) then 'email'
else 'other_email'
end as by,
count(*) as count
from jsonb_array_elements(p_answer -> 'linked') as k
left join public.leads as l on l.id = (k ->> 0)::uuid
group by 1
) as b
), '{}')),
'examples', coalesce((
select jsonb_agg(case
when e ? 'supabase' or l.id is null then e
else e || jsonb_build_object('supabase', lead_sync.preview_values(lead_sync.lead_values(l), e -> 'fields'))
end)
from jsonb_array_elements(p_answer -> 'examples') as e
left join public.leads as l on l.id = (e ->> 'lead_id')::uuid
), '[]')
)
$$;
-- preview/is_preview.sql
create or replace function lead_sync.is_preview() returns boolean
language plpgsql stable set search_path = '' as $$
begin
return coalesce(current_setting('lead_sync.preview', true), '') = 'on';
end
$$;
-- preview/preview_before.sql
create or replace function lead_sync.preview_before(p_input jsonb, p_run jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_people jsonb;
v_merged jsonb;
v_met jsonb := '[]';
begin
for v_people in select jsonb_array_elements(case when jsonb_typeof(p_input -> 'before') = 'array' then p_input -> 'before' else '[]' end) loop
v_merged := public.upsert_leads(v_people, 'twenty', (p_input ->> 'read_started_at')::timestamptz, p_run, null, null, p_input -> 'missing_fields');
v_met := v_met || (lead_sync.previewed_merge(v_merged -> 'results', v_people, '[]', 0) -> 'touched');
end loop;
return v_met;
end
$$;
-- preview/preview_claim.sql
create or replace function lead_sync.preview_claim(p_lead_ids uuid[], p_claim_token uuid, p_run jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_due jsonb;
v_items jsonb;
v_leads jsonb;
begin
perform from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update;
select jsonb_object_agg(s.lead_id, s.due_at), jsonb_agg(jsonb_build_object('lead_id', s.lead_id) order by s.due_at, s.lead_id) into v_due, v_items
from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
where s.lead_id = any (p_lead_ids) and s.due_at <= clock_timestamp();
if v_items is null then
return '[]';
end if;
perform set_config('lead_sync.engine', 'on', true);
v_leads := lead_sync.write_or_split('claim', v_items, jsonb_build_object(
'claim_token', p_claim_token, 'lease', (select s.lease from lead_sync.settings as s), 'run_id', p_run -> 'id', 'sync_type', 'manual'
));
perform set_config('lead_sync.engine', 'off', true);
return (
select jsonb_agg(jsonb_build_array(d.value, d.key, a -> 'twenty_id', a -> 'email', a -> 'other_email') order by (d.value #>> '{}')::timestamptz, d.key)
from jsonb_each(v_due) as d left join jsonb_array_elements(v_leads) as a on a ->> 'lead_id' = d.key
);
end
$$;
-- preview/preview_due.sql
create or replace function lead_sync.preview_due(p_input jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_ids uuid[];
begin
select array_agg(d.lead_id) into v_ids
from (
select s.lead_id
from lead_sync.lead_states as s
where s.adapter = 'lead' and s.due_at <= clock_timestamp()
and (p_input -> 'after' is null or p_input -> 'after' = 'null'
or (s.due_at, s.lead_id) > ((p_input #>> '{after,0}')::timestamptz, (p_input #>> '{after,1}')::uuid))
order by s.due_at, s.lead_id
limit least(coalesce((p_input ->> 'limit')::integer, 1000), 5000)
) as d;
return jsonb_build_object('due', lead_sync.preview_claim(v_ids, gen_random_uuid(), null));
end
$$;
-- preview/preview_mapping.sql
create or replace function lead_sync.preview_mapping(p_rows jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
insert into lead_sync.field_mappings as m (object, lead_field, twenty_field, kind, direction, policy, enabled)
select
r ->> 'object', r ->> 'lead_field', case when r ? 'twenty_field' then r ->> 'twenty_field' else k.twenty_field end,
coalesce(r ->> 'kind', k.kind, 'text'), coalesce(r ->> 'direction', k.direction, 'both'), coalesce(r ->> 'policy', k.policy, 'last_write_wins'),
coalesce((r ->> 'enabled')::boolean, k.enabled, true)
from jsonb_array_elements(case when jsonb_typeof(p_rows) = 'array' then p_rows else '[]' end) as r
left join lead_sync.field_mappings as k on k.object = r ->> 'object' and k.lead_field = r ->> 'lead_field'
on conflict (object, lead_field) do update set
twenty_field = excluded.twenty_field, kind = excluded.kind, direction = excluded.direction, policy = excluded.policy, enabled = excluded.enabled
where (m.twenty_field, m.kind, m.direction, m.policy, m.enabled)
is distinct from (excluded.twenty_field, excluded.kind, excluded.direction, excluded.policy, excluded.enabled);
end
$$;
-- preview/preview_pull.sql
create or replace function lead_sync.preview_pull(p_input jsonb, p_options jsonb) returns jsonb
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
v_met := lead_sync.preview_before(p_input, v_run);
v_held := array(
select s.lead_id from jsonb_array_elements(v_people) as p join lead_sync.lead_states as s on s.held_by = (p ->> 'twenty_id')::uuid
);
v_run := v_run || jsonb_build_object('calls', 0);
delete from public.lead_sync_conflicts as c where c.run_id = (v_run ->> 'id')::uuid;
v_merged := public.upsert_leads(v_people, 'twenty', (p_input ->> 'read_started_at')::timestamptz, v_run, null, null, p_input -> 'missing_fields');
v_told := lead_sync.previewed_merge(v_merged -> 'results', v_people, '[]', v_examples);
v_conflicts := lead_sync.previewed_conflicts(v_run, '[]', v_examples);
return v_told || jsonb_build_object(
'counts', (v_told -> 'counts') || jsonb_build_object('conflicts', v_conflicts -> 'counts'),
'examples', (v_told -> 'examples') || (v_conflicts -> 'examples'),
'touched', v_met || (v_told -> 'touched'),
'read_started_at', v_merged -> 'read_started_at',
'due', lead_sync.preview_claim(
v_held || array(select (r ->> 'lead_id')::uuid from jsonb_array_elements(v_merged -> 'results') as r where r ->> 'lead_id' is not null),
gen_random_uuid(), null
)
);
end
$$;
-- preview/preview_push.sql
create or replace function lead_sync.preview_push(p_input jsonb, p_options jsonb) returns jsonb
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
v_met := lead_sync.preview_before(p_input, lead_sync.preview_run('twenty_to_supabase', p_options));
v_run := lead_sync.preview_run('supabase_to_twenty', p_options);
perform lead_sync.preview_release(v_ids, p_input -> 'held', v_run);
v_held := array(
select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_person_ids) and s.lead_id <> all (v_ids)
union
select l.id from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.twenty_id = any (v_person_ids) and s.held_by is not null and l.id <> all (v_ids)
);
perform lead_sync.preview_claim(v_ids, v_token, v_run);
v_merged := public.upsert_leads(v_people, 'twenty', clock_timestamp(), v_run, null, v_token, p_input -> 'missing_fields');
v_writes := v_merged -> 'writes';
v_told := lead_sync.previewed_merge(v_merged -> 'results', v_people, p_input -> 'silent', v_examples);
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.release_held((
select jsonb_agg(jsonb_build_object('twenty_id', w -> 'twenty_id', 'email', w -> 'values' -> 'email', 'deleted', w ->> 'op' = 'delete'))
from jsonb_array_elements(v_writes) as w
where w ->> 'op' <> 'update' or w -> 'values' ? 'email'
));
perform set_config('lead_sync.engine', 'off', true);
v_push := lead_sync.previewed_plan(v_ids, v_writes, v_examples);
if jsonb_typeof(p_input -> 'results') = 'array' then
select coalesce(max(h.id), 0) into v_settled from public.lead_sync_history as h;
perform public.update_sync_status(v_token, p_input -> 'results', v_run);
v_push := v_push || jsonb_build_object('answers', lead_sync.previewed_answers(v_run, v_settled));
else
v_due := lead_sync.preview_claim(v_held, gen_random_uuid(), v_run);
end if;
v_conflicts := lead_sync.previewed_conflicts(v_run, p_input -> 'silent', v_examples);
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
create or replace function lead_sync.preview_release(p_lead_ids uuid[], p_held jsonb, p_run jsonb) returns void
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
perform lead_sync.release_claims(v_items, jsonb_build_object('run_id', p_run -> 'id', 'sync_type', 'manual'));
perform set_config('lead_sync.engine', 'off', true);
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
create or replace function lead_sync.preview_start(p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
return public.start_sync_run('twenty_to_supabase', coalesce(p_options ->> 'mode', 'delta'), 'manual', p_options - 'mapping')
|| (select jsonb_build_object('leads', count(*), 'linked', count(l.twenty_id)) from public.leads as l where l.deleted_at is null);
end
$$;
-- preview/preview_sync.sql
create or replace function public.preview_sync(p_step text, p_input jsonb default '{}', p_options jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
v_answer jsonb;
begin
if p_step is null or p_step not in ('start', 'pull', 'due', 'push') then
raise exception 'p_step must be start, pull, due or push, got %', p_step using errcode = '22023';
end if;
begin
perform set_config('lead_sync.preview', 'on', true);
perform lead_sync.preview_mapping(p_options -> 'mapping');
update public.lead_sync_runs as r set status = 'stopped', finished_at = clock_timestamp() where r.status = 'running';
v_answer := case p_step
when 'start' then lead_sync.preview_start(p_options)
when 'pull' then lead_sync.preview_pull(p_input, p_options)
when 'due' then lead_sync.preview_due(p_input)
when 'push' then lead_sync.preview_push(p_input, p_options)
end;
raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
exception when sqlstate 'LSPRV' then
null;
end;
return case when p_step in ('pull', 'push') then lead_sync.compare_with_before(v_answer) else v_answer end;
end
$$;
-- preview/preview_values.sql
create or replace function lead_sync.preview_values(p_values jsonb, p_fields jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, e.value), '{}')
from jsonb_each(jsonb_strip_nulls(p_values)) as e
where e.key in ('first_name', 'last_name', 'email', 'company_name') or p_fields ? e.key
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
create or replace function lead_sync.previewed_conflicts(p_run jsonb, p_silent jsonb, p_examples integer) returns jsonb
language sql stable set search_path = '' as $$
with conflict as materialized (
select c.*
from public.lead_sync_conflicts as c left join public.leads as l on l.id = c.lead_id
where c.run_id = (p_run ->> 'id')::uuid and not coalesce(p_silent ? l.twenty_id::text, false)
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
create or replace function lead_sync.previewed_merge(p_results jsonb, p_people jsonb, p_silent jsonb, p_examples integer) returns jsonb
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
'twenty', lead_sync.preview_values(lead_sync.stated_values(p_people -> r.index), r.fields)
) order by r.index)
from ranked as r where r.place <= p_examples
), '[]')
)
$$;
-- preview/previewed_plan.sql
create or replace function lead_sync.previewed_plan(p_lead_ids uuid[], p_writes jsonb, p_examples integer) returns jsonb
language sql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
with write as materialized (
select
(w ->> 'lead_id')::uuid as lead_id, w ->> 'op' as op, w -> 'twenty_id' as twenty_id, w -> 'twenty_record' as record,
(w -> 'values' ->> 'email' is null and w -> 'values' ? 'email' and l.email is not null) as blanks,
array(select k from jsonb_object_keys(lead_sync.stated_values(w -> 'values')) as k) as fields,
lead_sync.lead_values(l) as local, s.base_remote as remote, s.intent -> 'left_out' as left_out
from jsonb_array_elements(p_writes) as w
join public.leads as l on l.id = (w ->> 'lead_id')::uuid
join lead_sync.lead_states as s on s.lead_id = l.id
),
other as materialized (
select l.id as lead_id, l.twenty_id, l.sync_status, l.sync_error_message as reason, s.error_category as category, s.held_by, s.due_at
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.id = any (p_lead_ids) and not exists (select from write as w where w.lead_id = l.id)
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
jsonb_build_object('kind', 'held', 'side', 'twenty', 'lead_id', o.lead_id, 'twenty_id', o.twenty_id, 'fields', '["email"]'::jsonb, 'reason', o.reason),
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
'examples', coalesce((select jsonb_agg(e.example) from example as e where e.place <= p_examples), '[]')
)
$$;
-- values/indexes.sql
create index if not exists leads_additional_emails_idx on public.leads using gin (lead_sync.email_keys(additional_emails)) where additional_emails <> '{}';
create index if not exists leads_phones_idx on public.leads using gin (lead_sync.phone_keys(array_append(additional_phones, phone))) with (fastupdate = off)
where phone is not null or additional_phones <> '{}';
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
for each row execute function lead_sync.note_setting('{object,lead_field}', '{missing_since,base_since}');
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
create or replace trigger leads_assess before insert or update of
first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
lead_status, attributes, created_at, deleted_at on public.leads
for each row when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.assess_written_lead();
create or replace trigger leads_assess_chosen before update of lead_score, score_breakdown, segment_id, segment_source, segment_confidence on public.leads
for each row when (pg_catalog.current_setting('lead_sync.engine', true) is distinct from 'on') execute function lead_sync.assess_chosen_lead();
create or replace trigger leads_queue_inserted after insert on public.leads
referencing new table as new_leads for each statement execute function lead_sync.queue_scored_inserts();
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
create or replace trigger customer_segments_compile after insert or update or delete or truncate on public.customer_segments
for each statement execute function lead_sync.compile_segments();
create or replace trigger customer_segments_queue_renamed after update of segment_name on public.customer_segments
for each row when (new.segment_name is distinct from old.segment_name) execute function lead_sync.queue_renamed_segment();
-- assignment/triggers.sql
create or replace trigger sales_reps_check before insert or update on public.sales_reps
for each row execute function lead_sync.check_sales_rep();
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
-- attribution/triggers.sql
create or replace trigger opportunities_note_score after insert or update of lead_id on public.opportunities
for each row when (new.lead_id is not null and new.created_at > now() - interval '1 day') execute function lead_sync.note_deal_score();
create or replace trigger leads_note_qualified after update of lead_status on public.leads
for each row when (new.lead_status is distinct from old.lead_status) execute function lead_sync.note_qualified();
create or replace trigger leads_note_qualified_insert after insert on public.leads
for each row when (new.lead_status is not null) execute function lead_sync.note_qualified();
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
date_trunc('hour', h.synced_at, 'utc'), 2, h.sync_type, h.sync_direction, h.sync_status,
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
