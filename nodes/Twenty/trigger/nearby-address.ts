const PRIVATE_IPV4 = /^(10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./;
const PRIVATE_IPV6 = /^\[(::1|f[cd][0-9a-f]{2}:|fe80:)/;
const LOCAL_NAME = /(^|\.)(localhost|local|internal|lan)$/;

/** Whether a web address names this machine or one in a private network. Names without a dot are Docker's or a network's own. */
export function isNearbyAddress(address: string): boolean {
  const { hostname } = new URL(address);
  if (hostname.startsWith('[')) return PRIVATE_IPV6.test(hostname);
  return PRIVATE_IPV4.test(hostname) || LOCAL_NAME.test(hostname) || !hostname.includes('.');
}
