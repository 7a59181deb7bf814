import type { JsonObject } from 'n8n-workflow';
import { leadFields } from '../../lead';
import { addressOf } from './frame/address';
import { flag, needed, text } from './frame/fields';
import { ActionForm } from './frame/forms';
import { defineAction } from './frame/page';
import { ago, number, words } from './view/format';
import { Input, Problem, Select, Tick, useProblem } from './view/inputs';
import { Card } from './view/parts';

export interface Row {
  lead_field: string;
  twenty_field: string | null;
  kind: string;
  direction: string;
  policy: string;
  enabled: boolean;
  /** By a value here the option that it is in Twenty. */
  translations: Record<string, string> | null;
  /** Since when Twenty lacks the field. */
  missing_since: string | null;
  /** Changes with it. */
  version: string;
}

/** A field of Twenty that a row may name. */
export interface TwentyField {
  name: string;
  label: string;
  type: string;
  /** What a row may say that it holds. */
  kinds: string[];
  options?: Array<{ value: string; label: string }>;
}

/** What `get_mappings` returns. */
export interface Mappings {
  object: string;
  rows: Row[];
  /** Fields of leads that no row has. */
  lead_fields: string[];
  directions: string[];
  policies: string[];
  kinds: string[];
  /** Null before the first pull. */
  twenty_fields: TwentyField[] | null;
  twenty_fields_at: string | null;
}

/** What `change_mapping` returns. */
export interface Changed {
  saved: boolean;
  problems: Record<string, string>;
  effect: {
    looked_at: number;
    complete: boolean;
    holds: number;
    sends: number;
    /** Leads whose option gets another name here when they are read again. */
    renames: number;
    starts_anew: boolean;
  } | null;
}

const short = text(200);
/** What a form says that it has seen where there was no row. */
const NEW = 'new';
const fields = {
  lead_field: needed(short),
  twenty_field: short,
  kind: short,
  direction: needed(short),
  policy: needed(short),
  enabled: flag,
  seen: short,
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
  p_seen: typed.seen === NEW ? '' : typed.seen,
});

export const save = defineAction({
  title: 'Change the mapping',
  fields,
  async preview(call, typed) {
    const { problems, effect } = await call<Changed>('change_mapping', asked(typed, true));
    if (effect === null) return { view: null, button: null, problems };
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
      : { problems, text: 'The mapping was not changed.' };
  },
  failed: 'The mapping was not changed.',
});

const DIRECTIONS: Record<string, string> = { both: 'both ways', to_twenty: 'to Twenty', to_supabase: 'to Supabase' };
export const directionText = (direction: string): string => DIRECTIONS[direction] ?? direction;

/** Which field of Twenty it is: one of those that hold such a value, where a pull has told which there are. */
function TwentyFieldInput({ data, row, kind, at }: { data: Mappings; row?: Row; kind?: string; at: string }) {
  const field = { name: 'twenty_field', label: 'Field in Twenty', value: row?.twenty_field };
  if (data.twenty_fields === null) {
    const hint =
      'By its name there, parts with a dot: phones.primaryPhoneNumber. After the first pull you can choose it.';
    return <Input {...field} hint={hint} />;
  }
  const fitting = data.twenty_fields.filter(({ kinds }) => kind === undefined || kinds.includes(kind));
  const options = fitting.map(({ name, label }) => [name, `${label} (${name})`] as const);
  const isKept = typeof row?.twenty_field === 'string' && !fitting.some(({ name }) => name === row.twenty_field);
  return (
    <Select
      {...field}
      options={[
        ...(isKept ? [[row.twenty_field as string] as const] : row === undefined ? [['', 'Choose one'] as const] : []),
        ...options,
      ]}
      hint={`As Twenty had them ${ago(data.twenty_fields_at, at)}${kind === undefined ? '' : `, those that hold a ${kind}`}. The next pull brings what is made there.`}
    />
  );
}

function FieldProblem() {
  return <Problem name="lead_field">{useProblem('lead_field')}</Problem>;
}

/** A row of the mapping, or a new one of a lead's field. */
export function RowForm({ data, field, at }: { data: Mappings; field: string; at: string }) {
  const row = data.rows.find(({ lead_field }) => lead_field === field);
  const known = leadFields.find(({ name }) => name === field)?.kind;
  const kind = row?.kind ?? known;
  return (
    <Card title={words(field)}>
      <ActionForm
        action="save"
        fields={{ lead_field: field, kind: row === undefined ? known : undefined, seen: row?.version ?? NEW }}
        class="fields"
      >
        <FieldProblem />
        {field === 'deleted' ? null : <TwentyFieldInput data={data} row={row} kind={kind} at={at} />}
        {kind === undefined ? (
          <Select
            name="kind"
            label="What it holds"
            value=""
            options={[['', 'What the field in Twenty holds'], ...data.kinds.map((each) => [each] as const)]}
          />
        ) : null}
        <Select
          name="direction"
          label="Which way it travels"
          value={row?.direction ?? (field === 'segment' ? 'to_twenty' : 'both')}
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

/** Which of a lead's fields a new row is of. */
export function AddForm({ data }: { data: Mappings }) {
  return (
    <Card title="Another field">
      <form class="fields" method="get" action="?">
        <input type="hidden" name="page" value="mapping" />
        <Input name="field" label="Field of leads" choices={data.lead_fields} hint="Or attributes.<key>" />
        <div class="buttons">
          <button class="main">Go on</button>
          <a class="button" href={addressOf('mapping')}>
            Leave it as it is
          </a>
        </div>
      </form>
    </Card>
  );
}
