import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { LeadDatabase } from '../transport/client';

/** One operation: what the panel offers for it and what it does with the input items. */
export interface Operation {
  properties: INodeProperties[];
  execute(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]>;
}

/** One resource: its operations in the panel, and by name. */
export interface Resource {
  properties: INodeProperties[];
  operations: Record<string, Operation>;
}
