import type { RunToken } from '../../runs/control';
import { tried } from '../../runs/tried';
import { Watch } from '../../runs/watch';
import type { EdgeNotStarted, EdgeOrder, EdgePorts, EdgeReport, Statement, StatementResult } from './ports';

/** A table of a run, as `start_edge_run` names it. */
export interface EdgeTable {
  table: string;
  rebuild: { id: number; phase: string } | null;
  ranges: Ranges | null;
  read: { page: string; confirm: string } | null;
}

/** Ranges of keys, low ends left out, and the statement that adds them up in D1. */
export interface Ranges {
  sql: string;
  list: Array<[string, string]>;
}

interface StartedEdgeRun {
  started: true;
  run: RunToken;
  tables: EdgeTable[];
}

interface FinishedEdgeRun {
  finished: boolean;
  reason?: string;
  run: Omit<EdgeReport, 'started' | 'run_id' | 'more_due'> & { id: string };
}

/** What the steps of a loop work with: both sides, and the run under whose lease they call. */
export class EdgeSession {
  readonly watch: Watch;
  progress: number | null = null;
  private spent = { calls: 0, rows_read: 0, rows_written: 0 };

  constructor(
    readonly ports: EdgePorts,
    readonly run: RunToken,
  ) {
    this.watch = new Watch(ports.control);
  }

  /** Calls a function of the database, again when that fails: calls are safe to repeat. Tells it what was spent on D1. */
  async store<T>(name: string, request: Record<string, unknown>): Promise<T> {
    const { ports, progress, spent } = this;
    this.spent = { calls: 0, rows_read: 0, rows_written: 0 };
    const run = { ...this.run, ...spent, progress };
    return await tried(ports.control, () => ports.store.rpc<T>(name, { p_request: { ...request, run } }));
  }

  /** Sends statements to D1 in one transaction, again when that fails: they are safe to repeat. What D1 refuses it would refuse again. */
  async send(statements: readonly Statement[]): Promise<StatementResult[]> {
    const { d1, control } = this.ports;
    const isHopeless = (error: unknown): boolean =>
      control.isHopeless(error) || control.lacksTable(error) || control.refusalOf(error) !== null;
    const results = await tried({ ...control, isHopeless }, () => {
      this.spent.calls += 1;
      return d1.batch(statements);
    });
    for (const { rowsRead, rowsWritten } of results) {
      this.spent.rows_read += rowsRead;
      this.spent.rows_written += rowsWritten;
    }
    return results;
  }
}

/**
 * Opens a run, does its work and closes it: as failed with the reason when the work rejects, as stopped when the execution
 * was cancelled.
 * @param work says whether something is left that the next run will do
 * @throws what the work rejected with
 */
export async function inEdgeRun(
  ports: EdgePorts,
  direction: 'down' | 'up',
  order: EdgeOrder,
  work: (session: EdgeSession, tables: EdgeTable[]) => Promise<boolean>,
): Promise<EdgeReport | EdgeNotStarted> {
  const { mode, trigger, table, full, reportOnly } = order;
  const p_request = { direction, mode, trigger, table, full, report_only: reportOnly };
  const started = await ports.store.rpc<StartedEdgeRun | EdgeNotStarted>('start_edge_run', { p_request });
  if (!started.started) return started;
  const session = new EdgeSession(ports, started.run);
  try {
    const isMoreDue = await work(session, started.tables);
    return await finish(session, ports.control.isCancelled() && isMoreDue ? 'stopped' : 'succeeded', isMoreDue);
  } catch (error) {
    if (ports.control.isCancelled()) return await finish(session, 'stopped', true);
    await finish(session, 'failed', true, (error as Error).message).catch((closing: unknown) => {
      // what went wrong counts, not that the run could not be closed either: its lease ends by itself
      ports.control.log(`The failed run ${session.run.id} could not be closed: ${(closing as Error).message}`);
    });
    return await Promise.reject(error as Error);
  }
}

async function finish(
  session: EdgeSession,
  status: string,
  isMoreDue: boolean,
  error: string | null = null,
): Promise<EdgeReport> {
  const answer = await session.store<FinishedEdgeRun>('finish_edge_run', { status, error });
  if (!answer.finished) throw new Error(`${answer.reason}. The next run goes on with what is still due.`);
  const { id, ...ended } = answer.run;
  return { started: true, run_id: id, ...ended, more_due: isMoreDue };
}
