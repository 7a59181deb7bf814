import { parsePhone } from '../../lead/phone';
import { readTime } from './times';
import type { Account, Call, RawCall } from './types';

/**
 * What accounts call the fields of a call, the log's own name first. Fields of pushes are set for each account, so those
 * that were seen are taken, whatever their case, hyphens and underscores.
 */
const SPELLINGS = {
  uuid: 'uuid calluuid callid ucid uniqueid',
  customer: 'customernumber callernumber customerno caller customer clid',
  agent: 'agentnumber agentno agentname agent answeredby',
  knowlarityNumber:
    'knowlaritynumber knumber displaynumber dispnumber didnumber did virtualnumber callnumber srnumber callerid',
  time: 'starttime calltimestamp callstarttime timestamp starttimestamp',
  date: 'calldate date startdate',
  timeOfDay: 'calltime time',
  duration: 'callduration duration billsec calltransferduration',
  kind: 'businesscalltype calltype type direction',
  status: 'callstatus status',
} as const;
type Field = keyof typeof SPELLINGS;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The texts of what is known by its name; of several spellings of one field, the surest that says something. */
function textsOf(raw: RawCall): (field: Field) => string {
  const texts = new Map(
    Object.entries(raw)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [plain(name), String(value).trim()]),
  );
  return (field) => {
    const spellings = SPELLINGS[field].split(' ');
    return spellings.map((spelling) => texts.get(spelling)).find((text) => text !== undefined && text !== '') ?? '';
  };
}

const MISSED = /missed|no.?answer|not.?answered|unanswered|abandon|not.?connected/i;
const OUTGOING = /out/i;
const LONGEST_UUID = 300;

/** A call of the log or of a push; what it does not say is null. */
export function readCall(raw: RawCall, { timeZone, country }: Account): Call {
  const text = textsOf(raw);
  const phone = (field: Field): string | null => parsePhone(text(field), country)?.e164 ?? null;
  const [agent, kind, uuid] = [text('agent'), text('kind'), text('uuid')];
  const isMissed = !OUTGOING.test(kind) && [agent, kind, text('status')].some((word) => MISSED.test(word));
  const seconds = readSeconds(text('duration'));
  const time = text('time') || `${text('date')} ${text('timeOfDay')}`;
  return {
    uuid: uuid === '' || uuid.length > LONGEST_UUID ? null : uuid,
    customer: phone('customer') ?? fromAbroad(text('customer')),
    agent: agent === '' || MISSED.test(agent) ? null : (phone('agent') ?? agent),
    knowlarityNumber: phone('knowlarityNumber'),
    time: readTime(time, timeZone),
    seconds,
    kind: kind || null,
    outcome: isMissed ? 'missed' : (seconds ?? 0) > 0 ? 'answered' : null,
  };
}

/** A number with another calling code, of which some accounts leave the `+` out: one that is too long for a number without. */
const fromAbroad = (text: string): string | null =>
  /^[1-9]\d{10,14}$/.test(text) ? (parsePhone(`+${text}`)?.e164 ?? null) : null;

/** Seconds, or `HH:mm:ss`; null for a call that has none yet. */
function readSeconds(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+:)?\d{1,2}:\d\d$/.test(text)) return null;
  return text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
