import { DEFAULT_LIMIT, eachItem, manyFields } from '../../../frame';
import type { Condition } from '../../records/conditions';
import { readRecords } from '../../records/read-records';
import { readObject } from '../../transport/metadata';
import { objectField, optionsWith } from '../fields';
import type { Operation } from '../types';

export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many records',
  description: 'Read records that meet conditions',
  fields: [
    objectField,
    ...manyFields,
    {
      displayName: 'Filters',
      name: 'filters',
      type: 'fixedCollection',
      typeOptions: { multipleValues: true },
      placeholder: 'Add filter',
      default: {},
      description: 'Conditions that a record must all meet',
      options: [
        {
          displayName: 'Condition',
          name: 'conditions',
          values: [
            {
              displayName: 'Field Name or ID',
              name: 'field',
              type: 'options',
              typeOptions: { loadOptionsMethod: 'getFilterFields', loadOptionsDependsOn: ['object.value'] },
              default: '',
              description:
                'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
            },
            {
              displayName: 'Operator',
              name: 'operator',
              type: 'options',
              options: [
                { name: 'Contains (Any Case, % as Wildcard)', value: 'ilike' },
                { name: 'Equals', value: 'eq' },
                { name: 'Greater Than or Equal', value: 'gte' },
                { name: 'Is Empty', value: 'isEmpty' },
                { name: 'Is Not Empty', value: 'isNotEmpty' },
                { name: 'Is One Of', value: 'in' },
                { name: 'Less Than or Equal', value: 'lte' },
                { name: 'Not Equal', value: 'neq' },
              ],
              default: 'eq',
            },
            {
              displayName: 'Value',
              name: 'value',
              type: 'string',
              default: '',
              description:
                'Value to compare with: a text, a number, or true or false, as the field is; several with commas for Is One Of',
              displayOptions: { hide: { operator: ['isEmpty', 'isNotEmpty'] } },
            },
          ],
        },
      ],
    },
    optionsWith({
      displayName: 'Include Deleted',
      name: 'includeDeleted',
      type: 'boolean',
      default: false,
      description: 'Whether to return records that are deleted but not destroyed, too',
    }),
  ],
  execute: eachItem(async (item, client) => {
    const object = await readObject(client, item.text('object') ?? 'person');
    const conditions = item.value('filters.conditions', []) as Condition[];
    const includeDeleted = item.boolean('options.includeDeleted');
    const limit = item.boolean('returnAll') ? Infinity : item.count('limit', DEFAULT_LIMIT);
    const records: object[] = [];
    for await (const record of readRecords(client, object, { conditions, includeDeleted, limit })) records.push(record);
    return records;
  }),
};
