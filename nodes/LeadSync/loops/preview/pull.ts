import type { Snapshot } from '../../../lead';
import { tried } from '../../../runs/tried';
import type { ChangedWindow } from '../../../Twenty/leads/get-changed';
import type { ListedLead, StartAnswer, StepAnswer } from './answers';
import type { TwentyReads } from './ports';
import type { Previewed } from './previewed';

/** The pull of a preview, page by page. Each page is taken back, so what one did to leads that another meets is done again there. */
export class PreviewedPull {
  /** Leads that were there and pages met, with their person's id. */
  readonly touched = new Map<string, string>();
  /** People who were read, and on which page. */
  readonly seen = new Map<string, number>();
  private page = 0;
  /** Leads that are due afterwards, and had to do with a page. */
  readonly due = new Map<string, ListedLead>();
  /** By person's id, people of earlier pages who took a lead that this one would have got. */
  readonly earlier = new Map<string, string[]>();

  constructor(
    private readonly all: Previewed,
    private readonly twenty: TwentyReads,
  ) {}

  async run({ window, position, read_started_at }: StartAnswer, pageSize: number): Promise<void> {
    const { control } = this.all.ports;
    let place: ChangedWindow = { updatedSince: window.from, until: window.until, position, pageSize };
    let readStartedAt = read_started_at;
    for (;;) {
      const page = await tried(control, () => this.twenty.getChangedPage(place));
      this.all.calls.reads += page.calls;
      page.missing_fields.forEach((field) => this.all.missing.add(field));
      readStartedAt = await this.merge(await page.leads, readStartedAt, page.missing_fields);
      if (!page.page.has_next || control.isCancelled()) return;
      place = { ...place, until: page.page.until, position: page.page.position };
    }
  }

  /** In halves where the database runs into its time limit. Gives the moment at which the next read begins. */
  private async merge(people: Snapshot[], readStartedAt: string, missing: string[]): Promise<string> {
    const { control } = this.all.ports;
    const merged = await this.mergeAfterOthers(people, readStartedAt, missing).catch((error: unknown) => {
      if (control.isTooLong(error) && people.length > 1) return null;
      throw error;
    });
    if (merged !== null) return merged;
    const middle = Math.ceil(people.length / 2);
    await this.merge(people.slice(0, middle), readStartedAt, missing);
    return await this.merge(people.slice(middle), readStartedAt, missing);
  }

  private async mergeAfterOthers(people: Snapshot[], readStartedAt: string, missing: string[]): Promise<string> {
    const ids = new Set<string>();
    for (;;) {
      const before = this.pagesOf(await this.readAgain([...ids]));
      const input = { people, before, read_started_at: readStartedAt, missing_fields: missing };
      const answer = await this.all.step<StepAnswer>('pull', input);
      const met = answer.touched.filter(([lead, person]) => (this.touched.get(lead) ?? person) !== person);
      const news = met.filter(([lead]) => !ids.has(this.touched.get(lead) as string));
      if (news.length === 0) return this.add(people, answer, ids);
      for (const [lead, person] of news) {
        const other = this.touched.get(lead) as string;
        ids.add(other);
        this.earlier.set(person, [...(this.earlier.get(person) ?? []), other]);
      }
    }
  }

  private add(people: readonly Snapshot[], answer: StepAnswer, earlier: ReadonlySet<string>): string {
    const { all } = this;
    all.people += people.length;
    all.merged(answer.counts);
    all.examples.add(answer.examples);
    for (const [lead, person] of answer.touched) if (!earlier.has(person)) this.touched.set(lead, person);
    for (const lead of answer.due) this.due.set(lead[1], lead);
    this.page += 1;
    for (const { twenty_id } of people) this.seen.set(twenty_id, this.page);
    return answer.read_started_at;
  }

  /** People as they were read, page by page. */
  pagesOf(people: readonly Snapshot[]): Snapshot[][] {
    const pages = new Map<number, Snapshot[]>();
    for (const person of inOrder(people)) {
      const page = this.seen.get(person.twenty_id) ?? 0;
      pages.set(page, [...(pages.get(page) ?? []), person]);
    }
    return [...pages].sort(([a], [b]) => a - b).map(([, page]) => page);
  }

  /** People whose leads others would get if they were not there first. The calls are the preview's own, not the sync's. */
  async readAgain(ids: readonly string[]): Promise<Snapshot[]> {
    if (ids.length === 0) return [];
    const found = await tried(this.all.ports.control, () =>
      this.twenty.getLeads(ids.map((twenty_id) => ({ twenty_id }))),
    );
    return found.leads.filter((person): person is Snapshot => !('absent' in person));
  }
}

/** As pages have them: of two people with one address the first one takes its lead. */
export function inOrder(people: readonly Snapshot[]): Snapshot[] {
  return [...people].sort((a, b) => compare(a.twenty_id, b.twenty_id));
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
