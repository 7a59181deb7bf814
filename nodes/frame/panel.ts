import {
  NodeConnectionTypes,
  type IDisplayOptions,
  type INodeProperties,
  type INodePropertyOptions,
  type INodeTypeDescription,
  type NodeHint,
} from 'n8n-workflow';
import type { Operations, Resources } from './operation';

type Show = NonNullable<IDisplayOptions['show']>;

function shownFor(show: Show, field: INodeProperties): INodeProperties {
  const displayOptions = { ...field.displayOptions, show: { ...field.displayOptions?.show, ...show } };
  return Object.keys(displayOptions.show).length === 0 ? field : { ...field, displayOptions };
}

/** A list to choose from, in the order of its names. */
function choice(displayName: string, name: string, first: string, options: INodePropertyOptions[]): INodeProperties {
  const sorted = [...options].sort((one, other) => (one.name < other.name ? -1 : 1));
  return { displayName, name, type: 'options', noDataExpression: true, options: sorted, default: first };
}

/** The list of operations, and each one's fields shown for it alone. */
export function operationsPanel<S>(operations: Operations<S>, show: Show = {}): INodeProperties[] {
  const options = Object.entries(operations).map(([value, { name, action, description }]) => ({
    name,
    value,
    action,
    description,
  }));
  const [first] = Object.keys(operations);
  return [
    shownFor(show, choice('Operation', 'operation', first, options)),
    ...Object.entries(operations).flatMap(([operation, { fields }]) =>
      fields.map((field) => shownFor({ ...show, operation: [operation] }, field)),
    ),
  ];
}

/** The list of resources, and the panel of each one's operations. */
export function resourcesPanel<S>(resources: Resources<S>): INodeProperties[] {
  const options = Object.entries(resources).map(([value, { name, description }]) => ({
    name,
    value,
    ...(description === undefined ? {} : { description }),
  }));
  const [first] = Object.keys(resources);
  return [
    choice('Resource', 'resource', first, options),
    ...Object.entries(resources).flatMap(([resource, { operations }]) =>
      operationsPanel(operations, { resource: [resource] }),
    ),
  ];
}

/** The inputs or outputs, as the expression that n8n takes: those of the operations that name theirs, one for all others. */
export function ports<S, Side extends 'inputs' | 'outputs'>(
  resources: Resources<S>,
  side: Side,
): INodeTypeDescription[Side] {
  const named = Object.entries(resources).flatMap(([resource, { operations }]) =>
    Object.entries(operations).flatMap(([operation, { [side]: names }]) =>
      names === undefined
        ? []
        : [[`${resource}.${operation}`, names.map((displayName) => ({ type: 'main', displayName }))]],
    ),
  );
  if (named.length === 0) return [NodeConnectionTypes.Main];
  const table = JSON.stringify(Object.fromEntries(named));
  return `={{ (${table})[$parameter.resource + '.' + $parameter.operation] ?? ['main'] }}`;
}

/** The hints of all operations, each shown for its own. */
export function resourceHints<S>(resources: Resources<S>): NodeHint[] {
  return Object.entries(resources).flatMap(([resource, { operations }]) =>
    operationHints(operations, `$parameter["resource"] === "${resource}"`),
  );
}

/** The same of a node that has one resource. */
export function operationHints<S>(operations: Operations<S>, ofResource?: string): NodeHint[] {
  return Object.entries(operations).flatMap(([operation, { hint }]) => {
    if (hint === undefined) return [];
    const { message, when, condition } = hint;
    const chosen = `$parameter["operation"] === "${operation}"`;
    const displayCondition = `={{ ${[ofResource, chosen, condition].filter(Boolean).join(' && ')} }}`;
    return [{ message, displayCondition, location: 'outputPane', whenToDisplay: when } satisfies NodeHint];
  });
}
