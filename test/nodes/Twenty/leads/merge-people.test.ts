import { randomUUID } from 'node:crypto';
import { mergePeople, type MergeOutcome } from '../../../../nodes/Twenty/leads/merge-people';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { DATABASE_FAILS } from '../support/pushing';
import { useWorkspace, type Interference } from '../support/workspace';

const workspace = useWorkspace('prepared');

const person = (primaryEmail: string, values: Record<string, string> = {}): string =>
  workspace.double.store.insert('person', [{ emails: { primaryEmail }, ...values }])[0];

async function merge(
  keep: string,
  drop: string,
  interference?: Interference,
  lease_seconds = 300,
): Promise<MergeOutcome> {
  const client = workspace.client({ interfere: interference });
  return await mergePeople(client, await readObject(client, 'person'), { keep, drop, lease_seconds });
}

describe('two people merged by Twenty', () => {
  test('are one, who keeps what it has and takes what it lacks, with the other one’s address', async () => {
    const keep = person('ada@x.test', { city: 'Paris' });
    const drop = person('ada@home.test', { city: 'Rome', jobTitle: 'CTO' });

    expect(await merge(keep, drop)).toEqual({ outcome: 'merged' });

    expect(workspace.double.store.get('person', keep)).toMatchObject({
      city: 'Paris',
      jobTitle: 'CTO',
      emails: { primaryEmail: 'ada@x.test', additionalEmails: ['ada@home.test'] },
    });
    expect(workspace.double.store.get('person', drop)).toBeUndefined();
  });

  test('a second time, the dropped one is not there, and nothing is sent', async () => {
    const [keep, drop] = [person('eve@x.test'), person('eve@home.test')];
    await merge(keep, drop);
    const written: string[] = [];
    const outcome = await merge(keep, drop, (request, next) => {
      if (request.body?.includes('mutation')) written.push(request.body);
      return next(request);
    });
    expect(outcome).toEqual({ outcome: 'absent', ids: [drop] });
    expect(written).toEqual([]);
  });

  test('are left alone where one of them is in the bin', async () => {
    const [keep, drop] = [person('bob@x.test'), person('bob@home.test')];
    workspace.double.store.update('person', drop, { deletedAt: new Date().toISOString() });
    expect(await merge(keep, drop)).toEqual({
      outcome: 'refused',
      problem: expect.stringContaining(`${drop} is in Twenty's bin`) as string,
    });
    expect(workspace.double.store.get('person', keep)).toMatchObject({ emails: { primaryEmail: 'bob@x.test' } });
  });

  test('whose claim would end before an answer are neither merged nor read', async () => {
    const [keep, drop] = [person('di@x.test'), person('di@home.test')];
    let asks = 0;
    const late = merge(
      keep,
      drop,
      (request, next) => ((asks += Number(request.url.endsWith('/graphql'))), next(request)),
      1,
    );
    await expect(late).rejects.toMatchObject({ failure: { category: 'timeout', outcome: 'not_sent' } });
    expect(asks).toBe(0);
  });

  test('of whom Twenty knows neither are both absent', async () => {
    const [keep, drop] = [randomUUID(), randomUUID()];
    expect(await merge(keep, drop)).toEqual({ outcome: 'absent', ids: [keep, drop] });
  });

  test('that were read, and whom Twenty is then not asked to merge, are left for later', async () => {
    const [keep, drop] = [person('fay@x.test'), person('fay@home.test')];
    const outcome = await merge(keep, drop, (request, next) => {
      if (request.body?.includes('mutation')) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return next(request);
    });
    expect(outcome).toMatchObject({ outcome: 'later', failure: { outcome: 'not_sent' } });
    expect(workspace.double.store.get('person', drop)).toBeDefined();
  });

  test('are left for later where the database of Twenty fails over them', async () => {
    const [keep, drop] = [person('gus@x.test'), person('gus@home.test')];
    const outcome = await merge(keep, drop, async (request, next) =>
      request.body?.includes('mutation') ? DATABASE_FAILS : await next(request),
    );
    expect(outcome).toMatchObject({ outcome: 'later', failure: { category: 'server' } });
  });

  test('an answer that is lost is a failure: nobody takes it for a merge', async () => {
    const [keep, drop] = [person('cy@x.test'), person('cy@home.test')];
    const lost = merge(keep, drop, async (request, next) => {
      const answer = await next(request);
      if (request.body?.includes('mutation')) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return answer;
    });
    await expect(lost).rejects.toMatchObject({ failure: { category: 'cut_off', outcome: 'unknown' } });
    expect(await merge(keep, drop)).toEqual({ outcome: 'absent', ids: [drop] });
  });
});
