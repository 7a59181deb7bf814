import { sentenceOf } from '../decided';
import { many, needed, oneOf, text, whole, withDefault } from '../frame/fields';
import { ActionForm, HiddenFields } from '../frame/forms';
import { defineAction, definePage, type Action, type Call, type ViewProps } from '../frame/page';
import { nounsOf, pushOf, type RowObject } from '../objects';
import { Filters } from '../view/filters';
import { ago, number, valueText, words } from '../view/format';
import { Paging } from '../view/list';
import { Card, Empty, Table, type Column } from '../view/parts';
import { Subject } from '../view/subject';

interface Conflict {
  id: number;
  lead_id: string;
  object?: string | null;
  lead_name: string | null;
  email: string | null;
  field: string;
  winner: string;
  twenty_value: unknown;
  supabase_value: unknown;
  current_value: unknown;
  reason: string | null;
  created_at: string;
  resolved_at: string | null;
  resolution: string | null;
  resolved_by: string | null;
}

/** What `get_conflicts` returns. */
interface Conflicts {
  conflicts: Conflict[];
  total: number;
  fields: Array<{ field: string; open: number }>;
  has_next: boolean;
  position: number | null;
}

const PAGE = 50;
const TAKES = ['twenty', 'supabase', 'neither'] as const;
type Take = (typeof TAKES)[number];
const TAKE_NAMES: Record<string, string> = {
  twenty: 'Twenty’s value',
  supabase: 'our value',
  neither: 'left as it is',
  superseded: 'a later conflict took its place',
};

const idField = whole(1, Number.MAX_SAFE_INTEGER);
const params = {
  show: withDefault(oneOf(['open', 'resolved']), 'open'),
  field: text(200),
  after: idField,
};

interface Resolved {
  results: Array<{
    object?: string | null;
    decided: boolean;
    problem: string | null;
    resolution: string | null;
    resolved_by: string | null;
  }>;
}

async function resolved(call: Call, ids: number[], take: Take) {
  const { results } = await call<Resolved>('resolve_conflicts', { p_conflict_ids: ids, p_take: take });
  return results.map(({ object, decided, problem, resolution, resolved_by }) => ({
    object,
    decided,
    problem,
    how: resolution === null ? null : (TAKE_NAMES[resolution] ?? resolution),
    by: resolved_by,
  }));
}

const objectsDecided = (all: Array<{ object?: RowObject; decided: boolean }>): RowObject[] =>
  all.filter(({ decided }) => decided).map(({ object }) => object);

const subjectColumn = (rows: Conflict[]): Column<Conflict> => ({
  name: words(nounsOf(rows.map(({ object }) => object))[0]),
  cell: (row) => <Subject row={row} />,
});

const chosen = { ids: needed(many(idField, PAGE)) };
/** newest: of those that the preview has shown; what comes later is not decided with them. */
const allOfField = { field: needed(text(200)), take: needed(oneOf(TAKES)), newest: idField };

const take = (side: Take, title: string): Action =>
  defineAction({
    title,
    fields: chosen,
    async run(call, { ids }) {
      const all = await resolved(call, ids, side);
      const ok = all.every(({ decided }) => decided);
      return { ok, text: sentenceOf(all, ['conflict', 'conflicts'], 'decided'), starts: pushOf(objectsDecided(all)) };
    },
    failed: 'Nothing was decided.',
  });

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 40_000;
const BATCH = 500;

const takeAll = defineAction({
  title: 'Decide all of a field',
  fields: allOfField,
  async preview(call, { field, take: side }) {
    const { conflicts, total } = await call<Conflicts>('get_conflicts', { p_field: field, p_limit: 20 });
    const after = (conflict: Conflict): unknown =>
      side === 'neither' ? conflict.current_value : side === 'twenty' ? conflict.twenty_value : conflict.supabase_value;
    const columns: Array<Column<Conflict>> = [
      subjectColumn(conflicts),
      { name: 'Is', cell: ({ current_value }) => valueText(current_value) },
      { name: 'Becomes', cell: (conflict) => valueText(after(conflict)) },
    ];
    return {
      view: (
        <>
          <p>
            {total === 0
              ? `No conflict of ${words(field).toLowerCase()} is open any more.`
              : `${number(total)} open conflicts of ${words(field).toLowerCase()}: ${TAKE_NAMES[side]}, for all of them. What somebody changed since stays, and is told.`}
          </p>
          <HiddenFields values={{ newest: conflicts.at(0)?.id }} />
          {total === 0 ? null : <Table caption="The newest of them" columns={columns} rows={conflicts} />}
        </>
      ),
      button: total === 0 ? null : `Decide ${number(total)}`,
    };
  },
  async run(call, { field, take: side, newest }) {
    const began = Date.now();
    const all: Awaited<ReturnType<typeof resolved>> = [];
    let position = newest === null ? null : newest + 1;
    let hasNext = true;
    let total: number | null = null;
    while (hasNext && Date.now() - began < LONGEST_MS) {
      const page: Conflicts = await call('get_conflicts', { p_field: field, p_limit: BATCH, p_position: position });
      if (page.conflicts.length > 0)
        all.push(
          ...(await resolved(
            call,
            page.conflicts.map(({ id }) => id),
            side,
          )),
        );
      position = page.position;
      hasNext = page.has_next;
      total ??= page.total;
    }
    const rest = hasNext ? ` ${number((total ?? 0) - all.length)} are left: do it once more.` : '';
    const told =
      all.length === 0 ? 'No conflict of it was open.' : sentenceOf(all, ['conflict', 'conflicts'], 'decided');
    return { text: `${told}${rest}`, ok: all.every(({ decided }) => decided), starts: pushOf(objectsDecided(all)) };
  },
  failed: 'Not all could be decided.',
});

type Props = ViewProps<typeof params, Conflicts>;

function OpenConflicts({ data, params: { field }, at }: Props) {
  const won = (side: string) => (conflict: Conflict) => {
    const value = valueText(side === 'twenty' ? conflict.twenty_value : conflict.supabase_value);
    return conflict.winner === side ? <b>{value}</b> : value;
  };
  const columns: Array<Column<Conflict>> = [
    subjectColumn(data.conflicts),
    { name: 'Field', cell: (conflict) => words(conflict.field) },
    { name: 'Twenty', cell: won('twenty') },
    { name: 'Ours', cell: won('supabase') },
    { name: 'Why', isWideOnly: true, cell: ({ reason }) => <span class="muted">{reason}</span> },
    { name: 'When', isShort: true, isWideOnly: true, cell: ({ created_at }) => ago(created_at, at) },
  ];
  return (
    <>
      <Table
        caption="Open conflicts"
        columns={columns}
        rows={data.conflicts}
        choice={{
          form: 'decide',
          name: 'ids',
          valueOf: ({ id }) => id,
          labelOf: (conflict) =>
            `${words(conflict.field)} of ${conflict.lead_name ?? conflict.email ?? `an unnamed ${nounsOf([conflict.object])[0]}`}`,
        }}
      />
      <p class="muted small">The value that won is bold, and stands on both sides now.</p>
      <ActionForm id="decide">
        <button class="main" name="action" value="take_twenty">
          Take Twenty’s
        </button>
        <button class="main" name="action" value="take_supabase">
          Take ours
        </button>
        <button name="action" value="close">
          Leave as they are
        </button>
      </ActionForm>
      {field === null ? null : (
        <ActionForm action="take_all" fields={{ field }}>
          <button name="take" value="twenty">{`Take Twenty’s for all ${number(data.total)}`}</button>
          <button name="take" value="supabase">{`Take ours for all ${number(data.total)}`}</button>
        </ActionForm>
      )}
    </>
  );
}

function ResolvedConflicts({ data, at }: Props) {
  const columns: Array<Column<Conflict>> = [
    subjectColumn(data.conflicts),
    { name: 'Field', cell: (conflict) => words(conflict.field) },
    { name: 'Twenty', isWideOnly: true, cell: ({ twenty_value }) => valueText(twenty_value) },
    { name: 'Ours', isWideOnly: true, cell: ({ supabase_value }) => valueText(supabase_value) },
    { name: 'Decided', cell: ({ resolution }) => TAKE_NAMES[resolution ?? ''] ?? resolution },
    { name: 'By', cell: ({ resolved_by }) => resolved_by ?? '–' },
    { name: 'When', isShort: true, cell: ({ resolved_at }) => ago(resolved_at, at) },
  ];
  return <Table caption="Decided conflicts" columns={columns} rows={data.conflicts} />;
}

function ConflictsPage(props: Props) {
  const { data, params: at } = props;
  const isOpen = at.show === 'open';
  return (
    <>
      <Filters
        label="Which conflicts"
        links={[
          { name: 'Open', params: {}, isHere: isOpen && at.field === null },
          ...data.fields.map(({ field, open }) => ({
            name: `${words(field)}: ${number(open)}`,
            params: { field },
            isHere: isOpen && at.field === field,
          })),
          { name: 'Decided', params: { show: 'resolved' }, isHere: !isOpen },
        ]}
      />
      <Card title={`${number(data.total)} ${isOpen ? 'open' : 'decided'}`}>
        {data.conflicts.length === 0 ? (
          <Empty>{isOpen ? 'No open conflict: no field was edited differently on both sides.' : 'None yet.'}</Empty>
        ) : isOpen ? (
          <OpenConflicts {...props} />
        ) : (
          <ResolvedConflicts {...props} />
        )}
        <Paging
          params={{ show: isOpen ? null : at.show, field: at.field }}
          after={at.after === null ? null : String(at.after)}
          next={data.has_next ? String(data.position) : null}
        />
      </Card>
    </>
  );
}

export const conflicts = definePage({
  name: 'conflicts',
  title: 'Conflicts',
  group: 'To decide',
  params,
  load: (call, { show, field, after }) =>
    call<Conflicts>('get_conflicts', { p_status: show, p_field: field, p_position: after, p_limit: PAGE }),
  view: ConflictsPage,
  actions: {
    take_twenty: take('twenty', 'Take Twenty’s'),
    take_supabase: take('supabase', 'Take ours'),
    close: take('neither', 'Leave as they are'),
    take_all: takeAll,
  },
});
