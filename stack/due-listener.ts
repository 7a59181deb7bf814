import axios from 'axios';
import { Client } from 'pg';

/** What `enable_instant_push` announces on, and the header that its calls carry. */
const CHANNEL = 'lead_sync_due';
export const SECRET_HEADER = 'X-Lead-Sync-Secret';
const CALL_TIMEOUT_MS = 5_000;

export interface DueListenerOptions {
  /** The database with the leads. */
  databaseUrl: string;
  /** Address of the push workflow's webhook. */
  url: string;
  secret: string;
}

export interface DueListener {
  /** Calls that were answered with 2xx so far. */
  calls(): number;
  stop(): Promise<void>;
}

/**
 * Calls the push workflow when the database announces that leads are due: what pg_net does where a Supabase project has it.
 * Announcements that come during a call make one more call. A call that fails is not repeated: the schedule sends what is due.
 */
export async function startDueListener({ databaseUrl, url, secret }: DueListenerOptions): Promise<DueListener> {
  const client = new Client({ connectionString: databaseUrl });
  let answered = 0;
  let calling: Promise<void> | undefined;
  let announced = false;

  const callWhileAnnounced = async (): Promise<void> => {
    while (announced) {
      announced = false;
      const headers = { [SECRET_HEADER]: secret };
      await axios.post(url, {}, { headers, timeout: CALL_TIMEOUT_MS, proxy: false }).then(
        () => (answered += 1),
        (error: Error) => console.error(`The push workflow was not called: ${error.message}`),
      );
    }
    calling = undefined;
  };

  client.on('notification', () => {
    announced = true;
    calling ??= callWhileAnnounced();
  });
  client.on('error', (error) => console.error(`Instant pushes have ended, the schedule goes on: ${error.message}`));
  await client.connect();
  await client.query(`listen ${CHANNEL}`);
  return {
    calls: () => answered,
    stop: async () => {
      await client.end();
      await calling;
    },
  };
}
