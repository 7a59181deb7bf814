import { ownTablesSeen, type Installation } from '../../nodes/LeadSync/checks/installation';
import { reasonsText } from '../../nodes/LeadSync/checks/sync';
import { command, type Session } from '../command';
import { bundledWorkflows, startsByItself } from '../n8n/bundle';
import { findInstalled } from '../n8n/install';
import { DIRECTION_NAMES, figuresText, latestRuns, type Metrics } from '../supabase/runs';

const HEALTHY = ['healthy', 'warning'];

async function run(session: Session): Promise<number> {
  const { report } = session;
  const supabase = await session.supabase();
  const metrics = await supabase.rpc<Metrics>('get_sync_metrics');
  const installation = await supabase.rpc<Installation>('get_installation');
  const runs = await latestRuns(supabase, { limit: 5 });
  const n8n = await session.n8n();
  const installed = [...(await findInstalled(n8n, await bundledWorkflows()))];
  const workflows = installed.map(([file, { name, active, ...workflow }]) => ({
    file,
    name,
    published: active,
    by_itself: startsByItself(workflow),
  }));
  const { health, leads, backlog, held, dead_letters: dead, conflicts } = metrics;

  report.say(`Health: ${health.status}. ${reasonsText(metrics)}`.trim());
  report.say(`Leads: ${leads.total}, of them ${leads.synced} in sync, ${backlog.due} due, ${leads.error} with errors`);
  report.say(`Need you: ${held} held, ${dead} dead letters, ${conflicts.open} open conflicts`);
  if (installation.sources > 0) report.say(`Own tables: ${ownTablesSeen(installation).detail}`);
  report.say('Last runs:');
  for (const { started_at, direction, status, ...run } of runs) {
    report.say(`  ${started_at.slice(0, 19)}Z ${DIRECTION_NAMES[direction]}: ${status}, ${figuresText(run)}`);
  }
  if (runs.length === 0) report.say('  none yet: sync --now begins');
  report.say('Workflows:');
  for (const { name, published, by_itself } of workflows) {
    report.say(`  ${published ? '●' : '○'} ${name}${published ? '' : by_itself ? ' (paused)' : ' (not published)'}`);
  }
  report.finish({ metrics, runs, workflows, refused_rows: installation.refused_rows });
  return HEALTHY.includes(health.status) ? 0 : 1;
}

export const status = command(
  'status',
  'how the sync is doing; ends with 1 where its health is critical',
  ['supabaseUrl', 'supabaseKey', 'n8nUrl', 'n8nApiKey'],
  run,
);
