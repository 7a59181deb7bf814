import { person, type Json, type Snapshot, type Store } from './store';

export interface Compared extends Json {
  next: string;
  position: string | null;
  counts: Record<string, number>;
}

export interface ToRepair extends Json {
  next: string;
  pass: string;
  after: string | null;
  seconds: number;
  leads: Array<{ twenty_id: string }>;
  read_started_at: string;
}

interface Run {
  status: string;
  figures: Record<string, number>;
  findings: Record<string, Json[]>;
  warnings: string[];
}

/** The people in Twenty, and a reconciliation that compares them. */
export class Reconciling {
  readonly twenty = new Map<string, Snapshot>();

  constructor(private readonly store: Store) {}

  readonly addPerson = (values: Json = {}): Snapshot => {
    const added = person(values);
    this.twenty.set(added.twenty_id, added);
    return added;
  };

  readonly editPerson = (id: string, values: Json): void => {
    this.twenty.set(id, { ...(this.twenty.get(id) as Snapshot), ...values });
  };

  readonly pullAll = (): Promise<unknown> => this.store.pull([...this.twenty.values()]);

  /** Twenty's ids in order, as the Twenty node hands them over. */
  readonly ids = (): Array<Array<unknown>> =>
    [...this.twenty.values()]
      .sort((a, b) => (a.twenty_id < b.twenty_id ? -1 : 1))
      .map((p) => [p.twenty_id, p.twenty_created_at, p.twenty_updated_at, p.twenty_deleted_at]);

  readonly start = (options: Json = {}): Promise<{ run: Json; started: boolean }> =>
    this.store.rpc('start_sync_run', { p_direction: 'bidirectional', p_mode: 'reconcile', p_options: options });

  readonly finish = async (run: Json): Promise<Run> =>
    (await this.store.rpc<{ run: Run }>('finish_sync_run', { p_run: run })).run;

  readonly compare = async (run: Json, size = 1000): Promise<Compared> => {
    const all = this.ids();
    for (let from = 0; ; from += size) {
      const has_next = from + size < all.length;
      const page = { after: from === 0 ? null : `at ${from}`, position: `at ${from + size}`, has_next };
      const answer = await this.store.rpc<Compared>('compare_lead_ids', {
        p_run: run,
        p_records: all.slice(from, from + size),
        p_page: page,
        p_read_started_at: await this.store.now(),
      });
      if (!has_next) return answer;
    }
  };

  /** What the loop does with the records to read again. */
  readonly repair = async (run: Json): Promise<{ reads: number; waits: number }> => {
    let [pass, after]: [string, string | null] = ['read', null];
    for (let reads = 0, waits = 0; ;) {
      const asked = { p_run: run, p_pass: pass, p_after: after };
      const step: ToRepair = await this.store.rpc<ToRepair>('get_leads_to_repair', asked);
      if (step.next === 'finish') return { reads, waits };
      ({ pass, after } = step);
      if (step.next === 'wait') {
        waits += 1;
        continue;
      }
      reads += 1;
      const found = step.leads.map(({ twenty_id: id }) => this.twenty.get(id) ?? { twenty_id: id, absent: true });
      await this.store.pull(found, { p_run: run, p_read_started_at: step.read_started_at });
    }
  };

  readonly reconcile = async (options: Json = {}): Promise<Run> => {
    const { run } = await this.start(options);
    const { next } = await this.compare(run, 2);
    if (next === 'repair') await this.repair(run);
    return await this.finish(run);
  };
}
