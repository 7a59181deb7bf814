-- The counts worked out anew, for where the triggers were off.
create or replace function lead_sync.recount_leads() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_done text;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.fold_rollups'));
  -- one statement, one snapshot: a lead written meanwhile brings its own count
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
