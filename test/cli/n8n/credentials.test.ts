import { derivedSecret, FORM_CREDENTIAL, wantedCredentials } from '../../../cli/n8n/credentials';
import { pagePassword } from '../../../cli/n8n/page';

afterEach(() => delete process.env.LEAD_SYNC_PAGE_PASSWORD);

it('the password of the dashboard follows from the Supabase key, or is the one that was given', () => {
  expect(pagePassword('sb_secret_x')).toBe(derivedSecret('sb_secret_x', 'dashboard'));
  process.env.LEAD_SYNC_PAGE_PASSWORD = 'mine';
  expect(pagePassword('sb_secret_x')).toBe('mine');
});

it('the secret of web forms is made last, so that no other credential fails before it is told', () => {
  const wanted = wantedCredentials({
    twenty: { url: 'https://twenty.example.com', apiKey: 'key' },
    supabase: { url: 'https://supabase.example.com', key: 'sb_secret_x' },
    pagePassword: 'mine',
    telegramToken: 'token',
    mcp: true,
    formSecret: 'secret',
  });
  expect(wanted.at(-1)?.type).toBe(FORM_CREDENTIAL);
});
