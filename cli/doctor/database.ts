import type { Client } from 'pg';
import type { Findings } from '../../nodes/LeadSync/checks/finding';
import { lookAtInstallation, schemaSeen, type Installation } from '../../nodes/LeadSync/checks/installation';
import { schemaVersion } from '../database/schema';

/**
 * Looks at the database over a connection of its own. Gives what it tells of itself, for the looks at other parts; undefined
 * where it holds no schema, or one that is too old to tell.
 */
export async function lookAtDatabase(client: Client, findings: Findings): Promise<Installation | undefined> {
  const { rows } = await client.query<{ can_tell: boolean }>(
    "select to_regprocedure('public.get_installation()') is not null as can_tell",
  );
  if (!rows[0].can_tell) {
    await findings.of('Database')('Schema', async () => schemaSeen((await schemaVersion(client))?.version ?? null));
    return undefined;
  }
  const { rows: told } = await client.query<{ installation: Installation }>(
    'select public.get_installation() as installation',
  );
  const [{ installation }] = told;
  await lookAtInstallation(installation, findings);
  return installation;
}
