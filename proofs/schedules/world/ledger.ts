import { FIELDS, isShownIn, type Field, type Values } from '../systems/fields';

export type Side = 'local' | 'remote';

/** The last thing that somebody wrote to a field on one side. */
export interface UserWrite {
  /** In comparable form. */
  value: string | null;
  /** As written, trimmed, where the side keeps it so: `public.leads` does. */
  raw?: string | null;
  /** When, in the schedule's order of events. */
  at: number;
  /** When the other side first showed it; null while it did not. */
  shownAt: number | null;
  /** The latest conflict at that time: only later ones can name this write. */
  lastConflict: number;
  /** When the sync last knew it for agreed on; null while it never did. */
  agreedAt: number | null;
  /** It went back to what both sides had agreed on then: no change against what the other side wrote later. */
  revertOf?: number;
  /** What was written before it, in order: a read under way may hold it. */
  earlier?: readonly UserWrite[];
  /** The lead had it from a person who is gone: a read of before may still bring what they had before that. */
  isInherited?: boolean;
}

/** What both sides of a field start from, and since when. */
interface Agreement {
  value: string | null;
  at: number;
}

/** A lead and the person it is linked to, as both sides show them. */
export interface Pair {
  leadId: string;
  personId: string;
  local: Values;
  remote: Values;
}

/**
 * What people wrote where, and whether the other side ever showed it: the ground truth against which lost writes are
 * told from overruled ones. The sync's own writes are not in it.
 */
export class Ledger {
  /** The number of events so far; each user write and each look is one. */
  now = 0;
  /** Number of the latest entry in the table of conflicts. */
  lastConflict = 0;
  /** Fields of people that an honest limit of the protocol met, as `person field`. */
  readonly exempt = new Set<string>();
  /** Fields of people that somebody wrote in Twenty, in another spelling of the same value, too: as `person field`. */
  private readonly spelled = new Set<string>();
  private readonly writes: Record<Side, Map<string, Map<Field, UserWrite>>> = { local: new Map(), remote: new Map() };
  /** Whatever anybody ever wrote to a field on a side, of whichever record. */
  private readonly everWritten = new Set<string>();
  private readonly deletions = new Set<string>();
  private readonly links = new Map<string, string>();
  /** What the two sides of a lead last agreed on, as far as calls of the sync showed it. */
  private readonly agreed = new Map<string, Map<Field, Agreement>>();
  /** What was written to people who were destroyed before the other side showed it: a read of before may still bring it. */
  private readonly unshown = new Map<string, Array<[Field, UserWrite]>>();
  /** People made again under their old ids, which the sync has not seen since, and when they were. */
  private readonly reborn = new Map<string, number>();

  /** Notes the fields that an edit changed. A blank in a new record is no write. */
  noteChange(
    side: Side,
    id: string,
    before: Values | null,
    after: Values,
    raw?: Partial<Record<Field, string | null>>,
  ): void {
    for (const field of FIELDS) {
      const value = after[field];
      const isRewritten = raw !== undefined && field in raw;
      if (before === null ? value === null : value === before[field] && !isRewritten) continue;
      this.note(side, id, field, value, raw?.[field]);
    }
  }

  note(side: Side, id: string, field: Field, value: string | null, raw?: string | null): void {
    const fields = this.writes[side].get(id) ?? new Map<Field, UserWrite>();
    this.now += 1;
    // back to what both sides agreed on: since then, all in all, nothing was changed
    const agreement = this.agreement(side, id, field);
    const other = this.counterpart(side, id, field);
    // what the other side has written and the sync does not know for agreed on is later than the agreement, whenever it was
    const revertOf = agreement?.value === value ? { revertOf: other?.agreedAt === null ? 0 : agreement.at } : {};
    const spelling = raw === undefined ? {} : { raw };
    if (field === 'deleted') this.expectDeletion(id);
    const { now: at, lastConflict } = this;
    this.everWritten.add(JSON.stringify([side, field, value]));
    const before = fields.get(field);
    const earlier = before === undefined ? [] : history(before);
    fields.set(field, { value, at, shownAt: null, agreedAt: null, lastConflict, ...revertOf, ...spelling, earlier });
    this.writes[side].set(id, fields);
  }

  /**
   * A lead got a value from one that joined it. What was written there and not agreed on may come in the same call after
   * Twenty's blank; what was agreed on was Twenty's to merge.
   */
  noteFilled(leadId: string, personId: string, joinedId: string, field: Field, value: string, wasBlank: boolean): void {
    const isAgreed = this.isAgreed(joinedId, field, value);
    if (!isAgreed) this.see(this.lastWrite('remote', personId, field), null);
    if (!isAgreed || wasBlank) this.note('local', leadId, field, value);
  }

  /** Whether a lead and its person agreed on a value last. */
  isAgreed(leadId: string, field: Field, value: string | null): boolean {
    return this.agreed.get(leadId)?.get(field)?.value === value;
  }

  /**
   * A snapshot was merged, or a write completed: these are the values both sides start from now.
   * @param seenAt when Twenty showed them
   */
  agree(leadId: string, values: Partial<Values>, seenAt: number): void {
    const personId = this.links.get(leadId) ?? leadId;
    if (seenAt >= (this.reborn.get(personId) ?? Infinity)) {
      this.reborn.delete(personId);
      this.unshown.delete(personId);
      this.forgetBlanks(leadId, personId);
    }
    const agreed = this.agreed.get(leadId) ?? new Map<Field, Agreement>();
    for (const [field, value] of Object.entries(values) as Array<[Field, string | null]>) {
      agreed.set(field, { value, at: this.now });
      const local = this.lastWrite('local', leadId, field);
      const remote = this.lastWrite('remote', personId, field);
      for (const write of [local, remote]) if (write?.value === value) write.agreedAt = this.now;
      // the same value on both sides is agreed, whichever came first: what Twenty wrote after it was read is later than that
      if (local?.value === value) local.shownAt = Math.min(local.shownAt ?? seenAt, seenAt);
    }
    this.agreed.set(leadId, agreed);
  }

  /** The sync has created this person for a lead: what it sent is what both sides start from, heard of or not. */
  noteCreated(personId: string, remote: Values | undefined): void {
    for (const field of FIELDS) this.see(this.lastWrite('local', personId, field), remote?.[field] ?? null);
    if (this.links.has(personId)) return this.noteReborn(personId);
    this.agreed.set(
      personId,
      new Map(FIELDS.map((field) => [field, { value: remote?.[field] ?? null, at: this.now }])),
    );
  }

  /** A person is there again under an old id: what was agreed before counts no more, once the sync sees it. */
  noteReborn(personId: string): void {
    this.reborn.set(personId, this.now);
  }

  /** Whether the sync created this person and does not know yet that it did. */
  isUnheard(personId: string): boolean {
    return this.agreed.has(personId) && !this.links.has(personId);
  }

  /** Whether a person was made again under an old id, and the sync has not seen them since. */
  isReborn(personId: string): boolean {
    return this.reborn.has(personId);
  }

  private agreement(side: Side, id: string, field: Field): Agreement | undefined {
    return this.agreed.get(side === 'local' ? id : this.leadOf(id))?.get(field);
  }

  /** The last write to the same field on the other side. */
  private counterpart(side: Side, id: string, field: Field): UserWrite | undefined {
    return side === 'local'
      ? this.lastWrite('remote', this.links.get(id) ?? id, field)
      : this.lastWrite('local', this.leadOf(id), field);
  }

  /** The lead that is linked to a person; one that the sync made for it and has not heard of has the same id. */
  leadOf(personId: string): string {
    for (const [leadId, linkedId] of this.links) if (linkedId === personId) return leadId;
    return personId;
  }

  /** Somebody is about to delete or restore this record. */
  expectDeletion(id: string): void {
    this.deletions.add(id);
  }

  /** Whether anybody has ever deleted or restored this record. */
  wasDeleted(id: string): boolean {
    return this.deletions.has(id);
  }

  /** Somebody in Twenty writes a value, be it another spelling of the one that is there. */
  noteSpelling(personId: string, field: Field, value: string | null): void {
    this.spelled.add(`${personId} ${field}`);
    this.everWritten.add(JSON.stringify(['remote', field, value]));
  }

  isSpelledAnew(personId: string, field: Field): boolean {
    return this.spelled.has(`${personId} ${field}`);
  }

  /** Whether anybody can have written this value on a side; a blank, a company renamed, or what two companies became is not told apart. */
  wasWritten(side: Side, field: Field, value: string | null): boolean {
    return value === null || field === 'company' || this.everWritten.has(JSON.stringify([side, field, value]));
  }

  lastWrite(side: Side, id: string, field: Field): UserWrite | undefined {
    return this.writes[side].get(id)?.get(field);
  }

  /** Somebody removed the record with all that was written to it. */
  forget(side: Side, id: string, fields: readonly Field[] = FIELDS): void {
    for (const field of fields) this.writes[side].get(id)?.delete(field);
  }

  /** What was agreed on once, and gave way to what is agreed on now, proves nothing of the lead that takes a person over. */
  forgetAgreed(side: Side, id: string, fields: readonly Field[]): void {
    this.forget(
      side,
      id,
      fields.filter((field) => this.lastWrite(side, id, field)?.agreedAt !== null),
    );
  }

  /** A lead is gone, and with it the conflicts that told what was overruled: what Twenty shows now is all there is. */
  forgetLead(personId: string, remote: Values): void {
    const fields = this.writes.remote.get(personId);
    for (const [field, write] of fields ?? []) if (write.value !== remote[field]) fields?.delete(field);
    for (const field of FIELDS) {
      if (remote[field] !== null && !fields?.has(field)) this.note('remote', personId, field, remote[field]);
    }
  }

  /** The sync overwrote what nobody could have seen: this field of this person proves nothing any more. */
  exemptField(personId: string, field: Field): void {
    this.exempt.add(`${personId} ${field}`);
  }

  isExempt(personId: string, field: Field): boolean {
    return this.exempt.has(`${personId} ${field}`);
  }

  /** Looks at all pairs: a write whose value the other side shows now has got there. */
  look(pairs: readonly Pair[]): void {
    this.now += 1;
    for (const pair of pairs) {
      if (this.links.get(pair.leadId) !== pair.personId) this.link(pair);
      for (const field of FIELDS) {
        this.see(this.lastWrite('local', pair.leadId, field), pair.remote[field]);
        this.see(this.lastWrite('remote', pair.personId, field), pair.local[field]);
      }
    }
  }

  /** At the first link, and with another incarnation of a person, base is blank: blanks written before are no change. */
  forgetBlanks(leadId: string, personId: string): void {
    this.agreed.delete(leadId);
    for (const fields of [this.writes.local.get(leadId), this.writes.remote.get(personId)]) {
      for (const [field, write] of fields ?? []) if (write.value === null && field !== 'deleted') write.revertOf = 0;
    }
  }

  /** Somebody destroyed a person; one whom the sync does not know yet that it created was never there. */
  noteDestroyed(personId: string): void {
    this.now += 1; // also where nothing is noted: whoever read them before does not know
    const writes = this.writes.remote.get(personId) ?? new Map<Field, UserWrite>();
    const all = [...writes].flatMap(([field, write]) =>
      history(write).map((each): [Field, UserWrite] => [field, each]),
    );
    for (const [leadId, linkedId] of this.links) if (linkedId === personId) this.inherit(leadId, all);
    this.unshown.set(
      personId,
      all.filter(([field, { shownAt }]) => shownAt === null && field !== 'deleted'),
    );
    this.forget('remote', personId);
    if (!this.isUnheard(personId)) this.note('remote', personId, 'deleted', 'deleted');
  }

  /** A lead whose person is gone, or was made again unseen, may have been told so, and may have taken what a read of before brought. */
  lookGone(leadId: string, personId: string, local: Values): void {
    if (this.links.get(leadId) !== personId) return;
    this.see(this.lastWrite('remote', personId, 'deleted'), local.deleted);
    const unshown = this.unshown.get(personId) ?? [];
    for (const [field, write] of unshown) this.see(write, local[field]);
    this.inherit(leadId, unshown);
  }

  /** What the lead had taken over from the person stays, as if it had been written here. */
  private inherit(leadId: string, writes: Iterable<[Field, UserWrite]>): void {
    for (const [field, write] of writes) {
      const local = this.lastWrite('local', leadId, field);
      // one that went back to what was agreed on before was no change against what they wrote after that
      const isLater =
        local !== undefined && local.at > write.at && (local.revertOf === undefined || local.revertOf > write.at);
      if (write.shownAt === null || (isLater && !local.isInherited)) continue;
      const fields = this.writes.local.get(leadId) ?? new Map<Field, UserWrite>();
      this.writes.local.set(leadId, fields.set(field, { ...write, raw: undefined, isInherited: true }));
    }
  }

  private link({ leadId, personId, remote }: Pair): void {
    // a create that was not heard of is known by what it sent, as long as any of it is left
    const sent = [...(this.agreed.get(personId) ?? [])].filter(([, { value }]) => value !== null);
    const isOwnCreate =
      leadId === personId && !this.links.has(leadId) && sent.some(([field, { value }]) => remote[field] === value);
    this.links.set(leadId, personId);
    if (!isOwnCreate) this.forgetBlanks(leadId, personId);
    // another address of the person tells who the lead is, and is no edit of the first one
    const address = this.lastWrite('local', leadId, 'email')?.value;
    const others = remote.additional_emails?.split(',') ?? [];
    if (address && remote.email && address !== remote.email && others.includes(address))
      this.writes.local.get(leadId)?.delete('email');
  }

  private see(write: UserWrite | undefined, shown: string | null): void {
    if (write && write.shownAt === null && isShownIn(shown, write.value)) write.shownAt = this.now;
  }
}

/** What was written there, in order. */
const history = (write: UserWrite): UserWrite[] => [...(write.earlier ?? []), write];
