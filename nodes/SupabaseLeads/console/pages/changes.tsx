import { InputError } from '../../../errors/input-error';
import { addressOf } from '../frame/address';
import { needed, text, uuid } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type Call, type ViewProps } from '../frame/page';
import { counted, nounsOf, pushOf, type RowObject } from '../objects';
import { ago, number, words } from '../view/format';
import { Paging } from '../view/list';
import { Card, Empty, Table, type Column } from '../view/parts';
import { Subject } from '../view/subject';
import { ChangedValues, UndoTables, type Undone } from '../view/undo';

interface Change {
  lead_id: string;
  changed_at: string;
  /** What Twenty calls it; null for leads. */
  object?: string | null;
  name?: string | null;
  email: string | null;
  side: string;
  made_by: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

interface Changes {
  changes: Change[];
  has_next: boolean;
  position: string | null;
}

const PAGE = 50;
const params = { run: uuid, after: text(120) };
const runField = { run: needed(uuid) };

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 30_000;

/** "2 deals are set back". */
const setBack = (count: number, objects: Iterable<RowObject>): string =>
  `${counted(count, nounsOf(objects))} ${count === 1 ? 'is' : 'are'} set back`;

const undo = defineAction({
  title: 'Undo',
  fields: runField,
  async preview(call, { run }) {
    const page = await call<Undone>('undo_sync', { p_run_id: run, p_limit: 200 });
    const more = page.has_next ? ' of the first 200; the others are set back, too' : '';
    return {
      view: (
        <>
          <p>
            {page.undone.length + page.kept.length === 0
              ? 'All is as it was before: there is nothing to set back.'
              : `${setBack(
                  page.leads,
                  page.undone.map(({ object }) => object),
                )}${more}. What somebody changed since stays. The next push carries it to Twenty, and the undo can be undone.`}
          </p>
          <UndoTables page={page} />
        </>
      ),
      button: page.undone.length === 0 && !page.has_next ? null : 'Undo',
      isDangerous: true,
    };
  },
  async run(call, { run }) {
    const { leads, objects, kept, undoId, hasNext } = await undoAll(call, run);
    const stays = kept === 0 ? '' : ` ${number(kept)} values stay, because they were changed since or do not travel.`;
    const rest = hasNext ? ' It took long: undo once more for the rest.' : '';
    return {
      text: `${setBack(leads, objects)}.${stays}${rest} This page shows what that changed; it can be undone here.`,
      to: addressOf('changes', { run: undoId }),
      starts: pushOf(objects),
    };
  },
  failed: 'Not all was undone.',
});

async function undoAll(call: Call, run: string) {
  const began = Date.now();
  let [leads, kept] = [0, 0];
  const objects = new Set<RowObject>();
  let page: Undone | undefined;
  do {
    page = await call<Undone>('undo_sync', {
      p_run_id: run,
      p_apply: true,
      p_position: page?.position ?? null,
      p_undo_id: page?.undo_id ?? null,
    });
    leads += page.leads;
    kept += page.kept.length;
    for (const { object } of page.undone) objects.add(object);
  } while (page.has_next && Date.now() - began < LONGEST_MS);
  return { leads, objects, kept, undoId: page.undo_id, hasNext: page.has_next };
}

function ChangesPage({ data, params: { run, after }, at }: ViewProps<typeof params, Changes>) {
  const columns: Array<Column<Change>> = [
    {
      name: words(nounsOf(data.changes.map(({ object }) => object))[0]),
      cell: ({ name = null, ...change }) => <Subject row={{ ...change, lead_name: name }} />,
    },
    { name: 'What changed', cell: (change) => <ChangedValues change={change} /> },
    { name: 'Where', isWideOnly: true, cell: ({ side }) => (side === 'twenty' ? 'In Twenty' : 'Here') },
    { name: 'By', isWideOnly: true, cell: ({ made_by }) => made_by ?? 'the sync' },
    { name: 'When', isShort: true, isWideOnly: true, cell: ({ changed_at }) => ago(changed_at, at) },
  ];
  return (
    <Card title="Values before and after">
      {data.changes.length === 0 ? (
        <Empty>Nothing is kept of it: values are kept for changes_days of the settings.</Empty>
      ) : (
        <>
          <Table caption="Values before and after" columns={columns} rows={data.changes} />
          <ActionForm action="undo" fields={{ run }}>
            <button>Undo all of it …</button>
          </ActionForm>
        </>
      )}
      <Paging params={{ run }} after={after} next={data.has_next ? data.position : null} />
    </Card>
  );
}

export const changes = definePage({
  name: 'changes',
  title: 'What was changed',
  under: 'runs',
  params,
  async load(call, { run, after }) {
    if (run === null) throw new InputError('There is no such run.');
    return call<Changes>('get_lead_changes', { p_run_id: run, p_limit: PAGE, p_position: after });
  },
  view: ChangesPage,
  actions: { undo },
});
