/** Who is whom: which lead a person or a form is, and who is made anew. */
import type { Schedule } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  BLANK,
  createLead,
  createPerson,
  deliverHint,
  editLead,
  editPerson,
  first,
  GRACE,
  JOSE,
  LETTERS,
  LINUS,
  pull,
  push,
  pushUntil,
  readHint,
  resume,
  under,
  wait,
  withTouch,
  XN_HOST,
} from './steps';

export const DIRECTED = {
  /** A list is spelled anew here after another address came to it in Twenty: the later edit stays, and a conflict tells. */
  listSpelledAnew: under([
    createPerson(3),
    editPerson(first, 0, 'additional_emails'),
    pull,
    createPerson(0),
    { do: 'merge people', which: first, other: 1 },
    editLead(first, 4, 'additional_emails'),
  ]),
  /** A lead with an edit that was not sent joins one whose name, which had overruled another, is blanked just then. */
  joinedJustBlanked: under(
    [
      createPerson(1),
      createLead(3),
      push,
      createLead(0, LINUS),
      push,
      editLead(first, 6),
      { do: 'merge people', which: 0, other: 1 },
      editPerson(first, BLANK),
    ],
    { policy: 'supabase_wins' },
  ),
  /** A lead with an edit that was not sent joins one that is made just then, of a person whose name was blanked long ago. */
  joinedJustMade: under([
    pull,
    createLead(10),
    createPerson(7),
    push,
    editLead(first, JOSE),
    { do: 'merge people', which: 0, other: 1 },
    editPerson(2, BLANK, 'first_name', 'past'),
  ]),
  /** A lead takes the e-mail of somebody whom only Twenty knows so far, long after its own person was read last. */
  otherLeadsEmail: under([createLead(0), push, wait(400), pull, createPerson(2), editLead(first, 2, 'email'), pull]),
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
  /** A person without a first address has that of an unlinked lead among the others. */
  onlyOtherAddress: under([
    createLead(GRACE),
    { do: 'create people', count: 1 },
    editPerson(first, GRACE, 'additional_emails'),
    pull,
    push,
  ]),
  /** A form comes from another address of a person. */
  secondAddress: under([
    createPerson(0),
    editPerson(first, GRACE, 'additional_emails'),
    pull,
    { do: 'take in leads', emails: [GRACE], poisoned: false },
  ]),
  /** A form gives the host of a known e-mail in its letters. */
  hostInLetters: under([createLead(XN_HOST), { do: 'take in leads', emails: [LETTERS], poisoned: false }]),
  /** Two people are merged in Twenty while the lead of the one who goes has an edit that was not sent yet. */
  mergedPeople: under([
    createPerson(0),
    createPerson(GRACE),
    pull,
    editLead(1, 0, 'job_title'),
    { do: 'merge people', which: first, other: 1 },
  ]),
  /** A read of before two people were merged arrives afterwards, and the one who stays gets a blank that no delta sees. */
  mergedAfterRead: under([
    pull,
    createPerson(2),
    createPerson(0),
    { do: 'read hint', which: [1] },
    { do: 'merge people', which: 0, other: 1 },
    deliverHint,
    editLead(first, GRACE, 'additional_emails'),
    editPerson(first, BLANK, 'first_name', 'past'),
  ]),
  /** The lead of a person who was merged away has another address by now; the one who stays is read last, by a full comparison. */
  mergedAndEdited: under([
    createPerson(3),
    createPerson(0),
    pull,
    { do: 'merge people', which: first, other: 1 },
    editLead(1, GRACE, 'email'),
    editPerson(first, LINUS, 'first_name', 'past'),
  ]),
  /** Two merges on end: the first loser's lead still shows the address when the second one's is found to be gone. */
  mergedTwice: under([
    { do: 'create people', count: 3 },
    editPerson(2, 0, 'email'),
    editPerson(first, 1, 'additional_emails'),
    pull,
    editLead(1, GRACE, 'email'),
    pushUntil(3, 'crash'),
    { do: 'merge people', which: 1, other: first },
    pull,
    { do: 'merge people', which: 1, other: 0 },
  ]),
  /** Somebody asks to be forgotten, and stays in Twenty for the time being. */
  forgotten: under([createPerson(0), pull, { do: 'forget lead', which: first, inTwenty: false }, pull]),
  /** Somebody forgotten writes anew, and the lead is removed before any push: the person is seen by the reconciliation. */
  welcome: under([
    createPerson(0),
    wait(4000),
    createLead(GRACE),
    { do: 'bulk edit lead', which: first, field: 'email', value: 0 },
    { do: 'forget lead', which: first, inTwenty: false },
    pull,
    { do: 'take in leads', emails: [0], poisoned: false },
    { do: 'destroy lead', which: first },
  ]),
  /** A person gets the address of somebody forgotten between the read of them and its merge: nothing read told who that is. */
  forgottenAfterRead: under([
    createLead(GRACE),
    { do: 'forget lead', which: first, inTwenty: false },
    createPerson(0),
    readHint,
    editPerson(first, GRACE, 'additional_emails'),
    deliverHint,
  ]),
  /** Somebody is forgotten while a push knows them from an older read, and another lead has one of their addresses. */
  forgottenInFlight: under([
    createLead(GRACE),
    editLead(first, 0, 'additional_emails'),
    push,
    { do: 'delete lead', which: first },
    createLead(6),
    pushUntil(2, 'sleep'),
    { do: 'forget lead', which: first, inTwenty: true },
    resume,
  ]),
  /** A person was created and not heard of; they get the address of somebody who is forgotten. */
  forgottensAddress: under([
    createLead(0),
    push,
    createLead(2),
    pushUntil(4, 'crash'),
    { do: 'forget lead', which: first, inTwenty: true },
    editPerson(first, 1, 'email'),
  ]),
  /** Somebody in Twenty creates a person with the lead's e-mail between read and write. */
  createMeetsStranger: under([createLead(0), pushUntil(3, 'sleep'), createPerson(0), resume]),
  /** A lead's e-mail is that of a deleted person, who is then destroyed: no lead is linked to them, and no webhook arrives. */
  holderDestroyed: under([
    createPerson(0),
    { do: 'delete person', which: first },
    createLead(0),
    push,
    { do: 'destroy person', which: first },
  ]),
  /** A form is sent twice, the second time with another address. */
  touchAgain: under([withTouch(0), withTouch(GRACE)]),
  /** Somebody who came by a form is forgotten, and its service shows the form again. */
  forgottenTouch: under([withTouch(0), { do: 'forget lead', which: first, inTwenty: false }, withTouch(0)]),
  /** Two people who came by forms are merged in Twenty. */
  mergedTouches: under([withTouch(0), withTouch(GRACE, 1), push, { do: 'merge people', which: first, other: 1 }]),
  /** A form is sent twice in one call. */
  touchTwiceInOneCall: under([{ do: 'take in leads', emails: [0, GRACE], poisoned: false, touch: 0 }]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a person takes any lead with its e-mail',
    rule: 'By e-mail a person is matched only to an unlinked lead',
    sql: [
      {
        find: 'and (l.twenty_id is null or s.gone) and l.deleted_at is null and s.intent is null',
        replace: 'and l.deleted_at is null and s.intent is null',
      },
    ],
    directed: DIRECTED.otherLeadsEmail,
  },
  {
    name: 'a person takes a lead whose create is under way',
    rule: 'By e-mail a person is matched only to a lead with no open intent',
    sql: [{ find: 'and l.deleted_at is null and s.intent is null', replace: 'and l.deleted_at is null' }],
    directed: DIRECTED.createUnderWay,
  },
  {
    name: 'a blank first address counts as agreed',
    rule: 'A person without a first address gets that of the lead found by another one',
    sql: [{ find: " and m.stated ->> 'email' is not null", replace: '' }],
    directed: DIRECTED.onlyOtherAddress,
  },
  {
    name: 'forms make every lead anew',
    rule: 'Other sources match any live lead by their own id, then by e-mail',
    sql: [
      {
        find: '= e.email and l.deleted_at is null and by_id.id is null',
        replace: '= e.email and l.twenty_id is null and by_id.id is null',
      },
    ],
  },
  {
    name: 'a second address is nobody',
    rule: "A form from another address of a person is that person's",
    sql: [{ find: "as id where item.emails <> '{}'", replace: 'as id where false' }],
    directed: DIRECTED.secondAddress,
  },
  {
    name: 'a host has one spelling',
    rule: 'An e-mail is found by either spelling of its host',
    sql: [{ find: 'select v_name || h.host', replace: 'select v_name || v_host' }],
    directed: DIRECTED.hostInLetters,
  },
  {
    name: 'the leads of merged people stay apart',
    rule: 'A lead whose person was merged away joins the lead of the one who stays',
    sql: [{ find: 'where l.id = c.id and s.gone', replace: 'where false' }],
    directed: DIRECTED.mergedPeople,
  },
  {
    name: "nobody looks again when an address becomes one lead's alone",
    rule: 'A lead of a merged person that could not join, as two leads had its address, joins when one of them is gone',
    sql: [
      {
        find: "coalesce(to_jsonb(g.additional_emails), i -> 'snapshot' -> 'additional_emails')",
        replace: "i -> 'snapshot' -> 'additional_emails'",
      },
    ],
    directed: DIRECTED.mergedTwice,
  },
  {
    name: 'a lead has the address of today alone',
    rule: 'The lead of a merged person is found by the address that Twenty knew',
    sql: [
      { find: "where s.gone and lead_sync.email_key(s.base_remote ->> 'email') = a.email", replace: 'where false' },
    ],
    directed: DIRECTED.mergedAndEdited,
  },
  {
    name: 'a lead that joins another brings back what Twenty merged',
    rule: 'What both sides agreed on goes by the merge in Twenty: the lead that joins fills only what was never there',
    sql: [{ find: "v_values -> (r ->> 'field') = v_agreed -> (r ->> 'field')", replace: 'false' }],
    directed: DIRECTED.mergedAfterRead,
  },
  {
    name: 'the forgotten come back',
    rule: 'Of somebody who asked to be forgotten no read makes a lead again',
    sql: [
      { find: 'where not m.repeated and not m.forgotten and', replace: 'where not m.repeated and' },
      { find: 'and not (v_has_forgotten and lead_sync.is_forgotten(i.snapshot))', replace: '' },
    ],
    directed: DIRECTED.forgotten,
  },
  {
    name: 'a touch counts each time',
    rule: 'A touch that comes again changes nothing',
    sql: [{ find: 'where k.id is not null or k.forgotten', replace: 'where k.forgotten' }],
    directed: DIRECTED.touchAgain,
  },
  {
    name: 'a touch counts each time in its call',
    rule: 'Of several leads with one touch in a call, the first is taken',
    sql: [{ find: "where n.nth = 1 or not n.item -> 'snapshot' ? 'touch'", replace: 'where true' }],
    directed: DIRECTED.touchTwiceInOneCall,
  },
  {
    name: 'touches remember the forgotten',
    rule: 'Of somebody who asked to be forgotten no touch that came before makes a lead again',
    sql: [
      {
        find: 'union select lead_sync.touch_text(t.source, t.external_id) from public.lead_touches as t where t.lead_id = any (v_ids)',
        replace: '',
      },
    ],
    directed: DIRECTED.forgottenTouch,
  },
  {
    name: 'touches stay with the lead that went',
    rule: 'A lead that joins another one brings its touches',
    sql: [{ find: 'perform lead_sync.hand_over_touches(p_from, p_to);', replace: '' }],
    directed: DIRECTED.mergedTouches,
  },
  {
    name: 'creates with an id of their own',
    rule: "Creates carry the lead's own UUID, so that a lost response cannot make a duplicate",
    source: [
      {
        file: 'nodes/Twenty/leads/drafts.ts',
        find: 'const id = write.twenty_id;',
        replace: "const id = write.op === 'create' ? crypto.randomUUID() : write.twenty_id;",
      },
    ],
  },
  {
    name: 'creates may update',
    rule: 'Creates are never sent with upsert: a known e-mail would silently update somebody else',
    source: [
      {
        file: 'nodes/Twenty/records/writer.ts',
        find: "createManyDocument(object, selection, mode === 'update')",
        replace: 'createManyDocument(object, selection, true)',
      },
    ],
    directed: DIRECTED.createMeetsStranger,
  },
  {
    name: 'the forgotten come back in another lead',
    rule: 'Nor does a read give what it shows of them to a lead that has another of their addresses',
    sql: [
      {
        find: "when m.newly_linked and m.lead_id <> lead_sync.own_id_of(m.twenty_id) then lead_sync.is_forgotten(jsonb_build_object('email', m.snapshot -> 'email'))\n",
        replace: '',
      },
    ],
    directed: DIRECTED.forgottenInFlight,
  },
  {
    name: 'a person of our own creating is taken for somebody forgotten',
    rule: 'A person of our own creating is known by its id, whoever had its address',
    sql: [
      { find: 'm.newly_linked and m.lead_id <> lead_sync.own_id_of(m.twenty_id) then', replace: 'm.newly_linked then' },
    ],
    directed: DIRECTED.forgottensAddress,
  },
  {
    name: 'holds are for ever',
    rule: 'A held lead is released when the person whose e-mail it has is gone: reconciliation sees that where nothing else does',
    sql: [
      {
        find: "if v_range.step = 'read' and 'unsynced' = any (lead_sync.kinds_to_repair(v_reconciliation)) and v_adapter = 'lead' then",
        replace: 'if false then',
      },
    ],
    directed: DIRECTED.holderDestroyed,
  },
];
