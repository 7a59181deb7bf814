import type { CompanyRequest, LeadValues, PushResult, Write } from '../../lead';
import { planBatches } from '../records/batch-plan';
import { DEFAULT_BATCH_SIZE } from '../records/limits';
import type { TwentyClient } from '../transport/client';
import { companyKey, givesName, storedDomain } from './company-cache';
import { findCompanies, isNameless, newCompany, type Company } from './companies';
import { draftOf, type LeadDraft } from './drafts';
import type { LeadScope } from './scope';

/** What a push would do with writes. */
export interface PreviewedPush {
  /** As `pushLeads` would answer, as far as it sends what it was given: Twenty itself may refuse more. */
  results: PushResult[];
  /** Whether a company has another name or domain in Twenty than was sent. */
  differs: boolean;
  /** Leads by field whose value cannot be sent. */
  leftOut: Record<string, number>;
  /** Leads that cannot be sent at all. */
  refused: number;
  companiesCreated: number;
  /** Rate tokens: those of the look-ups, which were made, and those of the writes, which were not. */
  reads: number;
  writes: number;
}

/** A company as it would be by then; null: deleted in Twenty. */
type Known = { name: string | null; domain: string | null } | null;

/** Companies that are known to a preview, by `companyKey`. */
export type PreviewedCompanies = Map<string, Known>;

/** Goes through a push without its writes: what is sent is made as for a real one, and companies are looked up. */
export async function previewPush(
  client: TwentyClient,
  scope: LeadScope,
  writes: readonly Write[],
  strict: boolean,
  companies: PreviewedCompanies,
): Promise<PreviewedPush> {
  const callsBefore = client.calls;
  const drafts: LeadDraft[] = [];
  const results: PushResult[] = [];
  const leftOut: Record<string, number> = {};
  for (const write of writes.filter(({ op }) => op !== 'delete')) {
    const draft = draftOf(scope, write);
    if ('ok' in draft) results.push(draft);
    else drafts.push(draft);
    for (const field of 'ok' in draft ? [] : Object.keys(draft.leftOut)) leftOut[field] = (leftOut[field] ?? 0) + 1;
  }
  const refused = results.length;
  const made = await previewCompanies(
    client,
    drafts.flatMap(({ company }) => (company ? [company] : [])),
    companies,
  );
  const reads = client.calls - callsBefore;
  let differs = false;
  for (const draft of drafts) {
    const values = { ...draft.write.values };
    const company = draft.company && companies.get(companyKey(draft.company));
    if (company && tookFrom(values, company)) differs = true;
    results.push(success(draft.write, values, draft.leftOut));
  }
  const deletes = writes.filter(({ op }) => op === 'delete');
  results.push(...deletes.map((write) => success(write, {}, {})));
  return {
    results,
    differs,
    leftOut,
    refused,
    companiesCreated: made.created,
    reads,
    writes: made.writes + writeCalls(writes, drafts, strict),
  };
}

/** Puts in what the company has, where that is another value than was sent; says whether it did. */
function tookFrom(values: LeadValues, { name, domain }: NonNullable<Known>): boolean {
  let took = false;
  for (const [field, value] of [
    ['company_name', name],
    ['company_domain', domain],
  ] as const) {
    const sent = values[field] ?? null;
    if (!Object.hasOwn(values, field) || sent === value) continue;
    if (field === 'company_domain' && storedDomain(sent) === value) continue; // another spelling
    values[field] = value;
    took = true;
  }
  return took;
}

function success({ lead_id, op, twenty_id }: Write, values: LeadValues, leftOut: LeadDraft['leftOut']): PushResult {
  const at = new Date().toISOString();
  return {
    lead_id,
    op,
    ok: true,
    twenty_id,
    twenty_created_at: at,
    twenty_updated_at: at,
    twenty_deleted_at: op === 'delete' ? at : null,
    values,
    left_out: leftOut,
  };
}

/** How many calls the writes of people would take. */
function writeCalls(writes: readonly Write[], drafts: readonly LeadDraft[], strict: boolean): number {
  const of = (op: Write['op']): number => writes.filter((write) => write.op === op).length;
  const batches = (count: number): number => (strict ? count : Math.ceil(count / DEFAULT_BATCH_SIZE));
  const creates = drafts.filter(({ write }) => write.op === 'create');
  const changes = drafts.filter(({ write }) => write.op !== 'create');
  return (
    planBatches(creates, DEFAULT_BATCH_SIZE).length +
    (strict ? changes.length : planBatches(changes, DEFAULT_BATCH_SIZE).length) +
    batches(of('delete')) +
    batches(of('restore'))
  );
}

/** Looks up companies that are not known yet, as a push does; those that are not there count as made. */
async function previewCompanies(
  client: TwentyClient,
  requests: readonly CompanyRequest[],
  companies: PreviewedCompanies,
): Promise<{ created: number; writes: number }> {
  const unknown = new Map<string, CompanyRequest>();
  for (const request of requests) {
    const key = companyKey(request);
    const other = unknown.get(key);
    const known = companies.get(key);
    if (known === undefined || (known !== null && isNameless(request, asCompany(known)))) {
      unknown.set(key, other && givesName(other) ? other : request);
    }
  }
  const waiting = [...unknown];
  let created = 0;
  let writes = 0;
  while (waiting.length > 0) {
    const chunk = waiting.splice(0, DEFAULT_BATCH_SIZE);
    const found = await findCompanies(
      client,
      chunk.filter(([key]) => !companies.has(key)).map(([, request]) => request),
    );
    let [createdHere, named] = [0, 0];
    for (const [key, request] of chunk) {
      const known = companies.get(key);
      const company = known ? asCompany(known) : found.get(key);
      if (company === undefined) createdHere += 1;
      else if (isNameless(request, company)) named += 1;
      companies.set(key, afterwards(request, company));
    }
    created += createdHere;
    writes += Math.ceil(createdHere / DEFAULT_BATCH_SIZE) + Math.ceil(named / DEFAULT_BATCH_SIZE);
  }
  return { created, writes };
}

/** How the company of a request is once the push has found or made it. */
function afterwards(request: CompanyRequest, company: Company | undefined): Known {
  if (company === undefined) return { name: String(newCompany(request).data.name), domain: request.domain };
  if (company.deletedAt !== null) return null;
  const domain = storedDomain(company.domainName?.primaryLinkUrl);
  return { name: isNameless(request, company) ? request.name : company.name || null, domain };
}

function asCompany({ name, domain }: NonNullable<Known>): Company {
  return { id: '', name, createdAt: '', deletedAt: null, domainName: { primaryLinkUrl: domain } };
}
