import { readFileSync } from 'node:fs';
import { schemaSnapshot, SNAPSHOT } from '../../tools/schema/snapshot';
import { OwnerDatabase } from '../setup/owner-database';

describe('what the schema makes', () => {
  let database: OwnerDatabase;
  beforeAll(async () => {
    database = await OwnerDatabase.create('snapshot_test');
    await database.applySchema();
  });
  afterAll(() => database.drop());

  test('is on record: after a change run npx gulp snapshotSchema, and look at the difference', async () => {
    expect(await schemaSnapshot(database.sql)).toBe(readFileSync(SNAPSHOT, 'utf8'));
  });

  test('has no function that names what is not there', async () => {
    const definitions = await database.column(
      `select pg_get_functiondef(o.object) as name from lead_sync.list_objects() as o where o.kind = 'routine' and o.marked`,
    );
    await database.sql.query('begin');
    for (const definition of definitions) await database.sql.query(definition);
    await database.sql.query('rollback');
    expect(definitions.length).toBeGreaterThan(200);
  });

  test('shows a function that was changed since', async () => {
    const isAsApplied = `
      select (lead_sync.schema_checksum() = v.checksum)::text as name from lead_sync.schema_versions as v order by v.id desc limit 1`;
    expect(await database.column(isAsApplied)).toEqual(['true']);
    await database.sql.query(
      `create or replace function lead_sync.is_uuid(p_text text) returns boolean language sql immutable parallel safe set search_path = '' as 'select true'`,
    );
    expect(await database.column(isAsApplied)).toEqual(['false']);
  });
});
