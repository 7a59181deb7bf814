import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, with its `migrations` and `workflows`: the nearest one above this file that has a package.json. */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`There is no package.json above ${__dirname}: install the package anew.`);
    folder = above;
  }
  return folder;
}
