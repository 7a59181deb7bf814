import { Stage } from '../../../proofs/schedules/play';
import { DIRECTED } from '../../../proofs/schedules/rules';
import { HONEST_LIMIT } from '../../../proofs/schedules/rules/writing';
import { generate, runSchedules } from '../../../proofs/schedules/run-schedules';
import { migrateOnTestClock } from '../../../proofs/schedules/systems/migrations-on-test-clock';
import { OwnerDatabase } from '../../setup/owner-database';

const RUNS = Number(process.env.SYNC_RUNS ?? 120);
/** The same schedules every time, so that a red test is a change's doing; `npm run test:sync` looks for new ones. */
const SEED = Number(process.env.SYNC_SEED ?? 2114891100);
const DATABASE = 'sync_schedules';

describe('schedules of users, runs and faults', () => {
  let database: OwnerDatabase;
  let stage: Stage;

  beforeAll(async () => {
    database = await OwnerDatabase.create(DATABASE);
    await migrateOnTestClock(database.url);
    stage = await Stage.open(database.adminUrl);
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await database.drop();
  });

  test('hold every invariant of the protocol', async () => {
    const { runs, failures, exemptions } = await runSchedules(stage, { seed: SEED, runs: RUNS });
    process.stdout.write(`${runs} schedules from seed ${SEED}, exempted: ${JSON.stringify(exemptions)}\n`);
    const told = failures.map(
      ({ seed, message, schedule }) => `${message}\nSYNC_SEED=${seed} SYNC_RUNS=1\n${schedule}`,
    );
    expect(told.join('\n\n')).toBe('');
  }, 600_000);

  test('hold them while filters are set, changed and taken away', async () => {
    const beside = { filters: true };
    const { failures } = await runSchedules(stage, { seed: SEED, runs: RUNS / 3, beside });
    expect(failures).toEqual([]);
  }, 600_000);

  test('hold them while deletions and changes wait for a yes, and a no is said', async () => {
    const beside = { approvals: true };
    const { failures } = await runSchedules(stage, { seed: SEED, runs: RUNS / 3, beside });
    expect(failures).toEqual([]);
  }, 600_000);

  test('hold them for deals beside leads', async () => {
    const beside = { deals: true };
    const { failures } = await runSchedules(stage, { seed: SEED, runs: RUNS / 3, beside });
    expect(failures).toEqual([]);
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
