/**
 * `npm run bench:setup [-- --json --people 1000 --preview 100000 --only setup,preview]`: from a bare n8n, database and Twenty double to both sides in sync, by the
 * packed command, as a new user types it: `setup` at a terminal, then `sync --now`. Progress goes to stderr, the figures to
 * stdout. Beside that a preview of so many people and leads, on systems of its own. Ends with 1 when the first takes more than 120 s
 * or 9 questions, or the second more than 300 MB, or when that writes anything.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectTwenty } from '../../../cli/twenty/connect';
import { startBareStack, type BareStack } from '../../../stack/bare';
import { runNpm } from '../../../stack/npm';
import type { Shutdown } from '../../../stack/shutdown';
import { readArguments } from '../../arguments';
import { tell, toldStep } from '../../progress';
import { unwrap } from '../../../nodes/Twenty/transport/client';
import { createManyDocument } from '../../../nodes/Twenty/transport/documents';
import { batches } from '../lists';
import { peopleOf } from '../people';
import { runProof } from '../../run-proof';
import type { PreviewFigures } from '../preview/measure';
import { benchPreview } from '../preview/stage';
import { converse, type Reply } from './person';

const MOST_SECONDS = 120;
const MOST_QUESTIONS = 9;
const MOST_MB = 300;
const run = promisify(execFile);

interface Figures {
  setup: { seconds: number; questions: number };
  sync: { seconds: number; people: number };
}

interface Report extends Partial<Figures> {
  preview?: PreviewFigures;
}

/** The answers of somebody who takes what is offered. */
function replies({ databaseUrl, supabase, twenty, n8n, n8nApiKey }: BareStack): Reply[] {
  return [
    { question: /Address of the database/, answer: databaseUrl },
    { question: /URL of the Supabase project/, answer: supabase.url },
    { question: /Secret key of the Supabase/, answer: supabase.serviceKey },
    { question: /URL of Twenty/, answer: twenty.url },
    { question: /API key of Twenty/, answer: twenty.apiKey },
    { question: /URL of n8n/, answer: n8n.url },
    { question: /API key of n8n/, answer: n8nApiKey },
    { question: /Besides the sync/, answer: '' },
    { question: /Nothing is synced yet/, answer: '' },
  ];
}

async function folderFor(shutdown: Shutdown, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `lead-sync-bench-${name}-`));
  await chmod(folder, 0o711);
  shutdown.add(`folder ${name}`, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** People as a workspace has them to which nobody has added fields. */
async function seedPeople({ twenty }: BareStack, size: number): Promise<void> {
  const client = connectTwenty(twenty.url, twenty.apiKey);
  const { root, document } = createManyDocument({ nameSingular: 'person', namePlural: 'people' }, 'id', false);
  const people = peopleOf({ name: 'setup', size }).map(({ firstName, lastName, email, jobTitle }) => ({
    name: { firstName, lastName },
    emails: { primaryEmail: email },
    jobTitle,
  }));
  for (const data of batches(people, 200)) unwrap(await client.graphql(root, { document, variables: { data } }));
}

const secondsSince = (at: number): number => Math.round((Date.now() - at) / 100) / 10;

async function measure(people: number, shutdown: Shutdown): Promise<Figures> {
  const stack = await startBareStack(await folderFor(shutdown, 'stack'), toldStep, shutdown);
  await toldStep(`${people} people in Twenty`, () => seedPeople(stack, people));
  const cwd = await folderFor(shutdown, 'user');
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm' };
  await toldStep('The packed command is installed in an empty folder', () =>
    runNpm(['install', '--offline', stack.n8n.options.tarball ?? ''], { cwd }),
  );
  const program = join(cwd, 'node_modules/.bin/lead-sync');
  const setUpAt = Date.now();
  const { questions, code, text } = await converse([process.execPath, program, 'setup'], replies(stack), { cwd, env });
  const setUpSeconds = secondsSince(setUpAt);
  if (code !== 0) throw new Error(`setup ended with ${code}:\n${text}`);
  tell(`setup: ${setUpSeconds} s, ${questions} questions`);
  const syncAt = Date.now();
  await run(process.execPath, [program, 'sync', '--now', '--json'], { cwd, env });
  return { setup: { seconds: setUpSeconds, questions }, sync: { seconds: secondsSince(syncAt), people } };
}

const told = ({ setup, sync, preview }: Report): string[] => [
  ...(setup && sync
    ? [
        `Set up in ${setup.seconds} s with ${setup.questions} questions; ${sync.people} people in sync after ${sync.seconds} s more.`,
      ]
    : []),
  ...(preview
    ? [
        `Previewed ${preview.people} people and ${preview.leads} leads in ${preview.seconds} s and ${preview.peak_mb} MB, with ${preview.writes} writes.`,
      ]
    : []),
];

const holds = ({ setup, sync, preview }: Report): boolean =>
  (!setup || !sync || (setup.seconds + sync.seconds <= MOST_SECONDS && setup.questions <= MOST_QUESTIONS)) &&
  (!preview || (preview.peak_mb <= MOST_MB && preview.writes === 0));

void runProof(async (shutdown) => {
  const { values } = readArguments({
    options: {
      json: { type: 'boolean', default: false },
      people: { type: 'string', default: '1000' },
      preview: { type: 'string', default: '100000' },
      only: { type: 'string', default: 'setup,preview' },
    },
  });
  const parts = values.only.split(',');
  const report: Report = parts.includes('setup') ? await measure(Number(values.people), shutdown) : {};
  if (parts.includes('preview')) report.preview = await benchPreview(Number(values.preview), shutdown);
  console.log(values.json ? JSON.stringify(report) : told(report).join('\n'));
  return holds(report);
});
