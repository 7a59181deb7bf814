import { DEFAULT_LIMIT, eachItem, manyFields, optionsField, timeOf, type Item, type Operation } from '../../../frame';
import { callsOf, type Window } from '../../calls/read';
import { toLead } from '../../calls/to-lead';
import type { Account, RawCall } from '../../calls/types';
import { connect } from '../../transport/n8n-client';
import { callOptions, filtersField, readCallOptions, readFilters } from '../fields';

const MS_PER_DAY = 86_400_000;

function windowOf(item: Item): Window {
  const [after, before] = ['after', 'before'].map((name) => timeOf(item, name));
  const until = before === null ? Date.now() : Date.parse(before);
  const since = after === null ? until - MS_PER_DAY : Date.parse(after);
  if (since <= until) return { since, until };
  throw item.error('After is later than Before', 'Exchange the two times.');
}

/** Calls as the panel wants them. */
function outputOf(item: Item, calls: RawCall[], account: Account): object[] {
  if (item.text('output') === 'raw') return calls;
  return calls.map((call) => toLead(call, account)?.lead).filter((lead) => lead !== undefined);
}

/** The calls of a time, as the log orders them. */
export const getMany: Operation<void> = {
  name: 'Get Many',
  action: 'Get many calls',
  description: 'Get the calls of a time from the call log',
  fields: [
    {
      displayName: 'After',
      name: 'after',
      type: 'dateTime',
      default: '',
      description: 'Only calls that began at or after this time. Empty for a day before the last.',
    },
    {
      displayName: 'Before',
      name: 'before',
      type: 'dateTime',
      default: '',
      description: 'Only calls that began until this time. Empty for now.',
    },
    filtersField,
    ...manyFields,
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      options: [
        {
          name: 'Lead',
          value: 'lead',
          description: 'Phone and touch, as Supabase Leads › Create or Update takes them; not of withheld numbers',
        },
        { name: 'Raw', value: 'raw', description: 'What Knowlarity gives, of all calls' },
      ],
      default: 'lead',
      description: 'What of a call comes out',
    },
    optionsField(...callOptions),
  ],
  execute: eachItem(async (item) => {
    const { client, account } = await connect(item.context, readCallOptions(item));
    const limit = item.boolean('returnAll') ? Infinity : item.count('limit', DEFAULT_LIMIT);
    const choice = { filters: readFilters(item), timeZone: account.timeZone };
    const found: object[] = [];
    for await (const calls of callsOf(client, windowOf(item), choice)) {
      found.push(...outputOf(item, calls, account));
      if (found.length >= limit || item.isCancelled) break;
    }
    return found.slice(0, limit);
  }),
};
