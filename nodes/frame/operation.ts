import type { INodeExecutionData } from 'n8n-workflow';
import type { NodeRun, RunOperation } from './node-run';

/** Runs an operation on all input items; gives the items of each output. What the frame offers: `eachItem`, `inBatches`, `allTogether`, `chosenBy`. */
export type Execute<S> = (run: NodeRun<S>) => Promise<INodeExecutionData[][]>;

/** A hint in the output pane of one operation. */
export interface OperationHint {
  message: string;
  when: 'beforeExecution' | 'afterExecution';
  /** An expression, without its braces, that must hold, too. */
  condition?: string;
}

/**
 * One operation of a node: what the panel says and offers, and what it does with the input items.
 * `S` is what the node connects to, e.g. the client of an API.
 */
export interface Operation<S = unknown> extends RunOperation {
  /** As the list of operations shows it. */
  name: string;
  /** As n8n's list of actions shows it. */
  action: string;
  description: string;
  /** Names of the inputs and outputs; one of each, without a name, when left out. */
  inputs?: readonly string[];
  outputs?: readonly string[];
  hint?: OperationHint;
  /** Whether workflows run it on a schedule: who tries it by hand is then told when n8n keeps each execution. */
  isScheduled?: boolean;
  execute: Execute<S>;
}

/** The first of them is chosen at first. */
export type Operations<S> = Record<string, Operation<S>>;

export interface Resource<S = unknown> {
  name: string;
  description?: string;
  operations: Operations<S>;
}

/** The first of them is chosen at first. */
export type Resources<S> = Record<string, Resource<S>>;
