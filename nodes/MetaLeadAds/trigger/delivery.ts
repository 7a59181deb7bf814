import { flawOfSignature } from '../../http/hmac';

/** A lead that Meta named, as items have it. Ids are texts. */
export interface NamedLead {
  leadgen_id: string;
  page_id: string | null;
  form_id: string | null;
  ad_id: string | null;
  adgroup_id: string | null;
  /** ISO 8601. */
  created_time: string | null;
}

/** Bytes. Meta sends up to 1,000 changes in a delivery, each a few hundred. */
export const LARGEST_BODY = 10_000_000;

const SCHEME = 'sha256=';

/**
 * Why a delivery is refused, in words for the log and the sender; null when it comes from Meta.
 * @param header `X-Hub-Signature-256`: `sha256=` and the hex HMAC-SHA256 of the body's bytes with the app's secret
 */
export function refusal(header: string | undefined, rawBody: Buffer, appSecret: string): string | null {
  if (header === undefined) return 'the delivery is not signed';
  if (!header.startsWith(SCHEME)) return 'the signature is malformed';
  return flawOfSignature(header.slice(SCHEME.length), appSecret, rawBody);
}

/** Texts are passed over, so that digits in them stay what they are. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Digits of whole numbers that JavaScript keeps. */
const SAFE_DIGITS = 15;

/**
 * Reads a body; long ids that are numbers in it become texts, because JavaScript would round them.
 * @returns undefined where it is no JSON
 */
export function parseBody(rawBody: Buffer): unknown {
  const text = rawBody
    .toString('utf8')
    .replace(TEXT_OR_NUMBER, (token) => (/^\d+$/.test(token) && token.length > SAFE_DIGITS ? `"${token}"` : token));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface Change {
  field?: unknown;
  value?: Record<string, unknown> | null;
}

/** Every lead that a delivery names, each once: of all its entries and all their changes. Null where it is no delivery of a page. */
export function leadsIn(body: unknown): NamedLead[] | null {
  const { object, entry } = (body ?? {}) as { object?: unknown; entry?: unknown };
  if (object !== 'page' || !Array.isArray(entry)) return null;
  const changes = (entry as Array<{ id?: unknown; changes?: unknown } | null>).flatMap((one) =>
    Array.isArray(one?.changes)
      ? (one.changes as Array<Change | null>).map((change) => ({ page: one.id, change }))
      : [],
  );
  const leads = changes.flatMap(({ page, change }) => {
    const { field, value } = change ?? {};
    const leadgen_id = idOf(value?.leadgen_id);
    if (field !== 'leadgen' || leadgen_id === null) return [];
    return [
      {
        leadgen_id,
        page_id: idOf(value?.page_id) ?? idOf(page),
        form_id: idOf(value?.form_id),
        ad_id: idOf(value?.ad_id),
        adgroup_id: idOf(value?.adgroup_id),
        created_time: timeOf(value?.created_time),
      },
    ];
  });
  return eachOnce(leads);
}

export function eachOnce(leads: readonly NamedLead[]): NamedLead[] {
  return [...new Map(leads.map((lead) => [lead.leadgen_id, lead])).values()];
}

function idOf(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return /^\d+$/.test(text) && text !== '0' ? text : null;
}

function timeOf(seconds: unknown): string | null {
  const time = new Date(Number(seconds) * 1_000);
  return seconds === undefined || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
