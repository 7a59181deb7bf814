import { checkSides, syncUp } from '../../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from './sides';

describe('e-mails and events of the edge in Supabase', () => {
  let sides: Sides;
  const up = () => syncUp(sides.ports, ORDER);
  const edge = (sql: string) => sides.d1.batch([{ sql }]);
  const emails = () => sides.store.rows('select id, subject, status, opened_at from public.emails order by id');

  beforeAll(async () => {
    sides = await Sides.open();
  });
  afterAll(() => sides.close());
  afterEach(async () => {
    sides.faults.splice(0);
    await sides.d1.batch(
      ['emails', 'email_events', 'emails_changes', 'email_events_changes'].map((table) => ({
        sql: `delete from ${table}`,
      })),
    );
    await sides.store.sql.query(
      'delete from public.emails; delete from public.email_events; delete from lead_sync.edge_rejects',
    );
    await sides.store.sql.query("delete from lead_sync.edge_rows where edge_table in ('emails', 'email_events')");
  });

  test('are there after the next run, in their furthest state', async () => {
    await edge(
      "insert into emails (id, subject, sent_at) values ('e1', 'Hello', '2026-01-01T10:00:00.000Z'), ('e2', 'Hello', null)",
    );
    await edge(
      "insert into email_events (id, email_id, kind, at) values ('v1', 'e1', 'opened', '2026-01-01T11:00:00.000Z')",
    );

    await expect(up()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 3, refused: 0 } });

    expect(await emails()).toEqual([
      { id: 'e1', subject: 'Hello', status: 'opened', opened_at: new Date('2026-01-01T11:00:00Z') },
      { id: 'e2', subject: 'Hello', status: 'queued', opened_at: null },
    ]);
    expect(await sides.d1.rows('select count(*) as n from emails_changes')).toEqual([{ n: 0 }]);
  });

  test('cost one call while nothing changed, whatever the number of tables', async () => {
    sides.calls = 0;

    await expect(up()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 0 } });

    expect(sides.calls).toBe(1);
  });

  test('come once, however often they are read', async () => {
    await edge("insert into emails (id, subject) values ('e1', 'Hello')");
    // read, and the confirmation with the next page
    sides.faults.push(null, 'lost');

    await expect(up()).resolves.toMatchObject({ status: 'succeeded' });
    await sides.d1.batch([{ sql: "insert into emails_changes (key) values ('e1')" }]);
    await expect(up()).resolves.toMatchObject({ figures: { read: 1, rows: 0 } });

    expect(await emails()).toHaveLength(1);
  });

  test('keep what changed in D1 while its page was being stored', async () => {
    await edge("insert into emails (id, subject) values ('e1', 'Hello')");
    const { ports } = sides;
    let changes = 0;
    const busy = {
      ...ports,
      store: {
        rpc: async <T>(name: string, args: Record<string, unknown>): Promise<T> => {
          if (name === 'apply_edge_changes' && changes++ === 0)
            await edge("update emails set subject = 'Changed' where id = 'e1'");
          return await ports.store.rpc<T>(name, args);
        },
      },
    };

    await syncUp(busy, ORDER);

    expect(await emails()).toMatchObject([{ subject: 'Changed' }]);
  });

  test('an event that comes before its e-mail counts when that comes', async () => {
    await edge(
      "insert into email_events (id, email_id, kind, at) values ('v1', 'e1', 'clicked', '2026-01-01T11:00:00.000Z')",
    );
    await up();
    await edge("insert into emails (id, subject) values ('e1', 'Hello')");
    await up();

    expect(await emails()).toMatchObject([{ status: 'clicked' }]);
  });

  test('an older version and an erased time change nothing', async () => {
    await edge(
      "insert into emails (id, subject, opened_at, edge_version) values ('e1', 'New', '2026-01-01T11:00:00.000Z', 2000)",
    );
    await up();
    const run = await sides.store.rpc<{ run: object; tables: Array<{ table: string }> }>('start_edge_run', {
      p_request: { direction: 'up' },
    });
    const row = (version: number, subject: string, opened: string | null) =>
      JSON.stringify([
        'e1',
        version,
        null,
        [
          null,
          null,
          null,
          null,
          null,
          subject,
          null,
          null,
          opened,
          null,
          null,
          null,
          null,
          null,
          '2026-01-01T00:00:00Z',
        ],
      ]);

    const apply = (text: string) =>
      sides.store.rpc('apply_edge_changes', { p_request: { run: run.run, table: 'emails', rows: [text] } });

    await expect(apply(row(1000, 'Old', null))).resolves.toMatchObject({ applied: 0, unchanged: 1 });
    await expect(apply(row(3000, 'Newer', null))).resolves.toMatchObject({ applied: 1 });
    await sides.store.rpc('finish_edge_run', { p_request: { run: run.run } });
    expect(await emails()).toMatchObject([{ subject: 'Newer', opened_at: new Date('2026-01-01T11:00:00Z') }]);
  });

  test('what cannot be stored is kept with its reason, all others land', async () => {
    await edge(
      "insert into emails (id, subject, sent_at) values ('e1', 'a' || char(0) || 'b', null), ('e2', 'fine', null), ('e3', 'late', 'yesterday or so')",
    );

    await expect(up()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 1, refused: 2 } });

    expect(await sides.store.rows('select key, reason from lead_sync.edge_rejects order by key')).toEqual([
      { key: 'e1', reason: 'A text holds the character NUL, which PostgreSQL does not store' },
      { key: 'e3', reason: 'invalid input syntax for type timestamp with time zone: "yesterday or so"' },
    ]);
    await edge("update emails set sent_at = '2026-01-01T00:00:00Z' where id = 'e3'");
    await edge("insert into emails (id, subject) values ('e4', char(0))");
    await up();
    expect((await emails()).map(({ id }) => id)).toEqual(['e2', 'e3']);
    expect(await sides.store.rows('select key from lead_sync.edge_rejects order by key')).toEqual([
      { key: 'e1' },
      { key: 'e4' },
    ]);
    await edge("update emails set subject = 'well' where id in ('e1', 'e4')");
    await up();
    expect(await sides.store.rows('select from lead_sync.edge_rejects')).toEqual([]);
  });

  test('a row that a trigger of the user refuses is kept with its reason, all others land', async () => {
    await sides.store.sql.query(`
      create function public.refuse() returns trigger language plpgsql as $$ begin
        if new.id = 'e2' then raise insufficient_privilege using message = 'not this one'; end if;
        return new;
      end $$;
      create trigger refuse before insert on public.emails for each row execute function public.refuse()`);
    await edge("insert into emails (id) values ('e1'), ('e2'), ('e3')");

    await expect(up()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 2, refused: 1 } });

    expect(await sides.store.rows('select key, reason from lead_sync.edge_rejects')).toEqual([
      { key: 'e2', reason: 'not this one' },
    ]);
    await sides.store.sql.query('drop function public.refuse() cascade');
  });

  test('ends the run, and takes nothing off D1’s list, where it is the table that refuses all rows', async () => {
    await edge("insert into emails (id) values ('e1')");
    await sides.store.sql.query('revoke insert on public.emails from service_role');

    await expect(up()).rejects.toThrow('permission denied for table emails');

    await sides.store.sql.query('grant insert on public.emails to service_role');
    await expect(up()).resolves.toMatchObject({ figures: { rows: 1, refused: 0 } });
  });

  test('two keys of D1 that are one key here are one row', async () => {
    const { sql } = sides.store;
    await sql.query(`create table public.notes (id uuid primary key, "order" text); grant all on public.notes to service_role;
      insert into lead_sync.edge_tables (edge_table, source, direction, columns) values ('notes', 'public.notes', 'up', '[{"name": "order", "from": "order", "type": "text"}]')`);
    await sql.query(`select public.enable_edge('{"tables": ["notes"]}')`);
    await sides.d1
      .apply(`create table notes (id text primary key, "order" text, edge_version integer not null default 1);

create table notes_changes (seq integer primary key autoincrement, key text not null);

create trigger noted after insert on notes begin insert into notes_changes (key) values (new.id); end;
`);
    const key = 'abcdefab-0000-4000-8000-000000000000';
    await edge(`insert into notes (id, "order") values ('${key}', 'a'), ('${key.toUpperCase()}', 'a')`);

    await expect(up()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 2, refused: 0 } });

    expect(await sides.store.rows('select * from public.notes')).toEqual([{ id: key, order: 'a' }]);
    await sql.query(`select public.disable_edge('{"tables": ["notes"]}')`);
    await sql.query("delete from lead_sync.edge_tables where edge_table = 'notes'; drop table public.notes");
  });

  test('nothing is lost by a D1 that is restored to yesterday', async () => {
    await edge("insert into emails (id, subject) values ('e1', 'Hello')");
    await up();
    const yesterday = await sides.d1.bookmark();
    await edge(
      "insert into email_events (id, email_id, kind, at) values ('v1', 'e1', 'opened', '2026-01-01T11:00:00.000Z')",
    );
    await edge("insert into emails (id, subject) values ('e2', 'Hello')");
    await up();
    await sides.d1.restore(yesterday);
    // the numbers of changes begin again where they were yesterday
    await edge("insert into emails (id, subject) values ('e3', 'Hello')");

    await up();

    expect(await emails()).toMatchObject([{ id: 'e1', status: 'opened' }, { id: 'e2' }, { id: 'e3' }]);
  });

  test('what Supabase lost is found by a check and read again', async () => {
    await edge(
      "insert into emails (id, subject, edge_version) select 'e' || value, 'Hello', 1000 from json_each('[1, 2, 3]')",
    );
    await up();
    await sides.store.sql.query("delete from public.emails where id = 'e2'");
    await sides.store.sql.query("delete from lead_sync.edge_rows where key = 'e2'");

    const [, checked] = await checkSides(sides.ports, { ...ORDER, full: true });

    expect(checked).toMatchObject({ figures: { missing: 1, repaired: 1 } });
    await up();
    expect(await emails()).toHaveLength(3);
  });

  test('a check counts e-mails without a lead, duplicate message ids and impossible states', async () => {
    const lead = await sides.store.addLead({ first_name: 'Ada' });
    await edge(`insert into emails (id, prospect_id, message_id, sent_at, opened_at, bounced_at, replied_at) values
      ('e1', '${lead}', '<a@x>', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', null, null),
      ('e2', 'nobody', '<a@x>', '2026-01-01T00:00:00Z', null, '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'),
      ('e3', '${lead}', '<b@x>', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', null, null)`);
    await up();

    const [, checked] = await checkSides(sides.ports, ORDER);

    expect(checked).toMatchObject({
      figures: { orphaned: 1, duplicate_message_ids: 1, impossible: 2 },
      findings: { emails: { orphaned: ['e2'], duplicate_message_ids: ['e1'] } },
    });
    // the lead appears: the e-mail is its
    await sides.store.sql.query("update public.emails set prospect_id = $1 where id = 'e2'", [lead]);
    await expect(checkSides(sides.ports, ORDER)).resolves.toMatchObject([{}, { figures: { orphaned: 0 } }]);
  });
});
