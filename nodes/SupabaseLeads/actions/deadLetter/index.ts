import { resource } from '../resource';
import { getMany } from './getMany.operation';
import { replay } from './replay.operation';

export const deadLetter = resource(
  'deadLetter',
  [
    {
      name: 'Get Many',
      value: 'getMany',
      action: 'Get many dead letters',
      description: 'List the leads that wait for a human, with reason and attempts',
    },
    {
      name: 'Replay',
      value: 'replay',
      action: 'Replay dead letters',
      description: 'Try leads again that were refused or held, with their attempts reset',
    },
  ],
  { getMany, replay },
);
