import { EventEmitter } from 'node:events';
import axios, { type AxiosRequestConfig } from 'axios';
import {
  NodeApiError,
  type ICredentialDataDecryptedObject,
  type ICredentialType,
  type IDataObject,
  type IExecuteFunctions,
  type IHttpRequestOptions,
  type INode,
  type INodeExecutionData,
  type IWorkflowSettings,
  type JsonObject,
  type NodeExecutionHint,
  type WorkflowExecuteMode,
} from 'n8n-workflow';

export interface ExecuteFunctionsOptions {
  /** Node parameters by name; a function is asked once for each item, as an expression would be. */
  parameters?: Record<string, unknown>;
  /** The JSON of the input items; one empty item when left out. */
  items?: unknown[];
  credentials?: Record<string, { type: ICredentialType; data: ICredentialDataDecryptedObject }>;
  continueOnFail?: boolean;
  /** The workflow's time zone; UTC unless given. */
  timeZone?: string;
  cancelSignal?: AbortSignal;
  /** How the execution was started; by hand unless given. */
  mode?: WorkflowExecuteMode;
  workflowSettings?: IWorkflowSettings;
  node?: Partial<INode>;
}

export interface ExecuteFunctionsDouble {
  context: IExecuteFunctions;
  /** Requests as they left, credentials applied. */
  requests: IHttpRequestOptions[];
  hints: NodeExecutionHint[];
  log: string[];
}

/** `={{ … }}` and `=text {{ … }}` with `$credentials`, which is all that credential classes use. */
function resolve(template: unknown, credentials: ICredentialDataDecryptedObject): unknown {
  if (typeof template !== 'string' || !template.startsWith('=')) return template;
  return template
    .slice(1)
    .replace(/\{\{(.+?)\}\}/g, (_match, expression: string) =>
      String(new Function('$credentials', `return (${expression});`)(credentials)),
    );
}

/** What n8n does with a credential class's generic `authenticate`, and with the base URL of its test. */
export function resolveAll(templates: IDataObject, credentials: ICredentialDataDecryptedObject): IDataObject {
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => [name, resolve(template, credentials) as string]),
  );
}

async function authenticated(
  options: IHttpRequestOptions,
  type: ICredentialType,
  data: ICredentialDataDecryptedObject,
): Promise<IHttpRequestOptions> {
  if (typeof type.authenticate === 'function') return await type.authenticate(data, options);
  const { headers = {}, qs = {} } = type.authenticate?.properties ?? {};
  return {
    ...options,
    headers: { ...options.headers, ...resolveAll(headers, data) },
    qs: { ...options.qs, ...resolveAll(qs, data) },
  };
}

/** The conversion of n8n's request options to axios's, as far as the nodes use them. */
function toAxios(options: IHttpRequestOptions): AxiosRequestConfig {
  return {
    url: options.url,
    baseURL: options.baseURL,
    method: options.method,
    headers: options.headers as Record<string, string>,
    params: options.qs,
    data: options.body,
    timeout: options.timeout,
    signal: options.abortSignal as AbortSignal | undefined,
    responseType: options.encoding as AxiosRequestConfig['responseType'],
    maxBodyLength: Infinity,
    maxContentLength: Infinity,
    proxy: false,
    ...(options.disableFollowRedirect ? { maxRedirects: 0 } : {}),
    ...(options.ignoreHttpStatusErrors ? { validateStatus: () => true } : {}),
  };
}

async function send(options: IHttpRequestOptions): Promise<unknown> {
  const { data, headers, status, statusText } = await axios(toAxios(options));
  if (!options.returnFullResponse) return data as unknown;
  return { body: data as unknown, headers: { ...headers }, statusCode: status, statusMessage: statusText };
}

function isNodeItem(item: unknown): item is INodeExecutionData {
  return typeof item === 'object' && item !== null && 'json' in item;
}

function toItems(items: unknown[] = [{}]): INodeExecutionData[] {
  return items.map((item) => (isNodeItem(item) ? item : { json: item as IDataObject }));
}

const NODE: INode = {
  id: 'f2a1c6d0-0000-4000-8000-000000000001',
  name: 'Node Under Test',
  type: 'n8n-nodes-lead-sync.nodeUnderTest',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
};

/**
 * The context that n8n gives to a node's `execute`, with real HTTP behind its helpers and nothing else of n8n.
 * Like n8n, authenticated requests take the execution's cancel signal and wrap what fails in a NodeApiError.
 */
export function executeFunctions(options: ExecuteFunctionsOptions = {}): ExecuteFunctionsDouble {
  const { parameters = {}, credentials = {}, cancelSignal } = options;
  const node = { ...NODE, ...options.node };
  const items = toItems(options.items);
  const requests: IHttpRequestOptions[] = [];
  const hints: NodeExecutionHint[] = [];
  const log: string[] = [];
  const cancellation = new EventEmitter();
  cancelSignal?.addEventListener('abort', () => cancellation.emit('cancelled'));

  const credential = (name: string) => {
    const found = credentials[name];
    if (found === undefined) throw new Error(`The test sets no credential ${name}`);
    return found;
  };

  const httpRequest = async (request: IHttpRequestOptions): Promise<unknown> => {
    requests.push(request);
    return await send(request);
  };

  const httpRequestWithAuthentication = async (name: string, request: IHttpRequestOptions): Promise<unknown> => {
    try {
      const { type, data } = credential(name);
      return await httpRequest(await authenticated({ ...request, abortSignal: cancelSignal }, type, data));
    } catch (error) {
      throw new NodeApiError(node, error as JsonObject);
    }
  };

  const getNodeParameter = (name: string, itemIndex: number, fallback?: unknown): unknown => {
    const [root, ...path] = name.split('.');
    const value = path.reduce<unknown>(
      (parent, key) => (parent as Record<string, unknown> | undefined)?.[key],
      parameters[root],
    );
    if (value === undefined) {
      if (fallback !== undefined) return fallback;
      throw new Error(`Could not get parameter ${name}`);
    }
    return typeof value === 'function' ? (value as (itemIndex: number) => unknown)(itemIndex) : value;
  };

  const logLine = (level: string) => (message: string) => void log.push(`${level}: ${message}`);

  const context = {
    getNode: () => node,
    getInputData: () => items,
    getNodeParameter,
    getCredentials: async (name: string) => await Promise.resolve({ ...credential(name).data }),
    continueOnFail: () => options.continueOnFail ?? false,
    getExecutionCancelSignal: () => cancelSignal,
    onExecutionCancellation: (handler: () => unknown) => void cancellation.once('cancelled', handler),
    getExecutionId: () => '1',
    getWorkflow: () => ({ id: '1', name: 'Test', active: false }),
    getMode: () => options.mode ?? 'manual',
    getWorkflowSettings: () => options.workflowSettings ?? {},
    getTimezone: () => options.timeZone ?? 'UTC',
    addExecutionHints: (...added: NodeExecutionHint[]) => void hints.push(...added),
    sendMessageToUI: () => undefined,
    logger: { debug: logLine('debug'), info: logLine('info'), warn: logLine('warn'), error: logLine('error') },
    helpers: {
      httpRequest,
      httpRequestWithAuthentication,
      getBinaryDataBuffer: async (itemIndex: number, name: string) =>
        await Promise.resolve(Buffer.from(items[itemIndex].binary?.[name].data ?? '', 'base64')),
      returnJsonArray: (json: IDataObject | IDataObject[]) => toItems([json].flat()),
      constructExecutionMetaData: (
        inputData: INodeExecutionData[],
        { itemData }: { itemData: INodeExecutionData['pairedItem'] },
      ) => inputData.map(({ json, ...rest }) => ({ json, pairedItem: itemData, ...rest })),
    },
  };

  return { context: context as unknown as IExecuteFunctions, requests, hints, log };
}
