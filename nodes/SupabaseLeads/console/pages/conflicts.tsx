import type { DashboardData, OpenConflict } from '../data';
import { definePage } from '../frame/page';
import { ago, valueText, words } from '../view/format';
import { Card, Empty, Table, type Column } from '../view/parts';

function ConflictsCard({ data }: { data: DashboardData }) {
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
          <Table caption="Open conflicts" columns={columns} rows={data.open_conflicts} />
          <p class="muted small">
            The value that won is bold. “Conflict › Resolve” in the Supabase Leads node takes the other.
          </p>
        </>
      )}
    </Card>
  );
}

export const conflicts = definePage({
  name: 'conflicts',
  title: 'Conflicts',
  group: 'To decide',
  params: {},
  load: (call) => call<DashboardData>('get_dashboard', { p_parts: ['cases'] }),
  view: ConflictsCard,
});
