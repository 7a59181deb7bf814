/**
 * `npx tsx tools/scan.ts [folder]`: looks at a built package as `@n8n/scan-community-package` 0.32.0 looks at what a tarball ships, beside
 * the sources: its rules, without exceptions in comments, for package.json and every `.js` file in `dist`. Prints what it finds, and ends with 1.
 */
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { ESLint, type Linter } from 'eslint';
import { resolve } from 'node:path';
import tseslint from 'typescript-eslint';

const RULES: Linter.Config[] = [
  n8nCommunityNodesPlugin.configs.recommended as Linter.Config,
  { rules: { 'no-console': 'error' } },
  { files: ['**/*.json'], languageOptions: { parser: tseslint.parser as Linter.Parser } },
];

async function scan(folder: string): Promise<boolean> {
  const eslint = new ESLint({
    cwd: folder,
    allowInlineConfig: false,
    overrideConfigFile: true,
    overrideConfig: RULES,
  });
  const results = await eslint.lintFiles(['package.json', 'dist/**/*.js']);
  const formatter = await eslint.loadFormatter('stylish');
  process.stdout.write(await formatter.format(ESLint.getErrorResults(results)));
  return results.every(({ errorCount }) => errorCount === 0);
}

void scan(resolve(process.argv[2] ?? '.')).then((isClean) => {
  process.exitCode = isClean ? 0 : 1;
});
