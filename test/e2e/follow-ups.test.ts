import axios from 'axios';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { RunningStack } from './support/running-stack';

let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.open();
});
afterAll(() => stack.close());

async function run(file: string): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  return (await stack.runWorkflow(workflow.id)).status;
}

async function records(object: string): Promise<Array<Record<string, unknown>>> {
  const { data } = await axios.get<Array<Record<string, unknown>>>(`${stack.twenty.url}/__double/records/${object}`, {
    proxy: false,
  });
  return data;
}

test('a lead that gets a high score in n8n gets one task in Twenty, however often the workflow runs', async () => {
  await stack.database.query('update public.follow_up_rules set enabled = true, lowest_score = 30');
  await stack.database.query('select public.publish_scoring_rules()');
  await stack.addLeads(
    { email: 'ada@lumen.example', first_name: 'Ada', job_title: 'Founder' },
    { email: 'ben@orbit.example', first_name: 'Ben', job_title: 'Intern' },
  );
  await stack.run('push');

  const statuses = [await run('lead-sync-scoring')];
  for (let n = 0; n < 3; n++) statuses.push(await run('lead-sync-follow-ups'));

  expect(statuses).toEqual(['success', 'success', 'success', 'success']);
  const tasks = await records('task');
  const links = await records('taskTarget');
  const ada = (await stack.people()).get('ada@lumen.example');
  expect(tasks).toMatchObject([{ title: expect.stringMatching(/^Call Ada \(score \d+/) as string, status: 'TODO' }]);
  expect(links).toMatchObject([{ taskId: tasks[0].id, targetPersonId: ada?.id }]);
});
