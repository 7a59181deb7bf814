import { type Approval, type Approvals, type Decided, sentenceOf } from '../../approvals/approval';
import type { FunctionArguments } from '../../transport/client';
import { needed, oneOf, text, whole } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type Call, type ViewProps } from '../frame/page';
import { Filters } from '../view/filters';
import { ago, number, valueText, words } from '../view/format';
import { Person } from '../view/lead';
import { Card, Empty, Table, Tag, type Column } from '../view/parts';

type Example = Approval['examples'][number];

const STATUSES = ['open', 'decided'] as const;
const MOST_ID = 2 ** 52;
const params = { status: oneOf(STATUSES) };
const fields = {
  id: needed(whole(1, MOST_ID)),
  answer: needed(oneOf(['yes', 'no'] as const)),
  leads: needed(whole(0, 2 ** 31 - 1)),
  seen: text(40),
};

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 30_000;

async function decideAll(call: Call, args: FunctionArguments): Promise<Decided> {
  const began = Date.now();
  const ask = (): Promise<Decided> => call<Decided>('decide_approval', args);
  const first = await ask();
  let { left } = first;
  try {
    while (left > 0 && Date.now() - began < LONGEST_MS) ({ left } = await ask());
  } catch {
    // it is decided: pulls go on with the rest
  }
  return { ...first, left };
}

const decide = defineAction({
  title: 'Decide',
  fields,
  async run(call, { id, answer, leads: shown, seen }) {
    const args = { p_id: id, p_yes: answer === 'yes', p_leads: shown, p_seen: seen };
    const { leads, left, decided_before, decided_by } = await decideAll(call, args);
    if (decided_before) return { text: `It was decided before by ${decided_by}: ${answer}.` };
    if (answer === 'no') {
      return { text: `No: ${number(leads)} leads stay as they are, and are asked about again only when they change.` };
    }
    const rest = left > 0 ? ` ${number(left)} of them are taken by the next pulls.` : '';
    return { text: `Yes: ${number(leads)} leads go their way.${rest}`, starts: { Push: {} } };
  },
  failed: 'It was not decided.',
});

const exampleColumns: Array<Column<Example>> = [
  { name: 'Lead', cell: ({ name, email }) => <Person name={name} email={email} /> },
  {
    name: 'Would become',
    cell: ({ change }) =>
      Object.entries(change).map(([field, value]) => (
        <div class="free">
          <span class="muted">{words(field)}:</span> {valueText(value)}
        </div>
      )),
  },
];

function ApprovalCard({ approval, at }: { approval: Approval; at: string }) {
  const { id, decision, decided_at, decided_by, opened_at, fields: touched, examples, leads: waiting } = approval;
  return (
    <Card title={`${sentenceOf(approval)} (${id})`}>
      <p>
        {decision === null ? `Asked ${ago(opened_at, at)}. ` : null}
        {decision === null ? null : (
          <>
            <Tag state={decision === 'yes' ? 'healthy' : 'plain'}>{decision}</Tag>
            {` by ${decided_by ?? 'somebody'}, ${ago(decided_at, at)}. `}
          </>
        )}
        {Object.entries(touched)
          .map(([field, leads]) => `${words(field)} of ${number(leads)}`)
          .join(', ')}
      </p>
      {examples.length === 0 ? null : (
        <Table caption={`Some of approval ${id}`} columns={exampleColumns} rows={examples} />
      )}
      {decision === null ? (
        <ActionForm action="decide" fields={{ id, leads: waiting, seen: approval.version }}>
          <button class="main" name="answer" value="yes" aria-label={`Yes, do it: approval ${id}`}>
            Yes, do it
          </button>
          <button name="answer" value="no" aria-label={`No: approval ${id}`}>
            No
          </button>
        </ActionForm>
      ) : null}
    </Card>
  );
}

function ApprovalsPage({ data, params: { status }, at }: ViewProps<typeof params, Approvals>) {
  return (
    <>
      <Filters
        label="Which approvals"
        links={STATUSES.map((each) => ({
          name: words(each),
          params: { status: each },
          isHere: (status ?? 'open') === each,
        }))}
      />
      {data.approvals.length === 0 ? (
        <Card title="Approvals">
          <Empty>
            None. Deletions and changes wait here when they are more than approve_deletions and approve_changes of the
            settings.
          </Empty>
        </Card>
      ) : (
        data.approvals.map((approval) => <ApprovalCard approval={approval} at={at} />)
      )}
    </>
  );
}

/** What is so much that somebody has to say yes. */
export const approvals = definePage({
  name: 'approvals',
  title: 'Approvals',
  group: 'To decide',
  params,
  load: (call, { status }) => call<Approvals>('get_approvals', { p_status: status ?? 'open' }),
  view: ApprovalsPage,
  actions: { decide },
});
