/** Leads that somebody merges by hand, here and in Twenty. */
import type { EditableField } from '../systems/fields';
import type { Fault } from '../systems/twenty-side';
import type { Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  createLead,
  createPerson,
  deliverHint,
  editLead,
  editPerson,
  first,
  GRACE,
  JOSE,
  LINUS,
  LONDON,
  pull,
  push,
  pushUntil,
  resume,
  under,
  whole,
  withTouch,
} from './steps';

/** Somebody merges the second lead into the first. */
const merge = (take: EditableField[] = []): Step => ({ do: 'merge leads', which: first, other: 1, take, ...whole });

/** A merge that stops before its call number `calls`: 0 the database's part, 1 the read, 2 Twenty's merge, 3 the end. */
const mergeUntil = (
  calls: number | null,
  then: 'sleep' | 'crash',
  fault: { at: number; kind: Fault } | null = null,
  take: EditableField[] = [],
): Step => ({ do: 'merge leads', which: first, other: 1, take, calls, then, fault });

const twoInTwenty: Step[] = [createLead(0), createLead(GRACE, LINUS), push];

export const DIRECTED = {
  /** Two leads that are both in Twenty, with the other one's name. */
  mergedByHand: under([...twoInTwenty, merge(['first_name'])]),
  /** Two leads that came by forms and are not in Twenty yet. */
  mergedBeforeTwenty: under([withTouch(0), withTouch(GRACE, 1), merge()]),
  /** The same, and the one that went is restored by hand. */
  mergedThenRestored: under([createLead(0), createLead(GRACE, LINUS), merge(), { do: 'restore lead', which: first }]),
  /** The lead that is kept is not in Twenty yet, the other one is. */
  mergedIntoNew: under([createPerson(0), pull, createLead(GRACE, LINUS), { ...merge(['city']) }, push]),
  /** The lead that is dropped is not in Twenty yet. */
  mergedFromNew: under([createLead(0), push, withTouch(GRACE), merge(['first_name'])]),
  /** Whoever merges is gone before Twenty was asked. */
  mergeDiesBeforeTwenty: under([...twoInTwenty, mergeUntil(2, 'crash', null, ['first_name']), editLead(1, JOSE)]),
  /** Twenty has merged the two, and whoever asked it is gone. */
  mergeDiesAfterTwenty: under([withTouch(0), withTouch(GRACE, 1), push, mergeUntil(3, 'crash', null, ['job_title'])]),
  /** Twenty has merged the two, and its answer is lost. */
  mergeUnheard: under([...twoInTwenty, mergeUntil(null, 'crash', { at: 2, kind: 'lost' })]),
  /** The same of two whose addresses tell nothing: nobody but the merge knows that they are one. */
  mergeUnheardOfNobody: under([
    { do: 'create people', count: 2 },
    pull,
    mergeUntil(null, 'crash', { at: 2, kind: 'lost' }),
  ]),
  /** Both sides edit both while the merge is at work. */
  mergeMeetsEdits: under([
    ...twoInTwenty,
    mergeUntil(2, 'sleep', null, ['first_name']),
    editLead(first, JOSE),
    editLead(1, LONDON, 'city'),
    editPerson(first, LINUS, 'last_name'),
    editPerson(1, 1, 'job_title'),
    push,
    resume,
  ]),
  /** A push knows both from before the merge, and writes to the one who goes. */
  mergeMeetsPush: under([...twoInTwenty, editLead(1, JOSE), pushUntil(3, 'sleep'), merge(), resume]),
  /** A push begins while Twenty is asked to merge, and writes after it has. */
  pushMeetsMerge: under([
    ...twoInTwenty,
    mergeUntil(2, 'sleep'),
    editLead(1, JOSE),
    pushUntil(3, 'sleep'),
    resume,
    resume,
  ]),
  /** A create is on its way, unheard, when its lead is merged. */
  mergeMeetsCreate: under([createLead(0), push, createLead(GRACE), pushUntil(4, 'crash'), merge()]),
  /** What was read of the one who goes arrives after the merge. */
  mergeThenOldRead: under([
    ...twoInTwenty,
    { do: 'read hint', which: [1] },
    merge(),
    deliverHint,
    { do: 'receive webhooks', which: [0, 1, 2, 3], again: true },
  ]),
  /** Somebody destroys the person who goes while the merge waits. */
  mergeMeetsDestroyed: under([...twoInTwenty, mergeUntil(1, 'crash'), { do: 'destroy person', which: 1 }]),
  /** Somebody deletes the lead to keep while the merge waits. */
  mergeMeetsDeleted: under([...twoInTwenty, mergeUntil(1, 'crash'), { do: 'delete lead', which: first }]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a merge waits for no push',
    rule: 'Twenty is not asked to merge people whom a push is at work with',
    sql: [
      {
        find: 'select from unnest(array[v_kept, v_dropped]) as s where s.claim_token is not null',
        replace: 'select from unnest(array[v_kept, v_dropped]) as s where false',
      },
    ],
    directed: DIRECTED.mergeMeetsPush,
  },
  {
    name: 'a merge claims nothing',
    rule: 'While Twenty merges two people, no push writes to them',
    sql: [
      { find: 'claim_token = v_merge.token, lease = v_lease, due_at = v_now + v_lease', replace: 'claim_token = null' },
    ],
    directed: DIRECTED.pushMeetsMerge,
  },
  {
    name: 'pushes leave merges alone',
    rule: 'A merge that broke off is gone on with by the next push',
    source: [{ file: 'nodes/LeadSync/loops/push.ts', find: 'if (merges > 0)', replace: 'if (merges < 0)' }],
    directed: DIRECTED.mergeDiesBeforeTwenty,
  },
  {
    name: 'the addresses of a lead that was merged are lost',
    rule: 'The lead that stays has the addresses of both',
    sql: [
      {
        find: ' || p_drop.email || p_drop.additional_emails)',
        replace: ')',
      },
    ],
    directed: DIRECTED.mergedBeforeTwenty,
  },
  {
    name: 'a lead that was merged away never goes out',
    rule: 'A lead that was merged before it was in Twenty goes there when it is restored by hand',
    sql: [
      {
        find: `base_remote = case when v_from.twenty_id is null then '{}' else s.base_remote || '{"deleted": true}' end`,
        replace: `base_remote = s.base_remote || '{"deleted": true}'`,
      },
    ],
    directed: DIRECTED.mergedThenRestored,
  },
];
