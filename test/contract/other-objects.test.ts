import { defineCase, describeContract, recordsOf, type RunnableCase } from './support/cases';
import { company, note, noteTarget, opportunity, PAGE_INFO, task, taskTarget, TEXT, TIME } from './support/shapes';
import type { JsonObject, Target } from './support/target';

interface OtherObject {
  plural: string;
  singular: string;
  title: string;
  pluralTitle: string;
  shape: (changes?: object) => object;
  fields: (target: Target) => Promise<JsonObject>;
  /** What the fields look like in a record, where that differs from what was sent. */
  shown?: object;
  change: JsonObject;
  relations: string[];
}

const rich = (markdown: string): object => ({ blocknote: TEXT, markdown });

const OBJECTS: OtherObject[] = [
  {
    plural: 'companies',
    singular: 'company',
    title: 'Company',
    pluralTitle: 'Companies',
    shape: company,
    fields: (target) => Promise.resolve({ name: target.unique('co') }),
    change: { name: 'Renamed' },
    relations: [
      'accountOwner',
      'people',
      'attachments',
      'taskTargets',
      'noteTargets',
      'opportunities',
      'timelineActivities',
    ],
  },
  {
    plural: 'opportunities',
    singular: 'opportunity',
    title: 'Opportunity',
    pluralTitle: 'Opportunities',
    shape: opportunity,
    fields: async (target) => ({
      name: target.unique('op'),
      amount: { amountMicros: 5_000_000, currencyCode: 'USD' },
      pointOfContactId: (await target.person()).id,
    }),
    change: { stage: 'MEETING' },
    relations: [
      'owner',
      'attachments',
      'noteTargets',
      'pointOfContact',
      'company',
      'taskTargets',
      'timelineActivities',
    ],
  },
  {
    plural: 'tasks',
    singular: 'task',
    title: 'Task',
    pluralTitle: 'Tasks',
    shape: task,
    fields: (target) =>
      Promise.resolve({
        title: target.unique('t'),
        bodyV2: { markdown: '# h\n\ntext' },
        dueAt: '2026-12-01T00:00:00.000Z',
      }),
    shown: { bodyV2: rich('# h\n\ntext') },
    change: { status: 'DONE' },
    relations: ['assignee', 'attachments', 'taskTargets', 'timelineActivities'],
  },
  {
    plural: 'notes',
    singular: 'note',
    title: 'Note',
    pluralTitle: 'Notes',
    shape: note,
    fields: (target) => Promise.resolve({ title: target.unique('n'), bodyV2: { markdown: 'para' } }),
    shown: { bodyV2: rich('para') },
    change: { title: 'Renamed' },
    relations: ['attachments', 'noteTargets', 'timelineActivities'],
  },
  {
    plural: 'taskTargets',
    singular: 'taskTarget',
    title: 'TaskTarget',
    pluralTitle: 'TaskTargets',
    shape: taskTarget,
    fields: async (target) => ({
      taskId: (await target.make('tasks', { title: 'base' })).id,
      targetPersonId: (await target.person()).id,
    }),
    change: { targetPersonId: null },
    relations: ['targetCompany', 'targetOpportunity', 'targetPerson', 'task'],
  },
  {
    plural: 'noteTargets',
    singular: 'noteTarget',
    title: 'NoteTarget',
    pluralTitle: 'NoteTargets',
    shape: noteTarget,
    fields: async (target) => ({
      noteId: (await target.make('notes', { title: 'base' })).id,
      targetPersonId: (await target.person()).id,
    }),
    change: { targetPersonId: null },
    relations: ['targetCompany', 'note', 'targetPerson', 'targetOpportunity'],
  },
];

function everyOperation(object: OtherObject): RunnableCase[] {
  const { plural, singular, title, pluralTitle, shape, fields, shown, change, relations } = object;
  const made = async (target: Target): Promise<JsonObject & { id: string }> =>
    target.make(plural, await fields(target));
  const byId = (id: string, more = ''): string => encodeURIComponent(`and(id[eq]:"${id}"${more})`);
  return [
    defineCase({
      name: `${plural}: creates`,
      given: fields,
      send: (body) => ({ method: 'POST', path: `/rest/${plural}`, body }),
      status: 201,
      shows: (sent) => ({ data: { [`create${title}`]: shape({ ...sent, ...shown }) } }),
    }),
    defineCase({
      name: `${plural}: lists`,
      given: made,
      send: () => ({ path: `/rest/${plural}?limit=1&order_by=updatedAt` }),
      shows: () => ({
        data: { [plural]: [expect.objectContaining({ createdAt: TIME })] },
        totalCount: expect.any(Number) as number,
        pageInfo: PAGE_INFO,
      }),
    }),
    defineCase({
      name: `${plural}: shows one with its relations`,
      given: made,
      send: ({ id }) => ({ path: `/rest/${plural}/${id}?depth=1` }),
      effect: ({ answer, given }) => {
        const [record] = recordsOf(answer);
        expect(record).toMatchObject({ id: given.id });
        expect(Object.keys(record)).toEqual(expect.arrayContaining(relations));
        expect(answer.body).toHaveProperty(`data.${singular}`);
      },
    }),
    defineCase({
      name: `${plural}: changes`,
      given: made,
      send: ({ id }) => ({ method: 'PATCH', path: `/rest/${plural}/${id}`, body: change }),
      effect: ({ answer }) => {
        expect(answer.body).toHaveProperty(`data.update${title}`);
        expect(recordsOf(answer)[0]).toMatchObject(change);
      },
    }),
    defineCase({
      name: `${plural}: upserts a batch by id`,
      given: made,
      send: ({ id }) => ({ method: 'POST', path: `/rest/batch/${plural}?upsert=true`, body: [{ id, ...change }] }),
      status: 201,
      effect: ({ answer, given }) => {
        expect(answer.body).toHaveProperty(`data.create${pluralTitle}`);
        expect(recordsOf(answer)).toMatchObject([{ id: given.id, ...change }]);
      },
    }),
    defineCase({
      name: `${plural}: deletes, and shows the tombstone to who asks`,
      given: made,
      send: ({ id }) => ({ method: 'DELETE', path: `/rest/${plural}/${id}?soft_delete=true` }),
      effect: async ({ answer, given, target }) => {
        expect(answer.body).toMatchObject({ data: { [`delete${title}`]: { id: given.id, deletedAt: TIME } } });
        const bin = await target.rest('GET', `${plural}?filter=${byId(given.id, ',deletedAt[is]:NOT_NULL')}`);
        expect(recordsOf(bin)).toMatchObject([{ id: given.id }]);
      },
    }),
    defineCase({
      name: `${plural}: destroys`,
      given: made,
      send: ({ id }) => ({ method: 'DELETE', path: `/rest/${plural}/${id}` }),
      shows: ({ id }) => ({ data: { [`delete${title}`]: { id } } }),
    }),
    defineCase({
      name: `${plural}: GraphQL creates, finds, changes, deletes, restores and destroys`,
      given: made,
      send: ({ id }) => ({ query: `{${singular}(filter:{id:{eq:"${id}"}}){id}}` }),
      shows: ({ id }) => ({ data: { [singular]: { id } } }),
      effect: async ({ given, target }) => {
        const call = (root: string): ReturnType<Target['graphql']> => target.graphql(`mutation{${root}{id}}`);
        const one = `(id:"${given.id}")`;
        const updated = await target.graphql(
          `mutation($d:${title}UpdateInput!){update${title}(id:"${given.id}",data:$d){id}}`,
          {
            d: change,
          },
        );
        expect(updated.body).toEqual({ data: { [`update${title}`]: { id: given.id } } });
        for (const verb of ['delete', 'restore', 'destroy']) {
          expect((await call(`${verb}${title}${one}`)).body).toEqual({
            data: { [`${verb}${title}`]: { id: given.id } },
          });
        }
        expect(await target.read(plural, given.id)).toBeUndefined();
      },
    }),
  ];
}

describeContract('the other objects', [
  ...OBJECTS.flatMap(everyOperation),
  defineCase({
    name: 'a task starts as TODO',
    send: () => ({ method: 'POST', path: '/rest/tasks', body: { title: 'T' } }),
    status: 201,
    shows: () => ({ data: { createTask: task({ title: 'T', status: 'TODO' }) } }),
  }),
  defineCase({
    name: 'a body is rewritten into blocks',
    send: () => ({ method: 'POST', path: '/rest/tasks', body: { title: 't', bodyV2: { markdown: 'hello **md**' } } }),
    status: 201,
    effect: ({ answer }) => {
      const { bodyV2 } = recordsOf(answer)[0] as { bodyV2: { blocknote: string; markdown: string } };
      expect(bodyV2.markdown).toBe('hello **md**');
      expect(JSON.parse(bodyV2.blocknote)).toMatchObject([
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'hello ', styles: {} },
            { type: 'text', text: 'md', styles: { bold: true } },
          ],
        },
      ]);
    },
  }),
  defineCase({
    name: 'a date without a time is a time',
    send: () => ({ method: 'POST', path: '/rest/opportunities', body: { name: 'Op', closeDate: '2026-12-31' } }),
    status: 201,
    effect: ({ answer }) => expect(recordsOf(answer)[0].closeDate).toBe('2026-12-31T00:00:00.000Z'),
  }),
  defineCase({
    name: 'a task may point at one person twice',
    given: async (target) => {
      const body = { taskId: (await target.make('tasks')).id, targetPersonId: (await target.person()).id };
      await target.make('taskTargets', body);
      return body;
    },
    send: (body) => ({ method: 'POST', path: '/rest/taskTargets', body }),
    status: 201,
  }),
]);
