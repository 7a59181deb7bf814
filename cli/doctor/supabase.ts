import { KEYS_PAGE, type SupabaseApi } from '../supabase/api';
import { keyEnd, keyFault, keyKind } from '../supabase/key-kind';
import { latestRuns, reasonsText, type Metrics } from '../supabase/runs';
import { bad, clock, looker, ok, warn, type Finding, type Seen } from './finding';

const SOON_DAYS = 30;

function key(text: string): Seen {
  const kind = keyKind(text);
  const fault = keyFault(kind);
  if (fault !== undefined) return bad(fault, KEYS_PAGE);
  const end = keyEnd(text);
  const days = end === null ? Infinity : (end.getTime() - Date.now()) / 86_400_000;
  if (days < SOON_DAYS)
    return warn(
      `it ends on ${end?.toISOString().slice(0, 10)}`,
      'Make a new one in time and give it to the command setup.',
    );
  if (kind === 'service_role') {
    return warn(
      'the older service_role key, which Supabase gives up at the end of 2026',
      'Make a secret key (sb_secret_…) under Settings › API Keys and give it to the command setup.',
    );
  }
  return ok(kind === 'other' ? 'its kind cannot be told from its text' : kind);
}

function health(metrics: Metrics): Seen {
  const { status } = metrics.health;
  if (status === 'healthy') return ok('healthy');
  const next = 'docs/operations.md says for each alert what to do; the dashboard shows the leads.';
  return (status === 'critical' ? bad : warn)(`${status}: ${reasonsText(metrics)}`, next);
}

function limit({ twenty_calls: { percent, last_hour, budget } }: Metrics): Seen {
  const used = `${last_hour} of ${budget} calls in the last hour`;
  if (percent < 90) return ok(used);
  return warn(
    used,
    'Twenty’s limit is the brake: leave it more room, or turn webhooks on, so that fewer reads are needed.',
  );
}

function waiting({ held, dead_letters, conflicts }: Metrics): Seen {
  if (held + dead_letters === 0) return ok(`nothing waits for people; ${conflicts.open} conflicts are open`);
  return warn(
    `${held} leads are held, ${dead_letters} are dead letters`,
    'See them with their reasons on the dashboard; docs/operations.md says what to do.',
  );
}

export async function lookAtSupabase(
  supabase: SupabaseApi,
  keyText: string,
  findings: Finding[],
): Promise<Metrics | undefined> {
  const look = looker('Supabase', findings);
  let metrics: Metrics | undefined;
  await look('Key', () => key(keyText));
  await look('Schema cache', async () => {
    metrics = await supabase.rpc<Metrics>('get_sync_metrics');
    return ok('the API shows the functions');
  });
  await look('Clock', () => clock(supabase.clockAhead));
  return metrics;
}

export async function lookAtSync(supabase: SupabaseApi, metrics: Metrics, findings: Finding[]): Promise<void> {
  const look = looker('Sync', findings);
  await look('Health', () => health(metrics));
  await look('Waiting for people', () => waiting(metrics));
  await look('Rate limit', () => limit(metrics));
  await look('Last runs', async () => {
    const runs = await latestRuns(supabase, { limit: 10 });
    const failed = runs.filter(({ status }) => status === 'failed' || status === 'expired');
    if (runs.length === 0) return warn('there was none yet', 'Run: sync --now');
    if (failed.length === 0) return ok(`the last ${runs.length} ended well`);
    return warn(
      `${failed.length} of the last ${runs.length} did not end well, e.g. ${failed[0].error ?? failed[0].status}`,
      'Put right what it names.',
    );
  });
}
