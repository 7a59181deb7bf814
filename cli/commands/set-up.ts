import { randomBytes } from 'node:crypto';
import { givenValue } from '../answers-file';
import { command, names, timeZone, type Session } from '../command';
import { lockSetUp } from '../database/set-up-lock';
import { CliError } from '../failure';
import { bundledWorkflows, CORE, FORMS, MCP_SERVER, named, offered } from '../n8n/bundle';
import { FORM_HEADER, PAGE_USER, storeCredentials, wantedCredentials, type CredentialValues } from '../n8n/credentials';
import { installWorkflows, type Installed } from '../n8n/install';
import { Page, pagePassword } from '../n8n/page';
import { adopt, isAdopted, planAdoption, planLines } from '../set-up/adoption';
import { connectSystems, type Systems } from '../set-up/connections';
import { shareCalls } from '../set-up/queue-mode';
import { applySchema, checkApi } from '../set-up/schema';
import { checkRights, prepareTwenty } from '../set-up/twenty';
import { done, unchanged, warning, type Ending } from '../terminal/report';

interface Options {
  adopt: boolean;
  queueMode: boolean;
  workflows?: string[];
  timezone: string;
  telegramToken?: string;
  telegramChat?: string;
  twentyUrlForN8n?: string;
  supabaseUrlForN8n?: string;
}

type Bundle = Awaited<ReturnType<typeof bundledWorkflows>>;

/** The workflows to have: the core, and what was named, chosen, or is usual. */
async function chosenFiles({ options, asker }: Session<Options>, bundle: Bundle): Promise<string[]> {
  const choices = offered(bundle);
  if (options.workflows !== undefined) return named(bundle, options.workflows);
  const usual = choices.filter((choice) => choice.usual).map(({ file }) => file);
  if (!asker.mayAsk) return [...CORE, ...usual];
  const chosen = await asker.choose(
    'Besides the sync, the dashboard and the error handler:',
    choices.map(({ file, name, usual: checked }) => ({ value: file, name, checked })),
  );
  return [...CORE, ...chosen];
}

async function credentialValues(
  session: Session<Options>,
  { twenty, supabase }: Systems,
  files: string[],
): Promise<CredentialValues> {
  const { options, connections } = session;
  const key = await connections.get('supabaseKey');
  return {
    twenty: { url: options.twentyUrlForN8n ?? twenty.urls.base, apiKey: await connections.get('twentyApiKey') },
    supabase: {
      url: options.supabaseUrlForN8n ?? supabase.url,
      key,
      publishableKey: givenValue('SUPABASE_PUBLISHABLE_KEY'),
    },
    pagePassword: pagePassword(key),
    telegramToken: options.telegramToken,
    mcp: files.includes(MCP_SERVER),
    formSecret: files.includes(FORMS) ? randomBytes(24).toString('base64url') : undefined,
  };
}

function installedText({ stored, created, completed, published, doubled }: Installed): Ending {
  const parts = [
    created.length > 0 ? `${created.length} new` : '',
    completed.length > 0 ? `completed ${completed.join(', ')}` : '',
    published.length > 0 ? `published ${published.join(', ')}` : '',
  ].filter((part) => part !== '');
  const all = `${stored.size} are there`;
  if (doubled.length > 0) {
    return warning(
      `${all}; of ${doubled.join(', ')} several copies are published, which do everything twice: unpublish all but one`,
    );
  }
  return parts.length > 0 ? done(`${all}: ${parts.join('; ')}`) : unchanged(`${all}, as they should be`);
}

async function intoN8n(session: Session<Options>, systems: Systems, files: string[], bundle: Bundle): Promise<void> {
  const { options, report } = session;
  const { n8n } = systems;
  const values = await credentialValues(session, systems, files);
  let credentials = new Map<string, { id: string; name: string }>();
  let formSecret: string | undefined;
  await report.step('Credentials in n8n', async () => {
    const stored = await storeCredentials(n8n, wantedCredentials(values), await n8n.workflows());
    credentials = stored.byType;
    formSecret = stored.formSecret;
    if (stored.unchangeable.length > 0) {
      return warning(
        `this n8n cannot change credentials through its API: see in the editor that ${stored.unchangeable.join(' and ')} hold the addresses and keys given here`,
      );
    }
    return stored.created.length > 0 ? done(`made ${stored.created.join(', ')}`) : unchanged('all are there');
  });
  if (formSecret !== undefined) {
    report.tellOnce(
      `Web forms: senders give the header ${FORM_HEADER} with ${formSecret}\n  Keep it: it is shown only now.`,
      { web_forms: { header: FORM_HEADER, secret: formSecret } },
    );
  }
  await report.step('Workflows in n8n', async () => {
    const { timezone, telegramChat } = options;
    const chatId = options.telegramToken === undefined ? undefined : telegramChat;
    return installedText(await installWorkflows(n8n, bundle, files, { credentials, timezone, chatId }));
  });
}

async function run(session: Session<Options>): Promise<void> {
  const { options, report, asker } = session;
  if ((options.telegramToken === undefined) !== (options.telegramChat === undefined)) {
    throw new CliError('Alerts by Telegram need a bot and a chat.', 'Give both --telegram-token and --telegram-chat.');
  }
  const systems = await connectSystems(session);
  const { databaseUrl, supabase, twenty, n8n } = systems;
  const plan = await planAdoption(databaseUrl);
  if (plan !== null) {
    for (const line of planLines(plan)) report.say(line);
    if (!options.adopt && !asker.mayAsk) {
      throw new CliError(
        'The project has a table public.leads of its own.',
        'Run it again with --adopt to have its rows synced, or rename the table. Nothing was changed.',
      );
    }
    if (!(await asker.agrees('Have the rows of public.leads synced like that?', options.adopt))) {
      report.finish({ changed: false, adoption: plan });
      return;
    }
  }
  const bundle = await bundledWorkflows();
  const files = await chosenFiles(session, bundle);
  const isAgreed = await asker.agrees(
    `Apply the schema, make missing fields in Twenty and put ${files.length} workflows into n8n? Nothing is synced yet.`,
    options.yes,
  );
  if (!isAgreed) {
    report.finish({ changed: false });
    return;
  }
  const lock = await lockSetUp(databaseUrl);
  try {
    await report.step('Schema', () => applySchema(databaseUrl));
    await report.step('API of the database', () => checkApi(databaseUrl, supabase));
    if (plan !== null || (await isAdopted(databaseUrl)))
      await report.step('Table public.leads', () => adopt(databaseUrl));
    if (options.queueMode) await report.step('Limit of Twenty', () => shareCalls(databaseUrl));
    await report.step('Rights in Twenty', () => checkRights(databaseUrl, twenty));
    await report.step('Fields in Twenty', () => prepareTwenty(databaseUrl, twenty));
    await intoN8n(session, systems, files, bundle);
    const page = new Page(n8n.url, await session.connections.get('supabaseKey'));
    await report.step('From n8n to Supabase', async () => {
      await page.data();
      return unchanged('the dashboard page shows the database');
    });
    end(session, page);
  } finally {
    await lock.release();
  }
}

function end({ report, asker }: Session<Options>, page: Page): void {
  const nextSteps = [
    'npx n8n-nodes-lead-sync sync --now: the first sync, in both directions; then the schedules begin',
    'npx n8n-nodes-lead-sync resume: let the schedules begin without waiting for it',
  ];
  report.say(`\nEverything is in place, and nothing has been synced yet: the schedules wait.`);
  for (const step of nextSteps) report.say(`  ${step}`);
  report.say(`Dashboard: ${page.url}\n  login ${PAGE_USER}, password ${page.password}`);
  report.finish({
    changed: report.steps.some(({ outcome }) => outcome === 'done'),
    questions: asker.questions,
    dashboard: { url: page.url, user: PAGE_USER, password: page.password },
    next_steps: nextSteps,
  });
}

export const setUp = command<Options>(
  'setup',
  'set everything up, up to and without the first sync; run it again whenever you like',
  ['databaseUrl', 'supabaseUrl', 'supabaseKey', 'twentyUrl', 'twentyApiKey', 'n8nUrl', 'n8nApiKey'],
  run,
)
  .option(
    '--adopt',
    'have the rows of a table public.leads that the project has already synced, as the plan says',
    false,
  )
  .option('--queue-mode', 'n8n runs in queue mode: all its processes share the calls that Twenty allows', false)
  .option(
    '--workflows <names>',
    'files of the workflows to have besides the core, or "all" but those of the edge replica, Meta and Knowlarity',
    names,
  )
  .option(
    '--timezone <zone>',
    'of schedules and the dashboard, e.g. Europe/Berlin',
    timeZone,
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  )
  .option('--telegram-token <token>', 'of the bot that tells alerts')
  .option('--telegram-chat <id>', 'the chat to which it tells them')
  .option('--twenty-url-for-n8n <url>', 'where n8n reaches Twenty by another address than this machine does')
  .option('--supabase-url-for-n8n <url>', 'where n8n reaches Supabase by another address');
