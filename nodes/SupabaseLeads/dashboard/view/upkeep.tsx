import type { Alert, DashboardData } from '../data';
import { ago, number, words } from '../format';
import { Card, Empty, Table, Tag, type Column, type State } from './parts';

const alertState = ({ state, severity }: Alert): State =>
  state === 'firing' ? severity : state === 'pending' ? 'plain' : 'healthy';

const STATE_NAMES: Record<string, string> = { ok: 'OK', pending: 'Watched', firing: 'Firing' };

export function AlertsCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<Alert>> = [
    { name: 'Alert', cell: ({ alert }) => words(alert) },
    { name: 'What is seen', isWideOnly: true, cell: ({ message }) => message ?? '–' },
    {
      name: 'Since',
      isShort: true,
      cell: ({ state, since }) => (state === 'ok' || since === null ? '–' : ago(since, data.at)),
    },
    {
      name: '',
      isShort: true,
      cell: (alert) => <Tag state={alertState(alert)}>{STATE_NAMES[alert.state] ?? alert.state}</Tag>,
    },
  ];
  return (
    <Card title="Alerts">
      {data.alerts.length === 0 ? <Empty>All rules are off.</Empty> : <Table columns={columns} rows={data.alerts} />}
    </Card>
  );
}

type Task = DashboardData['maintenance'][number];

/** What a task said of itself, in short: its figures, or whether all was well. */
function resultOf({ result }: Task): string {
  if (result === null) return '–';
  if (typeof result.ok === 'boolean') return result.ok ? 'All checks passed' : 'Some checks found something';
  const figures = Object.entries(result).filter(([, value]) => typeof value === 'number');
  return figures.map(([name, value]) => `${words(name)}: ${number(value as number)}`).join(', ') || '–';
}

export function MaintenanceCard({ data }: { data: DashboardData }) {
  const columns: Array<Column<Task>> = [
    { name: 'Task', cell: ({ task }) => words(task) },
    { name: 'Result', cell: resultOf },
    { name: 'Last', isShort: true, cell: ({ last_at }) => ago(last_at, data.at) },
  ];
  return (
    <Card title="Maintenance">
      {data.maintenance.length === 0 ? (
        <Empty>Not run yet. Publish “Lead sync maintenance”.</Empty>
      ) : (
        <Table columns={columns} rows={data.maintenance} />
      )}
    </Card>
  );
}
