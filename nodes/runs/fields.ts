import type { INodeProperties } from 'n8n-workflow';

/** Minutes: less than the five between two scheduled runs, and than the shortest time that hosted n8n gives an execution. */
export const DEFAULT_MAX_DURATION = 4;
export const DEFAULT_TRIES = 3;
export const DEFAULT_PAUSE_MS = 2_000;

/** How long a run may take. */
export const maxDurationField: INodeProperties = {
  displayName: 'Max Duration (Minutes)',
  name: 'maxDuration',
  type: 'number',
  typeOptions: { minValue: 0 },
  default: DEFAULT_MAX_DURATION,
  description:
    'When this time is over, the node ends after the page or batch in hand and says that more is due; the next run goes on. 0 for no limit.',
};

/** How often failed calls are tried; `calls` names them in the panel. */
export function triesOptions(calls: string): INodeProperties[] {
  return [
    {
      displayName: 'Max Tries',
      name: 'tries',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: DEFAULT_TRIES,
      description: `How often ${calls} is tried before the run fails`,
    },
    {
      displayName: 'Wait Between Tries (Ms)',
      name: 'pause',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: DEFAULT_PAUSE_MS,
      description: 'Milliseconds to wait before a failed call is tried again',
    },
  ];
}
