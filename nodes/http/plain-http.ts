import type { DisplayCondition, INodeProperties } from 'n8n-workflow';

type Test = 'startsWith' | 'includes' | 'endsWith';
const texts = (test: Test, values: readonly string[]): DisplayCondition[] =>
  values.map((value) => ({ _cnd: { [test]: value } }) as unknown as DisplayCondition);

const BY_172 = Array.from({ length: 16 }, (_, n) => `172.${16 + n}.`);
const OWN_NETWORKS = ['10.', '127.', '169.254.', '192.168.', ...BY_172].map((beginning) => `http://${beginning}`);
const OWN_DOMAINS = ['.localhost', '.local', '.internal', '.lan', '.home.arpa'];

/**
 * A notice below a credential's address without TLS whose host may be far away: one with a dot or of a public IPv6 network, but
 * not of a private network (RFC 1918, link-local) or a domain that no public DNS knows. It is no error, because a tunnel may be
 * behind it. No pattern tells: n8n works this out whenever a node reads the credential, and ends the node where a pattern takes
 * 250 ms by the clock, which happens where the machine is busy.
 */
export function plainHttpNotice(addressField: string): INodeProperties {
  return {
    displayName:
      'This address begins with http://: whoever is on the way can read the key and all leads. Use https:// unless a private network or a tunnel is in between.',
    name: 'plainHttpNotice',
    type: 'notice',
    default: '',
    displayOptions: {
      show: {
        [addressField]: texts('startsWith', ['http://']),
        // the same field again, as all of these have to be met
        [`/${addressField}`]: texts('includes', ['.', '[2', '[3']),
      },
      hide: {
        [addressField]: [
          ...texts('startsWith', OWN_NETWORKS),
          ...texts('endsWith', OWN_DOMAINS),
          ...texts(
            'includes',
            OWN_DOMAINS.flatMap((domain) => [`${domain}:`, `${domain}/`]),
          ),
        ],
      },
    },
  };
}
