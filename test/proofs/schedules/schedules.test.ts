import { Client } from 'pg';
import { Stage } from '../../../proofs/schedules/play';
import { DIRECTED } from '../../../proofs/schedules/rules';
import { HONEST_LIMIT } from '../../../proofs/schedules/rules/writing';
import { generate, runSchedules } from '../../../proofs/schedules/run-schedules';
import { migrateOnTestClock } from '../../../proofs/schedules/systems/migrations-on-test-clock';

const RUNS = Number(process.env.SYNC_RUNS ?? 200);
/** The same schedules every time, so that a red test is a change's doing; `npm run test:sync` looks for new ones. */
const SEED = Number(process.env.SYNC_SEED ?? 2114891100);
const DATABASE = 'sync_schedules';

describe('schedules of users, runs and faults', () => {
  let server: Client;
  let stage: Stage;

  beforeAll(async () => {
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    server = new Client({ connectionString: url.href });
    await server.connect();
    await server.query(`drop database if exists ${DATABASE} with (force)`);
    await server.query(`create database ${DATABASE} owner postgres`);
    url.pathname = `/${DATABASE}`;
    await migrateOnTestClock(Object.assign(new URL(url), { username: 'postgres' }).href);
    stage = await Stage.open(url.href);
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await server.query(`drop database ${DATABASE} with (force)`);
    await server.end();
  });

  test('hold every invariant of the protocol', async () => {
    const { runs, failures, exemptions } = await runSchedules(stage, { seed: SEED, runs: RUNS });
    process.stdout.write(`${runs} schedules from seed ${SEED}, exempted: ${JSON.stringify(exemptions)}\n`);
    const told = failures.map(
      ({ seed, message, schedule }) => `${message}\nSYNC_SEED=${seed} SYNC_RUNS=1\n${schedule}`,
    );
    expect(told.join('\n\n')).toBe('');
  }, 600_000);

  test.each(Object.entries(DIRECTED))('hold them in the directed schedule %s', async (_name, schedule) => {
    await expect(stage.play(schedule)).resolves.toHaveProperty('exemptions');
  });

  test('exempt what an honest limit of the protocol meets, and count it', async () => {
    const { exemptions } = await stage.play(HONEST_LIMIT);

    expect(exemptions.honestLimits).toBe(1);
  });

  test('exempt nothing of it when pushes are strict', async () => {
    const { exemptions } = await stage.play({
      ...HONEST_LIMIT,
      conditions: { ...HONEST_LIMIT.conditions, strict: true },
    });

    expect(exemptions.honestLimits).toBe(0);
  });

  // in the latter two the push makes companies
  test.each([4711, 4713, 4716])('play the same way every time: seed %i', async (seed) => {
    const schedule = generate(seed);

    const first = await stage.play(schedule);
    const second = await stage.play(schedule);

    expect(second).toEqual(first);
  });
});
