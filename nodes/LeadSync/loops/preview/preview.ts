import { scopeOf, type Synced } from '../run';
import type { StartAnswer } from './answers';
import { askedWarnings, mergeWarnings } from './asked';
import type { PreviewPorts } from './ports';
import { Previewed } from './previewed';
import { PreviewedPull } from './pull';
import { previewPushes } from './push';
import { addCounts, type PreviewReport } from './report';
import { waitingWarnings } from './waiting';

export interface PreviewOrder extends Synced {
  mode: 'delta' | 'full';
  policy: string | null;
  strict: boolean;
  /** Rows of a mapping that is not in force yet; null for none. */
  mapping: unknown[] | null;
  /** People a page. */
  pageSize: number;
  /** Leads a claim. */
  batchSize: number;
  /** Examples of each kind. */
  examples: number;
}

/**
 * What the next pull and the push after it would do. Both sides are read as they are read then, and each step is carried out in the
 * database and taken back; nothing is written to Twenty. Held are ids and e-mails, not records.
 * @throws what a read or a call of the database rejects with
 */
export async function preview(ports: PreviewPorts, order: PreviewOrder): Promise<PreviewReport> {
  const { control } = ports;
  const begun = control.now();
  const { object: of = null, mode, policy, strict, mapping, examples } = order;
  const all = new Previewed(ports, { object: of, mode, policy, strict: strict || null, mapping, examples }, examples);
  const start = await all.step<StartAnswer>('start');
  const { settings } = start;
  const twenty = ports.twenty(scopeOf(start, of));
  const pull = new PreviewedPull(all, twenty);
  await pull.run(start, order.pageSize);
  await previewPushes(all, twenty, pull, { batchSize: order.batchSize, strict: settings.strict });
  const { waits_for_lead: waiting } = start;
  if (waiting !== undefined) addCounts(all.twenty, { waits_for_lead: { ...waiting } });
  const perMinute = twenty.callsPerMinute();
  const { reads, writes } = all.calls;
  return {
    mode: start.mode,
    since: start.window.from,
    leads: start.leads,
    linked: start.linked,
    people: all.people,
    supabase: all.supabase,
    twenty: all.twenty,
    conflicts: all.conflicts,
    calls: { reads, writes, per_minute: perMinute },
    minutes: Math.ceil((reads + writes) / perMinute),
    examples: all.examples.all,
    warnings: [
      ...(all.missing.size > 0
        ? [`Twenty lacks the fields ${[...all.missing].sort().join(', ')}: they are left out.`]
        : []),
      ...waitingWarnings(waiting ?? {}),
      ...mergeWarnings(start.merges ?? 0),
      ...(start.asks_above ? askedWarnings(start.asks_above, all.supabase, all.twenty) : []),
    ],
    seconds: Math.round(control.now() - begun) / 1_000,
  };
}
