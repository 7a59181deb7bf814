import { parse } from 'graphql';
import { defaultMapping, recordSelection } from '../../nodes/lead';

const parsed = (selection: string) => parse(`{people{edges{node{${selection}}}}}`);

test('selects composites whole and the company with what it is matched by', () => {
  const selection = recordSelection(defaultMapping('person'));

  expect(() => parsed(selection)).not.toThrow();
  expect(selection).toContain('id createdAt updatedAt deletedAt');
  expect(selection).toContain('name{firstName lastName}');
  expect(selection).toContain('emails{primaryEmail additionalEmails}');
  expect(selection).toContain(
    'phones{primaryPhoneNumber primaryPhoneCountryCode primaryPhoneCallingCode additionalPhones}',
  );
  expect(selection).toContain('companyId company{id name domainName{primaryLinkUrl}}');
});

test('leaves out what the workspace lacks and a company that is not mapped', () => {
  const selection = recordSelection(defaultMapping('person'), ['leadScore', 'company']);

  expect(selection).not.toContain('leadScore');
  expect(selection).not.toContain('company');
});

test('adds further company fields to the company', () => {
  const selection = recordSelection([
    { lead_field: 'company_size', twenty_field: 'company.employees', kind: 'number' },
  ]);

  expect(selection).toContain('company{id name domainName{primaryLinkUrl} employees}');
});
