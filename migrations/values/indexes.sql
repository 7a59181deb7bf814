create index if not exists leads_additional_emails_idx on public.leads using gin (lead_sync.email_keys(additional_emails)) where additional_emails <> '{}';
