import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runNpm } from './npm';
import type { Progress } from './report';

const FOLDER = resolve('.stack/n8n');
const STAMP = join(FOLDER, 'installed.json');

/** The overrides name versions that the registries have; n8n's own ranges lead to missing ones. */
const MANIFEST = {
  name: 'local-n8n',
  private: true,
  dependencies: { n8n: '2.41.1' },
  overrides: {
    linkedom: '0.18.12',
    '@langchain/langgraph': '1.2.9',
    '@langchain/langgraph-checkpoint': '1.1.5',
    '@langchain/langgraph-sdk': '1.8.9',
  },
};

/**
 * Installs n8n into `.stack/n8n` unless this version is there (2.2 GB, 2 to 3 minutes). Install scripts stay off: n8n keeps
 * its data in PostgreSQL, so nothing has to be compiled. Returns the file that Node runs.
 */
export async function installN8n(onProgress: Progress): Promise<string> {
  const manifest = JSON.stringify(MANIFEST, null, 2);
  const program = join(FOLDER, 'node_modules/n8n/bin/n8n');
  const stamp = existsSync(STAMP) ? await readFile(STAMP, 'utf8') : '';
  if (stamp === manifest && existsSync(program)) return program;
  await mkdir(FOLDER, { recursive: true });
  await rm(STAMP, { force: true });
  await writeFile(join(FOLDER, 'package.json'), manifest);
  await runNpm(['install', '--legacy-peer-deps', '--ignore-scripts'], {
    cwd: FOLDER,
    onProgress: (seconds) => onProgress(`installing 2.2 GB, takes 2 to 3 minutes, ${seconds} s so far`),
  });
  await writeFile(STAMP, manifest);
  return program;
}
