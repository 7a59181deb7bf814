import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { DEFAULT_LIMIT } from '../../parameters/many-fields';
import type { FunctionArguments, LeadDatabase } from '../transport/client';
import { failedItem } from './each-item';

/** Rows that a listing function gives in one call at most. */
const PAGE_SIZE = 1000;

/** A listing function of the database: takes `p_limit` and `p_position`, answers with rows, `has_next` and `position`. */
export interface Listing {
  name: string;
  /** The key of the answer that holds the rows. */
  rows: string;
  args: (itemIndex: number) => FunctionArguments;
}

/** One output item for each row of a listing, for each input item. */
export async function listEachItem(
  context: IExecuteFunctions,
  database: LeadDatabase,
  listing: Listing,
): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (const itemIndex of context.getInputData().keys()) {
    try {
      const rows = await readRows(context, database, listing, itemIndex);
      for (const json of rows) output.push({ json, pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}

async function readRows(
  context: IExecuteFunctions,
  database: LeadDatabase,
  { name, rows: key, args }: Listing,
  itemIndex: number,
): Promise<IDataObject[]> {
  const returnAll = context.getNodeParameter('returnAll', itemIndex, false) === true;
  const limit = returnAll ? Infinity : Number(context.getNodeParameter('limit', itemIndex, DEFAULT_LIMIT));
  const rows: IDataObject[] = [];
  let position: unknown = null;
  do {
    const wanted = Math.min(PAGE_SIZE, limit - rows.length);
    const page = await database.call(name, { ...args(itemIndex), p_limit: wanted, p_position: position }, itemIndex);
    rows.push(...(page[key] as IDataObject[]));
    position = page.has_next === true ? page.position : null;
  } while (position !== null && rows.length < limit);
  return rows;
}
