import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { EdgeNotStarted, EdgeReport, Statement, StatementResult } from '../../../nodes/CloudflareD1/loops';
import { bundledWorkflows } from '../../../cli/n8n/bundle';
import type { N8nClient } from '../../../stack/n8n-client';
import type { Shutdown } from '../../../stack/shutdown';
import { startStack } from '../../../stack/stack';
import { CloudflareApi, D1 } from '../../../stand-ins/cloudflare';
import { toldStep } from '../../progress';

const FOLDER = resolve('.stack/bench-edge');
const CREDENTIAL = { name: 'Cloudflare D1 account (lead sync)', type: 'leadSyncCloudflareD1Api' };
const WORKFLOW = { id: 'leadSyncBenchEdge', name: 'Bench of the edge' };
const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';
/** What fails ends the execution. */
const STOPPING = { onError: 'stopWorkflow' };
/** A first fill takes minutes on a busy machine. */
const RUN_TIMEOUT_MS = 900_000;

interface ApiAnswer {
  success: boolean;
  errors: Array<{ message: string }>;
  result: Array<{ results: Array<Record<string, unknown>>; meta: { rows_read: number; rows_written: number } }>;
}

/** Cloudflare's API in front of workerd, over HTTP, each answer delayed; and what calls cost. */
export class ApiSide {
  private constructor(
    readonly d1: D1,
    private readonly api: CloudflareApi,
    readonly baseUrl: string,
  ) {}

  static async open(latencyMs: number, shutdown: Shutdown): Promise<ApiSide> {
    const d1 = await D1.open();
    shutdown.add('workerd', () => d1.close());
    await d1.apply(await readFile('edge/migrations/0001_edge.sql', 'utf8'));
    // the clock of the limit stands a window further with each call: what is measured is the work, not the limit
    let time = 0;
    const late: Pick<D1, 'batch'> = {
      batch: async (queries) => (await Promise.all([d1.batch(queries), delay(latencyMs)]))[0],
    };
    const api = new CloudflareApi(late, undefined, () => (time += 300_000));
    const baseUrl = await api.listen();
    shutdown.add('Cloudflare’s API', () => api.close());
    return new ApiSide(d1, api, baseUrl);
  }

  /** Calls so far. */
  get calls(): number {
    return this.api.calls;
  }

  /** What n8n's credential says. */
  get access(): { baseUrl: string; accountId: string; databaseId: string; apiToken: string } {
    const { account: accountId, database: databaseId, token: apiToken } = this.api.access;
    return { baseUrl: this.baseUrl, accountId, databaseId, apiToken };
  }

  async batch(statements: readonly Statement[]): Promise<StatementResult[]> {
    const { accountId, databaseId, apiToken } = this.access;
    const response = await fetch(`${this.baseUrl}/accounts/${accountId}/d1/database/${databaseId}/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: statements }),
    });
    const { success, errors, result } = (await response.json()) as ApiAnswer;
    if (!success) throw new Error(errors.map(({ message }) => message).join(', '));
    return result.map(({ results, meta }) => ({
      rows: results,
      rowsRead: meta.rows_read,
      rowsWritten: meta.rows_written,
    }));
  }
}

export type Outcome = EdgeReport | EdgeNotStarted;

/** The node Cloudflare D1 in a real n8n, one run of an operation at a time. */
export class NodeSide {
  constructor(
    private readonly client: N8nClient,
    readonly database: Client,
  ) {}

  static async open(api: ApiSide, shutdown: Shutdown): Promise<NodeSide> {
    await rm(FOLDER, { recursive: true, force: true });
    const { n8n, localSupabase } = await startStack({ folder: FOLDER }, toldStep, shutdown);
    if (!localSupabase) throw new Error('The bench needs the local Supabase.');
    await n8n.client.importCredentials([{ ...CREDENTIAL, data: { ...api.access } }]);
    const database = new Client({ connectionString: localSupabase.databaseUrl });
    await database.connect();
    shutdown.add('connection', () => database.end());
    return new NodeSide(n8n.client, database);
  }

  /** Runs an operation of the replica; gives its reports. */
  async run(operation: string, more: object = {}): Promise<Outcome[]> {
    const bundled = (await bundledWorkflows()).get('supabase-to-d1-sync');
    const [trigger] = bundled?.nodes.filter(({ type }) => type === MANUAL_TRIGGER) ?? [];
    const [node] = bundled?.nodes.filter(({ name }) => name === 'Sync down to D1') ?? [];
    const parameters = { ...node.parameters, operation, table: '', maxDuration: 0, ...more };
    await this.client.importWorkflows([
      {
        ...WORKFLOW,
        nodes: [trigger, { ...node, ...STOPPING, parameters }],
        connections: { [trigger.name]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
        settings: {},
      },
    ]);
    const { status, data } = await this.client.runWorkflow(WORKFLOW.id, { timeoutMs: RUN_TIMEOUT_MS });
    if (status !== 'success') throw new Error(`${operation}: ${data?.resultData.error?.message ?? status}`);
    const items = data?.resultData.runData[node.name]?.[0].data?.main?.[0] ?? [];
    return items.map(({ json }) => json as unknown as Outcome);
  }
}
