import { InputError } from '../../errors/input-error';
import type { JsonObject } from '../../lead';
import { bytesOf, leadFlaw, MAX_REQUEST_BYTES } from '../actions/lead/lead-check';
import { columnsOf, flawOf, leadOf } from './columns';
import { delimiterOf, linesOf } from './lines';

/** A line of the file whose lead is not stored. */
export interface RefusedLine {
  line: number;
  reason: string;
  /** As it stands there, by header. */
  row: Record<string, string>;
}

export interface ImportReport {
  /** Lines but for the first and blank ones. */
  lines: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
}

export interface ImportOrder {
  text: string;
  /** Found out when null. */
  delimiter: string | null;
  batchSize: number;
  /** Stores leads; gives for each what became of it. */
  store(leads: JsonObject[]): Promise<Array<{ index: number | null; result: string; reason: string | null }>>;
  /** Called before each batch. */
  proceed(): void;
}

interface Read {
  line: number;
  lead: JsonObject;
  row: Record<string, string>;
}

const LONGEST_SHOWN = 200;

/**
 * Stores the leads of a file, batch by batch; a line that is not taken leaves the others alone.
 * @throws InputError when the first line names no field: nothing of what follows would say who somebody is
 */
export async function importCsv(order: ImportOrder): Promise<{ report: ImportReport; refused: RefusedLine[] }> {
  const { text, delimiter, batchSize } = order;
  const lines = linesOf(text, delimiter ?? delimiterOf(text));
  const first = lines.next();
  const columns = columnsOf(first.done === true ? [] : first.value.cells);
  if (columns.headers.length > 0 && columns.fields.every((field) => field === null)) {
    throw new InputError(
      `The first line names no field of leads: ${columns.headers.join(', ').slice(0, LONGEST_SHOWN)}`,
      'It is to name the columns, e.g. email, full name, company. Remove a title before it, or set Delimiter where values are parted by another character.',
    );
  }
  const report: ImportReport = { lines: 0, created: 0, updated: 0, unchanged: 0, refused: 0 };
  const refused: RefusedLine[] = [];
  let batch: Read[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await send(order, batch, report, refused);
    batch = [];
    bytes = 0;
  };
  for (const { line, cells, flaw } of lines) {
    report.lines += 1;
    const row = Object.fromEntries(cells.map((cell, index) => [columns.headers[index] ?? `column_${index + 1}`, cell]));
    const reason = flaw ?? flawOf(columns, cells);
    const lead = reason === null ? leadOf(columns, cells) : {};
    const why = reason ?? leadFlaw(lead);
    if (why !== null) {
      refused.push({ line, reason: why, row });
      continue;
    }
    const more = bytesOf(lead);
    if (batch.length >= batchSize || bytes + more > MAX_REQUEST_BYTES) await flush();
    batch.push({ line, lead, row });
    bytes += more;
  }
  await flush();
  refused.sort((one, other) => one.line - other.line);
  return { report: { ...report, refused: refused.length }, refused };
}

async function send(
  { store, proceed }: ImportOrder,
  batch: readonly Read[],
  report: ImportReport,
  refused: RefusedLine[],
): Promise<void> {
  proceed();
  for (const { index, result, reason } of await store(batch.map(({ lead }) => lead))) {
    if (index === null) continue;
    const { line, row } = batch[index];
    if (result === 'rejected') refused.push({ line, reason: reason ?? 'the database gave no reason', row });
    else if (result === 'created' || result === 'updated') report[result] += 1;
    else report.unchanged += 1;
  }
}
