import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
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
  // What n8n's own CLI checks of a community package (@n8n/node-cli, configs/eslint), with its exceptions.
  { plugins: { 'n8n-nodes-base': nodesBase } },
  { files: ['package.json'], rules: nodesBase.configs.community.rules },
  {
    files: ['credentials/**/*.ts'],
    rules: {
      ...nodesBase.configs.credentials.rules,
      'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
      'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
    },
  },
  {
    files: ['nodes/**/*.ts'],
    rules: {
      ...nodesBase.configs.nodes.rules,
      'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
      'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
      'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
    },
  },
  {
    files: ['package.json'],
    languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
