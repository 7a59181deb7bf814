import { LONGEST_VALUE, VALUE_HINT, typedOf, valueOf } from '../conditions';
import { addressOf } from '../frame/address';
import { flag, needed, text, uuid, type Field } from '../frame/fields';
import { ActionForm, HiddenFields } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { number } from '../view/format';
import { Area, Input, Problem, Select, Tick, useProblem } from '../view/inputs';
import { Card } from '../view/parts';
import type { Segment, Segments, SegmentValues } from './segments';

/** As many criteria as the form has room for; where there are more, they stay as they are. */
const MOST = 100;
const BLANK_ROWS = 2;
const NUMBERS = Array.from({ length: MOST }, (_, index) => index + 1);

const params = { id: uuid };
const partText = text(LONGEST_VALUE);
const rowFields: Record<string, Field<string | null>> = Object.fromEntries(
  NUMBERS.flatMap((n) => ['attribute', 'operator', 'value', 'weight'].map((part) => [`${part}_${n}`, partText])),
);
const ownFields = {
  id: uuid,
  segment_name: text(200),
  description: text(2000),
  threshold: text(20),
  priority: text(20),
  enabled: flag,
  kept: flag,
};
const fields = { ...rowFields, ...ownFields };
const idField = { id: needed(uuid) };

interface Saved {
  saved: boolean;
  problems: Record<string, string>;
}

/** The rows of the form that look at something. */
function criteriaOf(values: Record<string, unknown>): object[] | null {
  const rows = NUMBERS.map((n) => {
    const [attribute, operator, value, weight] = ['attribute', 'operator', 'value', 'weight'].map(
      (part) => values[`${part}_${n}`] as string | null,
    );
    const heavy = weight === null ? {} : { weight: Number.isFinite(Number(weight)) ? Number(weight) : weight };
    return attribute === null ? null : { attribute, operator, value: valueOf(operator, value), ...heavy };
  }).filter((row) => row !== null);
  return rows.length === 0 ? null : rows;
}

const share = (percent: string | null): number | string | null =>
  percent === null || !Number.isFinite(Number(percent)) ? percent : Number(percent) / 100;
const whole = (typed: string | null): number | string | null =>
  typed === null || !Number.isFinite(Number(typed)) ? typed : Number(typed);

const save = defineAction({
  title: 'Draft a segment',
  fields,
  async run(call, values) {
    const { id, segment_name, description, threshold, priority, enabled, kept } = values as unknown as {
      [K in keyof typeof ownFields]: ReturnType<(typeof ownFields)[K]>;
    };
    const segment = {
      ...(id === null ? {} : { id }),
      segment_name,
      description,
      enabled,
      threshold: share(threshold),
      priority: whole(priority),
      ...(kept ? {} : { criteria: criteriaOf(values) }),
    };
    const { saved, problems } = await call<Saved>('save_segment_draft', { p_segment: segment });
    return saved
      ? { text: `${segment_name} is drafted. It counts once it is published.`, to: addressOf('segments') }
      : { ok: false, problems, text: 'The segment was not saved: see what is said at its fields.' };
  },
  failed: 'The segment was not saved.',
});

const discard = defineAction({
  title: 'Take the draft back',
  fields: idField,
  async run(call, { id }) {
    const { saved, problems } = await call<Saved>('save_segment_draft', { p_segment: { id }, p_discard: true });
    const text = saved ? 'The draft was taken back.' : Object.values(problems).join(' ');
    return { ok: saved, text, to: addressOf('segments') };
  },
  failed: 'The draft was not taken back.',
});

type Data = Segments & { segment: Segment | undefined };

function Criteria({ data, shown }: { data: Data; shown: Partial<SegmentValues> }) {
  const criteria = shown.criteria ?? [];
  const count = Math.min(MOST, criteria.length + BLANK_ROWS);
  const problem = useProblem('criteria');
  if (criteria.length > MOST) {
    return (
      <p class="muted">
        <HiddenFields values={{ kept: true }} />
        {`Its ${number(criteria.length)} criteria are more than this form has room for: they stay as they are.`}
      </p>
    );
  }
  return (
    <fieldset>
      <legend>Criteria: a lead fits when it meets enough of their weight</legend>
      <p class="muted small">{`Leave all empty for a segment that only people and AI choose. ${VALUE_HINT}`}</p>
      <Problem name="criteria">{problem}</Problem>
      {NUMBERS.slice(0, count).map((n) => {
        const criterion = criteria.at(n - 1);
        return (
          <div class="criterion" role="group" aria-label={`Criterion ${n}`}>
            <Input name={`attribute_${n}`} label="Looks at" value={criterion?.attribute} choices={data.attributes} />
            <Select
              name={`operator_${n}`}
              label="How"
              value={criterion?.operator}
              options={data.operators.map((operator) => [operator, operator.replaceAll('_', ' ')] as const)}
            />
            <Area name={`value_${n}`} label="Value" value={typedOf(criterion?.value)} longest={LONGEST_VALUE} />
            <Input name={`weight_${n}`} label="Weight" value={criterion?.weight} hint="1, if empty" />
          </div>
        );
      })}
    </fieldset>
  );
}

function SegmentPage({ data }: ViewProps<typeof params, Data>) {
  const { segment } = data;
  const shown: Partial<SegmentValues> = segment?.draft ?? segment ?? {};
  return (
    <Card title={segment === undefined ? 'New segment' : `Segment: ${shown.segment_name}`}>
      <ActionForm action="save" fields={{ id: segment?.id }} class="fields wide">
        <Input name="segment_name" label="Name" value={shown.segment_name} />
        <Area name="description" label="What it is (AI is told this)" value={shown.description} longest={2000} />
        <Criteria data={data} shown={shown} />
        <Input
          name="threshold"
          label="Share of the weight that a lead must meet, in percent"
          value={Math.round((shown.threshold ?? 1) * 10_000) / 100}
        />
        <Input
          name="priority"
          label="Priority"
          value={shown.priority ?? 100}
          hint="Of the segments that fit, the lowest number is taken"
        />
        <Tick name="enabled" label="In use" isOn={shown.enabled ?? true} />
        <div class="buttons">
          <button class="main">Save as a draft</button>
          <a class="button" href={addressOf('segments')}>
            Leave it as it is
          </a>
        </div>
      </ActionForm>
      {segment?.draft ? (
        <ActionForm action="discard" fields={{ id: segment.id }}>
          <button>Take the draft back</button>
        </ActionForm>
      ) : null}
    </Card>
  );
}

export const segment = definePage({
  name: 'segment',
  title: 'A segment',
  under: 'segments',
  params,
  async load(call, { id }) {
    const data = await call<Segments>('get_segments');
    return { ...data, segment: data.segments.find((each) => each.id === id) };
  },
  view: SegmentPage,
  actions: { save, discard },
});
