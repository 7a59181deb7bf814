import type { INodeProperties } from 'n8n-workflow';
import { timeOf } from '../../../frame';
import { assigneeOf, createLinked, linkedFields } from '../linked-record';
import type { Operation } from '../types';

const taskFields: INodeProperties[] = [
  {
    displayName: 'Due Date',
    name: 'dueAt',
    type: 'dateTime',
    default: '',
    placeholder: 'e.g. {{ $now.plus(1, "day").toISO() }}',
    description: 'When it should be done. Empty for no due date.',
  },
  {
    displayName: 'Assignee',
    name: 'assignee',
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    description: 'The workspace member who is to do it. Empty for nobody.',
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: 'searchMembers', searchable: true },
      },
      { displayName: 'By Email', name: 'email', type: 'string', placeholder: 'e.g. sales@example.com' },
      {
        displayName: 'By ID',
        name: 'id',
        type: 'string',
        placeholder: 'e.g. 6f1f0c52-6a2b-4b3a-9c52-2f4a1f0e3b11',
      },
    ],
  },
  {
    displayName: 'Status Name or ID',
    name: 'status',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'getTaskStatuses' },
    default: 'TODO',
    description:
      'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
  },
];

/** Makes a task for each item's record, once for each key, and links both. */
export const create: Operation = {
  name: 'Create',
  action: 'Create tasks for records',
  description: 'Create a task and link it with a person, a company or another record, once for each key',
  fields: linkedFields('task', taskFields),
  execute: createLinked('task', (item) => {
    const dueAt = timeOf(item, 'dueAt');
    const status = item.text('status');
    const { assigneeId, assigneeEmail } = assigneeOf(item);
    const values = {
      ...(dueAt === null ? {} : { dueAt }),
      ...(status === null ? {} : { status }),
      ...(assigneeId === null ? {} : { assigneeId }),
    };
    return { values, assigneeEmail };
  }),
};
