import isEqual from 'lodash/isEqual';
import omit from 'lodash/omit';
import pick from 'lodash/pick';
import type { StoredWorkflow, WorkflowContent, WorkflowNode } from './api';
import type { BundledWorkflow } from './bundle';
import { takesChat } from './wiring';

/** What a user chooses in a node, or n8n adds to it, and what only moves it about. */
const OWN_CHOICES = ['credentials', 'disabled', 'webhookId', 'position', 'id'];
const STICKY = 'n8n-nodes-base.stickyNote';
/** Parameters that say where alerts go. */
const ADDRESSES = ['telegramChatId', 'slackChannel', 'emailTo', 'emailFrom'];

function essence(node: WorkflowNode): object {
  return { ...omit(node, OWN_CHOICES), parameters: omit(node.parameters, ADDRESSES) };
}

/** Whether a workflow in n8n does something else than the bundle's: it was edited, or comes from another version. */
export function differs(stored: StoredWorkflow, workflow: BundledWorkflow | undefined): boolean {
  if (workflow === undefined) return false;
  const works = (nodes: WorkflowNode[]): Map<string, object> =>
    new Map(nodes.filter(({ type }) => type !== STICKY).map((node) => [node.name, essence(node)]));
  return !isEqual(works(stored.nodes), works(workflow.nodes));
}

/** The bundle's workflow with what was chosen in the one that it replaces: credentials, what is switched on, where alerts go, settings. */
export function renewed(stored: StoredWorkflow, workflow: BundledWorkflow): WorkflowContent {
  const configured = configuredAddresses(stored);
  const nodes = workflow.nodes.map((node) => {
    const old = stored.nodes.find(({ name, type }) => name === node.name && type === node.type);
    const credentials = old?.credentials ?? credentialsLike(node, stored);
    return {
      ...omit(node, 'credentials', 'disabled'),
      parameters: { ...node.parameters, ...(takesChat(node) ? configured : {}), ...pick(old?.parameters, ADDRESSES) },
      ...(old?.webhookId === undefined ? {} : { webhookId: old.webhookId }),
      ...((old ?? node).disabled === true ? { disabled: true } : {}),
      ...(credentials === undefined ? {} : { credentials }),
    };
  });
  return { name: stored.name, nodes, connections: workflow.connections, settings: stored.settings };
}

/** Where alerts went by the node that held this in 0.1.0, `Config`. */
function configuredAddresses({ nodes }: StoredWorkflow): Record<string, unknown> {
  const config = nodes.find(({ name, type }) => name === 'Config' && type === 'n8n-nodes-base.set');
  const { assignments = [] } = (config?.parameters.assignments ?? {}) as {
    assignments?: Array<{ name: string; value: unknown }>;
  };
  return pick(
    Object.fromEntries(assignments.filter(({ value }) => value).map(({ name, value }) => [name, value])),
    ADDRESSES,
  );
}

/** A node that is new takes the credentials that others of the workflow have. */
function credentialsLike(node: WorkflowNode, stored: StoredWorkflow): WorkflowNode['credentials'] {
  const wanted = Object.keys(node.credentials ?? {});
  const found = wanted.flatMap((type) => {
    const chosen = stored.nodes.map(({ credentials }) => credentials?.[type]).find((credential) => credential?.id);
    return chosen === undefined ? [] : [[type, chosen] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
