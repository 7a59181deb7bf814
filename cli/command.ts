import { Command, InvalidArgumentError } from 'commander';
import { givenValue } from './answers-file';
import { CONNECTIONS, Connections, type ConnectionName } from './connections';
import { connectTwenty } from './twenty/connect';
import { explain } from './failure';
import { closeHttp } from './http';
import { N8nApi } from './n8n/api';
import { SupabaseApi } from './supabase/api';
import { Asker } from './terminal/ask';
import { Report } from './terminal/report';
import type { TwentyClient } from '../nodes/Twenty/transport/client';

export interface CommonOptions {
  yes: boolean;
  json: boolean;
}

/** What a command works with. */
export class Session<Options extends object = object> {
  readonly options: Options & CommonOptions;
  readonly report: Report;
  readonly asker: Asker;
  readonly connections: Connections;

  constructor(
    name: string,
    options: Options & CommonOptions & Partial<Record<ConnectionName, string>>,
    /** What stands behind the command without an option's name. */
    readonly args: readonly string[],
  ) {
    this.options = options;
    this.report = new Report(name, options.json);
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    this.asker = new Asker(isTerminal && !options.yes && !options.json);
    this.connections = new Connections(options, this.asker);
  }

  async n8n(): Promise<N8nApi> {
    return new N8nApi(await this.connections.get('n8nUrl'), await this.connections.get('n8nApiKey'));
  }

  async supabase(): Promise<SupabaseApi> {
    const url = await this.connections.get('supabaseUrl');
    return new SupabaseApi(url, await this.connections.get('supabaseKey'), givenValue('SUPABASE_PUBLISHABLE_KEY'));
  }

  async twenty(): Promise<TwentyClient> {
    return connectTwenty(await this.connections.get('twentyUrl'), await this.connections.get('twentyApiKey'));
  }
}

const INTERRUPTED = 130;

async function run<Options extends object>(
  session: Session<Options>,
  action: (session: Session<Options>) => Promise<number | void>,
): Promise<void> {
  const stop = (): void => {
    session.report.fail({
      error: 'Stopped before the end.',
      next_step: 'Run the same command again: it goes on where it stopped.',
    });
    process.exit(INTERRUPTED);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    process.exitCode = (await action(session)) ?? 0;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') stop();
    session.report.fail(explain(error));
    process.exitCode = 1;
  } finally {
    await closeHttp();
  }
}

/** A command of the program with the options that all share and those of the systems that it uses. */
export function command<Options extends object>(
  name: string,
  description: string,
  systems: readonly ConnectionName[],
  action: (session: Session<Options>) => Promise<number | void>,
): Command {
  const made = new Command(name).description(description);
  for (const system of systems) {
    const { flag, env, name: what, where } = CONNECTIONS[system];
    made.option(flag, `${what} (${where}); or the variable ${env}`);
  }
  made.option('-y, --yes', 'ask nothing, and say yes', false);
  made.option('--json', 'print one JSON object at the end, for scripts', false);
  return made.action(async () => {
    await run(new Session<Options>(name, made.opts(), made.args), action);
  });
}

/** For options that take several names: `a,b`. */
export function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export function timeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('Give it as in Europe/Berlin.');
  }
}
