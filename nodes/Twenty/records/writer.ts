import { aside } from '../../runs/aside';
import { Lane } from '../../runs/lane';
import type { TwentyClient } from '../transport/client';
import { createManyDocument } from '../transport/documents';
import { settled, type TwentyFailure } from '../transport/failures';
import { forgetObjects, type ObjectNames } from '../transport/metadata';
import type { TwentyNode } from '../transport/paging';
import { planBatches, uniqueKey, type RecordWrite } from './batch-plan';
import { findHolders, keyAt, selectionAt } from './holders';
import { batchSizeFor, learnBatchSize } from './limits';
import { writesAtOnce, type WritesAtOnce } from './writes-at-once';

export type WriteResult =
  | { ok: true; record: TwentyNode }
  | {
      ok: false;
      failure: TwentyFailure;
      /** A create whose id is taken: the record that has it. */
      existing?: TwentyNode;
      /** The record was not as it was read: nothing was written. */
      changed?: true;
    };

export interface WriterOptions<T extends RecordWrite> {
  object: ObjectNames;
  selection: string;
  /**
   * `insert` is atomic and never touches a record that exists. `update` is Twenty's upsert: only for ids that were just
   * read, because an unknown id with a known email would silently change that other record.
   */
  mode: 'insert' | 'update';
  batchSize: number;
  /** Clock time after which no write may start. */
  startBefore?: number;
  /** Mends writes that name a record which is gone (a company deleted since it was looked up); used once per write. */
  mendReferences?: (writes: readonly T[]) => Promise<void>;
  /** Whether all fields were read to be there: one that Twenty lacks is gone since, and its batch waits for the next read. */
  fieldsWereRead?: boolean;
}

interface Batch<T> {
  writes: T[];
  /** Whether holders of its unique values were looked up already. */
  sieved: boolean;
  mended: boolean;
}

/**
 * Writes records in batches and gives a result for each: as many batches at once as the server gets on with, in order where
 * one touches what another does. A refused batch is cut in two until the bad record stands alone, so that all others land. A
 * batch without an answer is `unknown` and not repeated; so is a write of a refused update, of which a part may have been
 * carried out, when it does not go out again.
 */
export async function writeRecords<T extends RecordWrite>(
  client: TwentyClient,
  writes: readonly T[],
  options: WriterOptions<T>,
): Promise<Map<T, WriteResult>> {
  const writer = new Writer(client, options);
  await writer.write(writes);
  return writer.results;
}

class Writer<T extends RecordWrite> {
  readonly results = new Map<T, WriteResult>();
  private readonly queue: Array<Batch<T>> = [];
  /** What batches under way touch, by the promise of their end. */
  private readonly underWay = new Map<Promise<void>, ReadonlySet<string>>();
  /** Updates that Twenty refused together with others: it carries out those before the bad one. */
  private readonly tried = new Set<T>();
  private readonly atOnce: WritesAtOnce;
  /** One at a time: two that look for the same company would both create it. */
  private readonly mending = new Lane();
  /** Why nothing more is sent. */
  private ended: TwentyFailure | null = null;

  constructor(
    private readonly client: TwentyClient,
    private readonly options: WriterOptions<T>,
  ) {
    this.atOnce = writesAtOnce(client);
  }

  async write(writes: readonly T[]): Promise<void> {
    this.plan(writes);
    for (;;) {
      if (this.ended)
        this.settle(
          this.queue.splice(0).flatMap((rest) => rest.writes),
          { ...this.ended, outcome: 'not_sent' },
        );
      const [next] = this.queue;
      if (next && this.mayStart(next)) this.start(next);
      else if (this.underWay.size > 0) await Promise.race(this.underWay.keys());
      else return;
    }
  }

  private plan(writes: readonly T[]): void {
    const size = batchSizeFor(this.client, this.options.batchSize);
    const batches = planBatches(writes, size).map((batch) => ({ writes: batch, sieved: false, mended: false }));
    this.queue.push(...batches);
  }

  private mayStart({ writes }: Batch<T>): boolean {
    const { underWay } = this;
    if (underWay.size === 0) return true;
    if (underWay.size >= this.atOnce.limit) return false;
    const touched = touchedBy(writes);
    return [...underWay.values()].every((other) => !touched.some((key) => other.has(key)));
  }

  private start(batch: Batch<T>): void {
    const { underWay } = this;
    this.queue.shift();
    const end = aside(this.carryOut(batch).finally(() => underWay.delete(end)));
    underWay.set(end, new Set(touchedBy(batch.writes)));
  }

  private async carryOut(batch: Batch<T>): Promise<void> {
    const { client, options, queue } = this;
    const { writes } = batch;
    const failure = await this.send(writes);
    if (failure === null) return;
    if (endsTheRun(failure)) {
      this.ended ??= failure;
      this.settle(writes, failure);
    } else if (failure.outcome !== 'refused') this.settle(writes, failure);
    else if (failure.category === 'missing_field' && options.fieldsWereRead) {
      forgetObjects(client);
      this.settle(writes, { ...failure, outcome: 'not_sent' });
    } else if (failure.maxRecords !== undefined && failure.maxRecords < writes.length) {
      learnBatchSize(client, failure.maxRecords);
      this.plan([...writes, ...queue.splice(0).flatMap((rest) => rest.writes)]);
    } else await this.sendAgain(batch, failure);
  }

  /** A refused batch once more: mended, without what is there already, or in halves. */
  private async sendAgain(batch: Batch<T>, failure: TwentyFailure): Promise<void> {
    const { client, options, results, queue } = this;
    const { writes } = batch;
    if (options.mode === 'update' && writes.length > 1) for (const write of writes) this.tried.add(write);
    if (failure.staleReference && options.mendReferences && !batch.mended) {
      const { mendReferences } = options;
      await this.mending.take(() => mendReferences(writes));
      queue.unshift({ ...batch, mended: true });
    } else if (options.mode === 'insert' && failure.category === 'duplicate' && !batch.sieved) {
      const rest = await settled(sieve(client, writes, options, results));
      if (!rest.ok) this.settle(writes, { ...rest.failure, outcome: 'not_sent' });
      else if (rest.value.length > 0) queue.unshift({ ...batch, writes: rest.value, sieved: true });
    } else if (writes.length === 1) this.settle(writes, failure);
    else queue.unshift(...halves(batch));
  }

  private async send(writes: readonly T[]): Promise<TwentyFailure | null> {
    const { client, options, results, underWay } = this;
    const { clock } = client;
    const [begun, atOnce, refusals] = [clock.now(), underWay.size + 1, client.refusals];
    const failure = await sendBatch(client, writes, options, results);
    this.atOnce.note({
      kind: `${options.mode} ${options.object.namePlural}`,
      records: writes.length,
      milliseconds: clock.now() - begun,
      atOnce,
      wasRefused: client.refusals > refusals,
      failure,
    });
    return failure;
  }

  private settle(writes: readonly T[], failure: TwentyFailure): void {
    const neverLeft = failure.outcome === 'not_sent' || endsTheRun(failure);
    for (const write of writes) {
      const isUnknown = neverLeft && this.tried.has(write);
      this.results.set(write, { ok: false, failure: isUnknown ? { ...failure, outcome: 'unknown' } : failure });
    }
  }
}

/** The record and all unique values that writes take or hold. */
function touchedBy(writes: readonly RecordWrite[]): string[] {
  return writes.flatMap(({ id, takes, holds }) => [`id=${id}`, ...[...takes, ...holds].map(uniqueKey)]);
}

/** Failures after which no further call can succeed: the rest of the work is not sent. */
export function endsTheRun({ category, outcome }: TwentyFailure): boolean {
  return (
    ['auth', 'permission', 'wrong_url', 'firewall', 'quota', 'cancelled', 'rate_limit', 'timeout'].includes(category) ||
    (category === 'network' && outcome === 'not_sent')
  );
}

async function sendBatch<T extends RecordWrite>(
  client: TwentyClient,
  writes: readonly T[],
  { object, selection, mode, startBefore }: WriterOptions<T>,
  results: Map<T, WriteResult>,
): Promise<TwentyFailure | null> {
  const { root, document } = createManyDocument(object, selection, mode === 'update');
  const data = writes.map((write) => write.data);
  const answer = await client.graphql<TwentyNode[]>(root, { document, variables: { data }, startBefore });
  if (!answer.ok) return answer.failure;
  const sent = new Set(writes.map((write) => write.id));
  const returned = new Map(answer.data.map((record) => [record.id, record]));
  const strangers = answer.data.filter((record) => !sent.has(record.id));
  for (const write of writes) {
    const record = returned.get(write.id);
    results.set(write, record ? { ok: true, record } : { ok: false, failure: notAnswered(write, strangers) });
  }
  return null;
}

/** Twenty matched the write with another record, or left it out: never a success. */
function notAnswered(write: RecordWrite, strangers: readonly TwentyNode[]): TwentyFailure {
  const other = strangers.find((record) => write.takes.some(({ path, value }) => keyAt(record, path) === value));
  return {
    category: 'conflict',
    outcome: 'unknown',
    detail: other
      ? `Twenty wrote to record ${other.id}, which has the same unique value, instead of ${write.id}`
      : `Twenty's answer does not hold record ${write.id}`,
    httpStatus: 200,
    ...(other ? { conflictingRecordId: other.id } : {}),
  };
}

/**
 * Finds out in one call which creates of a refused batch meet a record that exists, instead of bisecting.
 * Returns the others.
 */
async function sieve<T extends RecordWrite>(
  client: TwentyClient,
  writes: readonly T[],
  { object, selection }: WriterOptions<T>,
  results: Map<T, WriteResult>,
): Promise<T[]> {
  const paths = new Set(writes.flatMap((write) => write.takes.map(({ path }) => path)));
  const holders = await findHolders(client, object, `${selection} ${[...paths].map(selectionAt).join(' ')}`, {
    ids: writes.map((write) => write.id),
    values: writes.flatMap((write) => write.takes),
  });
  const byId = new Map(holders.map((record) => [record.id, record]));
  const byValue = new Map(
    holders.flatMap((record) =>
      [...paths].map((path): [string, TwentyNode] => [uniqueKey({ path, value: keyAt(record, path) ?? '' }), record]),
    ),
  );
  return writes.filter((write) => {
    const existing = byId.get(write.id);
    const held = write.takes.find((value) => byValue.has(uniqueKey(value)));
    const holder = existing ?? (held && byValue.get(uniqueKey(held)));
    if (!holder) return true;
    const detail = existing
      ? `record ${write.id} exists already`
      : `${held?.path} "${held?.value}" belongs to ${holder.deletedAt ? 'the deleted' : 'the'} record ${holder.id}`;
    const failure: TwentyFailure = {
      category: 'duplicate',
      outcome: 'refused',
      detail,
      httpStatus: 200,
      conflictingRecordId: holder.id,
    };
    results.set(write, existing ? { ok: false, failure, existing } : { ok: false, failure });
    return false;
  });
}

function halves<T>(batch: Batch<T>): Array<Batch<T>> {
  const middle = Math.ceil(batch.writes.length / 2);
  return [batch.writes.slice(0, middle), batch.writes.slice(middle)].map((writes) => ({ ...batch, writes }));
}
