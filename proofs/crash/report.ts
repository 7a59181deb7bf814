import type { EdgeKillFigures } from './edge-part';
import type { KillFigures } from './kill-part';
import type { Verdict } from './verdict';
import type { WorkerFigures } from './worker-part';

interface Parts {
  kills: KillFigures;
  twoProcesses: WorkerFigures;
  queueMode: WorkerFigures | { skipped: string };
}

/** What `--json` prints. `lost` and `doubled` are of all parts. */
export interface Report {
  kills: number;
  lost: number;
  doubled: number;
  seconds: number;
  seed: number;
  /** Kills by what was killed. */
  killed: Record<string, number>;
  /** Leads that had to be on both sides at the end. */
  leads: number;
  /** Writes of people on both sides while parts were killed. */
  writes: number;
  two_processes: { rounds: number; lost: number; doubled: number };
  queue_mode: { rounds: number; lost: number; doubled: number } | { skipped: string };
  violations: string[];
}

const MOST_IN_WORDS = 30;

/** Puts the parts' figures together. */
export function reportOf(seed: number, seconds: number, { kills, twoProcesses, queueMode }: Parts): Report {
  const verdicts: Verdict[] = [kills, twoProcesses, ...('skipped' in queueMode ? [] : [queueMode])];
  const short = ({ rounds, lost, doubled }: WorkerFigures): Report['two_processes'] => ({ rounds, lost, doubled });
  return {
    kills: kills.kills,
    // what one part lost is missing in the next one, too
    lost: Math.max(...verdicts.map(({ lost }) => lost)),
    doubled: Math.max(...verdicts.map(({ doubled }) => doubled)),
    seconds,
    seed,
    killed: kills.byPart,
    leads: Math.max(...verdicts.map(({ leads }) => leads)),
    writes: kills.writes,
    two_processes: short(twoProcesses),
    queue_mode: 'skipped' in queueMode ? queueMode : short(queueMode),
    violations: [...new Set(verdicts.flatMap(({ violations }) => violations))],
  };
}

function workersInWords(name: string, figures: Report['queue_mode']): string {
  if ('skipped' in figures) return `${name}: skipped, ${figures.skipped}`;
  return `${name}: ${figures.rounds} rounds, ${figures.lost} lost, ${figures.doubled} doubled`;
}

/** What became of the edge replica, for people. */
export function edgeInWords({ kills, byPart, writes, leads, events, violations }: EdgeKillFigures): string {
  const killed = Object.entries(byPart).map(([part, count]) => `${part} ${count}`);
  return [
    `${kills} kills (${killed.join(', ')}) in a running sync of ${leads} leads and ${events} events, ${writes} writes meanwhile`,
    violations.length === 0 ? 'The replica equals its source, and every e-mail and event has arrived once.' : 'Wrong:',
    ...violations,
  ].join('\n');
}

/** The report for people. */
export function inWords(report: Report): string {
  const killed = Object.entries(report.killed).map(([part, count]) => `${part} ${count}`);
  const { violations } = report;
  return [
    `${report.kills} kills (${killed.join(', ')}) in a running sync of ${report.leads} leads, ${report.writes} writes meanwhile: ${report.lost} lost, ${report.doubled} doubled`,
    workersInWords('Two n8n over one database', report.two_processes),
    workersInWords('n8n in queue mode', report.queue_mode),
    violations.length === 0
      ? 'Both sides are equal, everybody is there once, and a further cycle writes nothing.'
      : `${violations.length} things are wrong (--seed ${report.seed}):`,
    ...violations.slice(0, MOST_IN_WORDS).map((violation) => `  ${violation}`),
    `${report.seconds} s`,
  ].join('\n');
}
