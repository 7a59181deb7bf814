-- lead-sync-1.sql of n8n-nodes-lead-sync, version 2 of the database's schema, printed by gulp buildSchema from the files of migrations/ that are named below.
-- Paste all of lead-sync-1.sql into the SQL editor of Supabase and run it, then all of lead-sync-2.sql; or run psql -1 -v ON_ERROR_STOP=1 -f lead-sync-1.sql -f lead-sync-2.sql.
-- They may be applied again, and over an older version. They need PostgreSQL 15 or newer and the roles of Supabase. uninstall.sql takes everything back.
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
hint = 'Take the lead-sync-1.sql and lead-sync-2.sql of the newest n8n-nodes-lead-sync.';
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
begin
perform lead_sync.mark_what_is_new();
perform lead_sync.turn_off_jit();
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
-- install/mark_what_is_new.sql
create or replace function lead_sync.mark_what_is_new() returns void
language plpgsql volatile set search_path = '' as $$
declare
v_foreign oid[] := string_to_array(nullif(current_setting('lead_sync.foreign_objects', true), ''), ',')::oid[];
v_object record;
begin
if v_foreign is null then
raise exception 'This was applied in several transactions, so that what it made cannot be told from what was there.'
using errcode = 'no_active_sql_transaction', hint = 'Apply it in one transaction, with psql: psql -1 -v ON_ERROR_STOP=1 -f lead-sync-1.sql -f lead-sync-2.sql';
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
end
$$;
comment on function lead_sync.mark_what_is_new() is 'Part of n8n-nodes-lead-sync.';
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
'change_mapping',
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
'get_mappings',
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
'store_twenty_fields',
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
-- install/turn_off_jit.sql
create or replace function lead_sync.turn_off_jit() returns void
language plpgsql volatile set search_path = '' as $$
declare
v_routine text;
begin
for v_routine in
select o.identity
from lead_sync.list_objects() as o
join pg_catalog.pg_proc as p on p.oid = o.object
where o.kind = 'routine' and o.marked and (o.schema_name = 'public' or p.prorettype = 'trigger'::regtype)
and not coalesce(p.proconfig, '{}') @> '{jit=off}'
loop
execute format('alter routine %s set jit = off', v_routine);
end loop;
end
$$;
comment on function lead_sync.turn_off_jit() is 'Part of n8n-nodes-lead-sync.';
-- install/version_under_way.sql
create or replace function lead_sync.version_under_way() returns integer
language sql immutable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$ select 2 $$;
comment on function lead_sync.version_under_way() is 'Part of n8n-nodes-lead-sync.';
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
drop trigger if exists leads_assess_chosen on public.leads;
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
alter table if exists lead_sync.instant_push
add column if not exists edge_url text check (edge_url ~ '^https?://[^[:space:]]+$'),
add column if not exists arrivals_url text check (arrivals_url ~ '^https?://[^[:space:]]+$'),
drop constraint if exists instant_push_secret,
add constraint instant_push_secret check ((coalesce(url, edge_url, arrivals_url) is null) = (secret is null));
if to_regclass('lead_sync.inbox') is not null then
update lead_sync.inbox as i set object = s.object || '.company' from lead_sync.settings as s where i.object = 'company';
end if;
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
outside_by timestamptz,
remade_at timestamptz
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
comment on column lead_sync.lead_states.intent is 'What a write was about to send: {values, base_local, base_remote, until, left_out, vanished}; left_out: values that stay here; vanished: the person on whom the record hung is gone from it';
comment on column lead_sync.lead_states.retries is 'Tries in a row, those that do not count as errors included: the backoff''s exponent';
comment on column lead_sync.lead_states.error_category is 'What kind of refusal the last one was; tombstone and duplicate_of hold a lead back';
comment on column lead_sync.lead_states.error_at is 'When the lead was last refused or held back';
comment on column lead_sync.lead_states.held_by is 'The person in Twenty that has this lead''s e-mail; the lead is held until that person changes';
comment on column lead_sync.lead_states.stalls is 'Calls of the push in a row that died over a batch with this lead: the more, the smaller the batch that it is claimed in';
comment on column lead_sync.lead_states.refusal is 'Why the lead''s row could not be written here: the row itself may not take it';
comment on column lead_sync.lead_states.outside_by is 'changed_at of the filter that left the lead here when it was last due: another filter judges it again';
comment on column lead_sync.lead_states.remade_at is 'When it was seen that the person had been destroyed and made again under the same id: Twenty took them out of their deals, also out of those read before';
comment on column lead_sync.lead_states.joined is 'The lead that has taken this one''s history over: their people were merged in Twenty';
create index if not exists lead_states_due_idx on lead_sync.lead_states (due_at) where due_at is not null and adapter = 'lead';
create index if not exists lead_states_due_others_idx on lead_sync.lead_states (adapter, due_at) where due_at is not null and adapter <> 'lead';
create index if not exists lead_states_waiting_idx on lead_sync.lead_states (due_since) where due_at is not null;
create index if not exists lead_states_claim_idx on lead_sync.lead_states (claim_token) where claim_token is not null;
create index if not exists lead_states_held_by_idx on lead_sync.lead_states (held_by) where held_by is not null;
create index if not exists lead_states_refusal_idx on lead_sync.lead_states (lead_id) where refusal is not null;
create index if not exists lead_states_joined_idx on lead_sync.lead_states (joined) where joined is not null;
create index if not exists lead_states_outside_idx on lead_sync.lead_states (outside_by) where outside_by is not null;
create index if not exists lead_states_remade_idx on lead_sync.lead_states (remade_at) where remade_at is not null;
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
comment on column lead_sync.settings.runs_days is 'Sync runs, closed conflicts, merges and decided approvals that are older than this are deleted, but for a no that still holds; of a merge, so long can it be undone';
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
create index if not exists history_archive_lead_idx on lead_sync.history_archive (lead_id) where lead_id is not null;
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
place_since timestamptz,
changed_at timestamptz,
translations jsonb,
primary key (object, lead_field),
constraint field_mappings_lists check (lead_field not in ('additional_emails', 'additional_phones') or kind = 'list'),
constraint field_mappings_twenty_field check ((lead_field = 'deleted') = (twenty_field is null)),
constraint field_mappings_translations check (translations is null or kind in ('text', 'option') and lead_field <> 'stage' and twenty_field !~ '\.'),
constraint field_mappings_segment check (lead_field <> 'segment' or direction = 'to_twenty')
);
alter table lead_sync.field_mappings enable row level security;
comment on column lead_sync.field_mappings.lead_field is 'A field of leads, or what the values of another object''s rows call it: lead_sync.<adapter>_values';
comment on column lead_sync.field_mappings.kind is 'What the value is; list: several texts, or the e-mails and phones of a field that holds several; option: one of a select; reference: a record''s id';
comment on column lead_sync.field_mappings.base_since is 'What was agreed on this field before counts no more: it was somewhere else in Twenty, or was not taken from there';
comment on column lead_sync.field_mappings.place_since is 'Since when it is this field in Twenty: a run that began before reads another one, and ends';
comment on column lead_sync.field_mappings.changed_at is 'When the row was written last: the next reconciliation compares all ids, to queue the leads that go out by it and to judge again who is outside the filter';
comment on column lead_sync.field_mappings.translations is 'Of a select: {a value here: the option that it is in Twenty}; what it does not name is the same on both sides';
comment on column lead_sync.field_mappings.missing_since is 'Set while the Twenty workspace lacks the field; the field is left out of the sync until it is there';
create table if not exists lead_sync.twenty_fields (
object text primary key,
fingerprint text not null,
fields jsonb not null check (jsonb_typeof(fields) = 'array'),
read_at timestamptz not null default clock_timestamp()
);
alter table lead_sync.twenty_fields enable row level security;
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
comment on column lead_sync.lead_changes.made_by is 'Who undid something; null: the sync';
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
read_at timestamptz,
problem text,
problem_at timestamptz,
constraint sources_problem check ((problem is null) = (problem_at is null))
);
alter table lead_sync.sources enable row level security;
comment on table lead_sync.sources is 'Tables whose rows are leads';
comment on column lead_sync.sources.columns is 'Per field of a lead, the column that has it';
comment on column lead_sync.sources.lead_source is 'What leads.lead_source says of a lead that comes from here, where no column tells it';
comment on column lead_sync.sources.both_ways is 'Whether leads are written back to their rows';
comment on column lead_sync.sources.inserts is 'Whether a lead from elsewhere gets a row there';
comment on column lead_sync.sources.position is 'The last key that the first reading has read';
comment on column lead_sync.sources.problem is 'Why its rows could not be read when that was last tried, e.g. a column that has another name now';
comment on column lead_sync.sources.problem_at is 'When that was';
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
lead_id uuid,
key_before text
);
alter table lead_sync.source_changes enable row level security;
comment on table lead_sync.source_changes is 'Neither key nor lead: what was written could not be noted, so that all rows are read again';
comment on column lead_sync.source_changes.key_before is 'The key that the row had until then; null: the same';
create index if not exists source_changes_key_idx on lead_sync.source_changes (source, id) where key is not null;
create index if not exists source_changes_moved_idx on lead_sync.source_changes (source, key) where key_before is not null;
create index if not exists source_changes_key_before_idx on lead_sync.source_changes (source, key_before) where key_before is not null;
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
keep_created_at timestamptz,
keep_score_breakdown jsonb,
keep_twenty_id uuid,
drop_twenty_id uuid,
touches bigint[] not null default '{}',
history bigint[] not null default '{}',
conflicts bigint[] not null default '{}',
row_ids uuid[] not null default '{}',
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
comment on column lead_sync.merges.drop_values is 'Of the dropped lead when it was asked for; from when they are joined on, as they were then';
comment on column lead_sync.merges.keep_created_at is 'Of the kept lead before it was joined, as keep_score_breakdown is; null until then';
comment on column lead_sync.merges.touches is 'The touches that the dropped lead brought';
comment on column lead_sync.merges.history is 'What was noted of the dropped lead, archived or not, as its conflicts are in conflicts';
comment on column lead_sync.merges.row_ids is 'The deals, and rows of other synced tables, that hung on the dropped lead';
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
comment on column lead_sync.inbox.object is 'As Twenty calls it; <object of leads>.company: a company of whose people the leads are to be read again';
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
target text not null,
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
comment on column lead_sync.people_outside.judged_by is 'As of when the filter and the mapping left the person outside: where either has changed since, the next reconciliation reads them again';
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
comment on column lead_sync.scoring_state.segments_epoch is 'The epoch in which segments last changed, by what decides of leads: those of older epochs are classified again';
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
comment on column public.follow_up_rules.max_lead_age_days is 'Only leads created, or calls missed, in the last so many days, of no_activity leads that are quiet for at most so many days beyond idle_days: the first scoring must not ask for a thousand calls; empty: all';
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
escalate_after interval[] not null default array['15 minutes', '1 hour']::interval[]
constraint assignment_settings_escalate_after check (interval '3 days' > all (escalate_after)),
flood_limit integer not null default 5 check (flood_limit between 1 and 50),
task_title text not null default 'Call {name} (new lead from {source})' check (btrim(task_title) <> ''),
task_body text default '{name} of {company} came in from {source}. Score: {score}.'
);
alter table lead_sync.assignment_settings enable row level security;
comment on column lead_sync.assignment_settings.owner_field is 'The relation of the Twenty object with workspace members that holds the owner, e.g. owner; empty: a task says who';
comment on column lead_sync.assignment_settings.kinds is 'Touches of these kinds are leads that arrived; import, table and manual are rows that somebody had before; calls that we made are none';
comment on column lead_sync.assignment_settings.max_age is 'A touch that was this long ago when it came in is old, and nobody is to be called at once';
comment on column lead_sync.assignment_settings.escalate_after is 'After how long without a response a lead is escalated, counted from its arrival, less than three days; empty: never';
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
removed_at timestamptz,
option_id text
);
alter table public.sales_stages enable row level security;
comment on column public.sales_stages.stage is 'The value of the option of opportunity.stage in Twenty, e.g. PROPOSAL';
comment on column public.sales_stages.option_id is 'The id of the option in Twenty, which it keeps when its value is renamed';
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
comment on column public.opportunities.company_id is 'The company''s id in Twenty, or that of its row in lead_companies';
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
comment on column public.opportunity_stages.from_stage is 'Blank: it had none; null: the history of the deal begins here';
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
rules jsonb,
version integer
);
alter table lead_sync.deal_scores enable row level security;
comment on column lead_sync.deal_scores.rules is 'The points of each rule that fitted, as in leads.score_breakdown; null: nobody knows';
comment on column lead_sync.deal_scores.version is 'The published version of the rules by which the lead was judged; null: nobody knows';
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
feed text not null,
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
v_problems := v_problems || '{"object": "Another object is another sync: change lead_sync.settings in the SQL editor, then run npx n8n-nodes-lead-sync setup."}';
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
when 'number' then case when length(a.value #>> '{}') < 16 then a.value else lead_sync.exact_number(a.value) end
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
select case jsonb_typeof(e.value)
when 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null')
when 'number' then case when length(e.value #>> '{}') < 16 then e.value else lead_sync.exact_number(e.value) end
else e.value
end as value
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
when p_kind = 'time' then case
when (p_value #>> '{}') !~* '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([t ](([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?|24:00(:00(\.0{1,9})?)?)(z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$' then null
when substr(p_value #>> '{}', 9, 2)::integer <= extract(day from (left(p_value #>> '{}', 8) || '01')::date + interval '1 month - 1 day')
then extract(epoch from (p_value #>> '{}')::timestamptz)::text
end
when p_kind = 'money' and (p_value ->> 'amount') ~* '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?$' then trim_scale((p_value ->> 'amount')::numeric)::text || ' ' || coalesce(upper(p_value ->> 'currency'), '')
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
select l.ordinality::integer, case when t.text ~ '^(?:\s*(?:"(?:[^"]|"")*"|[^,"]*)\s*,)+$' then array(
select btrim(replace(regexp_replace(m[1], '^"(.*)"$', '\1'), '""', '"'))
from regexp_matches(t.text, '\s*("(?:[^"]|"")*"|[^,"]*)\s*,', 'g') with ordinality as f (m, no)
order by f.no
) else '{}' end
from regexp_split_to_table(p_csv, e'\n') with ordinality as l (text, ordinality)
cross join lateral (select btrim(l.text, e' \r') || ',' as text) as t
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
-- values/exact_number.sql
create or replace function lead_sync.exact_number(p_number jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when length(p_number #>> '{}') > 300 then to_jsonb(p_number #>> '{}')
when (p_number #>> '{}')::double precision::text::numeric = (p_number #>> '{}')::numeric then p_number
else to_jsonb(p_number #>> '{}')
end
$$;
-- values/id_in_twenty.sql
create or replace function lead_sync.id_in_twenty(p_id uuid) returns uuid
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return case
when p_id::text ~ '^.{14}[1-5].{4}[89ab]' then p_id
else overlay(overlay(md5('lead ' || p_id) placing '5' from 13) placing '8' from 17)::uuid
end;
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
return jsonb_strip_nulls(jsonb_object(
'{first_name,last_name,email,phone,job_title,company_name,company_domain,company_size,city,region,country,postal_code,linkedin_url,lead_source,lead_status,segment}',
array[
nullif(btrim(p_lead.first_name, space), ''), nullif(btrim(p_lead.last_name, space), ''), nullif(btrim(p_lead.email, space), ''),
nullif(btrim(p_lead.phone, space), ''), nullif(btrim(p_lead.job_title, space), ''), nullif(btrim(p_lead.company_name, space), ''),
nullif(btrim(p_lead.company_domain, space), ''), nullif(btrim(p_lead.company_size, space), ''), nullif(btrim(p_lead.city, space), ''),
nullif(btrim(p_lead.region, space), ''), nullif(btrim(p_lead.country, space), ''), nullif(btrim(p_lead.postal_code, space), ''),
nullif(btrim(p_lead.linkedin_url, space), ''), nullif(btrim(p_lead.lead_source, space), ''), nullif(btrim(p_lead.lead_status, space), ''), v_segment
]
))
|| case when p_lead.lead_score is null then '{}'::jsonb else jsonb_build_object('lead_score', p_lead.lead_score) end
|| case when p_lead.deleted_at is null then '{}'::jsonb else '{"deleted": true}' end
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
-- values/translated.sql
create or replace function lead_sync.translated(p_values jsonb, p_names jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select case
when jsonb_typeof(p_values) is distinct from 'object' then p_values
else p_values || coalesce(jsonb_object_agg(n.field, n.name) filter (where n.key is null), '{}') || case
when count(n.key) > 0 then jsonb_build_object('attributes', (p_values -> 'attributes') || jsonb_object_agg(n.key, n.name) filter (where n.key is not null))
else '{}'
end
end
from (
select e.key as field, k.key, e.value -> case when k.key is null then p_values ->> e.key else p_values -> 'attributes' ->> k.key end as name
from jsonb_each(p_names) as e
cross join lateral (select case when e.key like 'attributes.%' then substr(e.key, 12) end as key) as k
) as n
where n.name is not null
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
declare
v_marks jsonb;
v_engine text := current_setting('lead_sync.engine', true);
begin
insert into lead_sync.cursors (object) values (p_object) on conflict do nothing;
if not found then
return;
end if;
execute lead_sync.rows_sql(p_adapter, $sql$
with edited as materialized (
select l.id, l.updated_at, {values} as local from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id
where {values} <> s.base_local
order by l.id
for no key update of l
),
noted as (
update lead_sync.lead_states as s set
changed_at = s.changed_at || (
select coalesce(jsonb_object_agg(k, e.updated_at), '{}') from jsonb_object_keys(e.local || s.base_local) as k
where (e.local -> k) is distinct from (s.base_local -> k)
),
due_at = case when s.claim_token is null then clock_timestamp() else s.due_at end,
due_since = coalesce(s.due_since, clock_timestamp()),
retries = 0
from edited as e where s.lead_id = e.id
returning s.lead_id, s.claim_token
)
select jsonb_agg(jsonb_build_object('lead_id', n.lead_id, 'sync_status', 'pending')) from noted as n where n.claim_token is null
$sql$) into v_marks;
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', p_adapter));
perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
perform lead_sync.make_states(p_adapter, null);
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
v_has_rows boolean := exists (select from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.of_lead);
v_looks boolean := tg_op = 'UPDATE' and exists (select from lead_sync.activity_links) and lead_sync.looks_at_activity();
begin
if not (v_has_rows or v_looks) then
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
if v_looks then
perform lead_sync.rescore_people(v_ids);
end if;
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
update lead_sync.lead_changes as c set before = c.before - 'contact_id', after = c.after - 'contact_id'
from lead_sync.lead_states as s
where s.adapter = v_adapter and c.lead_id = s.lead_id
and (c.before ->> 'contact_id' = any (p_twenty_ids::text[]) or c.after ->> 'contact_id' = any (p_twenty_ids::text[]));
delete from public.lead_sync_conflicts as c using lead_sync.lead_states as s
where s.adapter = v_adapter and c.lead_id = s.lead_id and c.field = 'contact_id'
and (c.supabase_value #>> '{}' = any (p_twenty_ids::text[]) or c.twenty_value #>> '{}' = any (p_twenty_ids::text[]));
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
create or replace function lead_sync.hand_over_rows(p_from uuid, p_to uuid, p_ids uuid[] default null) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text;
begin
for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = $2 where l.lead_id = $1 and ($3 is null or l.id = any ($3))') using p_from, p_to, p_ids;
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
execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = null, contact_id = $2 where l.lead_id = $1') using old.id, lead_sync.contact_of(old.id, null);
perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end loop;
return old;
end
$$;
-- objects/link_missed_rows.sql
create or replace function lead_sync.link_missed_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_lead_ids uuid[];
begin
if not exists (select from lead_sync.objects as o where o.adapter = p_adapter and o.of_lead) then
return;
end if;
execute lead_sync.rows_sql(p_adapter, $sql$
select array_agg(distinct p.id) from {table} as r join public.leads as p on p.twenty_id = r.contact_id where r.contact_id is not null and r.lead_id is null
$sql$) into v_lead_ids;
if v_lead_ids is not null then
perform lead_sync.link_rows(p_adapter, v_lead_ids);
end if;
end
$$;
-- objects/link_rows.sql
create or replace function lead_sync.link_rows(p_adapter text, p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
declare
v_engine text := current_setting('lead_sync.engine', true);
v_marks jsonb;
v_claimed boolean;
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
select
(select jsonb_agg(jsonb_build_object('lead_id', m.id, 'sync_status', 'pending')) from moved as m),
exists (select from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id where l.lead_id = any ($1) and s.claim_token is not null)
$sql$) into v_marks, v_claimed using p_lead_ids;
perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', p_adapter));
if v_marks is not null or v_claimed then
perform lead_sync.wish_for_call(p_adapter || '_push');
end if;
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
select k.id from {table} as k where k.twenty_id = any ($1) or k.id = any (array(select lead_sync.own_id_of(i) from unnest($1) as i))
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
lead_sync.stated_row($2, i.snapshot),
i.absent, i.dead, i.repeated, l.id, l.id is not null and l.id is distinct from linked.id, false,
l.sync_status, coalesce(l.left_out, '{}'), case when l.id is not null then {values} else '{}' end, own.id is not null
from item as i
left join {table} as linked on linked.twenty_id = i.twenty_id and not i.repeated
left join {table} as own on own.id = lead_sync.own_id_of(i.twenty_id) and not i.repeated
left join lead_sync.lead_states as s on s.lead_id = own.id
left join lateral (
select k.id from {table} as k
where {known} = {known_value} and k.twenty_id is null and k.deleted_at is null and not (i.absent or i.dead or i.repeated)
order by k.created_at, k.id limit 1
) as known on true
left join {table} as l on l.id = coalesce(linked.id, case when not i.absent and (own.twenty_id is null or s.gone) then own.id end, known.id)
$sql$) using p_items, p_adapter;
end
$$;
-- objects/note_remade.sql
create or replace function lead_sync.note_remade(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
update lead_sync.lead_states as s set remade_at = clock_timestamp() where s.lead_id = any (p_lead_ids);
perform lead_sync.put_back(p_lead_ids);
end
$$;
-- objects/put_back.sql
create or replace function lead_sync.put_back(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_adapter text;
begin
for v_adapter in select o.adapter from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.of_lead order by o.adapter loop
execute lead_sync.rows_sql(v_adapter, $sql$
with hanging as materialized (
select l.id from {table} as l where l.lead_id = any ($1) order by l.id for no key update
)
update lead_sync.lead_states as s set base_local = s.base_local - 'contact_id', base_remote = s.base_remote - 'contact_id'
from hanging as h where s.lead_id = h.id
$sql$) using p_lead_ids;
perform lead_sync.link_rows(v_adapter, p_lead_ids);
end loop;
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
-- objects/rows_of_lead.sql
create or replace function lead_sync.rows_of_lead(p_lead_id uuid) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
v_adapter text;
v_rows uuid[];
v_ids uuid[] := '{}';
begin
for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
execute lead_sync.rows_sql(v_adapter, 'select array_agg(l.id) from {table} as l where l.lead_id = $1') into v_rows using p_lead_id;
v_ids := v_ids || v_rows;
end loop;
return v_ids;
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
-- objects/rows_waiting.sql
create or replace function lead_sync.rows_waiting(p_adapter text, p_ids uuid[], p_rules jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
v_rows jsonb := '{}';
begin
if p_rules @> '[{"field": "company_id"}]' and lead_sync.is_synced('company') and exists (select from lead_sync.lead_states as k where k.adapter = 'company' and k.due_at is not null) then
execute lead_sync.rows_sql(p_adapter, $sql$
select coalesce(jsonb_object_agg(l.id, format('waits for company %s, which is not in Twenty yet', c.id)), '{}')
from {table} as l
join lead_sync.lead_states as s on s.lead_id = l.id
cross join lateral (select {values} ->> 'company_id' as company_id offset 0) as v
join public.lead_companies as c on case when lead_sync.is_uuid(v.company_id) then v.company_id::uuid end in (c.id, c.twenty_id)
join lead_sync.lead_states as k on k.lead_id = c.id
where l.id = any ($1) and v.company_id is distinct from s.base_local ->> 'company_id' and (c.twenty_id is null or k.gone) and c.deleted_at is null and k.due_at is not null
$sql$) into v_rows using p_ids;
end if;
if p_rules @> '[{"field": "contact_id"}]' then
v_rows := v_rows || (
select coalesce(jsonb_object_agg(w.key, 'waits for lead ' || w.value || ', which has no person in Twenty yet'), '{}')
from jsonb_each_text(lead_sync.rows_without_person(p_adapter, p_ids)) as w
);
end if;
return v_rows;
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
where l.id = any ($1) and k.deleted_at is null and (k.twenty_id is null or s.gone and s.due_at is not null)
$sql$) into v_rows using p_ids;
end if;
return coalesce(v_rows, '{}');
end
$$;
-- objects/sent_fields.sql
create or replace function lead_sync.sent_fields(p_values jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(e.key, case when jsonb_typeof(e.value) = 'object' and e.value ? 'amount' then '{"currency": null}'::jsonb || e.value else e.value end), '{}')
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
-- objects/stated_row.sql
create or replace function lead_sync.stated_row(p_adapter text, p_snapshot jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_stated jsonb := lead_sync.stated_fields(p_snapshot);
v_known_by text;
v_kind text;
begin
select o.known_by, m.kind into v_known_by, v_kind
from lead_sync.objects as o left join lead_sync.field_mappings as m on m.object = o.object and m.lead_field = o.known_by
where o.adapter = p_adapter;
if lead_sync.comparable(v_kind, v_stated -> v_known_by) <> '' then
v_stated := jsonb_set(v_stated, array[v_known_by], to_jsonb(lead_sync.comparable(v_kind, v_stated -> v_known_by)));
end if;
return v_stated;
end
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
v_waiting := lead_sync.rows_waiting(p_adapter, v_ids, lead_sync.rules((select o.object from lead_sync.objects as o where o.adapter = p_adapter)));
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
execute format('create sequence if not exists lead_sync.%I', 'last_' || p_adapter || '_push_call');
execute format(
'create or replace trigger %I after insert on %s referencing new table as new_leads for each statement execute function lead_sync.wish_for_push(%L)',
v_name || '_wish_for_push_inserted', v_table, p_adapter
);
execute format(
'create or replace trigger %I after update on %s referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.wish_for_push(%L)',
v_name || '_wish_for_push_updated', v_table, p_adapter
);
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
update lead_sync.lead_states as s set joined = null
where s.lead_id = any (array(select c.id from unnest(p_changes) as c where c.taken -> 'deleted' = 'null')) and s.joined is not null;
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
-- mappings/change_mapping.sql
create or replace function public.change_mapping(p_lead_field text, p_changes jsonb, p_preview boolean default false, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_object text := (select s.object from lead_sync.settings as s);
v_before jsonb := lead_sync.rules((select s.object from lead_sync.settings as s));
v_row lead_sync.field_mappings;
v_was lead_sync.field_mappings;
v_rules jsonb;
v_renewed jsonb;
v_names jsonb;
v_effect jsonb;
v_constraint text;
v_message text;
v_problems jsonb := '{}';
begin
if jsonb_typeof(p_changes) is distinct from 'object' or p_changes - array['twenty_field', 'kind', 'direction', 'policy', 'enabled', 'translations'] <> '{}' or p_lead_field is null then
raise exception 'p_lead_field and an object p_changes of twenty_field, kind, direction, policy, enabled and translations are needed' using errcode = '22023';
elsif p_changes ? 'enabled' and jsonb_typeof(p_changes -> 'enabled') <> 'boolean' then
raise exception 'enabled must be true or false' using errcode = '22023';
end if;
select * into v_was from lead_sync.field_mappings as m where m.object = v_object and m.lead_field = p_lead_field for update;
if p_seen <> coalesce(lead_sync.mapping_version(v_was), '') then
raise exception 'Somebody has changed this row of the mapping since it was shown' using errcode = 'PT409', hint = 'Look at it again.';
end if;
if v_was is null and not p_changes ? 'kind' then
p_changes := p_changes || coalesce((
select jsonb_build_object('kind', e -> 'kinds' -> 0)
from lead_sync.twenty_fields as f cross join jsonb_array_elements(f.fields) as e
where f.object = v_object and e -> 'name' = p_changes -> 'twenty_field'
), '{}');
end if;
begin
perform lead_sync.preview_mapping(jsonb_build_array(p_changes || jsonb_build_object('object', v_object, 'lead_field', p_lead_field)));
select * into v_row from lead_sync.field_mappings as m where m.object = v_object and m.lead_field = p_lead_field;
if (v_row.twenty_field, v_row.kind) is distinct from (v_was.twenty_field, v_was.kind) then
v_message := lead_sync.twenty_field_problem(v_object, v_row.twenty_field, v_row.kind);
if v_message is not null then
raise check_violation using constraint = 'twenty_fields', message = v_message;
end if;
end if;
if v_row.translations is distinct from v_was.translations and v_row.translations is not null then
select case
when e ->> 'type' <> 'SELECT' then format('The field "%s" is %s in Twenty: only a select has options to translate.', v_row.twenty_field, e ->> 'type')
else lead_sync.translation_problem(v_row.translations, array(select o ->> 'value' from jsonb_array_elements(e -> 'options') as o))
end into v_message
from lead_sync.twenty_fields as f cross join jsonb_array_elements(f.fields) as e
where f.object = v_object and e ->> 'name' = v_row.twenty_field;
if v_message is not null then
raise check_violation using constraint = 'translations', message = v_message;
end if;
end if;
if p_preview then
v_names := coalesce(lead_sync.names_here(v_object) -> p_lead_field, '{}');
v_rules := lead_sync.rules(v_object);
v_renewed := lead_sync.renewed_rules(v_rules);
select jsonb_build_object(
'looked_at', count(*), 'complete', count(*) < 10000,
'holds', count(*) filter (where k.local ? p_lead_field or k.base_remote ? p_lead_field),
'sends', count(*) filter (
where p_lead_field = any (lead_sync.due_fields(
k.local, case when v_renewed is null then k.base_local else lead_sync.known_base(k.base_local, k.merged_at, v_renewed) end,
case when v_renewed is null then k.base_remote else lead_sync.known_base(k.base_remote, k.merged_at, v_renewed) end, true, v_rules
)) and p_lead_field <> all (lead_sync.due_fields(k.local, k.base_local, k.base_remote, true, v_before))
or k.left_out ? p_lead_field and v_row.translations ? (k.local ->> p_lead_field) and (v_was.translations ? (k.local ->> p_lead_field)) is not true
),
'renames', count(*) filter (
where v_row.direction <> 'to_twenty' and coalesce(v_names ->> n.option, n.option) <> k.base_remote ->> p_lead_field
),
'starts_anew', v_row.base_since is distinct from v_was.base_since
) into v_effect
from (
select lead_sync.lead_values(l) as local, s.base_local, s.base_remote, s.merged_at, l.left_out
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.twenty_id is not null
order by l.id
limit 10000
) as k
cross join lateral (select coalesce(v_was.translations ->> (k.base_remote ->> p_lead_field), k.base_remote ->> p_lead_field) as option) as n;
raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
end if;
exception
when sqlstate 'LSPRV' then
null;
when check_violation then
get stacked diagnostics v_constraint = constraint_name, v_message = message_text;
v_problems := case v_constraint
when 'field_mappings_lead_field_check' then '{"lead_field": "It must be a field of leads, or attributes.<key>."}'
when 'field_mappings_twenty_field_check' then '{"twenty_field": "It must be the name of a field in Twenty, parts of it with a dot: emails.primaryEmail."}'
when 'field_mappings_twenty_field' then '{"twenty_field": "It needs the field in Twenty; deleted has none."}'
when 'translations' then jsonb_build_object('translations', v_message)
when 'field_mappings_translations' then '{"translations": "Only a text or an option of the record itself, and no stage, is translated."}'
when 'twenty_fields' then jsonb_build_object('twenty_field', v_message)
when 'field_mappings_segment' then '{"direction": "The segment only goes to Twenty."}'
when 'field_mappings_lists' then '{"kind": "Additional e-mails and phones are lists."}'
else lead_sync.constraint_problem('lead_sync.field_mappings', v_constraint, p_changes)
end;
end;
return jsonb_build_object('saved', v_problems = '{}' and not p_preview, 'problems', v_problems, 'effect', v_effect);
end
$$;
-- mappings/get_mappings.sql
create or replace function public.get_mappings() returns jsonb
language sql stable security invoker set search_path = '' as $$
select jsonb_build_object(
'object', s.object,
'rows', (
select coalesce(jsonb_agg(to_jsonb(m) - array['object', 'base_since', 'place_since', 'changed_at'] || jsonb_build_object('version', lead_sync.mapping_version(m)) order by m.lead_field), '[]')
from lead_sync.field_mappings as m where m.object = s.object
),
'lead_fields', (
select coalesce(jsonb_agg(f.name order by f.name), '[]')
from (
select r[1] as name from regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') as r
union
select 'attributes.' || k from (select l.attributes from public.leads as l order by l.id limit 1000) as l cross join jsonb_object_keys(l.attributes) as k where k !~ '\.'
) as f
where f.name not in ('deleted', 'person', 'lead') and not exists (select from lead_sync.field_mappings as m where m.object = s.object and m.lead_field = f.name)
),
'directions', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'direction'),
'policies', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'policy'),
'kinds', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'kind'),
'twenty_fields', t.fields,
'twenty_fields_at', greatest(t.read_at, (
select max(r.started_at) from public.lead_sync_runs as r where t.object is not null and r.direction = 'twenty_to_supabase' and r.mode <> 'inbox' and r.object = s.object
))
)
from lead_sync.settings as s
left join lead_sync.twenty_fields as t on t.object = s.object
left join pg_catalog.pg_constraint as c on c.conrelid = 'lead_sync.field_mappings'::regclass and c.conname = 'field_mappings_lead_field_check'
$$;
-- mappings/is_lacking.sql
create or replace function lead_sync.is_lacking(p_twenty_field text, p_missing jsonb) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select p_missing ?| array[split_part(p_twenty_field, '.', 1), substring(p_twenty_field from '^\w+\.\w+')]
$$;
-- mappings/known_base.sql
create or replace function lead_sync.known_base(p_base jsonb, p_settled_at timestamptz, p_renewed jsonb) returns jsonb
language sql stable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select p_base - array(select r ->> 'field' from jsonb_array_elements(p_renewed) as r where (r ->> 'base_since')::timestamptz > p_settled_at)
$$;
-- mappings/mapping_version.sql
create or replace function lead_sync.mapping_version(p_row lead_sync.field_mappings) returns text
language sql stable set search_path = '' as $$
select case when (p_row).lead_field is not null then md5((to_jsonb(p_row) - array['missing_since', 'base_since', 'place_since', 'changed_at'])::text) end
$$;
-- mappings/names_here.sql
create or replace function lead_sync.names_here(p_object text) returns jsonb
language sql stable set search_path = '' as $$
select jsonb_object_agg(m.lead_field, (select jsonb_object_agg(t.value #>> '{}', t.key) from jsonb_each(m.translations) as t))
from lead_sync.field_mappings as m
where m.object = p_object and m.translations is not null
$$;
-- mappings/note_mapping_change.sql
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
set missing_since = case when lead_sync.is_lacking(m.twenty_field, p_missing) then now() end
where m.object = p_object and m.enabled
and (m.missing_since is not null) <> lead_sync.is_lacking(m.twenty_field, p_missing)
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
|| case when m.translations is not null then jsonb_build_object('translations', m.translations) else '{}' end
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
f.direction, f.policy, f.base_since, f.twenty_field like 'company.%' as of_company, f.translations
from lead_sync.field_mappings as f
where f.object = p_object and f.lead_field <> 'deleted' and f.enabled and f.missing_since is null
union all
select 'deleted', 'boolean', case when f.enabled then f.direction else 'none' end, coalesce(f.policy, 'last_write_wins'), null, false, null
from (select) as always
left join lead_sync.field_mappings as f on f.object = p_object and f.lead_field = 'deleted'
) as m
$$;
-- mappings/send_translated.sql
create or replace function lead_sync.send_translated() returns trigger
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_before text := coalesce(current_setting('lead_sync.engine', true), '');
v_marks jsonb;
begin
if lead_sync.adapter_of(new.object) <> 'lead' then
return null;
end if;
with locked as materialized (
select l.id
from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
where l.left_out <> '{}' and l.left_out ? new.lead_field and l.deleted_at is null
and new.translations ? (s.base_local ->> new.lead_field) and (old.translations ? (s.base_local ->> new.lead_field)) is not true
order by l.id
for no key update of l
),
freed as (
update lead_sync.lead_states as s set base_local = s.base_local - new.lead_field from locked as k where s.lead_id = k.id
returning s.lead_id, s.claim_token
),
queued as materialized (
select f.lead_id from freed as f where f.claim_token is null order by f.lead_id limit 5000
)
select jsonb_agg(q.lead_id) into v_marks from queued as q;
if v_marks is not null then
update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = clock_timestamp()
where s.lead_id in (select i::uuid from jsonb_array_elements_text(v_marks) as i);
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.write_or_split('mark', (select jsonb_agg(jsonb_build_object('lead_id', i, 'sync_status', 'pending')) from jsonb_array_elements(v_marks) as i));
perform set_config('lead_sync.engine', v_before, true);
end if;
return null;
end
$$;
-- mappings/store_twenty_fields.sql
create or replace function public.store_twenty_fields(p_object text, p_fingerprint text, p_fields jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
if p_object is null or p_fingerprint is null or jsonb_typeof(p_fields) is distinct from 'array' or jsonb_array_length(p_fields) > 2000
or exists (select from jsonb_array_elements(p_fields) as f where jsonb_typeof(f -> 'name') is distinct from 'string' or jsonb_typeof(f -> 'kinds') is distinct from 'array')
then
raise exception 'p_object, p_fingerprint and an array p_fields of up to 2,000 fields are needed' using errcode = '22023',
hint = 'Pass [{"name": "jobTitle", "label": "Job Title", "type": "TEXT", "kinds": ["text"]}].';
end if;
insert into lead_sync.twenty_fields as f (object, fingerprint, fields) values (p_object, p_fingerprint, p_fields)
on conflict (object) do update set fingerprint = excluded.fingerprint, fields = excluded.fields, read_at = clock_timestamp();
return jsonb_build_object('fields', jsonb_array_length(p_fields));
end
$$;
-- mappings/translation_problem.sql
create or replace function lead_sync.translation_problem(p_translations jsonb, p_options text[] default null) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_here text[];
v_there text[];
v_name text;
begin
if jsonb_typeof(p_translations) is distinct from 'object' or jsonb_path_exists(p_translations, '$.* ? (@.type() != "string")') then
return 'It must say of each value here which option it is in Twenty: {"website": "WEB_FORM"}.';
end if;
select array_agg(t.key), array_agg(t.value) into v_here, v_there from jsonb_each_text(p_translations) as t;
if cardinality(v_here) > 200 or exists (select from unnest(v_here || v_there) as n where n <> coalesce(lead_sync.clean(n), '') or n = '' or length(n) > 200) then
return 'A value is a text of 1 to 200 characters, without space around it; there may be 200 of them.';
end if;
v_name := (select min(n) from (select n from unnest(v_there) as n group by n having count(*) > 1) as twice);
if v_name is not null then
return format('The option "%s" has two names here: it can have one.', v_name);
end if;
v_name := (select min(n) from unnest(v_here) as n where n = any (v_there || coalesce(p_options, '{}')));
if v_name is not null then
return format('"%s" is the name of an option in Twenty: a value here needs another one, so that it cannot be taken for that.', v_name);
end if;
v_name := (select min(n) from unnest(v_there) as n where n <> all (p_options));
if v_name is not null then
return format('"%s" is none of the options in Twenty: %s.', v_name, left(array_to_string(p_options, ', '), 500));
end if;
return null;
end
$$;
-- mappings/twenty_field_problem.sql
create or replace function lead_sync.twenty_field_problem(p_object text, p_field text, p_kind text) returns text
language sql stable set search_path = '' as $$
select case
when k.field is null then
format('Twenty had no field "%s" of a %s that can be synced when that was read last. Make it there first, under Settings › Data model: the next pull sees it.', p_field, p_object)
when not k.field -> 'kinds' ? p_kind then format(
'The field "%s" is %s in Twenty: it can hold %s, not %s.', p_field, k.field ->> 'type', (select string_agg(t, ' or ') from jsonb_array_elements_text(k.field -> 'kinds') as t), p_kind
)
end
from lead_sync.twenty_fields as f
left join lateral (select e as field from jsonb_array_elements(f.fields) as e where e ->> 'name' = p_field limit 1) as k on true
where f.object = p_object
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
held_by = null,
joined = case when v_after ? 'deleted' or not v_before ? 'deleted' then s.joined end;
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
select p.*, l.email, l.id is not null as is_lead, row_number() over (order by p.changed_at desc, p.lead_id desc, p.side desc) as place
from page as p left join public.leads as l on l.id = p.lead_id
order by place limit p_limit
)
select
coalesce(jsonb_agg(
jsonb_build_object(
'changed_at', s.changed_at, 'lead_id', s.lead_id, 'object', d.object, 'name', d.name, 'email', s.email, 'run_id', s.run_id, 'side', s.side, 'made_by', s.made_by,
'before', s.before, 'after', s.after
) order by s.place
), '[]'),
(array_agg(to_jsonb(s.changed_at) #>> '{}' || ' ' || s.lead_id || ' ' || s.side order by s.place desc))[1],
(select count(*) > p_limit from page)
into v_changes, v_position, v_has_next
from shown as s
left join lead_sync.describe_rows(array(select o.lead_id from shown as o where not o.is_lead)) as d on d.lead_id = s.lead_id;
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
v_by text := left(coalesce(nullif(btrim(p_by), ''), lead_sync.actor()), 200);
v_rules jsonb := '{}';
v_page uuid[];
v_rows jsonb;
v_row jsonb;
v_joined uuid;
v_is_scored boolean := (select s.version > 0 from lead_sync.scoring_state as s);
v_object text;
v_each record;
v_fields jsonb;
v_field jsonb;
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
perform lead_sync.lock_rows(a.adapter, v_page[:p_limit]) from (
select distinct s.adapter from lead_sync.lead_states as s where s.lead_id = any (v_page[:p_limit]) order by s.adapter
) as a;
perform set_config('lead_sync.engine', 'off', true);
end if;
select jsonb_object_agg(d.lead_id, jsonb_build_object(
'who', jsonb_build_object('lead_id', d.lead_id, 'object', d.object, 'name', d.name, 'email', d.email),
'adapter', coalesce(o.adapter, 'lead'), 'mapped_as', coalesce(d.object, n.object), 'values', d.local
)) into v_rows
from lead_sync.describe_rows(v_page[:p_limit]) as d left join lead_sync.objects as o on o.object = d.object cross join lead_sync.settings as n;
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
v_row := v_rows -> v_each.lead_id::text;
continue when v_row is null;
v_object := v_row ->> 'mapped_as';
if not v_rules ? v_object then
v_rules := v_rules || jsonb_build_object(v_object, lead_sync.rules(v_object));
end if;
v_joined := (select s.joined from lead_sync.lead_states as s where s.lead_id = v_each.lead_id);
select coalesce(jsonb_agg(f || (v_row -> 'who') || case
when f -> 'kept' <> 'null' then '{}'
when v_joined is not null and f ->> 'field' = 'deleted' then jsonb_build_object('kept', 'it was joined with lead ' || v_joined || ', with which it is one person')
when v_row ->> 'adapter' <> 'lead' then '{}'
when f ->> 'field' = 'lead_score' and v_is_scored
or f ->> 'field' = 'segment' and (select l.segment_source from public.leads as l where l.id = v_each.lead_id) is distinct from 'human'
then '{"kept": "it follows from rules or AI, not from a value that is set"}'
when f ->> 'field' = 'segment' and f -> 'becomes' <> 'null' and not exists (select from public.customer_segments as s where s.segment_name = f ->> 'becomes')
then '{"kept": "there is no segment of that name any more"}'
else '{}'
end), '[]') into v_fields
from jsonb_array_elements(lead_sync.fields_to_undo(v_each.changes, v_row -> 'values', v_rules -> v_object)) as f;
v_problem := null;
select jsonb_object_agg(f ->> 'field', f -> 'becomes'), coalesce(jsonb_object_agg(f ->> 'field', f -> 'value') filter (where f -> 'value' <> 'null'), '{}')
into v_values, v_before
from jsonb_array_elements(v_fields) as f
where f -> 'kept' = 'null';
if p_apply and v_values is not null then
begin
perform lead_sync.set_row_values(v_row ->> 'adapter', v_each.lead_id, v_values);
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, made_by, before, after)
values (clock_timestamp(), v_each.lead_id, v_undo_id, 'supabase', v_by, v_before, v_values);
exception when others or assert_failure then
get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
if lead_sync.ends_the_call(v_state) then
raise;
end if;
end;
end if;
v_leads := v_leads + (v_values is not null and v_problem is null)::integer;
for v_field in select f from jsonb_array_elements(v_fields) as f loop
if v_field -> 'kept' = 'null' and v_problem is null then
v_undone := array_append(v_undone, v_field - 'kept');
else
v_kept := array_append(v_kept, v_field - 'kept' || jsonb_build_object('reason', coalesce(v_field ->> 'kept', 'this database refuses the write: ' || left(v_problem, 300))));
end if;
end loop;
end loop;
if v_leads > 0 and p_apply then
perform public.note_action('undo_sync', jsonb_build_object('undo_id', v_undo_id, 'run_id', p_run_id, 'from', p_from, 'until', p_until, 'fields', p_fields, 'leads', v_leads, 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end), v_by);
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
or (v_local is not null and v_remote is not null and lead_sync.same_value(v_rule ->> 'kind', v_local, v_remote))
or coalesce(v_rule -> 'translations' -> (v_remote #>> '{}') = v_local, false);
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
v_known uuid[];
v_unknown uuid[];
v_emails text[];
v_new_emails text[];
v_has_absent boolean;
v_phones jsonb := '[]';
v_lead_ids uuid[];
begin
select
array_agg(k.id), array_agg(l.id) filter (where l.id is not null), array_agg(k.id) filter (where l.id is null), array_agg(a.email) filter (where a.email is not null),
array_agg(a.email) filter (where l.id is null and a.email is not null), bool_or(k.absent)
into v_ids, v_known, v_unknown, v_emails, v_new_emails, v_has_absent
from jsonb_array_elements(p_items) as i
cross join lateral (
select (i -> 'snapshot' ->> case p_source when 'twenty' then 'twenty_id' else 'id' end)::uuid as id, i -> 'snapshot' ->> 'email' as email,
case when jsonb_typeof(i -> 'snapshot' -> 'additional_emails') = 'array' then i -> 'snapshot' -> 'additional_emails' end as others, p_source = 'twenty' and coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) as absent
offset 0
) as k
left join public.leads as l on p_source = 'twenty' and l.twenty_id = k.id
left join lateral (
select unnest(case when k.email ~ '^[!-~]+$' and strpos(lower(k.email), 'xn--') = 0 then array[lower(k.email)] else lead_sync.email_spellings(k.email) end) where l.id is null
union all
select s from jsonb_array_elements_text(k.others) as e cross join unnest(lead_sync.email_spellings(e)) as s where k.others is not null
) as a (email) on true;
perform pg_advisory_xact_lock(hashtext('lead_sync.email'), b.bucket)
from (select distinct hashtext(n.email) & 63 as bucket from unnest(v_new_emails) as n (email) order by bucket) as b;
if p_source <> 'twenty' and jsonb_path_exists(p_items, '$[*].snapshot.phone ? (@ != null)') then
select coalesce(jsonb_agg(jsonb_build_object('phone', k.phone, 'snapshot', i -> 'snapshot')), '[]') into v_phones
from jsonb_array_elements(p_items) as i
cross join lateral (select lead_sync.phone_key(i #>> '{snapshot,phone}') as phone offset 0) as k
where i #>> '{snapshot,id}' is null and k.phone is not null;
perform pg_advisory_xact_lock(hashtext('lead_sync.phone'), b.bucket)
from (select distinct hashtext(p ->> 'phone') & 63 as bucket from jsonb_array_elements(v_phones) as p order by bucket) as b;
end if;
if p_source = 'twenty' and v_emails is null and v_unknown is null and not v_has_absent and p_claim_token is null then
v_lead_ids := v_known || array(select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_ids));
else
v_lead_ids := array(
select c.id from public.leads as c where c.twenty_id = any (v_ids)
union select c.id from public.leads as c where c.id = any (array(select lead_sync.own_id_of(u) from unnest(v_unknown) as u))
union select c.id
from unnest(v_emails) as e (email)
cross join lateral (select m.id from public.leads as m where case when m.email ~ '^[!-~]+$' then lower(m.email) else lower(normalize(regexp_replace(m.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = e.email offset 0) as c
union select c.id
from unnest(v_emails) as e (email)
cross join lateral (
select m.id from public.leads as m where m.additional_emails <> '{}' and lead_sync.email_keys(m.additional_emails) @> array[e.email] offset 0
) as c
where p_source <> 'twenty'
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
from jsonb_array_elements(case when v_has_absent then p_items else '[]' end) as i join public.leads as c on c.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
where (i -> 'snapshot' ->> 'absent')::boolean
union select lead_sync.merge_of(c.id)
from jsonb_array_elements(case when v_has_absent then p_items else '[]' end) as i join public.leads as c on c.twenty_id = (i -> 'snapshot' ->> 'twenty_id')::uuid
where (i -> 'snapshot' ->> 'absent')::boolean
union select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_ids)
union select s.lead_id from lead_sync.lead_states as s where s.claim_token = p_claim_token
);
end if;
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
select item.index, lead_sync.own_id_of(item.twenty_id) as own_id, item.dead, lead_sync.email_spellings(item.stated ->> 'email') as emails, item.stated -> 'additional_emails' as others
from item
where not item.repeated and not item.absent and not exists (select from by_id where by_id.index = item.index)
),
by_own_id as materialized (
select o.index, l.id
from open_item as o
join public.leads as l on l.id = o.own_id
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
select to_jsonb(array_agg(i order by i -> 'index')) into v_others
from jsonb_array_elements(p_items) as i
left join (select r -> 'index' as index from jsonb_array_elements(v_plain) as r) as p on p.index = i -> 'index'
where p.index is null;
end if;
return (
select to_jsonb(array_agg(r order by r -> 'index'))
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
v_typed text[];
v_has_attributes boolean;
v_blank public.leads := jsonb_populate_record(
null::public.leads, '{"additional_emails": [], "additional_phones": [], "attributes": {}, "left_out": {}, "sync_status": "synced", "score_epoch": 0, "sync_error_count": 0}'
);
v_results jsonb;
begin
select
array_agg(r ->> 'field'),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' <> 'to_supabase'), '{}'),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' = 'to_twenty'), '{}'),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' = 'to_supabase'), '{}'),
coalesce(jsonb_object_agg(r ->> 'field', r ->> 'kind') filter (where r ->> 'kind' in ('domain', 'email')), '{}'),
max((r ->> 'base_since')::timestamptz),
coalesce(array_agg(r ->> 'field') filter (where r ->> 'field' in ('lead_score', 'additional_phones') or r ->> 'field' like 'attributes.%'), '{}'),
coalesce(bool_or(r ->> 'field' like 'attributes.%'), false)
into v_fields, v_sent, v_only_sent, v_only_taken, v_spelled, v_renewed_since, v_typed, v_has_attributes
from jsonb_array_elements(p_context -> 'rules') as r
where r ->> 'field' <> 'deleted';
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
left join lateral (select k.id from public.leads as k where i.known is null and k.id = lead_sync.own_id_of(i.twenty_id) limit 1) as own on true
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
and s.merged_at <= v_read and s.remote_created_at = i.created_at and (v_renewed_since is null or s.merged_at > v_renewed_since) and not coalesce(s.read_at > v_read and i.updated_at < s.remote_updated_at, false)
and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
and not d.changed ?| v_only_sent
end
and not ((d.changed - v_typed)::text ~ '": (""|"[ \u00a0]|[^"n])|[ \u00a0]"[,}]|\\' and d.changed - v_typed @? 'strict $.* ? (
@.type() != "string" && @.type() != "null" || @ like_regex "^$|^[ \\t\\r\\n\\f\\u000b\\u00a0]|[ \\t\\r\\n\\f\\u000b\\u00a0]$"
)')
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
when v.local - v_only_sent = c.base_local - v_only_sent then array(select k from unnest(v_only_sent) as k where v.local -> k is distinct from c.base_local -> k)
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
|| case when u.is_new then jsonb_object('{id,twenty_id}', array[u.twenty_id, u.twenty_id]::text[]) else '{}' end
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
read_at = case when s.is_moved then v_read else greatest(t.read_at, v_read) end,
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
select coalesce(to_jsonb(array_agg(r order by s.index)), '[]') into v_results
from settled as s
cross join (select set_config('plan_cache_mode', 'auto', true) offset 0) as g
cross join lateral (
select s.index, (s.row).id as lead_id, s.twenty_id, case when s.is_new then 'created' when s.taken <> '{}' then 'updated' else 'unchanged' end as result, false as linked, null as reason, s.fields
) as r;
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
v_again uuid[];
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
when m.newly_linked and m.lead_id <> lead_sync.own_id_of(m.twenty_id) then lead_sync.is_forgotten(jsonb_build_object('email', m.snapshot -> 'email'))
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
)
or s.read_at > v_read and (m.snapshot ->> 'twenty_updated_at')::timestamptz < s.remote_updated_at,
false
) as stale,
coalesce(s.gone, false) as was_gone,
s.remote_created_at is null as never_read,
s.absent_since, s.claim_token, s.due_at, s.due_since, s.intent,
coalesce(s.changed_at, '{}') as changed_at,
b.reborn,
case
when b.created then lead_sync.arrived_values(s.intent -> 'values', m.stated)
when b.reborn then lead_sync.agreed_deletion(s.base_local) || case when b.by_us then lead_sync.still_agreed(s.base_local, s.base_remote, m.stated) else '{}' end
when v_renewed is not null then lead_sync.known_base(coalesce(s.base_local, '{}'), s.merged_at, v_renewed)
else coalesce(s.base_local, '{}')
end || case when m.by_address and m.stated ->> 'email' is not null then jsonb_build_object('email', m.local -> 'email') else '{}' end as base_local,
case
when b.created then lead_sync.arrived_values(s.intent -> 'values', m.stated)
when b.reborn then lead_sync.agreed_deletion(s.base_remote) || case when b.by_us then lead_sync.still_agreed(s.base_remote, s.base_remote, m.stated) else '{}' end
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
s.intent is not null and lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as by_us,
m.newly_linked and m.lead_id = lead_sync.own_id_of(m.twenty_id) and lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as created
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
update lead_sync.lead_states as s set remote_updated_at = t.remote_updated_at, read_at = greatest(s.read_at, v_read)
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
select
n.lead_id, v_run_id, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(n.taken)),
case when n.landed then v_now else n.remote_time end,
v_now
from next_status as n
where n.taken <> '{}' or n.newly_linked
),
write_changes as (
insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
select v_now, n.lead_id, v_run_id, 'supabase', lead_sync.values_before(n.local, n.taken), n.taken
from next_status as n
where v_keeps_changes and not n.is_new and n.taken <> '{}'
)
select to_jsonb(array_agg(
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
'fields', array(select jsonb_object_keys(t.taken))
)
order by m.index
)),
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
),
(select array_agg(n.lead_id) from next_status as n where v_adapter = 'lead' and not n.absent and (n.reborn or n.was_gone))
into v_results, v_changes, v_again
from matched as m
left join settled as t on t.index = m.index;
perform lead_sync.write_rows(v_adapter, v_changes);
if v_again is not null then
perform lead_sync.note_remade(v_again);
elsif v_adapter <> 'lead' and exists (select from lead_sync.lead_states as s where s.remade_at > v_read) then
perform lead_sync.put_back(array(select s.lead_id from lead_sync.lead_states as s where s.remade_at > v_read));
end if;
return coalesce(v_results, '[]');
end
$$;
-- snapshots/own_id_of.sql
create or replace function lead_sync.own_id_of(p_twenty_id uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
if p_twenty_id::text !~ '^.{14}5.{4}8' then
return p_twenty_id;
end if;
return coalesce((
select s.lead_id from lead_sync.lead_states as s
where lead_sync.id_in_twenty(s.lead_id) = p_twenty_id and s.lead_id::text !~ '^.{14}[1-5].{4}[89ab]'
limit 1
), p_twenty_id);
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
-- snapshots/still_agreed.sql
create or replace function lead_sync.still_agreed(p_base jsonb, p_base_remote jsonb, p_remote jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select coalesce(jsonb_object_agg(b.key, b.value), '{}') from jsonb_each(p_base) as b where p_base_remote -> b.key = p_remote -> b.key
$$;
-- snapshots/unchanged_snapshots.sql
create or replace function lead_sync.unchanged_snapshots(p_snapshots jsonb, p_read_started_at timestamptz, p_object text, p_missing jsonb, p_max_bytes integer)
returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_mapping_is_known boolean;
v_renewed text[];
v_renewed_since timestamptz;
v_is_two_way boolean;
v_holds boolean := (select h.held_by from lead_sync.lead_states as h where h.held_by is not null order by h.held_by limit 1) is not null;
begin
select
bool_and(p_missing is null or not m.enabled or (m.missing_since is not null) = lead_sync.is_lacking(m.twenty_field, p_missing)),
array_agg(m.lead_field) filter (where m.base_since is not null),
max(m.base_since),
not bool_or(m.enabled and m.direction = 'to_supabase' and m.lead_field <> 'deleted')
into v_mapping_is_known, v_renewed, v_renewed_since, v_is_two_way
from lead_sync.field_mappings as m
where m.object = p_object;
if not v_mapping_is_known or jsonb_array_length(p_snapshots) > (
select count(*) from (select from jsonb_array_elements(p_snapshots) as i group by i ->> 'twenty_id') as person
) then
return null;
end if;
return array(
select case
when l.deleted_at is null and l.left_out = '{}'
and (v_is_two_way or (l.sync_status = 'synced' and s.due_at is null)) and s.claim_token is null and s.intent is null and s.absent_since is null and not s.gone
and s.joined is null
and s.merged_at <= p_read_started_at
and s.remote_created_at = (i.snapshot ->> 'twenty_created_at')::timestamptz
and s.remote_updated_at = (i.snapshot ->> 'twenty_updated_at')::timestamptz
and not i.snapshot ? 'absent'
and i.snapshot ->> 'twenty_deleted_at' is null
and i.snapshot ->> 'additional_emails' is null
and (not i.snapshot -> 'twenty_record' ? 'companyId' or (i.snapshot #>> '{twenty_record,companyId}')::uuid is not distinct from s.company_id)
and pg_column_size(i.snapshot) <= 2 * p_max_bytes
and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
and (jsonb_strip_nulls(v.stated) = s.base_remote or jsonb_strip_nulls(s.base_remote || v.stated) = s.base_remote)
and (
v_renewed_since is null or s.merged_at > v_renewed_since
or (not s.base_local ?| v_renewed and not s.base_remote ?| v_renewed and lead_sync.lead_values(l) = s.base_local)
)
and not (v_holds and exists (select from lead_sync.lead_states as h where h.held_by = l.twenty_id))
then l.id
end
from jsonb_array_elements(p_snapshots) with ordinality as i (snapshot)
left join public.leads as l on l.twenty_id = (i.snapshot ->> 'twenty_id')::uuid
left join lead_sync.lead_states as s on s.lead_id = l.id
left join lateral (
select (i.snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'attributes'])
|| case when i.snapshot ? 'attributes' then lead_sync.attribute_values(i.snapshot -> 'attributes', true) else '{}' end as stated
where l.id is not null
offset 0
) as v on true
order by i.ordinality
);
exception when data_exception then
return null;
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
-- door/earliest_stale.sql
create or replace function lead_sync.earliest_stale(p_items jsonb, p_results jsonb) returns timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
return (
select min((i #>> '{snapshot,twenty_updated_at}')::timestamptz)
from jsonb_array_elements(p_results) as r
join jsonb_array_elements(p_items) as i on i -> 'index' = r -> 'index'
join lead_sync.lead_states as s on s.lead_id = (r ->> 'lead_id')::uuid
where r ->> 'result' = 'stale' and coalesce((i #>> '{snapshot,twenty_updated_at}')::timestamptz > s.remote_updated_at, true)
);
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
v_unchanged_ids uuid[];
v_unchanged jsonb;
v_may_join boolean;
v_names jsonb;
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
if p_source = 'twenty' then
v_names := lead_sync.names_here(v_object);
if v_names is not null then
select coalesce(jsonb_agg(lead_sync.translated(i.value, v_names) order by i.ordinality), '[]') into p_leads from jsonb_array_elements(p_leads) with ordinality as i;
end if;
end if;
if p_source = 'twenty' and p_claim_token is null and v_adapter = 'lead' then
v_unchanged_ids := lead_sync.unchanged_snapshots(p_leads, v_read, v_object, p_missing_fields, v_settings.max_lead_bytes);
end if;
select
coalesce(to_jsonb(array_agg(u) filter (where i.unchanged_id is not null)), '[]'),
coalesce(to_jsonb(array_agg(case when i.unchanged_id is null then jsonb_build_object('index', i.ordinality - 1, 'snapshot', r.lead) end order by i.ordinality) filter (where i.unchanged_id is null and p.problem is null)), '[]'),
coalesce(jsonb_agg(lead_sync.rejection((i.ordinality - 1)::integer, i.value, p.problem)) filter (where p.problem is not null), '[]'),
coalesce(bool_or(r.lead ? 'absent' or r.lead ->> 'additional_emails' is not null), false)
into v_unchanged, v_items, v_rejected, v_may_join
from rows from (jsonb_array_elements(p_leads), unnest(v_unchanged_ids)) with ordinality as i (value, unchanged_id, ordinality)
cross join lateral (
select i.ordinality - 1 as index, i.unchanged_id as lead_id, case when i.unchanged_id is not null then (i.value ->> 'twenty_id')::uuid end as twenty_id, 'unchanged' as result, false as linked, null as reason, '{}'::text[] as fields
) as u
cross join lateral (
select case when p_source <> 'twenty' and jsonb_typeof(i.value) = 'object' then lead_sync.read_touch(lead_sync.read_lead(i.value), p_source) else i.value end as lead offset 0
) as r
cross join lateral (
select case
when i.unchanged_id is not null then null
when p_source = 'twenty' and pg_column_size(r.lead) <= v_settings.max_lead_bytes and r.lead ->> 'twenty_id' like '________-____-____-____-____________'
and translate(r.lead ->> 'twenty_id', '0123456789abcdef', '') = '----' then null
else lead_sync.lead_problem(r.lead, p_source, v_settings.max_lead_bytes)
end as problem
offset 0
) as p;
if p_source = 'twenty' and v_adapter = 'lead' then
v_items := lead_sync.judge_people(v_items, least(v_read, v_run.started_at));
end if;
if p_source <> 'twenty' then
perform lead_sync.lock_touches(v_items);
end if;
if v_adapter = 'lead' then
if v_items <> '[]' or p_claim_token is not null then
perform lead_sync.lock_candidates(v_items, p_claim_token, p_source);
end if;
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
'suspicious', p_source = 'twenty' and v_run.mode is distinct from 'reconcile' and (v_adapter <> 'lead' or v_settings.approve_deletions is null or p_claim_token is not null)
and v_may_join and coalesce(lead_sync.is_suspicious(v_items, jsonb_array_length(p_leads)), false)
);
perform set_config('lead_sync.engine', case when p_source = 'twenty' then 'on' else 'off' end, true);
v_results := v_unchanged || v_rejected || case p_source when 'twenty' then lead_sync.merge_or_ask(v_items, v_context, p_claim_token) else lead_sync.take_in_touches(v_items, v_context) end;
if p_source = 'twenty' and v_adapter = 'lead' then
perform lead_sync.note_people_outside(v_items, v_results);
if v_may_join then
v_joined := lead_sync.join_merged(v_items, v_context);
end if;
if v_joined <> '{}' then
select jsonb_agg(r || case when v_joined ? coalesce(r ->> 'lead_id', '') then jsonb_build_object(
'joined', v_joined -> (r ->> 'lead_id'), 'reason', 'joined with lead ' || (v_joined ->> (r ->> 'lead_id')) || ': their people were merged in Twenty'
) else '{}' end) into v_results
from jsonb_array_elements(v_results) as r;
end if;
if (select s.held_by from lead_sync.lead_states as s where s.held_by is not null order by s.held_by limit 1) is not null then
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
perform lead_sync.store_page(
v_run, p_page, v_read, case when (v_counts ->> 'stale')::integer > 0 then lead_sync.earliest_stale(v_items, v_results) end
);
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
e.key, case
when jsonb_typeof(v.value) <> 'string' then v.value
when e.key in ('email', 'phone', 'linkedin_url', 'company_domain') and lead_sync.comparable('link', v.value) = '' then 'null'
else coalesce(to_jsonb(lead_sync.clean(v.value #>> '{}')), 'null')
end
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
(i #>> '{snapshot,touch,time}')::timestamptz as touched_at,
i -> 'snapshot' as snapshot
from jsonb_array_elements(p_items) as i
),
found as materialized (
select
item.index, item.own_id, item.emails, item.touched_at, item.snapshot, k.known_id,
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
p.index, p.own_id, p.touched_at, p.snapshot, k.known_id,
coalesce(k.known_id::text, p.own_id::text, p.emails[1], 'phone ' || p.phone || ' ' || coalesce(p.name, ''), 'item ' || p.index) as identity,
case when p.known_id is null and k.known_id is not null then p.stated - 'phone' else p.stated end
- coalesce(n.fields, '{}') as stated
from (
select n.*, n.claim is not distinct from first_value(n.claim) over (partition by n.named_id order by n.index) as is_first from phoned as n
) as p
cross join lateral (select coalesce(p.known_id, case when p.is_first then p.named_id end) as known_id) as k
left join lateral (
select array(select jsonb_object_keys(lead_sync.lead_values(l) - case when p.own_id is null then '{additional_emails,additional_phones}' else '{}'::text[] end)) as fields
from public.leads as l
where l.id = k.known_id and exists (
select from public.lead_touches as t
where t.lead_id = k.known_id and t.touched_at > p.touched_at and t.touched_at <= clock_timestamp() and t.kind not in ('call', 'table')
)
) as n on true
),
stated as materialized (
select m.identity, jsonb_object_agg(e.key, e.value order by case when m.are_timed then m.touched_at end, m.index) as stated
from (select n.*, bool_and(n.touched_at is not null) over (partition by n.identity) as are_timed from matched as n) as m
cross join jsonb_each(m.stated) as e
group by m.identity
),
merged as materialized (
select
g.identity, g.known_id, s.stated, g.first_index, g.touch_source, coalesce(g.known_id, g.own_id, gen_random_uuid()) as lead_id,
case
when k.id is not null and not g.by_id then lead_sync.with_more('email', k.additional_emails, k.email, s.stated -> 'additional_emails')
when k.id is null or s.stated ? 'additional_emails' then lead_sync.text_array(s.stated -> 'additional_emails')
else k.additional_emails
end as emails,
case
when k.id is not null and not g.by_id then lead_sync.with_more('phone', k.additional_phones, k.phone, s.stated -> 'additional_phones')
when k.id is null or s.stated ? 'additional_phones' then lead_sync.text_array(s.stated -> 'additional_phones')
else k.additional_phones
end as phones
from (
select
m.identity, min(m.index) as first_index, (array_agg(m.known_id))[1] as known_id,
(array_agg(m.own_id) filter (where m.own_id is not null))[1] as own_id, bool_or(m.own_id is not null) as by_id,
(array_agg(m.snapshot #>> '{touch,source}' order by m.touched_at, m.index) filter (where m.snapshot ? 'touch'))[1] as touch_source
from matched as m
group by m.identity
) as g
left join stated as n on n.identity = g.identity
cross join lateral (select coalesce(n.stated, '{}') as stated) as s
left join public.leads as k on k.id = g.known_id
),
insert_leads as (
insert into public.leads (
id, first_name, last_name, email, additional_emails, phone, additional_phones, job_title, company_name, company_domain, company_size, city, region,
country, postal_code, linkedin_url, lead_source, lead_status, lead_score, attributes
)
select
g.lead_id, g.stated ->> 'first_name', g.stated ->> 'last_name', g.stated ->> 'email',
g.emails, g.stated ->> 'phone', g.phones, g.stated ->> 'job_title',
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
additional_emails = g.emails,
phone = coalesce(g.stated ->> 'phone', l.phone),
additional_phones = g.phones,
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
and (
(g.emails, g.phones) is distinct from (l.additional_emails, l.additional_phones)
or lead_sync.lead_values(l) || (g.stated - array['segment', 'additional_emails', 'additional_phones']) <> lead_sync.lead_values(l)
)
returning l.id
),
write_history as (
insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed)
select g.lead_id, 'intake', 'bidirectional', 'synced', array(select jsonb_object_keys(g.stated))
from merged as g
where g.known_id is null or exists (select from update_leads as u where u.id = g.known_id)
)
select to_jsonb(array_agg(
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
'fields', array(select jsonb_object_keys(m.stated))
)
order by m.index
))
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
-- intake/with_more.sql
create or replace function lead_sync.with_more(p_kind text, p_list text[], p_first text, p_more jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
select p_list || array(
select m.value
from unnest(lead_sync.text_array(p_more)) with ordinality as m (value, place)
where lead_sync.comparable(p_kind, to_jsonb(m.value)) not in (
select '' union all select lead_sync.comparable(p_kind, to_jsonb(k)) from unnest(array_append(p_list, p_first)) as k
)
order by m.place
)
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
-- touches/inbound_touches.sql
create or replace view lead_sync.inbound_touches with (security_invoker = on) as
select t.id, t.lead_id, t.source, t.touched_at, t.campaign, t.ad, t.form
from public.lead_touches as t
where not coalesce(t.kind = 'call' and t.medium ~* 'out', false);
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
-- touches/stated_sources.sql
create or replace view lead_sync.stated_sources with (security_invoker = on) as
select l.id as lead_id, btrim(l.lead_source) as source
from public.leads as l
where btrim(l.lead_source) <> '' and not exists (
select from public.lead_touches as t where t.lead_id = l.id and t.source = l.lead_source and t.kind = 'call' and t.medium ~* 'out'
);
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
create or replace function lead_sync.adoption_plan(p_table regclass, p_columns jsonb default null) returns jsonb
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
where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and lead_sync.source_column_problem(p_table, n.field, a.attname) is null
and n.field <> 'segment'
order by n.field, n.place, a.attnum
) as f;
if v_columns ?| array['first_name', 'last_name'] then
v_columns := v_columns - 'name';
end if;
if jsonb_typeof(p_columns) = 'object' then
v_columns := p_columns;
end if;
select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') into v_required
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as t on t.oid = a.atttypid
where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and (a.attnotnull or t.typnotnull) and not a.atthasdef and t.typdefault is null and a.attidentity = ''
and case when a.attnum = v_key.attnum then v_key.type not in ('uuid', 'text') else a.attname not in (select c.value from jsonb_each_text(v_columns) as c) end;
v_problems := array_remove(array[
case when v_class.relkind not in ('r', 'p') then format('%s is no table', p_table) end,
case when v_class.ours then format('%s is lead sync''s own', p_table) end,
case when v_key.attname is null then format('%s has no column that is unique and never empty: add a primary key', p_table) end,
case when p_columns is null and not v_columns ?| array['email', 'name', 'first_name', 'last_name', 'phone'] then
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
v_plan jsonb := lead_sync.adoption_plan(p_table, p_columns);
v_columns jsonb := coalesce(p_columns, v_plan -> 'columns');
v_problem text;
v_before lead_sync.sources;
v_source lead_sync.sources;
v_trigger text;
begin
perform pg_advisory_xact_lock(hashtext('lead_sync.exchange_sources'));
if jsonb_typeof(v_columns) <> 'object' or v_columns = '{}' then
v_problem := 'p_columns must be {field: column}';
else
select p.problem into v_problem
from (
select t.problem, t.place from jsonb_array_elements_text(v_plan -> 'problems') with ordinality as t (problem, place)
union all
select lead_sync.source_column_problem(p_table, c.key, c.value), 10 from jsonb_each_text(v_columns) as c
union all
select format('the column %s is generated, which can only be read', a.attname), 10
from pg_catalog.pg_attribute as a
where p_both_ways and a.attrelid = p_table and a.attgenerated <> '' and a.attname in (select c.value from jsonb_each_text(v_columns) as c)
) as p
where p.problem is not null
order by p.place, p.problem
limit 1;
end if;
if v_problem is not null then
raise exception 'The table cannot be connected: %', v_problem using errcode = '22023',
hint = format('See: select lead_sync.adoption_plan(%L)', p_table);
end if;
select * into v_before from lead_sync.sources as s where s.source = p_table;
if v_before.key_column <> v_plan ->> 'key'
and exists (select from pg_catalog.pg_attribute as a where a.attrelid = p_table and a.attname = v_before.key_column and not a.attisdropped)
then
raise exception 'The table cannot be connected: its rows are known by %, and would be by % now', v_before.key_column, v_plan ->> 'key' using errcode = '22023',
hint = format('Let it go first, which keeps rows and leads: select lead_sync.disconnect_source(%L)', p_table);
elsif v_before.columns <> v_columns then
update lead_sync.source_rows as r set there = r.there - c.mapped, here = r.here - c.mapped
from (select array_agg(distinct m.value) as mapped from jsonb_each_text(v_before.columns || v_columns) as m) as c
where r.source = p_table;
end if;
insert into lead_sync.sources as s (source, key_column, columns, lead_source, both_ways, inserts)
values (
p_table, v_plan ->> 'key', v_columns,
coalesce(p_lead_source, (select c.relname from pg_catalog.pg_class as c where c.oid = p_table)),
p_both_ways, p_both_ways and coalesce(p_inserts, (v_plan ->> 'inserts')::boolean)
)
on conflict (source) do update set
key_column = excluded.key_column, columns = excluded.columns, lead_source = excluded.lead_source, both_ways = excluded.both_ways,
inserts = excluded.inserts, position = null, read_at = null, problem = null, problem_at = null
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
perform pg_advisory_xact_lock(hashtext('lead_sync.exchange_sources'));
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
order by s.problem_at nulls first, w.id nulls last, s.source::oid
limit 1;
if found then
begin
v_taken := lead_sync.take_from_source(v_source, p_limit);
perform lead_sync.note_source_problem(v_source.source, null);
exception when others or assert_failure then
if lead_sync.ends_the_call(sqlstate) then
raise;
end if;
perform lead_sync.note_source_problem(v_source.source, format('%s (%s)', sqlerrm, sqlstate));
end;
end if;
v_written := lead_sync.write_to_sources();
return jsonb_build_object(
'taken', v_taken, 'written', v_written,
'waiting', exists (
select from lead_sync.sources as s
where s.problem is null and exists (select from pg_catalog.pg_class as c where c.oid = s.source)
and (s.read_at is null or exists (select from lead_sync.source_changes as w where w.source = s.source))
)
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
v_lead_id uuid := coalesce(p_item ->> 'own_id', p_lead_id)::uuid;
v_here jsonb := (select lead_sync.source_row(p_source.columns, l) from public.leads as l where l.id = v_lead_id);
v_lacks text[] := '{}';
begin
if p_refusal is not null then
insert into lead_sync.source_rows as s (source, key, lead_id, refusal)
values (p_source.source, p_item ->> 'key', v_lead_id, left(p_refusal, 1000))
on conflict (source, key) do update set refusal = excluded.refusal;
return;
end if;
if p_source.both_ways then
if p_item ->> 'lead_id' is null then
v_lacks := array(select e.key from jsonb_each(v_here) as e where e.value not in ('null', 'false') and p_item -> 'row' -> e.key = 'null');
end if;
if v_lacks <> '{}' or p_item ->> 'refusal' is not null then
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
-- sources/move_source_rows.sql
create or replace function lead_sync.move_source_rows(p_source regclass, p_moved jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_move record;
v_held text[] := '{}';
v_immediate boolean := exists (
select from lead_sync.sources as s
join pg_catalog.pg_attribute as a on a.attrelid = s.source and a.attname = s.key_column
join pg_catalog.pg_index as i on i.indrelid = s.source and i.indkey[0] = a.attnum
where s.source = p_source and i.indisunique and i.indisvalid and i.indpred is null and i.indnkeyatts = 1 and i.indimmediate
);
begin
for v_move in select m.id, m.key, m.key_before from jsonb_to_recordset(p_moved) as m (id bigint, key text, key_before text) order by m.id loop
update lead_sync.source_rows as s set key = null, there = '{}', here = '{}', refusal = null
where s.source = p_source and s.key = v_move.key and (
v_immediate
or s.key <> all (v_held)
and not exists (select from jsonb_to_recordset(p_moved) as m (id bigint, key_before text) where m.id > v_move.id and m.key_before = s.key)
and not exists (select from lead_sync.source_changes as w where w.source = s.source and w.key_before = s.key)
);
update lead_sync.source_rows as s set key = v_move.key
where s.source = p_source and s.key = v_move.key_before
and not exists (select from lead_sync.source_rows as o where o.source = s.source and o.key = v_move.key);
if not found then
v_held := v_held || v_move.key_before;
end if;
end loop;
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
declare
v_keys bigint;
v_rows bigint[];
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
if tg_op = 'UPDATE' then
get diagnostics v_keys = row_count;
v_rows := array[(select count(*) from old_rows), (select count(*) from new_rows)];
if v_keys > v_rows[2] and v_rows[1] = v_rows[2] then
execute format(
'insert into lead_sync.source_changes (source, key, key_before)
select $1, n.key, o.key
from (select t.%1$I::text as key, row_number() over () as place from new_rows as t) as n
join (select t.%1$I::text as key, row_number() over () as place from old_rows as t) as o on o.place = n.place
where n.key <> o.key
order by n.place', tg_argv[0]
) using tg_relid::regclass;
end if;
end if;
exception when others then
raise warning 'lead sync could not note which rows of % were written, and will read all: %', tg_relid::regclass, sqlerrm;
insert into lead_sync.source_changes (source) values (tg_relid::regclass);
end;
perform lead_sync.wish_for_call('push');
return null;
end
$$;
-- sources/note_source_problem.sql
create or replace function lead_sync.note_source_problem(p_source regclass, p_problem text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
update lead_sync.sources as s set problem = left(p_problem, 1000), problem_at = case when p_problem is not null then clock_timestamp() end
where s.source = p_source and coalesce(s.problem, p_problem) is not null;
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
'count', (select count(*) from lead_sync.source_rows as r where r.refusal is not null) + (select count(*) from lead_sync.sources as s where s.problem is not null),
'examples', (
select coalesce(jsonb_agg(concat_ws(' ', e.source::text, e.key || ':', left(e.reason, 200)) order by e.place, e.id), '[]')
from (
select 1 as place, 0 as id, s.source, '(all rows)' as key, s.problem as reason from lead_sync.sources as s where s.problem is not null
union all
(select 2, r.id, r.source, coalesce(r.key, '(no row)'), r.refusal from lead_sync.source_rows as r where r.refusal is not null order by r.id desc limit 5)
order by 1, 2 desc
limit 5
) as e
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
-- sources/source_types.sql
create or replace function lead_sync.source_types(p_source regclass, p_row jsonb) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (
select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ')
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attnum > 0 and not a.attisdropped and p_row ? a.attname
);
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
v_moved jsonb;
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
returning c.id, c.key, c.key_before
)
select array_agg(distinct t.key), jsonb_agg(to_jsonb(t)) filter (where t.key_before is not null) into v_keys, v_moved from taken as t;
perform lead_sync.move_source_rows(p_source.source, v_moved);
end if;
select
count(*),
coalesce(jsonb_agg(jsonb_build_object(
'key', i.key, 'row', i.row_values, 'changed', i.changed, 'own_id', i.own_id, 'lead_id', i.lead_id, 'values', i.values, 'refusal', i.refusal,
'writes', i.lead_id is not null and p_source.both_ways,
'blank', i.lead_id is not null and jsonb_strip_nulls(lead_sync.stated_values(i.values)) = '{}'
) order by i.key) filter (
where i.row_values is not null and case when i.lead_id is null then (i.is_new or i.refusal is not null) and i.values -> 'deleted' is distinct from 'true' and not i.is_forgotten else i.changed <> '{}' or i.refusal is not null end
), '[]'),
array_agg(i.key) filter (where i.row_values is null)
into v_count, v_items, v_gone
from (
select r.key, r.row_values, c.changed, s.id is null as is_new, s.refusal, s.lead_id as own_id, j.lead_id, case when j.lead_id <> s.lead_id then v.values - 'deleted' else v.values end as values, f.is_forgotten
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
cross join lateral (select case when t.joined is null then s.lead_id else lead_sync.joined_lead(s.lead_id) end as lead_id offset 0) as j
cross join lateral (
select coalesce(jsonb_object_agg(e.key, e.value), '{}') as changed from jsonb_each(r.row_values) as e
where s.there -> e.key is distinct from e.value
and case when s.here ? e.key and not s.there ? e.key
then (select lead_sync.source_row(p_source.columns, l) -> e.key from public.leads as l where l.id = j.lead_id) is not distinct from s.here -> e.key else true end
) as c
cross join lateral (select lead_sync.source_values(p_source.columns, c.changed) as values offset 0) as v
cross join lateral (
select s.lead_id is null and exists (
select from lead_sync.forgotten as g where g.hash = lead_sync.keyed_hash(lead_sync.touch_text(p_source.lead_source, p_source.source::text || '/' || r.key))
) as is_forgotten
) as f
) as i;
update lead_sync.source_rows as s set key = null, there = '{}', here = '{}', refusal = null
where s.source = p_source.source and s.key = any (v_gone)
and not exists (select from lead_sync.source_changes as w where w.source = s.source and w.key_before = s.key);
delete from lead_sync.forgotten as f
where f.hash = any (array(select lead_sync.keyed_hash(lead_sync.touch_text(p_source.lead_source, p_source.source::text || '/' || k)) from unnest(v_gone) as k));
if exists (select from lead_sync.source_changes as w where w.source = p_source.source and w.key_before is not null) then
v_items := (
select coalesce(jsonb_agg(e.value order by e.ordinality), '[]')
from jsonb_array_elements(v_items) with ordinality as e
where not exists (select from lead_sync.source_changes as w where w.source = p_source.source and w.key_before is not null and w.key = e.value ->> 'key')
);
end if;
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
perform lead_sync.link_source_row(p_source, e, e ->> 'lead_id', null)
from jsonb_path_query(v_items, '$[*] ? (@.writes == false && @.blank == true)') as e;
v_items := jsonb_path_query_array(v_items, '$[*] ? (@.writes == false && @.blank == false)');
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
-- sources/writable_source.sql
create or replace function lead_sync.writable_source(p_source regclass, p_row jsonb) returns lead_sync.sources
language plpgsql stable set search_path = '' as $$
declare
v_source lead_sync.sources;
begin
select * into strict v_source from lead_sync.sources as s where s.source = p_source;
if not v_source.both_ways or exists (
select jsonb_object_keys(p_row) except select c.value from jsonb_each_text(v_source.columns) as c
) then
raise exception 'Nothing but the mapped columns of a table connected both ways is written to %', p_source using errcode = '42501';
end if;
return v_source;
end
$$;
-- sources/write_source_columns.sql
create or replace function lead_sync.write_source_columns(
p_source lead_sync.sources, p_key text, p_row jsonb, p_there jsonb, p_key_type text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
v_sets text;
v_now text;
v_whole text;
v_there jsonb;
v_result jsonb;
begin
select string_agg(format('%1$I = n.%1$I', k), ', '), string_agg(format('%1$L, t.%1$I', k), ', '), coalesce(jsonb_object_agg(k, p_there -> k) filter (where p_there ? k), '{}')
into v_sets, v_now, v_there
from jsonb_object_keys(p_row) as k;
select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_whole from jsonb_each_text(p_source.columns) as c;
v_result := lead_sync.write_source_row(format(
'update %1$s as t set %2$s from pg_catalog.jsonb_to_record($1) as n (%6$s)
where t.%3$I = $2::%4$s and pg_catalog.jsonb_build_object(%5$s) || $3 = pg_catalog.jsonb_build_object(%5$s)
returning pg_catalog.jsonb_build_object(''key'', t.%3$I::pg_catalog.text, ''row'', pg_catalog.jsonb_build_object(%5$s), ''whole'', pg_catalog.jsonb_build_object(%7$s))',
p_source.source, v_sets, p_source.key_column, p_key_type, v_now, lead_sync.source_types(p_source.source, p_row), v_whole
), p_row, p_key, v_there);
if v_result is null then
raise exception 'The row has changed since it was read' using errcode = '55P03';
end if;
return v_result;
end
$$;
-- sources/write_source_row.sql
create or replace function lead_sync.write_source_row(p_statement text, p_values jsonb, p_key text default null, p_there jsonb default null) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_path text;
v_result jsonb;
begin
select substr(c.setting, length('search_path=') + 1) into v_path
from pg_catalog.pg_db_role_setting as s
cross join lateral unnest(s.setconfig) as c (setting)
where c.setting like 'search\_path=%'
and s.setrole in (0, (select r.oid from pg_catalog.pg_roles as r where r.rolname = current_user))
and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()))
order by s.setrole = 0, s.setdatabase = 0
limit 1;
perform set_config('search_path', coalesce(v_path, '"$user", public') || ', pg_temp', true);
execute p_statement into v_result using p_values, p_key, p_there;
return v_result;
end
$$;
-- sources/write_source_rows.sql
create or replace function lead_sync.write_source_rows(p_source regclass, p_items jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' as $$
declare
v_source lead_sync.sources;
v_type text;
v_sets text;
v_now text;
v_whole text;
v_result jsonb;
begin
v_source := lead_sync.writable_source(p_source, p_items #> '{0,row}');
select format_type(a.atttypid, a.atttypmod) into strict v_type
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
select string_agg(format('%1$I = n.%1$I', k), ', '), string_agg(format('%1$L, t.%1$I', k), ', ') into v_sets, v_now from jsonb_object_keys(p_items #> '{0,row}') as k;
select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_whole from jsonb_each_text(v_source.columns) as c;
v_result := lead_sync.write_source_row(format(
'with written as (
update %1$s as t set %2$s
from pg_catalog.jsonb_array_elements($1) as i cross join pg_catalog.jsonb_to_record(i -> ''row'') as n (%6$s)
where t.%3$I = (i ->> ''key'')::%4$s and pg_catalog.jsonb_build_object(%5$s) || (i -> ''there'') = pg_catalog.jsonb_build_object(%5$s)
returning pg_catalog.jsonb_build_object(
''id'', i -> ''id'', ''key'', t.%3$I::pg_catalog.text, ''row'', pg_catalog.jsonb_build_object(%5$s), ''whole'', pg_catalog.jsonb_build_object(%7$s)
) as answer
)
select pg_catalog.jsonb_agg(w.answer) from written as w',
p_source, v_sets, v_source.key_column, v_type, v_now, lead_sync.source_types(p_source, p_items #> '{0,row}'), v_whole
), p_items);
return coalesce(v_result, '[]');
end
$$;
-- sources/write_source.sql
create or replace function lead_sync.write_source(p_source regclass, p_key text, p_lead_id uuid, p_row jsonb, p_there jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' as $$
declare
v_source lead_sync.sources;
v_row jsonb := p_row;
v_type text;
v_gives_itself boolean;
v_columns text;
v_answer text;
v_written jsonb;
v_result jsonb;
v_refusals text[] := '{}';
v_column text;
begin
v_source := lead_sync.writable_source(p_source, p_row);
if p_key is null and not v_source.inserts then
raise exception 'Of leads from elsewhere no rows are made in %', p_source using errcode = '42501';
end if;
select format_type(a.atttypid, a.atttypmod), a.atthasdef or a.attidentity <> '' into strict v_type, v_gives_itself
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
v_column := v_source.columns ->> 'deleted';
if v_row ? v_column then
v_row := v_row || jsonb_build_object(v_column, (
select case when a.atttypid = 'boolean'::regtype then v_row -> v_column when v_row -> v_column = 'true' then to_jsonb(clock_timestamp()) end
from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_column
));
end if;
if p_key is null then
v_row := jsonb_strip_nulls(v_row) || case when v_gives_itself or v_row ? v_source.key_column then '{}' else jsonb_build_object(v_source.key_column, p_lead_id) end;
select string_agg(format('%I', k), ', ') into v_columns from jsonb_object_keys(v_row) as k;
select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_answer from jsonb_each_text(v_source.columns) as c;
begin
v_result := lead_sync.write_source_row(format(
'insert into %1$s as t (%2$s) select %2$s from pg_catalog.jsonb_to_record($1) as n (%5$s)
returning pg_catalog.jsonb_build_object(''key'', t.%3$I::pg_catalog.text, ''whole'', pg_catalog.jsonb_build_object(%4$s))',
p_source, v_columns, v_source.key_column, v_answer, lead_sync.source_types(p_source, v_row)
), v_row);
v_result := v_result || jsonb_build_object('row', (
select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(v_result -> 'whole') as e where e.value = 'null' or p_row -> e.key <> 'null'
));
exception when others then
if sqlstate = '55P03' then
raise;
end if;
v_refusals := array[format('%s (%s)', sqlerrm, sqlstate)];
end;
else
begin
v_result := lead_sync.write_source_columns(v_source, p_key, v_row, p_there, v_type);
exception when others then
if sqlstate = '55P03' then
raise;
end if;
for v_column in select jsonb_object_keys(v_row) loop
begin
v_written := lead_sync.write_source_columns(v_source, coalesce(v_result ->> 'key', p_key), jsonb_build_object(v_column, v_row -> v_column), p_there, v_type);
v_result := v_written || jsonb_build_object('row', coalesce(v_result -> 'row', '{}') || (v_written -> 'row'));
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
v_filled bigint[] := '{}';
v_count integer := 0;
begin
if not exists (select from lead_sync.sources as s where s.both_ways) then
return 0;
elsif not pg_try_advisory_xact_lock(hashtext('lead_sync.exchange_sources')) then
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
join pg_catalog.pg_class as t on t.oid = s.source
where d.lead_id is not null and s.both_ways and s.read_at is not null and s.problem is null
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
'id', i.id, 'key', i.key, 'lead_id', i.lead_id, 'here', i.here, 'row', i.row_values, 'there', i.there
) order by i.lead_id, i.id) as items
from (
select s.source, r.id, r.key, r.lead_id, h.here, c.row_values, c.there,
r.key is not null and not c.row_values ? coalesce(s.columns ->> 'deleted', '') as is_plain,
array(select k from jsonb_object_keys(c.row_values) as k order by k) as names
from jsonb_array_elements(v_taken) as t
join lead_sync.sources as s on s.source = (t ->> 'source')::oid
join public.leads as l on l.id = (t ->> 'lead_id')::uuid
cross join lateral (select lead_sync.source_row(s.columns, l) as here) as h
join lead_sync.source_rows as r on r.source = s.source and r.lead_id = l.id
cross join lateral (
select coalesce(jsonb_object_agg(e.key, e.value), '{}') as row_values, coalesce(jsonb_object_agg(e.key, r.there -> e.key) filter (where r.there ? e.key), '{}') as there
from jsonb_each(h.here) as e
where r.here -> e.key is distinct from e.value and not (e.value = 'false' and r.here -> e.key is null)
) as c
where c.row_values <> '{}'
and not (r.key is null and (r.refusal is null or l.deleted_at is not null or not exists (select from jsonb_each(h.here) as e where e.value not in ('null', 'false'))))
) as i
group by i.source, i.is_plain, i.names
loop
v_answers := '[]';
if v_group.is_plain and jsonb_array_length(v_group.items) > 1 then
begin
v_answers := lead_sync.write_source_rows(v_group.source, v_group.items);
with written as (
update lead_sync.source_rows as r set key = a ->> 'key', there = r.there || (a -> 'row'), here = i -> 'here', refusal = null
from jsonb_array_elements(v_answers) as a
join jsonb_array_elements(v_group.items) as i on i -> 'id' = a -> 'id'
where r.id = (a ->> 'id')::bigint
returning r.id, r.there, a -> 'whole' as whole
)
select v_filled || array_agg(w.id) into v_filled from written as w where w.there || w.whole <> w.there;
exception when others then
v_answers := '[]';
end;
end if;
for v_item in
select i from jsonb_array_elements(v_group.items) as i
where not exists (select from jsonb_array_elements(v_answers) as a where a -> 'id' = i -> 'id')
loop
begin
v_answer := lead_sync.write_source(v_group.source, v_item ->> 'key', (v_item ->> 'lead_id')::uuid, v_item -> 'row', v_item -> 'there');
with written as (
update lead_sync.source_rows as r set
key = v_answer ->> 'key', there = r.there || coalesce(v_answer -> 'row', '{}'), here = case when v_answer ? 'row' then v_item -> 'here' else r.here end,
refusal = v_answer ->> 'refusal'
where r.id = (v_item ->> 'id')::bigint
returning r.id, r.there
)
select v_filled || array_agg(w.id) into v_filled from written as w where w.there || (v_answer -> 'whole') <> w.there;
exception
when lock_not_available then
v_requeued := true;
insert into lead_sync.source_changes (source, key) select v_group.source, v_item ->> 'key' where v_item ->> 'key' is not null;
insert into lead_sync.source_changes (source, lead_id)
select r.source, r.lead_id from lead_sync.source_rows as r where r.id = (v_item ->> 'id')::bigint and (r.refusal is null or r.key is null);
when others then
if lead_sync.ends_the_call(sqlstate) then
raise;
end if;
update lead_sync.source_rows as r set refusal = left(format('%s (%s)', sqlerrm, sqlstate), 1000) where r.id = (v_item ->> 'id')::bigint;
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
continue when not exists (select from jsonb_each(v_here) as e where e.value not in ('null', 'false'));
begin
v_answer := lead_sync.write_source((v_new.source).source, null, (v_new.lead).id, v_here, null);
exception when others then
if lead_sync.ends_the_call(sqlstate) then
raise;
end if;
v_answer := jsonb_build_object('refusal', left(format('%s (%s)', sqlerrm, sqlstate), 1000));
end;
with made as (
insert into lead_sync.source_rows (source, key, lead_id, there, here, refusal)
values (
(v_new.source).source, v_answer ->> 'key', (v_new.lead).id, coalesce(v_answer -> 'row', '{}'),
case when v_answer ? 'row' then v_here else '{}' end, v_answer ->> 'refusal'
)
returning id, there
)
select v_filled || array_agg(m.id) into v_filled from made as m where m.there || (v_answer -> 'whole') <> m.there;
end loop;
exit when v_requeued or clock_timestamp() > v_start + interval '2 seconds';
end loop;
insert into lead_sync.source_changes (source, key) select r.source, r.key from lead_sync.source_rows as r where r.id = any (v_filled);
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
insert into lead_sync.qualified_leads as q (lead_id, qualified_at)
select p_to, f.qualified_at from lead_sync.qualified_leads as f where f.lead_id = p_from
on conflict (lead_id) do update set qualified_at = least(q.qualified_at, excluded.qualified_at);
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
v_agreed jsonb;
v_filled jsonb;
begin
select l.* into strict v_from from public.leads as l where l.id = p_from;
select l.* into strict v_to from public.leads as l where l.id = p_to;
select s.* into strict v_state from lead_sync.lead_states as s where s.lead_id = p_from;
v_values := lead_sync.lead_values(v_from) - array['deleted', 'email', 'additional_emails', 'additional_phones'];
v_agreed := v_state.base_local - array(select jsonb_object_keys(v_from.left_out));
v_filled := v_values - array(select jsonb_object_keys(lead_sync.lead_values(v_to))) - array(
select r ->> 'field' from jsonb_array_elements(p_context -> 'rules') as r
where r ->> 'direction' <> 'to_twenty' and v_values -> (r ->> 'field') = v_agreed -> (r ->> 'field')
);
if v_to.company_name is not null or v_to.company_domain is not null then
v_filled := v_filled - array['company_name', 'company_domain'];
end if;
perform lead_sync.hand_over(p_from, p_to);
perform set_config('lead_sync.engine', 'off', true);
perform lead_sync.set_values(v_to, v_filled);
perform lead_sync.hand_over_touches(p_from, p_to);
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.rescore_active(p_lead_ids => array[p_to]);
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
and v_values -> (r ->> 'field') is distinct from v_agreed -> (r ->> 'field')
and v_values -> (r ->> 'field') is distinct from p_context -> 'known' -> (r ->> 'field')
and not lead_sync.is_same(r ->> 'kind', v_values -> (r ->> 'field'), lead_sync.lead_values(v_to) -> (r ->> 'field'));
update public.leads as l set deleted_at = coalesce(l.deleted_at, clock_timestamp()), sync_status = 'synced', sync_error_message = null, sync_error_count = 0
where l.id = p_from;
update lead_sync.lead_states as s set
joined = p_to,
base_local = case when v_from.twenty_id is null then '{}' else s.base_local || '{"deleted": true}' end,
base_remote = case when v_from.twenty_id is null then '{}' else s.base_remote || '{"deleted": true}' end,
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
where l.id = c.id and s.gone and (l.deleted_at is not null or not s.base_local ? 'deleted')
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
-- joins/joined_lead.sql
create or replace function lead_sync.joined_lead(p_lead uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_path uuid[] := array[p_lead];
v_next uuid;
begin
loop
select n.id into v_next
from lead_sync.lead_states as s
join public.leads as l on l.id = s.lead_id
join public.leads as n on n.id = s.joined
where s.lead_id = v_path[cardinality(v_path)] and l.deleted_at is not null;
exit when v_next is null or v_next = any (v_path);
v_path := v_path || v_next;
end loop;
return v_path[cardinality(v_path)];
end
$$;
-- duplicates/addresses_without.sql
create or replace function lead_sync.addresses_without(p_keep public.leads, p_merge lead_sync.merges, p_agreed jsonb, p_email jsonb, p_phone jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
return (
select jsonb_object_agg(a.field, to_jsonb(array(
select g.text
from unnest(a.texts) with ordinality as g (text, place)
where not lead_sync.same_value(a.kind, to_jsonb(g.text), a.first) and (
exists (select from jsonb_array_elements(coalesce(p_merge.keep_values -> a.field, '[]')) as k where lead_sync.same_value(a.kind, k, to_jsonb(g.text)))
or not exists (
select
from (values (p_merge.drop_values), (p_agreed)) as v (had)
cross join jsonb_array_elements(jsonb_build_array(v.had -> a.kind) || coalesce(v.had -> a.field, '[]')) as d
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
'lease_seconds', extract(epoch from v_lease)::integer, 'read_started_at', clock_timestamp(), 'is_first', v_merge.unheard_since = v_now
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
-- duplicates/agree_on_merged.sql
create or replace function lead_sync.agree_on_merged(p_merge lead_sync.merges) returns void
language plpgsql volatile set search_path = '' as $$
declare
v_merged jsonb;
begin
select jsonb_object_agg(m.field, m.value) into v_merged
from public.leads as l
join lead_sync.lead_states as s on s.lead_id = l.id
join lead_sync.lead_states as o on o.lead_id = p_merge.drop_id
cross join lateral (
select o.base_remote || lead_sync.merged_addresses(
jsonb_populate_record(null::public.leads, s.base_remote), jsonb_populate_record(null::public.leads, o.base_remote), '{}'
) as remote
offset 0
) as k
cross join lateral (
select r ->> 'field' as field, k.remote -> (r ->> 'field') as value
from jsonb_array_elements(lead_sync.rules((select t.object from lead_sync.settings as t))) as r
where r ->> 'direction' <> 'to_supabase' and r ->> 'field' <> 'deleted'
) as m
where l.id = p_merge.keep_id and l.twenty_id = p_merge.keep_twenty_id and p_merge.drop_twenty_id is not null
and coalesce(s.read_at < p_merge.settled_at, true)
and case
when m.field in ('additional_emails', 'additional_phones') then m.value <> coalesce(s.base_remote -> m.field, '[]')
when m.field in ('company_name', 'company_domain') and s.base_remote ?| array['company_name', 'company_domain'] then false
else m.value <> 'null' and not s.base_remote ? m.field
end;
if v_merged is not null then
update lead_sync.lead_states as s set base_local = s.base_local || v_merged, base_remote = s.base_remote || v_merged where s.lead_id = p_merge.keep_id;
update public.leads as l set sync_status = 'pending' where l.id = p_merge.keep_id;
end if;
end
$$;
-- duplicates/both_live.sql
create or replace function lead_sync.both_live(p_a uuid, p_b uuid) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (select count(*) = 2 from public.leads as l where l.id in (p_a, p_b) and l.deleted_at is null);
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
language sql stable set search_path = '' as $$
select count(*)
from (
select
from lead_sync.duplicate_pairs as p
where p.decided is null
and (select l.deleted_at is null from public.leads as l where l.id = p.lead_a)
and (select l.deleted_at is null from public.leads as l where l.id = p.lead_b)
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
elsif v_pair.decided = 'not_duplicate' or v_pair.decided = 'merged' and not lead_sync.both_live(v_each.keep, v_each.drop) then
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
where p.decided is distinct from 'merged' or lead_sync.both_live(p_a, p_b)
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
v_dropped jsonb;
v_followed jsonb;
v_chosen jsonb;
v_values jsonb;
v_joined jsonb;
v_set jsonb;
begin
select * into strict v_merge from lead_sync.merges as m where m.id = p_id for update;
select * into strict v_drop from public.leads as l where l.id = v_merge.drop_id;
v_dropped := lead_sync.lead_values(v_drop);
v_followed := (
select coalesce(jsonb_object_agg(c.key, coalesce(v_dropped -> c.key, 'null')), '{}') from jsonb_each(v_merge.chosen) as c
where c.value = coalesce(v_merge.drop_values -> c.key, 'null')
);
v_chosen := v_merge.chosen || v_followed;
v_is_gone := (select s.gone from lead_sync.lead_states as s where s.lead_id = v_merge.drop_id);
update lead_sync.merges as m set
chosen = v_chosen,
drop_values = v_dropped,
keep_created_at = k.created_at,
keep_score_breakdown = k.score_breakdown,
touches = array(select t.id from public.lead_touches as t where t.lead_id = v_merge.drop_id),
history = array(
select h.id from public.lead_sync_history as h where h.lead_id = v_merge.drop_id
union all select h.id from lead_sync.history_archive as h where h.lead_id = v_merge.drop_id
),
conflicts = array(select c.id from public.lead_sync_conflicts as c where c.lead_id = v_merge.drop_id),
row_ids = lead_sync.rows_of_lead(v_merge.drop_id),
drop_twenty_id = case when m.step <> 'asked' or m.unheard_since is not null or not v_is_gone then m.drop_twenty_id end
from public.leads as k
where m.id = v_merge.id and k.id = m.keep_id;
if v_merge.step = 'asked' and (v_merge.unheard_since is null or not v_is_gone) then
update lead_sync.lead_states as s set base_local = '{}', base_remote = '{}' where s.lead_id = v_merge.drop_id;
end if;
v_joined := lead_sync.join_leads(v_merge.drop_id, v_merge.keep_id, p_context || jsonb_build_object(
'known', v_merge.drop_values || v_followed, 'reason', 'somebody merged the two'
));
select * into strict v_keep from public.leads as l where l.id = v_merge.keep_id;
v_values := lead_sync.lead_values(v_keep);
select coalesce(jsonb_object_agg(c.key, c.value) filter (where w.is_free), '{}') into v_set
from jsonb_each(v_chosen) as c
cross join lateral (
select exists (
select from unnest(array[v_merge.keep_values, v_merge.drop_values, v_chosen]) as k (known)
where coalesce(k.known -> c.key, 'null') = coalesce(v_values -> c.key, 'null')
) as is_free
) as w;
insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
select v_keep.id, (p_context ->> 'run_id')::uuid, w.field, 'twenty', w.lost, w.stays, 'chosen when two leads were merged, and edited before the merge was done'
from (
select c.key as field, case when v_set ? c.key then c.value else v_chosen -> c.key end as lost, nullif((v_values || v_set) -> c.key, 'null') as stays
from jsonb_each(v_merge.chosen) as c
) as w
left join jsonb_array_elements(p_context -> 'rules') as r on r ->> 'field' = w.field
where w.lost <> 'null' and w.lost is distinct from w.stays and (r is null or not lead_sync.is_same(r ->> 'kind', w.lost, w.stays));
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
where m.keep_id = p_keep and m.drop_id = p_drop and m.step = 'joined' and s.joined = p_keep and v_drop.deleted_at is not null
order by m.id desc limit 1;
if found then
return lead_sync.merge_state(v_merge);
elsif v_keep.id is null or v_drop.id is null or v_keep.deleted_at is not null or v_drop.deleted_at is not null then
raise exception 'One of the leads % and % is not there, or deleted', p_keep, p_drop using errcode = '22023', hint = 'List pairs with list_duplicates.';
end if;
insert into lead_sync.merges (keep_id, drop_id, chosen, keep_values, drop_values, keep_twenty_id, drop_twenty_id, asked_by, asked_at)
values (
p_keep, p_drop, lead_sync.chosen_values(p_choices, v_keep, v_drop), lead_sync.lead_values(v_keep), lead_sync.lead_values(v_drop), v_keep.twenty_id, v_drop.twenty_id,
left(p_by, 200), clock_timestamp()
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
v_twenty_id uuid;
v_left_out text[];
begin
select l.twenty_id, array(select jsonb_object_keys(l.left_out)) into v_twenty_id, v_left_out from public.leads as l where l.id = p_from;
perform set_config('lead_sync.engine', 'on', true);
update public.leads as l set twenty_id = null, left_out = '{}' where l.id = p_from;
update public.leads as l set twenty_id = v_twenty_id, left_out = '{}', sync_status = 'pending', sync_error_message = null, sync_error_count = 0 where l.id = p_to;
update lead_sync.lead_states as s set
base_local = o.base_local - v_left_out || (
select coalesce(jsonb_object_agg(k, o.base_remote -> k) filter (where o.base_remote ? k), '{}') from unnest(v_left_out) as k
),
base_remote = o.base_remote, remote_created_at = o.remote_created_at, remote_updated_at = o.remote_updated_at, company_id = o.company_id,
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
v_agreed jsonb;
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
select s.base_local into strict v_agreed from lead_sync.lead_states as s where s.lead_id = v_drop.id;
select coalesce(jsonb_object_agg(f.field, coalesce(v_merge.keep_values -> f.field, 'null')), '{}') into v_back
from jsonb_object_keys(v_agreed || v_merge.drop_values || v_merge.chosen) as f (field)
where f.field not in ('deleted', 'additional_emails', 'additional_phones')
and (v_merge.chosen ? f.field or not v_merge.keep_values ?| case
when f.field in ('company_name', 'company_domain') then array['company_name', 'company_domain']
else array[f.field]
end)
and (
coalesce(v_values -> f.field, 'null') = coalesce(case when v_merge.chosen ? f.field then v_merge.chosen else v_merge.drop_values end -> f.field, 'null')
or not v_merge.chosen ? f.field and v_values -> f.field = v_agreed -> f.field
)
and (v_values -> f.field) is distinct from v_merge.keep_values -> f.field;
if not v_merge.chosen ? 'lead_source' and v_values -> 'lead_source' is distinct from v_merge.keep_values -> 'lead_source'
and v_values ->> 'lead_source' = (select t.source from public.lead_touches as t where t.id = any (v_merge.touches) order by t.touched_at, t.id limit 1)
then
v_back := v_back || jsonb_build_object('lead_source', coalesce(v_merge.keep_values -> 'lead_source', 'null'));
end if;
v_back := v_back || lead_sync.addresses_without(v_keep, v_merge, v_agreed, coalesce(v_back -> 'email', v_values -> 'email'), coalesce(v_back -> 'phone', v_values -> 'phone'));
perform set_config('lead_sync.engine', 'off', true);
update public.lead_touches as t set lead_id = v_drop.id where t.id = any (v_merge.touches) and t.lead_id = v_keep.id;
get diagnostics v_touches = row_count;
update public.lead_sync_history as h set lead_id = v_drop.id where h.id = any (v_merge.history) and h.lead_id = v_keep.id;
update lead_sync.history_archive as h set lead_id = v_drop.id where h.id = any (v_merge.history) and h.lead_id = v_keep.id;
update public.lead_sync_conflicts as c set lead_id = v_drop.id where c.id = any (v_merge.conflicts) and c.lead_id = v_keep.id;
perform lead_sync.set_values(v_keep, v_back);
update public.leads as l set
created_at = case when l.created_at = v_drop.created_at then v_merge.keep_created_at else l.created_at end,
score_breakdown = case when l.score_breakdown = v_drop.score_breakdown then v_merge.keep_score_breakdown else l.score_breakdown end
where l.id = v_keep.id and v_merge.keep_created_at is not null;
perform lead_sync.agree_on_merged(v_merge);
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
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.hand_over_rows(v_keep.id, v_drop.id, v_merge.row_ids);
perform set_config('lead_sync.engine', 'off', true);
update lead_sync.merges as m set step = 'undone', settled_at = clock_timestamp(), problem = 'undone' || coalesce(' by ' || left(p_by, 200), '') where m.id = p_id;
update lead_sync.duplicate_pairs as p set decided = null, decided_by = null, decided_at = null
where p.lead_a = least(v_keep.id, v_drop.id) and p.lead_b = greatest(v_keep.id, v_drop.id) and p.decided = 'merged';
insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message)
values (v_drop.id, 'manual', 'bidirectional', 'synced', 'the merge with lead ' || v_keep.id || ' was undone' || coalesce(' by ' || left(p_by, 200), ''));
perform lead_sync.rescore_active(p_lead_ids => array[v_keep.id, v_drop.id]);
perform public.note_action('undo_merge', jsonb_build_object('merge_id', p_id), p_by);
return jsonb_build_object(
'id', p_id, 'step', 'undone', 'lead_id', v_drop.id, 'fields', (select coalesce(jsonb_agg(k order by k), '[]') from jsonb_object_keys(v_back) as k), 'touches', v_touches,
'remains', jsonb_build_array('Tasks and answers of the lead stay with the other one.') || case
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
perform lead_sync.forget_contact('{}', p_record_ids);
perform lead_sync.forget_activities(p_record_ids);
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
v_named text;
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
);
if v_id is null and not exists (select from public.leads as l where l.id = any (v_ids) and l.deleted_at is null) then
v_ids := array_remove(v_ids || lead_sync.lead_of_address(v_given), null);
end if;
v_ids := array(
with recursive one (id) as (
select unnest(v_ids)
union
select n.id
from one as o
cross join lateral (
select s.lead_id from lead_sync.lead_states as s where s.joined = o.id
union all select s.joined from lead_sync.lead_states as s where s.lead_id = o.id and s.joined is not null
) as n (id)
)
select o.id from one as o
);
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
union all select lead_sync.id_in_twenty(l.id)::text
union all select unnest(lead_sync.email_keys(l.additional_emails))
) as t (text)
where l.id = any (v_ids) and t.text is not null
union select v_given
union select lead_sync.touch_text(t.source, t.external_id) from public.lead_touches as t where t.lead_id = any (v_ids)
union select lead_sync.touch_text(s.lead_source, s.source::text || '/' || r.key)
from lead_sync.source_rows as r join lead_sync.sources as s on s.source = r.source
where r.lead_id = any (v_ids) and r.key is not null
);
insert into lead_sync.forgotten (hash) select lead_sync.keyed_hash(t) from unnest(v_texts) as t on conflict do nothing;
insert into lead_sync.to_destroy (object, record_id)
select n.object, r.id
from lead_sync.settings as n
cross join lateral (
select unnest(v_twenty_ids) as id
union select lead_sync.id_in_twenty(s.lead_id) from lead_sync.lead_states as s where s.lead_id = any (v_ids) and s.intent is not null
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
v_named := nullif(array_to_string(v_ids || v_twenty_ids || v_id, '|'), '');
update public.lead_sync_runs as r set findings = (
select coalesce(jsonb_object_agg(k.kind, k.examples), '{}')
from (
select f.key as kind, jsonb_agg(e.detail order by e.place) as examples
from jsonb_each(r.findings) as f cross join lateral jsonb_array_elements(f.value) with ordinality as e (detail, place)
where e.detail::text !~* v_named
group by f.key
) as k
)
where r.findings::text ~* v_named;
update lead_sync.audit_log as a set subject = (
select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(a.subject) as e where e.value::text !~* v_named
)
where a.subject::text ~* v_named;
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
delete from lead_sync.to_destroy as d using public.leads as l where l.twenty_id = d.record_id;
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
if v_row.taken_at > v_now + make_interval(secs => greatest(coalesce(p_within_ms, 0) / 1000, 600)) then
v_row.tokens := 0;
v_row.taken_at := v_now;
end if;
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
v_moved text;
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
and not exists (select from lead_sync.field_mappings as m where m.object = r.object and m.place_since > r.started_at)
returning * into v_run;
if not found then
select string_agg(format('%s is now %s in Twenty', m.lead_field, m.twenty_field), ', ' order by m.lead_field) into v_moved
from public.lead_sync_runs as r
join lead_sync.field_mappings as m on m.object = r.object and m.place_since > r.started_at
where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running';
if v_moved is not null then
raise exception 'Sync run % began before the mapping changed: %', p_run ->> 'id', v_moved
using errcode = 'PT409', hint = 'The next run goes on where its last stored page ended, with the mapping as it is now.';
end if;
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
'rows_of', (select o.object from lead_sync.objects as o where o.object = p_run.object),
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
clock_timestamp()
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
) || case v_adapter
when 'lead' then jsonb_build_object('fields_fingerprint', (select f.fingerprint from lead_sync.twenty_fields as f where f.object = v_object))
else '{}'
end;
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
create or replace function lead_sync.store_page(p_run public.lead_sync_runs, p_page jsonb, p_read_started_at timestamptz, p_not_taken timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
begin
if p_page ->> 'until' is null or p_page -> 'has_next' is null then
raise exception 'p_page needs until and has_next' using errcode = '22023';
end if;
insert into lead_sync.cursors as c (object, mode, window_from, window_until, position)
values (p_run.object, p_run.mode, (p_page ->> 'from')::timestamptz, (p_page ->> 'until')::timestamptz - greatest(statement_timestamp() - p_read_started_at, '0 s'), p_page ->> 'position')
on conflict (object) do update set
mode = coalesce(c.mode, excluded.mode),
window_from = case when c.window_until is null then excluded.window_from else c.window_from end,
window_until = coalesce(c.window_until, excluded.window_until),
position = excluded.position;
if p_not_taken is not null then
update lead_sync.cursors as c set window_until = least(c.window_until, p_not_taken) where c.object = p_run.object;
end if;
if not (p_page ->> 'has_next')::boolean then
update lead_sync.cursors as c
set cursor = greatest(c.cursor, c.window_until), mode = null, window_from = null, window_until = null, position = null
where c.object = p_run.object;
end if;
end
$$;
-- approvals/approval_version.sql
create or replace function lead_sync.approval_version(p_id bigint) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
return (
select left(md5(string_agg(md5(i.lead_id || i.change::text), '' order by i.lead_id)), 16)
from lead_sync.approval_items as i
where i.approval_id = p_id
);
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
create or replace function public.decide_approval(p_id bigint, p_yes boolean, p_by text default null, p_leads integer default null, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
v_decision text := case when p_yes then 'yes' else 'no' end;
v_by text := left(coalesce(nullif(btrim(p_by), ''), lead_sync.actor()), 200);
v_approval lead_sync.approvals;
v_before boolean;
v_leads integer;
v_marks jsonb;
begin
if p_yes is null then
raise exception 'p_yes must be true or false' using errcode = '22023';
end if;
perform lead_sync.lock_leads(array(select i.lead_id from lead_sync.approval_items as i where i.approval_id = p_id));
select * into v_approval from lead_sync.approvals as a where a.id = p_id for update;
if not found then
raise exception 'There is no approval %', p_id using errcode = '22023', hint = 'List them with get_approvals.';
elsif v_approval.decision <> v_decision then
raise exception 'Approval % was decided at % by %: %', p_id, v_approval.decided_at, v_approval.decided_by, v_approval.decision
using errcode = 'PT409', hint = 'What has changed since is asked about anew.';
end if;
v_leads := (select count(*) from lead_sync.approval_items as i where i.approval_id = p_id);
v_before := v_approval.decision is not null;
if not v_before then
if v_leads > p_leads then
raise exception 'Approval % has become % leads since; you were shown %', p_id, v_leads, p_leads using errcode = 'PT409', hint = 'Look at it again.';
elsif p_seen <> coalesce(lead_sync.approval_version(p_id), '') then
raise exception 'Approval % has changed since you were shown it', p_id using errcode = 'PT409', hint = 'Look at it again.';
end if;
update lead_sync.approvals as a set decision = v_decision, decided_at = clock_timestamp(), decided_by = v_by where a.id = p_id returning * into v_approval;
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
'id', p_id, 'kind', v_approval.kind, 'side', v_approval.side, 'decision', v_decision, 'decided_at', v_approval.decided_at, 'decided_by', v_approval.decided_by,
'decided_before', v_before, 'leads', v_leads,
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
'version', case when a.decision is null then lead_sync.approval_version(a.id) end,
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
v_waits text := case when p_claim_token is null then 'unchanged' else 'rejected' end;
v_left jsonb;
v_known jsonb;
v_results jsonb;
v_waiting jsonb := '[]';
v_asked jsonb;
v_kinds text[];
v_ids jsonb;
begin
if p_context ->> 'adapter' <> 'lead' or not lead_sync.asks() and not exists (select from lead_sync.approvals) then
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
'index', i -> 'index', 'lead_id', v_known -> (i ->> 'index') -> 'lead_id', 'twenty_id', i #> '{snapshot,twenty_id}', 'result', v_waits, 'linked', false, 'fields', '[]'::jsonb,
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
select jsonb_agg(a || jsonb_build_object('is_pushed', s.claim_token is not null and s.claim_token is distinct from p_claim_token)) into v_asked
from jsonb_array_elements(v_asked) as a left join lead_sync.lead_states as s on s.lead_id = (a ->> 'lead_id')::uuid
where a ->> 'kind' = any (v_kinds);
v_ids := lead_sync.note_asked('supabase', coalesce((
select jsonb_agg(a - 'is_pushed') from jsonb_array_elements(v_asked) as a where a -> 'is_pushed' = 'false'
), '[]'), v_run_id, (p_context ->> 'read_started_at')::timestamptz);
select v_waiting || jsonb_agg(jsonb_build_object(
'index', a -> 'index', 'lead_id', a -> 'lead_id', 'twenty_id', a -> 'twenty_id', 'result', case when a -> 'is_pushed' = 'true' then 'stale' else v_waits end,
'linked', false, 'fields', '[]'::jsonb,
'reason', case when a -> 'is_pushed' = 'true' then 'a push is at it: it is read again before anybody is asked' else 'it waits for a yes, approval ' || (v_ids ->> (a ->> 'kind')) end
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
loop
insert into lead_sync.approvals (kind, side, run_id)
select distinct i ->> 'kind', p_side, p_run_id from jsonb_array_elements(p_items) as i
on conflict do nothing;
select jsonb_object_agg(o.kind, o.id) into v_ids
from (select a.kind, a.id from lead_sync.approvals as a where a.side = p_side and a.decision is null order by a.id for share) as o;
exit when not exists (select from jsonb_array_elements(p_items) as i where (v_ids ? (i ->> 'kind')) is not true);
end loop;
insert into lead_sync.approval_items as n (approval_id, lead_id, twenty_id, change, version, snapshot, read_started_at)
select
(v_ids ->> (i ->> 'kind'))::bigint, (i ->> 'lead_id')::uuid, (i ->> 'twenty_id')::uuid, i -> 'change', (i ->> 'version')::timestamptz,
nullif(i -> 'snapshot', 'null'), p_read_started_at
from jsonb_array_elements(p_items) as i
order by i ->> 'lead_id'
on conflict (approval_id, lead_id) do update set
change = excluded.change, version = excluded.version, snapshot = excluded.snapshot, read_started_at = excluded.read_started_at
where (excluded.read_started_at < n.read_started_at and excluded.version < n.version) is not true;
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
select i.read_started_at, jsonb_agg(
i.snapshot - moved.fields || case when i.snapshot ? 'attributes' then jsonb_build_object('attributes', (i.snapshot -> 'attributes') - moved.attributes) else '{}' end
) as snapshots, array_agg(i.lead_id) as lead_ids, i.approval_id
from (
select n.* from lead_sync.approval_items as n join lead_sync.approvals as a on a.id = n.approval_id
where a.side = 'supabase' and a.decision = 'yes' and n.snapshot is not null and (p_id is null or a.id = p_id)
order by n.approval_id, n.lead_id
limit p_limit
for update of n skip locked
) as i
cross join lateral (
select coalesce(array_agg(m.lead_field), '{}') as fields, coalesce(array_agg(substr(m.lead_field, length('attributes.') + 1)) filter (where m.lead_field like 'attributes.%'), '{}') as attributes
from lead_sync.field_mappings as m
where m.object = (select s.object from lead_sync.settings as s) and m.place_since > i.read_started_at
) as moved
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
where l.sync_status = 'pending' and s.error_category is distinct from 'approval'
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
select to_jsonb(array_agg(
jsonb_build_object('lead_id', m.id, 'twenty_id', coalesce(m.twenty_id, lead_sync.id_in_twenty(m.id)), 'email', a.emails[1])
|| case when cardinality(a.emails) > 1 then jsonb_build_object('other_email', a.emails[2]) else '{}' end
order by m.id
))
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
declare
v_since timestamptz := lead_sync.outside_since();
begin
return (
select count(*)::integer
from (
select 1 from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at <= clock_timestamp()
union all
select 1 from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at is null and s.outside_by < v_since
limit 100000
) as due
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
v_waiting jsonb := case when v_adapter <> 'lead' then lead_sync.rows_waiting(v_adapter, array(select l.id from unnest(v_rows) as l), p_context -> 'rules') else '{}' end;
v_answer jsonb;
v_releases jsonb;
v_woken jsonb;
v_names jsonb := (select jsonb_object_agg(r ->> 'field', r -> 'translations') from jsonb_array_elements(p_context -> 'rules') as r where r ? 'translations');
v_outside uuid[];
v_judged_by timestamptz;
begin
select * into strict v_settings from lead_sync.settings;
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
'twenty_id', case when p.op = 'create' then lead_sync.id_in_twenty(p.lead_id) else p.twenty_id end,
'values', p.values, 'base_local', p.base_local, 'base_remote', p.base_remote, 'until', v_now + p.lease
) || case when p.left_out <> '{}' then jsonb_build_object('left_out', p.left_out) else '{}' end
|| case when p.base_remote ? 'contact_id' and p.snapshot -> 'contact_id' = 'null' and not p.values ? 'contact_id' then '{"vanished": true}'::jsonb else '{}' end,
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
case o.verdict when 'tombstone' then 'tombstone' when 'duplicate' then 'duplicate_of' when 'nobody' then 'not_found' when 'waits' then 'waits' when 'unread' then case when o.reason ~ ', approval \d+$' then 'approval' end end as category,
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
when o.verdict = 'waits' then v_waiting ->> o.lead_id::text
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
select to_jsonb(array_agg(
jsonb_build_object(
'lead_id', p.lead_id,
'op', p.op,
'twenty_id', case when p.op = 'create' then lead_sync.id_in_twenty(p.lead_id) else p.twenty_id end,
'twenty_updated_at', p.snapshot -> 'twenty_updated_at',
'values', case when v_names is null then f.form else lead_sync.translated(f.form, v_names) end,
'country', lead_sync.country_code(p.local ->> 'country'),
'twenty_record', case when p.op <> 'create' then p.snapshot -> 'twenty_record' end
)
order by p.lead_id
))
from planned as p
cross join lateral (select case v_adapter when 'lead' then lead_sync.wire_form(p.values - 'deleted') else lead_sync.sent_fields(p.values - 'deleted') end as form offset 0) as f
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
return least(p_first * power(2, least(p_retries, 30) - 1), p_longest / 1.2) * (0.8 + 0.4 * random());
end
$$;
-- completion/base_after_write.sql
create or replace function lead_sync.base_after_write(
p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_intent jsonb, p_returned jsonb, p_reborn boolean, p_rules jsonb
) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
v_sent jsonb := p_intent -> 'values';
v_stored jsonb := v_sent;
begin
if v_sent ? 'company_domain' and p_rules @> '[{"field": "company_domain", "kind": "domain"}]'
and lead_sync.is_same('domain', v_sent -> 'company_domain', p_returned -> 'company_domain') then
v_stored := v_sent || jsonb_build_object('company_domain', p_returned -> 'company_domain');
end if;
if not p_reborn and p_base_local = p_intent -> 'base_local' and p_base_remote = p_intent -> 'base_remote' and not p_intent ?| '{left_out,unusable}'
and p_returned || v_stored = p_returned then
return jsonb_build_object(
'base_local', jsonb_strip_nulls(p_base_local || v_sent), 'base_remote', jsonb_strip_nulls(p_base_remote || v_stored), 'taken', '{}'::jsonb, 'conflicts', '[]'::jsonb
);
end if;
return (
select jsonb_build_object(
'base_local', jsonb_strip_nulls(
case when p_reborn then lead_sync.still_agreed(p_base_local, p_base_remote, p_returned) else p_base_local end
|| coalesce(jsonb_object_agg(f.key, case when f.replaced or f.unusable and f.edited then f.returned else f.here end) filter (where f.kept), '{}')
),
'base_remote', jsonb_strip_nulls(
case when p_reborn then lead_sync.still_agreed(p_base_remote, p_base_remote, p_returned) else p_base_remote end || coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and not f.unusable), '{}')
),
'taken', coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and f.replaced and not f.edited), '{}'),
'conflicts', coalesce(jsonb_agg(jsonb_build_object(
'field', f.key, 'winner', 'twenty', 'supabase_value', f.here, 'twenty_value', f.returned, 'reason', case
when f.of_company then 'the company in Twenty has this value: edit the company there'
else 'Twenty stored another value than it was sent'
end
) order by f.key) filter (
where f.kept and f.replaced and not f.edited and f.here <> 'null' and lower(f.here #>> '{}') is distinct from lower(f.returned #>> '{}')
and (f.rule -> 'translations' -> (f.returned #>> '{}')) is distinct from f.here
), '[]')
)
from (
select e.key, c.here, p_returned -> e.key as returned, c.of_company, r.rule, r.rule is not null as replaced, c.unusable and not c.of_company as unusable,
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
);
end
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
v_again uuid[];
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
case v_adapter when 'lead' then lead_sync.stated_values(coalesce(r -> 'values', '{}')) else lead_sync.stated_row(v_adapter, coalesce(r -> 'values', '{}')) end
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
select not h.ok and h.outcome = 'refused' and h.category not in ('rate_limit', 'timeout', 'network', 'auth', 'permission', 'server') as counted
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
when t.ok and jsonb_strip_nulls(t.new_base_remote || case when t.intent ? 'vanished' then t.returned - 'contact_id' else t.returned end) = t.new_base_remote then coalesce(t.updated_at, s.remote_updated_at)
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
end) filter (where t.lead_id is not null),
array_agg(t.lead_id) filter (where v_adapter = 'lead' and t.ok and (t.gone and t.op = 'create' or t.remote_created_at <> t.created_at))
into v_settled, v_taken, v_marks, v_again
from answer as a
left join settled as t on t.lead_id = a.lead_id;
perform lead_sync.mark_rows(v_adapter, v_marks);
if v_taken is not null then
perform lead_sync.take_answers(v_adapter, v_taken, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type');
end if;
if v_again is not null then
perform lead_sync.note_remade(v_again);
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
v_object text;
v_settings lead_sync.settings;
v_names jsonb;
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
v_adapter := case
when v_run.id is not null then lead_sync.adapter_of(v_run.object)
else coalesce((select s.adapter from lead_sync.lead_states as s where s.claim_token = p_claim_token limit 1), 'lead')
end;
perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
select * into strict v_settings from lead_sync.settings;
v_object := coalesce(v_run.object, (select o.object from lead_sync.objects as o where o.adapter = v_adapter), v_settings.object);
v_names := lead_sync.names_here(v_object);
if v_names is not null then
select coalesce(jsonb_agg(case when r ? 'values' then r || jsonb_build_object('values', lead_sync.translated(r -> 'values', v_names)) else r end), '[]')
into p_results from jsonb_array_elements(p_results) as r;
end if;
perform set_config('lead_sync.engine', 'on', true);
perform lead_sync.lock_rows(v_adapter, array(
select s.lead_id from lead_sync.lead_states as s
where s.claim_token = p_claim_token
or s.held_by = any (array(
select (r ->> 'twenty_id')::uuid from jsonb_array_elements(p_results) as r where lead_sync.is_uuid(r ->> 'twenty_id')
))
));
v_settled := lead_sync.write_or_split('settle', p_results, jsonb_build_object(
'adapter', v_adapter, 'claim_token', p_claim_token, 'rules', lead_sync.rules(v_object, v_run.policy),
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
if v_adapter = 'company' and (v_counts ->> 'created')::integer > 0 then
perform lead_sync.wish_for_call(o.adapter || '_push') from lead_sync.objects as o
where exists (select from lead_sync.lead_states as s where s.adapter = o.adapter and s.adapter <> 'lead' and s.due_at is not null and s.error_category = 'waits');
end if;
perform lead_sync.end_work(lead_sync.work_mark(p_claim_token));
perform set_config('lead_sync.engine', 'off', true);
return jsonb_build_object('results', v_results, 'counts', v_counts, 'remaining', lead_sync.count_due(v_adapter));
end
$$;
select lead_sync.mark_what_is_new();
