import type { Installation } from './installation';
import { bad, ok, warn, type Findings, type Seen } from './finding';

/** What `get_sync_metrics` of the database answers, as far as it is looked at here. */
export interface SyncMetrics {
  health: { status: string; reasons: Array<{ alert: string; message: string }> };
  held: number;
  dead_letters: number;
  conflicts: { open: number };
  twenty_calls: { percent: number | null; last_hour: number; budget: number };
}

/** Why the health is not what it should be, as sentences. */
export const reasonsText = ({ health }: Pick<SyncMetrics, 'health'>): string =>
  health.reasons.map(({ message }) => message).join(' ');

/** Share of the limit from which it is the brake; percent. */
const NEAR_LIMIT = 90;

function health(metrics: SyncMetrics): Seen {
  const { status } = metrics.health;
  if (status === 'healthy') return ok('healthy');
  const next = 'docs/operations.md says for each alert what to do; the dashboard shows the leads.';
  return (status === 'critical' ? bad : warn)(`${status}: ${reasonsText(metrics)}`, next);
}

function limit({ twenty_calls: { percent, last_hour, budget } }: SyncMetrics): Seen {
  const used = `${last_hour} of ${budget} calls in the last hour`;
  if ((percent ?? 0) < NEAR_LIMIT) return ok(used);
  return warn(
    used,
    'Twenty’s limit is the brake: leave it more room, or turn webhooks on, so that fewer reads are needed.',
  );
}

function waiting({ held, dead_letters, conflicts }: SyncMetrics): Seen {
  if (held + dead_letters === 0) return ok(`nothing waits for people; ${conflicts.open} conflicts are open`);
  return warn(
    `${held} leads are held, ${dead_letters} are dead letters`,
    'See them with their reasons on the dashboard; docs/operations.md says what to do.',
  );
}

function lastRuns(runs: Installation['runs']): Seen {
  const failed = runs.filter(({ status }) => status === 'failed' || status === 'expired');
  if (runs.length === 0) return warn('there was none yet', 'Run: npx n8n-nodes-lead-sync sync --now');
  if (failed.length === 0) return ok(`the last ${runs.length} ended well`);
  return warn(
    `${failed.length} of the last ${runs.length} did not end well, e.g. ${failed[0].error ?? failed[0].status}`,
    'Put right what it names.',
  );
}

/** Looks at how the sync has been doing. */
export async function lookAtSync(
  metrics: SyncMetrics,
  runs: Installation['runs'] | undefined,
  findings: Findings,
): Promise<void> {
  const look = findings.of('Sync');
  await look('Health', () => health(metrics));
  await look('Waiting for people', () => waiting(metrics));
  await look('Rate limit', () => limit(metrics));
  if (runs !== undefined) await look('Last runs', () => lastRuns(runs));
}
