import type { JsonObject } from '../../../../nodes/lead';
import { forgetObjects, readObject } from '../../../../nodes/Twenty/transport/metadata';
import { useWorkspace } from '../support/workspace';

/** Known by their place as job title: "0", "1", … */
const PEOPLE: JsonObject[] = [
  { leadScore: 79.5, isCustomer: true, height: 1.6, fee: { amountMicros: 5_000_000, currencyCode: 'EUR' } },
  { leadScore: 80, isCustomer: false, height: 1.7, fee: { amountMicros: 9_000_000, currencyCode: 'EUR' } },
  { leadScore: 95, isCustomer: true, height: 1.8, fee: { amountMicros: 11_000_000, currencyCode: 'EUR' } },
  { leadScore: null },
];

const workspace = useWorkspace('prepared');

beforeAll(async () => {
  const client = workspace.client();
  const { id: objectMetadataId } = await readObject(client, 'person');
  for (const [name, type] of [
    ['isCustomer', 'BOOLEAN'],
    ['height', 'NUMERIC'],
    ['fee', 'CURRENCY'],
  ]) {
    await client.metadata('POST', '/fields', { objectMetadataId, name, type, label: name, isNullable: true });
  }
  forgetObjects(client);
  await workspace.create(
    'person',
    PEOPLE.map((values, index) => ({
      values: { ...values, jobTitle: String(index), emails: { primaryEmail: `filter${index}@x.test` } },
    })),
  );
});

/** Runs Get Many with one condition for each item; continues on fail. */
async function read(...conditions: Array<{ field: string; operator: string; value?: unknown }>) {
  const { items } = await workspace.run({
    continueOnFail: true,
    parameters: {
      resource: 'record',
      operation: 'getMany',
      object: 'person',
      returnAll: true,
      filters: { conditions: (i: number) => [conditions[i]] },
    },
    items: conditions.map(() => ({})),
  });
  return items;
}

const found = (items: Awaited<ReturnType<typeof read>>) => items.map(({ json }) => json.jobTitle ?? json.error).sort();

describe('a filter as the panel gives it, as text', () => {
  it.each([
    ['leadScore', 'gte', '80', ['1', '2']],
    ['leadScore', 'lte', ' 79.5 ', ['0']],
    ['leadScore', 'eq', '95', ['2']],
    ['leadScore', 'in', '79.5, 95', ['0', '2']],
    ['leadScore', 'isNotEmpty', '', ['0', '1', '2']],
    ['height', 'gte', '1.7', ['1', '2']],
    ['fee.amountMicros', 'gte', '9000000', ['1', '2']],
    ['fee.amountMicros', 'eq', '5000000', ['0']],
    ['isCustomer', 'eq', 'true', ['0', '2']],
    ['isCustomer', 'eq', 'False', ['1']],
    ['isCustomer', 'in', 'true,false', ['0', '1', '2']],
    ['jobTitle', 'in', '1, 2', ['1', '2']],
    ['jobTitle', 'eq', '3', ['3']],
    ['emails.primaryEmail', 'ilike', 'TER1@x', ['1']],
    ['emails.primaryEmail', 'ilike', 'filter_@x', []],
    ['emails.primaryEmail', 'ilike', '%1@x.test', ['1']],
    ['emails.primaryEmail', 'ilike', 'TER%', []],
  ])('%s %s "%s"', async (field, operator, value, expected) => {
    expect(found(await read({ field, operator, value }))).toEqual(expected);
  });

  it.each([
    ['leadScore', '95', '0', '2'],
    ['isCustomer', 'true', '1', '0'],
  ])('%s neq "%s" leaves out those that are', async (field, value, other, same) => {
    const titles = found(await read({ field, operator: 'neq', value }));

    expect(titles).toContain(other);
    expect(titles).not.toContain(same);
  });
});

it.each([
  ['leadScore', 'gte', 80, ['1', '2']],
  ['leadScore', 'in', [80, '95'], ['1', '2']],
  ['isCustomer', 'eq', false, ['1']],
])('a filter by an expression, as a value: %s %s %p', async (field, operator, value, expected) => {
  expect(found(await read({ field, operator, value }))).toEqual(expected);
});

describe('a filter that cannot be asked', () => {
  it.each([
    ['leadScore', 'gte', 'eighty', 'leadScore has the value "eighty", which is no number. Enter a number, e.g. 80'],
    ['leadScore', 'eq', '', 'leadScore has the value "", which is no number'],
    ['leadScore', 'eq', null, 'leadScore has the value "null", which is no number'],
    ['leadScore', 'in', '80, x', 'leadScore has the value "x", which is no number'],
    ['leadScore', 'in', [], 'leadScore has the value "", which is no number'],
    ['leadScore', 'ilike', '8%', 'leadScore cannot compare by "ilike": the field holds numbers'],
    ['isCustomer', 'eq', 'yes', 'isCustomer has the value "yes", which is no boolean. Enter true or false'],
    ['jobTitle', 'ilike', ' ', 'jobTitle has no value. Give one, or choose Is Empty.'],
    ['jobTitle', 'ilike', undefined, 'jobTitle has no value'],
    ['jobTitle', 'eq', null, 'jobTitle has no value'],
    ['jobTitle', 'in', undefined, 'jobTitle has no value'],
    ['isCustomer', 'gte', 'true', 'isCustomer cannot compare by "gte": the field holds booleans'],
  ])('%s %s %p is the error of its item alone', async (field, operator, value, message) => {
    const items = await read({ field, operator, value }, { field: 'leadScore', operator: 'eq', value: '95' });

    expect(items).toMatchObject([
      { json: { error: expect.stringContaining(message) }, pairedItem: { item: 0 } },
      { json: { jobTitle: '2' }, pairedItem: { item: 1 } },
    ]);
  });
});

it('the double takes no texts where the schema has a number or a boolean', async () => {
  const client = workspace.client();
  const ask = async (filter: object) => {
    const document = 'query($filter: PersonFilterInput){people(filter:$filter){edges{node{id}}}}';
    const answer = await client.graphql('people', { document, variables: { filter } });
    return answer.ok ? null : answer.failure.detail;
  };

  expect(await ask({ and: [{ leadScore: { gte: '80' } }] })).toBe('Float cannot represent non numeric value: "80"');
  expect(await ask({ leadScore: { in: [80, '95'] } })).toBe('Float cannot represent non numeric value: "95"');
  expect(await ask({ not: { isCustomer: { eq: 'true' } } })).toContain('Boolean cannot represent a non boolean value');
  expect(await ask({ leadScore: { gte: 80 }, isCustomer: { eq: true } })).toBeNull();
});
