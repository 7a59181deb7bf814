import type { IExecuteFunctions } from 'n8n-workflow';
import { connect as connectStore, type LeadDatabase } from '../SupabaseLeads/transport/client';
import { isHopelessCall, isTooLong, storePort } from '../SupabaseLeads/transport/store-port';
import { activityObjects, getActivitiesById, getActivityPage } from '../Twenty/activities/read';
import type { ReadingScope } from '../Twenty/activities/readings';
import { answeredPage } from '../Twenty/leads/get-changed';
import { getIdsPage } from '../Twenty/leads/get-ids';
import { getLeadsByIdOrEmail } from '../Twenty/leads/get-many';
import { mergePeople } from '../Twenty/leads/merge-people';
import { summariseRange } from '../Twenty/leads/summarise-range';
import { pushLeads } from '../Twenty/leads/push';
import { readScope, selectOptions, type ScopeSettings } from '../Twenty/leads/scope';
import { DEFAULT_BATCH_SIZE } from '../Twenty/records/limits';
import type { TwentyClient } from '../Twenty/transport/client';
import { readObject } from '../Twenty/transport/metadata';
import { TwentyError } from '../Twenty/transport/failures';
import { connect as connectTwenty } from '../Twenty/transport/n8n-client';
import { readMappableFields } from '../Twenty/workspace/mappable-fields';
import type { Urgency } from '../Twenty/transport/shared-budget';
import { controlOf, triggerOf, uncancelled, type RunSettings } from '../runs/execution';
import type { AssignmentPorts } from './assignments/write-assignments';
import { sharing, type Share } from './shared-calls';
import type { ActivitiesPort, ActivityPorts } from './loops/activities';
import type { MergePorts } from './loops/merges';
import type { Ports, TwentyPort } from './loops/ports';
import type { PreviewPorts } from './loops/preview/ports';
import { twentyReads } from './loops/preview/twenty-reads';

/** What the panel says of how calls are made. */
export interface CallSettings extends RunSettings {
  timeoutMs?: number;
  maxWaitMs?: number;
}

/**
 * Both sides as the node's credentials reach them. A cancelled execution ends waiting, and lets calls that are under way
 * come to their end.
 * @throws NodeError when a credential cannot be used
 */
export async function connectPorts(
  context: IExecuteFunctions,
  itemIndex: number,
  settings: CallSettings,
): Promise<Ports> {
  const { client, share, ...ports } = await connectSides(context, itemIndex, settings);
  return {
    ...ports,
    twenty: (scope, urgency = null) => {
      share(urgency);
      return twentyPort(client, scope);
    },
  };
}

/** Both sides, as merging two leads sees them. @throws NodeError when a credential cannot be used */
export async function connectMerging(
  context: IExecuteFunctions,
  itemIndex: number,
  settings: CallSettings,
): Promise<MergePorts> {
  const { client, share, ...ports } = await connectSides(context, itemIndex, settings);
  share('as_known');
  return {
    ...ports,
    mergePeople: async (people) => await mergePeople(client, await readObject(client, people.object), people),
  };
}

/** Both sides, to be read alone. @throws NodeError when a credential cannot be used */
export async function connectReads(
  context: IExecuteFunctions,
  itemIndex: number,
  settings: CallSettings,
): Promise<PreviewPorts> {
  const { client, share, ...ports } = await connectSides(context, itemIndex, settings);
  share('as_known');
  return { ...ports, twenty: (scope) => twentyReads(client, scope) };
}

/** Both sides, as the reader of activities sees them. @throws NodeError when a credential cannot be used */
export async function connectActivities(
  context: IExecuteFunctions,
  itemIndex: number,
  settings: CallSettings,
): Promise<ActivityPorts> {
  const { client, share, ...ports } = await connectSides(context, itemIndex, settings);
  return {
    ...ports,
    twenty: (scope, sharesCalls) => {
      share(sharesCalls ? urgencyOf(context) : null);
      return activitiesPort(client, scope);
    },
  };
}

/** Both sides, as leads are assigned. @throws NodeError when a credential cannot be used */
export async function connectAssignments(
  context: IExecuteFunctions,
  itemIndex: number,
  settings: CallSettings,
): Promise<AssignmentPorts> {
  const { client, share, store } = await connectSides(context, itemIndex, settings);
  return {
    store,
    twenty: (sharesCalls) => {
      share(sharesCalls ? urgencyOf(context) : null);
      return client;
    },
  };
}

/** What webhooks named and what people wait for goes before what comes by itself. */
function urgencyOf(context: IExecuteFunctions): Urgency {
  return triggerOf(context) === 'scheduled' ? 'scheduled' : 'urgent';
}

/** The clients of both sides. @throws NodeError when a credential cannot be used */
export async function connectClients(
  context: IExecuteFunctions,
  { timeoutMs, maxWaitMs }: Pick<CallSettings, 'timeoutMs' | 'maxWaitMs'>,
): Promise<{ database: LeadDatabase; client: TwentyClient }> {
  const signal = context.getExecutionCancelSignal();
  const database = await connectStore(uncancelled(context));
  return { database, client: await connectTwenty(uncancelled(context), { timeoutMs, maxWaitMs, signal }) };
}

async function connectSides(
  context: IExecuteFunctions,
  itemIndex: number,
  { timeoutMs, maxWaitMs, ...settings }: CallSettings,
): Promise<Pick<Ports, 'store' | 'control'> & { client: TwentyClient; share: Share }> {
  const { database, client } = await connectClients(context, { timeoutMs, maxWaitMs });
  const control = { ...controlOf(context, 'Lead Sync', settings), isHopeless, isTooLong };
  return {
    client,
    store: storePort(database, itemIndex),
    control,
    share: sharing(client, database, itemIndex, (message) => control.warn(message)),
  };
}

/**
 * Twenty over its client. What the workspace has of the mapping is looked up for each step, since it may change during a run;
 * it is cached for a minute. Steps go on beside each other, and each counts its own calls.
 */
export function twentyPort(client: TwentyClient, settings: ScopeSettings): TwentyPort {
  const scope = () => readScope(client, settings);
  return {
    callsPerMinute: () => client.callsPerMinute,
    getChangedPage: async (window) => await answeredPage(client.apart(), await scope(), window),
    getIdsPage: async (request) => await getIdsPage(client.apart(), (await scope()).object, request),
    summariseRange: async (range) => await summariseRange(client.apart(), (await scope()).object, range),
    getOptions: async (field) => selectOptions(await scope(), field),
    getFields: async () => await readMappableFields(client, settings.object),
    getLeads: async (asked) => await getLeadsByIdOrEmail(client.apart(), await scope(), asked),
    pushLeads: async (writes, { leaseSeconds, ...options }) => {
      const began = client.clock.now();
      const known = await scope();
      const left = leaseSeconds === null ? null : leaseSeconds - (client.clock.now() - began) / 1_000;
      return await pushLeads(client.apart(), known, writes, {
        ...options,
        leaseSeconds: left,
        batchSize: DEFAULT_BATCH_SIZE,
      });
    },
    mergePeople: async (people) => await mergePeople(client.apart(), (await scope()).object, people),
  };
}

/** Twenty's activities over its client. */
export function activitiesPort(client: TwentyClient, scope: ReadingScope): ActivitiesPort {
  const before = client.calls;
  return {
    get calls() {
      return client.calls - before;
    },
    objects: async (kinds) => await activityObjects(client, kinds),
    getPage: async (object, window) => await getActivityPage(client, object, scope, window),
    getById: async (object, ids) => await getActivitiesById(client, object, scope, ids),
  };
}

const HOPELESS_CATEGORIES = new Set(['auth', 'permission', 'wrong_url', 'firewall', 'quota', 'cancelled']);

function isHopeless(error: unknown): boolean {
  if (error instanceof TwentyError) return HOPELESS_CATEGORIES.has(error.failure.category);
  return isHopelessCall(error);
}
