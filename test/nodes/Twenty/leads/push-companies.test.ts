import { randomUUID } from 'node:crypto';
import type { Write } from '../../../../nodes/lead';
import { change, DATABASE_FAILS, refusal, resultOf, usePushing } from '../support/pushing';
import { VirtualClock } from '../support/virtual-clock';
import { rootOf, type Interference } from '../support/workspace';

const { existing, newLead, push, read, workspace } = usePushing();
const { email } = workspace;

describe('companies of pushed leads', () => {
  it('cost two calls for 200 unknown ones, and none when the run knows them', async () => {
    const runId = randomUUID();
    const writes = (prefix: string) =>
      Array.from({ length: 200 }, (_unused, index) =>
        newLead({
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
      newLead({ company_name: 'Acme Inc.', company_domain: 'acme-domain.test/' }),
      newLead({ company_name: 'NAMEONLY gmbh' }),
    ]);

    expect(calls.get('companies')).toBe(1);
    expect(calls.has('createCompanies')).toBe(false);
    expect((await workspace.record('company', byDomain.id))?.name).toBe('Acme');
    expect((await workspace.record('company', byName.id))?.name).toBe('Nameonly GmbH');
  });

  it('are one company for many leads that write it differently', async () => {
    const { report, calls } = await push([
      newLead({ company_name: 'One', company_domain: 'one-domain.test' }),
      newLead({
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
    const nameless = (domain: string): Write => newLead({ company_domain: domain });
    const named = (domain: string, name: string): Write => newLead({ company_domain: domain, company_name: name });

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

  it('that Twenty refuses leave their leads alone: these land without, and say what was left out and why', async () => {
    const company = { company_name: 'Refused', company_domain: 'refused.test' };
    const writes = [
      newLead(company),
      change('update', await existing(), { ...company, job_title: 'CTO' }),
      change('update', await existing({ company_name: 'Before' }), company),
      newLead({ company_name: 'Taken' }),
    ];
    const refuse: Interference = async (request, next) =>
      rootOf(request) === 'createCompanies' && request.body?.includes('Refused')
        ? refusal('Invalid string value', { code: 'BAD_USER_INPUT' })
        : await next(request);

    const { report } = await push(writes, { interfere: refuse });

    const reason = expect.stringContaining('the company Refused could not be written: Invalid string value');
    const leftOut = { left_out: { company_name: reason, company_domain: reason } };
    expect(report.results).toMatchObject([
      { ok: true, op: 'create', values: { company_name: null }, ...leftOut },
      { ok: true, op: 'update', values: { job_title: 'CTO', company_name: null }, ...leftOut },
      { ok: true, op: 'update', values: { company_name: 'Before' }, ...leftOut },
      { ok: true, op: 'create', values: { company_name: 'Taken' } },
    ]);
  });

  it('keep their leads waiting while the database of Twenty fails: no company is lost for that', async () => {
    await push([newLead({ company_domain: 'failing.test' })]);
    const person = await existing({ company_name: 'Before' });
    const fail: Interference = async (request, next) =>
      rootOf(request) === 'createCompanies' ? DATABASE_FAILS : await next(request);

    const { report, calls } = await push(
      [
        change('update', person, { company_name: 'Next', job_title: 'CTO' }),
        newLead({ company_domain: 'failing.test', company_name: 'Failing' }),
      ],
      { interfere: fail },
    );

    const waiting = { ok: false, category: 'server', outcome: 'refused' };
    expect(report.results).toMatchObject([waiting, waiting]);
    expect(calls.has('createPeople')).toBe(false);
  });

  it('are looked up again when the remembered one was destroyed meanwhile', async () => {
    const runId = randomUUID();
    const company = { company_name: 'Vanishing', company_domain: 'vanishing.test' };
    const first = newLead({ ...company });
    await push([first], { options: { runId } });
    const companyId = (await read(first.lead_id)).twenty_record.companyId;
    const client = workspace.client();
    await client.rest('DELETE', `/companies/${String(companyId)}`);
    const write = newLead({ ...company });
    const other = newLead();

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
