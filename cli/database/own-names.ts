import type { Client } from 'pg';
import { CliError } from '../failure';

/** What a name of ours gets in front where something of the project has it already. */
const PREFIX = 'lead_sync_';
/** Where in the schema's script the list of names stands. */
const LIST = /(-- install\/names_in_public\.sql\n)([\s\S]*?)(?=\n-- )/;

/** The names that a script gives in `public`. */
export function namesIn(script: string): string[] {
  return [...(LIST.exec(script)?.[2] ?? '').matchAll(/^ *'(\w+)',?$/gm)].map(([, name]) => name);
}

/** The script with the prefix before some of its tables, views and indexes, wherever it speaks of them; functions keep their names. */
export function withPrefix(script: string, names: readonly string[]): string {
  if (names.length === 0) return script;
  const some = names.join('|');
  return script
    .replace(LIST, (_all, heading: string, list: string) => {
      return heading + list.replace(new RegExp(`^( *')(${some})(',?)$`, 'gm'), `$1${PREFIX}$2$3`);
    })
    .replace(new RegExp(`\\bpublic\\.(${some})\\b`, 'g'), `public.${PREFIX}$1`)
    .replace(new RegExp(`\\b(index if not exists )(${some})\\b`, 'g'), `$1${PREFIX}$2`);
}

/** What of the project has names of ours. */
export interface NamesTaken {
  /** Ours that have the prefix, or will have it. */
  prefixed: string[];
  /** The project's table `public.leads`, where there is one. */
  hasLeads: boolean;
}

/** Whether 0.1.0 is there, in full or in part: it marked nothing as ours, and the script itself finds out what is. As `install/opening.sql` has it. */
export async function hasUnmarkedInstall(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select coalesce(obj_description(to_regnamespace('lead_sync'), 'pg_namespace'), '') not like '%Part of n8n-nodes-lead-sync.%' and exists (
      select from pg_catalog.pg_attribute as a
      where a.attrelid = to_regclass('lead_sync.lead_states') and a.attname = 'base_local'
        and col_description(a.attrelid, a.attnum) like 'Per field, the lead''s value when the sides last agreed%'
    ) as found`,
  );
  return rows[0].found;
}

/**
 * Looks which of the script's names are taken by something that is not ours, and which of ours have the prefix already.
 * @throws CliError where functions are in the way: the nodes call ours by their names
 */
export async function namesTaken(client: Client, script: string): Promise<NamesTaken> {
  if (await hasUnmarkedInstall(client)) return { prefixed: [], hasLeads: false };
  const { rows } = await client.query<{ kind: string; name: string; identity: string; ours: boolean }>(
    `select o.kind, o.name, o.identity, coalesce(o.comment, '') like '%Part of n8n-nodes-lead-sync.%' as ours
    from (
      select 'relation' as kind, c.relname::text as name, c.oid::regclass::text as identity,
        obj_description(coalesce(i.indrelid, d.refobjid, c.oid), 'pg_class') as comment -- indexes and sequences are their tables'
      from pg_catalog.pg_class as c
      left join pg_catalog.pg_index as i on i.indexrelid = c.oid
      left join pg_catalog.pg_depend as d on c.relkind = 'S' and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')
      where c.relnamespace = 'public'::regnamespace
      union all
      select 'type', t.typname::text, t.oid::regtype::text, null
      from pg_catalog.pg_type as t where t.typnamespace = 'public'::regnamespace and t.typrelid = 0
      union all
      select 'routine', p.proname::text, p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc')
      from pg_catalog.pg_proc as p where p.pronamespace = 'public'::regnamespace
    ) as o
    where o.name = any ($1) or o.name = any (select $2 || n from unnest($1::text[]) as n)`,
    [namesIn(script), PREFIX],
  );
  const names = new Set(namesIn(script));
  const routines = rows.filter(({ kind, name, ours }) => kind === 'routine' && !ours && names.has(name));
  if (routines.length > 0) {
    throw new CliError(
      `Functions of the project have names of ours: ${routines.map(({ identity }) => identity).join(', ')}.`,
      'n8n calls ours by their names: rename those (alter function … rename to …), then run this command again.',
    );
  }
  const renamed = rows
    .filter(({ name, ours }) => ours && !names.has(name))
    .map(({ name }) => name.slice(PREFIX.length));
  const foreign = rows.filter(({ name, ours }) => !ours && names.has(name)).map(({ name }) => name);
  // PostgreSQL names keys and sequences after their tables: they have the prefix from the next time on, and so from the first
  const following = [...names].filter((name) =>
    foreign.some((table) => name.startsWith(`${table}_`) && /_(pkey|key|seq)$/.test(name)),
  );
  return { prefixed: [...new Set([...renamed, ...foreign, ...following])].sort(), hasLeads: foreign.includes('leads') };
}
