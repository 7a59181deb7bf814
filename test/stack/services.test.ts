import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkSupabase, checkTwenty, supabaseFromEnvironment, twentyFromEnvironment } from '../../stack/services';

describe('services of the outside', () => {
  let server: Server | undefined;

  /** A server that gives every request the same answer. */
  async function answering(status: number, body: object): Promise<string> {
    server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  afterEach(async () => {
    for (const name of ['TWENTY_URL', 'TWENTY_API_KEY', 'SUPABASE_URL', 'SUPABASE_SERVICE_KEY'])
      delete process.env[name];
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  it('are local ones when the environment names none', () => {
    expect(twentyFromEnvironment()).toBeUndefined();
    expect(supabaseFromEnvironment()).toBeUndefined();
  });

  it('need both address and key', () => {
    process.env.TWENTY_URL = 'https://crm.example.com';

    expect(() => twentyFromEnvironment()).toThrow(/Set both TWENTY_URL and TWENTY_API_KEY/);
  });

  it('are taken with or without a slash at the end', () => {
    process.env.SUPABASE_URL = 'https://project.supabase.co/';
    process.env.SUPABASE_SERVICE_KEY = 'sb_secret_a';

    expect(supabaseFromEnvironment()).toEqual({ url: 'https://project.supabase.co', serviceKey: 'sb_secret_a' });
  });

  it.each([
    [404, { code: 'PGRST205', message: 'Could not find the table' }, /npm run migrate -- --database-url/],
    [401, { message: 'Invalid API key' }, /refuses SUPABASE_SERVICE_KEY \(Invalid API key\)/],
    [500, { message: 'boom' }, /answered 500: boom/],
  ])('says what to do when Supabase answers %i', async (status, body, message) => {
    const url = await answering(status, body);

    await expect(checkSupabase({ url, serviceKey: 'sb_secret_a' })).rejects.toThrow(message);
  });

  it.each([
    [401, /refuses TWENTY_API_KEY/],
    [404, /TWENTY_URL is its address without \/rest/],
  ])('says what to do when Twenty answers %i', async (status, message) => {
    const url = await answering(status, {});

    await expect(checkTwenty({ url, apiKey: 'a' })).rejects.toThrow(message);
  });

  it('says that nobody answers', async () => {
    const attempt = checkTwenty({ url: 'http://127.0.0.1:1', apiKey: 'a' });

    await expect(attempt).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
  });
});
