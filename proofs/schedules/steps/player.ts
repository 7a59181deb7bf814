import { getLeadsByIdOrEmail } from '../../../nodes/Twenty/leads/get-many';
import { judgeDoor, type DoorAnswer } from '../invariants/filters';
import { look } from '../invariants/look';
import type { Deals } from '../deals/deals';
import { DealUsers } from '../deals/users';
import { drain, mergeLeads, pull, push, reconcile, syncDeals } from '../runs/flows';
import { isFenced } from '../runs/ports';
import { Worker } from '../runs/worker';
import { chosen } from '../systems/fields';
import { askAbove, sayNo, sayYes } from '../users/approvals';
import { setFilter } from '../users/filters';
import { callOf, formOf } from '../users/intake-items';
import { LeadUsers } from '../users/lead-users';
import { pickFrom } from '../users/pick-from';
import { TwentyUsers } from '../users/twenty-users';
import { Violation } from '../violation';
import type { Delivery } from '../world/agreement';
import type { LeadRow, World } from '../world/world';
import type { Schedule, Step } from './schedule';

const STEP_MS = 200;
const MOST_CALLS = 120;

/** Plays the steps of a schedule: users, runs of the sync call by call, time, hints. */
export class Player {
  private readonly leadUsers: LeadUsers;
  private readonly twentyUsers: TwentyUsers;
  private readonly dealUsers: DealUsers;
  private readonly sleeping: Worker[] = [];
  private readonly hints: Delivery[] = [];
  private workers = 0;

  constructor(
    private readonly world: World,
    private readonly deals: Deals,
  ) {
    this.leadUsers = new LeadUsers(world);
    this.twentyUsers = new TwentyUsers(world);
    this.dealUsers = new DealUsers(world, deals, this.leadUsers, this.twentyUsers);
  }

  /** Plays all steps, then lets transactions commit; workers that still sleep never wake up. */
  async play({ steps }: Schedule): Promise<void> {
    for (const step of steps) {
      this.world.clock.advance(STEP_MS);
      this.twentyUsers.commit(this.world.clock.now());
      await this.perform(step);
      if (this.deals.rows.length > 0) await this.deals.look();
      if (this.world.violation) throw this.world.violation;
    }
    this.twentyUsers.commit();
  }

  /** Runs one direction to its end, without faults. */
  async run(flow: (worker: Worker) => Promise<void>): Promise<void> {
    const worker = this.hire('quiescing', flow);
    await this.advance(worker.worker, worker.started, { calls: null, then: 'crash', fault: null });
    if (this.world.violation) throw this.world.violation;
  }

  private async perform(step: Step): Promise<void> {
    const { world, leadUsers, twentyUsers } = this;
    switch (step.do) {
      case 'create lead':
        return await leadUsers.create(step.email, step.name);
      case 'take in leads':
        return await leadUsers.takeIn(
          step.emails.map((email) => formOf(email, step.phone ?? null)),
          step.poisoned,
          step.touch ?? null,
        );
      case 'take calls':
        return await leadUsers.takeIn(
          step.phones.map((phone) => callOf(phone, step.name ?? null)),
          false,
          step.touch ?? null,
        );
      case 'create person':
        return twentyUsers.create(step.email, step.stamp);
      case 'create people':
        return twentyUsers.createMany(step.count);
      case 'pull':
        return await this.begin(`pull ${++this.workers}`, pull(world, step.mode), step);
      case 'push':
        return await this.begin(`push ${++this.workers}`, push(world, step), step);
      case 'reconcile':
        return await this.begin(`reconcile ${++this.workers}`, reconcile(world), step);
      case 'drain':
        return await this.begin(`drain ${++this.workers}`, drain(world), step);
      case 'receive webhooks':
        return await this.receiveWebhooks(step.which, step.again);
      case 'merge leads': {
        const isLive = (row: LeadRow): boolean => row.deleted_at === null;
        const [keep, drop] = [leadUsers.pick(step.which, isLive), leadUsers.pick(step.other, isLive)];
        if (!keep || !drop || keep.id === drop.id) return;
        const order = { keep: keep.id, drop: drop.id, take: step.take };
        return await this.begin(`merge ${++this.workers}`, mergeLeads(world, order), step);
      }
      case 'pull deals':
        return await this.runDeals(step.mode === 'full' ? 'full pull' : 'pull', step);
      case 'push deals':
        return await this.runDeals('push', step);
      case 'drain deals':
        return await this.runDeals('drain', step);
      case 'reconcile deals':
        return await this.runDeals('reconcile', step);
      case 'receive webhooks of deals':
        return await this.hearOfDeals(step.which);
      case 'make deal':
      case 'edit deal':
      case 'delete deal':
      case 'restore deal':
      case 'destroy deal':
        return await this.dealUsers.perform(step);
      case 'resume': {
        const worker = pickFrom(step.which, this.sleeping);
        return worker && (await this.advance(worker, Promise.resolve(), step));
      }
      case 'wait':
        world.clock.advance(step.seconds * 1000);
        return;
      case 'set clock of Twenty back':
        world.twenty.skewMs -= step.seconds * 1000;
        return;
      case 'read hint':
        return await this.readHint(step.which);
      case 'deliver hint': {
        const { hints } = this;
        if (hints.length === 0) return;
        const index = step.which % hints.length;
        const [hint] = step.again ? [hints[index]] : hints.splice(index, 1);
        return await this.deliver(hint);
      }
      case 'queue all leads':
        await world.database.rpc('mark_leads_for_sync', { p_limit: 1000 });
        return;
      case 'replay dead letters':
        await world.database.rpc('replay_dead_letters', {});
        return;
      case 'refuse lead': {
        const lead = leadUsers.pick(step.which);
        if (lead) await world.database.refuse(lead.id, step.status);
        return;
      }
      case 'mend triggers':
        await world.database.refuse(null, null);
        await world.database.rpc('replay_dead_letters', {});
        return;
      case 'resolve conflict':
        return await leadUsers.resolve(step.which, step.take);
      case 'ask above':
        return await askAbove(world, step);
      case 'say yes':
        return await sayYes(world);
      case 'say no':
        return await sayNo(world);
      case 'set filter':
        return await setFilter(world, step);
      default:
        return await this.change(step);
    }
  }

  private async runDeals(
    kind: Parameters<typeof syncDeals>[2],
    progress: Extract<Step, { calls: number | null }>,
  ): Promise<void> {
    const { world, deals } = this;
    await this.begin(`${kind} of deals ${++this.workers}`, syncDeals(world, deals, kind), progress);
  }

  /** Webhooks name deals, changed or not: nothing but their ids is believed. */
  private async hearOfDeals(which: number[]): Promise<void> {
    const ids = which.map((nth) => this.deals.pickRecord(nth, () => true)?.id).filter((id) => id !== undefined);
    const events = ids.map((record_id) => ({ object: 'opportunity', record_id }));
    if (events.length > 0) await this.world.database.rpc('add_to_inbox', { p_events: events });
  }

  /** A change to a record that is there, or nothing. */
  private async change(step: Extract<Step, { which: number }>): Promise<void> {
    const { leadUsers, twentyUsers, world } = this;
    const isLive = (row: { deletedAt?: unknown }): boolean => row.deletedAt === null;
    switch (step.do) {
      case 'edit lead':
      case 'bulk edit lead': {
        const lead = leadUsers.pick(step.which);
        if (!lead) return;
        const value = chosen(step.field, step.value);
        return await (step.do === 'edit lead'
          ? leadUsers.edit(lead, step.field, value)
          : leadUsers.bulkEdit(lead, step.field, value));
      }
      case 'edit person':
      case 'edit person slowly': {
        const person = twentyUsers.pick(step.which, isLive);
        if (!person) return;
        const value = chosen(step.field, step.value);
        if (step.do === 'edit person') twentyUsers.edit(person, step.field, value, step.stamp);
        else twentyUsers.editSlowly(person, step.field, value, step.seconds);
        return;
      }
      case 'swap e-mails of leads': {
        const [first, second] = [leadUsers.pick(step.which), leadUsers.pick(step.other)];
        return first && second && (await leadUsers.swapEmails(first, second));
      }
      case 'swap e-mails of people':
      case 'merge people': {
        const [first, second] = [twentyUsers.pick(step.which, isLive), twentyUsers.pick(step.other, isLive)];
        if (!first || !second) return;
        if (step.do === 'merge people') twentyUsers.merge(first, second);
        else twentyUsers.swapEmails(first, second);
        return;
      }
      case 'delete lead':
      case 'restore lead':
      case 'destroy lead': {
        const how = HOW[step.do];
        const lead = leadUsers.pick(
          step.which,
          (row) => how === 'destroy' || (row.deleted_at === null) === (how === 'delete'),
        );
        return lead && (await leadUsers.remove(lead, how));
      }
      case 'delete person':
      case 'restore person':
      case 'destroy person': {
        const how = HOW[step.do];
        const person = twentyUsers.pick(step.which, (row) => how === 'destroy' || isLive(row) === (how === 'delete'));
        if (person) twentyUsers.remove(person, how);
        return;
      }
      case 're-create person': {
        const gone = pickFrom(step.which, [...world.destroyedAt.keys()]);
        if (gone !== undefined) twentyUsers.create(step.which, 'now', gone);
        return;
      }
      case 'forget lead': {
        const lead = leadUsers.pick(step.which);
        if (!lead) return;
        await leadUsers.forget(lead);
        const person = step.inTwenty && lead.twenty_id !== null ? world.twenty.person(lead.twenty_id) : undefined;
        if (person) twentyUsers.remove(person, 'destroy');
        return;
      }
      case 'destroy company':
        return twentyUsers.destroyCompany(step.which);
      case 'rename company':
        return twentyUsers.renameCompany(step.which);
    }
  }

  /** Sends snapshots through the door as a webhook's reader would. */
  private async deliver(delivery: Delivery): Promise<void> {
    const { world } = this;
    const args = {
      p_leads: delivery.snapshots,
      p_source: 'twenty',
      p_read_started_at: delivery.readStartedAt,
    };
    const answer = await world.database.rpc<DoorAnswer>('upsert_leads', args);
    await look(world, 'sync');
    await judgeDoor(world, args, answer);
    world.noteDelivery(delivery, answer.results);
  }

  private hire(name: string, flow: (worker: Worker) => Promise<void>): { worker: Worker; started: Promise<void> } {
    for (const other of this.sleeping) other.maybeFenced = true;
    const worker = new Worker(name, this.world.clock.now);
    return { worker, started: worker.start(flow) };
  }

  private async begin(
    name: string,
    flow: (worker: Worker) => Promise<void>,
    progress: Extract<Step, { calls: number | null }>,
  ): Promise<void> {
    const { worker, started } = this.hire(name, flow);
    await this.advance(worker, started, progress);
  }

  /** Lets a worker make its calls. What it ends with, other than a fence, is a fault of the code. */
  private async advance(
    worker: Worker,
    started: Promise<void>,
    {
      calls,
      then,
      fault,
      latest = 0,
    }: Pick<Extract<Step, { calls: number | null }>, 'calls' | 'then' | 'fault' | 'latest'>,
  ): Promise<void> {
    await started;
    const index = this.sleeping.indexOf(worker);
    if (index >= 0) this.sleeping.splice(index, 1);
    for (let call = 0; !worker.isDone && call < (calls ?? MOST_CALLS); call += 1) {
      await worker.step(fault && fault.at === call ? fault.kind : null, ((latest >> call) & 1) === 1);
    }
    if (worker.error && !isFenced(worker.error)) throw worker.error;
    if (!worker.isDone && calls === null)
      throw new Violation('Quiet', `${worker.name} did not end after ${MOST_CALLS} calls`);
    if (worker.isDone || then === 'crash') return;
    worker.maybeFenced = true;
    this.sleeping.push(worker);
  }

  /** One delivery of some webhooks, in whatever order; `again` leaves them to come once more. The latest count first. */
  private async receiveWebhooks(which: number[], again: boolean): Promise<void> {
    const { webhooks, database } = this.world;
    const events = which.flatMap((back) => {
      const index = webhooks.length - 1 - (back % Math.max(webhooks.length, 1));
      return (again ? webhooks[index] : webhooks.splice(index, 1)) ?? [];
    });
    if (events.length > 0) await database.rpc('add_to_inbox', { p_events: events });
  }

  /** A webhook named these people: reads them by id, and keeps what was read until it is delivered. */
  private async readHint(which: number[]): Promise<void> {
    const { world } = this;
    const ids = [...new Set(which.map((index) => pickFrom(index, world.peopleOrder)))].flatMap((id) => id ?? []);
    if (ids.length === 0) return;
    const [{ now }] = await world.database.rows<{ now: string }>('select to_json(sync_test.now()) as now');
    const asked = ids.map((id) => ({ twenty_id: id }));
    const { leads } = await getLeadsByIdOrEmail(world.twenty.client, world.twenty.scope, asked);
    world.clock.advance(100);
    this.hints.push({ snapshots: leads, readStartedAt: now, readAt: world.ledger.now });
  }
}

const HOW = {
  'delete lead': 'delete',
  'restore lead': 'restore',
  'destroy lead': 'destroy',
  'delete person': 'delete',
  'restore person': 'restore',
  'destroy person': 'destroy',
} as const;
