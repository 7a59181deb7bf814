import { randomUUID } from 'node:crypto';
import type { Lead, Write } from '../../../../nodes/lead';
import type { PushOptions, PushReport } from '../../../../nodes/Twenty/leads/push';
import { writesFromLeads } from '../../../../nodes/Twenty/leads/writes-from-leads';
import { change, resultOf, usePushing } from '../support/pushing';
import { rootOf, type Interference } from '../support/workspace';

const { existing, newLead, push, read, workspace } = usePushing();
const { email } = workspace;

describe('pushing updates', () => {
  it('changes what is given and keeps the rest, composites included', async () => {
    const before = await existing({ first_name: 'Ada', last_name: 'Lovelace', phone: '+33612345678' });
    const write = change('update', before, { last_name: 'Byron' });

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
    const holder = await existing();
    const writes = snapshots.map((snapshot, index) =>
      change('update', snapshot, index === 13 ? { email: holder.email } : { job_title: 'new' }),
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
    const takes = change('update', taker, { email: giver.email });
    const gives = change('update', giver, { email: fresh });

    const { report } = await push([takes, gives]);

    expect(report.counts.updated).toBe(2);
    expect(await read(giver.twenty_id)).toMatchObject({ first_name: 'Giver', email: fresh });
    expect(await read(taker.twenty_id)).toMatchObject({ first_name: 'Taker', email: giver.email });
  });

  it('never lets a new lead take over the person whose email it gets in the same push', async () => {
    const person = await existing({ first_name: 'Before' });
    const fresh = email();
    const update = change('update', person, { email: fresh });
    const create = newLead({ first_name: 'After', email: person.email });

    const { report } = await push([create, update]);

    expect(report.counts).toMatchObject({ updated: 1, created: 1 });
    expect(await read(person.twenty_id)).toMatchObject({ first_name: 'Before', email: fresh });
    expect(await read(create.lead_id)).toMatchObject({ first_name: 'After', email: person.email });
  });

  it('refuses two people who swap emails, and changes neither', async () => {
    const [one, two] = [await existing({ first_name: 'One' }), await existing({ first_name: 'Two' })];

    const { report } = await push([
      change('update', one, { email: two.email }),
      change('update', two, { email: one.email }),
    ]);

    expect(report.counts).toMatchObject({ updated: 0, refused: 2 });
    expect(await read(one.twenty_id)).toMatchObject({ first_name: 'One', email: one.email });
    expect(await read(two.twenty_id)).toMatchObject({ first_name: 'Two', email: two.email });
  });

  it('takes an answer with another id for a conflict, never for success', async () => {
    const person = await existing();
    const stranger = randomUUID();
    const interfere: Interference = async (request, next) => {
      const answer = await next(request);
      if (rootOf(request) !== 'createPeople') return answer;
      return { ...answer, text: answer.text.replace(person.twenty_id, stranger) };
    };
    const write = change('update', person, { job_title: 'x' });

    const { report } = await push([write], { interfere });

    expect(resultOf(report, write)).toMatchObject({ ok: false, category: 'conflict' });
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
