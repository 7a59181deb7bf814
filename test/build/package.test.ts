import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { PackageDirectoryLoader } from 'n8n-core';
import { n8n, name } from '../../package.json';

const root = resolve(__dirname, '../..');
const cache = join(root, 'node_modules', '.cache');
let folder: string;
let loader: PackageDirectoryLoader;

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'lead-sync-build-'));
  process.env.N8N_USER_FOLDER = folder;
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  execFileSync(join(root, 'node_modules', '.bin', 'gulp'), ['build', '--silent'], {
    cwd: root,
    env: { ...process.env, BUILD_DIR: folder },
  });
  loader = new PackageDirectoryLoader(folder);
  await loader.loadAll();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The name n8n gives to the type in a file: `dist/nodes/X/MyNode.node.js` holds `myNode`. */
const typeName = (file: string) =>
  basename(file)
    .split('.')[0]
    .replace(/^./, (first) => first.toLowerCase());

test('n8n loads every node and credential of the package', () => {
  expect(loader.packageName).toBe(name);
  expect(Object.keys(loader.nodeTypes).sort()).toEqual(n8n.nodes.map(typeName).sort());
  expect(Object.keys(loader.credentialTypes).sort()).toEqual(n8n.credentials.map(typeName).sort());
});

test('every node has its icons and its codex in place', () => {
  for (const { type } of Object.values(loader.nodeTypes)) {
    const { iconUrl, codex } = (type as { description: { iconUrl: object; codex: object } }).description;
    for (const icon of Object.values(iconUrl) as string[]) {
      expect(existsSync(join(folder, icon.replace(`icons/${name}/`, '')))).toBe(true);
    }
    expect(codex).toMatchObject({ categories: expect.arrayContaining(['Sales']) as string[] });
  }
});

test('the bundles need nothing but n8n-workflow and Node itself', () => {
  for (const file of [...n8n.nodes, ...n8n.credentials]) {
    const source = readFileSync(join(folder, file), 'utf8');
    const required = [...source.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module);
    const foreign = required.filter((module) => !isBuiltin(module) && !module.startsWith('.'));
    expect(foreign.filter((module) => module !== 'n8n-workflow')).toEqual([]);
  }
});

test('n8n’s scan of community packages finds nothing in what is shipped', () => {
  const scan = ['--import', 'tsx', join(root, 'tools/scan.ts'), folder];

  expect(spawnSync(process.execPath, scan, { cwd: root, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
}, 120_000);

test('the command is one file that needs nothing but Node itself, and a few megabytes', () => {
  const file = join(folder, 'dist/cli/lead-sync.cjs');
  const source = readFileSync(file, 'utf8');
  const required = [...source.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module);

  // pg offers its users a native client, and does without it
  expect(required.filter((module) => !isBuiltin(module) && module !== 'pg-native')).toEqual([]);
  expect(statSync(file).size).toBeLessThan(4_000_000);
  expect(source.startsWith('#!/usr/bin/env node')).toBe(true);
  const help = execFileSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
  for (const command of ['setup', 'sync', 'status', 'doctor', 'pause', 'resume', 'upgrade', 'uninstall']) {
    expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
});

test('the licences of what is bundled are shipped with it', () => {
  const texts = readFileSync(join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');

  for (const bundled of [
    'echarts',
    'zrender',
    'luxon',
    'preact',
    'tslib',
    'pg',
    'commander',
    'undici',
    '@inquirer/core',
  ]) {
    expect(texts).toMatch(new RegExp(`^${bundled} \\d+\\.\\d+`, 'm'));
  }
  expect(texts).toMatch(/Apache License\s+Version 2\.0/);
  expect(texts).not.toMatch(/^(n8n-workflow|jest|esbuild) \d/m);
});

test.each([
  ['rate-budget', /RateBudget = class/],
  ['known-objects', /knownObjects = .*new Map/],
])('%s is a file of its own, so that all nodes share its state', (name, code) => {
  for (const node of ['Twenty/Twenty', 'LeadSync/LeadSync']) {
    const bundle = readFileSync(join(folder, `dist/nodes/${node}.node.js`), 'utf8');
    expect(bundle).toContain(`require("../../state/${name}.js")`);
    expect(bundle).not.toMatch(code);
  }
  expect(readFileSync(join(folder, `dist/state/${name}.js`), 'utf8')).toMatch(code);
});
