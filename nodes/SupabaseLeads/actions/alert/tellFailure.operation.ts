import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../lead';
import { readFailedExecution } from '../../alerts/failed-execution';
import type { NodeRun, Operation } from '../types';
import { channelFields, TELLING_OUTPUTS } from './channel-fields';
import { ownFailure } from './own-failure';
import { tellingOfFailure } from './tell-failure';

/**
 * Writes a failure as messages for each channel, without secrets and personal data: one of another workflow, as an Error
 * Trigger gives it, or one of this workflow, whose execution Settle then ends with it. Calls nothing, so that it works when
 * Supabase is down.
 */
export const tellFailure: Operation = {
  name: 'Tell a Failure',
  action: 'Tell a failure',
  description: 'Write a failed execution as messages, and give them to the outputs of the channels',
  fields: [
    {
      displayName: 'Once an Hour',
      name: 'onceAnHour',
      type: 'boolean',
      default: false,
      description:
        'Whether to keep quiet when the same step failed in the same way within the hour. Settle has to follow, which forgets what no channel took.',
    },
    {
      displayName: 'Next Step',
      name: 'nextStep',
      type: 'string',
      default: '',
      placeholder: 'e.g. Nothing is lost: the next run goes on.',
      description: 'What the reader has to do, or what happens next',
    },
    ...channelFields,
  ],
  outputs: TELLING_OUTPUTS,
  async execute(run) {
    const given = failureIn(run);
    const failed = readFailedExecution(given ?? ownFailureIn(run));
    return await tellingOfFailure(run, failed, {
      what: `The failure of "${failed.workflow}"`,
      stop: given === null ? failed.error : null,
      if_not_told:
        given === null
          ? 'No channel took the alert.'
          : 'No channel took it: the next failure of this kind is tried again.',
      onceAnHour: run.first.boolean('onceAnHour'),
      nextStep: run.first.text('nextStep'),
    });
  },
};

/** The item of an Error Trigger, which has these as objects; null when it came from the error output of a node of this workflow. */
function failureIn({ first: { input } }: NodeRun): IDataObject | null {
  return isObject(input.execution) || isObject(input.trigger) ? input : null;
}

function ownFailureIn({ context, first }: NodeRun): object {
  const error = first.input.error as IDataObject | string | undefined;
  const message = typeof error === 'object' ? error.message : error;
  return ownFailure(context, context.getInputSourceData().previousNode, message);
}
