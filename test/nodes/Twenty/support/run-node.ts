import type { INodeExecutionData } from 'n8n-workflow';
import { LeadSyncTwentyApi } from '../../../../credentials/LeadSyncTwentyApi.credentials';
import { Twenty } from '../../../../nodes/Twenty/Twenty.node';
import { executeFunctions, type ExecuteFunctionsOptions } from '../../../setup/execute-functions';

export interface NodeRun extends Omit<ExecuteFunctionsOptions, 'credentials'> {
  url: string;
  apiKey: string;
  callsPerMinute?: number;
}

/** Runs the node as n8n would, with real HTTP. */
export async function runTwenty({ url, apiKey, callsPerMinute = 1_000_000, ...options }: NodeRun): Promise<{
  items: INodeExecutionData[];
  log: string[];
}> {
  const data = { url, apiKey, callsPerMinute };
  const { context, log } = executeFunctions({
    ...options,
    credentials: { leadSyncTwentyApi: { type: new LeadSyncTwentyApi(), data } },
  });
  const [items] = await new Twenty().execute.call(context);
  return { items, log };
}
