import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { tmpdir } from 'node:os';

export interface SystemUser {
  uid: number;
  gid: number;
}

/** The user that PostgreSQL runs as: it refuses root, so root hands it to `nobody`; any other user keeps it. */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Whether other users can pass through every folder above the path (a 0700 home stops them). */
function othersCanReach(path: string): boolean {
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && (stats.mode & 0o001) === 0) return false;
  }
  return true;
}

/**
 * A folder that the PostgreSQL user can reach: the wished one, or, when the project lies under a closed home, one in the
 * system's temporary folder that is always the same for the same wish. Only this user can change what is in it.
 */
export function reachableFolder(wish: string, user: SystemUser | undefined): string {
  mkdirSync(wish, { recursive: true });
  if (!user || othersCanReach(realpathSync(wish))) return wish;
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => othersCanReach(folder));
  if (!parent) throw new Error('PostgreSQL needs a temporary folder that the user nobody can reach; /tmp is closed.');
  const name = createHash('sha256').update(resolve(wish)).digest('hex').slice(0, 12);
  const folder = join(parent, `lead-sync-${basename(wish)}-${name}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw new Error(`${folder} belongs to somebody else. Remove it and try again.`);
  }
  return folder;
}

/** Makes a folder that belongs to the PostgreSQL user alone. */
export function makeOwnFolder(folder: string, user: SystemUser | undefined): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
}
