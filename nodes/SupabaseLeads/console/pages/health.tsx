import type { DashboardData } from '../data';
import { addressOf } from '../frame/address';
import { ActionForm } from '../frame/forms';
import { definePage } from '../frame/page';
import { SCRIPT_ACTIONS } from '../script-actions';
import { Figures, healthFigures } from '../view/figures';
import { ago, cappedNumber, number } from '../view/format';
import type { State } from '../view/parts';
import { ProgressCard, renewedSeconds } from '../view/progress';

const { sync, full_resync, reconcile, check_integrity } = SCRIPT_ACTIONS;

const STATES: Record<string, State> = { healthy: 'healthy', warning: 'warning', critical: 'critical' };

const TITLES: Record<string, string> = {
  healthy: 'Healthy',
  warning: 'Needs a look',
  critical: 'Needs you now',
};

/** Where somebody goes about an alert, by its name. */
const WAYS: Record<string, string> = {
  failure_rate: addressOf('activity'),
  sync_stalled: addressOf('runs'),
  dead_letters: addressOf('dead-letters'),
  conflict_surge: addressOf('conflicts'),
  drift: addressOf('activity'),
  held_leads: addressOf('leads', { filter: 'held' }),
  lead_errors: addressOf('leads', { filter: 'failed' }),
  pending_long: addressOf('leads', { filter: 'waiting' }),
  approvals: addressOf('approvals'),
  left_out_fields: addressOf('leads', { filter: 'left_out' }),
};

/** The first thing to see: how the sync is, and why. */
function HealthCard({ data }: { data: DashboardData }) {
  const { health, heartbeat } = data.metrics;
  const state = STATES[health.status] ?? 'plain';
  return (
    <section class={`card health is-${state}`} aria-label="Health">
      <p class="status">{TITLES[health.status] ?? health.status}</p>
      {health.reasons.length === 0 ? (
        <p class="muted">Leads arrive on both sides, and no alert is up.</p>
      ) : (
        <ul>
          {health.reasons.map(({ alert, severity, message }) => (
            <li class={`is-${STATES[severity] ?? 'plain'}`}>
              <span class="dot" />
              <span>
                {message} {Object.hasOwn(WAYS, alert) ? <a href={WAYS[alert]}>Look at it</a> : null}
              </span>
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

/** What waits for a person: how many of what, and where to decide. */
function NeedsCard({ data: { metrics } }: { data: DashboardData }) {
  const needs = [
    {
      count: metrics.conflicts.open,
      text: number(metrics.conflicts.open),
      name: 'open conflicts',
      to: addressOf('conflicts'),
    },
    {
      count: metrics.dead_letters,
      text: cappedNumber(metrics.dead_letters),
      name: 'dead letters',
      to: addressOf('dead-letters'),
    },
    {
      count: metrics.approvals,
      text: number(metrics.approvals),
      name: 'changes that wait for a yes',
      to: addressOf('approvals'),
    },
    {
      count: metrics.held,
      text: cappedNumber(metrics.held),
      name: 'leads held back',
      to: addressOf('leads', { filter: 'held' }),
    },
    {
      count: metrics.left_out,
      text: cappedNumber(metrics.left_out),
      name: 'leads with fields left out',
      to: addressOf('leads', { filter: 'left_out' }),
    },
  ].filter(({ count }) => count > 0);
  return (
    <section class="card">
      <h2>What needs you</h2>
      {needs.length === 0 ? (
        <p class="empty">Nothing waits for you.</p>
      ) : (
        <ul class="needs">
          {needs.map(({ text, name, to }) => (
            <li>
              <a href={to}>{`${text} ${name}`}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const BUTTONS = ['sync', 'reconcile', 'check_integrity'] as const;

function Buttons() {
  return (
    <ActionForm class="card buttons">
      {BUTTONS.map((action, index) => (
        <button class={index === 0 ? 'main' : undefined} name="action" value={action}>
          {SCRIPT_ACTIONS[action].title}
        </button>
      ))}
      <details>
        <summary>Full resync …</summary>
        <div class="ask">
          <p class="small muted">
            Reads every person in Twenty again, and all else that is synced, then compares the ids of both sides. What
            is equal costs nothing but the reading; 100,000 leads take about two minutes, more where Twenty limits
            calls.
          </p>
          <button name="action" value="full_resync">
            Start full resync
          </button>
        </div>
      </details>
    </ActionForm>
  );
}

function Health({ data }: { data: DashboardData }) {
  return (
    <>
      <HealthCard data={data} />
      <ProgressCard data={data} />
      <NeedsCard data={data} />
      <Figures figures={healthFigures(data)} />
      <Buttons />
    </>
  );
}

export const health = definePage({
  name: 'health',
  title: 'Health',
  group: 'Now',
  params: {},
  load: (call) => call<DashboardData>('get_dashboard', { p_parts: ['metrics', 'runs'] }),
  view: Health,
  renewedSeconds,
  actions: { sync, full_resync, reconcile, check_integrity },
});
