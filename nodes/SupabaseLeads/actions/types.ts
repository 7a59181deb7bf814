import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { LeadDatabase } from '../transport/client';

/** One operation: what the panel offers for it and what it does with the input items. */
export interface Operation {
  properties: INodeProperties[];
  execute(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]>;
}

/** One operation whose items leave by several outputs, or come in by several inputs. It connects by itself, if at all. */
export interface BranchingOperation {
  properties: INodeProperties[];
  /** Names of its inputs; one without a name when left out. */
  inputs?: readonly string[];
  outputs: readonly string[];
  /** Returns the items of each output. */
  branch(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

export type AnyOperation = Operation | BranchingOperation;

/** One resource: its operations in the panel, and by name. */
export interface Resource {
  properties: INodeProperties[];
  operations: Record<string, AnyOperation>;
}
