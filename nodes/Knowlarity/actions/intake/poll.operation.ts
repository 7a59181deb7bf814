import { eachItem, optionsField, type Operation } from '../../../frame';
import { readRunSettings } from '../../../runs/execution';
import { maxDurationField, triesOptions } from '../../../runs/fields';
import { poll as pollLoop } from '../../loops';
import { connectPorts } from '../../n8n-ports';
import { callOptions, filtersField, readCallOptions, readFilters } from '../fields';

const DEFAULT_FIRST_DAYS = 7;
const DEFAULT_OVERLAP_MINUTES = 60;
const DEFAULT_LOOK_BACK_MINUTES = 15;

interface PollOptions {
  firstDays?: number;
  overlap?: number;
}

/** Call log → leads. */
export const poll = {
  name: 'Poll',
  action: 'Poll the call log for new calls',
  description: 'Store all calls since the log was read last, each once, and what became of those in progress',
  fields: [
    {
      displayName: 'Read',
      name: 'read',
      type: 'options',
      options: [
        { name: 'All Since the Last Poll', value: 'all', description: 'However long ago that was' },
        {
          name: 'Last Minutes',
          value: 'last',
          description: 'Only what happened just now, as a push asks for; the next poll reads on from where it was',
        },
      ],
      default: 'all',
      description: 'Which part of the log is read',
    },
    {
      displayName: 'Minutes',
      name: 'minutes',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 1440 },
      default: DEFAULT_LOOK_BACK_MINUTES,
      description: 'How far back the log is read',
      displayOptions: { show: { read: ['last'] } },
    },
    filtersField,
    maxDurationField,
    optionsField(
      {
        displayName: 'First Look Back (Days)',
        name: 'firstDays',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: DEFAULT_FIRST_DAYS,
        description: 'How far back the log is read that was never read before',
      },
      {
        displayName: 'Overlap (Minutes)',
        name: 'overlap',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: DEFAULT_OVERLAP_MINUTES,
        description:
          'How much of what was read before is read again. Longer than your longest call: one in progress is listed anew when it is over.',
      },
      ...triesOptions('a call of Supabase'),
      ...callOptions,
    ),
  ],
  hint: {
    message: 'There are more calls: the next poll goes on with them.',
    when: 'afterExecution',
    condition: '$nodeOutputItem?.json?.more_due === true',
  },
  isScheduled: true,
  afterFailure: 'Nothing is lost: the next poll reads on from where this one was.',
  execute: eachItem(async (item) => {
    const settings = readRunSettings(item);
    const ports = await connectPorts(item.context, item.index, { settings, call: readCallOptions(item) });
    const { firstDays, overlap } = item.value('options', {}) as PollOptions;
    return await pollLoop(ports, {
      filters: readFilters(item),
      firstDays: firstDays ?? DEFAULT_FIRST_DAYS,
      overlapMinutes: overlap ?? DEFAULT_OVERLAP_MINUTES,
      lookBackMinutes: item.text('read') === 'last' ? item.count('minutes', DEFAULT_LOOK_BACK_MINUTES) : null,
    });
  }),
} satisfies Operation<void> & { afterFailure: string };
