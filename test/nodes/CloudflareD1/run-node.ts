import type { INodeExecutionData } from 'n8n-workflow';
import { LeadSyncCloudflareD1Api } from '../../../credentials/LeadSyncCloudflareD1Api.credentials';
import { CloudflareD1 } from '../../../nodes/CloudflareD1/CloudflareD1.node';
import { CloudflareApi, D1 } from '../../../stand-ins/cloudflare';
import {
  executeFunctions,
  type ExecuteFunctionsDouble,
  type ExecuteFunctionsOptions,
} from '../../setup/execute-functions';

export interface NodeRun extends ExecuteFunctionsOptions {
  credential?: Record<string, string>;
}

export interface Ran extends Pick<ExecuteFunctionsDouble, 'log' | 'requests'> {
  items: INodeExecutionData[];
}

/** Cloudflare's API in front of a D1 database in workerd, and the node that calls it. */
export class Cloudflare {
  private constructor(
    readonly d1: D1,
    readonly api: CloudflareApi,
    readonly baseUrl: string,
  ) {}

  static async open(): Promise<Cloudflare> {
    const d1 = await D1.open();
    const api = new CloudflareApi(d1);
    return new Cloudflare(d1, api, await api.listen());
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.d1.close();
  }

  /** Runs an operation on the database as n8n would. */
  async run({ credential, parameters, ...options }: NodeRun): Promise<Ran> {
    const { account: accountId, database: databaseId, token: apiToken } = this.api.access;
    const data = { baseUrl: this.baseUrl, accountId, databaseId, apiToken, ...credential };
    const { context, log, requests } = executeFunctions({
      ...options,
      parameters: { resource: 'database', operation: 'executeQuery', parameters: [], options: {}, ...parameters },
      credentials: { leadSyncCloudflareD1Api: { type: new LeadSyncCloudflareD1Api(), data } },
    });
    const [items] = await new CloudflareD1().execute.call(context);
    return { items, log, requests };
  }
}

export const json = ({ items }: Ran): unknown[] => items.map((item) => item.json);
