import type { Write } from '../../lead';
import type { ChangedPage, ChangedWindow } from '../../Twenty/leads/get-changed';
import type { IdsPage, IdsRequest } from '../../Twenty/leads/get-ids';
import type { AskedLead, FoundLeads } from '../../Twenty/leads/get-many';
import type { PushOptions, PushReport } from '../../Twenty/leads/push';
import type { ScopeSettings } from '../../Twenty/leads/scope';
import type { ChangedLead } from './changes';

/** Twenty as a run sees it: its object, its mapping. Reads reject with a `TwentyError`; a push does when nothing can be written at all. */
export interface TwentyPort {
  /** The calls a minute that the workspace allows, as far as is known by now. */
  callsPerMinute(): number;
  getChangedPage(window: ChangedWindow): Promise<ChangedPage>;
  getIdsPage(request: IdsRequest): Promise<IdsPage>;
  getLeads(asked: readonly AskedLead[]): Promise<FoundLeads>;
  pushLeads(writes: readonly Write[], options: Omit<PushOptions, 'batchSize'>): Promise<PushReport>;
}

/** The functions of the database (docs/data-contract.md), each call a transaction. */
export interface StorePort {
  /** @param args by name; what is `null` is left to the function's default */
  rpc<T>(name: string, args: Record<string, unknown>): Promise<T>;
}

/** What drives a loop from outside. */
export interface Control {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Ends early when the execution is cancelled; never rejects. */
  sleep(milliseconds: number): Promise<void>;
  isCancelled(): boolean;
  /** Whether trying a failed call again cannot help: a wrong key, a lost lease. */
  isHopeless(error: unknown): boolean;
  /** Whether the database ran into its time limit: the same call again would, too; smaller ones may not. */
  isTooLong(error: unknown): boolean;
  log(message: string): void;
  /** Tells whoever looks at the execution what they should do something about. */
  warn(message: string): void;
  /** How often a read or a call of the database is tried. */
  tries: number;
  /** Milliseconds between two tries. */
  pause: number;
  /** Milliseconds after which no further page or claim is begun; null for no limit. */
  maxDuration: number | null;
}

/** All that a loop knows of the world. Whoever wraps a port sees each step and can stand still before it, or end there. */
export interface Ports {
  twenty(settings: ScopeSettings): TwentyPort;
  store: StorePort;
  control: Control;
  /** Takes what changed, where somebody wants to know. */
  changes?: (leads: ChangedLead[]) => void;
}
