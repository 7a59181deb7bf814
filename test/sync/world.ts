import { createHash, randomUUID } from 'node:crypto';
import {
  createWorkspaceDouble,
  type Fault,
  type JsonObject,
  type TwentyWorkspaceDouble,
} from '../../dev/twenty-double';
import { defaultMapping, normalise, type FieldKind, type Snapshot, type Write } from '../../nodes/lead';
import { getChangedPage } from '../../nodes/Twenty/leads/get-changed';
import { getLeadsByIdOrEmail } from '../../nodes/Twenty/leads/get-many';
import { prepareWorkspace } from '../../nodes/Twenty/leads/prepare';
import { pushLeads } from '../../nodes/Twenty/leads/push';
import { readScope, type LeadScope } from '../../nodes/Twenty/leads/scope';
import { TwentyClient, type Send } from '../../nodes/Twenty/transport/client';
import { RateBudget, type Clock } from '../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../nodes/Twenty/transport/url';
import { Store, type Claim, type DoorAnswer, type Json } from '../database/store';

/** Where a sync run is cut off, as by a crash. */
export type Crash = 'none' | 'after_claim' | 'after_plan' | 'after_write' | 'after_first_page';

/** The fields that schedules edit: lead field, place in the person, kind. */
export const FIELDS = {
  first_name: { path: 'name.firstName', kind: 'text' },
  job_title: { path: 'jobTitle', kind: 'text' },
  phone: { path: 'phones.primaryPhoneNumber', kind: 'phone' },
  email: { path: 'emails.primaryEmail', kind: 'email' },
  city: { path: 'city', kind: 'text' },
} as const satisfies Record<string, { path: string; kind: FieldKind }>;
export type Field = keyof typeof FIELDS;

const COUNTRY = 'FR';
const PAGE_SIZE = 3;
const BATCH = 4;
const clock: Clock = { now: () => performance.now(), sleep: () => Promise.resolve() };

/** Both systems and the sync between them, driven step by step: real SQL in PostgreSQL, the nodes' real code, the Twenty double. */
export class World {
  twenty!: TwentyWorkspaceDouble;
  private client!: TwentyClient;
  private scope!: LeadScope;
  private made = 0;
  private latePage: { page: Json; snapshots: Snapshot[]; readStartedAt: string } | null = null;

  private constructor(readonly store: Store) {}

  static async open(): Promise<World> {
    return new World(await Store.open());
  }

  async reset(): Promise<void> {
    await this.store.sql.query('delete from public.leads');
    await this.store.sql.query('delete from public.lead_sync_runs; delete from lead_sync.cursors');
    this.twenty = createWorkspaceDouble({ rateLimit: false });
    const urls = readTwentyUrl(`http://twenty-${randomUUID()}.test`);
    if (!urls) throw new Error('no address');
    const send: Send = ({ method, url, body }) => {
      const { pathname, search } = new URL(url);
      const headers = { authorization: `Bearer ${this.twenty.apiKey}`, 'content-type': 'application/json' };
      const {
        status,
        headers: answered,
        body: text,
        fate,
      } = this.twenty.handle({ method, path: pathname + search, headers, body });
      if (fate === 'drop') return Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      return Promise.resolve({
        status,
        headers: answered,
        text: fate === 'cut' ? text.slice(0, text.length / 2) : text,
      });
    };
    this.client = new TwentyClient({ urls, send, clock, budget: new RateBudget(1e9, clock) });
    await prepareWorkspace(this.client, 'person', defaultMapping('person'));
    this.scope = await readScope(this.client, { object: 'person', fieldMapping: [], defaultCountry: COUNTRY });
    this.latePage = null;
    this.made = 0;
  }

  breakNext(fault: Fault): void {
    this.twenty.faults.push(fault);
  }

  /** A pull run, page by page; a failure of Twenty or a crash leaves it unfinished. */
  async pull(crash: Crash = 'none', keepPage = false): Promise<void> {
    const started = await this.start('twenty_to_supabase');
    if (!started) return;
    const { run, window } = started;
    let position = started.position;
    let readStartedAt = started.read_started_at;
    let until = window.until;
    for (let hasNext = true; hasNext;) {
      const changed = await getChangedPage(this.client, this.scope, {
        updatedSince: window.from,
        until,
        position,
        pageSize: PAGE_SIZE,
      });
      if (keepPage) this.latePage = { page: changed.page, snapshots: changed.leads, readStartedAt };
      const answer: DoorAnswer = await this.store.rpc('upsert_leads', {
        p_leads: changed.leads,
        p_source: 'twenty',
        p_read_started_at: readStartedAt,
        p_run: run,
        p_page: changed.page,
        p_missing_fields: changed.missing_fields,
      });
      if (crash === 'after_first_page') return this.expireLeases();
      ({ position, until, has_next: hasNext } = changed.page);
      readStartedAt = answer.read_started_at;
    }
    await this.store.rpc('finish_sync_run', { p_run: run });
  }

  /** A page that was read earlier and arrives only now. */
  async deliverLatePage(): Promise<void> {
    const { latePage } = this;
    if (!latePage) return;
    await this.store.pull(latePage.snapshots, { p_read_started_at: latePage.readStartedAt });
  }

  /** A push run, batch by batch, until nothing is due. */
  async push(crash: Crash = 'none'): Promise<void> {
    const started = await this.start('supabase_to_twenty');
    if (!started) return;
    const { run } = started;
    for (let batch = 0; batch < 20; batch += 1) {
      const claim = await this.store.rpc<Claim>('get_leads_for_sync', { p_limit: BATCH, p_run: run });
      if (claim.claimed === 0) break;
      if (crash === 'after_claim') return this.expireLeases();
      const writes = await this.plan(claim);
      if (crash === 'after_plan') return this.expireLeases();
      if (writes.length === 0) continue;
      const { results } = await pushLeads(this.client, this.scope, writes, {
        leaseSeconds: 300,
        runId: run.id,
        batchSize: BATCH,
      });
      if (crash === 'after_write') return this.expireLeases();
      await this.store.rpc('update_sync_status', { p_claim_token: claim.claim_token, p_results: results, p_run: run });
    }
    await this.store.rpc('finish_sync_run', { p_run: run });
  }

  private async plan(claim: Claim): Promise<Write[]> {
    const { leads } = await getLeadsByIdOrEmail(this.client, this.scope, claim.leads);
    return (await this.store.plan(claim, leads as unknown as Json[])).writes as unknown as Write[];
  }

  private async start(direction: string): Promise<StartedRun | null> {
    const answer = await this.store.rpc<StartedRun & { started: boolean }>('start_sync_run', {
      p_direction: direction,
      p_options: { overlap_seconds: 120 },
    });
    return answer.started ? answer : null;
  }

  /** Lets all leases end, as time would. */
  async expireLeases(): Promise<void> {
    await this.store.sql.query(`
      update public.lead_sync_runs set lease_until = now() - interval '1 second' where status = 'running';
      update lead_sync.lead_states set due_at = now() where due_at is not null;
      update lead_sync.lead_states set intent = jsonb_set(intent, '{until}', to_jsonb(now())) where intent is not null`);
  }

  /** Faults stop; both directions run until two cycles in a row write nothing: the first may only end an old window. */
  async quiesce(): Promise<void> {
    this.twenty.faults.splice(0);
    let quiet = 0;
    for (let cycle = 0; cycle < 14 && quiet < 2; cycle += 1) {
      await this.expireLeases();
      quiet = (await this.cycleWrites()) ? 0 : quiet + 1;
    }
    if (quiet < 2) throw new Error('Both sides still write after 14 cycles.');
  }

  /** Ids in an order that depends on the schedule alone, so that a failing one can be played again. */
  nextId(): string {
    this.made += 1;
    const hex = createHash('sha256').update(String(this.made)).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** Whether one more cycle writes anything on either side. */
  async cycleWrites(): Promise<boolean> {
    const before = await this.fingerprint();
    await this.pull();
    await this.push();
    return (await this.fingerprint()) !== before;
  }

  private async fingerprint(): Promise<string> {
    const leads = await this.store.rows(
      'select id, twenty_id, sync_status, first_name, job_title, phone, email, city, deleted_at is null as live from public.leads order by id',
    );
    return JSON.stringify([leads, this.people().map(({ id, updatedAt, deletedAt }) => [id, updatedAt, deletedAt])]);
  }

  people(): JsonObject[] {
    return this.twenty.store.list('person', { withDeleted: true });
  }

  leads(): Promise<Json[]> {
    return this.store.rows('select * from public.leads order by id');
  }

  /** A field's value in a person, as the sync compares it. */
  personValue(person: JsonObject, field: Field): unknown {
    const { path, kind } = FIELDS[field];
    let value: unknown = person;
    for (const part of path.split('.')) value = (value as JsonObject | undefined)?.[part];
    const phones = person.phones as JsonObject;
    return this.normal(
      kind,
      field === 'phone' && value ? `${String(phones.primaryPhoneCallingCode)}${String(value)}` : value,
    );
  }

  leadValue(lead: Json, field: Field): unknown {
    return this.normal(FIELDS[field].kind, lead[field]);
  }

  private normal(kind: FieldKind, value: unknown): unknown {
    const normalised = normalise(kind, (value ?? null) as string | null, { field: 'x', defaultCountry: COUNTRY });
    return 'problem' in normalised ? `invalid ${String(value)}` : (normalised.value ?? null);
  }
}

interface StartedRun {
  run: { id: string; token: string };
  window: { from: string | null; until: string | null };
  position: string | null;
  read_started_at: string;
}
