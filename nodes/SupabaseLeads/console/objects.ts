import type { IDataObject } from 'n8n-workflow';
import type { Call, ConsoleState, Starts } from './frame/page';
import { number } from './view/format';

/** What Twenty calls what a row is; none: a lead. */
export type RowObject = string | null | undefined;

export type Nouns = readonly [one: string, many: string];

const LEADS: Nouns = ['lead', 'leads'];
const ROWS: Nouns = ['row', 'rows'];
const NOUNS = new Map<string, Nouns>([
  ['opportunity', ['deal', 'deals']],
  ['company', ['company', 'companies']],
]);

/** What people call rows of one object; rows, where they are of several. */
export function nounsOf(objects: Iterable<RowObject>): Nouns {
  const all = new Set([...objects].map((object) => object ?? ''));
  if (all.size > 1) return ROWS;
  const [object = ''] = all;
  return object === '' ? LEADS : (NOUNS.get(object) ?? [`row of ${object}`, `rows of ${object}`]);
}

/** "1 deal", "2,000 leads". */
export const counted = (count: number, [one, many]: Nouns): string => `${number(count)} ${count === 1 ? one : many}`;

/** What starts a run of leads, and one of each other object that is synced. */
export async function runsOfAll(call: Call, parameters: IDataObject = {}): Promise<IDataObject[]> {
  const { objects } = await call<ConsoleState>('get_console');
  return [parameters, ...objects.map((object) => ({ ...parameters, object }))];
}

/** What starts the pushes of rows that are to go out now, one for each of their objects. */
export function pushOf(objects: Iterable<RowObject>): Starts {
  const all = [...new Set([...objects].map((object) => object ?? ''))];
  return all.length === 0 ? {} : { Push: all.map((object) => (object === '' ? {} : { object })) };
}
