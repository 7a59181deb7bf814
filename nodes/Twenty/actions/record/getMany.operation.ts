import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { DEFAULT_LIMIT, manyFields } from '../../../frame/fields';
import type { Condition } from '../../records/conditions';
import { readRecords } from '../../records/read-records';
import type { TwentyClient } from '../../transport/client';
import { readObject } from '../../transport/metadata';
import { forEachItem, type Operation } from '../operation';
import { countParameter, objectField, optionsWith, textParameter } from '../parameters';

export const getMany: Operation = {
  description: [
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

  async execute(context, client) {
    return await forEachItem(context, async (itemIndex) => await readItem(context, client, itemIndex));
  },
};

async function readItem(context: IExecuteFunctions, client: TwentyClient, item: number): Promise<INodeExecutionData[]> {
  const object = await readObject(client, textParameter(context, 'object', item) || 'person');
  const returnAll = context.getNodeParameter('returnAll', item, false) === true;
  const conditions = context.getNodeParameter('filters.conditions', item, []) as Condition[];
  const includeDeleted = context.getNodeParameter('options.includeDeleted', item, false) === true;
  const limit = returnAll ? Infinity : countParameter(context, 'limit', item, DEFAULT_LIMIT);
  const output: INodeExecutionData[] = [];
  for await (const record of readRecords(client, object, { conditions, includeDeleted, limit })) {
    output.push({ json: record as IDataObject, pairedItem: { item } });
  }
  return output;
}
