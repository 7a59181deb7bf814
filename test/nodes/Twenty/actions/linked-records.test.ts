import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { createLinkedRecords } from '../../../../nodes/Twenty/records/linked-records';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { counting, rootOf, useWorkspace } from '../support/workspace';

const workspace = useWorkspace();

interface Run {
  resource?: 'task' | 'note';
  parameters?: IDataObject;
  items?: IDataObject[];
  continueOnFail?: boolean;
}

/** Runs Create for a record with the item's person, key and title. */
async function create({
  resource = 'task',
  parameters = {},
  items = [{}],
  continueOnFail,
}: Run): Promise<INodeExecutionData[]> {
  const item = (name: string) => (index: number) => items[index][name] ?? '';
  const { items: output } = await workspace.run({
    items,
    continueOnFail,
    parameters: {
      resource,
      operation: 'create',
      object: 'person',
      recordId: item('person'),
      key: item('key'),
      title: 'Call',
      ...parameters,
    },
  });
  return output;
}

async function person(): Promise<string> {
  return (await workspace.create('person', [{ values: { name: { firstName: 'Ada' } } }]))[0].id;
}

/** Ids of the records that tasks or notes are linked with, by the id of the task or note. */
function linksOf(kind: 'task' | 'note', id: unknown): unknown[] {
  return workspace.double.store
    .list(`${kind}Target`)
    .filter((link) => link[`${kind}Id`] === id)
    .map((link) => link.targetPersonId ?? link.targetCompanyId);
}

describe('a task for a record', () => {
  it('has title, body, due date, status and assignee, and is linked with the person', async () => {
    const [member] = workspace.double.store.insert('workspaceMember', [{ userEmail: 'tim@apple.dev' }]);
    const ada = await person();

    const [task] = await create({
      items: [{ person: ada }],
      parameters: {
        title: 'Call Ada',
        body: 'She **asked** for it',
        dueAt: '2026-12-01T09:00:00+01:00',
        status: 'IN_PROGRESS',
        assignee: 'Tim@Apple.dev',
      },
    });

    expect(task.json).toMatchObject({ title: 'Call Ada', created: true, linked: true });
    expect(workspace.double.store.get('task', String(task.json.id))).toMatchObject({
      title: 'Call Ada',
      bodyV2: { markdown: 'She **asked** for it' },
      dueAt: '2026-12-01T08:00:00.000Z',
      status: 'IN_PROGRESS',
      assigneeId: member,
    });
    expect(linksOf('task', task.json.id)).toEqual([ada]);
  });

  it('is made once for each key and record, however often it is created', async () => {
    const [ada, ben] = [await person(), await person()];
    const items = [
      { person: ada, key: 'hot' },
      { person: ben, key: 'hot' },
    ];

    const first = await create({ items });
    const again = await create({ items, parameters: { title: 'Another title' } });

    expect(new Set(first.map(({ json }) => json.id)).size).toBe(2);
    expect(again).toMatchObject(
      first.map(({ json }) => ({ json: { id: json.id, title: 'Call', created: false, linked: false } })),
    );
    for (const { json } of first) expect(linksOf('task', json.id)).toHaveLength(1);
  });

  it('is made once for two items with one key in the same run', async () => {
    const ada = await person();

    const tasks = await create({
      items: [
        { person: ada, key: 'twice' },
        { person: ada, key: 'twice' },
      ],
    });

    expect(tasks[0].json.id).toBe(tasks[1].json.id);
    expect(linksOf('task', tasks[0].json.id)).toEqual([ada]);
  });

  it('takes a UUID as the ID of the task', async () => {
    const key = randomUUID();

    const [task] = await create({ items: [{ person: await person(), key }] });

    expect(task.json.id).toBe(key);
  });

  it('is made once by a key that is a UUID of a kind that Twenty takes for no ID', async () => {
    const item = { person: await person(), key: '019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6a' };

    const tasks = await create({ items: [item, item] });

    expect(tasks[0].json).toMatchObject({ id: expect.not.stringContaining(item.key) as string });
    expect(tasks[1].json.id).toBe(tasks[0].json.id);
  });

  it('is new each time without a key', async () => {
    const ada = await person();

    const tasks = await create({ items: [{ person: ada }, { person: ada }] });

    expect(tasks[0].json.id).not.toBe(tasks[1].json.id);
  });

  it('does not come back after a user has deleted it', async () => {
    const items = [{ person: await person(), key: 'done with' }];
    const [task] = await create({ items });
    workspace.double.store.remove('task', String(task.json.id));

    const [again] = await create({ items });

    expect(again.json).toMatchObject({ id: task.json.id, created: false, linked: false });
    expect(again.json.deletedAt).not.toBeNull();
    expect(workspace.double.store.get('task', String(task.json.id))?.deletedAt).not.toBeNull();
  });

  it('can be for a company', async () => {
    const [company] = await workspace.create('company', [{ values: { name: 'Lumen' } }]);

    const [task] = await create({ parameters: { object: 'company', recordId: company.id } });

    expect(linksOf('task', task.json.id)).toEqual([company.id]);
  });

  it('costs five calls for two hundred items', async () => {
    const people = await workspace.create(
      'person',
      Array.from({ length: 200 }, () => ({ values: {} })),
    );
    const counts = new Map<string, number>();
    const client = workspace.client({ interfere: counting(counts) });
    const inputs = people.map(({ id }) => ({ id: randomUUID(), values: { title: 'Call' }, targetId: id }));

    const results = await createLinkedRecords(client, 'task', await readObject(client, 'person'), inputs, 200);

    expect(results.filter(({ ok }) => ok)).toHaveLength(200);
    expect(Object.fromEntries(counts)).toEqual({
      people: 1,
      tasks: 1,
      createTasks: 1,
      taskTargets: 1,
      createTaskTargets: 1,
    });
  });
});

describe('a task whose making broke off', () => {
  it.each(['createTasks', 'createTaskTargets'])('before %s reached Twenty: the next run completes it', async (root) => {
    const ada = await person();
    const input = { id: randomUUID(), values: { title: 'Call' }, targetId: ada };
    const broken = workspace.client({
      interfere: async (request, next) => {
        if (rootOf(request) === root) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        return await next(request);
      },
    });

    const [failed] = await createLinkedRecords(broken, 'task', await readObject(broken, 'person'), [input], 200);
    const healthy = workspace.client();
    const [healed] = await createLinkedRecords(healthy, 'task', await readObject(healthy, 'person'), [input], 200);

    expect(failed.ok).toBe(false);
    expect(healed).toMatchObject({ ok: true, record: { id: input.id, linked: true, created: root === 'createTasks' } });
    expect(linksOf('task', input.id)).toEqual([ada]);
  });

  it.each(['createTasks', 'createTaskTargets'])(
    'after %s, its answer lost: the next run adds nothing',
    async (root) => {
      const ada = await person();
      const input = { id: randomUUID(), values: { title: 'Call' }, targetId: ada };
      const deaf = workspace.client({
        interfere: async (request, next) => {
          const answer = await next(request);
          if (rootOf(request) === root) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
          return answer;
        },
      });

      const [unheard] = await createLinkedRecords(deaf, 'task', await readObject(deaf, 'person'), [input], 200);
      const client = workspace.client();
      const [again] = await createLinkedRecords(client, 'task', await readObject(client, 'person'), [input], 200);

      expect(unheard).toMatchObject({ ok: false, failure: { outcome: 'unknown' } });
      expect(again).toMatchObject({ ok: true, record: { created: false, linked: root === 'createTasks' } });
      expect(linksOf('task', input.id)).toEqual([ada]);
    },
  );
});

describe('a task that cannot be made', () => {
  it('does not keep the others from being made, and says why', async () => {
    const [ada, gone] = [await person(), await person()];
    workspace.double.store.remove('person', gone);

    const output = await create({
      continueOnFail: true,
      items: [{ person: 'Ada' }, { person: randomUUID() }, { person: gone }, { person: ada }, {}],
    });

    expect(output.map(({ json }) => json.error)).toEqual([
      expect.stringContaining('"Ada" is not the ID of the record that the task is for'),
      expect.stringContaining('there is no person'),
      expect.stringContaining('is deleted; restore it first'),
      undefined,
      expect.stringContaining('There is no ID of the record that the task is for'),
    ]);
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
    expect(linksOf('task', output[3].json.id)).toEqual([ada]);
  });

  it.each<[string, IDataObject, string]>([
    ['no title', { title: ' ' }, 'The task has no title'],
    ['a due date that is none', { dueAt: 'soon' }, 'Due Date is not a time: soon'],
    ['an unknown status', { status: 'LATER' }, 'LATER'],
    [
      'an assignee who is no member',
      { assignee: 'nobody@x.test' },
      'nobody in this workspace has the email nobody@x.test',
    ],
    ['an assignee that is no ID', { assignee: 'Tim' }, '"Tim" is not the ID of a workspace member'],
    ['an object without tasks', { object: 'workspaceMember' }, 'a task cannot be linked with a workspaceMember'],
  ])('%s', async (_case, parameters, message) => {
    const made = workspace.double.store.count('task');

    const [output] = await create({ continueOnFail: true, items: [{ person: await person() }], parameters });

    expect(output.json.error).toContain(message);
    expect(workspace.double.store.count('task')).toBe(made);
  });
});

describe('a note for a record', () => {
  it('is made once for each key, linked with the person', async () => {
    const ada = await person();
    const run: Run = { resource: 'note', items: [{ person: ada, key: 'summary' }], parameters: { body: '# Ada' } };

    const [note] = await create(run);
    const [again] = await create(run);

    expect(note.json).toMatchObject({ title: 'Call', bodyV2: { markdown: '# Ada' }, created: true, linked: true });
    expect(again.json).toMatchObject({ id: note.json.id, created: false, linked: false });
    expect(linksOf('note', note.json.id)).toEqual([ada]);
  });
});
