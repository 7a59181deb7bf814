import type { Client } from 'pg';
import { applyMigrations, uninstall } from '../../../cli/database/migrations';
import { connectDatabase } from '../../setup/database';
import { OwnerDatabase } from '../../setup/owner-database';

describe('applyMigrations', () => {
  let database: Client;
  const databaseUrl = process.env.TEST_DATABASE_URL ?? '';
  const script = 'select 1';

  beforeEach(async () => {
    database = await connectDatabase();
    await database.query('create schema migration_test');
  });

  afterEach(async () => {
    await database.query('drop schema migration_test cascade');
    await database.end();
  });

  it('names source and line of an error, and applies nothing', async () => {
    const script = [
      '-- first/table.sql',
      'create table migration_test.lost ();',
      '-- second/broken.sql',
      'select',
      '  missing_column',
      'from migration_test.lost;',
    ].join('\n');

    await expect(applyMigrations({ databaseUrl, script })).rejects.toThrow(
      /^second\/broken\.sql, line 2: column "missing_column" does not exist \(42703\)\. Nothing was applied\./,
    );

    const { rows } = await database.query(
      "select relname from pg_class where relnamespace = 'migration_test'::regnamespace",
    );
    expect(rows).toEqual([]);
  });

  it('says what to do when nobody answers, without showing the password', async () => {
    const attempt = applyMigrations({ databaseUrl: 'postgres://me:topsecret@127.0.0.1:1/postgres', script });

    await expect(attempt).rejects.toThrow(
      /Cannot connect to postgres:\/\/me@127\.0\.0\.1:1\/postgres.*check host and port/,
    );
    await expect(attempt).rejects.not.toThrow(/topsecret/);
  });

  it('says that the password is wrong', async () => {
    const url = new URL(databaseUrl);
    url.password = 'wrong';

    await expect(applyMigrations({ databaseUrl: url.href, script })).rejects.toThrow(/User or password is wrong/);
  });

  it('says what an address looks like when it is none', async () => {
    await expect(applyMigrations({ databaseUrl: 'my database', script })).rejects.toThrow(/looks like postgres:\/\//);
  });
});

describe('a project of one’s own', () => {
  let project: OwnerDatabase;
  beforeEach(async () => {
    project = await OwnerDatabase.create('own_project');
  });
  afterEach(() => project.drop());

  it('is told what is in the way and what to do about it', async () => {
    await project.sql.query('create function public.get_dashboard(text) returns text language sql as $$ select $1 $$');
    await expect(applyMigrations({ databaseUrl: project.url })).rejects.toMatchObject({
      message: expect.stringContaining('get_dashboard(text)') as string,
      nextStep: expect.stringContaining('rename') as string,
    });
  });

  it('keeps its leads while something depends on them, and is told of a role that stays', async () => {
    await applyMigrations({ databaseUrl: project.url });
    await project.apply('api-role.sql');
    await project.sql.query('create view public.mine as select email from public.leads');
    await expect(uninstall({ databaseUrl: project.url })).rejects.toThrow(
      /view public\.mine .*\nNothing was removed\./,
    );

    await project.sql.query(`
      drop view public.mine; create table public.opened (a int); grant select on public.opened to lead_sync_api`);
    const warnings: string[] = [];
    await uninstall({ databaseUrl: project.url, onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([expect.stringContaining('The role lead_sync_api stays')]);
    await project.sql.query(
      'grant lead_sync_api to current_user; drop owned by lead_sync_api; drop role lead_sync_api',
    );
  });
});
