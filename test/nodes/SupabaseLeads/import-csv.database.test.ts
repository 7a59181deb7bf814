import type { IDataObject } from 'n8n-workflow';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../../setup/database';
import { runOutputs, type NodeRun } from './run-node';

let sql: Client;

beforeAll(async () => {
  sql = await connectDatabase();
});
beforeEach(() => resetDatabase(sql));
afterAll(() => sql.end());

async function imported(file: string | Buffer, changed: IDataObject = {}, options: Partial<NodeRun> = {}) {
  const outputs = await runOutputs({
    host: process.env.TEST_SUPABASE_URL ?? '',
    serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '',
    parameters: {
      resource: 'lead',
      operation: 'importCsv',
      binaryField: 'data',
      source: 'import',
      batchSize: 1_000,
      options: {},
      ...changed,
    },
    items: [{ json: {}, binary: { data: { data: Buffer.from(file).toString('base64'), mimeType: 'text/csv' } } }],
    ...options,
  });
  const [[{ json: report }], refused] = outputs;
  return { report, refused: refused.map(({ json }) => json) };
}

const leads = async () => (await sql.query<IDataObject>('select * from public.leads order by email')).rows;

test('columns are known by what people call them, all others are attributes, and blanks say nothing', async () => {
  const { report, refused } = await imported(
    '\uFEFFE-Mail;Full name;"Company";Phone;Lead Status;Budget; Additional Emails\r\n' +
      'ada@acme.example;Ada King Lovelace;"Acme; Ltd";+44 20 1234 5678;new;"10,000";a@x.example, b@x.example\r\n' +
      ';;;;;;\r\n' +
      'bo@acme.example;;;;;\r\n',
  );

  expect(refused).toEqual([
    { line: 3, reason: expect.any(String) as string, row: expect.any(Object) as object },
    {
      line: 4,
      reason: 'it has 6 values, and the first line 7',
      row: expect.objectContaining({ 'E-Mail': 'bo@acme.example' }) as object,
    },
  ]);
  expect(report).toEqual({ lines: 3, created: 1, updated: 0, unchanged: 0, refused: 2 });
  expect(await leads()).toMatchObject([
    {
      email: 'ada@acme.example',
      first_name: 'Ada',
      last_name: 'King Lovelace',
      company_name: 'Acme; Ltd',
      phone: '+44 20 1234 5678',
      lead_status: 'new',
      lead_source: 'import',
      additional_emails: ['a@x.example', 'b@x.example'],
      attributes: { Budget: '10,000' },
    },
  ]);
});

test('every line that is not taken is told with its number and reason, and the others are stored in batches', async () => {
  const lines = Array.from({ length: 25 }, (_, n) => `lead${n}@example.com,Name ${n}`);
  lines[3] = 'no address,X';
  lines[7] = 'lead7@example.com,"X"y';
  lines[11] = '"multi\nline@example.com",X';
  lines[20] = 'lead20@example.com';

  const { report, refused } = await imported(`email,name\n${lines.join('\n')}`, { batchSize: 10 });

  expect(report).toEqual({ lines: 25, created: 21, updated: 0, unchanged: 0, refused: 4 });
  expect(refused).toMatchObject([
    { line: 5, reason: expect.stringContaining('email') as string, row: { email: 'no address', name: 'X' } },
    { line: 9, reason: expect.stringContaining('closing quote') as string },
    { line: 13, reason: expect.stringContaining('email') as string },
    { line: 23, reason: 'it has 1 values, and the first line 2' },
  ]);
});

test.each(['Contacts of the fair\nemail;name\n', 'sep=;\nemail;name\n', ';;\nemail;name\n', 'email / name\n'])(
  'a file whose first line names no field is refused as a whole: %j',
  async (beginning) => {
    await expect(imported(`${beginning}ada@example.com;Ada\n`)).rejects.toThrow('names no field of leads: ');
    expect(await leads()).toEqual([]);
  },
);

test('blank lines before the one that names the columns are passed over', async () => {
  const { report } = await imported('\r\n\r\nE-Mail;Full name\r\nada@example.com;Ada King\r\n');

  expect(report).toMatchObject({ created: 1, refused: 0 });
  expect(await leads()).toMatchObject([{ email: 'ada@example.com', first_name: 'Ada', attributes: {} }]);
});

test('a file that comes again changes nothing', async () => {
  const file = 'email,name\nada@example.com,Ada King\nada@example.com,Ada King\n';
  await imported(file);

  expect((await imported(file)).report).toMatchObject({ created: 0, updated: 0, unchanged: 2, refused: 0 });
  expect(await leads()).toHaveLength(1);
});

test('a file in another encoding is refused as a whole, and read where it is told', async () => {
  const file = Buffer.from('email,city\nada@example.com,M\xfcnchen', 'latin1');

  await expect(imported(file)).rejects.toThrow('The file is not utf-8');
  expect((await imported(file, { options: { encoding: 'windows-1252' } })).report).toMatchObject({ created: 1 });
  expect(await leads()).toMatchObject([{ city: 'München' }]);
});
