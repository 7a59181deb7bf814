import type { Counts } from './report';

/** From how many deletions and changes on, on one side, a sync asks before it does them; null: it never does. */
export interface AsksAbove {
  deletions: number | null;
  changes: number | null;
}

/** What of the counts is so much that the sync waits for a yes: a sentence for each side and kind. */
export function askedWarnings({ deletions, changes }: AsksAbove, supabase: Counts, twenty: Counts): string[] {
  const sides: Array<[string, Counts]> = [
    ['leads here', supabase],
    ['people in Twenty', twenty],
  ];
  return sides.flatMap(([what, counts]) => [
    ...asked(sum(counts, 'deleted'), deletions, `${what} would be deleted`, 'approve_deletions'),
    ...asked(sum(counts, 'updated', 'restored'), changes, `${what} would be changed`, 'approve_changes'),
  ]);
}

/** What somebody should know of merges of leads that wait; their part in Twenty comes with the next push. */
export function mergeWarnings(merges: number): string[] {
  if (merges === 0) return [];
  const what = merges === 1 ? '1 merge of leads waits' : `${merges} merges of leads wait`;
  return [`${what}: the next push has Twenty merge their people, one of whom is gone then. That is not counted.`];
}

function sum(counts: Counts, ...names: string[]): number {
  return names.reduce((all, name) => all + ((counts[name] as number | undefined) ?? 0), 0);
}

function asked(count: number, most: number | null, what: string, setting: string): string[] {
  return most === null || count <= most
    ? []
    : [`${count} ${what}, and ${setting} is ${most}: what a run meets above that waits for a yes.`];
}
