import type { IdRange } from '../../Twenty/leads/id-range';
import type { Ports } from './ports';
import { IdShare } from './progress';
import { readAgain, type Again } from './read-again';
import {
  inRun,
  RunFailed,
  type Ending,
  type NotStarted,
  type StartedRun,
  type SyncReport,
  type Synced,
  type Trigger,
} from './run';
import { Watch } from '../../runs/watch';
import type { Session } from './session';

export interface ReconcileOrder extends Synced {
  trigger: Trigger;
  /** Whether nothing is repaired. */
  reportOnly: boolean;
  /** Ids a page. */
  pageSize: number;
}

/** How a comparison goes on: it reads ids of a range, or a summary of it, until there is something to repair, or nothing. */
interface Comparison {
  next: 'compare' | 'summarise' | 'repair' | 'finish' | 'stop';
  /** Null for all ids; older databases know nothing else. */
  range?: IdRange | null;
  position: string | null;
  counts: { missing: number; orphaned: number; different: number };
  read_started_at: string;
  error: string | null;
}

type Repair =
  | ({ next: 'repair'; pass: string; after: string } & Again)
  | { next: 'wait'; pass: string; after: null; seconds: number }
  | { next: 'finish' };

/**
 * Compares all people with all leads, and has repaired what differs. All ids page by page; where the database says so, the ids
 * of those who changed lately, and of the others summaries of ranges, of which it has read what differs.
 */
export async function reconcile(
  ports: Ports,
  { trigger, object = null, reportOnly, pageSize }: ReconcileOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const options = { object, report_only: reportOnly, page_size: pageSize };
  const order = { direction: 'bidirectional', mode: 'reconcile', trigger, options } as const;
  const ended = await inRun(ports, watch, order, async (session, started) => {
    const compared = await compare(session, started, pageSize);
    if (compared.next === 'compare' || compared.next === 'summarise') return CUT_SHORT;
    return compared.next === 'repair' ? await repair(session, compared.counts) : { moreDue: false };
  });
  return 'report' in ended ? ended.report : ended;
}

const CUT_SHORT: Ending = { moreDue: true, unfinished: true };

/** Compares until all is compared, or the time is over. */
async function compare(session: Session, started: StartedRun, pageSize: number): Promise<Comparison> {
  const { position, range, read_started_at } = started;
  const share = range ? null : new IdShare(position);
  let place: Pick<Comparison, 'next' | 'range' | 'position' | 'read_started_at'> = {
    next: 'compare',
    position,
    range,
    read_started_at,
  };
  for (;;) {
    const compared: Comparison =
      place.next === 'summarise' && place.range
        ? await compareSummary(session, place.range)
        : await comparePage(session, place, pageSize, share);
    if (compared.next === 'stop') throw new RunFailed(compared.error ?? 'Nothing may be repaired.');
    if (!['compare', 'summarise'].includes(compared.next) || session.watch.isOver) return compared;
    place = compared;
  }
}

async function comparePage(
  session: Session,
  { position, range, read_started_at }: Pick<Comparison, 'range' | 'position' | 'read_started_at'>,
  pageSize: number,
  share: IdShare | null,
): Promise<Comparison> {
  const ids = await session.read((twenty) => twenty.getIdsPage({ position, pageSize, range }));
  if (share) session.progress.share = share.after(ids.records.map(([id]) => id));
  const args = { p_records: ids.records, p_page: ids.page, p_read_started_at: read_started_at };
  const compared = await session.store<Comparison>('compare_lead_ids', args, ids.calls);
  session.progress.note({ read: ids.records.length, calls: ids.calls });
  return compared;
}

async function compareSummary(session: Session, range: IdRange): Promise<Comparison> {
  const { summary, calls } = await session.read((twenty) => twenty.summariseRange(range));
  const compared = await session.store<Comparison>(
    'compare_lead_ranges',
    { p_range: range, p_summary: summary },
    calls,
  );
  session.progress.note({ calls });
  return compared;
}

/** Has what differs read again, in two passes: what is absent counts as gone when a second, later read confirms it. */
async function repair(session: Session, { missing, orphaned, different }: Comparison['counts']): Promise<Ending> {
  const toRead = missing + orphaned + different;
  let place: { pass: string; after: string | null } = { pass: 'read', after: null };
  for (let read = 0; ;) {
    const step = await session.store<Repair>('get_leads_to_repair', { p_pass: place.pass, p_after: place.after });
    if (step.next === 'finish') return { moreDue: false };
    // a run whose time went into comparing has one step repaired all the same, so that not every run ends like that
    if (read > 0 ? session.watch.isOver : session.control.isCancelled()) return CUT_SHORT;
    if (step.next === 'wait') await session.control.sleep(step.seconds * 1_000);
    else {
      read += step.leads.length;
      session.progress.share = Math.min(1, read / Math.max(1, toRead));
      await readAgain(session, step);
    }
    place = step;
  }
}
