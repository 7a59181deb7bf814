import type { Ports } from './ports';
import { IdShare } from './progress';
import { readAgain, type Again } from './read-again';
import { inRun, RunFailed, type Ending, type NotStarted, type StartedRun, type SyncReport, type Trigger } from './run';
import { Watch } from '../../runs/watch';
import type { Session } from './session';

export interface ReconcileOrder {
  trigger: Trigger;
  /** Whether nothing is repaired. */
  reportOnly: boolean;
  /** Ids a page. */
  pageSize: number;
}

interface Comparison {
  next: 'compare' | 'repair' | 'finish' | 'stop';
  position: string | null;
  counts: { missing: number; orphaned: number; different: number };
  read_started_at: string;
  error: string | null;
}

type Repair =
  | ({ next: 'repair'; pass: string; after: string } & Again)
  | { next: 'wait'; pass: string; after: null; seconds: number }
  | { next: 'finish' };

/** Compares the ids of all people with all leads, page by page, and has repaired what differs. */
export async function reconcile(
  ports: Ports,
  { trigger, reportOnly, pageSize }: ReconcileOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const options = { report_only: reportOnly };
  const order = { direction: 'bidirectional', mode: 'reconcile', trigger, options } as const;
  const ended = await inRun(ports, watch, order, async (session, started) => {
    const compared = await compare(session, started, pageSize);
    if (compared.next === 'compare') return CUT_SHORT;
    return compared.next === 'repair' ? await repair(session, compared.counts) : { moreDue: false };
  });
  return 'report' in ended ? ended.report : ended;
}

const CUT_SHORT: Ending = { moreDue: true, unfinished: true };

/** Compares pages until the ids are at their end, or the time is over. */
async function compare(session: Session, started: StartedRun, pageSize: number): Promise<Comparison> {
  const share = new IdShare(started.position);
  let place = { position: started.position, read_started_at: started.read_started_at };
  for (;;) {
    const ids = await session.read((twenty) => twenty.getIdsPage({ position: place.position, pageSize }));
    session.progress.share = share.after(ids.records.map(([id]) => id));
    const args = { p_records: ids.records, p_page: ids.page, p_read_started_at: place.read_started_at };
    const compared = await session.store<Comparison>('compare_lead_ids', args, ids.calls);
    session.progress.note({ read: ids.records.length, calls: ids.calls });
    if (compared.next === 'stop') throw new RunFailed(compared.error ?? 'Nothing may be repaired.');
    if (compared.next !== 'compare' || session.watch.isOver) return compared;
    place = compared;
  }
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
