import type { DashboardData, SyncRun } from '../data';
import { addressOf } from '../frame/address';
import { oneOf, text } from '../frame/fields';
import { definePage, type ViewProps } from '../frame/page';
import { nounsOf } from '../objects';
import { Filters } from '../view/filters';
import { ago, number, span, words } from '../view/format';
import { StatusTag } from '../view/lead';
import { Paging } from '../view/list';
import { Card, Empty, Table, type Column } from '../view/parts';
import { ProgressCard, renewedSeconds, wayOf } from '../view/progress';

/** A run as `get_sync_runs` has it. */
export interface Run extends SyncRun {
  seconds: number;
  resumed: boolean;
  warnings: string[] | null;
  is_alive: boolean;
}

interface Runs {
  runs: Run[];
  has_next: boolean;
  position: string | null;
  running: DashboardData;
}

const STATUSES = ['running', 'succeeded', 'failed', 'stopped', 'expired'] as const;
const params = { status: oneOf(STATUSES), after: text(100) };

/** How many rows it was about. */
export const sizeOf = ({ figures }: SyncRun): number =>
  Math.max(figures?.read ?? 0, figures?.pushed ?? 0, figures?.compared ?? 0);

function RunsPage({ data, params: { status, after }, at }: ViewProps<typeof params, Runs>) {
  const columns: Array<Column<Run>> = [
    {
      name: 'Started',
      isShort: true,
      cell: ({ id, started_at }) => <a href={addressOf('run', { id })}>{ago(started_at, at)}</a>,
    },
    { name: 'Way', cell: wayOf },
    { name: 'Took', isNumber: true, isWideOnly: true, cell: ({ seconds }) => span(seconds) },
    {
      name: words(nounsOf(data.runs.map(({ rows_of }) => rows_of))[1]),
      isNumber: true,
      cell: (run) => number(sizeOf(run)),
    },
    {
      name: 'Failed',
      isNumber: true,
      isWideOnly: true,
      cell: ({ figures }) => number((figures?.errors ?? 0) + (figures?.rejected ?? 0)),
    },
    { name: '', isShort: true, cell: (run) => <StatusTag status={run.status} /> },
  ];
  return (
    <>
      <ProgressCard data={data.running} />
      <Filters
        label="Which runs"
        links={[
          { name: 'All', params: {}, isHere: status === null },
          ...STATUSES.map((each) => ({ name: words(each), params: { status: each }, isHere: status === each })),
        ]}
      />
      <Card title="Sync runs">
        {data.runs.length === 0 ? (
          <Empty>{status === null ? 'No run yet.' : `None that is ${status}.`}</Empty>
        ) : (
          <Table caption="Sync runs" columns={columns} rows={data.runs} />
        )}
        <Paging params={{ status }} after={after} next={data.has_next ? data.position : null} />
      </Card>
    </>
  );
}

export const runs = definePage({
  name: 'runs',
  title: 'Runs',
  group: 'To look at',
  params,
  async load(call, { status, after }) {
    const [page, running] = await Promise.all([
      call<Omit<Runs, 'running'>>('get_sync_runs', { p_status: status, p_position: after }),
      call<DashboardData>('get_dashboard', { p_parts: ['runs'] }),
    ]);
    return { ...page, running };
  },
  view: RunsPage,
  renewedSeconds: ({ running }) => renewedSeconds(running),
});
