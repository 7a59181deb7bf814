import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { manually, PERSON, RETRIES, schedule, supabase, twenty } from './steps';

const OVERVIEW = `## One task for each lead that becomes hot

Every 15 minutes this workflow makes a task in Twenty CRM for each lead whose score has reached a threshold, linked with the person, with a due date and somebody to do it.

### How it works
1. **Get due follow-ups** asks the database which tasks are due, by the table \`follow_up_rules\`: threshold, title, text, days until due, assignee.
2. **Create tasks in Twenty**: each task has an ID of its own from the start, so the same task can never be made twice, however often this runs and whenever it breaks off. A task that somebody deletes stays deleted.
3. **Remember them** tells the database which tasks are there. Those that failed come again after an hour.
4. If something fails, an alert is sent.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase and publish your scoring rules.
2. Enable the rules you want in \`follow_up_rules\`.
3. Choose the credentials of Twenty and Supabase where they are missing.
4. Optional: in **Get due follow-ups**, enter the email of the workspace member who gets tasks whose rule names nobody.
5. ${ALERTS_SETUP}
6. Publish the workflow.`;

/** Makes tasks in Twenty for leads with a high score. */
export function followUps(): Canvas {
  const canvas = new Canvas('leadSyncFollowUps', 'Lead follow-ups');
  canvas.overview(672, OVERVIEW);
  canvas.section(
    'Tasks note',
    [0, 0, 864, 480],
    '### 1. Make the tasks\nA lead gets one task for each rule, and only when its person is in Twenty. Up to 200 in a call, up to 1,000 in a run.',
  );
  canvas.addTriggers(
    'Get due follow-ups',
    schedule('Every 15 minutes', [64, 160], { field: 'minutes', minutesInterval: 15 }),
    manually([64, 320]),
  );
  canvas.add(
    supabase({
      name: 'Get due follow-ups',
      at: [272, 240],
      parameters: { resource: 'followUp', operation: 'getMany', limit: 1000 },
      onError: 'continueErrorOutput',
      ...RETRIES,
    }),
  );
  canvas.add(
    twenty({
      name: 'Create tasks in Twenty',
      at: [496, 112],
      parameters: {
        resource: 'task',
        operation: 'create',
        object: PERSON,
        recordId: { __rl: true, mode: 'id', value: '={{ $json.twenty_id }}' },
        key: '={{ $json.task_id }}',
        title: '={{ $json.title }}',
        body: '={{ $json.body }}',
        dueAt: '={{ $json.due_at }}',
        assignee: { __rl: true, mode: 'id', value: '={{ $json.assignee }}' },
        status: 'TODO',
      },
      onError: 'continueRegularOutput',
    }),
  );
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
  canvas.connect('Get due follow-ups', 'Create tasks in Twenty');
  canvas.connect('Create tasks in Twenty', 'Remember them');
  addFailure(canvas, {
    from: ['Get due follow-ups', 'Remember them'],
    left: 896,
    section: 2,
    nextStep: 'Nothing is lost: those tasks are tried again after an hour.',
  });
  return canvas;
}
