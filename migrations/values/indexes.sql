create index if not exists leads_additional_emails_idx on public.leads using gin (lead_sync.email_keys(additional_emails)) where additional_emails <> '{}';
-- without a list of pending entries, which each search would read through
create index if not exists leads_phones_idx on public.leads using gin (lead_sync.phone_keys(array_append(additional_phones, phone))) with (fastupdate = off)
  where phone is not null or additional_phones <> '{}';
