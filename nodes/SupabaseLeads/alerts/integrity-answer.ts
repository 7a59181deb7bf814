import type { Report } from './notification';

/** As much of the answer of `check_sync_integrity` as a message needs. */
export interface IntegrityAnswer {
  at: string;
  fixed: number;
  /** `object`: what Twenty calls it; none for leads. */
  checks: Array<{ check: string; ok: boolean; message: string; examples?: string[]; object?: string }>;
}

function nameOf(check: string): string {
  const words = check.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the answer asks to tell: the checks that found something. */
export function reportOfIntegrity({ at, fixed, checks }: IntegrityAnswer): Report {
  return {
    title: 'Lead sync: the integrity check found something',
    reason: fixed > 0 ? `${fixed} repaired by itself.` : null,
    notifications: checks
      .filter(({ ok }) => !ok)
      .map(({ check, message, examples = [], object = 'lead' }, index) => ({
        id: index,
        kind: 'raised',
        severity: 'warning',
        title: nameOf(check),
        message,
        advice: null,
        since: null,
        at,
        examples: examples.map((id) => `${object} ${id}`),
      })),
  };
}
