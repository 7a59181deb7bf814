import { countField, optionsField } from '../../../frame';
import { maxDurationField, triesOptions } from '../../../runs/fields';
import { drain as drainLoop } from '../../loops';
import { callOptions, ownFieldsOption, readOwnFields } from '../fields';
import { wholeRun, type IntakeOperation } from './whole-run';

const DEFAULT_BATCH_SIZE = 100;

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
      description: 'Leads that are read and stored at once',
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
