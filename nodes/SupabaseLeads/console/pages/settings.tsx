import { addressOf } from '../frame/address';
import { needed, text } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { lengthText } from '../lengths';
import { valueText, words } from '../view/format';
import { Area, Input, Select } from '../view/inputs';
import { Card, Empty, Table, type Column } from '../view/parts';

interface Setting {
  name: string;
  type: string;
  value: unknown;
  is_needed: boolean;
  meaning: string | null;
  lowest: number | null;
  highest: number | null;
  options: string[] | null;
  is_fixed: boolean;
}

/** What `get_settings` returns. */
interface Settings {
  settings: Setting[];
}

const params = { setting: text(100) };
const fields = { name: needed(text(100)), type: needed(text(60)), value: text(4000) };

/** What was typed, as the setting's type has it. */
function valueIn(type: string, typed: string | null): unknown {
  if (type.endsWith('[]'))
    return (typed ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  if (typed === null) return null;
  return type === 'boolean' ? typed === 'true' : typed;
}

const shownValue = ({ type, value }: Pick<Setting, 'type' | 'value'>): string => {
  if (type === 'interval') return lengthText(value as string | null);
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(String).join(', ');
  return value === true ? 'yes' : value === false ? 'no' : valueText(value);
};

const save = defineAction({
  title: 'Change a setting',
  fields,
  async run(call, { name, type, value }) {
    const { saved, problems, settings } = await call<{
      saved: boolean;
      problems: Record<string, string>;
      settings: Record<string, unknown>;
    }>('change_settings', { p_changes: { [name]: valueIn(type, value) } });
    return saved
      ? { text: `${words(name)} is ${shownValue({ type, value: settings[name] })} now.`, to: addressOf('settings') }
      : { ok: false, problems: { value: Object.values(problems).join(' ') }, text: 'The setting was not changed.' };
  },
  failed: 'The setting was not changed.',
});

function boundsOf({ type, lowest, highest, is_needed }: Setting): string {
  const bounds =
    lowest !== null && highest !== null
      ? `From ${lowest} to ${highest}`
      : lowest !== null
        ? `${lowest} or more`
        : highest !== null
          ? `Up to ${highest}`
          : type === 'interval'
            ? 'A length of time: 5 minutes'
            : type.endsWith('[]')
              ? 'One a line'
              : '';
  return [bounds, is_needed ? '' : 'Empty: none'].filter(Boolean).join('. ');
}

function ValueInput({ setting }: { setting: Setting }) {
  const { type, value, options, lowest, highest } = setting;
  const common = { name: 'value', label: 'Value', hint: boundsOf(setting) || undefined };
  if (type === 'boolean') {
    return (
      <Select
        {...common}
        value={String(value)}
        options={[
          ['true', 'yes'],
          ['false', 'no'],
        ]}
      />
    );
  }
  if (options !== null)
    return <Select {...common} value={String(value)} options={options.map((option) => [option] as const)} />;
  if (type.endsWith('[]')) return <Area {...common} value={((value ?? []) as string[]).join('\n')} />;
  if (type === 'interval') return <Input {...common} value={lengthText(value as string | null)} />;
  const isNumber = ['integer', 'bigint', 'numeric'].includes(type);
  return (
    <Input
      {...common}
      type={isNumber ? 'number' : type.startsWith('time ') ? 'time' : 'text'}
      min={lowest}
      max={highest}
      value={type.startsWith('time ') ? String(value ?? '').slice(0, 5) : (value as string | number | null)}
    />
  );
}

/** Quiet hours are changed together, beside the alerts. */
const placeOf = (name: string): string =>
  name.startsWith('quiet_') ? addressOf('alerts') : addressOf('settings', { setting: name });

function SettingsPage({ data, params: { setting } }: ViewProps<typeof params, Settings>) {
  const chosen = data.settings.find(({ name, is_fixed }) => name === setting && !is_fixed);
  const columns: Array<Column<Setting>> = [
    {
      name: 'Setting',
      cell: ({ name, is_fixed }) => (is_fixed ? words(name) : <a href={placeOf(name)}>{words(name)}</a>),
    },
    { name: 'Value', cell: (each) => shownValue(each) },
    { name: 'What it is for', cell: ({ meaning }) => <span class="muted">{meaning}</span> },
  ];
  return (
    <>
      {chosen === undefined ? null : (
        <Card title={words(chosen.name)}>
          <ActionForm action="save" fields={{ name: chosen.name, type: chosen.type }} class="fields">
            <p>{chosen.meaning}</p>
            <ValueInput setting={chosen} />
            <div class="buttons">
              <button class="main">Save</button>
              <a class="button" href={addressOf('settings')}>
                Leave it as it is
              </a>
            </div>
          </ActionForm>
        </Card>
      )}
      <Card title="All settings">
        {data.settings.length === 0 ? (
          <Empty>None.</Empty>
        ) : (
          <Table caption="All settings" columns={columns} rows={data.settings} />
        )}
      </Card>
    </>
  );
}

export const settings = definePage({
  name: 'settings',
  title: 'Settings',
  group: 'Set-up',
  params,
  load: (call) => call<Settings>('get_settings'),
  view: SettingsPage,
  actions: { save },
});
