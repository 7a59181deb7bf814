import { change, usePushing } from '../support/pushing';

describe.each([false, true])('a field that is deleted in Twenty after it was read (strict: %s)', (strict) => {
  const { existing, newLead, push, read, workspace } = usePushing({ strict });

  beforeAll(async () => {
    await existing();
    const client = workspace.client();
    const { object } = await workspace.scope(client);
    const field = object.fields.find(({ name }) => name === 'leadStatus');
    const answer = await client.metadata('DELETE', `/fields/${field?.id}`);
    if (!answer.ok) throw new Error(answer.failure.detail);
  });

  it('keeps leads waiting at the price of a call, and is left out of the next push', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, async () => await existing()));
    const writes = people.map((person) => change('update', person, { lead_status: 'new', job_title: 'CTO' }));

    const first = await push(writes);
    const second = await push([...writes, newLead({ lead_status: 'new' })]);

    const waiting = { ok: false, category: 'validation', outcome: 'not_sent' };
    expect(first.report.results).toMatchObject([waiting, waiting, waiting, waiting]);
    expect(first.report.calls).toBe(strict ? writes.length : 1);
    expect(second.report.counts).toMatchObject({ updated: 4, created: 1 });
    expect(await read(people[0].twenty_id)).toMatchObject({ job_title: 'CTO' });
  });
});
