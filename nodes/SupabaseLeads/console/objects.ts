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

/** What starts runs of some objects, one of each and of each kind; by kind, the parameters of its node. */
function runsOf(
  objects: Iterable<RowObject>,
  kinds: Partial<Record<'Pull' | 'Push' | 'Reconcile', IDataObject>>,
): Starts {
  const all = [...new Set([...objects].map((object) => object ?? ''))];
  if (all.length === 0) return {};
  const ofEach = (parameters: IDataObject) =>
    all.map((object) => (object === '' ? parameters : { ...parameters, object }));
  return Object.fromEntries(Object.entries(kinds).map(([kind, parameters]) => [kind, ofEach(parameters)]));
}

/** What starts runs of leads, and of all else that is synced. */
export async function runsOfAll(call: Call, kinds: Parameters<typeof runsOf>[1]): Promise<Starts> {
  const { objects } = await call<ConsoleState>('get_console');
  return runsOf([null, ...objects], kinds);
}

/** What starts the pushes of rows that are to go out now, one for each of their objects. */
export const pushOf = (objects: Iterable<RowObject>): Starts => runsOf(objects, { Push: {} });
