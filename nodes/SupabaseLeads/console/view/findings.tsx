import type { DashboardData, LastFindings } from '../data';
import { ago, words } from './format';
import { Card, Empty, Table, Tag, type Column, type State } from './parts';

type Finding = LastFindings['findings'][number];

const STATES: Record<Finding['status'], State> = { ok: 'healthy', warning: 'warning', error: 'critical' };
const RANK: Record<Finding['status'], number> = { error: 0, warning: 1, ok: 2 };

/** What was not well when all parts were looked at last, the worst first; left out until somebody has looked. */
export function FindingsCard({ data }: { data: DashboardData }) {
  const last = data.last_findings ?? null;
  if (last === null) return null;
  const rows = last.findings
    .filter(({ status }) => status !== 'ok')
    .sort((one, other) => RANK[one.status] - RANK[other.status]);
  const columns: Array<Column<Finding>> = [
    { name: 'Part', isShort: true, cell: ({ area, check }) => `${area} › ${check}` },
    {
      name: 'What is seen, and what to do',
      cell: ({ detail, next_step }) => (
        <>
          {detail}
          <div class="muted small free">{next_step}</div>
        </>
      ),
    },
    { name: '', isShort: true, cell: ({ status }) => <Tag state={STATES[status]}>{words(status)}</Tag> },
  ];
  const well = last.findings.length - rows.length;
  return (
    <Card title={`All parts, looked at ${ago(last.at, data.at)} by the ${last.source}`}>
      {rows.length === 0 ? (
        <Empty>{`All ${well} are well.`}</Empty>
      ) : (
        <>
          <Table caption="All parts" columns={columns} rows={rows} />
          <p class="muted small">{`${well} others are well.`}</p>
        </>
      )}
    </Card>
  );
}
