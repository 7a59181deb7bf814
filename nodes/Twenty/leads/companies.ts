import { randomUUID } from 'node:crypto';
import { domainSpellings, normalText, type CompanyRequest } from '../../lead';
import type { RecordWrite } from '../records/batch-plan';
import { DEFAULT_BATCH_SIZE, DEFAULT_PAGE_SIZE } from '../records/limits';
import { endsTheRun, writeRecords } from '../records/writer';
import type { TwentyClient } from '../transport/client';
import { settled, type TwentyFailure } from '../transport/failures';
import { LIVE_AND_DELETED, readPages, type RecordFilter, type TwentyNode } from '../transport/paging';
import { companyKey, givesName, isNamedByDomain, storedDomain, type CompanyCache } from './company-cache';

const COMPANY = { nameSingular: 'company', namePlural: 'companies' };
const SELECTION = 'id name createdAt deletedAt domainName{primaryLinkUrl}';
const DOMAIN_PATH = 'domainName.primaryLinkUrl';

export type CompanyResult = { ok: true; id: string } | { ok: false; failure: TwentyFailure };

export interface Company extends TwentyNode {
  name: string | null;
  createdAt: string;
  deletedAt: string | null;
  domainName: { primaryLinkUrl: string | null } | null;
}

interface CompanyWrite extends RecordWrite {
  request: CompanyRequest;
}

/**
 * Finds the requested companies, by domain or, where a request has none, by name in any case, and creates those that
 * are not there: at most two calls for each 200 distinct companies that the cache does not know. A company that is named
 * by nothing but its domain gets the first name that is known of it: one call more for each 200 such companies.
 * Returns a result by `companyKey`.
 */
export async function findOrCreateCompanies(
  client: TwentyClient,
  requests: readonly CompanyRequest[],
  cache: CompanyCache,
  startBefore?: number,
): Promise<Map<string, CompanyResult>> {
  const results = new Map<string, CompanyResult>();
  const unknown = new Map<string, CompanyRequest>();
  for (const request of requests) {
    const id = cache.get(request);
    const other = unknown.get(companyKey(request));
    if (id === undefined) unknown.set(companyKey(request), other && givesName(other) ? other : request);
    else results.set(companyKey(request), { ok: true, id });
  }
  const waiting = [...unknown.values()];
  while (waiting.length > 0) {
    const chunk = waiting.splice(0, DEFAULT_BATCH_SIZE);
    await findOrCreateChunk(client, chunk, results, startBefore);
  }
  for (const [key, request] of unknown) {
    const result = results.get(key);
    if (result?.ok) cache.set(request, result.id);
  }
  return results;
}

async function findOrCreateChunk(
  client: TwentyClient,
  chunk: readonly CompanyRequest[],
  results: Map<string, CompanyResult>,
  startBefore?: number,
): Promise<void> {
  const unmatched = await findInto(client, chunk, results, startBefore);
  if (unmatched.length === 0) return;
  const created = await writeRecords(client, unmatched.map(newCompany), {
    object: COMPANY,
    selection: SELECTION,
    mode: 'insert',
    batchSize: DEFAULT_BATCH_SIZE,
    startBefore,
  });
  const madeByOthers: CompanyRequest[] = [];
  for (const [{ request }, result] of created) {
    if (result.ok) results.set(companyKey(request), { ok: true, id: result.record.id });
    else {
      results.set(companyKey(request), { ok: false, failure: companyFailure(request, result.failure) });
      if (result.failure.category === 'duplicate') madeByOthers.push(request);
    }
  }
  if (madeByOthers.length > 0) await findInto(client, madeByOthers, results, startBefore);
}

/** Looks the requests up and notes what was found; returns those that were not. */
async function findInto(
  client: TwentyClient,
  requests: readonly CompanyRequest[],
  results: Map<string, CompanyResult>,
  startBefore?: number,
): Promise<CompanyRequest[]> {
  const found = await settled(findCompanies(client, requests));
  if (!found.ok) {
    const failure: TwentyFailure = { ...found.failure, outcome: 'not_sent' };
    for (const request of requests) results.set(companyKey(request), { ok: false, failure });
    return [];
  }
  const nameless: CompanyWrite[] = [];
  const unmatched = requests.filter((request) => {
    const company = found.value.get(companyKey(request));
    if (company) results.set(companyKey(request), matched(request, company));
    if (company && isNameless(request, company)) nameless.push(naming(request, company));
    return company === undefined;
  });
  await giveNames(client, nameless, results, startBefore);
  return unmatched;
}

export function isNameless({ name, domain }: CompanyRequest, company: Company): boolean {
  if (domain === null || company.deletedAt !== null || !givesName({ name, domain })) return false;
  return !company.name || isNamedByDomain(company.name, domain);
}

function naming(request: CompanyRequest, { id }: Company): CompanyWrite {
  return { id, request, data: { id, name: request.name }, takes: [], holds: [] };
}

/** Where Twenty refuses the name, the company stays as it is and the leads get to know; any other failure is theirs. */
async function giveNames(
  client: TwentyClient,
  writes: readonly CompanyWrite[],
  results: Map<string, CompanyResult>,
  startBefore?: number,
): Promise<void> {
  if (writes.length === 0) return;
  const written = await writeRecords(client, writes, {
    object: COMPANY,
    selection: SELECTION,
    mode: 'update',
    batchSize: DEFAULT_BATCH_SIZE,
    startBefore,
  });
  for (const [{ request }, result] of written) {
    if (result.ok || isRefusal(result.failure)) continue;
    results.set(companyKey(request), { ok: false, failure: companyFailure(request, result.failure) });
  }
}

export async function findCompanies(
  client: TwentyClient,
  requests: readonly CompanyRequest[],
): Promise<Map<string, Company>> {
  const domains = requests.flatMap(({ domain }) => (domain === null ? [] : domainSpellings(domain)));
  const names = requests.flatMap(({ name, domain }) => (domain === null && name !== null ? [name] : []));
  const conditions: RecordFilter[] = names.flatMap(spellingsOf).map((name) => ({ name: { ilike: escapeLike(name) } }));
  if (domains.length > 0) conditions.push({ domainName: { primaryLinkUrl: { in: domains } } });
  const filter = { and: [{ or: conditions }, LIVE_AND_DELETED] };
  const request = { object: COMPANY, selection: SELECTION, filter, position: null, pageSize: DEFAULT_PAGE_SIZE };
  const best = new Map<string, Company>();
  for await (const page of readPages<Company>(client, request)) {
    for (const company of page.records) {
      for (const key of keysOf(company)) {
        if (isBetter(company, best.get(key), key)) best.set(key, company);
      }
    }
  }
  return best;
}

function keysOf({ name, domainName }: Company): string[] {
  const domain = storedDomain(domainName?.primaryLinkUrl);
  return [
    ...(name ? [companyKey({ name, domain: null })] : []),
    ...(domain === null ? [] : [companyKey({ name, domain })]),
  ];
}

/** Of several companies, a live one, then the oldest. A deleted one counts only by its domain, which it still occupies. */
function isBetter(candidate: Company, current: Company | undefined, key: string): boolean {
  if (candidate.deletedAt !== null && key.startsWith('name ')) return false;
  if (!current) return true;
  if ((candidate.deletedAt === null) !== (current.deletedAt === null)) return candidate.deletedAt === null;
  return candidate.createdAt < current.createdAt;
}

function matched(request: CompanyRequest, company: Company): CompanyResult {
  if (company.deletedAt === null) return { ok: true, id: company.id };
  const detail = `the company with the domain ${request.domain} is deleted in Twenty; restore or destroy it`;
  return {
    ok: false,
    failure: { category: 'conflict', outcome: 'refused', detail, httpStatus: null, conflictingRecordId: company.id },
  };
}

export function newCompany(request: CompanyRequest): CompanyWrite {
  const id = randomUUID();
  const { name, domain } = request;
  const domainName = { primaryLinkUrl: domain ?? '', primaryLinkLabel: '', secondaryLinks: [] };
  return {
    id,
    request,
    data: { id, name: name ?? (domain ?? '').replace(/^https?:\/\//, ''), ...(domain === null ? {} : { domainName }) },
    takes: domain === null ? [] : [{ path: DOMAIN_PATH, value: domain }],
    holds: [],
  };
}

function isRefusal(failure: TwentyFailure): boolean {
  const { category, outcome } = failure;
  return outcome === 'refused' && category !== 'server' && (category === 'permission' || !endsTheRun(failure));
}

/** A lead whose company could not be made was itself not sent, or refused for its company's sake. */
function companyFailure({ name, domain }: CompanyRequest, failure: TwentyFailure): TwentyFailure {
  return {
    ...failure,
    outcome: failure.outcome === 'refused' ? 'refused' : 'not_sent',
    detail: `the company ${name ?? domain} could not be written: ${failure.detail}`,
  };
}

/** The spellings under which Twenty may hold a name: it compares texts as they are stored, letters composed or not. */
function spellingsOf(name: string): string[] {
  const normal = normalText(name);
  return [...new Set([name.trim(), normal, normal.normalize('NFD')])];
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
