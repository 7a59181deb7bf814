import { Watch } from '../../runs/watch';
import type { ChangedPage, ChangedWindow } from '../../Twenty/leads/get-changed';
import type { Merged } from './changes';
import type { Ports } from './ports';
import { IdShare } from './progress';
import { inRun, type Ending, type NotStarted, type StartedRun, type SyncReport, type Trigger } from './run';
import type { Session } from './session';

export interface PullOrder {
  mode: 'delta' | 'full';
  trigger: Trigger;
  /** Who wins a conflict; null for each field's own policy. */
  policy: string | null;
  /** People a page. */
  pageSize: number;
}

/** Brings what changed in Twenty into the database, page by page; the position is stored with each page. */
export async function pull(
  ports: Ports,
  { mode, trigger, policy, pageSize }: PullOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const order = { direction: 'twenty_to_supabase', mode, trigger, options: { policy } } as const;
  const ended = await inRun(ports, watch, order, (session, started) => pullPages(session, started, pageSize));
  return 'report' in ended ? ended.report : ended;
}

async function pullPages(session: Session, started: StartedRun, pageSize: number): Promise<Ending> {
  const { window, position } = started;
  const share = new IdShare(position);
  let place: ChangedWindow = { updatedSince: window.from, until: window.until, position, pageSize };
  let readStartedAt = started.read_started_at;
  // reading and merging take turns here; a queue between the two would let the next page be read meanwhile
  for (;;) {
    const page = await session.read((twenty) => twenty.getChangedPage(place));
    session.progress.share = share.after(page.leads.map(({ twenty_id }) => twenty_id));
    readStartedAt = await mergePage(session, page, readStartedAt);
    if (!page.page.has_next) return { moreDue: false };
    if (session.watch.isOver) return { moreDue: true };
    place = { ...place, until: page.page.until, position: page.page.position };
  }
}

/** Merges a page and stores the position behind it in one transaction. Gives the moment at which the next read begins. */
async function mergePage(session: Session, page: ChangedPage, readStartedAt: string): Promise<string> {
  const merged = await session.merge<Merged>(page, readStartedAt, { p_page: page.page });
  return merged.read_started_at;
}
