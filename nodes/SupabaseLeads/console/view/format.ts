const NUMBER = new Intl.NumberFormat('en');
/** Counts stop here in the database: there may be more. */
const COUNTED_TO = 10_000;
const DASH = '–';

export function number(value: number | null | undefined): string {
  return value === null || value === undefined ? DASH : NUMBER.format(value);
}

/** "EUR 1,234"; without a currency where none is stated. */
export function money(amount: number, currency: string | null): string {
  const isSmall = Math.abs(amount) < 1000 && !Number.isInteger(amount);
  const text = isSmall ? amount.toFixed(2) : NUMBER.format(Math.round(amount));
  return currency === null ? text : `${currency} ${text}`;
}

/** A count that the database stops at 10,000. */
export function cappedNumber(value: number): string {
  return value >= COUNTED_TO ? `${NUMBER.format(COUNTED_TO)}+` : NUMBER.format(value);
}

/** "99.2 %"; never rounded to 0 or 100. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return value > 99.9 && value < 100 ? '> 99.9 %' : `${NUMBER.format(Math.round(value * 10) / 10)} %`;
}

const UNITS: ReadonlyArray<[unit: string, seconds: number]> = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** A length of time in its largest unit, with one decimal while it is small: "1.5 h", "42 s", "0.3 s". */
export function span(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return DASH;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? UNITS[UNITS.length - 1];
  const count = seconds / size;
  return `${NUMBER.format(count < 10 ? Math.round(count * 10) / 10 : Math.round(count))} ${unit}`;
}

/** "4 min ago", as seen at `now`. */
export function ago(time: string | null, now: string): string {
  if (time === null) return 'never';
  const seconds = (Date.parse(now) - Date.parse(time)) / 1000;
  return seconds < 5 ? 'just now' : `${span(Math.round(seconds))} ago`;
}

/** Clock times in a time zone. */
export interface Clock {
  /** "21 Nov, 14:05". */
  full(time: string): string;
  /** "14:00". */
  hour(time: string): string;
}

export function clockOf(timeZone: string): Clock {
  const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  return { full: (time) => full.format(new Date(time)), hour: (time) => hour.format(new Date(time)) };
}

/** A map, since whoever is shown may be called `constructor`. */
const WORDS = new Map([
  ['twenty_to_supabase', 'Twenty → Supabase'],
  ['supabase_to_twenty', 'Supabase → Twenty'],
  ['bidirectional', 'Both ways'],
  ['webhook_update', 'Webhook'],
  ['scheduled_pull', 'Pull'],
  ['scheduled_push', 'Push'],
]);

/** The database's word for something as people read it: "rate_limit" is "Rate limit". */
export function words(name: string): string {
  const text = WORDS.get(name) ?? name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A value of a field as text. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '(blank)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
