import { domainSpellings, normalise, normalText, type CompanyRequest } from '../../lead';

/** Runs remembered at once, and companies a run: bounds the memory of a process that lives for months. */
const MAX_RUNS = 8;
const MAX_COMPANIES = 20_000;

/** Ids of companies that a run has found or created, by domain or by name. */
export class CompanyCache {
  private readonly ids = new Map<string, string>();
  /** Companies, by key, that go by their domain for want of a name: a request with a name is news to them. */
  private readonly nameless = new Set<string>();

  get(request: CompanyRequest): string | undefined {
    const key = companyKey(request);
    return this.nameless.has(key) && givesName(request) ? undefined : this.ids.get(key);
  }

  set(request: CompanyRequest, id: string): void {
    const oldest = this.ids.keys().next();
    if (this.ids.size >= MAX_COMPANIES && !oldest.done) this.remove(oldest.value);
    const key = companyKey(request);
    this.ids.set(key, id);
    if (givesName(request)) this.nameless.delete(key);
    else this.nameless.add(key);
  }

  delete(request: CompanyRequest): void {
    this.remove(companyKey(request));
  }

  private remove(key: string): void {
    this.ids.delete(key);
    this.nameless.delete(key);
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
  return domain === null ? `name ${normalText(name ?? '').toLowerCase()}` : `domain ${domain}`;
}

/** Whether a company's name is nothing but its domain, as a company is named of which nothing else is known. */
export function isNamedByDomain(name: string, domain: string): boolean {
  return domainSpellings(domain).includes(name.trim());
}

/** Whether a request knows how the company is called. */
export function givesName({ name, domain }: CompanyRequest): boolean {
  return name !== null && !(domain !== null && isNamedByDomain(name, domain));
}

/** The domain of a company as Twenty holds it, in the form that requests use; null when it has none. */
export function storedDomain(url: unknown): string | null {
  if (typeof url !== 'string') return null;
  const normalised = normalise('domain', url, { field: 'company_domain' });
  return 'value' in normalised && typeof normalised.value === 'string' ? normalised.value : null;
}
