import type { Control as LeadControl, StorePort } from '../../runs/control';

/** SQL for D1 as the database gave it; its parameters are texts, as Cloudflare's API has them. */
export interface Statement {
  sql: string;
  params: string[];
}

/** What D1 says of one statement. */
export interface StatementResult {
  rows: Array<Record<string, unknown>>;
  rowsRead: number;
  rowsWritten: number;
}

/** D1, over Cloudflare's API or the Worker. */
export interface D1Port {
  /** Sends statements in one call, which is one transaction: all of them, or none. */
  batch(statements: readonly Statement[]): Promise<StatementResult[]>;
}

/** What drives a loop from outside. `isHopeless` and `tries` count for calls of both sides. */
export interface Control extends LeadControl {
  /** What D1 says where it refused a batch for what is in it (a value that does not fit, a size, a constraint); null for any other failure. */
  refusalOf(error: unknown): string | null;
  /** Whether D1 lacks a table that a statement names: it was restored, or was never filled. */
  lacksTable(error: unknown): boolean;
  /** Whether a table of D1 lacks a column that a statement names: it is another one than the mapping's. */
  lacksColumn(error: unknown): boolean;
}

/** All that a loop of the edge replica knows of the world. */
export interface EdgePorts {
  store: StorePort;
  d1: D1Port;
  control: Control;
}

/** What is asked of a run; what is left out is the database's default. */
export interface EdgeOrder {
  mode: 'changes' | 'check' | 'rebuild';
  trigger: 'scheduled' | 'manual' | 'webhook';
  /** The one table to go about; null for all. */
  table: string | null;
  /** A check of all rows instead of a sample. */
  full: boolean;
  /** A check that repairs nothing. */
  reportOnly: boolean;
}

/** What a run did; `figures` as `finish_edge_run` gives them. */
export interface EdgeReport {
  started: true;
  run_id: string;
  direction: 'down' | 'up';
  mode: EdgeOrder['mode'];
  status: string;
  seconds: number;
  figures: Record<string, number>;
  findings: unknown;
  more_due: boolean;
}

/** No run was opened: another one is active, or nothing is due. */
export interface EdgeNotStarted {
  started: false;
  reason: string;
  active_run: object | null;
}
