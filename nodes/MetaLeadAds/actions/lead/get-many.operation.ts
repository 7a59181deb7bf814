import { DEFAULT_LIMIT, eachItem, manyFields, timeOf, type Operation } from '../../../frame';
import { FormNames, leadsOf } from '../../leads/read';
import type { MetaLead } from '../../leads/types';
import { connect } from '../../transport/n8n-client';
import { formField, leadOptions, outputField, pageField, readCallOptions } from '../fields';
import { outputOf } from './output';

/** The leads of a form, the latest first. */
export const getMany: Operation<void> = {
  name: 'Get Many',
  action: 'Get leads of a form',
  description: 'Get the leads of a form, the latest first; Meta keeps them for 90 days',
  fields: [
    pageField,
    formField,
    {
      displayName: 'Since',
      name: 'since',
      type: 'dateTime',
      default: '',
      description: 'Only leads that were made after this time',
    },
    ...manyFields,
    outputField,
    leadOptions,
  ],
  execute: eachItem(async (item) => {
    const form = item.text('formId');
    if (form === null) throw item.error('No form is chosen', 'Choose one from the list, or enter its ID.');
    const graph = await connect(item.context, readCallOptions(item));
    const limit = item.boolean('returnAll') ? Infinity : item.count('limit', DEFAULT_LIMIT);
    const leads: MetaLead[] = [];
    for await (const page of leadsOf(graph, form, timeOf(item, 'since'))) {
      leads.push(...page);
      if (leads.length >= limit || item.isCancelled) break;
    }
    return await outputOf(item, leads.slice(0, limit), new FormNames(graph));
  }),
};
