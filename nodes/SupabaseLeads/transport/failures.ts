import { sentences } from '../../errors/sentences';
import { describeRedirect } from '../../http/redirects';
import { isObject } from '../../lead';
import { maskSecrets } from '../../masking/mask';

/** What can go wrong in a call of a database function, each with its message and its next step in FAILURES. */
export type FailureKind =
  | 'bad_host'
  | 'redirected'
  | 'wrong_key'
  | 'expired_key'
  | 'not_service_key'
  | 'missing_migrations'
  | 'unreachable'
  | 'certificate'
  | 'no_answer'
  | 'cancelled'
  | 'cut_off'
  | 'not_postgrest'
  | 'statement_timeout'
  | 'too_large'
  | 'busy'
  | 'unavailable'
  | 'refused';

/** A failed call, classified. `detail` is what the other side said. */
export interface Failure {
  kind: FailureKind;
  detail: string;
  hint?: string;
  httpStatus?: number;
  /** SQLSTATE or PostgREST's own code. */
  code?: string;
}

export interface FailureText {
  /** What happened. */
  message: string;
  /** What to do about it. */
  nextStep: string;
  /** What else may help. */
  more?: string;
}

const SAFE_TO_REPEAT = 'Run it again: calls are safe to repeat.';

export const FAILURES: Record<FailureKind, FailureText> = {
  bad_host: {
    message: 'The host in the Supabase credential is not a web address',
    nextStep: 'Enter the project URL, e.g. https://your-project.supabase.co.',
  },
  redirected: {
    message: 'No Supabase API answers at the host of the credential',
    nextStep: 'Enter the address of the project itself, e.g. https://your-project.supabase.co.',
  },
  wrong_key: {
    message: 'Supabase does not accept the service key',
    nextStep:
      'Copy the secret key (sb_secret_…) or the service_role key from Settings → API Keys of this project into the credential.',
  },
  expired_key: {
    message: 'The service key in the Supabase credential has expired',
    nextStep: 'Copy a new secret key (sb_secret_…) from Settings → API Keys of this project into the credential.',
    more: 'If the key is new, compare the clocks of both servers.',
  },
  not_service_key: {
    message: 'The key in the Supabase credential may not call the lead functions',
    nextStep: 'Use the secret key (sb_secret_…) or the service_role key, not the anon or publishable one.',
    more: 'If it is the service key, apply the migrations again: they grant its rights.',
  },
  missing_migrations: {
    message: 'The database does not have the lead functions that this node calls, or has an older form of them',
    nextStep:
      'Run "npm run migrate -- --database-url postgres://…" in the package, or paste the files of its migrations folder, in the order of their numbers, into the Supabase SQL editor.',
  },
  unreachable: {
    message: 'Supabase cannot be reached',
    nextStep:
      'Check the host in the credential and the network of this n8n; a free project that paused is restored in its dashboard.',
  },
  certificate: {
    message: 'The TLS certificate of the Supabase host is not trusted',
    nextStep: 'Use the host name the certificate was made for, or let n8n trust it with NODE_EXTRA_CA_CERTS.',
  },
  no_answer: {
    message: 'Supabase did not answer in time',
    nextStep: SAFE_TO_REPEAT,
    more: 'If it happens often, use smaller batches.',
  },
  cancelled: {
    message: 'The execution was cancelled while Supabase worked on a call',
    nextStep: SAFE_TO_REPEAT,
  },
  cut_off: {
    message: 'The answer of Supabase was cut off',
    nextStep: SAFE_TO_REPEAT,
    more: 'If it happens often, look for a proxy between n8n and Supabase that limits answers.',
  },
  not_postgrest: {
    message: 'The host in the Supabase credential answers, but not as Supabase does',
    nextStep:
      'Enter the project URL (https://your-project.supabase.co), not the address of its dashboard or of a login page.',
  },
  statement_timeout: {
    message: 'The database stopped the call because it took longer than its statement timeout',
    nextStep: 'Use smaller batches; nothing of this call was stored.',
  },
  too_large: {
    message: 'Supabase refuses a request of this size',
    nextStep: 'Use smaller batches, or shorten very long texts.',
  },
  busy: {
    message: 'Supabase receives too many requests',
    nextStep: 'Run it again later: calls are safe to repeat.',
  },
  unavailable: {
    message: 'Supabase could not handle the call',
    nextStep: 'Look at the logs and the status of the project, then run it again: calls are safe to repeat.',
  },
  refused: {
    message: 'The database refused the call',
    nextStep: 'Correct the parameters of this node.',
    more: 'Nothing of this call was stored.',
  },
};

/** What happened and what to do, in a few short sentences. What a function itself refuses, it explains best in its own words. */
export function describeFailure({ kind, detail, hint }: Failure): string {
  const { message, nextStep } = FAILURES[kind];
  if (kind === 'refused') return sentences(detail, hint ?? nextStep);
  return sentences(kind === 'redirected' ? `${message}: ${detail}` : message, nextStep);
}

const CODES: Record<string, FailureKind> = {
  '42501': 'not_service_key',
  PGRST202: 'missing_migrations',
  PGRST203: 'missing_migrations',
  PGRST205: 'missing_migrations',
  PGRST106: 'missing_migrations',
  '42883': 'missing_migrations',
  '42P01': 'missing_migrations',
  '42703': 'missing_migrations',
  '3F000': 'missing_migrations',
  '57014': 'statement_timeout',
  PGRST000: 'unavailable',
  PGRST001: 'unavailable',
  PGRST002: 'unavailable',
  PGRST003: 'busy',
  PGRST301: 'wrong_key',
  PGRST302: 'wrong_key',
  PGRST303: 'expired_key',
};

const STATUSES: Record<number, FailureKind> = {
  401: 'wrong_key',
  403: 'not_service_key',
  408: 'no_answer',
  413: 'too_large',
  429: 'busy',
  504: 'no_answer',
};

function byStatus(status: number): FailureKind {
  return STATUSES[status] ?? (status >= 500 ? 'unavailable' : 'refused');
}

/** The error body of PostgREST, or of the gateway in front of it. */
interface ApiErrorBody {
  message?: unknown;
  code?: unknown;
  details?: unknown;
  hint?: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(text: string): ApiErrorBody | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** Classifies an answer that says that the call failed. */
export function failureOfAnswer(status: number, text: string): Failure {
  const body = parsed(text);
  if (body === null) return failureOfBody(status, text);
  const code = textOf(body.code);
  const detail = [body.message, body.details].map(textOf).filter(Boolean).join('. ');
  const hint = textOf(body.hint);
  return {
    kind: CODES[code] ?? byStatus(status),
    detail: detail || `HTTP ${status}`,
    httpStatus: status,
    ...(code ? { code } : {}),
    ...(hint ? { hint } : {}),
  };
}

/** Classifies an answer that sends the caller on to another address. */
export function failureOfRedirect(status: number, location: unknown): Failure {
  const detail = describeRedirect(status, textOf(location) || undefined);
  return { kind: 'redirected', detail, httpStatus: status };
}

const LONGEST_DETAIL = 2_000;

/** The same without secrets in what the other side said. */
export function maskedFailure(failure: Failure): Failure {
  const { detail, hint } = failure;
  return {
    ...failure,
    detail: maskSecrets(detail, LONGEST_DETAIL),
    ...(hint === undefined ? {} : { hint: maskSecrets(hint, LONGEST_DETAIL) }),
  };
}

const JSON_START = /^\s*[[{]/;

/** Classifies an answer whose body is not the JSON expected: a page of some other server, or a part of an answer. */
export function failureOfBody(status: number, body: string): Failure {
  const detail = `HTTP ${status}, ${body.length} characters: ${body.trim().slice(0, 120)}`;
  if (JSON_START.test(body)) return { kind: 'cut_off', detail, httpStatus: status };
  const fromGateway = STATUSES[status] ?? (status >= 500 ? 'unavailable' : undefined);
  return { kind: fromGateway ?? 'not_postgrest', detail, httpStatus: status };
}

const NETWORK_KINDS: [RegExp, FailureKind][] = [
  [/cancell?ed/i, 'cancelled'],
  [/ETIMEDOUT|ESOCKETTIMEDOUT|timeout/i, 'no_answer'],
  [/aborted|ECONNRESET|socket hang up|stream has been|premature|ERR_BAD_RESPONSE|unexpected end/i, 'cut_off'],
  [/CERT|SELF_SIGNED|certificate|SSL|TLS/i, 'certificate'],
];

/** An error's own words and code, and those of what caused it, closest first. */
function wordsOf(error: unknown): string[] {
  const words: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const code = 'code' in at ? textOf(at.code) : '';
    const more = 'messages' in at && Array.isArray(at.messages) ? at.messages.map(textOf) : [];
    words.push(...[code, at.message, ...more].filter(Boolean));
  }
  return words;
}

/** Classifies a request that got no (whole) answer. */
export function failureOfNetwork(error: unknown): Failure {
  const words = [...new Set(wordsOf(error))];
  const detail = words.join(', ') || String(error);
  const kind = NETWORK_KINDS.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
  return { kind: kind ?? 'unreachable', detail };
}
