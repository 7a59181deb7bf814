-- After leads were written: those whose fields changed, for each source that is written back to. What has just come from a source does not go back there.
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
