import type { ComponentChildren } from 'preact';

/** How something is: the colour it is shown in. */
export type State = 'healthy' | 'warning' | 'critical' | 'plain';

export function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function Tag({ state, children }: { state: State; children: ComponentChildren }) {
  return <span class={`tag is-${state}`}>{children}</span>;
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A chart's drawing, made by `charts.ts`: the only markup on the page that is not escaped here. */
export function Chart({ label, svg }: { label: string; svg: string }) {
  return <div class="chart" role="img" aria-label={label} dangerouslySetInnerHTML={{ __html: svg }} />;
}

export interface Column<T> {
  name: string;
  /** A figure: to the right, in digits of one width. */
  isNumber?: boolean;
  /** Left out on a phone. */
  isWideOnly?: boolean;
  isShort?: boolean;
  cell: (row: T) => ComponentChildren;
}

const classOf = ({ isNumber, isWideOnly, isShort }: Column<never>): string | undefined =>
  [isNumber && 'number', isWideOnly && 'wide-only', isShort && 'nowrap'].filter(Boolean).join(' ') || undefined;

/** Boxes beside the rows: `form` is the `id` of an `ActionForm` elsewhere on the page, whose action has the field `name`. */
export interface Choice<T> {
  form: string;
  name: string;
  valueOf: (row: T) => string | number;
  /** What a screen reader says of the row's box: whose or which it is. */
  labelOf: (row: T) => string;
  /** Whether all are ticked to begin with. */
  all?: boolean;
}

interface TableProps<T> {
  columns: Array<Column<T>>;
  rows: T[];
  /** What the table is, for a screen reader, where no heading right above says it. */
  caption?: string;
  choice?: Choice<T>;
}

export function Table<T>({ columns, rows, caption, choice }: TableProps<T>) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption ?? 'Table'}>
      <table>
        {caption === undefined ? null : <caption class="unseen">{caption}</caption>}
        <thead>
          <tr>
            {choice === undefined ? null : (
              <th scope="col">
                <span class="unseen">Chosen</span>
              </th>
            )}
            {columns.map((column) => (
              <th scope="col" class={classOf(column as Column<never>)}>
                {column.name === '' ? <span class="unseen">State</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {choice === undefined ? null : (
                <td class="choice">
                  <input
                    type="checkbox"
                    form={choice.form}
                    name={choice.name}
                    value={choice.valueOf(row)}
                    checked={choice.all}
                    aria-label={choice.labelOf(row)}
                  />
                </td>
              )}
              {columns.map((column) => (
                <td class={classOf(column as Column<never>)}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface BarRow {
  name: string;
  value: number;
  text: string;
}

/** Lengths side by side, the longest over the whole width. */
export function Bars({ rows, color }: { rows: BarRow[]; color: string }) {
  const longest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <div class="bars" style={`--bar: var(${color})`}>
      {rows.map(({ name, value, text }) => (
        <>
          <span class="name">{name}</span>
          <span class="track">
            <span class="bar" style={`width: ${((100 * value) / longest).toFixed(1)}%`} />
          </span>
          <span class="number">{text}</span>
        </>
      ))}
    </div>
  );
}
