/** Plays a share of a soak's schedules in a database of its own; told what to do, and telling, by messages. */
import { Stage } from './play';
import { runSchedules, type Beside, type Failure, type Outcome } from './run-schedules';

export interface Share {
  databaseUrl: string;
  seed: number;
  runs: number;
  beside: Beside;
}

export type Report = { failure: Failure } | { played: number } | { outcome: Outcome };

const PLAYED_AT_ONCE = 50;

async function work({ databaseUrl, seed, runs, beside }: Share): Promise<void> {
  const stage = await Stage.open(databaseUrl);
  let played = 0;
  const outcome = await runSchedules(stage, {
    seed,
    runs,
    beside,
    onFailure: (failure) => send({ failure }),
    onRun: () => {
      played += 1;
      if (played % PLAYED_AT_ONCE === 0) send({ played: PLAYED_AT_ONCE });
    },
  });
  await stage.close();
  send({ outcome });
}

function send(report: Report): void {
  process.send?.(report);
}

process.once('message', (share: Share) => {
  work(share).then(
    () => process.disconnect(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
