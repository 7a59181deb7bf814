import { nounsOf } from '../objects';
import { number, valueText, words } from './format';
import { Table, type Column } from './parts';

interface FieldBack {
  object?: string | null;
  name?: string | null;
  email: string | null;
  field: string;
  value: unknown;
  becomes: unknown;
  reason?: string;
}

/** What `undo_sync` returns. */
export interface Undone {
  undo_id: string;
  leads: number;
  undone: FieldBack[];
  kept: FieldBack[];
  has_next: boolean;
  position: string | null;
}

const SHOWN = 20;

const nounsOfRows = (rows: FieldBack[]) => nounsOf(rows.map(({ object }) => object));
const fieldColumns = (rows: FieldBack[]): Array<Column<FieldBack>> => [
  {
    name: words(nounsOfRows(rows)[0]),
    cell: ({ object, name, email }) => email ?? name ?? `Unnamed ${nounsOf([object])[0]}`,
  },
  { name: 'Field', cell: ({ field }) => words(field) },
  { name: 'Is', cell: ({ value }) => valueText(value) },
  { name: 'Becomes', cell: ({ becomes }) => valueText(becomes) },
];
const keptColumns = (rows: FieldBack[]): Array<Column<FieldBack>> => [
  ...fieldColumns(rows).slice(0, 3),
  { name: 'Stays, because', cell: ({ reason }) => reason ?? '–' },
];

/** What an undo would set back, and what stays and why: the first of each. */
export function UndoTables({ page }: { page: Undone }) {
  return (
    <>
      {page.undone.length === 0 ? null : (
        <Table caption="What is set back" columns={fieldColumns(page.undone)} rows={page.undone.slice(0, SHOWN)} />
      )}
      {page.kept.length === 0 ? null : (
        <Table caption="What stays" columns={keptColumns(page.kept)} rows={page.kept.slice(0, SHOWN)} />
      )}
    </>
  );
}

const MOST_FIELDS = 12;

/** The values of a change, each with the one before. */
export function ChangedValues({
  change: { before, after },
}: {
  change: { before: Record<string, unknown>; after: Record<string, unknown> };
}) {
  const fields = Object.keys(after);
  return (
    <>
      {fields.slice(0, MOST_FIELDS).map((field) => (
        <div class="free">
          <span class="muted">{words(field)}:</span> {valueText(before[field])} → {valueText(after[field])}
        </div>
      ))}
      {fields.length > MOST_FIELDS ? (
        <div class="muted">{`and ${number(fields.length - MOST_FIELDS)} more`}</div>
      ) : null}
    </>
  );
}
