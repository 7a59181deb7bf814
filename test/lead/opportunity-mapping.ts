import type { FieldMapping } from '../../nodes/lead';
import { DEAL_MAPPING } from '../../proofs/schedules/deals/values';

/** The mapping of opportunities that comes along with the database. */
export const opportunityMapping: FieldMapping[] = [
  ...DEAL_MAPPING,
  { lead_field: 'owner_id', twenty_field: 'ownerId', kind: 'reference' },
];
