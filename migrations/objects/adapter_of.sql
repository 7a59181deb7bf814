-- By which adapter the records of an object of Twenty come and go: its own, or that of leads.
create or replace function lead_sync.adapter_of(p_object text) returns text
language sql stable set search_path = '' as $$
  select coalesce((select o.adapter from lead_sync.objects as o where o.object = p_object), 'lead')
$$;
