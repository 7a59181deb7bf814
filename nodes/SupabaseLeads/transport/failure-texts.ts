import { sentences } from '../../errors/sentences';

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
  | 'locked'
  | 'unavailable'
  | 'paused'
  | 'quota'
  | 'read_only'
  | 'firewall'
  | 'schema_not_exposed'
  | 'missing_grants'
  | 'broken'
  | 'refused'
  | 'not_now'
  | 'own_rule'
  | 'rejected';

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
    more: 'If it is the service key, apply lead-sync-1.sql and lead-sync-2.sql again: they grant its rights.',
  },
  missing_migrations: {
    message: 'The database does not have the lead functions that this node calls, or has an older form of them',
    nextStep:
      'Run "npx n8n-nodes-lead-sync setup", or paste the package’s migrations/lead-sync-1.sql and then lead-sync-2.sql into the Supabase SQL editor.',
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
  locked: {
    message: 'Other work in the database was in the way',
    nextStep: SAFE_TO_REPEAT,
  },
  paused: {
    message: 'The Supabase project is paused',
    nextStep: 'Restore it in its dashboard, then run it again: calls are safe to repeat.',
  },
  quota: {
    message: 'Supabase restricts this project because a quota or a payment is exceeded',
    nextStep: 'Look under Usage and Billing of its organisation, then run it again: calls are safe to repeat.',
  },
  read_only: {
    message: 'The database takes no writes at the moment',
    nextStep:
      'Supabase makes it read-only when its disk is full: make room or enlarge it under Settings → Compute and Disk. Of a read replica, enter the address of the primary.',
  },
  firewall: {
    message: 'A firewall in front of Supabase keeps this n8n out',
    nextStep: 'Let the address of this n8n through without a challenge, or enter the address behind the firewall.',
  },
  schema_not_exposed: {
    message: 'The API of this project does not offer the schema public',
    nextStep: 'Add public to the exposed schemas under Settings → Data API (self-hosted: PGRST_DB_SCHEMAS).',
  },
  missing_grants: {
    message: 'The role of the key lacks rights that the lead functions need',
    nextStep: 'Apply lead-sync-1.sql and lead-sync-2.sql again: they grant them.',
    more: 'A policy or grant of your own that names these tables may be in the way.',
  },
  broken: {
    message: 'The lead functions failed inside the database',
    nextStep:
      'Apply the lead-sync-1.sql and lead-sync-2.sql of this version again. If tables of the sync were changed by hand, undo that where the description names it.',
  },
  not_now: {
    message: 'The state of the database does not allow this call',
    nextStep: 'Read again what it names, then try once more.',
  },
  own_rule: {
    message: 'A rule of the database refuses what this call writes',
    nextStep: 'Look for the trigger or constraint that says so, or correct the value that it names.',
    more: 'Nothing of this call was stored.',
  },
  rejected: {
    message: 'The call was refused before it reached the lead functions',
    nextStep: 'Check the host in the credential, and what stands between n8n and Supabase.',
  },
  refused: {
    message: 'The database refused the call',
    nextStep: 'Correct the parameters of this node.',
    more: 'Nothing of this call was stored.',
  },
};

/** What a function, a trigger or a gateway refuses, it explains best in its own words. */
const OWN_WORDS = new Set<FailureKind>(['refused', 'not_now', 'own_rule', 'rejected']);

/** What happened and what to do, in a few short sentences. */
export function describeFailure({ kind, detail, hint }: Failure): string {
  const { message, nextStep } = FAILURES[kind];
  if (OWN_WORDS.has(kind)) return sentences(detail, hint ?? nextStep);
  return sentences(kind === 'redirected' ? `${message}: ${detail}` : message, nextStep);
}
