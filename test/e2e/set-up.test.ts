/** Long, as it is one story on one set of systems: each part begins where the one before has ended. */
import type { Client } from 'pg';
import type { N8nApi } from '../../cli/n8n/api';
import { SupabaseApi } from '../../cli/supabase/api';
import { latestRuns } from '../../cli/supabase/runs';
import { Shutdown } from '../../stack/shutdown';
import { startCleanSystems, type CleanSystems } from './support/clean-systems';
import type { CommandLine } from './support/command-line';
import { selfSigned, type Certificate } from './support/certificate';
import { startDatabaseRelay, type DatabaseRelay } from './support/database-relay';
import { startProxy, type Proxy } from './support/proxy';
import { startRelay, type Relay } from './support/relay';
import { SetUpStage } from './support/set-up-stage';

/** The workflows that are there unless others are chosen. */
const USUAL = 9;

const shutdown = new Shutdown();
let systems: CleanSystems;
let stage: SetUpStage;
/** On the way to n8n, Twenty and the database. */
let relay: Relay;
let twentyRelay: Relay;
let databaseRelay: DatabaseRelay;
let command: CommandLine;
let n8n: N8nApi;
let database: Client;

beforeAll(async () => {
  systems = await startCleanSystems(shutdown, 'CLEAN');
  relay = await startRelay(systems.n8n.url);
  shutdown.add('relay', () => relay.close());
  twentyRelay = await startRelay(systems.twenty.url);
  shutdown.add('relay to Twenty', () => twentyRelay.close());
  databaseRelay = await startDatabaseRelay(systems.databaseUrl);
  shutdown.add('relay to the database', () => databaseRelay.close());
  stage = await SetUpStage.open(shutdown, systems, relay.url);
  ({ command, database, n8n } = stage);
});
afterAll(() => shutdown.run());

describe('setup', () => {
  it.each([
    ['a publishable key', { SUPABASE_SERVICE_KEY: 'sb_publishable_x' }, 'Supabase', /publishable key/],
    ['a key of another project', { SUPABASE_SERVICE_KEY: 'sb_secret_of_another' }, 'Supabase', /does not accept/],
    ['a wrong key of Twenty', { TWENTY_API_KEY: 'wrong' }, 'Twenty', /does not accept the API key/],
    ['a wrong key of n8n', { N8N_API_KEY: 'wrong' }, 'n8n', /does not accept the API key/],
    [
      'a wrong password of the database',
      { DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/postgres' },
      'Database',
      /Nothing listens/,
    ],
  ])('ends at %s with what to do, and has changed nothing', async (_case, environment, at, error) => {
    const { code, told } = await command.json(['setup', '--yes'], environment);

    expect(code).toBe(1);
    expect(told).toMatchObject({ ok: false, at, error: expect.stringMatching(error) as string });
    expect(told.steps.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    expect(await n8n.workflows()).toEqual([]);
  });

  it('ends at an n8n without the package with what to click there, and has changed nothing', async () => {
    relay.isMissing = (path) => path.startsWith('/api/v1/credentials/schema/leadSync');

    const { code, told } = await command.json(['setup', '--yes']);

    relay.isMissing = () => false;
    expect([code, told.at]).toEqual([1, 'n8n']);
    expect(told.error).toMatch(/does not have the package n8n-nodes-lead-sync/);
    expect(told.next_step).toMatch(/Settings › Community nodes › Install .*every worker needs the package/);
    expect(await n8n.workflows()).toEqual([]);
  });

  it('says what is missing where there is nobody to ask', async () => {
    const { code, text } = await command.run(['setup'], { environment: { TWENTY_URL: '' } });

    expect(code).toBe(1);
    expect(text).toMatch(
      /URL of Twenty: This is needed[\s\S]*So far: nothing was changed[\s\S]*Next: Correct the environment variable TWENTY_URL/,
    );
  });

  it('goes on where Ctrl-C stopped it, in the middle of any statement, of making fields in Twenty and of each kind of write to n8n', async () => {
    const stoppedAt: string[] = [];
    const stops = (kind: string): number => stoppedAt.filter((place) => place === kind).length;
    const environment = { DATABASE_URL: databaseRelay.url, TWENTY_URL: twentyRelay.url };
    for (;;) {
      const { code, text } = await command.run(['setup', '--yes', '--twenty-url-for-n8n', systems.twenty.url], {
        environment,
        stop: (press) => {
          let isStopped = false;
          const stopAt = (kind: string, most: number): void => {
            if (isStopped || stops(kind) >= most) return;
            isStopped = true;
            stoppedAt.push(kind);
            press();
          };
          databaseRelay.onStatement = (statement) => stopAt(statement.trim().slice(0, 60), 1);
          twentyRelay.onRequest = (method, path) => {
            if (method === 'POST' && path.endsWith('/fields')) stopAt('/fields', 2);
          };
          relay.onRequest = (method, path) => {
            if (method === 'POST' && path.startsWith('/api/v1/')) stopAt(path.replace(/[^/]+(?=\/activate$)/, 'id'), 2);
          };
        },
      });
      if (code === 0) break;
      expect([code, text]).toEqual([
        130,
        expect.stringMatching(/Stopped before the end[\s\S]*Run the same command again/),
      ]);
    }
    databaseRelay.onStatement = () => undefined;
    for (const each of [relay, twentyRelay]) each.onRequest = () => undefined;

    const names = (await n8n.workflows()).map(({ name }) => name);
    const credentials = (await n8n.credentials())?.map(({ name }) => name) ?? [];
    expect(names).toHaveLength(USUAL);
    expect(new Set(names).size).toBe(USUAL);
    expect(credentials.sort()).toEqual([
      'Lead sync dashboard login',
      'Supabase account (lead sync)',
      'Twenty account (lead sync)',
    ]);
    const fields = await stage.fieldNames();
    expect(fields).toEqual([...new Set(fields)]);
    for (const kind of [
      '/fields',
      ...['credentials', 'workflows', 'workflows/id/activate'].map((at) => `/api/v1/${at}`),
    ]) {
      expect([kind, stops(kind)]).toEqual([kind, 2]);
    }
    for (const statement of [/^begin$/, /^-- lead-sync-1\.sql of /, /^commit$/, /^notify pgrst/]) {
      expect(stoppedAt).toContainEqual(expect.stringMatching(statement));
    }
  });

  it('wires what an import by hand leaves open', async () => {
    const workflows = await n8n.workflows();
    const handler = workflows.find(({ name }) => name === 'Lead sync error handler');
    const pull = workflows.find(({ name }) => name === 'Twenty to Supabase lead sync');

    expect(pull?.settings).toMatchObject({
      errorWorkflow: handler?.id,
      timezone: 'Europe/Berlin',
      saveDataSuccessExecution: 'none',
    });
    expect(await stage.fieldNames()).toEqual(expect.arrayContaining(['leadScore', 'leadStatus', 'postalCode']));
  });

  it('changes nothing when it is run again', async () => {
    const before = await stage.made();

    const { code, told } = await command.json(['setup', '--yes']);

    expect([code, told.changed]).toEqual([0, false]);
    expect(await stage.made()).toEqual(before);
  });

  describe('behind a proxy, and with a certificate of one’s own', () => {
    let proxy: Proxy;
    let certificate: Certificate;
    let behindTls: Relay;
    beforeAll(async () => {
      proxy = await startProxy();
      certificate = await selfSigned();
      behindTls = await startRelay(systems.n8n.url, certificate);
    });
    afterAll(() => Promise.all([proxy.close(), behindTls.close(), certificate.remove()]));

    const hostOf = (url: string): string => new URL(url).host;

    it('goes by the proxy of HTTP_PROXY and HTTPS_PROXY, and past it to the hosts of NO_PROXY', async () => {
      const environment = {
        HTTP_PROXY: proxy.url,
        HTTPS_PROXY: proxy.url,
        N8N_URL: behindTls.url,
        NODE_EXTRA_CA_CERTS: certificate.file,
      };
      const past = { ...environment, NO_PROXY: hostOf(systems.twenty.url) };

      expect((await command.json(['setup', '--yes'], environment)).told).toMatchObject({ ok: true, changed: false });
      expect([...proxy.targets].sort()).toEqual(
        [systems.supabase.url, systems.twenty.url, behindTls.url].map(hostOf).sort(),
      );
      proxy.targets.clear();
      expect((await command.json(['setup', '--yes'], past)).code).toBe(0);
      expect([...proxy.targets].sort()).toEqual([systems.supabase.url, behindTls.url].map(hostOf).sort());
    });

    it.each([
      [
        'a proxy that is down',
        { HTTPS_PROXY: 'http://127.0.0.1:9' },
        'Supabase',
        /by the proxy 127\.0\.0\.1:9 \(HTTPS_PROXY\)/,
      ],
      ['a certificate that nobody has signed', {}, 'n8n', /set NODE_EXTRA_CA_CERTS to the file of its CA/],
    ])('ends at %s with what to do', async (_case, environment, at, next) => {
      const http = { HTTP_PROXY: 'HTTPS_PROXY' in environment ? (environment.HTTPS_PROXY ?? '') : '' };

      const { code, told } = await command.json(['setup', '--yes'], {
        N8N_URL: behindTls.url,
        ...http,
        ...environment,
      });

      expect([code, told.at]).toEqual([1, at]);
      expect(told.error).toMatch(/cannot be reached/);
      expect(told.next_step).toMatch(next);
    });
  });

  it('lets only one at a time at work', async () => {
    const both = await Promise.all([command.json(['setup', '--yes']), command.json(['setup', '--yes'])]);

    const refused = both.filter(({ code }) => code !== 0);
    expect(refused.length).toBeLessThanOrEqual(1);
    for (const { told } of refused) expect(told.error).toMatch(/Another set-up/);
    expect((await n8n.workflows()).length).toBe(USUAL);
  });

  it('has synced nothing, and lets nothing sync by itself', async () => {
    const active = (await n8n.workflows()).filter((workflow) => workflow.active).map(({ name }) => name);

    expect(active.sort()).toEqual(['Lead sync dashboard', 'Lead sync error handler']);
    expect((await database.query('select from public.lead_sync_runs')).rowCount).toBe(0);
  });
});

describe('after setup', () => {
  it('sync --now brings both sides together in n8n, and lets the schedules begin', async () => {
    await stage.twenty.post('/people', { name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
    await database.query("insert into public.leads (first_name, email) values ('Grace', 'grace@example.com')");

    const { code, told } = await command.json(['sync', '--now']);

    expect([code, told.leads]).toEqual([0, expect.objectContaining({ total: 2, synced: 2 })]);
    const { data } = await stage.twenty.get<{ totalCount: number }>('/people');
    expect(data.totalCount).toBe(2);
    expect((await n8n.workflows()).every(({ active }) => active)).toBe(true);
    const runs = await latestRuns(new SupabaseApi(systems.supabase.url, systems.supabase.serviceKey), { limit: 5 });
    expect(runs.map(({ status }) => status)).toEqual(expect.arrayContaining(['succeeded', 'succeeded']));
  });

  it('doctor finds all parts well, but for Twenty’s calls to a private address', async () => {
    const { code, told } = await command.json(['doctor']);

    expect(code).toBe(0);
    const findings = told.findings as Array<{ area: string; check: string; status: string; detail: string }>;
    expect(findings.filter(({ status }) => status !== 'ok').map(({ area, check }) => `${area} ${check}`)).toEqual([
      'Twenty Webhooks',
    ]);
  });

  it('doctor sees what somebody has changed in n8n', async () => {
    const pull = (await n8n.workflows()).find(({ name }) => name === 'Twenty to Supabase lead sync');
    if (pull === undefined) throw new Error('The pull is not in n8n.');
    await n8n.deactivate(pull.id);

    const { told } = await command.json(['doctor']);

    const findings = told.findings as Array<{ check: string; status: string; next_step: string }>;
    expect(findings.find(({ check }) => check === 'Published')).toMatchObject({
      status: 'warning',
      next_step: expect.stringMatching(/resume/) as string,
    });
    expect((await command.json(['resume'])).code).toBe(0);
  });

  it('pause takes Twenty’s webhook out and stops the schedules, resume brings them back', async () => {
    await stage.untilWebhooksAre(1);

    expect((await command.json(['pause'])).code).toBe(0);
    await stage.untilWebhooksAre(0);
    expect((await n8n.workflows()).filter(({ active }) => active)).toHaveLength(2);

    expect((await command.json(['resume'])).code).toBe(0);
    await stage.untilWebhooksAre(1);
  });

  it('upgrade puts the bundle’s workflows in the place of edited ones only when told to', async () => {
    const push = (await n8n.workflows()).find(({ name }) => name === 'Supabase to Twenty lead sync');
    if (push === undefined) throw new Error('The push is not in n8n.');
    const nodes = push.nodes.filter(({ name }) => name !== 'Let changes gather');
    await n8n.updateWorkflow(push.id, { name: push.name, nodes, connections: {}, settings: { executionOrder: 'v1' } });

    const told = await command.json(['upgrade', '--yes']);
    expect(told.told.steps.at(-1)).toMatchObject({
      outcome: 'warning',
      detail: expect.stringMatching(/Supabase to Twenty/) as string,
    });
    expect((await command.json(['upgrade', '--yes', '--replace-workflows'])).code).toBe(0);

    const after = await n8n.workflow(push.id);
    expect(after.nodes.map(({ name }) => name)).toContain('Let changes gather');
    expect(after.active).toBe(true);
  });

  it('web forms get a secret of their own where they are chosen, which is shown once, even where setup fails after that', async () => {
    relay.isMissing = (path) => path.startsWith('/webhook/');
    const first = await command.json(['setup', '--yes', '--workflows', 'web-form-intake']);
    relay.isMissing = () => false;
    const again = await command.json(['setup', '--yes', '--workflows', 'web-form-intake']);

    expect([first.code, first.told.at]).toEqual([1, 'From n8n to Supabase']);
    expect(first.told.web_forms).toEqual({
      header: 'X-Lead-Sync-Secret',
      secret: expect.stringMatching(/^[\w-]{32}$/) as string,
    });
    expect([again.code, again.told.changed, again.told.web_forms]).toEqual([0, false, undefined]);
    const forms = (await n8n.workflows()).find(({ name }) => name === 'Web form intake');
    expect(forms).toMatchObject({ active: false });
    expect(forms?.nodes.find(({ name }) => name === 'Take form')?.credentials).toMatchObject({
      leadSyncFormApi: { id: expect.any(String) as string, name: 'Web forms (lead sync)' },
    });
  });

  it('uninstall takes away what setup made, and nothing else', async () => {
    await n8n.createWorkflow({ name: 'My own', nodes: [], connections: {}, settings: {} });

    const { code, told } = await command.json(['uninstall', '--yes']);

    expect([code, told.removed]).toEqual([0, true]);
    expect((await n8n.workflows()).map(({ name }) => name)).toEqual(['My own']);
    expect(await n8n.credentials()).toEqual([]);
    expect((await database.query("select to_regnamespace('lead_sync') as left")).rows).toEqual([{ left: null }]);
    expect((await stage.twenty.get<unknown[]>('/webhooks')).data).toEqual([]);
    expect((await stage.twenty.get<{ totalCount: number }>('/people')).data.totalCount).toBe(2);
  });
});
