// Loaded into n8n by `--import`: on SIGUSR2 it collects all garbage and writes into the file LIVE_HEAP_FILE.<pid> how many bytes are left.
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const file = `${process.env.LIVE_HEAP_FILE}.${process.pid}`;

process.on('SIGUSR2', () => {
  collect();
  collect(); // the memory of buffers is given back behind the first
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(`${file}.new`, String(heapUsed + external));
  renameSync(`${file}.new`, file);
});
