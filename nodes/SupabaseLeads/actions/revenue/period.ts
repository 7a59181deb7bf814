import type { INodeProperties } from 'n8n-workflow';
import { timeOf, type Item } from '../../../frame';

/** Between which times the deals were made that a report is about. */
export const periodFields: INodeProperties[] = [
  {
    displayName: 'From',
    name: 'from',
    type: 'dateTime',
    default: '',
    description: 'Counts deals made from then on. Empty for all.',
  },
  {
    displayName: 'To',
    name: 'to',
    type: 'dateTime',
    default: '',
    description: 'Counts deals made before then. Empty for all.',
  },
];

/** @throws NodeOperationError when one is no time */
export const periodOf = (item: Item): { p_from: string | null; p_to: string | null } => ({
  p_from: timeOf(item, 'from'),
  p_to: timeOf(item, 'to'),
});
