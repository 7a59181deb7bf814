import { projectUrl } from '../../../nodes/SupabaseLeads/transport/project-url';
import { runNode } from './run-node';
import { startPostgrest } from './postgrest-server';

test.each([
  ['https://abc.supabase.co', 'https://abc.supabase.co'],
  [' https://abc.supabase.co/ ', 'https://abc.supabase.co'],
  ['https://abc.supabase.co/rest/v1/', 'https://abc.supabase.co'],
  ['https://abc.supabase.co/rest', 'https://abc.supabase.co'],
  ['abc.supabase.co', 'https://abc.supabase.co'],
  ['http://127.0.0.1:54321', 'http://127.0.0.1:54321'],
  ['https://example.com/supabase/rest/v1', 'https://example.com/supabase'],
])('the host %j is the project %j', (host, project) => expect(projectUrl(host)).toBe(project));

test('a self-hosted project behind a path is called there, with both headers set by the credential', async () => {
  const server = await startPostgrest(() => ({ json: { claimed: 0, leads: [] } }));
  const parameters = { resource: 'lead', operation: 'getForSync', limit: 5, run: '', leaseSeconds: 300 };

  await runNode({ host: `${server.url}/supabase/rest/v1/`, serviceKey: ' eyJ.legacy.jwt\n', parameters });
  await server.close();

  const [{ path, headers, args }] = server.calls;
  expect(path).toBe('/supabase/rest/v1/rpc/get_leads_for_sync');
  expect(headers.apikey).toBe('eyJ.legacy.jwt');
  expect(headers.authorization).toBe('Bearer eyJ.legacy.jwt');
  expect(args).toEqual({ p_limit: 5, p_lease_seconds: 300 });
});
