import type { IDataObject } from 'n8n-workflow';
import { eachItem, jsonField, noticeField } from '../../../frame';
import { isObject } from '../../../lead';
import type { Operation } from '../types';

const leadId = (value: unknown): string => String(value).toLowerCase();

const leadOf = (choice: unknown): string => leadId(isObject(choice) ? choice.lead_id : '');

/** A choice for a lead that nobody asked about, as the database reports rejected ones: the model may have followed an instruction in a text. */
function notAsked(choice: unknown): IDataObject {
  const lead_id = leadOf(choice);
  const reason = `Nobody asked about lead ${lead_id || 'without an ID'}`;
  return { lead_id, result: 'rejected', segment: null, confidence: null, reason };
}

/** Takes a model's choices of segments as far as they hold (`apply_ai_segments`). */
export const applyAiSegments: Operation = {
  name: 'Apply AI Segments',
  action: 'Apply AI segments to leads',
  description: "Check a model's choices of segments and take those that hold",
  fields: [
    noticeField(
      'checkNotice',
      'Every choice is checked: an unknown segment or lead, or a confidence that is not between 0 and 1, is rejected with a reason, and the others are applied. Choices of humans, and of rules that are sure, are kept.',
    ),
    jsonField({
      displayName: 'Results',
      name: 'results',
      default: '={{ $json.results }}',
      required: true,
      description:
        'A list with lead_id, segment and confidence (0 to 1) for each lead, up to 1,000. A segment of null says that none fits.',
      placeholder: 'e.g. {{ $json.results }}',
    }),
    jsonField({
      displayName: 'Asked Lead IDs',
      name: 'askedLeadIds',
      description:
        'A list of the leads that the model was asked about; choices for others are rejected. Set it wherever the model itself names the leads. Empty takes all.',
      placeholder: "e.g. {{ $('Get undecided leads').first().json.leads.map((lead) => lead.lead_id) }}",
    }),
  ],
  execute: eachItem(async (item, database) => {
    const choices = item.list('results');
    const isLimited = item.json('askedLeadIds') !== null;
    const asked = new Set(isLimited ? item.list('askedLeadIds').map(leadId) : []);
    const isAsked = (choice: unknown): boolean => !isLimited || asked.has(leadOf(choice));
    const others = choices.filter((choice) => !isAsked(choice)).map(notAsked);
    const answer = await database.call('apply_ai_segments', { p_results: choices.filter(isAsked) }, item.index);
    if (others.length === 0) return answer;
    const results = [...(answer.results as IDataObject[]), ...others];
    return { ...answer, rejected: Number(answer.rejected) + others.length, results };
  }),
};
