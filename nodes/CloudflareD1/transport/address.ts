/** Where Cloudflare's API is; a Worker that answers like it has another host. */
export const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';

/** What a credential says of a database. */
export interface DatabaseAddress {
  baseUrl: string;
  accountId: string;
  databaseId: string;
}

/** The Worker reaches one database: it takes any word for account and database. */
const ANY = '-';

/**
 * Where queries of a database go; pasted slashes and `/client/v4` at the end make no difference.
 * @returns null where the base URL is no http(s) address
 */
export function queryUrl({ baseUrl, accountId, databaseId }: DatabaseAddress): string | null {
  const base = (baseUrl.trim() || CLOUDFLARE_API).replace(/\/+$/, '').replace(/\/client\/v4$/, '');
  if (!/^https?:\/\//i.test(base) || !URL.canParse(base)) return null;
  const [account, database] = [accountId, databaseId].map((id) => encodeURIComponent(id.trim() || ANY));
  return `${base}/client/v4/accounts/${account}/d1/database/${database}/query`;
}

/** Whether calls go to Cloudflare's own API, which needs the ids of account and database. */
export function isCloudflare(baseUrl: string): boolean {
  return baseUrl.trim() === '' || /^https?:\/\/api\.cloudflare\.com(\/|$)/i.test(baseUrl.trim());
}
