import { Project } from './project';

/** Two rows whose leads were merged by hand: the lead that stays, and the one that was dropped. */
describe('rows of leads that were merged', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create(
      'merged_rows_test',
      `create table public.members (id serial primary key, name text, email text, phone text, city text, deleted_at timestamptz);
       create table public.visitors (id serial primary key, name text, email text)`,
    );
    await project.ask(`lead_sync.connect_source('public.members', p_both_ways => true, p_inserts => false)`);
    await project.ask(`lead_sync.connect_source('public.visitors')`);
  });
  afterAll(() => project.drop());

  const merge = (keep: string, drop: string): Promise<{ id: number }> =>
    project.ask(
      `public.merge_leads((select l.id from public.leads as l where l.email = $1), (select l.id from public.leads as l where l.email = $2))`,
      [keep, drop],
    );
  const lead = async (email: string): Promise<Record<string, unknown>> =>
    (await project.rows('select * from public.leads where email = $1', [email]))[0];
  const member = async (email: string): Promise<Record<string, unknown>> =>
    (await project.rows('select * from public.members where email = $1', [email]))[0];

  /** A row for each name, read. */
  async function members(...names: string[]): Promise<void> {
    await project.rows(
      `insert into public.members (name, email, city) select n, lower(n) || '@m.example', n || ' town' from unnest($1::text[]) as n`,
      [names],
    );
    await project.exchange();
  }

  test('the dropped one’s row is deleted without the lead that stays', async () => {
    await members('Ann', 'Annie');
    await merge('ann@m.example', 'annie@m.example');
    await project.rows(`update public.members set deleted_at = now() where email = 'annie@m.example'`);
    await project.exchange();

    expect(await lead('ann@m.example')).toMatchObject({ deleted_at: null });
    expect(await member('ann@m.example')).toMatchObject({ deleted_at: null });
  });

  test('an edit of the dropped one’s row reaches the lead that stays, whose own edits go to its own row alone, until the two are parted', async () => {
    await members('Bea', 'Beate');
    const { id } = await merge('bea@m.example', 'beate@m.example');
    await project.exchange();
    expect(await member('beate@m.example')).toMatchObject({ deleted_at: expect.any(Date) as Date });

    await project.rows(`update public.members set phone = '+1 555 1' where email = 'beate@m.example'`);
    await project.exchange();
    expect(await lead('bea@m.example')).toMatchObject({ phone: '+1 555 1', deleted_at: null });
    await project.rows(`update public.leads set city = 'Rome' where email = 'bea@m.example'`);
    await project.exchange();
    expect(await member('bea@m.example')).toMatchObject({ city: 'Rome', name: 'Bea', phone: '+1 555 1' });
    expect(await member('beate@m.example')).toMatchObject({ city: 'Beate town', name: 'Beate', phone: '+1 555 1' });

    await project.ask('public.undo_merge($1)', [id]);
    await project.exchange();
    expect(await member('beate@m.example')).toMatchObject({ city: 'Beate town', deleted_at: null });
    await project.rows(`update public.members set city = 'Oslo' where email = 'beate@m.example'`);
    await project.exchange();
    expect(await lead('beate@m.example')).toMatchObject({ city: 'Oslo', deleted_at: null });
    expect(await lead('bea@m.example')).toMatchObject({ city: 'Rome' });
  });

  test('an edit reaches the lead that stays however often leads were merged; one way, too', async () => {
    await members('Cleo', 'Clio');
    await project.rows(`insert into public.visitors (name, email) values ('Clea', 'clea@m.example')`);
    await project.exchange();
    await merge('clio@m.example', 'clea@m.example');
    await merge('cleo@m.example', 'clio@m.example');
    await project.rows(`update public.members set city = 'Lund' where email = 'clio@m.example'`);
    await project.rows(`update public.visitors set name = 'Clea Visitor' where email = 'clea@m.example'`);
    await project.exchange();

    expect(await lead('cleo@m.example')).toMatchObject({ city: 'Lund', last_name: 'Visitor' });
    expect(
      await project.rows(
        `select l.email from lead_sync.source_rows as r join public.leads as l on l.id = r.lead_id where r.source = 'public.visitors'::regclass`,
      ),
    ).toEqual([{ email: 'clea@m.example' }]);
  });
});
