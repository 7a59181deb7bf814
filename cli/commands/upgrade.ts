import { command, type Session } from '../command';
import { lockSetUp } from '../database/set-up-lock';
import { bundledWorkflows } from '../n8n/bundle';
import { findInstalled, storeWorkflow } from '../n8n/install';
import { differs, renewed } from '../n8n/renew';
import { applySchema, checkApi } from '../set-up/schema';
import { done, unchanged, warning } from '../terminal/report';

interface Options {
  replaceWorkflows: boolean;
}

async function run(session: Session<Options>): Promise<void> {
  const { options, report, connections, asker } = session;
  const databaseUrl = await connections.get('databaseUrl');
  const supabase = await session.supabase();
  const n8n = await session.n8n();
  await n8n.check();
  const bundle = await bundledWorkflows();
  const lock = await lockSetUp(databaseUrl);
  try {
    await report.step('Schema', () => applySchema(databaseUrl));
    await report.step('API of the database', () => checkApi(databaseUrl, supabase));
    await report.step('Workflows in n8n', async () => {
      const installed = await findInstalled(n8n, bundle);
      const other = [...installed].filter(([file, stored]) => differs(stored, bundle.get(file)));
      if (other.length === 0) return unchanged(`${installed.size} are as this version has them`);
      const names = other.map(([, { name }]) => name).join(', ');
      const isAgreed =
        options.replaceWorkflows &&
        (await asker.agrees(
          `Replace ${names}? Your edits in them are lost; n8n keeps the old versions in its history.`,
          options.yes,
        ));
      if (!isAgreed) {
        return warning(
          `${names} are of another version, or were edited; --replace-workflows puts those of this version in their place`,
        );
      }
      for (const [file, stored] of other) {
        const workflow = bundle.get(file);
        if (workflow !== undefined) await storeWorkflow(n8n, stored, renewed(stored, workflow));
      }
      return done(`replaced ${names}`);
    });
  } finally {
    await lock.release();
  }
  const next = 'In n8n, update the package under Settings › Community nodes where it is older (doctor tells).';
  report.say(`\n${next}`);
  report.finish({ next_steps: [next] });
}

export const upgrade = command<Options>(
  'upgrade',
  'bring the database, and if you want the workflows, to the version of this command',
  ['databaseUrl', 'supabaseUrl', 'supabaseKey', 'n8nUrl', 'n8nApiKey'],
  run,
).option('--replace-workflows', 'also put the workflows of this version in the place of those in n8n', false);
