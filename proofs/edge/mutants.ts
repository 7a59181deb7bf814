import type { Replacement } from '../schedules/rules/bundle';
import { DIRECTED } from './directed';
import type { Schedule } from './schedule';

/** One rule of the edge replica, turned off. */
export interface Mutant {
  name: string;
  /** The rule, as docs/edge.md has it. */
  rule: string;
  /** Replacements in the sources of the schema, each text in one of them. */
  sql?: ReadonlyArray<Omit<Replacement, 'file'>>;
  /** Replacements in TypeScript, by path. */
  source?: readonly Replacement[];
  /** A schedule that needs the rule. */
  directed: Schedule;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'any row is taken',
    directed: DIRECTED.lateRow,
    rule: 'D1 takes a row only over a lower version',
    sql: [
      { find: `'where excluded.edge_version > "%s".edge_version',`, replace: `'where "%s".edge_version is not null',` },
    ],
  },
  {
    name: 'deletions are forgotten',
    directed: DIRECTED.lateRowAfterDeletion,
    rule: 'A deletion leaves its version: what comes late is not written again',
    sql: [{ find: 'and d.version >= value ->> 1) ', replace: 'and false) ' }],
  },
  {
    name: 'any row is deleted',
    directed: DIRECTED.lateDeletion,
    rule: 'A deletion that comes late does not delete a row that came after it',
    sql: [{ find: "'and edge_version < (select d.version", replace: "'and 0 < (select d.version" }],
  },
  {
    name: 'a page takes later changes along',
    directed: DIRECTED.changedUnderWay,
    rule: 'A row that changed while its page was under way stays due',
    sql: [{ find: 'set sent = a.version', replace: 'set sent = r.version' }],
  },
  {
    name: 'a cursor instead of an outbox',
    directed: DIRECTED.lateCommit,
    rule: 'What commits late is not passed over',
    sql: [
      {
        find: "'where r.edge_table = $1 and r.sent < r.version and r.refusal is null order by r.version limit $3'",
        replace:
          "'where r.edge_table = $1 and r.sent < r.version and r.version > (select s.acknowledged from lead_sync.edge_states as s where s.edge_table = $1) order by r.version limit $3'",
      },
    ],
  },
  {
    name: 'a change keeps its version',
    directed: DIRECTED.changedTwice,
    rule: 'A version rises with each change',
    sql: [
      {
        find: "set version = nextval('lead_sync.edge_versions'), refusal = null, changed_at = now();\n  $sql$",
        replace: 'set version = r.version, sent = 0, refusal = null, changed_at = now();\n  $sql$',
      },
    ],
  },
  {
    name: 'a repair keeps its version',
    directed: DIRECTED.edited,
    rule: 'A repair goes out under a new version',
    sql: [
      {
        find: "select p_edge_table, k.key, nextval('lead_sync.edge_versions')",
        replace: 'select p_edge_table, k.key, 1',
      },
      {
        find: "do update set version = nextval('lead_sync.edge_versions'), refusal = null, changed_at = now();\n  get",
        replace: 'do update set sent = 0, refusal = null, changed_at = now();\n  get',
      },
    ],
  },
  {
    name: 'what is filled in has no version',
    directed: DIRECTED.rebuilt,
    rule: 'A rebuild writes each row under the version that it has',
    sql: [
      {
        find: 'select f.key, coalesce(r.version, $4) as version, f.place',
        replace: 'select f.key, $4 * 0 as version, f.place',
      },
    ],
  },
  {
    name: 'a rebuild is swapped in before it is filled',
    directed: DIRECTED.rebuilt,
    rule: 'A table takes the other one’s place when its last page is in it',
    sql: [
      {
        find: "rebuild_phase = case when p_request ->> 'position' is null then 'swap' else 'fill' end",
        replace: "rebuild_phase = 'swap'",
      },
    ],
  },
  {
    name: 'changes go to the old table while the new one is built',
    directed: DIRECTED.changedWhileRebuilt,
    rule: 'While a table is built, changes go into it',
    sql: [
      {
        find: 'lead_sync.edge_upsert_sql(v_state, lead_sync.edge_target(v_state))',
        replace: 'lead_sync.edge_upsert_sql(v_state, v_state.edge_table)',
      },
    ],
  },
  {
    name: 'changes are sent to a table that is not made yet',
    directed: DIRECTED.rebuildAskedInRun,
    rule: 'A rebuild that is asked for while a run is active is made by the next one',
    sql: [{ find: "and (s.rebuild_id is null or s.rebuild_phase <> 'create')", replace: '' }],
  },
  {
    name: 'whoever asks for a rebuild begins it again',
    directed: DIRECTED.rebuildAskedInRebuild,
    rule: 'A rebuild that is asked for while one is made is that one',
    sql: [
      {
        find: 'where s.edge_table = any (v_requested) and s.rebuild_id is null',
        replace: 'where s.edge_table = any (v_requested)',
      },
    ],
  },
  {
    name: 'a rebuild that cannot start is not noted',
    directed: DIRECTED.rebuildStartedInRun,
    rule: 'A rebuild is noted before the lease is looked at',
    sql: [
      {
        find: "where s.direction = 'down' and s.rebuild_id is null and (v_table",
        replace:
          "where s.direction = 'down' and s.rebuild_id is null and not exists (select from lead_sync.edge_runs as r where r.status = 'running') and (v_table",
      },
    ],
  },
  {
    name: 'a rebuild of before is swapped in',
    directed: DIRECTED.lateRebuild,
    rule: 'The batches of a building that is over do nothing when they come late',
    sql: [{ find: 'and value >= %s', replace: 'and value > %s' }],
  },
  {
    name: 'a table that was swapped is taken for lost',
    directed: DIRECTED.diedAfterSwap,
    rule: 'A rebuild whose swap was done is over, whatever has changed since',
    source: [
      {
        file: 'nodes/CloudflareD1/loops/rebuild.ts',
        find: "lost === null || (await isSwapped(session, step)) ? 'swapped' : 'lost'",
        replace: "lost === null ? 'swapped' : 'lost'",
      },
    ],
  },
  {
    name: 'all changes are taken off',
    directed: DIRECTED.writtenWhileRead,
    rule: 'Only the changes that were read are taken off D1’s list',
    sql: [
      { find: `'delete from "%s" where seq <= cast(?1 as integer)'`, replace: `'delete from "%s" where ?1 <> '''''` },
    ],
  },
  {
    name: 'changes are taken off before they are stored',
    directed: DIRECTED.diedWhileReading,
    rule: 'A change is taken off D1’s list once it is stored',
    source: [
      {
        file: 'nodes/CloudflareD1/loops/up.ts',
        find: "await session.store('apply_edge_changes', { table, rows: rows.map(({ row }) => row) });",
        replace:
          "await session.send([{ sql: confirm, params: [String(rows[rows.length - 1].seq)] }]); await session.store('apply_edge_changes', { table, rows: rows.map(({ row }) => row) });",
      },
    ],
  },
  {
    name: 'any version of an e-mail is taken',
    directed: DIRECTED.lateEmail,
    rule: 'An e-mail is stored only over a lower version',
    sql: [
      {
        find: 'where excluded.version > r.version\n        returning r.key',
        replace: 'where true\n        returning r.key',
      },
    ],
  },
  {
    name: 'times may be erased',
    directed: DIRECTED.openedBeforeRestore,
    rule: 'The earliest time of an event stays, null never erases one',
    sql: [{ find: "'%1$I = least(t.%1$I, excluded.%1$I)'", replace: "'%1$I = excluded.%1$I'" }],
  },
  {
    name: 'a row of another digest passes a check',
    directed: DIRECTED.edited,
    rule: 'A check finds rows with other contents',
    sql: [
      {
        find: "when $5 = 'down' and t.digest is distinct from h.digest then",
        replace: "when $5 = 'down' and t.digest <> t.digest then",
      },
    ],
  },
  {
    name: 'a row that Supabase has deleted passes a check',
    directed: DIRECTED.deletedBeforeRestore,
    rule: 'A check finds rows that are no more',
    sql: [{ find: "              else 'extra' end", replace: '              else null end' }],
  },
  {
    name: 'a restored D1 passes a check',
    directed: DIRECTED.addedBeforeRestore,
    rule: 'A check finds rows that D1 has lost',
    sql: [
      {
        find: "when $5 = 'down' and t.key is null then 'missing'",
        replace: "when $5 = 'down' and t.key is null then null",
      },
    ],
  },
];
