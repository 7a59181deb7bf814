-- A text that is another one once what waits is: another lead, or something else that would be written. It is as short as a button in Telegram needs it. p_id: an approval.
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
