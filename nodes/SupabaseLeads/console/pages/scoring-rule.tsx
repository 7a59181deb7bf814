import { LONGEST_VALUE, VALUE_HINT, typedOf, valueOf } from '../conditions';
import { addressOf } from '../frame/address';
import { flag, needed, text } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { Area, Input, Select, Tick } from '../view/inputs';
import { Card } from '../view/parts';
import type { Rule, ScoringRules } from '../scoring-rules';

const params = { key: text(63) };
const ruleFields = {
  rule_key: text(200),
  rule_group: text(200),
  attribute: text(200),
  operator: text(40),
  value: text(LONGEST_VALUE),
  points: text(20),
  decay_days: text(20),
  description: text(1000),
  enabled: flag,
  is_new: flag,
};
const keyField = { rule_key: needed(text(63)) };

interface Saved {
  saved: boolean;
  problems: Record<string, string>;
}

const save = defineAction({
  title: 'Save a rule',
  fields: ruleFields,
  async run(call, { is_new, value, ...rule }) {
    const p_rule = { ...rule, rule_group: rule.rule_group ?? 'other', value: valueOf(rule.operator, value) };
    const { saved, problems } = await call<Saved>('save_scoring_rule', { p_rule, p_new: is_new });
    return saved
      ? { text: `${rule.rule_key} is in the draft. It counts once the draft is published.`, to: addressOf('scoring') }
      : { ok: false, problems, text: 'The rule was not saved: see what is said at its fields.' };
  },
  failed: 'The rule was not saved.',
});

const remove = defineAction({
  title: 'Take a rule out',
  fields: keyField,
  async run(call, { rule_key }) {
    const { saved, problems } = await call<Saved>('save_scoring_rule', { p_rule: { rule_key }, p_delete: true });
    const text = saved ? `${rule_key} is out of the draft.` : Object.values(problems).join(' ');
    return { ok: saved, text, to: addressOf('scoring') };
  },
  failed: 'The rule was not taken out.',
});

type Data = ScoringRules & { rule: Rule | undefined };

function RulePage({ data, params: { key } }: ViewProps<typeof params, Data>) {
  const { rule, groups, draft, attributes, operators } = data;
  const names = [...new Set([...draft, ...groups].map(({ rule_group }) => rule_group))].sort();
  return (
    <Card title={rule === undefined ? 'New rule of the draft' : `Rule of the draft: ${rule.rule_key}`}>
      <ActionForm action="save" fields={{ is_new: rule === undefined }} class="fields">
        <Input
          name="rule_key"
          label="Name"
          value={rule?.rule_key ?? key}
          isFixed={rule !== undefined}
          hint="Small letters, digits and underscores, as the breakdown of a score shows it"
        />
        <Input name="rule_group" label="Group" value={rule?.rule_group ?? 'other'} choices={names} />
        <Input
          name="attribute"
          label="Looks at"
          value={rule?.attribute}
          choices={attributes}
          hint="A field of the lead, or attributes. and a key: attributes.current_tool"
        />
        <Select
          name="operator"
          label="How"
          value={rule?.operator}
          options={operators.map((operator) => [operator, operator.replaceAll('_', ' ')] as const)}
        />
        <Area name="value" label="Value" value={typedOf(rule?.value)} hint={VALUE_HINT} longest={LONGEST_VALUE} />
        <Input name="points" label="Points" value={rule?.points} hint="−100 to 100" />
        <Input name="decay_days" label="Fades in so many days" value={rule?.decay_days} hint="Empty: the points stay" />
        <Input name="description" label="What it is for" value={rule?.description} longest={1000} />
        <Tick name="enabled" label="Counts with the next publication" isOn={rule?.enabled ?? true} />
        <div class="buttons">
          <button class="main">Save in the draft</button>
          <a class="button" href={addressOf('scoring')}>
            Leave it as it is
          </a>
        </div>
      </ActionForm>
      {rule === undefined ? null : (
        <ActionForm action="remove" fields={{ rule_key: rule.rule_key }}>
          <button>Take it out of the draft</button>
        </ActionForm>
      )}
    </Card>
  );
}

export const scoringRule = definePage({
  name: 'scoring-rule',
  title: 'A scoring rule',
  under: 'scoring',
  params,
  async load(call, { key }) {
    const data = await call<ScoringRules>('get_scoring_rules');
    return { ...data, rule: data.draft.find(({ rule_key }) => rule_key === key) };
  },
  view: RulePage,
  actions: { save, remove },
});
