import type { Client } from 'pg';
import { command, type Session } from '../command';
import { openProject } from '../database/open';
import { lookAtDatabase } from '../doctor/database';
import { looker, ok, type Finding } from '../doctor/finding';
import { lookAtN8n } from '../doctor/n8n';
import { lookAtSupabase, lookAtSync } from '../doctor/supabase';
import { lookAtTwenty } from '../doctor/twenty';
import { Page } from '../n8n/page';
import type { Metrics } from '../supabase/runs';

const SIGNS: Readonly<Record<Finding['status'], string>> = { ok: '✓', warning: '!', error: '✗' };

/** Opens the database, and keeps a failure as a finding: the other systems can be looked at all the same. */
async function openFor(session: Session, findings: Finding[]): Promise<Client | undefined> {
  let client: Client | undefined;
  await looker('Database', findings)('Connection', async () => {
    const opened = await openProject(await session.connections.get('databaseUrl'));
    client = opened.client;
    return ok(`PostgreSQL ${opened.version}`);
  });
  return client;
}

async function lookAtAll(session: Session, findings: Finding[]): Promise<void> {
  const { connections } = session;
  const client = await openFor(session, findings);
  try {
    if (client !== undefined) await lookAtDatabase(client, findings);
    const supabase = await session.supabase();
    const key = await connections.get('supabaseKey');
    const metrics: Metrics | undefined = await lookAtSupabase(supabase, key, findings);
    const n8n = await session.n8n();
    const seen = await lookAtN8n(n8n, metrics === undefined ? undefined : new Page(n8n.url, key), metrics, findings);
    await lookAtTwenty(await session.twenty(), client, { url: n8n.url, ...seen }, findings);
    if (metrics !== undefined) await lookAtSync(supabase, metrics, findings);
  } finally {
    await client?.end();
  }
}

async function run(session: Session): Promise<number> {
  const { report } = session;
  const findings: Finding[] = [];
  await lookAtAll(session, findings);
  for (const { area, check, status, detail, next_step } of findings) {
    report.say(`${SIGNS[status]} ${area} › ${check}: ${detail}`);
    if (next_step !== '') report.say(`    ${next_step}`);
  }
  const count = (status: Finding['status']): number => findings.filter((finding) => finding.status === status).length;
  const [errors, warnings] = [count('error'), count('warning')];
  report.say(`\n${errors} errors, ${warnings} warnings, ${count('ok')} parts are well.`);
  report.finish({ healthy: errors === 0, errors, warnings, findings });
  return errors > 0 ? 1 : 0;
}

export const doctor = command(
  'doctor',
  'look at every part and say what is wrong and what to do; ends with 1 where there is an error',
  ['databaseUrl', 'supabaseUrl', 'supabaseKey', 'twentyUrl', 'twentyApiKey', 'n8nUrl', 'n8nApiKey'],
  run,
);
