import { addressOf } from '../frame/address';
import { flag, many, needed, oneOf, text, whole } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { InputError } from '../../../errors/input-error';
import { lengthsIn, lengthText } from '../lengths';
import { ago, words } from '../view/format';
import { Input, Select, Tick } from '../view/inputs';
import { Card } from '../view/parts';
import { isPaused, type AlertRule, type Alerts } from './alerts';

const WAYS = ['twenty_to_supabase', 'supabase_to_twenty'] as const;
const params = { alert: text(100) };
const wayField = oneOf(WAYS);
const fields = {
  alert: needed(text(100)),
  enabled: flag,
  severity: text(20),
  threshold: text(20),
  minimum: text(20),
  directions: many(wayField, WAYS.length),
  pending_for: text(60),
  clear_for: text(60),
  reminders: text(200),
  escalate_after: text(60),
};
const pauseFields = { alert: needed(text(100)), hours: needed(whole(0, 24 * 30)) };

interface Saved {
  saved: boolean;
  problems: Record<string, string>;
}

const save = defineAction({
  title: 'Save a rule',
  fields,
  async run(call, { alert, directions, minimum, reminders, ...rule }) {
    const p_changes = {
      ...rule,
      reminders: lengthsIn(reminders),
      ...(minimum === null ? {} : { minimum }),
      ...(alert === 'sync_stalled' ? { directions } : {}),
    };
    const { saved, problems } = await call<Saved>('change_alert', { p_alert: alert, p_changes });
    return saved
      ? { text: 'The rule is saved, and counts from the next run of the monitor on.', to: addressOf('alerts') }
      : { ok: false, problems, text: 'The rule was not saved: see what is said at its fields.' };
  },
  failed: 'The rule was not saved.',
});

const pause = defineAction({
  title: 'Pause an alert',
  fields: pauseFields,
  async run(call, { alert, hours }) {
    const until = hours === 0 ? null : new Date(Date.now() + hours * 3_600_000).toISOString();
    await call('change_alert', { p_alert: alert, p_changes: { paused_until: until } });
    return {
      text: hours === 0 ? 'It is told again.' : `Nobody is told of it for ${hours} h; what lasts is told then.`,
    };
  },
  failed: 'The alert was not paused.',
});

/** What the figure of a rule counts. */
const UNITS: Record<string, string> = {
  failure_rate: 'Percent of the last hour’s tries that fail',
  sync_stalled: 'Minutes without a run that succeeded',
  lead_errors: 'Failed tries of one lead',
  pending_long: 'Minutes that a lead waits',
  syncing_stuck: 'Minutes that a push holds a lead',
  monitor_silent: 'Minutes without a run of the monitor',
};

interface Data {
  rule: AlertRule;
}

function AlertPage({ data: { rule }, at, clock }: ViewProps<typeof params, Data>) {
  const { alert } = rule;
  return (
    <>
      <Card title={rule.title}>
        <ActionForm action="save" fields={{ alert }} class="fields">
          <p class="small muted">{rule.advice}</p>
          <Tick name="enabled" label="On" isOn={rule.enabled} />
          <Input
            name="threshold"
            label="Is told above"
            value={rule.threshold}
            hint={UNITS[alert] ?? 'A number of leads'}
          />
          {alert === 'failure_rate' ? (
            <Input
              name="minimum"
              label="Of so many tries at least"
              value={rule.minimum}
              hint="Fewer in the hour tell nothing"
            />
          ) : null}
          {alert === 'sync_stalled' ? (
            <fieldset>
              <legend>Ways that are in use</legend>
              {WAYS.map((way) => (
                <Tick name="directions" value={way} label={words(way)} isOn={rule.directions?.includes(way) ?? false} />
              ))}
            </fieldset>
          ) : null}
          <Select name="severity" label="How bad it is" value={rule.severity} options={[['warning'], ['critical']]} />
          <Input
            name="pending_for"
            label="Has to last before it is told"
            value={lengthText(rule.pending_for)}
            hint="e.g. 5 minutes"
          />
          <Input name="clear_for" label="Has to be over before that is told" value={lengthText(rule.clear_for)} />
          <Input
            name="reminders"
            label="Is told again after"
            value={rule.reminders.map(lengthText).join(', ')}
            hint="With commas between; the last one repeats"
          />
          <Input
            name="escalate_after"
            label="A warning becomes critical after"
            value={lengthText(rule.escalate_after)}
            hint="Empty: never"
          />
          <div class="buttons">
            <button class="main">Save</button>
            <a class="button" href={addressOf('alerts')}>
              Leave it as it is
            </a>
          </div>
        </ActionForm>
      </Card>
      <Card title="Pause">
        <p class="small muted">
          {isPaused(rule, at)
            ? `Paused until ${clock.full(rule.paused_until!)}.`
            : rule.since === null
              ? 'It is quiet.'
              : `Seen since ${ago(rule.since, at)}.`}
        </p>
        <ActionForm action="pause" fields={{ alert }}>
          {[1, 8, 24, 168].map((hours) => (
            <button name="hours" value={hours}>{`For ${hours === 168 ? '7 days' : `${hours} h`}`}</button>
          ))}
          {isPaused(rule, at) ? (
            <button class="main" name="hours" value="0">
              Tell it again
            </button>
          ) : null}
        </ActionForm>
      </Card>
    </>
  );
}

export const alert = definePage({
  name: 'alert',
  title: 'An alert',
  under: 'alerts',
  params,
  async load(call, params) {
    const { alerts } = await call<Alerts>('get_alerts', { p_limit: 1 });
    const rule = alerts.find((each) => each.alert === params.alert);
    if (rule === undefined) throw new InputError('There is no such alert.');
    return { rule };
  },
  view: AlertPage,
  heading: ({ rule }) => rule.title,
  actions: { save, pause },
});
