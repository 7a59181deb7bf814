-- After leads were written: what that changed in the counts.
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
