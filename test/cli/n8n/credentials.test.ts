import {
  derivedSecret,
  FORM_CREDENTIAL,
  PAGE_USER,
  wantedCredentials,
  type CredentialValues,
} from '../../../cli/n8n/credentials';

const VALUES: CredentialValues = {
  twenty: { url: 'https://twenty.example.com', apiKey: 'key' },
  supabase: { url: 'https://supabase.example.com', key: 'sb_secret_x' },
  mcp: false,
};

it.each([
  ['follows from the Supabase key', {}, derivedSecret('sb_secret_x', 'dashboard')],
  ['is the one that was given', { pagePassword: 'mine' }, 'mine'],
])('the password of a new login of the dashboard %s', (_case, given, password) => {
  const login = wantedCredentials({ ...VALUES, ...given }).find(({ type }) => type === 'httpBasicAuth');
  expect(login).toMatchObject({ data: { user: PAGE_USER, password }, isOurs: false });
});

it('the secret of web forms is made last, so that no other credential fails before it is told', () => {
  const wanted = wantedCredentials({ ...VALUES, mcp: true, telegramToken: 'token', formSecret: 'secret' });
  expect(wanted.at(-1)?.type).toBe(FORM_CREDENTIAL);
});
