import { spawn } from 'node:child_process';

export interface NpmOptions {
  cwd: string;
  /** Called every 5 seconds with the seconds gone by. */
  onProgress?: (seconds: number) => void;
}

const PROGRESS_MS = 5_000;

/** Runs npm and returns what it printed; rejects with all of its output when it fails. */
export async function runNpm(args: string[], { cwd, onProgress }: NpmOptions): Promise<string> {
  const startedAt = Date.now();
  onProgress?.(0);
  const ticker = setInterval(() => onProgress?.(Math.round((Date.now() - startedAt) / 1000)), PROGRESS_MS);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn('npm', args, { cwd, env: npmEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      let errors = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.once('error', (error) => reject(new Error(`Cannot run npm: ${error.message}`)));
      child.once('close', (code, signal) => {
        if (code === 0) resolve(output);
        else reject(new Error(`npm ${args[0]} failed (${signal ?? `exit code ${code}`}):\n${errors}${output}`.trim()));
      });
    });
  } finally {
    clearInterval(ticker);
  }
}

/** Without the settings that an outer `npm run` leaves in the environment: they belong to this project's folder. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const isOuterSetting = (name: string): boolean =>
    /^npm_(package|lifecycle|command|config_local_prefix|config_prefix)/.test(name) || name === 'INIT_CWD';
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOuterSetting(name)));
}
