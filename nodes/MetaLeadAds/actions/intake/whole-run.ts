import { eachItem, type Execute, type Item, type Operation } from '../../../frame';
import { readRunSettings } from '../../../runs/execution';
import type { IntakePorts } from '../../loops';
import { connectPorts } from '../../n8n-ports';
import { readCallOptions } from '../fields';

export type IntakeOperation = Operation<void> & { afterFailure: string };

/** Makes a whole poll or drain for each input item; gives its report. */
export function wholeRun(loop: (item: Item, ports: IntakePorts) => Promise<object>): Execute<void> {
  return eachItem(async (item) => {
    const settings = readRunSettings(item);
    const ports = await connectPorts(item.context, item.index, { settings, call: readCallOptions(item) });
    return await loop(item, ports);
  });
}
