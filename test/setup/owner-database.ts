import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { schemaScripts } from '../../stack/schema';
import { connectDatabase } from './database';

const MIGRATIONS = join(__dirname, '../../migrations');

/** A database of its own without the schema, as the owner of a Supabase project has it: no superuser. */
export class OwnerDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
    /** Logged in as the owner. */
    readonly sql: Client,
  ) {}

  static async create(name: string): Promise<OwnerDatabase> {
    const admin = await connectDatabase();
    await admin.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
    await admin.query(`create database ${escapeIdentifier(name)} owner postgres`);
    await admin.end();
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.pathname = `/${name}`;
    url.username = 'postgres';
    const sql = new Client({ connectionString: url.href });
    await sql.connect();
    return new OwnerDatabase(name, url.href, sql);
  }

  /** Where a superuser reaches it. */
  get adminUrl(): string {
    return Object.assign(new URL(process.env.TEST_DATABASE_URL ?? ''), { pathname: `/${this.name}` }).href;
  }

  /** Runs a script as the SQL editor does: one message on a connection of its own, and so one transaction. */
  async run(script: string): Promise<void> {
    const editor = new Client({ connectionString: this.url });
    await editor.connect();
    try {
      await editor.query(script);
    } finally {
      await editor.end();
    }
  }

  /** As the SQL editor has it: one script after the other. */
  async applySchema(): Promise<void> {
    for (const script of await schemaScripts()) await this.run(script);
  }

  /** Runs one of the other scripts of `migrations`, e.g. `uninstall.sql`. */
  async apply(file: string): Promise<void> {
    await this.run(readFileSync(join(MIGRATIONS, file), 'utf8'));
  }

  async column(query: string): Promise<string[]> {
    return (await this.sql.query<{ name: string }>(query)).rows.map((row) => row.name);
  }

  /** All that lies in public and lead_sync, the schema included. */
  inventory(): Promise<string[]> {
    return this.column(`
      select 'relation ' || c.oid::regclass as name from pg_class c where c.relnamespace::regnamespace::text in ('public', 'lead_sync')
      union all select 'function ' || p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace::text in ('public', 'lead_sync')
      union all select 'type ' || t.oid::regtype from pg_type t where t.typnamespace::regnamespace::text in ('public', 'lead_sync')
      union all select 'trigger ' || t.tgname || ' on ' || t.tgrelid::regclass from pg_trigger t where not t.tgisinternal
      union all select 'schema ' || n.nspname from pg_namespace n where n.nspname = 'lead_sync'
      order by 1`);
  }

  async drop(): Promise<void> {
    await this.sql.end();
    const admin = await connectDatabase();
    await admin.query(`drop database ${escapeIdentifier(this.name)} with (force)`);
    await admin.end();
  }
}
