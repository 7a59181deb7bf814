import { eachItem, noticeField } from '../../../frame';
import { defaultMapping, parseMapping } from '../../../lead';
import { prepareWorkspace } from '../../leads/prepare';
import { optionsWith } from '../fields';
import { fieldMappingField, leadObjectField } from '../lead/common';
import type { Operation } from '../types';

export const prepare: Operation = {
  name: 'Prepare',
  action: 'Prepare a workspace',
  description: 'Create the custom fields that leads need, where they are missing',
  fields: [
    noticeField(
      'prepareNotice',
      'Creates the fields that the mapping names and the object lacks, e.g. leadScore. Repeat it whenever you like: what is there stays as it is.',
    ),
    leadObjectField,
    fieldMappingField,
    optionsWith(),
  ],
  execute: eachItem(async (item, client) => {
    const object = item.text('object') ?? 'person';
    const rows = parseMapping(item.json('fieldMapping') ?? []);
    return await prepareWorkspace(client, object, rows.length > 0 ? rows : defaultMapping(object));
  }),
};
