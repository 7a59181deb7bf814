/** Whether a server sends the caller on to another address. Such an answer is never followed: the key would travel with the call. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/**
 * Where a redirect points to, as the middle of a sentence. Scheme and host only: paths and queries of login pages hold tokens.
 * @param location the answer's `Location` header
 */
export function describeRedirect(status: number, location: string | undefined): string {
  const target = location === undefined || !URL.canParse(location) ? 'another path of the same host' : hostOf(location);
  return `it sends calls on to ${target} (HTTP ${status}), which was not followed, so that the key stays here`;
}

function hostOf(address: string): string {
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
