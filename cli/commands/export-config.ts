import { writeFile } from 'node:fs/promises';
import { command, type Session } from '../command';
import { configText, readConfig } from '../config/read';
import { withDatabase } from '../database/open';

const FILE = 'lead-sync.config.json';

async function run(session: Session<{ output: string }>): Promise<void> {
  const { options, report, connections } = session;
  const config = await withDatabase(await connections.get('databaseUrl'), readConfig);
  const text = configText(config);
  if (options.output === '-') {
    process.stdout.write(text);
    return;
  }
  await writeFile(options.output, text);
  report.say(`Mapping, settings and rules are in ${options.output}. It holds no keys and no leads.`);
  report.finish({ file: options.output, rows: Object.values(config).flat().length });
}

export const exportConfig = command<{ output: string }>(
  'export-config',
  'write mapping, settings, alert and scoring rules into one file to review and keep',
  ['databaseUrl'],
  run,
).option('-o, --output <file>', 'where to; - for the screen', FILE);
