import type { DashboardData } from '../data';
import { ago, number, words } from './format';
import { Card, Empty, Table, type Column } from './parts';

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
        <Table caption="Maintenance" columns={columns} rows={data.maintenance} />
      )}
    </Card>
  );
}
