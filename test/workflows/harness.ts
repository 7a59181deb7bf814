import './n8n-environment';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ExecutionLifecycleHooks, ExternalSecretsProxy, WorkflowExecute } from 'n8n-core';
import {
  createRunExecutionData,
  Workflow,
  type ExecuteWorkflowData,
  type ExecuteWorkflowOptions,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type INodeTypes,
  type IRun,
  type IWorkflowBase,
  type IWorkflowExecuteAdditionalData,
  type WorkflowExecuteMode,
} from 'n8n-workflow';
import { InProcessCredentials, type CredentialData } from './in-process-credentials';

const CALLED_TRIGGER = 'n8n-nodes-base.executeWorkflowTrigger';
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

export interface WorkflowRunOptions {
  /** The trigger to start from. */
  from?: string;
  /** What the trigger gives, e.g. the events of a webhook; one empty item when left out. */
  items?: IDataObject[];
  /** Changes of the bundled workflow, as a user would make them in the editor. */
  edit?: (node: (name: string) => INode, nodes?: INode[]) => void;
  /** Kills the process, as it were, when the workflow calls itself for the nth time: nothing of it runs on. */
  crashAtCall?: number;
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
    { from = 'Run manually', items = [{}], edit, crashAtCall }: WorkflowRunOptions = {},
  ): Promise<WorkflowRun> {
    const stored = typeof workflow === 'string' ? readWorkflow(workflow) : workflow;
    edit?.((wanted) => {
      const node = stored.nodes.find((candidate) => candidate.name === wanted);
      if (!node) throw new Error(`${stored.name} has no node "${wanted}"`);
      return node;
    }, stored.nodes);
    for (const node of stored.nodes) if (node.retryOnFail) node.waitBetweenTries = SHORTEST_PAUSE_MS;
    const execution = new Execution(stored, this.nodeTypes, this.credentials, crashAtCall);
    return toWorkflowRun(await execution.startFrom(from, items));
  }
}

/** One run of a workflow and the calls it makes of itself. */
class Execution {
  private calls = 0;
  private crash: (reason: Crash) => void = () => undefined;
  private readonly crashed = new Promise<never>((_resolve, reject) => {
    this.crash = reject;
  });

  constructor(
    private readonly stored: IWorkflowBase,
    private readonly nodeTypes: INodeTypes,
    private readonly credentials: CredentialData,
    private readonly crashAtCall: number | undefined,
  ) {}

  async startFrom(trigger: string, items: IDataObject[]): Promise<IRun> {
    const workflow = this.workflow();
    const node = workflow.getNode(trigger);
    if (!node) throw new Error(`${this.stored.name} has no trigger "${trigger}"`);
    const input = items.map((json) => ({ json }));
    return await Promise.race([this.run(workflow, node, input, 'manual'), this.crashed]);
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
    return await new WorkflowExecute(this.additionalData(mode), mode, data).processRunExecutionData(workflow);
  }

  private workflow(): Workflow {
    const { id, name, nodes, connections, settings } = structuredClone(this.stored);
    return new Workflow({ id, name, nodes, connections, settings, active: true, nodeTypes: this.nodeTypes });
  }

  /** What n8n does for an Execute Sub-workflow node that names its own workflow. */
  private async call({ inputData }: ExecuteWorkflowOptions): Promise<ExecuteWorkflowData> {
    this.calls += 1;
    if (this.calls === this.crashAtCall) {
      this.crash(new Crash());
      return await new Promise(() => {});
    }
    const workflow = this.workflow();
    const [node] = workflow.queryNodes((type) => type.description.name === CALLED_TRIGGER.split('.')[1]);
    const run = await this.run(workflow, node, inputData ?? [{ json: {} }], 'integrated');
    const { error, lastNodeExecuted = '', runData } = run.data.resultData;
    if (run.finished !== true) throw new Error(error?.message ?? `The call ended as ${run.status}`);
    return { executionId: randomUUID(), data: runData[lastNodeExecuted]?.at(-1)?.data?.main ?? [null] };
  }

  private additionalData(mode: WorkflowExecuteMode): IWorkflowExecuteAdditionalData {
    const executionId = randomUUID();
    return {
      credentialsHelper: new InProcessCredentials(this.credentials),
      executeWorkflow: async (_info, _additionalData, options) => await this.call(options),
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
