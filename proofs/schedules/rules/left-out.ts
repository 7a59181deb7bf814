/** A lead goes out without the values that cannot be used. */
import type { Schedule } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  createLead,
  editLead,
  editPerson,
  first,
  LONDON,
  pull,
  push,
  pushUntil,
  REFUSED,
  resume,
  under,
  UNUSABLE,
  wait,
} from './steps';

export const DIRECTED = {
  /** While a lead goes out without its phone, somebody edits the person's. */
  leftOutWhileEdited: under([
    createLead(0),
    push,
    editLead(first, UNUSABLE, 'phone'),
    pushUntil(3, 'sleep'),
    editPerson(first, LONDON, 'phone'),
    resume,
  ]),
  /** A phone was left out; then Twenty gets one, which the lead takes. */
  leftOutThenTaken: under([
    createLead(0),
    editLead(first, UNUSABLE, 'phone'),
    push,
    wait(10),
    editPerson(first, LONDON, 'phone'),
    pull,
  ]),
  /** Nobody has heard yet that a lead was created without its phone; then its person gets one. */
  leftOutOfCreateUnheard: under([
    createLead(0),
    editLead(first, UNUSABLE, 'phone'),
    pushUntil(4, 'sleep'),
    wait(10),
    editPerson(first, LONDON, 'phone'),
    pull,
  ]),
  /** A phone that Twenty has is replaced here by one that cannot be sent: both stay. */
  leftOutOfUpdate: under([
    createLead(0),
    editLead(first, LONDON, 'phone'),
    push,
    editLead(first, UNUSABLE, 'phone'),
    push,
  ]),
  /** A city that Twenty has is replaced here by one that Twenty refuses: both stay. */
  refusedOfUpdate: under([createLead(0), editLead(first, 1, 'city'), push, editLead(first, REFUSED, 'city'), push]),
  /** A city was left out; then somebody gives the person the very same. */
  leftOutThenTheSame: under([
    createLead(0),
    editLead(first, REFUSED, 'city'),
    push,
    editPerson(first, REFUSED, 'city'),
    pull,
  ]),
  /** A phone was left out; it is replaced and comes back before anything was sent. */
  leftOutAndBack: under([
    createLead(0),
    editLead(first, UNUSABLE, 'phone'),
    push,
    editLead(first, LONDON, 'phone'),
    editLead(first, UNUSABLE, 'phone'),
  ]),
  /** A phone is replaced while the lead goes out without it, and comes back. */
  leftOutAndBackOnTheWay: under([
    createLead(0),
    editLead(first, UNUSABLE, 'phone'),
    pushUntil(4, 'sleep'),
    editLead(first, LONDON, 'phone'),
    { do: 'resume', which: 0, calls: 1, then: 'crash', fault: null },
    editLead(first, UNUSABLE, 'phone'),
  ]),
  /** Twenty refuses one text of a new lead, and the lead goes out without it. */
  leftOutByTwenty: under([createLead(0), editLead(first, REFUSED, 'city'), push]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'what was edited before the create was heard of had arrived',
    rule: 'Of a create that landed unheard, a value that somebody replaced in Twenty may not have arrived',
    sql: [{ find: ' or p_stated is not null)', replace: ')' }],
    directed: DIRECTED.leftOutOfCreateUnheard,
  },
  {
    name: 'what was left out stays agreed when it is edited',
    rule: 'A value that was left out, replaced and back is due again, to be told again',
    sql: [{ find: "where not coalesce(s.intent -> 'values' ? k, false)", replace: 'where false' }],
    directed: DIRECTED.leftOutAndBack,
  },
  {
    name: 'what was edited while it was left out counts as agreed',
    rule: 'A value that was replaced while its lead went out without it is not agreed on',
    sql: [{ find: 'f.replaced or f.unusable and f.edited then', replace: 'f.replaced then' }],
    directed: DIRECTED.leftOutAndBackOnTheWay,
  },
  {
    name: 'a value that cannot be used holds its lead',
    rule: 'A lead goes out without the values that cannot be used',
    source: [
      {
        file: 'nodes/Twenty/leads/drafts.ts',
        find: "write.op === 'create' && reasons.length > 0 && !isTold",
        replace: 'reasons.length > 0',
      },
    ],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'a value that Twenty refuses holds its lead',
    rule: 'A value that Twenty alone refuses is left out like any other that cannot be used',
    source: [
      {
        file: 'nodes/Twenty/leads/push.ts',
        find: 'result.ok || result.existing ?',
        replace: 'result.ok || !result.ok ?',
      },
    ],
    directed: DIRECTED.leftOutByTwenty,
  },
  {
    name: 'left-out fields are not listed',
    rule: 'A left-out field is listed',
    sql: [{ find: '|| h.left_out || coalesce((', replace: '|| coalesce((' }],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'a field stays listed for ever',
    rule: 'A field is listed as left out only while Twenty has another value',
    sql: [
      {
        find: `
    and not lead_sync.is_same(r ->> 'kind', p_local -> e.key, p_base_remote -> e.key)
$$;`,
        replace: '\n$$;',
      },
    ],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'a left-out value is replaced by what Twenty has',
    rule: 'A left-out value stays here',
    sql: [{ find: 'not (c.unusable and not c.of_company) and ', replace: '' }],
    directed: DIRECTED.refusedOfUpdate,
  },
  {
    name: 'what a write returns of a left-out field is known',
    rule: "An edit in Twenty of a left-out field is merged, whatever the write's answer shows",
    sql: [{ find: 'where f.kept and not f.unusable', replace: 'where f.kept' }],
    directed: DIRECTED.leftOutWhileEdited,
  },
  {
    name: 'a left-out value goes without a trace',
    rule: 'A left-out value that gives way to one of Twenty is kept as a conflict',
    sql: [{ find: "when d.left_out <> '{}' and d.merged", replace: 'when false and d.merged' }],
    directed: DIRECTED.leftOutThenTaken,
  },
];
