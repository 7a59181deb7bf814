import { OneAtATime } from '../../../nodes/runs/one-at-a-time';

const nothing = async (): Promise<void> => await Promise.resolve();

test('one works on a thing at a time, and looks again for who came meanwhile', async () => {
  const one = new OneAtATime();
  const seen: boolean[] = [];

  await one.run('inbox', async ({ came, taken }) => {
    seen.push(came());
    seen.push(await one.run('inbox', nothing), await one.run('other inbox', nothing));
    seen.push(came(), taken(), came());
    seen.push(taken(), await one.run('inbox', nothing));
  });

  expect(seen).toEqual([false, false, true, true, true, false, false, true]);
});

test('one that fails leaves the thing to the next', async () => {
  const one = new OneAtATime();

  await expect(one.run('inbox', () => Promise.reject(new Error('no connection')))).rejects.toThrow('no connection');

  expect(await one.run('inbox', nothing)).toBe(true);
});

test('one that ended takes nothing from the next', async () => {
  const one = new OneAtATime();
  let late: (() => boolean) | undefined;
  await one.run('inbox', async ({ taken }) => {
    taken();
    late = taken;
    await one.run('inbox', async (next) => {
      await one.run('inbox', nothing);
      expect([late?.(), next.came()]).toEqual([false, true]);
    });
  });
});
