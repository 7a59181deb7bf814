import type { DashboardData, Direction, Freshness } from '../data';
import { ago, cappedNumber, number, percent, span, words } from '../format';

interface Figure {
  name: string;
  value: string;
  more: string;
}

function freshnessFigure(direction: Direction, freshness: Freshness, now: string): Figure {
  const { last_success, running_since, last_run } = freshness;
  const failed = last_run?.status === 'failed' ? 'The last run failed' : 'The last run succeeded';
  return {
    name: words(direction),
    value: ago(last_success, now),
    more:
      running_since !== null
        ? `Running for ${span((Date.parse(now) - Date.parse(running_since)) / 1000)}`
        : last_run === null
          ? 'No run yet'
          : failed,
  };
}

function figuresOf({ at, hours, metrics, period }: DashboardData): Figure[] {
  const { freshness, leads, backlog, conflicts, dead_letters, held, twenty_calls } = metrics;
  return [
    freshnessFigure('twenty_to_supabase', freshness.twenty_to_supabase, at),
    freshnessFigure('supabase_to_twenty', freshness.supabase_to_twenty, at),
    {
      name: 'Waiting',
      value: number(backlog.pending),
      more: backlog.oldest_minutes === null ? 'Nothing is due' : `The oldest for ${span(backlog.oldest_minutes * 60)}`,
    },
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
      name: 'Open conflicts',
      value: number(conflicts.open),
      more: `${number(conflicts.last_24h)} in the last 24 h`,
    },
    {
      name: 'Dead letters',
      value: cappedNumber(dead_letters),
      more: held === 0 ? 'No lead is held' : `${cappedNumber(held)} more are held`,
    },
    {
      name: 'Leads',
      value: number(leads.total),
      more: `${number(leads.synced)} synced, ${number(leads.error)} with errors`,
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

export function Figures({ data }: { data: DashboardData }) {
  return (
    <dl class="figures">
      {figuresOf(data).map(({ name, value, more }) => (
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
