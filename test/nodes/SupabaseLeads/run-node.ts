import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { LeadSyncFormApi } from '../../../credentials/LeadSyncFormApi.credentials';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { SupabaseLeads } from '../../../nodes/SupabaseLeads/SupabaseLeads.node';
import { executeFunctions, type ExecuteFunctionsOptions } from '../../setup/execute-functions';

export const SERVICE_KEY = 'sb_secret_for_tests';

export interface NodeRun extends Omit<ExecuteFunctionsOptions, 'credentials'> {
  host: string;
  serviceKey?: string;
  /** What senders of web forms show that they know. */
  form?: { header: string; secret: string };
}

/** Runs the node's `execute` as n8n would and returns the items of its first output. */
export async function runNode(run: NodeRun): Promise<INodeExecutionData[]> {
  return (await runOutputs(run))[0];
}

/** The same, with the items of each output. */
export async function runOutputs({
  host,
  serviceKey = SERVICE_KEY,
  form,
  ...options
}: NodeRun): Promise<INodeExecutionData[][]> {
  const { context } = executeFunctions({
    ...options,
    credentials: {
      leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host, serviceKey } },
      ...(form && { leadSyncFormApi: { type: new LeadSyncFormApi(), data: form } }),
    },
  });
  return await new SupabaseLeads().execute.call(context as IExecuteFunctions);
}
