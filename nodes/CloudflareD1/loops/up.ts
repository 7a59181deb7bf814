import type { EdgeNotStarted, EdgeOrder, EdgePorts, EdgeReport, Statement } from './ports';
import { inEdgeRun, type EdgeSession } from './session';

type Changes = Array<{ seq: number; row: string }>;

/** Brings what changed in D1 into Supabase, page by page; a page is taken off D1's list once it is stored. Where nothing changed, one call says so. */
export async function syncUp(ports: EdgePorts, order: EdgeOrder): Promise<EdgeReport | EdgeNotStarted> {
  return await inEdgeRun(ports, 'up', order, async (session, tables) => {
    const readable = tables.flatMap(({ table, read }) => (read === null ? [] : [{ table, ...read }]));
    const pages = await session.send(readable.map(({ page }) => ({ sql: page, params: [] })));
    for (const [index, table] of readable.entries()) {
      if (await storeChanges(session, table, pages[index].rows as Changes)) return true;
    }
    return false;
  });
}

/** Stores a table's changes and reads on until none is left. Gives whether the time was over before that. */
async function storeChanges(
  session: EdgeSession,
  { table, page, confirm }: { table: string; page: string; confirm: string },
  first: Changes,
): Promise<boolean> {
  for (let rows = first; rows.length > 0;) {
    await session.store('apply_edge_changes', { table, rows: rows.map(({ row }) => row) });
    const stored: Statement = { sql: confirm, params: [String(rows[rows.length - 1].seq)] };
    const isOver = session.watch.isOver;
    // what was stored is taken off together with reading on, in one call
    const results = await session.send(isOver ? [stored] : [stored, { sql: page, params: [] }]);
    if (isOver) return true;
    rows = results[1].rows as Changes;
  }
  return false;
}
