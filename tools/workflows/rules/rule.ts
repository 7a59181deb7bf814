import type { NodeTypes } from '../node-types';
import type { ExportedNode, ExportedWorkflow } from '../stable';

/** What a rule looks at. */
export interface Checked {
  workflow: ExportedWorkflow;
  /** The file's text. */
  text: string;
  nodeTypes: NodeTypes;
}

/** Returns what is wrong, one sentence each; nothing when all is well. */
export type Rule = (checked: Checked) => string[];

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

export const isNote = ({ type }: ExportedNode): boolean => type === STICKY_NOTE;

/** Nodes that run, sticky notes left out. */
export function steps({ nodes }: ExportedWorkflow): ExportedNode[] {
  return nodes.filter((node) => !isNote(node));
}

export function notes({ nodes }: ExportedWorkflow): ExportedNode[] {
  return nodes.filter(isNote);
}

export interface Connection {
  from: string;
  to: string;
  /** `main` for items; `ai_languageModel` and the like for what a model or tool node lends to another. */
  kind: string;
}

/** All connections, dangling ones included. */
export function connectionsOf({ connections }: ExportedWorkflow): Connection[] {
  return Object.entries(connections as Record<string, Record<string, Array<Array<{ node: string }> | null>>>).flatMap(
    ([from, kinds]) =>
      Object.entries(kinds).flatMap(([kind, outputs]) =>
        outputs.flatMap((targets) => (targets ?? []).map(({ node }) => ({ from, to: node, kind }))),
      ),
  );
}

/** Every value in a JSON value, with the key it stands under. */
export function* values(value: unknown, key = ''): Generator<{ key: string; value: unknown }> {
  yield { key, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) yield* values(part, Array.isArray(value) ? key : name);
}
