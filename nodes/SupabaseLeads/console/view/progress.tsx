import type { DashboardData, SyncRun } from '../data';
import { nounsOf } from '../objects';
import { ago, number, percent, span, words } from './format';
import { Card } from './parts';

const sum = (run: SyncRun, ...names: string[]): number =>
  names.reduce((total, name) => total + (run.figures?.[name] ?? 0), 0);

/** Counts of a run that say something of it, in words. */
function countsOf(run: SyncRun): string {
  const counts: Array<[name: string, count: number]> = [
    ['read', sum(run, 'read')],
    ['compared', sum(run, 'compared')],
    ['merged', sum(run, 'created', 'updated', 'linked', 'unchanged')],
    ['written', sum(run, 'pushed')],
  ];
  const told = counts.filter(([, count]) => count > 0).map(([name, count]) => `${number(count)} ${name}`);
  return [...told, `${number(sum(run, 'twenty_calls'))} calls of Twenty`].join(' · ');
}

function endOf({ estimated_end }: SyncRun, now: string): string {
  if (!estimated_end) return 'end not known yet';
  const seconds = (Date.parse(estimated_end) - Date.parse(now)) / 1000;
  return seconds < 1 ? 'about to end' : `about ${span(Math.ceil(seconds))} left`;
}

/** "Supabase → Twenty, deals": rows that are leads, and a mode that is delta, go without saying. */
export const wayOf = ({ direction, mode, rows_of }: SyncRun): string =>
  [words(direction), ...(mode === 'delta' ? [] : [mode]), ...(rows_of ? [nounsOf([rows_of])[1]] : [])].join(', ');

function Run({ run, now }: { run: SyncRun; now: string }) {
  const { started_at, progress } = run;
  const name = wayOf(run);
  const done = Math.min(100, 100 * (progress ?? 0));
  return (
    <>
      <span class="name">{name}</span>
      <span class="track" role="progressbar" aria-label={name} aria-valuenow={Math.round(done)}>
        <span class="bar" style={`width: ${done.toFixed(1)}%`} />
      </span>
      <span class="number">{progress ? percent(done) : '–'}</span>
      <span class="muted small run-details">
        Began {ago(started_at, now)}: {countsOf(run)}; {endOf(run, now)}.
      </span>
    </>
  );
}

const runningRuns = ({ runs }: DashboardData): SyncRun[] => runs.filter(({ status }) => status === 'running');

/** After how many seconds the page is made anew: sooner while something runs. */
export const renewedSeconds = (data: DashboardData): number => (runningRuns(data).length > 0 ? 10 : 60);

/** How far the runs are that run now; nothing when none does. */
export function ProgressCard({ data }: { data: DashboardData }) {
  const runs = runningRuns(data);
  if (runs.length === 0) return null;
  return (
    <Card title="Running now">
      <div class="bars">
        {runs.map((run) => (
          <Run run={run} now={data.at} />
        ))}
      </div>
    </Card>
  );
}
