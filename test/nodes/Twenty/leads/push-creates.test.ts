import { randomUUID } from 'node:crypto';
import type { Write } from '../../../../nodes/lead';
import { loseAnswer, Pushing, refusal, resultOf, usePushing } from '../support/pushing';
import { rootOf, Workspace, type Interference } from '../support/workspace';

const { existing, newLead, push, read, workspace } = usePushing();
const { email } = workspace;

describe('pushing creates', () => {
  it('creates 200 leads in one call, each with its own id, and returns them in lead form', async () => {
    const writes = Array.from({ length: 200 }, () =>
      newLead({ first_name: ' Ada ', email: email().toUpperCase(), phone: '06 12 34 56 78' }),
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
    const bad = newLead({ last_name: 'Hopper', ...values });
    const good = newLead();

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
    const bad = newLead({ email: 'not an email', city: 'Paris' });
    const good = newLead();

    const { report } = await push([bad, good]);

    expect(resultOf(report, bad)).toMatchObject({ ok: false, category: 'validation', outcome: 'refused' });
    expect(resultOf(report, good).ok).toBe(true);
  });

  it('sends a lead again without the fields that Twenty alone refuses, and says so', async () => {
    const bad = newLead({ first_name: 'Ada', job_title: 'refused', city: 'refused too' });
    const good = newLead();
    const refuse: Interference = async (request, next) => {
      const path = /"jobTitle":"refused/.test(request.body ?? '') ? 'jobTitle' : 'city';
      if (!request.body?.includes('refused')) return await next(request);
      return refusal(`Invalid string value 'refused' for text field "${path}"`, { subCode: 'INVALID_ARGS_DATA' });
    };

    const { report } = await push([bad, good], { interfere: refuse });

    expect(resultOf(report, bad)).toMatchObject({
      ok: true,
      values: { first_name: 'Ada', job_title: null, city: null },
      left_out: { job_title: expect.stringContaining('"jobTitle"'), city: expect.stringContaining('"city"') },
    });
    expect(resultOf(report, good)).not.toHaveProperty('left_out');
  });

  it.each([
    ['Invalid calling code +33', ['phone']],
    ['Invalid calling code +49', ['additional_phones']],
    ['Invalid country code FR', ['phone']],
    ['Provided and inferred calling code are conflicting', ['phone', 'additional_phones']],
    ['Provided phone number is invalid 3012345678', ['additional_phones']],
  ])('sends a lead without the phones of which Twenty says: %s', async (message, fields) => {
    const lead = newLead({ first_name: 'Ada', phone: '+33612345678', additional_phones: ['+493012345678'] });
    const refuse: Interference = async (request, next) => {
      const { body = '' } = request;
      const isRefused = fields.some((field) => body.includes(field === 'phone' ? '612345678' : '3012345678'));
      return isRefused ? refusal(message, { code: 'BAD_USER_INPUT' }) : await next(request);
    };

    const { report } = await push([lead], { interfere: refuse });

    const leftOut = Object.fromEntries(fields.map((field) => [field, expect.stringContaining(message)]));
    expect(report.results).toMatchObject([{ ok: true, values: { first_name: 'Ada' } }]);
    expect(resultOf(report, lead)).toHaveProperty('left_out', leftOut);
  });

  it('sends a lead without a phone whose calling code is no country’s', async () => {
    const lead = newLead({ first_name: 'Ada', phone: '00800 1234 5678' });

    const { report } = await push([lead]);

    expect(report.results).toMatchObject([
      { ok: true, values: { first_name: 'Ada' }, left_out: { phone: expect.stringContaining('no country') } },
    ]);
  });

  it('refuses a lead where Twenty does not say which field it is', async () => {
    const bad = newLead({ first_name: 'Ada', job_title: 'refused' });
    const refuse: Interference = async (request, next) =>
      request.body?.includes('refused') ? refusal('No', { code: 'BAD_USER_INPUT' }) : await next(request);

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
    const writes = Array.from({ length: 60 }, () => newLead());
    const duplicate = newLead({ email: holder.email });
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
    const [first, second] = [newLead({ email: shared }), newLead({ email: shared.toUpperCase() })];
    const other = newLead();

    const { report } = await push([first, second, other]);

    expect(resultOf(report, first).ok).toBe(true);
    expect(resultOf(report, other).ok).toBe(true);
    const result = resultOf(report, second);
    expect(result).toMatchObject({ ok: false, category: 'duplicate' });
    expect(!result.ok && result.message).toContain(first.lead_id);
  });

  it('says that the email belongs to a deleted person, and does not bring that person back', async () => {
    const gone = await existing();
    await push([{ lead_id: 'gone', op: 'delete', twenty_id: gone.twenty_id, values: {}, twenty_record: null }]);
    const write = newLead({ email: gone.email });

    const { report } = await push([write]);

    const result = resultOf(report, write);
    expect(!result.ok && result.message).toContain(`the deleted record ${gone.twenty_id}`);
    expect((await read(gone.twenty_id)).twenty_deleted_at).not.toBeNull();
  });

  it('reports a lost answer as unknown and does not repeat the write', async () => {
    const write = newLead();

    const { report, calls } = await push([write], { interfere: loseAnswer('createPeople') });

    expect(resultOf(report, write)).toMatchObject({ ok: false, outcome: 'unknown', category: 'network' });
    expect(calls.get('createPeople')).toBe(1);
  });

  it('takes the person of a lost answer for its own at the next push, and brings it up to date', async () => {
    const write = newLead({ first_name: 'Old' });
    await push([write], { interfere: loseAnswer('createPeople') });
    const again = { ...write, values: { ...write.values, first_name: 'New' } };
    const others = Array.from({ length: 5 }, () => newLead());

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
    const write = newLead();
    const interfere: Interference = async (request, next) => {
      const answer = await next(request);
      return rootOf(request) === 'createPeople' ? { ...answer, text: answer.text.slice(0, -40) } : answer;
    };

    const { report } = await push([write], { interfere });

    expect(resultOf(report, write)).toMatchObject({ ok: false, outcome: 'unknown', category: 'network' });
  });

  it('follows a server that takes fewer records in a call', async () => {
    const writes = Array.from({ length: 150 }, () => newLead());
    const own = await Workspace.start();
    const client = own.client({
      interfere: async (request, next) => {
        const { variables } = JSON.parse(request.body ?? '{}') as { variables?: { data?: unknown[] } };
        if ((variables?.data?.length ?? 0) <= 60) return await next(request);
        return refusal('Maximum number of records to upsert is 60.', {
          subCode: 'TOO_MANY_RECORDS_TO_UPDATE',
          code: 'BAD_USER_INPUT',
        });
      },
    });

    const small = new Pushing(own);
    const { report } = await small.push(writes, { client });
    const later = await small.push([newLead()], { client });
    await own.close();

    expect(report.counts.created).toBe(150);
    expect(report.calls).toBe(4);
    expect(later.report.calls).toBe(1);
  });
});

describe('the limits of a push', () => {
  it('sends nothing when the lease has less left than a request may take', async () => {
    const write = newLead();

    const { report, calls } = await push([write], { options: { leaseSeconds: 30 } });

    expect(report.results).toMatchObject([{ ok: false, outcome: 'not_sent' }]);
    expect(calls.size).toBe(0);
  });

  it('stops with an error when the key is refused and nothing has landed', async () => {
    const interfere: Interference = async (request, next) =>
      rootOf(request) === 'createPeople'
        ? refusal('Token has expired.', { code: 'UNAUTHENTICATED' })
        : await next(request);

    const pushed = push([newLead()], { interfere });

    await expect(pushed).rejects.toMatchObject({ failure: { category: 'auth' } });
  });

  it('does not send the rest once Twenty cannot be reached', async () => {
    const writes = Array.from({ length: 6 }, () => newLead());
    const interfere: Interference = async (request, next) => {
      if (rootOf(request) !== 'createPeople') return await next(request);
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };

    const { report, calls } = await push(writes, { interfere, options: { batchSize: 2 } });

    expect(report.counts).toMatchObject({ not_sent: 6 });
    expect(calls.get('createPeople')).toBe(1);
  });
});
