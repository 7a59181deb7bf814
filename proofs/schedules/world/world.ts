import type { VirtualClock } from '../systems/clock';
import type { Conditions } from '../systems/conditions';
import type { Json, SyncDatabase } from '../systems/database';
import { FIELDS, valuesOfLead, valuesOnTheWay, type Values } from '../systems/fields';
import { idOf } from '../systems/ids';
import type { TwentySide } from '../systems/twenty-side';
import { Violation, type Invariant } from '../violation';
import { noteMerged, type Delivery, type DoorResult } from './agreement';
import { Ledger, type Pair } from './ledger';
import { Merges, type MergeOrder } from './merges';
import { Touches } from './touches';

/** How far back a delta reads before its cursor, as the protocol has it. */
export const OVERLAP_MS = 120_000;

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

/** How often something could not be asserted, and why. */
export interface Exemptions {
  /** Fields overwritten, deletes undone, people brought back between a read and its write. */
  honestLimits: number;
  /** Leads held with a cause: an e-mail that another person has, a value that Twenty refuses. */
  held: number;
}

export const NO_EXEMPTIONS: Exemptions = { honestLimits: 0, held: 0 };

/** Both systems, what people did to them, and what the sync did about it. */
export class World {
  readonly ledger = new Ledger();
  readonly touches = new Touches();
  readonly merges = new Merges();
  readonly exemptions: Exemptions = { ...NO_EXEMPTIONS };
  /** People whose last change no delta can see: stamped too far in the past, or gone without a trace. */
  readonly unseenPeople = new Set<string>();
  /** Told of a replica that left out what was created just now. */
  onLagging = (): void => undefined;
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
  /** What a push is about to send to people, or has sent unheard, by lead. */
  readonly intended = new Map<string, Partial<Values>>();
  leads: LeadRow[] = [];
  /** Whether anything was to wait for a yes. */
  hasApprovals = false;
  /** Whether anybody has set a filter. */
  hasFilters = false;
  /** By the snapshots of a call of the door, the indexes of those of people outside the filter. */
  readonly outside = new WeakMap<object, ReadonlySet<number>>();
  /** How far Twenty has been read, in milliseconds since the epoch. */
  cursor = 0;
  /** The first violation counts; it is thrown when the schedule's step ends. */
  violation: Violation | null = null;
  private made = 0;

  constructor(
    readonly clock: VirtualClock,
    readonly database: SyncDatabase,
    readonly twenty: TwentySide,
    readonly conditions: Conditions,
  ) {}

  /** These snapshots were merged; all of them come again at the end. */
  noteDelivery(delivery: Delivery, results: DoorResult[]): void {
    this.deliveries.push(delivery);
    noteMerged(this, delivery, results, this.outside.get(delivery.snapshots));
    this.dropLanded(delivery, results);
  }

  /** What a push intended has landed once a merged snapshot shows any of it. */
  private dropLanded({ snapshots }: Delivery, results: DoorResult[]): void {
    for (const { index, lead_id: leadId, result } of results) {
      const snapshot = index === null ? undefined : snapshots[index];
      const intended = this.intended.get(leadId ?? '');
      if (!snapshot || 'absent' in snapshot || !intended || ['stale', 'rejected'].includes(result)) continue;
      const shown = valuesOnTheWay({ ...snapshot, deleted_at: snapshot.twenty_deleted_at });
      if (FIELDS.some((field) => field in intended && intended[field] === shown[field]))
        this.intended.delete(leadId ?? '');
    }
  }

  /** Whether a person with these values is one who asked to be forgotten, by the id or an address. */
  isForgotten(personId: string, { email, additional_emails }: Values): boolean {
    const others = additional_emails?.split(',') ?? [];
    return [personId, email, ...others].some((trace) => trace !== null && this.forgotten.has(trace));
  }

  /** Somebody writes who may have asked to be forgotten: whom reads have left out since, no delta shows again. */
  noteWelcome(address: string): void {
    if (!this.forgotten.delete(address)) return;
    for (const person of this.twenty.people()) {
      const { email, additional_emails } = this.twenty.values(person);
      if ([email, ...(additional_emails?.split(',') ?? [])].includes(address)) this.unseenPeople.add(String(person.id));
    }
  }

  /** Leads with their people, as both sides show them. */
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
    if (person) this.exemptIntended(id, before, this.twenty.values(person));
    if (person) this.ledger.noteChange('remote', id, before, this.twenty.values(person));
    this.webhooks.push({ object: 'person', record_id: id });
    this.noteVisible(id);
    this.seePeople();
    this.ledger.look(this.pairs());
  }

  /** Somebody writes in Twenty just what a push intends to write: nothing tells the two apart. */
  private exemptIntended(id: string, before: Values | null, after: Values): void {
    const intended = this.intended.get(this.ledger.leadOf(id));
    for (const field of FIELDS) {
      if (before === null || after[field] === before[field] || intended?.[field] !== after[field]) continue;
      this.exemptions.honestLimits += 1;
      this.ledger.exemptField(id, field);
    }
  }

  /** A delta sees a record again when its stamp lies within the next window. */
  noteVisible(id: string): void {
    const person = this.twenty.person(id);
    const stamp = Date.parse(String(person?.updatedAt));
    this.tracelessPeople.delete(id);
    if (!person || stamp < this.twenty.latestWindow - OVERLAP_MS) this.unseenPeople.add(id);
    else this.unseenPeople.delete(id);
  }

  /** Something of a person changed that nothing in its record shows. */
  noteTraceless(id: string): void {
    this.unseenPeople.add(id);
    this.tracelessPeople.add(id);
    const person = this.twenty.person(id);
    // of a create whose answer was lost, a blank may be what was left out, and only an edit tells otherwise
    if (person && this.ledger.isUnheard(id) && this.twenty.values(person).company === null) {
      this.exemptions.honestLimits += 1;
      this.ledger.exemptField(id, 'company');
    }
  }

  /** A replica left out who was created just now: those stamped long ago, no later delta sees. */
  noteLagging(): void {
    const { twenty } = this;
    for (const person of twenty.people()) {
      const isOld = Date.parse(String(person.updatedAt)) < twenty.now() - OVERLAP_MS;
      if (isOld && twenty.isLagging(String(person.createdAt))) this.unseenPeople.add(String(person.id));
    }
    this.onLagging();
  }

  /** A person is gone, who may be seen by no delta. */
  noteDestroyed(id: string): void {
    this.ledger.noteDestroyed(id);
    this.destroyedAt.set(id, this.ledger.now);
    this.unseenPeople.add(id);
    this.webhooks.push({ object: 'person', record_id: id });
  }

  /** Somebody asks to merge two leads: the dropped one is to be deleted. */
  noteMergeAsked(order: MergeOrder): void {
    this.merges.ask(order);
    this.ledger.expectDeletion(order.drop);
  }

  /** The sync has had Twenty merge two people. */
  noteMergedAway(id: string, into: string): void {
    this.noteDestroyed(id);
    this.mergedInto.set(id, into);
    this.merges.noteMergedAway(id);
  }

  /** Notes who has appeared in Twenty. */
  seePeople(): void {
    const known = new Set(this.peopleOrder);
    for (const { id } of this.twenty.people()) if (!known.has(String(id))) this.peopleOrder.push(String(id));
  }

  fail(invariant: Invariant, message: string): void {
    this.violation ??= new Violation(invariant, message);
  }

  nextId(): string {
    this.made += 1;
    return idOf(String(this.made));
  }
}
