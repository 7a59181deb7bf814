import type { EdgeNotStarted, EdgeOrder, EdgePorts, EdgeReport, Statement } from './ports';
import { inEdgeRun, type EdgeSession, type EdgeTable } from './session';

/** Brings what changed in D1 into Supabase, page by page; a page is taken off D1's list once it is stored. */
export async function syncUp(ports: EdgePorts, order: EdgeOrder): Promise<EdgeReport | EdgeNotStarted> {
  return await inEdgeRun(ports, 'up', order, async (session, tables) => {
    for (const table of tables) {
      if (await readChanges(session, table)) return true;
    }
    return false;
  });
}

/** Reads a table's changes until none is left. Gives whether the time was over before that. */
async function readChanges(session: EdgeSession, { table, read }: EdgeTable): Promise<boolean> {
  if (read === null) return false;
  const page: Statement = { sql: read.page, params: [] };
  let confirm: Statement[] = [];
  for (;;) {
    const isOver = session.watch.isOver;
    // what was stored is taken off together with reading on, in one call
    const results = await session.send(isOver ? confirm : [...confirm, page]);
    if (isOver) return true;
    const rows = results[results.length - 1].rows as Array<{ seq: number; row: string }>;
    if (rows.length === 0) return false;
    await session.store('apply_edge_changes', { table, rows: rows.map(({ row }) => row) });
    confirm = [{ sql: read.confirm, params: [String(rows[rows.length - 1].seq)] }];
  }
}
