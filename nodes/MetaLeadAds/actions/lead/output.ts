import type { Item } from '../../../frame';
import type { FormNames } from '../../leads/read';
import { toLead } from '../../leads/to-lead';
import type { MetaLead } from '../../leads/types';
import { readOwnFields } from '../fields';

/** Leads as the panel wants them. */
export async function outputOf(item: Item, leads: MetaLead[], names: FormNames): Promise<object[]> {
  if (item.text('output') === 'raw') return leads;
  const nameOf = await names.of(leads);
  const ownFields = readOwnFields(item);
  return leads.map((lead) => toLead(lead, { formName: nameOf(lead.form_id), ownFields }));
}
