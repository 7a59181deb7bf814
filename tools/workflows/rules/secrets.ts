import { values, type Rule } from './rule';

const SECRETS: ReadonlyArray<[string, RegExp]> = [
  ['a JSON Web Token', /\beyJ[\w-]{8,}\.[\w-]{8,}/],
  ['a Supabase key', /\bsb_(secret|publishable)_\w{8,}/],
  ['a Telegram bot token', /\b\d{8,10}:[\w-]{35}\b/],
  ['a bearer token', /\bbearer\s+[\w.~+/-]{16,}/i],
  ['an API key', /\b(sk|pk|ghp|gho|xox[abp]|glpat)[-_]\w{16,}/],
  ['a password in a URL', /:\/\/[^\s/:@]+:[^\s/@]+@/],
  ['an email address', /\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b/i],
];

/** Pages for people; any other host is somebody's installation. */
const PUBLIC_HOSTS = ['docs.n8n.io', 'docs.twenty.com', 'supabase.com', 'github.com', 'core.telegram.org'];
const IP_ADDRESS = /\b\d{1,3}(\.\d{1,3}){3}\b/;

/** Fields of nodes in which a value would be somebody's own. */
const PERSONAL_FIELD = /(token|secret|password|api_?key|chat_?id)$/i;

function hosts(text: string): string[] {
  return [...text.matchAll(/https?:\/\/([^\s/"'`\\)]+)/g)]
    .map(([, host]) => host)
    .filter((host) => !PUBLIC_HOSTS.includes(host));
}

export const holdsNoSecrets: Rule = ({ workflow }) =>
  [...values(workflow)].flatMap(({ key, value }) => {
    if (typeof value !== 'string') return [];
    const isExpression = value.startsWith('=');
    return [
      ...SECRETS.filter(([, pattern]) => pattern.test(value)).map(([what]) => `"${key}" seems to hold ${what}.`),
      ...hosts(value).map((host) => `"${key}" holds the host ${host}: addresses belong into credentials.`),
      ...(IP_ADDRESS.test(value) ? [`"${key}" holds an IP address: addresses belong into credentials.`] : []),
      ...(PERSONAL_FIELD.test(key) && !isExpression && value !== ''
        ? [`"${key}" has a value: leave it to the user.`]
        : []),
    ];
  });
