import { Canvas } from './canvas';
import { manually, schedule, supabase, TWENTY } from './steps';
import { addFailure } from './telling';

const OVERVIEW = `## One task for each lead that becomes hot

Every 15 minutes this workflow makes a task in Twenty CRM for each lead whose score has reached a threshold, linked with the person, with a due date and somebody to do it.

### How it works
1. **Get due follow-ups** asks the database which tasks are due, by the table \`follow_up_rules\`: threshold, title, text, days until due, assignee.
2. **Create tasks in Twenty**: each task has an ID of its own from the start, so the same task can never be made twice, however often this runs and whenever it breaks off. A task that somebody deletes stays deleted.
3. **Remember them** tells the database which tasks are there. Those that failed come again after an hour.
4. If something fails, an alert is sent.

### Setup
1. Apply the migrations to Supabase and publish your scoring rules.
2. Enable the rules you want in \`follow_up_rules\`.
3. Choose the credentials of Twenty and Supabase where they are missing.
4. Optional: in **Get due follow-ups**, enter the email of the workspace member who gets tasks whose rule names nobody.
5. Alerts (optional): in **Describe failure**, enter your Telegram chat ID; in **Send Telegram alert**, choose a credential and enable the node.
6. Publish the workflow.`;

/** Makes tasks in Twenty for leads with a high score. */
export function followUps(): Canvas {
  const canvas = new Canvas('leadSyncFollowUps', 'Lead follow-ups');
  canvas.overview([-512, 0, 464, 672], OVERVIEW);
  canvas.section(
    'Tasks note',
    [0, 0, 864, 480],
    '### 1. Make the tasks\nA lead gets one task for each rule, and only when its person is in Twenty. Up to 200 in a call, up to 1,000 in a run.',
  );
  canvas.add(schedule('Every 15 minutes', [64, 160], { field: 'minutes', minutesInterval: 15 }));
  canvas.add(manually([64, 320]));
  canvas.add(
    supabase({
      name: 'Get due follow-ups',
      at: [272, 240],
      parameters: { resource: 'followUp', operation: 'getMany', limit: 1000 },
      onError: 'continueErrorOutput',
      retryOnFail: true,
      maxTries: 3,
      waitBetweenTries: 2000,
    }),
  );
  canvas.add({
    name: 'Create tasks in Twenty',
    type: 'n8n-nodes-lead-sync.twenty',
    typeVersion: 1,
    at: [496, 112],
    parameters: {
      resource: 'task',
      operation: 'create',
      object: { __rl: true, mode: 'name', value: 'person' },
      recordId: { __rl: true, mode: 'id', value: '={{ $json.twenty_id }}' },
      key: '={{ $json.task_id }}',
      title: '={{ $json.title }}',
      body: '={{ $json.body }}',
      dueAt: '={{ $json.due_at }}',
      assignee: { __rl: true, mode: 'id', value: '={{ $json.assignee }}' },
      status: 'TODO',
    },
    credentials: TWENTY,
    onError: 'continueRegularOutput',
  });
  canvas.add(
    supabase({
      name: 'Remember them',
      at: [704, 112],
      parameters: {
        resource: 'followUp',
        operation: 'confirm',
        input: 'items',
        followUp: "={{ $('Get due follow-ups').item.json }}",
      },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Every 15 minutes', 'Get due follow-ups');
  canvas.connect('Run manually', 'Get due follow-ups');
  canvas.connect('Get due follow-ups', 'Create tasks in Twenty');
  canvas.connect('Create tasks in Twenty', 'Remember them');
  addFailure(canvas, {
    from: [
      ['Get due follow-ups', 1],
      ['Remember them', 1],
    ],
    at: [896, 0],
    section: 2,
    nextStep: 'Nothing is lost: those tasks are tried again after an hour.',
  });
  return canvas;
}
