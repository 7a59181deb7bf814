import { eachItem } from '../each-item';
import { jsonField, listParameter } from '../parameters';
import type { Operation } from '../types';

/** Notes that notifications were sent; those not confirmed are handed out again (`confirm_alert_notifications`). */
export const confirmAlerts: Operation = {
  properties: [
    jsonField({
      displayName: 'Notification IDs',
      name: 'notificationIds',
      required: true,
      description: 'IDs of the notifications that were sent, as Check Alerts lists them',
      placeholder: 'e.g. {{ $json.notification_ids }}',
    }),
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'confirm_alert_notifications',
        { p_ids: listParameter(context, 'notificationIds', itemIndex) },
        itemIndex,
      ),
    );
  },
};
