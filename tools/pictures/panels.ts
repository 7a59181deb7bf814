/**
 * `npx tsx tools/pictures/panels.ts`: takes a picture of each node's panel, as somebody sees it who has just added the
 * node, into docs/images. The n8n is the same as for `picture.ts`, and needs the credentials of the bundled workflows.
 */
import type { Locator, Page } from 'playwright-core';
import { LEAD_COLUMNS } from '../../nodes/SupabaseLeads/methods/resourceMapping';
import { N8nClient } from '../../stack/n8n-client';
import { imageFile, N8N, withEditor } from './browser';

const SIZE = { width: 1500, height: 1030 };
/** The invitation to wish for something, below all fields. */
const FOOTER_PX = 44;
/** Above the button that executes the node. */
const ROOM_PX = 8;
const WORKFLOW_ID = 'panelPicture';

interface Panel {
  /** File name of the picture without `.png`. */
  picture: string;
  name: string;
  type: string;
  typeVersion: number;
  parameters: Record<string, unknown>;
  credentials: Record<string, { name: string }>;
  /** Height of the editor's page, in pixels, where the panel is longer than usual. */
  height?: number;
}

/** A form's fields, mapped by hand. */
function mappedColumns(): object {
  const value: Record<string, string> = {
    email: '={{ $json.email }}',
    first_name: '={{ $json.first_name }}',
    last_name: '={{ $json.last_name }}',
    phone: '={{ $json.phone }}',
    lead_status: 'new',
  };
  const schema = LEAD_COLUMNS.map((column) => ({
    ...column,
    required: false,
    defaultMatch: false,
    display: true,
    canBeUsedToMatch: false,
    removed: !(column.id in value),
  }));
  return { mappingMode: 'defineBelow', value, matchingColumns: [], schema };
}

/** A task as a flow of one's own makes it. */
const TASK = {
  resource: 'task',
  operation: 'create',
  object: { __rl: true, mode: 'name', value: 'person' },
  recordId: { __rl: true, mode: 'id', value: '={{ $json.twenty_id }}' },
  key: 'first-call',
  title: '=Call {{ $json.first_name }}',
  body: '=Score **{{ $json.lead_score }}**, segment {{ $json.segment }}',
  dueAt: '={{ $now.plus(1, "day").toISO() }}',
  assignee: { __rl: true, mode: 'email', value: '={{ $json.owner_email }}' },
};

const PANELS: Panel[] = [
  {
    picture: 'lead-sync-node',
    name: 'Pull from Twenty',
    type: 'n8n-nodes-lead-sync.leadSync',
    typeVersion: 1,
    parameters: { operation: 'pull', output: 'changedLeads' },
    credentials: {
      leadSyncTwentyApi: { name: 'Twenty account (lead sync)' },
      leadSyncSupabaseApi: { name: 'Supabase account (lead sync)' },
    },
  },
  {
    picture: 'twenty-node',
    name: 'Push leads',
    type: 'n8n-nodes-lead-sync.twenty',
    typeVersion: 1,
    parameters: { resource: 'lead', operation: 'push' },
    credentials: { leadSyncTwentyApi: { name: 'Twenty account (lead sync)' } },
  },
  {
    picture: 'create-task',
    name: 'Create a task',
    type: 'n8n-nodes-lead-sync.twenty',
    typeVersion: 1,
    parameters: TASK,
    credentials: { leadSyncTwentyApi: { name: 'Twenty account (lead sync)' } },
    height: 1180,
  },
  {
    picture: 'twenty-trigger-node',
    name: 'Twenty Trigger',
    type: 'n8n-nodes-lead-sync.twentyTrigger',
    typeVersion: 2,
    parameters: { objects: ['person', 'company'], events: ['*'], options: { sendTestEvent: true } },
    credentials: { leadSyncTwentyApi: { name: 'Twenty account (lead sync)' } },
  },
  {
    picture: 'cloudflare-d1-node',
    name: 'Execute a query',
    type: 'n8n-nodes-lead-sync.cloudflareD1',
    typeVersion: 1,
    parameters: {
      resource: 'database',
      operation: 'executeQuery',
      query: 'select id, first_name, lead_score\nfrom prospects\nwhere email = ?1',
      parameters: '={{ [$json.email] }}',
    },
    credentials: { leadSyncCloudflareD1Api: { name: 'Cloudflare D1 account (lead sync)' } },
  },
  {
    picture: 'supabase-leads-node',
    name: 'Create or update a lead',
    type: 'n8n-nodes-lead-sync.supabaseLeads',
    typeVersion: 1,
    parameters: { resource: 'lead', operation: 'upsert', source: 'form', columns: mappedColumns() },
    credentials: { leadSyncSupabaseApi: { name: 'Supabase account (lead sync)' } },
  },
];

async function storePanels(client: N8nClient): Promise<void> {
  const nodes = PANELS.map(({ picture: id, name, type, typeVersion, parameters, credentials }, n) => ({
    id,
    name,
    type,
    typeVersion,
    parameters,
    credentials,
    position: [n * 256, 0],
  }));
  await client.importWorkflows([{ id: WORKFLOW_ID, name: 'Panels', nodes, connections: {} }]);
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('The panel of the node is not on the screen.');
  return box;
}

/** The middle of the window that opens on a double click: what a user fills in. */
async function takePanel(page: Page, name: string, file: string): Promise<void> {
  await page.goto(`${N8N.url}/workflow/${WORKFLOW_ID}`);
  await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
  const window = page.locator('[data-test-id="ndv"]');
  const button = page.locator('[data-test-id="node-execute-button"]').first();
  const panel = page.locator('[data-test-id="node-parameters"]');
  await panel.getByText('Options', { exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  const [{ x, width }, { y, height }] = [await boxOf(panel), await boxOf(window)];
  const top = (await boxOf(button)).y - ROOM_PX;
  await page.screenshot({ path: file, clip: { x, width, y: top, height: y + height - FOOTER_PX - top } });
}

async function main(): Promise<void> {
  const client = await N8nClient.logIn(N8N.url, {
    email: N8N.email,
    password: N8N.password,
    firstName: '',
    lastName: '',
  });
  await storePanels(client);
  try {
    await withEditor(async (page) => {
      for (const { picture, name, height = SIZE.height } of PANELS) {
        await page.setViewportSize({ ...SIZE, height });
        const file = imageFile(picture);
        await takePanel(page, name, file);
        console.log(file);
      }
    });
  } finally {
    await client.request('post', `/workflows/${WORKFLOW_ID}/archive`, {});
    await client.request('delete', `/workflows/${WORKFLOW_ID}`);
  }
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
