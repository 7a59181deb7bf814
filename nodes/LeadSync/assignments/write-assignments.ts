import { InputError } from '../../errors/input-error';
import type { StorePort } from '../../runs/control';
import { columnOf } from '../../Twenty/records/field-types';
import { DEFAULT_BATCH_SIZE } from '../../Twenty/records/limits';
import { createLinkedRecords } from '../../Twenty/records/linked-records';
import { readRecords } from '../../Twenty/records/read-records';
import { updateRecords } from '../../Twenty/records/write-records';
import type { WriteResult } from '../../Twenty/records/writer';
import type { TwentyClient } from '../../Twenty/transport/client';
import { describeFailure } from '../../Twenty/transport/failure-texts';
import { readObject, type ObjectMetadata } from '../../Twenty/transport/metadata';

/** A lead that somebody got, and the task that says so. */
interface Assignment {
  lead_id: string;
  twenty_id: string;
  member_id: string;
  task_id: string;
  title: string;
  body: string | null;
  due_at: string;
}

interface OpenTask {
  lead_id: string;
  task_id: string;
}

/** The answer of `get_lead_assignments`. */
interface Assignments {
  object: string;
  /** Older databases do not say. */
  share_calls?: boolean;
  owner_field: string | null;
  assignments: Assignment[];
  has_next: boolean;
  open_tasks: OpenTask[];
}

/** Both sides. */
export interface AssignmentPorts {
  store: StorePort;
  /** @param sharesCalls whether all processes take their calls of Twenty from one budget */
  twenty(sharesCalls: boolean): TwentyClient;
}

/** What was done: assignments that Twenty has now, and leads that somebody has begun. */
export interface AssignmentReport {
  written: number;
  responses: number;
  /** Whether the next run has more to write. */
  more_due: boolean;
}

/** Assignments of one run; a run comes every minute. */
const MOST = 1_000;

/**
 * Assigns the leads that arrived, writes whose they are to Twenty, as the record's owner or as a task, and notes which tasks
 * somebody has begun. Safe to repeat: a task has its id from the start, an owner is written as it is.
 * @throws InputError with the first reason where Twenty did not take an assignment, after all others are noted
 */
export async function writeAssignments({ store, twenty }: AssignmentPorts): Promise<AssignmentReport> {
  const answer = await store.rpc<Assignments>('get_lead_assignments', { p_limit: MOST });
  const { assignments, has_next, open_tasks } = answer;
  const report = { written: 0, responses: 0, more_due: has_next };
  if (assignments.length + open_tasks.length === 0) return report;
  const client = twenty(answer.share_calls === true);
  const written = await write(client, answer);
  const results = written.map((result, index) => ({
    lead_id: assignments[index].lead_id,
    ok: result.ok,
    error: result.ok ? null : describeFailure(result.failure),
  }));
  const noted = await store.rpc<{ responses: number }>('confirm_lead_assignments', {
    p_results: results,
    p_responses: await begun(client, open_tasks),
  });
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return { ...report, written: results.length, responses: noted.responses };
  throw new InputError(
    `${failed.length} of ${results.length} assignments could not be written to Twenty. The first reason: ${failed[0].error}`,
    'They are tried again after five minutes.',
  );
}

async function write(client: TwentyClient, { object: name, owner_field, assignments }: Assignments) {
  if (assignments.length === 0) return [];
  const object = await readObject(client, name);
  return owner_field === null
    ? await writeTasks(client, object, assignments)
    : await writeOwners(client, object, ownerColumn(object, owner_field), assignments);
}

async function writeTasks(
  client: TwentyClient,
  object: ObjectMetadata,
  assignments: readonly Assignment[],
): Promise<WriteResult[]> {
  const tasks = assignments.map(({ twenty_id, member_id, task_id, title, body, due_at }) => ({
    id: task_id,
    targetId: twenty_id,
    values: {
      title,
      ...(body === null ? {} : { bodyV2: { markdown: body } }),
      dueAt: due_at,
      status: 'TODO',
      assigneeId: member_id,
    },
  }));
  return await createLinkedRecords(client, 'task', object, tasks, DEFAULT_BATCH_SIZE);
}

async function writeOwners(
  client: TwentyClient,
  object: ObjectMetadata,
  column: string,
  assignments: readonly Assignment[],
): Promise<WriteResult[]> {
  const records = assignments.map(({ twenty_id, member_id }) => ({ id: twenty_id, values: { [column]: member_id } }));
  return await updateRecords(client, object, records, DEFAULT_BATCH_SIZE);
}

/** Twenty ignores a field that it does not have: the owner would be written nowhere. */
function ownerColumn({ fields, nameSingular }: ObjectMetadata, name: string): string {
  const field = fields.find((candidate) => candidate.name === name);
  const column = field === undefined || field.type !== 'RELATION' ? null : columnOf(field);
  if (column !== null) return column;
  throw new InputError(
    `Twenty has no relation "${name}" from the ${nameSingular} to one workspace member`,
    'Make it in Twenty (Settings › Data model), correct owner_field of lead_sync.assignment_settings, or empty it: then a task says whose a lead is.',
  );
}

/** The leads whose task somebody has begun, or done, and when it was changed last. */
async function begun(
  client: TwentyClient,
  tasks: readonly OpenTask[],
): Promise<Array<{ lead_id: string; at: unknown }>> {
  if (tasks.length === 0) return [];
  const leadOf = new Map(tasks.map(({ task_id, lead_id }) => [task_id, lead_id]));
  const conditions = [
    { field: 'id', operator: 'in', value: [...leadOf.keys()] },
    { field: 'status', operator: 'neq', value: 'TODO' },
  ];
  const object = await readObject(client, 'task');
  const found = [];
  for await (const { id, updatedAt } of readRecords(client, object, {
    conditions,
    includeDeleted: false,
    limit: Infinity,
  })) {
    found.push({ lead_id: leadOf.get(id) ?? '', at: updatedAt });
  }
  return found;
}
