import { type IDataObject, type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { noticeField } from '../../../frame';
import { type Channel, CHANNELS, errorOf, outcomeOf, type Telling } from '../../alerts/channels';
import type { Operation } from '../types';
import { TELLING_OUTPUTS } from './channel-fields';
import { forget } from './memory';

/** The function that notes what was told. */
const CONFIRM = { alerts: 'confirm_alert_notifications', leads: 'confirm_lead_news' };

/**
 * Draws the conclusion from what the channels said: confirms what one of them took (`CONFIRM`), has
 * n8n forget what none took, and fails where a channel did not take it or where what was told is an error.
 */
export const settle: Operation = {
  name: 'Settle',
  action: 'Settle what was told',
  description: 'Confirm what a channel took, and fail where one did not take it',
  fields: [
    noticeField(
      'settleNotice',
      'Connect the Result of Check and Tell, Tell New or Tell a Failure to the first input, and the node of each channel to its own. It waits for all of them.',
    ),
    {
      displayName: 'Confirm Alerts',
      name: 'confirmAlerts',
      type: 'boolean',
      default: true,
      description:
        'Whether to note in Supabase what was told. Turn off behind Tell a Failure, which needs no Supabase.',
    },
  ],
  inputs: TELLING_OUTPUTS,
  outputs: ['Settled'],
  async execute(run) {
    const { context } = run;
    const telling = tellingIn(context);
    const answers = Object.fromEntries(
      CHANNELS.map((channel, index) => [channel, inputOf(context, index + 1)]),
    ) as Record<Channel, IDataObject[]>;
    const outcome = outcomeOf(telling, answers);
    const isTold = outcome.told_by.length > 0;
    const mayConfirm = run.first.boolean('confirmAlerts');
    if (mayConfirm && isTold && telling.notification_ids.length > 0) {
      const database = await run.connect();
      await database.call(CONFIRM[telling.about ?? 'alerts'], { p_ids: telling.notification_ids }, 0);
    }
    if (!isTold && telling.remembered_as !== null) await forget(context, telling.remembered_as);
    const error = errorOf(telling, outcome);
    if (error !== null) throw new NodeOperationError(context.getNode(), error);
    return [[{ json: { ...outcome }, pairedItem: { item: 0 } }]];
  },
};

/** @throws NodeOperationError when the first input is not what it has to be */
function tellingIn(context: IExecuteFunctions): Telling {
  const [result] = inputOf(context, 0);
  if (result?.telling) return result.telling as Telling;
  throw new NodeOperationError(
    context.getNode(),
    'The first input does not say what was told. Connect the output Result of Check and Tell or Tell a Failure to it.',
  );
}

/** The items of an input; none where nothing is connected, or nothing came. */
function inputOf(context: IExecuteFunctions, index: number): IDataObject[] {
  const source = context.getInputSourceData(index) as unknown;
  return source ? context.getInputData(index).map(({ json }) => json) : [];
}
