import type { TwentyClient } from '../transport/client';
import { TwentyError } from '../transport/failures';
import { readObjects } from '../transport/metadata';

/** How many objects and people there are, for a word that shows the right workspace was found. */
export async function workspaceSize(client: TwentyClient): Promise<{ objects: number; people: number | null }> {
  const objects = await readObjects(client);
  const answer = await client.rest<{ totalCount?: number }>('GET', '/people?limit=1');
  if (!answer.ok) throw new TwentyError(answer.failure);
  return { objects: objects.length, people: answer.data.totalCount ?? null };
}
