import { DEFAULT_PAGE_SIZE } from '../../Twenty/records/limits';
import { pull as pullLoop } from '../loops/pull';
import { policyField, syncedObjectField } from './fields';
import { wholeRun, type Operation } from './whole-run';

/** Twenty → Supabase. */
export const pull: Operation = {
  name: 'Pull',
  action: 'Pull changed leads',
  description: 'Read what changed in Twenty, and merge it into Supabase',
  fields: [
    syncedObjectField,
    {
      displayName: 'Mode',
      name: 'mode',
      type: 'options',
      options: [
        { name: 'Delta', value: 'delta', description: 'Read what changed since the last run; the first run reads all' },
        { name: 'Full', value: 'full', description: 'Read everything again' },
      ],
      default: 'delta',
    },
    policyField,
    {
      displayName: 'Page Size',
      name: 'pageSize',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: DEFAULT_PAGE_SIZE,
      description: 'People to read and merge at a time',
    },
  ],
  isScheduled: true,
  afterFailure: 'Nothing is lost: the next run goes on where this one stopped.',
  execute: wholeRun((item, ports, trigger) =>
    pullLoop(ports, {
      mode: item.text('mode') === 'full' ? 'full' : 'delta',
      trigger,
      object: item.text('object'),
      policy: item.text('policy'),
      pageSize: item.count('pageSize', DEFAULT_PAGE_SIZE),
    }),
  ),
};
