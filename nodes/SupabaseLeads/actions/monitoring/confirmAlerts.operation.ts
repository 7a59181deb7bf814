import { jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Notes that notifications were sent; those not confirmed are handed out again (`confirm_alert_notifications`). */
export const confirmAlerts: Operation = {
  name: 'Confirm Alerts',
  action: 'Confirm alerts',
  description: 'Note that notifications were sent, so that they are not sent again',
  fields: [
    jsonField({
      displayName: 'Notification IDs',
      name: 'notificationIds',
      required: true,
      description: 'IDs of the notifications that were sent, as Check Alerts lists them',
      placeholder: 'e.g. {{ $json.notification_ids }}',
    }),
  ],
  execute: databaseCall('confirm_alert_notifications', (item) => ({ p_ids: item.list('notificationIds') })),
};
