import type { ICredentialDataDecryptedObject, ICredentialType, IDataObject } from 'n8n-workflow';
import { LeadSyncSupabaseApi } from '../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTwentyApi } from '../../credentials/LeadSyncTwentyApi.credentials';
import { resolveAll } from '../setup/execute-functions';

function testUrl(type: ICredentialType, data: ICredentialDataDecryptedObject): string {
  const { baseURL, url } = type.test!.request;
  return `${String(resolveAll({ baseURL: baseURL as string }, data).baseURL)}${url}`;
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
  expect(testUrl(new LeadSyncSupabaseApi(), { host })).toBe('https://abc.supabase.co/rest/v1/leads'),
);

test('keys pasted with white space still work', async () => {
  expect(await headers(new LeadSyncTwentyApi(), { apiKey: ' key\n' })).toEqual({ Authorization: 'Bearer key' });
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
  for (const { properties } of [new LeadSyncTwentyApi(), new LeadSyncSupabaseApi()]) {
    const key = properties.find(({ name }) => /Key$/.test(name));
    expect(key?.typeOptions).toEqual({ password: true });
  }
});
