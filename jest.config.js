/**
 * Two projects. `database` needs PostgreSQL, PostgREST and the gateway: its global setup starts them for each worker, once a run, and
 * only when one of its files is selected.
 */
const { availableParallelism } = require('node:os');

const databaseFolders = ['<rootDir>/test/database/', '<rootDir>/test/workflows/', '<rootDir>/test/proofs/schedules/'];
const databaseSuffix = '\\.database\\.test\\.ts$';
const neverHere = ['/node_modules/', '<rootDir>/test/e2e/'];

const common = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  moduleNameMapper: { '^echarts/(core|charts|components|renderers)$': '<rootDir>/test/setup/echarts.js' },
};

/** @type {import('jest').Config} */
module.exports = {
  // Nothing is timed here: a busy machine may take its time, a hanging test still ends.
  testTimeout: 180_000,
  // Tests of a database mostly wait for it. More than 4 would be more PostgreSQL than a laptop likes.
  maxWorkers: Math.min(4, availableParallelism()),
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: [...neverHere, ...databaseFolders, databaseSuffix],
    },
    {
      ...common,
      displayName: 'database',
      testMatch: [...databaseFolders.map((folder) => `${folder}**/*.test.ts`), '**/*.database.test.ts'],
      testPathIgnorePatterns: neverHere,
      setupFiles: ['<rootDir>/test/setup/own-addresses.ts'],
      globalSetup: '<rootDir>/test/setup/global-setup.ts',
      globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
    },
  ],
};
