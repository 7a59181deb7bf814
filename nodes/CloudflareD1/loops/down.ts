import type { EdgeNotStarted, EdgeOrder, EdgePorts, EdgeReport } from './ports';
import { sendChanges, type SentChanges } from './changes';
import { rebuildTable } from './rebuild';
import { inEdgeRun, type EdgeSession, type EdgeTable } from './session';

/** D1 may be restored while it is written to; a table that it lacks again and again is nothing that a rebuild mends. */
const MOST_LOSSES = 3;

/** Carries what changed in Supabase to D1, page by page, and builds the tables anew that wait for it. */
export async function syncDown(ports: EdgePorts, order: EdgeOrder): Promise<EdgeReport | EdgeNotStarted> {
  return await inEdgeRun(ports, 'down', order, async (session, tables) => {
    const waiting = tables.filter(({ rebuild }) => rebuild !== null).map(({ table }) => table);
    for (let losses = 0; ; losses += 1) {
      for (const table of waiting.splice(0)) {
        if (await rebuildTable(session, table)) return true;
      }
      const { isOver, lost } = await sendAll(session, tables);
      if (lost === null) return isOver;
      if (losses === MOST_LOSSES) throw new Error(`D1 lost the table ${lost} ${losses + 1} times in one run.`);
      await session.store('advance_edge_rebuild', { table: lost, phase: 'lost' });
      waiting.push(lost);
    }
  });
}

/** Sends what is due of all tables. Where one of them lacks a column, the others are sent before the run fails with it. */
async function sendAll(session: EdgeSession, tables: readonly EdgeTable[]): Promise<SentChanges> {
  const { lacksColumn } = session.ports.control;
  try {
    return await sendChanges(session, null);
  } catch (error) {
    if (!lacksColumn(error)) return await Promise.reject(error as Error);
    for (const { table } of tables) {
      await sendChanges(session, table).catch((later: unknown) =>
        lacksColumn(later) ? null : Promise.reject(later as Error),
      );
    }
    return await Promise.reject(error as Error);
  }
}
