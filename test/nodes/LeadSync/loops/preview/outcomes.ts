import type { Counts } from '../../../../../nodes/LeadSync/loops/preview/report';
import type { Outcome } from './sides';

/** Numbers without zeros and empty groups, by path. */
function flat(counts: Counts, path = ''): Array<[string, number]> {
  return Object.entries(counts)
    .flatMap(([name, value]): Array<[string, number]> =>
      typeof value === 'number' ? [[path + name, value]] : flat(value, `${path + name}.`),
    )
    .filter(([, value]) => value !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What a preview and the sync after it must say alike. */
export const pick = ({ supabase, twenty, conflicts }: Outcome): Array<[string, number]> =>
  flat({
    created: supabase.created ?? 0,
    linked: total(supabase.linked),
    taken: supabase.fields ?? {},
    pushed: {
      created: twenty.created ?? 0,
      updated: twenty.updated ?? 0,
      deleted: twenty.deleted ?? 0,
      restored: twenty.restored ?? 0,
      fields: twenty.fields ?? {},
      held: twenty.held ?? {},
      left_out: twenty.left_out ?? {},
    },
    conflicts,
  });

/** However a preview tells them apart. */
const total = (counts: number | Counts | undefined): number =>
  typeof counts === 'object' ? Object.values(counts).reduce<number>((sum, one) => sum + total(one), 0) : (counts ?? 0);
