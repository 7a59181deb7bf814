import { command, type Session } from '../command';
import { applyChanges, changesTo, type Change } from '../config/apply';
import { readConfig, readConfigFile } from '../config/read';
import { SCORING_SECTIONS } from '../config/tables';
import { withDatabase } from '../database/open';

const FILE = 'lead-sync.config.json';
const WORDS: Readonly<Record<Change['change'], string>> = { added: '+', changed: '~', removed: '-' };

function line({ section, key, change, from, to }: Change): string {
  const columns = Object.keys(to).map(
    (column) => `${column} ${JSON.stringify(from[column])} → ${JSON.stringify(to[column])}`,
  );
  return `${WORDS[change]} ${section} ${key}${change === 'changed' ? `: ${columns.join(', ')}` : ''}`;
}

async function run(session: Session<{ prune: boolean; dryRun: boolean }>): Promise<void> {
  const { options, report, connections, asker } = session;
  const wanted = await readConfigFile(session.args.at(0) ?? FILE);
  const databaseUrl = await connections.get('databaseUrl');
  await withDatabase(databaseUrl, async (client) => {
    const changes = changesTo(wanted, await readConfig(client), options.prune);
    for (const change of changes) report.say(line(change));
    if (changes.length === 0) report.say('The database says what the file says.');
    const applies =
      changes.length > 0 &&
      !options.dryRun &&
      (await asker.agrees(`Make these ${changes.length} changes?`, options.yes));
    if (applies) {
      await applyChanges(client, changes, wanted);
      report.say(`${changes.length} changes are made.`);
    }
    const scores = applies && changes.some(({ section }) => SCORING_SECTIONS.includes(section));
    const nextSteps = scores ? ['select public.publish_scoring_rules(): the changed rules count from then on'] : [];
    for (const step of nextSteps) report.say(`Next: ${step}`);
    report.finish({ changes, applied: applies, next_steps: nextSteps });
  });
}

export const importConfig = command<{ prune: boolean; dryRun: boolean }>(
  'import-config',
  `bring the database to what a file says (${FILE} unless named): shows the changes and asks`,
  ['databaseUrl'],
  run,
)
  .argument('[file]')
  .option('--prune', 'remove rows that the file does not have', false)
  .option('--dry-run', 'show the changes only', false);
