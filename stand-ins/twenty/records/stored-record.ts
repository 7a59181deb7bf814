import type { Json } from '../json';
import type { Micros } from '../time';

/**
 * One row. `values` holds every other field and column by name, in stored form; a composite is never changed in
 * place, so rows may share one.
 */
export interface StoredRecord {
  id: string;
  createdAt: Micros;
  updatedAt: Micros;
  deletedAt: Micros | null;
  values: Record<string, Json>;
}

export type TimeField = 'createdAt' | 'updatedAt' | 'deletedAt';

export function isTimeField(name: string): name is TimeField {
  return name === 'createdAt' || name === 'updatedAt' || name === 'deletedAt';
}
