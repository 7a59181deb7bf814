import type { Statement } from './ports';
import { sendRows, type Refused, type RowSet } from './rows';
import type { EdgeSession } from './session';

/** A page of changes, as `get_edge_changes` gives it. */
interface ChangesPage {
  table: string | null;
  upserts: RowSet;
  deletes: RowSet;
  before: Statement;
  after: Statement;
  versions: Array<[string, number]>;
  remaining: number;
}

/** What became of a page. */
interface Acknowledgement {
  table: string;
  applied: Array<[string, number]>;
  refused: Refused[];
  before: unknown[];
}

/** How sending ended: the time was over, or D1 lacks a table; or nothing is due any more. */
export interface SentChanges {
  isOver: boolean;
  lost: string | null;
}

/**
 * Sends what is due until nothing is.
 * @param table the one table to go about; null for all of the run
 */
export async function sendChanges(session: EdgeSession, table: string | null): Promise<SentChanges> {
  let acknowledge: Acknowledgement | null = null;
  for (;;) {
    const page: ChangesPage = await session.store('get_edge_changes', { table, acknowledge });
    if (page.table === null) return { isOver: false, lost: null };
    if (session.watch.isOver) return { isOver: true, lost: null };
    try {
      acknowledge = await sendPage(session, page, page.table);
    } catch (error) {
      if (!session.ports.control.lacksTable(error)) return await Promise.reject(error as Error);
      return { isOver: false, lost: page.table };
    }
  }
}

async function sendPage(session: EdgeSession, page: ChangesPage, table: string): Promise<Acknowledgement> {
  const { upserts, deletes, before, after, versions } = page;
  const sets = [
    { sql: upserts.sql, rows: upserts.rows.map((text, index) => ({ text, version: versions[index] })) },
    {
      sql: deletes.sql,
      rows: deletes.rows.map((text, index) => ({ text, version: versions[upserts.rows.length + index] })),
    },
  ];
  const { applied, refused, first } = await sendRows(session, sets, { before: [before], after: [after] });
  return { table, applied, refused, before: first[0]?.rows ?? [] };
}
