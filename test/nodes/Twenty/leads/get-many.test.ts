import { randomUUID } from 'node:crypto';
import { getLeadsByIdOrEmail } from '../../../../nodes/Twenty/leads/get-many';
import { mutateRecords } from '../../../../nodes/Twenty/records/mutate-records';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { useWorkspace } from '../support/workspace';

const workspace = useWorkspace();

async function person(email: string): Promise<string> {
  const [record] = await workspace.create('person', [{ values: { emails: { primaryEmail: email } } }]);
  return record.id;
}

describe('reading leads by id or email', () => {
  it('reads hundreds in one call', async () => {
    const emails = Array.from({ length: 150 }, (_unused, index) => `many${index}@x.test`);
    const records = await workspace.create(
      'person',
      emails.map((primaryEmail) => ({ values: { emails: { primaryEmail } } })),
    );
    const client = workspace.client();
    const asked = [
      ...records.slice(0, 75).map(({ id }) => ({ twenty_id: id })),
      ...emails.slice(75).map((email) => ({ email })),
    ];

    const found = await getLeadsByIdOrEmail(client, await workspace.scope(client), asked);

    expect(found.leads).toHaveLength(150);
    expect(found.calls).toBe(1);
  });

  it('is not kept from the others by an id that Twenty’s filters do not take, nor calls it absent', async () => {
    const id = await person('plain@x.test');
    const client = workspace.client();

    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [
      { twenty_id: '11111111-1111-1111-1111-111111111111', lead_id: '11111111-1111-1111-1111-111111111111' },
      { lead_id: '019a0000-0000-7000-8000-000000000000', email: 'nobody@x.test' },
      { twenty_id: id },
    ]);

    expect(leads).toMatchObject([{ twenty_id: id }]);
  });

  it('gives a record once that both id and email match', async () => {
    const id = await person('both@x.test');
    const client = workspace.client();

    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [
      { twenty_id: id, email: 'both@x.test' },
    ]);

    expect(leads).toHaveLength(1);
    expect(leads[0]).toMatchObject({ twenty_id: id, email: 'both@x.test' });
  });

  it('finds an email however it is written', async () => {
    const id = await person('case@x.test');
    const client = workspace.client();

    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [{ email: ' CASE@x.test ' }]);

    expect(leads).toMatchObject([{ twenty_id: id }]);
  });

  it.each([
    ['info@xn--bcher-kva.example', { email: 'Info@BÜCHER.example' }],
    ['buero@bücher.example', { email: 'buero@bücher.example' }],
    ['kontakt@bücher.example', { email: 'kontakt@xn--bcher-kva.example', other_email: 'kontakt@bücher.example' }],
  ])('finds %s, by whichever letters of its host it is asked for', async (stored, asked) => {
    const id = randomUUID();
    workspace.double.store.insert('person', [{ id, emails: { primaryEmail: stored } }]);
    const client = workspace.client();

    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [asked]);

    expect(leads).toMatchObject([{ twenty_id: id }]);
  });

  it('shows deleted records and says which ids are absent', async () => {
    const id = await person('dead@x.test');
    const client = workspace.client();
    await mutateRecords(client, 'delete', await readObject(client, 'person'), [id], 200);
    const unknown = randomUUID();

    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [
      { twenty_id: id },
      { twenty_id: unknown },
    ]);

    expect(leads.find((lead) => lead.twenty_id === id)).toMatchObject({ twenty_deleted_at: expect.any(String) });
    expect(leads.find((lead) => lead.twenty_id === unknown)).toEqual({ twenty_id: unknown, absent: true });
  });

  it('finds the person of a create whose answer was lost, by the id of the lead', async () => {
    const lead = randomUUID();
    await workspace.create('person', [{ id: lead, values: { name: { firstName: 'Lost' } } }]);
    const client = workspace.client();

    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client), [
      { lead_id: lead, twenty_id: null },
      { lead_id: randomUUID(), twenty_id: null },
    ]);

    expect(leads).toMatchObject([{ twenty_id: lead, first_name: 'Lost' }]);
  });

  it('makes no call for nothing', async () => {
    const client = workspace.client();

    const found = await getLeadsByIdOrEmail(client, await workspace.scope(client), []);

    expect(found).toMatchObject({ leads: [], calls: 0 });
  });
});
