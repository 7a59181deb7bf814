import type { IAuthenticateRuleResponseCode } from 'n8n-workflow';

/** Every status that comes with a Location (RFC 9110, 15.4). */
const REDIRECTS = [300, 301, 302, 303, 307, 308];

/** What a credential test says where its request is sent on to another address. n8n shows a fixed text, so it cannot name that address. */
export function redirectRules(next: string): IAuthenticateRuleResponseCode[] {
  return REDIRECTS.map((status) => ({
    type: 'responseCode',
    properties: {
      value: status,
      message: `This address sends calls on to another one (HTTP ${status}), which was not followed, so that the key stays here. ${next}`,
    },
  }));
}
