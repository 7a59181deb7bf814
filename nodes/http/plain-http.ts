import type { INodeProperties } from 'n8n-workflow';

/** This machine, private networks (RFC 1918, RFC 4193, link-local) and names that no public DNS knows. */
const NEARBY = [
  'localhost',
  '(10|127|169\\.254|192\\.168|172\\.(1[6-9]|2\\d|3[01]))\\.[\\d.]+',
  '\\[(::1|f[cd][\\da-f]{2}:[\\da-f:]*|fe80:[\\da-f:]*)\\]',
  '[^.:/?#\\[]+',
  '[^:/?#\\[]+\\.(localhost|local|internal|lan|home\\.arpa)',
].join('|');

/** An address without TLS whose host may be far away. */
export const PLAIN_HTTP = `^\\s*[hH][tT][tT][pP]://(?!([^/?#@]*@)?(${NEARBY})\\.?(:\\d+)?([/?#]|\\s*$))`;

/** A notice below a credential's address: no error, because a tunnel or a network of one's own may be behind it. */
export function plainHttpNotice(addressField: string): INodeProperties {
  return {
    displayName:
      'This address begins with http://: whoever is on the way can read the key and all leads. Use https:// unless a private network or a tunnel is in between.',
    name: 'plainHttpNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { [addressField]: [{ _cnd: { regex: PLAIN_HTTP } }] } },
  };
}
