-- The one live lead that has an address among its additional e-mails; null when there is none, or several. p_linked: only of leads whose person is there.
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
