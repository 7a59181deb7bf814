import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { operationError } from '../../../errors/operation-error';
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

/** The columns of an input item that no lead has; none when the columns are mapped in the panel. */
export function ignoredColumns(context: IExecuteFunctions, itemIndex: number): string[] {
  const mode = context.getNodeParameter('columns.mappingMode', itemIndex, 'autoMapInputData') as string;
  if (mode === 'defineBelow') return [];
  return Object.keys(context.getInputData()[itemIndex].json).filter(
    (column) => !LEAD_COLUMNS.some(({ id }) => id === column),
  );
}

/**
 * The lead of one input item: the item's own columns, or the values mapped in the panel. A column without a value is
 * left out, because a missing key means "not known".
 * @throws NodeOperationError when the attributes are no JSON object
 */
export function leadOfItem(context: IExecuteFunctions, itemIndex: number): unknown {
  const mode = context.getNodeParameter('columns.mappingMode', itemIndex, 'autoMapInputData') as string;
  const source =
    mode === 'defineBelow'
      ? context.getNodeParameter('columns.value', itemIndex, {})
      : context.getInputData()[itemIndex].json;
  if (!isObject(source)) return source;
  const known = Object.entries(source as IDataObject).filter(
    ([column, value]) => value !== undefined && LEAD_COLUMNS.some(({ id }) => id === column),
  );
  const lead = parsedAttributes(Object.fromEntries(known));
  if (lead.attributes !== undefined && lead.attributes !== null && !isObject(lead.attributes)) {
    throw operationError(
      context.getNode(),
      'Attributes is not a JSON object',
      'Write it as e.g. {"utm": "newsletter"}, or leave it empty.',
      itemIndex,
    );
  }
  return lead;
}
