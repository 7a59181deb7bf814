import { conditionText } from '../conditions';
import { addressOf } from '../frame/address';
import { flag, needed, text, whole } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type Call, type ViewProps } from '../frame/page';
import { Input } from '../view/inputs';
import { ago, number, words } from '../view/format';
import { Person } from '../view/lead';
import { Bars, Card, Empty, Table, Tag, type Column } from '../view/parts';

export interface Rule {
  rule_key: string;
  rule_group: string;
  attribute: string;
  operator: string;
  value: unknown;
  points: number;
  decay_days: number | null;
  enabled: boolean;
  description: string | null;
}

interface Group {
  rule_group: string;
  lowest: number | null;
  highest: number | null;
}

/** What `get_scoring_rules` returns. */
export interface ScoringRules {
  version: number;
  published_at: string | null;
  draft: Rule[];
  groups: Group[];
  in_force: { rules: Rule[] } | null;
  versions: Array<{ version: number; published_at: string; note: string | null; rules: number }>;
  draft_differs: boolean;
  attributes: string[];
  operators: string[];
}

interface Preview {
  leads: number;
  changed: number;
  average: { before: number | null; after: number | null };
  distribution: Array<{ from: number; to: number; before: number; after: number }>;
  examples: Array<{ lead_id: string; lead_name: string | null; email: string | null; before: number; after: number }>;
}

const SAMPLE = 1000;
const params = { group: text(200) };
const publishFields = { note: text(500) };
const versionFields = { version: needed(whole(0, 1_000_000)), draft: flag };
const groupFields = { rule_group: needed(text(200)), lowest: text(20), highest: text(20) };

function PreviewView({ preview }: { preview: Preview }) {
  const columns: Array<Column<Preview['examples'][number]>> = [
    { name: 'Lead', cell: ({ lead_id, lead_name, email }) => <Person id={lead_id} name={lead_name} email={email} /> },
    { name: 'Is', isNumber: true, cell: ({ before }) => number(before) },
    { name: 'Becomes', isNumber: true, cell: ({ after }) => number(after) },
  ];
  const shares = (side: 'before' | 'after') =>
    preview.distribution.map((tenth) => ({
      name: `${tenth.from}–${tenth.to}`,
      value: tenth[side],
      text: number(tenth[side]),
    }));
  return (
    <>
      <p>
        {`Of ${number(preview.leads)} leads looked at, ${number(preview.changed)} get another score. The average is ${number(preview.average.before)} and becomes ${number(preview.average.after)}.`}
      </p>
      <div class="columns">
        <div>
          <h2>Scores now</h2>
          <Bars rows={shares('before')} color="--series-1" />
        </div>
        <div>
          <h2>Scores then</h2>
          <Bars rows={shares('after')} color="--series-2" />
        </div>
      </div>
      {preview.examples.length === 0 ? null : (
        <Table caption="Those that change most" columns={columns} rows={preview.examples} />
      )}
    </>
  );
}

const previewOf = (call: Call, version?: number): Promise<Preview> =>
  call<Preview>('preview_scoring_rules', { p_sample: SAMPLE, p_version: version ?? null });

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 15_000;

/** Brings leads up to date for some seconds, and says what became of them. */
export async function followUp(call: Call): Promise<string> {
  const began = Date.now();
  let scored = 0;
  let step: { scored: number; has_next: boolean };
  do {
    step = await call<{ scored: number; has_next: boolean }>('calculate_lead_scores');
    scored += step.scored;
  } while (step.has_next && Date.now() - began < LONGEST_MS);
  const rest = step.has_next ? ' The others follow with the scoring workflow.' : '';
  return `${number(scored)} leads are up to date.${rest}`;
}

const publish = defineAction({
  title: 'Publish the draft',
  fields: publishFields,
  preview: async (call) => ({
    view: (
      <>
        <PreviewView preview={await previewOf(call)} />
        <div class="fields">
          <Input name="note" label="Why (for the list of versions)" longest={500} />
        </div>
      </>
    ),
    button: 'Publish',
  }),
  async run(call, { note }) {
    const { version, rules } = await call<{ version: number; rules: number }>('publish_scoring_rules', {
      p_note: note,
    });
    return {
      text: `Version ${version} is in force, with ${number(rules)} rules. ${await followUp(call)}`,
      starts: { Push: {} },
    };
  },
  failed: 'The draft was not published.',
});

const rollBack = defineAction({
  title: 'Go back to an earlier version',
  fields: versionFields,
  preview: async (call, { version }) => ({
    view:
      version === 0 ? (
        <p>No rules are in force then: scores stay as they are, and are yours to write.</p>
      ) : (
        <>
          <PreviewView preview={await previewOf(call, version)} />
          <label class="tick">
            <input type="checkbox" name="draft" value="yes" />
            <span>{`Also make version ${version} the draft, in place of what is drafted now`}</span>
          </label>
        </>
      ),
    button: version === 0 ? 'Stop scoring' : `Put version ${version} in force`,
  }),
  async run(call, { version, draft }) {
    await call('roll_back_scoring_rules', { p_version: version, p_restore_draft: draft });
    return version === 0
      ? { text: 'Scoring has stopped: scores stay as they are.' }
      : { text: `Version ${version} is in force again. ${await followUp(call)}`, starts: { Push: {} } };
  },
  failed: 'Nothing was changed.',
});

const numberIn = (typed: string | null): number | string | null =>
  typed === null || !Number.isFinite(Number(typed)) ? typed : Number(typed);

const saveGroup = defineAction({
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

function stateOf(rule: Rule, { in_force }: ScoringRules): string | null {
  const before = in_force?.rules.find(({ rule_key }) => rule_key === rule.rule_key);
  if (!rule.enabled) return 'off';
  if (before === undefined || !before.enabled) return 'new';
  const said = ({ rule_group, attribute, operator, value, points, decay_days }: Rule): string =>
    JSON.stringify([rule_group, attribute, operator, value ?? null, points, decay_days ?? null]);
  return said(before) === said(rule) ? null : 'changed';
}

function Draft({ data }: { data: ScoringRules }) {
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

function Versions({ data, at }: { data: ScoringRules; at: string }) {
  const columns: Array<Column<ScoringRules['versions'][number]>> = [
    { name: 'Version', isNumber: true, cell: ({ version }) => String(version) },
    { name: 'Why', cell: ({ note }) => note ?? '–' },
    { name: 'Rules', isNumber: true, isWideOnly: true, cell: ({ rules }) => number(rules) },
    { name: 'When', isShort: true, isWideOnly: true, cell: ({ published_at }) => ago(published_at, at) },
    {
      name: '',
      cell: ({ version }) =>
        version === data.version ? (
          <Tag state="healthy">in force</Tag>
        ) : (
          <ActionForm action="roll_back" fields={{ version }}>
            <button aria-label={`Go back to version ${version}`}>Go back …</button>
          </ActionForm>
        ),
    },
  ];
  return (
    <Card title="Published versions">
      {data.versions.length === 0 ? (
        <Empty>None: nothing is scored yet.</Empty>
      ) : (
        <Table caption="Published versions" columns={columns} rows={data.versions} />
      )}
      {data.version === 0 ? null : (
        <ActionForm action="roll_back" fields={{ version: '0' }}>
          <button>Stop scoring …</button>
        </ActionForm>
      )}
    </Card>
  );
}

function ScoringPage({ data, params: { group }, at }: ViewProps<typeof params, ScoringRules>) {
  const limits = data.groups.find(({ rule_group }) => rule_group === group);
  const state =
    data.version === 0
      ? 'Nothing is scored yet: the draft counts once it is published.'
      : `Version ${data.version} is in force, published ${ago(data.published_at, at)}. ${data.draft_differs ? 'The draft is another one.' : 'The draft is the same.'}`;
  return (
    <>
      <section class="card preview">
        <p>{state}</p>
        <ActionForm action="publish">
          <button class={data.draft_differs ? 'main' : undefined}>See what the draft changes …</button>
          <a class="button" href={addressOf('scoring-rule')}>
            Add a rule
          </a>
        </ActionForm>
      </section>
      {group === null ? null : (
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
      )}
      {data.draft.length === 0 ? (
        <Card title="Draft">
          <Empty>No rule is drafted.</Empty>
        </Card>
      ) : (
        <Draft data={data} />
      )}
      <Versions data={data} at={at} />
    </>
  );
}

export const scoring = definePage({
  name: 'scoring',
  title: 'Scoring',
  group: 'Rules',
  params,
  load: (call) => call<ScoringRules>('get_scoring_rules'),
  view: ScoringPage,
  actions: { publish, roll_back: rollBack, save_group: saveGroup },
});
