import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  INodeTypeDescription,
  NodeHint,
} from 'n8n-workflow';
import { InputError } from '../errors/input-error';
import { explain, type Explain } from '../errors/explain';
import { forModel } from './for-model';
import { NodeRun } from './node-run';
import type { Operation, Operations, Resources } from './operation';
import { operationHints, operationsPanel, ports, resourceHints, resourcesPanel } from './panel';
import { hintAboutSavedExecutions } from './hints';

/** What a node fills in: its operations by resource, or alone where it has one resource. */
export type NodeParts<S> = {
  /** Connects to what the operations work with, at most once a run. */
  connect(context: IExecuteFunctions): Promise<S>;
  /** Explains what the node's own parts throw; what `explain` explains need not be told again. */
  explain?: Explain;
} & ({ resources: Resources<S> } | { operations: Operations<S>; commonFields?: INodeProperties[] });

/** What the node's class hands to n8n. */
export interface Frame extends Pick<INodeTypeDescription, 'inputs' | 'outputs' | 'properties'> {
  hints: NodeHint[];
  execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

/** Makes the panel, the inputs and outputs, and the run of a node out of its operations. */
export function frame<S>(parts: NodeParts<S>): Frame {
  const resources = 'resources' in parts ? parts.resources : {};
  return {
    inputs: ports(resources, 'inputs'),
    outputs: ports(resources, 'outputs'),
    hints: 'resources' in parts ? resourceHints(resources) : operationHints(parts.operations),
    properties:
      'resources' in parts
        ? resourcesPanel(resources)
        : [...operationsPanel(parts.operations), ...(parts.commonFields ?? [])],
    execute: async (context) => await execute(context, parts),
  };
}

const NO_OPERATION = { fields: [] };

/** Runs the chosen operation on all input items. What fails before any item is worked on fails them all. */
async function execute<S>(context: IExecuteFunctions, parts: NodeParts<S>): Promise<INodeExecutionData[][]> {
  const operation = chosen(context, parts);
  const run = new NodeRun(context, operation ?? NO_OPERATION, parts.connect, parts.explain ?? explain);
  try {
    if (operation === undefined) throw unknown(context, parts);
    if (operation.isScheduled) hintAboutSavedExecutions(context);
    return (await operation.execute(run)).map((items) => forModel(context, items));
  } catch (error) {
    return [run.items.map(({ index }) => run.failed(error, index))];
  }
}

function chosen<S>(context: IExecuteFunctions, parts: NodeParts<S>): Operation<S> | undefined {
  const operations =
    'resources' in parts ? parts.resources[context.getNodeParameter('resource', 0)]?.operations : parts.operations;
  return operations?.[context.getNodeParameter('operation', 0)];
}

function unknown<S>(context: IExecuteFunctions, parts: NodeParts<S>): InputError {
  const operation = `"${context.getNodeParameter('operation', 0)}"`;
  return 'resources' in parts
    ? new InputError(
        `The operation ${operation} of "${context.getNodeParameter('resource', 0)}" does not exist`,
        'Choose a resource and an operation in the node.',
      )
    : new InputError(`The operation ${operation} does not exist`, 'Choose one in the node.');
}
