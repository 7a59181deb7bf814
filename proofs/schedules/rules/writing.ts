/** What came of a write: intents, leases, completions, answers that nobody heard. */
import type { Schedule } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  ADA,
  BLANK,
  createLead,
  createPerson,
  deliverHint,
  editLead,
  editPerson,
  first,
  GRACE,
  LINUS,
  LONDON,
  NO_PHONE,
  pull,
  push,
  pushUntil,
  readHint,
  resume,
  under,
  UNUSABLE,
  wait,
  whole,
} from './steps';

export const DIRECTED = {
  /** A person is deleted, restored, and deleted again between the read and the write of a push. */
  restoredAndDeletedBeforeWrite: under([
    createPerson(3),
    pull,
    { do: 'delete person', which: first },
    pull,
    { do: 'restore person', which: first },
    editLead(first, 9, 'email'),
    pushUntil(2, 'sleep'),
    { do: 'delete person', which: first },
    resume,
  ]),
  /** The answer of a create is cut; the lead is deleted and restored here, and the person deleted in Twenty. */
  deletedAndBackUnheard: under([
    createLead(0),
    pushUntil(6, 'sleep', { at: 3, kind: 'cut' }),
    { do: 'delete lead', which: first },
    { do: 'restore lead', which: first },
    { do: 'delete person', which: first },
  ]),
  /** A lead gets what cannot be seen around the name that both sides have, and Twenty another name. */
  spelledUnseen: under(
    [createLead(0, GRACE), push, editPerson(first, LINUS), pull, editLead(first, 10), editPerson(first, ADA)],
    { policy: 'supabase_wins' },
  ),
  /** A name is blanked, with an old stamp, in a person whose creation was not heard of. */
  createdAndBlankedLongAgo: under([
    createLead(0),
    pushUntil(5, 'crash', { at: 3, kind: 'lost' }),
    editPerson(first, BLANK, 'first_name', 'past'),
  ]),
  /** A name is blanked here and spelt anew in Twenty. */
  blankedAndSpeltAnew: under([createLead(0, 7), push, editLead(first, BLANK), editPerson(first, ADA)]),
  /** Somebody writes in Twenty just what a push that died had intended to, and the lead has another value by then. */
  intendedAnyway: under([
    createLead(0),
    push,
    editLead(first, GRACE),
    pushUntil(3, 'crash'),
    editLead(first, LINUS),
    editPerson(first, GRACE),
  ]),
  /** A create that arrived late is read, and the person destroyed before the next write, which brings them back unseen. */
  destroyedUnseen: under([
    createLead(0),
    pushUntil(5, 'crash', { at: 3, kind: 'late' }),
    editLead(first, LINUS),
    pushUntil(2, 'sleep'),
    { do: 'destroy person', which: first },
    resume,
  ]),
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
  /** The answer of a write is lost, and the lead is set back before anybody reads. */
  unknownAndSetBack: under([
    createLead(0),
    push,
    editLead(first, GRACE),
    { do: 'push', withRun: false, lease: null, ...whole, fault: { at: 3, kind: 'lost' } },
    editLead(first, ADA),
    readHint,
    deliverHint,
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
  /** A create is heard of after its claim was taken over and its person deleted: a lead with the same e-mail stays held. */
  lateAnswerAboutHolder: under([
    createLead(0),
    createLead(1),
    pushUntil(4, 'sleep'),
    wait(400),
    { do: 'delete person', which: first },
    push,
    resume,
  ]),
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
  /** A batch that was planned ahead waits so long for its turn that its lease ends while it is written. */
  longWait: under([
    ...[0, 1, 2, 3, 4].map((email) => createLead(email)),
    push,
    ...[0, 1, 2, 3, 4].map((which) => editLead(which, GRACE)),
    {
      do: 'push',
      withRun: false,
      lease: 90,
      calls: 7,
      then: 'sleep',
      fault: { at: 6, kind: 'slow' },
      // the second claim and its read come before the first write anyhow, its plan because of this
      latest: 0b100000,
    },
    wait(50),
    editLead(4, LINUS),
    push,
    resume,
    pull,
  ]),
  /** A worker reports what it wrote after another has taken its lead over. */
  lateCompletion: under([createLead(0), pushUntil(4, 'sleep'), wait(4000), push, editLead(first, GRACE), resume]),
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

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no intent is recorded',
    rule: 'What is about to be written is recorded as intent before anything is written',
    sql: [
      {
        find: 'where s.lead_id = p.lead_id\n  ),\n  drop_old_intents',
        replace: 'where s.lead_id = p.lead_id and false\n  ),\n  drop_old_intents',
      },
    ],
  },
  {
    name: 'our own write comes back as an edit',
    rule: 'A later snapshot value equal to the intent counts as base_remote',
    sql: [{ find: 'if p_sent ? v_field\n', replace: 'if false\n' }],
    directed: DIRECTED.unknownOutcome,
  },
  {
    name: 'what shows a write that nobody heard of is plain',
    rule: 'A snapshot is plain only of a lead without an open intent',
    sql: [
      {
        find: "(i.known).left_out = '{}'\n        and s.claim_token is null and s.intent is null",
        replace: "(i.known).left_out = '{}'\n        and s.claim_token is null",
      },
    ],
    directed: DIRECTED.unknownAndSetBack,
  },
  {
    name: 'an unusable value is as good as a blank',
    rule: 'Our own write has come back when the snapshot shows a spelling of it; only a blank is a spelling of a blank',
    sql: [
      {
        find: "      lead_sync.normal_text(p_value #>> '{}')\n    )\n  end;\n",
        replace:
          "      case when p_kind = 'phone' then '' else lead_sync.normal_text(p_value #>> '{}') end\n    )\n  end;\n",
      },
    ],
    directed: DIRECTED.unusableOnItsWay,
  },
  {
    name: 'a create that landed unheard counts for nothing',
    rule: 'A later snapshot value equal to the intent counts as base_remote: a create lands as a whole',
    sql: [
      { find: "lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as created", replace: 'false as created' },
    ],
    directed: DIRECTED.blankedAfterLostCreate,
  },
  {
    name: 'an unheard create has sent everything',
    rule: 'A blank in a person whose creation was not heard of erases nothing here',
    sql: [{ find: " and (p_stated -> e.key) is distinct from 'null'), '{}')", replace: "), '{}')" }],
    directed: DIRECTED.createdWithout,
  },
  {
    name: 'a blank of an unheard create is overruled untold',
    rule: 'A blank that somebody may have made in a person whose creation was not heard of is kept as a conflict',
    sql: [{ find: "else p_sent ? (r ->> 'field') and p_stated", replace: 'else false and p_stated' }],
    directed: DIRECTED.createdAndBlanked,
  },
  {
    name: 'an unknown outcome drops the intent',
    rule: 'The intent is dropped by a definite refusal, never by an unknown outcome',
    sql: [
      {
        find: "intent = case when t.ok or (t.outcome <> 'unknown' and t.op is not null) then null else s.intent end",
        replace: 'intent = null',
      },
    ],
    directed: DIRECTED.unknownOutcome,
  },
  {
    name: 'an intent that landed stays open',
    rule: 'The intent is dropped by the first merged snapshot in which any of its changes has landed',
    sql: [
      {
        find: "case when n.landed or v_read > (n.intent ->> 'until')::timestamptz then null else n.intent end",
        replace: 'n.intent',
      },
    ],
    directed: DIRECTED.landedIntent,
  },
  {
    name: 'writes start whatever is left of the lease',
    rule: 'A worker starts a write only while its lease has more left than the request timeout',
    source: [
      {
        file: 'nodes/Twenty/leads/push.ts',
        find: 'leaseSeconds === null ? undefined : client.clock.now() + leaseSeconds * 1000 - client.timeoutMs',
        replace: 'undefined',
      },
    ],
    directed: DIRECTED.slowWorker,
  },
  {
    name: 'a wait for its turn costs a batch nothing of its lease',
    rule: 'The lease counts from the claim, however long the batch waits to be written',
    source: [
      {
        file: 'nodes/LeadSync/loops/push-claims.ts',
        find: 'const waited = (session.control.now() - at) / 1_000;',
        replace: 'const waited = 0;',
      },
    ],
    directed: DIRECTED.longWait,
  },
  {
    name: 'old claims settle leads',
    rule: 'A completion with a stale token changes nothing',
    sql: [
      {
        find: 'on s.lead_id = a.lead_id and s.claim_token is not distinct from v_claim_token',
        replace: 'on s.lead_id = a.lead_id',
      },
    ],
    directed: DIRECTED.lateCompletion,
  },
  {
    name: 'old claims free held leads',
    rule: 'A completion with a stale token changes nothing: of held leads neither',
    sql: [
      {
        find: "from jsonb_array_elements(v_settled) as t where t ->> 'sync_status' is not null",
        replace: 'from jsonb_array_elements(v_settled) as t',
      },
    ],
    directed: DIRECTED.lateAnswerAboutHolder,
  },
  {
    name: 'completion overwrites a newer base',
    rule: 'Only fields whose base is still what it was when the intent was recorded take what was sent',
    sql: [
      {
        find: `p_reborn or (
          (p_base_local -> e.key) is not distinct from (p_intent -> 'base_local' -> e.key)
          and (p_base_remote -> e.key) is not distinct from (p_intent -> 'base_remote' -> e.key)
        )) as kept`,
        replace: 'true) as kept',
      },
    ],
    directed: DIRECTED.newerBase,
  },
  {
    name: 'base takes what was sent for what is stored',
    rule: 'After a write base_remote is what Twenty returned',
    sql: [
      {
        find: 'jsonb_object_agg(f.key, f.returned) filter (where f.kept and not f.unusable)',
        replace: 'jsonb_object_agg(f.key, f.here) filter (where f.kept and not f.unusable)',
      },
    ],
  },
  {
    name: 'whatever went wrong counts as a refusal',
    rule: 'Limits, timeouts and lost answers do not count towards the maximum of attempts',
    sql: [
      {
        find: "not h.ok and h.outcome = 'refused' and h.category not in ('rate_limit', 'timeout', 'network', 'auth', 'permission', 'server') as counted",
        replace: 'not h.ok as counted',
      },
    ],
    directed: DIRECTED.unreachable,
  },
];
