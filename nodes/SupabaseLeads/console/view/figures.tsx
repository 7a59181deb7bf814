import type { DashboardData, Direction, Freshness } from '../data';
import { ago, cappedNumber, number, percent, span, words } from './format';

interface Figure {
  name: string;
  value: string;
  more: string;
}

/** How a run ended, by its status; one that ended otherwise was left by its process. */
const ENDED: Record<string, string> = { succeeded: 'succeeded', failed: 'failed', stopped: 'was stopped' };

function freshnessFigure(direction: Direction, freshness: Freshness, now: string): Figure {
  const { last_success, running_since, last_run } = freshness;
  return {
    name: words(direction),
    value: ago(last_success, now),
    more:
      running_since !== null
        ? `Running for ${span((Date.parse(now) - Date.parse(running_since)) / 1000)}`
        : last_run === null
          ? 'No run yet'
          : `The last run ${ENDED[last_run.status] ?? 'died'}`,
  };
}

/** Whether both ways are fresh, and what waits. */
export function healthFigures({ at, metrics: { freshness, leads, backlog } }: DashboardData): Figure[] {
  return [
    freshnessFigure('twenty_to_supabase', freshness.twenty_to_supabase, at),
    freshnessFigure('supabase_to_twenty', freshness.supabase_to_twenty, at),
    {
      name: 'Waiting',
      value: number(backlog.pending),
      more: backlog.oldest_minutes === null ? 'Nothing is due' : `The oldest for ${span(backlog.oldest_minutes * 60)}`,
    },
    {
      name: 'Leads',
      value: number(leads.total),
      more: `${number(leads.synced)} synced, ${number(leads.error)} with errors`,
    },
  ];
}

/** What went through in the last hours, and what it cost. */
export function activityFigures({ hours, metrics, period }: DashboardData): Figure[] {
  const { conflicts, held, left_out, twenty_calls } = metrics;
  return [
    {
      name: `Success, ${hours} h`,
      value: percent(period.success_percent),
      more: `${number(period.failures)} of ${number(period.attempts)} failed`,
    },
    {
      name: `Arrives within, ${hours} h`,
      value: span(period.lag_seconds.p50),
      more: `95 % within ${span(period.lag_seconds.p95)}`,
    },
    {
      name: 'Conflicts, 24 h',
      value: number(conflicts.last_24h),
      more: `${number(conflicts.open)} are open`,
    },
    {
      name: 'Held',
      value: cappedNumber(held),
      more: `${cappedNumber(left_out)} have fields left out`,
    },
    {
      name: 'Twenty calls, 1 h',
      value: number(twenty_calls.last_hour),
      more: `${percent(twenty_calls.percent)} of ${number(twenty_calls.budget)}`,
    },
    ...webhookFigure(metrics.webhooks),
  ];
}

function webhookFigure(webhooks: DashboardData['metrics']['webhooks']): Figure[] {
  if (webhooks === null) return [];
  const { received, waiting, failed, lost } = webhooks;
  return [
    {
      name: 'Webhooks, 1 h',
      value: number(received),
      more: `${number(waiting)} waiting, ${number(failed)} failed, ${number(lost)} lost`,
    },
  ];
}

export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(({ name, value, more }) => (
        <div class="card figure">
          <dt>{name}</dt>
          <dd>
            <div class="value">{value}</div>
            <div class="more">{more}</div>
          </dd>
        </div>
      ))}
    </dl>
  );
}
