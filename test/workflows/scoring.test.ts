import { type StageRunOptions, useStage } from './stage';
import { withAlerts } from './telling';

const stage = useStage();

beforeAll(async () => {
  expect((await stage.run('lead-sync-setup')).status).toBe('success');
});

interface Scored {
  email: string;
  score: number | null;
  segment: string | null;
}

async function scored(): Promise<Scored[]> {
  const { rows } = await stage.database.query<Scored>(
    `select l.email, l.lead_score::float8 as score, s.segment_name as segment
     from public.leads l left join public.customer_segments s on s.id = l.segment_id order by l.email`,
  );
  return rows;
}

async function publish(): Promise<void> {
  await stage.database.query('select public.publish_scoring_rules()');
}

async function addSegment(name: string, word: string): Promise<void> {
  await stage.database.query('insert into public.customer_segments (segment_name, criteria) values ($1, $2)', [
    name,
    JSON.stringify([{ attribute: 'job_title', operator: 'contains_word', value: word }]),
  ]);
}

/** Score and segment as people at Twenty's screen see them. */
function inTwenty(): Array<{ score: unknown; segment: unknown }> {
  return stage.twenty.store
    .list('people')
    .sort((a, b) => JSON.stringify(a.emails).localeCompare(JSON.stringify(b.emails)))
    .map(({ leadScore, leadSegment }) => ({ score: leadScore, segment: leadSegment }));
}

const ADA = { email: 'ada@lumen.example', firstName: 'Ada', jobTitle: 'Chief Technology Officer' };
const BEN = { email: 'ben@orbit.example', firstName: 'Ben', jobTitle: 'Intern' };

/** Leads in a step, where the database is slow. */
const inStepsOf =
  (stepSize: number): StageRunOptions['edit'] =>
  (node) => {
    for (const name of ['Classify leads without a segment', 'Score stale leads'])
      Object.assign(node(name).parameters, { stepSize });
  };

describe('Lead scoring', () => {
  it('scores nothing before rules are published, and says so', async () => {
    await stage.addLeads(ADA);

    const run = await stage.run('lead-sync-scoring', { from: 'Every hour' });

    expect(run.status).toBe('success');
    expect(run.outputs('Score stale leads')[0][0].summary).toMatch(/No scoring rules are published yet/);
    expect(await scored()).toMatchObject([{ score: null }]);
  });

  it('brings scores and segments up to date in steps after rules and segments changed, and then has nothing to do', async () => {
    await stage.addLeads(ADA, BEN, ...[1, 2, 3].map((n) => ({ email: `l${n}@lumen.example`, firstName: `L${n}` })));
    await publish();
    await addSegment('Deciders', 'chief');

    const run = await stage.run('lead-sync-scoring', { edit: inStepsOf(2) });
    const again = await stage.run('lead-sync-scoring');

    expect(run.outputs('Score stale leads')[0][0]).toMatchObject({ scored: 5, changed: 5, version: 1 });
    expect(again.outputs('Score stale leads')[0][0]).toMatchObject({ scored: 0, changed: 0 });
    const [ada, ben] = await scored();
    expect(ada).toMatchObject({ segment: 'Deciders' });
    expect(ben).toMatchObject({ segment: null });
    expect(Number(ada.score)).toBeGreaterThan(Number(ben.score));
  });

  it('carries scores and segments to Twenty with the push, and then neither side has anything to write', async () => {
    await stage.addLeads(ADA, BEN);
    await stage.push();
    await publish();
    await addSegment('Deciders', 'chief');
    await stage.run('lead-sync-scoring');

    await stage.push();

    const [ada, ben] = await scored();
    expect(inTwenty()).toEqual([
      { score: ada.score, segment: 'Deciders' },
      { score: ben.score, segment: '' },
    ]);
    stage.twenty.stats.reset();
    for (let cycle = 0; cycle < 2; cycle++) {
      await stage.pull();
      await stage.run('lead-sync-scoring');
      await stage.push();
    }
    expect(Object.keys(stage.twenty.stats.byOperation)).toEqual(['people']);
    expect((await stage.leads()).map(({ sync_status }) => sync_status)).toEqual(['synced', 'synced']);
  });

  it('lets a score follow an edit in Twenty at once, and takes it back there', async () => {
    await publish();
    await stage.addLeads(BEN);
    await stage.push();
    const [before] = await scored();
    const [{ twenty_id: id }] = await stage.leads();

    stage.twenty.store.update('people', id ?? '', { jobTitle: 'Founder' });
    await stage.pull();
    await stage.push();

    const [after] = await scored();
    expect(Number(after.score)).toBeGreaterThan(Number(before.score));
    expect(inTwenty()).toMatchObject([{ score: after.score }]);
  });

  it('fails with what to do when Supabase cannot be used, and alerts', async () => {
    const run = await stage.run('lead-sync-scoring', {
      edit: withAlerts,
      credentials: { leadSyncSupabaseApi: { serviceKey: 'sb_secret_wrong' } },
    });

    expect(run.error).toMatch(/Supabase does not accept the service key/);
    expect(stage.telegram.messages).toMatchObject([
      {
        text: expect.stringMatching(
          /Lead scoring, at &quot;Classify leads without a segment&quot;<\/b>\n.*service key.*\n→ Nothing is lost/,
        ) as string,
      },
    ]);
  });
});
