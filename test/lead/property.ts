import fc from 'fast-check';

/** Runs a property with a fresh seed that is printed, so that a failure can be replayed with `FC_SEED=… npm test`. */
export function check<T extends unknown[]>(property: fc.IProperty<T>, runs = 300): void {
  const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${expect.getState().currentTestName}: seed ${seed}\n`);
  fc.assert(property, { seed, numRuns: runs });
}
