import { processorSeconds, watchProcessor } from '../../../proofs/bench/cpu';

describe('processor time of a process', () => {
  test('is user and system time, whatever the name of the process holds', () => {
    const stat = '4711 (node (n8n) 1 2) S 1 4711 4711 0 -1 4194304 900 0 0 0 250 50 7 7 20 0 11 0 1234 5678';

    expect(processorSeconds(stat)).toBe(3);
    expect(processorSeconds(stat, 'children')).toBe(0.14);
  });

  test('counts what the work itself has spent', async () => {
    const { result, seconds } = await watchProcessor(process.pid, async () => {
      const end = performance.now() + 200;
      while (performance.now() < end) Math.sqrt(end);
      return await Promise.resolve('done');
    });

    expect(result).toBe('done');
    expect(seconds).toBeGreaterThan(0.02);
  });
});
