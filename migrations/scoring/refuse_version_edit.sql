-- Published versions stay as they are: their rows are what a score can be explained by.
create or replace function lead_sync.refuse_version_edit() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  raise exception 'Published rules cannot be edited: version % stays as it was published', old.version
    using errcode = '22023', hint = 'Edit lead_scoring_rules and publish a new version, or roll back to another one.';
end
$$;
