import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runNpm } from './npm';

const PACKED = resolve('.stack/packed');

interface PackedFile {
  filename: string;
}

/** Packs the built package as npm would publish it and returns the tarball. `dist` has to be built. */
export async function packPackage(folder = resolve('.')): Promise<string> {
  await mkdir(PACKED, { recursive: true });
  const output = await runNpm(['pack', '--json', '--ignore-scripts', '--pack-destination', PACKED], { cwd: folder });
  const [{ filename }] = JSON.parse(output) as PackedFile[];
  return join(PACKED, filename);
}

/**
 * Installs a tarball where n8n looks for community packages: `<userFolder>/.n8n/nodes`. Nothing happens when the same
 * contents are there already. n8n has to be started after it.
 */
export async function installPackage(userFolder: string, tarball: string): Promise<void> {
  const nodes = join(userFolder, '.n8n/nodes');
  const stampFile = join(nodes, 'installed.txt');
  const hash = createHash('sha256')
    .update(await readFile(tarball))
    .digest('hex');
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === hash) return;
  await rm(nodes, { recursive: true, force: true });
  await mkdir(nodes, { recursive: true });
  await writeFile(join(nodes, 'package.json'), JSON.stringify({ name: 'installed-nodes', private: true }));
  const copy = join(nodes, 'package.tgz');
  await copyFile(tarball, copy);
  await runNpm(
    ['install', copy, '--omit=peer', '--omit=optional', '--omit=dev', '--legacy-peer-deps', '--ignore-scripts'],
    { cwd: nodes },
  );
  await writeFile(stampFile, hash);
}
