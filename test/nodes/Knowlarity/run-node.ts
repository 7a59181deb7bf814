import type { INodeExecutionData } from 'n8n-workflow';
import { LeadSyncKnowlarityApi } from '../../../credentials/LeadSyncKnowlarityApi.credentials';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { Knowlarity } from '../../../nodes/Knowlarity/Knowlarity.node';
import type { KnowlarityApi } from '../../../stand-ins/knowlarity';
import { executeFunctions, type ExecuteFunctionsOptions } from '../../setup/execute-functions';

/** What the credential of a user of the stand-in says. */
export function credentialOf({ store }: KnowlarityApi, baseUrl: string) {
  const { apiKey, authorization: authorizationToken } = store;
  return { baseUrl, apiKey, authorizationToken, pushSecret: '', timeZone: 'Asia/Kolkata', country: 'IN' };
}

/** Runs the node once against the stand-in, and the database of the tests where there is one. */
export async function runNode(
  api: KnowlarityApi,
  baseUrl: string,
  parameters: Record<string, unknown>,
  options: ExecuteFunctionsOptions & { credential?: object } = {},
): Promise<INodeExecutionData[]> {
  const { TEST_SUPABASE_URL: host = '', TEST_SUPABASE_SERVICE_KEY: serviceKey = '' } = process.env;
  const { context } = executeFunctions({
    parameters: { options: {}, filters: {}, output: 'lead', maxDuration: 0, ...parameters },
    credentials: {
      leadSyncKnowlarityApi: {
        type: new LeadSyncKnowlarityApi(),
        data: { ...credentialOf(api, baseUrl), ...options.credential },
      },
      leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host, serviceKey } },
    },
    ...options,
  });
  const [items] = await new Knowlarity().execute.call(context);
  return items;
}
