import { completeData, type CredentialSchema } from '../../../cli/n8n/credential-schema';

/** As n8n 1.123.81 answers for a credential that nodes use for HTTP calls. */
const SCHEMA: CredentialSchema = {
  properties: { url: {}, allowedHttpRequestDomains: { enum: ['all', 'domains', 'none'] }, allowedDomains: {} },
  allOf: [
    {
      if: { properties: { url: { pattern: '^http://(?!localhost)' } } },
      then: { allOf: [{ required: ['plainHttpNotice'] }] },
    },
    {
      if: { properties: { allowedHttpRequestDomains: { enum: ['domains'] } } },
      then: { allOf: [{ required: ['allowedDomains'] }] },
    },
  ],
};

it('says what an older n8n would take for its opposite when it is left out', () => {
  expect(completeData({ url: 'https://crm.example.com' }, SCHEMA)).toEqual({
    url: 'https://crm.example.com',
    allowedHttpRequestDomains: 'all',
  });
});

it('gives what a value that is given asks for', () => {
  expect(completeData({ url: 'http://crm.example.com' }, SCHEMA)).toHaveProperty('plainHttpNotice', '');
});

it('adds nothing where n8n asks for nothing', () => {
  expect(completeData({ url: 'https://crm.example.com' }, { properties: SCHEMA.properties })).toEqual({
    url: 'https://crm.example.com',
  });
});
