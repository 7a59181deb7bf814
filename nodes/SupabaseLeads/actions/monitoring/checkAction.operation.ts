import { isAction } from '../../dashboard/actions';
import { refusalOf } from '../../dashboard/csrf';
import { CREDENTIAL } from '../../transport/n8n-fetch';
import { eachItem } from '../each-item';
import { textParameter } from '../parameters';
import type { Operation } from '../types';

/** Says whether a request for an action comes from the dashboard's page, or from somebody who could read its data. */
export const checkAction: Operation = {
  properties: [
    {
      displayName: 'Action',
      name: 'action',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.body.action }}',
      description: 'What is asked for: sync, full_resync, reconcile, replay_dead_letters or check_integrity',
    },
    {
      displayName: 'CSRF Token',
      name: 'csrfToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'e.g. {{ $json.body.csrf_token }}',
      description: 'The token that the page and the data of Get Dashboard hold',
    },
  ],
  async execute(context) {
    const { serviceKey } = await context.getCredentials<{ serviceKey: string }>(CREDENTIAL);
    return await eachItem(context, async (itemIndex) => {
      const action = textParameter(context, 'action', itemIndex);
      const refusal = refusalOf(textParameter(context, 'csrfToken', itemIndex), serviceKey, new Date());
      const reason = refusal ?? (isAction(action) ? null : 'There is no such action.');
      return await Promise.resolve({ accepted: reason === null, action: reason === null ? action : null, reason });
    });
  },
};
