import type { N8nClient } from './n8n-client';
import { runBundled } from './workflows';

/** What the workflow "Set up lead sync" answers. */
export interface SetUp {
  /** One sentence on what was made or there already. */
  summary: string;
  next_steps: string[];
  /** API names of the fields that it made in Twenty. */
  fields_created: string[];
  fields_already_there: string[];
}

/** Runs the bundled set-up workflow: proves both credentials and makes the fields that leads need in Twenty, if missing. */
export async function runSetUp(client: N8nClient): Promise<SetUp> {
  const { data } = await runBundled(client, 'lead-sync-setup');
  const { runData, lastNodeExecuted = '' } = data?.resultData ?? { runData: {} };
  const answer = runData[lastNodeExecuted]?.[0].data?.main?.[0]?.[0]?.json;
  if (!answer) throw new Error('The workflow "Set up lead sync" ended without an answer.');
  return answer as unknown as SetUp;
}
