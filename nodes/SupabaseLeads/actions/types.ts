import type * as frame from '../../frame';
import type { LeadDatabase } from '../transport/client';

export type Operation = frame.Operation<LeadDatabase>;
export type Resource = frame.Resource<LeadDatabase>;
export type NodeRun = frame.NodeRun<LeadDatabase>;
