import { startChild } from './child';

export interface NpmOptions {
  cwd: string;
  /** Called every second with the seconds gone by. */
  onProgress?: (seconds: number) => void;
}

const PROGRESS_MS = 1_000;

/** Without the settings that an outer `npm run` leaves in the environment: they belong to this project's folder. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const isOuterSetting = (name: string): boolean =>
    /^npm_(package|lifecycle|command|config_local_prefix|config_prefix)/.test(name) || name === 'INIT_CWD';
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOuterSetting(name)));
}

/** Runs npm and returns what it printed; rejects with the end of its output when it fails. */
export async function runNpm(args: string[], { cwd, onProgress }: NpmOptions): Promise<string> {
  const startedAt = Date.now();
  const lines: string[] = [];
  onProgress?.(0);
  const child = await startChild({
    name: 'npm',
    command: 'npm',
    args: [...args, '--no-audit', '--no-fund', '--loglevel=error'],
    cwd,
    env: npmEnvironment(),
    onLine: (line) => lines.push(line),
  });
  const ticker = setInterval(() => onProgress?.(Math.round((Date.now() - startedAt) / 1000)), PROGRESS_MS);
  const ending = await child.ended;
  clearInterval(ticker);
  if (ending !== 'exit code 0') throw new Error(`npm ${args[0]} failed (${ending}):\n${child.output()}`.trim());
  return lines.join('\n');
}
