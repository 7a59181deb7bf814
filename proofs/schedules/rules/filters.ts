/** Which leads travel out, and which people come in. */
import type { FilterDirection, FilterField, Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import { ADA, createLead, editLead, editPerson, first, GRACE, pull, push, under, wait } from './steps';

const PARIS = 0;

const setFilter = (
  direction: FilterDirection,
  field: FilterField,
  operator: 'is_set' | 'equals' = 'is_set',
  value = ADA,
): Step => ({ do: 'set filter', direction, field, operator, value });

export const DIRECTED = {
  /** The read before the write brings a name by which the lead stays here. */
  leavesWhileRead: under([
    createLead(0),
    push,
    setFilter('to_twenty', 'first_name', 'equals'),
    editLead(first, PARIS, 'city'),
    editPerson(first, GRACE),
    push,
  ]),
  /** The lead never fits, until there is no filter any more. */
  outsideFromTheStart: under([setFilter('to_twenty', 'job_title'), createLead(0), push]),
  /** A person whom the filter leaves outside is edited in Twenty, and here in another field. */
  editedOutside: under([
    createLead(0),
    push,
    setFilter('to_supabase', 'job_title'),
    editPerson(first, GRACE),
    editLead(first, PARIS, 'city'),
    pull,
    push,
    wait(400),
    pull,
  ]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the plan asks no filter',
    rule: 'A lead that the read before the write brings outside is not written',
    sql: [{ find: 'when n.lead_id = any (v_outside) then case', replace: 'when false then case' }],
    directed: DIRECTED.leavesWhileRead,
  },
  {
    name: 'leads outside are judged once',
    rule: 'What one filter left here, another one judges again',
    sql: [{ find: 'perform lead_sync.reopen_outside(2 * p_limit);', replace: 'null;' }],
    directed: DIRECTED.outsideFromTheStart,
  },
  {
    name: 'people outside are taken',
    rule: 'Of a person outside nothing is taken',
    sql: [
      {
        find: "if v_rule ? 'outside' and v_local is not distinct from v_base_local and not v_is_contested then",
        replace: 'if false then',
      },
    ],
    directed: DIRECTED.editedOutside,
  },
  {
    name: 'people outside are read once',
    rule: 'When the filter is another, a reconciliation reads again whom the one before left outside',
    sql: [{ find: 'and o.judged_by < $11)', replace: 'and false)' }],
    directed: DIRECTED.editedOutside,
  },
];
