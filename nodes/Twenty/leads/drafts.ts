import {
  leadToRecord,
  recordToSnapshot,
  type ApiRecord,
  type CompanyRequest,
  type PushFailure,
  type Write,
} from '../../lead';
import type { RecordWrite, UniqueValue } from '../records/batch-plan';
import type { Swap } from '../records/compare-and-swap';
import { textAt } from '../records/holders';
import type { TwentyNode } from '../transport/paging';
import { invalidLead } from './push-results';
import type { LeadScope } from './scope';

/** A write as the record that Twenty gets. */
export interface LeadDraft extends RecordWrite, Pick<Swap, 'readUpdatedAt'> {
  write: Write;
  /** The company that is still to be found or made. */
  company?: CompanyRequest;
}

/** The record for a write, or why its values cannot be used. */
export function draftOf(scope: LeadScope, write: Write): LeadDraft | PushFailure {
  const { mapping, missing, defaultCountry, emailPath } = scope;
  const twentyRecord = write.op === 'create' ? null : write.twenty_record;
  const { data, company, problems } = leadToRecord({
    values: write.values,
    twentyRecord,
    mapping,
    country: write.country,
    defaultCountry,
    missing,
  });
  if (problems.length > 0) {
    return invalidLead(
      write,
      problems.map((problem) => problem.message),
    );
  }
  const id = write.op === 'create' ? write.lead_id : write.twenty_id;
  const unique = (record: object | null): UniqueValue[] => {
    const value = emailPath === null || record === null ? null : textAt({ ...record }, emailPath);
    return emailPath === null || value === null ? [] : [{ path: emailPath, value: value.toLowerCase() }];
  };
  return {
    write,
    id,
    data: { ...data, id },
    company,
    takes: unique(data),
    holds: unique(twentyRecord),
    readUpdatedAt: write.twenty_updated_at ?? null,
  };
}

/** A create whose answer was lost: the lead's own record is there, so its values go out as an update of it. */
export function draftOnto(scope: LeadScope, draft: LeadDraft, existing: TwentyNode): LeadDraft {
  const { mapping, missing } = scope;
  const { twenty_record, twenty_updated_at } = recordToSnapshot(existing as ApiRecord, mapping, { missing });
  const again = draftOf(scope, { ...draft.write, op: 'update', twenty_id: draft.id, twenty_record, twenty_updated_at });
  if ('ok' in again) return draft;
  const { companyId } = draft.data;
  const data = companyId === undefined ? again.data : { ...again.data, companyId };
  return { ...again, write: draft.write, company: draft.company, data };
}
