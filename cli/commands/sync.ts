import { setTimeout as delay } from 'node:timers/promises';
import { command, type Session } from '../command';
import { CliError } from '../failure';
import { Page } from '../n8n/page';
import { schedulesRun } from '../n8n/switch';
import type { SupabaseApi } from '../supabase/api';
import {
  DIRECTION_NAMES,
  figuresText,
  latestRuns,
  runsAtWork,
  type Direction,
  type Metrics,
  type SyncRun,
} from '../supabase/runs';
import { done, unchanged } from '../terminal/report';
import { startedSchedules } from './resume';

const POLL_MS = 500;
/** n8n begins a run within a second or so; another one that is under way may take its time. */
const BEGIN_PATIENCE_MS = 60_000;
/** The bundle's syncs end after 4 minutes and leave the rest to the next one; a little less. Milliseconds. */
const FULL_LENGTH_MS = 230_000;

const lasted = ({ started_at, finished_at }: SyncRun): number =>
  Date.parse(finished_at ?? started_at) - Date.parse(started_at);

/**
 * The run of leads in that direction that n8n makes after a moment, when it has ended. An earlier one that is still at work turns it
 * away: when that has ended, n8n is asked again.
 * @throws CliError where none comes, or it fails
 */
export async function endedRun(
  supabase: SupabaseApi,
  page: Pick<Page, 'startSync'>,
  direction: Direction,
  after: string,
): Promise<SyncRun> {
  const { objects } = await supabase.rpc<{ objects: string[] }>('get_console');
  const isAwaited = (run: SyncRun): boolean =>
    run.direction === direction && run.mode !== 'inbox' && !objects.includes(run.object);
  let giveUp = Date.now() + BEGIN_PATIENCE_MS;
  let isTurnedAway = false;
  for (;;) {
    const atWork = await runsAtWork(supabase);
    const run = (await latestRuns(supabase, { after, limit: 100 })).find(isAwaited);
    if (run !== undefined && run.status !== 'running') {
      if (run.status === 'succeeded') return run;
      throw new CliError(
        `The run ended as ${run.status}: ${run.error ?? 'no reason was given'}`,
        'Put right what it names, then run: sync --now. What is synced stays synced.',
      );
    }
    const wasTurnedAway = isTurnedAway;
    isTurnedAway = run === undefined && atWork.some(isAwaited);
    const asksAgain = wasTurnedAway && run === undefined && !isTurnedAway;
    if (asksAgain) await page.startSync();
    if (asksAgain || atWork.length > 0) giveUp = Date.now() + BEGIN_PATIENCE_MS;
    if (Date.now() > giveUp) {
      throw new CliError(
        'n8n was asked to sync, and made no run.',
        'Open the last execution of "Lead sync dashboard" in n8n: it says why. Most often n8n itself cannot reach Twenty, or lacks a worker.',
      );
    }
    await delay(POLL_MS);
  }
}

/** One pull and one push; returns whether something is left that the next ones will do. */
async function syncOnce({ report }: Session, supabase: SupabaseApi, page: Page): Promise<boolean> {
  const { at } = await supabase.rpc<Metrics>('get_sync_metrics');
  await page.startSync();
  const runs: SyncRun[] = [];
  for (const direction of ['twenty_to_supabase', 'supabase_to_twenty'] as const) {
    await report.step(DIRECTION_NAMES[direction], async () => {
      const run = await endedRun(supabase, page, direction, at);
      runs.push(run);
      const remarks = run.warnings.map((remark) => `; ${remark}`).join('');
      const isIdle = figuresText(run) === 'nothing to do';
      return (isIdle ? unchanged : done)(`${figuresText(run)} in ${Math.round(lasted(run) / 100) / 10} s${remarks}`);
    });
  }
  const [pull, push] = runs;
  const { backlog } = await supabase.rpc<Metrics>('get_sync_metrics');
  return lasted(pull) > FULL_LENGTH_MS || (backlog.due > 0 && (push.figures.pushed ?? 0) > 0);
}

async function run(session: Session): Promise<void> {
  const { report } = session;
  const supabase = await session.supabase();
  const n8n = await session.n8n();
  const page = new Page(n8n.url, await session.connections.get('supabaseKey'));
  const isFirst = (await latestRuns(supabase, { limit: 1 })).length === 0;
  const isWaiting = !(await schedulesRun(n8n));
  while (await syncOnce(session, supabase, page));
  if (isFirst && isWaiting) await report.step('Schedules', () => startedSchedules(n8n));
  else if (isWaiting) report.say('The schedules are paused; the command resume lets them run.');
  const { leads, health } = await supabase.rpc<Metrics>('get_sync_metrics');
  report.say(`${leads.synced} of ${leads.total} leads are in sync; health: ${health.status}.`);
  report.finish({ leads, health });
}

export const sync = command(
  'sync',
  'sync both sides in n8n now and wait for the end; after the first sync the schedules begin',
  ['supabaseUrl', 'supabaseKey', 'n8nUrl', 'n8nApiKey'],
  run,
).option('--now', 'at once (there is no other way; schedules sync by themselves)');
