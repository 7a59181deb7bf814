import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { LeadSyncMetaLeadAdsApi } from '../../../credentials/LeadSyncMetaLeadAdsApi.credentials';
import { MetaLeadAds } from '../../../nodes/MetaLeadAds/MetaLeadAds.node';
import { MetaApi } from '../../../stand-ins/meta';
import { executeFunctions } from '../../setup/execute-functions';
import { credentialOf } from './run-node';

const { searchPages, searchForms } = new MetaLeadAds().methods.listSearch;

describe('what the panel offers', () => {
  let api: MetaApi;
  let baseUrl: string;

  beforeEach(async () => {
    api = new MetaApi();
    baseUrl = await api.listen();
  });
  afterEach(() => api.close());

  const panel = (pageId = ''): ILoadOptionsFunctions => {
    const { context } = executeFunctions({
      credentials: {
        leadSyncMetaLeadAdsApi: { type: new LeadSyncMetaLeadAdsApi(), data: credentialOf(api, baseUrl) },
      },
    });
    return Object.assign(context, { getCurrentNodeParameter: () => pageId }) as unknown as ILoadOptionsFunctions;
  };

  test('pages that the token may manage, by name or ID', async () => {
    const [first, second] = ['Acme', 'Bakery'].map((name) => api.store.addPage(name));

    expect((await searchPages.call(panel())).results).toEqual([
      { name: 'Acme', value: first },
      { name: 'Bakery', value: second },
    ]);
    expect((await searchPages.call(panel(), 'bak')).results).toEqual([{ name: 'Bakery', value: second }]);
    expect((await searchPages.call(panel(), first)).results).toEqual([{ name: 'Acme', value: first }]);
  });

  test('the page alone where the token is a page’s', async () => {
    api.store.tokenPage = { id: '1', name: 'Our page' };

    expect((await searchPages.call(panel())).results).toEqual([{ name: 'Our page', value: '1' }]);
  });

  test('forms of the chosen page, 50 at a time', async () => {
    const page = api.store.addPage('Acme');
    const ids = Array.from({ length: 60 }, (_, n) => api.store.addForm(page, `Form ${n}`));
    api.store.addForm(api.store.addPage('Other'), 'Not this one');

    const first = await searchForms.call(panel(page));
    const rest = await searchForms.call(panel(page), undefined, first.paginationToken as string);

    expect([...first.results, ...rest.results].map(({ value }) => value)).toEqual(ids);
    expect([first.results.length, rest.paginationToken]).toEqual([50, undefined]);
  });

  test('why there is nothing to choose', async () => {
    api.store.hasExpired = true;

    await expect(searchPages.call(panel())).rejects.toThrow('Meta no longer accepts the access token');
    await expect(searchForms.call(panel('1'))).rejects.toThrow('Meta no longer accepts the access token');
  });
});
