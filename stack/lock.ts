import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes a folder for this process alone; returns how to give it back. Throws when another process that lives has it. */
export function lockFolder(folder: string): () => Promise<void> {
  const file = join(folder, 'running.pid');
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0 && isAlive(pid)) {
      throw new Error(
        `This project is already started (process ${pid}). Stop it with Ctrl-C there, or with: kill ${pid}`,
      );
    }
    writeFileSync(file, String(process.pid));
  }
  return () => {
    rmSync(file, { force: true });
    return Promise.resolve();
  };
}
