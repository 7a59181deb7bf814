import type { TwentyClient } from '../transport/client';
import { readObject } from '../transport/metadata';
import { textAt } from './holders';
import { readRecords } from './read-records';

/** The ids of workspace members by email in lower case; whoever is no member is left out. */
export async function memberIds(client: TwentyClient, emails: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(emails.flatMap((email) => [email, email.toLowerCase()]))];
  const ids = new Map<string, string>();
  if (wanted.length === 0) return ids;
  const members = readRecords(client, await readObject(client, 'workspaceMember'), {
    conditions: [{ field: 'userEmail', operator: 'in', value: wanted }],
    includeDeleted: false,
    limit: Infinity,
  });
  for await (const member of members) {
    const email = textAt(member, 'userEmail')?.toLowerCase();
    if (email) ids.set(email, member.id);
  }
  return ids;
}
