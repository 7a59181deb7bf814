-- By the beginning of a name, in the order of its bytes, which ranges of texts follow. Cut, as an index takes no long text; without names there is nothing to keep.
create index if not exists leads_name_idx on public.leads (
  (lower(left(first_name || coalesce(' ' || last_name, ''), 80)) collate "C"), id
) where first_name is not null;
create index if not exists leads_last_name_idx on public.leads ((lower(left(last_name, 80)) collate "C"), id) where last_name is not null;
-- what somebody did to a lead
create index if not exists audit_log_lead_idx on lead_sync.audit_log ((subject ->> 'lead_id'), id) where subject ? 'lead_id';
