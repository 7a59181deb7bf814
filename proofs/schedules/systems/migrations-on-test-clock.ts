import { Client, DatabaseError } from 'pg';
import { readSchema, schemaScript } from '../../../stack/schema';
import { REFUSED_BY_TRIGGER } from './database';
import { IN_TWENTY, OWN_FIELD } from './fields';

/**
 * What the schema asks of chance and of the machine's clock, answered by the schedule: microseconds since the epoch
 * are a sequence that every look at the clock moves by one.
 */
const TEST_CLOCK = `
  create schema sync_test;
  create sequence sync_test.tick as bigint;
  create sequence sync_test.chance as bigint;
  create function sync_test.now() returns timestamptz language sql volatile set search_path = ''
    return to_timestamp(0) + nextval('sync_test.tick') * interval '1 microsecond';
  create function sync_test.random() returns double precision language sql volatile set search_path = ''
    return (hashint8(nextval('sync_test.chance')) & 65535) / 65536.0;
  create function sync_test.uuid() returns uuid language sql volatile set search_path = ''
    return overlay(overlay(md5('uuid ' || nextval('sync_test.chance')) placing '4' from 13) placing '8' from 17)::uuid;
  grant usage on schema sync_test to public;
  grant usage on all sequences in schema sync_test to public;`;

/** A trigger of the user's own, which refuses what the sync writes to the leads named here; null: whatever it writes. */
const USERS_TRIGGER = `
  create table sync_test.refused (lead_id uuid, sync_status text);
  create function sync_test.refuse() returns trigger language plpgsql set search_path = '' as $$
  begin
    if lead_sync.engine_is_writing() and exists (
      select from sync_test.refused as r where r.lead_id = new.id and coalesce(r.sync_status, new.sync_status) = new.sync_status
    ) then
      raise exception 'not in our table' using errcode = '${REFUSED_BY_TRIGGER}';
    end if;
    return new;
  end $$;
  create trigger users_rule before update on public.leads for each row execute function sync_test.refuse();
  grant select on sync_test.refused to public;`;

const REPLACED: ReadonlyArray<[RegExp, string]> = [
  [/(?<![\w.])(clock_timestamp|statement_timestamp|now)\(\)/g, 'sync_test.now()'],
  [/(?<![\w.])random\(\)/g, 'sync_test.random()'],
  [/(?<![\w.])gen_random_uuid\(\)/g, 'sync_test.uuid()'],
  // with a handful of leads any plan will do, and planning is most of the time
  [/ set plan_cache_mode = 'force_custom_plan'/g, ''],
];

/** SQL of ours that asks the schedule for the time. */
export function onTestClock(sql: string): string {
  return REPLACED.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), sql);
}

/** The schema's sources, by path in `migrations`. */
export async function readMigrations(): Promise<Map<string, string>> {
  return new Map((await readSchema()).map(({ file, sql }) => [file, sql]));
}

/** Applies the schema, on the test clock, to a new database. Rejects with PostgreSQL's own words. */
export async function migrateOnTestClock(databaseUrl: string): Promise<void> {
  await applySql(databaseUrl, [
    ['test clock', TEST_CLOCK],
    ['schema', onTestClock(await schemaScript())],
    ["a user's trigger", USERS_TRIGGER],
    // fewer failures make a dead letter, so that a schedule sees some; of few leads, many may be orphans
    ['settings', 'update lead_sync.settings set max_attempts = 3, reconcile_orphaned_share = 1'],
    [
      'own field',
      `insert into lead_sync.field_mappings (object, lead_field, twenty_field, translations)
        values ('person', '${OWN_FIELD.leadField}', '${OWN_FIELD.twentyField}', '${JSON.stringify(IN_TWENTY)}')`,
    ],
  ]);
}

/** Runs scripts one after another, each in a transaction of its own. */
export async function applySql(
  databaseUrl: string,
  scripts: ReadonlyArray<[name: string, sql: string]>,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const [name, sql] of scripts) {
      await client.query(`begin; ${sql}; commit`).catch((error: unknown) => {
        if (error instanceof DatabaseError) error.message = `${name}: ${error.message}`;
        throw error;
      });
    }
  } finally {
    await client.end();
  }
}
