/** The version of the database's schema that this package is made for; it goes up with the first change of `migrations` after a release. */
export const SCHEMA_VERSION = 2;

const APPLY =
  'paste the package\'s migrations/lead-sync-1.sql and then lead-sync-2.sql into the Supabase SQL editor, or run "npx n8n-nodes-lead-sync upgrade".';

/**
 * What to do where a database holds another version of the schema than this package is made for; null where both are in step.
 * @param version `schema_version` of the answer to `start_sync_run`; a database from before there were versions has none
 */
export function schemaAdvice(version: unknown): string | null {
  const held = typeof version === 'number' ? version : 1;
  if (held === SCHEMA_VERSION) return null;
  const both = `schema of lead sync (version ${held}) than this package (version ${SCHEMA_VERSION})`;
  return held < SCHEMA_VERSION
    ? `The database has an older ${both}: ${APPLY}`
    : `The database has a newer ${both}: update n8n-nodes-lead-sync under Settings › Community nodes.`;
}
