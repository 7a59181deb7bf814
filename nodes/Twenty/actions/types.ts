import type * as frame from '../../frame';
import type { TwentyClient } from '../transport/client';

export type Operation = frame.Operation<TwentyClient>;
export type Resource = frame.Resource<TwentyClient>;
export type Execute = frame.Execute<TwentyClient>;
