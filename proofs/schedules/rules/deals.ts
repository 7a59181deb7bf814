/** Deals beside leads. */
import type { DealStep } from '../deals/steps';
import type { Fault } from '../systems/twenty-side';
import type { Schedule } from '../steps/schedule';
import type { Mutant } from './mutant';
import { createLead, createPerson, editLead, first, GRACE, pull, push, pushUntil, resume, under, whole } from './steps';

// amounts by their number in `CHOICES`, and a company that was destroyed
const [FRACTION, TOO_LONG, GONE] = [7, 8, 1];

const makeDeal = (side: 'here' | 'there', whose: number | null = null, value = 0): DealStep => ({
  do: 'make deal',
  side,
  whose,
  value,
});
const editDeal = (field: 'amount' | 'company_id', value: number): DealStep => ({
  do: 'edit deal',
  side: 'here',
  which: first,
  field,
  value,
  isOld: false,
});
const pullDeals: DealStep = { do: 'pull deals', mode: 'delta', ...whole };
const pushDeals: DealStep = { do: 'push deals', ...whole };
const pushMeeting = (at: number, kind: Fault): DealStep => ({ ...pushDeals, fault: { at, kind } });

export const DIRECTED = {
  /** An amount with more decimals than Twenty has. */
  dealOfAFraction: under([makeDeal('here'), editDeal('amount', FRACTION), pushDeals]),
  /** An amount with more digits than a number of JSON has. */
  dealOfManyDigits: under([makeDeal('here'), editDeal('amount', TOO_LONG), pushDeals]),
  /** A company that is not in Twenty. */
  dealOfNobody: under([makeDeal('here'), editDeal('company_id', GONE), pushDeals]),
  /** Twenty makes the deal, and its answer is lost. */
  dealUnheard: under([makeDeal('here'), pushMeeting(4, 'lost'), pullDeals]),
  /** The person of a deal becomes a lead after it was read. */
  dealBeforeItsLead: under([createPerson(0), makeDeal('there', first), pullDeals, pull]),
  dealBeforeAnyRun: under([makeDeal('here')]),
  /** The person is destroyed and made again, by Twenty's users or by a restore here, and nobody looks at the deal meanwhile. */
  dealOfWhoCameBack: under([
    createLead(0),
    push,
    makeDeal('here', first),
    pushDeals,
    { do: 'destroy person', which: first },
    { do: 're-create person', which: first },
    pull,
  ]),
  dealOfWhoWasMadeAgain: under([
    createLead(0),
    push,
    makeDeal('here', first),
    pushDeals,
    { do: 'destroy person', which: first },
    { do: 'reconcile', ...whole },
    { do: 'restore lead', which: first },
    push,
  ]),
  /** The person is destroyed, and the lead stays: deletions travel nowhere. */
  dealOfWhoStaysGone: under(
    [
      createLead(0),
      push,
      makeDeal('here', first),
      pushDeals,
      { do: 'destroy person', which: first },
      { do: 'reconcile', ...whole },
      editDeal('amount', 1),
      pushDeals,
    ],
    { deletion: 'none' },
  ),
  /** The deal is destroyed in Twenty, deleted here for it, and restored here: restores do not go to Twenty. */
  dealRestoredHere: under(
    [
      makeDeal('here'),
      pushDeals,
      { do: 'destroy deal', side: 'there', which: first },
      { do: 'reconcile deals', ...whole },
      { do: 'restore deal', side: 'here', which: first },
    ],
    { deletion: 'to_supabase' },
  ),
  /** A deal is read; its person is destroyed and made again by a push before that is merged. */
  dealReadBefore: under([
    createPerson(0),
    pull,
    makeDeal('there', first),
    { do: 'pull deals', mode: 'delta', calls: 3, then: 'sleep', fault: null },
    editLead(first, GRACE),
    pushUntil(3, 'sleep'),
    { do: 'destroy person', which: first },
    { do: 'resume', which: 1, ...whole },
    resume,
  ]),
  /** The deal is pushed first, and waits; then its lead gets its person. */
  dealThatWaits: under([createLead(0), makeDeal('here', first), pushDeals, push, pushDeals]),
} satisfies Record<string, Schedule>;

const MONEY = 'nodes/lead/money.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'fractions of a millionth are sent',
    rule: 'An amount that Twenty would cut is left out',
    source: [{ file: MONEY, find: "if (micros.includes('.'))", replace: "if (micros === '')" }],
    directed: DIRECTED.dealOfAFraction,
  },
  {
    name: 'amounts of too many digits are sent',
    rule: 'An amount that would come back as another one is left out',
    source: [{ file: MONEY, find: 'if (decimal(amountMicros) !== micros)', replace: "if (micros === '')" }],
    directed: DIRECTED.dealOfManyDigits,
  },
  {
    name: 'references to who is gone are kept',
    rule: 'A deal goes out without the person or company that is gone',
    source: [
      {
        file: 'nodes/Twenty/leads/push.ts',
        find: 'await leaveOutGoneReferences(this.client, this.scope, drafts);',
        replace: 'await Promise.resolve(leaveOutGoneReferences);',
      },
    ],
    directed: DIRECTED.dealOfNobody,
  },
  {
    name: 'rows are not known by their own ids',
    rule: 'A create that was not heard of is the row whose id it has',
    sql: [
      {
        find: 'l.id = coalesce(linked.id, case when not i.absent and (own.twenty_id is null or s.gone) then own.id end, known.id)',
        replace: 'l.id = coalesce(linked.id, known.id)',
      },
    ],
    directed: DIRECTED.dealUnheard,
  },
  {
    name: 'deals do not follow leads',
    rule: 'A deal of somebody who becomes a lead is that lead’s',
    sql: [
      {
        find: "if v_ids <> '{}' then\n    perform lead_sync.link_rows",
        replace: 'if v_ids is null then\n    perform lead_sync.link_rows',
      },
      { find: 'perform lead_sync.link_missed_rows(v_adapter);', replace: 'null;' },
    ],
    directed: DIRECTED.dealBeforeItsLead,
  },
  {
    name: 'the first run of deals takes nothing',
    rule: 'The first run of an object takes the rows that are here',
    sql: [{ find: 'perform lead_sync.make_states(p_adapter, null);', replace: 'null;' }],
    directed: DIRECTED.dealBeforeAnyRun,
  },
  {
    name: 'who came back is not put back into deals',
    rule: 'A person made again under the same id in Twenty is put back into their deals',
    sql: [
      {
        find: "where v_adapter = 'lead' and not n.absent and (n.reborn or n.was_gone))",
        replace: 'where false)',
      },
    ],
    directed: DIRECTED.dealOfWhoCameBack,
  },
  {
    name: 'who is made again is not put back into deals',
    rule: 'A person made again under the same id by a push is put back into their deals',
    sql: [
      {
        find: "filter (where v_adapter = 'lead' and t.ok and (t.gone and t.op = 'create' or t.remote_created_at <> t.created_at))",
        replace: 'filter (where false)',
      },
    ],
    directed: DIRECTED.dealOfWhoWasMadeAgain,
  },
  {
    name: 'what was read before a person was made again is believed',
    rule: 'A person made again is put back into deals that were read before and are merged after',
    sql: [
      {
        find: "elsif v_adapter <> 'lead' and exists (select from lead_sync.lead_states as s where s.remade_at > v_read) then",
        replace: 'elsif false then',
      },
    ],
    directed: DIRECTED.dealReadBefore,
  },
  {
    name: 'deals wait for ever',
    rule: 'A deal waits for its lead until that has a person, and no longer',
    sql: [
      {
        find: 'and k.deleted_at is null and (k.twenty_id is null or s.gone and s.due_at is not null)',
        replace: 'and k.deleted_at is null',
      },
    ],
    directed: DIRECTED.dealThatWaits,
  },
  {
    name: 'deals wait for who stays gone',
    rule: 'A deal waits for a person who was destroyed only where that one is made again',
    sql: [{ find: 's.gone and s.due_at is not null', replace: 's.gone' }],
    directed: DIRECTED.dealOfWhoStaysGone,
  },
];
