/**
 * Times are kept as whole microseconds since the epoch, as PostgreSQL keeps them: rows are ordered by them,
 * while filters and answers only know milliseconds.
 */
export type Micros = number;

const SUB_MILLISECOND = /\.(\d{3})(\d{1,3})\d*(?=Z|[+-]\d{2}:?\d{2}$|$)/;

/** Microseconds of an ISO 8601 time; undefined when it is not one. */
export function parseMicros(value: string): Micros | undefined {
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds) || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const fraction = SUB_MILLISECOND.exec(value)?.[2];
  return milliseconds * 1000 + (fraction === undefined ? 0 : Number(fraction.padEnd(3, '0')));
}

export function toMilliseconds(micros: Micros): number {
  return Math.floor(micros / 1000);
}

/** ISO 8601 with milliseconds, as the server shows every time. */
export function formatMicros(micros: Micros): string {
  return new Date(toMilliseconds(micros)).toISOString();
}

/**
 * The time of each statement: the clock's millisecond and a microsecond that grows with every statement inside it,
 * so that two statements of one millisecond stay in order.
 */
export function createStatementClock(clock: () => number): () => Micros {
  let last = 0;
  return () => {
    const start = Math.floor(clock()) * 1000;
    last = last >= start && last < start + 1000 ? Math.min(last + 1, start + 999) : start;
    return last;
  };
}
