import { randomUUID } from 'node:crypto';
import type { FieldMapping, LeadValues } from '../../../../nodes/lead';
import { prepareWorkspace } from '../../../../nodes/Twenty/leads/prepare';
import { pushLeads } from '../../../../nodes/Twenty/leads/push';
import { refusal } from '../support/pushing';
import { createWrite, useWorkspace, type Interference } from '../support/workspace';

const COMPANY: FieldMapping[] = [
  { lead_field: 'name', twenty_field: 'name', kind: 'text' },
  { lead_field: 'domain', twenty_field: 'domainName.primaryLinkUrl', kind: 'domain' },
  { lead_field: 'linkedin_url', twenty_field: 'linkedinLink.primaryLinkUrl', kind: 'link' },
  { lead_field: 'annual_revenue', twenty_field: 'annualRevenue', kind: 'money' },
];
/** A lead has each of these fields. */
const PLACE: FieldMapping[] = [
  { lead_field: 'city', twenty_field: 'name', kind: 'text' },
  { lead_field: 'phone', twenty_field: 'phones.primaryPhoneNumber', kind: 'phone' },
];
const VENUE: FieldMapping[] = [
  { lead_field: 'name', twenty_field: 'name', kind: 'text' },
  { lead_field: 'phone', twenty_field: 'phones.primaryPhoneNumber', kind: 'phone' },
];

/** What rows of other objects than leads are in Twenty: fields that are called like a lead's tell nobody who they are. */
describe('records of other objects', () => {
  const workspace = useWorkspace();

  beforeAll(async () => {
    const names = { nameSingular: 'venue', namePlural: 'venues', labelSingular: 'Venue', labelPlural: 'Venues' };
    await workspace.client().metadata('POST', '/objects', { ...names, icon: 'IconMap' });
    await prepareWorkspace(workspace.client(), 'venue', VENUE);
  });

  const push = async (
    object: string,
    mapping: FieldMapping[],
    values: LeadValues,
    { interfere, isLeads }: { interfere?: Interference; isLeads?: boolean } = {},
  ) => {
    const client = workspace.client({ interfere });
    const options = { leaseSeconds: null, runId: '', batchSize: 200, strict: false };
    const write = createWrite(randomUUID(), values);
    return await pushLeads(client, await workspace.scope(client, mapping, object, isLeads), [write], options);
  };

  test.each([
    ['company', COMPANY, { annual_revenue: { amount: '10.1234567', currency: 'EUR' } }, 'annual_revenue'],
    ['company', COMPANY, { linkedin_url: 'acme on linkedin' }, 'linkedin_url'],
    ['venue', VENUE, { phone: 'call me' }, 'phone'],
  ])('a %s goes out without the one value that cannot be used (%#)', async (object, mapping, values, field) => {
    const { results } = await push(object, mapping, { name: 'Acme', ...values });

    expect(results).toEqual([
      expect.objectContaining({ ok: true, left_out: { [field]: expect.any(String) as string } }),
    ]);
    expect(results[0]).toMatchObject({ values: { name: 'Acme', [field]: null } });
  });

  test.each([
    [false, { ok: true, values: { city: 'Paris', phone: null } }],
    [true, { ok: false, category: 'validation' }],
    [undefined, { ok: false, category: 'validation' }],
  ])(
    'fields that leads have, too: where the run says whether they are leads, it counts (%s)',
    async (isLeads, result) => {
      const { results } = await push('venue', PLACE, { city: 'Paris', phone: 'call me' }, { isLeads });

      expect(results).toMatchObject([result]);
    },
  );

  test('a company goes out without the one field that Twenty refuses', async () => {
    const refuse: Interference = async (request, next) => {
      if (!request.body?.includes('refused')) return await next(request);
      return refusal('Invalid string value for text field "name"', { subCode: 'INVALID_ARGS_DATA' });
    };

    const { results } = await push('company', COMPANY, { name: 'refused', domain: 'acme.com' }, { interfere: refuse });

    expect(results).toMatchObject([{ ok: true, left_out: { name: expect.any(String) as string } }]);
  });
});
