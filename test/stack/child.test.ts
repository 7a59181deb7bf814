import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { startChild, waitUntilReady } from '../../stack/child';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not come true within 8 s');
    await new Promise((done) => setTimeout(done, 20));
  }
}

const SLEEPER = { name: 'sleeper', command: 'sleep', args: ['60'] };

describe('a child process', () => {
  it('is gone when stop returns, with all that it started', async () => {
    let grandchild = 0;
    const child = await startChild({
      name: 'parent',
      command: 'sh',
      args: ['-c', 'sleep 60 & echo $!; wait'],
      onLine: (line) => (grandchild = Number(line)),
    });
    await until(() => grandchild > 0);

    await child.stop();

    expect(isAlive(child.pid)).toBe(false);
    await until(() => !isAlive(grandchild));
  });

  it('ends by itself when the process that started it is killed', async () => {
    const script = `require('./stack/child').startChild(${JSON.stringify(SLEEPER)}).then((c) => console.log(c.pid)); setInterval(() => 0, 1000)`;
    const starter = spawn(process.execPath, ['--import', 'tsx', '--eval', script], { cwd: resolve('.') });
    const [line] = (await once(starter.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);

    starter.kill('SIGKILL');

    await until(() => !isAlive(pid));
  });

  it('says what it printed when it ends before it is ready', async () => {
    const child = await startChild({ name: 'broken', command: 'sh', args: ['-c', 'echo no such setting; exit 3'] });

    const ready = waitUntilReady('Broken', child, () => Promise.resolve(false), 5_000);

    await expect(ready).rejects.toThrow(/Broken ended while starting \(exit code 3\):\nno such setting/);
  });

  it('cannot be started from a file that is missing', async () => {
    const child = await startChild({ name: 'nothing', command: '/no/such/program' });

    expect(await child.ended).toBe('exit code 127');
    expect(child.output()).toContain('/no/such/program');
  });
});
