import { randomUUID } from 'node:crypto';
import { change, usePushing } from '../support/pushing';
import { rootOf, type Interference } from '../support/workspace';

const { existing, newLead, push, read, workspace } = usePushing({ strict: true });
const { email } = workspace;

/** What a user of Twenty does to a person, at once. */
const inTwenty = async (id: string, method: 'PATCH' | 'DELETE', body?: object): Promise<void> => {
  const path = method === 'DELETE' ? `/people/${id}?soft_delete=true` : `/people/${id}`;
  const answer = await workspace.client().rest(method, path, body);
  if (!answer.ok) throw new Error(answer.failure.detail);
};

const CHANGED = { ok: false, category: 'conflict', outcome: 'changed' };

describe('a strict push', () => {
  it('writes records that are as they were read, a call each, and keeps the rest of them', async () => {
    const people = [await existing({ last_name: 'L', phone: '+33612345678' }), await existing({ last_name: 'L' })];

    const { report, calls } = await push(people.map((person) => change('update', person, { first_name: 'New' })));

    expect(report.counts).toMatchObject({ updated: 2, changed: 0 });
    expect(calls).toEqual(new Map([['updatePeople', 2]]));
    expect(await read(people[0].twenty_id)).toMatchObject({
      first_name: 'New',
      last_name: 'L',
      email: people[0].email,
      phone: '+33612345678',
    });
    expect(report.results[0]).toMatchObject({ ok: true, values: { first_name: 'New' } });
  });

  it('does not overwrite an edit between the read and the write, and says so', async () => {
    const [edited, other] = [await existing({ job_title: 'Old' }), await existing()];
    await inTwenty(edited.twenty_id, 'PATCH', { jobTitle: 'Theirs' });

    const { report } = await push([
      change('update', edited, { job_title: 'Ours' }),
      change('update', other, { job_title: 'Ours' }),
    ]);

    expect(report.results).toMatchObject([CHANGED, { ok: true }]);
    expect(!report.results[0].ok && report.results[0].message).toContain('nothing was written');
    expect(await read(edited.twenty_id)).toMatchObject({ job_title: 'Theirs' });
    expect(report.counts).toMatchObject({ updated: 1, changed: 1, refused: 0 });
  });

  it('does not bring back a person deleted between the read and the write', async () => {
    const person = await existing();
    await inTwenty(person.twenty_id, 'DELETE');

    const { report } = await push([change('update', person, { job_title: 'Ours' })]);

    expect(report.results).toMatchObject([CHANGED]);
    expect((await read(person.twenty_id)).twenty_deleted_at).not.toBeNull();
  });

  it.each(['update', 'delete'] as const)('does not %s a person that was read in the bin', async (op) => {
    const person = await existing({ job_title: 'Theirs' });
    await inTwenty(person.twenty_id, 'DELETE');
    const binned = await read(person.twenty_id);

    const { report } = await push([change(op, binned, op === 'update' ? { job_title: 'Ours' } : {})]);

    expect(report.results).toMatchObject([CHANGED]);
    expect(await read(person.twenty_id)).toEqual(binned);
  });

  it('does not restore a person that lives', async () => {
    const person = await existing();

    const { report } = await push([change('restore', person)]);

    expect(report.results).toMatchObject([CHANGED]);
    expect(await read(person.twenty_id)).toEqual(person);
  });

  it('is what it takes: without it, a person deleted in between comes back', async () => {
    const person = await existing();
    await inTwenty(person.twenty_id, 'DELETE');

    await push([change('update', person, { job_title: 'Ours' })], { options: { strict: false } });

    expect((await read(person.twenty_id)).twenty_deleted_at).toBeNull();
  });

  it('does not bring back a person destroyed between the read and the write', async () => {
    const person = await existing();
    await workspace.client().rest('DELETE', `/people/${person.twenty_id}`);

    const { report } = await push([change('update', person, { job_title: 'Ours' })]);

    expect(report.results).toMatchObject([CHANGED]);
    expect(await read(person.twenty_id)).toMatchObject({ absent: true });
  });

  it('does not delete a person that somebody has just edited', async () => {
    const [edited, untouched] = [await existing(), await existing()];
    await inTwenty(edited.twenty_id, 'PATCH', { jobTitle: 'Needed' });

    const { report, calls } = await push([change('delete', edited), change('delete', untouched)]);

    expect(report.results).toMatchObject([CHANGED, { ok: true, op: 'delete' }]);
    expect((await read(edited.twenty_id)).twenty_deleted_at).toBeNull();
    expect((await read(untouched.twenty_id)).twenty_deleted_at).not.toBeNull();
    expect(calls).toEqual(new Map([['deletePeople', 2]]));
  });

  it('restores a person with its fields, two calls, unless somebody was quicker', async () => {
    const [mine, theirs] = [await existing({ job_title: 'Old' }), await existing({ job_title: 'Old' })];
    for (const { twenty_id } of [mine, theirs]) await inTwenty(twenty_id, 'DELETE');
    const [mineRead, theirsRead] = [await read(mine.twenty_id), await read(theirs.twenty_id)];
    await inTwenty(theirs.twenty_id, 'PATCH', { jobTitle: 'Theirs' });

    const { report, calls } = await push([
      change('restore', mineRead, { job_title: 'Ours' }),
      change('restore', theirsRead, { job_title: 'Ours' }),
    ]);

    expect(report.results).toMatchObject([{ ok: true, op: 'restore', values: { job_title: 'Ours' } }, CHANGED]);
    expect(await read(theirs.twenty_id)).toMatchObject({
      job_title: 'Theirs',
      twenty_deleted_at: expect.any(String) as string,
    });
    expect(calls).toEqual(
      new Map([
        ['restorePeople', 2],
        ['updatePeople', 1],
      ]),
    );
  });

  it('does not know what came of a restore when somebody edits the person before its fields are written', async () => {
    const person = await existing({ job_title: 'Old' });
    await inTwenty(person.twenty_id, 'DELETE');
    const deleted = await read(person.twenty_id);

    const interfere: Interference = async (request, next) => {
      // stamped, because two changes within one millisecond look like one
      const edit = { jobTitle: 'Theirs', updatedAt: '2099-01-01T00:00:00.000Z' };
      if (rootOf(request) === 'updatePeople') await inTwenty(person.twenty_id, 'PATCH', edit);
      return await next(request);
    };

    const { report } = await push([change('restore', deleted, { job_title: 'Ours' })], { interfere });

    expect(report.results).toMatchObject([{ ok: false, category: 'conflict', outcome: 'unknown' }]);
    expect(await read(person.twenty_id)).toMatchObject({ job_title: 'Theirs', twenty_deleted_at: null });
  });

  it('still creates 200 people in one call', async () => {
    const { report, calls } = await push(Array.from({ length: 200 }, () => newLead()));

    expect(report.counts).toMatchObject({ created: 200 });
    expect(calls).toEqual(new Map([['createPeople', 1]]));
  });

  it('hands an email on in the right order', async () => {
    const [taker, giver] = [await existing(), await existing()];
    const fresh = email();

    const { report } = await push([
      change('update', taker, { email: giver.email }),
      change('update', giver, { email: fresh }),
    ]);

    expect(report.counts).toMatchObject({ updated: 2 });
    expect((await read(taker.twenty_id)).email).toBe(giver.email);
  });

  it('tells a refusal from a change, and goes on with the others', async () => {
    const [holder, bad, good] = [await existing(), await existing(), await existing()];

    const { report } = await push([
      change('update', bad, { email: holder.email }),
      change('update', good, { job_title: 'New' }),
    ]);

    expect(report.results).toMatchObject([{ ok: false, category: 'duplicate', outcome: 'refused' }, { ok: true }]);
  });

  it('sends the rest no more once Twenty is out of reach', async () => {
    const people = [await existing(), await existing(), await existing()];
    const interfere: Interference = async (request, next) => {
      if (rootOf(request) !== 'updatePeople') return await next(request);
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };

    const { report, calls } = await push(
      people.map((person) => change('update', person, { job_title: 'New' })),
      { interfere },
    );

    expect(report.counts).toMatchObject({ not_sent: 3 });
    expect(calls.get('updatePeople')).toBe(1);
  });

  it('refuses a write that does not say how the record was read', async () => {
    const person = await existing();

    const { report, calls } = await push([
      { ...change('update', person, { job_title: 'New' }), twenty_updated_at: null },
    ]);

    expect(report.results).toMatchObject([{ ok: false, category: 'validation', outcome: 'refused' }]);
    expect(calls.size).toBe(0);
  });

  it('writes the person of a lost answer only if it is as found', async () => {
    const create = newLead({ first_name: 'Old' });
    await push([create]);

    const { report, calls } = await push([{ ...create, values: { ...create.values, first_name: 'New' } }]);

    expect(report.results).toMatchObject([{ ok: true, values: { first_name: 'New' } }]);
    expect(calls.get('updatePeople')).toBe(1);
  });

  it('looks a company up again that was destroyed meanwhile', async () => {
    const company = { company_name: 'Strict Inc', company_domain: 'strict-inc.test' };
    const person = await existing(company);
    const other = await existing();
    const runId = randomUUID();
    await push([change('update', other, company)], { options: { runId } });
    await workspace.client().rest('DELETE', `/companies/${String(person.twenty_record.companyId)}`);
    const again = await read(person.twenty_id);

    const { report } = await push([change('update', again, company)], { options: { runId } });

    expect(report.results).toMatchObject([{ ok: true, values: { company_name: 'Strict Inc' } }]);
  });
});
