import { conditionText } from './conditions';
import { addressOf } from './frame/address';
import { needed, text } from './frame/fields';
import { ActionForm } from './frame/forms';
import { defineAction } from './frame/page';
import type { Rule, ScoringRules } from './scoring-rules';
import { number, words } from './view/format';
import { Input } from './view/inputs';
import { Card, Empty, Table, Tag, type Column } from './view/parts';

const groupFields = { rule_group: needed(text(200)), lowest: text(20), highest: text(20) };

const numberIn = (typed: string | null): number | string | null =>
  typed === null || !Number.isFinite(Number(typed)) ? typed : Number(typed);

/** Sets what the points of a group count as together. */
export const saveGroup = defineAction({
  title: 'Limits of a group',
  fields: groupFields,
  async run(call, { rule_group, lowest, highest }) {
    const group = { rule_group, lowest: numberIn(lowest), highest: numberIn(highest) };
    const { saved, problems } = await call<{ saved: boolean; problems: Record<string, string> }>('save_scoring_group', {
      p_group: group,
    });
    return saved
      ? { text: 'The limits are in the draft.', to: addressOf('scoring') }
      : { ok: false, problems, text: 'The limits were not saved.' };
  },
  failed: 'The limits were not saved.',
});

/** The limits of a group. */
export function GroupForm({ data, group }: { data: ScoringRules; group: string }) {
  const limits = data.groups.find(({ rule_group }) => rule_group === group);
  return (
    <Card title={`Limits of ${words(group)}`}>
      <ActionForm action="save_group" fields={{ rule_group: group }} class="fields">
        <Input
          name="lowest"
          label="Its points count as no less than"
          value={limits?.lowest}
          hint="−1000 to 0; empty: no limit"
        />
        <Input
          name="highest"
          label="Its points count as no more than"
          value={limits?.highest}
          hint="0 to 1000; empty: no limit"
        />
        <div class="buttons">
          <button class="main">Save in the draft</button>
        </div>
      </ActionForm>
    </Card>
  );
}

function stateOf(rule: Rule, { in_force }: ScoringRules): string | null {
  const before = in_force?.rules.find(({ rule_key }) => rule_key === rule.rule_key);
  if (!rule.enabled) return 'off';
  if (before === undefined || !before.enabled) return 'new';
  const said = ({ rule_group, attribute, operator, value, points, decay_days }: Rule): string =>
    JSON.stringify([rule_group, attribute, operator, value ?? null, points, decay_days ?? null]);
  return said(before) === said(rule) ? null : 'changed';
}

/** The rules of the draft by group, each with what is new about it. */
export function Draft({ data }: { data: ScoringRules }) {
  const columns: Array<Column<Rule>> = [
    { name: 'Rule', cell: ({ rule_key }) => <a href={addressOf('scoring-rule', { key: rule_key })}>{rule_key}</a> },
    { name: 'Fits when', cell: (rule) => <span class="free">{conditionText(rule)}</span> },
    { name: 'Points', isNumber: true, cell: ({ points }) => number(points) },
    { name: 'Fades in', isWideOnly: true, cell: ({ decay_days }) => (decay_days === null ? '' : `${decay_days} days`) },
    {
      name: '',
      isShort: true,
      cell: (rule) => {
        const state = stateOf(rule, data);
        return state === null ? null : <Tag state={state === 'off' ? 'plain' : 'warning'}>{state}</Tag>;
      },
    },
  ];
  const names = [...new Set([...data.draft, ...data.groups].map(({ rule_group }) => rule_group))].sort();
  const gone = (data.in_force?.rules ?? []).filter(
    ({ rule_key, enabled }) => enabled && !data.draft.some((rule) => rule.rule_key === rule_key),
  );
  return (
    <>
      {names.map((name) => {
        const limits = data.groups.find(({ rule_group }) => rule_group === name);
        const bounds =
          limits === undefined || (limits.lowest === null && limits.highest === null)
            ? 'no limits'
            : `together from ${limits.lowest ?? 'any'} to ${limits.highest ?? 'any'}`;
        const rows = data.draft.filter(({ rule_group }) => rule_group === name);
        return (
          <Card title={words(name)}>
            <p class="small muted">
              {`${bounds} · `}
              <a href={addressOf('scoring', { group: name })} aria-label={`Limits of ${words(name)}`}>
                limits
              </a>
            </p>
            {rows.length === 0 ? (
              <Empty>No rule.</Empty>
            ) : (
              <Table caption={`Rules: ${words(name)}`} columns={columns} rows={rows} />
            )}
          </Card>
        );
      })}
      {gone.length === 0 ? null : (
        <p class="card small muted">{`In force, but not in the draft any more: ${gone.map(({ rule_key }) => rule_key).join(', ')}.`}</p>
      )}
    </>
  );
}
