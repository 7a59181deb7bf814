import { recordToValues, type FieldMapping, type JsonObject } from '../../../nodes/lead';
import { idOf } from '../systems/ids';

/** The mapping that comes along with the database, without the owner, whom no schedule changes. */
export const DEAL_MAPPING: FieldMapping[] = [
  { lead_field: 'name', twenty_field: 'name', kind: 'text' },
  { lead_field: 'amount', twenty_field: 'amount', kind: 'money' },
  { lead_field: 'stage', twenty_field: 'stage', kind: 'option' },
  { lead_field: 'close_date', twenty_field: 'closeDate', kind: 'time' },
  { lead_field: 'contact_id', twenty_field: 'pointOfContactId', kind: 'reference' },
  { lead_field: 'company_id', twenty_field: 'companyId', kind: 'reference' },
];

/** What a deal holds of its own; whom it belongs to changes with them. */
export const OWN_FIELDS = ['name', 'amount', 'stage', 'close_date'] as const;
export const DEAL_FIELDS = [...OWN_FIELDS, 'contact_id', 'company_id'] as const;
export type DealField = (typeof DEAL_FIELDS)[number];
/** A deal's values, each as one text that compares; null for blank. */
export type DealValues = Record<DealField | 'deleted', string | null>;

const COMPANIES = ['one', 'two'].map((name) => idOf(`company ${name}`));

/** Values that people give; of amounts the number and the currency. Those beyond USABLE Twenty cannot take: only here somebody writes them. */
const CHOICES = {
  name: ['Fleet', 'Trial', 'Fleet of pads', null],
  amount: [
    ['1', 'EUR'],
    ['1234.56', 'EUR'],
    ['1234.56', 'USD'],
    ['0.000001', 'USD'],
    ['98765432109.5', 'IDR'],
    null,
    ['5', null],
    ['1.0000005', 'EUR'],
    ['9007199254740.993001', 'EUR'],
  ],
  stage: ['NEW', 'MEETING', 'PROPOSAL', 'CUSTOMER', 'BOGUS'],
  close_date: ['2026-12-31T00:00:00.000Z', '2027-01-31T12:30:00.123Z', null],
  company_id: [...COMPANIES, null],
} as const;
const USABLE = { name: 4, amount: 7, stage: 4, close_date: 3, company_id: 3 } as const;

/** What somebody writes into a field, as the number in a step says. */
export function chosenValue(field: Exclude<DealField, 'contact_id'>, nth: number, side: 'here' | 'there'): unknown {
  return CHOICES[field][nth % (side === 'there' ? USABLE[field] : CHOICES[field].length)];
}

/** The columns that a value is in here. */
export function columnsOf(field: DealField, value: unknown): Record<string, unknown> {
  if (field !== 'amount') return { [field]: value };
  const [amount, currency] = (value ?? [null, null]) as [string | null, string | null];
  return { amount, currency };
}

/** The fields that a value is in Twenty. */
export function recordOf(field: DealField, value: unknown): JsonObject {
  if (field === 'close_date') return { closeDate: value as string | null };
  if (field === 'contact_id') return { pointOfContactId: value as string | null };
  if (field === 'company_id') return { companyId: value as string | null };
  if (field !== 'amount') return { [field]: value as string | null };
  const [amount, currencyCode] = (value ?? [null, null]) as [string | null, string | null];
  return { amount: { amountMicros: amount === null ? null : Math.round(Number(amount) * 1e6), currencyCode } };
}

/** The values of a record of Twenty. */
export function valuesOfRecord(record: JsonObject): DealValues {
  return comparableValues({
    ...recordToValues(record, DEAL_MAPPING),
    deleted: record.deletedAt === null ? null : true,
  });
}

/** Values as the database tells them, or the node. */
export function comparableValues(values: Record<string, unknown>): DealValues {
  const entries = [...DEAL_FIELDS, 'deleted' as const].map((field) => {
    const value = values[field] ?? null;
    const money = value as { amount?: string; currency?: string | null };
    if (field === 'amount' && value !== null) return [field, `${money.amount} ${money.currency ?? ''}`];
    return [field, value === null ? null : String(value)];
  });
  return Object.fromEntries(entries) as DealValues;
}

/** Whether Twenty cannot take a value that somebody wrote here. */
export function isUnusableThere(field: DealField, value: string | null): boolean {
  if (field === 'stage') return value === 'BOGUS';
  return field === 'amount' && value !== null && ['1.0000005 EUR', '9007199254740.993001 EUR'].includes(value);
}
