import { eachItem, jsonField } from '../../../frame';
import { readFailedExecution, reportOfFailure } from '../../alerts/failed-execution';
import { toMessages } from '../../alerts/messages';
import type { Operation } from '../types';

/** Writes what an Error Trigger gives as messages, without secrets and personal data. Calls nothing, so that it works when Supabase is down. */
export const describeFailure: Operation = {
  name: 'Describe Failed Execution',
  action: 'Describe a failed execution',
  description: 'Write what an Error Trigger gives as messages, without secrets and personal data',
  fields: [
    jsonField({
      displayName: 'Failure',
      name: 'failure',
      default: '={{ $json }}',
      required: true,
      description: 'The item of the Error Trigger',
    }),
  ],
  execute: eachItem((item) => {
    const failed = readFailedExecution(item.json('failure'));
    const messages = toMessages(reportOfFailure(failed, new Date().toISOString()));
    return { ...failed, messages: { ...messages } };
  }),
};
