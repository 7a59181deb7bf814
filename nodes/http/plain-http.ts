import type { INodeProperties } from 'n8n-workflow';
import { NEARBY } from './nearby';

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
