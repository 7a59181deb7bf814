import type { DashboardData, DeadLetter } from '../data';
import { ActionButton } from '../frame/forms';
import { definePage } from '../frame/page';
import { SCRIPT_ACTIONS } from '../script-actions';
import { ago, number, words } from '../view/format';
import { Person } from '../view/lead';
import { Card, Empty, Table, type Column } from '../view/parts';

function DeadLettersCard({ data }: { data: DashboardData }) {
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
        <>
          <Table caption="Dead letters" columns={columns} rows={data.dead_letters} />
          <ActionButton action="replay_dead_letters" name="Replay dead letters" />
        </>
      )}
    </Card>
  );
}

export const deadLetters = definePage({
  name: 'dead-letters',
  title: 'Dead letters',
  group: 'To decide',
  params: {},
  load: (call) => call<DashboardData>('get_dashboard', { p_parts: ['cases'] }),
  view: DeadLettersCard,
  actions: { replay_dead_letters: SCRIPT_ACTIONS.replay_dead_letters },
});
