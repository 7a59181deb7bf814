/** The addresses of one Twenty workspace, made from whatever a user pasted as its URL. */
export interface TwentyUrls {
  /** Scheme, host, port and path prefix, without a trailing slash: `https://crm.example.com`. */
  base: string;
  /** Host and port: names the server whose metadata are shared. */
  host: string;
  graphql: string;
  rest: string;
}

const API_SUFFIX = /\/(rest|graphql|metadata)(\/.*)?$/i;

/**
 * Reads a workspace URL with or without scheme, trailing slash, `/rest`, `/graphql` or `/metadata`.
 * Returns null where the text is no http(s) address at all.
 */
export function readTwentyUrl(text: string): TwentyUrls | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const path = url.pathname.replace(/\/+$/, '').replace(API_SUFFIX, '').replace(/\/+$/, '');
  const base = `${url.protocol}//${url.host}${path}`;
  return { base, host: url.host, graphql: `${base}/graphql`, rest: `${base}/rest` };
}
