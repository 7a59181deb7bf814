import { person } from '../store';
import { Project } from './project';
import { PULLED, SHAPES } from './shapes';

/** A project that has a table `leads` of its own keeps it as it is, and has its rows synced. */
describe.each(SHAPES)('a table leads with $name', (shape) => {
  let project: Project;
  let before: unknown;
  beforeAll(async () => {
    project = await Project.create('foreign_leads_test', `${shape.sql} ${shape.ada}`);
    before = await project.definition('public.leads');
  });
  afterAll(() => project.drop());

  const row = async (email: string): Promise<unknown> =>
    (await project.rows(`select ${shape.look} from public.leads where lower(${shape.email}) = $1`, [email]))[0];
  const lead = async (email: string): Promise<Record<string, unknown>> =>
    (await project.rows(`select * from ${project.leads} where lower(email) = $1`, [email]))[0];

  test('is planned without a change', async () => {
    expect(await project.ask("lead_sync.adoption_plan('public.leads')")).toMatchObject({ ...shape.plan, problems: [] });
    expect(await project.definition('public.leads')).toEqual(before);
  });

  test('gets three triggers and nothing else', async () => {
    await project.ask("lead_sync.connect_source('public.leads', p_both_ways => true)");
    expect(await project.definition('public.leads')).toEqual({
      ...(before as object),
      ours: ['lead_sync_note_deleted', 'lead_sync_note_inserted', 'lead_sync_note_updated'],
    });
  });

  test('has its rows as leads, which go out to Twenty', async () => {
    await project.exchange();
    expect(await lead('ada@old.example')).toMatchObject({ lead_source: 'leads', sync_status: 'pending' });
    expect(await project.rows('select key from lead_sync.source_rows where refusal is null')).toEqual([
      { key: shape.adaKey },
    ]);
    const writes = await project.push();
    expect(writes).toMatchObject([{ op: 'create', values: { first_name: expect.stringContaining('Ada') as string } }]);
    expect(await lead('ada@old.example')).toMatchObject({ sync_status: 'synced', twenty_id: writes[0].twenty_id });
  });

  test('takes what changed in Twenty, and keeps its keys', async () => {
    const [ada, alan] = PULLED;
    const { twenty_id } = await lead('ada@old.example');
    const { counts } = await project.pull([person({ ...ada, twenty_id, twenty_updated_at: new Date() }), person(alan)]);
    expect(counts).toMatchObject({ created: 1, updated: 1 });
    await project.exchange();
    expect(await row('ada@old.example')).toEqual(shape.adaAfter);
    expect((await row('alan@new.example')) ?? null).toEqual(shape.alanAfter);
    expect(
      await project.rows(
        "select key from lead_sync.source_rows where here::text like '%ada@%' or there::text ilike '%ada@%'",
      ),
    ).toEqual([{ key: shape.adaKey }]);
  });

  test('is written by its app as before', async () => {
    await project.database.sql.query(shape.grace);
    await project.exchange();
    expect(await lead('grace@app.example')).toMatchObject({ sync_status: 'pending', first_name: 'Grace' });
    await project.database.sql.query(shape.edit);
    await project.exchange();
    expect(await lead('grace@app.example')).toMatchObject(shape.edited);
  });

  test('comes to rest: nothing is carried to and fro', async () => {
    const image = () => project.rows(`select t.ctid, t.* from public.leads as t order by 1`);
    const rows = await image();
    expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
    expect(await image()).toEqual(rows);
  });

  test('is as it was after the uninstall, with all its rows', async () => {
    const rows = await project.rows('select * from public.leads');
    expect(rows.length).toBeGreaterThan(1);
    await project.database.apply('uninstall.sql');
    expect(await project.definition('public.leads')).toEqual(before);
    expect(await project.rows('select * from public.leads')).toEqual(rows);
  });
});
