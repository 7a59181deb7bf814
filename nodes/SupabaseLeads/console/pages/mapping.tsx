import type { JsonObject } from 'n8n-workflow';
import { addressOf } from '../frame/address';
import { flag, needed, text } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { ago, number, words } from '../view/format';
import { Input, Select, Tick } from '../view/inputs';
import { Card, Empty, Table, Tag, type Column } from '../view/parts';

interface Row {
  lead_field: string;
  twenty_field: string | null;
  kind: string;
  direction: string;
  policy: string;
  enabled: boolean;
  /** Since when Twenty lacks the field. */
  missing_since: string | null;
}

/** What `get_mappings` returns. */
interface Mappings {
  object: string;
  rows: Row[];
  /** Fields of leads that no row has. */
  lead_fields: string[];
  directions: string[];
  policies: string[];
  kinds: string[];
}

interface Changed {
  saved: boolean;
  problems: Record<string, string>;
  effect: { looked_at: number; complete: boolean; holds: number; sends: number; starts_anew: boolean } | null;
}

const params = { field: text(200), add: flag };
const short = text(200);
const fields = {
  lead_field: needed(short),
  twenty_field: short,
  kind: short,
  direction: needed(short),
  policy: needed(short),
  enabled: flag,
};
type Typed = { [K in keyof typeof fields]: ReturnType<(typeof fields)[K]> };

const changesOf = ({ lead_field, twenty_field, kind, direction, policy, enabled }: Typed): JsonObject => ({
  ...(lead_field === 'deleted' ? {} : { twenty_field }),
  ...(kind === null ? {} : { kind }),
  direction,
  policy,
  enabled,
});

const asked = (typed: Typed, isPreview: boolean) => ({
  p_lead_field: typed.lead_field,
  p_changes: changesOf(typed),
  p_preview: isPreview,
});

const save = defineAction({
  title: 'Change the mapping',
  fields,
  async preview(call, typed) {
    const { problems, effect } = await call<Changed>('change_mapping', asked(typed, true));
    if (effect === null) {
      return { view: <p>{`It cannot be so: ${Object.values(problems).join(' ')}`}</p>, button: null };
    }
    const { looked_at, complete, holds, sends, starts_anew } = effect;
    return {
      view: (
        <>
          <p>
            {`Of ${number(looked_at)} linked leads${complete ? '' : ' looked at'}, ${number(holds)} have a value in it; ` +
              `${number(sends)} of them become due: the next pushes compare them with Twenty, and send what Twenty has not.`}
          </p>
          {starts_anew ? (
            <p>
              What was agreed on this field counts no more. A blank at the new place erases nothing; two different
              values are a conflict, which the policy decides.
            </p>
          ) : null}
        </>
      ),
      button: 'Change it',
      isDangerous: sends > 0,
    };
  },
  async run(call, typed) {
    const { saved, problems } = await call<Changed>('change_mapping', asked(typed, false));
    return saved
      ? { text: `The mapping of ${words(typed.lead_field)} is changed.`, to: addressOf('mapping') }
      : { ok: false, problems, text: 'The mapping was not changed.' };
  },
  failed: 'The mapping was not changed.',
});

const DIRECTIONS: Record<string, string> = { both: 'both ways', to_twenty: 'to Twenty', to_supabase: 'to Supabase' };
const directionText = (direction: string): string => DIRECTIONS[direction] ?? direction;

function RowForm({ data, row }: { data: Mappings; row: Row | undefined }) {
  const known = [...new Set(data.rows.map(({ twenty_field }) => twenty_field).filter((field) => field !== null))];
  return (
    <Card title={row === undefined ? 'Another field' : words(row.lead_field)}>
      <ActionForm action="save" fields={{ lead_field: row?.lead_field }} class="fields">
        {row === undefined ? (
          <Input
            name="lead_field"
            label="Field of leads"
            value={null}
            choices={data.lead_fields}
            hint="Or attributes.<key>"
          />
        ) : null}
        {row?.lead_field === 'deleted' ? null : (
          <Input
            name="twenty_field"
            label="Field in Twenty"
            value={row?.twenty_field}
            choices={known}
            hint="By its name there, parts with a dot: phones.primaryPhoneNumber"
          />
        )}
        {row === undefined ? (
          <Select name="kind" label="What it holds" value="text" options={data.kinds.map((kind) => [kind] as const)} />
        ) : null}
        <Select
          name="direction"
          label="Which way it travels"
          value={row?.direction ?? 'both'}
          options={data.directions.map((each) => [each, directionText(each)] as const)}
        />
        <Select
          name="policy"
          label="Who wins when both sides changed it"
          value={row?.policy ?? 'last_write_wins'}
          options={data.policies.map((each) => [each, words(each)] as const)}
        />
        <Tick name="enabled" label="Synced" isOn={row?.enabled ?? true} />
        <div class="buttons">
          <button class="main">See what it would do …</button>
          <a class="button" href={addressOf('mapping')}>
            Leave it as it is
          </a>
        </div>
      </ActionForm>
    </Card>
  );
}

function MappingPage({ data, params: { field, add }, at }: ViewProps<typeof params, Mappings>) {
  const row = data.rows.find(({ lead_field }) => lead_field === field);
  const columns: Array<Column<Row>> = [
    {
      name: 'Lead',
      cell: ({ lead_field }) => <a href={addressOf('mapping', { field: lead_field })}>{words(lead_field)}</a>,
    },
    { name: 'Twenty', cell: ({ twenty_field }) => twenty_field ?? '–' },
    { name: 'Way', isShort: true, cell: ({ direction }) => directionText(direction) },
    { name: 'Who wins', isWideOnly: true, cell: ({ policy }) => words(policy) },
    {
      name: '',
      isShort: true,
      cell: ({ enabled, missing_since }) =>
        !enabled ? (
          <Tag state="plain">off</Tag>
        ) : missing_since !== null ? (
          <Tag state="warning">{`not in Twenty since ${ago(missing_since, at)}`}</Tag>
        ) : (
          <Tag state="healthy">synced</Tag>
        ),
    },
  ];
  return (
    <>
      {row !== undefined || add ? <RowForm data={data} row={row} /> : null}
      <Card title="Fields">
        {data.rows.length === 0 ? (
          <Empty>No field is mapped.</Empty>
        ) : (
          <Table caption="Fields" columns={columns} rows={data.rows} />
        )}
        <div class="buttons">
          <a class="button" href={addressOf('mapping', { add: true })}>
            Another field
          </a>
          <a class="button" href={addressOf('filter')}>
            Which leads travel
          </a>
        </div>
      </Card>
    </>
  );
}

/** Which lead field is which Twenty field, which way it travels and who wins. */
export const mapping = definePage({
  name: 'mapping',
  title: 'Mapping',
  group: 'Rules',
  params,
  load: (call) => call<Mappings>('get_mappings'),
  view: MappingPage,
  actions: { save },
});
