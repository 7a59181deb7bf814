import type { Snapshot } from '../../../lead';
import { tried } from '../../../runs/tried';
import type { ChangedPage, ChangedWindow } from '../../../Twenty/leads/get-changed';
import type { DueLead, StartAnswer, StepAnswer } from './answers';
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
  readonly due = new Map<string, DueLead>();
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
      const page: ChangedPage = await tried(control, () => this.twenty.getChangedPage(place));
      this.all.calls.reads += page.calls;
      page.missing_fields.forEach((field) => this.all.missing.add(field));
      readStartedAt = await this.merge(page.leads, readStartedAt, page.missing_fields);
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
      const before = ids.size > 0 ? [await this.readAgain([...ids])] : [];
      const input = { people, before, read_started_at: readStartedAt, missing_fields: missing };
      const answer = await this.all.step<StepAnswer>('pull', input);
      const met = answer.touched.filter(([lead, person]) => (this.touched.get(lead) ?? person) !== person);
      const news = met.filter(([lead]) => !ids.has(this.touched.get(lead) as string));
      if (news.length === 0) return this.add(people, answer);
      for (const [lead, person] of news) {
        const other = this.touched.get(lead) as string;
        ids.add(other);
        this.earlier.set(person, [...(this.earlier.get(person) ?? []), other]);
      }
    }
  }

  private add(people: readonly Snapshot[], answer: StepAnswer): string {
    const { all } = this;
    all.people += people.length;
    all.merged(answer.counts);
    all.examples.add(answer.examples);
    for (const [lead, person] of answer.touched) this.touched.set(lead, person);
    for (const lead of answer.due) this.due.set(lead[1], lead);
    this.page += 1;
    for (const { twenty_id } of people) this.seen.set(twenty_id, this.page);
    return answer.read_started_at;
  }

  /** People of earlier pages. The calls are the preview's own, not the sync's. */
  private async readAgain(ids: string[]): Promise<Snapshot[]> {
    const found = await tried(this.all.ports.control, () =>
      this.twenty.getLeads(ids.map((twenty_id) => ({ twenty_id }))),
    );
    return found.leads.filter((person): person is Snapshot => !('absent' in person));
  }
}
