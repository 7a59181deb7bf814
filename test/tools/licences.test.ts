import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { licenceTexts } from '../../tools/licences';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function addPackage(folder: string, name: string, files: Record<string, string>): void {
  write(`${folder}/package.json`, JSON.stringify({ name, version: '1.2.3', license: 'MIT' }));
  for (const [file, text] of Object.entries(files)) write(`${folder}/${file}`, text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'licences-'));
  addPackage('node_modules/plain', 'plain', { 'LICENSE.md': 'Plain text' });
  addPackage('node_modules/@scope/own', '@scope/own', { licence: 'Own text', NOTICE: 'Own notice' });
  addPackage('node_modules/plain/node_modules/inner', 'inner', {
    COPYING: 'Inner text',
    'licenses/LICENSE-x': 'X text',
  });
  addPackage('node_modules/without', 'without', { 'readme.md': 'No licence' });
});
afterEach(() => rmSync(root, { recursive: true }));

test('every package of which something is bundled is there with all its texts', () => {
  const inputs = [
    'nodes/Twenty/Twenty.node.ts',
    'node_modules/plain/lib/a.js',
    'node_modules/plain/lib/b.js',
    'node_modules/@scope/own/index.js',
    'node_modules/plain/node_modules/inner/index.js',
  ];

  const text = licenceTexts(inputs, root);

  expect(text.match(/^.* 1\.2\.3 \(MIT\)$/gm)).toEqual([
    '@scope/own 1.2.3 (MIT)',
    'inner 1.2.3 (MIT)',
    'plain 1.2.3 (MIT)',
  ]);
  for (const part of ['Own text', 'Own notice', 'Inner text', 'X text', 'Plain text']) expect(text).toContain(part);
});

test('a text at the end of a README will do', () => {
  const readme = '# inside\n\n## License\n\nCopyright Ada\n\nPermission is hereby granted, free of charge';
  addPackage('node_modules/inside', 'inside', { 'README.md': readme });

  const text = licenceTexts(['node_modules/inside/index.js'], root);

  expect(text).toMatch(/^inside 1\.2\.3 \(MIT\)\n\n=+\n\nCopyright Ada\n\nPermission is hereby granted/m);
});

test('a package without a licence text stops the build by its name', () => {
  const inputs = ['node_modules/plain/a.js', 'node_modules/without/a.js'];

  expect(() => licenceTexts(inputs, root)).toThrow(/^No licence text is in without 1\.2\.3/);
});
