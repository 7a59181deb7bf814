import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IHookFunctions } from 'n8n-workflow';
import { LeadSyncMetaLeadAdsApi } from '../../../credentials/LeadSyncMetaLeadAdsApi.credentials';
import { MetaLeadAdsTrigger } from '../../../nodes/MetaLeadAds/MetaLeadAdsTrigger.node';
import { MetaApi } from '../../../stand-ins/meta';
import { executeFunctions } from '../../setup/execute-functions';
import { credentialOf } from './run-node';

const { checkExists, create, delete: remove } = new MetaLeadAdsTrigger().webhookMethods.default;
const OTHER = 'https://another.example/webhook';

describe('what publishing the trigger tells Meta', () => {
  let api: MetaApi;
  let baseUrl: string;
  let page: string;
  /** The trigger's address; answers Meta's question as long as `isReachable`. */
  let n8n: Server;
  let isReachable: boolean;
  let log: string[];

  beforeEach(async () => {
    api = new MetaApi();
    baseUrl = await api.listen();
    page = api.store.addPage('Our page');
    isReachable = true;
    n8n = createServer(({ url = '' }, response) => {
      const challenge = new URL(url, 'http://n8n').searchParams.get('hub.challenge');
      response.writeHead(isReachable ? 200 : 404).end(challenge);
    });
    await new Promise<void>((done) => n8n.listen(0, '127.0.0.1', done));
  });
  afterEach(async () => {
    await api.close();
    await new Promise((done) => n8n.close(done));
  });

  const addressOfTrigger = () => `http://127.0.0.1:${(n8n.address() as AddressInfo).port}/webhook`;

  function hook({ subscribe = true, credential = {}, pageId = page } = {}): IHookFunctions {
    const { context, log: lines } = executeFunctions({
      parameters: { pageId, subscribe, options: {} },
      credentials: {
        leadSyncMetaLeadAdsApi: {
          type: new LeadSyncMetaLeadAdsApi(),
          data: { ...credentialOf(api, baseUrl), ...credential },
        },
      },
    });
    log = lines;
    const getNodeParameter = (name: string) => ({ pageId, subscribe, options: {} })[name];
    return Object.assign(context, {
      getNodeParameter,
      getNodeWebhookUrl: addressOfTrigger,
    }) as unknown as IHookFunctions;
  }

  test('app and page are subscribed, and what they are subscribed to besides stays', async () => {
    api.graph.subscribed.set(page, ['feed']);
    expect(await checkExists.call(hook())).toBe(false);

    await create.call(hook());

    expect(api.graph.subscription).toEqual({ callback_url: addressOfTrigger(), fields: ['leadgen'] });
    expect(api.graph.subscribed.get(page)).toEqual(['feed', 'leadgen']);
    expect(await checkExists.call(hook())).toBe(true);
    expect(api.calls.filter((call) => call === `GET ${page}`)).toHaveLength(2); // its token: to subscribe, to check
    expect(await remove.call(hook())).toBe(true);
    expect(api.graph.subscription).toBeNull();
  });

  test('without a page, all pages of the token are subscribed, however many, and one that comes later is missed', async () => {
    const pages = [page, ...Array.from({ length: 101 }, (_, n) => api.store.addPage(`Page ${n}`))];
    const everywhere = () => hook({ pageId: '' });

    await create.call(everywhere());

    expect([...api.graph.subscribed]).toEqual(pages.map((id) => [id, ['leadgen']]));
    expect(await checkExists.call(everywhere())).toBe(true);
    api.store.addPage('A later page');
    expect(await checkExists.call(everywhere())).toBe(false);
  });

  test('without a page, one that is somebody else’s to manage is passed over; where all are, that is told', async () => {
    const other = api.store.addPage('Advertised only');
    api.store.foreignPages.add(other);

    await create.call(hook({ pageId: '' }));

    expect([...api.graph.subscribed.keys()]).toEqual([page]);
    expect(await checkExists.call(hook({ pageId: '' }))).toBe(true);
    api.store.foreignPages.add(page);
    await expect(create.call(hook({ pageId: '' }))).rejects.toThrow('Meta does not let this token');
  });

  test('without a page, the page itself is subscribed where the token is a page’s', async () => {
    api.store.tokenPage = { id: page, name: 'Our page' };

    await create.call(hook({ pageId: '' }));

    expect([...api.graph.subscribed]).toEqual([[page, ['leadgen']]]);
    expect(await checkExists.call(hook({ pageId: '' }))).toBe(true);
  });

  test('an app that delivers to another address is left alone and told, by publishing and by its end', async () => {
    api.graph.subscription = { callback_url: OTHER, fields: ['leadgen'] };

    await expect(create.call(hook())).rejects.toThrow(`The app delivers to ${OTHER} already`);
    expect(await remove.call(hook())).toBe(true);
    expect(api.graph.subscription).toEqual({ callback_url: OTHER, fields: ['leadgen'] });
  });

  test('an address that Meta cannot reach is refused with its own words', async () => {
    isReachable = false;

    await expect(create.call(hook())).rejects.toThrow('Callback verification failed');
    expect([api.graph.subscription, api.graph.subscribed.get(page)]).toEqual([null, undefined]);
  });

  test.each(['appId', 'appSecret', 'verifyToken'])(
    'a credential without %s is told before anything is asked',
    async (part) => {
      await expect(create.call(hook({ credential: { [part]: ' ' } }))).rejects.toThrow('lacks the app ID');
      expect(api.calls).toEqual([]);
    },
  );

  test('a subscription that cannot be ended does not keep the workflow published, and is told', async () => {
    await create.call(hook());
    api.faults.push('unreachable');

    expect(await remove.call(hook({ credential: { appSecret: 'another-made-up-secret' } }))).toBe(false);
    expect(log.join()).toContain('Remove it in the dashboard of the app');
  });

  test('nothing is asked where the address was entered by hand', async () => {
    expect([await checkExists.call(hook({ subscribe: false })), await remove.call(hook({ subscribe: false }))]).toEqual(
      [true, true],
    );
    expect(api.calls).toEqual([]);
  });
});
