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

export function Table<T>({ columns, rows }: { columns: Array<Column<T>>; rows: T[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th class={classOf(column as Column<never>)}>{column.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
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
