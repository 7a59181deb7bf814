import { Client } from 'pg';
import { person } from '../store';
import { Project } from './project';

/** Triggers and defaults that a table has, as the sync's writes meet them. */
describe('a table that is written back to', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create(
      'table_triggers_test',
      `create schema tools;
       create function tools.stamp() returns text language sql as $$ select 'stamped' $$;
       create table public.lead_log (email text, note text);
       create function public.log() returns trigger language plpgsql as $$
       begin insert into lead_log values (new.email, stamp()); return new; end $$;
       create table public.logged (id serial primary key, name text, email text, city varchar(6));
       create trigger log after insert or update on public.logged for each row execute function public.log();
       alter database table_triggers_test set search_path = "$user", public, tools`,
    );
  });
  afterAll(() => project.drop());
  afterEach(() => project.rows('select lead_sync.disconnect_source(s.source) from lead_sync.sources as s'));

  const connect = (table: string, columns: Record<string, string> | null = null): Promise<unknown> =>
    project.ask('lead_sync.connect_source($1, $2, p_both_ways => true)', [table, columns && JSON.stringify(columns)]);
  const setCity = (city: string, ...emails: string[]): Promise<unknown> =>
    project.rows('update public.leads set city = $1 where email = any ($2)', [city, emails]);
  const log = (): Promise<unknown> => project.rows('select distinct email, note from public.lead_log order by email');

  test('has its triggers run with the search path that its owner has: for a new row, one alone, many, and column by column', async () => {
    const emails = ['ann@l.example', 'bea@l.example', 'cid@l.example'];
    await connect('public.logged');
    await project.pull(emails.map((email) => person({ email, first_name: email.slice(0, 3) })));
    await project.exchange();
    expect(await log()).toEqual(emails.map((email) => ({ email, note: 'stamped' })));

    for (const written of [emails.slice(0, 1), emails.slice(1)]) {
      await project.rows('delete from public.lead_log');
      await setCity('Rome', ...written);
      await project.exchange();
      expect(await log()).toEqual(written.map((email) => ({ email, note: 'stamped' })));
    }
    await project.rows(
      `update public.leads set city = 'Constantinople', last_name = 'Ann' where email = 'ann@l.example'`,
    );
    await project.exchange();
    expect(await project.rows("select name, city from public.logged where email like 'ann@%'")).toEqual([
      { name: 'ann Ann', city: 'Rome' },
    ]);
    expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({
      count: 1,
      examples: [expect.stringMatching(/ \d+: city: value too long[^;]*$/)],
    });
  });

  test('writes to no table that the caller made for its triggers', async () => {
    await connect('public.logged');
    const n8n = new Client({ connectionString: project.database.url });
    await n8n.connect();
    try {
      await n8n.query('set role service_role; create temporary table lead_log (email text, note text)');
      await n8n.query('grant all on pg_temp.lead_log to public; set search_path = pg_temp, public, tools');
      await n8n.query(`select public.upsert_leads($1, 'twenty')`, [
        JSON.stringify([person({ email: 'temp@l.example', first_name: 'Temp' })]),
      ]);
      await n8n.query('select lead_sync.exchange_sources(), lead_sync.exchange_sources()');
      expect((await n8n.query('select from pg_temp.lead_log')).rowCount).toBe(0);
    } finally {
      await n8n.end();
    }
    expect(await project.rows(`select name from public.logged where email = 'temp@l.example'`)).toEqual([
      { name: 'Temp' },
    ]);
  });

  /** Each row as it lies there: one that is written again lies elsewhere. */
  const image = (table: string): Promise<unknown> => project.rows(`select t.ctid, t.* from ${table} as t order by 1`);
  const leads = (columns: string, like: string): Promise<unknown> =>
    project.rows(`select ${columns} from public.leads where email like $1 order by email`, [like]);

  test('has what it fills in by itself reach the lead of a new row, once', async () => {
    await project.rows(
      `create table public.orders (id serial primary key, name varchar(12), email text, city text, status text not null default 'new')`,
    );
    await connect('public.orders');
    await project.pull([
      person({ email: 'alan@o.example', first_name: 'Alan' }),
      person({ email: 'long@o.example', first_name: 'A name that is too long' }),
      person({ email: 'won@o.example', first_name: 'Won', lead_status: 'won' }),
    ]);
    await project.exchange();
    await project.rows(`update public.leads set first_name = 'Short' where email = 'long@o.example'`);
    await project.exchange();
    expect(await leads('first_name, lead_status', '%@o.example')).toEqual([
      { first_name: 'Alan', lead_status: 'new' },
      { first_name: 'Short', lead_status: 'new' },
      { first_name: 'Won', lead_status: 'won' },
    ]);

    const rows = await image('public.orders');
    expect(rows).toHaveLength(3);
    expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
    expect(await image('public.orders')).toEqual(rows);
  });

  test('has what it fills in give way to what the lead says before that is read', async () => {
    await project.rows(
      `create table public.deals (id serial primary key, name text, email text, city text, status text not null default 'new')`,
    );
    await connect('public.deals');
    await project.pull(['ann', 'bea', 'cid'].map((name) => person({ email: `${name}@d.example`, first_name: name })));
    await project.ask('lead_sync.exchange_sources()');
    await project.rows(
      `update public.leads set lead_status = 'contacted' where email in ('ann@d.example', 'cid@d.example')`,
    );
    await project.rows(`update public.deals set city = 'Rome' where name in ('ann', 'bea')`);
    await project.exchange();

    const agreed = [
      { city: 'Rome', status: 'contacted' },
      { city: 'Rome', status: 'new' },
      { city: null, status: 'contacted' },
    ];
    expect(await leads('city, lead_status as status', '%@d.example')).toEqual(agreed);
    expect(await project.rows('select city, status from public.deals order by email')).toEqual(agreed);
    await project.rows(`update public.deals set status = 'won' where email = 'ann@d.example'`);
    await project.exchange();
    expect(await leads('lead_status', 'ann@d.example')).toEqual([{ lead_status: 'won' }]);
    expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
  });

  test('is written more than one chunk a call, also where it fills in something of each row', async () => {
    await project.database.sql.query(`
      create table public.visits (id serial primary key, email text, city text, status text);
      create function public.visited() returns trigger language plpgsql as $$ begin new.status := new.city; return new; end $$;
      create trigger visited before update on public.visits for each row execute function public.visited();
      insert into public.visits (email) select n || '@v.example' from generate_series(1, 501) as n`);
    await connect('public.visits');
    await project.exchange();
    await project.rows(`update public.leads set city = 'Rome' where email like '%@v.example'`);
    expect(await project.ask('lead_sync.exchange_sources()')).toMatchObject({ written: 501 });

    await project.exchange();
    expect(
      await project.rows(`select distinct lead_status as status from public.leads where email like '%@v.example'`),
    ).toEqual([{ status: 'Rome' }]);
  });

  test.each([
    ['before', `new.status := coalesce(new.city, 'none'); new.city := upper(new.city); return new;`],
    [
      'after',
      `update public.moves as m set status = coalesce(m.city, 'none'), city = upper(m.city)
         where m.id = new.id and (m.status, m.city) is distinct from (coalesce(upper(m.city), 'none'), upper(m.city)); return null;`,
    ],
  ])('has what a trigger %s its writes sets besides reach the lead, and comes to rest', async (when, body) => {
    const address = (name: string): string => `${name}@${when}.example`;
    await project.database.sql.query(`
      create table public.moves (id serial primary key, name text, email text, city text, status text);
      create function public.moved() returns trigger language plpgsql as $$ begin ${body} end $$;
      create trigger moved ${when} insert or update on public.moves for each row execute function public.moved()`);
    await connect('public.moves');
    await project.pull(['ann', 'bea', 'cid'].map((name) => person({ email: address(name), first_name: name })));
    await project.exchange();
    expect(await leads('distinct lead_status, email', address('%'))).toMatchObject([
      { lead_status: 'none' },
      { lead_status: 'none' },
      { lead_status: 'none' },
    ]);

    await setCity('Rome', address('ann'));
    await project.exchange();
    await setCity('Rome', address('bea'), address('cid'));
    await project.exchange();
    expect(await leads('upper(lead_status) as status, upper(city) as city', address('%'))).toEqual([
      { status: 'ROME', city: 'ROME' },
      { status: 'ROME', city: 'ROME' },
      { status: 'ROME', city: 'ROME' },
    ]);
    const rows = await image('public.moves');
    expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
    expect(await image('public.moves')).toEqual(rows);
    await project.rows('drop table public.moves');
    await project.rows('drop function public.moved()');
  });
});
