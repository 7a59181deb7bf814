-- After leads were written: what that changed in the counts.
create or replace function lead_sync.note_lead_counts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from lead_sync.lead_counts where true;
  elsif tg_op = 'UPDATE' then
    -- most are counted as they were
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
