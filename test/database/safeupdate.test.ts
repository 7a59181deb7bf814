import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaScript } from '../../stack/schema';
import { plpgsqlWithoutWhere, statementsWithoutWhere } from '../setup/statements-without-where';
import { Store } from './store';

/**
 * Supabase loads `safeupdate` into every session of its API: an UPDATE or DELETE without WHERE is refused there, in functions
 * as well. No package has that library, so PostgreSQL's own parser looks for what it would refuse.
 */
describe('statements without WHERE', () => {
  test.each([
    ['update t set a = 1', ['update t']],
    ['delete from lead_sync.t', ['delete from lead_sync.t']],
    ['with gone as (delete from t returning *) select * from gone where true', ['delete from t']],
    ['update t set a = o.a from o join p on p.id = o.id', ['update t']],
    ['select 1;\n-- where\nupdate t /* where */\n  set a = $$ where $$', ['update t']],
    ['do $$ begin delete from t; end $$', ['delete from t']],
    ['create rule r as on delete to v do instead delete from t', ['delete from t']],
    ['update t set a = 1 where true', []],
    ['insert into t values (1) on conflict (a) do update set a = excluded.a', []],
    ['with gone as (delete from t where a = 1 returning *) insert into o select * from gone', []],
    ["select 'update t set a = 1'", []],
    ['delete from t using o where o.id = t.id', []],
    ['select from t for update', []],
    ['truncate t', []],
  ])('are found where they are, and only there: %s', async (sql, expected) => {
    expect(await statementsWithoutWhere(sql)).toEqual(expected);
  });

  test('are found in PL/pgSQL wherever a statement can stand', async () => {
    const definition = `create function f(p_all boolean) returns setof t language plpgsql as $$
      declare v_row t;
      begin
        if p_all then update t set a = 1; else update t set a = 2 where a = 1; end if;
        for v_row in delete from u returning * loop return next v_row; end loop;
        return query with gone as (delete from v returning *) select * from gone;
      exception when others then
        perform 'update w set a = 1';
        update x set a = 1 returning * into v_row;
      end $$`;
    expect((await plpgsqlWithoutWhere(definition)).sort()).toEqual([
      'delete from u',
      'delete from v',
      'update t',
      'update x',
    ]);
  });

  test('what cannot be parsed is no pass', async () => {
    await expect(statementsWithoutWhere('updat t set a = 1')).rejects.toThrow('syntax error');
  });

  test('no function or rule has one', async () => {
    const store = await Store.open();
    try {
      const functions = await store.rows<{ name: string; language: string; body: string; definition: string }>(`
        select p.oid::regprocedure::text as name, l.lanname as language, p.prosrc as body, pg_get_functiondef(p.oid) as definition
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace in ('public'::regnamespace, 'lead_sync'::regnamespace)`);
      const rules = await store.rows<{ name: string; definition: string }>(`
        select r.rulename || ' on ' || c.oid::regclass as name, pg_get_ruledef(r.oid) as definition
        from pg_rewrite r join pg_class c on c.oid = r.ev_class
        where c.relnamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and r.ev_type <> '1'`);
      const found: string[] = [];
      for (const { name, language, body, definition } of functions) {
        const inFunction = language === 'plpgsql' ? plpgsqlWithoutWhere(definition) : statementsWithoutWhere(body);
        found.push(...(await inFunction).map((statement) => `${name}: ${statement}`));
      }
      for (const { name, definition } of rules) {
        found.push(...(await statementsWithoutWhere(definition)).map((statement) => `${name}: ${statement}`));
      }
      expect(functions.length).toBeGreaterThan(100);
      expect(found).toEqual([]);
    } finally {
      await store.close();
    }
  });

  test('no statement of the scripts is one', async () => {
    expect(await statementsWithoutWhere(await schemaScript())).toEqual([]);
    const uninstall = readFileSync(join(__dirname, '../../migrations/uninstall.sql'), 'utf8');
    expect(await statementsWithoutWhere(uninstall)).toEqual([]);
  });
});
