import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import tseslint from 'typescript-eslint';

const { plugins, rules } = n8nCommunityNodesPlugin.configs.recommended;

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', '.local/**', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  {
    files: ['package.json', 'nodes/**/*.{ts,tsx}', 'credentials/**/*.ts'],
    plugins,
    rules,
  },
  {
    files: ['package.json'],
    languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
