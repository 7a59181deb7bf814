import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { errorItem } from '../../frame/failures';
import { operationError } from '../../errors/operation-error';
import { maskText } from '../../masking/mask';
import { forModel } from '../../frame/for-model';
import { toNodeError } from '../../Twenty/actions/operation';
import { countParameter, textParameter } from '../../Twenty/actions/parameters';
import type { ChangedLead } from '../loops/changes';
import { RunFailed, type NotStarted, type SyncReport, type Trigger } from '../loops/run';
import { connectPorts } from '../n8n-ports';
import { operations } from './description';
import { hintAboutSettings, tell } from './hints';
import { DEFAULT_MAX_LEADS, DEFAULT_PAUSE_MS, DEFAULT_TRIES } from './parameters';
import type { Operation } from './types';

/** Runs the chosen operation for each input item. */
export async function router(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const name = context.getNodeParameter('operation', 0) as string;
  const operation = operations[name];
  if (operation === undefined) {
    throw operationError(context.getNode(), `The operation "${name}" does not exist`, 'Choose one in the node.');
  }
  const output: INodeExecutionData[] = [];
  for (const itemIndex of context.getInputData().keys()) {
    try {
      output.push(...(await runItem(context, operation, itemIndex)));
    } catch (error) {
      output.push(failedItem(context, operation, error, itemIndex));
    }
  }
  return [forModel(context, output)];
}

async function runItem(
  context: IExecuteFunctions,
  operation: Operation,
  itemIndex: number,
): Promise<INodeExecutionData[]> {
  const minutes = Number(context.getNodeParameter('maxDuration', itemIndex, 0));
  const { tries, pause, timeout, maxWait } = context.getNodeParameter('options', itemIndex, {}) as Options;
  hintAboutSettings(context, minutes);
  const ports = await connectPorts(context, itemIndex, {
    tries: tries ?? DEFAULT_TRIES,
    pause: pause ?? DEFAULT_PAUSE_MS,
    maxDuration: minutes > 0 ? minutes * 60_000 : null,
    ...(timeout ? { timeoutMs: timeout * 1_000 } : {}),
    ...(maxWait === undefined ? {} : { maxWaitMs: maxWait * 60_000 }),
  });
  if (textParameter(context, 'output', itemIndex) !== 'changedLeads') {
    const json = await operation.run(context, itemIndex, ports, triggerOf(context));
    return [asItem(json, itemIndex)];
  }
  const changed = new ChangedLeads(countParameter(context, 'maxLeads', itemIndex, DEFAULT_MAX_LEADS));
  const report = await operation.run(
    context,
    itemIndex,
    { ...ports, changes: (leads) => changed.add(leads) },
    triggerOf(context),
  );
  changed.explain(context, report);
  return changed.leads.map((lead) => asItem(lead, itemIndex));
}

interface Options {
  tries?: number;
  pause?: number;
  timeout?: number;
  maxWait?: number;
}

function asItem(json: SyncReport | NotStarted | ChangedLead, itemIndex: number): INodeExecutionData {
  return { json: json as unknown as IDataObject, pairedItem: { item: itemIndex } };
}

/** What started the run, for its record; a webhook that meets an active run makes that one's end start another. */
function triggerOf(context: IExecuteFunctions): Trigger {
  const mode = context.getMode();
  if (mode === 'webhook') return 'webhook';
  return mode === 'trigger' ? 'scheduled' : 'manual';
}

/** The first of the leads that a run changed: no more are kept than are to be given. */
class ChangedLeads {
  readonly leads: ChangedLead[] = [];
  private total = 0;

  constructor(private readonly most: number) {}

  add(leads: readonly ChangedLead[]): void {
    this.total += leads.length;
    this.leads.push(...leads.slice(0, this.most - this.leads.length));
  }

  /** Says in the panel what the items do not show. */
  explain(context: IExecuteFunctions, report: SyncReport | NotStarted): void {
    if (!report.started) tell(context, report.reason);
    else if (this.total > this.leads.length) {
      tell(
        context,
        `${this.total} leads were changed; the first ${this.leads.length} are given. Raise Max Leads for more.`,
      );
    }
  }
}

/** Of what a failed run says; alerts and the run's record take no more. Characters. */
const LONGEST_REASON = 2_000;

/**
 * The output for an item whose run failed; where the node does not continue on fail, the error is thrown. Alerts are made of it,
 * so it holds no secrets and no personal data.
 */
function failedItem(
  context: IExecuteFunctions,
  { afterFailure }: Operation,
  error: unknown,
  itemIndex: number,
): INodeExecutionData {
  const node = context.getNode();
  const shaped =
    error instanceof RunFailed
      ? operationError(node, error.message, '', itemIndex)
      : toNodeError(node, error, itemIndex);
  shaped.message = maskText(shaped.message, LONGEST_REASON);
  if (!context.continueOnFail()) throw shaped;
  return errorItem({ error: shaped, details: { next_step: afterFailure } }, itemIndex);
}
