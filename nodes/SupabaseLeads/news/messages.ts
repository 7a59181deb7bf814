import { duration } from '../alerts/lines';
import { type Markup, PLAIN, SLACK, TELEGRAM } from '../alerts/markup';
import type { Messages } from '../alerts/messages';
import { fitted } from '../alerts/pack';
import type { LeadNews, NewsAnswer } from './lead-news';
import { phoneLink } from './phone-link';

const LONGEST_NAME = 120;
const LONGEST_DETAIL = 80;
/** Sources that a flood is counted by; the rest is one figure. */
const MOST_SOURCES = 8;
/** Kept free for the line that counts the rest. */
const ROOM_FOR_REST = 60;

/** What breaks a line, cannot be seen or turns the direction of writing. */
const INVISIBLE = /[\s\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text of others on one line; unlike in alerts nothing is masked, since it is told to be called. */
function line(text: string, longest: number, markup: Markup): string {
  return fitted(text.replace(INVISIBLE, ' ').trim(), longest, markup);
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** The news as messages for each channel; empty where there are none. One message a channel: of a flood the first leads are named, the rest is counted. */
export function toNewsMessages(news: NewsAnswer, now: string): Messages {
  if (news.new.count + news.escalated.count === 0) return { telegram: [], slack: [], subject: '', text: '' };
  return {
    telegram: [messageOf(news, now, TELEGRAM)],
    slack: [messageOf(news, now, SLACK)],
    subject: subjectOf(news),
    text: messageOf(news, now, PLAIN),
  };
}

function subjectOf({ new: fresh, escalated }: NewsAnswer): string {
  const [first] = fresh.leads;
  const parts = [
    ...(fresh.count === 1 && first
      ? [`New lead: ${nameOf(first, PLAIN)} (${line(first.source, LONGEST_DETAIL, PLAIN)})`]
      : []),
    ...(fresh.count > 1 ? [many(fresh.count, 'new lead')] : []),
    ...(escalated.count > 0 ? [`${many(escalated.count, 'lead')} without a response`] : []),
  ];
  return parts.join(', ');
}

function messageOf({ new: fresh, escalated }: NewsAnswer, now: string, markup: Markup): string {
  const parts: Part[] = [];
  if (escalated.count > 0) {
    const heading = `🔴 ${markup.bold(`${many(escalated.count, 'lead')} without a response`)}`;
    parts.push({ heading, count: escalated.count, entries: escalated.leads.map((lead) => entryOf(lead, now, markup)) });
  }
  if (fresh.count > 0) {
    const sources = fresh.count > 1 ? `: ${sourcesOf(fresh.by_source, markup)}` : '';
    const heading = `🟢 ${markup.bold(many(fresh.count, 'new lead'))}${sources}`;
    parts.push({ heading, count: fresh.count, entries: fresh.leads.map((lead) => entryOf(lead, now, markup)) });
  }
  const room = Math.floor(markup.limit / parts.length);
  return parts.map((part) => partText(part, room)).join('\n\n');
}

interface Part {
  heading: string;
  count: number;
  entries: string[];
}

/** A part with as many of its entries as there is room for. */
function partText({ heading, count, entries }: Part, room: number): string {
  let text = heading;
  let told = 0;
  for (const entry of entries) {
    if (text.length + entry.length + 1 > room - ROOM_FOR_REST) break;
    text += `\n${entry}`;
    told += 1;
  }
  return told < count ? `${text}\n… and ${count - told} more` : text;
}

function sourcesOf(sources: NewsAnswer['new']['by_source'], markup: Markup): string {
  const told = sources
    .slice(0, MOST_SOURCES)
    .map(({ source, count }) => `${count} ${line(source, LONGEST_DETAIL, markup)}`);
  const left = sources.slice(MOST_SOURCES).reduce((sum, { count }) => sum + count, 0);
  return [...told, ...(left > 0 ? [`${left} others`] : [])].join(', ');
}

function nameOf({ name }: LeadNews, markup: Markup): string {
  return name === null ? 'Somebody without a name' : line(name, LONGEST_NAME, markup);
}

/** "Ada Lovelace, Acme", then whence and whose, then how to reach them. */
function entryOf(lead: LeadNews, now: string, markup: Markup): string {
  const { company, source, score, segment, rep, level, arrived_at, phone, email } = lead;
  const detail = (text: string): string => line(text, LONGEST_DETAIL, markup);
  const about = [
    detail(source),
    ...(score === null ? [] : [`score ${score}`]),
    ...(segment === null ? [] : [detail(segment)]),
    rep === null ? 'assigned to nobody' : `for ${markup.bold(detail(rep))}`,
    ...(level > 0 ? [`waiting for ${duration(arrived_at, now)}`] : []),
  ];
  const reached = [...(phone === null ? [] : [phoneOf(phone, markup)]), ...(email === null ? [] : [detail(email)])];
  return [
    `• ${markup.bold(nameOf(lead, markup))}${company === null ? '' : `, ${detail(company)}`}`,
    `  ${about.join(' · ')}`,
    ...(reached.length > 0 ? [`  ${reached.join(' · ')}`] : []),
  ].join('\n');
}

function phoneOf(phone: string, markup: Markup): string {
  const text = line(phone, LONGEST_DETAIL, markup);
  const link = phoneLink(phone);
  return link === null ? text : markup.link(link, text);
}
