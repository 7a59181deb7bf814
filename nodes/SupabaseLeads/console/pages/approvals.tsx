import { needed, oneOf, whole } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type Call, type ViewProps } from '../frame/page';
import { Filters } from '../view/filters';
import { ago, number, valueText, words } from '../view/format';
import { Person } from '../view/lead';
import { Card, Empty, Table, Tag, type Column } from '../view/parts';

interface Example {
  name: string | null;
  email: string | null;
  change: Record<string, unknown>;
}

interface Approval {
  id: number;
  kind: 'deletions' | 'changes';
  side: 'twenty' | 'supabase';
  opened_at: string;
  decision: 'yes' | 'no' | null;
  decided_at: string | null;
  decided_by: string | null;
  leads: number;
  left: number;
  fields: Record<string, number>;
  examples: Example[];
}

interface Approvals {
  approvals: Approval[];
}

/** What `decide_approval` answers. */
interface Decided {
  leads: number;
  left: number;
}

const STATUSES = ['open', 'decided'] as const;
const MOST_ID = 2 ** 52;
const params = { status: oneOf(STATUSES) };
const fields = { id: needed(whole(1, MOST_ID)), answer: needed(oneOf(['yes', 'no'] as const)) };

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 30_000;

async function decideAll(call: Call, id: number, isYes: boolean): Promise<Decided> {
  const began = Date.now();
  let decided: Decided;
  do decided = await call<Decided>('decide_approval', { p_id: id, p_yes: isYes });
  while (decided.left > 0 && Date.now() - began < LONGEST_MS);
  return decided;
}

const decide = defineAction({
  title: 'Decide',
  fields,
  async run(call, { id, answer }) {
    const { leads, left } = await decideAll(call, id, answer === 'yes');
    if (answer === 'no') {
      return { text: `No: ${number(leads)} leads stay as they are, and are asked about again only when they change.` };
    }
    const rest = left > 0 ? ` ${number(left)} of them are taken by the next pulls.` : '';
    return { text: `Yes: ${number(leads)} leads go their way.${rest}`, starts: { Push: {} } };
  },
  failed: 'It was not decided.',
});

/** "4,000 leads would be deleted here". */
function sentenceOf({ kind, side, leads }: Approval): string {
  const what = kind === 'deletions' ? 'deleted' : 'changed';
  const where = side === 'twenty' ? 'in Twenty' : 'here';
  return `${number(leads)} ${leads === 1 ? 'lead' : 'leads'} would be ${what} ${where}`;
}

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
  const { id, decision, decided_at, decided_by, opened_at, fields: touched, examples } = approval;
  return (
    <Card title={`${sentenceOf(approval)} (${id})`}>
      <p>
        {decision === null ? `It waits since ${ago(opened_at, at)}. ` : null}
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
        <ActionForm action="decide" fields={{ id }}>
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
