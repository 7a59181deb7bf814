/** Values that are options of another name in Twenty: in every schedule, `Newsletter` here is `NEWS` there. */
import type { Schedule } from '../steps/schedule';
import type { Mutant } from './mutant';
import { createLead, editLead, editPerson, first, pull, push, under } from './steps';

const NEWSLETTER = 3;

export const DIRECTED = {
  /** Somebody chooses the option in Twenty. */
  optionChosen: under([createLead(0), push, editPerson(first, NEWSLETTER, 'attributes.utm'), pull]),
  /** Somebody writes the value here. */
  valueWritten: under([createLead(0), push, editLead(first, NEWSLETTER, 'attributes.utm'), push]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'options come as they are called in Twenty',
    rule: 'An option comes as the value that it is here',
    sql: [{ find: 'lead_sync.translated(i.value, v_names)', replace: 'i.value' }],
    directed: DIRECTED.optionChosen,
  },
  {
    name: 'values go as they are called here',
    rule: 'A value goes as the option that it is in Twenty',
    sql: [{ find: 'else lead_sync.translated(f.form, v_names) end', replace: 'else f.form end' }],
    directed: DIRECTED.valueWritten,
  },
];
