const UNITS: ReadonlyArray<[name: string, seconds: number]> = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** A length of time as the database writes it ("1 day 02:00:00", "00:05:00") in words that it reads, too: "26 hours", "5 minutes". */
export function lengthText(length: string | null): string {
  if (length === null) return '';
  const [, days = '0', hours, minutes = '0', seconds = '0'] =
    /^(?:(\d+) days?)?\s*(?:(\d+):(\d\d):(\d\d)(?:\.\d+)?)?$/.exec(length) ?? [];
  if (days === '0' && hours === undefined) return length;
  const total = Number(days) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes) * 60 + Number(seconds);
  if (total === 0) return '0 minutes';
  const [name, size] = UNITS.find(([, unit]) => total % unit === 0)!;
  const count = total / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** Lengths of time, with commas between. */
export const lengthsIn = (typed: string | null): string[] =>
  (typed ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
