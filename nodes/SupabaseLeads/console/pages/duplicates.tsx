import { many, needed, oneOf, text, uuid, withDefault, whole } from '../frame/fields';
import { ActionButton, ActionForm } from '../frame/forms';
import { defineAction, definePage, type Call, type Outcome, type ViewProps } from '../frame/page';
import { sentenceOf } from '../decided';
import { Filters } from '../view/filters';
import { ago, cappedNumber, words } from '../view/format';
import { Person } from '../view/lead';
import { Paging } from '../view/list';
import { Card, Empty, Table, type Column } from '../view/parts';
import { PairCard, type Pair } from '../view/pair';

interface Someone {
  id: string;
  lead_name: string | null;
  email: string | null;
}

interface Decision {
  at: string;
  kind: 'merge' | 'dismissal';
  by: string | null;
  merge_id: number | null;
  step: string | null;
  problem: string | null;
  keep: Someone;
  drop: Someone;
}

/** What `list_duplicates` or, of what was decided, `get_duplicate_decisions` returns. */
interface Duplicates {
  pairs?: Pair[];
  total?: number;
  decisions?: Decision[];
  has_next: boolean;
  position: { score: number; lead_a: string; lead_b: string } | string | null;
}

const PAGE = 20;
const params = { show: withDefault(oneOf(['open', 'decided']), 'open'), after: text(120) };
const UUID = '[0-9a-f]{8}-[0-9a-f-]{27}';

/** The cursor of pairs, as an address holds it: score, lead, lead. */
function positionOf(after: string | null): { score: number; lead_a: string; lead_b: string } | null {
  const [, score, lead_a, lead_b] = new RegExp(`^(0|0?\\.\\d{1,20}|1) (${UUID}) (${UUID})$`).exec(after ?? '') ?? [];
  return score === undefined ? null : { score: Number(score), lead_a, lead_b };
}

const afterOf = (position: Duplicates['position']): string | null =>
  position === null || typeof position === 'string'
    ? position
    : `${position.score} ${position.lead_a} ${position.lead_b}`;

interface Result {
  decided: boolean;
  problem: string | null;
  decision: string | null;
  decided_by: string | null;
  merge: { step: string; waits: boolean; problem: string | null } | null;
}

const HOW: Record<string, string> = { merged: 'merged', not_duplicate: 'two people' };

async function decide(call: Call, pairs: object[], decision: string): Promise<Result[]> {
  return (await call<{ results: Result[] }>('decide_duplicates', { p_pairs: pairs, p_decision: decision })).results;
}

function outcomeOf(results: Result[], done: string): Outcome {
  const all = results.map(({ decided, problem, decision, decided_by }) => ({
    decided,
    problem,
    how: decided || decision === null ? null : HOW[decision],
    by: decided_by,
  }));
  return { ok: all.every(({ decided }) => decided), text: sentenceOf(all, ['pair', 'pairs'], done) };
}

const pairText = text(80);
/** Two leads in one field: `<id> <id>`. */
const pairField = (value: unknown): { keep: string; drop: string } | null => {
  const [keep, drop] = (pairText(value) ?? '').split(' ').map((id) => uuid(id));
  return keep && drop ? { keep, drop } : null;
};
const chosen = { pairs: needed(many(pairText, PAGE)) };
const mergeFields = {
  a: needed(uuid),
  b: needed(uuid),
  keep: needed(oneOf(['a', 'b'])),
  other: many(text(100), 60),
};
const twoFields = { keep: needed(uuid), drop: needed(uuid) };
const mergeField = { merge_id: needed(whole(1, Number.MAX_SAFE_INTEGER)) };

const dismiss = defineAction({
  title: 'They are two people',
  fields: chosen,
  run: async (call, { pairs }) =>
    outcomeOf(
      await decide(
        call,
        pairs.map(pairField).filter((pair) => pair !== null),
        'dismiss',
      ),
      'dismissed',
    ),
  failed: 'Nothing was decided.',
});

const reopen = defineAction({
  title: 'List again',
  fields: twoFields,
  run: async (call, { keep, drop }) => outcomeOf(await decide(call, [{ keep, drop }], 'reopen'), 'listed again'),
  failed: 'The pair is not listed again.',
});

const merge = defineAction({
  title: 'Merge two leads',
  fields: mergeFields,
  preview: async (_call, { other }) =>
    Promise.resolve({
      view: (
        <>
          <p>
            The lead that you chose stays, with the touches, history and activities of both; other e-mail addresses and
            numbers become additional ones, and what is blank in it is filled from the other one.
          </p>
          {other.length === 0 ? null : (
            <p>{`From the other one come: ${other.map((field) => words(field)).join(', ')}.`}</p>
          )}
          <p class="muted small">
            The merge can be undone here. Where both are people in Twenty, the next push merges them there: Twenty
            cannot part them again.
          </p>
        </>
      ),
      button: 'Merge',
      isDangerous: true,
    }),
  async run(call, { a, b, keep, other }) {
    const choices = Object.fromEntries(other.map((field) => [field, 'drop']));
    const pair = keep === 'a' ? { keep: a, drop: b, choices } : { keep: b, drop: a, choices };
    const results = await decide(call, [pair], 'merge');
    const waits = results.some((result) => result.merge?.waits);
    const outcome = outcomeOf(results, waits ? 'given to the next push, which merges them in Twenty, too' : 'merged');
    return { ...outcome, starts: outcome.ok ? { Push: {} } : {} };
  },
  failed: 'The two were not merged.',
});

const undoMerge = defineAction({
  title: 'Undo a merge',
  fields: mergeField,
  preview: async () =>
    Promise.resolve({
      view: (
        <>
          <p>The lead that was dropped is a lead of its own again, with its values and the touches that it brought.</p>
          <p>
            Fields of the other one that came of the merge, and were not edited since, are what they were. History,
            conflicts and tasks stay with it. People whom Twenty has merged stay one there: the next push makes a new
            one.
          </p>
        </>
      ),
      button: 'Undo the merge',
    }),
  async run(call, { merge_id }) {
    const { remains } = await call<{ remains: string[] }>('undo_merge', { p_id: merge_id });
    return { text: ['The merge was undone.', ...remains].join(' '), starts: { Push: {} } };
  },
  failed: 'The merge was not undone.',
});

const STEPS: Record<string, string> = {
  asked: 'Waits for the next push',
  twenty_merged: 'Merged in Twenty',
  joined: 'Merged',
  refused: 'Could not be merged',
  undone: 'Undone',
};

function Decisions({ decisions, at }: { decisions: Decision[]; at: string }) {
  const columns: Array<Column<Decision>> = [
    { name: 'Lead', cell: ({ keep }) => <Person id={keep.id} name={keep.lead_name} email={keep.email} /> },
    { name: 'And', cell: ({ drop }) => <Person id={drop.id} name={drop.lead_name} email={drop.email} /> },
    {
      name: 'Decision',
      cell: ({ kind, step, problem }) => (
        <>
          {kind === 'dismissal' ? 'Two people' : (STEPS[step ?? ''] ?? step)}
          {problem ? <div class="muted small free">{problem}</div> : null}
        </>
      ),
    },
    { name: 'By', isWideOnly: true, cell: ({ by }) => by ?? '–' },
    { name: 'When', isShort: true, isWideOnly: true, cell: (decision) => ago(decision.at, at) },
    {
      name: 'Undo',
      cell: ({ kind, step, merge_id, keep, drop }) =>
        kind === 'dismissal' ? (
          <ActionButton action="reopen" name="List again" fields={{ keep: keep.id, drop: drop.id }} />
        ) : step === 'joined' || step === 'asked' ? (
          <ActionButton action="undo_merge" name="Undo …" fields={{ merge_id }} />
        ) : null,
    },
  ];
  return decisions.length === 0 ? (
    <Empty>Nobody has merged or dismissed a pair yet.</Empty>
  ) : (
    <Table caption="Decisions" columns={columns} rows={decisions} />
  );
}

function OpenPairs({ pairs, at }: { pairs: Pair[]; at: string }) {
  if (pairs.length === 0) {
    return (
      <Card title="Nothing to decide">
        <Empty>
          No two leads look like one person, as far as somebody has looked: the daily upkeep does where find_duplicates
          of the settings is on.
        </Empty>
      </Card>
    );
  }
  return (
    <>
      {pairs.map((pair) => (
        <PairCard pair={pair} at={at} />
      ))}
      <ActionForm id="dismiss" action="dismiss" class="card buttons">
        <button>The chosen are two people each</button>
      </ActionForm>
    </>
  );
}

function DuplicatesPage({ data, params: { show, after }, at }: ViewProps<typeof params, Duplicates>) {
  const isOpen = show === 'open';
  return (
    <>
      <Filters
        label="Which pairs"
        links={[
          { name: isOpen ? `Open: ${cappedNumber(data.total ?? 0)}` : 'Open', params: {}, isHere: isOpen },
          { name: 'Decided', params: { show: 'decided' }, isHere: !isOpen },
        ]}
      />
      {isOpen ? (
        <OpenPairs pairs={data.pairs ?? []} at={at} />
      ) : (
        <Card title="Merged and dismissed">
          <Decisions decisions={data.decisions ?? []} at={at} />
        </Card>
      )}
      <Paging
        params={{ show: isOpen ? null : show }}
        after={after}
        next={data.has_next ? afterOf(data.position) : null}
      />
    </>
  );
}

export const duplicates = definePage({
  name: 'duplicates',
  title: 'Duplicates',
  group: 'To decide',
  params,
  load: (call, { show, after }) =>
    show === 'open'
      ? call<Duplicates>('list_duplicates', { p_limit: PAGE, p_position: positionOf(after) })
      : call<Duplicates>('get_duplicate_decisions', { p_limit: PAGE, p_position: after }),
  view: DuplicatesPage,
  actions: { dismiss, reopen, merge, undo_merge: undoMerge },
});
