import { removeAnswers } from '../answers-file';
import { command, type Session } from '../command';
import { uninstall as removeSchema } from '../database/migrations';
import { withDatabase } from '../database/open';
import { leadCount } from '../database/schema';
import { CliError } from '../failure';
import { bundledWorkflows } from '../n8n/bundle';
import { ownCredentials } from '../n8n/credentials';
import { findInstalled } from '../n8n/install';
import { done, unchanged, type Ending } from '../terminal/report';
import type { N8nApi } from '../n8n/api';

interface Options {
  keepDatabase: boolean;
  keepN8n: boolean;
}

async function outOfN8n(n8n: N8nApi): Promise<Ending> {
  const installed = [...(await findInstalled(n8n, await bundledWorkflows())).values()];
  const credentials = ownCredentials(await n8n.credentials(), installed);
  // takes Twenty's webhook out, after a moment
  for (const { id, active } of installed) if (active) await n8n.deactivate(id);
  for (const { id } of installed) await n8n.deleteWorkflow(id);
  for (const { id } of credentials) await n8n.deleteCredential(id);
  if (installed.length + credentials.length === 0) return unchanged('nothing of it is there');
  return done(
    `${installed.length} workflows and ${credentials.length} credentials are gone, and Twenty’s webhook with them`,
  );
}

async function run(session: Session<Options>): Promise<void> {
  const { options, report, connections, asker } = session;
  const databaseUrl = options.keepDatabase ? undefined : await connections.get('databaseUrl');
  const n8n = options.keepN8n ? undefined : await session.n8n();
  await n8n?.check();
  const leads = databaseUrl === undefined ? null : await withDatabase(databaseUrl, leadCount);
  const what = [
    ...(n8n === undefined ? [] : ['its workflows and credentials in n8n']),
    ...(leads === null ? [] : [`the tables in the database with all ${leads} leads in them`]),
  ];
  if (what.length === 0) throw new CliError('There is nothing to remove.', 'See uninstall --help.');
  if (!(await asker.agrees(`Remove ${what.join(' and ')}? This cannot be undone.`, options.yes))) {
    report.finish({ removed: false });
    return;
  }
  if (n8n !== undefined) await report.step('n8n', () => outOfN8n(n8n));
  if (databaseUrl !== undefined) {
    await report.step('Database', async () => {
      if (leads === null) return unchanged('nothing of it is there');
      const remarks: string[] = [];
      await removeSchema({ databaseUrl, onWarning: (remark) => remarks.push(remark) });
      return done(['its tables and functions are gone', ...remarks].join('; '));
    });
  }
  const forgets = databaseUrl !== undefined && n8n !== undefined && (await removeAnswers());
  const stays = [
    'people and companies in Twenty, and the fields that were made there (Settings › Data model)',
    'the package in n8n (Settings › Community nodes)',
    'the API keys in Twenty and n8n: delete them there if nothing else uses them',
    ...(forgets ? [] : ['lead-sync.env in this folder, if there is one']),
  ];
  report.say('What stays:');
  for (const item of stays) report.say(`  ${item}`);
  report.finish({ removed: true, stays });
}

export const uninstall = command<Options>(
  'uninstall',
  'remove what setup made, and nothing else; asks, and says what stays',
  ['databaseUrl', 'n8nUrl', 'n8nApiKey'],
  run,
)
  .option('--keep-database', 'leave the database as it is', false)
  .option('--keep-n8n', 'leave n8n as it is', false);
