import { createHash } from 'node:crypto';
import { look } from '../invariants/look';
import { RpcError, type Json } from '../systems/database';
import {
  chosen,
  COLUMNS,
  comparable,
  leadColumns,
  spelling,
  valuesOfLead,
  type EditableField,
  type Field,
} from '../systems/fields';
import type { LeadRow, World } from '../world/world';
import { leadsOfPhone } from '../world/phones';
import { pickFrom } from './pick-from';

/** An address that no index takes: 4 kB that do not compress. The door lets it pass, and the row is refused. */
const POISON = `${Array.from({ length: 100 }, (_, index) => createHash('sha256').update(String(index)).digest('base64url')).join('')}@example.com`;

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

  /** Leads from a form or of calls, of which one may be poison: the others must land, but those whose touch came before. */
  async takeIn(items: Json[], poisoned: boolean, touch: number | null): Promise<void> {
    const { world } = this;
    const given: Json[] = items.map((item) => ({ ...item, job_title: 'From a form', city: 'Lyon' }));
    if (poisoned) given.unshift({ email: POISON });
    const touchOf = (index: number): string | null =>
      touch === null || given[index].email === POISON ? null : `touch ${touch + (index >> 1)}`;
    const sent = given.map((lead, index) => {
      const id = touchOf(index);
      return id === null ? lead : { ...lead, touch: { external_id: id } };
    });
    const answer = await world.database.rpc<{ results: Array<{ index: number; lead_id: string; result: string }> }>(
      'upsert_leads',
      { p_leads: sent, p_source: 'form' },
    );
    const rows = new Map(world.leads.map((lead) => [lead.id, { ...lead } as Json]));
    const completed = new Map<string, string>();
    for (const { index, lead_id, result } of answer.results.sort((a, b) => a.index - b.index)) {
      if (poisoned && index === 0) continue;
      const id = touchOf(index);
      const expected = id === null ? undefined : world.touches.expected(id);
      if (id !== null && expected !== undefined) {
        const known = world.touches.kept.get(id) ?? null;
        if (result !== expected || lead_id !== known)
          world.fail('Touches', `${id} of lead ${known} came again: ${result}, ${lead_id}`);
        continue;
      }
      if (result === 'rejected') {
        world.fail('Isolated', 'a lead from a form was rejected for the sake of its batch-mate');
        continue;
      }
      if (id !== null) world.touches.kept.set(id, lead_id);
      const address = comparable('email', given[index].email);
      if (address !== null) world.noteWelcome(address);
      const known = address === null ? undefined : this.leadOfAddress(address);
      if (known && !rows.has(lead_id)) {
        world.fail('Bijection', `lead ${lead_id} was made of a form though lead ${known.id} has its e-mail`);
      }
      const isByEmail =
        known !== undefined || (address !== null && comparable('email', rows.get(lead_id)?.email) === address);
      // a batch with a poison is taken lead by lead
      const there = poisoned ? [...rows].map(([rowId, row]) => ({ ...row, id: rowId })) : world.leads;
      const isByPhone = !isByEmail && this.assertKnownByPhone(lead_id, given[index], there, completed);
      if (!rows.has(lead_id) && !world.userLeads.includes(lead_id)) world.userLeads.push(lead_id);
      const row = rows.get(lead_id) ?? {};
      for (const [field, value] of Object.entries(given[index])) {
        if (spelling(row[field]) === spelling(value)) continue;
        // found by another of its addresses, a lead keeps its first one; found by its number, the way it is spelt
        if (field === 'email' && comparable('email', row.email) !== address && known && rows.has(lead_id)) continue;
        // as is all that a batch-mate of the same address brings: a batch is compared with the leads before it
        if (field === 'phone' && (isByPhone || (!poisoned && completed.has(lead_id)))) continue;
        row[field] = value;
        world.ledger.note('local', lead_id, field as Field, comparable(field as Field, value), spelling(value));
      }
      rows.set(lead_id, row);
    }
    await look(world);
  }

  /** Whether an item became one of the leads that were there and have its number, as it must; of several who would complete one, the first does. */
  private assertKnownByPhone(
    leadId: string,
    item: Json,
    there: readonly Json[],
    completed: Map<string, string>,
  ): boolean {
    const live = there.filter(({ deleted_at }) => deleted_at === null || deleted_at === undefined);
    const who = JSON.stringify([comparable('email', item.email), item.first_name ?? null]);
    const expected = leadsOfPhone(item, live).map(({ id }) => String(id));
    const isTaken = expected.every((id) => (completed.get(id) ?? who) !== who);
    const isKnown = there.some(({ id }) => id === leadId);
    if (isTaken ? isKnown : !expected.includes(leadId))
      this.world.fail(
        'Bijection',
        `${who} of number ${String(item.phone)} became lead ${leadId}, not one of [${expected.join(', ')}]`,
      );
    if (isKnown) completed.set(leadId, completed.get(leadId) ?? who);
    return isKnown;
  }

  /** The live lead that has an address as its first one, or, alone, among its others. */
  private leadOfAddress(address: string): LeadRow | undefined {
    const live = this.world.leads
      .filter(({ deleted_at }) => deleted_at === null)
      .map((row) => ({ row, values: valuesOfLead(row) }));
    const others = live.filter(({ values }) => values.additional_emails?.split(',').includes(address));
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
      `select c.id, c.lead_id, c.field from public.lead_sync_conflicts as c join public.leads as l on l.id = c.lead_id
      where c.resolved_at is null order by c.id`,
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
      world.touches.forget(row.id);
      for (const trace of [row.id, row.twenty_id, email, row.address, ...others]) if (trace) world.forgotten.add(trace);
      await this.noteRemoved(row);
    }
  }

  private async noteRemoved(lead: LeadRow): Promise<void> {
    const { world } = this;
    world.destroyedLeads.add(lead.id);
    world.touches.move(lead.id, null);
    world.ledger.forget('local', lead.id);
    const person = lead.twenty_id === null ? undefined : world.twenty.person(lead.twenty_id);
    if (person) world.ledger.forgetLead(String(person.id), world.twenty.values(person));
    if (lead.twenty_id !== null) world.unseenPeople.add(lead.twenty_id);
    await look(world);
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
    await look(world);
    const after = world.leads.find((lead) => lead.id === id);
    if (!after) return;
    const raw: Partial<Record<Field, string | null>> = {};
    for (const [field, columns] of Object.entries(COLUMNS) as Array<[Field, readonly string[]]>) {
      const written = (row: LeadRow): string | null =>
        columns.map((column) => [row[column]].flat().map(spelling).join()).join('|') || null;
      if (field !== 'deleted' && (before === null || written(before) !== written(after))) raw[field] = written(after);
    }
    world.ledger.noteChange('local', id, before && valuesOfLead(before), valuesOfLead(after), raw);
    world.ledger.look(world.pairs());
  }
}
