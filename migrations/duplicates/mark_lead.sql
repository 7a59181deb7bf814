-- What of a lead is compared with others; nothing of a deleted one. Of each lead 20 addresses and 20 numbers at most are looked at. A name counts with a company only,
-- and when it has two words. (Loops, as a query for each list of each lead took longer than all else.)
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
