/**
 * What is private in a text, and what stands in its place. `lead_sync.mask_text` holds the same list, a test compares the two:
 * so the patterns keep to what JavaScript and PostgreSQL read alike (no \b, no \p, no non-greedy quantifiers, bounds up to 255).
 * Each is linear in the length of the text: none can begin in the middle of what it could have begun with, or it is bounded.
 */
export interface Pattern {
  find: string;
  /** `$1` and `$2` are groups of `find`. */
  by: string;
  ignoreCase: boolean;
}

/** Keys, tokens and passwords as they turn up in error messages; what tells which kind it was stays. */
export const SECRETS: readonly Pattern[] = [
  // private keys in PEM
  { find: String.raw`(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]*`, by: '$1•••', ignoreCase: false },
  // JSON web tokens
  {
    find: String.raw`(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?`,
    by: '•••',
    ignoreCase: false,
  },
  // tokens that their prefix gives away: Supabase, GitHub, GitLab, Slack, Stripe, Shopify, DigitalOcean, n8n
  {
    find: String.raw`(?<![A-Za-z0-9])(sb_(?:secret|publishable)_|sbp_|gh[opsur]_|github_pat_|glpat-|xox[a-z]-|xapp-|[rs]k_(?:live|test)_|whsec_|shpat_|dop_v1_|n8n_api_)[A-Za-z0-9_-]{4,}`,
    by: '$1•••',
    ignoreCase: false,
  },
  // and those whose prefix could begin a word: OpenAI and Anthropic, AWS, Google, Hugging Face, SendGrid, npm
  {
    find: String.raw`(?<![A-Za-z0-9])(sk-|A[KS]IA|AIza|ya29\.|hf_|SG\.|npm_(?=[A-Za-z0-9]{36}))[A-Za-z0-9_.-]{16,}`,
    by: '$1•••',
    ignoreCase: false,
  },
  // tokens of Telegram bots, in addresses, too
  { find: String.raw`(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{30,}`, by: '•••', ignoreCase: false },
  // incoming webhooks of Slack, Teams, Discord, Google Chat, Zapier, Make, Mattermost and Rocket.Chat: whoever has the address may post
  {
    find: String.raw`(hooks\.slack(?:-gov)?\.com/|\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook/|discord(?:app)?\.com/api(?:/v[0-9]{1,2})?/webhooks/|chat\.googleapis\.com/v1/spaces/|hooks\.zapier\.com/hooks/|hook\.[a-z0-9.]{0,20}make\.com/|/hooks/(?=[A-Za-z0-9]{15}))[^\s"'<>]{6,}`,
    by: '$1•••',
    ignoreCase: true,
  },
  // HTTP authentication
  {
    find: String.raw`(?<![A-Za-z])((?:bearer|basic)(?:\s{0,2}[:=]\s{0,2}|(?:\s|%20){1,3}))(?!(?:auth|authentication|authorization|tokens?|scheme|realm)(?![A-Za-z0-9._~+/=-]))[A-Za-z0-9._~+/=-]{8,}`,
    by: '$1•••',
    ignoreCase: true,
  },
  {
    find: String.raw`(authorization[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})(?!(?:bearer|basic)\s)[^\s"',;]{4,}(?: [^\s"',;]{8,})?`,
    by: '$1•••',
    ignoreCase: true,
  },
  // values with a name that tells what they are: client_secret=…, "apiKey": "…"
  {
    find: String.raw`((?:(?:api|access|secret|service|private)[_-]?key|token|secret|password|passwd|pwd|passphrase|signature)[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})[^\s"'&,;)}\]\\]{4,}`,
    by: '$1•••',
    ignoreCase: true,
  },
  { find: String.raw`([?&](?:key|sig|auth|code)=)[^\s"'&#]{4,}`, by: '$1•••', ignoreCase: true },
  // passwords in addresses, with @ and / in them; a port is none
  {
    find: String.raw`(://[^\s/:@"<>]{0,100}:)(?![0-9]{1,5}(?:[/?#]|\s|$))[^\s"<>]{1,255}@`,
    by: '$1•••@',
    ignoreCase: false,
  },
];

/** E-mail addresses keep their first letter and domain, phone numbers their last two digits; dates, ids and figures look different. */
export const PERSONAL: readonly Pattern[] = [
  {
    find: String.raw`(?<![^\s@<>()\[\]",;:•])([^\s@<>()\[\]",;:•])[^\s@<>()\[\]",;:•]*@([^\s@<>()\[\]"',;:•…\\/?#&=.]+(?:\.[^\s@<>()\[\]"',;:•…\\/?#&=.]+)+)`,
    by: '$1•••@$2',
    ignoreCase: false,
  },
  // numbers in international form, and the usual national ones
  { find: String.raw`\+[0-9][0-9 ()./-]{3,}([0-9])[ ()./-]{0,2}([0-9])`, by: '•••$1$2', ignoreCase: false },
  {
    find: String.raw`(?<![A-Za-z0-9_.:-])\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{2}([0-9])([0-9])(?![A-Za-z0-9_:-])`,
    by: '•••$1$2',
    ignoreCase: false,
  },
  {
    find: String.raw`(?<![A-Za-z0-9_.:-])\(?0[0-9]{1,4}\)?[0-9 ./-]{4,18}([0-9])[ ./-]{0,2}([0-9])(?![A-Za-z0-9_:-])`,
    by: '•••$1$2',
    ignoreCase: false,
  },
];
