import { describeRedirect, isRedirect } from '../../../nodes/http/redirects';

test.each([300, 301, 302, 303, 307, 308])('%i is a redirect', (status) => expect(isRedirect(status)).toBe(true));

test.each([200, 204, 400, 401, 500])('%i is none', (status) => expect(isRedirect(status)).toBe(false));

test.each([
  ['https://login.example/sign-in?state=s3cret#token', 'https://login.example '],
  ['https://user:password@other.example:8443/x', 'https://other.example:8443 '],
  ['/auth?next=%2Frest', 'another path of the same host '],
  [undefined, 'another path of the same host '],
])('of the target %s only the host is told', (location, told) => {
  const described = describeRedirect(307, location);

  expect(described).toContain(`sends calls on to ${told}(HTTP 307)`);
  expect(described).not.toMatch(/s3cret|token|password|next=/);
});
