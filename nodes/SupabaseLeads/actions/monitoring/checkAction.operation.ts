import { eachItem } from '../../../frame';
import { refusalOf } from '../../console/frame/signed';
import { isScriptAction } from '../../console/script-actions';
import { serviceKeyOf } from '../../transport/rpc';
import type { Operation } from '../types';

/** Says whether a request for an action comes from the dashboard's page, or from somebody who could read its data. */
export const checkAction: Operation = {
  name: 'Check Dashboard Action',
  action: 'Check a dashboard action',
  description: 'Find out whether a request for an action comes from the dashboard',
  fields: [
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
  execute: eachItem(async (item) => {
    const serviceKey = await serviceKeyOf(item.context);
    const action = item.text('action');
    const refusal = refusalOf(item.text('csrfToken'), serviceKey, new Date());
    const reason = refusal ?? (isScriptAction(action) ? null : 'There is no such action.');
    return { accepted: reason === null, action: reason === null ? action : null, reason };
  }),
};
