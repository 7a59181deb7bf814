import { readFileSync } from 'node:fs';
import type { EdgeOrder, EdgePorts, Statement, StatementResult } from '../../../nodes/CloudflareD1/loops/ports';
import { QUIET_EDGE } from '../../../proofs/quiet-control';
import { D1 } from '../../../stand-ins/cloudflare';
import { Store } from '../store';

export const ORDER: EdgeOrder = { mode: 'changes', trigger: 'manual', table: null, full: false, reportOnly: false };

/** Supabase and D1 as a test sees them, and the ports through which the loops do. */
export class Sides {
  /** What befalls the calls of D1 that come next: its answer is lost, or it does not get there. */
  readonly faults: Array<'lost' | 'unreachable' | null> = [];
  calls = 0;

  private constructor(
    readonly store: Store,
    readonly d1: D1,
  ) {}

  /** Both sides empty, the replica on, outreach made. */
  static async open(): Promise<Sides> {
    const store = await Store.open();
    const d1 = await D1.open();
    await d1.apply(readFileSync('edge/migrations/0001_edge.sql', 'utf8'));
    await store.sql.query('select public.enable_outreach()');
    await store.sql.query('select public.enable_edge()');
    return new Sides(store, d1);
  }

  /** Leaves the database as the schema does. */
  async close(): Promise<void> {
    await this.store.sql.query('select public.disable_edge()');
    await this.store.sql.query(
      'drop table if exists public.email_events, public.emails, public.campaigns, public.mailboxes',
    );
    await this.store.reset();
    await this.store.close();
    await this.d1.close();
  }

  get ports(): EdgePorts {
    const { store } = this;
    return {
      store: { rpc: (name, args) => store.rpc(name, args) },
      d1: { batch: (statements) => this.batch(statements) },
      control: {
        ...QUIET_EDGE,
        isHopeless: (error) => (error as { code?: string }).code !== undefined,
        tries: 3,
      },
    };
  }

  private async batch(statements: readonly Statement[]): Promise<StatementResult[]> {
    this.calls += 1;
    const fault = this.faults.shift();
    if (fault === 'unreachable') throw new Error('D1 is unreachable');
    const results = await this.d1.batch(statements);
    if (fault === 'lost') throw new Error('The answer was lost');
    return results.map(({ results: rows, meta }) => ({
      rows: rows as Array<Record<string, unknown>>,
      rowsRead: meta.rows_read,
      rowsWritten: meta.rows_written,
    }));
  }

  /** The replica of leads, by first name. */
  async prospects(): Promise<Array<Record<string, unknown>>> {
    return await this.d1.rows(
      'select id, first_name, email, lead_score, attributes, edge_version from prospects order by first_name',
    );
  }
}
