import { sentenceOf } from '../decided';
import { many, needed, oneOf, uuid, withDefault } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { counted, nounsOf, pushOf } from '../objects';
import { Filters } from '../view/filters';
import { ago, number, words } from '../view/format';
import { Paging } from '../view/list';
import { Card, Empty, Table, type Column } from '../view/parts';
import { Subject } from '../view/subject';

interface DeadLetter {
  lead_id: string;
  /** What Twenty calls what it is; null for leads. */
  object: string | null;
  name: string | null;
  email: string | null;
  reason: string | null;
  category: string | null;
  attempts: number | null;
  since: string | null;
}

/** What `get_dead_letters` returns. */
interface DeadLetters {
  leads: DeadLetter[];
  total: number;
  has_next: boolean;
  position: string | null;
}

const PAGE = 50;
const KINDS = ['dead', 'held'] as const;
const params = { kind: withDefault(oneOf(KINDS), 'dead'), after: uuid };
const chosen = { ids: needed(many(uuid, PAGE)) };
const allOfKind = { kind: needed(oneOf(KINDS)) };
const MOST_AT_ONCE = 10_000;

/** What `replay_dead_letters` returns. */
export interface Replayed {
  replayed: number;
  by_object: Array<{ object: string | null; replayed: number }>;
  remaining: number;
  results: Array<{ replayed: boolean; reason: string | null }>;
}

const replay = defineAction({
  title: 'Try again',
  fields: chosen,
  async run(call, { ids }) {
    const { results, by_object } = await call<Replayed>('replay_dead_letters', { p_lead_ids: ids });
    const objects = by_object.map(({ object }) => object);
    const all = results.map(({ replayed, reason }) => ({ decided: replayed, problem: reason }));
    const ok = all.every(({ decided }) => decided);
    return { ok, text: sentenceOf(all, nounsOf(objects), 'queued for a fresh try'), starts: pushOf(objects) };
  },
  failed: 'Nothing was queued.',
});

const replayAll = defineAction({
  title: 'Try all again',
  fields: allOfKind,
  async preview(call, { kind }) {
    const { total } = await call<DeadLetters>('get_dead_letters', { p_kind: kind, p_limit: 1 });
    const count = Math.min(total, MOST_AT_ONCE);
    return {
      view: (
        <p>
          {total === 0
            ? 'None is left.'
            : `${number(count)} of ${number(total)} are tried again with the next push, those that wait longest first. Each costs calls of Twenty; what Twenty refuses again comes back here.`}
        </p>
      ),
      button: total === 0 ? null : `Try ${number(count)} again`,
    };
  },
  async run(call, { kind }) {
    const { replayed, by_object, remaining } = await call<Replayed>('replay_dead_letters', {
      p_kind: kind,
      p_limit: MOST_AT_ONCE,
    });
    const rest = remaining > 0 ? ` ${number(remaining)} are left.` : '';
    const objects = by_object.map(({ object }) => object);
    const queued = `${counted(replayed, nounsOf(objects))} ${replayed === 1 ? 'is' : 'are'} queued for a fresh try.`;
    return { text: `${queued}${rest}`, starts: pushOf(objects) };
  },
  failed: 'They could not be queued.',
});

const EMPTY = {
  dead: 'None: nothing was refused so often that it is no longer tried.',
  held: 'None: no lead waits for an e-mail address to become free.',
};
const HINTS = {
  dead: 'Correct what is named on either side: an edit tries it again by itself.',
  held: 'Their e-mail is somebody else’s in Twenty, or a deleted person’s there. They go out by themselves once it is free.',
};

function DeadLettersPage({ data, params: { kind, after }, at }: ViewProps<typeof params, DeadLetters>) {
  const columns: Array<Column<DeadLetter>> = [
    {
      name: words(nounsOf(data.leads.map(({ object }) => object))[0]),
      cell: (lead) => <Subject row={{ ...lead, lead_name: lead.name }} />,
    },
    { name: 'Why', cell: ({ reason, category }) => <span class="free">{reason ?? words(category ?? 'unknown')}</span> },
    { name: 'Tries', isNumber: true, isWideOnly: true, cell: ({ attempts }) => number(attempts) },
    { name: 'Since', isShort: true, cell: ({ since }) => ago(since, at) },
  ];
  return (
    <>
      <Filters
        label="Which"
        links={[
          { name: 'Refused too often', params: {}, isHere: kind === 'dead' },
          { name: 'Held', params: { kind: 'held' }, isHere: kind === 'held' },
        ]}
      />
      <Card
        title={kind === 'dead' ? counted(data.total, ['dead letter', 'dead letters']) : `${number(data.total)} held`}
      >
        {data.leads.length === 0 ? (
          <Empty>{EMPTY[kind]}</Empty>
        ) : (
          <>
            <Table
              caption={kind === 'dead' ? 'Dead letters' : 'Held'}
              columns={columns}
              rows={data.leads}
              choice={{
                form: 'replay',
                name: 'ids',
                valueOf: ({ lead_id }) => lead_id,
                labelOf: (lead) => lead.name ?? lead.email ?? `an unnamed ${nounsOf([lead.object])[0]}`,
              }}
            />
            <p class="muted small">{HINTS[kind]}</p>
            <ActionForm id="replay" action="replay">
              <button class="main">Try the chosen again</button>
            </ActionForm>
            <ActionForm action="replay_all" fields={{ kind }}>
              <button>Try all again …</button>
            </ActionForm>
          </>
        )}
        <Paging params={{ kind }} after={after} next={data.has_next ? data.position : null} />
      </Card>
    </>
  );
}

export const deadLetters = definePage({
  name: 'dead-letters',
  title: 'Dead letters',
  group: 'To decide',
  params,
  load: (call, { kind, after }) =>
    call<DeadLetters>('get_dead_letters', { p_kind: kind, p_position: after, p_limit: PAGE }),
  view: DeadLettersPage,
  actions: { replay, replay_all: replayAll },
});
