import { shareCalls } from '../../../cli/set-up/queue-mode';
import { withDatabase } from '../../../cli/database/open';
import { OwnerDatabase } from '../../setup/owner-database';

let project: OwnerDatabase;

beforeAll(async () => {
  project = await OwnerDatabase.create('set_up_queue_mode');
  await project.applySchema();
});
afterAll(() => project.drop());

test('n8n in queue mode shares the limit from the next run on; asked for again, nothing changes', async () => {
  expect(await shareCalls(project.url)).toMatchObject({ outcome: 'done' });
  expect(await shareCalls(project.url)).toMatchObject({ outcome: 'unchanged' });

  const { rows } = await withDatabase(project.url, (client) =>
    client.query("select public.start_sync_run('supabase_to_twenty') -> 'settings' -> 'share_calls' as share_calls"),
  );
  expect(rows).toEqual([{ share_calls: true }]);
});
