import { checkSides, syncDown } from '../../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from './sides';

describe('tables other than leads, as edge_tables says', () => {
  let sides: Sides;
  const down = () => syncDown(sides.ports, ORDER);
  const query = (sql: string, ...values: unknown[]) => sides.store.sql.query(sql, values);

  const enable = (name: string) => query('select public.enable_edge($1)', JSON.stringify({ tables: [name] }));

  beforeAll(async () => {
    sides = await Sides.open();
    await query(
      'create table public.odd (n bigint primary key, big bigint, at timestamp, flag boolean, note text, data json)',
    );
    await query(`insert into lead_sync.edge_tables (edge_table, source, direction, key_column, columns) values ('odd', 'public.odd', 'down', 'n', '[
      {"name": "big", "from": "big", "type": "integer"}, {"name": "at", "from": "at", "type": "timestamp"}, {"name": "flag", "from": "flag", "type": "boolean"},
      {"name": "amount", "from": "note", "type": "real"}, {"name": "data", "from": "data", "type": "json"}]')`);
    await expect(enable('odd')).rejects.toThrow('grant select on public.odd to service_role');
    await query('grant select on public.odd to service_role');
    await enable('odd');
    await down();
  });
  afterAll(async () => {
    await query('select public.disable_edge()');
    await query('drop table public.odd');
    await sides.close();
  });
  afterEach(async () => {
    await query('delete from public.odd');
    await query('delete from public.campaigns');
    await down();
  });

  test('integers past 2^53, times, booleans and JSON arrive as they are', async () => {
    await query(
      `insert into public.odd values (9223372036854775807, 9007199254740993, '2026-01-02 03:04:05.678', true, '1.5', '{"a":  1}')`,
    );
    await down();

    expect(await sides.d1.rows('select id, cast(big as text) as big, at, flag, amount, data from odd')).toEqual([
      {
        id: '9223372036854775807',
        big: '9007199254740993',
        at: '2026-01-02T03:04:05.678Z',
        flag: 1,
        amount: 1.5,
        data: '{"a":  1}',
      },
    ]);
  });

  test('a value of a type that does not fit is refused by its row, all others land, and it comes when it was changed', async () => {
    await query(
      "insert into public.odd select n, n, null, null, case n when 7 then 'much' else n::text end from generate_series(1, 20) as n",
    );

    await expect(down()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 19, refused: 1 } });

    const { tables } = await sides.store.rpc<Status>('get_edge_status');
    expect(tables.find(({ table }) => table === 'odd')?.examples).toEqual([
      { key: '7', reason: expect.stringContaining('cannot store TEXT value in REAL column odd.amount') as string },
    ]);
    await query("update public.odd set note = '8' where n = 7");
    await expect(down()).resolves.toMatchObject({ figures: { rows: 1, refused: 0 } });
  });

  test('a row that was refused is left out when its table is built anew', async () => {
    await query(
      "insert into public.odd select n, n, null, null, case n when 7 then 'much' else n::text end from generate_series(1, 20) as n",
    );

    await expect(syncDown(sides.ports, { ...ORDER, mode: 'rebuild', table: 'odd' })).resolves.toMatchObject({
      status: 'succeeded',
    });

    expect(await sides.d1.rows('select count(*) as n from odd')).toEqual([{ n: 19 }]);
    await checkSides(sides.ports, { ...ORDER, full: true });
  });

  test('a key that changes takes its row along', async () => {
    await query('insert into public.odd values (1, 10), (2, 20)');
    await down();
    await query('update public.odd set n = n + 1 where n = 2');
    await down();

    expect(await sides.d1.rows('select id, big from odd order by id')).toEqual([
      { id: '1', big: 10 },
      { id: '3', big: 20 },
    ]);
  });

  test('a check of a table with keys of its own finds and repairs what differs', async () => {
    await query('insert into public.odd select n, n from generate_series(1, 1000) as n');
    await down();
    await sides.d1.batch([
      { sql: "delete from odd where id = '500'" },
      { sql: "insert into odd (id, big, edge_version) values ('no number', 1, 1)" },
      { sql: "update odd set big = 3 where id = '7'" },
    ]);

    const [checked] = await checkSides(sides.ports, { ...ORDER, full: true, table: null });

    expect(checked).toMatchObject({ figures: { missing: 1, extra: 1, different: 1, repaired: 3 } });
    await down();
    expect(await sides.d1.rows('select count(*) as n, sum(big) as total from odd')).toEqual([
      { n: 1000, total: 500500 },
    ]);
  });

  test('a row over 2 MB is refused by its size, and comes when it is shorter', async () => {
    await query("insert into public.campaigns (name, subject) values ('long', repeat('x', 1950000)), ('short', 'y')");

    await expect(down()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 1, refused: 1 } });

    const { tables } = await sides.store.rpc<Status>('get_edge_status');
    expect(tables.find(({ table }) => table === 'campaigns')?.examples).toMatchObject([
      { reason: expect.stringMatching(/^The row has 19\d{5} bytes, D1 takes 2,000,000/) as string },
    ]);
    await query("update public.campaigns set subject = 'z' where name = 'long'");
    await down();
    expect(await sides.d1.rows('select name from campaigns order by name')).toEqual([
      { name: 'long' },
      { name: 'short' },
    ]);
  });

  test('pages end at a megabyte', async () => {
    await query(
      "insert into public.campaigns (name, subject) select 'c' || n, repeat('x', 400000) from generate_series(1, 5) as n",
    );

    await expect(down()).resolves.toMatchObject({ figures: { rows: 5, calls: 3 } });
  });

  test('a column that D1 lacks ends the run with its name, and nothing is taken for sent', async () => {
    await query("insert into public.campaigns (name) values ('one')");
    await sides.d1.batch([{ sql: 'alter table campaigns drop column subject' }]);

    await expect(down()).rejects.toThrow(/no column named subject/);

    await syncDown(sides.ports, { ...ORDER, mode: 'rebuild', table: 'campaigns' });
    expect(await sides.d1.rows('select name from campaigns')).toEqual([{ name: 'one' }]);
  });

  test('two tables of one source both have what changes, and one that is turned off leaves the other', async () => {
    await query(`insert into lead_sync.edge_tables (edge_table, source, direction, key_column, columns)
      values ('even', 'public.odd', 'down', 'n', '[{"name": "note", "from": "note", "type": "text"}]')`);
    await enable('even');
    await down();
    await query("insert into public.odd (n, big, note) values (1, 10, '1')");
    await down();

    expect(await sides.d1.rows('select o.big, e.note from odd as o join even as e on e.id = o.id')).toEqual([
      { big: 10, note: '1' },
    ]);
    await query(`select public.disable_edge('{"tables": ["even"]}')`);
    await query("delete from lead_sync.edge_tables where edge_table = 'even'");
    await query('update public.odd set big = 11');
    await down();
    expect(await sides.d1.rows('select big from odd')).toEqual([{ big: 11 }]);
  });

  test('tables and columns may have names that are words of SQLite', async () => {
    await query(`insert into lead_sync.edge_tables (edge_table, source, direction, key_column, columns) values ('transaction', 'public.odd', 'down', 'n', '[
      {"name": "index", "from": "big", "type": "integer", "index": true}, {"name": "update", "from": "note", "type": "text"}]')`);
    await enable('transaction');
    await down();
    await query("insert into public.odd (n, big, note) values (1, 10, '1'), (2, 20, '2')");
    await down();
    await query('delete from public.odd where n = 2');
    await down();
    await sides.d1.batch([{ sql: `update "transaction" set "update" = 'x'` }]);

    await expect(checkSides(sides.ports, { ...ORDER, full: true, table: null })).resolves.toMatchObject([
      { figures: { different: 1, repaired: 1 } },
      {},
    ]);
    await down();
    expect(await sides.d1.rows('select id, "index", "update" from "transaction"')).toEqual([
      { id: '1', index: 10, update: '1' },
    ]);
    await query(`select public.disable_edge('{"tables": ["transaction"]}')`);
    await query("delete from lead_sync.edge_tables where edge_table = 'transaction'");
  });

  test('a table without a key, a column that is not there and a name that is unknown are refused in words', async () => {
    await query('create table public.keyless (id text); grant select on public.keyless to service_role');
    await query(`insert into lead_sync.edge_tables (edge_table, source, direction, columns) values
      ('keyless', 'public.keyless', 'down', '[{"name": "a", "from": "id", "type": "text"}]'),
      ('lacking', 'public.leads', 'down', '[{"name": "a", "from": "nothing", "type": "text"}]')`);

    await expect(enable('keyless')).rejects.toThrow(
      'public.keyless has no key: the column id must be there, unique and not null',
    );
    await expect(enable('lacking')).rejects.toThrow(
      'Columns that cannot be mapped: a (public.leads has no column nothing)',
    );
    await expect(enable('nobody')).rejects.toThrow('lead_sync.edge_tables has no row nobody');
    await query("delete from lead_sync.edge_tables where edge_table in ('keyless', 'lacking')");
    await query('drop table public.keyless');
  });
});

interface Status {
  tables: Array<{ table: string; examples: unknown[] }>;
}
