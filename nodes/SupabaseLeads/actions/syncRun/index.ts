import { resource } from '../resource';
import { finish } from './finish.operation';
import { start } from './start.operation';

export const syncRun = resource(
  'syncRun',
  [
    { name: 'Finish', value: 'finish', action: 'Finish a sync run', description: 'Close a run and get its figures' },
    {
      name: 'Start',
      value: 'start',
      action: 'Start a sync run',
      description: 'Open a run, if no other one of its direction is active, and learn where to read on',
    },
  ],
  { start, finish },
);
