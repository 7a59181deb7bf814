import { Client } from 'pg';
import { isWaitedFor, person } from '../store';
import { Project } from './project';

/** Tables whose rows become leads. */
describe('a source of leads', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create(
      'sources_test',
      `create table public.waitlist (id serial primary key, full_name text, email text, note text);
       create table public.profiles (id uuid primary key, display_name text, mail text, plan text, seats integer);
       create table public.contacts (id serial primary key, name text, email text, phone text, city text)`,
    );
    await project.ask(`lead_sync.connect_source('public.waitlist')`);
    await project.ask(
      `lead_sync.connect_source('public.profiles', '{"name": "display_name", "email": "mail", "attributes.plan": "plan", "attributes.seats": "seats"}',
        p_lead_source => 'app')`,
    );
    await project.ask(`lead_sync.connect_source('public.contacts', p_both_ways => true)`);
    await project.exchange();
  });
  afterAll(() => project.drop());

  const lead = async (email: string): Promise<Record<string, unknown>> =>
    (await project.rows('select * from public.leads where email = $1', [email]))[0];
  const contact = async (id: number): Promise<Record<string, unknown>> =>
    (await project.rows('select * from public.contacts where id = $1', [id]))[0];

  test('says where a lead came from, and one e-mail in two tables is one lead', async () => {
    await project.rows(`insert into public.waitlist (full_name, email) values ('Mary Anning', 'mary@w.example')`);
    await project.exchange();
    await project.rows(
      `insert into public.profiles values (gen_random_uuid(), 'Mary Anning', 'Mary@W.example', 'pro', 3), (gen_random_uuid(), 'Joan', 'joan@p.example', 'free', 1)`,
    );
    await project.exchange();
    expect(await lead('joan@p.example')).toMatchObject({
      first_name: 'Joan',
      last_name: null,
      lead_source: 'app',
      attributes: { plan: 'free', seats: 1 },
    });
    expect(
      await project.rows(
        `select first_name, lead_source, attributes from public.leads where lower(email) = 'mary@w.example'`,
      ),
    ).toEqual([{ first_name: 'Mary', lead_source: 'waitlist', attributes: { plan: 'pro', seats: 3 } }]);
  });

  test('one way: of a row that is edited, what changed is taken; nothing is ever written to it', async () => {
    await project.rows(`insert into public.waitlist (full_name, email) values ('Rosa Parks', 'rosa@w.example')`);
    await project.exchange();
    await project.rows(`update public.leads set first_name = 'Rosa Louise' where email = 'rosa@w.example'`);
    await project.rows(`update public.waitlist set note = 'called' where email = 'rosa@w.example'`);
    await project.exchange();
    expect(await lead('rosa@w.example')).toMatchObject({ first_name: 'Rosa Louise' });
    expect(await project.rows(`select full_name from public.waitlist where email = 'rosa@w.example'`)).toEqual([
      { full_name: 'Rosa Parks' },
    ]);
    await project.rows(`delete from public.waitlist where email = 'rosa@w.example'`);
    await project.exchange();
    expect(await lead('rosa@w.example')).toMatchObject({ deleted_at: null });
  });

  test('one way: a value that is blanked takes nothing away, and is no refusal', async () => {
    await project.rows(`insert into public.waitlist (full_name, email) values ('Maria Mitchell', 'maria@w.example')`);
    await project.exchange();
    const edit = (name: string | null) =>
      project.rows(`update public.waitlist set full_name = $1 where email = 'maria@w.example'`, [name]);
    const row = () =>
      project.rows(
        `select s.refusal, s.there -> 'full_name' as name from lead_sync.source_rows as s join public.leads as l on l.id = s.lead_id where l.email = 'maria@w.example' and s.source = 'public.waitlist'::regclass`,
      );

    await edit(null);
    await project.exchange();
    expect(await row()).toEqual([{ refusal: null, name: null }]);
    expect(await lead('maria@w.example')).toMatchObject({ last_name: 'Mitchell' });

    await edit('x'.repeat(300_000));
    await project.exchange();
    expect(await row()).toMatchObject([{ refusal: expect.stringContaining('bytes') as string }]);
    await edit(null);
    await project.exchange();
    expect(await row()).toEqual([{ refusal: null, name: null }]);
  });

  test('both ways: changes of different fields meet, and of the same field the table has its way', async () => {
    await project.rows(
      `insert into public.contacts (id, name, email, city) values (100, 'Emmy Noether', 'emmy@c.example', 'Erlangen')`,
    );
    await project.exchange();
    await project.rows(`update public.leads set phone = '+49 9131 1', city = 'Fürth' where email = 'emmy@c.example'`);
    await project.rows(`update public.contacts set name = 'Amalie Emmy Noether', city = 'Göttingen' where id = 100`);
    await project.exchange();
    const agreed = { phone: '+49 9131 1', city: 'Göttingen' };
    expect(await lead('emmy@c.example')).toMatchObject({ ...agreed, first_name: 'Amalie Emmy', last_name: 'Noether' });
    expect(await contact(100)).toMatchObject({ ...agreed, name: 'Amalie Emmy Noether' });
  });

  test('both ways: what a trigger of the table makes of a written value comes back, also where it writes the row once more', async () => {
    await project.database.sql.query(`
      create function public.shout() returns trigger language plpgsql as $$
      begin update public.contacts set city = upper(city) where id = new.id and city <> upper(city); return null; end $$;
      create trigger shout after update on public.contacts for each row execute function public.shout()`);
    await project.rows(`update public.leads set city = 'Bonn' where email = 'emmy@c.example'`);
    await project.exchange();
    expect(await lead('emmy@c.example')).toMatchObject({ city: 'BONN' });
    expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
    await project.rows('drop trigger shout on public.contacts');
  });

  test('both ways: what is blanked on one side is blank on the other', async () => {
    await project.rows(`update public.contacts set phone = null where id = 100`);
    await project.exchange();
    expect(await lead('emmy@c.example')).toMatchObject({ phone: null });
    await project.rows(`update public.leads set city = null where email = 'emmy@c.example'`);
    await project.exchange();
    expect(await contact(100)).toMatchObject({ city: null, name: 'Amalie Emmy Noether' });
  });

  test('both ways: a row that was deleted is not made again, and its lead stays', async () => {
    await project.rows(`insert into public.contacts (id, name, email) values (101, 'Lise Meitner', 'lise@c.example')`);
    await project.exchange();
    await project.rows(`delete from public.contacts where id = 101`);
    await project.exchange();
    await project.rows(`update public.leads set city = 'Stockholm' where email = 'lise@c.example'`);
    await project.exchange();
    expect(await project.rows(`select from public.contacts where email = 'lise@c.example'`)).toEqual([]);
    expect(await lead('lise@c.example')).toMatchObject({ deleted_at: null });
  });

  test('does not bring back whom somebody asked to forget, and keeps none of their values', async () => {
    await project.rows(`insert into public.contacts (id, name, email) values (102, 'Ida Rhodes', 'ida@c.example')`);
    await project.exchange();
    await project.ask(`public.forget_lead('ida@c.example')`);
    await project.rows(`update public.contacts set city = 'Washington' where id = 102`);
    await project.exchange();
    expect(await lead('ida@c.example')).toBeUndefined();
    expect(await project.rows(`select there, here from lead_sync.source_rows where key = '102'`)).toEqual([
      { there: {}, here: {} },
    ]);
  });

  test('does not bring them back either where their table is connected anew', async () => {
    await project.rows(`insert into public.waitlist (full_name, email) values ('Ida Tacke', 'tacke@w.example')`);
    await project.exchange();
    await project.ask(`public.forget_lead('tacke@w.example')`);
    await project.ask(`lead_sync.disconnect_source('public.waitlist')`);
    await project.ask(`lead_sync.connect_source('public.waitlist')`);
    await project.exchange();
    expect(await lead('tacke@w.example')).toBeUndefined();
    expect(await lead('mary@w.example')).toBeDefined();
  });

  test('nor by a row that the sync made, or one whose key is another one now', async () => {
    await project.rows(`insert into public.contacts (id, name, email) values (106, 'Ida Freund', 'freund@c.example')`);
    await project.rows(`insert into public.leads (last_name, email) values ('Noddack', 'noddack@c.example')`);
    await project.exchange();
    await project.rows(`update public.contacts set id = 107 where id = 106`);
    await project.exchange();
    await project.ask(`public.forget_lead('freund@c.example')`);
    await project.ask(`public.forget_lead('noddack@c.example')`);
    await project.ask(`lead_sync.disconnect_source('public.contacts')`);
    await project.ask(`lead_sync.connect_source('public.contacts', p_both_ways => true)`);
    await project.exchange();
    expect(
      await project.rows(`select from public.contacts where id = 107 or email = 'noddack@c.example'`),
    ).toHaveLength(2);
    expect(await lead('freund@c.example')).toBeUndefined();
    expect(await lead('noddack@c.example')).toBeUndefined();
  });

  test('but by one that was deleted and is there again: they have written anew', async () => {
    const sign = `insert into public.contacts (id, name, email) values (108, 'Lise Meitner', 'meitner@c.example')`;
    await project.rows(sign);
    await project.exchange();
    await project.ask(`public.forget_lead('meitner@c.example')`);
    await project.rows('delete from public.contacts where id = 108');
    await project.exchange();

    await project.rows(sign);
    await project.exchange();

    expect(await lead('meitner@c.example')).toBeDefined();
  });

  test('one call at a time writes back: of a lead that two of them find there is one row', async () => {
    await project.rows(`insert into public.leads (last_name, email) values ('Ball', 'ball@w.example')`);
    const other = new Client({ connectionString: project.database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select lead_sync.exchange_sources()');
      await project.rows(`update public.leads set first_name = 'Lucille' where email = 'ball@w.example'`);
      await project.pull([person({ email: 'pulled@w.example' })]);
      await other.query('commit');
    } finally {
      await other.end();
    }
    await project.exchange();
    expect(await project.rows(`select name from public.contacts where email = 'ball@w.example'`)).toEqual([
      { name: 'Lucille Ball' },
    ]);
  });

  test('n8n’s role writes nothing but mapped columns of tables connected both ways', async () => {
    const refused = { code: '42501' };
    await expect(
      project.ask(`lead_sync.write_source('public.profiles', gen_random_uuid()::text, null, '{"plan": "pro"}', null)`),
    ).rejects.toMatchObject(refused);
    await expect(
      project.ask(`lead_sync.write_source('public.contacts', '1', null, '{"id": 7}', null)`),
    ).rejects.toMatchObject(refused);
    await expect(
      project.ask(`lead_sync.write_source_rows('public.contacts', '[{"id": 1, "key": "1", "row": {"id": 7}}]')`),
    ).rejects.toMatchObject(refused);
  });

  test('a row that cannot be a lead says why, and is taken once it can', async () => {
    await project.rows(
      `insert into public.contacts (id, name, email) values (103, '', 'no address at all'), (104, 'Hedy Lamarr', 'hedy@c.example')`,
    );
    await project.rows(`update public.contacts set name = repeat('x', 300000) where id = 104`);
    await project.exchange();
    expect(
      await project.rows(
        `select key, refusal is null as taken from lead_sync.source_rows where key in ('103', '104') order by key`,
      ),
    ).toEqual([
      { key: '103', taken: true },
      { key: '104', taken: false },
    ]);
    await project.rows(`update public.contacts set name = 'Hedy Lamarr' where id = 104`);
    await project.exchange();
    expect(await lead('hedy@c.example')).toMatchObject({ last_name: 'Lamarr' });
  });

  test('both ways: a row whose edit was refused keeps nothing waiting; once it is taken, what its lead says meanwhile is written', async () => {
    await project.rows(`insert into public.contacts (id, name, email) values (105, 'Ada Yonath', 'yonath@c.example')`);
    await project.exchange();
    await project.rows(`update public.contacts set name = repeat('x', 300000) where id = 105`);
    await project.exchange();
    await project.rows(
      `update public.leads set first_name = 'A.', phone = '+972 8 1' where email = 'yonath@c.example'`,
    );
    expect(await project.exchange()).toMatchObject({ waiting: false });
    expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({ count: 1 });

    await project.rows(`update public.contacts set name = 'Ada E. Yonath' where id = 105`);
    await project.exchange();
    expect(await lead('yonath@c.example')).toMatchObject({ first_name: 'Ada E.', phone: '+972 8 1' });
    expect(await contact(105)).toMatchObject({ name: 'Ada E. Yonath', phone: '+972 8 1' });
    expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({ count: 0 });
  });

  test('both ways: of many rows that are written at once, the one that the table refuses stands alone and says why', async () => {
    await project.rows(
      `insert into public.contacts (id, name, email) select 300 + n, 'Bo Number', 'bo' || n || '@c.example' from generate_series(1, 3) as n`,
    );
    await project.exchange();
    await project.rows(
      `alter table public.contacts add constraint towns check (city is distinct from 'Rome' or id <> 302)`,
    );
    await project.rows(`update public.leads set city = 'Rome', phone = '+1 555 8' where email like 'bo_@c.example'`);
    await project.exchange();

    expect(await project.rows('select * from public.contacts where id between 301 and 303 order by id')).toMatchObject([
      { city: 'Rome', phone: '+1 555 8' },
      { city: null, phone: '+1 555 8' },
      { city: 'Rome', phone: '+1 555 8' },
    ]);
    expect(await project.ask('lead_sync.refused_rows()')).toEqual({
      count: 1,
      examples: [expect.stringMatching(/^public\.contacts 302: city: .*"towns"/)],
    });

    await project.rows(`alter table public.contacts drop constraint towns`);
    await project.rows(`update public.leads set city = 'Turin' where email = 'bo2@c.example'`);
    await project.exchange();
    expect(await contact(302)).toMatchObject({ city: 'Turin' });
    expect(await project.ask('lead_sync.refused_rows()')).toEqual({ count: 0, examples: [] });
  });

  test('both ways: a row of which the table takes nothing stays the row of its lead', async () => {
    await project.rows(`insert into public.contacts (id, name, email) values (310, 'Cy Single', 'cy@c.example')`);
    await project.exchange();
    await project.rows(
      `alter table public.contacts add constraint towns check (city is distinct from 'Rome' or id <> 310)`,
    );
    await project.rows(`update public.leads set city = 'Rome' where email = 'cy@c.example'`);
    await project.exchange();
    expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({ count: 1 });

    await project.rows(`update public.leads set city = 'Turin' where email = 'cy@c.example'`);
    await project.exchange();
    expect(await contact(310)).toMatchObject({ city: 'Turin' });
    expect(await project.rows(`select id from public.contacts where email = 'cy@c.example'`)).toEqual([{ id: 310 }]);
    await project.rows(`alter table public.contacts drop constraint towns`);
  });

  describe('beside other writers', () => {
    let app: Client;
    beforeAll(async () => {
      app = new Client({ connectionString: project.database.url });
      await app.connect();
      await app.query(`set statement_timeout = '5s'`);
      await project.rows(
        `insert into public.contacts (id, name, email) values (200, 'Ann One', 'one@c.example'), (201, 'Ann Two', 'two@c.example')`,
      );
      await project.exchange();
    });
    afterAll(() => app.end());

    test('an app never waits for the sync, whatever that holds', async () => {
      const { sql } = project.database;
      await sql.query('begin; select from public.leads for update; lock table lead_sync.source_rows in exclusive mode');
      await app.query(`update public.contacts set city = 'Here' where id = 200`);
      await app.query(`insert into public.waitlist (email) values ('new@w.example')`);
      await sql.query('rollback');
      await project.exchange();
      expect(await lead('one@c.example')).toMatchObject({ city: 'Here' });
    });

    test('a form with an address that a known row names, too, and the exchange wait for each other in one order', async () => {
      await project.rows(`create table public.members (id serial primary key, email text, other_emails text[])`);
      await project.ask(
        `lead_sync.connect_source('public.members', '{"email": "email", "additional_emails": "other_emails"}')`,
      );
      await project.rows(`insert into public.members (email) values ('di@m.example')`);
      await project.exchange();
      await project.rows(`update public.members set other_emails = '{di@home.example}'`);

      await app.query('begin');
      await app.query(`select public.upsert_leads('[{"email": "di@home.example"}]', 'form')`); // its address, then its lead
      const exchanged = project.exchange();
      await isWaitedFor(app);
      await app.query(`update public.leads set city = 'Oslo' where email = 'di@m.example'`);
      await app.query('commit');
      await exchanged;
      expect(await lead('di@m.example')).toMatchObject({ city: 'Oslo', additional_emails: ['di@home.example'] });
      await project.ask(`lead_sync.disconnect_source('public.members')`);
    });

    test('a row that an app holds is written when it is free; the others are not kept waiting', async () => {
      await app.query('begin');
      await app.query('select from public.contacts where id = 200 for update');
      await project.rows(
        `update public.leads set phone = '+1 555 7' where email in ('one@c.example', 'two@c.example')`,
      );
      const answer = await project.ask('lead_sync.exchange_sources()');
      expect(answer).toMatchObject({ written: 2, waiting: true });
      expect(await contact(201)).toMatchObject({ phone: '+1 555 7' });
      await app.query('rollback');
      await project.exchange();
      expect(await contact(200)).toMatchObject({ phone: '+1 555 7' });
    });

    test('what an app commits while its row is about to be written is not overwritten: it is read first', async () => {
      await app.query('begin');
      await app.query(`update public.contacts set phone = '+1 555 8' where id = 200`);
      await project.rows(`update public.leads set phone = '+1 555 9' where email = 'one@c.example'`);
      const exchanged = project.exchange();
      await isWaitedFor(app);
      await app.query('commit');
      await exchanged;
      await project.exchange();
      expect(await contact(200)).toMatchObject({ phone: '+1 555 8' });
      expect(await lead('one@c.example')).toMatchObject({ phone: '+1 555 8' });
    });

    test.each([
      ['alone', ['one@c.example']],
      ['with others', ['one@c.example', 'two@c.example']],
    ])(
      'what an app commits of another column while its row is about to be written is taken, too: one written %s',
      async (_what, emails) => {
        const town = `Town ${emails.length}`;
        await app.query('begin');
        await app.query('update public.contacts set city = $1 where id = 200', [town]);
        await project.rows('update public.leads set phone = $1 where email = any ($2)', [
          `+1 555 ${emails.length}`,
          emails,
        ]);
        const exchanged = project.exchange();
        await isWaitedFor(app);
        await app.query('commit');
        await exchanged;
        await project.exchange();
        const both = { city: town, phone: `+1 555 ${emails.length}` };
        expect(await contact(200)).toMatchObject(both);
        expect(await lead('one@c.example')).toMatchObject(both);
      },
    );
  });

  test('a run of the sync carries over by itself', async () => {
    await project.rows(`insert into public.contacts (id, name, email) values (300, 'Kay Run', 'kay@c.example')`);
    const writes = (await project.push()).map(({ values }) => values.email);
    expect(writes).toContain('kay@c.example');
    const { rows } = await project.database.sql.query<{ run: unknown }>(
      `select public.start_sync_run('twenty_to_supabase') -> 'run' as run`,
    );
    await project.rows(`select public.upsert_leads($1, 'twenty', p_run => $2)`, [
      JSON.stringify([person({ email: 'run@new.example', first_name: 'Run' })]),
      JSON.stringify(rows[0].run),
    ]);
    expect(await project.rows(`select name from public.contacts where email = 'run@new.example'`)).toEqual([
      { name: 'Run' },
    ]);
  });

  test('a written row calls for a push, where instant pushes are on', async () => {
    const listener = new Client({ connectionString: project.database.url });
    await listener.connect();
    const heard: string[] = [];
    listener.on('notification', ({ channel }) => heard.push(channel));
    await listener.query('listen lead_sync_due');
    await project.ask('public.enable_instant_push()');
    try {
      await project.rows(`insert into public.waitlist (full_name, email) values ('In Stant', 'instant@w.example')`);
      await listener.query('select 1');
      expect(heard).toEqual(['lead_sync_due']);
    } finally {
      await project.ask('public.disable_instant_push()');
      await listener.end();
    }
    await project.exchange();
    expect(await lead('instant@w.example')).toMatchObject({ first_name: 'In' });
  });

  test('an app goes on when the key’s column got another name, and connecting again mends it', async () => {
    await project.rows('alter table public.waitlist rename column id to number');
    await project.rows(`insert into public.waitlist (full_name, email) values ('Late Comer', 'late@w.example')`);
    await project.ask(`lead_sync.connect_source('public.waitlist')`);
    await project.exchange();
    expect(await lead('late@w.example')).toMatchObject({ lead_source: 'waitlist' });
    expect(await project.rows(`select from public.leads where email = 'rosa@w.example'`)).toHaveLength(1);
  });

  test.each([
    ['a column that is not there', `'public.waitlist', '{"email": "mail"}'`, 'waitlist has no column mail'],
    ['a field that leads lack', `'public.waitlist', '{"shoe_size": "email"}'`, 'a lead has no field shoe_size'],
    ['a type that does not fit', `'public.profiles', '{"email": "seats"}'`, 'is of type int4, which cannot hold email'],
    ['a table of ours', `'public.leads'`, "leads is lead sync's own"],
    ['a view', `'public.sync_monitoring', '{"name": "sync_status"}'`, 'sync_monitoring is no table'],
  ])('%s is refused with the reason', async (_what, args, reason) => {
    await expect(project.ask(`lead_sync.connect_source(${args})`)).rejects.toThrow(reason);
  });

  test('connected anew with another mapping, it is read anew, and nothing that it holds is blanked', async () => {
    await project.rows(`create table public.patrons (id serial primary key, name text, email text, status text)`);
    await project.rows(
      `insert into public.patrons (name, email, status) values ('Ida Rhodes', 'ida@m.example', 'won')`,
    );
    const connect = (columns: object) =>
      project.ask(`lead_sync.connect_source('public.patrons', $1, p_both_ways => true)`, [JSON.stringify(columns)]);
    await connect({ name: 'name', email: 'email', lead_status: 'status' });
    await project.exchange();
    await connect({ name: 'name', email: 'email', 'attributes.stage': 'status' });
    await project.exchange();
    expect(await lead('ida@m.example')).toMatchObject({ attributes: { stage: 'won' } });

    await project.rows(`update public.leads set phone = '+1' where email = 'ida@m.example'`);
    await project.exchange();
    expect(await project.rows('select status from public.patrons')).toEqual([{ status: 'won' }]);
    await project.rows('alter table public.patrons drop constraint patrons_pkey, add column no serial primary key');
    await expect(connect({ name: 'name', email: 'email' })).rejects.toThrow(
      'its rows are known by id, and would be by no now',
    );
    await project.ask(`lead_sync.disconnect_source('public.patrons')`);
  });

  test('connected anew with another mapping while an exchange is at work, it is read anew as well', async () => {
    await project.rows(`create table public.friends (id serial primary key, name text, email text, position text)`);
    await project.rows(
      `insert into public.friends (name, email, position) values ('Ida Rhodes', 'ida@f.example', 'CEO')`,
    );
    const connect = (columns: object) =>
      project.ask(`lead_sync.connect_source('public.friends', $1, p_both_ways => true)`, [JSON.stringify(columns)]);
    await connect({ name: 'name', email: 'email', job_title: 'position' });
    const other = new Client({ connectionString: project.database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select lead_sync.exchange_sources()');
      const connected = connect({ name: 'name', email: 'email', 'attributes.role': 'position' });
      await isWaitedFor(other);
      await other.query('commit');
      await connected;
    } finally {
      await other.end();
    }
    await project.exchange();
    expect(await lead('ida@f.example')).toMatchObject({ attributes: { role: 'CEO' } });

    await project.rows(`update public.leads set phone = '+1' where email = 'ida@f.example'`);
    await project.exchange();
    expect(await project.rows('select position from public.friends')).toEqual([{ position: 'CEO' }]);
    await project.ask(`lead_sync.disconnect_source('public.friends')`);
  });

  test.each([true, false])(
    'one that cannot be read any more says so, and stops nobody, nor does another such one stop it; both ways: %s',
    async (bothWays) => {
      await project.rows(`create table public.guests (id serial primary key, name text, email text)`);
      await project.ask(`lead_sync.connect_source('public.guests')`);
      await project.rows(`create table public.clients (id serial primary key, name text, email text, town text)`);
      await project.ask(
        `lead_sync.connect_source('public.clients', '{"name": "name", "email": "email", "city": "town"}', p_both_ways => $1)`,
        [bothWays],
      );
      await project.exchange();
      await project.rows('alter table public.guests rename name to called');
      await project.rows(`insert into public.guests (email) values ('rita@g.example')`);
      await project.exchange();
      await project.rows('alter table public.clients rename town to city');
      await project.rows(`insert into public.clients (name, email) values ('Edith Clarke', 'edith@k.example')`);
      await project.rows(`insert into public.waitlist (full_name, email) values ('Ada Yonath', 'yonath@w.example')`);

      expect(await project.exchange()).toMatchObject({ waiting: false });
      expect(await lead('yonath@w.example')).toBeDefined();
      expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({
        examples: expect.arrayContaining([
          expect.stringContaining('clients (all rows): column t.town does not exist'),
        ]) as string[],
      });
      await project.rows('alter table public.clients rename city to town');
      await project.exchange();
      await project.exchange(); // the other one had its turn first
      expect(await lead('edith@k.example')).toBeDefined();

      await project.rows('drop table public.clients, public.guests');
      await project.rows(`update public.leads set city = 'Rome' where email = 'edith@k.example'`);
      expect(await project.exchange()).toMatchObject({ waiting: false });
      await project.rows(
        `delete from lead_sync.sources as s where not exists (select from pg_class as c where c.oid = s.source)`,
      );
    },
  );

  test('is let go without a trace, rows and leads stay', async () => {
    const before = await project.rows('select count(*) from public.leads');
    expect(await project.ask(`lead_sync.disconnect_source('public.contacts')`)).toEqual({ disconnected: true });
    expect(await project.definition('public.contacts')).toMatchObject({ ours: [] });
    expect(await project.rows(`select tgname from pg_trigger where tgname like 'leads_note_for_sources%'`)).toEqual([]);
    expect(await project.rows('select count(*) from public.leads')).toEqual(before);
  });
});
