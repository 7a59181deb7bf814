import type { JsonObject } from '../../stand-ins/twenty';
import { RpcError, type Json } from './database';
import {
  COLUMNS,
  comparable,
  companyValue,
  INVALID_PHONE,
  leadColumns,
  personData,
  SHARED_HOSTS,
  valuesOfLead,
  type EditableField,
  type Field,
} from './fields';
import { chosen, type Stamp } from './schedule';
import { Violation } from './violation';
import type { LeadRow, World } from './world';

const LONG_AGO = Date.parse('2026-02-01T08:00:00.000Z');
const FAR_AHEAD = Date.parse('2099-12-31T20:00:00.000Z');

/** What people do to the leads in the database. */
export class LeadUsers {
  constructor(private readonly world: World) {}

  /** Leads in order of appearance: those that people made, then those that came from Twenty. */
  pick(index: number, fits: (lead: LeadRow) => boolean = () => true): LeadRow | undefined {
    const { leads, userLeads, peopleOrder } = this.world;
    const rank = (lead: LeadRow): number => {
      const own = userLeads.indexOf(lead.id);
      return own >= 0 ? own : 1000 + peopleOrder.indexOf(String(lead.twenty_id));
    };
    return pickFrom(
      index,
      leads.filter(fits).sort((a, b) => rank(a) - rank(b)),
    );
  }

  async create(email: number, name: number): Promise<void> {
    const { world } = this;
    const id = world.nextId();
    world.userLeads.push(id);
    await world.database.rows('insert into public.leads (id, email, first_name) values ($1, $2, $3)', [
      id,
      chosen('email', email),
      chosen('first_name', name),
    ]);
    await this.note(id, null);
  }

  /** Leads from a form, of which one may be poison: the others must land. */
  async takeIn(emails: number[], poisoned: boolean): Promise<void> {
    const { world } = this;
    const items = emails.map((email) => ({
      email: chosen('email', email) ?? 'form@example.com',
      job_title: 'From a form',
      city: 'Lyon',
    }));
    const given = poisoned ? [{ email: 'poison@example.com', lead_score: 'many' }, ...items] : items;
    const answer = await world.database.rpc<{ results: Array<{ index: number; lead_id: string; result: string }> }>(
      'upsert_leads',
      { p_leads: given, p_source: 'form' },
    );
    const rows = new Map(world.leads.map((lead) => [lead.id, { ...lead } as Json]));
    for (const { index, lead_id, result } of answer.results) {
      if (poisoned && index === 0) continue;
      if (result === 'rejected') {
        world.fail(new Violation('Isolated', 'a lead from a form was rejected for the sake of its batch-mate'));
        continue;
      }
      const address = comparable('email', given[index].email);
      world.forgotten.delete(address ?? '');
      const known = this.leadOfAddress(address);
      if (known && !rows.has(lead_id)) {
        world.fail(
          new Violation('Bijection', `lead ${lead_id} was made of a form though lead ${known.id} has its e-mail`),
        );
      }
      if (!rows.has(lead_id) && !world.userLeads.includes(lead_id)) world.userLeads.push(lead_id);
      const row = rows.get(lead_id) ?? {};
      for (const [field, value] of Object.entries<string | undefined>({ ...given[index] })) {
        if (trimmed(row[field]) === trimmed(value)) continue;
        // found by another of its addresses, a lead keeps its first one
        if (field === 'email' && comparable('email', row.email) !== address && rows.has(lead_id)) continue;
        row[field] = value;
        world.ledger.note('local', lead_id, field as Field, comparable(field as Field, value), trimmed(value));
      }
      rows.set(lead_id, row);
    }
    await world.look();
  }

  /** The live lead that has an address as its first one, or, alone, among its others. */
  private leadOfAddress(address: string | null): LeadRow | undefined {
    const live = this.world.leads
      .filter(({ deleted_at }) => deleted_at === null)
      .map((row) => ({ row, values: valuesOfLead(row) }));
    const others = live.filter(({ values }) => values.additional_emails?.split(',').includes(address ?? ''));
    const found = live.find(({ values }) => values.email === address) ?? (others.length === 1 ? others[0] : undefined);
    return found?.row;
  }

  async edit(lead: LeadRow, field: EditableField, value: string | null): Promise<void> {
    const columns = leadColumns(field, value);
    await this.update(lead, columns);
  }

  /** As a bulk load that skips the triggers: nothing marks the lead as changed. */
  async bulkEdit(lead: LeadRow, field: EditableField, value: string | null): Promise<void> {
    const { world } = this;
    world.unseenLeads.add(lead.id);
    await world.database.withoutTriggers(() => this.update(lead, leadColumns(field, value)));
  }

  async swapEmails(first: LeadRow, second: LeadRow): Promise<void> {
    if (first.id === second.id) return;
    await this.update(first, { email: second.email });
    await this.update(second, { email: first.email });
  }

  /** Decides an open conflict by hand; refused when the field was changed since. */
  async resolve(index: number, take: 'twenty' | 'supabase' | 'neither'): Promise<void> {
    const { world } = this;
    const open = await world.database.read<{ id: string; lead_id: string; field: string }>(
      'select id, lead_id, field from public.lead_sync_conflicts where resolved_at is null order by id',
    );
    const conflict = pickFrom(index, open);
    if (!conflict) return;
    try {
      await world.database.rpc('resolve_conflict', { p_conflict_id: conflict.id, p_take: take });
    } catch (error) {
      if (error instanceof RpcError && error.code === 'PT409') return;
      throw error;
    }
    if (conflict.field === 'deleted') world.ledger.expectDeletion(conflict.lead_id);
    const before = world.leads.find(({ id }) => id === conflict.lead_id);
    await this.note(conflict.lead_id, before ?? null);
  }

  async remove(lead: LeadRow, how: 'delete' | 'restore' | 'destroy'): Promise<void> {
    const { world } = this;
    if (how !== 'destroy') {
      world.ledger.expectDeletion(lead.id);
      await this.update(lead, { deleted_at: how === 'delete' ? new Date(world.clock.now()).toISOString() : null });
      return;
    }
    await world.database.rows('delete from public.leads where id = $1', [lead.id]);
    await this.noteRemoved(lead);
  }

  /** Somebody asks to be forgotten: no read may bring them back. Whoever shares an address with them goes, too. */
  async forget(lead: LeadRow): Promise<void> {
    const { world } = this;
    const { lead_ids } = await world.database.rpc<{ lead_ids: string[] }>('forget_lead', { p_lead: lead.id });
    for (const row of world.leads.filter(({ id }) => lead_ids.includes(id))) {
      const { email, additional_emails } = valuesOfLead(row);
      const others = additional_emails?.split(',') ?? [];
      for (const trace of [row.id, row.twenty_id, email, row.address, ...others]) if (trace) world.forgotten.add(trace);
      await this.noteRemoved(row);
    }
  }

  private async noteRemoved(lead: LeadRow): Promise<void> {
    const { world } = this;
    world.destroyedLeads.add(lead.id);
    world.ledger.forget('local', lead.id);
    const person = lead.twenty_id === null ? undefined : world.twenty.person(lead.twenty_id);
    if (person) world.ledger.forgetLead(String(person.id), world.twenty.values(person));
    if (lead.twenty_id !== null) world.unseenPeople.add(lead.twenty_id);
    await world.look();
  }

  private async update(lead: LeadRow, columns: Record<string, unknown>): Promise<void> {
    const names = Object.keys(columns);
    await this.world.database.rows(
      `update public.leads set ${names.map((name, index) => `${name} = $${index + 2}`).join(', ')} where id = $1`,
      [lead.id, ...Object.values(columns)],
    );
    await this.note(lead.id, lead);
  }

  /** Notes what an edit changed, spelling included. */
  private async note(id: string, before: LeadRow | null): Promise<void> {
    const { world } = this;
    await world.look();
    const after = world.leads.find((lead) => lead.id === id);
    if (!after) return;
    const raw: Partial<Record<Field, string | null>> = {};
    for (const [field, columns] of Object.entries(COLUMNS) as Array<[Field, readonly string[]]>) {
      const spelling = (row: LeadRow): string | null =>
        columns.map((column) => trimmed(row[column]) ?? '').join('|') || null;
      if (field !== 'deleted' && (before === null || spelling(before) !== spelling(after)))
        raw[field] = spelling(after);
    }
    world.ledger.noteChange('local', id, before && valuesOfLead(before), valuesOfLead(after), raw);
    world.ledger.look(world.pairs());
  }
}

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
    this.noteDestroyed(id);
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
    this.noteDestroyed(String(loser.id));
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
      world.unseenPeople.add(id);
      world.tracelessPeople.add(id);
    }
  }

  /** Never the same one twice: reconciliation tells versions of a record by their times. */
  private stampOf(stamp: Exclude<Stamp, 'now'>): string {
    this.stamps += 1;
    return new Date((stamp === 'past' ? LONG_AGO : FAR_AHEAD) + this.stamps * 1000).toISOString();
  }

  private noteDestroyed(id: string): void {
    const { world } = this;
    world.ledger.noteDestroyed(id);
    world.destroyedAt.set(id, world.ledger.now);
    world.unseenPeople.add(id);
    world.webhooks.push({ object: 'person', record_id: id });
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

function pickFrom<T>(index: number, rows: readonly T[]): T | undefined {
  return rows.length === 0 ? undefined : rows[index % rows.length];
}

function trimmed(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' ? null : text;
}
