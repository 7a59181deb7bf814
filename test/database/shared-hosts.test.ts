import { randomUUID } from 'node:crypto';
import { person, useStore, written, type Json } from './store';

describe('a domain that many companies share', () => {
  const store = useStore();

  test.each([
    ['https://www.linkedin.com/company/acme', 'social'],
    ['de.linkedin.com', 'social'],
    ['gmail.com', 'mail'],
    ['GMAIL.com', 'mail'],
    ['wix.com', 'site_builder'],
    ['sites.google.com/view/acme', 'site_builder'],
    ['acme.myshopify.com', null],
    ['bit.ly/3xyz', 'short_link'],
    ['amazon.de:443', 'marketplace'],
    ['notlinkedin.com', null],
    ['linkedin.com.acme.example', null],
    ['acme.example', null],
    ['', null],
  ])('is known by its host: %s is %s', async (domain, kind) => {
    const [row] = await store.rows('select lead_sync.shared_host($1) as kind', [domain]);

    expect(row.kind).toBe(kind);
  });

  async function write(
    values: Json,
  ): Promise<{ id: string; values: Json; complete: (returned: Json) => Promise<Json> }> {
    const id = await store.addLead({ email: `${randomUUID()}@example.com`, ...values });
    const { claim, writes } = await store.beginPush();
    return {
      id,
      values: writes[0].values,
      complete: async (returned) => {
        await store.complete(claim, [written(writes[0], returned)]);
        return await store.lead(id);
      },
    };
  }

  test('is not sent: the company goes by its name, the lead keeps the domain and is synced', async () => {
    const push = await write({ company_name: 'Acme', company_domain: 'linkedin.com/company/acme' });
    expect(push.values).toMatchObject({ company_name: 'Acme', company_domain: null });

    const lead = await push.complete({ company_name: 'Acme', company_domain: null });

    expect(lead).toMatchObject({ company_domain: 'linkedin.com/company/acme', sync_status: 'synced' });
    const again = await store.pull([
      person({ twenty_id: push.id, email: lead.email, company_name: 'Acme', company_domain: null }),
    ]);
    expect(again.counts).toMatchObject({ unchanged: 1 });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('gives way to the domain of the company in Twenty, and is kept as a conflict', async () => {
    const push = await write({ company_name: 'Acme', company_domain: 'linkedin.com/company/acme' });

    const lead = await push.complete({ company_name: 'Acme', company_domain: 'https://acme.example' });

    expect(lead).toMatchObject({ company_domain: 'https://acme.example', sync_status: 'synced' });
    const [conflict] = await store.rows('select field, winner, supabase_value from public.lead_sync_conflicts');
    expect(conflict).toEqual({
      field: 'company_domain',
      winner: 'twenty',
      supabase_value: 'linkedin.com/company/acme',
    });
  });

  test('asks for no company where there is no name', async () => {
    const push = await write({ company_domain: 'gmail.com' });

    expect(push.values).toMatchObject({ company_domain: null });
  });

  test('goes out when somebody takes it out of the table', async () => {
    await store.sql.query(`delete from public.shared_hosts where host = 'amazon.com'`);

    const push = await write({ company_name: 'Amazon', company_domain: 'amazon.com' });

    expect(push.values).toMatchObject({ company_domain: 'amazon.com' });
  });

  test('is a text like any other where the object has no companies of its own', async () => {
    await store.sql.query(
      `update lead_sync.field_mappings set twenty_field = 'companyDomain.primaryLinkUrl' where lead_field = 'company_domain' and object = 'person'`,
    );

    const push = await write({ company_name: 'Acme', company_domain: 'linkedin.com' });

    expect(push.values).toMatchObject({ company_domain: 'linkedin.com' });
  });

  test('that an edit replaces by the domain of a company goes out', async () => {
    const push = await write({ company_name: 'Acme', company_domain: 'linkedin.com' });
    const { email } = await push.complete({ company_name: 'Acme', company_domain: null });
    await store.editLead(push.id, { company_domain: 'acme.example' });

    const { writes } = await store.beginPush([
      person({ twenty_id: push.id, email, company_name: 'Acme', company_domain: null }),
    ]);

    expect(writes[0].values).toMatchObject({ company_name: 'Acme', company_domain: 'acme.example' });
  });
});
