import type { LeftOut, PushResult, Write } from '../../lead';
import { planBatches } from '../records/batch-plan';
import { swapRecords } from '../records/compare-and-swap';
import { mutateByIds } from '../records/filtered';
import { findHolders } from '../records/holders';
import { endsTheRun, writeRecords, type WriteResult, type WriterOptions } from '../records/writer';
import type { TwentyClient } from '../transport/client';
import { settled, TwentyError, type TwentyFailure } from '../transport/failures';
import type { TwentyNode } from '../transport/paging';
import { findOrCreateCompanies } from './companies';
import { companyCacheOf, companyKey, type CompanyCache } from './company-cache';
import { draftOf, draftOnto, draftWithout, draftWithoutCompany, isEmpty, type LeadDraft } from './drafts';
import { scopeOfWritten } from './lost-fields';
import { leaveOutGoneReferences } from './references';
import {
  countResults,
  failedPush,
  isDenial,
  notFound,
  toPushResult,
  withValues,
  type PushCounts,
} from './push-results';
import type { LeadScope } from './scope';

export interface PushOptions {
  /** Seconds that the claim on these leads still lasts when the push starts; null when nothing is claimed. */
  leaseSeconds: number | null;
  /** Sync run whose company cache is used; empty for none. */
  runId: string;
  batchSize: number;
  /**
   * Whether updates, deletes and restores go out one a call, each only if the record is as it was read. Default: no.
   * One call for each of them; creates cannot overwrite anything and stay in batches.
   */
  strict?: boolean;
}

export interface PushReport {
  /** One result for each write, in the order given. */
  results: PushResult[];
  counts: PushCounts;
  missing_fields: string[];
  /** Rate tokens spent. */
  calls: number;
}

/**
 * Carries leads' changes to Twenty: restores, companies, updates, creates and deletes, each in as few calls
 * as can be. Bad leads are reported one by one and all others land.
 * @throws TwentyError when nothing can be written at all (key, permission, URL) and nothing was
 */
export async function pushLeads(
  client: TwentyClient,
  scope: LeadScope,
  writes: readonly Write[],
  options: PushOptions,
): Promise<PushReport> {
  const push = new Push(client, scope, options);
  const callsBefore = client.calls;
  await push.run(writes);
  const known = await scopeOfWritten(client, scope, [...push.written.values()]);
  const results = writes.map((write) => withValues(known, push.resultOf(write), push.written.get(write)));
  const { denied } = push;
  if (denied && !results.some((result) => result.ok || result.outcome === 'unknown')) throw new TwentyError(denied);
  return {
    results,
    counts: countResults(results),
    missing_fields: known.missing,
    calls: client.calls - callsBefore,
  };
}

class Push {
  /** Twenty does not let this key in, or not do this. */
  denied: TwentyFailure | null = null;
  /** What Twenty answered to writes that landed. */
  readonly written = new Map<Write, TwentyNode>();
  /** Why nothing more is sent. */
  private stopped: TwentyFailure | null = null;
  private readonly results = new Map<Write, PushResult>();
  /** `updatedAt` of records that this push has restored. */
  private readonly restoredAt = new Map<Write, string>();
  /** Writes of which a part has taken effect: whatever fails after that, Twenty shows something of them. */
  private readonly begun = new Set<Write>();
  private readonly startBefore: number | undefined;
  private readonly companies: CompanyCache;

  constructor(
    private readonly client: TwentyClient,
    private readonly scope: LeadScope,
    private readonly options: PushOptions,
  ) {
    const { leaseSeconds, runId } = options;
    this.startBefore = leaseSeconds === null ? undefined : client.clock.now() + leaseSeconds * 1000 - client.timeoutMs;
    this.companies = companyCacheOf(client.urls.base, runId);
  }

  resultOf(write: Write): PushResult {
    const result = this.results.get(write) ?? this.leftOut(write);
    return result.ok || !this.begun.has(write) ? result : { ...result, outcome: 'unknown' };
  }

  private leftOut(write: Write): PushResult {
    const detail = 'it was left out after an earlier failure';
    const failure = this.stopped ?? this.denied ?? { category: 'network', detail, httpStatus: null };
    return failedPush(write, { ...failure, outcome: 'not_sent' });
  }

  async run(writes: readonly Write[]): Promise<void> {
    const by = (op: Write['op']): Write[] => writes.filter((write) => write.op === op);
    const restored = await this.restore(by('restore'));
    const changing = [...by('update'), ...restored].flatMap((write) => this.draft(write));
    const creating = by('create').flatMap((write) => this.draft(write));
    const ready = await this.withCompanies([...changing, ...creating]);
    const creates = new Map(creating.map((draft) => [draft.id, draft.write]));
    const changes = ready.filter(({ write }) => write.op !== 'create');
    await this.update(changes.filter((draft) => !creates.has(draft.id) && !isEmpty(draft)));
    await this.create(ready.filter(({ write }) => write.op === 'create'));
    await this.read(changes.filter(isEmpty));
    const waiting = changes.filter((draft) => !isEmpty(draft));
    await this.update(waiting.flatMap((draft) => this.onceCreated(draft, creates.get(draft.id))));
    await this.delete(by('delete'));
  }

  /** An update of a record that this push was to create, if it is there now; otherwise it fails as the create did. */
  private onceCreated(draft: LeadDraft, create: Write | undefined): LeadDraft[] {
    if (!create) return [];
    const created = this.resultOf(create);
    if (created.ok) return [{ ...draft, readUpdatedAt: created.twenty_updated_at }];
    const { lead_id, op } = draft.write;
    this.results.set(draft.write, { ...created, lead_id, op, outcome: 'not_sent' });
    return [];
  }

  /** Restores the records; gives those writes that also have values to send. */
  private async restore(writes: readonly Write[]): Promise<Write[]> {
    await this.mutate('restore', writes);
    const unfinished = writes.filter((write) => this.results.get(write)?.ok && Object.keys(write.values).length > 0);
    for (const write of unfinished) {
      const result = this.results.get(write);
      if (result?.ok) this.restoredAt.set(write, result.twenty_updated_at);
      this.begun.add(write);
      this.results.delete(write);
    }
    return unfinished;
  }

  private async delete(writes: readonly Write[]): Promise<void> {
    await this.mutate('delete', writes);
  }

  private async mutate(verb: 'delete' | 'restore', writes: readonly Write[]): Promise<void> {
    if (writes.length === 0 || this.stopped) return;
    const { object, selection } = this.scope;
    const { batchSize, strict } = this.options;
    const options = { object, selection, batchSize, startBefore: this.startBefore };
    if (strict) {
      const swaps = writes.map((write) => ({
        write,
        id: write.twenty_id,
        readUpdatedAt: write.twenty_updated_at ?? null,
      }));
      const swapped = await swapRecords(this.client, verb, swaps, options);
      for (const [{ write }, result] of swapped) this.report(write, result);
      return;
    }
    const ids = writes.map((write) => write.twenty_id);
    const outcomes = await mutateByIds(this.client, verb, ids, options);
    for (const write of writes) this.report(write, outcomes.get(write.twenty_id));
  }

  /** The record for a write, or nothing when its values cannot be used, which is then its result. */
  private draft(write: Write): LeadDraft[] {
    const draft = draftOf(this.scope, write);
    if (!('ok' in draft)) return [{ ...draft, readUpdatedAt: this.restoredAt.get(write) ?? draft.readUpdatedAt }];
    this.results.set(write, draft);
    return [];
  }

  /** Puts company ids into the records; gives those that can be sent. */
  private async withCompanies(drafts: readonly LeadDraft[]): Promise<LeadDraft[]> {
    const requests = drafts.flatMap(({ company }) => (company ? [company] : []));
    if (requests.length === 0 || this.stopped) return [...drafts];
    const found = await findOrCreateCompanies(this.client, requests, this.companies, this.startBefore);
    return drafts.flatMap((draft) => {
      const result = draft.company && found.get(companyKey(draft.company));
      if (result?.ok) draft.data.companyId = result.id;
      if (!result || result.ok) return [draft];
      const { failure } = result;
      const isRefused = failure.category === 'validation' && failure.outcome === 'refused';
      const rest = isRefused ? draftWithoutCompany(this.scope, draft, failure) : failedPush(draft.write, failure);
      if (!('ok' in rest)) return [rest];
      this.results.set(draft.write, rest);
      return [];
    });
  }

  private async update(drafts: readonly LeadDraft[]): Promise<void> {
    const { strict } = this.options;
    const results = strict ? await this.swapAll(drafts) : await this.writeAll(drafts, 'update');
    const again = this.reportAll(results);
    await this.read(again.filter(isEmpty));
    if (again.length > 0) await this.update(again.filter((draft) => !isEmpty(draft)));
  }

  /** What a push sends nothing of, because no value can be used, is as Twenty has it. */
  private async read(drafts: readonly LeadDraft[]): Promise<void> {
    if (drafts.length === 0 || this.stopped) return;
    const { object, selection } = this.scope;
    const ids = drafts.map(({ id }) => id);
    const found = await settled(findHolders(this.client, object, selection, { ids, values: [] }));
    const records = new Map(found.ok ? found.value.map((record) => [record.id, record]) : []);
    for (const draft of drafts) {
      const record = records.get(draft.id);
      if (record) this.report(draft.write, { ok: true, record }, draft.leftOut);
      else if (!found.ok) this.report(draft.write, { ok: false, failure: { ...found.failure, outcome: 'not_sent' } });
      else this.results.set(draft.write, failedPush(draft.write, notFound(draft.id)));
    }
  }

  /** Notes what became of drafts; gives those that can go out again, without a value that Twenty refuses. */
  private reportAll(results: ReadonlyMap<LeadDraft, WriteResult>): LeadDraft[] {
    return [...results].flatMap(([draft, result]) => {
      const again = result.ok || result.existing ? undefined : draftWithout(this.scope, draft, result.failure);
      if (again) return [again];
      this.report(draft.write, result, draft.leftOut);
      return [];
    });
  }

  private async create(drafts: readonly LeadDraft[]): Promise<void> {
    const landedBefore: LeadDraft[] = [];
    const results = await this.writeAll(drafts, 'insert');
    for (const [draft, result] of results) {
      const existing = result.ok ? undefined : result.existing;
      if (existing && !existing.deletedAt) {
        this.begun.add(draft.write);
        landedBefore.push(draftOnto(this.scope, draft, existing));
        results.delete(draft);
      }
    }
    const again = this.reportAll(results);
    await this.update(landedBefore);
    if (again.length > 0) await this.create(again);
  }

  /** One by one, those that free an e-mail before those that take it. */
  private async swapAll(drafts: readonly LeadDraft[]): Promise<Map<LeadDraft, WriteResult>> {
    if (this.stopped) return new Map();
    const { object, selection } = this.scope;
    return await swapRecords(this.client, 'update', planBatches(drafts, 1).flat(), {
      object,
      selection,
      startBefore: this.startBefore,
      mendReference: async (stale) => await this.mendReferences([stale]),
    });
  }

  private async writeAll(
    drafts: readonly LeadDraft[],
    mode: WriterOptions<LeadDraft>['mode'],
  ): Promise<Map<LeadDraft, WriteResult>> {
    if (drafts.length === 0 || this.stopped) return new Map();
    const { object, selection } = this.scope;
    return await writeRecords(this.client, drafts, {
      object,
      selection,
      mode,
      batchSize: this.options.batchSize,
      startBefore: this.startBefore,
      mendReferences: async (stale) => await this.mendReferences(stale),
      fieldsWereRead: true,
    });
  }

  /** Something that drafts refer to is gone. */
  private async mendReferences(drafts: readonly LeadDraft[]): Promise<void> {
    await leaveOutGoneReferences(this.client, this.scope, drafts);
    await this.renewCompanies(drafts);
  }

  /** A company known to the cache is gone: look all companies of the batch up again. */
  private async renewCompanies(drafts: readonly LeadDraft[]): Promise<void> {
    for (const { company } of drafts) if (company) this.companies.delete(company);
    const requests = drafts.flatMap(({ company }) => (company ? [company] : []));
    const found = await findOrCreateCompanies(this.client, requests, this.companies, this.startBefore);
    for (const draft of drafts) {
      const result = draft.company && found.get(companyKey(draft.company));
      if (result?.ok) draft.data.companyId = result.id;
    }
  }

  private report(write: Write, result: WriteResult | undefined, leftOut?: LeftOut): void {
    if (!result) return;
    this.results.set(write, toPushResult(this.scope, write, result, leftOut));
    if (result.ok) {
      this.written.set(write, result.record);
      return;
    }
    const { failure } = result;
    if (isDenial(failure)) this.denied ??= failure;
    if (endsTheRun(failure) && failure.category !== 'permission') this.stopped ??= failure;
  }
}
