import { describeFailure, FAILURES } from '../../../nodes/SupabaseLeads/transport/failure-texts';
import { failureOfAnswer, failureOfNetwork } from '../../../nodes/SupabaseLeads/transport/failures';

const coded = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each<[string, Error, string]>([
  ['a timeout', coded('ECONNABORTED', 'timeout of 65000ms exceeded'), 'no_answer'],
  ['a connection that is dropped', coded('ECONNRESET', 'socket hang up'), 'cut_off'],
  ['an untrusted certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'certificate'],
  ['a cancelled execution', coded('ERR_CANCELED', 'canceled'), 'cancelled'],
  [
    'a host that is not found and has CERT in its name',
    coded('ENOTFOUND', 'getaddrinfo ENOTFOUND db.concert-crm.example'),
    'unreachable',
  ],
  ['a network without a route', coded('EHOSTUNREACH', 'connect EHOSTUNREACH'), 'unreachable'],
])('%s is recognised under the wrapping of n8n', (_case, cause, kind) => {
  expect(failureOfNetwork(new Error('The service could not be called', { cause })).kind).toBe(kind);
});

test('an unknown failure keeps what the other side said', () => {
  const { kind, detail } = failureOfAnswer(418, '{"message": "short and stout", "details": "Tip me over"}');

  expect(kind).toBe('rejected');
  expect(detail).toBe('short and stout. Tip me over');
});

test('every failure says what happened and what to do', () => {
  for (const { message, nextStep } of Object.values(FAILURES)) {
    expect(message).toMatch(/^[A-Z].*[^.]$/);
    expect(nextStep).toMatch(/^[A-Z].*\.$/);
    expect(`${message} ${nextStep}`.length).toBeLessThan(300);
  }
});

const CLOUDFLARE = '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>';
const json = (code: string, message: string) => JSON.stringify({ code, message, details: null, hint: null });

test.each<[string, number, string, RegExp, RegExp]>([
  [
    'a read-only database',
    405,
    json('25006', 'cannot execute UPDATE in a read-only transaction'),
    /takes no writes/,
    /disk is full.*read replica/,
  ],
  [
    'an exceeded quota',
    402,
    '{"message": "Service for this project is restricted due to the following violations: exceed_egress_quota"}',
    /quota or a payment/,
    /Usage and Billing/,
  ],
  ['a paused project', 540, 'Project paused', /is paused/, /Restore it/],
  ['a challenge of Cloudflare', 403, CLOUDFLARE, /firewall in front of Supabase/, /address of this n8n/],
  ['a challenge that calls itself a success', 200, CLOUDFLARE, /firewall in front of Supabase/, /behind the firewall/],
  ['a challenge with 503', 503, CLOUDFLARE, /firewall/, /without a challenge/],
  [
    'a blocked request',
    403,
    '<html><title>Attention Required! | Cloudflare</title></html>',
    /firewall in front of Supabase/,
    /address of this n8n/,
  ],
  [
    'a server that Cloudflare cannot reach',
    521,
    '<html><title>521: Web server is down | Cloudflare</title></html>',
    /could not handle the call/,
    /logs and the status/,
  ],
  ['a login page', 403, '<html><form action="/login"></form></html>', /not as Supabase does/, /login page/],
  [
    'a schema that is not exposed',
    406,
    json('PGRST106', 'The schema must be one of the following: api'),
    /does not offer the schema public/,
    /exposed schemas.*PGRST_DB_SCHEMAS/,
  ],
  [
    'a schema that the role may not use',
    403,
    json('42501', 'permission denied for schema lead_sync'),
    /lacks rights/,
    /lead-sync-2\.sql again: they grant/,
  ],
  [
    'a schema that is gone',
    404,
    json('3F000', 'schema "lead_sync" does not exist'),
    /does not have the lead functions/,
    /npx n8n-nodes-lead-sync setup/,
  ],
  ['a table that was changed by hand', 400, json('42804', 'type mismatch'), /failed inside the database/, /by hand/],
  ['a deadlock', 500, json('40P01', 'deadlock detected'), /was in the way/, /safe to repeat/],
  ['too many connections', 503, json('53300', 'sorry, too many clients already'), /too many requests/, /later/],
  ["a user's own trigger", 400, json('P0001', 'No leads on Sundays'), /^No leads on Sundays/, /trigger or constraint/],
  ['a constraint', 409, json('23514', 'violates check constraint "x"'), /^violates/, /correct the value/],
  ['a run that is not there any more', 409, json('PT409', 'Sync run 1 is not running'), /^Sync run 1/, /once more/],
  ['a gateway that refuses', 400, '{"message": "Bad Request"}', /^Bad Request/, /what stands between/],
])('%s has advice of its own', (_case, status, text, happened, next) => {
  const message = describeFailure(failureOfAnswer(status, text));

  expect(message).toMatch(happened);
  expect(message).toMatch(next);
});

test('only a wrong parameter says to correct the parameters', () => {
  const advice = (code: string) => describeFailure(failureOfAnswer(400, json(code, 'No')));

  expect(advice('22023')).toMatch(/Correct the parameters of this node/);
  for (const code of ['P0001', '23505', 'PT409', '42804', '40001', '25006', '42501', 'PGRST106', '']) {
    expect(advice(code)).not.toMatch(/parameters/);
  }
});
