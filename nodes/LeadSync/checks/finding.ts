/** What a look at one part has found, and what to do about it; nothing where it is well. */
export interface Finding {
  area: 'Database' | 'Supabase' | 'Twenty' | 'n8n' | 'Sync';
  check: string;
  status: 'ok' | 'warning' | 'error';
  detail: string;
  next_step: string;
}

/** How one check ended. */
export type Seen = Pick<Finding, 'status' | 'detail'> & { next_step?: string };

export type Look = (check: string, work: () => Promise<Seen> | Seen) => Promise<void>;

export const ok = (detail: string): Seen => ({ status: 'ok', detail });
export const warn = (detail: string, next_step: string): Seen => ({ status: 'warning', detail, next_step });
export const bad = (detail: string, next_step: string): Seen => ({ status: 'error', detail, next_step });

/** The findings of one check-up, in the order in which they were made. */
export class Findings {
  readonly all: Finding[] = [];

  /** @param explain says what a check that throws failed with, and what to do */
  constructor(private readonly explain: (error: unknown) => { error: string; next_step: string }) {}

  /** Looks at the parts of one area, one after the other; a check that throws is an error like others. */
  of(area: Finding['area']): Look {
    return async (check, work) => {
      try {
        const { status, detail, next_step = '' } = await work();
        this.all.push({ area, check, status, detail, next_step });
      } catch (error) {
        const { error: detail, next_step } = this.explain(error);
        this.all.push({ area, check, status: 'error', detail, next_step });
      }
    };
  }

  get last(): Finding | undefined {
    return this.all.at(-1);
  }

  with(status: Finding['status']): Finding[] {
    return this.all.filter((finding) => finding.status === status);
  }
}

const BEARABLE_SECONDS = 30;

/** Compares the clock of a system with this machine's. */
export function clock(aheadMs: number | null): Seen {
  if (aheadMs === null) return ok('it tells no time');
  const seconds = Math.round(aheadMs / 1000);
  if (Math.abs(seconds) <= BEARABLE_SECONDS) return ok(`within ${BEARABLE_SECONDS} s of this machine's`);
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  return warn(
    `${Math.abs(seconds)} s ${direction} this machine's`,
    'Let both machines keep time by NTP. The sync bears it; what was edited last is judged by these clocks.',
  );
}

/** The first of some names, and how many more there are. */
export const listed = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
