import { spawn } from 'node:child_process';
import type { Client } from 'pg';
import type { PreviewReport } from '../../../nodes/LeadSync/loops/preview/report';
import { readFile } from 'node:fs/promises';
import type { TwentyDoubleProcess } from '../twenty-double';

export interface PreviewFigures {
  people: number;
  leads: number;
  seconds: number;
  /** Resident memory of the command, at most. */
  peak_mb: number;
  /** Rows of ours that are there in another version than before, and writes that Twenty was asked for. */
  writes: number;
}

interface Systems {
  /** The program and what comes before `preview`. */
  command: readonly [string, ...string[]];
  supabase: { url: string; serviceKey: string };
  twenty: { service: { url: string; apiKey: string }; process: TwentyDoubleProcess };
  /** To the database, as its owner. */
  client: Client;
}

const WRITING = /^(create|update|delete|restore|destroy|merge)/;

/** Runs the command `preview` as a process of its own, and counts what it did. Rejects when it fails. */
export async function measurePreview({ command, supabase, twenty, client }: Systems): Promise<PreviewFigures> {
  const before = await lastTransaction(client);
  const { all } = await rowsSince(client, before);
  await twenty.process.resetStats();
  const [program, ...args] = command;
  const child = spawn(program, [...args, 'preview', '--json', '--yes'], {
    env: {
      ...process.env,
      SUPABASE_URL: supabase.url,
      SUPABASE_SERVICE_KEY: supabase.serviceKey,
      TWENTY_URL: twenty.service.url,
      TWENTY_API_KEY: twenty.service.apiKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const begun = performance.now();
  const peak = watchPeak(child.pid ?? 0);
  const result = await answerOf(child).finally(() => peak.stop());
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const { byOperation } = await twenty.process.stats();
  const asked = Object.entries(byOperation).reduce((sum, [name, calls]) => sum + (WRITING.test(name) ? calls : 0), 0);
  const after = await rowsSince(client, before);
  const rows = after.later + Math.abs(after.all - all);
  return { people: result.people, leads: result.leads, seconds, peak_mb: peak.megabytes, writes: asked + rows };
}

/** The most memory that a process was resident in, which the kernel keeps; asked for until the process has ended. */
function watchPeak(pid: number): { megabytes: number; stop(): void } {
  const watched = { megabytes: 0, stop: () => clearInterval(timer) };
  const timer = setInterval(() => {
    void readFile(`/proc/${pid}/status`, 'utf8').then(
      (status) => {
        const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
        if (kilobytes !== undefined) watched.megabytes = Math.round(Number(kilobytes) / 102.4) / 10;
      },
      () => undefined, // it has ended
    );
  }, 100);
  return watched;
}

async function answerOf(child: ReturnType<typeof spawn>): Promise<PreviewReport> {
  const [out, errors]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const text = out.join('');
  if (code !== 0) throw new Error(`The preview ended with ${code}: ${text || errors.join('')}`);
  return (JSON.parse(text) as { preview: PreviewReport }).preview;
}

async function lastTransaction(client: Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('select pg_catalog.pg_current_xact_id()::text as id');
  return rows[0].id;
}

interface Rows {
  all: number;
  /** Whose version is of a later transaction than that one. */
  later: number;
}

/**
 * The rows of all our tables. Not by `n_tup_ins` and `n_tup_upd` of the statistics, which count what was rolled back as well, nor by
 * `n_live_tup`, which is an estimate: each row says itself which transaction wrote it.
 */
async function rowsSince(client: Client, transaction: string): Promise<Rows> {
  const { rows } = await client.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables where schemaname in ('public', 'lead_sync')",
  );
  const sum: Rows = { all: 0, later: 0 };
  for (const { name } of rows) {
    const { rows: counted } = await client.query<{ all: string; later: string }>(
      `select count(*) as all, count(*) filter (where t.xmin::text::bigint > $1::bigint) as later from ${name} as t`,
      [transaction],
    );
    sum.all += Number(counted[0].all);
    sum.later += Number(counted[0].later);
  }
  return sum;
}
