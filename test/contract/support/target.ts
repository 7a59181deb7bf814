import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  startTwentyDouble,
  type Json,
  type JsonObject,
  type TwentyDouble,
  type TwentyDoubleOptions,
} from '../../../stand-ins/twenty';

export type { Json, JsonObject };

/** A real server to hold the contract against; without both, the double is. */
const { TWENTY_URL, TWENTY_API_KEY } = process.env;
export const isRealServer = Boolean(TWENTY_URL && TWENTY_API_KEY);

/** One token comes back every 600 ms; a call that was refused for want of one tries again after this. */
const TOKEN_WAIT_MS = 650;
const MOST_WAITS = 200;

export interface Sent {
  method?: string;
  path?: string;
  body?: unknown;
  /** A GraphQL document; sent to `/graphql` unless `path` says otherwise. */
  query?: string;
  variables?: Record<string, unknown>;
  /** Sent as it is, whatever it is. */
  raw?: string;
  contentType?: string;
  /** The Authorization header; null for none. */
  authorization?: string | null;
}

export interface Answer {
  status: number;
  contentType: string;
  date: string | null;
  text: string;
  /** The body as JSON; null when it is none. */
  body: Json;
}

/** The object that a `create…` answer is about, by REST name. */
const PLURALS: Record<string, string> = {
  Person: 'people',
  People: 'people',
  Company: 'companies',
  Companies: 'companies',
  Opportunity: 'opportunities',
  Opportunities: 'opportunities',
  Task: 'tasks',
  Tasks: 'tasks',
  Note: 'notes',
  Notes: 'notes',
  TaskTarget: 'taskTargets',
  TaskTargets: 'taskTargets',
  NoteTarget: 'noteTargets',
  NoteTargets: 'noteTargets',
};

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLimited({ status, body }: Answer): boolean {
  return status === 429 || JSON.stringify(body).includes('"LIMIT_REACHED"');
}

/** The server that the contract is held against, and the records made on it, which are destroyed at the end. */
export class Target {
  private readonly made: { plural: string; id: string }[] = [];
  /** Marks everything that this run makes. */
  readonly label = `c${randomUUID().slice(0, 8)}`;
  private counter = 0;

  private constructor(
    readonly url: string,
    readonly apiKey: string,
    readonly double: TwentyDouble | undefined,
  ) {}

  static async open(options: TwentyDoubleOptions = {}): Promise<Target> {
    if (isRealServer)
      return new Target(String(TWENTY_URL).replace(/\/(rest|graphql)?\/?$/, ''), String(TWENTY_API_KEY), undefined);
    const double = await startTwentyDouble({ rateLimit: false, ...options });
    return new Target(double.url, double.apiKey, double);
  }

  /** A word that nothing else on the server contains. */
  unique(prefix = 'x'): string {
    this.counter += 1;
    return `${this.label}${prefix}${this.counter}`;
  }

  email(prefix = 'p'): string {
    return `${this.unique(prefix)}@example.test`;
  }

  async send(sent: Sent): Promise<Answer> {
    for (let waits = 0; ; waits += 1) {
      const answer = await this.sendOnce(sent);
      if (!isRealServer || !isLimited(answer) || waits >= MOST_WAITS) return answer;
      await sleep(TOKEN_WAIT_MS);
    }
  }

  rest(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.send({ method, path: `/rest/${path}`, body });
  }

  graphql(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    return this.send({ query, variables });
  }

  /** Makes a record and gives it as the server shows it. */
  async make(plural: string, fields: JsonObject = {}): Promise<JsonObject & { id: string }> {
    const { body, status } = await this.rest('POST', plural, fields);
    const data = isObject(body) && isObject(body.data) ? Object.values(body.data)[0] : undefined;
    if (status !== 201 || !isObject(data)) throw new Error(`${plural} could not be made: ${JSON.stringify(body)}`);
    return { ...data, id: String(data.id) };
  }

  person(fields: JsonObject = {}): Promise<JsonObject & { id: string }> {
    return this.make('people', { name: { firstName: 'Contract', lastName: this.label }, ...fields });
  }

  /** A record as the server has it now, in the bin or not; undefined when it is gone. */
  async read(plural: string, id: string): Promise<JsonObject | undefined> {
    const filter = encodeURIComponent(`and(id[eq]:"${id}",or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL))`);
    const { body } = await this.rest('GET', `${plural}?filter=${filter}`);
    const data = isObject(body) && isObject(body.data) ? body.data[plural] : undefined;
    const [record] = Array.isArray(data) ? data : [];
    return isObject(record) ? record : undefined;
  }

  forget(plural: string, id: string): void {
    this.made.push({ plural, id });
  }

  /** Destroys what was made, the newest first, and closes the double. */
  async close(): Promise<void> {
    if (this.double !== undefined) return this.double.close();
    for (const { plural, id } of this.made.reverse()) await this.rest('DELETE', `${plural}/${id}`);
  }

  private async sendOnce(sent: Sent): Promise<Answer> {
    const { query, variables, raw, authorization = `Bearer ${this.apiKey}` } = sent;
    const body = query === undefined ? sent.body : { query, variables: variables ?? {} };
    const headers: Record<string, string> = {};
    if (body !== undefined || raw !== undefined) headers['content-type'] = sent.contentType ?? 'application/json';
    if (authorization !== null) headers.authorization = authorization;
    const response = await fetch(this.url + (sent.path ?? '/graphql'), {
      method: sent.method ?? (query === undefined ? 'GET' : 'POST'),
      headers,
      body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    const text = await response.text();
    const answer: Answer = {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      date: response.headers.get('date'),
      text,
      body: parse(text),
    };
    this.remember(answer.body);
    return answer;
  }

  private remember(body: Json): void {
    const data = isObject(body) && isObject(body.data) ? body.data : {};
    for (const [key, value] of Object.entries(data)) {
      const plural = PLURALS[key.replace(/^create/, '')];
      if (plural === undefined || !key.startsWith('create')) continue;
      for (const record of Array.isArray(value) ? value : [value]) {
        if (isObject(record) && typeof record.id === 'string') this.forget(plural, record.id);
      }
    }
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
