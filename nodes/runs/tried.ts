import type { Control } from './control';

/** Tries some work as often as `control` says, with pauses. */
export async function tried<T>(control: Control, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < control.tries; attempt += 1) {
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ('value' in outcome) return outcome.value;
    if (control.isCancelled() || control.isHopeless(outcome.error)) return await Promise.reject(outcome.error as Error);
    await control.sleep(control.pause);
  }
  return await work();
}
