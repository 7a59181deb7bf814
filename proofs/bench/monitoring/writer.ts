import { Client } from 'pg';

const PAUSE_MS = 5;

/** A write that waits longer than this for a lock fails, and the bench with it. */
const LOCK_TIMEOUT_MS = 100;

/** What a writer had to bear: its slowest write from begin to commit, and how many it made. */
export interface WriterReport {
  longestMs: number;
  writes: number;
}

/** One write as the sync makes it: a lead changes, and its entry goes into history. */
async function write(client: Client, id: string, n: number): Promise<number> {
  const startedAt = performance.now();
  await client.query('begin');
  await client.query('update public.leads set job_title = $2 where id = $1', [id, `Title ${n}`]);
  await client.query(
    `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status) values ($1, 'manual', 'bidirectional', 'synced')`,
    [id],
  );
  await client.query('commit');
  return performance.now() - startedAt;
}

/** Writes leads one after another over a connection of its own for as long as the work goes on. */
export async function writeDuring<T>(
  databaseUrl: string,
  work: () => Promise<T>,
): Promise<{ result: T; writer: WriterReport }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`set lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
    const { rows } = await client.query<{ id: string }>('select id from public.leads limit 1000');
    await write(client, rows[0].id, 0); // the first one plans its statements
    const state = { isOver: false };
    const writing = (async (): Promise<WriterReport> => {
      const report = { longestMs: 0, writes: 0 };
      while (!state.isOver) {
        const ms = await write(client, rows[report.writes % rows.length].id, report.writes);
        report.longestMs = Math.max(report.longestMs, ms);
        report.writes += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      return report;
    })();
    try {
      return { result: await work(), writer: await (async () => ((state.isOver = true), await writing))() };
    } finally {
      state.isOver = true;
      await writing;
    }
  } finally {
    await client.end();
  }
}
