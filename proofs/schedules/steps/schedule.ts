import * as fc from 'fast-check';
import type { Conditions } from '../systems/conditions';
import { CHOICES, chosen, type EditableField } from '../systems/fields';
import { dealSteps, type DealStep } from '../deals/steps';
import type { Stamp } from '../users/twenty-users';
import { progress, type Progress } from './progress';

/** One step of a schedule. `which` and `other` count leads or people in order of appearance, and go round. */
export type Step =
  | { do: 'create lead'; email: number; name: number }
  | { do: 'create person'; email: number; stamp: Stamp }
  | { do: 'create people'; count: number }
  /** `touch`: the number of the first touch that the leads come with, two of them with each; null: without any. */
  | { do: 'take in leads'; emails: number[]; phone?: number | null; poisoned: boolean; touch?: number | null }
  | { do: 'take calls'; phones: number[]; name?: number | null; touch?: number | null }
  | { do: 'edit lead' | 'bulk edit lead'; which: number; field: EditableField; value: number }
  | { do: 'edit person'; which: number; field: EditableField; value: number; stamp: Stamp }
  | { do: 'edit person slowly'; which: number; field: EditableField; value: number; seconds: number }
  | { do: 'swap e-mails of leads' | 'swap e-mails of people' | 'merge people'; which: number; other: number }
  | {
      do:
        | 'delete lead'
        | 'restore lead'
        | 'destroy lead'
        | 'delete person'
        | 'restore person'
        | 'destroy person'
        | 're-create person'
        | 'destroy company'
        | 'rename company';
      which: number;
    }
  | ({ do: 'pull'; mode: 'delta' | 'full' } & Progress)
  | ({ do: 'push'; withRun: boolean; lease: number | null } & Progress)
  /** Somebody merges two leads: `take` are the fields of the dropped one (`other`) that are chosen. */
  | ({ do: 'merge leads'; which: number; other: number; take: EditableField[] } & Progress)
  | ({ do: 'resume'; which: number } & Progress)
  | { do: 'wait' | 'set clock of Twenty back'; seconds: number }
  | { do: 'read hint'; which: number[] }
  | { do: 'deliver hint'; which: number; again: boolean }
  | ({ do: 'reconcile' | 'drain' } & Progress)
  | { do: 'receive webhooks'; which: number[]; again: boolean }
  | { do: 'resolve conflict'; which: number; take: 'twenty' | 'supabase' | 'neither' }
  | { do: 'queue all leads' | 'replay dead letters' | 'mend triggers' }
  | { do: 'refuse lead'; which: number; status: 'pending' | 'syncing' | 'synced' | null }
  | { do: 'forget lead'; which: number; inTwenty: boolean }
  /** From so many on, deletions and changes of a run wait for a yes; null: none does. */
  | { do: 'ask above'; deletions: number | null; changes: number | null }
  | { do: 'say yes' | 'say no' }
  /** Somebody sets which leads travel, or which people come; without a field, all do. */
  | {
      do: 'set filter';
      direction: FilterDirection;
      field: FilterField | null;
      operator: 'is_set' | 'is_not_set' | 'equals';
      value: number;
    }
  | DealStep;

export type FilterDirection = 'to_twenty' | 'to_supabase';
/** What filters go by. */
export type FilterField = 'first_name' | 'job_title' | 'city';

export interface Schedule {
  conditions: Conditions;
  steps: Step[];
}

/** Mostly the first few, so that both sides and several runs meet over one record. */
const which = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4, 5);
const email = fc.nat({ max: CHOICES.email.length - 1 });
const phone = fc.nat({ max: CHOICES.phone.length - 1 });
const stamp = fc.constantFrom<Stamp>('now', 'now', 'now', 'now', 'past', '2099');
const editable = fc.constantFrom<EditableField>(
  ...(['first_name', 'first_name', 'first_name', 'first_name', 'last_name', 'email', 'email', 'email'] as const),
  ...(['phone', 'phone', 'company', 'company', 'job_title', 'city', 'linkedin_url', 'lead_score'] as const),
  ...(['attributes.utm', 'additional_emails', 'additional_emails'] as const),
);
const value = fc.nat({ max: Math.max(...Object.values(CHOICES).map(({ length }) => length)) - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create lead' as const), email, name: value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create person' as const), email, stamp }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('create people' as const), count: fc.integer({ min: 2, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('take in leads' as const),
      emails: fc.array(email, { minLength: 1, maxLength: 3 }),
      phone: fc.option(phone, { freq: 2 }),
      poisoned: fc.boolean(),
      touch: fc.option(fc.nat({ max: 3 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('take calls' as const),
      phones: fc.array(phone, { minLength: 1, maxLength: 3 }),
      name: fc.option(value),
      touch: fc.option(fc.nat({ max: 3 })),
    }),
  },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('edit lead' as const), which, field: editable, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bulk edit lead' as const), which, field: editable, value }) },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant('edit person' as const), which, field: editable, value, stamp }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('edit person slowly' as const),
      which,
      field: editable,
      value,
      seconds: fc.constantFrom(2, 50, 100, 300),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(['swap e-mails of leads', 'swap e-mails of people', 'merge people', 'merge people'] as const),
      ),
      which,
      other: which,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(['delete lead', 'restore lead', 'delete person', 'restore person', 'destroy person'] as const),
        ...(['delete lead', 'restore lead', 'delete person', 'restore person', 're-create person'] as const),
        ...(['destroy lead', 'destroy company', 'rename company'] as const),
      ),
      which,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      mode: fc.constantFrom('delta' as const, 'delta' as const, 'delta' as const, 'full' as const),
      ...progress,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      withRun: fc.boolean(),
      lease: fc.constantFrom(null, null, 90),
      ...progress,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('resume' as const), which, ...progress }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 100, 400, 4000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('read hint' as const),
      which: fc.array(which, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver hint' as const), which, again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reconcile' as const), ...progress }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drain' as const), ...progress }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('receive webhooks' as const),
      which: fc.array(which, { minLength: 1, maxLength: 4 }),
      again: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resolve conflict' as const),
      which,
      take: fc.constantFrom('twenty' as const, 'supabase' as const, 'neither' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('queue all leads' as const, 'replay dead letters' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('forget lead' as const), which, inTwenty: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('set clock of Twenty back' as const), seconds: fc.constantFrom(20, 60) }),
  },
);

const userEdit: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('edit person' as const), which, field: editable, value, stamp }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit lead' as const), which, field: editable, value }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['delete person', 'destroy person', 'delete lead'] as const)),
      which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deliver hint' as const), which, again: fc.boolean() }) },
  { weight: 1, arbitrary: step },
);

/** A push that stops somewhere between its read and its completion, what happens meanwhile, and its awakening. */
const interrupted: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.record({
      do: fc.constant('push' as const),
      withRun: fc.boolean(),
      lease: fc.constantFrom(null, null, 90),
      ...progress,
      calls: fc.integer({ min: 2, max: 6 }),
      then: fc.constant('sleep' as const),
    }),
    fc.array(userEdit, { minLength: 1, maxLength: 3 }),
    fc.record({ do: fc.constant('resume' as const), which: fc.constant(0), ...progress }),
  )
  .map(([begun, meanwhile, resumed]) => [begun, ...meanwhile, resumed]);

const episode: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 12, arbitrary: step.map((single) => [single]) },
  { weight: 1, arbitrary: interrupted },
);

/** Schedules of up to 36 episodes, mostly of one step, under any clock skew up to ten minutes and any policy. */
export const schedule: fc.Arbitrary<Schedule> = fc.record({
  conditions: fc.record({
    skew: fc.constantFrom(0, 0, 0, 40, -40, 600, -600),
    strict: fc.constantFrom(false, false, false, true),
    policy: fc.constantFrom(null, null, null, 'twenty_wins' as const, 'supabase_wins' as const, 'fill_blank' as const),
    deletion: fc.constantFrom<Conditions['deletion']>(
      'both',
      'both',
      'both',
      'both',
      'to_supabase',
      'to_twenty',
      'none',
    ),
  }),
  steps: fc.array(episode, { minLength: 1, maxLength: 36, size: 'max' }).map((episodes) => episodes.flat()),
});

/** Merges by hand, and where in a schedule they are to come: beside it, so that without them a seed stands for what it always did. */
export const mergesByHand: fc.Arbitrary<Array<{ at: number; step: Step }>> = fc.array(
  fc.record({
    at: fc.nat({ max: 36 }),
    step: fc.record({
      do: fc.constant('merge leads' as const),
      which,
      other: which,
      take: fc.subarray<EditableField>(['first_name', 'email', 'city', 'company'], { maxLength: 2 }),
      ...progress,
    }),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Filters that are set, changed and taken away, and where in a schedule: beside it, too. */
export const filtersSet: fc.Arbitrary<Array<{ at: number; step: Step }>> = fc.array(
  fc.record({
    at: fc.nat({ max: 36 }),
    step: fc.record({
      do: fc.constant('set filter' as const),
      direction: fc.constantFrom<FilterDirection>('to_twenty', 'to_supabase'),
      field: fc.constantFrom<FilterField | null>('first_name', 'first_name', 'job_title', 'city', null),
      operator: fc.constantFrom('is_set' as const, 'is_not_set' as const, 'equals' as const),
      value,
    }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Numbers above which deletions and changes wait, and answers, in the same way. */
export const approvalsAsked: fc.Arbitrary<Array<{ at: number; step: Step }>> = fc.array(
  fc.record({
    at: fc.nat({ max: 36 }),
    step: fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({
        do: fc.constant('ask above' as const),
        deletions: fc.constantFrom(0, 0, 1, null),
        changes: fc.constantFrom(0, 0, 1, 2, null),
      }),
      fc.record({ do: fc.constantFrom('say yes' as const, 'say no' as const) }),
    ),
  }),
  { minLength: 2, maxLength: 6 },
);

/** Deals beside the leads, in the same way. */
export const dealsBeside: fc.Arbitrary<Array<{ at: number; step: Step }>> = dealSteps(progress);

/** The schedule as lines to read: what was done, and under which circumstances. */
export function describeSchedule({ conditions, steps }: Schedule): string {
  const head = `Twenty's clock is ${conditions.skew} s ahead; policy: ${conditions.policy ?? "each field's own"}${conditions.strict ? '; strict' : ''}${conditions.deletion === 'both' ? '' : `; deletions travel ${conditions.deletion}`}`;
  const lines = steps.map((current, index) => `${String(index + 1).padStart(3)}. ${describeStep(current)}`);
  return [head, ...lines].join('\n');
}

function describeStep(current: Step): string {
  const { do: name, ...rest } = current;
  const details = Object.entries(rest).map(([key, given]) => {
    if (key === 'value' && 'field' in current && current.field !== null && !('side' in current))
      return JSON.stringify(chosen(current.field, Number(given)));
    if (key === 'email') return `e-mail ${JSON.stringify(chosen('email', Number(given)))}`;
    if (key === 'field') return String(given);
    return `${key}: ${JSON.stringify(given)}`;
  });
  return [name, ...details].join(', ');
}
