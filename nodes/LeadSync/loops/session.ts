import type { Absence, Snapshot } from '../../lead';
import type { Control, RunToken, StorePort } from '../../runs/control';
import { tried } from '../../runs/tried';
import { Watch } from '../../runs/watch';
import { mergedChanges, type ChangedLead, type Merged } from './changes';
import { mergeInParts } from './merge-in-parts';
import type { Ports, TwentyPort } from './ports';
import { Progress } from './progress';

/** What was read of Twenty, to be merged. */
export interface Read {
  leads: Array<Snapshot | Absence>;
  missing_fields: string[];
  calls: number;
}

/** What the steps of a loop work with: both sides, and the run under whose lease they call; null for none. */
export class Session {
  readonly progress: Progress;

  constructor(
    private readonly ports: Ports,
    private readonly twenty: TwentyPort,
    readonly run: RunToken | null,
    readonly watch = new Watch(ports.control),
    name = 'Lead sync',
  ) {
    this.progress = new Progress(ports.control, name);
  }

  get control(): Control {
    return this.ports.control;
  }

  /** Reads from Twenty, again when that fails. */
  async read<T>(work: (twenty: TwentyPort) => Promise<T>): Promise<T> {
    return await tried(this.control, () => work(this.twenty));
  }

  /** Writes to Twenty, once: the next claim reads what came of it. */
  async write<T>(work: (twenty: TwentyPort) => Promise<T>): Promise<T> {
    return await work(this.twenty);
  }

  /**
   * Calls a function of the database, again when that fails: calls are safe to repeat.
   * @param calls calls of Twenty spent since the last report
   */
  async store<T>(name: string, args: Parameters<StorePort['rpc']>[1], calls = 0): Promise<T> {
    const { run, progress, twenty } = this;
    const p_run = run && { ...run, calls, calls_per_minute: twenty.callsPerMinute(), progress: progress.share };
    return await this.storeUnleased(name, { ...args, p_run });
  }

  /** The same under no run's lease, for what may outlive that. */
  async storeUnleased<T>(name: string, args: Parameters<StorePort['rpc']>[1]): Promise<T> {
    return await tried(this.control, () => this.ports.store.rpc<T>(name, args));
  }

  /**
   * Sends what was read through the one door.
   * @param more what goes with all of it, or with its last part
   * @param before what goes with the parts before that
   */
  async merge<T extends Merged>(
    { leads, missing_fields, calls }: Read,
    readStartedAt: string,
    more: { p_page?: object; p_claim_token?: string } = {},
    before: { p_page?: object } = {},
  ): Promise<T> {
    const args = { p_source: 'twenty', p_read_started_at: readStartedAt, p_missing_fields: missing_fields };
    // a claim is planned as a whole: the database itself finds out over which of its leads it runs out of time
    const merged =
      more.p_claim_token === undefined
        ? await mergeInParts(leads, this.control.isTooLong, (p_leads, isLast) =>
            this.store<T>('upsert_leads', { ...args, p_leads, ...(isLast ? more : before) }, isLast ? calls : 0),
          )
        : await this.store<T>('upsert_leads', { ...args, p_leads: leads, ...more }, calls);
    this.tell(() => mergedChanges(leads, merged.results));
    this.progress.note({ read: leads.length, merged: leads.length, calls });
    return merged;
  }

  /** Hands on what changed, where somebody wants to know. */
  tell(changes: () => ChangedLead[]): void {
    this.ports.changes?.(changes());
  }
}
