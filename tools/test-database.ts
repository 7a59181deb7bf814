/**
 * `npm run test:database [-- --postgres 15|17|18]`: the tests that need a database, on that version of PostgreSQL (18 unless told).
 * All other arguments go to jest, e.g. a folder.
 */
import { spawnSync } from 'node:child_process';
import { wantedPostgres } from '../stack/postgres-versions';

const jestArgs = process.argv.slice(2);
const at = jestArgs.indexOf('--postgres');
if (at >= 0) process.env.LEAD_SYNC_POSTGRES = jestArgs.splice(at, 2)[1];
console.log(`— database tests on PostgreSQL ${wantedPostgres()}`);
const { status, error } = spawnSync('jest', [...jestArgs, '--selectProjects', 'database'], { stdio: 'inherit' });
if (error) console.error(`Cannot run jest: ${error.message}`);
process.exitCode = status ?? 1;
