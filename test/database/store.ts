import { randomBytes, randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../setup/database';

export type Json = Record<string, unknown>;

export type Snapshot = Json & { twenty_id: string };

export interface Result extends Json {
  index: number | null;
  lead_id: string | null;
  result: string;
  reason: string | null;
  linked: boolean;
  fields: string[];
}

export interface PlannedWrite extends Json {
  lead_id: string;
  op: string;
  twenty_id: string;
  values: Json;
}

export interface DoorAnswer {
  results: Result[];
  counts: Record<string, number>;
  writes: PlannedWrite[];
  released: number;
  read_started_at: string;
}

export interface Claim {
  claim_token: string;
  claimed: number;
  remaining: number;
  read_started_at: string;
  leads: Array<{ lead_id: string; twenty_id: string; email: string | null }>;
}

export interface Completion {
  results: Array<{
    lead_id: string;
    sync_status: string;
    dead: boolean;
    stale: boolean;
    next_attempt_at: string | null;
  }>;
  counts: Record<string, number>;
}

/** What the tests do with the store: its functions through supabase-js and PostgREST, and SQL as a user of the database would write it. */
export class Store {
  sql!: Client;
  private supabase!: SupabaseClient;

  /** @param token what opens it beside the publishable key; the project's secret key when left out */
  constructor(private readonly token?: string) {}

  static async open(token?: string): Promise<Store> {
    const store = new Store(token);
    await store.connect();
    return store;
  }

  /** Connects, and empties the database. */
  async connect(): Promise<void> {
    const { token } = this;
    this.sql = await connectDatabase();
    await resetDatabase(this.sql);
    const {
      TEST_SUPABASE_URL: url = '',
      TEST_SUPABASE_SERVICE_KEY: secret = '',
      TEST_SUPABASE_ANON_KEY: anon = '',
    } = process.env;
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    const auth = { persistSession: false, autoRefreshToken: false };
    this.supabase = createClient(url, token ? anon : secret, { auth, global: { headers } });
  }

  close(): Promise<void> {
    return this.sql.end();
  }

  reset(): Promise<void> {
    return resetDatabase(this.sql);
  }

  /** Calls a function as the nodes do; an error of PostgREST is thrown with its code. */
  async rpc<T = Json>(name: string, args: Json = {}): Promise<T> {
    const { data, error } = await this.supabase.rpc(name, args);
    if (error) throw Object.assign(new Error(error.message), { code: error.code, hint: error.hint });
    return data as T;
  }

  async rows<T extends Json = Json>(query: string, values: unknown[] = []): Promise<T[]> {
    return (await this.sql.query<T>(query, values)).rows;
  }

  async now(): Promise<string> {
    const [row] = await this.rows<{ now: string }>('select to_json(clock_timestamp()) as now');
    return row.now;
  }

  /** Sends snapshots through the door as a pull or webhook would, read just now unless said otherwise. */
  async pull(snapshots: Json[], args: Json = {}): Promise<DoorAnswer> {
    const p_read_started_at = args.p_read_started_at ?? (await this.now());
    return this.rpc<DoorAnswer>('upsert_leads', { p_leads: snapshots, p_source: 'twenty', ...args, p_read_started_at });
  }

  claim(limit = 200): Promise<Claim> {
    return this.rpc<Claim>('get_leads_for_sync', { p_limit: limit });
  }

  /** The pre-push read: what Twenty holds of the claimed leads goes through the door, the answer says what to write. */
  plan(claim: Claim, snapshots: Json[]): Promise<DoorAnswer> {
    return this.pull(snapshots, { p_read_started_at: claim.read_started_at, p_claim_token: claim.claim_token });
  }

  /** A lead that is in both systems and settled; gives its person's snapshot. */
  async linked(values: Json = {}): Promise<Snapshot> {
    const snapshot = person({ first_name: 'Ada', email: `${randomUUID()}@example.com`, job_title: null, ...values });
    await this.pull([snapshot]);
    return snapshot;
  }

  /** A push up to its writes: what Twenty holds of what is due, and what is to be written. */
  async beginPush(snapshots: Json[] = [], limit?: number): Promise<DoorAnswer & { claim: Claim }> {
    const claim = await this.claim(limit);
    return { claim, ...(await this.plan(claim, snapshots)) };
  }

  /** A whole push, settled as if every write had landed. */
  async push(snapshots: Json[] = [], limit?: number): Promise<DoorAnswer & { claim: Claim }> {
    const begun = await this.beginPush(snapshots, limit);
    const results = begun.writes.map((write) => written(write));
    if (results.length > 0) await this.complete(begun.claim, results);
    return begun;
  }

  complete(claim: Claim, results: Json[]): Promise<Completion> {
    return this.rpc<Completion>('update_sync_status', { p_claim_token: claim.claim_token, p_results: results });
  }

  async lead(id: string): Promise<Json> {
    const [row] = await this.rows('select * from public.leads where id = $1', [id]);
    return row;
  }

  async state(id: string): Promise<Json> {
    const [row] = await this.rows('select * from lead_sync.lead_states where lead_id = $1', [id]);
    return row;
  }

  /** Inserts a lead as a form would and returns its id. */
  async addLead(values: Json): Promise<string> {
    const columns = Object.keys(values);
    const [row] = await this.rows<{ id: string }>(
      `insert into public.leads (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning id`,
      Object.values(values),
    );
    return row.id;
  }

  async editLead(id: string, values: Json): Promise<void> {
    const columns = Object.keys(values);
    await this.sql.query(
      `update public.leads set ${columns.map((c, i) => `${c} = $${i + 2}`).join(', ')} where id = $1`,
      [id, ...Object.values(values)],
    );
  }
}

/** A store for the tests of this block: empty before each of them, or before all of them `once`. */
export function useStore(empty: 'each' | 'once' = 'each'): Store {
  const store = new Store();
  beforeAll(() => store.connect());
  if (empty === 'each') beforeEach(() => store.reset());
  afterAll(() => store.close());
  return store;
}

/** Resolves once another connection waits for a lock that this one's transaction holds. */
export async function isWaitedFor(client: Client): Promise<void> {
  const { rows } = await client.query(
    'select from pg_locks as l where not l.granted and pg_backend_pid() = any (pg_blocking_pids(l.pid))',
  );
  if (rows.length === 0) await isWaitedFor(client);
}

/** A snapshot of a live person as the Twenty node hands it over. */
export function person(values: Json = {}): Snapshot {
  return {
    twenty_id: randomUUID(),
    twenty_created_at: '2026-01-01T00:00:00.000Z',
    twenty_updated_at: '2026-01-02T00:00:00.000Z',
    twenty_deleted_at: null,
    ...values,
  };
}

/** An e-mail that no index takes: 4 kB that do not compress. */
export const longEmail = (): string => `${randomBytes(3000).toString('base64url')}@example.com`;

/** What Twenty answers to a planned write that landed: the values as sent, or as given. */
export function written(write: PlannedWrite, values: Json = {}): Json {
  return {
    lead_id: write.lead_id,
    op: write.op,
    ok: true,
    twenty_id: write.twenty_id,
    twenty_created_at: '2026-01-01T00:00:00.000Z',
    twenty_updated_at: new Date().toISOString(),
    twenty_deleted_at: write.op === 'delete' ? new Date().toISOString() : null,
    values: { ...write.values, ...values },
  };
}

/** What the node reports of a write that did not land. */
export function failed(write: PlannedWrite, category: string, outcome: string, message = 'no'): Json {
  return { lead_id: write.lead_id, op: write.op, ok: false, category, outcome, message };
}
