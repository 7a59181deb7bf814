import type { NodeTypes } from '../node-types';
import { STICKY_NOTE, type Workflow, type WorkflowNode } from '../workflow';

/** What a rule looks at. */
export interface Checked {
  workflow: Workflow;
  nodeTypes: NodeTypes;
}

/** Returns what is wrong, one sentence each; nothing when all is well. */
export type Rule = (checked: Checked) => string[];

export const isNote = ({ type }: WorkflowNode): boolean => type === STICKY_NOTE;

/** Nodes that run, sticky notes left out. */
export function steps({ nodes }: Workflow): WorkflowNode[] {
  return nodes.filter((node) => !isNote(node));
}

export function notes({ nodes }: Workflow): WorkflowNode[] {
  return nodes.filter(isNote);
}

export interface Connection {
  from: string;
  to: string;
  /** `main` for items; `ai_languageModel` and the like for what a model or tool node lends to another. */
  kind: string;
}

/** All connections, dangling ones included. */
export function connectionsOf({ connections }: Workflow): Connection[] {
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
