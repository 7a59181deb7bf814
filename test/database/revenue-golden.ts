/** A touch or a deal of the golden set: of the lead with this letter; hours are counted from the day of the set. */
export interface GoldenTouch {
  lead: string;
  source: string;
  campaign?: string;
  day: string;
}

export interface GoldenDeal {
  lead: string | null;
  amount: string | null;
  currency: string;
  stage: string;
  day: string;
  won?: string;
}

/** Leads by letter, with the `lead_source` that counts where there is no touch. */
export const LEADS: Record<string, string | null> = { a: 'meta', b: 'web-form', c: 'referral', d: null };

export const TOUCHES: GoldenTouch[] = [
  { lead: 'a', source: 'meta', campaign: 'Spring', day: '2026-03-01' },
  { lead: 'a', source: 'google', campaign: 'Brand', day: '2026-03-08' },
  { lead: 'a', source: 'web-form', day: '2026-03-15' },
  { lead: 'a', source: 'meta', campaign: 'Late', day: '2026-04-02' }, // after the deal: does not count
  { lead: 'b', source: 'web-form', day: '2026-03-10' },
  { lead: 'b', source: 'meta', campaign: 'Spring', day: '2026-03-17' },
];

export const DEALS: GoldenDeal[] = [
  { lead: 'a', amount: '100.01', currency: 'EUR', stage: 'WON', day: '2026-03-15', won: '2026-03-22' },
  { lead: 'b', amount: '70', currency: 'EUR', stage: 'WON', day: '2026-03-17', won: '2026-03-24' },
  { lead: 'b', amount: '30.50', currency: 'USD', stage: 'PROPOSAL', day: '2026-03-20' },
  { lead: 'c', amount: '11.11', currency: 'EUR', stage: 'LOST', day: '2026-03-20' },
  { lead: 'd', amount: '5', currency: 'EUR', stage: 'NEW', day: '2026-03-20' },
  { lead: null, amount: '9.99', currency: 'EUR', stage: 'WON', day: '2026-03-20', won: '2026-03-20' },
];

/**
 * By hand, in EUR: what each source won, and how many deals. Deal 1 (100.01) has three touches, meta, google, web-form, each a
 * week from the next, the last on the day of the deal; deal 2 (70) has two, web-form and meta a week later. What has no lead
 * is 9.99, unknown.
 * - linear: 33.336… each of deal 1, 35 each of deal 2: meta and web-form 68.336…, google 33.336…. Rounded down they lack two
 *   cents; of three equal remainders the first names, google and meta, get them.
 * - position_based: meta 40.004 + 35, google 20.002, web-form 40.004 + 35: one cent is left, to the larger remainder, of meta
 *   and web-form the first name.
 * - time_decay, half as much each week: 1/7, 2/7, 4/7 of deal 1, 1/3 and 2/3 of deal 2: meta 14.287… + 46.666… = 60.953…,
 *   google 28.574…, web-form 57.148… + 23.333… = 80.481…: one cent is left, to google (.43 of a cent).
 */
export const WON_EUR: Record<string, Array<[key: string | null, amount: number, deals: number]>> = {
  first_touch: [
    ['meta', 100.01, 1],
    ['web-form', 70, 1],
    [null, 9.99, 1],
  ],
  last_touch: [
    ['web-form', 100.01, 1],
    ['meta', 70, 1],
    [null, 9.99, 1],
  ],
  linear: [
    ['meta', 68.34, 0.83],
    ['web-form', 68.33, 0.83],
    ['google', 33.34, 0.34],
    [null, 9.99, 1],
  ],
  position_based: [
    ['meta', 75.01, 0.9],
    ['web-form', 75, 0.9],
    ['google', 20, 0.2],
    [null, 9.99, 1],
  ],
  time_decay: [
    ['web-form', 80.48, 0.9],
    ['meta', 60.95, 0.81],
    ['google', 28.58, 0.29],
    [null, 9.99, 1],
  ],
};
