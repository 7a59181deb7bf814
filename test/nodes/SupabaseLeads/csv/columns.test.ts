import { columnsOf, leadOf } from '../../../../nodes/SupabaseLeads/csv/columns';
import { importCsv } from '../../../../nodes/SupabaseLeads/csv/import';

describe('columns with one header', () => {
  test('keep a value each: the later ones are numbered', () => {
    const columns = columnsOf(['email', 'Tag', ' Tag ', 'Email', 'Email']);

    expect(leadOf(columns, ['ada@acme.example', 'hot', 'vip', 'b@acme.example', 'c@acme.example'])).toEqual({
      email: 'ada@acme.example',
      attributes: { Tag: 'hot', 'Tag 2': 'vip', Email: 'b@acme.example', 'Email 2': 'c@acme.example' },
    });
  });

  test('get no name that another column has', () => {
    expect(columnsOf(['Tag', 'Tag', 'Tag 2', 'Tag', 'Tag 2', '', 'column_6']).headers).toEqual([
      'Tag',
      'Tag 3',
      'Tag 2',
      'Tag 4',
      'Tag 2 2',
      'column_6',
      'column_6 2',
    ]);
  });

  test('are known by their header: a number changes no meaning', () => {
    expect(columnsOf(['Full name', 'Phone', 'Phone', 'Company', 'Company']).fields).toEqual([
      'full_name',
      'phone',
      null,
      'company_name',
      null,
    ]);
  });

  test('stand in a refused line with all their values', async () => {
    const { refused } = await importCsv({
      text: 'email,Tag,Tag\nnobody,hot,vip\n',
      delimiter: null,
      batchSize: 10,
      store: () => Promise.resolve([]),
      proceed: () => undefined,
    });

    expect(refused).toMatchObject([{ line: 2, row: { email: 'nobody', Tag: 'hot', 'Tag 2': 'vip' } }]);
  });
});
