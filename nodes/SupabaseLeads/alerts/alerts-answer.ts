import type { Notification, Report } from './notification';

/** As much of the answer of `update_sync_alerts` as messages need. */
export interface AlertsAnswer {
  health: { status: string; reasons: Array<{ message: string }> };
  notifications: Notification[];
}

/** Reasons that the first lines of a message give; the alerts below say the rest. */
const REASONS_TOLD = 3;

/** What the answer asks to tell. */
export function reportOfAlerts({ health, notifications }: AlertsAnswer): Report {
  const reasons = health.reasons.slice(0, REASONS_TOLD).map(({ message }) => message);
  return {
    title: `Lead sync: ${health.status}`,
    reason: reasons.length > 0 ? reasons.join(' ') : null,
    notifications,
  };
}
