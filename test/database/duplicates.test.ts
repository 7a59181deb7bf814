import { randomUUID } from 'node:crypto';
import { person, useStore, type Json } from './store';

interface Pair extends Json {
  lead_a: string;
  lead_b: string;
  score: number;
  reasons: Record<string, number>;
  a: Json;
  b: Json;
}

interface Page {
  pairs: Pair[];
  total: number;
  has_next: boolean;
  position: Json | null;
}

describe('possible duplicates', () => {
  const store = useStore();

  const find = (args: Json = {}): Promise<Json> => store.rpc('find_duplicates', args);
  const list = (args: Json = {}): Promise<Page> => store.rpc<Page>('list_duplicates', args);

  /** Searches, and gives the rules that hold for the one pair, or none. */
  async function reasonsOf(one: Json, other: Json): Promise<Json | undefined> {
    await store.addLead(one);
    await store.addLead(other);
    expect(await find()).toMatchObject({ has_more: false, skipped_blocks: 0 });
    const { pairs } = await list();
    return pairs[0]?.reasons;
  }

  /** Makes the extension available in a schema, as Supabase or an older project has it; superuser only in where it is made. */
  async function withTrigrams(schema: string): Promise<void> {
    await store.sql.query(`drop extension if exists pg_trgm`);
    await store.sql.query(`create schema if not exists ${schema}; grant usage on schema ${schema} to service_role;
      create extension pg_trgm schema ${schema}`);
  }
  describe('two leads', () => {
    test.each<[string, Json, Json, Json | undefined]>([
      ['one e-mail', { email: 'Ada@Example.com ' }, { email: 'ada@example.com' }, { email: 0.95 }],
      [
        'an additional e-mail that is the other one’s',
        { email: 'ada@example.com', additional_emails: ['home@example.com'] },
        { email: 'HOME@example.com' },
        { email: 0.95 },
      ],
      [
        'one host in two spellings',
        { email: 'a@bücher.example' },
        { email: 'a@xn--bcher-kva.example' },
        { email: 0.95 },
      ],
      ['a subaddress', { email: 'ada+shop@example.com' }, { email: 'ada@example.com' }, { mailbox: 0.8 }],
      ['dots at Gmail', { email: 'a.da@gmail.com' }, { email: 'ada@googlemail.com' }, { mailbox: 0.8 }],
      ['dots elsewhere', { email: 'a.da@example.com' }, { email: 'ada@example.com' }, undefined],
      ['a plus at the start', { email: '+1@example.com' }, { email: '+2@example.com' }, undefined],
      ['what people type who have none', { email: 'n/a', phone: '-' }, { email: 'N/A', phone: '-' }, undefined],
      ['one number', { phone: '+33 6 12 34 56 78' }, { phone: '0033612345678' }, { phone: 0.75 }],
      ['an additional number', { additional_phones: ['+33 612345678'] }, { phone: '+33612345678' }, { phone: 0.75 }],
      ['numbers of two countries', { phone: '+1 415 555 2671' }, { phone: '+44 415 555 2671' }, undefined],
      [
        'one name and company',
        { first_name: 'José', last_name: 'Díaz', company_name: 'Acme, Inc.' },
        { first_name: 'jose', last_name: 'diaz', company_name: 'ACME GmbH' },
        { name: 0.8 },
      ],
      [
        'one name and domain',
        { first_name: 'Ada', last_name: 'King', company_domain: 'https://www.acme.example/x' },
        { first_name: 'Ada', last_name: 'King', company_domain: 'acme.example' },
        { name: 0.8 },
      ],
      [
        'one name and a domain that many share',
        { first_name: 'Ada', last_name: 'King', company_domain: 'gmail.com' },
        { first_name: 'Ada', last_name: 'King', company_domain: 'gmail.com' },
        undefined,
      ],
      ['one name alone', { first_name: 'Ada', last_name: 'King' }, { first_name: 'Ada', last_name: 'King' }, undefined],
      [
        'one company, and a name of one word',
        { first_name: 'Ada', company_name: 'Acme' },
        { first_name: 'Ada', company_name: 'Acme' },
        undefined,
      ],
    ])('with %s', async (_what, one, other, reasons) => {
      expect(await reasonsOf(one, other)).toEqual(reasons);
    });

    test('count the more, the more rules hold', async () => {
      const both = { email: 'ada@example.com', phone: '+33612345678' };
      await reasonsOf(both, both);
      const { pairs } = await list();
      expect(pairs).toMatchObject([{ score: 0.988, reasons: { email: 0.95, phone: 0.75 } }]);
      expect(pairs[0].a).toMatchObject({ email: 'ada@example.com', phone: '+33612345678', touches: 0 });
      expect((await list({ p_lowest_score: 0.99 })).pairs).toEqual([]);
    });
  });

  describe('names that are alike', () => {
    afterAll(() => store.sql.query('drop extension if exists pg_trgm'));
    const ann = { first_name: 'John', last_name: 'Smith', company_name: 'Northwind Traders' };
    const anne = { first_name: 'Jon', last_name: 'Smith', company_name: 'Northwind Trader Ltd' };

    test.each(['extensions', 'public', 'elsewhere'])('are found where pg_trgm lies in %s', async (schema) => {
      await withTrigrams(schema);
      const reasons = await reasonsOf(ann, anne);
      expect(reasons).toEqual({ name: expect.closeTo(0.58, 1) as number });
      expect(await find()).toMatchObject({ similar_names: true });
    });

    test('are not, without it, which is said', async () => {
      await store.sql.query('drop extension if exists pg_trgm');
      expect(await reasonsOf(ann, anne)).toBeUndefined();
      expect(await find()).toMatchObject({ similar_names: false });
    });
  });

  describe('a pair', () => {
    let one: string;
    let other: string;
    beforeEach(async () => {
      one = await store.addLead({ email: 'ada@example.com' });
      other = await store.addLead({ email: 'ada@example.com' });
      expect(await find()).toMatchObject({ read: 2, compared: 2, found: 1, open: 1 });
    });

    test('is listed once, however often it is found', async () => {
      expect(await find({ p_full: true })).toMatchObject({ compared: 2, found: 0, gone: 0, open: 1 });
      expect((await list()).total).toBe(1);
    });

    test('that is dismissed is not listed again, whatever is found of it', async () => {
      expect(await store.rpc('dismiss_duplicate', { p_a: other, p_b: one, p_by: 'Eve' })).toMatchObject({
        decided: 'not_duplicate',
        decided_by: 'Eve',
      });
      await store.sql.query(`update public.leads set phone = '+33612345678'`);
      await find({ p_full: true });
      expect(await list()).toMatchObject({ pairs: [], total: 0 });
      // it was Eve, and stays so
      expect(await store.rpc('dismiss_duplicate', { p_a: one, p_b: other, p_by: 'Bob' })).toMatchObject({
        decided_by: 'Eve',
      });
    });

    test('vanishes when no rule holds any more, and comes back when one does', async () => {
      await store.editLead(one, { email: 'eve@example.com' });
      expect(await find()).toMatchObject({ gone: 1, open: 0 });
      await store.editLead(one, { email: 'ada@example.com' });
      expect(await find()).toMatchObject({ found: 1, open: 1 });
    });

    test('vanishes when one of its leads is deleted, at once, and comes back with it', async () => {
      await store.editLead(one, { deleted_at: new Date() });
      expect(await list()).toMatchObject({ pairs: [], total: 0 });
      await find();
      expect(await store.rows('select from lead_sync.duplicate_pairs')).toEqual([]);
      await store.editLead(one, { deleted_at: null });
      expect(await find()).toMatchObject({ open: 1 });
    });

    test('leaves nothing of a lead that is forgotten', async () => {
      await store.rpc('forget_lead', { p_lead: one });
      for (const table of ['duplicate_pairs', 'duplicate_marks', 'duplicate_keys'])
        expect(await store.rows(`select from lead_sync.${table} as t where to_jsonb(t)::text like '%${one}%'`)).toEqual(
          [],
        );
    });

    test('of leads that did not change is not compared again', async () => {
      await store.editLead(one, { city: 'Paris' });
      expect(await find()).toMatchObject({ read: 2, compared: 0 });
    });
  });

  test('a lead that is new is compared with all that were there', async () => {
    await store.addLead({ email: 'ada@example.com' });
    await find();
    const id = await store.addLead({ email: 'ada@example.com' });
    expect(await find()).toMatchObject({ compared: 1, found: 1 });
    const { pairs } = await list();
    expect([pairs[0].lead_a, pairs[0].lead_b]).toContain(id);
  });

  test('a page goes on where the one before ended', async () => {
    for (let i = 0; i < 4; i += 1) await store.addLead({ email: 'ada@example.com' });
    await find();
    const seen: string[] = [];
    let position: Json | null = null;
    for (let page = 0; page < 3; page += 1) {
      const answer: Page = await list({ p_limit: 2, p_position: position });
      expect(answer).toMatchObject({ total: 6, has_next: page < 2 });
      for (const { lead_a, lead_b } of answer.pairs) seen.push(`${lead_a} ${lead_b}`);
      ({ position } = answer);
    }
    expect(new Set(seen).size).toBe(6);
  });

  test('10,000 leads with one number are one group too many: counted, and not compared by it', async () => {
    await store.sql.query(`insert into public.leads (email, phone)
      select 'lead' || i / 2 || '@example.com', '+1 415 555 2671' from generate_series(2, 10001) as i`);
    const figures = await searchAll();
    expect(figures).toMatchObject({ compared: 10_000, found: 5_000, skipped_blocks: 1, open: 5_000 });
    // what is alone known by another rule counts the number, too
    expect((await list({ p_limit: 1 })).pairs).toMatchObject([{ reasons: { email: 0.95, phone: 0.75 } }]);
  });

  test('a search goes on over several calls', async () => {
    await store.sql.query(`insert into public.leads (email)
      select 'lead' || i / 2 || '@example.com' from generate_series(2, 5001) as i`);
    let calls = 0;
    for (let more = true; more; calls += 1) more = (await find({ p_seconds: 0.5 })).has_more === true;
    expect(calls).toBeGreaterThan(1);
    expect((await list()).total).toBe(2_500);
  });

  async function searchAll(): Promise<Json> {
    for (;;) {
      const figures = await find({ p_seconds: 1 });
      if (figures.has_more === false) return figures;
    }
  }

  test.each<[string, Json]>([
    ['addresses without end', { additional_emails: Array.from({ length: 5_000 }, (_, i) => `ada${i}@example.com`) }],
    ['an address that is null', { additional_emails: [null, 'a@example.com'] }],
    [
      'a name of 10,000 characters',
      { first_name: 'a '.repeat(5_000), last_name: 'b', company_name: 'c '.repeat(4_000) },
    ],
    [
      'controls and emoji',
      { first_name: '\u200f\u0001😀', last_name: "'; drop", company_name: '%_\\😀', email: '😀@😀' },
    ],
    ['a domain that is none', { first_name: 'Ada', last_name: 'King', company_domain: '...://@' }],
    ['a number of 5,000 digits', { phone: `+${'1'.repeat(5_000)}` }],
  ])('%s harm nothing', async (_what, poison) => {
    await store.addLead(poison);
    await store.addLead(poison);
    await store.addLead({ email: 'eve@example.com' });
    await store.addLead({ email: 'eve@example.com' });
    expect(await find()).toMatchObject({ has_more: false });
    expect((await list()).pairs.some(({ a }) => a.email === 'eve@example.com')).toBe(true);
  });

  test.each<[string, string, Json]>([
    ['find_duplicates', 'p_seconds must be between 0.5 and 50, got 0', { p_seconds: 0 }],
    ['list_duplicates', 'p_limit must be between 1 and 1,000, got 0', { p_limit: 0 }],
    ['list_duplicates', 'p_lowest_score must be between 0 and 1, got 2', { p_lowest_score: 2 }],
    ['list_duplicates', 'p_position must be the position of the page before', { p_position: { score: 'x' } }],
    ['dismiss_duplicate', 'is not there', { p_a: randomUUID(), p_b: randomUUID() }],
    ['dismiss_duplicate', 'Two leads are needed', { p_a: null, p_b: randomUUID() }],
  ])('%s refuses a call that makes no sense: %s', async (name, message, args) => {
    await expect(store.rpc(name, args)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining(message) as string,
    });
  });

  describe('the upkeep', () => {
    beforeEach(async () => {
      for (const email of ['ada@example.com', 'ada@example.com']) await store.addLead({ email });
    });

    test('looks for none unless it is asked to', async () => {
      expect(await store.rpc('run_sync_maintenance')).toMatchObject({ duplicates: null });
      expect(await store.rows('select from lead_sync.duplicate_marks')).toEqual([]);
    });

    test('looks for them where the settings say so', async () => {
      await store.sql.query('update lead_sync.settings set find_duplicates = true');
      expect(await store.rpc('run_sync_maintenance')).toMatchObject({ has_more: false, duplicates: { found: 1 } });
      expect(await list()).toMatchObject({ total: 1 });
    });
  });

  test('a search that fails undoes nothing else of the upkeep, which tells', async () => {
    await store.sql.query('update lead_sync.settings set find_duplicates = true');
    await store.sql.query(`begin; select pg_advisory_xact_lock(hashtext('lead_sync.search_duplicates'))`);
    const problem = 'Duplicates are being looked for already (PT409)';
    try {
      expect(await store.rpc('run_sync_maintenance', { p_cleanup: true })).toMatchObject({
        has_more: false,
        cleanup: { runs: 0 },
        duplicates: { has_more: false, problem },
      });
    } finally {
      await store.sql.query('rollback');
    }
    expect(await store.rows(`select task from lead_sync.maintenance_tasks where task = 'cleanup'`)).toHaveLength(1);
    const failed = { check: 'possible_duplicates', ok: false };
    expect((await store.rpc<{ checks: Json[] }>('check_sync_integrity')).checks).toContainEqual(
      expect.objectContaining({
        ...failed,
        message: `The last search of the upkeep for duplicates failed: ${problem}.`,
      }),
    );
    await store.rpc('run_sync_maintenance');
    expect(await store.rpc('check_sync_integrity')).toMatchObject({ ok: true });
  });

  test('the integrity check names the list', async () => {
    const one = person({ email: 'ada@example.com', phone: '+33612345678' });
    await store.pull([one, person({ email: 'eve@example.com', phone: '+33612345678' })]);
    await find();
    const report = await store.rpc<{ checks: Json[] }>('check_sync_integrity');
    expect(report.checks).toContainEqual(
      expect.objectContaining({
        check: 'possible_duplicates',
        ok: true,
        found: 1,
        message: '1 pair of leads may be one person: look at them with list_duplicates.',
      }),
    );
  });
});
