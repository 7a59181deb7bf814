/** This machine, private networks (RFC 1918, RFC 4193, link-local) and names that no public DNS knows, those without a dot among them. A pattern for a host. */
const NEARBY = [
  'localhost',
  '(10|127|169\\.254|192\\.168|172\\.(1[6-9]|2\\d|3[01]))\\.[\\d.]+',
  '\\[(::1|f[cd][\\da-f]{2}:[\\da-f:]*|fe80:[\\da-f:]*)\\]',
  '[^.:/?#\\[]+',
  '[^:/?#\\[]+\\.(localhost|local|internal|lan|home\\.arpa)',
].join('|');

const NEARBY_HOST = new RegExp(`^(${NEARBY})\\.?$`);

/** Whether a web address names this machine or one in a private network. */
export function isNearbyAddress(address: string): boolean {
  return NEARBY_HOST.test(new URL(address).hostname);
}
