import { DEFAULT_LIMIT, eachItem, manyFields, optionsField, type Operation } from '../../../frame';
import { formsOf } from '../../leads/read';
import type { MetaForm } from '../../leads/types';
import { connect } from '../../transport/n8n-client';
import { callOptions, pageField, readCallOptions } from '../fields';

/** The forms of a page. */
export const getMany: Operation<void> = {
  name: 'Get Many',
  action: 'Get forms of a page',
  description: 'Get the forms of a page',
  fields: [pageField, ...manyFields, optionsField(...callOptions)],
  execute: eachItem(async (item) => {
    const page = item.text('pageId');
    if (page === null) throw item.error('No page is chosen', 'Choose one from the list, or enter its ID.');
    const limit = item.boolean('returnAll') ? Infinity : item.count('limit', DEFAULT_LIMIT);
    const forms: MetaForm[] = [];
    for await (const some of formsOf(await connect(item.context, readCallOptions(item)), page)) {
      forms.push(...some);
      if (forms.length >= limit || item.isCancelled) break;
    }
    return forms.slice(0, limit);
  }),
};
