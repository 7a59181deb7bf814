import type { D1Database } from '@cloudflare/workers-types';
import type { Env } from './env';
import { json, listIn, objectOf } from './http';
import { writeRows } from './rows';

const MOST_ROWS = 500;
const LONGEST_KEY = 512;
const KINDS: readonly unknown[] = ['sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'failed'];
const TIMES = ['sent_at', 'delivered_at', 'opened_at', 'clicked_at', 'replied_at', 'bounced_at', 'failed_at'];
const TEXTS = ['message_id', 'prospect_id', 'campaign_id', 'mailbox_id', 'recipient', 'subject', 'error'];

type Given = Record<string, unknown>;

const EMAIL_COLUMNS = [...TEXTS, ...TIMES];
const values = (columns: string[]): string => columns.map((name) => `value ->> '$.${name}'`).join(', ');

/** An e-mail that is there takes what is new of the given one; a time only ever moves to an earlier one. Nothing new: nothing is written. */
const WRITE_EMAILS = `insert into emails (id, ${EMAIL_COLUMNS.join(', ')}) select value ->> '$.id', ${values(EMAIL_COLUMNS)} from json_each(?1) where true
  on conflict (id) do update set
    ${TEXTS.map((name) => `${name} = coalesce(excluded.${name}, ${name})`).join(', ')},
    ${TIMES.map((name) => `${name} = min(coalesce(${name}, excluded.${name}), coalesce(excluded.${name}, ${name}))`).join(', ')},
    edge_version = max(edge_version + 1, excluded.edge_version)
  where ${TEXTS.map((name) => `coalesce(excluded.${name}, ${name}) is not ${name}`).join(' or ')}
    or ${TIMES.map((name) => `excluded.${name} < coalesce(${name}, '~')`).join(' or ')}
  returning id`;

// data stay JSON, a text or a boolean, too: Supabase stores them as such
const WRITE_EVENTS = `insert into email_events (id, email_id, kind, at, data)
  select ${values(['id', 'email_id', 'kind', 'at'])}, nullif(value -> '$.data', 'null') from json_each(?1) where true
  on conflict (id) do nothing returning id`;

/** Writes e-mails; the same again changes nothing. */
export async function writeEmails(request: Request, { DB }: Env): Promise<Response> {
  const emails = listIn(await objectOf(request), 'emails', MOST_ROWS);
  return json(await write(DB, WRITE_EMAILS, emails, problemOfEmail, timesIn));
}

/** Writes events of e-mails, which may come later than their events; the same again changes nothing. */
export async function writeEvents(request: Request, { DB }: Env): Promise<Response> {
  const events = listIn(await objectOf(request), 'events', MOST_ROWS);
  return json(await write(DB, WRITE_EVENTS, events, problemOfEvent, (event) => ({ ...event, at: utc(event.at) })));
}

async function write(
  db: D1Database,
  sql: string,
  given: Given[],
  problemOf: (row: Given) => string | null,
  readied: (row: Given) => Given,
): Promise<{ written: number; unchanged: number; rejected: Array<{ index: number; reason: string }> }> {
  const rejected: Array<{ index: number; reason: string }> = [];
  // of one id that is given twice, the last one would take the place of the first: each goes in a statement of its own
  const parts: Given[][] = [];
  const seen = new Map<unknown, number>();
  given.forEach((row, index) => {
    const reason = problemOf(row);
    if (reason !== null) {
      rejected.push({ index, reason });
      return;
    }
    const part = seen.get(row.id) ?? 0;
    seen.set(row.id, part + 1);
    (parts[part] ??= []).push(readied(row));
  });
  const written = await writeRows(db, sql, parts);
  return { written, unchanged: given.length - rejected.length - written, rejected };
}

function problemOfKey(row: Given, name: string): string | null {
  const key = row[name];
  if (typeof key !== 'string' || key === '') return `${name} must be a text`;
  if (key.includes('\0')) return `${name} holds the character NUL`;
  return new TextEncoder().encode(key).length > LONGEST_KEY ? `${name} is longer than ${LONGEST_KEY} bytes` : null;
}

function problemOfEmail(email: Given): string | null {
  const wrongText = TEXTS.find(
    (name) => email[name] !== undefined && email[name] !== null && typeof email[name] !== 'string',
  );
  const wrongTime = TIMES.find(
    (name) => email[name] !== undefined && email[name] !== null && utc(email[name]) === null,
  );
  if (wrongText !== undefined) return `${wrongText} must be a text`;
  if (wrongTime !== undefined) return `${wrongTime} must be a time, e.g. 2026-01-02T03:04:05Z`;
  return problemOfKey(email, 'id') ?? problemOfSize(email);
}

function problemOfEvent(event: Given): string | null {
  if (!KINDS.includes(event.kind)) return `kind must be one of ${KINDS.join(', ')}`;
  if (utc(event.at) === null) return 'at must be a time, e.g. 2026-01-02T03:04:05Z';
  return problemOfKey(event, 'id') ?? problemOfKey(event, 'email_id') ?? problemOfSize(event);
}

/** Longer rows would not get into Supabase with others of their page. */
function problemOfSize(row: Given): string | null {
  const text = JSON.stringify(row);
  if (text.includes('\\u0000')) return 'a text holds the character NUL, which PostgreSQL does not store';
  return text.length > 100_000 ? 'the row is longer than 100,000 characters' : null;
}

/** Times are compared as texts: all have one form. */
function timesIn(email: Given): Given {
  return { ...email, ...Object.fromEntries(TIMES.map((name) => [name, utc(email[name])])) };
}

function utc(value: unknown): string | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
