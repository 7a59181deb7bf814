import fc from 'fast-check';

/** Runs a property with a fresh seed that is printed, so that a failure can be replayed with `FC_SEED=… npm test`. */
export function check<T extends unknown[]>(property: fc.IProperty<T>, runs?: number): void;
export function check<T extends unknown[]>(property: fc.IAsyncProperty<T>, runs?: number): Promise<void>;
export function check<T extends unknown[]>(property: fc.IRawProperty<T>, runs = 300): void | Promise<void> {
  const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${expect.getState().currentTestName}: seed ${seed}\n`);
  return fc.assert(property as fc.IAsyncProperty<T>, { seed, numRuns: runs });
}
