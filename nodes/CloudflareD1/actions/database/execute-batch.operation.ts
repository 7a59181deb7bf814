import { bySize, countField, inBatches, type NodeRun, type Operation } from '../../../frame';
import { readCallOptions } from '../call-options';
import { connect } from '../../transport/n8n-client';
import type { Query } from '../../transport/queries';
import { outputOf, queryFields, queryOptions, readQuery } from './query';

const DEFAULT_BATCH_SIZE = 100;
/** Queries that a call may hold; Cloudflare names no number, and ends a call after 30 s. */
const MOST_QUERIES = 1_000;

const execute = async (run: NodeRun<void>) => {
  if (run.items.length === 0) return [[]];
  const size = run.first.count('batchSize', DEFAULT_BATCH_SIZE);
  return await inBatches<void, Query>({
    read: readQuery,
    split: bySize(Math.min(size, MOST_QUERIES)),
    work: async (batch) => {
      const client = await connect(run.context, readCallOptions(run.first));
      const results = await client.batch(batch.map(({ input }) => input));
      return batch.map(({ input }, position) => outputOf(input, results[position]));
    },
    summary: (done, all) => `${done} of ${all} queries are done; the batch of this one changed nothing.`,
  })(run);
};

/** One call, which is one transaction, for many items. */
export const executeBatch: Operation<void> = {
  name: 'Execute Batch',
  action: 'Execute a batch of queries',
  description: 'Run the queries of many items in one transaction: all of them, or none',
  fields: [
    ...queryFields,
    countField({
      displayName: 'Batch Size',
      name: 'batchSize',
      standard: DEFAULT_BATCH_SIZE,
      most: MOST_QUERIES,
      description: 'Items whose queries are one transaction, and one call',
    }),
    queryOptions,
  ],
  afterFailure: 'Nothing of this batch was stored; the other batches were.',
  execute,
};
