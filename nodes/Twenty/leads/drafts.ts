import {
  isObject,
  leadToRecord,
  readLeadField,
  recordToSnapshot,
  twentyFieldOf,
  type ApiRecord,
  type CompanyRequest,
  type LeftOut,
  type FieldMapping,
  type JsonObject,
  type PushFailure,
  type Write,
} from '../../lead';
import type { RecordWrite, UniqueValue } from '../records/batch-plan';
import type { Swap } from '../records/compare-and-swap';
import { textAt } from '../records/holders';
import { describeFailure } from '../transport/failure-texts';
import type { TwentyFailure } from '../transport/failures';
import type { TwentyNode } from '../transport/paging';
import { invalidLead } from './push-results';
import type { LeadScope } from './scope';

/** A write as the record that Twenty gets. */
export interface LeadDraft extends RecordWrite, Pick<Swap, 'readUpdatedAt'> {
  write: Write;
  /** The company that is still to be found or made. */
  company?: CompanyRequest;
  leftOut: LeftOut;
}

/**
 * The record for a write, without the values that cannot be used; or why a create cannot be sent: nothing that remains
 * of it tells who it is.
 * @param refused values that Twenty does not take, with its reasons
 */
export function draftOf(scope: LeadScope, write: Write, refused: LeftOut = {}): LeadDraft | PushFailure {
  const { mapping, missing, options, defaultCountry, emailPath, identifying } = scope;
  const twentyRecord = write.op === 'create' ? null : write.twenty_record;
  const { data, company, leftOut } = leadToRecord({
    values: write.values,
    twentyRecord,
    mapping,
    country: write.country,
    defaultCountry,
    missing,
    options,
    refused,
  });
  const reasons = Object.values(leftOut);
  const isUntold = (field: string) => (write.values[field] ?? null) === null || Object.hasOwn(leftOut, field);
  const isTold = identifying.length === 0 || !identifying.every(isUntold);
  if (write.op === 'create' && reasons.length > 0 && !isTold) return invalidLead(write, reasons);
  const id = write.twenty_id;
  const unique = (record: object | null): UniqueValue[] => {
    const value = emailPath === null || record === null ? null : textAt({ ...record }, emailPath);
    return emailPath === null || value === null ? [] : [{ path: emailPath, value: value.toLowerCase() }];
  };
  return {
    write,
    id,
    data: { ...data, id },
    company,
    leftOut,
    takes: unique(data),
    holds: unique(twentyRecord),
    readUpdatedAt: write.twenty_updated_at ?? null,
  };
}

/** A create whose answer was lost: the lead's own record is there, so its values go out as an update of it. */
export function draftOnto(scope: LeadScope, draft: LeadDraft, existing: TwentyNode): LeadDraft {
  const { mapping, missing } = scope;
  const { twenty_record, twenty_updated_at } = recordToSnapshot(existing as ApiRecord, mapping, { missing });
  const again = draftOf(
    scope,
    { ...draft.write, op: 'update', twenty_id: draft.id, twenty_record, twenty_updated_at },
    draft.leftOut,
  );
  if ('ok' in again) return draft;
  return { ...again, write: draft.write, company: draft.company, data: withCompany(again.data, draft) };
}

/** The draft without the one field that Twenty refuses; nothing when its message names none, or nothing is left. */
export function draftWithout(scope: LeadScope, draft: LeadDraft, failure: TwentyFailure): LeadDraft | undefined {
  const field = refusedField(scope.mapping, draft, failure);
  if (field === undefined) return undefined;
  const again = draftOf(scope, draft.write, { ...draft.leftOut, [field]: describeFailure(failure) });
  if ('ok' in again) return undefined;
  return { ...again, readUpdatedAt: draft.readUpdatedAt, company: draft.company, data: withCompany(again.data, draft) };
}

/** The draft without the company that Twenty refuses to make; or why nothing is left to send. */
export function draftWithoutCompany(
  scope: LeadScope,
  { write, leftOut, readUpdatedAt }: LeadDraft,
  failure: TwentyFailure,
): LeadDraft | PushFailure {
  const fields = scope.mapping.filter((row) => twentyFieldOf(row).place === 'company').map((row) => row.lead_field);
  const refused = Object.fromEntries(
    fields.filter((field) => (write.values[field] ?? null) !== null).map((field) => [field, describeFailure(failure)]),
  );
  const again = draftOf(scope, write, { ...leftOut, ...refused });
  return 'ok' in again ? again : { ...again, readUpdatedAt };
}

/** Whether a write has nothing to send but its id. */
export function isEmpty({ data, company }: LeadDraft): boolean {
  return company === undefined && Object.keys(data).length === 1;
}

/** Twenty names a field by its path in quotes, and a phone by its number or by what is wrong with its codes (recorded). */
function refusedField(
  mapping: FieldMapping[],
  { leftOut, data, write }: LeadDraft,
  { category, outcome, detail }: TwentyFailure,
): string | undefined {
  if (category !== 'validation' || outcome !== 'refused') return undefined;
  const path = /field "([^"]+)"/.exec(detail)?.[1];
  const sent = mapping.filter(({ lead_field: field }) => !Object.hasOwn(leftOut, field));
  if (path !== undefined) {
    return sent.find(
      ({ twenty_field: place, kind }) => place === path || (kind === 'money' && path.startsWith(`${place}.`)),
    )?.lead_field;
  }
  const phone = (part: string): FieldMapping | undefined =>
    sent.find(
      ({ twenty_field: place, lead_field: field }) =>
        place.endsWith(`.${part}`) &&
        (readLeadField(write.values, field) ?? null) !== null &&
        isToldOf(detail, phonesAt(data, place.split('.'))),
    );
  return (phone('primaryPhoneNumber') ?? phone('additionalPhones'))?.lead_field;
}

/** The phones that a part of a composite holds. */
function phonesAt(data: JsonObject, [root, part]: string[]): JsonObject[] {
  const composite = data[root];
  if (!isObject(composite)) return [];
  const { additionalPhones, ...primary } = composite;
  if (part !== 'additionalPhones') return [primary];
  return Array.isArray(additionalPhones) ? additionalPhones.filter(isObject) : [];
}

/** Whether what Twenty says may be of one of the phones: it quotes a number or a code, or says that codes conflict. */
function isToldOf(detail: string, phones: JsonObject[]): boolean {
  const quoted = /(?:phone number is invalid|invalid (?:calling|country) code) (.+)$/i.exec(detail)?.[1];
  if (quoted !== undefined) return phones.some((phone) => Object.values(phone).includes(quoted));
  return phones.length > 0 && /calling code|country code/i.test(detail);
}

function withCompany(data: JsonObject, { data: { companyId } }: LeadDraft): JsonObject {
  return companyId === undefined ? data : { ...data, companyId };
}
