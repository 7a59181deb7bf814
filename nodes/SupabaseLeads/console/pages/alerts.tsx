import type { Alert, DashboardData } from '../data';
import { definePage } from '../frame/page';
import { ago, words } from '../view/format';
import { Card, Empty, Table, Tag, type Column, type State } from '../view/parts';

const alertState = ({ state, severity }: Alert): State =>
  state === 'firing' ? severity : state === 'pending' ? 'plain' : 'healthy';

const STATE_NAMES: Record<string, string> = { ok: 'OK', pending: 'Watched', firing: 'Firing' };

function AlertsCard({ data }: { data: DashboardData }) {
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
      {data.alerts.length === 0 ? (
        <Empty>All rules are off.</Empty>
      ) : (
        <Table caption="Alerts" columns={columns} rows={data.alerts} />
      )}
    </Card>
  );
}

export const alerts = definePage({
  name: 'alerts',
  title: 'Alerts',
  group: 'Set-up',
  params: {},
  load: (call) => call<DashboardData>('get_dashboard', { p_parts: ['alerts'] }),
  view: AlertsCard,
});
