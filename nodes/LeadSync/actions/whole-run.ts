import type { IExecuteFunctions, INode } from 'n8n-workflow';
import type { Explained } from '../../errors/explain';
import {
  eachItem,
  hint,
  toCallLimits,
  type CallOptions,
  type Execute,
  type Item,
  type Operation as NodeOperation,
  type Output,
} from '../../frame';
import { maskText } from '../../masking/mask';
import type { Trigger } from '../../runs/control';
import { readRunSettings, triggerOf } from '../../runs/execution';
import { explainTwenty } from '../../Twenty/transport/errors';
import type { ChangedLead } from '../loops/changes';
import type { Ports } from '../loops/ports';
import type { NotStarted, SyncReport } from '../loops/run';
import { connectPorts, type CallSettings } from '../n8n-ports';
import { DEFAULT_MAX_LEADS } from './fields';

/** Each item has settings of its own: it connects by itself. */
export type Operation = NodeOperation<void> & { afterFailure: string };

type Loop = (item: Item, ports: Ports, trigger: Trigger) => Promise<SyncReport | NotStarted>;

/** Makes a whole run for each input item; gives its report, or the leads that it changed. */
export function wholeRun(loop: Loop): Execute<void> {
  return eachItem(async (item) => await outputOf(item, loop));
}

async function outputOf(item: Item, loop: Loop): Promise<Output> {
  const { context } = item;
  const ports = await portsFor(item);
  if (item.text('output') !== 'changedLeads') return await loop(item, ports, triggerOf(context));
  const changed = new ChangedLeads(item.count('maxLeads', DEFAULT_MAX_LEADS));
  const report = await loop(item, { ...ports, changes: (leads) => changed.add(leads) }, triggerOf(context));
  changed.explain(context, report);
  return changed.leads;
}

async function portsFor(item: Item): Promise<Ports> {
  return await connectPorts(item.context, item.index, callSettings(item));
}

/** How calls are made, and how long they may take, as the panel says. */
export function callSettings(item: Item): CallSettings {
  return { ...readRunSettings(item), ...toCallLimits(item.value('options', {}) as CallOptions) };
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
    if (!report.started) hint(context, report.reason);
    else if (this.total > this.leads.length) {
      hint(
        context,
        `${this.total} leads were changed; the first ${this.leads.length} are given. Raise Max Leads for more.`,
      );
    }
  }
}

/** Of what a failed run says; alerts and the run's record take no more. Characters. */
const LONGEST_REASON = 2_000;

/** A failure of either side. Alerts are made of it, so it holds no secrets and no personal data. */
export function explainRun(node: INode, error: unknown, itemIndex?: number): Explained {
  const { error: shaped } = explainTwenty(node, error, itemIndex);
  shaped.message = maskText(shaped.message, LONGEST_REASON);
  return { error: shaped };
}
