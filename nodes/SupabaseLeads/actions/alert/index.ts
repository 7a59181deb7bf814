import { resource } from '../resource';
import { pause } from './pause.operation';
import { settle } from './settle.operation';
import { tell } from './tell.operation';
import { tellFailure } from './tellFailure.operation';

export const alert = resource(
  'alert',
  [
    {
      name: 'Check and Tell',
      value: 'tell',
      action: 'Check alerts and tell them',
      description: 'Check all alert rules, and give what is to be told to the outputs of the channels',
    },
    {
      name: 'Settle',
      value: 'settle',
      action: 'Settle what was told',
      description: 'Confirm what a channel took, and fail where one did not take it',
    },
    {
      name: 'Tell a Failure',
      value: 'tellFailure',
      action: 'Tell a failure',
      description: 'Write a failed execution as messages, and give them to the outputs of the channels',
    },
    {
      name: 'Wait for a Channel',
      value: 'pause',
      action: 'Wait for a channel',
      description: 'Wait as long as a channel asks, and send again what it did not take',
    },
  ],
  { tell, tellFailure, pause, settle },
);
