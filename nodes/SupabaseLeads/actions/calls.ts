import type { IDataObject } from 'n8n-workflow';
import { DEFAULT_LIMIT, eachItem, type Execute, type Item } from '../../frame';
import type { FunctionArguments, LeadDatabase } from '../transport/client';

/** What a database function is given for an item. */
type Arguments = (item: Item) => FunctionArguments;

/** Calls a database function once for each input item; its answer is the output. */
export function databaseCall(name: string, args: Arguments = () => ({})): Execute<LeadDatabase> {
  return eachItem((item, database) => database.call(name, args(item), item.index));
}

/** Rows that a listing function gives in one call at most. */
const PAGE_SIZE = 1000;

/**
 * Gives an output item for each row that a listing function has, for each input item; `manyFields` of the panel say how many.
 * @param name a function that takes `p_limit` and `p_position`, and answers with rows, `has_next` and `position`
 * @param key of the answer that holds the rows
 */
export function listingCall(name: string, key: string, args: Arguments): Execute<LeadDatabase> {
  return eachItem(async (item, database) => {
    const limit = item.boolean('returnAll') ? Infinity : Number(item.value('limit', DEFAULT_LIMIT));
    const rows: IDataObject[] = [];
    let position: unknown = null;
    do {
      const wanted = Math.min(PAGE_SIZE, limit - rows.length);
      const page = await database.call(name, { ...args(item), p_limit: wanted, p_position: position }, item.index);
      rows.push(...(page[key] as IDataObject[]));
      position = page.has_next === true ? page.position : null;
    } while (position !== null && rows.length < limit);
    return rows;
  });
}
