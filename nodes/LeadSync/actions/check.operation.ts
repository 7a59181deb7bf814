import { InputError } from '../../errors/input-error';
import { toItems, type Item, type NodeRun } from '../../frame';
import { serviceKeyOf } from '../../SupabaseLeads/transport/rpc';
import { Findings, ok, type Finding } from '../checks/finding';
import { lookAtInstallation, type Installation } from '../checks/installation';
import { supabaseKeySeen } from '../checks/supabase-key';
import { lookAtSync, type SyncMetrics } from '../checks/sync';
import { lookAtTwenty } from '../checks/twenty';
import { connectClients } from '../n8n-ports';
import { callSettings, explainRun, type Operation } from './whole-run';

/** How all parts are: what the command `doctor` looks at, but for n8n itself, whose API a node does not have. */
export const check: Operation = {
  name: 'Check',
  action: 'Check all parts',
  description: 'Look at database, key, Twenty and sync, and say of each part how it is and what to do',
  fields: [
    {
      displayName: 'Fail on Errors',
      name: 'failOnErrors',
      type: 'boolean',
      default: false,
      description:
        'Whether the node fails, once it has looked at everything, where a part has an error; with an error output the parts leave by the other one',
    },
  ],
  isScheduled: true,
  afterFailure: 'The dashboard shows what was found.',
  async execute(run) {
    const output = [];
    for (const item of run.items) {
      try {
        run.throwIfCancelled();
        const findings = await findingsOf(run, item);
        for (const one of toItems(findings.all, item.index)) output.push(one);
        if (item.boolean('failOnErrors')) failFor(findings.with('error'));
      } catch (error) {
        output.push(run.failed(error, item.index));
      }
    }
    return [output];
  },
};

async function findingsOf({ context }: NodeRun<void>, item: Item): Promise<Findings> {
  const { database, client } = await connectClients(context, callSettings(item));
  const key = await serviceKeyOf(context);
  const findings = new Findings((error) => ({
    error: explainRun(context.getNode(), error, item.index).error.message,
    next_step: '',
  }));
  await findings.of('Supabase')('Key', () => supabaseKeySeen(key));
  const ask = async <T>(name: string, args: object = {}): Promise<T> =>
    (await database.call(name, { ...args }, item.index)) as T;
  let installation: Installation | undefined;
  let metrics: SyncMetrics | undefined;
  await findings.of('Supabase')('Schema cache', async () => {
    installation = await ask<Installation>('get_installation');
    return ok('the API shows the functions');
  });
  if (installation !== undefined) await lookAtInstallation(installation, findings);
  await lookAtTwenty(client, installation, {}, findings);
  await findings.of('Sync')('Figures', async () => {
    metrics = await ask<SyncMetrics>('get_sync_metrics');
    return ok('the database counts them');
  });
  if (metrics !== undefined) await lookAtSync(metrics, installation?.runs, findings);
  await findings.of('n8n')('Workflows', () =>
    ok('not looked at here: what is published, wired and set in n8n is seen by npx n8n-nodes-lead-sync doctor'),
  );
  await findings.of('Supabase')('Dashboard', async () => {
    await ask('note_findings', { p_source: 'workflow', p_findings: findings.all });
    return ok('it shows what was found');
  });
  return findings;
}

function failFor(errors: readonly Finding[]): void {
  if (errors.length === 0) return;
  const told = errors.map(({ area, check: part, detail }) => `${area} › ${part}: ${detail}`).join('; ');
  throw new InputError(`Not well: ${told}`, errors[0].next_step || 'The dashboard shows what to do about each.');
}
