/** Companies: one value, told apart by what is theirs alone, called as Twenty calls them. */
import type { Schedule } from '../steps/schedule';
import { FORGET_IDLE_READS } from './moments';
import type { Mutant } from './mutant';
import {
  ACME_FR,
  ACME_LTD,
  createLead,
  createPerson,
  editLead,
  editPerson,
  first,
  GLOBEX,
  HOOLI,
  INITECH,
  MAIL_HOST,
  pull,
  push,
  pushUntil,
  resume,
  under,
  whole,
} from './steps';

export const DIRECTED = {
  /** A company is renamed between its creation by a push and the creation of its person. */
  renamedWhileCreating: under([
    createLead(0),
    editLead(first, 4, 'company'),
    pushUntil(5, 'sleep'),
    { do: 'rename company', which: first },
    resume,
  ]),
  /** A lead's company gets another domain while its person moves to another company. */
  twoCompanies: under([
    createPerson(0),
    editPerson(first, 0, 'company'),
    pull,
    editPerson(first, 1, 'company'),
    editLead(first, ACME_FR, 'company'),
    pull,
  ]),
  /** A person moves to a company that has neither name nor domain: old reads come again and must not move them back. */
  blankCompany: under([
    createPerson(0),
    pull,
    { do: 'pull', mode: 'full', ...whole },
    editPerson(first, MAIL_HOST, 'company'),
  ]),
  /** Two companies of which only a page in a social network is known. */
  sharedHost: under([
    createLead(0),
    createLead(2),
    editLead(first, INITECH, 'company'),
    editLead(1, HOOLI, 'company'),
    push,
  ]),
  /** A lead knows the company of its domain under another name than Twenty. */
  namedOtherwise: under([
    createPerson(0),
    editPerson(first, 0, 'company'),
    createLead(2),
    editLead(first, ACME_LTD, 'company'),
    push,
  ]),
  /** As before, and the answer to the create is lost. */
  namedOtherwiseUnheard: under([
    createPerson(3),
    editPerson(first, ACME_LTD, 'company'),
    createLead(0),
    editLead(first, 0, 'company'),
    { do: 'push', withRun: true, lease: null, ...whole, fault: { at: 5, kind: 'lost' } },
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
  /** The answer to a create is lost, and its company destroyed in Twenty, which leaves no trace in the person. */
  destroyedUnheard: under([
    createLead(0),
    editLead(first, ACME_LTD, 'company'),
    { do: 'push', withRun: true, lease: null, ...whole, fault: { at: 6, kind: 'lost' } },
    { do: 'destroy company', which: first },
  ]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the company of a create that went unheard is called otherwise, and nobody is told',
    rule: 'What a lead takes over as its company in Twenty is called otherwise is a conflict, the answer heard or not',
    sql: [
      {
        find: "(r ->> 'field' in ('company_name', 'company_domain') or p_stated is not null)",
        replace: 'p_stated is not null',
      },
    ],
    directed: DIRECTED.namedOtherwiseUnheard,
  },
  {
    name: 'a company is merged by halves',
    rule: 'A company is one value: of two that both sides changed, one stays whole',
    sql: [
      {
        find: 'v_is_contested := v_company_changed_here',
        replace: 'v_is_contested := false and v_company_changed_here',
      },
    ],
    directed: DIRECTED.twoCompanies,
  },
  {
    name: 'an old read moves people back to their company',
    rule: 'Another company is a change of the person, and older reads are stale',
    sql: [
      { find: 'or d.company_id is distinct from d.known_company_id', replace: '' },
      { find: 'or l.company_id is distinct from l.known_company_id as is_moved', replace: 'as is_moved' },
      {
        find: 's set remote_updated_at = t.remote_updated_at',
        replace: 's set remote_updated_at = t.remote_updated_at, company_id = t.company_id',
      },
      ...FORGET_IDLE_READS,
    ],
    directed: DIRECTED.blankCompany,
  },
  {
    name: 'a host that many share is a company',
    rule: 'The domain of a social network, a mail service, a site builder, a short link or a marketplace tells no company apart',
    sql: [{ find: "and lead_sync.shared_host(o.local ->> 'company_domain') is not null", replace: 'and false' }],
    directed: DIRECTED.sharedHost,
  },
  {
    name: 'what Twenty answers is not taken',
    rule: 'Where Twenty returned another value than it was sent, the lead takes it',
    sql: [{ find: 'r.rule is not null as replaced', replace: 'false as replaced' }],
    directed: DIRECTED.namedOtherwise,
  },
  {
    name: 'what Twenty answers is taken over an edit',
    rule: 'A lead that was edited while its write was on its way keeps the edit, made on top of what Twenty returned',
    sql: [
      {
        find: 'when f.replaced or f.unusable and f.edited then f.returned else f.here end',
        replace: 'when true then f.here end',
      },
    ],
    directed: DIRECTED.namedOtherwiseMeanwhile,
  },
  {
    name: 'what Twenty replaced is lost without a trace',
    rule: 'A value that was sent and that Twenty replaced is kept as a conflict',
    sql: [{ find: "and f.here <> 'null' and lower", replace: 'and false and lower' }],
    directed: DIRECTED.namedOtherwise,
  },
];
