import type { INodeTypeDescription } from 'n8n-workflow';
import type { AnyOperation, Resource } from './types';

type Side = 'inputs' | 'outputs';

const namesOf = (operation: AnyOperation, side: Side): readonly string[] =>
  ('branch' in operation ? operation[side] : undefined) ?? [];

/**
 * The inputs or outputs of the node, as the expression that n8n takes: those of the operations that have names for them,
 * and one for all others.
 */
export function ports<S extends Side>(resources: Record<string, Resource>, side: S): INodeTypeDescription[S] {
  const named = Object.entries(resources).flatMap(([resource, { operations }]) =>
    Object.entries(operations)
      .filter(([, operation]) => namesOf(operation, side).length > 0)
      .map(([name, operation]) => [
        `${resource}.${name}`,
        namesOf(operation, side).map((displayName) => ({ type: 'main', displayName })),
      ]),
  );
  const table = JSON.stringify(Object.fromEntries(named));
  return `={{ (${table})[$parameter.resource + '.' + $parameter.operation] ?? ['main'] }}`;
}
