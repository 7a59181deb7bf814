import { PLAIN } from '../systems/conditions';
import type { Schedule, Step } from './schedule';

/** Plays that the search for a shorter schedule may take. */
const MOST_PLAYS = 150;

/**
 * The shortest schedule that can be found by leaving steps out, and what may befall a run, such that it still fails.
 * @param fails plays a schedule
 */
export async function shrink(schedule: Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<Schedule> {
  let best = schedule;
  let plays = 0;
  const accepts = async (candidate: Schedule): Promise<boolean> => {
    plays += 1;
    if (plays > MOST_PLAYS || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < best.steps.length;) {
      const steps = [...best.steps.slice(0, start), ...best.steps.slice(start + size)];
      if (!(await accepts({ ...best, steps }))) start += size;
    }
  }
  for (let index = 0; index < best.steps.length; index += 1) {
    for (const simpler of simplerSteps(best.steps[index])) {
      if (await accepts({ ...best, steps: best.steps.with(index, simpler) })) break;
    }
  }
  await accepts({ ...best, conditions: PLAIN });
  return best;
}

function simplerSteps(step: Step): Step[] {
  if (!('calls' in step)) return 'stamp' in step && step.stamp !== 'now' ? [{ ...step, stamp: 'now' }] : [];
  const withoutFault: Step = { ...step, fault: null };
  const inOrder: Step = { ...step, latest: 0 };
  return [{ ...withoutFault, calls: null, latest: 0 }, { ...withoutFault, calls: null }, withoutFault, inOrder];
}
