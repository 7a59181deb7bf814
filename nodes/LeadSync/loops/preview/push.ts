import type { Absence, Snapshot } from '../../../lead';
import { tried } from '../../../runs/tried';
import type { AskedLead, FoundLeads } from '../../../Twenty/leads/get-many';
import type { DueLead, PushAnswer } from './answers';
import { Overlay } from './overlay';
import type { TwentyReads } from './ports';
import type { Previewed } from './previewed';
import type { PreviewedPull } from './pull';
import { addCounts } from './report';

/** As of a real push: one that writes person by person claims fewer. */
const STRICT_BATCH_SIZE = 200;
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
  missing_fields: string[];
}

class Pushes {
  private readonly overlay = new Overlay();
  private queue: DueLead[] = [];
  /** Leads that went half the way: others go before they finish. */
  private last: DueLead[] = [];
  /** Claims in a row after which as many leads waited as before. */
  private idle = 0;

  constructor(
    private readonly all: Previewed,
    private readonly twenty: TwentyReads,
    private readonly pull: PreviewedPull,
    private readonly strict: boolean,
  ) {}

  async run(batchSize: number): Promise<void> {
    this.queue = await this.dueLeads();
    while (this.queue.length > 0 && !this.all.ports.control.isCancelled()) {
      const waiting = this.queue.length;
      await this.claimInParts(this.queue.splice(0, batchSize));
      this.idle = this.queue.length < waiting ? 0 : this.idle + 1;
      if (this.idle * batchSize > this.queue.length) {
        addCounts(this.all.twenty, { later: this.queue.length });
        this.queue = [];
      }
      if (this.queue.length === 0) [this.queue, this.last] = [this.last, []];
    }
  }

  /** The longest waiting first, as claims take them. */
  private async dueLeads(): Promise<DueLead[]> {
    const { touched, due } = this.pull;
    let after: DueLead | null = null;
    for (;;) {
      const page: { due: DueLead[] } = await this.all.step('due', { after, limit: DUE_AT_ONCE });
      for (const lead of page.due) if (!touched.has(lead[1])) due.set(lead[1], lead);
      if (page.due.length < DUE_AT_ONCE) break;
      after = page.due[page.due.length - 1];
    }
    const leads = [...due.values()].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
    due.clear();
    return leads;
  }

  /** In halves where the database runs into its time limit. */
  private async claimInParts(batch: readonly DueLead[]): Promise<void> {
    const { isTooLong } = this.all.ports.control;
    const isDone = await this.claim(batch).then(
      () => true,
      (error: unknown) => {
        if (isTooLong(error) && batch.length > 1) return false;
        throw error;
      },
    );
    if (isDone) return;
    const middle = Math.ceil(batch.length / 2);
    await this.claimInParts(batch.slice(0, middle));
    await this.claimInParts(batch.slice(middle));
  }

  private async claim(batch: readonly DueLead[]): Promise<void> {
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
    const known = found.leads.filter((one): one is Snapshot => !('absent' in one) && pull.seen.has(one.twenty_id));
    const first = new Set([...own].flatMap((person) => pull.earlier.get(person) ?? []));
    let byPage = false;
    for (;;) {
      const others = await this.others([...first].filter((id) => !known.some((one) => one.twenty_id === id)));
      const before = byPage ? this.pagesOf([...others, ...known]) : inTwo([...others, ...known], first);
      const input = { leads: batch.map(([, lead]) => lead), people, silent, before, missing_fields: [...all.missing] };
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

  /** People as the pull read them, page by page. */
  private pagesOf(people: readonly Snapshot[]): Snapshot[][] {
    const pages = new Map<number, Snapshot[]>();
    for (const person of inOrder(people)) {
      const page = this.pull.seen.get(person.twenty_id) ?? 0;
      pages.set(page, [...(pages.get(page) ?? []), person]);
    }
    return [...pages].sort(([a], [b]) => a - b).map(([, page]) => page);
  }

  private requeue(batch: readonly DueLead[], { again, blanks, due }: PushAnswer): void {
    const [waits, half] = [new Set(again), new Set(blanks)];
    this.queue.push(...batch.filter(([, lead]) => waits.has(lead)), ...due);
    this.last.push(...batch.filter(([, lead]) => half.has(lead)));
  }

  /** People whose leads others would get if they were not there first. The calls are the preview's own, not the sync's. */
  private async others(ids: readonly string[]): Promise<Snapshot[]> {
    if (ids.length === 0) return [];
    const found = await this.read(ids.map((twenty_id) => ({ twenty_id })));
    return found.leads.filter((person): person is Snapshot => !('absent' in person));
  }

  private async read(asked: readonly AskedLead[]): Promise<FoundLeads> {
    return await tried(this.all.ports.control, () => this.twenty.getLeads(asked));
  }
}

/** As pages have them: of two people with one address the first one takes its lead. */
function inOrder(people: readonly Snapshot[]): Snapshot[] {
  return [...people].sort((a, b) => compare(a.twenty_id, b.twenty_id));
}

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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
