import type { INodeExecutionData } from 'n8n-workflow';
import { LeadSyncMetaLeadAdsApi } from '../../../credentials/LeadSyncMetaLeadAdsApi.credentials';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { MetaLeadAds } from '../../../nodes/MetaLeadAds/MetaLeadAds.node';
import type { MetaApi } from '../../../stand-ins/meta';
import { executeFunctions, type ExecuteFunctionsOptions } from '../../setup/execute-functions';

/** What the credential of a user of the stand-in says. */
export function credentialOf({ store }: MetaApi, baseUrl: string) {
  const { appId, appSecret, token } = store;
  return { baseUrl, version: 'v26.0', appId, appSecret, accessToken: token, verifyToken: 'made-up-verify-token' };
}

/** Runs the node once against the stand-in, and the database of the tests where there is one. */
export async function runNode(
  api: MetaApi,
  baseUrl: string,
  parameters: Record<string, unknown>,
  options: ExecuteFunctionsOptions & { credential?: object } = {},
): Promise<INodeExecutionData[]> {
  const { TEST_SUPABASE_URL: host = '', TEST_SUPABASE_SERVICE_KEY: serviceKey = '' } = process.env;
  const { context } = executeFunctions({
    parameters: { options: {}, output: 'lead', maxDuration: 0, ...parameters },
    credentials: {
      leadSyncMetaLeadAdsApi: {
        type: new LeadSyncMetaLeadAdsApi(),
        data: { ...credentialOf(api, baseUrl), ...options.credential },
      },
      leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host, serviceKey } },
    },
    ...options,
  });
  const [items] = await new MetaLeadAds().execute.call(context);
  return items;
}
