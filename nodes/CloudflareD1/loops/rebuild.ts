import { sendChanges } from './changes';
import type { Statement } from './ports';
import { dependentIn } from './refusals';
import { sendRows, type Refused, type RowSet } from './rows';
import type { EdgeSession } from './session';

/** Where the building of a table stands, as `advance_edge_rebuild` says. */
type Step = { id: number | null } & (
  | { phase: 'create'; statements: Statement[]; built: Statement }
  | { phase: 'fill'; upserts: RowSet; versions: Array<[string, number]>; position: string | null; share: number | null }
  | { phase: 'swap'; verify: Statement; statements: Statement[] }
  | { phase: 'done' }
);

/** D1 may be restored while a table is built; one that never finds what it made is nothing that a further try mends. */
const MOST_LOSSES = 3;

/**
 * Builds a table anew beside the old one and swaps the two: readers see either of them as a whole.
 * @returns whether the time was over before that
 */
export async function rebuildTable(session: EdgeSession, table: string): Promise<boolean> {
  const advance = (phase: string, more: object = {}): Promise<Step> =>
    session.store<Step>('advance_edge_rebuild', { table, phase, ...more });
  let step = await advance('look');
  let losses = 0;
  while (step.phase !== 'done') {
    if (session.watch.isOver) return true;
    const { id } = step;
    try {
      if (step.phase === 'create') {
        await session.send(step.statements);
        step = await advance('created', { id });
      } else if (step.phase === 'fill') {
        session.progress = step.share;
        step = await advance('filled', { id, position: step.position, refused: await fill(session, step) });
      } else {
        const { isOver, lost } = await sendChanges(session, table);
        if (isOver) return true;
        if (lost === null) await swap(session, table, step);
        step = await advance(lost === null || (await isSwapped(session, step)) ? 'swapped' : 'lost', { id });
      }
    } catch (error) {
      const { lacksTable, refusalOf } = session.ports.control;
      const isBehind = step.phase === 'create' && refusalOf(error) !== null;
      if (!(isBehind || lacksTable(error)) || losses === MOST_LOSSES) return await Promise.reject(error as Error);
      losses += 1;
      // D1 was restored meanwhile, and what was built is gone; or Supabase was, and D1 has a later building
      step = await advance('lost', {
        id,
        behind: step.phase === 'create' && isBehind ? await lastBuilt(session, step) : null,
      });
    }
  }
  return false;
}

async function lastBuilt(session: EdgeSession, { built }: Step & { phase: 'create' }): Promise<unknown> {
  return (await session.send([built]))[0].rows[0]?.value ?? null;
}

async function fill(session: EdgeSession, { upserts, versions }: Step & { phase: 'fill' }): Promise<Refused[]> {
  const rows = upserts.rows.map((text, index) => ({ text, version: versions[index] }));
  return (await sendRows(session, [{ sql: upserts.sql, rows }], { before: [], after: [] })).refused;
}

/** The answer to a swap may have been lost: it then is done, and once more it is refused. */
async function swap(session: EdgeSession, table: string, step: Step & { phase: 'swap' }): Promise<void> {
  await session.send(step.statements).catch(async (error: unknown) => {
    const dependent = dependentIn((error as Error).message);
    if (dependent !== null)
      throw new Error(
        `The ${dependent} in D1 reads the table ${table}, which cannot be replaced under it: drop it, let the rebuild end, and make it again.`,
      );
    const mayBeDone = session.ports.control.lacksTable(error) || session.ports.control.refusalOf(error) !== null;
    if (!mayBeDone || !(await isSwapped(session, step))) await Promise.reject(error as Error);
  });
}

/** Whether D1 lacks the new table because it took the old one's place: whoever saw to that died before saying so. */
async function isSwapped(session: EdgeSession, { verify }: Step & { phase: 'swap' }): Promise<boolean> {
  return (await session.send([verify]))[0].rows.length > 0;
}
