import type { Activity, DashboardData, DeadLetter, ErrorGroup, LeadLeftOut, OpenConflict, SyncRun } from '../data';
import { ago, cappedNumber, number, percent, span, valueText, words } from '../format';
import { Bars, Card, Empty, Table, Tag, type Column, type State } from './parts';

const STATUS_STATES: Record<string, State> = {
  synced: 'healthy',
  succeeded: 'healthy',
  running: 'plain',
  pending: 'plain',
  stopped: 'warning',
  expired: 'warning',
  error: 'critical',
  failed: 'critical',
};

const statusTag = (status: string) => <Tag state={STATUS_STATES[status] ?? 'plain'}>{words(status)}</Tag>;

function Person({ name, email }: { name: string | null; email: string | null }) {
  return (
    <>
      {name || email || 'Unnamed lead'}
      {name && email ? <div class="muted small free">{email}</div> : null}
    </>
  );
}

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
      {data.errors.length > 0 ? <Table columns={columns} rows={data.errors} /> : null}
    </Card>
  );
}

export function ActivityCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<Activity>> = [
    { name: 'When', isShort: true, cell: ({ synced_at }) => ago(synced_at, data.at) },
    {
      name: 'Lead',
      cell: (row) => (row.lead_id === null ? 'Sync run' : <Person name={row.lead_name} email={row.email} />),
    },
    { name: 'Way', isShort: true, isWideOnly: true, cell: ({ sync_direction }) => words(sync_direction) },
    { name: 'By', isShort: true, isWideOnly: true, cell: ({ sync_type }) => words(sync_type) },
    {
      name: 'What',
      cell: ({ fields_changed, error_message }) =>
        error_message ?? ((fields_changed ?? []).map(words).join(', ') || <span class="muted">–</span>),
    },
    { name: '', isShort: true, cell: ({ sync_status }) => statusTag(sync_status) },
  ];
  return (
    <Card title="Recent activity">
      {data.activity.length === 0 ? (
        <Empty>Nothing has been synced yet. “Sync now” starts the first run.</Empty>
      ) : (
        <Table columns={columns} rows={data.activity} />
      )}
    </Card>
  );
}

export function ConflictsCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<OpenConflict>> = [
    { name: 'Lead', cell: ({ lead_name }) => lead_name || 'Unnamed lead' },
    { name: 'Field', cell: ({ field }) => words(field) },
    {
      name: 'Twenty',
      cell: ({ twenty_value, winner }) =>
        winner === 'twenty' ? <b>{valueText(twenty_value)}</b> : valueText(twenty_value),
    },
    {
      name: 'Supabase',
      cell: ({ supabase_value, winner }) =>
        winner === 'supabase' ? <b>{valueText(supabase_value)}</b> : valueText(supabase_value),
    },
    { name: 'When', isShort: true, isWideOnly: true, cell: ({ created_at }) => ago(created_at, data.at) },
  ];
  return (
    <Card title="Conflicts">
      {data.open_conflicts.length === 0 ? (
        <Empty>No open conflict: no field was edited differently on both sides.</Empty>
      ) : (
        <>
          <Table columns={columns} rows={data.open_conflicts} />
          <p class="muted small">
            The value that won is bold. “Conflict › Resolve” in the Supabase Leads node takes the other.
          </p>
        </>
      )}
    </Card>
  );
}

export function DeadLettersCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<DeadLetter>> = [
    { name: 'Lead', cell: ({ lead_name, email }) => <Person name={lead_name} email={email} /> },
    { name: 'Why', cell: ({ reason, category }) => reason ?? words(category ?? 'unknown') },
    { name: 'Tries', isNumber: true, isWideOnly: true, cell: ({ attempts }) => number(attempts) },
    { name: 'Since', isShort: true, cell: ({ since }) => ago(since, data.at) },
  ];
  return (
    <Card title="Dead letters">
      {data.dead_letters.length === 0 ? (
        <Empty>None: no lead was refused so often that it is no longer tried.</Empty>
      ) : (
        <Table columns={columns} rows={data.dead_letters} />
      )}
    </Card>
  );
}

export function LeftOutCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<LeadLeftOut>> = [
    { name: 'Lead', cell: ({ lead_name, email }) => <Person name={lead_name} email={email} /> },
    { name: 'Fields', isShort: true, cell: ({ fields }) => Object.keys(fields).map(words).join(', ') },
    { name: 'Why', cell: ({ fields }) => Object.values(fields).join(' ') },
  ];
  const { left_out: count } = data.metrics;
  return (
    <Card title={count === 0 ? 'Left-out fields' : `Left-out fields (${cappedNumber(count)})`}>
      {data.left_out.length === 0 ? (
        <Empty>None: Twenty has all that the leads have.</Empty>
      ) : (
        <Table columns={columns} rows={data.left_out} />
      )}
    </Card>
  );
}

export function RunsCard({ data }: { data: DashboardData }) {
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
    { name: '', isShort: true, cell: ({ status }) => statusTag(status) },
  ];
  const failed = data.runs.find(({ error }) => error !== null);
  return (
    <Card title="Sync runs">
      {data.runs.length === 0 ? <Empty>No run yet.</Empty> : <Table columns={columns} rows={data.runs} />}
      {failed ? <p class="muted small">Last error: {failed.error}</p> : null}
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
        <Empty>Not compared yet. “Reconcile now” compares the ids of both sides.</Empty>
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
        {statusTag(drift.status)} {number(drift.compared)} compared {ago(drift.finished_at, data.at)}, {share} differed.
      </p>
      {drift.error ? <p class="small">{drift.error}</p> : null}
      {found.length === 0 ? <Empty>Both sides hold the same.</Empty> : <Bars rows={found} color="--series-4" />}
    </Card>
  );
}
