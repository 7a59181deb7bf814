import { sentences } from '../../errors/sentences';
import {
  recordToSnapshot,
  recordToValues,
  type ApiRecord,
  type FailureCategory,
  type PushFailure,
  type LeftOut,
  type PushResult,
  type PushSuccess,
  type Write,
} from '../../lead';
import type { WriteResult } from '../records/writer';
import { describeFailure } from '../transport/failure-texts';
import type { TwentyFailure } from '../transport/failures';
import type { TwentyNode } from '../transport/paging';
import type { LeadScope } from './scope';

/** How many writes of each kind landed, and what became of the others. */
export interface PushCounts {
  created: number;
  updated: number;
  deleted: number;
  restored: number;
  refused: number;
  not_sent: number;
  unknown: number;
  changed: number;
}

const COUNT_OF = { create: 'created', update: 'updated', delete: 'deleted', restore: 'restored' } as const;

const DENIALS = new Set<TwentyFailure['category']>([
  'auth',
  'permission',
  'wrong_url',
  'firewall',
  'quota',
  'cancelled',
]);

/** The categories that the database knows; the others say in their message what they are. */
const CONTRACT_CATEGORY: Record<TwentyFailure['category'], FailureCategory> = {
  auth: 'auth',
  permission: 'permission',
  rate_limit: 'rate_limit',
  validation: 'validation',
  duplicate: 'duplicate',
  conflict: 'conflict',
  not_found: 'not_found',
  network: 'network',
  cut_off: 'network',
  timeout: 'timeout',
  server: 'server',
  missing_field: 'validation',
  wrong_url: 'network',
  firewall: 'network',
  quota: 'network',
  cancelled: 'network',
};

export function toPushResult(scope: LeadScope, write: Write, result: WriteResult, leftOut: LeftOut = {}): PushResult {
  if (result.ok) {
    const success = pushed(scope, write, result.record);
    return Object.keys(leftOut).length > 0 ? { ...success, left_out: leftOut } : success;
  }
  return result.changed ? changedPush(write, result.failure) : failedPush(write, result.failure);
}

/** A result with the values that its record has in a scope: one that knows more of what the workspace lacks has fewer. */
export function withValues({ mapping, missing }: LeadScope, result: PushResult, record?: TwentyNode): PushResult {
  if (!result.ok || record === undefined) return result;
  return { ...result, values: recordToValues(record as ApiRecord, mapping, { missing }) };
}

/** A write that a strict push left undone, because somebody else was quicker. */
function changedPush({ lead_id, op }: Write, { detail }: TwentyFailure): PushFailure {
  const message = sentences(upperFirst(detail), 'Read it again and merge before the next try.');
  return { lead_id, op, ok: false, category: 'conflict', outcome: 'changed', message };
}

export function failedPush({ lead_id, op }: Write, failure: TwentyFailure): PushFailure {
  const category = CONTRACT_CATEGORY[failure.category];
  return { lead_id, op, ok: false, category, outcome: failure.outcome, message: describeFailure(failure) };
}

export function notFound(id: string): TwentyFailure {
  return { category: 'not_found', outcome: 'unknown', detail: `record ${id} is not there`, httpStatus: 200 };
}

export function invalidLead({ lead_id, op }: Write, messages: readonly string[]): PushFailure {
  return { lead_id, op, ok: false, category: 'validation', outcome: 'refused', message: messages.join(' ') };
}

/** Whether Twenty does not let this key in, or not do this. */
export function isDenial({ category }: TwentyFailure): boolean {
  return DENIALS.has(category);
}

export function countResults(results: readonly PushResult[]): PushCounts {
  const counts: PushCounts = {
    created: 0,
    updated: 0,
    deleted: 0,
    restored: 0,
    refused: 0,
    not_sent: 0,
    unknown: 0,
    changed: 0,
  };
  for (const result of results) counts[result.ok ? COUNT_OF[result.op] : result.outcome] += 1;
  return counts;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function pushed(scope: LeadScope, { lead_id, op }: Write, record: TwentyNode): PushSuccess {
  const { mapping, missing } = scope;
  const { twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at } = recordToSnapshot(
    record as ApiRecord,
    mapping,
    { missing },
  );
  return {
    lead_id,
    op,
    ok: true,
    twenty_id,
    twenty_created_at,
    twenty_updated_at,
    twenty_deleted_at,
    values: recordToValues(record as ApiRecord, mapping, { missing }),
  };
}
