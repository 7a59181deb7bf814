/** The words in which directed schedules are written. */
import { PLAIN, type Conditions } from '../systems/conditions';
import type { EditableField } from '../systems/fields';
import type { Schedule, Step } from '../steps/schedule';
import type { Fault } from '../systems/twenty-side';
import type { Stamp } from '../users/twenty-users';

/** The first lead or person. */
export const first = 0;

// values by their number in `CHOICES`: of the first name, the city, the phone, the e-mail, the company
export const [ADA, GRACE, BLANK, LINUS, JOSE, JOSE_IN_PARTS] = [0, 2, 3, 5, 8, 9];
export const REFUSED = 4;
export const [LONDON, NO_PHONE, UNUSABLE] = [2, 3, 6];
export const [NO_EMAIL, LETTERS, XN_HOST] = [5, 8, 9];
export const [GLOBEX, ACME_LTD, ACME_FR, INITECH, HOOLI, MAIL_HOST] = [1, 3, 6, 9, 10, 11];

export function under(steps: Step[], conditions: Partial<Conditions> = {}): Schedule {
  return { conditions: { ...PLAIN, ...conditions }, steps };
}

export const editLead = (which: number, value: number, field: EditableField = 'first_name'): Step => ({
  do: 'edit lead',
  which,
  field,
  value,
});

export const editPerson = (
  which: number,
  value: number,
  field: EditableField = 'first_name',
  stamp: Stamp = 'now',
): Step => ({
  do: 'edit person',
  which,
  field,
  value,
  stamp,
});

export const whole = { calls: null, then: 'crash', fault: null } as const;

export const pull: Step = { do: 'pull', mode: 'delta', ...whole };
export const push: Step = { do: 'push', withRun: false, lease: null, ...whole };

/** A push that goes to sleep, or dies, before its call number `calls`: 0 claim, 1 read, 2 plan, 3 write, 4 completion. */
export function pushUntil(
  calls: number,
  then: 'sleep' | 'crash',
  fault: { at: number; kind: Fault } | null = null,
): Step {
  return { do: 'push', withRun: false, lease: null, calls, then, fault };
}

export const resume: Step = { do: 'resume', which: 0, ...whole };
export const createLead = (email: number, name = ADA): Step => ({ do: 'create lead', email, name });
/** A lead from a form, with its touch. */
export const withTouch = (email: number, touch = 0): Step => ({
  do: 'take in leads',
  emails: [email],
  poisoned: false,
  touch,
});
export const createPerson = (email: number): Step => ({ do: 'create person', email, stamp: 'now' });
export const wait = (seconds: number): Step => ({ do: 'wait', seconds });
export const readHint: Step = { do: 'read hint', which: [first] };
export const deliverHint: Step = { do: 'deliver hint', which: 0, again: false };
export const refuse = (status: 'pending' | 'syncing' | 'synced' | null): Step => ({
  do: 'refuse lead',
  which: first,
  status,
});
export const mend: Step = { do: 'mend triggers' };
