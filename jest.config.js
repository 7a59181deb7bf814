/**
 * Two projects. `database` needs PostgreSQL, PostgREST and the gateway: its global setup starts them once a run, and
 * only when one of its files is selected; its files share one database and so run one after another. `unit` runs in parallel.
 */
const databaseTests = [
  '<rootDir>/test/database/**/*.test.ts',
  '<rootDir>/test/workflows/**/*.test.ts',
  '<rootDir>/test/sync/**/*.test.ts',
  '<rootDir>/test/**/*.database.test.ts',
];

const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: ['<rootDir>/test'],
      testMatch: ['**/*.test.ts', ...databaseTests.map((pattern) => `!${pattern}`)],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
    },
    {
      ...common,
      displayName: 'database',
      roots: ['<rootDir>/test'],
      testMatch: databaseTests,
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
      runner: '<rootDir>/test/setup/serial-runner.js',
      globalSetup: '<rootDir>/test/setup/global-setup.ts',
      globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
    },
  ],
};
