import { createHmac } from 'node:crypto';

/** What a credential says of an app and of what it may read. */
export interface MetaCredentials {
  appId?: string;
  appSecret?: string;
  accessToken?: string;
  verifyToken?: string;
  version?: string;
  baseUrl?: string;
}

export const GRAPH_API = 'https://graph.facebook.com';
/** Current in November 2026; an older one answers until Meta turns it off, two years after it came. */
export const GRAPH_VERSION = 'v26.0';

/**
 * Where the Graph API is, with its version at the end.
 * @returns null where the base URL is no http(s) address, or the version none such as v26.0
 */
export function graphUrl({ baseUrl = '', version = '' }: MetaCredentials): string | null {
  const base = (baseUrl.trim() || GRAPH_API).replace(/\/+$/, '');
  const number = version.trim() || GRAPH_VERSION;
  if (!/^https?:\/\//i.test(base) || !URL.canParse(base) || !/^v\d+\.\d+$/.test(number)) return null;
  return `${base}/${number}`;
}

/** Proves to Meta that who has the token has the app's secret, too (developers.facebook.com/docs/graph-api/guides/secure-requests). */
export function appSecretProof(accessToken: string, appSecret: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

/** The app's own token, which alone may read and change what the app is subscribed to. */
export function appToken({ appId = '', appSecret = '' }: MetaCredentials): string {
  return `${appId.trim()}|${appSecret.trim()}`;
}
