import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MetaApi } from '../../../stand-ins/meta';
import { runNode } from './run-node';

describe('what Meta shows to a page alone', () => {
  let api: MetaApi;
  let baseUrl: string;
  let page: string;

  beforeEach(async () => {
    api = new MetaApi();
    baseUrl = await api.listen();
    page = api.store.addPage('Our page');
  });
  afterEach(() => api.close());

  const formsAt = async (url: string) => {
    const parameters = { resource: 'form', operation: 'getMany', pageId: page, returnAll: true, limit: 50 };
    return (await runNode(api, url, parameters)).map(({ json }) => json.id);
  };

  test('is asked with its token, which a user’s gets once, for a long list as well', async () => {
    const forms = Array.from({ length: 120 }, (_, n) => api.store.addForm(page, `Form ${n}`));

    expect(await formsAt(baseUrl)).toEqual(forms);
    expect(api.calls).toEqual([`GET ${page}`, `GET ${page}/leadgen_forms`, `GET ${page}/leadgen_forms`]);
  });

  test('is asked with the token of the credential where that is the page’s', async () => {
    const form = api.store.addForm(page, 'Newsletter');
    api.store.tokenPage = { id: page, name: 'Our page' };

    expect(await formsAt(baseUrl)).toEqual([form]);
  });

  test('is told as a lack of permission, not of a good token, where Meta gives no token of the page', async () => {
    api.store.foreignPages.add(page);

    await expect(formsAt(baseUrl)).rejects.toThrow(
      /^Meta does not let this token read here.*must be called with a Page Access Token/,
    );
  });

  test('brings its token into no error, whatever a gateway writes', async () => {
    const token = 'made-up-page-token-of-a-gateway';
    const gateway = createServer(({ url = '' }, response) => {
      const isAboutToken = url.includes('fields=access_token');
      const body = isAboutToken ? { access_token: token } : { error: { code: 100, message: `${token} was sent` } };
      response.writeHead(isAboutToken ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;

    const error = await formsAt(url).catch((thrown: unknown) => thrown as Error);
    await new Promise((done) => gateway.close(done));

    expect(error).toMatchObject({ message: expect.stringContaining('••• was sent') as string });
    expect(JSON.stringify(error)).not.toContain(token);
  });
});
