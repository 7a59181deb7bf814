import { randomUUID } from 'node:crypto';
import type { Lead, LeadValues, PushResult, Snapshot, Write } from '../../../../nodes/lead';
import { getLeadsByIdOrEmail } from '../../../../nodes/Twenty/leads/get-many';
import { pushLeads, type PushOptions, type PushReport } from '../../../../nodes/Twenty/leads/push';
import { writesFromLeads } from '../../../../nodes/Twenty/leads/writes-from-leads';
import type { TwentyClient } from '../../../../nodes/Twenty/transport/client';
import { VirtualClock } from '../support/virtual-clock';
import { counting, createWrite, rootOf, Workspace, type Interference } from '../support/workspace';

let workspace: Workspace;
let unique = 0;

beforeAll(async () => {
  workspace = await Workspace.start();
  await workspace.prepare();
});
afterAll(async () => await workspace.close());

const OPTIONS: PushOptions = { leaseSeconds: null, runId: '', batchSize: 200 };
const email = () => `lead${unique++}@x.test`;

interface PushSetup {
  interfere?: Interference;
  options?: Partial<PushOptions>;
  client?: TwentyClient;
}

async function push(writes: Write[], { interfere, options, client }: PushSetup = {}) {
  const calls = new Map<string, number>();
  const sender = client ?? workspace.client({ interfere: counting(calls, interfere) });
  const report = await pushLeads(sender, await workspace.scope(sender), writes, { ...OPTIONS, ...options });
  return { report, calls };
}

function resultOf({ results }: PushReport, write: Write): PushResult {
  const found = results.find((result) => result.lead_id === write.lead_id);
  if (!found) throw new Error(`no result for ${write.lead_id}`);
  return found;
}

/** A person in Twenty and the write that changes it, as the database makes it from a pre-push read. */
async function existing(values: LeadValues): Promise<Snapshot> {
  const create = createWrite(randomUUID(), { email: email(), ...values });
  await push([create]);
  return await read(create.lead_id);
}

async function read(id: string): Promise<Snapshot> {
  const client = workspace.client();
  const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [{ twenty_id: id }]);
  return leads[0] as Snapshot;
}

function updateWrite(snapshot: Snapshot, values: LeadValues): Write {
  const { twenty_id, twenty_record, twenty_updated_at } = snapshot;
  return { lead_id: randomUUID(), op: 'update', twenty_id, twenty_updated_at, values, twenty_record };
}

const loseAnswer =
  (root: string, code = 'ECONNRESET'): Interference =>
  async (request, next) => {
    const answer = await next(request);
    if (rootOf(request) !== root) return answer;
    throw Object.assign(new Error('socket hang up'), { code });
  };

describe('pushing creates', () => {
  it('creates 200 leads in one call, each with its own id, and returns them in lead form', async () => {
    const writes = Array.from({ length: 200 }, () =>
      createWrite(randomUUID(), { first_name: ' Ada ', email: email().toUpperCase(), phone: '06 12 34 56 78' }),
    );

    const { report } = await push(writes);

    expect(report.calls).toBe(1);
    expect(report.counts).toMatchObject({ created: 200, refused: 0 });
    expect(report.results[7]).toMatchObject({
      lead_id: writes[7].lead_id,
      ok: true,
      twenty_id: writes[7].lead_id,
      twenty_deleted_at: null,
      values: { first_name: 'Ada', email: String(writes[7].values.email).toLowerCase(), phone: '+33612345678' },
    });
  });

  it.each([
    ['an invalid email', { email: 'not an email' }, 'email'],
    ['an invalid phone', { phone: 'call me' }, 'phone'],
    ['a NUL character', { first_name: 'nul\u0000char' }, 'first_name'],
    ['a text of 1 MB', { job_title: 'x'.repeat(1_000_000) }, 'job_title'],
  ])('sends a lead with %s without that field, and says so', async (_name, values, field) => {
    const bad = createWrite(randomUUID(), { last_name: 'Hopper', email: email(), ...values });
    const good = createWrite(randomUUID(), { email: email() });

    const { report, calls } = await push([bad, good]);

    expect(resultOf(report, bad)).toMatchObject({
      ok: true,
      values: { last_name: 'Hopper', [field]: null },
      left_out: { [field]: expect.stringContaining(field) },
    });
    expect(resultOf(report, good)).toMatchObject({ ok: true });
    expect(resultOf(report, good)).not.toHaveProperty('left_out');
    expect(calls.get('createPeople')).toBe(1);
  });

  it('creates nobody of whom nothing is left that tells who they are', async () => {
    const bad = createWrite(randomUUID(), { email: 'not an email', city: 'Paris' });
    const good = createWrite(randomUUID(), { email: email() });

    const { report } = await push([bad, good]);

    expect(resultOf(report, bad)).toMatchObject({ ok: false, category: 'validation', outcome: 'refused' });
    expect(resultOf(report, good).ok).toBe(true);
  });

  it('sends a lead again without the fields that Twenty alone refuses, and says so', async () => {
    const bad = createWrite(randomUUID(), { first_name: 'Ada', job_title: 'refused', city: 'refused too' });
    const good = createWrite(randomUUID(), { email: email() });
    const refuse: Interference = async (request, next) => {
      const path = /"jobTitle":"refused/.test(request.body ?? '') ? 'jobTitle' : 'city';
      if (!request.body?.includes('refused')) return await next(request);
      const message = `Invalid string value 'refused' for text field "${path}"`;
      const errors = [{ message, extensions: { subCode: 'INVALID_ARGS_DATA' } }];
      return { status: 200, headers: {}, text: JSON.stringify({ errors, data: null }) };
    };

    const { report } = await push([bad, good], { interfere: refuse });

    expect(resultOf(report, bad)).toMatchObject({
      ok: true,
      values: { first_name: 'Ada', job_title: null, city: null },
      left_out: { job_title: expect.stringContaining('"jobTitle"'), city: expect.stringContaining('"city"') },
    });
    expect(resultOf(report, good)).not.toHaveProperty('left_out');
  });

  it('refuses a lead where Twenty does not say which field it is', async () => {
    const bad = createWrite(randomUUID(), { first_name: 'Ada', job_title: 'refused' });
    const refuse: Interference = async (request, next) => {
      if (!request.body?.includes('refused')) return await next(request);
      const errors = [{ message: 'No', extensions: { code: 'BAD_USER_INPUT' } }];
      return { status: 200, headers: {}, text: JSON.stringify({ errors, data: null }) };
    };

    const { report } = await push([bad], { interfere: refuse });

    expect(report.results).toMatchObject([{ ok: false, category: 'validation', outcome: 'refused' }]);
  });

  it('reads what Twenty has where nothing of an update can be sent', async () => {
    const { twenty_id, twenty_record } = await existing({ phone: '+33612345678' });
    const write: Write = {
      lead_id: randomUUID(),
      op: 'update',
      twenty_id,
      twenty_record,
      values: { phone: 'call me' },
    };

    const { report, calls } = await push([write]);

    expect(report.results).toMatchObject([
      { ok: true, twenty_id, values: { phone: '+33612345678' }, left_out: { phone: expect.any(String) } },
    ]);
    expect(calls).toEqual(new Map([['people', 1]]));
  });

  it('finds the leads whose email somebody has with one read, names the holder, and lands the others', async () => {
    const holder = await existing({ first_name: 'Holder' });
    const writes = Array.from({ length: 60 }, () => createWrite(randomUUID(), { email: email() }));
    const duplicate = createWrite(randomUUID(), { email: holder.email });
    writes.splice(31, 0, duplicate);

    const { report, calls } = await push(writes);

    const result = resultOf(report, duplicate);
    expect(result).toMatchObject({ ok: false, category: 'duplicate', outcome: 'refused' });
    expect(!result.ok && result.message).toContain(holder.twenty_id);
    expect(report.counts).toMatchObject({ created: 60, refused: 1 });
    expect(calls).toEqual(
      new Map([
        ['createPeople', 2],
        ['people', 1],
      ]),
    );
  });

  it('sends two leads with one email apart: the first lands, the second is a duplicate of it', async () => {
    const shared = email();
    const [first, second] = [
      createWrite(randomUUID(), { email: shared }),
      createWrite(randomUUID(), { email: shared.toUpperCase() }),
    ];
    const other = createWrite(randomUUID(), { email: email() });

    const { report } = await push([first, second, other]);

    expect(resultOf(report, first).ok).toBe(true);
    expect(resultOf(report, other).ok).toBe(true);
    const result = resultOf(report, second);
    expect(result).toMatchObject({ ok: false, category: 'duplicate' });
    expect(!result.ok && result.message).toContain(first.lead_id);
  });

  it('says that the email belongs to a deleted person, and does not bring that person back', async () => {
    const gone = await existing({});
    await push([{ lead_id: 'gone', op: 'delete', twenty_id: gone.twenty_id, values: {}, twenty_record: null }]);
    const write = createWrite(randomUUID(), { email: gone.email });

    const { report } = await push([write]);

    const result = resultOf(report, write);
    expect(!result.ok && result.message).toContain(`the deleted record ${gone.twenty_id}`);
    expect((await read(gone.twenty_id)).twenty_deleted_at).not.toBeNull();
  });

  it('reports a lost answer as unknown and does not repeat the write', async () => {
    const write = createWrite(randomUUID(), { email: email() });

    const { report, calls } = await push([write], { interfere: loseAnswer('createPeople') });

    expect(resultOf(report, write)).toMatchObject({ ok: false, outcome: 'unknown', category: 'network' });
    expect(calls.get('createPeople')).toBe(1);
  });

  it('takes the person of a lost answer for its own at the next push, and brings it up to date', async () => {
    const write = createWrite(randomUUID(), { email: email(), first_name: 'Old' });
    await push([write], { interfere: loseAnswer('createPeople') });
    const again = { ...write, values: { ...write.values, first_name: 'New' } };
    const others = Array.from({ length: 5 }, () => createWrite(randomUUID(), { email: email() }));

    const { report } = await push([again, ...others]);

    expect(resultOf(report, again)).toMatchObject({
      ok: true,
      twenty_id: write.lead_id,
      values: { first_name: 'New' },
    });
    expect(report.counts.created).toBe(6);
    expect((await read(write.lead_id)).first_name).toBe('New');
  });

  it('reports an answer that is cut off as unknown', async () => {
    const write = createWrite(randomUUID(), { email: email() });
    const interfere: Interference = async (request, next) => {
      const answer = await next(request);
      return rootOf(request) === 'createPeople' ? { ...answer, text: answer.text.slice(0, -40) } : answer;
    };

    const { report } = await push([write], { interfere });

    expect(resultOf(report, write)).toMatchObject({ ok: false, outcome: 'unknown', category: 'network' });
  });

  it('follows a server that takes fewer records in a call', async () => {
    const writes = Array.from({ length: 150 }, () => createWrite(randomUUID(), { email: email() }));
    const own = await Workspace.start();
    const client = own.client({
      interfere: async (request, next) => {
        const { variables } = JSON.parse(request.body ?? '{}') as { variables?: { data?: unknown[] } };
        if ((variables?.data?.length ?? 0) <= 60) return await next(request);
        const message = 'Maximum number of records to upsert is 60.';
        const errors = [{ message, extensions: { subCode: 'TOO_MANY_RECORDS_TO_UPDATE', code: 'BAD_USER_INPUT' } }];
        return { status: 200, headers: {}, text: JSON.stringify({ data: { createPeople: null }, errors }) };
      },
    });

    const report = await pushLeads(client, await own.scope(client), writes, OPTIONS);
    const later = await pushLeads(
      client,
      await own.scope(client),
      [createWrite(randomUUID(), { email: email() })],
      OPTIONS,
    );
    await own.close();

    expect(report.counts.created).toBe(150);
    expect(report.calls).toBe(4);
    expect(later.calls).toBe(1);
  });
});

describe('pushing updates', () => {
  it('changes what is given and keeps the rest, composites included', async () => {
    const before = await existing({ first_name: 'Ada', last_name: 'Lovelace', phone: '+33612345678' });
    const write = updateWrite(before, { last_name: 'Byron' });

    const { report } = await push([write]);

    expect(report.calls).toBe(1);
    expect(resultOf(report, write)).toMatchObject({ ok: true, twenty_id: before.twenty_id });
    expect(await read(before.twenty_id)).toMatchObject({
      first_name: 'Ada',
      last_name: 'Byron',
      phone: '+33612345678',
      email: before.email,
    });
  });

  it('bisects a refused batch until the bad record stands alone; all others land', async () => {
    const snapshots = await Promise.all(Array.from({ length: 20 }, async () => await existing({ job_title: 'old' })));
    const holder = await existing({});
    const writes = snapshots.map((snapshot, index) =>
      updateWrite(snapshot, index === 13 ? { email: holder.email } : { job_title: 'new' }),
    );

    const { report, calls } = await push(writes);

    expect(report.counts).toMatchObject({ updated: 19, refused: 1 });
    expect(resultOf(report, writes[13])).toMatchObject({ ok: false, outcome: 'refused' });
    expect(calls.get('createPeople')).toBeLessThanOrEqual(11);
    expect((await read(snapshots[0].twenty_id)).job_title).toBe('new');
    expect((await read(holder.twenty_id)).email).toBe(holder.email);
  });

  it('hands an email on from one person to another in the right order', async () => {
    const [giver, taker] = [await existing({ first_name: 'Giver' }), await existing({ first_name: 'Taker' })];
    const fresh = email();
    const takes = updateWrite(taker, { email: giver.email });
    const gives = updateWrite(giver, { email: fresh });

    const { report } = await push([takes, gives]);

    expect(report.counts.updated).toBe(2);
    expect(await read(giver.twenty_id)).toMatchObject({ first_name: 'Giver', email: fresh });
    expect(await read(taker.twenty_id)).toMatchObject({ first_name: 'Taker', email: giver.email });
  });

  it('never lets a new lead take over the person whose email it gets in the same push', async () => {
    const person = await existing({ first_name: 'Before' });
    const fresh = email();
    const update = updateWrite(person, { email: fresh });
    const create = createWrite(randomUUID(), { first_name: 'After', email: person.email });

    const { report } = await push([create, update]);

    expect(report.counts).toMatchObject({ updated: 1, created: 1 });
    expect(await read(person.twenty_id)).toMatchObject({ first_name: 'Before', email: fresh });
    expect(await read(create.lead_id)).toMatchObject({ first_name: 'After', email: person.email });
  });

  it('refuses two people who swap emails, and changes neither', async () => {
    const [one, two] = [await existing({ first_name: 'One' }), await existing({ first_name: 'Two' })];

    const { report } = await push([updateWrite(one, { email: two.email }), updateWrite(two, { email: one.email })]);

    expect(report.counts).toMatchObject({ updated: 0, refused: 2 });
    expect(await read(one.twenty_id)).toMatchObject({ first_name: 'One', email: one.email });
    expect(await read(two.twenty_id)).toMatchObject({ first_name: 'Two', email: two.email });
  });

  it('takes an answer with another id for a conflict, never for success', async () => {
    const person = await existing({});
    const stranger = randomUUID();
    const interfere: Interference = async (request, next) => {
      const answer = await next(request);
      if (rootOf(request) !== 'createPeople') return answer;
      return { ...answer, text: answer.text.replace(person.twenty_id, stranger) };
    };
    const write = updateWrite(person, { job_title: 'x' });

    const { report } = await push([write], { interfere });

    expect(resultOf(report, write)).toMatchObject({ ok: false, category: 'conflict' });
  });
});

describe('pushing plain leads of which several are one record', () => {
  async function pushPlain(leads: Lead[], options: Partial<PushOptions> = {}): Promise<PushReport> {
    const client = workspace.client();
    const planned = await writesFromLeads(client, await workspace.scope(client), leads);
    const { report } = await push(
      planned.flatMap((plan) => ('write' in plan ? [plan.write] : [])),
      { options },
    );
    return report;
  }

  it('keeps what an earlier one sets of the same composite', async () => {
    const { twenty_id, email: address } = await existing({ first_name: 'Ada', last_name: 'Lovelace' });
    const next = email();

    const report = await pushPlain([
      { email: address, first_name: 'Grace' },
      { email: address, last_name: 'Hopper' },
      { twenty_id, email: next },
      { email: next, job_title: 'Admiral' },
    ]);

    expect(report.counts).toMatchObject({ updated: 4 });
    expect(await read(twenty_id)).toMatchObject({
      first_name: 'Grace',
      last_name: 'Hopper',
      email: next,
      job_title: 'Admiral',
    });
  });

  it.each([false, true])('updates the record that an earlier one has made (strict: %s)', async (strict) => {
    const address = email();

    const { results } = await pushPlain(
      [
        { email: address, first_name: 'Grace' },
        { email: address.toUpperCase(), last_name: 'Hopper' },
      ],
      { strict },
    );

    expect(results).toMatchObject([
      { ok: true, op: 'create' },
      { ok: true, op: 'update' },
    ]);
    const [created, updated] = results.map((result) => (result.ok ? result.twenty_id : result.message));
    expect(updated).toBe(created);
    expect(await read(created)).toMatchObject({ first_name: 'Grace', last_name: 'Hopper', email: address });
  });

  it('makes the record from the first, without what cannot be used', async () => {
    const address = email();

    const { results } = await pushPlain([
      { email: address, phone: 'call me' },
      { email: address, first_name: 'Grace' },
    ]);

    expect(results).toMatchObject([
      { ok: true, op: 'create', left_out: { phone: expect.any(String) } },
      { ok: true, op: 'update', values: { first_name: 'Grace' } },
    ]);
  });

  it('sends nothing for a record that an earlier one could not make', async () => {
    const address = email();
    const client = workspace.client();
    const planned = await writesFromLeads(client, await workspace.scope(client), [
      { email: address, first_name: 'Grace' },
      { email: address, last_name: 'Hopper' },
    ]);
    const holder = await existing({ email: address, first_name: 'Quicker' });

    const { report } = await push(planned.flatMap((plan) => ('write' in plan ? [plan.write] : [])));

    expect(report.results).toMatchObject([
      { ok: false, op: 'create', category: 'duplicate', outcome: 'refused' },
      { ok: false, op: 'update', category: 'duplicate', outcome: 'not_sent' },
    ]);
    expect(await read(holder.twenty_id)).toMatchObject({ first_name: 'Quicker' });
  });
});

describe('pushing deletes and restores', () => {
  it('deletes softly and restores with values, a call each', async () => {
    const person = await existing({ first_name: 'Phoenix' });
    const { twenty_id, twenty_record } = person;
    const base = { lead_id: randomUUID(), twenty_id, twenty_record };

    const deleted = await push([{ ...base, op: 'delete', values: {} }]);
    const tombstone = await read(twenty_id);
    const restored = await push([{ ...base, op: 'restore', values: { job_title: 'Back' } }]);

    expect(deleted.report.results).toMatchObject([{ ok: true, twenty_deleted_at: expect.any(String) }]);
    expect(tombstone.twenty_deleted_at).not.toBeNull();
    expect(restored.report.results).toMatchObject([{ ok: true, op: 'restore', twenty_deleted_at: null }]);
    expect(restored.calls).toEqual(
      new Map([
        ['restorePeople', 1],
        ['createPeople', 1],
      ]),
    );
    expect(await read(twenty_id)).toMatchObject({ first_name: 'Phoenix', job_title: 'Back', twenty_deleted_at: null });
  });

  it('restores a person without the values that cannot be used', async () => {
    const { twenty_id, twenty_record } = await existing({ first_name: 'Phoenix' });
    const base = { lead_id: randomUUID(), twenty_id, twenty_record };
    await push([{ ...base, op: 'delete', values: {} }]);

    const { report } = await push([{ ...base, op: 'restore', values: { phone: 'call me' } }]);

    expect(report.results).toMatchObject([{ ok: true, op: 'restore', left_out: { phone: expect.any(String) } }]);
    expect(await read(twenty_id)).toMatchObject({ first_name: 'Phoenix', twenty_deleted_at: null });
  });

  it('says that a person to delete is not there', async () => {
    const missing: Write = { lead_id: 'x', op: 'delete', twenty_id: randomUUID(), values: {}, twenty_record: null };

    const { report } = await push([missing]);

    expect(report.results).toMatchObject([{ ok: false, category: 'not_found', outcome: 'refused' }]);
  });
});

describe('companies of pushed leads', () => {
  it('cost two calls for 200 unknown ones, and none when the run knows them', async () => {
    const runId = randomUUID();
    const writes = (prefix: string) =>
      Array.from({ length: 200 }, (_unused, index) =>
        createWrite(randomUUID(), {
          email: `${prefix}${email()}`,
          company_name: `Company ${index}`,
          company_domain: `company${index}.test`,
        }),
      );

    const first = await push(writes('a'), { options: { runId } });
    const second = await push(writes('b'), { options: { runId } });

    expect(first.calls).toEqual(
      new Map([
        ['companies', 1],
        ['createCompanies', 1],
        ['createPeople', 1],
      ]),
    );
    expect(second.calls).toEqual(new Map([['createPeople', 1]]));
    expect(first.report.results[5]).toMatchObject({
      ok: true,
      values: { company_name: 'Company 5', company_domain: 'https://company5.test' },
    });
  });

  it('are found by domain however it is written, and by name in any case', async () => {
    const [byDomain, byName] = await workspace.create('company', [
      { values: { name: 'Acme', domainName: { primaryLinkUrl: 'http://www.acme-domain.test' } } },
      { values: { name: 'Nameonly GmbH' } },
    ]);

    const { calls } = await push([
      createWrite(randomUUID(), { email: email(), company_name: 'Acme Inc.', company_domain: 'acme-domain.test/' }),
      createWrite(randomUUID(), { email: email(), company_name: 'NAMEONLY gmbh' }),
    ]);

    expect(calls.get('companies')).toBe(1);
    expect(calls.has('createCompanies')).toBe(false);
    expect((await workspace.record('company', byDomain.id))?.name).toBe('Acme');
    expect((await workspace.record('company', byName.id))?.name).toBe('Nameonly GmbH');
  });

  it('are one company for many leads that write it differently', async () => {
    const { report, calls } = await push([
      createWrite(randomUUID(), { email: email(), company_name: 'One', company_domain: 'one-domain.test' }),
      createWrite(randomUUID(), {
        email: email(),
        company_name: 'One Ltd',
        company_domain: 'https://www.one-domain.test',
      }),
    ]);

    expect(calls.get('createCompanies')).toBe(1);
    expect(report.results.map((result) => result.ok && result.values.company_domain)).toEqual([
      'https://one-domain.test',
      'https://one-domain.test',
    ]);
  });

  describe('that go by their domain for want of a name', () => {
    const nameless = (domain: string): Write => createWrite(randomUUID(), { email: email(), company_domain: domain });
    const named = (domain: string, name: string): Write =>
      createWrite(randomUUID(), { email: email(), company_domain: domain, company_name: name });

    it('get the first name that a lead gives, once, also within a run that knows them', async () => {
      const runId = randomUUID();
      await push([nameless('unnamed.test')], { options: { runId } });

      const second = await push([named('unnamed.test', 'Unnamed GmbH')], { options: { runId } });
      const third = await push([named('unnamed.test', 'Another')], { options: { runId } });

      expect(second.report.results[0]).toMatchObject({ ok: true, values: { company_name: 'Unnamed GmbH' } });
      expect(second.calls.get('createCompanies')).toBe(1);
      expect(third.report.results[0]).toMatchObject({ ok: true, values: { company_name: 'Unnamed GmbH' } });
      expect(third.calls).toEqual(new Map([['createPeople', 1]]));
    });

    it('get the name that any lead of the batch gives', async () => {
      const { report } = await push([
        named('batch-mates.test', 'Batch Mates'),
        nameless('batch-mates.test'),
        named('batch-mates.test', 'batch-mates.test'),
      ]);

      expect(report.results.map((result) => result.ok && result.values.company_name)).toEqual(
        Array.from({ length: 3 }, () => 'Batch Mates'),
      );
    });

    it('are not renamed by a lead that knows no more than their domain, and keep a name that somebody gave', async () => {
      const [kept] = await workspace.create('company', [
        { values: { name: 'Büro GmbH', domainName: { primaryLinkUrl: 'https://kept.test' } } },
      ]);

      const { calls } = await push([
        named('kept.test', 'Acme'),
        ...['nobody.test', 'nobody.test'].map((domain) => nameless(domain)),
      ]);
      const again = await push([named('nobody.test', 'nobody.test')]);

      expect((await workspace.record('company', kept.id))?.name).toBe('Büro GmbH');
      expect(calls.get('createCompanies')).toBe(1);
      expect(again.calls.has('createCompanies')).toBe(false);
    });

    it('keep their leads waiting when the name could not be sent, and not when Twenty refuses it', async () => {
      await push([nameless('waiting.test')]);
      const fail =
        (statusCode: number): Interference =>
        async (request, next) => {
          const text = JSON.stringify({ statusCode, messages: ['no'] });
          return rootOf(request) === 'createCompanies'
            ? { status: statusCode, headers: {}, text }
            : await next(request);
        };

      const unsent = await push([named('waiting.test', 'Waiting')], { interfere: fail(503) });
      const client = workspace.client({ interfere: fail(429), clock: new VirtualClock() });
      const limited = await push([named('waiting.test', 'Waiting')], { client });
      const refused = await push([named('waiting.test', 'Waiting')], { interfere: fail(400) });

      expect(unsent.report.results[0]).toMatchObject({ ok: false, outcome: 'not_sent' });
      expect(limited.report.results[0]).toMatchObject({ ok: false, category: 'rate_limit' });
      expect(refused.report.results[0]).toMatchObject({ ok: true, values: { company_name: 'waiting.test' } });
    });
  });

  it('are looked up again when the remembered one was destroyed meanwhile', async () => {
    const runId = randomUUID();
    const company = { company_name: 'Vanishing', company_domain: 'vanishing.test' };
    const first = createWrite(randomUUID(), { email: email(), ...company });
    await push([first], { options: { runId } });
    const companyId = (await read(first.lead_id)).twenty_record.companyId;
    const client = workspace.client();
    await client.rest('DELETE', `/companies/${String(companyId)}`);
    const write = createWrite(randomUUID(), { email: email(), ...company });
    const other = createWrite(randomUUID(), { email: email() });

    const { report, calls } = await push([write, other], { options: { runId } });

    expect(report.counts.created).toBe(2);
    expect(resultOf(report, write)).toMatchObject({ ok: true, values: { company_name: 'Vanishing' } });
    expect(calls).toEqual(
      new Map([
        ['createPeople', 2],
        ['companies', 1],
        ['createCompanies', 1],
      ]),
    );
  });
});

describe('the limits of a push', () => {
  it('sends nothing when the lease has less left than a request may take', async () => {
    const write = createWrite(randomUUID(), { email: email() });

    const { report, calls } = await push([write], { options: { leaseSeconds: 30 } });

    expect(report.results).toMatchObject([{ ok: false, outcome: 'not_sent' }]);
    expect(calls.size).toBe(0);
  });

  it('stops with an error when the key is refused and nothing has landed', async () => {
    const interfere: Interference = async (request, next) =>
      rootOf(request) === 'createPeople'
        ? {
            status: 200,
            headers: {},
            text: JSON.stringify({
              errors: [{ message: 'Token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
            }),
          }
        : await next(request);

    const pushed = push([createWrite(randomUUID(), { email: email() })], { interfere });

    await expect(pushed).rejects.toMatchObject({ failure: { category: 'auth' } });
  });

  it('does not send the rest once Twenty cannot be reached', async () => {
    const writes = Array.from({ length: 6 }, () => createWrite(randomUUID(), { email: email() }));
    const interfere: Interference = async (request, next) => {
      if (rootOf(request) !== 'createPeople') return await next(request);
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };

    const { report, calls } = await push(writes, { interfere, options: { batchSize: 2 } });

    expect(report.counts).toMatchObject({ not_sent: 6 });
    expect(calls.get('createPeople')).toBe(1);
  });
});
