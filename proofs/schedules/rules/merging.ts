/** Which change counts: bases, incarnations, conflicts, deletions. */
import type { Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  ADA,
  BLANK,
  createLead,
  createPerson,
  editLead,
  editPerson,
  first,
  GRACE,
  JOSE,
  JOSE_IN_PARTS,
  LINUS,
  pull,
  push,
  pushUntil,
  resume,
  under,
  wait,
  whole,
} from './steps';

const DESTROYED_BEFORE_WRITE: Step[] = [
  createLead(0),
  push,
  editLead(first, ADA, 'last_name'),
  pushUntil(3, 'sleep'),
  { do: 'destroy person', which: first },
  editLead(first, BLANK),
];

export const DIRECTED = {
  /** A name is spelt anew in Twenty: the lead takes the spelling of whoever wrote last. */
  speltAnew: under([createLead(0, 7), push, editPerson(first, 1), pull]),
  /** Both sides write one name, with a letter in one piece here and in parts there. */
  oneNameTwice: under([createLead(0), push, editLead(first, JOSE), editPerson(first, JOSE_IN_PARTS), pull, push]),
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
  /** The same, and the lead's first name is taken away before the write, which sends the whole name: blank it goes out. */
  blankedWhileRemade: under([...DESTROYED_BEFORE_WRITE, resume]),
  /** The same, and nobody hears the answer: a pull reads who was made. */
  blankedWhileRemadeUnheard: under([...DESTROYED_BEFORE_WRITE, { do: 'resume', which: 0, ...whole, calls: 1 }, pull]),
  /** A lead wins a conflict, and is then set back to what it was before: that goes out too. */
  wonAndSetBack: under(
    [createLead(0), push, editLead(first, GRACE), editPerson(first, LINUS), pull, editLead(first, ADA)],
    { policy: 'supabase_wins' },
  ),
  /** Both sides edit one name, and the lead's wins. */
  bothEdited: under([createLead(0), push, editLead(first, GRACE), editPerson(first, LINUS), pull], {
    policy: 'supabase_wins',
  }),
  /** Deletions stay where they are made, and an edit here brings no deleted person back. */
  deletionStays: under(
    [createLead(0), push, { do: 'delete person', which: first }, pull, editLead(first, GRACE), push],
    { deletion: 'none' },
  ),
  /** A deletion stays in Twenty; the lead is deleted and restored with no push between: nothing was changed here. */
  deletedAndRestored: under(
    [
      createLead(0),
      push,
      { do: 'delete person', which: first },
      pull,
      { do: 'delete lead', which: first },
      { do: 'restore lead', which: first },
    ],
    { deletion: 'to_twenty' },
  ),
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
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'what nobody sees makes another text',
    rule: 'Two spellings of one text are equal, invisible characters, kinds of spaces and composed letters aside',
    sql: [
      {
        find: '  return btrim(normalize(regexp_replace(regexp_replace(p_text,',
        replace: '  return p_text; return btrim(normalize(regexp_replace(regexp_replace(p_text,',
      },
    ],
    directed: DIRECTED.oneNameTwice,
  },
  {
    name: 'due against what Twenty stores',
    rule: 'A lead is due exactly when a field that may go out differs from its base_local',
    sql: [
      { find: 'when p_local = p_base_local then', replace: 'when p_local = p_base_remote then' },
      {
        find: "is distinct from (p_base_local -> (r.value ->> 'field'))",
        replace: "is distinct from (p_base_remote -> (r.value ->> 'field'))",
      },
    ],
  },
  {
    name: 'incarnations are not told apart by snapshots',
    rule: 'Base belongs to one incarnation: a snapshot with another createdAt starts from blank',
    sql: [
      {
        find: "coalesce(s.remote_created_at <> (m.snapshot ->> 'twenty_created_at')::timestamptz or (s.gone and m.newly_linked), false) as reborn",
        replace: 'false as reborn',
      },
    ],
    directed: DIRECTED.reborn,
  },
  {
    name: 'another incarnation is plain',
    rule: 'A snapshot is plain only of the incarnation that base belongs to',
    sql: [{ find: ' and s.remote_created_at = i.created_at', replace: '' }],
    directed: DIRECTED.reborn,
  },
  {
    name: 'an edit here is overwritten where Twenty changed the field, too',
    rule: 'A snapshot is plain only where nobody here changed what Twenty changed',
    sql: [{ find: 'and not t.taken ?| e.edited', replace: '' }],
    directed: DIRECTED.bothEdited,
  },
  {
    name: 'incarnations are not told apart by answers',
    rule: "Base belongs to one incarnation: a write's answer with another createdAt leaves base with what was sent",
    sql: [
      {
        find: "coalesce(h.remote_created_at <> h.created_at, false) or (h.gone and h.op = 'create')",
        replace: 'false',
      },
    ],
    directed: DIRECTED.rebornByWrite,
  },
  {
    name: 'nothing is agreed with a record that a write made again',
    rule: 'What a write made again as it was agreed stays agreed: an edit here since then goes out',
    sql: [
      { find: 'lead_sync.still_agreed(p_base_local, p_base_remote, p_returned)', replace: "'{}'" },
      { find: 'lead_sync.still_agreed(p_base_remote, p_base_remote, p_returned)', replace: "'{}'" },
    ],
    directed: DIRECTED.blankedWhileRemade,
  },
  {
    name: 'nothing is agreed with a record that an unheard write made again',
    rule: 'What an unheard write made again as it was agreed stays agreed, too',
    sql: [
      {
        find: "s.intent is not null and lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as by_us",
        replace: 'false as by_us',
      },
    ],
    directed: DIRECTED.blankedWhileRemadeUnheard,
  },
  {
    name: 'conflicts leave no trace',
    rule: 'Loser, winner and both values of a conflict are kept',
    sql: [{ find: 'if v_reason is not null then', replace: 'if false then' }],
  },
  {
    name: 'a lead that won a conflict may look unchanged',
    rule: 'When the lead wins a conflict, its edit counts as made on top of what Twenty has',
    sql: [
      {
        find: `      v_base_local := v_remote;
    elsif v_equal`,
        replace: `      null;
    elsif v_equal`,
      },
    ],
    directed: DIRECTED.wonAndSetBack,
  },
  {
    name: 'deleted people are written to',
    rule: 'While either side is deleted its fields wait',
    sql: [{ find: "  when p_local ? 'deleted' or p_base_remote ? 'deleted' then '{}'::text[]\n", replace: '' }],
  },
  {
    name: 'deletion has one direction only',
    rule: 'Deletion travels as its settings say',
    sql: [{ find: "case when f.enabled then f.direction else 'none' end", replace: "'both'" }],
    directed: DIRECTED.deletionStays,
  },
  {
    name: 'a half-done restore counts as not done',
    rule: 'What may have landed is unknown: the intent stays until a read shows what came of it',
    source: [
      {
        file: 'nodes/Twenty/leads/push.ts',
        find: 'return result.ok || !this.begun.has(write)',
        replace: 'return result',
      },
    ],
    directed: DIRECTED.halfRestored,
  },
];
