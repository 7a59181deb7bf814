/** One of the approvals that `get_approvals` lists. */
export interface Approval {
  id: number;
  kind: 'deletions' | 'changes';
  /** Where it would be written. */
  side: 'twenty' | 'supabase';
  opened_at: string;
  decision: 'yes' | 'no' | null;
  decided_at: string | null;
  decided_by: string | null;
  /** Another one once what waits is; null once it is decided. */
  version: string | null;
  leads: number;
  /** People who are still to be merged. */
  left: number;
  /** By field, how many leads would change in it. */
  fields: Record<string, number>;
  examples: Array<{ name: string | null; email: string | null; change: Record<string, unknown> }>;
}

/** What `get_approvals` answers. */
export interface Approvals {
  approvals: Approval[];
}

/** What `decide_approval` answers. */
export interface Decided extends Pick<Approval, 'id' | 'kind' | 'side' | 'leads' | 'left'> {
  decision: 'yes' | 'no';
  decided_at: string;
  decided_by: string;
  /** By an earlier call. */
  decided_before: boolean;
}

const NUMBER = new Intl.NumberFormat('en');
const PLACES = { twenty: 'in Twenty', supabase: 'in Supabase' };

/** "4,000 leads would be deleted in Supabase". */
export function sentenceOf({ kind, side, leads }: Pick<Approval, 'kind' | 'side' | 'leads'>): string {
  const what = kind === 'deletions' ? 'deleted' : 'changed';
  return `${NUMBER.format(leads)} ${leads === 1 ? 'lead' : 'leads'} would be ${what} ${PLACES[side]}`;
}
