import {
  leadToRecord,
  recordToSnapshot,
  type ApiRecord,
  type CompanyRequest,
  type PushResult,
  type Write,
} from '../../lead';
import type { RecordWrite, UniqueValue } from '../records/batch-plan';
import { mutateByIds } from '../records/filtered';
import { textAt } from '../records/holders';
import { endsTheRun, writeRecords, type WriteResult, type WriterOptions } from '../records/writer';
import type { TwentyClient } from '../transport/client';
import { TwentyError, type TwentyFailure } from '../transport/failures';
import type { TwentyNode } from '../transport/paging';
import { findOrCreateCompanies } from './companies';
import { companyCacheOf, companyKey, type CompanyCache } from './company-cache';
import { countResults, failedPush, invalidLead, toPushResult, type PushCounts } from './push-results';
import type { LeadScope } from './scope';

export interface PushOptions {
  /** Seconds that the claim on these leads still lasts when the push starts; null when nothing is claimed. */
  leaseSeconds: number | null;
  /** Sync run whose company cache is used; empty for none. */
  runId: string;
  batchSize: number;
}

export interface PushReport {
  /** One result for each write, in the order given. */
  results: PushResult[];
  counts: PushCounts;
  missing_fields: string[];
  /** Rate tokens spent. */
  calls: number;
}

interface LeadWrite extends RecordWrite {
  write: Write;
  company?: CompanyRequest;
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
  const results = writes.map((write) => push.resultOf(write));
  const { denied } = push;
  if (denied && !results.some((result) => result.ok || result.outcome === 'unknown')) throw new TwentyError(denied);
  return {
    results,
    counts: countResults(results),
    missing_fields: scope.missing,
    calls: client.calls - callsBefore,
  };
}

class Push {
  /** Twenty does not let this key in, or not do this. */
  denied: TwentyFailure | null = null;
  /** Why nothing more is sent. */
  private stopped: TwentyFailure | null = null;
  private readonly results = new Map<Write, PushResult>();
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
    const result = this.results.get(write);
    if (result) return result;
    const detail = 'it was left out after an earlier failure';
    const failure = this.stopped ?? this.denied ?? { category: 'network', detail, httpStatus: null };
    return failedPush(write, { ...failure, outcome: 'not_sent' });
  }

  async run(writes: readonly Write[]): Promise<void> {
    const by = (op: Write['op']): Write[] => writes.filter((write) => write.op === op);
    const restored = await this.restore(by('restore'));
    const changing = [...by('update'), ...restored].flatMap((write) => this.draft(write));
    const creating = by('create').flatMap((write) => this.draft(write));
    const ready = new Set(await this.withCompanies([...changing, ...creating]));
    await this.update(changing.filter((draft) => ready.has(draft)));
    await this.create(creating.filter((draft) => ready.has(draft)));
    await this.delete(by('delete'));
  }

  /** Restores the records; gives those writes that also have values to send. */
  private async restore(writes: readonly Write[]): Promise<Write[]> {
    await this.mutate('restore', writes);
    const unfinished = writes.filter((write) => this.results.get(write)?.ok && Object.keys(write.values).length > 0);
    for (const write of unfinished) this.results.delete(write);
    return unfinished;
  }

  private async delete(writes: readonly Write[]): Promise<void> {
    await this.mutate('delete', writes);
  }

  private async mutate(verb: 'delete' | 'restore', writes: readonly Write[]): Promise<void> {
    if (writes.length === 0 || this.stopped) return;
    const { object, selection } = this.scope;
    const ids = writes.map((write) => write.twenty_id);
    const { batchSize } = this.options;
    const options = { object, selection, batchSize, startBefore: this.startBefore };
    const outcomes = await mutateByIds(this.client, verb, ids, options);
    for (const write of writes) this.report(write, outcomes.get(write.twenty_id));
  }

  /** The record for a write, or nothing when its values cannot be used, which is then its result. */
  private draft(write: Write): LeadWrite[] {
    const { mapping, missing, defaultCountry, emailPath } = this.scope;
    const twentyRecord = write.op === 'create' ? null : write.twenty_record;
    const { data, company, problems } = leadToRecord({
      values: write.values,
      twentyRecord,
      mapping,
      defaultCountry,
      missing,
    });
    if (problems.length > 0) {
      const messages = problems.map((problem) => problem.message);
      this.results.set(write, invalidLead(write, messages));
      return [];
    }
    const id = write.op === 'create' ? write.lead_id : write.twenty_id;
    const unique = (record: object | null): UniqueValue[] => {
      const value = emailPath === null || record === null ? null : textAt({ ...record }, emailPath);
      return emailPath === null || value === null ? [] : [{ path: emailPath, value: value.toLowerCase() }];
    };
    return [{ write, id, data: { ...data, id }, company, takes: unique(data), holds: unique(twentyRecord) }];
  }

  /** Puts company ids into the records; gives those that can be sent. */
  private async withCompanies(drafts: readonly LeadWrite[]): Promise<LeadWrite[]> {
    const requests = drafts.flatMap(({ company }) => (company ? [company] : []));
    if (requests.length === 0 || this.stopped) return [...drafts];
    const found = await findOrCreateCompanies(this.client, requests, this.companies, this.startBefore);
    return drafts.filter((draft) => {
      const result = draft.company && found.get(companyKey(draft.company));
      if (!result) return true;
      if (result.ok) draft.data.companyId = result.id;
      else this.results.set(draft.write, failedPush(draft.write, result.failure));
      return result.ok;
    });
  }

  private async update(drafts: readonly LeadWrite[]): Promise<void> {
    for (const [{ write }, result] of await this.writeAll(drafts, 'update')) this.report(write, result);
  }

  private async create(drafts: readonly LeadWrite[]): Promise<void> {
    const landedBefore: LeadWrite[] = [];
    for (const [draft, result] of await this.writeAll(drafts, 'insert')) {
      const existing = result.ok ? undefined : result.existing;
      if (existing && !existing.deletedAt) landedBefore.push(this.onto(draft, existing));
      else this.report(draft.write, result);
    }
    await this.update(landedBefore);
  }

  /** A create whose answer was lost: the lead's own record is there, so its values go out as an update of it. */
  private onto(draft: LeadWrite, existing: TwentyNode): LeadWrite {
    const { mapping, missing } = this.scope;
    const { twenty_record } = recordToSnapshot(existing as ApiRecord, mapping, { missing });
    const { data, takes, holds } = this.draft({ ...draft.write, op: 'update', twenty_id: draft.id, twenty_record })[0];
    const companyId = draft.data.companyId;
    return { ...draft, data: companyId === undefined ? data : { ...data, companyId }, takes, holds };
  }

  private async writeAll(
    drafts: readonly LeadWrite[],
    mode: WriterOptions<LeadWrite>['mode'],
  ): Promise<Map<LeadWrite, WriteResult>> {
    if (drafts.length === 0 || this.stopped) return new Map();
    const { object, selection } = this.scope;
    return await writeRecords(this.client, drafts, {
      object,
      selection,
      mode,
      batchSize: this.options.batchSize,
      startBefore: this.startBefore,
      mendReferences: async (stale) => await this.renewCompanies(stale),
    });
  }

  /** A company known to the cache is gone: look all companies of the batch up again. */
  private async renewCompanies(drafts: readonly LeadWrite[]): Promise<void> {
    for (const { company } of drafts) if (company) this.companies.delete(company);
    const requests = drafts.flatMap(({ company }) => (company ? [company] : []));
    const found = await findOrCreateCompanies(this.client, requests, this.companies, this.startBefore);
    for (const draft of drafts) {
      const result = draft.company && found.get(companyKey(draft.company));
      if (result?.ok) draft.data.companyId = result.id;
    }
  }

  private report(write: Write, result: WriteResult | undefined): void {
    if (!result) return;
    this.results.set(write, toPushResult(this.scope, write, result));
    if (result.ok) return;
    const { failure } = result;
    if (DENIALS.has(failure.category)) this.denied ??= failure;
    if (endsTheRun(failure) && failure.category !== 'permission') this.stopped ??= failure;
  }
}

const DENIALS = new Set<TwentyFailure['category']>(['auth', 'permission', 'wrong_url', 'cancelled']);
