import type { Snapshot, Absence } from '../../nodes/lead';
import type { HttpAnswer } from '../../nodes/Twenty/transport/failures';
import type { HttpRequest } from '../../nodes/Twenty/transport/client';
import { noteMerged, type DoorResult } from './agreement';
import type { VirtualClock } from './clock';
import { RpcError, type Json, type SyncDatabase } from './database';
import { judgeWrite } from './effects';
import { assertEqualWhereSynced } from './equality';
import { COLUMNS, FIELDS, SHARED_HOSTS, valuesOfLead, type Values } from './fields';
import { idOf } from './ids';
import { Ledger, type Pair } from './ledger';
import type { Fault, TwentySide } from './twenty-side';
import { Violation } from './violation';
import type { Worker } from './worker';

/** What a schedule is played under. */
export interface Conditions {
  /** Seconds by which Twenty's clock is ahead of ours. */
  skew: number;
  /** Whether pushes write only what is as it was read. */
  strict: boolean;
  /** A policy for all runs; null for each field's own. */
  policy: 'last_write_wins' | 'twenty_wins' | 'supabase_wins' | 'fill_blank' | null;
  /** Which way deletions and restores travel. */
  deletion: 'both' | 'to_supabase' | 'to_twenty' | 'none';
}

/** Whether deletions and restores travel to a side. */
export function deletionFlows({ deletion }: Conditions, to: 'to_supabase' | 'to_twenty'): boolean {
  return deletion === 'both' || deletion === to;
}

/** What a webhook is good for: the record that it names. */
export interface WebhookEvent {
  object: 'person' | 'company';
  record_id: string;
}

export interface LeadRow extends Json {
  id: string;
  twenty_id: string | null;
  sync_status: string;
  sync_error_message: string | null;
  /** The lead that this one has joined, as their people were merged. */
  joined: string | null;
  /** The address under which Twenty knew its person last. */
  address: string | null;
}

/** Snapshots that went through the door, to be sent again at the end. */
export interface Delivery {
  snapshots: Array<Snapshot | Absence>;
  readStartedAt: string;
  /** Ledger time of the read. */
  readAt: number;
}

/** How often something could not be asserted, and why. */
export interface Exemptions {
  /** Fields overwritten, deletes undone, people brought back between a read and its write. */
  honestLimits: number;
  /** Leads held with a cause: an e-mail that another person has, a value that Twenty refuses. */
  held: number;
}

export const NO_EXEMPTIONS: Exemptions = { honestLimits: 0, held: 0 };

const COLUMN_LIST = [
  'id',
  'twenty_id',
  'sync_status',
  'sync_error_message',
  'left_out',
  ...FIELDS.flatMap((field) => COLUMNS[field]),
];
const LEADS_QUERY = `select coalesce(json_agg(json_build_object('joined', s.joined, 'address', lower(s.base_remote ->> 'email'), ${COLUMN_LIST.map((c) => `'${c}', l.${c}`).join(', ')})
    order by l.id), '[]') as leads, (select max(c.cursor) from lead_sync.cursors as c) as cursor,
    (select coalesce(max(c.id), 0)::integer from public.lead_sync_conflicts as c) as conflict from public.leads as l left join lead_sync.lead_states as s on s.lead_id = l.id`;

/** Both systems, what people did to them, and what the sync did about it. */
export class World {
  readonly ledger = new Ledger();
  readonly exemptions: Exemptions = { ...NO_EXEMPTIONS };
  /** People whose last change no delta can see: stamped too far in the past, or gone without a trace. */
  readonly unseenPeople = new Set<string>();
  /** People changed without a new time of theirs: what reconciliation goes by did not move. */
  readonly tracelessPeople = new Set<string>();
  /** Leads that were changed past the triggers. */
  readonly unseenLeads = new Set<string>();
  /** Leads that people made, in order, those they removed for good included. */
  readonly userLeads: string[] = [];
  readonly destroyedLeads = new Set<string>();
  /** Ids and addresses of people who asked to be forgotten and did not write anew. */
  readonly forgotten = new Set<string>();
  /** People in order of appearance. */
  readonly peopleOrder: string[] = [];
  /** People that the sync created, by id: how many are there or were destroyed by a person. */
  readonly created = new Set<string>();
  readonly destroyedAt = new Map<string, number>();
  /** People who were merged away, and into whom. */
  readonly mergedInto = new Map<string, string>();
  readonly deliveries: Delivery[] = [];
  /** Webhooks on their way: the records that they name. Those that no step lets arrive are lost. */
  readonly webhooks: WebhookEvent[] = [];
  leads: LeadRow[] = [];
  private cursor = 0;
  private made = 0;

  constructor(
    readonly clock: VirtualClock,
    readonly database: SyncDatabase,
    readonly twenty: TwentySide,
    readonly conditions: Conditions,
  ) {}

  /** A call of a worker to the database. A call with an old token must change nothing. */
  async rpc<T = Json>(worker: Worker, name: string, args: Json): Promise<T> {
    const fault = await worker.turn(name);
    if (fault === 'slow') this.clock.advance(45_000);
    const old = worker.maybeFenced ? await this.oldToken(args) : null;
    const before = await this.fencedState(old);
    try {
      return await this.database.rpc<T>(name, args);
    } catch (error) {
      if (error instanceof Violation) this.fail(error);
      if (!(error instanceof RpcError) || error.code !== 'PT409') throw error;
      worker.error = error;
      throw error;
    } finally {
      if ((await this.fencedState(old)) !== before) {
        this.fail(new Violation('Fenced', `${name} of ${worker.name} with an old token changed something`));
      }
      if (MERGING.has(name)) await this.look('sync');
    }
  }

  /** A request of a worker to Twenty. */
  async send(worker: Worker, request: HttpRequest): Promise<HttpAnswer> {
    const isWrite = request.body?.includes('"mutation') ?? false;
    const operation = /\{"query":"(?:query|mutation)\([^{]*\{(\w+)/.exec(request.body ?? '')?.[1] ?? request.url;
    const askedAt = this.clock.now();
    let fault = await worker.turn(operation);
    if (this.clock.now() - askedAt > request.timeoutMs) {
      // it slept with the request in its hand: the client gave up, and at most Twenty carries it out late
      if (fault !== 'late') throw Object.assign(new Error('timeout of 60000ms exceeded'), { code: 'ETIMEDOUT' });
      fault = 'late';
    } else if (fault === 'late') this.clock.advance(request.timeoutMs);
    if (!isWrite) {
      if (worker.phase === 'read') worker.readAt = this.ledger.now;
      const answer = await this.twenty.carry(request, fault);
      if (fault === 'lagging') this.noteLagging();
      return answer;
    }
    const before = this.twenty.snapshot();
    const stamps = new Map(this.twenty.people().map((person) => [String(person.id), person.updatedAt]));
    try {
      return await this.twenty.carry(request, fault);
    } finally {
      const after = this.twenty.snapshot();
      this.ledger.look(this.pairs());
      worker.writtenAt = this.ledger.now;
      judgeWrite(this, worker, { operation, before, after, isLate: fault === 'late' });
      for (const person of this.twenty.people()) {
        if (stamps.get(String(person.id)) === person.updatedAt) continue;
        this.noteVisible(String(person.id));
        this.webhooks.push({ object: 'person', record_id: String(person.id) });
      }
      this.noteNamedCompanies(before, after, stamps);
      this.assertNoHostIsCompany();
      this.seePeople();
    }
  }

  /** The company of these people got a name from somebody else's lead: nothing in the people shows it, only webhooks of the company do. */
  private noteNamedCompanies(
    before: Map<string, Values>,
    after: Map<string, Values>,
    stamps: Map<string, unknown>,
  ): void {
    for (const [id, { company }] of after) {
      const person = this.twenty.person(id);
      if (!person || stamps.get(id) !== person.updatedAt || before.get(id)?.company === company) continue;
      this.unseenPeople.add(id);
      this.tracelessPeople.add(id);
      this.webhooks.push({ object: 'company', record_id: String(person.companyId) });
    }
  }

  /** Of the domains of companies, none is a host that many share. */
  private assertNoHostIsCompany(): void {
    for (const { domainName } of this.twenty.double.store.list('company', { withDeleted: true })) {
      const host = String((domainName as Json | null)?.primaryLinkUrl).replace(/^https?:\/\//, '');
      if (SHARED_HOSTS.includes(host)) this.fail(new Violation('Converged', `${host} was taken for a company`));
    }
  }

  /** Sends snapshots through the door as a webhook's reader would. */
  async deliver(delivery: Delivery): Promise<void> {
    const { results } = await this.database.rpc<{ results: DoorResult[] }>('upsert_leads', {
      p_leads: delivery.snapshots,
      p_source: 'twenty',
      p_read_started_at: delivery.readStartedAt,
    });
    await this.look('sync');
    this.noteDelivery(delivery, results);
  }

  /** A window was opened: what is stamped far before now, no delta sees. */
  noteWindow(): void {
    this.twenty.latestWindow = Math.max(this.twenty.latestWindow, this.twenty.now());
  }

  /** These snapshots were merged; all of them come again at the end. */
  noteDelivery(delivery: Delivery, results: DoorResult[]): void {
    this.deliveries.push(delivery);
    noteMerged(this.ledger, delivery, results);
  }

  /**
   * Reads the leads and notes what has got across; the cursor must not have gone back.
   * @param by who may have changed them
   */
  async look(by: 'user' | 'sync' = 'user'): Promise<void> {
    const [row] = await this.database.read<{ leads: LeadRow[]; cursor: Date | null; conflict: number }>(LEADS_QUERY);
    const { leads, cursor, conflict } = row;
    const known = new Map(this.leads.map((lead) => [lead.id, lead]));
    this.leads = leads;
    this.ledger.lastConflict = Math.max(this.ledger.lastConflict, conflict);
    for (const lead of leads) if (lead.deleted_at !== null) this.assertDeletedBySomebody(lead);
    if (by === 'sync' && !deletionFlows(this.conditions, 'to_supabase')) {
      for (const lead of leads) this.assertDeletionStays(lead, known.get(lead.id));
    }
    for (const lead of leads) if (lead.joined !== (known.get(lead.id)?.joined ?? null)) this.noteJoined(lead, known);
    if (by === 'sync') await assertEqualWhereSynced(this);
    for (const lead of leads) if (!known.has(lead.id)) this.noteNewLead(lead, by);
    this.ledger.look(this.pairs());
    for (const lead of leads) {
      if (lead.twenty_id === null || this.twenty.person(lead.twenty_id)) continue;
      this.ledger.lookGone(lead.id, lead.twenty_id, valuesOfLead(lead));
    }
    const time = cursor?.getTime() ?? 0;
    if (time < this.cursor) {
      this.fail(new Violation('Monotone cursor', `went back from ${iso(this.cursor)} to ${iso(time)}`));
    }
    this.cursor = Math.max(this.cursor, time);
  }

  /** Whether a person is one who asked to be forgotten, by the id or an address. */
  isForgotten(personId: string): boolean {
    const person = this.twenty.person(personId);
    const { email, additional_emails = null } = person ? this.twenty.values(person) : { email: null };
    const others = additional_emails?.split(',') ?? [];
    return [personId, email, ...others].some((trace) => trace !== null && this.forgotten.has(trace));
  }

  pairs(): Pair[] {
    return this.leads.flatMap((lead) => {
      const person = lead.twenty_id === null ? undefined : this.twenty.person(lead.twenty_id);
      if (!person) return [];
      return [
        { leadId: lead.id, personId: String(person.id), local: valuesOfLead(lead), remote: this.twenty.values(person) },
      ];
    });
  }

  /** Notes a change that a person made in Twenty, and whether a delta will see it. */
  noteRemoteChange(id: string, before: Values | null): void {
    const person = this.twenty.person(id);
    if (person) this.ledger.noteChange('remote', id, before, this.twenty.values(person));
    this.webhooks.push({ object: 'person', record_id: id });
    this.noteVisible(id);
    this.seePeople();
    this.ledger.look(this.pairs());
  }

  /** A delta sees a record again when its stamp lies within the next window. */
  noteVisible(id: string): void {
    const person = this.twenty.person(id);
    const stamp = Date.parse(String(person?.updatedAt));
    this.tracelessPeople.delete(id);
    if (!person || stamp < this.twenty.latestWindow - OVERLAP_MS) this.unseenPeople.add(id);
    else this.unseenPeople.delete(id);
  }

  /** A replica left out who was created just now: those stamped long ago, no later delta sees. */
  private noteLagging(): void {
    const { twenty } = this;
    for (const person of twenty.people()) {
      const isOld = Date.parse(String(person.updatedAt)) < twenty.now() - OVERLAP_MS;
      if (isOld && twenty.isLagging(String(person.createdAt))) this.unseenPeople.add(String(person.id));
    }
  }

  private seePeople(): void {
    const known = new Set(this.peopleOrder);
    for (const { id } of this.twenty.people()) if (!known.has(String(id))) this.peopleOrder.push(String(id));
  }

  /** A lead counts as deleted when somebody deleted it, or its person, or made the person vanish. */
  private assertDeletedBySomebody({ id, twenty_id }: LeadRow): void {
    if (this.ledger.wasDeleted(id)) return;
    const person = twenty_id === null ? undefined : this.twenty.person(twenty_id);
    if (!person || person.deletedAt !== null || this.ledger.wasDeleted(String(person.id))) return;
    this.fail(new Violation('Tombstones', `lead ${id} was taken for deleted, and nobody had deleted it`));
  }

  /** Where deletions in Twenty stay there, the sync deletes and restores no lead. */
  private assertDeletionStays(lead: LeadRow, before: LeadRow | undefined): void {
    if (before && lead.joined === null && (before.deleted_at === null) !== (lead.deleted_at === null)) {
      this.fail(new Violation('Tombstones', `a deletion in Twenty came to lead ${lead.id}, where it must not`));
    }
  }

  /** What the lead that stays has got from the one that joined it counts as written to it here. */
  private noteJoined({ id, joined }: LeadRow, known: ReadonlyMap<string, LeadRow>): void {
    const [before, after] = [known.get(joined ?? ''), this.leads.find((lead) => lead.id === joined)];
    const given = known.get(id);
    if (!before || !after || !given) return;
    const [old, now, from] = [before, after, given].map(valuesOfLead);
    for (const field of FIELDS) {
      if (old[field] === null && now[field] !== null && now[field] === from[field])
        this.ledger.note('local', after.id, field, now[field]);
    }
  }

  /** A lead made from a snapshot of a person who is gone by now: only a full read or a compare finds out. */
  private noteNewLead({ id, twenty_id }: LeadRow, by: 'user' | 'sync'): void {
    if (twenty_id === null) return;
    if (by === 'sync' && !this.userLeads.includes(id) && this.isForgotten(twenty_id)) {
      this.fail(new Violation('Tombstones', `person ${twenty_id} was forgotten and came back as lead ${id}`));
    }
    const person = this.twenty.person(twenty_id);
    if (!person || person.deletedAt !== null) this.unseenPeople.add(twenty_id);
  }

  private async oldToken(args: Json): Promise<'run' | 'claim' | null> {
    const run = args.p_run as { id: string; token: string } | undefined;
    const [{ old }] = await this.database.read<{ old: 'run' | 'claim' | null }>(
      `select case
         when $1::uuid is not null and not exists (
           select from public.lead_sync_runs where id = $1 and token = $2::uuid and status = 'running') then 'run'
         when $4 and $3::uuid is not null and not exists (select from lead_sync.lead_states where claim_token = $3) then 'claim'
       end as old`,
      [run?.id ?? null, run?.token ?? null, args.p_claim_token ?? null, !('p_leads' in args)],
    );
    return old;
  }

  /** What a call with an old token must leave as it is; a run that still runs counts its calls all the same. */
  private async fencedState(old: 'run' | 'claim' | null): Promise<string> {
    if (old === null) return '';
    const state = JSON.parse(await this.fingerprint()) as Json;
    return JSON.stringify(old === 'run' ? state : { ...state, runs: null });
  }

  /** A digest of all that a fenced call must leave alone. */
  async fingerprint(): Promise<string> {
    const [row] = await this.database.read(FINGERPRINT);
    return JSON.stringify(row);
  }

  /** The first violation counts; it is thrown when the schedule's step ends. */
  violation: Violation | null = null;

  fail(violation: Violation): void {
    this.violation ??= violation;
  }

  nextId(): string {
    this.made += 1;
    return idOf(String(this.made));
  }
}

/** The functions that change leads and cursors. */
const MERGING = new Set(['upsert_leads', 'update_sync_status']);

/** How far back a delta reads before its cursor, as the protocol has it. */
export const OVERLAP_MS = 120_000;

// remote_updated_at says which version was seen last: a hint for reconciliation, which reads again when it is another
const digest = (table: string, row: string): string =>
  `(select md5(string_agg(${row}, '|' order by ${row})) from ${table})`;
const FINGERPRINT = `select ${digest('public.leads as l', 'l::text')} as leads,
  ${digest('lead_sync.lead_states as s', "(to_jsonb(s) - 'remote_updated_at')::text")} as states, ${digest('lead_sync.cursors as c', 'c::text')} as cursors,
  ${digest('public.lead_sync_runs as r', 'r::text')} as runs, (select count(*) from public.lead_sync_conflicts) as conflicts`;

function iso(time: number): string {
  return new Date(time).toISOString();
}

export type { Fault };
