import { resource } from '../resource';
import { confirm } from './confirm.operation';
import { getMany } from './getMany.operation';

export const followUp = resource(
  'followUp',
  [
    {
      name: 'Confirm',
      value: 'confirm',
      action: 'Confirm follow ups',
      description: 'Remember which tasks are in Twenty, and which could not be made',
    },
    {
      name: 'Get Many',
      value: 'getMany',
      action: 'Get many follow ups',
      description: 'List the tasks that are due for leads with a high score, each once',
    },
  ],
  { getMany, confirm },
);
