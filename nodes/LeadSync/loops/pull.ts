import { aside } from '../../runs/aside';
import { Watch } from '../../runs/watch';
import type { AnsweredPage, ChangedPage, ChangedWindow } from '../../Twenty/leads/get-changed';
import type { Merged } from './changes';
import type { Ports } from './ports';
import { IdShare } from './progress';
import {
  inRun,
  type Ending,
  type NotStarted,
  type StartedRun,
  type SyncReport,
  type Synced,
  type Trigger,
} from './run';
import type { Session } from './session';
import { storeStages } from './stages';
import { storeFields } from './fields';

export interface PullOrder extends Synced {
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
  { mode, trigger, object = null, policy, pageSize }: PullOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const order = { direction: 'twenty_to_supabase', mode, trigger, options: { object, policy } } as const;
  const ended = await inRun(ports, watch, order, async (session, started) => {
    await storeStages(session, started);
    await storeFields(session, started);
    return await pullPages(session, started, pageSize);
  });
  return 'report' in ended ? ended.report : ended;
}

/** While a page becomes leads and is merged, the next one is being read: one page ahead, and no more. A page that was begun is merged. */
async function pullPages(session: Session, started: StartedRun, pageSize: number): Promise<Ending> {
  const { window, position } = started;
  const share = new IdShare(position);
  const read = (place: ChangedWindow) => session.read((twenty) => twenty.getChangedPage(place));
  let place: ChangedWindow = { updatedSince: window.from, until: window.until, position, pageSize };
  let readStartedAt = started.read_started_at;
  let latest = readStartedAt;
  let page = await read(place);
  for (;;) {
    const { has_next: hasNext } = page.page;
    const before = place.position;
    place = { ...place, until: page.page.until, position: page.page.position };
    const isLast = !hasNext || session.watch.isOver;
    const ahead = isLast ? null : aside(read(place));
    const merging = mergePage(session, page, before, readStartedAt, share);
    // of the next page, whose read has begun by now, all that is known is that it began after this moment of the database
    readStartedAt = latest;
    latest = await merging;
    if (ahead === null) return { moreDue: hasNext };
    page = await ahead;
  }
}

/**
 * Merges a page and stores the position behind it in one transaction; a page in parts stays at the position before it until the
 * last one, while each may lower the window's bound. Gives the moment at which that was done.
 */
async function mergePage(
  session: Session,
  { page, ...answer }: AnsweredPage | ChangedPage,
  before: ChangedWindow['position'],
  readStartedAt: string,
  share: IdShare,
): Promise<string> {
  const read = { ...answer, leads: await answer.leads };
  session.progress.share = share.after(read.leads.map(({ twenty_id }) => twenty_id));
  const begun = { ...page, position: before, has_next: true };
  const merged = await session.merge<Merged>(read, readStartedAt, { p_page: page }, { p_page: begun });
  return merged.read_started_at;
}
