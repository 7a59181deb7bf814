import fc from 'fast-check';
import { Store } from '../../../../database/store';
import { pick } from './outcomes';
import { Sides, sides, type Edit, type SomeSides } from './sides';

const RUNS = Number(process.env.PREVIEW_RUNS ?? 25);
/** The same sides every time, so that a red test is a change's doing. */
const SEED = Number(process.env.PREVIEW_SEED ?? 20261128);

const NOTHING: SomeSides = { leads: [], people: [], editsHere: [], editsThere: [], isSynced: false };

describe('a preview', () => {
  let store: Store;
  let nth = 0;

  beforeAll(async () => {
    store = await Store.open();
  });
  afterAll(() => store.close());

  async function made(given: SomeSides): Promise<Sides> {
    await store.reset();
    nth += 1;
    const made = new Sides(store, nth);
    await made.prepare();
    const taken = new Set<string>();
    for (const { email, title, city, phone, company, deleted, others, id } of given.people) {
      const isFree = email === null || !taken.has(email);
      if (email !== null) taken.add(email);
      made.double.store.insert('person', [
        {
          id,
          name: { firstName: 'P', lastName: String(taken.size) },
          emails: { primaryEmail: isFree ? (email ?? '') : '', additionalEmails: others },
          ...(title === null ? {} : { jobTitle: title }),
          ...(city === null ? {} : { city }),
          ...(phone === null ? {} : { phones: { primaryPhoneNumber: phone } }),
          ...(company === null ? {} : { companyId: companyOf(made, company) }),
          ...(deleted ? { deletedAt: new Date().toISOString() } : {}),
        },
      ]);
    }
    for (const [index, { email, title, city, phone, company, id }] of given.leads.entries()) {
      await store.addLead({
        id,
        first_name: `L${index}`,
        email,
        job_title: title,
        city,
        phone,
        company_name: company?.name ?? null,
        company_domain: company?.domain ?? null,
      });
    }
    if (!given.isSynced) return made;
    await made.sync();
    const leads = await store.rows<{ id: string }>('select id from public.leads order by first_name, id');
    for (const edit of given.editsHere) {
      const id = leads[edit.nth % Math.max(1, leads.length)]?.id;
      if (id !== undefined) await store.editLead(id, localChange(edit));
    }
    for (const edit of given.editsThere) editPerson(made, edit);
    return made;
  }

  /** Leads L0, L1, … with these e-mails, synced. */
  async function withLeads(...emails: Array<string | null>): Promise<Sides> {
    const both = await made(NOTHING);
    await addLeads(...emails);
    await both.sync();
    return both;
  }

  async function addLeads(...emails: Array<string | null>): Promise<void> {
    for (const [nth, email] of emails.entries()) {
      await store.addLead({ id: `00000000-0000-4000-8000-00000000000${nth}`, first_name: `L${nth}`, email });
    }
  }

  async function edit(name: string, change: Record<string, unknown>): Promise<void> {
    const [{ id }] = await store.rows<{ id: string }>(`select id from public.leads where first_name = '${name}'`);
    await store.editLead(id, change);
  }

  const filter = (attribute: string, value: string): Promise<unknown> =>
    store.rpc('set_filter', { p_direction: 'to_twenty', p_conditions: [{ attribute, operator: 'equals', value }] });

  test('says what the sync then does, field by field', async () => {
    const property = fc.asyncProperty(sides, async (given) => {
      const both = await made(given);
      const previewed = await both.preview();
      expect(pick(previewed)).toEqual(pick(await both.sync()));
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  }, 300_000);

  test('counts a lead that the sync lets go after the only other one that was due', async () => {
    const both = await withLeads('a@example.com', 'a@example.com');
    await edit('L0', { email: 'b@example.com' });

    const previewed = await both.preview();

    expect(previewed.twenty).toMatchObject({ created: 1, updated: 1, later: 0 });
    expect(pick(previewed)).toEqual(pick(await both.sync()));
  });

  test.each([
    ['before', 1],
    ['together with', 2],
  ])('tells why a lead is held in the end that is claimed %s the one that holds it', async (_, batchSize) => {
    const both = await withLeads('a@example.com', 'a@example.com');
    await edit('L1', { job_title: 'Admiral' });
    await edit('L0', { deleted_at: new Date().toISOString() });

    const previewed = await both.preview({ batchSize });

    expect(previewed.twenty).toMatchObject({ deleted: 1, held: { tombstone: 1 } });
    const held = previewed.examples.filter(({ kind }) => kind === 'held');
    expect(held.map(({ reason }) => reason)).toEqual([expect.stringContaining('tombstone')]);
    expect(pick(previewed)).toEqual(pick(await both.sync()));
  });

  test('counts two leads that swap their e-mails in two steps, the first of which is held until the second', async () => {
    const both = await withLeads('a@example.com', 'b@example.com', null, null, null, null);
    await edit('L0', { email: 'b@example.com' });
    await both.sync();
    await edit('L1', { email: 'a@example.com' });
    for (const name of ['L2', 'L3', 'L4', 'L5']) await edit(name, { city: 'Paris' });

    const previewed = await both.preview();

    expect(previewed.twenty).toMatchObject({ updated: 6, fields: { email: 2, city: 4 } });
    expect(pick(previewed)).toEqual(pick(await both.sync()));
  });

  test('knows which of its addresses brought a person of an earlier page its lead', async () => {
    const both = await made(NOTHING);
    const addresses = [
      ['', 'b@example.com'],
      ['', 'b@example.com', 'h@example.com'],
      ['x@example.com'],
      ['h@example.com'],
    ];
    for (const [nth, [primaryEmail, ...additionalEmails]] of addresses.entries()) {
      const id = `00000000-0000-4000-9000-00000000000${nth}`;
      both.double.store.insert('person', [{ id, emails: { primaryEmail, additionalEmails } }]);
    }
    await addLeads('b@example.com', 'h@example.com', 'h@example.com');

    const previewed = await both.preview();

    expect(previewed.supabase.linked).toEqual({ email: 1, other_email: 2 });
    expect(previewed.twenty.held).toEqual({ duplicate_of: 1 });
    expect(pick(previewed)).toEqual(pick(await both.sync()));
  });

  test('counts leads that a changed filter lets out', async () => {
    const both = await made(NOTHING);
    await filter('city', 'Paris');
    await addLeads('a@example.com', 'b@example.com', 'c@example.com');
    await both.sync();
    await filter('first_name', 'L1');

    const previewed = await both.preview();

    expect(previewed.twenty).toMatchObject({ created: 1 });
    expect(pick(previewed)).toEqual(pick(await both.sync()));
  });

  test('reads nothing of leads that a filter keeps here, as the sync', async () => {
    const both = await made(NOTHING);
    await addLeads(...'abcdef'.split('').map((name) => `${name}@example.com`));
    await filter('first_name', 'L5');

    const previewed = await both.preview();
    both.double.stats.reset();

    expect(previewed.twenty).toMatchObject({ created: 1 });
    expect(pick(previewed)).toEqual(pick(await both.sync()));
    expect(previewed.calls.reads + previewed.calls.writes).toBe(both.double.stats.calls);
  });

  test('says what the sync would ask about, which it counts all the same, and that merges wait', async () => {
    const both = await withLeads('a@example.com', 'b@example.com', 'c@example.com', 'd@example.com', 'e@example.com');
    for (const name of ['L0', 'L1']) await edit(name, { deleted_at: new Date().toISOString() });
    const [keep, drop, there] = await store.rows<{ id: string; twenty_id: string }>(
      "select id, twenty_id from public.leads where first_name in ('L2', 'L3', 'L4') order by first_name",
    );
    await store.rpc('merge_leads', { p_keep: keep.id, p_drop: drop.id, p_twenty: false });
    both.double.store.update('person', there.twenty_id, { city: 'Rome' });
    await store.sql.query('update lead_sync.settings set approve_deletions = 1, approve_changes = 0');

    const { supabase, twenty, warnings } = await both.preview();

    expect(supabase).toMatchObject({ updated: 1 });
    expect(twenty).toMatchObject({ deleted: 2 });
    expect(warnings).toEqual([
      expect.stringMatching(/^1 merge of leads waits/),
      expect.stringMatching(/^1 leads here would be changed, and approve_changes is 0/),
      expect.stringMatching(/^2 people in Twenty would be deleted, and approve_deletions is 1/),
    ]);
    expect(await store.rows('select approve_changes from lead_sync.settings')).toEqual([{ approve_changes: 0 }]);
  });

  test('leaves nothing: no row version, no mark, no lock, no notification, no write in Twenty', async () => {
    const [given] = fc.sample(
      sides.filter(({ leads, people, isSynced }) => isSynced && leads.length > 5 && people.length > 5),
      { seed: SEED, numRuns: 1 },
    );
    const both = await made(given);
    await store.rpc('enable_instant_push');
    const notified: string[] = [];
    store.sql.on('notification', ({ channel }) => notified.push(channel));
    await store.sql.query('listen lead_sync_due');
    const before = await versions(store);
    both.double.stats.reset();

    const { supabase, twenty } = await both.preview({ mode: 'full' });

    expect([Object.keys(supabase).length, Object.keys(twenty).length]).not.toContain(0);
    expect(await versions(store)).toEqual(before);
    expect(await store.rows("select from pg_catalog.pg_locks where locktype = 'advisory'")).toEqual([]);
    expect(notified).toEqual([]);
    const asked = Object.keys(both.double.stats.byOperation);
    expect(asked.filter((operation) => !['companies', 'people'].includes(operation))).toEqual([]);
    expect(asked).toContain('people');
  });

  test('tells what another mapping would do, which stays as it is', async () => {
    const both = await made(NOTHING);
    both.double.store.insert('person', [{ jobTitle: 'Admiral', emails: { primaryEmail: 'ada@example.com' } }]);
    await store.addLead({ email: 'ada@example.com', job_title: 'Countess' });
    const row = { object: 'person', lead_field: 'job_title', policy: 'twenty_wins' };

    const [asIs, changed] = [await both.preview(), await both.preview({ mapping: [row] })];

    expect(asIs.conflicts).toEqual({ job_title: { supabase: 1 } });
    expect(changed.conflicts).toEqual({ job_title: { twenty: 1 } });
    expect(changed.examples.find(({ kind }) => kind === 'conflict')).toMatchObject({
      supabase: { job_title: 'Countess' },
      twenty: { job_title: 'Admiral' },
      reason: 'policy: Twenty wins',
    });
    const [{ policy }] = await store.rows("select policy from lead_sync.field_mappings where lead_field = 'job_title'");
    expect(policy).toBe('last_write_wins');
  });

  test('counts calls as the sync makes them', async () => {
    const both = await made(NOTHING);
    for (let n = 0; n < 5; n += 1) await store.addLead({ email: `${n}@example.com`, company_name: `C${n}` });

    const { calls } = await both.preview();
    both.double.stats.reset();
    await both.sync();

    expect(calls.reads + calls.writes).toBe(both.double.stats.calls);
  });
});

/** Every row of ours with the transaction that wrote it and its place, and the marks that no rollback takes back. */
async function versions(store: Store): Promise<unknown> {
  const tables = await store.rows<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables where schemaname in ('public', 'lead_sync') order by 1",
  );
  const rows: unknown[] = [];
  for (const { name } of tables) {
    const digest = "md5(string_agg(t.xmin || ' ' || t.ctid || t::text, '|' order by t.ctid))";
    rows.push([name, await store.rows(`select count(*), ${digest} as digest from ${name} as t`)]);
  }
  const marks = 'select p.last_value, c.last_value from lead_sync.push_at_work as p, lead_sync.last_push_call as c';
  return [rows, await store.rows(marks)];
}

function companyOf(made: Sides, { name, domain }: { name: string | null; domain: string | null }): string {
  const link = domain === null ? '' : `https://${domain}`;
  const found = made.double.store
    .list('company', {})
    .find((one) => (link === '' ? one.name === name : JSON.stringify(one.domainName).includes(link)));
  if (found !== undefined) return String(found.id);
  const [id] = made.double.store.insert('company', [{ name: name ?? '', domainName: { primaryLinkUrl: link } }]);
  return id;
}

function localChange({ title, ...change }: Edit): Record<string, unknown> {
  if ('email' in change) return { job_title: title, email: change.email };
  if ('city' in change) return { job_title: title, city: change.city };
  return { job_title: title, deleted_at: 'deleted' in change && change.deleted ? new Date().toISOString() : null };
}

function editPerson(made: Sides, { nth, title, ...change }: Edit): void {
  const people = made.people();
  const person = people[nth % Math.max(1, people.length)];
  if (person === undefined) return;
  const data: Record<string, unknown> = { jobTitle: title ?? '' };
  if ('city' in change) data.city = change.city;
  if ('deleted' in change) {
    made.double.store.remove('person', String(person.id), change.deleted ? 'delete' : 'restore');
    return;
  }
  if ('email' in change) {
    const isFree = people.every(
      (one) => (one.emails as { primaryEmail?: string } | null)?.primaryEmail !== change.email,
    );
    if (isFree) data.emails = { primaryEmail: change.email ?? '' };
  }
  made.double.store.update('person', String(person.id), data as never);
}
