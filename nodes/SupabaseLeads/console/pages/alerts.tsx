import { addressOf } from '../frame/address';
import { text, whole } from '../frame/fields';
import { ActionButton, ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { ago, number, words } from '../view/format';
import { Input } from '../view/inputs';
import { Paging } from '../view/list';
import { Card, Empty, Table, Tag, type Column, type State } from '../view/parts';

export interface AlertRule {
  alert: string;
  title: string;
  enabled: boolean;
  severity: 'warning' | 'critical';
  threshold: number;
  minimum: number;
  directions: string[] | null;
  pending_for: string;
  clear_for: string;
  reminders: string[];
  escalate_after: string | null;
  paused_until: string | null;
  advice: string;
  state: string;
  since: string | null;
}

interface Told {
  id: number;
  kind: string;
  severity: string;
  title: string;
  message: string;
  at: string;
  sent_at: string | null;
}

/** What `get_alerts` returns. */
export interface Alerts {
  alerts: AlertRule[];
  quiet: { quiet_from: string | null; quiet_until: string | null; quiet_zone: string; now: boolean };
  monitor_at: string | null;
  told: Told[];
  has_next: boolean;
  position: number | null;
}

const params = { after: whole(1, Number.MAX_SAFE_INTEGER) };
const quietFields = { quiet_from: text(20), quiet_until: text(20), quiet_zone: text(60) };

const quiet = defineAction({
  title: 'Quiet hours',
  fields: quietFields,
  async run(call, { quiet_zone, ...hours }) {
    const p_changes = { ...hours, quiet_zone: quiet_zone ?? 'UTC' };
    const { saved, problems } = await call<{ saved: boolean; problems: Record<string, string> }>('change_settings', {
      p_changes,
    });
    if (!saved) return { ok: false, problems, text: 'The quiet hours were not saved.' };
    return {
      text:
        hours.quiet_from === null
          ? 'There are no quiet hours: warnings are told at any time.'
          : `Warnings are kept from ${hours.quiet_from} to ${hours.quiet_until}.`,
    };
  },
  failed: 'The quiet hours were not saved.',
});

const test = defineAction({
  title: 'Test message',
  fields: {},
  async run(call) {
    const { monitor_at } = await call<{ monitor_at: string | null }>('send_test_alert');
    return monitor_at === null
      ? {
          ok: false,
          text: 'The message waits, but the monitor has never run: activate the workflow Lead sync monitor.',
        }
      : { text: 'The next run of the monitor, within 5 minutes, tells a test message on all its channels.' };
  },
  failed: 'The test message was not given to the monitor.',
});

export const alertState = ({ state, severity }: AlertRule): State =>
  state === 'firing' ? severity : state === 'pending' ? 'plain' : 'healthy';
const STATES: Record<string, string> = { ok: 'OK', pending: 'Watched', firing: 'Firing' };
const KINDS: Record<string, string> = { raised: 'New', reminder: 'Still', escalated: 'Worse', recovered: 'Over' };

export const isPaused = ({ paused_until }: AlertRule, at: string): boolean =>
  paused_until !== null && Date.parse(paused_until) > Date.parse(at);

function Rules({ alerts, at }: { alerts: AlertRule[]; at: string }) {
  const columns: Array<Column<AlertRule>> = [
    {
      name: 'Alert',
      cell: ({ alert, title }) => <a href={addressOf('alert', { alert })}>{title}</a>,
    },
    { name: 'Above', isNumber: true, cell: ({ threshold }) => number(threshold) },
    { name: 'Severity', isWideOnly: true, cell: ({ severity }) => words(severity) },
    { name: 'Since', isShort: true, isWideOnly: true, cell: ({ since }) => (since === null ? '–' : ago(since, at)) },
    {
      name: '',
      isShort: true,
      cell: (rule) =>
        rule.enabled ? (
          <>
            <Tag state={alertState(rule)}>{STATES[rule.state] ?? rule.state}</Tag>{' '}
            {isPaused(rule, at) ? <Tag state="warning">Paused</Tag> : null}
          </>
        ) : (
          <Tag state="plain">Off</Tag>
        ),
    },
  ];
  return <Table caption="Alert rules" columns={columns} rows={alerts} />;
}

function AlertsPage({ data, params: { after }, at }: ViewProps<typeof params, Alerts>) {
  const told: Array<Column<Told>> = [
    { name: 'Told', cell: ({ kind, title }) => `${KINDS[kind] ?? kind}: ${title}` },
    { name: 'What was seen', isWideOnly: true, cell: ({ message }) => <span class="free">{message}</span> },
    { name: 'Seen', isShort: true, cell: (each) => ago(each.at, at) },
    {
      name: '',
      isShort: true,
      cell: ({ sent_at }) =>
        sent_at === null ? <Tag state="warning">Not told yet</Tag> : <Tag state="healthy">Told</Tag>,
    },
  ];
  const { quiet_from, quiet_until, quiet_zone, now } = data.quiet;
  return (
    <>
      <Card title="Rules">
        {data.alerts.length === 0 ? <Empty>There is no rule.</Empty> : <Rules alerts={data.alerts} at={at} />}
      </Card>
      <div class="columns">
        <Card title="Quiet hours">
          <ActionForm action="quiet" class="fields">
            <p class="small muted">
              {`Warnings are kept meanwhile, and told afterwards if they last. What is critical is told at once.${now ? ' It is quiet now.' : ''}`}
            </p>
            <Input name="quiet_from" type="time" label="From" value={quiet_from?.slice(0, 5)} />
            <Input
              name="quiet_until"
              type="time"
              label="Until"
              value={quiet_until?.slice(0, 5)}
              hint="May be of the next day"
            />
            <Input name="quiet_zone" label="Time zone" value={quiet_zone} hint="e.g. Europe/Paris" />
            <div class="buttons">
              <button class="main">Save</button>
            </div>
          </ActionForm>
        </Card>
        <Card title="Channels">
          <div class="preview">
            <p>
              Telegram, Slack and e-mail are nodes of the workflow <i>Lead sync monitor</i>: their addresses stand in
              its node <i>Check alerts</i>, and each needs a credential of n8n.
            </p>
            <p class="small muted">
              {data.monitor_at === null
                ? 'The monitor has never run.'
                : `The monitor looked ${ago(data.monitor_at, at)}.`}
            </p>
            <ActionButton action="test" name="Send a test message" />
          </div>
        </Card>
      </div>
      <Card title="What was told">
        {data.told.length === 0 ? (
          <Empty>Nothing in the last 30 days.</Empty>
        ) : (
          <Table caption="What was told" columns={told} rows={data.told} />
        )}
        <Paging
          params={{}}
          after={after === null ? null : String(after)}
          next={data.has_next ? String(data.position) : null}
        />
      </Card>
    </>
  );
}

export const alerts = definePage({
  name: 'alerts',
  title: 'Alerts',
  group: 'Set-up',
  params,
  load: (call, { after }) => call<Alerts>('get_alerts', { p_limit: 20, p_position: after }),
  view: AlertsPage,
  actions: { quiet, test },
});
