import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBundle, writeToBundle } from '../../../tools/workflows/bundle';
import { strip, toStableJson, type ExportedWorkflow } from '../../../tools/workflows/stable';

const exported = (): ExportedWorkflow => ({
  id: 'leadSync',
  name: 'Lead sync',
  versionId: '9a',
  active: true,
  pinData: { Start: [{ json: { email: 'x' } }] },
  meta: { instanceId: 'abc' },
  shared: [{ role: 'workflow:owner' }],
  staticData: { recurrence: 1 },
  settings: { timezone: 'UTC', executionOrder: 'v1', errorWorkflow: 'k2', binaryMode: 'separate' },
  connections: { Start: { main: [[{ node: 'Write', type: 'main', index: 0 }]] } },
  nodes: [
    {
      id: 'n2',
      name: 'Write',
      type: 'n8n-nodes-lead-sync.supabaseLeads',
      typeVersion: 1,
      position: [208, 0],
      parameters: { source: 'twenty', operation: 'upsert' },
      credentials: { leadSyncSupabaseApi: { id: 'kR7', name: 'Supabase account (lead sync)' } },
      onError: 'continueErrorOutput',
      webhookId: '77',
    },
    { id: 'n1', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
  ],
});

describe('an exported workflow', () => {
  it('loses what belongs to one n8n and keeps what makes it work', () => {
    const workflow = strip(exported());

    expect(Object.keys(workflow)).toEqual(['id', 'name', 'nodes', 'connections', 'settings']);
    expect(workflow.settings).toEqual({ timezone: 'UTC', executionOrder: 'v1' });
    expect(workflow.nodes[0].credentials).toEqual({ leadSyncSupabaseApi: { name: 'Supabase account (lead sync)' } });
    expect(workflow.nodes[0].onError).toBe('continueErrorOutput');
  });

  it('gives the same text whatever order n8n gives its parts in', () => {
    const other = exported();
    other.nodes.reverse();
    other.nodes[1].parameters = { operation: 'upsert', source: 'twenty' };
    other.settings = { executionOrder: 'v1', timezone: 'UTC' };

    expect(toStableJson(strip(other))).toBe(toStableJson(strip(exported())));
  });

  it('goes to the file that holds it, and to one named after it when it is new', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lead-sync-bundle-'));
    try {
      const first = await writeToBundle(strip({ ...exported(), name: 'Lead sync: both ways' }), folder);
      const second = await writeToBundle(strip({ ...exported(), name: 'Renamed' }), folder);

      expect(first).toBe(join(folder, 'lead-sync-both-ways.json'));
      expect(second).toBe(first);
      expect((await readBundle(folder)).map(({ name }) => name)).toEqual(['lead-sync-both-ways']);
      expect(JSON.parse(await readFile(first, 'utf8'))).toMatchObject({ id: 'leadSync', name: 'Renamed' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
