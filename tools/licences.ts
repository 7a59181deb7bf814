import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package to which a bundled file belongs, packages inside of packages included. */
const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const TEXT_FILE = /^(licen[cs]e|copying|notice)/i;
/** Some packages have the whole text at the end of their README instead. */
const README = /^readme(\.md)?$/i;
const README_SECTION = /^#+ *licen[cs]e\s*$([\s\S]*?Permission is hereby granted[\s\S]*)/im;
/** Where a package keeps the licences of what it has taken over itself. */
const MORE_TEXTS = 'licenses';

interface Manifest {
  name: string;
  version: string;
  license?: string;
}

function textsIn(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true });
  const names = files.filter((file) => file.isFile() && TEXT_FILE.test(file.name)).map(({ name }) => name);
  const more = existsSync(join(folder, MORE_TEXTS)) ? textsIn(join(folder, MORE_TEXTS)) : [];
  const texts = [...names.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim()), ...more];
  return texts.length > 0
    ? texts
    : files.filter(({ name }) => README.test(name)).flatMap(({ name }) => sectionOf(join(folder, name)));
}

function sectionOf(readme: string): string[] {
  const text = README_SECTION.exec(readFileSync(readme, 'utf8'))?.[1].trim();
  return text === undefined ? [] : [text];
}

/**
 * The licence texts of all packages of which the bundler took something, as one text to ship with the bundles.
 * @param inputs files as the bundler lists them, relative to `root`
 * @throws Error that names each package without a text: what may not be shown to be allowed is not shipped
 */
export function licenceTexts(inputs: Iterable<string>, root: string): string {
  const folders = new Set(
    [...inputs].map((file) => PACKAGE_FOLDER.exec(file)?.[0]).filter((folder) => folder !== undefined),
  );
  const packages = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
    return { title: `${name} ${version} (${license ?? 'licence below'})`, texts: textsIn(join(root, folder)) };
  });
  const without = packages.filter(({ texts }) => texts.length === 0).map(({ title }) => title);
  if (without.length > 0) {
    throw new Error(`No licence text is in ${without.join(', ')}. Bundle another package, or ask its authors for one.`);
  }
  const sections = packages
    .sort((a, b) => a.title.localeCompare(b.title))
    .map(({ title, texts }) => [title, '='.repeat(title.length), ...new Set(texts)].join('\n\n'));
  return ['These packages are part of the files in this folder.', ...new Set(sections)].join('\n\n\n') + '\n';
}
