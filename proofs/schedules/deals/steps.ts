import * as fc from 'fast-check';
import { type progress, type Progress } from '../steps/progress';
import { DEAL_FIELDS, type DealField } from './values';

type Side = 'here' | 'there';

/** What schedules do with deals. `which` counts deals in order of appearance, `whose` leads or people, and they go round. */
export type DealStep =
  | { do: 'make deal'; side: Side; whose: number | null; value: number }
  | { do: 'edit deal'; side: Side; which: number; field: DealField; value: number; isOld: boolean }
  | { do: 'delete deal' | 'restore deal' | 'destroy deal'; side: Side; which: number }
  | ({ do: 'pull deals'; mode: 'delta' | 'full' } & Progress)
  | ({ do: 'push deals' | 'drain deals' | 'reconcile deals' } & Progress)
  | { do: 'receive webhooks of deals'; which: number[] };

const side = fc.constantFrom<Side>('here', 'there');
const which = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);

/** Steps with deals, and where in a schedule they are to come: beside it, so that without them a seed stands for what it always did. */
export function dealSteps(runs: typeof progress): fc.Arbitrary<Array<{ at: number; step: DealStep }>> {
  const step: fc.Arbitrary<DealStep> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('make deal' as const),
        side,
        whose: fc.option(which),
        value: fc.nat({ max: 20 }),
      }),
    },
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('edit deal' as const),
        side,
        which,
        field: fc.constantFrom<DealField>(...DEAL_FIELDS, 'stage', 'amount', 'contact_id'),
        value: fc.nat({ max: 8 }),
        isOld: fc.constantFrom(false, false, false, false, true),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'delete deal' as const,
          'restore deal' as const,
          'delete deal' as const,
          'restore deal' as const,
          'destroy deal' as const,
        ),
        side,
        which,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('pull deals' as const),
        mode: fc.constantFrom('delta' as const, 'delta' as const, 'full' as const),
        ...runs,
      }),
    },
    {
      weight: 7,
      arbitrary: fc.record({
        do: fc.constantFrom(...(['push deals', 'push deals', 'push deals', 'drain deals', 'reconcile deals'] as const)),
        ...runs,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('receive webhooks of deals' as const),
        which: fc.array(which, { minLength: 1, maxLength: 3 }),
      }),
    },
  );
  return fc.array(fc.record({ at: fc.nat({ max: 60 }), step }), { minLength: 4, maxLength: 24 });
}
