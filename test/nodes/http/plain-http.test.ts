import { NodeHelpers, type ICredentialType, type INode } from 'n8n-workflow';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTwentyApi } from '../../../credentials/LeadSyncTwentyApi.credentials';

/** Whether n8n shows the notice below the address. */
function warns({ properties }: ICredentialType, field: string, address: string): boolean {
  const notice = properties.find(({ type }) => type === 'notice');
  if (!notice) throw new Error('the credential has no notice');
  return NodeHelpers.displayParameter({ [field]: address }, notice, null as INode | null, null);
}

const warnsForHost = (address: string) => warns(new LeadSyncSupabaseApi(), 'host', address);

test('n8n hides it without a pattern, which it would give up on where the machine is busy', () => {
  const { properties } = new LeadSyncSupabaseApi();
  const data = { host: 'http://crm.example.com', serviceRole: 'key' };
  expect(NodeHelpers.getNodeParameters(properties, data, false, false, null, null)).toMatchObject({ host: data.host });
  expect(JSON.stringify(properties)).not.toContain('"regex"');
});

test.each([
  'http://abc.supabase.co',
  'http://crm.example.com:3000/rest',
  'http://8.8.8.8',
  'http://172.32.0.1',
  'http://localhost.example.com',
  'http://user@crm.example.com',
  'http://[2001:db8::1]:8000',
])('%s is told to be readable on its way', (address) => {
  expect(warnsForHost(address)).toBe(true);
  expect(warns(new LeadSyncTwentyApi(), 'url', address)).toBe(true);
});

test.each([
  '',
  'abc.supabase.co',
  'https://abc.supabase.co',
  'http://localhost:8000',
  'http://127.0.0.1:54321/rest/v1',
  'http://10.1.2.3',
  'http://172.20.0.5/',
  'http://192.168.1.10:3000',
  'http://[::1]:3000',
  'http://[fd12:3456::1]',
  'http://kong:8000',
  'http://twenty',
  'http://crm.local/',
  'http://db.internal',
  'http://host.docker.internal:3000',
])('%s is not', (address) => {
  expect(warnsForHost(address)).toBe(false);
});
