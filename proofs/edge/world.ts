import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { D1 } from '../../stand-ins/cloudflare';
import type { Statement, StatementResult } from '../../nodes/CloudflareD1/loops/ports';
import { emailsHere, TIMES, type Email } from './emails';
import { Violation } from './violation';
import type { Json, SupabaseSide } from './supabase-side';

/** A call as a worker made it, so that it can come again. */
type Call = { statements: readonly Statement[] } | { name: string; args: Json };

/** Both sides, and what a watcher notes of them while a schedule plays. */
export class World {
  /** Calls of before, oldest first; a restored D1 has none under way. */
  calls: Call[] = [];
  bookmark: string[] | null = null;
  /** Leads that were deleted at any time: their absence is no gap. */
  readonly deleted = new Set<string>();
  /** What Supabase had when D1 was restored: it must not lose it. */
  readonly kept = new Map<string, Email>();
  readonly keptEvents = new Set<string>();
  /** Rebuilds that waited after somebody had asked for one, and those whose table took the other's place. */
  readonly asked = new Set<number>();
  readonly built = new Set<number>();
  isRestored = false;
  /** Versions of the replica's rows as they were last seen. */
  private replica = new Map<string, number>();
  private readonly emailTimes = new Map<string, Array<string | null>>();

  constructor(
    readonly supabase: SupabaseSide,
    readonly d1: D1,
    private readonly empty: readonly string[],
  ) {}

  static async open(supabase: SupabaseSide): Promise<World> {
    const d1 = await D1.open();
    await d1.apply(await readFile(resolve('edge/migrations/0001_edge.sql'), 'utf8'));
    return new World(supabase, d1, await d1.bookmark());
  }

  async clear(): Promise<void> {
    await this.supabase.clear();
    await this.d1.restore(this.empty);
    this.calls = [];
    this.bookmark = null;
    this.isRestored = false;
    const { deleted, kept, keptEvents, asked, built, replica, emailTimes } = this;
    for (const notes of [deleted, kept, keptEvents, asked, built, replica, emailTimes]) notes.clear();
  }

  /** A call of D1, and a look at what it did to the replica. */
  async batch(statements: readonly Statement[], isRepeated = false): Promise<StatementResult[]> {
    if (!isRepeated) this.calls.push({ statements });
    const results = await this.d1.batch([...statements, { sql: VERSIONS }, { sql: BUILT }]);
    const [versions, built] = results.splice(-2).map(({ results: rows }) => rows);
    this.lookAtReplica(versions as Version[]);
    for (const { id } of built as Array<{ id: number }>) this.built.add(id);
    return results.map(({ results: rows, meta }) => ({
      rows: rows as Json[],
      rowsRead: meta.rows_read,
      rowsWritten: meta.rows_written,
    }));
  }

  /** A call of Supabase, and a look at what it did to the e-mails and the rebuilds. */
  async rpc<T>(name: string, args: Json, isRepeated = false): Promise<T> {
    if (!isRepeated) this.calls.push({ name, args });
    const answer = await this.supabase.rpc<T>(name, args);
    if (name === 'apply_edge_changes') await this.lookAtEmails();
    if (name === 'start_edge_run' || name === 'request_edge_rebuild') await this.lookAtRebuild(name, args);
    return answer;
  }

  /** A call of before comes again. What it answers reaches nobody. */
  async repeat(call: number): Promise<void> {
    const again = this.calls.at(-1 - call);
    if (again === undefined) return;
    const outcome = 'statements' in again ? this.batch(again.statements, true) : this.rpc(again.name, again.args, true);
    await outcome.catch((error: unknown) => {
      if (error instanceof Violation) throw error;
    });
  }

  async restore(): Promise<void> {
    if (this.bookmark === null) return;
    for (const email of await emailsHere(this.supabase)) this.kept.set(email.id, email);
    for (const { id } of await this.supabase.read<{ id: string }>('select id from public.email_events'))
      this.keptEvents.add(id);
    await this.d1.restore(this.bookmark);
    this.isRestored = true;
    this.calls = [];
    this.replica = versionsOf(await this.d1.rows<Version>(VERSIONS));
  }

  /** Nothing older overwrites anything newer, and no reader sees fewer rows. */
  private lookAtReplica(rows: Version[]): void {
    const now = versionsOf(rows);
    for (const [id, version] of this.replica) {
      const found = now.get(id);
      if (found === undefined && !this.deleted.has(id))
        throw new Violation('Whole', `a reader misses the prospect ${id}`);
      if (found !== undefined && found < version) {
        throw new Violation('Forward', `prospect ${id} went from version ${version} back to ${found}`);
      }
    }
    this.replica = now;
  }

  /** Whoever asks for a rebuild leaves one behind that waits, whatever else is going on. */
  private async lookAtRebuild(name: string, { p_request: request }: Json): Promise<void> {
    const [waiting] = await this.supabase.read<{ id: number | null }>(
      "select rebuild_id::float8 as id from lead_sync.edge_states where edge_table = 'prospects'",
    );
    if (waiting.id !== null) this.asked.add(waiting.id);
    else if (name === 'request_edge_rebuild' || (request as Json).mode === 'rebuild')
      throw new Violation('Built', 'a rebuild that was asked for is not noted');
  }

  private async lookAtEmails(): Promise<void> {
    for (const { id, times } of await emailsHere(this.supabase)) {
      this.emailTimes.get(id)?.forEach((before, index) => {
        const after = times[index];
        if (before !== null && (after === null || after > before)) {
          throw new Violation('Forward', `${TIMES[index]} of the e-mail ${id} went from ${before} to ${after}`);
        }
      });
      this.emailTimes.set(id, times);
    }
  }
}

interface Version {
  id: string;
  edge_version: number;
}

const VERSIONS = 'select id, edge_version from prospects';
const BUILT = "select value as id from edge_state where name = 'built:prospects'";

function versionsOf(rows: Version[]): Map<string, number> {
  return new Map(rows.map(({ id, edge_version: version }) => [id, version]));
}
