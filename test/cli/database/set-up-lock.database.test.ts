import { lockSetUp } from '../../../cli/database/set-up-lock';

const url = (): string => process.env.TEST_DATABASE_URL ?? '';

test('two set-ups at once: the second one is told so, and may begin when the first has ended', async () => {
  const first = await lockSetUp(url());

  await expect(lockSetUp(url())).rejects.toMatchObject({ message: 'Another set-up of this project is at work.' });

  await first.release();
  const second = await lockSetUp(url());
  await second.release();
});
