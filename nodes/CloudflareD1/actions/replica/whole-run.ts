import { eachItem, optionsField, type Execute, type Item, type Operation } from '../../../frame';
import type { Trigger } from '../../../runs/control';
import { readRunSettings, triggerOf } from '../../../runs/execution';
import { maxDurationField, triesOptions } from '../../../runs/fields';
import type { EdgeNotStarted, EdgePorts, EdgeReport } from '../../loops';
import { connectPorts } from '../../n8n-ports';
import { callOptions, readCallOptions } from '../call-options';

/** Each item has settings of its own: it connects by itself. */
export type RunOperation = Operation<void> & { afterFailure: string };

type Outcome = EdgeReport | EdgeNotStarted;

/** Makes a whole run for each input item; gives its report. */
export function wholeRun(
  loop: (item: Item, ports: EdgePorts, trigger: Trigger) => Promise<Outcome | Outcome[]>,
): Execute<void> {
  return eachItem(async (item) => {
    const settings = readRunSettings(item);
    const ports = await connectPorts(item.context, item.index, { settings, call: readCallOptions(item) });
    return await loop(item, ports, triggerOf(item.context));
  });
}

/** The same for all runs. */
export const runFields = [
  maxDurationField,
  optionsField(...triesOptions('a call of D1 or of Supabase'), ...callOptions),
];

/** The one table to go about. */
export const tableField = {
  displayName: 'Table',
  name: 'table',
  type: 'string' as const,
  default: '',
  placeholder: 'e.g. prospects',
  description: 'Name in lead_sync.edge_tables of the one table to go about. Empty for all.',
};
