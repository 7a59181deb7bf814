import './n8n-environment';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ExecutionLifecycleHooks, ExternalSecretsProxy, WorkflowExecute } from 'n8n-core';
import {
  createRunExecutionData,
  Workflow,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type INodeParameters,
  type INodeTypes,
  type IRun,
  type IWorkflowBase,
  type IWorkflowExecuteAdditionalData,
  type WorkflowExecuteMode,
} from 'n8n-workflow';
import { InProcessCredentials, type CredentialData } from './in-process-credentials';

export const LEAD_SYNC = 'n8n-nodes-lead-sync.leadSync';
/** How n8n starts a production execution from a trigger; by hand, where it is none of these. */
const MODES: Readonly<Record<string, WorkflowExecuteMode>> = {
  'n8n-nodes-base.scheduleTrigger': 'trigger',
  'n8n-nodes-base.webhook': 'webhook',
  'n8n-nodes-lead-sync.twentyTrigger': 'webhook',
};
/** n8n takes 0 for its default of a second. */
const SHORTEST_PAUSE_MS = 1;
/** Never called; n8n-core wants absolute addresses everywhere. */
const NOWHERE = 'http://127.0.0.1:9/';

/** What a run of a workflow did. */
export interface WorkflowRun {
  status: string;
  /** Message of the error that ended it. */
  error: string | undefined;
  /** The outputs of a node, run after run: the JSON of all items of all outputs. */
  outputs(node: string): IDataObject[][];
  /** The items of a node's last run, output by output: the error output is the last one. */
  items(node: string): INodeExecutionData[][];
  ran(node: string): boolean;
  /** All that n8n keeps of the run in memory, as text. */
  kept: string;
}

/** Something that happens before the nth request (the first unless told) whose address or body matches. */
export interface Interruption {
  before: RegExp;
  nth?: number;
  /** `crash`: the process is killed, as it were, and nothing of it runs on; `cancel`: somebody stops the execution in n8n. */
  by: 'crash' | 'cancel' | (() => Promise<void>);
}

export interface WorkflowRunOptions {
  /** The trigger to start from. */
  from?: string;
  /** What the trigger gives, e.g. the events of a webhook; one empty item when left out. */
  items?: IDataObject[];
  /** Changes of the bundled workflow, as a user would make them in the editor; a node is found by its name or its type. */
  edit?: (node: (nameOrType: string) => INode, nodes?: INode[]) => void;
  interrupt?: Interruption;
}

/** The end of a run whose process was killed. */
export class Crash extends Error {
  override name = 'Crash';
}

/** The bundled workflow of a file, as n8n stores it after an import. */
export function readWorkflow(name: string): IWorkflowBase {
  const json = JSON.parse(readFileSync(resolve('workflows', `${name}.json`), 'utf8')) as IWorkflowBase;
  for (const node of json.nodes) {
    for (const credential of Object.values(node.credentials ?? {})) credential.id = credential.name;
  }
  return { ...json, active: true, isArchived: false, createdAt: new Date(), updatedAt: new Date() };
}

/** Runs bundled workflows in this process, by n8n's own engine, with the real nodes. */
export class InProcessN8n {
  constructor(
    private readonly nodeTypes: INodeTypes,
    private readonly credentials: CredentialData,
  ) {}

  /** Runs a bundled workflow, by its file's name, or any other one. */
  async run(
    workflow: string | IWorkflowBase,
    { from = 'Run manually', items = [{}], edit, interrupt }: WorkflowRunOptions = {},
  ): Promise<WorkflowRun> {
    const stored = typeof workflow === 'string' ? readWorkflow(workflow) : workflow;
    edit?.((wanted) => {
      const node = stored.nodes.find(({ name, type }) => name === wanted || type === wanted);
      if (!node) throw new Error(`${stored.name} has no node "${wanted}"`);
      return node;
    }, stored.nodes);
    for (const node of stored.nodes) {
      if (node.retryOnFail) node.waitBetweenTries = SHORTEST_PAUSE_MS;
      if (node.type === LEAD_SYNC) {
        node.parameters.options = { pause: SHORTEST_PAUSE_MS, ...(node.parameters.options as INodeParameters) };
      }
    }
    const execution = new Execution(stored, this.nodeTypes, this.credentials, interrupt);
    return toWorkflowRun(await execution.startFrom(from, items));
  }
}

/** One run of a workflow. */
class Execution {
  private crash: (reason: Crash) => void = () => undefined;
  private cancel: () => void = () => undefined;
  private readonly crashed = new Promise<never>((_resolve, reject) => {
    this.crash = reject;
  });

  constructor(
    private readonly stored: IWorkflowBase,
    private readonly nodeTypes: INodeTypes,
    private readonly credentials: CredentialData,
    private readonly interruption: Interruption | undefined,
  ) {}

  async startFrom(trigger: string, items: IDataObject[]): Promise<IRun> {
    const workflow = this.workflow();
    const node = workflow.getNode(trigger);
    if (!node) throw new Error(`${this.stored.name} has no trigger "${trigger}"`);
    const input = items.map((json) => ({ json }));
    return await Promise.race([this.run(workflow, node, input, MODES[node.type] ?? 'manual'), this.crashed]);
  }

  private async run(
    workflow: Workflow,
    node: INode,
    input: INodeExecutionData[],
    mode: WorkflowExecuteMode,
  ): Promise<IRun> {
    const data = createRunExecutionData({
      executionData: { nodeExecutionStack: [{ node, data: { main: [input] }, source: null }] },
    });
    const execution = new WorkflowExecute(this.additionalData(mode), mode, data).processRunExecutionData(workflow);
    this.cancel = () => execution.cancel();
    return await execution;
  }

  private workflow(): Workflow {
    const { id, name, nodes, connections, settings } = structuredClone(this.stored);
    return new Workflow({ id, name, nodes, connections, settings, active: true, nodeTypes: this.nodeTypes });
  }

  /** What happens before each request: nothing, but where the test wants it. */
  private beforeRequest(): (request: string) => Promise<void> {
    const { before, nth = 1, by } = this.interruption ?? { before: /^$/, by: 'cancel' };
    let matched = 0;
    let isDead = false;
    return async (request) => {
      if (isDead) await new Promise(() => {});
      if (!before.test(request) || ++matched !== nth) return;
      if (by === 'cancel') return this.cancel();
      if (by !== 'crash') return await by();
      isDead = true;
      this.crash(new Crash());
      await new Promise(() => {});
    };
  }

  private additionalData(mode: WorkflowExecuteMode): IWorkflowExecuteAdditionalData {
    const executionId = randomUUID();
    return {
      credentialsHelper: new InProcessCredentials(this.credentials, this.beforeRequest()),
      executeWorkflow: async () => await Promise.reject(new Error('The bundled workflows call no other')),
      getRunExecutionData: async () => await Promise.resolve(undefined),
      getRuntimeCredential: async () => await Promise.resolve(undefined),
      startRunnerTask: async () => await Promise.reject(new Error('The bundled workflows have no Code nodes')),
      executionId,
      currentNodeExecutionIndex: 0,
      hooks: new ExecutionLifecycleHooks(mode, executionId, this.stored),
      workflowId: this.stored.id,
      restApiUrl: NOWHERE,
      instanceBaseUrl: NOWHERE,
      formBaseUrl: NOWHERE,
      formWaitingBaseUrl: NOWHERE,
      formTestBaseUrl: NOWHERE,
      webhookBaseUrl: NOWHERE,
      webhookWaitingBaseUrl: NOWHERE,
      webhookTestBaseUrl: NOWHERE,
      mcpBaseUrl: NOWHERE,
      mcpTestBaseUrl: NOWHERE,
      variables: {},
      externalSecretsProxy: new ExternalSecretsProxy(),
      logAiEvent: () => undefined,
    };
  }
}

function toWorkflowRun({ status, data }: IRun): WorkflowRun {
  const { error, runData } = data.resultData;
  const outputs = (node: string): IDataObject[][] =>
    (runData[node] ?? []).map((run) =>
      (run.data?.main ?? []).flatMap((items) => (items ?? []).map(({ json }) => json)),
    );
  return {
    status,
    error: error?.message,
    outputs,
    items: (node) => (runData[node]?.at(-1)?.data?.main ?? []).map((items) => items ?? []),
    ran: (node) => node in runData,
    kept: JSON.stringify(runData),
  };
}
