/**
 * `npm test`: build, check (lint, types, workflows), then the whole jest suite.
 * Arguments go to jest; with a file, a folder or a test name among them only jest runs.
 * Every step runs even when an earlier one fails, so that one run shows all there is to mend.
 */
import { spawnSync } from 'node:child_process';

/** The checks are independent of each other: gulp runs them side by side, all of them whatever fails. */
const CHECKS: ReadonlyArray<{ name: string; command: string; args: string[] }> = [
  { name: 'build', command: 'gulp', args: ['build'] },
  { name: 'check', command: 'gulp', args: ['check', '--continue'] },
];

/** Whether the arguments choose some of the tests, rather than how all of them are reported. */
function selectsTests(args: string[]): boolean {
  return args.some((arg) => !arg.startsWith('-') || /^(-t|--testNamePattern|--selectProjects)\b/.test(arg));
}

function succeeds(command: string, args: string[]): boolean {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) console.error(`Cannot run ${command}: ${error.message}`);
  return status === 0;
}

const jestArgs = process.argv.slice(2);
const failed: string[] = [];
if (!selectsTests(jestArgs)) {
  for (const { name, command, args } of CHECKS) {
    console.log(`— ${name}`);
    if (!succeeds(command, args)) failed.push(name);
  }
  console.log('— tests');
}
if (!succeeds('jest', jestArgs)) failed.push('tests');
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
