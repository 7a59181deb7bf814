import type { JsonObject } from '../../../nodes/lead';
import { idOf } from '../systems/ids';
import type { LeadUsers } from '../users/lead-users';
import type { TwentyUsers } from '../users/twenty-users';
import type { World } from '../world/world';
import type { Deals, DealRow, Side } from './deals';
import type { DealStep } from './steps';
import { chosenValue, columnsOf, recordOf, valuesOfRecord, type DealField } from './values';

const LONG_AGO = Date.parse('2026-02-02T08:00:00.000Z');

/** What people do to deals on both sides. */
export class DealUsers {
  private made = 0;
  private stamps = 0;

  constructor(
    private readonly world: World,
    private readonly deals: Deals,
    private readonly leadUsers: LeadUsers,
    private readonly twentyUsers: TwentyUsers,
  ) {}

  async perform(
    step: Exclude<
      DealStep,
      { do: 'pull deals' | 'push deals' | 'drain deals' | 'reconcile deals' | 'receive webhooks of deals' }
    >,
  ): Promise<void> {
    const { deals } = this;
    if (step.do === 'make deal') return await (step.side === 'here' ? this.makeHere(step) : this.makeThere(step));
    if (step.side === 'here') {
      const row = deals.pickRow(step.which, ({ values }) => fits(step.do, values.deleted !== null));
      return row && (await this.changeHere(row, step));
    }
    const record = deals.pickRecord(step.which, ({ deletedAt }) => fits(step.do, deletedAt !== null));
    if (record) this.changeThere(record, step);
    await deals.look();
  }

  private async makeHere({ whose, value }: Extract<DealStep, { do: 'make deal' }>): Promise<void> {
    const lead = whose === null ? undefined : this.leadUsers.pick(whose);
    this.made += 1;
    const id = idOf(`deal ${this.made}`);
    const columns: Record<string, unknown> = { id, lead_id: lead?.id ?? null };
    for (const field of ['name', 'amount', 'stage'] as const)
      Object.assign(columns, columnsOf(field, chosenValue(field, value, 'here')));
    const names = Object.keys(columns);
    await this.world.database.rows(
      `insert into public.opportunities (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(columns),
    );
    await this.noteHere(id, null);
  }

  private async makeThere({ whose, value }: Extract<DealStep, { do: 'make deal' }>): Promise<void> {
    const person = whose === null ? undefined : this.twentyUsers.pick(whose);
    this.made += 1;
    const id = idOf(`deal ${this.made}`);
    const fields = (['name', 'amount', 'stage'] as const).map((field) =>
      recordOf(field, chosenValue(field, value, 'there')),
    );
    const seed = Object.assign({ id, pointOfContactId: person ? String(person.id) : null }, ...fields) as JsonObject;
    this.world.twenty.double.store.insert('opportunity', [seed]);
    this.noteThere(id, null);
    await this.deals.look();
  }

  private async changeHere(row: DealRow, step: Extract<DealStep, { side: Side; which: number }>): Promise<void> {
    const { world, deals } = this;
    if (step.do === 'destroy deal') {
      await world.database.rows('delete from public.opportunities where id = $1', [row.id]);
      deals.forget('here', row.id);
      deals.noteLeft(row.twenty_id ?? row.id);
      if (row.twenty_id !== null) deals.unseen.add(row.twenty_id);
      return await deals.look();
    }
    const columns =
      step.do === 'edit deal'
        ? this.columnsHere(step)
        : { deleted_at: step.do === 'delete deal' ? new Date(world.clock.now()).toISOString() : null };
    if (step.do === 'restore deal' && row.twenty_id !== null && !deals.record(row.twenty_id))
      deals.restored.add(row.id);
    const names = Object.keys(columns);
    await world.database.rows(
      `update public.opportunities set ${names.map((name, index) => `${name} = $${index + 2}`).join(', ')} where id = $1`,
      [row.id, ...Object.values(columns)],
    );
    await this.noteHere(row.id, row);
  }

  private columnsHere({ field, value }: Extract<DealStep, { do: 'edit deal' }>): Record<string, unknown> {
    if (field === 'contact_id')
      return { lead_id: value === 0 ? null : (this.leadUsers.pick(value)?.id ?? null), contact_id: null };
    return columnsOf(field, this.given(field, value, 'here'));
  }

  private changeThere(record: JsonObject, step: Extract<DealStep, { side: Side; which: number }>): void {
    const { world, deals } = this;
    const { store } = world.twenty.double;
    const id = String(record.id);
    if (step.do === 'destroy deal') {
      store.remove('opportunity', id, 'destroy');
      deals.destroyed.add(id);
      return deals.forget('there', id);
    }
    if (step.do === 'edit deal') {
      const person = step.value === 0 ? undefined : this.twentyUsers.pick(step.value);
      const value = step.field === 'contact_id' ? (person?.id ?? null) : this.given(step.field, step.value, 'there');
      store.update('opportunity', id, {
        ...recordOf(step.field, value),
        ...(step.isOld ? { updatedAt: this.longAgo() } : {}),
      });
    } else store.remove('opportunity', id, step.do === 'delete deal' ? 'delete' : 'restore');
    this.noteThere(id, record);
  }

  /** Companies are there as soon as somebody means one. */
  private given(field: Exclude<DealField, 'contact_id'>, nth: number, side: 'here' | 'there'): unknown {
    const value = chosenValue(field, nth, side);
    const { store } = this.world.twenty.double;
    const isNew = field === 'company_id' && typeof value === 'string' && !store.get('company', value);
    // here somebody may mean a company that was destroyed
    if (isNew && (side === 'there' || nth % 2 === 0))
      store.insert('company', [{ id: value, name: `Company ${value}` }]);
    return value;
  }

  private longAgo(): string {
    this.stamps += 1;
    return new Date(LONG_AGO + this.stamps * 1000).toISOString();
  }

  private async noteHere(id: string, before: DealRow | null): Promise<void> {
    const { deals } = this;
    await deals.look();
    const after = deals.rows.find((row) => row.id === id);
    if (after) deals.note('here', id, before && before.values, after.values);
  }

  private noteThere(id: string, before: JsonObject | null): void {
    const { deals } = this;
    const after = deals.record(id);
    if (!after) return;
    deals.noteVisible(after);
    deals.note('there', id, before && valuesOfRecord(before), valuesOfRecord(after));
  }
}

function fits(what: DealStep['do'], isDeleted: boolean): boolean {
  return what === 'destroy deal' || isDeleted === (what === 'restore deal');
}
