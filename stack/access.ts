import { randomBytes } from 'node:crypto';
import type { N8nClient } from './n8n-client';

/** Where the workflows of the bundle answer in n8n. */
const DASHBOARD_PATH = 'webhook/lead-sync';
const MCP_PATH = 'mcp/lead-sync-mcp';

/** What opens the pages that the bundled workflows serve. */
export interface Access {
  dashboard: { url: string; user: string; password: string };
  mcp: { url: string; token: string };
}

/** Stores a login for the dashboard and a token for the MCP server, new ones, under the names that the bundled workflows look for. */
export async function importAccess(client: N8nClient): Promise<Access> {
  const access = {
    dashboard: {
      url: `${client.url}/${DASHBOARD_PATH}`,
      user: 'lead-sync',
      password: randomBytes(12).toString('base64url'),
    },
    mcp: { url: `${client.url}/${MCP_PATH}`, token: randomBytes(24).toString('base64url') },
  };
  const { user, password } = access.dashboard;
  await client.importCredentials([
    { name: 'Lead sync dashboard login', type: 'httpBasicAuth', data: { user, password } },
    { name: 'Lead sync MCP token', type: 'httpBearerAuth', data: { token: access.mcp.token } },
  ]);
  return access;
}
