/**
 * The address of a Supabase project from what people paste: with or without scheme, slash at the end, `/rest`
 * or `/rest/v1`. A path before that (a gateway's prefix) stays.
 * @returns `null` for what is no http(s) address
 */
export function projectUrl(host: string): string | null {
  const text = host.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  if (!/^https?:$/.test(url.protocol)) return null;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/rest(\/v1)?$/, '');
  return `${url.origin}${path}`;
}
