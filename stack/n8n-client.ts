import axios, { isAxiosError, type AxiosInstance } from 'axios';
import isEqual from 'lodash/isEqual';
import isMatch from 'lodash/isMatch';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** The login of the local n8n, which listens on 127.0.0.1 only. */
export const OWNER = { email: 'owner@example.com', password: 'LeadSync1', firstName: 'Local', lastName: 'Owner' };

export interface Credential {
  name: string;
  type: string;
  data: Record<string, unknown>;
}

interface WorkflowNode {
  name: string;
  type: string;
  disabled?: boolean;
  parameters?: object;
  credentials?: Record<string, { id?: string | null; name: string }>;
}

/** A workflow as exported. */
export interface WorkflowJson {
  id: string;
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings?: Record<string, unknown>;
}

interface StoredWorkflow {
  id: string;
  versionId: string;
  active: boolean;
  activeVersionId: string | null;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
}

interface NodeRun {
  executionStatus?: string;
  error?: { message: string; description?: string | null };
  data?: { main?: Array<Array<{ json: Record<string, unknown> }> | null> };
}

export interface Execution {
  id: string;
  workflowId: string;
  status: string;
  mode: string;
  startedAt: string | null;
  stoppedAt: string | null;
  /** Only where n8n was asked for it: what each node did, by node name. */
  data?: {
    resultData: {
      runData: Record<string, NodeRun[]>;
      lastNodeExecuted?: string;
      error?: { message: string; description?: string | null; node?: { name: string } };
    };
  };
}

const ENDED = new Set(['success', 'error', 'crashed', 'canceled']);
const API_KEY_SCOPES = ['workflow:read', 'workflow:list', 'execution:read', 'execution:list'];
const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';
const PUBLISH_TIMEOUT_MS = 30_000;

/** Says what n8n answered instead of a status code alone. */
function explain(error: unknown): never {
  if (!isAxiosError<{ message?: string }>(error)) throw error;
  const { method, url } = error.config ?? {};
  throw new Error(`n8n refused ${method?.toUpperCase()} ${url}: ${error.response?.data?.message ?? error.message}`);
}

/** The internal API that n8n's own editor uses, for its owner, and the public one where that gives more. */
export class N8nClient {
  private constructor(
    readonly url: string,
    /** The value of the Cookie header of the owner's session. */
    readonly cookie: string,
    private readonly rest: AxiosInstance,
    private readonly publicApi: AxiosInstance,
  ) {}

  /** Sets the owner up on a new n8n, logs in on an old one. */
  static async logIn(url: string, owner: typeof OWNER): Promise<N8nClient> {
    const anonymous = axios.create({ baseURL: `${url}/rest`, proxy: false });
    const { data: settings } = await anonymous
      .get<{ data: { userManagement: { showSetupOnFirstLoad: boolean } } }>('/settings')
      .catch(explain);
    const session = settings.data.userManagement.showSetupOnFirstLoad
      ? await anonymous.post('/owner/setup', owner).catch(explain)
      : await anonymous.post('/login', { emailOrLdapLoginId: owner.email, password: owner.password }).catch(explain);
    const cookie = (session.headers['set-cookie'] ?? []).map((value) => value.split(';')[0]).join('; ');
    const rest = axios.create({ baseURL: `${url}/rest`, proxy: false, headers: { cookie } });
    rest.interceptors.response.use(undefined, explain);
    const headers = { 'X-N8N-API-KEY': await makeApiKey(rest, API_KEY_SCOPES) };
    const publicApi = axios.create({ baseURL: `${url}/api/v1`, proxy: false, headers });
    return new N8nClient(url, cookie, rest, publicApi);
  }

  /** Any request to the internal API (`/rest`); returns the `data` of the answer. */
  async request<T>(method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: unknown): Promise<T> {
    const response = await this.rest.request<{ data: T }>({ method, url: path, data: body });
    return response.data.data;
  }

  /** Makes a key for the public API that may do what `scopes` name. */
  async makeApiKey(scopes: string[]): Promise<string> {
    return await makeApiKey(this.rest, scopes);
  }

  /** Stores credentials, over those of the same name and type. */
  async importCredentials(credentials: Credential[]): Promise<void> {
    const stored = await this.request<Array<{ id: string; name: string; type: string }>>('get', '/credentials');
    for (const credential of credentials) {
      const same = stored.find(({ name, type }) => name === credential.name && type === credential.type);
      if (same) await this.request('patch', `/credentials/${same.id}`, credential);
      else await this.request('post', '/credentials', credential);
    }
  }

  /** Stores workflows under their own ids, over those with the same id that are not the same, and binds their credentials by name as n8n's import does. */
  async importWorkflows(workflows: WorkflowJson[]): Promise<void> {
    const credentials = await this.request<Array<{ id: string; name: string; type: string }>>('get', '/credentials');
    const stored = await this.request<Array<{ id: string }>>('get', '/workflows');
    for (const { id, name, nodes, connections, settings } of workflows) {
      const body = { name, nodes: nodes.map((node) => bindCredentials(node, credentials)), connections, settings };
      if (!stored.some((other) => other.id === id)) await this.request('post', '/workflows', { id, ...body });
      else if (!isSame(await this.workflow(id), body)) {
        await this.request('patch', `/workflows/${id}?forceSave=true`, body);
      }
    }
  }

  workflow(id: string): Promise<StoredWorkflow> {
    return this.request('get', `/workflows/${id}`);
  }

  /** Publishes the saved version of a workflow and waits until n8n runs it. Sub-workflows have to be published first. */
  async publish(id: string): Promise<void> {
    const { versionId } = await this.workflow(id);
    await this.request('post', `/workflows/${id}/activate`, { versionId });
    const deadline = Date.now() + PUBLISH_TIMEOUT_MS;
    while ((await this.workflow(id)).activeVersionId !== versionId) {
      if (Date.now() > deadline) throw new Error(`n8n did not publish the workflow ${id} within 30 s.`);
      await delay(200);
    }
  }

  /** Stops the schedules and triggers of a workflow. */
  async unpublish(id: string): Promise<void> {
    await this.request('post', `/workflows/${id}/deactivate`, {});
  }

  /**
   * Runs a workflow from its Manual Trigger, as the editor's button does, and waits for its end. Returns the execution with
   * its data, `status` other than `success` included; rejects when it takes longer than `timeoutMs`.
   * @param wait.pollMs milliseconds between two looks, each of which takes n8n some 15
   */
  async runWorkflow(id: string, wait: { timeoutMs?: number; pollMs?: number } = {}): Promise<Execution> {
    return await this.waitForExecution(await this.startWorkflow(id), wait);
  }

  /** Starts a workflow from its Manual Trigger; gives the execution's id. */
  async startWorkflow(id: string): Promise<string> {
    const { nodes } = await this.workflow(id);
    const trigger = nodes.find(({ type, disabled }) => type === MANUAL_TRIGGER && !disabled);
    if (!trigger) throw new Error(`The workflow ${id} has no Manual Trigger to start from.`);
    const { executionId } = await this.request<{ executionId: string }>('post', `/workflows/${id}/run`, {
      triggerToStartFrom: { name: trigger.name },
    });
    return executionId;
  }

  /** Stops an execution, as the editor's button does. */
  async stopExecution(id: string): Promise<void> {
    await this.request('post', `/executions/${id}/stop`, {});
  }

  /** Waits for the end of an execution, whatever it is, and returns it with its data. */
  async waitForExecution(id: string, { timeoutMs = 600_000, pollMs = 100 } = {}): Promise<Execution> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { status } = await this.execution(id, false);
      if (ENDED.has(status)) return await this.execution(id, true);
      if (Date.now() > deadline) throw new Error(`Execution ${id} is still ${status} after ${timeoutMs / 1000} s.`);
      await delay(pollMs);
    }
  }

  /** One execution, with what each node did unless `includeData` is off. */
  async execution(id: string, includeData = true): Promise<Execution> {
    const { data } = await this.publicApi
      .get<Execution>(`/executions/${id}`, { params: { includeData } })
      .catch(explain);
    return data;
  }

  /** The latest saved executions, newest first, without their data. */
  async executions(workflowId?: string): Promise<Execution[]> {
    const { data } = await this.publicApi
      .get<{ data: Execution[] }>('/executions', { params: { workflowId, limit: 100 } })
      .catch(explain);
    return data.data;
  }
}

async function makeApiKey(rest: AxiosInstance, scopes: string[]): Promise<string> {
  const label = `local ${randomUUID()}`;
  const { data } = await rest.post<{ data: { rawApiKey: string } }>('/api-keys', { label, expiresAt: null, scopes });
  return data.data.rawApiKey;
}

/** Whether n8n has a workflow as it is to be, but for settings that n8n adds. */
function isSame({ nodes, connections, ...stored }: StoredWorkflow, body: Omit<WorkflowJson, 'id'>): boolean {
  const { nodes: wantedNodes, connections: wantedConnections, ...rest } = body;
  return isEqual([nodes, connections], [wantedNodes, wantedConnections]) && isMatch(stored, rest);
}

function bindCredentials(node: WorkflowNode, stored: Array<{ id: string; name: string; type: string }>): WorkflowNode {
  if (!node.credentials) return node;
  const bound = Object.entries(node.credentials).map(([type, { name }]) => {
    const match = stored.find((credential) => credential.name === name && credential.type === type);
    return [type, { id: match?.id ?? null, name }];
  });
  return { ...node, credentials: Object.fromEntries(bound) };
}
