/** Runs at the end; one within the text is tried where it begins alone, as long as it may be. */
const LAST_SLASHES = /(?<!\/)\/+$/;
const LAST_DOTS = /(?<!\.)\.+$/;

/** http or https, a host with a dot, and no user name, which would be an email address or a secret. */
function parseUrl(text: string): URL | null {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/+/, '')}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    return null;
  }
  const host = url.hostname.replace(LAST_DOTS, '');
  return /^https?:$/.test(url.protocol) && url.username === '' && host.includes('.') ? url : null;
}

/**
 * A link in one stable form: a scheme (https when none is given), host in lower case, no slash at the end, as Twenty
 * stores it.
 * @returns `null` for what is no http(s) address
 */
export function parseLink(text: string): string | null {
  const link = parseUrl(text)?.href.replace(LAST_SLASHES, '');
  if (link === undefined || link === text) return link ?? null;
  return parseUrl(link)?.href.replace(LAST_SLASHES, '') ?? null;
}

/**
 * A company's domain in one stable form, `https://acme.com`: scheme, `www.`, port, path and slash make no other company.
 * @returns `null` for what is no domain
 */
export function parseDomain(text: string): string | null {
  const host = parseUrl(text)
    ?.hostname.replace(LAST_DOTS, '')
    .replace(/^(www\.)+(?=[^.]+\.)/, '');
  return host === undefined ? null : `https://${host}`;
}

/**
 * The spellings under which Twenty may hold a domain; to Twenty each is another company.
 * @param domain in the form `https://acme.com`
 */
export function domainSpellings(domain: string): string[] {
  const host = domain.replace(/^https:\/\//, '');
  return ['https://', 'http://', ''].flatMap((scheme) => [`${scheme}${host}`, `${scheme}www.${host}`]);
}
