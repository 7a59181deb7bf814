import type { INodeProperties } from 'n8n-workflow';
import { noticeField } from '../../../frame';
import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import { optionsWith } from '../fields';

const BATCHES =
  'Items are written in batches of up to 200. A batch that Twenty refuses is split until the bad record stands alone, so all others are written; the bad one is then raised with its item.';

/** How batches behave, said in the panel of every operation that writes. */
export const batchNotice: INodeProperties = noticeField('batchNotice', BATCHES);

/** The record of an item. */
export const recordIdField: INodeProperties = {
  displayName: 'Record',
  name: 'recordId',
  type: 'resourceLocator',
  default: { mode: 'id', value: '={{ $json.id }}' },
  required: true,
  description: 'The record that is meant',
  modes: [
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 6f1f0c52-6a2b-4b3a-9c52-2f4a1f0e3b11',
    },
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchRecords', searchable: true },
    },
  ],
};

/** The fields to write, read live from the workspace. */
export function fieldsField(mode: 'add' | 'update'): INodeProperties {
  return {
    displayName: 'Fields',
    name: 'fields',
    type: 'resourceMapper',
    noDataExpression: true,
    default: { mappingMode: 'defineBelow', value: null },
    required: true,
    typeOptions: {
      loadOptionsDependsOn: ['object.value'],
      resourceMapper: {
        resourceMapperMethod: 'getRecordFields',
        mode,
        fieldWords: { singular: 'field', plural: 'fields' },
        addAllFields: false,
        supportAutoMap: true,
        multiKeyMatch: false,
      },
    },
  };
}

export const writeOptions: INodeProperties = optionsWith({
  displayName: 'Batch Size',
  name: 'batchSize',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: DEFAULT_BATCH_SIZE,
  description: 'Records to write in one call. A server that takes fewer is followed.',
});
