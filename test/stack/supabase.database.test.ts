import { createClient } from '@supabase/supabase-js';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../setup/database';

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

describe('the local Supabase', () => {
  let database: Client;

  beforeAll(async () => {
    database = await connectDatabase();
    await resetDatabase(database);
  });

  afterAll(() => database.end());

  it.each(['TEST_SUPABASE_SERVICE_KEY', 'TEST_SUPABASE_JWT'])('gives the service role to %s', async (name) => {
    const supabase = createClient(env('TEST_SUPABASE_URL'), env(name));

    const { error, status } = await supabase.from('leads').insert({ email: 'ada@example.com' });

    expect(error).toBeNull();
    expect(status).toBe(201);
  });

  it('lets the anonymous key see no lead', async () => {
    const supabase = createClient(env('TEST_SUPABASE_URL'), env('TEST_SUPABASE_ANON_KEY'));

    const { data, error } = await supabase.from('leads').select('id');

    expect(data ?? []).toHaveLength(0);
    expect(error?.code).toBe('42501');
  });

  it.each([
    ['no key', {}],
    ['an unknown key', { apikey: 'sb_secret_unknown' }],
  ])('refuses %s', async (_case, headers) => {
    const response = await fetch(`${env('TEST_SUPABASE_URL')}/rest/v1/leads`, { headers });

    expect(response.status).toBe(401);
    expect(await response.json()).toHaveProperty('hint');
  });

  it('cuts a table read at 1,000 rows, as hosted Supabase does', async () => {
    await database.query("insert into public.leads (email) select n || '@example.com' from generate_series(1, 1100) n");
    const supabase = createClient(env('TEST_SUPABASE_URL'), env('TEST_SUPABASE_SERVICE_KEY'));

    const { data } = await supabase.from('leads').select('id');

    expect(data).toHaveLength(1000);
  });

  it('gives service_role no rights on a new table, and an 8 s limit', async () => {
    await database.query('create table public.unguarded (id int)');
    try {
      const { rows } = await database.query<{ allowed: boolean; limits: string[] }>(`
        select has_table_privilege('service_role', 'public.unguarded', 'select') as allowed,
          (select rolconfig from pg_roles where rolname = 'authenticator') as limits`);

      expect(rows[0].allowed).toBe(false);
      expect(rows[0].limits).toContain('statement_timeout=8s');
    } finally {
      await database.query('drop table public.unguarded');
    }
  });

  it('brings back what the schema left when it is reset', async () => {
    const before = await database.query(
      'select to_jsonb(m) as row from lead_sync.field_mappings m order by to_jsonb(m)::text',
    );
    await database.query("insert into public.leads (email) values ('left@example.com')");
    await database.query('delete from lead_sync.field_mappings');

    await resetDatabase(database);

    const leads = await database.query('select from public.leads');
    const after = await database.query(
      'select to_jsonb(m) as row from lead_sync.field_mappings m order by to_jsonb(m)::text',
    );
    expect(leads.rowCount).toBe(0);
    expect(before.rowCount).toBeGreaterThan(0);
    expect(after.rows).toEqual(before.rows);
  });
});
