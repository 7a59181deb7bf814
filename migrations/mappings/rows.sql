-- since: the version of the schema that brought the row. It comes once, so that what people change or take out stays that way.
insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind, direction, enabled)
select v.object, v.lead_field, v.twenty_field, v.kind, v.direction, v.enabled
from (values
  ('person', 'deleted', null::text, 'boolean', 'both', true, 1),
  ('person', 'first_name', 'name.firstName', 'text', 'both', true, 1),
  ('person', 'last_name', 'name.lastName', 'text', 'both', true, 1),
  ('person', 'email', 'emails.primaryEmail', 'email', 'both', true, 1),
  ('person', 'additional_emails', 'emails.additionalEmails', 'list', 'both', true, 2),
  ('person', 'phone', 'phones.primaryPhoneNumber', 'phone', 'both', true, 1),
  ('person', 'additional_phones', 'phones.additionalPhones', 'list', 'both', true, 2),
  ('person', 'job_title', 'jobTitle', 'text', 'both', true, 1),
  ('person', 'linkedin_url', 'linkedinLink.primaryLinkUrl', 'link', 'both', true, 1),
  ('person', 'company_name', 'company.name', 'text', 'both', true, 1),
  ('person', 'company_domain', 'company.domainName.primaryLinkUrl', 'domain', 'both', true, 1),
  ('person', 'city', 'city', 'text', 'both', true, 1),
  ('person', 'region', 'region', 'text', 'both', true, 1),
  ('person', 'postal_code', 'postalCode', 'text', 'both', true, 1),
  ('person', 'country', 'country', 'text', 'both', true, 1),
  ('person', 'lead_source', 'leadSource', 'text', 'both', true, 1),
  ('person', 'lead_status', 'leadStatus', 'text', 'both', true, 1),
  ('person', 'lead_score', 'leadScore', 'number', 'to_twenty', true, 1),
  ('person', 'segment', 'leadSegment', 'text', 'to_twenty', true, 1),
  -- off until somebody turns it on: it needs the field employees on companies, and makes Twenty right about sizes, so that one that only stood here is lost
  ('person', 'company_size', 'company.employees', 'text', 'to_supabase', false, 1),
  -- a custom object named lead: its title field is name, everything else is made by Prepare Workspace
  ('lead', 'deleted', null, 'boolean', 'both', true, 1),
  ('lead', 'first_name', 'name', 'text', 'both', true, 1),
  ('lead', 'last_name', 'lastName', 'text', 'both', true, 1),
  ('lead', 'email', 'emails.primaryEmail', 'email', 'both', true, 1),
  ('lead', 'additional_emails', 'emails.additionalEmails', 'list', 'both', true, 2),
  ('lead', 'phone', 'phones.primaryPhoneNumber', 'phone', 'both', true, 1),
  ('lead', 'additional_phones', 'phones.additionalPhones', 'list', 'both', true, 2),
  ('lead', 'job_title', 'jobTitle', 'text', 'both', true, 1),
  ('lead', 'linkedin_url', 'linkedinLink.primaryLinkUrl', 'link', 'both', true, 1),
  ('lead', 'company_name', 'companyName', 'text', 'both', true, 1),
  ('lead', 'company_domain', 'companyDomain.primaryLinkUrl', 'domain', 'both', true, 1),
  ('lead', 'city', 'city', 'text', 'both', true, 1),
  ('lead', 'region', 'region', 'text', 'both', true, 1),
  ('lead', 'postal_code', 'postalCode', 'text', 'both', true, 1),
  ('lead', 'country', 'country', 'text', 'both', true, 1),
  ('lead', 'lead_source', 'leadSource', 'text', 'both', true, 1),
  ('lead', 'lead_status', 'leadStatus', 'text', 'both', true, 1),
  ('lead', 'lead_score', 'leadScore', 'number', 'to_twenty', true, 1),
  ('lead', 'segment', 'leadSegment', 'text', 'to_twenty', true, 1)
) as v (object, lead_field, twenty_field, kind, direction, enabled, since)
where v.since > lead_sync.schema_version()
on conflict do nothing;
