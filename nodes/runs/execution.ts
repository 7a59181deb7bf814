import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { hint, type Item } from '../frame';
import type { Control, Trigger } from './control';
import { DEFAULT_PAUSE_MS, DEFAULT_TRIES } from './fields';
import { hintAboutTimeout } from './timeout-hint';

/** What the panel says of how a run goes about its calls, and how long it may take. */
export type RunSettings = Pick<Control, 'tries' | 'pause' | 'maxDuration'>;

/** The settings in the panel of `maxDurationField` and, among the options, `triesOptions`. */
export function readRunSettings(item: Item): RunSettings {
  const minutes = Number(item.value('maxDuration', 0));
  const { tries, pause } = item.value('options', {}) as { tries?: number; pause?: number };
  hintAboutTimeout(item.context, minutes);
  return {
    tries: tries ?? DEFAULT_TRIES,
    pause: pause ?? DEFAULT_PAUSE_MS,
    maxDuration: minutes > 0 ? minutes * 60_000 : null,
  };
}

/** A webhook that meets an active run makes that one's end start another. */
export function triggerOf(context: IExecuteFunctions): Trigger {
  const mode = context.getMode();
  if (mode === 'webhook') return 'webhook';
  return mode === 'trigger' ? 'scheduled' : 'manual';
}

/** The same execution to calls that come to their end when it is cancelled: no write is left of which nobody knows whether it landed. */
export function uncancelled(context: IExecuteFunctions): IExecuteFunctions {
  return Object.create(context, { getExecutionCancelSignal: { value: () => undefined } }) as IExecuteFunctions;
}

/**
 * What drives a loop from an execution of n8n; which failures are hopeless only the node knows.
 * @param name of the node, before what it logs
 */
export function controlOf(
  context: IExecuteFunctions,
  name: string,
  settings: RunSettings,
): Omit<Control, 'isHopeless' | 'isTooLong'> {
  const signal = context.getExecutionCancelSignal();
  const isCancelled = (): boolean => signal?.aborted ?? false;
  return {
    ...settings,
    now: () => performance.now(),
    sleep: async (milliseconds) => {
      await sleep(milliseconds, signal).catch((error: unknown) => {
        if (!isCancelled()) throw error;
      });
    },
    isCancelled,
    log: (message) => context.logger.info(`${name}: ${message}`),
    warn: (message) => {
      context.logger.warn(`${name}: ${message}`);
      hint(context, message, 'warning');
    },
  };
}
