import type { Absence, Snapshot } from '../../../lead';
import { tried } from '../../../runs/tried';
import type { AskedLead, FoundLeads } from '../../../Twenty/leads/get-many';
import { CLAIMS_ON_TOP } from '../push-claims';
import { STRICT_BATCH_SIZE } from '../push';
import type { DueLead, HeldLead, ListedLead, PushAnswer } from './answers';
import { Overlay } from './overlay';
import type { TwentyReads } from './ports';
import type { Previewed } from './previewed';
import { compare, inOrder, type PreviewedPull } from './pull';
import { addCounts } from './report';

const DUE_AT_ONCE = 2_000;

/** The push of a preview: all that is due after the pull, claim by claim, each on top of what the ones before would have written. */
export async function previewPushes(
  all: Previewed,
  twenty: TwentyReads,
  pull: PreviewedPull,
  { batchSize, strict }: { batchSize: number; strict: boolean },
): Promise<void> {
  await new Pushes(all, twenty, pull, strict).run(strict ? Math.min(batchSize, STRICT_BATCH_SIZE) : batchSize);
}

interface PushInput {
  leads: string[];
  people: Array<Snapshot | Absence>;
  silent: string[];
  before: Snapshot[][];
  held: HeldLead[];
  missing_fields: string[];
}

class Pushes {
  private readonly overlay = new Overlay();
  private queue: ListedLead[] = [];
  /** Leads that went half the way: others go before they finish. */
  private readonly last: DueLead[] = [];
  /** Leads that claims held, as they stand. */
  private readonly held = new Map<string, HeldLead>();
  /** Leads that were held before, and are not since a claim: the database forgets that after each. */
  private readonly freed = new Set<string>();

  constructor(
    private readonly all: Previewed,
    private readonly twenty: TwentyReads,
    private readonly pull: PreviewedPull,
    private readonly strict: boolean,
  ) {}

  /** Goes on for as long as `pushClaims` does. */
  async run(batchSize: number): Promise<void> {
    const { all, last } = this;
    this.queue = await this.dueLeads();
    const due = this.queue.length;
    let claimed = 0;
    let isOver = false;
    while (this.queue.length > 0 && !isOver && !all.ports.control.isCancelled()) {
      const batch = this.queue.splice(0, batchSize);
      claimed += batch.length;
      const sent = batch.filter(isSent);
      const isIdle = sent.length > 0 && (await this.claimInParts(sent)) === sent.length;
      isOver = (isIdle && last.length === 0 && claimed >= due) || claimed >= due + CLAIMS_ON_TOP * batchSize;
      if (isIdle || this.queue.length === 0) this.queue.push(...last.splice(0));
    }
    addCounts(all.twenty, { later: this.queue.filter(isSent).length });
    for (const [, category] of this.held.values()) addCounts(all.twenty, { held: { [category]: 1 } });
  }

  /** The longest waiting first, as claims take them. */
  private async dueLeads(): Promise<ListedLead[]> {
    const { touched, due } = this.pull;
    let after: ListedLead | null = null;
    for (;;) {
      const page: { due: ListedLead[] } = await this.all.step('due', { after, limit: DUE_AT_ONCE });
      for (const lead of page.due) if (!touched.has(lead[1])) due.set(lead[1], lead);
      if (page.due.length < DUE_AT_ONCE) break;
      after = page.due[page.due.length - 1];
    }
    const leads = [...due.values()].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
    due.clear();
    return leads;
  }

  /** In halves where the database runs into its time limit. Gives how many leads only wait for others. */
  private async claimInParts(batch: readonly DueLead[]): Promise<number> {
    const { isTooLong } = this.all.ports.control;
    const waiting = await this.claim(batch).catch((error: unknown) => {
      if (isTooLong(error) && batch.length > 1) return null;
      throw error;
    });
    if (waiting !== null) return waiting;
    const middle = Math.ceil(batch.length / 2);
    return (await this.claimInParts(batch.slice(0, middle))) + (await this.claimInParts(batch.slice(middle)));
  }

  private async claim(batch: readonly DueLead[]): Promise<number> {
    const { all, overlay } = this;
    const { planned, input } = await this.plan(batch);
    const pushed = await tried(all.ports.control, () =>
      this.twenty.previewPush(planned.writes, { strict: this.strict }),
    );
    const answer = pushed.differs ? await all.step<PushAnswer>('push', { ...input, results: pushed.results }) : planned;
    all.merged(answer.counts);
    if (answer.answers) addCounts(all.supabase, answer.answers);
    const { refused, leftOut: left_out, companiesCreated: companies_created } = pushed;
    addCounts(all.twenty, planned.pushed);
    addCounts(all.twenty, { refused, left_out, companies_created });
    all.calls.reads += pushed.reads;
    all.calls.writes += pushed.writes;
    all.examples.add(answer.examples);
    overlay.note(planned.writes);
    this.requeue(batch, planned);
    const { seen } = this.pull;
    for (const person of input.people) {
      if (!('absent' in person) && !seen.has(person.twenty_id)) seen.set(person.twenty_id, Infinity);
    }
    return planned.again.length;
  }

  /** Has a claim planned on top of what the pull and the claims before would have left of the people and leads that it meets. */
  private async plan(batch: readonly DueLead[]): Promise<{ planned: PushAnswer; input: PushInput }> {
    const { all, pull } = this;
    const own = new Set(batch.flatMap(([, , person]) => (person === null ? [] : [person])));
    const emails = batch.flatMap(([, , , ...given]) => given.filter((email) => email !== null));
    const asked = batch.map(([, lead_id, twenty_id, email, other_email]) => ({
      lead_id,
      twenty_id,
      email,
      other_email,
    }));
    const found = await this.read(asked);
    all.calls.reads += found.calls;
    const { people, silent } = this.overlay.over(found.leads, emails, own);
    const met = new Set<string | null>(people.map(({ twenty_id }) => twenty_id));
    const held = [...this.held.values()].filter(([, , holder, person]) => met.has(holder) || met.has(person));
    const known = found.leads.filter((one): one is Snapshot => !('absent' in one) && pull.seen.has(one.twenty_id));
    const first = new Set([...own].flatMap((person) => pull.earlier.get(person) ?? []));
    let byPage = false;
    for (;;) {
      const others = await pull.readAgain([...first].filter((id) => !known.some((one) => one.twenty_id === id)));
      const before = byPage ? pull.pagesOf([...others, ...known]) : inTwo([...others, ...known], first);
      const leads = batch.map(([, lead]) => lead);
      const input = { leads, people, silent, before, held, missing_fields: [...all.missing] };
      const planned = await all.step<PushAnswer>('push', input);
      const taken = planned.touched.flatMap(([lead, person]) => {
        const other = pull.touched.get(lead) ?? person;
        return other === person || first.has(other) || silent.includes(person) ? [] : [other];
      });
      taken.forEach((id) => first.add(id));
      const isLinked = hasLinks(batch, planned, known);
      if (taken.length === 0 && (isLinked || byPage)) return { planned, input };
      byPage ||= !isLinked;
    }
  }

  private requeue(batch: readonly DueLead[], { again, blanks, held, due }: PushAnswer): void {
    const [waits, half] = [new Set(again), new Set(blanks)];
    for (const lead of held) this.held.set(lead[0], lead);
    const freed = due.filter(([, lead]) => this.held.has(lead) || !this.freed.has(lead));
    for (const [, lead] of freed) {
      this.held.delete(lead);
      this.freed.add(lead);
      this.all.examples.drop('twenty', 'held', lead);
    }
    this.queue.push(...batch.filter(([, lead]) => waits.has(lead)), ...freed);
    this.last.push(...batch.filter(([, lead]) => half.has(lead)));
  }

  private async read(asked: readonly AskedLead[]): Promise<FoundLeads> {
    return await tried(this.all.ports.control, () => this.twenty.getLeads(asked));
  }
}

const isSent = (lead: ListedLead): lead is DueLead => lead[2] !== false;

/** Those who were first, and all others: mostly that is enough, and it is two calls where pages are many. */
function inTwo(people: readonly Snapshot[], first: ReadonlySet<string>): Snapshot[][] {
  const ordered = inOrder(people);
  return [
    ordered.filter(({ twenty_id }) => first.has(twenty_id)),
    ordered.filter(({ twenty_id }) => !first.has(twenty_id)),
  ];
}

/** Whether each lead has the person again that the pull gave it. */
function hasLinks(batch: readonly DueLead[], { touched }: PushAnswer, known: readonly Snapshot[]): boolean {
  const read = new Set(known.map(({ twenty_id }) => twenty_id));
  const met = new Map(touched);
  return batch.every(([, lead, person]) => person === null || !read.has(person) || met.get(lead) === person);
}
