import { normalise, type CompanyRequest } from '../../lead';

/** Runs remembered at once, and companies a run: bounds the memory of a process that lives for months. */
const MAX_RUNS = 8;
const MAX_COMPANIES = 20_000;

/** Ids of companies that a run has found or created, by domain or by name. */
export class CompanyCache {
  private readonly ids = new Map<string, string>();

  get(request: CompanyRequest): string | undefined {
    return this.ids.get(companyKey(request));
  }

  set(request: CompanyRequest, id: string): void {
    const oldest = this.ids.keys().next();
    if (this.ids.size >= MAX_COMPANIES && !oldest.done) this.ids.delete(oldest.value);
    this.ids.set(companyKey(request), id);
  }

  delete(request: CompanyRequest): void {
    this.ids.delete(companyKey(request));
  }
}

const caches = new Map<string, CompanyCache>();

/** The cache of a sync run; without a run id, one that nobody else sees. */
export function companyCacheOf(workspace: string, runId: string): CompanyCache {
  if (runId === '') return new CompanyCache();
  const key = `${workspace} ${runId}`;
  const cache = caches.get(key) ?? new CompanyCache();
  caches.delete(key);
  caches.set(key, cache);
  const oldest = caches.keys().next();
  if (caches.size > MAX_RUNS && !oldest.done) caches.delete(oldest.value);
  return cache;
}

/** What makes two requests mean one company: the domain, or, without one, the name in any case. */
export function companyKey({ name, domain }: CompanyRequest): string {
  return domain === null ? `name ${(name ?? '').trim().toLowerCase()}` : `domain ${domain}`;
}

/** The domain of a company as Twenty holds it, in the form that requests use; null when it has none. */
export function storedDomain(url: unknown): string | null {
  if (typeof url !== 'string') return null;
  const normalised = normalise('domain', url, { field: 'company_domain' });
  return 'value' in normalised && typeof normalised.value === 'string' ? normalised.value : null;
}
