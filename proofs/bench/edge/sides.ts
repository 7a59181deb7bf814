import { readFile } from 'node:fs/promises';
import { createClient } from '@supabase/supabase-js';
import type { EdgePorts, Statement, StatementResult } from '../../../nodes/CloudflareD1/loops';
import { QUIET_EDGE } from '../../quiet-control';
import { CloudflareApi, D1 } from '../../../stand-ins/cloudflare';
import type { Shutdown } from '../../../stack/shutdown';
import type { Supabase } from '../../../stack/supabase';

interface ApiAnswer {
  success: boolean;
  errors: Array<{ message: string }>;
  result: Array<{ results: Array<Record<string, unknown>>; meta: { rows_read: number; rows_written: number } }>;
}

/** Cloudflare's API in front of workerd, over HTTP, each answer delayed; and what calls cost. */
export class ApiSide {
  calls = 0;

  private constructor(
    readonly d1: D1,
    private readonly url: string,
    private readonly token: string,
    private readonly latencyMs: number,
  ) {}

  static async open(latencyMs: number, shutdown: Shutdown): Promise<ApiSide> {
    const d1 = await D1.open();
    shutdown.add('workerd', () => d1.close());
    await d1.apply(await readFile('edge/migrations/0001_edge.sql', 'utf8'));
    // the clock of the limit stands a window further with each call: what is measured is the work, not the limit
    let time = 0;
    const api = new CloudflareApi(d1, undefined, () => (time += 300_000));
    const base = await api.listen();
    shutdown.add('Cloudflare’s API', () => api.close());
    const { account, database, token } = api.access;
    return new ApiSide(d1, `${base}/accounts/${account}/d1/database/${database}/query`, token, latencyMs);
  }

  async batch(statements: readonly Statement[]): Promise<StatementResult[]> {
    this.calls += 1;
    const [response] = await Promise.all([
      fetch(this.url, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ batch: statements }),
      }),
      new Promise((done) => setTimeout(done, this.latencyMs)),
    ]);
    const { success, errors, result } = (await response.json()) as ApiAnswer;
    if (!success) throw new Error(errors.map(({ message }) => message).join(', '));
    return result.map(({ results, meta }) => ({
      rows: results,
      rowsRead: meta.rows_read,
      rowsWritten: meta.rows_written,
    }));
  }
}

/** Both sides as the loops see them: PostgREST and Cloudflare's API, each over HTTP. */
export function portsOf({ url, serviceKey }: Supabase, api: ApiSide): EdgePorts {
  const client = createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } });
  return {
    store: {
      rpc: async <T>(name: string, args: Record<string, unknown>): Promise<T> => {
        const { data, error } = await client.rpc(name, args);
        if (error) throw new Error(`${name}: ${error.message}`);
        return data as T;
      },
    },
    d1: { batch: (statements) => api.batch(statements) },
    control: { ...QUIET_EDGE, sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)) },
  };
}
