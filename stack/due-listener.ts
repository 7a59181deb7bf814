import axios from 'axios';
import { Client } from 'pg';

/** What `enable_instant_push` announces on: leads for Twenty, rows for the edge, leads that arrived; and the header that its calls carry. */
export const CHANNELS = { push: 'lead_sync_due', edge: 'lead_sync_edge_due', arrivals: 'lead_sync_arrived' } as const;
export const SECRET_HEADER = 'X-Lead-Sync-Secret';
/** n8n answers at once, unless it is busy: the call counts then, too. */
const CALL_TIMEOUT_MS = 60_000;

export interface DueListenerOptions {
  /** The database with the leads. */
  databaseUrl: string;
  channel: (typeof CHANNELS)[keyof typeof CHANNELS];
  /** Address of the workflow's webhook. */
  url: string;
  secret: string;
}

export interface DueListener {
  /** Calls that were answered with 2xx so far. */
  calls(): number;
  stop(): Promise<void>;
}

/**
 * Calls a workflow when the database announces that something is due, and of which object where it says so: what pg_net does
 * where a Supabase project has it. Announcements that come during a call make one more call for each object. A call that fails is not repeated: the schedule sends what is due.
 */
export async function startDueListener({
  databaseUrl,
  channel,
  url,
  secret,
}: DueListenerOptions): Promise<DueListener> {
  const client = new Client({ connectionString: databaseUrl });
  let answered = 0;
  let calling: Promise<void> | undefined;
  const announced = new Set<string>();

  const callWhileAnnounced = async (): Promise<void> => {
    for (const object of announced) {
      announced.delete(object);
      const headers = { [SECRET_HEADER]: secret };
      const body = object === '' ? {} : { object };
      await axios.post(url, body, { headers, timeout: CALL_TIMEOUT_MS, proxy: false }).then(
        () => (answered += 1),
        (error: Error) => console.error(`${url} was not called: ${error.message}`),
      );
    }
    calling = undefined;
  };

  client.on('notification', ({ payload = '' }) => {
    announced.add(payload);
    calling ??= callWhileAnnounced();
  });
  client.on('error', (error) => console.error(`Calls at once have ended, the schedule goes on: ${error.message}`));
  await client.connect();
  await client.query(`listen ${channel}`);
  return {
    calls: () => answered,
    stop: async () => {
      await client.end();
      await calling;
    },
  };
}
