// Runs on any Node from 20 on with nothing installed: completes node_modules, makes Node 24 available in it,
// then runs the given command with node_modules/.bin first on PATH.
//   node tools/bootstrap.mjs <command> [argument …]
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM_NODE = 20;
const NEEDED_NODE = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const binaries = join(modules, '.bin');
const stampFile = join(modules, '.lead-sync-installed');
const environment = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` };

/** Ends the command with a message; nothing here is worth a stack trace. */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/** One package list of a lock file: path → version, without packages that a platform may leave out. */
function lockedVersions(lockFile) {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  return new Map(
    Object.entries(packages)
      .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional && !entry.devOptional && !entry.link)
      .map(([path, entry]) => [path, entry.version]),
  );
}

/** npm writes node_modules/.package-lock.json as the last step of an install, so it tells a finished install from a torn one. */
function installedAsLocked() {
  const installed = join(modules, '.package-lock.json');
  if (!existsSync(installed)) return false;
  const { packages } = JSON.parse(readFileSync(installed, 'utf8'));
  return [...lockedVersions(join(root, 'package-lock.json'))].every(
    ([path, version]) => packages[path]?.version === version,
  );
}

/** Runs npm, quietly when all is well; a line each few seconds says that it still works. */
function npm(args, announcement) {
  const npmScript = process.env.npm_execpath;
  const [command, commandArgs] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript, ...args]] : ['npm', args];
  console.log(announcement);
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const ticker = setInterval(() => console.log(`  … ${seconds()} s`), 10_000);
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const end = (code, reason) => {
      clearInterval(ticker);
      if (code !== 0)
        fail(
          `${output}\nnpm ${args.join(' ')} failed (${reason}). Check the network and the npm registry, then run the command again.`,
        );
      console.log(`  done in ${seconds()} s`);
      resolve();
    };
    child.on('error', (error) => end(1, error.message));
    child.on('close', (code, signal) => end(code, signal ?? `exit code ${code}`));
  });
}

async function installPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  if (!installedAsLocked())
    await npm(
      ['ci', '--loglevel=error'],
      'Installing packages as package-lock.json has them (1.3 GB, about 2 minutes) …',
    );
  writeFileSync(stampFile, stamp);
}

function installedNodeMajor() {
  const node = join(binaries, 'node');
  if (!existsSync(node)) return 0;
  try {
    return Number.parseInt(execFileSync(node, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).slice(1), 10);
  } catch {
    return 0; // the package is there without its binary: its install script has not run yet
  }
}

async function installNode() {
  if (installedNodeMajor() >= NEEDED_NODE) return;
  await npm(
    ['rebuild', 'node', '--ignore-scripts=false'],
    `Fetching Node ${NEEDED_NODE} into node_modules (190 MB, about 10 seconds) …`,
  );
  if (installedNodeMajor() < NEEDED_NODE)
    fail(`The npm package "node" gave no Node ${NEEDED_NODE} for ${process.platform}-${process.arch}.`);
}

const [command, ...args] = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < MINIMUM_NODE)
  fail(`Node ${MINIMUM_NODE} or newer is needed; this is ${process.version}.`);
if (!command) fail('Usage: node tools/bootstrap.mjs <command> [argument …]');
await installPackages();
await installNode();

const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C reaches the whole process group; a signal sent to this process alone has to be passed on.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
// npm passes SIGTERM to the shell between us, which dies of it alone: a new parent means that npm is gone.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
}
child.on('error', (error) => fail(`Cannot run ${command}: ${error.message}`));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
