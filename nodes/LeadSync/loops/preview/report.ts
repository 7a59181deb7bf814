/** Numbers by what they count, in groups: `{created: 2, fields: {email: 1}}`. */
export interface Counts {
  [name: string]: number | Counts;
}

/** One record that a sync would change or leave alone, side by side. */
export interface Example {
  kind: string;
  side: 'supabase' | 'twenty' | 'both';
  lead_id: string | null;
  twenty_id?: string | null;
  fields: string[];
  supabase?: Record<string, unknown>;
  twenty?: Record<string, unknown>;
  winner?: string;
  reason?: string | null;
}

/** Rows that go out only once their lead is in Twenty, which is not this sync's to bring: by whether that lead is due. */
export interface WaitsForLead {
  due?: number;
  not_due?: number;
}

/** What a sync would do. Of an object beside leads, leads are its rows here and people its records in Twenty. */
export interface PreviewReport {
  mode: string;
  /** From when on changes of Twenty are read; null: all of it. */
  since: string | null;
  /** Leads there are, and how many of them are linked with a person. */
  leads: number;
  linked: number;
  /** People read. */
  people: number;
  /** What would happen to leads: created, linked (by what), updated, fields (leads by field), deleted, restored, left_out (by reason). */
  supabase: Counts;
  /** What would happen to people: created, updated, fields, deleted, restored, held (by category), left_out (by field), refused, companies_created; of rows that hang on leads, waits_for_lead. */
  twenty: Counts;
  /** Conflicts by field and winner. */
  conflicts: Counts;
  /** Calls of Twenty that the sync takes, and the least minutes that its rate limit makes of them. */
  calls: { reads: number; writes: number; per_minute: number };
  minutes: number;
  examples: Example[];
  warnings: string[];
  /** How long the preview took. */
  seconds: number;
}

/** Adds counts to others, group by group. */
export function addCounts(to: Counts, more: Counts): void {
  for (const [name, value] of Object.entries(more)) {
    if (typeof value === 'number') to[name] = ((to[name] as number | undefined) ?? 0) + value;
    else addCounts((to[name] ??= {}) as Counts, value);
  }
}

/** The first examples of each kind on each side. */
export class Examples {
  readonly all: Example[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly most: number) {}

  add(examples: readonly Example[]): void {
    for (const example of examples) {
      const key = `${example.side} ${example.kind}`;
      const count = this.counts.get(key) ?? 0;
      if (count >= this.most) continue;
      this.counts.set(key, count + 1);
      this.all.push(example);
    }
  }

  /** Takes back what is not so any more. */
  drop(side: Example['side'], kind: string, leadId: string): void {
    const place = this.all.findIndex((one) => one.side === side && one.kind === kind && one.lead_id === leadId);
    if (place < 0) return;
    this.all.splice(place, 1);
    const key = `${side} ${kind}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) - 1);
  }
}
