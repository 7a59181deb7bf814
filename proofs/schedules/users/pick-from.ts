/** The row that a number in a step stands for: it goes round. */
export function pickFrom<T>(index: number, rows: readonly T[]): T | undefined {
  return rows.length === 0 ? undefined : rows[index % rows.length];
}
