import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANSWERS_FILE, givenValue, savedAnswers, saveAnswer } from '../../cli/answers-file';
import { Connections, projectOf } from '../../cli/connections';
import { SupabaseApi } from '../../cli/supabase/api';
import { Asker } from '../../cli/terminal/ask';
import { startPostgrest } from '../nodes/SupabaseLeads/postgrest-server';

const nobody = new Asker(false);
const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lead-sync-answers-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  delete process.env.N8N_URL;
});

it('takes a flag before the environment, and that before what was answered earlier', async () => {
  writeFileSync(ANSWERS_FILE, "N8N_URL='https://saved.example.com'\n");
  const given = (flags: object): Promise<string> => new Connections(flags, nobody).get('n8nUrl');

  expect(await given({})).toBe('https://saved.example.com');
  process.env.N8N_URL = 'https://environment.example.com';
  expect(await given({})).toBe('https://environment.example.com');
  expect(await given({ n8nUrl: ' https://flag.example.com ' })).toBe('https://flag.example.com');
});

it('reads from the file, too, what nobody is asked for', () => {
  expect(givenValue('SUPABASE_PUBLISHABLE_KEY')).toBeUndefined();
  writeFileSync(ANSWERS_FILE, "SUPABASE_PUBLISHABLE_KEY='sb_publishable_saved'\n");
  expect(givenValue('SUPABASE_PUBLISHABLE_KEY')).toBe('sb_publishable_saved');
});

it('takes what is empty for not given', () => {
  writeFileSync(ANSWERS_FILE, "LEAD_SYNC_PAGE_PASSWORD=''\n");
  expect(givenValue('LEAD_SYNC_PAGE_PASSWORD')).toBeUndefined();
});

it('says how to give what is missing where there is no terminal to ask at', async () => {
  await expect(new Connections({}, nobody).get('twentyApiKey')).rejects.toMatchObject({
    message: 'API key of Twenty is missing.',
    nextStep: expect.stringMatching(/--twenty-api-key .*TWENTY_API_KEY/) as string,
  });
});

it('names the place of a value that cannot be', async () => {
  writeFileSync(ANSWERS_FILE, "DATABASE_URL='db.example.com'\n");

  await expect(new Connections({}, nobody).get('databaseUrl')).rejects.toMatchObject({
    nextStep: 'Correct DATABASE_URL in lead-sync.env.',
  });
});

it('keeps answers for their owner alone, whatever is in them', async () => {
  await saveAnswer('N8N_URL', 'https://n8n.example.com');
  await saveAnswer('DATABASE_URL', 'postgres://user:p#ss"w=rd@host:5432/postgres');

  expect(savedAnswers()).toEqual({
    N8N_URL: 'https://n8n.example.com',
    DATABASE_URL: 'postgres://user:p#ss"w=rd@host:5432/postgres',
  });
  expect(statSync(ANSWERS_FILE).mode & 0o077).toBe(0);
});

it('takes the file from everybody else where others could read it', async () => {
  writeFileSync(ANSWERS_FILE, "N8N_URL='https://n8n.example.com'\n", { mode: 0o644 });
  await saveAnswer('N8N_API_KEY', 'secret');

  expect(savedAnswers()).toEqual({ N8N_URL: 'https://n8n.example.com', N8N_API_KEY: 'secret' });
  expect(statSync(ANSWERS_FILE).mode & 0o077).toBe(0);
});

it.each([
  ['postgres://postgres:x@db.abcdefgh.supabase.co:5432/postgres', 'abcdefgh'],
  ['postgres://postgres.abcdefgh:x@aws-0-eu-central-1.pooler.supabase.com:6543/postgres', 'abcdefgh'],
  ['postgres://postgres:x@db.example.com:5432/postgres', undefined],
])('reads the project of %s', (url, project) => {
  expect(projectOf(url)).toBe(project);
});

it('tells functions of two versions, which PostgREST answers with 300, from a redirect', async () => {
  const server = await startPostgrest(() => ({ status: 300, json: { code: 'PGRST203', message: 'Could not choose' } }));

  await expect(new SupabaseApi(server.url, 'key').rpc('get_doctor')).rejects.toMatchObject({
    kind: 'missing_migrations',
    nextStep: expect.stringContaining('setup') as string,
  });
  await server.close();
});
