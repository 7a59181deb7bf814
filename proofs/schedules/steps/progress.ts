import * as fc from 'fast-check';
import type { Fault } from '../systems/twenty-side';

/** How far a run comes in one step. */
export interface Progress {
  /** Calls that it makes before it is left; null: it runs to its end. */
  calls: number | null;
  /** What becomes of it then. */
  then: 'sleep' | 'crash';
  /** The fault that one of its calls meets, counted from 0. */
  fault: { at: number; kind: Fault } | null;
  /** Where it stands before several calls at once: the bits of those, counted from 0, that the last one of them is, not the first. */
  latest?: number;
}

const fault = fc.constantFrom<Fault>('lost', 'lost', 'unsent', 'error500', 'limit', 'cut', 'slow', 'lagging', 'late');

export const progress = {
  calls: fc.option(fc.nat({ max: 9 }), { freq: 2 }),
  then: fc.constantFrom<Progress['then']>('sleep', 'crash'),
  fault: fc.option(fc.record({ at: fc.nat({ max: 8 }), kind: fault }), { freq: 2 }),
  latest: fc.constantFrom(0, 0b0101_0101_0101, 0b0011_0011_0011, 0b1111_1111_1111),
};
