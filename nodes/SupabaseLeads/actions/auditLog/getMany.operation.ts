import { manyFields } from '../../../frame';
import { listingCall } from '../calls';
import type { Operation } from '../types';

/** Lists who did what, the newest first, one output item each (`get_audit_log`). */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many audit log entries',
  description: 'List who decided what, and who changed which setting, the newest first',
  fields: [
    {
      displayName: 'Action',
      name: 'auditedAction',
      type: 'string',
      default: '',
      placeholder: 'e.g. resolve_conflict',
      description: 'How the action begins. Leave empty for all.',
    },
    ...manyFields,
  ],
  execute: listingCall('get_audit_log', 'entries', (item) => ({ p_action: item.text('auditedAction') })),
};
