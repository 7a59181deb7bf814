/**
 * `gulp buildSchema`: prints the sources in migrations/ as one script to paste, migrations/lead-sync.sql, and once more under a name that
 * `supabase db push` takes, later than all before it: <dist>/supabase/migrations/<UTC time>_lead_sync.sql.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { schemaScript } from '../../stack/schema';

async function main(): Promise<void> {
  const script = await schemaScript();
  const base = process.env.BUILD_DIR ?? '';
  await rm(join(base, 'dist/supabase'), { recursive: true, force: true });
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  for (const file of ['migrations/lead-sync.sql', `dist/supabase/migrations/${time}_lead_sync.sql`]) {
    await mkdir(dirname(join(base, file)), { recursive: true });
    await writeFile(join(base, file), script);
  }
}

void main();
