import { savedAnswers, saveAnswer, ANSWERS_FILE } from './answers-file';
import { CliError } from './failure';
import type { Asker } from './terminal/ask';

interface Definition {
  flag: string;
  /** The environment variable, and the name in the file of answers. */
  env: string;
  /** What it is called in a sentence. */
  name: string;
  /** Where it is found. */
  where: string;
  secret: boolean;
}

/** What connects the command with the three systems, in the order in which it is asked. */
export const CONNECTIONS = {
  databaseUrl: {
    flag: '--database-url <url>',
    env: 'DATABASE_URL',
    name: 'Address of the database',
    where: 'on Supabase under Connect › Session pooler',
    secret: true,
  },
  supabaseUrl: {
    flag: '--supabase-url <url>',
    env: 'SUPABASE_URL',
    name: 'URL of the Supabase project',
    where: 'e.g. https://your-project.supabase.co',
    secret: false,
  },
  supabaseKey: {
    flag: '--supabase-key <key>',
    env: 'SUPABASE_SERVICE_KEY',
    name: 'Secret key of the Supabase project',
    where: 'sb_secret_… or service_role, under Settings › API Keys',
    secret: true,
  },
  twentyUrl: {
    flag: '--twenty-url <url>',
    env: 'TWENTY_URL',
    name: 'URL of Twenty',
    where: 'https://api.twenty.com for Twenty Cloud, else the address of your server',
    secret: false,
  },
  twentyApiKey: {
    flag: '--twenty-api-key <key>',
    env: 'TWENTY_API_KEY',
    name: 'API key of Twenty',
    where: 'under Settings › APIs & Webhooks',
    secret: true,
  },
  n8nUrl: {
    flag: '--n8n-url <url>',
    env: 'N8N_URL',
    name: 'URL of n8n',
    where: 'the address at which you open it',
    secret: false,
  },
  n8nApiKey: {
    flag: '--n8n-api-key <key>',
    env: 'N8N_API_KEY',
    name: 'API key of n8n',
    where: 'under Settings › n8n API',
    secret: true,
  },
} as const satisfies Record<string, Definition>;

export type ConnectionName = keyof typeof CONNECTIONS;

const isUrl = (name: ConnectionName): boolean => name.endsWith('Url');

/** What is wrong with the form of a value, or undefined. */
function shapeFault(name: ConnectionName, value: string): string | undefined {
  if (value === '') return 'This is needed.';
  if (isUrl(name) && !URL.canParse(value)) return 'This is no address: it has to begin with https:// (or postgres://).';
  return /[\r\n']/.test(value) ? 'Line breaks and quotes do not belong in it.' : undefined;
}

/** On Supabase the database's address names the project. */
export function projectOf(databaseUrl: string): string | undefined {
  if (!URL.canParse(databaseUrl)) return undefined;
  const { hostname, username } = new URL(databaseUrl);
  const direct = /^db\.([a-z0-9]+)\.supabase\.co$/.exec(hostname)?.[1];
  return direct ?? (hostname.endsWith('.pooler.supabase.com') ? /^[^.]+\.([a-z0-9]+)$/.exec(username)?.[1] : undefined);
}

/** Gives the values of the connections: from a flag, the environment, the file of answers, or by asking, in this order. */
export class Connections {
  private readonly saved = savedAnswers();
  private readonly asked = new Map<ConnectionName, string>();

  constructor(
    private readonly flags: Partial<Record<ConnectionName, string>>,
    private readonly asker: Asker,
  ) {}

  /** Undefined where it is not known; asks nobody. */
  known(name: ConnectionName): string | undefined {
    const { env } = CONNECTIONS[name];
    return this.flags[name] ?? process.env[env] ?? this.saved[env] ?? this.asked.get(name);
  }

  /** @throws CliError where it is not known and nobody can be asked */
  async get(name: ConnectionName): Promise<string> {
    const definition = CONNECTIONS[name];
    const known = this.known(name);
    if (known !== undefined) {
      const fault = shapeFault(name, known.trim());
      if (fault === undefined) return known.trim();
      throw new CliError(`${definition.name}: ${fault}`, `Correct ${this.sourceOf(name)}.`);
    }
    if (!this.asker.mayAsk) {
      throw new CliError(
        `${definition.name} is missing.`,
        `Give ${definition.flag} or the environment variable ${definition.env} (${definition.where}).`,
      );
    }
    const answer = await this.asker.text(`${definition.name} (${definition.where}):`, {
      secret: definition.secret,
      initial: name === 'supabaseUrl' ? this.likelyProjectUrl() : undefined,
      shape: (value) => shapeFault(name, value),
    });
    this.asked.set(name, answer);
    return answer;
  }

  /** Keeps what was asked once it has proved right, so that the next command does not ask again. */
  async keep(...names: ConnectionName[]): Promise<void> {
    for (const name of names) {
      const answer = this.asked.get(name);
      if (answer !== undefined) await saveAnswer(CONNECTIONS[name].env, answer);
    }
  }

  /** Where a value comes from, for a message about it. */
  sourceOf(name: ConnectionName): string {
    const { flag, env } = CONNECTIONS[name];
    if (this.flags[name] !== undefined) return flag.split(' ')[0];
    if (process.env[env] !== undefined) return `the environment variable ${env}`;
    return this.saved[env] === undefined ? 'the answer' : `${env} in ${ANSWERS_FILE}`;
  }

  private likelyProjectUrl(): string | undefined {
    const project = projectOf(this.known('databaseUrl') ?? '');
    return project === undefined ? undefined : `https://${project}.supabase.co`;
  }
}
