import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { Ports } from '../loops/ports';
import type { NotStarted, SyncReport, Trigger } from '../loops/run';

/** One operation: what the panel offers for it, the loop that it runs, and what is to be said when that fails. */
export interface Operation {
  properties: INodeProperties[];
  /** What becomes of what is left. */
  afterFailure: string;
  run(context: IExecuteFunctions, itemIndex: number, ports: Ports, trigger: Trigger): Promise<SyncReport | NotStarted>;
}
