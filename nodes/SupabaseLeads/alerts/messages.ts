import { groupsOf, safeLine } from './lines';
import { PLAIN, SLACK, TELEGRAM } from './markup';
import type { Report } from './notification';
import { messagesOf } from './pack';

/** A report in the forms that channels take; lists are empty when there is nothing to tell. */
export interface Messages {
  /** Messages in Telegram's HTML, each below 4,096 characters. */
  telegram: string[];
  /** Messages in Slack's mrkdwn. */
  slack: string[];
  /** For an e-mail: its subject and its text. */
  subject: string;
  text: string;
}

/** What to send about a report. Personal data is masked, and nothing in it counts as markup. */
export function toMessages(report: Report): Messages {
  const isEmpty = report.notifications.length === 0;
  return {
    telegram: isEmpty ? [] : messagesOf(report, TELEGRAM),
    slack: isEmpty ? [] : messagesOf(report, SLACK),
    subject: isEmpty ? '' : subjectOf(report),
    text: isEmpty ? '' : messagesOf(report, PLAIN).join('\n\n'),
  };
}

/** "Lead sync: critical, 2 new, 1 over". */
function subjectOf(report: Report): string {
  const labels = groupsOf(report).flatMap(({ entries }) => entries.map(({ label }) => label.toLowerCase()));
  const counts = [...new Set(labels)].map((label) => `${labels.filter((other) => other === label).length} ${label}`);
  return `${safeLine(report.title)}, ${counts.join(', ')}`;
}
