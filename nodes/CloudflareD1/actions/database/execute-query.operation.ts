import { eachItem, type Operation } from '../../../frame';
import { readCallOptions } from '../call-options';
import { connect } from '../../transport/n8n-client';
import { outputOf, queryFields, queryOptions, readQuery } from './query';

/** One call for each item. */
export const executeQuery: Operation<void> = {
  name: 'Execute Query',
  action: 'Execute a query',
  description: 'Run an SQL query for each item, and give the rows that come',
  fields: [...queryFields, queryOptions],
  execute: eachItem(async (item) => {
    const query = readQuery(item);
    const [result] = await (await connect(item.context, readCallOptions(item))).batch([query]);
    return outputOf(query, result);
  }),
};
