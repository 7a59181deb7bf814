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

/** How far something was read; `first <form>`: when a form was met that had not been read. */
interface Cursor {
  channel: string;
  read_until: string;
}

/** Until when each channel was read. */
type Cursors = Partial<Record<string, string>>;
/** The same of the forms in hand. */
type FormCursors = Readonly<Record<string, string>>;

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
  const readUntil = await formCursors(ports, order, formIds, cursors);
  const forms = longestAgoFirst(formIds, readUntil);
  const report: PollReport = { forms: 0, found: 0, added: 0, failed: 0, troubles: [], more_due: false };
  let failure: MetaFailure | null = null;

  for (let start = 0; start < forms.length && !report.more_due; start += FORMS_AT_ONCE) {
    const now = today();
    const wanted = forms.slice(start, start + FORMS_AT_ONCE).map((id): Wanted => {
      const time = Date.parse(readUntil[id]) - order.overlapMinutes * MS_PER_MINUTE;
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
      report.added += await note(ports, id, leads, {
        channel: channelOf(id),
        read_until: new Date(now).toISOString(),
      });
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

/**
 * Where each form is read on, by its ID. One that was never read begins as far back as the order says, and farther where the
 * others were read longer ago: it may be as old as the downtime. From when that counts is noted before any form is read, so
 * that the beginning stays where one cannot be read, or has no turn.
 */
async function formCursors(
  ports: IntakePorts,
  { firstDays }: PollOrder,
  formIds: readonly string[],
  cursors: Cursors,
): Promise<FormCursors> {
  const now = ports.today();
  const firstLook = firstDays * MS_PER_DAY;
  const known = formIds.flatMap((id) => cursors[channelOf(id)] ?? []);
  const lastRead = Math.max(0, ...known.map((time) => Date.parse(time))) || now;
  const met = new Date(Math.min(now, lastRead + firstLook)).toISOString();
  const readUntil: Record<string, string> = {};
  for (const id of formIds) {
    const channel = `first ${id}`;
    const cursor = cursors[channelOf(id)];
    if (cursor === undefined && cursors[channel] === undefined) await note(ports, id, [], { channel, read_until: met });
    readUntil[id] = cursor ?? new Date(Date.parse(cursors[channel] ?? met) - firstLook).toISOString();
  }
  return readUntil;
}

function longestAgoFirst(formIds: readonly string[], readUntil: FormCursors): string[] {
  const readAt = (id: string): number => Date.parse(readUntil[id]);
  return [...formIds].sort((one, other) => readAt(one) - readAt(other));
}

/** The cursor goes with the last of the hints: who dies before reads the form again. */
async function note({ store, control }: IntakePorts, id: string, leads: MetaLead[], cursor: Cursor): Promise<number> {
  let added = 0;
  for (let start = 0; start === 0 || start < leads.length; start += MOST_HINTS) {
    const hints = leads.slice(start, start + MOST_HINTS);
    const isLast = start + MOST_HINTS >= leads.length;
    const answer = await tried(control, () =>
      store.rpc<{ added: number }>('add_to_intake', {
        p_source: SOURCE,
        p_hints: hints.map((lead) => ({ external_id: lead.id, hint: { form_id: id } })),
        p_cursor: isLast ? cursor : null,
      }),
    );
    added += answer.added;
  }
  return added;
}
