create or replace trigger lead_companies_bare_domain before insert or update of domain on public.lead_companies
  for each row when (new.domain is not null) execute function lead_sync.bare_company_domain();
select lead_sync.watch_rows('company');
