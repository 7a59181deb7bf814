import fc from 'fast-check';
import { Store, type Json } from '../../../../database/store';
import { pick } from './outcomes';
import { Sides, type Kind } from './sides';

const RUNS = Number(process.env.PREVIEW_RUNS ?? 12);
const SEED = Number(process.env.PREVIEW_SEED ?? 20261129);

const DEALS: Kind = { object: 'opportunity', table: 'public.opportunities' };
const COMPANIES: Kind = { object: 'company', table: 'public.lead_companies' };

/** People whom deals hang on: a lead with a person, one that has none yet, a person who is no lead; and nobody. */
const [KNOWN, NEW, STRANGER] = [1, 2, 3].map((nth) => `00000000-0000-4000-8000-00000000000${nth}`);

const amounts = fc.constantFrom('10', '1234.56', '1.0000005');
const stages = fc.constantFrom('NEW', 'MEETING', 'PROPOSAL');
const names = fc.constantFrom('A', 'B');
const rarely = fc.integer({ min: 0, max: 5 }).map((one) => one === 0);

const here = fc.record({
  id: fc.uuid({ version: 4 }),
  name: names,
  amount: fc.option(amounts),
  stage: fc.option(fc.oneof(stages, fc.constant('BOGUS'))),
  lead_id: fc.constantFrom(KNOWN, NEW, null),
});
const there = fc.record({
  id: fc.uuid({ version: 4 }),
  name: names,
  micros: fc.option(fc.constantFrom(10_000_000, 20_000_000)),
  stage: stages,
  pointOfContactId: fc.constantFrom(KNOWN, STRANGER, null),
  deleted: rarely,
});
const editHere = fc.record(
  {
    name: names,
    amount: fc.option(amounts),
    stage: stages,
    lead_id: fc.constantFrom(KNOWN, NEW, null),
    deleted: rarely,
  },
  { requiredKeys: [] },
);
const editThere = fc.record(
  { name: names, stage: stages, pointOfContactId: fc.constantFrom(KNOWN, STRANGER, null), deleted: rarely },
  { requiredKeys: [] },
);
const deals = fc.record({
  here: fc.array(here, { maxLength: 7 }),
  there: fc.array(there, { maxLength: 7 }),
  editsHere: fc.array(fc.tuple(fc.nat(), editHere), { maxLength: 5 }),
  editsThere: fc.array(fc.tuple(fc.nat(), editThere), { maxLength: 5 }),
  isSynced: fc.boolean(),
});

const company = fc.record({ name: names, domain: fc.option(fc.constantFrom('a.io', 'b.io', 'c.io')) });
const companies = fc.record({
  here: fc.uniqueArray(company, { maxLength: 6, selector: ({ domain }) => domain ?? Math.random() }),
  there: fc.uniqueArray(company, { maxLength: 6, selector: ({ domain }) => domain ?? Math.random() }),
});

describe('a preview of an object beside leads', () => {
  let store: Store;
  let nth = 0;
  let both: Sides;

  beforeAll(async () => {
    store = await Store.open();
  });
  beforeEach(() => fresh());
  afterAll(() => store.close());

  async function fresh(): Promise<void> {
    await store.reset();
    nth += 1;
    both = new Sides(store, 10_000 + nth);
    await both.prepare();
  }

  async function withPeople(): Promise<void> {
    await fresh();
    await store.addLead({ id: KNOWN, email: 'known@example.com' });
    await both.sync();
    await store.addLead({ id: NEW, email: 'new@example.com' });
    both.double.store.insert('person', [{ id: STRANGER, emails: { primaryEmail: 'stranger@example.com' } }]);
  }

  async function add({ table }: Kind, row: Json): Promise<void> {
    const columns = Object.keys(row);
    const values = columns.map((_, index) => `$${index + 1}`).join(', ');
    await store.sql.query(`insert into ${table} (${columns.join(', ')}) values (${values})`, Object.values(row));
  }

  async function made(given: typeof deals extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
    await withPeople();
    const twenty = both.double.store;
    for (const { amount, ...row } of given.here) {
      await add(DEALS, { ...row, amount, currency: amount === null ? null : 'EUR' });
    }
    for (const { micros, deleted, ...record } of given.there) {
      const amount = micros === null ? {} : { amount: { amountMicros: micros, currencyCode: 'EUR' } };
      twenty.insert('opportunity', [
        { ...record, ...amount, ...(deleted ? { deletedAt: new Date().toISOString() } : {}) } as never,
      ]);
    }
    if (!given.isSynced) return;
    await both.sync(DEALS);
    const rows = await store.rows<{ id: string }>('select id from public.opportunities order by id');
    for (const [which, { deleted, ...edit }] of given.editsHere) {
      const row = rows[which % Math.max(1, rows.length)];
      const change: Json = { ...edit, ...(deleted ? { deleted_at: new Date() } : {}) };
      if (change.amount !== undefined) change.currency = change.amount === null ? null : 'EUR';
      const columns = Object.keys(change).map((column, index) => `${column} = $${index + 2}`);
      if (row === undefined || columns.length === 0) continue;
      await store.sql.query(`update public.opportunities set ${columns.join(', ')} where id = $1`, [
        row.id,
        ...Object.values(change),
      ]);
    }
    const records = twenty.list('opportunity', { withDeleted: true });
    for (const [which, { deleted, ...edit }] of given.editsThere) {
      const record = records[which % Math.max(1, records.length)];
      if (record === undefined) continue;
      if (deleted === undefined) twenty.update('opportunity', String(record.id), edit as never);
      else twenty.remove('opportunity', String(record.id), deleted ? 'delete' : 'restore');
    }
  }

  test('says of deals what the sync then does, field by field, before their first run and later', async () => {
    const property = fc.asyncProperty(deals, async (given) => {
      await made(given);
      const previewed = await both.preview({ object: 'opportunity' });
      expect(pick(previewed)).toEqual(pick(await both.sync(DEALS)));
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  }, 300_000);

  test('says of companies what the sync then does: those of one domain are linked by it', async () => {
    const property = fc.asyncProperty(companies, async (given) => {
      await fresh();
      for (const row of given.here) await add(COMPANIES, row);
      both.double.store.insert(
        'company',
        given.there.map(({ name, domain }) => ({
          name,
          domainName: { primaryLinkUrl: domain === null ? '' : `https://${domain}` },
        })),
      );
      const previewed = await both.preview({ object: 'company' });
      expect(pick(previewed)).toEqual(pick(await both.sync(COMPANIES)));
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });

    await fresh();
    await add(COMPANIES, { name: 'Acme', domain: 'acme.io' });
    both.double.store.insert('company', [{ name: 'ACME', domainName: { primaryLinkUrl: 'https://acme.io' } }]);
    expect((await both.preview({ object: 'company' })).supabase).toMatchObject({ linked: { domain: 1 } });
  }, 300_000);

  test('says which deals wait for a lead that only the sync of leads brings to Twenty, before the first run and later', async () => {
    await withPeople();
    const outside = await store.addLead({ email: 'outside@example.com' });
    await store.sql.query('update lead_sync.lead_states set due_at = null where lead_id = $1', [outside]);
    for (const lead_id of [KNOWN, NEW, outside]) await add(DEALS, { name: 'Trial', lead_id });
    await add(DEALS, { name: 'Dropped', lead_id: NEW, deleted_at: new Date() });

    for (const created of [1, undefined]) {
      const { twenty, warnings } = await both.preview({ object: 'opportunity' });
      expect([twenty.created, twenty.waits_for_lead]).toEqual([created, { due: 1, not_due: 1 }]);
      expect(warnings).toEqual([
        expect.stringMatching(/^1 row waits for a lead that is not in Twenty yet: a push of leads brings it there/),
        expect.stringMatching(/^1 row waits for a lead that is not in Twenty and not due/),
      ]);
      await both.sync(DEALS);
    }

    await both.sync();
    const { twenty, warnings } = await both.preview({ object: 'opportunity' });
    expect([twenty.created, twenty.waits_for_lead, warnings.length]).toEqual([1, { due: 0, not_due: 1 }, 1]);
    expect((await both.preview()).twenty).not.toHaveProperty('waits_for_lead');
    expect((await both.preview({ object: 'company' })).twenty).not.toHaveProperty('waits_for_lead');
  });

  test('shows both sides of a deal, and how many there are', async () => {
    await withPeople();
    const [id] = both.double.store.insert('opportunity', [{ name: 'Fleet', stage: 'MEETING' }]);
    await add(DEALS, { name: 'Trial', lead_id: NEW });
    await both.sync(DEALS);
    await store.sql.query("update public.opportunities set name = 'Fleet of pads' where id = $1", [id]);
    both.double.store.update('opportunity', id, { stage: 'PROPOSAL' });

    const previewed = await both.preview({ object: 'opportunity' });

    expect(previewed).toMatchObject({
      leads: 2,
      linked: 1,
      people: 1,
      supabase: { fields: { stage: 1 } },
      twenty: { updated: 1, fields: { name: 1 } },
    });
    expect(previewed.examples).toMatchObject([
      {
        kind: 'updated',
        side: 'supabase',
        lead_id: id,
        supabase: { name: 'Fleet of pads', stage: 'MEETING' },
        twenty: { name: 'Fleet', stage: 'PROPOSAL' },
      },
      { kind: 'updated', side: 'twenty', supabase: { name: 'Fleet of pads' }, twenty: { name: 'Fleet' } },
    ]);
  });

  test('before the first run notes nothing: the object is as unsynced as before', async () => {
    await add(DEALS, { name: 'Here' });

    expect((await both.preview({ object: 'opportunity' })).twenty).toMatchObject({ created: 1 });

    expect(await store.rows('select object from lead_sync.cursors where object is not null')).toEqual([]);
    expect(await store.rows('select from lead_sync.lead_states')).toEqual([]);
    expect(both.double.store.list('opportunity', {})).toEqual([]);
  });
});
