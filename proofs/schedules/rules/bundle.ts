import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A text to be found exactly once in a file, and what stands there instead. */
export interface Replacement {
  /** Path from the project's folder. */
  file: string;
  find: string;
  replace: string;
}

/** Inside the project, so that what is bundled finds node_modules; not in git. */
const FOLDER = '.stack/sync-test';

/**
 * Bundles our own TypeScript into one script, replacements applied as it is loaded. Nothing of it is shipped.
 * @returns the script's path
 * @throws Error when a replacement's text is not in its file, or more than once
 */
export async function bundle(name: string, entry: string, replacements: readonly Replacement[] = []): Promise<string> {
  const outfile = resolve(join(FOLDER, `${name}.cjs`));
  await build({
    entryPoints: [resolve(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    packages: 'external',
    logLevel: 'silent',
    plugins: [replacing(replacements)],
  });
  return outfile;
}

/** The text with all replacements of this file. */
export function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((current, { file, find, replace }) => {
    const parts = current.split(find);
    if (parts.length !== 2) {
      throw new Error(`${file} holds ${parts.length - 1} times, not once: ${find}`);
    }
    return parts.join(replace);
  }, text);
}

function replacing(replacements: readonly Replacement[]): Plugin {
  return {
    name: 'replacements',
    setup({ onLoad }) {
      const files = new Map<string, Replacement[]>();
      for (const replacement of replacements) {
        const path = resolve(replacement.file);
        files.set(path, [...(files.get(path) ?? []), replacement]);
      }
      if (files.size === 0) return;
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const own = files.get(path);
        if (!own) return undefined;
        return { contents: replaceAll(await readFile(path, 'utf8'), own), loader: 'ts' };
      });
    },
  };
}
