import { InputError } from '../../errors/input-error';
import { schemaAdvice } from '../../SupabaseLeads/schema-version';
import type { IdRange } from '../../Twenty/leads/id-range';
import { describeFailure } from '../../Twenty/transport/failure-texts';
import { TwentyError } from '../../Twenty/transport/failures';
import type { ScopeSettings } from '../../Twenty/leads/scope';
import type { Urgency } from '../../Twenty/transport/shared-budget';
import type { Ports } from './ports';
import type { RunToken, Trigger } from '../../runs/control';
import { tried } from '../../runs/tried';
import type { Watch } from '../../runs/watch';
import { Session } from './session';

export type { Trigger };

/** What a run keeps the same. */
export interface Synced {
  /** As Twenty calls it, e.g. `opportunity`; null, or left out, for leads. */
  object?: string | null;
}

/** A run to be opened: the arguments of `start_sync_run`. */
export interface RunOrder {
  direction: 'twenty_to_supabase' | 'supabase_to_twenty' | 'bidirectional';
  mode: 'delta' | 'full' | 'inbox' | 'reconcile';
  trigger: Trigger;
  /** What is null comes from the settings and the mapping. */
  options: Record<string, unknown>;
}

/** What `start_sync_run` says of a run that it opened. */
export interface StartedRun {
  started: true;
  run: RunToken;
  window: { from: string | null; until: string | null };
  position: string | null;
  /** What a reconciliation reads first; null for all ids, and from older databases, which know nothing else. */
  range?: IdRange | null;
  object: string;
  fields: unknown;
  /** Of what `store_twenty_fields` was told last of a lead's object; null for never, left out of other objects and by older databases. */
  fields_fingerprint?: string | null;
  /** `share_calls`: whether all processes take their calls of Twenty from one budget; older databases do not say. */
  settings: { default_country: string; strict: boolean; share_calls?: boolean };
  read_started_at: string;
  due: number;
  /** Merges of leads that are not done; older databases do not say. */
  merges?: number;
  /** Of the database's schema; older ones do not say. */
  schema_version?: number;
}

/** No run was opened: another one is active, or there is nothing to do. */
export interface NotStarted {
  started: false;
  reason: string;
  active_run: object | null;
}

/** How the work of a run ended. */
export interface Ending {
  /** Whether something is left that the next run will do. */
  moreDue: boolean;
  /** Whether what was done so far is worth little alone: the run then ends as stopped. */
  unfinished?: boolean;
}

/** What a loop did, of one run or of several that followed each other. */
export interface SyncReport {
  started: true;
  run_id: string;
  direction: string;
  mode: string;
  status: string;
  started_at: string;
  finished_at: string;
  seconds: number;
  figures: Record<string, number>;
  findings: unknown;
  warnings: unknown[];
  more_due: boolean;
  runs: number;
}

interface Finished {
  finished: boolean;
  again: boolean;
  reason?: string;
  run: Omit<SyncReport, 'started' | 'run_id' | 'more_due' | 'runs'> & { id: string };
}

/** The end of a run, and whether a webhook asked for another one meanwhile. */
interface EndedRun {
  report: SyncReport;
  again: boolean;
}

/** A run that cannot go on; the message says why and what to do. */
export class RunFailed extends InputError {
  override name = 'RunFailed';
}

/**
 * Opens a run, does its work and closes it: as failed with the reason when the work rejects, as stopped when the execution
 * was cancelled.
 * @throws what the work rejected with
 */
export async function inRun(
  ports: Ports,
  watch: Watch,
  order: RunOrder,
  work: (session: Session, started: StartedRun) => Promise<Ending>,
): Promise<EndedRun | NotStarted> {
  const { direction, mode, trigger, options } = order;
  const started = await ports.store.rpc<StartedRun | NotStarted>('start_sync_run', {
    p_direction: direction,
    p_mode: mode,
    p_trigger: trigger,
    p_options: options,
  });
  if (!started.started) return started;
  const { run, settings } = started;
  const advice = schemaAdvice(started.schema_version);
  if (advice !== null) ports.control.warn(advice);
  const twenty = ports.twenty(scopeOf(started, options.object), settings.share_calls ? urgencyOf(order) : null);
  const session = new Session(ports, twenty, run, watch, `${NAMES[direction]} (${mode})`);
  return await work(session, started)
    .then((ending) => close(ports, run, statusOf(ports, ending), ending.moreDue))
    .catch(async (error: unknown) => {
      if (ports.control.isCancelled()) return await close(ports, run, 'stopped', true);
      await closeAsFailed(ports, run, error);
      return await Promise.reject(error as Error);
    });
}

/** How records are read and written. @param asked the object that was asked for; none for leads, of whose fields alone the database answers, too */
export function scopeOf(
  {
    object,
    fields,
    settings,
    fields_fingerprint,
  }: Pick<StartedRun, 'object' | 'fields' | 'settings' | 'fields_fingerprint'>,
  asked: unknown,
): ScopeSettings {
  const isLeads = (asked ?? null) === null || fields_fingerprint !== undefined;
  return { object, fieldMapping: fields, defaultCountry: settings.default_country, isLeads };
}

/** What webhooks named and what people wait for goes before what comes by itself. */
function urgencyOf({ mode, trigger }: RunOrder): Urgency {
  return mode === 'inbox' || trigger === 'manual' ? 'urgent' : 'scheduled';
}

const NAMES = { twenty_to_supabase: 'Pull', supabase_to_twenty: 'Push', bidirectional: 'Reconciliation' };

function statusOf({ control }: Ports, { moreDue, unfinished }: Ending): 'succeeded' | 'stopped' {
  return unfinished || (moreDue && control.isCancelled()) ? 'stopped' : 'succeeded';
}

async function close(ports: Ports, run: RunToken, status: string, moreDue: boolean): Promise<EndedRun> {
  const answer = await tried(ports.control, () =>
    ports.store.rpc<Finished>('finish_sync_run', { p_run: run, p_status: status }),
  );
  if (!answer.finished)
    throw new RunFailed(`${answer.reason}. The next run goes on where this one stored its last step.`);
  const { id, ...ended } = answer.run;
  return { report: { started: true, run_id: id, ...ended, more_due: moreDue, runs: 1 }, again: answer.again };
}

/** What went wrong counts, not that the run could not be closed either: its lease ends by itself. */
async function closeAsFailed(ports: Ports, run: RunToken, error: unknown): Promise<void> {
  try {
    await ports.store.rpc('finish_sync_run', { p_run: run, p_status: 'failed', p_error: reasonOf(error) });
  } catch (closing) {
    ports.control.log(`The failed run ${run.id} could not be closed: ${reasonOf(closing)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof TwentyError ? describeFailure(error.failure) : (error as Error).message;
}

/**
 * Makes runs until no webhook has asked for another one while the last was at work, or the time is over.
 * @param pause milliseconds before the next run, given what the last one did
 */
export async function runAgain(
  { control }: Ports,
  watch: Watch,
  run: () => Promise<EndedRun | NotStarted>,
  pause: (report: SyncReport) => number = () => 0,
): Promise<SyncReport | NotStarted> {
  let ended = await run();
  let total: SyncReport | null = null;
  while (!('started' in ended)) {
    const { report, again } = ended;
    total = total === null ? report : added(total, report);
    if (!again) return total;
    await control.sleep(pause(report));
    if (watch.isOver) return { ...total, more_due: true };
    ended = await run();
  }
  return total ?? ended;
}

/** Figures that are no counts: of several runs the last one's holds. */
const GAUGE = /_per_minute$/;

function added(before: SyncReport, last: SyncReport): SyncReport {
  const figures = { ...before.figures };
  for (const [name, figure] of Object.entries(last.figures)) {
    figures[name] = GAUGE.test(name) ? figure : (figures[name] ?? 0) + figure;
  }
  const seconds = before.seconds + last.seconds;
  return { ...last, started_at: before.started_at, seconds, figures, runs: before.runs + 1 };
}
