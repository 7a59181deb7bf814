import type { Json, Store } from './store';

export interface RevenueRow extends Json {
  key: string | null;
  currency: string | null;
  won_amount: number;
  open_amount: number;
  won: number;
  open: number;
  lost: number;
}

export interface Report extends Json {
  deals: number;
  totals: RevenueRow[];
  rows: RevenueRow[];
}

/** What tests of revenue put into the database: stages, leads, touches and deals. */
export class Revenue {
  constructor(private readonly store: Store) {}

  readonly report = (args: Json = {}): Promise<Report> => this.store.rpc<Report>('attribute_revenue', args);

  readonly stages = (): Promise<unknown> =>
    this.store.sql.query(
      `insert into public.sales_stages (stage, label, position, outcome) values
         ('NEW', 'New', 0, 'open'), ('PROPOSAL', 'Proposal', 1, 'open'), ('WON', 'Won', 2, 'won'), ('LOST', 'Lost', 3, 'lost')`,
    );

  readonly lead = (values: Json = {}): Promise<string> => this.store.addLead({ first_name: 'Ada', ...values });

  /** @param touched_at as PostgreSQL reads it */
  readonly touch = async (
    lead: string | null,
    source: string,
    touched_at: string,
    values: Json = {},
  ): Promise<void> => {
    await this.insert('lead_touches', {
      lead_id: lead,
      source,
      touched_at,
      kind: 'form',
      external_id: String(this.touches++),
      ...values,
    });
  };

  readonly deal = async (values: Json): Promise<string> => {
    const { id } = await this.insert('opportunities', { currency: 'EUR', stage: 'NEW', ...values });
    return String(id);
  };

  readonly insert = async (table: string, row: Json): Promise<Json> => {
    const columns = Object.keys(row);
    const [inserted] = await this.store.rows(
      `insert into public.${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning *`,
      Object.values(row),
    );
    return inserted;
  };

  private touches = 0;
}
