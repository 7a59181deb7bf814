import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { prepareDatabase, replacedMigrations } from '../../../proofs/edge/database';
import { DIRECTED } from '../../../proofs/edge/directed';
import { MUTANTS } from '../../../proofs/edge/mutants';
import { Stage } from '../../../proofs/edge/play';
import { schedules } from '../../../proofs/edge/schedule';
import { replaceAll } from '../../../proofs/schedules/rules/bundle';
import { migrateOnTestClock } from '../../../proofs/schedules/systems/migrations-on-test-clock';
import { OwnerDatabase } from '../../setup/owner-database';

const RUNS = Number(process.env.EDGE_RUNS ?? 40);
/** The same schedules every time; `npm run test:edge` looks for new ones. */
const SEED = Number(process.env.EDGE_SEED ?? 20260302);
const DATABASE = 'edge_schedules';

describe('schedules of users, runs and faults between Supabase and D1', () => {
  let database: OwnerDatabase;
  let stage: Stage;

  beforeAll(async () => {
    database = await OwnerDatabase.create(DATABASE);
    await migrateOnTestClock(database.url);
    await prepareDatabase(database.adminUrl);
    stage = await Stage.open(database.adminUrl);
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await database.drop();
  });

  test('hold every invariant', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, (schedule) => stage.play(schedule)),
      { seed: SEED, numRuns: RUNS, endOnFailure: false },
    );
  }, 600_000);

  test.each(Object.entries(DIRECTED))('hold them in the directed schedule %s', async (_name, schedule) => {
    await expect(stage.play(schedule)).resolves.toBeUndefined();
  });

  test.each(MUTANTS)('have a rule to find where $name', async ({ sql = [], source = [] }) => {
    await expect(replacedMigrations(sql)).resolves.toBeDefined();
    for (const { file, find, replace } of source)
      expect(replaceAll(await readFile(file, 'utf8'), [{ file, find, replace }])).toContain(replace);
  });
});
