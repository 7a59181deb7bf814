-- Refuses a lead, or a row of another synced table, of more bytes than the settings allow: anybody can fill in a form, and one huge lead would keep all others waiting.
-- One that had more before can still be edited, in steps of 16 kB at most where it grows.
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
