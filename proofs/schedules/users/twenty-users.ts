import type { JsonObject } from '../../../stand-ins/twenty';
import {
  chosen,
  comparable,
  companyValue,
  INVALID_PHONE,
  personData,
  SHARED_HOSTS,
  type EditableField,
} from '../systems/fields';
import type { World } from '../world/world';
import { pickFrom } from './pick-from';

const LONG_AGO = Date.parse('2026-02-01T08:00:00.000Z');
const FAR_AHEAD = Date.parse('2099-12-31T20:00:00.000Z');

/** When a write in Twenty says that it was made: by the server, or by a client in the past or in 2099. */
export type Stamp = 'now' | 'past' | '2099';

/** What people do at the screen of Twenty, and clients with stamps of their own. */
export class TwentyUsers {
  private readonly pending: Array<{ visibleAt: number; commit: () => void }> = [];
  private companies = 0;
  private renames = 0;
  private stamps = 0;

  constructor(private readonly world: World) {}

  pick(index: number, fits: (person: JsonObject) => boolean = () => true): JsonObject | undefined {
    const { twenty, peopleOrder } = this.world;
    const people = peopleOrder.map((id) => twenty.person(id)).filter((person) => person !== undefined);
    return pickFrom(index, people.filter(fits));
  }

  /** Whether Twenty would refuse this e-mail, because another person has it, deleted ones included. */
  isTaken(email: string | null, owner?: string): boolean {
    const value = comparable('email', email);
    const { twenty } = this.world;
    return (
      value !== null && twenty.people().some((person) => person.id !== owner && twenty.values(person).email === value)
    );
  }

  create(email: number, stamp: Stamp, id = this.world.nextId()): void {
    const { world } = this;
    const address = chosen('email', email);
    if (this.isTaken(address)) return;
    const times: JsonObject = stamp === 'now' ? {} : { updatedAt: this.stampOf(stamp) };
    world.twenty.double.store.insert('person', [
      { id, name: { firstName: 'Crm' }, emails: { primaryEmail: comparable('email', address) ?? '' }, ...times },
    ]);
    if (world.destroyedAt.delete(id)) {
      world.ledger.forget('remote', id);
      world.ledger.note('remote', id, 'deleted', null);
      world.ledger.noteReborn(id);
    }
    world.created.delete(id);
    world.noteRemoteChange(id, null);
  }

  /** An import: many people within one millisecond, one after another. */
  createMany(count: number): void {
    const ids = Array.from({ length: count }, () => this.world.nextId());
    ids.forEach((id, index) => {
      this.world.twenty.double.store.insert('person', [{ id, name: { firstName: `Row ${index}` } }]);
    });
    for (const id of ids) this.world.noteRemoteChange(id, null);
  }

  edit(person: JsonObject, field: EditableField, value: string | null, stamp: Stamp): void {
    this.change(person, () => this.update(person, field, value, stamp === 'now' ? undefined : this.stampOf(stamp)));
  }

  /** A transaction that takes its time: stamped now, seen by others only when it commits. */
  editSlowly(person: JsonObject, field: EditableField, value: string | null, seconds: number): void {
    const { world } = this;
    const started = world.twenty.now();
    const commit = (): void => {
      const current = world.twenty.person(String(person.id));
      // another write to the same record would have waited for this one
      if (!current || current.deletedAt !== null || Date.parse(String(current.updatedAt)) > started) return;
      this.change(current, () => this.update(current, field, value, new Date(started).toISOString()));
    };
    this.pending.push({ visibleAt: world.clock.now() + seconds * 1000, commit });
  }

  /** Lets slow transactions commit whose time has come; all of them when `now` is left out. */
  commit(now = Infinity): void {
    for (const entry of this.pending.filter(({ visibleAt }) => visibleAt <= now)) {
      this.pending.splice(this.pending.indexOf(entry), 1);
      entry.commit();
    }
  }

  /** Through a blank: Twenty refuses two people with one e-mail even for a moment. */
  swapEmails(first: JsonObject, second: JsonObject): void {
    if (first.id === second.id) return;
    const [one, two] = [first, second].map((person) => this.world.twenty.values(person).email);
    this.edit(first, 'email', null, 'now');
    this.edit(second, 'email', one, 'now');
    this.edit(first, 'email', two, 'now');
  }

  remove(person: JsonObject, how: 'delete' | 'restore' | 'destroy'): void {
    const { world } = this;
    const id = String(person.id);
    if (how !== 'destroy') {
      this.change(person, () => world.twenty.double.store.remove('person', id, how));
      return;
    }
    world.twenty.double.store.remove('person', id, 'destroy');
    this.world.noteDestroyed(id);
  }

  /** The loser is destroyed; the winner takes what it lacks. */
  merge(winner: JsonObject, loser: JsonObject): void {
    if (winner.id === loser.id) return;
    const { world } = this;
    const query = `mutation($ids:[UUID!]!){mergePeople(ids:$ids,conflictPriorityIndex:0){id}}`;
    const body = JSON.stringify({ query, variables: { ids: [winner.id, loser.id] } });
    const headers = { authorization: `Bearer ${world.twenty.double.apiKey}`, 'content-type': 'application/json' };
    this.change(winner, () => {
      world.twenty.double.handle({ method: 'POST', path: '/graphql', headers, body });
    });
    if (world.twenty.person(String(loser.id))) return;
    this.world.noteDestroyed(String(loser.id));
    world.mergedInto.set(String(loser.id), String(winner.id));
  }

  /** The company is gone, and with it every reference to it, without a trace in the people. */
  destroyCompany(index: number): void {
    this.changeCompany(index, ({ id }) => this.world.twenty.double.store.remove('company', String(id), 'destroy'));
  }

  /** The company has another name and domain, without a trace in its people. */
  renameCompany(index: number): void {
    this.changeCompany(index, ({ id }) => {
      this.renames += 1;
      const domainName = {
        primaryLinkUrl: `https://renamed${this.renames}.com`,
        primaryLinkLabel: '',
        secondaryLinks: [],
      };
      this.world.twenty.double.store.update('company', String(id), { name: `Renamed ${this.renames}`, domainName });
    });
  }

  private changeCompany(index: number, work: (company: JsonObject) => void): void {
    const { world } = this;
    const company = pickFrom(index, world.twenty.double.store.list('company', { withDeleted: true }));
    if (!company) return;
    const before = world.twenty.snapshot();
    work(company);
    world.webhooks.push({ object: 'company', record_id: String(company.id) });
    for (const [id, values] of before) {
      const person = world.twenty.person(id);
      if (!person || world.twenty.values(person).company === values.company) continue;
      world.noteRemoteChange(id, values);
      world.noteTraceless(id);
    }
  }

  /** Never the same one twice: reconciliation tells versions of a record by their times. */
  private stampOf(stamp: Exclude<Stamp, 'now'>): string {
    this.stamps += 1;
    return new Date((stamp === 'past' ? LONG_AGO : FAR_AHEAD) + this.stamps * 1000).toISOString();
  }

  private change(person: JsonObject, work: () => void): void {
    const before = this.world.twenty.values(person);
    work();
    this.world.noteRemoteChange(String(person.id), before);
  }

  private update(person: JsonObject, field: EditableField, value: string | null, updatedAt?: string): void {
    const { world } = this;
    const id = String(person.id);
    if (value === INVALID_PHONE || (field === 'email' && this.isTaken(value, id))) return;
    const data = field === 'company' ? { companyId: this.companyId(value) } : personData(field, value, person);
    world.twenty.double.store.update('person', id, { ...data, ...(updatedAt ? { updatedAt } : {}) });
    world.ledger.noteSpelling(id, field, comparable(field, value));
  }

  private companyId(value: string | null): string | null {
    if (value === null) return null;
    const { store } = this.world.twenty.double;
    const [name, given] = value.split('|');
    const domain = SHARED_HOSTS.includes(given) ? '' : given;
    const known = store.list('company').find((company) => isCompany(company, name, domain));
    if (known) return String(known.id);
    this.companies += 1;
    const id = `00000000-0000-4000-8000-${String(this.companies).padStart(12, '0')}`;
    const domainName = {
      primaryLinkUrl: domain === '' ? '' : `https://${domain}`,
      primaryLinkLabel: '',
      secondaryLinks: [],
    };
    return store.insert('company', [{ id, name, domainName }])[0];
  }
}

/** Whether a person who looks for a company in Twenty would take this one: by its domain, or, knowing none, by its name. */
function isCompany(company: JsonObject, name: string, domain: string): boolean {
  const stored = companyValue(company.name, (company.domainName as JsonObject | null)?.primaryLinkUrl);
  const [storedName, storedDomain] = stored?.split('|') ?? [];
  return domain === '' ? storedName?.toLowerCase() === name.toLowerCase() : storedDomain === domain;
}
