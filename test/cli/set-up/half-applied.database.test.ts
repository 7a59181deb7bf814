import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readConfig } from '../../../cli/config/read';
import { uninstall } from '../../../cli/database/migrations';
import { leadCount } from '../../../cli/database/schema';
import { planAdoption } from '../../../cli/set-up/adoption';
import { applySchema } from '../../../cli/set-up/schema';
import { schemaSnapshot, SNAPSHOT } from '../../../tools/schema/snapshot';
import { OwnerDatabase } from '../../setup/owner-database';

const SCRIPT = gunzipSync(readFileSync(join(__dirname, '../../database/upgrade/0.1.0.sql.gz'))).toString();
/** What 0.1.0 was pasted as: a heading, and 27 files, each of which says first how long it may wait. */
const [HEADING, ...FILES] = SCRIPT.split(/(?=^set local lock_timeout)/m);

describe.each([2, 9, 17, 27])('a database that holds the first %i of the 27 files of 0.1.0', (count) => {
  let project: OwnerDatabase;
  beforeAll(async () => {
    expect(FILES).toHaveLength(27);
    project = await OwnerDatabase.create('half_applied_test');
    await project.run([HEADING, ...FILES.slice(0, count)].join('\n'));
  });
  afterAll(() => project.drop());

  it('is no table leads of somebody else, and is brought to the schema of now, once', async () => {
    expect(await planAdoption(project.url)).toBeNull();

    expect(await applySchema(project.url)).toMatchObject({ outcome: 'done' });
    expect(await applySchema(project.url)).toMatchObject({ outcome: 'unchanged' });

    expect(await schemaSnapshot(project.sql)).toBe(readFileSync(SNAPSHOT, 'utf8'));
  });
});

it('a database that holds the first of the two scripts alone can be left, too', async () => {
  const project = await OwnerDatabase.create('first_script_test');
  expect(await leadCount(project.sql)).toBeNull();
  await project.run(readFileSync(join(__dirname, '../../../migrations/lead-sync-1.sql'), 'utf8'));

  expect(await leadCount(project.sql)).toBe(0);
  await expect(readConfig(project.sql)).rejects.toThrow('The database holds no lead sync.');
  await uninstall({ databaseUrl: project.url });

  expect(await leadCount(project.sql)).toBeNull();
  await project.drop();
});

it('of 0.1.0, leads are counted, and what to do first is said', async () => {
  const project = await OwnerDatabase.create('left_0_1_0_test');
  await project.run(SCRIPT);
  await project.sql.query("insert into public.leads (email) values ('ada@example.com')");

  expect(await leadCount(project.sql)).toBe(1);
  await expect(readConfig(project.sql)).rejects.toThrow(/^The database has an older schema of lead sync \(version 1\)/);
  await expect(uninstall({ databaseUrl: project.url })).rejects.toThrow(
    /apply lead-sync-1\.sql and lead-sync-2\.sql once more/,
  );
  await project.drop();
});

it('a new schema is unchanged when it is applied again', async () => {
  const project = await OwnerDatabase.create('applied_again_test');

  expect(await applySchema(project.url)).toMatchObject({ outcome: 'done' });
  expect(await applySchema(project.url)).toMatchObject({ outcome: 'unchanged' });

  await project.drop();
});

it('a table that 0.1.0 had no name for stays its owner’s, and ours has the prefix', async () => {
  const project = await OwnerDatabase.create('upgraded_beside_test');
  await project.run(SCRIPT);
  await project.sql.query('create table public.opportunities (theirs text)');

  expect(await applySchema(project.url)).toMatchObject({ outcome: 'done' });
  expect(await applySchema(project.url)).toMatchObject({ outcome: 'unchanged' });

  expect((await project.sql.query('select theirs from public.opportunities')).rows).toEqual([]);
  expect((await project.sql.query('select amount from public.lead_sync_opportunities')).rows).toEqual([]);
  expect((await project.sql.query('select sync_status from public.leads')).rows).toEqual([]);
  await project.drop();
});
