import type { DashboardData, EdgeDirection, EdgeTable } from '../data';
import { ActionButton } from '../frame/forms';
import { definePage } from '../frame/page';
import { SCRIPT_ACTIONS } from '../script-actions';
import { ago, number } from '../view/format';
import { Card, Empty, Table, type Column } from '../view/parts';

const direction = (name: string, figures: EdgeDirection | null, now: string): string | null => {
  if (figures === null) return null;
  if (figures.running_since !== null) return `${name}: running since ${ago(figures.running_since, now)}`;
  const failed =
    figures.last_run?.status === 'failed'
      ? `, the last run failed: ${figures.last_run.error ?? 'it did not say why'}`
      : '';
  return `${name}: ${ago(figures.last_success, now)}${failed}`;
};

/** What the last check found of a direction. */
function found(name: string, check: Record<string, unknown> | null, now: string): string | null {
  if (check === null) return null;
  const count = (key: string): number => Number(check[key] ?? 0);
  const differences = ['missing', 'extra', 'different', 'stale', 'ahead'].reduce((sum, key) => sum + count(key), 0);
  const kind = check.whole === true ? 'all rows' : 'a sample';
  return `${name}: ${kind} compared ${ago(String(check.at), now)}, ${number(differences)} differed, ${number(count('repaired'))} repaired`;
}

/** Freshness each way, what waits, what a check found, and what D1 bills. */
function EdgeCard({ data, at }: { data: DashboardData; at: string }) {
  const { edge } = data;
  if (edge?.enabled !== true) {
    return (
      <Card title="Edge replica (Cloudflare D1)">
        <Empty>It is off. docs/edge.md says how to turn it on.</Empty>
      </Card>
    );
  }
  const columns: Array<Column<EdgeTable>> = [
    { name: 'Table', cell: ({ table }) => table },
    { name: 'Waiting', isNumber: true, cell: ({ pending }) => number(pending) },
    { name: 'Since', isShort: true, cell: ({ oldest_pending: oldest }) => (oldest === null ? '–' : ago(oldest, at)) },
    { name: 'Refused', isNumber: true, cell: ({ refused }) => number(refused) },
    {
      name: '',
      isShort: true,
      cell: ({ rebuild }) =>
        rebuild === null ? null : `Being built${rebuild.share ? `, ${Math.round(rebuild.share * 100)} %` : ''}`,
    },
  ];
  const {
    orphaned = 0,
    duplicate_message_ids: duplicates = 0,
    impossible = 0,
  } = (edge.check.up ?? {}) as Record<string, number>;
  const lines = [
    direction('Supabase to D1', edge.down, at),
    direction('D1 to Supabase', edge.up, at),
    found('Down', edge.check.down, at),
    found('Up', edge.check.up, at),
    edge.check.up &&
      `E-mails: ${number(orphaned)} without a lead, ${number(duplicates)} duplicate message ids, ${number(impossible)} in impossible states`,
    `Last 24 h: ${number(edge.last_24h.calls)} calls of D1, ${number(edge.last_24h.rows_read)} rows read, ${number(edge.last_24h.rows_written)} rows written`,
    edge.rejects.count > 0 ? `${number(edge.rejects.count)} rows of D1 could not be stored` : null,
  ].filter((line) => line !== null);
  return (
    <Card title="Edge replica (Cloudflare D1)">
      {lines.map((line) => (
        <p class="small">{line}</p>
      ))}
      <Table
        caption="Tables of the edge replica"
        columns={columns}
        rows={edge.tables.filter((table) => table.direction === 'down')}
      />
      <ActionButton action="rebuild_edge" name="Resync the edge" />
    </Card>
  );
}

export const edge = definePage({
  name: 'edge',
  title: 'Edge',
  group: 'To look at',
  isOn: (state) => state.edge,
  params: {},
  load: (call) => call<DashboardData>('get_dashboard', { p_parts: ['edge'] }),
  view: EdgeCard,
  actions: { rebuild_edge: SCRIPT_ACTIONS.rebuild_edge },
});
