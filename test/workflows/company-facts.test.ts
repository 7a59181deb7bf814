import axios from 'axios';
import { useStage } from './stage';

const stage = useStage();

/** Workspaces of older versions have this field, newer ones as a field of their own. */
async function addEmployees(): Promise<void> {
  const headers = { authorization: `Bearer ${stage.twenty.apiKey}` };
  const { data } = await axios.get<{ data: { objects: Array<{ id: string; nameSingular: string }> } }>(
    `${stage.twenty.url}/rest/metadata/objects`,
    { headers },
  );
  const company = data.data.objects.find(({ nameSingular }) => nameSingular === 'company');
  await axios.post(
    `${stage.twenty.url}/rest/metadata/fields`,
    { objectMetadataId: company?.id, type: 'NUMBER', name: 'employees', label: 'Employees' },
    { headers },
  );
}

beforeAll(async () => {
  await addEmployees();
});

describe('facts of the company in Twenty, once their rows of the mapping are turned on', () => {
  it('size and country come in, fill the bands, and are not written back', async () => {
    await stage.database.query(
      `update lead_sync.field_mappings set enabled = true where object = 'person' and lead_field = 'company_size'`,
    );
    await stage.database.query(
      `update lead_sync.field_mappings set twenty_field = 'company.address.addressCountry', direction = 'to_supabase'
       where object = 'person' and lead_field = 'country'`,
    );
    const [companyId] = stage.twenty.store.insert('company', [
      { name: 'Acme', employees: 250, address: { addressCountry: 'France' } },
    ]);
    stage.twenty.store.insert('person', [{ name: { firstName: 'Ada' }, companyId }]);

    await stage.pull();
    await stage.push();
    await stage.pull();

    const { rows } = await stage.database.query('select * from public.leads');
    expect(rows).toMatchObject([
      {
        company_size: '250',
        company_employees: 250,
        company_size_band: '201-500',
        country: 'France',
        income_tier: 'high',
        sync_status: 'synced',
      },
    ]);
    expect(stage.twenty.store.get('company', companyId)).toMatchObject({ name: 'Acme', employees: 250 });
  });
});
