-- True while a preview is at work: what is not rolled back, a sequence, stays as it is then.
create or replace function lead_sync.is_preview() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(current_setting('lead_sync.preview', true), '') = 'on';
end
$$;
