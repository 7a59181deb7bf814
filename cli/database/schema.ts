import type { Client } from 'pg';
import { parseMapping, type FieldMapping } from '../../nodes/lead';

/** The version of the schema that was last applied in full, with the number of its entry in the ledger; null where there is none. */
export async function schemaVersion(client: Client): Promise<{ version: number; entry: string } | null> {
  const { rows: found } = await client.query<{ ledger: boolean; old: boolean }>(
    `select to_regclass('lead_sync.schema_versions') is not null as ledger, to_regclass('lead_sync.lead_states') is not null as old`,
  );
  const [{ ledger, old }] = found;
  // 0.1.0 knew no versions
  if (!ledger) return old ? { version: 1, entry: '' } : null;
  const { rows } = await client.query<{ version: number; entry: string }>(
    'select version, id::text as entry from lead_sync.schema_versions order by id desc limit 1',
  );
  return rows[0] ?? null;
}

/** The object of Twenty that is synced, with the rows of its mapping that are in use. */
export async function syncedMapping(client: Client): Promise<{ object: string; mapping: FieldMapping[] }> {
  const { rows: settings } = await client.query<{ object: string }>('select object from lead_sync.settings');
  const object = settings[0]?.object ?? 'person';
  const { rows } = await client.query(
    `select object, lead_field, twenty_field, kind, direction, policy
    from lead_sync.field_mappings where object = $1 and enabled order by lead_field`,
    [object],
  );
  return { object, mapping: parseMapping(rows) };
}

/**
 * A table of ours by its name, with its schema: another one where the project had a table of that name. 0.1.0 knew no other names.
 */
export async function ownTable(client: Client, table: string): Promise<string> {
  const { rows: found } = await client.query<{ lists: boolean }>(
    "select to_regprocedure('lead_sync.list_objects()') is not null as lists",
  );
  if (!found[0].lists) return table;
  const { rows } = await client.query<{ name: string }>(
    `select o.identity as name from lead_sync.list_objects() as o
    where o.marked and o.kind = 'table' and o.identity in ($1, replace($1, 'public.', 'public.lead_sync_')) order by o.identity limit 1`,
    [table],
  );
  return rows[0]?.name ?? table;
}

/** How many leads go with the schema, of which some part may be there only; null where there is none. */
export async function leadCount(client: Client): Promise<number | null> {
  const table = await ownTable(client, 'public.leads');
  const { rows: found } = await client.query<{ schema: boolean; leads: boolean }>(
    `select to_regnamespace('lead_sync') is not null as schema, to_regclass($1) is not null as leads`,
    [table],
  );
  const [{ schema, leads }] = found;
  if (!schema || !leads) return schema ? 0 : null;
  const { rows } = await client.query<{ leads: number }>(`select count(*)::integer as leads from ${table}`);
  return rows[0].leads;
}
