import type { IDataObject } from 'n8n-workflow';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../../setup/database';
import { runNode } from './run-node';

let sql: Client;

beforeAll(async () => {
  sql = await connectDatabase();
});
beforeEach(async () => {
  await resetDatabase(sql);
  await sql.query(
    "insert into public.leads (email, first_name, job_title) values ('ada@lumen.example', 'Ada', 'Founder'), ('ben@orbit.example', 'Ben', 'Manager')",
  );
});
afterAll(() => sql.end());

async function run(resource: string, operation: string, parameters: IDataObject = {}): Promise<IDataObject> {
  const items = await runNode({
    host: process.env.TEST_SUPABASE_URL ?? '',
    serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '',
    parameters: { resource, operation, ...parameters },
  });
  return items[0].json;
}

const rules = async (operation: string, parameters: IDataObject = {}): Promise<IDataObject> =>
  await run('scoringRules', operation, { sample: 1000, version: '', note: '', restoreDraft: false, ...parameters });

const score = async (parameters: IDataObject = {}): Promise<IDataObject> =>
  await run('lead', 'calculateScores', { scope: 'stale', untilDone: true, stepSize: 1, ...parameters });

async function scores(): Promise<Array<number | null>> {
  const { rows } = await sql.query<{ score: number | null }>(
    'select lead_score::float8 as score from public.leads order by email',
  );
  return rows.map((row) => row.score);
}

test('rules are previewed without a change, published, scored in steps, and reported', async () => {
  const preview = await rules('preview');
  expect(await scores()).toEqual([null, null]);

  const published = await rules('publish', { note: 'First' });
  const done = await score();

  expect(preview).toMatchObject({ version: null, leads: 2, changed: 2 });
  expect(published).toMatchObject({ version: 1, rules: expect.any(Number) as number });
  expect(done).toMatchObject({ scored: 2, changed: 2, version: 1, has_next: false });
  const [ada, ben] = await scores();
  expect(Number(ada)).toBeGreaterThan(Number(ben));
  expect(await rules('report')).toMatchObject({ leads: 2, average: (Number(ada) + Number(ben)) / 2 });
  expect(await rules('get')).toMatchObject({
    version: 1,
    versions: [{ version: 1, note: 'First' }],
    draft_differs: false,
  });
});

test('a version is rolled back, and scoring stopped', async () => {
  await rules('publish');
  await sql.query("update public.lead_scoring_rules set points = 0 where rule_key = 'role_top'");
  await rules('publish');
  await score();
  const [second] = await scores();

  const back = await rules('rollBack');
  await score();
  const [first] = await scores();
  const stopped = await rules('rollBack', { version: 0 });

  expect(back).toMatchObject({ version: 1, previous: 2 });
  expect(Number(first)).toBeGreaterThan(Number(second));
  expect(stopped).toMatchObject({ version: 0 });
  expect(await score()).toMatchObject({
    scored: 0,
    version: null,
    reason: expect.stringContaining('No scoring rules') as string,
  });
});

test('a draft that cannot be published is refused with what to do', async () => {
  await sql.query('update public.lead_scoring_rules set enabled = false');

  await expect(rules('publish')).rejects.toMatchObject({ description: expect.stringMatching(/rule/) as string });
  await expect(rules('preview', { version: '7' })).rejects.toThrow();
});

test('chosen leads are classified, and what a model says is checked lead by lead', async () => {
  await sql.query(
    `insert into public.customer_segments (segment_name, criteria)
     values ('Deciders', '[{"attribute": "job_title", "operator": "contains_word", "value": "founder"}]'), ('Others', null)`,
  );
  const { rows } = await sql.query<{ id: string }>('select id from public.leads order by email');
  const [ada, ben] = rows.map(({ id }) => id);

  const classified = await run('lead', 'classifySegments', { scope: 'chosen', leadIds: [ada, ben] });
  const toAsk = await run('lead', 'getToClassify', { limit: 20, threshold: 0.7, position: '' });
  const applied = await run('lead', 'applyAiSegments', {
    results: [
      { lead_id: ben, segment: 'VIP', confidence: 1 },
      { lead_id: ada, segment: 'Others', confidence: 1 },
    ],
  });

  expect(classified).toMatchObject({ classified: 2, undecided: 1 });
  expect(toAsk.leads).toMatchObject([{ lead_id: ben, facts: { job_title: 'Manager', email_type: 'corporate' } }]);
  expect(applied).toMatchObject({ applied: 0, kept: 1, rejected: 1 });
  expect(applied.results).toMatchObject([
    { result: 'rejected', reason: expect.stringContaining(ben) as string },
    { result: 'kept' },
  ]);
});
