import { readCall } from '../../../nodes/Knowlarity/calls/fields';
import { readTime, writeTime } from '../../../nodes/Knowlarity/calls/times';
import { toLead } from '../../../nodes/Knowlarity/calls/to-lead';

const INDIA = { timeZone: 'Asia/Kolkata', country: 'IN' };
const call = (more: Record<string, unknown> = {}) => ({
  uuid: 'made-up-1',
  customer_number: '+919812345678',
  agent_number: '+919800000001',
  knowlarity_number: '+918000000001',
  start_time: '2026-11-20 15:30:00+05:30',
  call_duration: 65,
  business_call_type: 'Incoming',
  call_recording: 'https://recordings.example/made-up.mp3',
  ...more,
});

test('a call is a lead with a phone, and a touch that keeps how it was', () => {
  expect(toLead(call(), INDIA)?.lead).toEqual({
    phone: '+919812345678',
    touch: {
      source: 'knowlarity',
      external_id: 'made-up-1',
      kind: 'call',
      time: '2026-11-20T10:00:00.000Z',
      medium: 'Incoming',
      agent: '+919800000001',
      duration_seconds: 65,
      outcome: 'answered',
      raw: call(),
    },
  });
});

test.each([
  '+919812345678',
  '919812345678',
  '09812345678',
  '9812345678',
  '00919812345678',
  ' +91 98123 45678 ',
  '+91-98123-45678',
  9812345678,
])('the customer’s number %j is read', (customer_number) => {
  expect(readCall(call({ customer_number }), INDIA).customer).toBe('+919812345678');
});

test.each([
  ['971501234567', '+971501234567'],
  ['447911123456', '+447911123456'],
])('a call from abroad whose number %j lacks its + is one of %s', (customer_number, customer) => {
  expect(readCall(call({ customer_number }), INDIA).customer).toBe(customer);
});

test.each(['', 'anonymous', 'Withheld', '12', null, undefined, {}, '+', '0000000000'])(
  'of the number %j nobody could be called back, and no lead is made',
  (customer_number) => {
    expect(toLead(call({ customer_number }), INDIA)).toBeNull();
  },
);

test.each([
  ['2026-11-20 15:30:00+05:30', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 15:30:00 +05:30', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 15:30:00 05:30', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 15:30:00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20T15:30:00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 10:00:00Z', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 15:30:00.123456+05:30', '2026-11-20T10:00:00.123Z'],
  ['1795428000', '2026-11-23T10:00:00.000Z'],
  ['yesterday', null],
  ['', null],
])('the time %j of an account in India is %j', (text, time) => {
  expect(readTime(text, 'Asia/Kolkata')).toBe(time);
});

test('a time without an offset is the account’s own, wherever that is, and is asked for with its offset', () => {
  expect(readTime('2026-07-20 12:00:00', 'Europe/London')).toBe('2026-07-20T11:00:00.000Z');
  expect(writeTime(Date.parse('2026-07-20T11:00:00Z'), 'Europe/London')).toBe('2026-07-20 12:00:00+01:00');
  expect(writeTime(Date.parse('2026-11-20T10:00:00Z'), 'Asia/Kolkata')).toBe('2026-11-20 15:30:00+05:30');
});

test.each([
  [
    { agent_number: 'Call Missed', call_duration: 0 },
    { agent: null, outcome: 'missed', seconds: 0 },
  ],
  [
    { business_call_type: 'Missed Call', agent_number: '' },
    { agent: null, outcome: 'missed' },
  ],
  [{ call_status: 'Not Answered' }, { outcome: 'missed' }],
  [
    { agent_number: 'Call Missed', business_call_type: 'Outgoing', call_duration: 0 },
    { agent: null, outcome: null },
  ],
  [{ call_duration: 0 }, { outcome: null, seconds: 0 }],
  [{ call_duration: null }, { outcome: null, seconds: null }],
  [{ call_duration: '00:01:05' }, { outcome: 'answered', seconds: 65 }],
  [{ call_duration: '65' }, { outcome: 'answered', seconds: 65 }],
  [{ call_duration: 'in progress' }, { outcome: null, seconds: null }],
  [{ agent_number: 'Reception' }, { agent: 'Reception', outcome: 'answered' }],
  [{ agent_number: '9800000001' }, { agent: '+919800000001' }],
])('%j is read as %j', (more, expected) => {
  expect(readCall(call(more), INDIA)).toMatchObject(expected);
});

test('fields of pushes are known by the names that accounts give them', () => {
  const seen = {
    call_uuid: 'made-up-2',
    call_date: '2026-11-20',
    call_time: '15:30:00',
    customer_number: '9812345678',
    call_number: '08000000001',
    call_duration: '12',
    recording_url: 'https://recordings.example/made-up.mp3',
    call_status: 'Missed',
  };

  expect(readCall(seen, INDIA)).toEqual({
    uuid: 'made-up-2',
    customer: '+919812345678',
    agent: null,
    knowlarityNumber: '+918000000001',
    time: '2026-11-20T10:00:00.000Z',
    seconds: 12,
    kind: null,
    outcome: 'missed',
  });
  expect(readCall({ Call_Type: 'Incoming', 'Caller-ID': '+918000000001', UUID: 'a' }, INDIA)).toMatchObject({
    uuid: 'a',
    kind: 'Incoming',
    knowlarityNumber: '+918000000001',
  });
});

test('what is no call says nothing', () => {
  for (const raw of [{}, { uuid: {} }, { uuid: 'x'.repeat(301) }]) {
    expect(toLead({ customer_number: '+919812345678', ...raw }, INDIA)).toBeNull();
  }
});
