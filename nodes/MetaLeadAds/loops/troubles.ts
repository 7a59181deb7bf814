import { MetaError, type MetaFailure } from '../transport/failures';

/** @throws MetaError for what does not go away by itself: somebody has to hear of it */
export function raiseFailure(failure: MetaFailure | null): void {
  if (failure !== null) throw new MetaError(failure);
}
