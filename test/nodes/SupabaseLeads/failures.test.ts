import { failureOfAnswer, failureOfNetwork, FAILURES } from '../../../nodes/SupabaseLeads/transport/failures';

const coded = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each<[string, Error, string]>([
  ['a timeout', coded('ECONNABORTED', 'timeout of 65000ms exceeded'), 'no_answer'],
  ['a connection that is dropped', coded('ECONNRESET', 'socket hang up'), 'cut_off'],
  ['an untrusted certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'certificate'],
  ['a cancelled execution', coded('ERR_CANCELED', 'canceled'), 'cancelled'],
  ['a network without a route', coded('EHOSTUNREACH', 'connect EHOSTUNREACH'), 'unreachable'],
])('%s is recognised under the wrapping of n8n', (_case, cause, kind) => {
  expect(failureOfNetwork(new Error('The service could not be called', { cause })).kind).toBe(kind);
});

test('an unknown failure keeps what the other side said', () => {
  const { kind, detail } = failureOfAnswer(418, '{"message": "short and stout", "details": "Tip me over"}');

  expect(kind).toBe('refused');
  expect(detail).toBe('short and stout. Tip me over');
});

test('every failure says what happened and what to do', () => {
  for (const { message, nextStep } of Object.values(FAILURES)) {
    expect(message).toMatch(/^[A-Z].*[^.]$/);
    expect(nextStep).toMatch(/^[A-Z].*\.$/);
    expect(`${message} ${nextStep}`.length).toBeLessThan(300);
  }
});
