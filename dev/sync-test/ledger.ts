import { FIELDS, type Field, type Values } from './fields';

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
  /** Fields of people that an honest limit of the protocol met, as `person field`. */
  readonly exempt = new Set<string>();
  private readonly writes: Record<Side, Map<string, Map<Field, UserWrite>>> = { local: new Map(), remote: new Map() };
  private readonly links = new Map<string, string>();

  /** Notes the fields that an edit changed. A blank in a new record is no write. */
  noteChange(side: Side, id: string, before: Values | null, after: Values, raw?: Partial<Record<Field, string | null>>): void {
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
    fields.set(field, { value, at: this.now, shownAt: null, ...(raw === undefined ? {} : { raw }) });
    this.writes[side].set(id, fields);
  }

  lastWrite(side: Side, id: string, field: Field): UserWrite | undefined {
    return this.writes[side].get(id)?.get(field);
  }

  /** Somebody removed the record with all that was written to it. */
  forget(side: Side, id: string): void {
    this.writes[side].delete(id);
  }

  /** A lead is gone, and with it the conflicts that told what of its person's values was overruled. */
  forgetOverruled(personId: string, remote: Values): void {
    const fields = this.writes.remote.get(personId);
    for (const [field, write] of fields ?? []) if (write.value !== remote[field]) fields?.delete(field);
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

  /** At the first link, and with another incarnation of a person, base is blank: blanks written before do not count. */
  forgetBlanks(leadId: string, personId: string): void {
    for (const fields of [this.writes.local.get(leadId), this.writes.remote.get(personId)]) {
      for (const [field, write] of fields ?? []) if (write.value === null && field !== 'deleted') fields?.delete(field);
    }
  }

  private link({ leadId, personId }: Pair): void {
    const isOwnCreate = leadId === personId && !this.links.has(leadId);
    this.links.set(leadId, personId);
    if (!isOwnCreate) this.forgetBlanks(leadId, personId);
  }

  private see(write: UserWrite | undefined, shown: string | null): void {
    if (write && write.shownAt === null && write.value === shown) write.shownAt = this.now;
  }
}
