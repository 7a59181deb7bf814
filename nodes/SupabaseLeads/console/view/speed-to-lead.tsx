import type { DashboardData, Lag, SpeedOfSource } from '../data';
import { number, span } from './format';
import { Card, Table, type Column } from './parts';

/** "12 s, 95 % within 40 s". */
const within = ({ p50, p95 }: Lag): string => (p50 === null ? '–' : `${span(p50)}, 95 % within ${span(p95)}`);

/** How fast leads reached us and people, source by source; nothing where none came in this time. */
export function SpeedToLeadCard({ data: { speed_to_lead: speed, hours } }: { data: DashboardData }) {
  if (!speed || speed.touches === 0) return null;
  const columns: Array<Column<SpeedOfSource>> = [
    { name: 'Source', cell: ({ source }) => source },
    { name: 'Touches', isNumber: true, isWideOnly: true, cell: ({ touches }) => number(touches) },
    { name: 'New leads', isNumber: true, cell: ({ new_leads }) => number(new_leads) },
    { name: 'To Supabase', isShort: true, isWideOnly: true, cell: ({ to_supabase }) => within(to_supabase) },
    { name: 'To Twenty', isShort: true, isWideOnly: true, cell: ({ to_twenty }) => within(to_twenty) },
    { name: 'To a response', cell: ({ to_response }) => within(to_response) },
    { name: 'Unassigned', isNumber: true, isWideOnly: true, cell: ({ unassigned }) => number(unassigned) },
    { name: 'Untouched', isNumber: true, cell: ({ untouched }) => number(untouched) },
  ];
  return (
    <Card title={`Speed to lead, ${hours} h`}>
      <Table caption="Speed to lead" columns={columns} rows={speed.sources} />
    </Card>
  );
}
