const { execFile } = require('node:child_process');
const { rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');
require('tsx/cjs');
const { licenceTexts } = require('./tools/licences.ts');

const run = promisify(execFile);

/** `BUILD_DIR` builds elsewhere than in the package, so that a test does not disturb a running n8n. */
const dist = path.join(process.env.BUILD_DIR ?? __dirname, 'dist');

/**
 * Modules whose state all nodes share. Each node is a bundle of its own, so such a module must be a file of its own that
 * the bundles require; inside a bundle every node would have its own copy of the state.
 */
const SHARED = ['nodes/Twenty/transport/rate-budget.ts', 'nodes/Twenty/transport/known-objects.ts'];

const sharedOutput = (source) => path.join(dist, 'state', `${path.basename(source, '.ts')}.js`);

/** Leaves the shared modules out of a bundle and requires them at run time. */
const shareState = (outputFile) => ({
  name: 'share-state',
  setup(build) {
    const outputs = new Map(SHARED.map((source) => [path.join(__dirname, source), sharedOutput(source)]));
    build.onResolve({ filter: /^\./ }, ({ importer, path: request, resolveDir }) => {
      const output = importer === '' ? undefined : outputs.get(`${path.resolve(resolveDir, request)}.ts`);
      if (output === undefined) return undefined;
      const relative = path.relative(path.dirname(outputFile), output).split(path.sep).join('/');
      return { path: relative, external: true };
    });
  },
});

/** The command `npx n8n-nodes-lead-sync`, a process of its own: nothing that n8n loads. */
const COMMAND = { source: 'cli/main.ts', output: path.join(dist, 'cli/lead-sync.cjs') };

/** What n8n's scan of community packages refuses in a node, and libraries name for the sake of browsers; no node runs it. */
const WITHOUT_BROWSER = {
  define: { 'process.env.NODE_ENV': '"production"', global: 'undefined' },
  drop: ['console'],
  inject: [path.join(__dirname, 'tools/bundle/no-browser.mjs')],
};

/** lodash looks for the global object by `Function`; of it, what nodes use of lodash wants a name or two. */
const lodashRoot = {
  name: 'lodash-root',
  setup(build) {
    build.onResolve({ filter: /^\.\/_root$/ }, () => ({ path: path.join(__dirname, 'tools/bundle/lodash-root.js') }));
  },
};

/** Bundles one file and returns the files of which something is in the bundle. */
async function bundleFile(source, outputFile) {
  const { metafile } = await esbuild.build({
    entryPoints: [path.join(__dirname, source)],
    outfile: outputFile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['n8n-workflow'],
    legalComments: 'eof',
    logLevel: 'warning',
    ...(outputFile === COMMAND.output ? {} : { ...WITHOUT_BROWSER, plugins: [shareState(outputFile), lodashRoot] }),
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}

/** The files that package.json names for n8n, each with everything it imports except n8n-workflow, and the licences of that. */
async function bundle() {
  const entries = [...n8n.credentials, ...n8n.nodes].map((file) => ({
    source: file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
    output: path.join(dist, path.relative('dist', file)),
  }));
  const shared = SHARED.map((source) => ({ source, output: sharedOutput(source) }));
  const inputs = await Promise.all(
    [...entries, ...shared, COMMAND].map(({ source, output }) => bundleFile(source, output)),
  );
  await writeFile(path.join(dist, 'THIRD-PARTY-LICENSES.txt'), licenceTexts(inputs.flat(), __dirname));
}

async function clean() {
  await rm(dist, { recursive: true, force: true });
}

/** Icons and codex files. Without `encoding: false` gulp would read images as text and spoil them. */
function copyAssets() {
  return src(['nodes/**/*.{svg,png,node.json}', 'credentials/**/*.{svg,png}'], { base: '.', encoding: false }).pipe(
    dest(dist),
  );
}

async function checked(command, args) {
  try {
    const { stdout } = await run(path.join(__dirname, 'node_modules', '.bin', command), args, { cwd: __dirname });
    process.stdout.write(stdout);
  } catch (error) {
    process.stdout.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    throw new Error(`${command} found something to correct`);
  }
}

const SOURCES = ['nodes', 'credentials', 'cli', 'edge', 'stack', 'stand-ins', 'proofs', 'tools', 'test'];
const eslint = () => checked('eslint', ['package.json', ...SOURCES]);
const prettier = () => checked('prettier', ['--check', `{${SOURCES}}/**/*.{ts,tsx}`]);
/** Which part imports which, by `.dependency-cruiser.js`. */
const arrows = () => checked('depcruise', SOURCES);
const typecheck = () => checked('tsc', ['-p', 'tsconfig.json']);
const checkWorkflows = () => checked('tsx', ['tools/workflows/check.ts']);
const buildSchema = () => checked('tsx', ['tools/schema/build.ts']);
const snapshotSchema = () => checked('tsx', ['tools/schema/print-snapshot.ts']);
const buildWorkflows = () => checked('tsx', ['tools/workflows/build/main.ts']);

exports.clean = clean;
exports.build = series(clean, parallel(bundle, copyAssets, buildSchema));
exports.typecheck = typecheck;
exports.lint = parallel(eslint, prettier, arrows);
exports.check = parallel(exports.lint, typecheck, checkWorkflows);
exports.buildSchema = buildSchema;
exports.snapshotSchema = snapshotSchema;
exports.buildWorkflows = buildWorkflows;
exports.checkWorkflows = checkWorkflows;
exports.default = exports.build;
