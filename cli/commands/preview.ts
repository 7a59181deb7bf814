import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { isObject } from '../../nodes/lead';
import { preview as previewSync } from '../../nodes/LeadSync/loops/preview/preview';
import type { PreviewPorts } from '../../nodes/LeadSync/loops/preview/ports';
import { twentyReads } from '../../nodes/LeadSync/loops/preview/twenty-reads';
import { DEFAULT_PAGE_SIZE } from '../../nodes/Twenty/records/limits';
import { TwentyError } from '../../nodes/Twenty/transport/failures';
import type { TwentyClient } from '../../nodes/Twenty/transport/client';
import { command, type Session } from '../command';
import { CliError } from '../failure';
import { SupabaseError, type SupabaseApi } from '../supabase/api';
import { previewLines } from '../terminal/preview';

interface Options {
  full: boolean;
  strict: boolean;
  mapping?: string;
  policy?: string;
  examples: number;
}

const BATCH_SIZE = 600;
const POLICIES = ['last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank'];

/** The rows of a mapping, out of a file of rows or one that export-config wrote. @throws CliError */
async function mappingFrom(file: string): Promise<unknown[]> {
  const next = 'Give a file that export-config wrote, or a JSON list of rows of lead_sync.field_mappings.';
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}).`, next);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${file} is no JSON: ${(error as Error).message}`, next);
  }
  const rows = isObject(json) && isObject(json.config) ? json.config.field_mappings : json;
  if (!Array.isArray(rows) || !rows.every((row) => isObject(row) && typeof row.lead_field === 'string')) {
    throw new CliError(`${file} holds no rows of a mapping.`, next);
  }
  return rows;
}

function portsOf(twenty: TwentyClient, supabase: SupabaseApi): PreviewPorts {
  const isLasting = (error: unknown): boolean =>
    !(error instanceof TwentyError && ['network', 'timeout', 'server'].includes(error.failure.category));
  return {
    twenty: (settings) => twentyReads(twenty, settings),
    store: supabase,
    control: {
      now: () => performance.now(),
      sleep: async (milliseconds) => await delay(milliseconds),
      isCancelled: () => false,
      isHopeless: isLasting,
      isTooLong: (error) => error instanceof SupabaseError && error.kind === 'statement_timeout',
      log: () => undefined,
      warn: () => undefined,
      tries: 3,
      pause: 2_000,
      maxDuration: null,
    },
  };
}

async function run(session: Session<Options>): Promise<void> {
  // Pages come and go quickly, so that V8 would make room for 100 MB of them: half of what the preview of 100,000 people takes otherwise.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { report, options } = session;
  const mapping = options.mapping === undefined ? null : await mappingFrom(options.mapping);
  const supabase = await session.supabase();
  const twenty = await session.twenty();
  const previewed = await previewSync(portsOf(twenty, supabase), {
    mode: options.full ? 'full' : 'delta',
    policy: options.policy ?? null,
    strict: options.strict,
    mapping,
    pageSize: DEFAULT_PAGE_SIZE,
    batchSize: BATCH_SIZE,
    examples: options.examples,
  });
  for (const line of previewLines(previewed)) report.say(line);
  report.finish({ preview: previewed });
}

function policy(text: string): string {
  if (POLICIES.includes(text)) return text;
  throw new InvalidArgumentError(`Give one of ${POLICIES.join(', ')}.`);
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('Give a whole number from 0 to 100.');
}

export const preview = command<Options>(
  'preview',
  'say what the next sync would do, on both sides, and write nothing',
  ['supabaseUrl', 'supabaseKey', 'twentyUrl', 'twentyApiKey'],
  run,
)
  .option('--full', 'as if all people were read again', false)
  .option('--mapping <file>', 'with the mapping of a file in place of the one in force')
  .option('--policy <policy>', 'who wins conflicts; else as the mapping says', policy)
  .option('--strict', 'count calls as a strict push makes them', false)
  .option('--examples <count>', 'examples of each kind', count, 3);
