import { formsOf, newLeadIds, type Wanted } from '../leads/read';
import type { MetaLead } from '../leads/types';
import type { GraphClient } from '../transport/client';
import { MetaError, type MetaFailure } from '../transport/failures';
import { addTrouble } from '../../runs/intake';
import { tried } from '../../runs/tried';
import { Watch } from '../../runs/watch';
import { SOURCE, type IntakePorts, type PollOrder, type PollReport } from './ports';
import { tokenEnd } from './token-end';
import { raiseFailure } from './troubles';

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;
/** Hints that `add_to_intake` takes in one call. */
const MOST_HINTS = 10_000;
/** Forms whose leads are asked for in one call. */
const FORMS_AT_ONCE = 50;

/** Until when each channel was read. */
type Cursors = Partial<Record<string, string>>;

const channelOf = (formId: string): string => `form ${formId}`;

/**
 * Notes all leads that forms got since they were read last, whatever webhooks were lost: a form's cursor moves together
 * with its hints. A form that cannot be read keeps its cursor and leaves the others alone. Where the time is over before,
 * the next poll begins with the forms that were left out.
 * @throws MetaError once all forms are read, when one of them could not be, or when the token ends within days
 */
export async function poll(ports: IntakePorts, order: PollOrder): Promise<PollReport> {
  const { store, control, today } = ports;
  const watch = new Watch(control);
  const { cursors } = await store.rpc<{ cursors: Cursors }>('get_intake', { p_source: SOURCE });
  const { graph, formIds } = await formsToRead(ports, order);
  const forms = longestAgoFirst(formIds, cursors);
  const report: PollReport = { forms: 0, found: 0, added: 0, failed: 0, troubles: [], more_due: false };
  let failure: MetaFailure | null = null;

  for (let start = 0; start < forms.length && !report.more_due; start += FORMS_AT_ONCE) {
    const now = today();
    const wanted = forms.slice(start, start + FORMS_AT_ONCE).map((id): Wanted => {
      const cursor = cursors[channelOf(id)];
      const time =
        cursor === undefined
          ? now - order.firstDays * MS_PER_DAY
          : Date.parse(cursor) - order.overlapMinutes * MS_PER_MINUTE;
      return { id, since: new Date(time).toISOString() };
    });
    for await (const { id, leads } of newLeadIds(graph, wanted)) {
      report.forms += 1;
      if (leads instanceof MetaError) {
        addTrouble(report, `${leads.failure.kind}: ${leads.failure.detail}`, id);
        failure = leads.failure;
        continue; // its cursor stays the oldest: it must not take every poll's time from the others
      }
      report.found += leads.length;
      report.added += await note(ports, id, leads, new Date(now).toISOString());
      report.more_due = watch.isOver && report.forms < forms.length;
      if (report.more_due) break;
    }
  }
  raiseFailure(failure ?? (await tokenEnd(ports, cursors, order.pageId ?? formIds.join(' '))));
  return report;
}

/** Those that are named, of whichever pages; or all of the page, read as the page itself. */
async function formsToRead(
  { graph }: IntakePorts,
  { formIds, pageId }: PollOrder,
): Promise<{ graph: GraphClient; formIds: readonly string[] }> {
  if (formIds.length > 0) return { graph, formIds };
  const ids: string[] = [];
  for await (const forms of formsOf(graph, pageId ?? 'me')) ids.push(...forms.map(({ id }) => id));
  return { graph: await graph.ofPage(pageId ?? 'me'), formIds: ids };
}

/** Those that were never read before all others. */
function longestAgoFirst(formIds: readonly string[], cursors: Cursors): string[] {
  const readAt = (id: string): number => Date.parse(cursors[channelOf(id)] ?? '1970-01-01');
  return [...formIds].sort((one, other) => readAt(one) - readAt(other));
}

/** The cursor goes with the last of the hints: who dies before reads the form again. */
async function note({ store, control }: IntakePorts, id: string, leads: MetaLead[], until: string): Promise<number> {
  let added = 0;
  for (let start = 0; start === 0 || start < leads.length; start += MOST_HINTS) {
    const hints = leads.slice(start, start + MOST_HINTS);
    const isLast = start + MOST_HINTS >= leads.length;
    const answer = await tried(control, () =>
      store.rpc<{ added: number }>('add_to_intake', {
        p_source: SOURCE,
        p_hints: hints.map((lead) => ({ external_id: lead.id, hint: { form_id: id } })),
        p_cursor: isLast ? { channel: channelOf(id), read_until: until } : null,
      }),
    );
    added += answer.added;
  }
  return added;
}
