import type { Activity, DashboardData, ErrorGroup } from '../data';
import { ago, number, percent, words } from './format';
import { Bars, Card, Empty, Table, type Column } from './parts';
import { Person, StatusTag } from './lead';

export function ErrorsCard({ data }: { data: DashboardData }) {
  const categories = Object.entries(data.period.by_category)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([category, count]) => ({ name: words(category), value: count, text: number(count) }));
  const columns: Array<Column<ErrorGroup>> = [
    { name: 'Message', cell: ({ message }) => message ?? 'Without a message' },
    { name: 'Times', isNumber: true, cell: ({ count }) => number(count) },
    { name: 'Leads', isNumber: true, isWideOnly: true, cell: ({ leads }) => number(leads) },
    { name: 'Last', isShort: true, cell: ({ last_at }) => ago(last_at, data.at) },
  ];
  return (
    <Card title={`Errors by category, ${data.hours} h`}>
      {categories.length === 0 ? <Empty>No error in this time.</Empty> : <Bars rows={categories} color="--critical" />}
      {data.errors.length > 0 ? <Table caption="Errors" columns={columns} rows={data.errors} /> : null}
    </Card>
  );
}

export function ActivityCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<Activity>> = [
    { name: 'When', isShort: true, cell: ({ synced_at }) => ago(synced_at, data.at) },
    {
      name: 'Lead',
      cell: (row) =>
        row.lead_id === null ? 'Sync run' : <Person id={row.lead_id} name={row.lead_name} email={row.email} />,
    },
    { name: 'Way', isShort: true, isWideOnly: true, cell: ({ sync_direction }) => words(sync_direction) },
    { name: 'By', isShort: true, isWideOnly: true, cell: ({ sync_type }) => words(sync_type) },
    {
      name: 'What',
      cell: ({ fields_changed, error_message }) =>
        error_message ?? ((fields_changed ?? []).map(words).join(', ') || <span class="muted">–</span>),
    },
    { name: '', isShort: true, cell: ({ sync_status }) => <StatusTag status={sync_status} /> },
  ];
  return (
    <Card title="Recent activity">
      {data.activity.length === 0 ? (
        <Empty>Nothing has been synced yet. “Sync now” on Health starts the first run.</Empty>
      ) : (
        <Table caption="Recent activity" columns={columns} rows={data.activity} />
      )}
    </Card>
  );
}

export function SegmentsCard({ data }: { data: DashboardData }) {
  const rows = data.segments.map(({ segment, leads, average_score }) => ({
    name: segment ?? 'Without a segment',
    value: leads,
    text: average_score === null ? number(leads) : `${number(leads)} · score ${Math.round(average_score)}`,
  }));
  return (
    <Card title="Segments">
      {rows.length === 0 ? <Empty>No leads yet.</Empty> : <Bars rows={rows} color="--series-2" />}
    </Card>
  );
}

export function DriftCard({ data }: { data: DashboardData }) {
  const { drift } = data.metrics;
  if (drift === null) {
    return (
      <Card title="Drift">
        <Empty>Not compared yet. “Reconcile now” on Health compares the ids of both sides.</Empty>
      </Card>
    );
  }
  const kinds = ['missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates'] as const;
  const found = kinds
    .filter((kind) => drift[kind] > 0)
    .map((kind) => ({ name: words(kind), value: drift[kind], text: number(drift[kind]) }));
  const share = drift.compared > 0 ? percent((100 * drift.total) / drift.compared) : '–';
  return (
    <Card title="Drift">
      <p class="small">
        <StatusTag status={drift.status} /> {number(drift.compared)} compared {ago(drift.finished_at, data.at)}, {share}{' '}
        differed.
      </p>
      {drift.error ? <p class="small">{drift.error}</p> : null}
      {found.length === 0 ? <Empty>Both sides hold the same.</Empty> : <Bars rows={found} color="--series-4" />}
    </Card>
  );
}
