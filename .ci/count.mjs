// Adds up jest's JSON reports: node .ci/count.mjs <report>:<exit status> … prints "N passed, N failed".
// A run that failed without a failed test (a check before the tests, a suite that cannot start, no report) counts as one failure.
import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const argument of process.argv.slice(2)) {
  const [file, status] = argument.split(/:(?=\d+$)/);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const failures = (report.numFailedTests ?? 0) + (report.numRuntimeErrorTestSuites ?? 0);
  passed += report.numPassedTests ?? 0;
  failed += failures === 0 && status !== '0' ? 1 : failures;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
