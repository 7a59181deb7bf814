-- Before a company's domain is written: it is kept bare, so that the company is found by it.
create or replace function lead_sync.bare_company_domain() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.domain := nullif(lead_sync.bare_domain(new.domain), '');
  return new;
end
$$;
