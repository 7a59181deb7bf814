import { withDatabase } from '../database/open';
import { done, unchanged, type Ending } from '../terminal/report';

/** Has all processes of n8n take Twenty's calls from one budget. n8n's API does not tell whether there are several, so it is asked for. */
export async function shareCalls(databaseUrl: string): Promise<Ending> {
  const { rowCount } = await withDatabase(databaseUrl, (client) =>
    client.query('update lead_sync.settings set share_calls = true where not share_calls'),
  );
  return rowCount === 0
    ? unchanged('all processes of n8n share it')
    : done('all processes of n8n share it from now on');
}
