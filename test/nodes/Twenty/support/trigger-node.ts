import type { IDataObject, IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { LeadSyncTwentyApi } from '../../../../credentials/LeadSyncTwentyApi.credentials';
import { TwentyTrigger } from '../../../../nodes/Twenty/TwentyTrigger.node';
import { executeFunctions } from '../../../setup/execute-functions';

export interface TriggerNodeOptions {
  url?: string;
  apiKey?: string;
  parameters?: Record<string, unknown>;
  /** The node's webhook address. */
  address?: string;
  /** What n8n keeps for the node. */
  staticData?: IDataObject;
  nodeId?: string;
  /** `manual` while somebody listens for a test event. */
  mode?: 'trigger' | 'manual';
}

/** A delivery as n8n hands it on. */
export interface Delivery {
  headers: Record<string, string>;
  rawBody: Buffer | undefined;
}

/** What the sender sees, and what the workflow gets. */
export interface Outcome {
  status: number;
  answer: unknown;
  /** The JSON of the items; undefined when no execution starts. */
  items: IDataObject[] | undefined;
}

/** A Twenty Trigger node in a workflow: its parameters, its address and what n8n keeps for it can change between calls. */
export class TriggerNode {
  readonly log: string[] = [];
  staticData: IDataObject;

  constructor(readonly options: TriggerNodeOptions) {
    this.staticData = options.staticData ?? {};
  }

  async checkExists(): Promise<boolean> {
    return await new TwentyTrigger().webhookMethods.default.checkExists.call(this.context() as IHookFunctions);
  }

  async create(): Promise<boolean> {
    return await new TwentyTrigger().webhookMethods.default.create.call(this.context() as IHookFunctions);
  }

  async delete(): Promise<boolean> {
    return await new TwentyTrigger().webhookMethods.default.delete.call(this.context() as IHookFunctions);
  }

  /** What n8n does when a workflow is activated, and again whenever n8n starts. */
  async activate(): Promise<void> {
    if (!(await this.checkExists())) await this.create();
  }

  async receive(delivery: Delivery): Promise<Outcome> {
    const sent: { status: number; body?: unknown } = { status: 200 };
    const response = {
      status: (status: number) => {
        sent.status = status;
        return response;
      },
      json: (body: unknown) => {
        sent.body = body;
        return response;
      },
    };
    const context = { ...this.context(), getRequestObject: () => delivery, getResponseObject: () => response };
    const data: IWebhookResponseData = await new TwentyTrigger().webhook.call(context as unknown as IWebhookFunctions);
    return {
      status: sent.status,
      answer: data.webhookResponse ?? sent.body,
      items: data.workflowData?.[0].map(({ json }) => json),
    };
  }

  private context(): object {
    const { url = '', apiKey = '', parameters = {}, address, nodeId = 'node-1', mode = 'trigger' } = this.options;
    const { context } = executeFunctions({
      parameters,
      credentials: {
        leadSyncTwentyApi: { type: new LeadSyncTwentyApi(), data: { url, apiKey, callsPerMinute: 1_000_000 } },
      },
      node: { id: nodeId, name: 'Twenty Trigger' },
    });
    const note = (level: 'info' | 'warn') => (message: string) => void this.log.push(`${level}: ${message}`);
    return {
      ...context,
      getNodeParameter: (name: string, fallback?: unknown) => context.getNodeParameter(name, 0, fallback),
      getNodeWebhookUrl: () => address,
      getWorkflowStaticData: () => this.staticData,
      getInstanceId: () => 'instance-0001-and-more',
      getMode: () => mode,
      logger: { ...context.logger, info: note('info'), warn: note('warn') },
    };
  }
}
