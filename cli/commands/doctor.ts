import type { Client } from 'pg';
import { Findings, ok, type Finding } from '../../nodes/LeadSync/checks/finding';
import { lookAtSync } from '../../nodes/LeadSync/checks/sync';
import { lookAtTwenty } from '../../nodes/LeadSync/checks/twenty';
import { command, type Session } from '../command';
import { openProject } from '../database/open';
import { lookAtDatabase } from '../doctor/database';
import { lookAtN8n } from '../doctor/n8n';
import { lookAtSupabase } from '../doctor/supabase';
import { explain } from '../failure';
import { Page } from '../n8n/page';

const SIGNS: Readonly<Record<Finding['status'], string>> = { ok: '✓', warning: '!', error: '✗' };

/** Opens the database, and keeps a failure as a finding: the other systems can be looked at all the same. */
async function openFor(session: Session, findings: Findings): Promise<Client | undefined> {
  let client: Client | undefined;
  await findings.of('Database')('Connection', async () => {
    const opened = await openProject(await session.connections.get('databaseUrl'));
    client = opened.client;
    return ok(`PostgreSQL ${opened.version}`);
  });
  return client;
}

async function lookAtAll(session: Session, findings: Findings): Promise<void> {
  const { connections } = session;
  const client = await openFor(session, findings);
  try {
    const installation = client && (await lookAtDatabase(client, findings));
    const supabase = await session.supabase();
    const key = await connections.get('supabaseKey');
    const metrics = await lookAtSupabase(supabase, key, findings);
    const n8n = await session.n8n();
    const seen = await lookAtN8n(n8n, metrics === undefined ? undefined : new Page(n8n.url, key), metrics, findings);
    await lookAtTwenty(await session.twenty(), installation, { url: n8n.url, ...seen }, findings);
    if (metrics !== undefined) await lookAtSync(metrics, installation?.runs, findings);
    if (installation !== undefined) {
      await client?.query('select public.note_findings($1, $2)', ['command', JSON.stringify(findings.all)]);
    }
  } finally {
    await client?.end();
  }
}

async function run(session: Session): Promise<number> {
  const { report } = session;
  const findings = new Findings(explain);
  await lookAtAll(session, findings);
  for (const { area, check, status, detail, next_step } of findings.all) {
    report.say(`${SIGNS[status]} ${area} › ${check}: ${detail}`);
    if (next_step !== '') report.say(`    ${next_step}`);
  }
  const [errors, warnings, well] = (['error', 'warning', 'ok'] as const).map((status) => findings.with(status).length);
  report.say(`\n${errors} errors, ${warnings} warnings, ${well} parts are well.`);
  report.finish({ healthy: errors === 0, errors, warnings, findings: findings.all });
  return errors > 0 ? 1 : 0;
}

export const doctor = command(
  'doctor',
  'look at every part and say what is wrong and what to do; ends with 1 where there is an error',
  ['databaseUrl', 'supabaseUrl', 'supabaseKey', 'twentyUrl', 'twentyApiKey', 'n8nUrl', 'n8nApiKey'],
  run,
);
