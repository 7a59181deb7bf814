import { setTimeout as delay } from 'node:timers/promises';
import { thrownFailure } from '../../nodes/http/network-failures';
import { CliError } from '../failure';
import { completeData, type CredentialSchema } from './credential-schema';
import { http, jsonOf, networkAdvice, type HttpAnswer } from '../http';

export interface WorkflowNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
  credentials?: Record<string, { id?: string | null; name: string }>;
  disabled?: boolean;
  webhookId?: string;
}

/** What `POST /workflows` takes; n8n gives the id. */
export interface WorkflowContent {
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings: Record<string, unknown>;
}

export interface StoredWorkflow extends WorkflowContent {
  id: string;
  active: boolean;
  isArchived?: boolean;
  versionId?: string;
  activeVersionId?: string | null;
  updatedAt: string;
}

export interface StoredCredential {
  id: string;
  name: string;
  type: string;
}

export interface StoredExecution {
  id: string;
  workflowId: string;
  status?: string;
  mode: string;
  startedAt: string | null;
  stoppedAt: string | null;
}

interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

const API_KEYS = 'Make an API key in n8n under Settings › n8n API and give it with --n8n-api-key.';
/** What n8n says of a workflow with a node in a version that it does not have. */
const UNKNOWN_NODE = /Cannot read properties of undefined \(reading 'execute'\)|Unrecognized node type/;
const TOO_OLD =
  'Update n8n to 1.88 or newer, the oldest in which the workflows were tried; then run the command again.';
const NOTHING_STARTS_IT = /no node to start the workflow/i;
/** n8n unpublishes after it has answered. Milliseconds. */
const UNPUBLISHING_MS = 60_000;
const ADDRESS = 'Give the address at which you open n8n with --n8n-url, e.g. https://n8n.example.com.';
/** Pages of the editor that people copy the address of. */
const EDITOR_PATH =
  /\/(api(\/v1)?|home|workflow|workflows|credentials|executions|settings|projects|setup|signin)(\/.*)?$/;

/** n8n refused a call. */
export class N8nError extends CliError {
  constructor(
    readonly status: number,
    message: string,
    nextStep: string,
  ) {
    super(message, nextStep);
  }
}

/** n8n's public API (`/api/v1`, https://docs.n8n.io/api/). */
export class N8nApi {
  readonly url: string;

  /** @throws CliError where the URL is none */
  constructor(
    url: string,
    private readonly key: string,
  ) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new CliError(`${url} is no web address.`, ADDRESS);
    const { origin, pathname } = new URL(url);
    this.url = `${origin}${pathname.replace(/\/+$/, '').replace(EDITOR_PATH, '')}`;
  }

  /** @throws CliError that says which of URL, key and API is not as it should be */
  async check(): Promise<void> {
    await this.request('GET', '/workflows?limit=1');
  }

  /** Whether n8n knows a kind of credential, which it does where the package is installed. */
  async knowsCredential(type: string): Promise<boolean> {
    return (await this.credentialSchema(type)) !== undefined;
  }

  private async credentialSchema(type: string): Promise<CredentialSchema | undefined> {
    return await this.optional<CredentialSchema>('GET', `/credentials/schema/${type}`);
  }

  /** Undefined where this key may not list them, or n8n is too old to. */
  async credentials(): Promise<StoredCredential[] | undefined> {
    return await this.all<StoredCredential>('/credentials').catch(unlessRefused);
  }

  async createCredential(name: string, type: string, data: Record<string, unknown>): Promise<StoredCredential> {
    const complete = completeData(data, await this.credentialSchema(type));
    return await this.request<StoredCredential>('POST', '/credentials', { name, type, data: complete });
  }

  /** Undefined where this n8n cannot change one through its API. */
  async updateCredential(id: string, data: object): Promise<StoredCredential | undefined> {
    return await this.request<StoredCredential>('PATCH', `/credentials/${id}`, { data, isPartialData: true }).catch(
      unlessRefused,
    );
  }

  async deleteCredential(id: string): Promise<void> {
    await this.optional('DELETE', `/credentials/${id}`);
  }

  /** All workflows but archived ones. */
  async workflows(): Promise<StoredWorkflow[]> {
    return (await this.all<StoredWorkflow>('/workflows')).filter(({ isArchived }) => isArchived !== true);
  }

  async workflow(id: string): Promise<StoredWorkflow> {
    return await this.request<StoredWorkflow>('GET', `/workflows/${id}`);
  }

  async createWorkflow(content: WorkflowContent): Promise<StoredWorkflow> {
    return await this.request<StoredWorkflow>('POST', '/workflows', content);
  }

  async updateWorkflow(id: string, content: WorkflowContent): Promise<StoredWorkflow> {
    return await this.request<StoredWorkflow>('PUT', `/workflows/${id}`, content);
  }

  /** Waits for the end of an unpublishing, as long as n8n asks to. */
  async deleteWorkflow(id: string): Promise<void> {
    const giveUp = Date.now() + UNPUBLISHING_MS;
    for (;;) {
      try {
        await this.optional('DELETE', `/workflows/${id}`);
        return;
      } catch (error) {
        if (!(error instanceof N8nError) || error.status !== 409 || Date.now() > giveUp) throw error;
      }
      await delay(500);
    }
  }

  /**
   * Publishes what is saved: schedules, webhooks and calls work from then on. n8n 1 runs error workflows unpublished, and
   * refuses to publish them.
   */
  async activate(id: string): Promise<void> {
    await this.request('POST', `/workflows/${id}/activate`).catch((error: unknown) => {
      if (!(error instanceof N8nError)) throw error;
      if (UNKNOWN_NODE.test(error.message)) {
        throw new N8nError(
          error.status,
          `n8n does not know a node of workflow ${id} in the version that it needs.`,
          TOO_OLD,
        );
      }
      if (!NOTHING_STARTS_IT.test(error.message)) throw error;
    });
  }

  async deactivate(id: string): Promise<void> {
    await this.request('POST', `/workflows/${id}/deactivate`);
  }

  /** The latest ones, newest first; undefined where the key may not list them. */
  async executions(workflowId: string, limit: number): Promise<StoredExecution[] | undefined> {
    const page = this.request<Page<StoredExecution>>('GET', `/executions?workflowId=${workflowId}&limit=${limit}`);
    return (await page.catch(unlessRefused))?.data;
  }

  /** What an execution failed with; undefined where it is not told. */
  async failureOf(executionId: string): Promise<string | undefined> {
    interface Failed {
      data?: { resultData?: { error?: { message?: string } } };
    }
    const execution = await this.request<Failed>('GET', `/executions/${executionId}?includeData=true`).catch(
      unlessRefused,
    );
    return execution?.data?.resultData?.error?.message;
  }

  /** The version of an installed community package; undefined where n8n does not tell. */
  async packageVersion(name: string): Promise<string | undefined> {
    interface Package {
      packageName: string;
      installedVersion: string;
    }
    const packages = await this.request<Package[]>('GET', '/community-packages').catch(unlessRefused);
    return Array.isArray(packages)
      ? packages.find(({ packageName }) => packageName === name)?.installedVersion
      : undefined;
  }

  private async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor = '';
    for (;;) {
      const page = await this.request<Page<T>>('GET', `${path}?limit=250${cursor}`);
      items.push(...page.data);
      if (!page.nextCursor) return items;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }

  /** Undefined for what is not there. */
  private async optional<T>(method: 'GET' | 'DELETE', path: string): Promise<T | undefined> {
    return await this.request<T>(method, path).catch((error: unknown) => {
      if (error instanceof N8nError && error.status === 404) return undefined;
      throw error;
    });
  }

  private async request<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<T> {
    const answer = await http({
      method,
      url: `${this.url}/api/v1${path}`,
      headers: { 'x-n8n-api-key': this.key },
      body: body && JSON.stringify(body),
      timeoutMs: 60_000,
    }).catch((error: unknown) => {
      const { detail, networkError } = thrownFailure(error);
      throw new CliError(
        `n8n at ${this.url} cannot be reached: ${detail} (${networkError}).`,
        `Check --n8n-url, and that n8n runs. ${networkAdvice(networkError)}`,
      );
    });
    if (answer.status > 299) throw refusal(this.url, method, path, answer);
    const json = jsonOf(answer);
    if (json === undefined && answer.status !== 204) {
      throw new CliError(`What answers at ${this.url} is not n8n's API.`, ADDRESS);
    }
    return json as T;
  }
}

/** Missing rights and missing paths come as undefined: an older n8n, or a key of a member. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof N8nError && [403, 404, 405].includes(error.status)) return undefined;
  throw error;
}

function refusal(url: string, method: string, path: string, answer: HttpAnswer): CliError {
  const { status, headers } = answer;
  const said = (jsonOf(answer) as { message?: string } | undefined)?.message;
  if (status === 401) return new N8nError(status, `n8n at ${url} does not accept the API key.`, API_KEYS);
  if (status >= 300 && status < 400) {
    return new N8nError(status, `n8n at ${url} sends calls on to ${headers.location ?? 'another address'}.`, ADDRESS);
  }
  if (status === 403) {
    return new N8nError(
      status,
      `The API key of n8n may not do this (${method} ${path.split('?')[0]}).`,
      'Make one under Settings › n8n API that may read, create, update, activate and deactivate workflows and create, update and list credentials, best as the owner of n8n.',
    );
  }
  if (status === 404 && said === undefined) {
    return new N8nError(
      status,
      `There is no public API of n8n at ${url}.`,
      'Check --n8n-url; if it is right, the API is disabled: start n8n without N8N_PUBLIC_API_DISABLED, or import the workflows by hand.',
    );
  }
  const next =
    status > 499
      ? 'Look into the log of n8n, then run the command again.'
      : 'Put right what n8n names, then run the command again.';
  return new N8nError(
    status,
    `n8n refused ${method} ${path.split('?')[0]} (${status}): ${said ?? answer.text.slice(0, 200)}`,
    next,
  );
}
