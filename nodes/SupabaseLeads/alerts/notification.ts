/** How bad it is, as the alert's rule in the database says. */
export type Severity = 'critical' | 'warning';

/** Why it is told now: for the first time, again because it lasts, because it got worse, or because it is over. */
export type NotificationKind = 'raised' | 'reminder' | 'escalated' | 'recovered';

/** One thing to tell, as `update_sync_alerts` of the database returns it. Its texts may hold what others wrote, e.g. error messages. */
export interface Notification {
  id: number;
  /** Which rule it is of, where it is of one. */
  alert?: string;
  kind: NotificationKind;
  severity: Severity;
  /** What is wrong, in a few words. */
  title: string;
  /** What was seen, with its figures. */
  message: string | null;
  /** What to look at or to do. */
  advice: string | null;
  /** When the problem began, ISO 8601. */
  since: string | null;
  /** When this was seen; of a problem that is over, when it ended. */
  at: string;
  /** Leads that it is about, one line each. */
  examples?: string[];
}

/** What is told in one go. */
export interface Report {
  /** The first line, e.g. "Lead sync: critical". */
  title: string;
  /** Why, in a sentence. */
  reason: string | null;
  notifications: Notification[];
}
