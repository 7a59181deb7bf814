-- Hosts at which many companies have a page: as a lead's domain they say nothing of its company. Those of mail services are in free_email_domains.
-- Subdomains count, too (de.linkedin.com), but not those of site builders: acme.myshopify.com is Acme's alone.
create table if not exists public.shared_hosts (
  host text primary key check (host = lower(btrim(host)) and host like '%_.__%'),
  kind text not null check (kind in ('social', 'site_builder', 'short_link', 'marketplace'))
);
alter table public.shared_hosts enable row level security;
