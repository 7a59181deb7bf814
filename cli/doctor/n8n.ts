import { bad, ok, warn, type Findings, type Seen } from '../../nodes/LeadSync/checks/finding';
import type { N8nApi, StoredWorkflow } from '../n8n/api';
import { bundledWorkflows, canBePublished, CORE, ERROR_HANDLER, startsByItself, WEBHOOK_HANDLER } from '../n8n/bundle';
import { SUPABASE_CREDENTIAL, TWENTY_CREDENTIAL } from '../n8n/credentials';
import { copiesOf } from '../n8n/wiring';
import type { Page } from '../n8n/page';
import type { Metrics } from '../supabase/runs';
import { version } from '../../package.json';

const PACKAGE = 'n8n-nodes-lead-sync';
/** Minutes without a success after which a schedule of 15 (a pull) or 5 (a push) has stood still. */
const SILENT_MINUTES = { twenty_to_supabase: 35, supabase_to_twenty: 20 } as const;
const LACKS_NODE = /unrecognized node type|unknown node type/i;

interface Installed {
  byFile: Map<string, StoredWorkflow>;
  doubled: string[];
}

async function findAll(api: N8nApi): Promise<Installed> {
  const there = await api.workflows();
  const byFile = new Map<string, StoredWorkflow>();
  const doubled: string[] = [];
  for (const [file, workflow] of await bundledWorkflows()) {
    const copies = copiesOf(workflow, there);
    if (copies.length > 0) byFile.set(file, copies[0]);
    if (copies.filter(({ active }) => active).length > 1) doubled.push(workflow.name);
  }
  return { byFile, doubled };
}

function present({ byFile, doubled }: Installed): Seen {
  const missing = CORE.filter((file) => !byFile.has(file));
  if (missing.length > 0) return bad(`${missing.join(', ')} are not in n8n`, 'Run: setup');
  if (doubled.length > 0)
    return bad(
      `several copies of ${doubled.join(', ')} are published: everything happens twice`,
      'Unpublish all but one in n8n.',
    );
  return ok(`${byFile.size} are there`);
}

function published({ byFile }: Installed): Seen {
  // n8n 1 runs error workflows unpublished
  const stored = [...byFile]
    .filter(([file]) => file !== ERROR_HANDLER)
    .flatMap(([, one]) => (canBePublished(one) ? [one] : []));
  const waiting = stored.filter(({ active }) => !active).map(({ name }) => name);
  const drafts = stored.filter(
    ({ active, versionId, activeVersionId }) => active && activeVersionId && activeVersionId !== versionId,
  );
  if (!stored.some((workflow) => startsByItself(workflow) && workflow.active)) {
    return warn('the schedules are paused', 'Run: sync --now (the first time), or: resume');
  }
  if (waiting.length > 0)
    return warn(`${waiting.join(', ')} are not published`, 'Run: resume; or leave out what you do not want.');
  if (drafts.length > 0) {
    return warn(
      `${drafts.map(({ name }) => name).join(', ')} have changes that are not published`,
      'Publish them in n8n, or go back to the version that works.',
    );
  }
  return ok('all are published');
}

function wired({ byFile }: Installed, known: Set<string> | undefined): Seen {
  const loose = [...byFile.values()].filter(({ nodes }) =>
    nodes.some(({ type, disabled, credentials }) => {
      if (disabled || !type.startsWith(`${PACKAGE}.`)) return false;
      const ids = [TWENTY_CREDENTIAL, SUPABASE_CREDENTIAL].flatMap((kind) =>
        credentials?.[kind] ? [credentials[kind].id] : [],
      );
      return ids.some((id) => !id || (known !== undefined && !known.has(id)));
    }),
  );
  if (loose.length > 0)
    return bad(
      `${loose.map(({ name }) => name).join(', ')} lack a credential, or have one that is gone`,
      'Run: setup. It chooses them.',
    );
  return ok('every node has its credential');
}

function settings({ byFile }: Installed): Seen {
  const handler = byFile.get(ERROR_HANDLER)?.id;
  const others = [...byFile].filter(([file]) => file !== ERROR_HANDLER).map(([, stored]) => stored);
  const silent = others.filter(
    (stored) => handler !== undefined && stored.settings.errorWorkflow !== handler && startsByItself(stored),
  );
  const growing = others.filter(
    (stored) => stored.settings.saveDataSuccessExecution !== 'none' && startsByItself(stored),
  );
  if (growing.length > 0) {
    return warn(
      `${growing.map(({ name }) => name).join(', ')} keep the data of every execution, and n8n's database grows`,
      'Run: setup. It sets what is not set; otherwise choose in the workflow’s settings: Save successful production executions › Do not save.',
    );
  }
  if (silent.length > 0) {
    return warn(
      `failures of ${silent.map(({ name }) => name).join(', ')} go to another error workflow, or to none`,
      'Run: setup; or leave it if that is how you want it.',
    );
  }
  return ok('as they should be');
}

/** Whether the schedules have done something lately: n8n's own scheduler stands still at times, and says nothing. */
function alive({ byFile }: Installed, metrics: Metrics | undefined): Seen {
  const pulls = byFile.get('twenty-to-supabase-lead-sync')?.active === true;
  const pushes = byFile.get('supabase-to-twenty-lead-sync')?.active === true;
  if (metrics === undefined) return warn('the last runs are unknown', 'Give the address and key of Supabase, too.');
  if (!pulls && !pushes) return ok('paused');
  const late = (['twenty_to_supabase', 'supabase_to_twenty'] as const).filter((direction) => {
    const { minutes, running_since } = metrics.freshness[direction];
    const isOn = direction === 'twenty_to_supabase' ? pulls : pushes;
    return isOn && running_since === null && minutes !== null && minutes > SILENT_MINUTES[direction];
  });
  if (late.length === 0) return ok('schedules start runs');
  const told = late
    .map((direction) => `${direction}: ${Math.round(metrics.freshness[direction].minutes ?? 0)} minutes ago`)
    .join(', ');
  return bad(
    `the last success is old (${told})`,
    'See the executions of the sync workflows in n8n. If there are none, its scheduler stands still: restart n8n.',
  );
}

async function failures(api: N8nApi, { byFile }: Installed): Promise<Seen> {
  const names: string[] = [];
  for (const { id, name } of byFile.values()) {
    const [last] = (await api.executions(id, 1)) ?? [];
    if (last === undefined || last.status !== 'error') continue;
    const reason = await api.failureOf(last.id);
    if (reason !== undefined && LACKS_NODE.test(reason)) {
      return bad(
        `an execution of ${name} did not know the package's nodes`,
        'n8n runs in queue mode, and a worker lacks the package: install it on every worker, in the same version.',
      );
    }
    names.push(`${name}${reason === undefined ? '' : `: ${reason}`}`);
  }
  if (names.length === 0) return ok('the last of each workflow ended well');
  return warn(`failed: ${names.join('; ')}`, 'Open them in n8n: the red node says what is wrong.');
}

async function packageIn(api: N8nApi): Promise<Seen> {
  for (const type of [TWENTY_CREDENTIAL, SUPABASE_CREDENTIAL]) {
    if (await api.knowsCredential(type)) continue;
    return bad(`n8n does not have ${PACKAGE}`, `Install it under Settings › Community nodes: ${PACKAGE}`);
  }
  const installed = await api.packageVersion(PACKAGE);
  if (installed === undefined || installed === version)
    return ok(installed === undefined ? 'installed' : `version ${installed}`);
  return warn(
    `version ${installed} in n8n, ${version} here`,
    'Update it under Settings › Community nodes, then run: upgrade',
  );
}

export async function lookAtN8n(
  api: N8nApi,
  page: Page | undefined,
  metrics: Metrics | undefined,
  findings: Findings,
): Promise<{ wantsWebhooks: boolean }> {
  const look = findings.of('n8n');
  await look('API', async () => {
    await api.check();
    return ok('it accepts the key');
  });
  if (findings.last?.status === 'error') return { wantsWebhooks: false };
  await look('Package', () => packageIn(api));
  const installed = await findAll(api);
  await look('Workflows', () => present(installed));
  await look('Published', () => published(installed));
  await look('Credentials', async () => {
    const listed = await api.credentials();
    return wired(installed, listed === undefined ? undefined : new Set(listed.map(({ id }) => id)));
  });
  await look('Settings', () => settings(installed));
  await look('Schedules', () => alive(installed, metrics));
  await look('Executions', () => failures(api, installed));
  if (page !== undefined) {
    await look('Dashboard', async () => {
      await page.data();
      return ok('n8n reaches Supabase and shows it');
    });
  }
  return { wantsWebhooks: installed.byFile.get(WEBHOOK_HANDLER)?.active ?? false };
}
