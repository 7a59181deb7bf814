/** `npm run migrate -- --database-url postgres://… [--uninstall]`: applies the schema to a database, or takes it back. */
import { parseArgs } from 'node:util';
import { ConnectionError } from '../cli/database/connection';
import { applyMigrations, MigrationError, uninstall } from '../cli/database/migrations';
import { SCHEMA_VERSION } from '../nodes/SupabaseLeads/schema-version';
import { schemaScript } from './schema';

const USAGE = `Usage: npm run migrate -- --database-url postgres://user:password@host:5432/postgres [--uninstall]
The environment variable DATABASE_URL does the same as --database-url.
On hosted Supabase the address is under Connect › Session pooler or Direct connection.
?sslmode=… and &sslrootcert=… in it mean what they mean to psql.
--uninstall removes the tables with all leads in them, unless something of yours depends on them.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      uninstall: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const databaseUrl = values['database-url'] ?? process.env.DATABASE_URL;
  if (values.help || !databaseUrl) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const onWarning = (message: string): void => console.warn(message);
  if (values.uninstall) {
    await uninstall({ databaseUrl, onWarning });
    console.log('Everything that lead sync made is gone.');
  } else {
    await applyMigrations({ databaseUrl, script: await schemaScript(), onWarning });
    console.log(`The database holds version ${SCHEMA_VERSION} of the schema.`);
  }
}

main().catch((error: unknown) => {
  const isExpected =
    error instanceof MigrationError ||
    error instanceof ConnectionError ||
    (error instanceof TypeError && 'code' in error);
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
});
