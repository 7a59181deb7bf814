import type { FieldDirection, FieldKind, FieldPolicy } from './field-kinds';
import type { LeadField } from './fields';

/** The JSON that nodes and database exchange; docs/data-contract.md describes it in prose. */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** One lead field's value. `null` (and `""`) is blank; a key that is absent is not known. */
export type LeadValue = JsonValue;

/** Lead fields with their values, attributes nested under `attributes`. */
export interface LeadValues extends Partial<Record<LeadField, LeadValue>> {
  attributes?: JsonObject;
  [field: string]: LeadValue | undefined;
}

/** A lead in wire form: its fields and the ids of both sides. */
export interface Lead extends LeadValues {
  id?: string;
  twenty_id?: string | null;
}

/** Composites of a Twenty record as read, `companyId`, and `updatedBy` of records with stages; handed back untouched in a write. */
export type TwentyRecord = JsonObject;

/** One Twenty record, as read, in lead form. Times are ISO 8601 in UTC. */
export interface Snapshot extends LeadValues {
  twenty_id: string;
  twenty_created_at: string;
  twenty_updated_at: string;
  twenty_deleted_at: string | null;
  twenty_record: TwentyRecord;
}

/** A record that was asked for and is not there, tombstones included. */
export interface Absence {
  twenty_id: string;
  absent: true;
}

/** One row of `lead_sync.field_mappings`. */
export interface FieldMapping {
  object?: string;
  /** A column of `public.leads`, or `attributes.<key>`. */
  lead_field: string;
  /** `jobTitle`, a composite's part (`emails.primaryEmail`) or a field of the related company (`company.name`). */
  twenty_field: string;
  kind: FieldKind;
  direction?: FieldDirection;
  policy?: FieldPolicy;
}

export type WriteOperation = 'create' | 'update' | 'delete' | 'restore';

/** What must be written to Twenty for one lead. */
export interface Write {
  lead_id: string;
  op: WriteOperation;
  /** For a create: the id that the record gets, the lead's own but where Twenty takes none of its kind. */
  twenty_id: string;
  twenty_updated_at?: string | null;
  values: LeadValues;
  /** The lead's country, by its ISO 3166 alpha-2 code or English name: it reads phone numbers without a calling code. */
  country?: string | null;
  /** Composites as read before the write; `null` for a create. */
  twenty_record: TwentyRecord | null;
}

export type FailureCategory =
  | 'auth'
  | 'permission'
  | 'rate_limit'
  | 'validation'
  | 'duplicate'
  | 'conflict'
  | 'not_found'
  | 'network'
  | 'timeout'
  | 'server';

/**
 * `refused`: nothing was written. `not_sent`: never left. `unknown`: no answer, so it may have landed. `changed`: the
 * record had changed after it was read, so nothing was written (strict pushes only).
 */
export type FailureOutcome = 'refused' | 'not_sent' | 'unknown' | 'changed';

export interface PushSuccess {
  lead_id: string;
  op: WriteOperation;
  ok: true;
  twenty_id: string;
  twenty_created_at: string;
  twenty_updated_at: string;
  twenty_deleted_at: string | null;
  /** Lead fields as Twenty returned them. */
  values: LeadValues;
  left_out?: LeftOut;
}

/** Lead fields that a write went out without, because their values cannot be used, and why. */
export type LeftOut = Record<string, string>;

export interface PushFailure {
  lead_id: string;
  op: WriteOperation;
  ok: false;
  category: FailureCategory;
  outcome: FailureOutcome;
  message: string;
}

export type PushResult = PushSuccess | PushFailure;

/** A value that cannot be used: what is wrong with it and what to do about it. */
export interface Problem {
  field: string;
  message: string;
}

/** The company that a lead asks for; at least one of the two is there. */
export interface CompanyRequest {
  name: string | null;
  /** In the form `https://acme.com`. */
  domain: string | null;
}
