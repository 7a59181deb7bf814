import type { FieldMapping } from '../../nodes/lead';

/** The mapping of opportunities that comes along with the database. */
export const opportunityMapping: FieldMapping[] = [
  { lead_field: 'name', twenty_field: 'name', kind: 'text' },
  { lead_field: 'amount', twenty_field: 'amount', kind: 'money' },
  { lead_field: 'stage', twenty_field: 'stage', kind: 'option' },
  { lead_field: 'close_date', twenty_field: 'closeDate', kind: 'time' },
  { lead_field: 'contact_id', twenty_field: 'pointOfContactId', kind: 'reference' },
  { lead_field: 'company_id', twenty_field: 'companyId', kind: 'reference' },
  { lead_field: 'owner_id', twenty_field: 'ownerId', kind: 'reference' },
];
