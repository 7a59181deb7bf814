import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { showPage } from '../../../nodes/SupabaseLeads/console/frame/answer';
import { pageNamed } from '../../../nodes/SupabaseLeads/console/registry';
import type { Supabase } from '../../../stack/supabase';
import { tell, toldStep } from '../../progress';
import type { MonitoringOptions } from './options';
import { writeDuring } from './writer';

const ROUNDS = 11;
const ALONE_MS = 15_000;

export interface MonitoringFigures {
  leads: number;
  history_rows: number;
  /** Median of 11 rounds of get_sync_metrics and update_sync_alerts over PostgREST. */
  metrics_and_alerts_ms: number;
  /** Median of 11 times the console's page of most figures: what it reads over PostgREST, and the page made of it. */
  page_ms: number;
  /** Median of 11 times check_sync_integrity over PostgREST, which reads all leads. */
  integrity_ms: number;
  /** longest_alone_ms: the slowest write of the same writer before, with nothing beside it: what the machine itself costs. */
  archive: { rows: number; seconds: number; longest_block_ms: number; longest_alone_ms: number };
}

type Call = <T>(name: string, args?: object) => Promise<T>;

function caller({ url, serviceKey }: Supabase): Call {
  const client: SupabaseClient = createClient(url, serviceKey, { auth: { persistSession: false } });
  return async <T>(name: string, args: object = {}): Promise<T> => {
    const { data, error } = await client.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as T;
  };
}

/** The median in milliseconds, after one round that warms caches up; tells the slowest. */
async function median(title: string, work: () => Promise<unknown>): Promise<number> {
  return await toldStep(title, async () => {
    await work();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      await work();
      times.push(performance.now() - startedAt);
    }
    times.sort((a, b) => a - b);
    tell(`  slowest ${times[ROUNDS - 1].toFixed(0)} ms, fastest ${times[0].toFixed(0)} ms`);
    return Math.round(times[(ROUNDS - 1) / 2]);
  });
}

interface MaintenanceAnswer {
  has_more: boolean;
  archived: number;
}

/** Calls maintenance as its workflow does, until so many rows are in the archive. Returns how many. */
async function archive(call: Call, rows: number): Promise<number> {
  let archived = 0;
  for (let hasMore = true; hasMore && archived < rows;) {
    const answer = await call<MaintenanceAnswer>('run_sync_maintenance', { p_cleanup: false });
    archived += answer.archived;
    hasMore = answer.has_more;
    tell(`  … ${archived.toLocaleString('en-US')} rows`);
  }
  return archived;
}

/** Measures a seeded store through PostgREST, as n8n uses it. */
export async function measureMonitoring(supabase: Supabase, options: MonitoringOptions): Promise<MonitoringFigures> {
  const call = caller(supabase);
  const metricsAndAlerts = await median('Metrics and alerts', async () => {
    await call('get_sync_metrics');
    await call('update_sync_alerts');
  });
  const desk = { call, key: 'key', timeZone: 'UTC', hours: 24, by: '' };
  const page = await median('Page Activity', async () => {
    const { status } = await showPage({ ...desk, now: new Date() }, pageNamed('activity')!, {});
    if (status !== 200) throw new Error(`The page answered ${status}.`);
  });
  return {
    leads: options.leads,
    history_rows: options.history,
    metrics_and_alerts_ms: metricsAndAlerts,
    page_ms: page,
    integrity_ms: await median('Integrity check', () => call('check_sync_integrity')),
    archive: await measureArchive(supabase, call, options),
  };
}

async function measureArchive(
  supabase: Supabase,
  call: Call,
  options: MonitoringOptions,
): Promise<MonitoringFigures['archive']> {
  return await toldStep(`Archive of ${options.archive.toLocaleString('en-US')} rows`, async () => {
    const idle = await writeDuring(supabase.databaseUrl, () => new Promise((resolve) => setTimeout(resolve, ALONE_MS)));
    tell(`  a writer alone: ${idle.writer.writes} writes, slowest ${idle.writer.longestMs.toFixed(0)} ms`);
    const startedAt = performance.now();
    const { result: rows, writer } = await writeDuring(supabase.databaseUrl, () => archive(call, options.archive));
    const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
    tell(`  a writer beside it: ${writer.writes} writes`);
    return {
      rows,
      seconds,
      longest_block_ms: Math.round(writer.longestMs),
      longest_alone_ms: Math.round(idle.writer.longestMs),
    };
  });
}
