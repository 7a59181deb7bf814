import { readFileSync } from 'node:fs';
import { CloudflareApi, D1 } from '../../stand-ins/cloudflare';
import { Stage, type StageRunOptions } from './stage';
import type { IWorkflowBase } from 'n8n-workflow';
import type { WorkflowRun } from './harness';

/** The stage with a D1 database behind Cloudflare's API, and the edge replica turned on. */
export function useEdgeStage(): EdgeStage {
  const stage = new EdgeStage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.clear());
  afterAll(() => stage.close());
  return stage;
}

export class EdgeStage extends Stage {
  d1!: D1;
  api!: CloudflareApi;
  private baseUrl = '';
  private empty: string[] = [];

  override async open(): Promise<void> {
    await super.open();
    this.d1 = await D1.open();
    this.api = new CloudflareApi(this.d1);
    this.baseUrl = await this.api.listen();
    await this.d1.apply(readFileSync('edge/migrations/0001_edge.sql', 'utf8'));
    this.empty = await this.d1.bookmark();
  }

  override async clear(): Promise<void> {
    await this.turnOff();
    await super.clear();
    await this.d1.restore(this.empty);
    this.api.faults.splice(0);
    await this.database.query('select public.enable_outreach()');
    await this.database.query('select public.enable_edge()');
  }

  override async close(): Promise<void> {
    await this.turnOff();
    await super.close();
    await this.api.close();
    await this.d1.close();
  }

  /** Leaves the database as the schema does. */
  private async turnOff(): Promise<void> {
    await this.database.query('select public.disable_edge()');
    await this.database.query(
      'drop table if exists public.email_events, public.emails, public.campaigns, public.mailboxes',
    );
  }

  override async run(workflow: string | IWorkflowBase, options: StageRunOptions = {}): Promise<WorkflowRun> {
    const { account: accountId, database: databaseId, token: apiToken } = this.api.access;
    const own = { baseUrl: this.baseUrl, accountId, databaseId, apiToken };
    const { leadSyncCloudflareD1Api } = options.credentials ?? {};
    return await super.run(workflow, {
      ...options,
      credentials: { ...options.credentials, leadSyncCloudflareD1Api: { ...own, ...leadSyncCloudflareD1Api } },
    });
  }

  /** Names of the leads in D1. */
  async replica(): Promise<unknown[]> {
    return (await this.d1.rows('select first_name from prospects order by first_name')).map((row) => row.first_name);
  }

  /** Runs of the edge, the oldest first. */
  async edgeRuns(): Promise<Array<Record<string, unknown>>> {
    return (await this.database.query('select * from lead_sync.edge_runs order by started_at')).rows as Array<
      Record<string, unknown>
    >;
  }
}
