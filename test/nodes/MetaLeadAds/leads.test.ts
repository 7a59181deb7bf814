import { MetaApi } from '../../../stand-ins/meta';
import { runNode } from './run-node';

describe('leads and forms of Meta', () => {
  let api: MetaApi;
  let baseUrl: string;
  let page: string;
  let form: string;

  beforeEach(async () => {
    api = new MetaApi();
    baseUrl = await api.listen();
    page = api.store.addPage('Our page');
    form = api.store.addForm(page, 'Newsletter');
  });
  afterEach(() => api.close());

  const getMany = async (parameters: Record<string, unknown> = {}, credential = {}) => {
    const all = { resource: 'lead', operation: 'getMany', formId: form, since: '', returnAll: true, limit: 50 };
    const items = await runNode(api, baseUrl, { ...all, ...parameters }, { credential });
    return items.map(({ json }) => json);
  };
  const get = (ids: unknown[], options: { continueOnFail?: boolean } = {}) =>
    runNode(
      api,
      baseUrl,
      { resource: 'lead', operation: 'get', leadId: (index: number) => ids[index] },
      { items: ids.map((id) => ({ id })), ...options },
    );

  test('the leads of a form come page by page, the latest first, as leads or as Meta gives them', async () => {
    for (let n = 0; n < 230; n++) {
      const created_time = new Date(Date.now() - n * 60_000).toISOString();
      api.store.addLead(form, { email: `lead${n}@example.com` }, { created_time });
    }

    const all = await getMany();
    expect(all.map(({ email }) => email)).toEqual(Array.from({ length: 230 }, (_, n) => `lead${n}@example.com`));
    expect(all[0]).toMatchObject({ touch: { source: 'meta', form: 'Newsletter' } });
    expect(await getMany({ returnAll: false, limit: 3, output: 'raw' })).toMatchObject([
      { form_id: form, field_data: [{ name: 'email', values: ['lead0@example.com'] }] },
      {},
      {},
    ]);
    expect(await getMany({ since: new Date(Date.now() - 150_000).toISOString() })).toHaveLength(3);
  });

  test('leads by their ids are one call for 50, each paired with its item, and one that is missing fails alone', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => api.store.addLead(form, { email: `lead${n}@example.com` }).id);
    api.store.leads.delete(ids[1]);

    const items = await get([...ids, 'no id'], { continueOnFail: true });

    expect(items).toHaveLength(51);
    expect(items[0]).toMatchObject({ json: { email: 'lead0@example.com' }, pairedItem: { item: 0 } });
    expect(items[1]).toMatchObject({
      json: { error: expect.stringContaining('no such lead') as string, details: { kind: 'missing', code: 100 } },
      pairedItem: { item: 1 },
    });
    expect(items[49]).toMatchObject({ json: { email: 'lead49@example.com' }, pairedItem: { item: 49 } });
    expect(items[50].json).toMatchObject({ error: expect.stringContaining('Lead ID is "no id"') as string });
    expect(api.calls.filter((call) => call === 'POST ')).toHaveLength(2); // the leads, and the name of their form
  });

  test('a test lead is marked', async () => {
    const { id } = api.store.addTestLead(form, ['email', 'full_name']);

    const [{ json }] = await get([id]);

    expect(json).toMatchObject({ email: 'test@meta.example', attributes: { test_lead: true } });
    expect(json).not.toHaveProperty('first_name');
  });

  test('the forms of a page', async () => {
    api.store.addForm(page, 'Offer');
    const items = await runNode(api, baseUrl, {
      resource: 'form',
      operation: 'getMany',
      pageId: { __rl: true, mode: 'id', value: page },
      returnAll: false,
      limit: 50,
    });

    expect(items.map(({ json }) => json.name)).toEqual(['Newsletter', 'Offer']);
  });

  test.each([
    ['an expired token', () => void (api.store.hasExpired = true), {}, 'Meta no longer accepts the access token'],
    ['a form that may not be read', () => void api.store.hidden.add(form), {}, 'Leads Access in the settings'],
    ['the secret of another app', () => undefined, { appSecret: 'another-made-up-secret' }, 'appsecret_proof'],
    ['an address that is none', () => undefined, { baseUrl: 'graph' }, 'base URL or the version'],
    ['a version that is none', () => undefined, { version: 'latest' }, 'base URL or the version'],
  ])('says what is wrong with %s', async (_what, arrange, credential, message) => {
    arrange();

    await expect(getMany({}, credential)).rejects.toThrow(message);
  });

  test('a throttled call is sent again', async () => {
    api.store.addLead(form, { email: 'ada@example.com' });
    api.faults.push('throttled');

    expect(await getMany()).toHaveLength(1);
  });
});
