/** One bad record never stops its neighbours. */
import type { Schedule } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  createLead,
  createPerson,
  editLead,
  editPerson,
  first,
  GRACE,
  LINUS,
  mend,
  pull,
  push,
  refuse,
  REFUSED,
  under,
  whole,
} from './steps';

export const DIRECTED = {
  /** A lead is held for its e-mail, with another edit that waits, and gets another e-mail from Twenty. */
  heldForOldEmail: under([
    { do: 'take in leads', emails: [1, 8, 7], poisoned: true },
    createPerson(4),
    push,
    editLead(1, 0, 'phone'),
    pull,
    editPerson(first, 2, 'job_title', 'past'),
    editLead(1, 4, 'email'),
    { do: 'push', withRun: true, lease: 90, ...whole },
    editPerson(2, 3, 'email'),
  ]),
  /** One lead that Twenty refuses for as long as it is tried, in one batch with another. */
  refusedMate: under([createLead(0), createLead(2), editLead(first, REFUSED, 'city'), editLead(1, 0, 'city'), push]),
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
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a lead is held for an e-mail that it had',
    rule: 'A held lead that takes another e-mail from Twenty is tried again',
    sql: [
      {
        find: "and not t.newly_linked and not t.taken ? 'email' then 'error'",
        replace: "and not t.newly_linked then 'error'",
      },
      { find: "= 'error' and not l.taken ? 'email' then 'error'", replace: "= 'error' then 'error'" },
    ],
    directed: DIRECTED.heldForOldEmail,
  },
  {
    name: 'a bad record takes its batch along',
    rule: 'A batch that fails is taken apart, so that one bad row is reported and the others land',
    sql: [
      {
        find: '    for v_part in 0..3 loop',
        replace: `    if true then
      return (select jsonb_agg(lead_sync.rejection((i ->> 'index')::integer, i -> 'snapshot', v_message)) from jsonb_array_elements(p_items) as i);
    end if;
    for v_part in 0..3 loop`,
      },
    ],
  },
  {
    name: 'a refused batch is refused whole',
    rule: 'A refused batch is bisected until the bad record stands alone',
    source: [
      {
        file: 'nodes/Twenty/records/writer.ts',
        find: 'else queue.unshift(...halves(batch));',
        replace: 'else this.settle(writes, failure);',
      },
    ],
    directed: DIRECTED.refusedMate,
  },
  {
    name: 'only bad values are one lead’s fault',
    rule: 'Whatever is raised while one row is written halves the batch',
    sql: [
      {
        find: `  exception when others or assert_failure then
    get stacked diagnostics v_message = message_text`,
        replace: `  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_message = message_text`,
      },
    ],
    directed: DIRECTED.refusedMerge,
  },
  {
    name: 'one lead that cannot be claimed ends the claim',
    rule: 'One poison lead never stops its neighbours: in a claim',
    sql: [
      {
        find: "lead_sync.write_or_split('claim', v_due, v_context)",
        replace: "case when v_due is null then '[]' else lead_sync.claim_leads(v_due, v_context) end",
      },
    ],
    directed: DIRECTED.refusedClaim,
  },
  {
    name: 'one lead that cannot be released ends the plan',
    rule: 'One poison lead never stops its neighbours: in a plan',
    sql: [
      { find: "lead_sync.write_or_split('mark', p_items, p_context)", replace: "lead_sync.mark_rows('lead', p_items)" },
    ],
    directed: DIRECTED.refusedRelease,
  },
  {
    name: 'one lead that cannot be settled ends the completion',
    rule: 'One poison lead never stops its neighbours: in a completion',
    sql: [{ find: "lead_sync.write_or_split('settle', p_results,", replace: 'lead_sync.settle_writes(p_results,' }],
    directed: DIRECTED.refusedCompletion,
  },
  {
    name: 'one lead that cannot be queued ends the queueing',
    rule: 'One poison lead never stops its neighbours: when leads are queued',
    sql: [{ find: "lead_sync.write_or_split('mark', v_marked)", replace: "lead_sync.mark_rows('lead', v_marked)" }],
    directed: DIRECTED.refusedMark,
  },
];
