import type { Json, Store } from './store';

export interface Breakdown extends Json {
  raw: number;
  score: number;
  version: number;
  rules: Record<string, number>;
  groups: Record<string, number>;
}

/** What tests do with scoring rules and segments. */
export class Scoring {
  constructor(private readonly store: Store) {}

  readonly publish = (): Promise<Json> => this.store.rpc('publish_scoring_rules');

  /** A score as the lead shows it, and what it is made of. */
  readonly numbers = async (id: string): Promise<{ score: number; breakdown: Breakdown }> => {
    const lead = await this.store.lead(id);
    return { score: Number(lead.lead_score), breakdown: lead.score_breakdown as Breakdown };
  };

  readonly rule = (values: Json): Promise<unknown> => this.insert('lead_scoring_rules', values);

  /** Ten points for more than one activity. */
  readonly busy = (): Promise<unknown> =>
    this.rule({
      rule_key: 'busy',
      rule_group: 'timing',
      attribute: 'activity_count',
      operator: 'greater',
      value: 1,
      points: 10,
    });

  /** Inserts a row of the rules' tables; `value` and `criteria` are JSON. */
  readonly insert = async (table: string, row: Json): Promise<Json> => {
    const columns = Object.keys(row);
    const cells = columns.map((name) => (['value', 'criteria'].includes(name) ? JSON.stringify(row[name]) : row[name]));
    const [inserted] = await this.store.rows(
      `insert into public.${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning *`,
      cells,
    );
    return inserted;
  };

  readonly segment = async (name: string, values: Json = {}): Promise<string> =>
    String((await this.insert('customer_segments', { segment_name: name, ...values })).id);

  readonly enterprise = (): Promise<string> =>
    this.segment('Enterprise', {
      priority: 1,
      criteria: [{ attribute: 'company_employees', operator: 'greater', value: 1000 }],
    });

  /** Two of three criteria are enough. */
  readonly leaders = (): Promise<string> =>
    this.segment('Leaders', {
      priority: 2,
      threshold: 0.5,
      criteria: [
        { attribute: 'job_title', operator: 'contains_word', value: ['ceo', 'head'], weight: 2 },
        { attribute: 'email_type', operator: 'equals', value: 'corporate' },
        { attribute: 'phone', operator: 'is_set' },
      ],
    });

  /** A lead's segment, and how it came to it. */
  readonly segmentOf = async (id: string): Promise<Json> => {
    const { segment_id, segment_confidence: confidence, segment_source } = await this.store.lead(id);
    return { segment_id, segment_confidence: confidence === null ? null : Number(confidence), segment_source };
  };
}
