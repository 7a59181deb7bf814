import { oneOf, flag, position, text } from '../frame/fields';
import { ActionForm, SearchForm } from '../frame/forms';
import { addressOf } from '../frame/address';
import { definePage, type ViewProps } from '../frame/page';
import { LEADS_ACTIONS } from '../lead-actions';
import { Filters } from '../view/filters';
import { ago, number, words } from '../view/format';
import { Person, StatusTag } from '../view/lead';
import { Paging } from '../view/list';
import { Card, Empty, Table, Tag, type Column } from '../view/parts';

interface FoundLead {
  id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  company_name: string | null;
  sync_status: string;
  problem: string | null;
  held: boolean;
  conflicts: number;
  left_out: Record<string, string>;
  updated_at: string;
  deleted_at: string | null;
}

/** What `search_leads` returns. */
interface FoundLeads {
  leads: FoundLead[];
  has_next: boolean;
  position: string | null;
}

const PAGE = 50;

const FILTERS = {
  waiting: 'Waiting',
  failed: 'Failed',
  held: 'Held',
  conflict: 'With a conflict',
  left_out: 'With fields left out',
  duplicates: 'Possible duplicates',
} as const;

const params = {
  q: text(200),
  filter: oneOf(Object.keys(FILTERS) as Array<keyof typeof FILTERS>),
  after: position(600),
  all: flag,
};

/** Why somebody may want to look at it. */
function What({ lead }: { lead: FoundLead }) {
  const fields = Object.keys(lead.left_out);
  const told = [
    lead.problem,
    lead.conflicts === 0
      ? null
      : lead.conflicts === 1
        ? 'An open conflict.'
        : `${number(lead.conflicts)} open conflicts.`,
    fields.length === 0 ? null : `Left out: ${fields.slice(0, 5).map(words).join(', ')}.`,
  ].filter((each) => each !== null);
  return <span class="free">{told.join(' ').slice(0, 300)}</span>;
}

function State({ lead }: { lead: FoundLead }) {
  if (lead.deleted_at !== null) return <Tag state="plain">Deleted</Tag>;
  return lead.held ? <Tag state="warning">Held</Tag> : <StatusTag status={lead.sync_status} />;
}

function Leads({ data, params: { q, filter, after, all }, at }: ViewProps<typeof params, FoundLeads>) {
  const columns: Array<Column<FoundLead>> = [
    { name: 'Lead', cell: (lead) => <Person id={lead.id} name={lead.name} email={lead.email} /> },
    { name: 'Company', isWideOnly: true, cell: ({ company_name }) => <span class="free">{company_name}</span> },
    { name: 'Phone', isShort: true, isWideOnly: true, cell: ({ phone }) => phone?.slice(0, 30) },
    { name: 'What', cell: (lead) => <What lead={lead} /> },
    { name: 'Changed', isShort: true, isWideOnly: true, cell: ({ updated_at }) => ago(updated_at, at) },
    { name: '', isShort: true, cell: (lead) => <State lead={lead} /> },
  ];
  const isAsked = q !== null || filter !== null;
  return (
    <>
      <section class="card preview">
        <SearchForm keep={{ filter }}>
          <input
            type="search"
            name="q"
            value={q ?? ''}
            maxLength={200}
            aria-label="Name, e-mail, phone or ID"
            placeholder="Name, e-mail, phone or ID"
          />
        </SearchForm>
        <Filters
          label="Which leads"
          links={[
            { name: 'All', params: { q }, isHere: filter === null },
            ...Object.entries(FILTERS).map(([key, name]) => ({
              name,
              params: { q, filter: key },
              isHere: filter === key,
            })),
          ]}
        />
      </section>
      <Card title={isAsked ? 'Found' : 'The newest'}>
        {data.leads.length === 0 ? (
          <Empty>
            {data.has_next
              ? 'None among those looked at so far: “Next” goes on.'
              : 'None. Names and e-mails are found by their beginning, a phone by its whole number.'}
          </Empty>
        ) : (
          <>
            <Table
              caption="Leads"
              columns={columns}
              rows={data.leads}
              choice={{
                form: 'chosen',
                name: 'leads',
                valueOf: ({ id }) => id,
                labelOf: ({ name, email, id }) => name ?? email ?? id,
                all,
              }}
            />
            <ActionForm id="chosen">
              <button class="main" name="action" value="push">
                Push the chosen now
              </button>
              <button name="action" value="read_again">
                Read the chosen again
              </button>
              {all ? null : (
                <a class="button" href={addressOf('leads', { q, filter, after, all: true })}>
                  Choose all on this page
                </a>
              )}
            </ActionForm>
          </>
        )}
        <Paging params={{ q, filter }} after={after} next={data.position} />
      </Card>
    </>
  );
}

export const leads = definePage({
  name: 'leads',
  title: 'Leads',
  group: 'Now',
  params,
  load: (call, { q, filter, after }) =>
    call<FoundLeads>('search_leads', { p_query: q, p_filter: filter, p_after: after, p_limit: PAGE }),
  view: Leads,
  actions: LEADS_ACTIONS,
});
