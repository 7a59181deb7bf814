const PAGE = /^\s*<(!doctype|html|head|body|\?xml|!--)/i;
const CHALLENGE = /just a moment|challenge-platform|cf-chl|captcha/i;
const FIREWALL =
  /cloudflare|attention required|access denied|request (was )?(blocked|rejected)|incapsula|imperva|akamai|sucuri/i;
/** The words stand at the beginning of such pages; characters. */
const READ = 20_000;

/**
 * Whose web page came in place of JSON: a firewall's that keeps programs out, or any other one's, such as a login's.
 * Failures of the server itself come as pages of the firewall, too; those are none of its own. Null for what is no page.
 */
export function pageOf(status: number, text: string): 'firewall' | 'page' | null {
  if (!PAGE.test(text)) return null;
  const read = text.slice(0, READ);
  return CHALLENGE.test(read) || (status < 500 && FIREWALL.test(read)) ? 'firewall' : 'page';
}
