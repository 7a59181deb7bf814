import type { WorkflowNode as StoredNode } from '../../cli/n8n/api';

/** A workflow as n8n imports it. */
export interface Workflow {
  id: string;
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings: Record<string, unknown>;
}

/** With the settings that only the editor's export knows. */
export interface WorkflowNode extends StoredNode {
  [setting: string]: unknown;
}

export const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

/**
 * The text of a workflow's file, the same whatever order its parts are built in: keys sorted, sticky notes first, then nodes
 * from left to right and top to bottom.
 */
export function toStableJson(workflow: Workflow): string {
  const { id, name, nodes, connections, settings } = workflow;
  const ordered = {
    id,
    name,
    settings: sorted(settings),
    nodes: [...nodes].sort(byPlace).map(sortedNode),
    connections: sorted(connections),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function byPlace(a: WorkflowNode, b: WorkflowNode): number {
  const rank = ({ type }: WorkflowNode): number => (type === STICKY_NOTE ? 0 : 1);
  const [dx, dy] = [a.position[0] - b.position[0], a.position[1] - b.position[1]];
  return rank(a) - rank(b) || dx || dy || (a.name < b.name ? -1 : 1);
}

function sortedNode({ id, name, type, typeVersion, position, parameters, ...rest }: WorkflowNode): object {
  return { id, name, type, typeVersion, position, parameters: sorted(parameters), ...(sorted(rest) as object) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
