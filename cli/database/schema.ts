import type { Client } from 'pg';
import { parseMapping, type FieldMapping } from '../../nodes/lead';

/** How much of the schema is in the database. */
export type SchemaState = 'none' | 'partly' | 'there';

/** What a complete schema has; an older version, or one whose application broke off, lacks some of it. */
const SIGNS = [
  'lead_sync.settings',
  'lead_sync.field_mappings',
  'lead_sync.alert_rules',
  'public.leads',
  'public.lead_sync_runs',
];

export async function schemaState(client: Client): Promise<SchemaState> {
  const { rows } = await client.query<{ schema: boolean; signs: number }>(
    `select to_regnamespace('lead_sync') is not null as schema,
      (select count(*)::integer from unnest($1::text[]) as s (name) where to_regclass(s.name) is not null) as signs`,
    [SIGNS],
  );
  const [{ schema, signs }] = rows;
  if (!schema) return 'none';
  return signs === SIGNS.length ? 'there' : 'partly';
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
