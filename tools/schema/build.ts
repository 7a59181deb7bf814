/**
 * `gulp buildSchema`: prints the sources in migrations/ as two scripts to paste, migrations/lead-sync-1.sql and -2.sql, and as one under a name that
 * `supabase db push` takes, later than all before it: <dist>/supabase/migrations/<UTC time>_lead_sync.sql.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SCRIPTS, schemaScripts } from '../../stack/schema';

async function main(): Promise<void> {
  const scripts = await schemaScripts();
  const base = process.env.BUILD_DIR ?? '';
  await rm(join(base, 'dist/supabase'), { recursive: true, force: true });
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const printed = [
    ...SCRIPTS.map((name, index) => [`migrations/${name}`, scripts[index]]),
    [`dist/supabase/migrations/${time}_lead_sync.sql`, scripts.join('')],
  ];
  for (const [file, script] of printed) {
    await mkdir(dirname(join(base, file)), { recursive: true });
    await writeFile(join(base, file), script);
  }
}

void main();
