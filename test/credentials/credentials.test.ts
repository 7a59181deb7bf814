import { createHmac } from 'node:crypto';
import type {
  ICredentialDataDecryptedObject,
  ICredentialTestFunctions,
  ICredentialType,
  IDataObject,
  IHttpRequestOptions,
} from 'n8n-workflow';
import { LeadSyncCloudflareD1Api } from '../../credentials/LeadSyncCloudflareD1Api.credentials';
import { LeadSyncKnowlarityApi } from '../../credentials/LeadSyncKnowlarityApi.credentials';
import { LeadSyncMetaLeadAdsApi } from '../../credentials/LeadSyncMetaLeadAdsApi.credentials';
import { LeadSyncSupabaseApi } from '../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTwentyApi } from '../../credentials/LeadSyncTwentyApi.credentials';
import { queryUrl } from '../../nodes/CloudflareD1/transport/address';
import { testFormSecret } from '../../nodes/SupabaseLeads/methods/credentialTest';
import { resolveAll } from '../setup/execute-functions';

function testUrl(type: ICredentialType, data: ICredentialDataDecryptedObject): string {
  const { baseURL, url } = type.test!.request;
  return Object.values(resolveAll({ baseURL: baseURL as string, url: url as string }, data)).join('');
}

async function headers(type: ICredentialType, data: ICredentialDataDecryptedObject): Promise<IDataObject> {
  if (typeof type.authenticate === 'function') return (await type.authenticate(data, { url: '' })).headers ?? {};
  if (!type.authenticate) throw new Error('The credential does not say how it is used');
  return resolveAll(type.authenticate.properties.headers ?? {}, data);
}

test.each([
  'https://crm.example',
  'https://crm.example/',
  ' https://crm.example/rest/ ',
  'https://crm.example/graphql',
])('the Twenty URL %j is tested at its REST API', (url) =>
  expect(testUrl(new LeadSyncTwentyApi(), { url })).toBe('https://crm.example/rest/people'),
);

test.each([
  'https://abc.supabase.co',
  'https://abc.supabase.co/',
  'https://abc.supabase.co/rest/v1/',
  'https://abc.supabase.co/rest',
])('the Supabase host %j is tested at its REST API', (host) =>
  expect(testUrl(new LeadSyncSupabaseApi(), { host })).toBe('https://abc.supabase.co/rest/v1/lead_sync_runs'),
);

test.each([
  [
    'https://api.cloudflare.com/client/v4',
    'acc',
    'db',
    'https://api.cloudflare.com/client/v4/accounts/acc/d1/database/db/query',
  ],
  [
    ' https://api.cloudflare.com/ ',
    ' acc',
    'db\n',
    'https://api.cloudflare.com/client/v4/accounts/acc/d1/database/db/query',
  ],
  [
    'https://edge.example.workers.dev',
    '',
    '',
    'https://edge.example.workers.dev/client/v4/accounts/-/d1/database/-/query',
  ],
])('the D1 database at %j is tested where the node queries it', (baseUrl, accountId, databaseId, expected) => {
  const data = { baseUrl, accountId, databaseId };

  expect(testUrl(new LeadSyncCloudflareD1Api(), data)).toBe(expected);
  expect(queryUrl(data)).toBe(expected);
});

test('keys pasted with white space still work', async () => {
  expect(await headers(new LeadSyncTwentyApi(), { apiKey: ' key\n' })).toEqual({ Authorization: 'Bearer key' });
  expect(await headers(new LeadSyncCloudflareD1Api(), { apiToken: ' key\n' })).toEqual({ Authorization: 'Bearer key' });
  expect(await headers(new LeadSyncSupabaseApi(), { serviceKey: ' sb_secret_x ' })).toEqual({
    apikey: 'sb_secret_x',
    Authorization: 'Bearer sb_secret_x',
  });
});

test('a token of a role goes out beside the publishable key, which the gateway wants', async () => {
  const data = { serviceKey: 'eyJ.role.token', publishableKey: ' sb_publishable_x ' };
  expect(await headers(new LeadSyncSupabaseApi(), data)).toEqual({
    apikey: 'sb_publishable_x',
    Authorization: 'Bearer eyJ.role.token',
  });
});

test('keys are hidden in the panel', () => {
  for (const { properties } of [new LeadSyncTwentyApi(), new LeadSyncSupabaseApi(), new LeadSyncCloudflareD1Api()]) {
    const key = properties.find(({ name }) => /(Key|Token)$/.test(name));
    expect(key?.typeOptions).toEqual({ password: true });
  }
});

test.each([
  ['', 'Error'],
  ['short', 'Error'],
  ['a long random value of somebody', 'OK'],
])('the secret %j of web forms is tested for its length', async (secret, status) => {
  const credential = { id: '1', name: 'Web forms', type: 'leadSyncFormApi', data: { secret } };
  const answer = await testFormSecret.call({} as ICredentialTestFunctions, credential);

  expect(answer.status).toBe(status);
});

describe('the Meta Lead Ads credential', () => {
  const type = new LeadSyncMetaLeadAdsApi();
  const data = { accessToken: ' made-up-token ', appId: '7', appSecret: 'made-up-secret', baseUrl: '', version: '' };
  const authenticated = async (url: string, change = {}, headers = {}) =>
    await (type.authenticate as (data: object, request: IHttpRequestOptions) => Promise<IHttpRequestOptions>)(
      { ...data, ...change },
      { url, headers },
    );

  test('is tested at the Graph API', () => {
    expect(testUrl(type, data)).toBe('https://graph.facebook.com/v26.0/me');
  });

  test('sends its token in a header with the proof that it has the secret, and asks for subscriptions as the app', async () => {
    expect(await authenticated('https://graph.facebook.com/v26.0/1/leads')).toMatchObject({
      headers: { Authorization: 'Bearer made-up-token' },
      qs: { appsecret_proof: createHmac('sha256', 'made-up-secret').update('made-up-token').digest('hex') },
    });
    expect(await authenticated('https://graph.facebook.com/v26.0/7/subscriptions')).toEqual({
      url: 'https://graph.facebook.com/v26.0/7/subscriptions',
      headers: { Authorization: 'Bearer 7|made-up-secret' },
      qs: {},
    });
    expect((await authenticated('https://graph.facebook.com/v26.0/me', { appSecret: '' })).qs).toEqual({});
  });

  test('leaves a call the token of a page that it brings, and proves that it has the secret with that one', async () => {
    const brought = { Authorization: 'Bearer made-up-page-token' };

    expect(await authenticated('https://graph.facebook.com/v26.0/1/leadgen_forms', {}, brought)).toMatchObject({
      headers: brought,
      qs: { appsecret_proof: createHmac('sha256', 'made-up-secret').update('made-up-page-token').digest('hex') },
    });
  });

  test('asks about its token as the app, or as the token where the app is not known', async () => {
    expect(await authenticated('https://graph.facebook.com/v26.0/debug_token')).toMatchObject({
      headers: { Authorization: 'Bearer 7|made-up-secret' },
      qs: { input_token: 'made-up-token' },
    });
    const unknown = { appId: '', appSecret: '' };
    expect(await authenticated('https://graph.facebook.com/v26.0/debug_token', unknown)).toMatchObject({
      headers: { Authorization: 'Bearer made-up-token' },
      qs: { input_token: 'made-up-token' },
    });
  });
});

test('the Knowlarity credential sends both keys bare, and is tested at the call log of the address that it names', async () => {
  const type = new LeadSyncKnowlarityApi();
  const data = { apiKey: ' made-up-key ', authorizationToken: 'made-up-authorization', baseUrl: '' };

  expect(await headers(type, data)).toEqual({
    'x-api-key': 'made-up-key',
    Authorization: 'made-up-authorization',
  });
  expect(testUrl(type, data)).toBe('https://kpi.knowlarity.com/Basic/v1/account/calllog');
  expect(testUrl(type, { ...data, baseUrl: ' http://127.0.0.1:1// ' })).toBe(
    'http://127.0.0.1:1/Basic/v1/account/calllog',
  );
});
