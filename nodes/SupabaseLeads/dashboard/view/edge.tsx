import type { DashboardData, EdgeDirection, EdgeTable } from '../data';
import { ago, number } from '../format';
import { Card, Table, type Column } from './parts';

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

/** The edge replica, where it is on: freshness each way, what waits, what a check found, and what D1 bills. */
export function EdgeCard({ data, csrfToken }: { data: DashboardData; csrfToken: string }) {
  const { edge, at } = data;
  if (edge?.enabled !== true) return null;
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
      <Table columns={columns} rows={edge.tables.filter((table) => table.direction === 'down')} />
      <form class="buttons" method="post" action="?">
        <input type="hidden" name="csrf_token" value={csrfToken} />
        <button name="action" value="rebuild_edge">
          Resync the edge
        </button>
      </form>
    </Card>
  );
}
