/** A workflow as n8n gives it: what this project does not know of it stays unknown. */
export interface ExportedNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
  credentials?: Record<string, { id?: string | null; name: string }>;
  [setting: string]: unknown;
}

export interface ExportedWorkflow {
  id: string;
  name: string;
  nodes: ExportedNode[];
  connections: Record<string, unknown>;
  settings?: Record<string, unknown>;
  [other: string]: unknown;
}

export interface StableWorkflow {
  id: string;
  name: string;
  nodes: ExportedNode[];
  connections: Record<string, unknown>;
  settings: Record<string, unknown>;
}

/** Settings that travel; the rest belong to one instance or are n8n's defaults. */
const SETTINGS = [
  'callerPolicy',
  'executionOrder',
  'executionTimeout',
  'saveDataErrorExecution',
  'saveDataSuccessExecution',
  'saveManualExecutions',
  'timezone',
];

/** Node settings that travel beside name, type, position, parameters and credentials. */
const NODE_SETTINGS = [
  'alwaysOutputData',
  'disabled',
  'executeOnce',
  'maxTries',
  'notes',
  'notesInFlow',
  'onError',
  'retryOnFail',
  'waitBetweenTries',
  'webhookId',
];

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

/** Takes away what belongs to one n8n instance: versions, owner, pinned data, ids of credentials. */
export function strip({ id, name, nodes, connections, settings = {} }: ExportedWorkflow): StableWorkflow {
  return { id, name, nodes: nodes.map(stripNode), connections, settings: pick(settings, SETTINGS) };
}

function stripNode(node: ExportedNode): ExportedNode {
  const { id, name, type, typeVersion, position, parameters, credentials } = node;
  const named = Object.entries(credentials ?? {}).map(([kind, credential]) => [kind, { name: credential.name }]);
  return {
    id,
    name,
    type,
    typeVersion,
    position,
    parameters,
    ...(named.length > 0 ? { credentials: Object.fromEntries(named) as ExportedNode['credentials'] } : {}),
    ...pick(node, NODE_SETTINGS),
  };
}

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
}

/**
 * The same text for the same workflow, whatever order n8n gives its parts in: keys sorted, sticky notes first, then nodes
 * from left to right and top to bottom.
 */
export function toStableJson(workflow: StableWorkflow): string {
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

function byPlace(a: ExportedNode, b: ExportedNode): number {
  const rank = ({ type, position: [x, y], name }: ExportedNode): [number, number, number, string] => [
    type === STICKY_NOTE ? 0 : 1,
    x,
    y,
    name,
  ];
  const left = rank(a);
  const right = rank(b);
  const at = left.findIndex((value, index) => value !== right[index]);
  return at === -1 ? 0 : left[at] < right[at] ? -1 : 1;
}

function sortedNode({ id, name, type, typeVersion, position, parameters, ...rest }: ExportedNode): object {
  return { id, name, type, typeVersion, position, parameters: sorted(parameters), ...(sorted(rest) as object) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
