import fc from 'fast-check';
import {
  leadToRecord,
  normalise,
  parseMapping,
  recordSelection,
  recordToSnapshot,
  type ApiRecord,
  type FieldKind,
  type LeadValue,
  type LeadValues,
  type TwentyRecord,
} from '../../nodes/lead';
import { opportunityMapping as mapping } from './opportunity-mapping';
import { check } from './property';

const CONTACT = '5d06e01d-a476-4225-ac9f-623dcd58fe49';

/** An opportunity as a real server returned it. */
const DEAL: ApiRecord = {
  id: 'e15a7787-4b54-42fd-83fb-8e9a356568e1',
  createdAt: '2026-11-27T22:08:35.937Z',
  updatedAt: '2026-11-27T22:08:35.937Z',
  deletedAt: null,
  name: 'Deal',
  amount: { amountMicros: 1_234_560_000, currencyCode: 'EUR' },
  closeDate: '2026-12-31T00:00:00.000Z',
  stage: 'NEW',
  companyId: null,
  pointOfContactId: CONTACT,
  ownerId: null,
};

const options = { stage: { values: ['NEW', 'MEETING'], canBeBlank: false } };

const write = (values: LeadValues, twentyRecord: TwentyRecord | null = { amount: DEAL.amount }) =>
  leadToRecord({ values, twentyRecord, mapping, options });

const normalised = (kind: FieldKind, value: LeadValue) => normalise(kind, value, { field: 'x' });

test('an opportunity is read with its amount exact, its times and what it belongs to', () => {
  expect(recordSelection(mapping)).toContain('amount{amountMicros currencyCode}');
  expect(recordToSnapshot(DEAL, mapping)).toEqual({
    twenty_id: DEAL.id,
    twenty_created_at: DEAL.createdAt,
    twenty_updated_at: DEAL.updatedAt,
    twenty_deleted_at: null,
    twenty_record: { amount: DEAL.amount },
    name: 'Deal',
    amount: { amount: '1234.56', currency: 'EUR' },
    stage: 'NEW',
    close_date: '2026-12-31T00:00:00.000Z',
    contact_id: CONTACT,
    company_id: null,
    owner_id: null,
  });
});

test.each([
  [{ amountMicros: null, currencyCode: 'USD' }, null],
  [
    { amountMicros: 0, currencyCode: null },
    { amount: '0', currency: null },
  ],
  [
    { amountMicros: -1, currencyCode: 'eur' },
    { amount: '-0.000001', currency: 'EUR' },
  ],
  [
    { amountMicros: '2500000', currencyCode: 'EUR' },
    { amount: '2.5', currency: 'EUR' },
  ],
  [
    { amountMicros: 1e21, currencyCode: 'VND' },
    { amount: '1000000000000000', currency: 'VND' },
  ],
])('the money %j of Twenty is %j', (amount, money) => {
  expect(recordToSnapshot({ ...DEAL, amount }, mapping).amount).toEqual(money);
});

test('an amount goes out in whole millionths, and a blank one blanks both parts', () => {
  expect(write({ amount: { amount: '5', currency: 'USD' } }).data).toEqual({
    amount: { amountMicros: 5_000_000, currencyCode: 'USD' },
  });
  expect(write({ amount: null }).data).toEqual({ amount: { amountMicros: null, currencyCode: null } });
});

test('an amount that Twenty has already goes back as it is there', () => {
  const amount = { amountMicros: 1_234_560_000, currencyCode: 'EUR', more: 'kept' };
  const { data } = write({ amount: { amount: '1234.56', currency: 'EUR' } }, { amount });
  expect(data).toEqual({ amount });
});

test.each([
  ['1.0000005', 'amount has more than six decimals, and Twenty would cut them off. Round it.'],
  ['9007199254740.993001', /^amount has more digits than Twenty keeps/],
  ['Infinity', /^amount "Infinity" is not an amount/],
  ['1e9999', /^amount "1e9999" is not an amount/],
])('the amount %s is left out, and says why', (amount, reason) => {
  const { data, leftOut } = write({ name: 'Deal', amount: { amount, currency: 'EUR' } });
  expect(data).toEqual({ name: 'Deal' });
  expect(leftOut.amount).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
});

test('a large amount of few digits is no trouble', () => {
  expect(write({ amount: { amount: '98765432109.5', currency: 'IDR' } })).toEqual({
    data: { amount: { amountMicros: 98_765_432_109_500_000, currencyCode: 'IDR' } },
    leftOut: {},
  });
});

test('whatever amount goes out comes back to the last digit', () => {
  const amounts = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 8 }))
    .map(([digits, places]) => {
      const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
      const amount = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
      return digits < 0n ? `-${amount}` : amount;
    });
  check(
    fc.property(amounts, (amount) => {
      const money = normalised('money', { amount, currency: 'EUR' });
      const { data, leftOut } = write({ amount: { amount, currency: 'EUR' } });
      if (leftOut.amount !== undefined) return;
      const told = JSON.parse(JSON.stringify({ ...DEAL, ...data })) as ApiRecord;
      expect({ value: recordToSnapshot(told, mapping).amount }).toEqual(money);
    }),
  );
});

test.each<[FieldKind, LeadValue, LeadValue]>([
  ['money', { amount: '+01234.5600', currency: ' eur ' }, { amount: '1234.56', currency: 'EUR' }],
  ['money', { amount: ' ', currency: 'EUR' }, null],
  ['money', 12.5, { amount: '12.5', currency: null }],
  ['money', { amount: '-0.00' }, { amount: '0', currency: null }],
  ['money', { amount: 1e-7 }, { amount: '0.0000001', currency: null }],
  ['time', '2026-12-31', '2026-12-31T00:00:00.000Z'],
  ['time', '2026-12-31T01:00:00.123456+02:00', '2026-12-30T23:00:00.123Z'],
  ['time', '', null],
  ['reference', CONTACT.toUpperCase(), CONTACT],
  ['option', 'NEW', 'NEW'],
])('%s: %j is stored as %j', (kind, given, value) => {
  expect(normalised(kind, given)).toEqual({ value });
  expect(normalised(kind, value)).toEqual({ value });
});

test.each<[FieldKind, LeadValue]>([
  ['money', { amount: 'a lot' }],
  ['money', { amount: '1,234.56' }],
  ['money', { amount: '1', currency: 'euros' }],
  ['money', true],
  ['time', 'tomorrow'],
  ['time', '2026-13-01'],
  ['time', '2026-12-31T10:00:00'],
  ['reference', 'Ada'],
])('%s: %j is refused with a reason', (kind, given) => {
  expect(normalised(kind, given)).toHaveProperty('problem.message');
});

test('a stage that the workspace does not have is left out, and one cannot be taken away', () => {
  expect(write({ stage: 'LOST' }).leftOut).toEqual({
    stage: 'stage "LOST" is none of Twenty\'s options: NEW, MEETING. Choose one, or add it there.',
  });
  expect(write({ stage: null })).toEqual({
    data: {},
    leftOut: { stage: 'stage cannot be blank in Twenty. Choose one.' },
  });
});

test('a new opportunity without a stage begins where Twenty has them begin', () => {
  expect(write({ name: 'Deal', stage: null }, null)).toEqual({ data: { name: 'Deal' }, leftOut: {} });
});

test('a mapping of money names the whole field', () => {
  expect(() => parseMapping([{ lead_field: 'amount', twenty_field: 'amount.amountMicros', kind: 'money' }])).toThrow(
    'Use a field such as jobTitle or amount',
  );
});
