import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../lead';

export const ACTIONS = ['created', 'updated', 'deleted', 'restored', 'destroyed'] as const;

export type Action = (typeof ACTIONS)[number];

/** Who made a change. */
export type Actor = {
  /** `user`: a person at the screen; `key`: an API key, a workflow or an import. */
  type: 'user' | 'key';
  user_id: string | null;
  workspace_member_id: string | null;
  /** Null where the record does not tell who this was. */
  name: string | null;
  /** Twenty's word, e.g. `MANUAL`, `API` or `IMPORT`. */
  source: string | null;
};

/** One event of Twenty, as the trigger gives it on. */
export type TriggerEvent = {
  /** `person.updated` */
  event: string;
  object: string;
  action: Action;
  record_id: string;
  /** Empty where Twenty names none: records created or destroyed. */
  changed_fields: string[];
  actor: Actor;
  occurred_at: string | null;
  received_at: string;
  webhook_id: string | null;
  workspace_id: string | null;
  record?: IDataObject;
};

const EVENT_NAME = /^([a-z]\w*)\.(created|updated|deleted|restored|destroyed)$/i;

/**
 * The event in a delivery's body; null for an event that is not known, or tells of no record.
 * @param receivedAt ISO time
 */
export function readEvent(body: unknown, receivedAt: string): (TriggerEvent & { record: IDataObject }) | null {
  if (!isObject(body) || !isObject(body.record)) return null;
  const { record } = body;
  const event = text(body.eventName);
  const [, object, action] = EVENT_NAME.exec(event ?? '') ?? [];
  const id = text(record.id);
  if (event === null || object === undefined || id === null) return null;
  return {
    event,
    object,
    action: action as Action,
    record_id: id,
    changed_fields: namesIn(body.updatedFields),
    actor: actorOf(body, record, action as Action),
    occurred_at: text(body.eventDate),
    received_at: receivedAt,
    webhook_id: text(body.webhookId),
    workspace_id: text(body.workspaceId),
    record,
  };
}

/** `updatedBy` names the last who changed fields: deleting, restoring and destroying leave it as it was. */
function actorOf(body: IDataObject, record: IDataObject, action: Action): Actor {
  const stamp = { created: record.createdBy, updated: record.updatedBy }[String(action)];
  const memberId = text(body.workspaceMemberId);
  // The record is read again when the delivery is made: somebody else may have changed it since.
  const by = isObject(stamp) && text(stamp.workspaceMemberId) === memberId ? stamp : {};
  return {
    type: text(body.userId) === null ? 'key' : 'user',
    user_id: text(body.userId),
    workspace_member_id: memberId,
    name: text(by.name),
    source: text(by.source),
  };
}

/** Names of fields, whatever else a list holds: to write out something nested could fail. */
function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((entry) => text(entry) !== null) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
