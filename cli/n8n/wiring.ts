import omit from 'lodash/omit';
import type { StoredWorkflow, WorkflowContent, WorkflowNode } from './api';
import type { BundledWorkflow } from './bundle';

/** What connects the workflows with each other and with their user's systems; an import by hand leaves it to that user. */
export interface Wiring {
  /** By kind of credential. */
  credentials: ReadonlyMap<string, { id: string; name: string }>;
  timezone: string;
  /** n8n's id of the workflow that tells of failures, for all but itself. */
  errorWorkflow?: string;
  /** Where alerts and new leads are told; Telegram is off without it. */
  chatId?: string;
}

const TELEGRAM = 'n8n-nodes-base.telegram';
/** The node that tells alerts; those of the sync workflows tell the same failures once more. */
const TELLS_ALERTS = 'Send Telegram message';
/** The operations that write messages for a chat. */
const WRITES_FOR_CHAT = /^(tell|storeAiAnswers$)/;

/** What a node has to choose of credentials; what is not there it leaves to its user, as a new node does. */
function credentialsOf(node: WorkflowNode, { credentials }: Wiring): Pick<WorkflowNode, 'credentials'> {
  const known = Object.keys(node.credentials ?? {}).flatMap((type) => {
    const found = credentials.get(type);
    return found === undefined ? [] : [[type, { id: found.id, name: found.name }] as const];
  });
  return known.length > 0 ? { credentials: Object.fromEntries(known) } : {};
}

/** Whether a node writes messages for a chat. */
export const takesChat = ({ parameters }: WorkflowNode): boolean => WRITES_FOR_CHAT.test(String(parameters.operation));

/** What tells the chat: the Telegram node, switched on, and the node before it, which writes the messages for that chat or another that its user chose. */
function withChat(node: WorkflowNode, chatId: string): WorkflowNode {
  if (node.type === TELEGRAM && node.name === TELLS_ALERTS) return omit(node, 'disabled');
  if (!takesChat(node) || node.parameters.telegramChatId) return node;
  return { ...node, parameters: { ...node.parameters, telegramChatId: chatId } };
}

function wiredSettings({ settings }: BundledWorkflow, { timezone, errorWorkflow }: Wiring): Record<string, unknown> {
  return { ...settings, timezone, ...(errorWorkflow === undefined ? {} : { errorWorkflow }) };
}

/** A bundled workflow as it goes into n8n. */
export function wired(workflow: BundledWorkflow, wiring: Wiring): WorkflowContent {
  const { name, connections } = workflow;
  const { chatId } = wiring;
  const tells =
    chatId !== undefined && workflow.nodes.some(({ name }) => name === TELLS_ALERTS) && workflow.nodes.some(takesChat);
  const nodes = workflow.nodes.map((node) => {
    const wiredNode: WorkflowNode = { ...omit(node, 'credentials'), ...credentialsOf(node, wiring) };
    return tells ? withChat(wiredNode, chatId) : wiredNode;
  });
  return { name, nodes, connections, settings: wiredSettings(workflow, wiring) };
}

/** The node of the bundle that a stored one comes from. */
function originOf(node: WorkflowNode, workflow: BundledWorkflow): WorkflowNode | undefined {
  return (
    workflow.nodes.find(({ id }) => id === node.id) ??
    workflow.nodes.find(({ name, type }) => name === node.name && type === node.type)
  );
}

/**
 * A workflow that is in n8n already, with what it lacks: credentials, settings, and the chat where one is given. What its user has chosen or edited stays.
 * Undefined where nothing is missing.
 */
export function completed(
  stored: StoredWorkflow,
  workflow: BundledWorkflow,
  wiring: Wiring,
): WorkflowContent | undefined {
  const { chatId } = wiring;
  const tells =
    chatId !== undefined &&
    stored.nodes.some(({ name, disabled }) => name === TELLS_ALERTS && disabled) &&
    stored.nodes.some(takesChat);
  let isChanged = tells;
  const nodes = stored.nodes.map((node) => {
    const told = tells ? withChat(node, chatId) : node;
    const wanted = credentialsOf(originOf(node, workflow) ?? node, wiring).credentials ?? {};
    const missing = Object.entries(wanted).filter(([type]) => !node.credentials?.[type]?.id);
    if (missing.length === 0) return told;
    isChanged = true;
    return { ...told, credentials: { ...node.credentials, ...Object.fromEntries(missing) } };
  });
  const missing = Object.entries(wiredSettings(workflow, wiring)).filter(
    ([name]) => stored.settings[name] === undefined,
  );
  if (!isChanged && missing.length === 0) return undefined;
  const { name, connections } = stored;
  return { name, nodes, connections, settings: { ...stored.settings, ...Object.fromEntries(missing) } };
}

const OWN_NODE = /^n8n-nodes-lead-sync\./;

/**
 * The workflows in n8n that come from a bundled one: they share its nodes' ids, or, imported in the editor, which gives new
 * ids, its name and a node of ours. The one that works comes first.
 */
export function copiesOf(workflow: BundledWorkflow, stored: readonly StoredWorkflow[]): StoredWorkflow[] {
  const ids = new Set(workflow.nodes.map(({ id }) => id));
  return stored
    .filter(
      ({ name, nodes }) =>
        nodes.some(({ id }) => ids.has(id)) ||
        (name === workflow.name && nodes.some(({ type }) => OWN_NODE.test(type))),
    )
    .sort((a, b) => Number(b.active) - Number(a.active) || b.updatedAt.localeCompare(a.updatedAt));
}
