import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from 'pg';
import { CHANNELS, startDueListener, type DueListener } from '../../stack/due-listener';
import { connectDatabase, resetDatabase } from '../setup/database';

let sql: Client;
let server: Server;
let url: string;
let listener: DueListener;
let calls: IncomingHttpHeaders[];
let bodies: string[];
/** Lets a call be answered; the push workflow's webhook is as slow as the test wants it. */
let answers: Array<() => void>;

beforeAll(async () => {
  sql = await connectDatabase();
});
beforeEach(async () => {
  await resetDatabase(sql);
  await sql.query("select public.enable_instant_push(), setval('lead_sync.last_push_call', 1)");
  calls = [];
  bodies = [];
  answers = [];
  server = createServer((request, response) => {
    calls.push(request.headers);
    request.on('data', (chunk) => bodies.push(String(chunk)));
    answers.push(() => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/lead-sync-push`;
  const databaseUrl = process.env.TEST_DATABASE_URL ?? '';
  listener = await startDueListener({ databaseUrl, channel: CHANNELS.push, url, secret: 'a secret' });
});
afterEach(async () => {
  for (const answer of answers) answer();
  await listener.stop();
  await new Promise((resolve) => server.close(resolve));
});
afterAll(() => sql.end());

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sql.query('select pg_sleep(0.01)');
}

const announce = () => sql.query("select pg_notify('lead_sync_due', '')");

test('a lead that is due makes one call, with the secret', async () => {
  await sql.query("insert into public.leads (email) values ('ada@example.com')");

  await until(() => calls.length === 1);
  expect(calls[0]['x-lead-sync-secret']).toBe('a secret');
});

test('announcements during a call are gathered', async () => {
  await announce();
  await until(() => calls.length === 1);
  for (let n = 0; n < 5; n += 1) await announce();
  answers[0]();
  await until(() => calls.length === 2);
  answers[1]();
  await until(() => listener.calls() === 2);

  // those that the listener hears only after the answer are gathered in a third call
  expect(calls.length).toBeLessThanOrEqual(3);
});

test('what is due of another object makes a call of its own, which names it', async () => {
  await announce();
  await until(() => calls.length === 1);
  await sql.query(
    "select pg_notify('lead_sync_due', object) from unnest(array['opportunity', '', 'company']) as object",
  );
  for (const nth of [0, 1, 2, 3]) {
    await until(() => answers.length > nth);
    answers[nth]();
  }

  await until(() => bodies.length === 4);
  expect(bodies.sort()).toEqual(['{"object":"company"}', '{"object":"opportunity"}', '{}', '{}']);
});

test('a push workflow that is away harms no writer', async () => {
  const errors = jest.spyOn(console, 'error').mockImplementation();
  await new Promise((resolve) => server.close(resolve));
  await sql.query("insert into public.leads (email) values ('ada@example.com')");
  await until(() => errors.mock.calls.length === 1);

  expect(errors.mock.calls[0][0]).toContain('was not called');
  expect((await sql.query('select from public.leads')).rows).toHaveLength(1);
  errors.mockRestore();
});
