import { readFailedExecution, reportOfFailure } from '../../alerts/failed-execution';
import { toMessages } from '../../alerts/messages';
import { eachItem } from '../each-item';
import { jsonField, jsonParameter } from '../parameters';
import type { Operation } from '../types';

/** Writes what an Error Trigger gives as messages, without secrets and personal data. Calls nothing, so that it works when Supabase is down. */
export const describeFailure: Operation = {
  properties: [
    jsonField({
      displayName: 'Failure',
      name: 'failure',
      default: '={{ $json }}',
      required: true,
      description: 'The item of the Error Trigger',
    }),
  ],
  async execute(context) {
    return await eachItem(context, async (itemIndex) => {
      const failed = readFailedExecution(jsonParameter(context, 'failure', itemIndex));
      const messages = toMessages(reportOfFailure(failed, new Date().toISOString()));
      return await Promise.resolve({ ...failed, messages: { ...messages } });
    });
  },
};
