import { DateTime } from 'luxon';
import { Item } from '../../../nodes/frame/item';
import { timeOf } from '../../../nodes/frame/time';
import { executeFunctions } from '../../setup/execute-functions';

function itemWith(value: unknown, displayName = 'The Field'): Item {
  const { context } = executeFunctions({ parameters: { field: value }, timeZone: 'Europe/Paris' });
  return new Item(context, 0, [{ displayName, name: 'field', type: 'string', default: '' }]);
}

test.each([
  [' a ', 'a'],
  ['', null],
  [' ', null],
  [null, null],
  [5, '5'],
  [{ a: 1 }, '{"a":1}'],
  [{ __rl: true, mode: 'list', value: 'person', cachedResultName: 'Person' }, 'person'],
  [{ mode: 'list', value: '' }, null],
  [DateTime.fromISO('2026-01-31T12:00:00Z', { zone: 'utc' }), '2026-01-31T12:00:00.000Z'],
])('as text, %j is %j', (value, text) => {
  expect(itemWith(value).text('field')).toBe(text);
});

test.each([
  ['7.9', 7],
  [0, 50],
  ['many', 50],
  [Infinity, 50],
])('as a count, %j is %j', (value, count) => {
  expect(itemWith(value).count('field', 50)).toBe(count);
});

test.each([
  [true, true],
  ['true', true],
  ['TRUE', true],
  ['false', false],
  [1, false],
])('as a yes or no, %j is %j', (value, isTrue) => {
  expect(itemWith(value).boolean('field')).toBe(isTrue);
});

test.each([undefined, null, '', ' '])(
  'a yes or no of which an expression gives nothing (%j) is what it is by default',
  (value) => {
    expect(itemWith(value).boolean('field', true)).toBe(true);
    expect(itemWith(value).boolean('field')).toBe(false);
  },
);

test('a time without an offset is meant in the time zone of the workflow', () => {
  expect(timeOf(itemWith('2026-01-31 12:00'), 'field')).toBe('2026-01-31T11:00:00.000Z');
  expect(timeOf(itemWith(''), 'field')).toBeNull();
  expect(() => timeOf(itemWith('soon'), 'field')).toThrow('The Field is not a time: soon. Use ISO 8601');
});

test.each([
  ['2026-01-31 9:00', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31 09:00 +05:00', '2026-01-31T04:00:00.000Z'],
  ['Sat, 31 Jan 2026 09:00:00 +0000', '2026-01-31T09:00:00.000Z'],
])('the time %s is %s wherever n8n runs', (text, time) => {
  expect(timeOf(itemWith(text), 'field')).toBe(time);
});

test.each(['03.02.2026 09:00', '02/03/2026', 'January 31'])('%s, which may mean several times, is none', (text) => {
  expect(() => timeOf(itemWith(text), 'field')).toThrow(`The Field is not a time: ${text}. Use ISO 8601`);
});

test.each([
  ['{"a": 1}', { a: 1 }],
  [{ a: 1 }, { a: 1 }],
  [' ', null],
  ['undefined', null],
])('as JSON, %j is %j', (value, json) => {
  expect(itemWith(value).json('field')).toEqual(json);
});

test('JSON that cannot be used is named as the panel does', () => {
  expect(() => itemWith('{').json('field')).toThrow(/^The Field is not valid JSON \(.+\)\. Drag the value in/);
  expect(() => itemWith('{}').list('field')).toThrow(
    /^The Field is not a list\. Pass a JSON array, e\.g\. \{\{ \$json\.field \}\}/,
  );
  expect(() => itemWith('').list('field')).toThrow('is not a list');
});

test('an empty list may mean something of its own', () => {
  expect(itemWith('').list('field', [])).toEqual([]);
  expect(itemWith('[1]').list('field', [])).toEqual([1]);
});
