import type { IDataObject } from 'n8n-workflow';
import type { Item } from '../../../frame';
import { isObject } from '../../../lead';
import { LEAD_COLUMNS } from '../../methods/resourceMapping';

/** Attributes typed in as JSON text become their object; blank ones are left out. */
function parsedAttributes(lead: IDataObject): IDataObject {
  const { attributes, ...columns } = lead;
  if (typeof attributes !== 'string') return lead;
  if (attributes.trim() === '') return columns;
  try {
    return { ...columns, attributes: JSON.parse(attributes) as IDataObject };
  } catch {
    return lead;
  }
}

const isColumn = (name: string): boolean => LEAD_COLUMNS.some(({ id }) => id === name);

const isMapped = (item: Item): boolean => item.text('columns.mappingMode') === 'defineBelow';

/** The columns of an input item that no lead has; none when the columns are mapped in the panel. */
export function ignoredColumns(item: Item): string[] {
  return isMapped(item) ? [] : Object.keys(item.input).filter((name) => name !== 'touch' && !isColumn(name));
}

/**
 * The lead of one input item: the item's own columns, or the values mapped in the panel. A column without a value is
 * left out, because a missing key means "not known".
 * @throws NodeOperationError when the attributes are no JSON object
 */
export function leadOfItem(item: Item): unknown {
  const source = isMapped(item) ? item.value('columns.value', {}) : item.input;
  if (!isObject(source)) return source;
  const known = Object.entries(source as IDataObject).filter(([name, value]) => value !== undefined && isColumn(name));
  const lead = parsedAttributes(Object.fromEntries(known));
  if (lead.attributes !== undefined && lead.attributes !== null && !isObject(lead.attributes)) {
    throw item.error('Attributes is not a JSON object', 'Write it as e.g. {"utm": "newsletter"}, or leave it empty.');
  }
  return lead;
}
