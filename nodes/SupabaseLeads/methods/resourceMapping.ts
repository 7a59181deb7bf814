import type { FieldType, ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { leadFields, type FieldKind } from '../../lead';

interface LeadColumn {
  id: string;
  displayName: string;
  type: FieldType;
}

const TYPES: Partial<Record<FieldKind, FieldType>> = { list: 'array', number: 'number' };

/** The columns of `public.leads` that a lead from outside can set. */
export const LEAD_COLUMNS: LeadColumn[] = [
  ...leadFields
    .filter(({ derived }) => !derived)
    .map(({ name, label, kind }) => ({ id: name, displayName: label, type: TYPES[kind] ?? ('string' as const) })),
  { id: 'attributes', displayName: 'Attributes (JSON)', type: 'object' },
  { id: 'id', displayName: 'ID', type: 'string' },
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
