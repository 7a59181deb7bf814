import type { FieldType, ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

interface LeadColumn {
  id: string;
  displayName: string;
  type: FieldType;
}

const column = (id: string, displayName: string, type: FieldType = 'string'): LeadColumn => ({ id, displayName, type });

/** The columns of `public.leads` that a lead from outside can set. */
export const LEAD_COLUMNS: LeadColumn[] = [
  column('email', 'Email'),
  column('first_name', 'First Name'),
  column('last_name', 'Last Name'),
  column('phone', 'Phone'),
  column('additional_emails', 'Additional Emails', 'array'),
  column('additional_phones', 'Additional Phones', 'array'),
  column('job_title', 'Job Title'),
  column('company_name', 'Company Name'),
  column('company_domain', 'Company Domain'),
  column('company_size', 'Company Size'),
  column('city', 'City'),
  column('region', 'Region'),
  column('country', 'Country'),
  column('postal_code', 'Postal Code'),
  column('linkedin_url', 'LinkedIn URL'),
  column('lead_source', 'Lead Source'),
  column('lead_status', 'Lead Status'),
  column('lead_score', 'Lead Score', 'number'),
  column('attributes', 'Attributes (JSON)', 'object'),
  column('id', 'ID'),
];

/** The columns that the panel offers for mapping. */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  const fields = LEAD_COLUMNS.map(({ id, displayName, type }) => ({
    id,
    displayName,
    type,
    required: false,
    defaultMatch: false,
    display: true,
    canBeUsedToMatch: false,
  }));
  return await Promise.resolve({ fields });
}
