import type { EditableField } from './fields';
import type { Schedule, Stamp, Step } from './schedule';
import type { Fault } from './twenty-side';
import type { Conditions } from './world';

/** Schedules for rules that generated ones rarely need. Each passes as the rules stand. */
const first = 0;

const ADA = 0;
const GRACE = 2;
const BLANK = 3;
const LINUS = 5;
const REFUSED = 4;
const LONDON = 2;
const NO_PHONE = 3;
const UNUSABLE = 6;

function under(steps: Step[], conditions: Partial<Conditions> = {}): Schedule {
  return { conditions: { skew: 0, policy: null, strict: false, deletion: 'both', ...conditions }, steps };
}

const editLead = (which: number, value: number, field: EditableField = 'first_name'): Step => ({
  do: 'edit lead',
  which,
  field,
  value,
});

const editPerson = (which: number, value: number, field: EditableField = 'first_name', stamp: Stamp = 'now'): Step => ({
  do: 'edit person',
  which,
  field,
  value,
  stamp,
});

const whole = { calls: null, then: 'crash', fault: null } as const;

const pull: Step = { do: 'pull', mode: 'delta', ...whole };
const push: Step = { do: 'push', withRun: false, lease: null, ...whole };

/** A push that goes to sleep, or dies, before its call number `calls`: 0 claim, 1 read, 2 plan, 3 write, 4 completion. */
function pushUntil(calls: number, then: 'sleep' | 'crash', fault: { at: number; kind: Fault } | null = null): Step {
  return { do: 'push', withRun: false, lease: null, calls, then, fault };
}

const resume: Step = { do: 'resume', which: 0, ...whole };
const createLead = (email: number, name = ADA): Step => ({ do: 'create lead', email, name });
const createPerson = (email: number): Step => ({ do: 'create person', email, stamp: 'now' });
const wait = (seconds: number): Step => ({ do: 'wait', seconds });
const readHint: Step = { do: 'read hint', which: [first] };
const deliverHint: Step = { do: 'deliver hint', which: 0, again: false };
const refuse = (status: 'pending' | 'syncing' | 'synced' | null): Step => ({ do: 'refuse lead', which: first, status });
const mend: Step = { do: 'mend triggers' };
const NO_EMAIL = 5;
const GLOBEX = 1;
const ACME_LTD = 3;
const ACME_FR = 6;
const INITECH = 9;
const HOOLI = 10;
const MAIL_HOST = 11;

export const DIRECTED = {
  /** The person was destroyed and made again, blank, under the same id: the whole lead goes out, no blanks come in. */
  reborn: under([
    createLead(0),
    editLead(first, 0, 'job_title'),
    push,
    { do: 'destroy person', which: first },
    { do: 're-create person', which: 0 },
    pull,
  ]),
  /** The person was destroyed, its lead deleted for it; the person made again under the old id brings the lead back. */
  broughtBack: under([
    createLead(0),
    push,
    { do: 'destroy person', which: first },
    editLead(first, GRACE),
    push,
    wait(400),
    push,
    { do: 're-create person', which: 0 },
    pull,
  ]),
  /** The person's new e-mail is in the hands of a push when they are destroyed; the lead has it, and so has who comes back. */
  destroyedAfterRead: under([
    createLead(GRACE),
    push,
    editLead(first, 1, 'additional_emails'),
    editPerson(first, 0, 'email'),
    pushUntil(2, 'sleep'),
    { do: 'destroy person', which: first },
    resume,
  ]),
  /** The person is destroyed between read and write, and comes back by the write: all other fields go out again. */
  rebornByWrite: under([
    createLead(0),
    editLead(first, 0, 'job_title'),
    push,
    editLead(first, GRACE),
    pushUntil(3, 'sleep'),
    { do: 'destroy person', which: first },
    resume,
  ]),
  /** Somebody else gets the e-mail of a lead whose create is on its way. */
  createUnderWay: under([
    createLead(0),
    pushUntil(3, 'sleep'),
    createPerson(0),
    readHint,
    deliverHint,
    editPerson(first, 2, 'email'),
    { do: 'resume', which: 0, calls: 1, then: 'crash', fault: null },
    pull,
  ]),
  /** A lead takes the e-mail of somebody whom only Twenty knows so far, long after its own person was read last. */
  otherLeadsEmail: under([createLead(0), push, wait(400), pull, createPerson(2), editLead(first, 2, 'email'), pull]),
  /** A lead's company gets another domain while its person moves to another company. */
  twoCompanies: under([
    createPerson(0),
    editPerson(first, 0, 'company'),
    pull,
    editPerson(first, 1, 'company'),
    editLead(first, ACME_FR, 'company'),
    pull,
  ]),
  /** A form comes from another address of a person. */
  secondAddress: under([
    createPerson(0),
    editPerson(first, GRACE, 'additional_emails'),
    pull,
    { do: 'take in leads', emails: [GRACE], poisoned: false },
  ]),
  /** A person without a first address has that of an unlinked lead among the others. */
  onlyOtherAddress: under([
    createLead(GRACE),
    { do: 'create people', count: 1 },
    editPerson(first, GRACE, 'additional_emails'),
    pull,
    push,
  ]),
  /** Two people are merged in Twenty while the lead of the one who goes has an edit that was not sent yet. */
  mergedPeople: under([
    createPerson(0),
    createPerson(GRACE),
    pull,
    editLead(1, 0, 'job_title'),
    { do: 'merge people', which: first, other: 1 },
  ]),
  /** Somebody asks to be forgotten, and stays in Twenty for the time being. */
  forgotten: under([createPerson(0), pull, { do: 'forget lead', which: first, inTwenty: false }, pull]),
  /** Two companies of which only a page in a social network is known. */
  sharedHost: under([
    createLead(0),
    createLead(2),
    editLead(first, INITECH, 'company'),
    editLead(1, HOOLI, 'company'),
    push,
  ]),
  /** A person moves to a company that has neither name nor domain: old reads come again and must not move them back. */
  blankCompany: under([
    createPerson(0),
    pull,
    { do: 'pull', mode: 'full', ...whole },
    editPerson(first, MAIL_HOST, 'company'),
  ]),
  /** A lead knows the company of its domain under another name than Twenty. */
  namedOtherwise: under([
    createPerson(0),
    editPerson(first, 0, 'company'),
    createLead(2),
    editLead(first, ACME_LTD, 'company'),
    push,
  ]),
  /** As before, and while the write is on its way the lead's company is edited, and then set back. */
  namedOtherwiseMeanwhile: under([
    createPerson(0),
    editPerson(first, 0, 'company'),
    createLead(2),
    push,
    editLead(first, ACME_LTD, 'company'),
    pushUntil(5, 'sleep'),
    editLead(first, GLOBEX, 'company'),
    { do: 'resume', which: 0, calls: 1, then: 'crash', fault: null },
    editLead(first, ACME_LTD, 'company'),
  ]),
  /** What a hint has merged after the read must not be overwritten from that read. */
  staleRead: under([
    createLead(0),
    push,
    editLead(first, GRACE),
    pushUntil(2, 'sleep'),
    editPerson(first, 1, 'last_name'),
    readHint,
    deliverHint,
    resume,
  ]),
  /** Two reads say that the person is not there; they come when it was made again and merged. */
  oldAbsence: under([
    createLead(0),
    push,
    { do: 'destroy person', which: first },
    readHint,
    wait(100),
    readHint,
    { do: 're-create person', which: 0 },
    pull,
    deliverHint,
    deliverHint,
  ]),
  /** A replica that does not know a new person yet. */
  laggingReplica: under([
    createLead(NO_EMAIL),
    push,
    editLead(first, GRACE),
    pushUntil(3, 'sleep', { at: 1, kind: 'lagging' }),
    resume,
  ]),
  /** More people in one millisecond than fit on a page. */
  oneMillisecond: under([{ do: 'create people', count: 5 }, pull]),
  /** A record of the first page changes while the window lies half read for longer than the overlap. */
  resumedWindow: under([
    { do: 'create people', count: 5 },
    { do: 'pull', mode: 'delta', calls: 3, then: 'crash', fault: null },
    editPerson(0, GRACE),
    editPerson(1, GRACE),
    editPerson(2, GRACE),
    editPerson(3, GRACE),
    wait(4000),
    pull,
  ]),
  /** Twenty's clock is corrected between two windows. */
  clockSetBack: under([createPerson(0), pull, { do: 'set clock of Twenty back', seconds: 60 }, pull]),
  /** The answer of a write is lost; the lead is edited again before anybody reads; Twenty's clock is ahead. */
  unknownOutcome: under(
    [
      createLead(0),
      push,
      editLead(first, GRACE),
      pushUntil(5, 'crash', { at: 3, kind: 'lost' }),
      editLead(first, LINUS),
      readHint,
      deliverHint,
    ],
    { skew: 600 },
  ),
  /** A write landed unheard; much later somebody in Twenty writes the same value again, against a local edit. */
  landedIntent: under(
    [
      createLead(0),
      push,
      editLead(first, GRACE),
      pushUntil(4, 'crash'),
      pull,
      editPerson(first, LINUS),
      pull,
      editPerson(first, GRACE),
      editLead(first, ADA),
      pull,
    ],
    { skew: 600 },
  ),
  /** Somebody in Twenty creates a person with the lead's e-mail between read and write. */
  createMeetsStranger: under([createLead(0), pushUntil(3, 'sleep'), createPerson(0), resume]),
  /** A worker so slow that its lease ends between two of its writes. */
  slowWorker: under([
    createLead(0),
    push,
    editLead(first, 0, 'company'),
    editLead(first, GRACE),
    { do: 'push', withRun: false, lease: 90, calls: 4, then: 'sleep', fault: { at: 3, kind: 'slow' } },
    { do: 'resume', which: 0, calls: 1, then: 'sleep', fault: { at: 0, kind: 'slow' } },
    wait(1),
    editLead(first, LINUS),
    push,
    resume,
    pull,
  ]),
  /** The answer of a create is lost, and the lead edited before anybody reads; Twenty's clock is ahead. */
  lostCreate: under([createLead(0), pushUntil(5, 'crash', { at: 3, kind: 'lost' }), editLead(first, GRACE), pull], {
    skew: 600,
  }),
  /** The answer of a create is lost; then the same field is edited in Twenty, and blanked here. */
  blankedAfterLostCreate: under([
    createLead(0),
    pushUntil(5, 'crash', { at: 3, kind: 'lost' }),
    editPerson(first, GRACE),
    editLead(first, BLANK),
    pull,
  ]),
  /** One lead that Twenty refuses for as long as it is tried, in one batch with another. */
  refusedMate: under([createLead(0), createLead(2), editLead(first, REFUSED, 'city'), push]),
  /** A reader dies between its page's read and its merge. */
  tornPage: under([
    { do: 'create people', count: 5 },
    wait(4000),
    { do: 'pull', mode: 'delta', calls: 3, then: 'crash', fault: null },
    wait(4000),
    pull,
  ]),
  /** A pull sleeps past its lease with a page in its hand, and another takes over. */
  lateReader: under([
    { do: 'create people', count: 5 },
    { do: 'pull', mode: 'delta', calls: 2, then: 'sleep', fault: null },
    wait(4000),
    pull,
    resume,
  ]),
  /** The person is gone when its lead, edited meanwhile, is pushed. */
  absentPerson: under([createLead(0), push, { do: 'destroy person', which: first }, editLead(first, GRACE), push]),
  /** A worker reports what it wrote after another has taken its lead over. */
  lateCompletion: under([createLead(0), pushUntil(4, 'sleep'), wait(4000), push, editLead(first, GRACE), resume]),
  /** A hint comes late: what it brings was read before the newer edit that a pull has merged. */
  lateHint: under([createLead(0), push, readHint, editPerson(first, GRACE), wait(4000), pull, deliverHint]),
  /** A bulk load changes a lead past the triggers. */
  bulkLoad: under([createLead(0), push, { do: 'bulk edit lead', which: first, field: 'first_name', value: GRACE }]),
  /** While a write's answer is on its way, a newer edit of the same field is merged; then the sent value is typed again. */
  newerBase: under([
    createLead(0),
    push,
    editLead(first, GRACE),
    pushUntil(4, 'sleep'),
    editPerson(first, LINUS),
    readHint,
    deliverHint,
    { do: 'resume', which: 0, calls: 1, then: 'crash', fault: null },
    editLead(first, GRACE),
    pull,
  ]),
  /** Twenty cannot be reached, three times in a row: that is no fault of the lead's. */
  unreachable: under([
    createLead(0),
    pushUntil(5, 'crash', { at: 3, kind: 'unsent' }),
    wait(4000),
    pushUntil(5, 'crash', { at: 3, kind: 'unsent' }),
    wait(4000),
    pushUntil(5, 'crash', { at: 3, kind: 'unsent' }),
  ]),
  /** A phone that cannot be sent is on its way when the person's is blanked: the blank is not that phone come back. */
  unusableOnItsWay: under(
    [
      createLead(0),
      push,
      editLead(first, UNUSABLE, 'phone'),
      editPerson(first, LONDON, 'phone'),
      pushUntil(3, 'sleep'),
      editPerson(first, NO_PHONE, 'phone'),
    ],
    { skew: -40 },
  ),
  /** A lead with a phone that cannot be sent is created, and nobody hears of it: the blank there is nobody's edit. */
  createdWithout: under([createLead(0), editLead(first, UNUSABLE, 'phone'), pushUntil(4, 'crash'), pull]),
  /** The same, and somebody edits that person in the meantime. */
  createdWithoutAndEdited: under([
    createLead(0),
    editLead(first, UNUSABLE, 'phone'),
    pushUntil(4, 'crash'),
    editPerson(first, ADA, 'job_title'),
    pull,
  ]),
  /** The unheard creation's e-mail is one thing, a blank that somebody really made since another: that one is told. */
  createdAndBlanked: under([createLead(0), pushUntil(4, 'crash'), editPerson(first, BLANK), pull]),
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
  /** A phone that Twenty has is replaced here by one that cannot be sent: both stay. */
  leftOutOfUpdate: under([
    createLead(0),
    editLead(first, LONDON, 'phone'),
    push,
    editLead(first, UNUSABLE, 'phone'),
    push,
  ]),
  /** Twenty refuses one text of a new lead, and the lead goes out without it. */
  leftOutByTwenty: under([createLead(0), editLead(first, REFUSED, 'city'), push]),
  /** A lead's e-mail is that of a deleted person, who is then destroyed: no lead is linked to them, and no webhook arrives. */
  holderDestroyed: under([
    createPerson(0),
    { do: 'delete person', which: first },
    createLead(0),
    push,
    { do: 'destroy person', which: first },
  ]),
  /** A person is restored for a lead and edited before its fields are written; meanwhile the lead is deleted again. */
  halfRestored: under(
    [
      createPerson(0),
      pull,
      { do: 'delete person', which: first },
      pull,
      { do: 'restore lead', which: first },
      pushUntil(4, 'sleep'),
      { do: 'delete lead', which: first },
      editPerson(first, GRACE),
      resume,
    ],
    { skew: 600, policy: 'twenty_wins', strict: true },
  ),
  /** Deletions stay where they are made, and an edit here brings no deleted person back. */
  deletionStays: under(
    [createLead(0), push, { do: 'delete person', which: first }, pull, editLead(first, GRACE), push],
    { deletion: 'none' },
  ),
  /** A user's trigger refuses that a lead is claimed; two others are due with it. */
  refusedClaim: under([createLead(0), createLead(2), createLead(4), refuse('syncing'), push, mend]),
  /** A lead that a trigger refuses to call synced; it was queued with two others, and all are as they were. */
  refusedRelease: under([
    createLead(0),
    createLead(2),
    createLead(4),
    push,
    { do: 'queue all leads' },
    refuse('synced'),
    push,
    mend,
  ]),
  /** A trigger refuses what came of the write of a lead; two others were written with it. */
  refusedCompletion: under([createLead(0), createLead(2), createLead(4), refuse('synced'), push, mend]),
  /** A trigger refuses that a lead is queued with two others. */
  refusedMark: under([
    createLead(0),
    createLead(2),
    createLead(4),
    push,
    refuse('pending'),
    { do: 'queue all leads' },
    push,
    mend,
  ]),
  /** A trigger refuses whatever is written to a lead, when its person and two others were edited. */
  refusedMerge: under([
    createLead(0),
    createLead(2),
    createLead(4),
    push,
    refuse(null),
    editPerson(first, GRACE),
    editPerson(1, LINUS),
    editPerson(2, GRACE, 'last_name'),
    pull,
    mend,
    { do: 'reconcile', ...whole },
  ]),
  /** A lead wins a conflict, and is then set back to what it was before: that goes out too. */
  wonAndSetBack: under(
    [createLead(0), push, editLead(first, GRACE), editPerson(first, LINUS), pull, editLead(first, ADA)],
    { policy: 'supabase_wins' },
  ),
} satisfies Record<string, Schedule>;

/** Somebody in Twenty edits a field between the read before a push and its write. */
export const HONEST_LIMIT: Schedule = under([
  createLead(0),
  push,
  editLead(first, GRACE),
  pushUntil(3, 'sleep'),
  editPerson(first, LINUS),
  resume,
]);
