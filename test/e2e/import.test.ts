import { bundledWorkflows } from '../../dev/stack/workflows';
import { RunningStack } from './support/running-stack';

let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.open();
});
afterAll(() => stack.close());

/** What the editor's "Import from file" and a first save make of a file: a new id, no settings, credentials by name alone. */
async function importFromFile(file: string): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  const nodes = workflow.nodes.map((node) => ({
    ...node,
    credentials: Object.fromEntries(
      Object.entries(node.credentials ?? {}).map(([type, { name }]) => [type, { id: null, name }]),
    ),
  }));
  const { name, connections } = workflow;
  const { id } = await stack.n8n.request<{ id: string }>('post', '/workflows', { name, nodes, connections });
  return id;
}

describe.each([
  ['twenty-to-supabase-lead-sync', { read: 1, created: 1 }],
  ['supabase-to-twenty-lead-sync', { pushed_created: 1 }],
])('%s, imported from its file in the editor', (file, figures) => {
  it('works once it is published: it calls itself under its new id', async () => {
    await stack.clear();
    await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
    await stack.addLeads({ email: 'grace@example.com', first_name: 'Grace' });
    const id = await importFromFile(file);
    await stack.n8n.publish(id);

    const { status, run } = await stack.runWorkflow(id);
    await stack.n8n.unpublish(id);

    expect((await bundledWorkflows()).get(file)?.id).not.toBe(id);
    expect(status).toBe('success');
    expect(run).toMatchObject({ status: 'succeeded', figures });
  });
});
