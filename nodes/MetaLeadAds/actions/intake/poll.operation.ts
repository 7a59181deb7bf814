import { optionsField } from '../../../frame';
import { maxDurationField, triesOptions } from '../../../runs/fields';
import { poll as pollLoop } from '../../loops';
import { callOptions, pageField } from '../fields';
import { wholeRun, type IntakeOperation } from './whole-run';

const DEFAULT_FIRST_DAYS = 7;
const DEFAULT_OVERLAP_MINUTES = 60;

interface PollOptions {
  firstDays?: number;
  overlap?: number;
}

/** Forms → inbox. */
export const poll: IntakeOperation = {
  name: 'Poll',
  action: 'Poll forms for new leads',
  description: 'Note in the inbox all leads that forms got since they were read last',
  fields: [
    pageField,
    {
      displayName: 'Form IDs',
      name: 'formIds',
      type: 'string',
      default: '',
      placeholder: 'e.g. 101600000000001, 101600000000002',
      description: 'The forms to look at, with commas in between. Empty for all forms of the page.',
    },
    maxDurationField,
    optionsField(
      {
        displayName: 'First Look Back (Days)',
        name: 'firstDays',
        type: 'number',
        typeOptions: { minValue: 0, maxValue: 90 },
        default: DEFAULT_FIRST_DAYS,
        description: 'How far back a form is read that was never read before; Meta keeps leads for 90 days',
      },
      {
        displayName: 'Overlap (Minutes)',
        name: 'overlap',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: DEFAULT_OVERLAP_MINUTES,
        description: 'How much of what was read before is read again: Meta lists a lead a little after it was made',
      },
      ...triesOptions('a call of Supabase'),
      ...callOptions,
    ),
  ],
  hint: {
    message: 'There are more forms: the next poll begins with them.',
    when: 'afterExecution',
    condition: '$nodeOutputItem?.json?.more_due === true',
  },
  isScheduled: true,
  afterFailure: 'Nothing is lost: a form that could not be read is read from where it was the next time.',
  execute: wholeRun(async (item, ports) => {
    const pageId = item.text('pageId');
    const formIds = (item.text('formIds') ?? '').split(/[\s,]+/).filter((id) => id !== '');
    if (pageId === null && formIds.length === 0) {
      throw item.error('Neither a page nor a form is chosen', 'Choose the page, or enter the IDs of forms.');
    }
    const { firstDays, overlap } = item.value('options', {}) as PollOptions;
    return await pollLoop(ports, {
      pageId,
      formIds,
      firstDays: firstDays ?? DEFAULT_FIRST_DAYS,
      overlapMinutes: overlap ?? DEFAULT_OVERLAP_MINUTES,
    });
  }),
};
