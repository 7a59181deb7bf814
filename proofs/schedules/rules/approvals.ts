/** Deletions and changes that wait for a yes. */
import type { Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import { createLead, editLead, editPerson, first, GRACE, pull, push, under, wait } from './steps';

const askAll: Step = { do: 'ask above', deletions: 0, changes: 0 };
const sayYes: Step = { do: 'say yes' };

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
];
