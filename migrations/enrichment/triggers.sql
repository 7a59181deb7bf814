create or replace trigger country_names_note after insert or update or delete or truncate on public.country_names
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger phone_prefixes_note after insert or update or delete or truncate on public.phone_prefixes
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger free_email_domains_note after insert or update or delete or truncate on public.free_email_domains
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger company_size_bands_note after insert or update or delete or truncate on public.company_size_bands
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger geo_income_tiers_note after insert or update or delete or truncate on public.geo_income_tiers
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger settings_note_size_scheme after update of company_size_scheme on lead_sync.settings
  for each statement execute function lead_sync.note_enrichment_change();
