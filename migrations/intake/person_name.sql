-- The name of somebody as it is compared, null when there is none: normal_text of first and last name, in small letters.
create or replace function lead_sync.person_name(p_first text, p_last text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return nullif(lower(lead_sync.normal_text(concat_ws(' ', p_first, p_last))), '');
end
$$;
