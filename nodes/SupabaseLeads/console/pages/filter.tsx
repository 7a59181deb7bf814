import type { NodeApiError } from 'n8n-workflow';
import { conditionText, LONGEST_VALUE, VALUE_HINT, typedOf, valueOf, type Condition } from '../conditions';
import { useOnPage } from '../frame/context';
import { needed, oneOf, text, type Field } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { addressOf } from '../frame/address';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { number } from '../view/format';
import { Area, Input, Problem, Select, useProblem } from '../view/inputs';
import { Card } from '../view/parts';

interface Filter {
  direction: Direction;
  conditions: Condition[] | null;
  changed_at: string;
  outside: number;
  attributes: string[];
}

interface FiltersAnswer {
  filters: Filter[];
  operators: string[];
}

/** What `preview_filter` answers. */
interface Effect {
  looked_at: number;
  complete: boolean;
  inside: number;
  leave: number;
  enter: number;
  unread: number;
}

const DIRECTIONS = ['to_twenty', 'to_supabase'] as const;
type Direction = (typeof DIRECTIONS)[number];
const params = { direction: oneOf(DIRECTIONS) };

const MOST = 20;
const BLANK_ROWS = 2;
const NUMBERS = Array.from({ length: MOST }, (_, index) => index + 1);
const rowFields: Record<string, Field<string | null>> = Object.fromEntries(
  NUMBERS.flatMap((n) => ['attribute', 'operator', 'value'].map((part) => [`${part}_${n}`, text(LONGEST_VALUE)])),
);
const fields = { ...rowFields, direction: needed(oneOf(DIRECTIONS)), seen: text(40) };

/** The rows of the form that look at something; null for none. */
function conditionsOf(values: Record<string, unknown>): object[] | null {
  const rows = NUMBERS.map((n) => {
    const [attribute, operator, value] = ['attribute', 'operator', 'value'].map(
      (part) => values[`${part}_${n}`] as string | null,
    );
    return attribute === null ? null : { attribute, operator, value: valueOf(operator, value) };
  }).filter((row) => row !== null);
  return rows.length === 0 ? null : rows;
}

const asked = (values: Record<string, unknown>) => ({
  p_direction: values.direction as Direction,
  p_conditions: conditionsOf(values) as never,
});

const save = defineAction({
  title: 'Set the filter',
  fields,
  async preview(call, values) {
    let effect: Effect;
    try {
      effect = await call<Effect>('preview_filter', asked(values));
    } catch (error) {
      const { httpCode, message } = error as NodeApiError;
      if (httpCode !== '400') throw error;
      return { view: null, button: null, problems: { conditions: message } };
    }
    const who = values.direction === 'to_twenty' ? 'leads' : 'people with a lead';
    return {
      view: (
        <>
          <p>
            {`Of ${number(effect.looked_at)} ${who}${effect.complete ? '' : ' looked at'}, ${number(effect.inside)} fit: ` +
              `${number(effect.leave)} leave, ${number(effect.enter)} enter.`}
          </p>
          <p>
            {values.direction === 'to_twenty'
              ? 'What leaves stays as it is on both sides and is no longer sent; what enters is sent with all that differs.'
              : 'What leaves stays as it is on both sides and is no longer taken; what enters is taken with all that differs, by the next reconciliation.'}
          </p>
          {effect.unread > 0 ? (
            <p>{`${number(effect.unread)} people are outside now, and are read again to see whether they fit.`}</p>
          ) : null}
        </>
      ),
      button: 'Set the filter',
      isDangerous: effect.leave > 0,
    };
  },
  async run(call, values) {
    await call('set_filter', { ...asked(values), p_seen: values.seen as string | null });
    const isOut = values.direction === 'to_twenty';
    return {
      text: conditionsOf(values) === null ? 'There is no filter that way now.' : 'The filter is set.',
      to: addressOf('filter'),
      starts: isOut ? { Push: {} } : { Reconcile: {} },
    };
  },
  failed: 'The filter was not set.',
});

const HEADINGS: Record<Direction, string> = {
  to_twenty: 'Leads that go to Twenty',
  to_supabase: 'People who come to Supabase',
};

function ConditionsProblem() {
  return <Problem name="conditions">{useProblem('conditions')}</Problem>;
}

function FilterForm({ filter, operators }: { filter: Filter; operators: string[] }) {
  const { direction, attributes } = filter;
  const conditions = filter.conditions ?? [];
  const { typed } = useOnPage();
  // what comes back was typed beside the filter that was seen then, in as many rows as there were
  const sent = typed?.action === 'save' ? typed.form : undefined;
  const seen = sent === undefined ? filter.changed_at : String((sent.seen as string | undefined) ?? '');
  const rows =
    sent === undefined ? conditions.length : Math.max(...NUMBERS.map((n) => (sent[`attribute_${n}`] ? n : 0)));
  return (
    <ActionForm action="save" fields={{ direction, seen }} class="fields wide">
      <fieldset>
        <legend>Conditions, all of which must hold</legend>
        <p class="muted small">{`Leave all empty for no filter. ${VALUE_HINT}`}</p>
        <ConditionsProblem />
        {NUMBERS.slice(0, rows + BLANK_ROWS).map((n) => {
          const condition = conditions.at(n - 1);
          return (
            <div class="criterion" role="group" aria-label={`Condition ${n}`}>
              <Input name={`attribute_${n}`} label="Looks at" value={condition?.attribute} choices={attributes} />
              <Select
                name={`operator_${n}`}
                label="How"
                value={condition?.operator}
                options={operators.map((operator) => [operator, operator.replaceAll('_', ' ')] as const)}
              />
              <Area name={`value_${n}`} label="Value" value={typedOf(condition?.value)} longest={LONGEST_VALUE} />
            </div>
          );
        })}
      </fieldset>
      <div class="buttons">
        <button class="main">See what it would do …</button>
        <a class="button" href={addressOf('filter')}>
          Leave it as it is
        </a>
      </div>
    </ActionForm>
  );
}

function FilterText({ filter: { direction, conditions, outside } }: { filter: Filter }) {
  const who = direction === 'to_twenty' ? 'leads' : 'people';
  return (
    <>
      {conditions === null ? (
        <p>All: there is no filter.</p>
      ) : (
        <>
          <ul>
            {conditions.map((condition) => (
              <li>{conditionText(condition)}</li>
            ))}
          </ul>
          <p>{`${number(outside)} ${who} are outside.`}</p>
        </>
      )}
      <div class="buttons">
        <a class="button" href={addressOf('filter', { direction })} aria-label={`Change: ${HEADINGS[direction]}`}>
          Change …
        </a>
      </div>
    </>
  );
}

function FilterPage({ data, params: { direction } }: ViewProps<typeof params, FiltersAnswer>) {
  return (
    <>
      {data.filters.map((each) => (
        <Card title={HEADINGS[each.direction]}>
          {each.direction === direction ? (
            <FilterForm filter={each} operators={data.operators} />
          ) : (
            <FilterText filter={each} />
          )}
        </Card>
      ))}
    </>
  );
}

/** Which leads travel out, and which people come in. */
export const filter = definePage({
  name: 'filter',
  title: 'Filter',
  group: 'Rules',
  params,
  load: (call) => call<FiltersAnswer>('get_filters'),
  view: FilterPage,
  actions: { save },
});
