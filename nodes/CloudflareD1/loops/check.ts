import type { EdgeNotStarted, EdgeOrder, EdgePorts, EdgeReport, Statement } from './ports';
import { inEdgeRun, type EdgeSession, type EdgeTable, type Ranges } from './session';

interface ComparedRanges {
  differing: Array<{ low: string; high: string; read: string }>;
  more: Ranges | null;
}

/** Rows of a range that D1 gives at most, as the statement has it. */
const RANGE_PAGE = 5_000;

/** Compares both sides, first what goes down, then what goes up; what may be repaired is queued for the next run. */
export async function checkSides(
  ports: EdgePorts,
  order: Omit<EdgeOrder, 'mode'>,
): Promise<Array<EdgeReport | EdgeNotStarted>> {
  const reports: Array<EdgeReport | EdgeNotStarted> = [];
  for (const direction of ['down', 'up'] as const) {
    reports.push(
      await inEdgeRun(ports, direction, { ...order, mode: 'check' }, async (session, tables) => {
        for (const table of tables) {
          if (await compareTable(session, table)) return true;
        }
        return false;
      }),
    );
  }
  return reports;
}

/** Compares sums of ranges, and rows only where these differ. Gives whether the time was over before that. */
async function compareTable(session: EdgeSession, { table, ranges: first }: EdgeTable): Promise<boolean> {
  let ranges = first;
  try {
    while (ranges !== null) {
      const [{ rows }] = await session.send([{ sql: ranges.sql, params: [JSON.stringify(ranges.list)] }]);
      const compared: ComparedRanges = await session.store('compare_edge_ranges', { table, ranges: rows });
      for (const { low, high, read } of compared.differing) {
        if (session.watch.isOver) return true;
        await compareRange(session, table, { low, high, read });
      }
      ranges = compared.more;
    }
  } catch (error) {
    if (!session.ports.control.lacksTable(error)) return await Promise.reject(error as Error);
    // D1 lost the whole table: the next run down builds it
    await session.store('advance_edge_rebuild', { table, phase: 'lost' });
  }
  return false;
}

async function compareRange(
  session: EdgeSession,
  table: string,
  { low: begin, high, read }: { low: string; high: string; read: string },
): Promise<void> {
  let low = begin;
  while (low !== high) {
    const [{ rows }] = await session.send([{ sql: read, params: [low, high] }]);
    const upTo = rows.length < RANGE_PAGE ? high : String(rows[rows.length - 1].id);
    const { statements } = await session.store<{ statements: Statement[] }>('compare_edge_rows', {
      table,
      low,
      high: upTo,
      rows: rows.map(({ row }) => row),
    });
    if (statements.length > 0) await session.send(statements);
    low = upTo;
  }
}
