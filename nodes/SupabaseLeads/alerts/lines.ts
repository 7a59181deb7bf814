import { maskText } from '../../masking/mask';
import type { Notification, NotificationKind, Report, Severity } from './notification';

/** Leads that a message names; the rest is counted. */
const MOST_EXAMPLES = 5;
const LONGEST_TEXT = 600;
const LONGEST_TITLE = 120;
const LONGEST_EXAMPLE = 200;

/** A part of a message, in words of its own: masked and cut to size, not yet escaped. */
export interface Entry {
  label: string;
  title: string;
  /** Further lines, the most important first. */
  lines: string[];
}

/** Entries of one severity. */
export interface Group {
  symbol: string;
  heading: string;
  entries: Entry[];
}

const LABELS: Record<NotificationKind, string> = {
  raised: 'New',
  escalated: 'Worse',
  reminder: 'Still',
  recovered: 'Over',
};

const KIND_ORDER: NotificationKind[] = ['escalated', 'raised', 'reminder', 'recovered'];

const SEVERITIES: ReadonlyArray<{ severity: Severity; symbol: string; heading: string }> = [
  { severity: 'critical', symbol: '🔴', heading: 'Critical' },
  { severity: 'warning', symbol: '🟠', heading: 'Warning' },
];

const RECOVERED = { symbol: '🟢', heading: 'Recovered' };

/** A text that others wrote, on one line, masked, not longer than `longest` characters. */
export function safeLine(text: string, longest = LONGEST_TEXT): string {
  return maskText(text.replace(/\s+/g, ' ').trim(), longest);
}

const MINUTE_MS = 60_000;
const UNITS: ReadonlyArray<[name: string, minutes: number]> = [
  ['d', 24 * 60],
  ['h', 60],
  ['min', 1],
];

/** How long it was between two times, in its two largest units: "2 d 3 h", "4 min". */
export function duration(from: string, to: string): string {
  let minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / MINUTE_MS));
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(minutes / size);
    if (count > 0) parts.push(`${count} ${name}`);
    minutes -= count * size;
  }
  return parts.slice(0, 2).join(' ') || 'under a minute';
}

function timeLine({ kind, since, at }: Notification): string[] {
  if (since === null || kind === 'raised') return [];
  return [kind === 'recovered' ? `Lasted ${duration(since, at)}.` : `For ${duration(since, at)} now.`];
}

function exampleLines(examples: string[]): string[] {
  const left = examples.length - MOST_EXAMPLES;
  return [
    ...examples.slice(0, MOST_EXAMPLES).map((example) => `• ${safeLine(example, LONGEST_EXAMPLE)}`),
    ...(left > 0 ? [`… and ${left} more`] : []),
  ];
}

function entryOf(notification: Notification): Entry {
  const { kind, title, message, advice, examples = [] } = notification;
  const goesOn = kind !== 'recovered';
  return {
    label: LABELS[kind],
    title: safeLine(title, LONGEST_TITLE),
    lines: [
      ...(message ? [safeLine(message)] : []),
      ...timeLine(notification),
      ...(goesOn ? exampleLines(examples) : []),
      ...(goesOn && advice ? [`→ ${safeLine(advice)}`] : []),
    ],
  };
}

function entriesOf(notifications: Notification[]): Entry[] {
  return [...notifications]
    .sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind))
    .map((notification) => entryOf(notification));
}

/** What is told, worst first and what is over last; empty groups are left out. */
export function groupsOf({ notifications }: Report): Group[] {
  const goesOn = notifications.filter(({ kind }) => kind !== 'recovered');
  const over = notifications.filter(({ kind }) => kind === 'recovered');
  return [
    ...SEVERITIES.map(({ severity, ...group }) => ({
      ...group,
      entries: entriesOf(goesOn.filter((notification) => notification.severity === severity)),
    })),
    { ...RECOVERED, entries: entriesOf(over) },
  ].filter(({ entries }) => entries.length > 0);
}
