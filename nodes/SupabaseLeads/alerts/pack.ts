import { groupsOf, safeLine, type Entry, type Group } from './lines';
import type { Markup } from './markup';
import type { Report } from './notification';

/** More messages than this at once would bury what matters; the rest is counted. */
const MOST_MESSAGES = 3;
/** Kept free in the last message for the line that counts the rest. */
const ROOM_FOR_REST = 60;

/** A text escaped, and cut so that it takes no more than `room` characters then. */
export function fitted(text: string, room: number, { escape }: Markup): string {
  const whole = escape(text);
  if (whole.length <= room) return whole;
  let length = 0;
  let cut = '';
  for (const character of text) {
    const escaped = escape(character);
    length += escaped.length;
    if (length > room - 1) break;
    cut += escaped;
  }
  return `${cut}…`;
}

/** An entry with as many of its lines as there is room for; its first line is always there. */
function entryText({ label, title, lines }: Entry, room: number, markup: Markup): string {
  const decoration = `${label}: ${markup.bold('')}`.length;
  let text = `${label}: ${markup.bold(fitted(title, room - decoration, markup))}`;
  for (const line of lines) {
    const left = room - text.length - 1;
    if (left < 2) break;
    text += `\n${fitted(line, left, markup)}`;
  }
  return text;
}

/** A report as the messages that a channel takes: none longer than its limit, whole entries kept together. */
export function messagesOf(report: Report, markup: Markup): string[] {
  const title = markup.bold(fitted(safeLine(report.title), Math.floor(markup.limit / 8), markup));
  const reason = report.reason === null ? '' : fitted(safeLine(report.reason), Math.floor(markup.limit / 4), markup);
  const messages = [title + (reason === '' ? '' : `\n${markup.italic(reason)}`)];
  let leftOut = 0;
  for (const { group, entry, isFirst } of placed(groupsOf(report))) {
    const last = messages.length - 1;
    const isLast = messages.length === MOST_MESSAGES;
    const more = entryBlock(group, entry, isFirst, markup.limit, markup);
    if (messages[last].length + more.length <= markup.limit - (isLast ? ROOM_FOR_REST : 0)) {
      messages[last] += more;
    } else if (isLast) {
      leftOut += 1;
    } else {
      const opening = `${title} (${messages.length + 1})`;
      messages.push(opening + entryBlock(group, entry, true, markup.limit - ROOM_FOR_REST - opening.length, markup));
    }
  }
  if (leftOut > 0) messages[messages.length - 1] += `\n\n… and ${leftOut} more: see the dashboard.`;
  return messages;
}

interface Placed {
  group: Group;
  entry: Entry;
  isFirst: boolean;
}

function placed(groups: Group[]): Placed[] {
  return groups.flatMap((group) => group.entries.map((entry, index) => ({ group, entry, isFirst: index === 0 })));
}

/** An entry with what parts it from the one before, below its group's heading if it is the first there. */
function entryBlock(group: Group, entry: Entry, withHeading: boolean, room: number, markup: Markup): string {
  const before = withHeading ? `\n\n${group.symbol} ${markup.bold(group.heading)}\n` : '\n';
  return before + entryText(entry, room - before.length, markup);
}
