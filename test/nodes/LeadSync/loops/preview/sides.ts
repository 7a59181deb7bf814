import fc from 'fast-check';
import { createWorkspaceDouble, type JsonObject, type TwentyWorkspaceDouble } from '../../../../../stand-ins/twenty';
import { pull } from '../../../../../nodes/LeadSync/loops/pull';
import { push } from '../../../../../nodes/LeadSync/loops/push';
import { preview, type PreviewOrder } from '../../../../../nodes/LeadSync/loops/preview/preview';
import type { Counts, PreviewReport } from '../../../../../nodes/LeadSync/loops/preview/report';
import { addCounts } from '../../../../../nodes/LeadSync/loops/preview/report';
import { twentyReads } from '../../../../../nodes/LeadSync/loops/preview/twenty-reads';
import { twentyPort } from '../../../../../nodes/LeadSync/n8n-ports';
import type { PushResult, Write } from '../../../../../nodes/lead';
import { defaultMapping } from '../../../../../nodes/lead';
import { prepareWorkspace } from '../../../../../nodes/Twenty/leads/prepare';
import { TwentyClient } from '../../../../../nodes/Twenty/transport/client';
import { RateBudget, type Clock } from '../../../../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../../../../nodes/Twenty/transport/url';
import { QUIET } from '../../../../../proofs/quiet-control';
import type { Json, Store } from '../../../../database/store';

const CLOCK: Clock = { now: () => performance.now(), sleep: () => Promise.resolve() };

/** Small, so that few leads make several pages and claims. */
export const SIZES = { pageSize: 3, batchSize: 4 };

const ORDER: PreviewOrder = {
  mode: 'delta',
  policy: null,
  strict: false,
  mapping: null,
  examples: 3,
  ...SIZES,
};

/** What is synced: as the loops call it, and the table of its rows. */
export interface Kind {
  object: string | null;
  table: string;
}

export const LEADS: Kind = { object: null, table: 'public.leads' };

/** What a sync did or would do, in the same words. */
export interface Outcome {
  supabase: Counts;
  twenty: Counts;
  conflicts: Counts;
}

/** A database and a Twenty of its own, and the loops between them. */
export class Sides {
  readonly double: TwentyWorkspaceDouble = createWorkspaceDouble({ rateLimit: false });
  readonly client: TwentyClient;

  constructor(
    readonly store: Store,
    nth: number,
  ) {
    const urls = readTwentyUrl(`http://twenty-preview-${nth}.test`);
    if (!urls) throw new Error('The address of the double cannot be read.');
    this.client = new TwentyClient({
      urls,
      clock: CLOCK,
      budget: new RateBudget(1e9, CLOCK),
      send: ({ method, url, body }) => {
        const { pathname, search } = new URL(url);
        const headers = { authorization: `Bearer ${this.double.apiKey}`, 'content-type': 'application/json' };
        const {
          status,
          headers: given,
          body: text,
        } = this.double.handle({ method, path: pathname + search, headers, body });
        return Promise.resolve({ status, headers: given, text });
      },
    });
  }

  async prepare(): Promise<void> {
    await prepareWorkspace(this.client, 'person', defaultMapping());
  }

  async preview(order: Partial<PreviewOrder> = {}): Promise<PreviewReport> {
    return await preview(
      { twenty: (settings) => twentyReads(this.client, settings), store: this.store, control: QUIET },
      { ...ORDER, ...order },
    );
  }

  /** A pull and a push; what came of them, by what the database and Twenty were told and answered. */
  async sync({ object, table }: Kind = LEADS): Promise<Outcome> {
    const before = await this.store.rows<{ id: string; twenty_id: string | null }>(
      `select id, twenty_id from ${table}`,
    );
    const known = new Set(before.map(({ id }) => id));
    const twenty: Counts = { fields: {} };
    const merged = new MergedPeople();
    const claimed = new Set<string>();
    const planned = new Map<unknown, Write[]>();
    const rpc = async <T>(name: string, args: Json): Promise<T> => {
      const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
      if (name === 'update_sync_status') addCounts(twenty, await this.leftOut(args.p_results as PushResult[]));
      const answer = await this.store.rpc<T>(name, given);
      if (name === 'upsert_leads') {
        planned.set(args.p_claim_token, await this.whole((answer as { writes: Write[] }).writes));
        merged.note(answer as { results: MergeResult[] });
      }
      if (name === 'get_leads_for_sync') {
        for (const { lead_id } of (answer as { leads: Array<{ lead_id: string }> }).leads) claimed.add(lead_id);
      }
      if (name === 'update_sync_status') {
        countWrites(twenty, planned.get(args.p_claim_token) ?? [], args.p_results as PushResult[]);
      }
      return answer;
    };
    const ports = {
      twenty: (settings: Parameters<typeof twentyPort>[1]) => twentyPort(this.client, settings),
      store: { rpc },
      control: QUIET,
    };
    const [{ at }] = await this.store.rows<{ at: string }>('select clock_timestamp()::text as at');
    await pull(ports, { object, mode: 'delta', trigger: 'manual', policy: null, pageSize: SIZES.pageSize });
    await push(ports, { object, trigger: 'manual', policy: null, strict: false, batchSize: SIZES.batchSize });
    addCounts(twenty, await this.held(table, [...claimed]));
    return {
      supabase: { ...(await this.changedLeads(known, at)), ...merged.counts() },
      twenty,
      conflicts: await this.conflicts(at),
    };
  }

  /** Without those that only blank an e-mail for another lead to go first: their leads' own writes follow. */
  private async whole(writes: readonly Write[]): Promise<Write[]> {
    const blanks = writes.filter(({ values }) => values.email === null).map(({ lead_id }) => lead_id);
    const halves = await this.store.rows<{ id: string }>(
      'select id from public.leads where id = any ($1) and email is not null',
      [blanks],
    );
    return writes.filter(({ lead_id }) => !halves.some(({ id }) => id === lead_id));
  }

  /** Of the leads that the push took, those that it could not send, by category. */
  private async held(table: string, claimed: string[]): Promise<Counts> {
    const counts: Counts = { held: {} };
    const rows = await this.store.rows<{ category: string | null }>(
      `select s.error_category as category
       from ${table} as l join lead_sync.lead_states as s on s.lead_id = l.id where l.id = any ($1) and l.sync_status = 'error'`,
      [claimed],
    );
    for (const { category } of rows) addCounts(counts, { held: { [category ?? 'error']: 1 } });
    return counts;
  }

  /** The fields that leads went without: by the plan of their writes, or because Twenty's fields do not take them. */
  private async leftOut(results: PushResult[]): Promise<Counts> {
    const counts: Counts = { left_out: {} };
    const planned = await this.store.rows<{ id: string; fields: string[] }>(
      `select s.lead_id as id, array(select jsonb_object_keys(s.intent -> 'left_out')) as fields
       from lead_sync.lead_states as s where s.lead_id = any ($1) and s.intent ? 'left_out'`,
      [results.map(({ lead_id }) => lead_id)],
    );
    const ok = results.filter((result) => result.ok);
    for (const { lead_id, ...result } of ok) {
      const own = planned.find(({ id }) => id === lead_id)?.fields ?? [];
      const fields = [...own, ...Object.keys('left_out' in result ? (result.left_out ?? {}) : {})];
      for (const field of fields) addCounts(counts, { left_out: { [field]: 1 } });
    }
    return counts;
  }

  /** What history says of leads: made, or which fields were taken. */
  private async changedLeads(known: ReadonlySet<string>, since: string): Promise<Counts> {
    const counts: Counts = { fields: {} };
    const taken = await this.store.rows<{ lead_id: string; fields: string[] }>(
      `select lead_id, fields_changed as fields from public.lead_sync_history
       where synced_at >= $1 and sync_direction = 'twenty_to_supabase' and lead_id is not null`,
      [since],
    );
    const made = new Set(taken.map(({ lead_id }) => lead_id).filter((id) => !known.has(id)));
    addCounts(counts, { created: made.size });
    for (const { fields } of taken.filter(({ lead_id }) => known.has(lead_id))) {
      addCounts(counts, { fields: Object.fromEntries(fields.map((field) => [field, 1])) });
    }
    return counts;
  }

  private async conflicts(since: string): Promise<Counts> {
    const counts: Counts = {};
    const rows = await this.store.rows<{ field: string; winner: string }>(
      'select field, winner from public.lead_sync_conflicts where created_at >= $1',
      [since],
    );
    for (const { field, winner } of rows) addCounts(counts, { [field]: { [winner]: 1 } });
    return counts;
  }

  people(): JsonObject[] {
    return this.double.store.list('person', { withDeleted: true });
  }
}

interface MergeResult {
  twenty_id: string | null;
  result: string;
  reason: string | null;
  linked?: boolean;
}

/** What the door said of people, each of whom may come through it more than once. */
class MergedPeople {
  private readonly linked = new Set<string>();

  note({ results }: { results: MergeResult[] }): void {
    for (const { twenty_id, linked } of results) {
      if (twenty_id !== null && linked) this.linked.add(twenty_id);
    }
  }

  counts(): Counts {
    return { linked: this.linked.size };
  }
}

const DONE = { create: 'created', update: 'updated', delete: 'deleted', restore: 'restored' } as const;

function countWrites(counts: Counts, writes: readonly Write[], results: readonly PushResult[]): void {
  for (const { op, values, lead_id } of writes) {
    if (!results.some((result) => result.ok && result.lead_id === lead_id)) continue;
    addCounts(counts, { [DONE[op]]: 1 });
    if (op === 'update' || op === 'restore') {
      addCounts(counts, { fields: Object.fromEntries(Object.keys(values).map((field) => [field, 1])) });
    }
  }
}

const emails = fc.constantFrom(...'abcdefgh'.split('').map((name) => `${name}@example.com`));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 3 });
const titles = fc.constantFrom('Admiral', 'Countess', 'Engineer');
const cities = fc.constantFrom('Paris', 'Lyon');
const phones = fc.constantFrom('+33612345678', '+12025550143', 'call me');
const companies = fc.constantFrom(
  { name: 'Acme', domain: 'acme.example' },
  { name: 'ACME Inc', domain: 'acme.example' },
  { name: 'Globex', domain: null },
  { name: 'Initech', domain: 'initech.example' },
);

export interface SomeLead {
  id: string;
  email: string | null;
  title: string | null;
  city: string | null;
  phone: string | null;
  company: { name: string | null; domain: string | null } | null;
}

export interface SomePerson extends SomeLead {
  others: string[];
  deleted: boolean;
}

const lead: fc.Arbitrary<SomeLead> = fc.record({
  id: fc.uuid({ version: 4 }),
  email: maybe(emails),
  title: maybe(titles),
  city: maybe(cities),
  phone: maybe(phones),
  company: maybe(companies),
});

const person: fc.Arbitrary<SomePerson> = fc.record({
  id: fc.uuid({ version: 4 }),
  email: maybe(emails),
  title: maybe(titles),
  city: maybe(cities),
  phone: maybe(fc.constantFrom('+33612345678', '+12025550143')),
  company: maybe(companies),
  deleted: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
  others: fc.uniqueArray(emails, { maxLength: 2 }),
});

export type Edit = { nth: number; title: string | null } & (
  { email: string | null } | { city: string } | { deleted: boolean }
);

const edit: fc.Arbitrary<Edit> = fc
  .tuple(
    fc.nat(),
    maybe(titles),
    fc.oneof(fc.record({ email: maybe(emails) }), fc.record({ city: cities }), fc.record({ deleted: fc.boolean() })),
  )
  .map(([nth, title, change]) => ({ nth, title, ...change }));

/** Two sides, and what happens to them after a first sync; none: it is not synced before. */
export const sides = fc.record({
  leads: fc.uniqueArray(lead, { maxLength: 9, selector: ({ id }) => id }),
  people: fc.uniqueArray(person, { maxLength: 9, selector: ({ id }) => id }),
  editsHere: fc.array(edit, { maxLength: 5 }),
  editsThere: fc.array(edit, { maxLength: 5 }),
  isSynced: fc.boolean(),
});

export type SomeSides = typeof sides extends fc.Arbitrary<infer T> ? T : never;
