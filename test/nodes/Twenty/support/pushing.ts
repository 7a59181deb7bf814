import { randomUUID } from 'node:crypto';
import type { LeadValues, PushResult, Snapshot, Write } from '../../../../nodes/lead';
import { getLeadsByIdOrEmail } from '../../../../nodes/Twenty/leads/get-many';
import { pushLeads, type PushOptions, type PushReport } from '../../../../nodes/Twenty/leads/push';
import type { TwentyClient } from '../../../../nodes/Twenty/transport/client';
import { counting, createWrite, rootOf, useWorkspace, type Interference, type Workspace } from './workspace';

export interface PushSetup {
  interfere?: Interference;
  options?: Partial<PushOptions>;
  client?: TwentyClient;
}

/** Pushes leads to a Twenty of its own and reads them back; counts the calls by their root operation. */
export class Pushing {
  constructor(
    readonly workspace: Workspace,
    private readonly strict = false,
  ) {}

  readonly push = async (
    writes: Write[],
    { interfere, options, client }: PushSetup = {},
  ): Promise<{ report: PushReport; calls: Map<string, number> }> => {
    const { workspace, strict } = this;
    const calls = new Map<string, number>();
    const sender = client ?? workspace.client({ interfere: counting(calls, interfere) });
    const chosen = { leaseSeconds: null, runId: '', batchSize: 200, strict, ...options };
    return { report: await pushLeads(sender, await workspace.scope(sender), writes, chosen), calls };
  };

  readonly read = async (id: string): Promise<Snapshot> => {
    const client = this.workspace.client();
    const { leads } = await getLeadsByIdOrEmail(client, await this.workspace.scope(client), [{ twenty_id: id }]);
    return leads[0] as Snapshot;
  };

  /** A create of a lead that nobody has, with an address of its own unless one is given. */
  readonly newLead = (values: LeadValues = {}): Write =>
    createWrite(randomUUID(), { email: this.workspace.email(), ...values });

  /** A person in Twenty. */
  readonly existing = async (values: LeadValues = {}): Promise<Snapshot> => {
    const create = this.newLead(values);
    await this.push([create]);
    return await this.read(create.lead_id);
  };
}

export function usePushing({ strict }: { strict?: boolean } = {}): Pushing {
  return new Pushing(useWorkspace('prepared'), strict);
}

/** A write to a person as the database makes it from a pre-push read. */
export function change(op: Write['op'], snapshot: Snapshot, values: LeadValues = {}): Write {
  const { twenty_id, twenty_record, twenty_updated_at } = snapshot;
  return { lead_id: randomUUID(), op, twenty_id, twenty_updated_at, values, twenty_record };
}

export function resultOf({ results }: PushReport, write: Write): PushResult {
  const found = results.find((result) => result.lead_id === write.lead_id);
  if (!found) throw new Error(`no result for ${write.lead_id}`);
  return found;
}

/** Twenty carries the request out, and its answer is lost. */
export const loseAnswer =
  (root: string): Interference =>
  async (request, next) => {
    const answer = await next(request);
    if (rootOf(request) !== root) return answer;
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };

/** Twenty's answer to a GraphQL request that it refuses. */
export function refusal(message: string, extensions: Record<string, string>): Awaited<ReturnType<Interference>> {
  return { status: 200, headers: {}, text: JSON.stringify({ errors: [{ message, extensions }], data: null }) };
}

/** What Twenty says of nearly all that its database fails with, bad data or not. */
export const DATABASE_FAILS = refusal('Data validation error.', { code: 'INTERNAL_SERVER_ERROR' });
