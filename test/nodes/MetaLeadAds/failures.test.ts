import { describeFailure } from '../../../nodes/MetaLeadAds/transport/errors';
import { failureOfAnswer, mostUsed } from '../../../nodes/MetaLeadAds/transport/failures';

const answer = (status: number, error: object | string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  text: typeof error === 'string' ? error : JSON.stringify({ error }),
});

test.each([
  [400, { code: 190, error_subcode: 463, message: 'Session has expired' }, 'token'],
  [400, { code: 190, message: '(#190) This method must be called with a Page Access Token' }, 'permission'],
  [400, { code: 210, message: '(#210) A page access token is required to request this resource.' }, 'permission'],
  [403, { code: 10, message: 'no permission' }, 'permission'],
  [403, { code: 200, message: 'Requires leads_retrieval' }, 'permission'],
  [403, { code: 4, message: 'limit reached' }, 'throttled'],
  [400, { code: 17 }, 'throttled'],
  [400, { code: 32 }, 'throttled'],
  [400, { code: 613 }, 'throttled'],
  [400, { code: 80005 }, 'throttled'],
  [400, { code: 100, error_subcode: 33, message: 'Unsupported get request' }, 'missing'],
  [400, { code: 100, message: 'nonexisting field' }, 'invalid'],
  [500, { code: 1, is_transient: true }, 'server'],
  [503, 'busy', 'server'],
  [200, '{"data":[', 'cut_off'],
  [200, '<html>log in</html>', 'wrong_url'],
  [302, '', 'wrong_url'],
  [404, 'nothing here', 'wrong_url'],
] as const)('HTTP %d with %j is %s', (status, error, kind) => {
  const failure = failureOfAnswer(answer(status, error));

  expect(failure.kind).toBe(kind);
  expect(describeFailure(failure)).toMatch(/[.!]$/);
});

test('Meta says in headers how much of a limit is used and when calls are taken again', () => {
  const headers = {
    'x-app-usage': '{"call_count":12,"total_time":3,"total_cputime":5}',
    'x-business-use-case-usage':
      '{"1":[{"type":"leadgen","call_count":97,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":3}]}',
  };

  expect(mostUsed(headers)).toBe(97);
  expect(failureOfAnswer(answer(400, { code: 80005 }, headers)).retryAfterMs).toBe(180_000);
  expect(mostUsed({ 'x-app-usage': 'no JSON' })).toBe(0);
});
