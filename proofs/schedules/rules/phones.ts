/** Who is known by a phone number alone. */
import type { Mutant } from './mutant';
import { createLead, first, GRACE, under } from './steps';
import type { Step } from '../steps/schedule';

const NUMBER = 1;
const SAME_NUMBER = 7;
const OTHER_NAME = 2;

const call = (name: number | null = null, phone = NUMBER): Step => ({ do: 'take calls', phones: [phone], name });
const form = (...emails: number[]): Step => ({ do: 'take in leads', emails, phone: SAME_NUMBER, poisoned: false });

export const DIRECTED = {
  /** Two calls of one caller. */
  twoCalls: under([call(), call(null, SAME_NUMBER)]),
  /** A caller writes a form. */
  callerWrites: under([call(), form(0)]),
  /** Somebody whose number and e-mail are known has a colleague who gives the same number. */
  colleague: under([form(0), form(GRACE)]),
  /** Two people of one number give their e-mails at once. */
  twoWriteAtOnce: under([call(), form(0, GRACE)]),
  /** A number is that of several people, one of whom is known by it alone. */
  sharedNumber: under([
    call(),
    createLead(GRACE),
    { do: 'edit lead', which: 1, field: 'phone', value: NUMBER },
    form(4),
    call(),
  ]),
  /** Somebody who is deleted calls. */
  deletedCaller: under([call(), { do: 'delete lead', which: first }, call()]),
  /** Two people of one household. */
  household: under([call(0), call(OTHER_NAME)]),
};

const WHERE_FOUND = 'and l.deleted_at is null\n      offset 0\n    ) as h';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a number names nobody',
    rule: 'Who has neither ID nor e-mail is the lead of their number',
    sql: [{ find: 'else c.id\n  end', replace: 'end' }],
    directed: DIRECTED.twoCalls,
  },
  {
    name: 'an e-mail makes a caller somebody else',
    rule: 'An e-mail that no lead has completes the only lead of its number',
    sql: [{ find: 'when c.leads > 1 and c.has_email then null', replace: 'when c.has_email then null' }],
    directed: DIRECTED.callerWrites,
  },
  {
    name: 'colleagues are one',
    rule: 'Who has another e-mail is somebody else',
    sql: [{ find: 'when c.leads > 1 or c.has_email', replace: 'when c.leads > 1' }],
    directed: DIRECTED.colleague,
  },
  {
    name: 'two complete one lead',
    rule: 'Of several who would complete one lead, the first does',
    sql: [{ find: 'case when p.is_first then p.named_id end', replace: 'p.named_id' }],
    directed: DIRECTED.twoWriteAtOnce,
  },
  {
    name: 'a shared number is completed',
    rule: 'An e-mail completes no lead where several have the number',
    sql: [{ find: 'when c.leads > 1 and c.has_email then null', replace: '' }],
    directed: DIRECTED.sharedNumber,
  },
  {
    name: 'deleted leads are called',
    rule: 'A number names live leads alone',
    sql: [{ find: WHERE_FOUND, replace: WHERE_FOUND.replace('l.deleted_at is null', 'true') }],
    directed: DIRECTED.deletedCaller,
  },
  {
    name: 'a household is one person',
    rule: 'Who has another name is somebody else',
    sql: [{ find: 'h.phone = a.phone and h.name = a.name', replace: 'h.phone = a.phone' }],
    directed: DIRECTED.household,
  },
];
