import { describeFailure } from '../../../nodes/Knowlarity/transport/errors';
import { failureOfAnswer } from '../../../nodes/Knowlarity/transport/failures';

const answer = (status: number, body: object | string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});

test.each([
  [401, { message: 'Unauthorized' }, 'authorization'],
  [403, { message: 'Forbidden' }, 'key'],
  [400, { error: { message: 'start_time and end_time are mandatory' } }, 'invalid'],
  [404, { error: 'not found' }, 'invalid'],
  [429, { message: 'Too Many Requests' }, 'throttled'],
  [429, 'slow down', 'throttled'],
  [502, { message: 'Internal server error' }, 'server'],
  [503, 'busy', 'server'],
  [200, '{"meta": {"limit": 1', 'cut_off'],
  [200, { message: 'OK' }, 'wrong_url'],
  [200, '<html>log in</html>', 'wrong_url'],
  [403, '<html>Attention Required! | Cloudflare</html>', 'firewall'],
  [302, '', 'wrong_url'],
  [200, 'null', 'cut_off'],
] as const)('HTTP %d with %j is %s', (status, body, kind) => {
  const failure = failureOfAnswer(answer(status, body));

  expect(failure.kind).toBe(kind);
  expect(describeFailure(failure)).toMatch(/[.!]$/);
});

test('a throttled call is sent again when Knowlarity says', () => {
  expect(failureOfAnswer(answer(429, { message: 'Limit Exceeded' }, { 'retry-after': '7' })).retryAfterMs).toBe(7_000);
  expect(failureOfAnswer(answer(429, { message: 'Limit Exceeded' })).retryAfterMs).toBeUndefined();
});
