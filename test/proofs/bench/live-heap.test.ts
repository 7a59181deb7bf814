import { setTimeout as delay } from 'node:timers/promises';
import { LIVE_HEAP_ENV, liveHeapMb, watchLiveHeap } from '../../../proofs/bench/live-heap';
import { startChild, waitUntilReady, type Child } from '../../../stack/child';

const KEEPS = `
  globalThis.kept = Buffer.alloc(${60 * 1024 * 1024}, 1);
  for (let n = 0; n < 20; n += 1) Buffer.alloc(10 * 1024 * 1024, 1);
  setInterval(() => undefined, 1_000);
  console.log('ready');
`;

describe('the live heap', () => {
  let child: Child;
  beforeAll(async () => {
    child = await startChild({
      name: 'a process that keeps 60 MB',
      command: process.execPath,
      args: ['-e', KEEPS],
      env: { ...process.env, ...LIVE_HEAP_ENV },
    });
    await waitUntilReady('It', child, () => Promise.resolve(child.output().includes('ready')), 30_000);
  });
  afterAll(() => child.stop());

  test('is what a process keeps, without its garbage', async () => {
    const live = await liveHeapMb(child.pid);

    expect(live).toBeGreaterThanOrEqual(60);
    expect(live).toBeLessThan(90);
  });

  test('is asked for at 10, 100, 1,000 … calls', async () => {
    let calls = 0;

    const { result, liveMb } = await watchLiveHeap(
      child.pid,
      () => calls,
      async () => {
        for (calls = 9; calls < 150; calls += 1) await delay(5);
        await delay(500);
        return 'done';
      },
    );

    expect(result).toBe('done');
    expect(Object.keys(liveMb)).toEqual(['10', '100']);
  });
});
