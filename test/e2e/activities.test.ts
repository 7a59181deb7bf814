import { importFromFile } from './support/import-from-file';
import { RunningStack } from './support/running-stack';
import { twenty } from './support/twenty';
import { until } from './support/until';

let stack: RunningStack;
let workflow: string;

beforeAll(async () => {
  stack = await RunningStack.open();
  await stack.clear();
  await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
  await stack.run('pull');
  workflow = await importFromFile(stack, 'lead-activities');
});
afterAll(async () => {
  await stack.n8n.unpublish(workflow);
  await stack.close();
});

/** Makes a record in Twenty as anybody's script would; gives its id. */
async function make(path: string, fields: object): Promise<string> {
  const { data } = await twenty.post<{ data: Record<string, { id: string }> }>(path, fields);
  return Object.values(data.data)[0].id;
}

const list = async () =>
  (await stack.database.query<{ title: string }>('select title from public.lead_activities')).rows;

test('once it is published, a note is on its lead, and an edit of it, by webhooks alone', async () => {
  expect((await stack.runWorkflow(workflow)).status).toBe('success');
  await stack.n8n.publish(workflow);
  await until('The webhook in Twenty', async () => (await twenty.get<unknown[]>('/webhooks')).data.length > 0);
  const targetPersonId = (await stack.people()).get('ada@example.com')?.id;

  const noteId = await make('/notes', { title: 'Call', bodyV2: { markdown: 'About **prices**' } });
  await make('/noteTargets', { noteId, targetPersonId });
  await until('The note on its lead', async () => (await list()).some(({ title }) => title === 'Call'));

  await twenty.patch(`/notes/${noteId}`, { title: 'Second call' });
  await until('The edit', async () => (await list()).some(({ title }) => title === 'Second call'));
  expect(await list()).toHaveLength(1);
});
