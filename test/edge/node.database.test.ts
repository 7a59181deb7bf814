import { CloudflareD1 } from '../../nodes/CloudflareD1/CloudflareD1.node';
import { LeadSyncCloudflareD1Api } from '../../credentials/LeadSyncCloudflareD1Api.credentials';
import { LeadSyncSupabaseApi } from '../../credentials/LeadSyncSupabaseApi.credentials';
import { Store } from '../database/store';
import { executeFunctions } from '../setup/execute-functions';
import { RunningWorker, TOKENS } from './worker';

/** The node with a credential that names the Worker instead of Cloudflare's API. */
describe('the node Cloudflare D1 through the Worker', () => {
  let store: Store;
  let worker: RunningWorker;
  let baseUrl: string;

  beforeAll(async () => {
    store = await Store.open();
    worker = await RunningWorker.open();
    baseUrl = await worker.address();
    await store.sql.query('select public.enable_outreach(), public.enable_edge()');
  });
  afterAll(async () => {
    await worker.close();
    await store.sql.query('select public.disable_edge()');
    await store.sql.query('drop table public.email_events, public.emails, public.campaigns, public.mailboxes');
    await store.reset();
    await store.close();
  });

  async function run(parameters: Record<string, unknown>, credential = {}): Promise<Array<Record<string, unknown>>> {
    const { TEST_SUPABASE_URL: host = '', TEST_SUPABASE_SERVICE_KEY: serviceKey = '' } = process.env;
    const { context } = executeFunctions({
      parameters: { table: '', options: {}, ...parameters },
      credentials: {
        leadSyncCloudflareD1Api: {
          type: new LeadSyncCloudflareD1Api(),
          data: { baseUrl, accountId: '', databaseId: '', apiToken: TOKENS.admin, ...credential },
        },
        leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host, serviceKey } },
      },
    });
    const [items] = await new CloudflareD1().execute.call(context);
    return items.map(({ json }) => json);
  }

  const replica = (operation: string, more = {}) => run({ resource: 'replica', operation, ...more });

  test('fills D1, brings e-mails up, finds both sides equal and builds a table anew', async () => {
    const id = await store.addLead({ first_name: 'Ada', email: 'ada@example.com' });
    await worker.sql("insert into emails (id, prospect_id, subject) values ('e1', ?1, 'Hello')", id);

    expect(await replica('syncDown')).toMatchObject([{ status: 'succeeded', mode: 'rebuild' }]);
    expect(await replica('syncUp')).toMatchObject([{ status: 'succeeded', figures: { rows: 1 } }]);
    expect(await replica('check', { full: true })).toMatchObject([{ findings: {} }, { direction: 'up' }]);
    expect(await replica('rebuild')).toMatchObject([{ status: 'succeeded', mode: 'rebuild' }]);

    expect((await worker.call('GET', `/api/prospects/${id}`)).body).toMatchObject({ id, first_name: 'Ada' });
    expect(await store.rows('select id, subject from public.emails')).toEqual([{ id: 'e1', subject: 'Hello' }]);
  });

  test('runs a query, and tells D1’s own words of a bad one', async () => {
    const query = (text: string) =>
      run({ resource: 'database', operation: 'executeQuery', query: text, parameters: [] });

    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
    await expect(query('select nmae from prospects')).rejects.toThrow('no such column: nmae');
  });

  test.each([
    ['a wrong token', () => ({ apiToken: TOKENS.edge }), /token/i],
    [
      'a Worker that is away',
      () => ({ baseUrl: 'http://127.0.0.1:9' }),
      /could not be reached|cannot be reached|refused/i,
    ],
  ])('says what is wrong with %s', async (_what, credential, message) => {
    const failing = run({ resource: 'replica', operation: 'syncUp' }, credential());

    await expect(failing).rejects.toThrow(message);
  });
});
