import { countParameter, textParameter } from '../../Twenty/actions/parameters';
import { DEFAULT_PAGE_SIZE } from '../../Twenty/records/limits';
import { pull as pullLoop } from '../loops/pull';
import { policyField } from './parameters';
import type { Operation } from './types';

/** Twenty → Supabase. */
export const pull: Operation = {
  properties: [
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
  afterFailure: 'Nothing is lost: the next run goes on where this one stopped.',
  run: (context, itemIndex, ports, trigger) =>
    pullLoop(ports, {
      mode: textParameter(context, 'mode', itemIndex) === 'full' ? 'full' : 'delta',
      trigger,
      policy: textParameter(context, 'policy', itemIndex) || null,
      pageSize: countParameter(context, 'pageSize', itemIndex, DEFAULT_PAGE_SIZE),
    }),
};
