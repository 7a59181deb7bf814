import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}

const report = (passed: number, failed = 0, brokenSuites = 0): Report => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numRuntimeErrorTestSuites: brokenSuites,
});

describe('the last line of .ci/run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'count-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Counts two runs, each a report (none when it died) and its exit status. */
  function count(runs: Array<[Report | null, number]>): { line: string; status: number } {
    const args = runs.map(([content, status], n) => {
      const file = join(folder, `${n}.json`);
      if (content) writeFileSync(file, JSON.stringify(content));
      return `${file}:${status}`;
    });
    try {
      const line = execFileSync(process.execPath, [resolve('.ci/count.mjs'), ...args], { encoding: 'utf8' }).trim();
      return { line, status: 0 };
    } catch (error) {
      const { stdout, status } = error as { stdout: string; status: number };
      return { line: stdout.trim(), status };
    }
  }

  it.each<[string, Array<[Report | null, number]>, string, number]>([
    [
      'all passed',
      [
        [report(7), 0],
        [report(3), 0],
      ],
      '10 passed, 0 failed',
      0,
    ],
    [
      'a failed test',
      [
        [report(7, 1), 1],
        [report(3), 0],
      ],
      '10 passed, 1 failed',
      1,
    ],
    [
      'a suite that cannot start',
      [
        [report(7, 0, 2), 1],
        [report(3), 0],
      ],
      '10 passed, 2 failed',
      1,
    ],
    [
      'a failed check before passing tests',
      [
        [report(7), 1],
        [report(3), 0],
      ],
      '10 passed, 1 failed',
      1,
    ],
    [
      'a run that died without a report',
      [
        [report(7), 0],
        [null, 137],
      ],
      '7 passed, 1 failed',
      1,
    ],
    ['no test at all', [[report(0), 0]], '0 passed, 0 failed', 1],
  ])('tells %s', (_case, runs, line, status) => {
    expect(count(runs)).toEqual({ line, status });
  });
});
