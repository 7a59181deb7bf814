import type { Notice } from '../actions';
import type { DashboardData } from '../data';
import { ago, span, type Clock } from '../format';
import type { State } from './parts';
import { renewedSeconds } from './progress';

const STATES: Record<string, State> = { healthy: 'healthy', warning: 'warning', critical: 'critical' };

const TITLES: Record<string, string> = {
  healthy: 'Healthy',
  warning: 'Needs a look',
  critical: 'Needs you now',
};

export function Header({ data, clock, zone }: { data: DashboardData; clock: Clock; zone: string }) {
  return (
    <header class="top">
      <h1>Lead sync</h1>
      <p class="muted small">
        {clock.full(data.at)} ({zone}), renewed every {span(renewedSeconds(data))}
      </p>
    </header>
  );
}

/** The first thing to see: how the sync is, and why. */
export function HealthCard({ data }: { data: DashboardData }) {
  const { health, heartbeat } = data.metrics;
  const state = STATES[health.status] ?? 'plain';
  return (
    <section class={`card health is-${state}`}>
      <p class="status">{TITLES[health.status] ?? health.status}</p>
      {health.reasons.length === 0 ? (
        <p class="muted">Leads arrive on both sides, and no alert is up.</p>
      ) : (
        <ul>
          {health.reasons.map(({ severity, message }) => (
            <li class={`is-${STATES[severity] ?? 'plain'}`}>
              <span class="dot" />
              <span>{message}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="muted small">
        {heartbeat.last === null
          ? 'The monitor has never run: publish "Lead sync monitor" to be alerted.'
          : `The monitor last looked ${ago(heartbeat.last, data.at)}.`}
      </p>
    </section>
  );
}

export function NoticeCard({ notice }: { notice: Notice }) {
  return (
    <p class={`card notice is-${notice.ok ? 'healthy' : 'critical'}`} role="status">
      {notice.text}
    </p>
  );
}
