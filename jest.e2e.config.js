const { availableParallelism } = require('node:os');

/** End to end in a real n8n, of which each worker has its own: slow, apart from the suite. @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test/e2e'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  moduleNameMapper: { '^echarts/(core|charts|components|renderers)$': '<rootDir>/test/setup/echarts.js' },
  setupFiles: ['<rootDir>/test/setup/own-addresses.ts'],
  globalSetup: '<rootDir>/test/setup/e2e-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
  testTimeout: 300_000,
  maxWorkers: Math.min(2, availableParallelism()),
};
