-- When less is to be kept of texts: the rest is erased in the same transaction.
create or replace function lead_sync.erase_activity_texts() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  update lead_sync.activities as a set
    body = null,
    excerpt = case when new.texts = 'excerpt' then a.excerpt end,
    title = case when new.texts <> 'none' then a.title end
  where a.body is not null or (new.texts in ('none', 'title') and a.excerpt is not null) or (new.texts = 'none' and a.title is not null);
  return null;
end
$$;
