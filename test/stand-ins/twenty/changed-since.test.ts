import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

describe('what changed lately', () => {
  let double: TwentyDouble;
  let now = START;
  beforeEach(async () => {
    now = START;
    double = await startTwentyDouble({ rateLimit: false, clock: () => now });
  });
  afterEach(() => double.close());

  function changed(condition: Record<string, string>, withDeleted = true): string[] {
    const both = { or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] };
    const { body } = double.handle({
      method: 'POST',
      path: '/graphql',
      headers: { authorization: `Bearer ${double.apiKey}` },
      body: {
        query: 'query($filter:PersonFilterInput){people(filter:$filter,first:1000){edges{node{id}}}}',
        variables: { filter: { and: [{ updatedAt: condition }, ...(withDeleted ? [both] : [])] } },
      },
    });
    const answer = JSON.parse(body) as { data: { people: { edges: { node: { id: string } }[] } } };
    return answer.data.people.edges.map(({ node }) => node.id);
  }

  test('is found among many, each once and as it is now, however often it changed', () => {
    const ids = double.store
      .insert(
        'people',
        Array.from({ length: 200 }, (_, n) => ({ createdAt: at(START), updatedAt: at(START - 1 - n) })),
      )
      .sort();
    now = START + DAY_MS;
    const since = at(now);
    expect(changed({ gte: since })).toEqual([]);
    for (const jobTitle of ['Baker', 'Cook'])
      for (const id of [ids[7], ids[3]]) double.store.update('person', id, { jobTitle });
    double.store.remove('person', ids[5]);
    expect(changed({ gte: since })).toEqual([ids[3], ids[5], ids[7]]);
    expect(changed({ gte: since }, false)).toEqual([ids[3], ids[7]]);
    double.store.remove('person', ids[3], 'destroy');
    now += DAY_MS;
    for (const id of ids.slice(100)) double.store.update('person', id, { jobTitle: 'Smith' });
    expect(changed({ gte: since })).toEqual([ids[5], ids[7], ...ids.slice(100)]);
    expect(changed({ gte: at(now) })).toEqual(ids.slice(100));
    expect(changed({ gt: at(now) })).toEqual([]);
    expect(changed({ gte: at(START) })).toEqual([ids[5], ids[7], ...ids.slice(100)]);
  });
});
