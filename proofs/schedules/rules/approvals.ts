/** Deletions and changes that wait for a yes. */
import type { Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import { createLead, editLead, editPerson, first, GRACE, LINUS, pull, push, under, wait } from './steps';

const askAll: Step = { do: 'ask above', deletions: 0, changes: 0 };
const sayYes: Step = { do: 'say yes' };
const sayNo: Step = { do: 'say no' };

export const DIRECTED = {
  /** A person's edit waits until the cursor is past it; the yes is all that brings it. */
  editWaits: under([createLead(0), push, askAll, editPerson(first, GRACE), pull, wait(400), pull, sayYes, pull]),
  /** A lead's edit waits, and so does a deletion after it. */
  editAndDeletionWait: under([
    createLead(0),
    push,
    askAll,
    editLead(first, GRACE),
    push,
    wait(400),
    { do: 'delete lead', which: first },
    push,
    sayYes,
  ]),
  /** A person is deleted in Twenty, and that waits until the cursor is past it. */
  deletionWaits: under([
    createLead(0),
    push,
    askAll,
    { do: 'delete person', which: first },
    pull,
    wait(400),
    pull,
    sayYes,
  ]),
  /** A no is said to a lead's edit, then to a person's. */
  refused: under([
    createLead(0),
    push,
    askAll,
    editLead(first, GRACE),
    push,
    sayNo,
    editPerson(first, LINUS),
    pull,
    sayNo,
    { do: 'queue all leads' },
    push,
  ]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a yes brings nothing here',
    rule: 'What was read of people is merged after the yes, as it was then',
    sql: [
      { find: "perform public.upsert_leads(v_read.snapshots, 'twenty', v_read.read_started_at);", replace: 'null;' },
    ],
    directed: DIRECTED.editWaits,
  },
  {
    name: 'a yes sends nothing',
    rule: 'After the yes the leads that waited are due',
    sql: [
      {
        find: 'set due_at = clock_timestamp(), error_category = null from waiting as w where p_yes',
        replace: 'set due_at = null from waiting as w where false',
      },
    ],
    directed: DIRECTED.editAndDeletionWait,
  },
  {
    name: 'a no holds no lead back',
    rule: 'What a no was said to does not go out until the lead is another',
    sql: [
      {
        find: "where case when a -> 'known' = 'null' then a ->> 'kind' = any (v_kinds) else coalesce(a #>> '{known,decision}', '') <> 'yes' end",
        replace: "where a ->> 'kind' = any (v_kinds) and a -> 'known' = 'null'",
      },
    ],
    directed: DIRECTED.refused,
  },
  {
    name: 'a no lets a person in',
    rule: 'What a no was said to is not merged until the person is another',
    sql: [
      {
        find: "where coalesce(v_known #>> array[i ->> 'index', 'decision'], 'no') = 'yes' or not v_known ? (i ->> 'index')",
        replace: "where v_known #>> array[i ->> 'index', 'decision'] is not null or not v_known ? (i ->> 'index')",
      },
    ],
    directed: DIRECTED.refused,
  },
  {
    name: 'a push takes what a no was said to',
    rule: 'A claim takes nothing of a person that waits for a yes or got a no',
    sql: [
      {
        find: "if p_context ->> 'adapter' <> 'lead' or not lead_sync.asks()",
        replace: "if p_claim_token is not null or p_context ->> 'adapter' <> 'lead' or not lead_sync.asks()",
      },
    ],
    directed: DIRECTED.refused,
  },
];
