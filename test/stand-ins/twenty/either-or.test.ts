import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';

describe('one of several conditions', () => {
  let double: TwentyDouble;
  beforeAll(async () => {
    double = await startTwentyDouble({ rateLimit: false });
    double.store.insert('companies', [
      { name: 'Ada', domainName: { primaryLinkUrl: 'ada.example' } },
      { name: 'Babbage', domainName: { primaryLinkUrl: 'babbage.example' } },
      { name: 'Curie', domainName: { primaryLinkUrl: 'curie.example' } },
    ]);
  });
  afterAll(() => double.close());

  const domain = (...urls: string[]) => ({ domainName: { primaryLinkUrl: { in: urls } } });

  test.each([
    ['values of a unique field', [domain('curie.example', 'none.example'), domain('ada.example')], ['Ada', 'Curie']],
    ['such a value, or another condition', [domain('curie.example'), { name: { ilike: 'B%' } }], ['Babbage', 'Curie']],
    ['values that nobody has', [domain('none.example')], []],
  ])('finds rows by %s', (_conditions, or, names) => {
    const { body } = double.handle({
      method: 'POST',
      path: '/graphql',
      headers: { authorization: `Bearer ${double.apiKey}` },
      body: {
        query:
          'query($filter:CompanyFilterInput){companies(filter:$filter,orderBy:[{name:AscNullsFirst}]){edges{node{name}}}}',
        variables: { filter: { and: [{ or }] } },
      },
    });
    const answer = JSON.parse(body) as { data: { companies: { edges: { node: { name: string } }[] } } };
    expect(answer.data.companies.edges.map(({ node }) => node.name)).toEqual(names);
  });
});
