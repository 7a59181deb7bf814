import { countField, optionsField } from '../../../frame';
import { maxDurationField, triesOptions } from '../../../runs/fields';
import { drain as drainLoop } from '../../loops';
import { MOST_PARTS } from '../../transport/client';
import { callOptions, ownFieldsOption, readOwnFields } from '../fields';
import { wholeRun, type IntakeOperation } from './whole-run';

/** What Meta gives in one call. */
const DEFAULT_BATCH_SIZE = MOST_PARTS;

/** Inbox → leads. */
export const drain: IntakeOperation = {
  name: 'Drain',
  action: 'Drain the inbox of leads',
  description: 'Read the leads that wait in the inbox, and store each once',
  fields: [
    maxDurationField,
    countField({
      displayName: 'Batch Size',
      name: 'batchSize',
      standard: DEFAULT_BATCH_SIZE,
      most: 500,
      description: 'Leads that are read and stored at once; Meta gives 50 in a call',
    }),
    optionsField(ownFieldsOption, ...triesOptions('a call of Supabase'), ...callOptions),
  ],
  hint: {
    message: 'More leads wait: the next drain goes on with them.',
    when: 'afterExecution',
    condition: '$nodeOutputItem?.json?.more_due === true',
  },
  isScheduled: true,
  afterFailure: 'Nothing is lost: what is not stored stays in the inbox and is tried again.',
  execute: wholeRun(
    async (item, ports) =>
      await drainLoop(ports, {
        batchSize: item.count('batchSize', DEFAULT_BATCH_SIZE),
        ownFields: readOwnFields(item),
      }),
  ),
};
