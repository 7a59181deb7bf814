import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNpm } from '../../../stack/npm';

export interface Ended {
  code: number | null;
  /** What was printed for people, on both outputs. */
  text: string;
}

/** What the command says with --json. */
export interface Told {
  ok: boolean;
  changed?: boolean;
  error?: string;
  next_step?: string;
  at?: string;
  steps: Array<{ step: string; outcome: string; detail: string }>;
  [more: string]: unknown;
}

/** The command as a new user has it: the packed package, installed in an empty folder, without anything else. */
export class CommandLine {
  private constructor(
    private readonly folder: string,
    /** Addresses and keys; nothing of the test's own environment reaches the command. */
    readonly environment: Record<string, string>,
  ) {}

  static async install(tarball: string, environment: Record<string, string>): Promise<CommandLine> {
    const folder = await mkdtemp(join(tmpdir(), 'lead-sync-command-'));
    await runNpm(['install', '--offline', tarball], { cwd: folder });
    return new CommandLine(folder, environment);
  }

  /** @param stop given a function that presses Ctrl-C */
  async run(
    args: string[],
    { environment = {}, stop }: { environment?: Record<string, string>; stop?: (press: () => void) => void } = {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, [join(this.folder, 'node_modules/.bin/lead-sync'), ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, TZ: 'Europe/Berlin', ...this.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stop?.(() => child.kill('SIGINT'));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, text };
  }

  async json(args: string[], environment?: Record<string, string>): Promise<{ code: number | null; told: Told }> {
    const { code, text } = await this.run([...args, '--json'], { environment });
    return { code, told: JSON.parse(text) as Told };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
