import type { DashboardData, SyncRun } from '../data';
import { definePage } from '../frame/page';
import { ago, number, span, words } from '../view/format';
import { StatusTag } from '../view/lead';
import { Card, Empty, Table, type Column } from '../view/parts';
import { ProgressCard, renewedSeconds } from '../view/progress';

function RunsCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<SyncRun>> = [
    { name: 'Started', isShort: true, cell: ({ started_at }) => ago(started_at, data.at) },
    {
      name: 'Way',
      cell: ({ direction, mode }) => (mode === 'delta' ? words(direction) : `${words(direction)}, ${mode}`),
    },
    {
      name: 'Took',
      isNumber: true,
      isWideOnly: true,
      cell: ({ started_at, finished_at }) =>
        finished_at === null ? '–' : span((Date.parse(finished_at) - Date.parse(started_at)) / 1000),
    },
    {
      name: 'Leads',
      isNumber: true,
      cell: ({ figures }) => number(Math.max(figures?.read ?? 0, figures?.pushed ?? 0, figures?.compared ?? 0)),
    },
    { name: '', isShort: true, cell: ({ status }) => <StatusTag status={status} /> },
  ];
  const failed = data.runs.find(({ error }) => error !== null);
  return (
    <Card title="Sync runs">
      {data.runs.length === 0 ? (
        <Empty>No run yet.</Empty>
      ) : (
        <Table caption="Sync runs" columns={columns} rows={data.runs} />
      )}
      {failed ? <p class="muted small">Last error: {failed.error}</p> : null}
    </Card>
  );
}

function Runs({ data }: { data: DashboardData }) {
  return (
    <>
      <ProgressCard data={data} />
      <RunsCard data={data} />
    </>
  );
}

export const runs = definePage({
  name: 'runs',
  title: 'Runs',
  group: 'To look at',
  params: {},
  load: (call) => call<DashboardData>('get_dashboard', { p_parts: ['runs'] }),
  view: Runs,
  renewedSeconds,
});
