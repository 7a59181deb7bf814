/** What a credential says of an account. */
export interface KnowlarityCredentials {
  apiKey?: string;
  authorizationToken?: string;
  baseUrl?: string;
  pushSecret?: string;
  timeZone?: string;
  country?: string;
}

export const KNOWLARITY_API = 'https://kpi.knowlarity.com';
/** Of accounts in India, which most are. */
export const TIME_ZONE = 'Asia/Kolkata';
export const COUNTRY = 'IN';
export const CALL_LOG = '/Basic/v1/account/calllog';

/** @returns null where the base URL is no http(s) address */
export function baseUrlOf({ baseUrl = '' }: KnowlarityCredentials): string | null {
  const base = (baseUrl.trim() || KNOWLARITY_API).replace(/\/+$/, '');
  return /^https?:\/\//i.test(base) && URL.canParse(base) ? base : null;
}
