import type { IDataObject } from 'n8n-workflow';
import { defaultMapping, parseMapping } from '../../../lead';
import { prepareWorkspace } from '../../leads/prepare';
import { fieldMappingField, leadObjectField } from '../lead/common';
import { forEachItem, type Operation } from '../operation';
import { jsonParameter, optionsField, textParameter } from '../parameters';

export const prepare: Operation = {
  description: [
    {
      displayName:
        'Creates the fields that the mapping names and the object lacks, e.g. leadScore. Repeat it whenever you like: what is there stays as it is.',
      name: 'prepareNotice',
      type: 'notice',
      default: '',
    },
    leadObjectField,
    fieldMappingField,
    optionsField,
  ],

  async execute(context, client) {
    return await forEachItem(context, async (item) => {
      const object = textParameter(context, 'object', item) || 'person';
      const rows = parseMapping(jsonParameter(context, 'fieldMapping', item, 'Field Mapping') ?? []);
      const prepared = await prepareWorkspace(client, object, rows.length > 0 ? rows : defaultMapping(object));
      return [{ json: prepared as unknown as IDataObject, pairedItem: { item } }];
    });
  },
};
