import { formsOf, newLeadIds, type Wanted } from '../leads/read';
import type { MetaLead } from '../leads/types';
import { MetaError, type MetaFailure } from '../transport/failures';
import { addTrouble } from '../../runs/intake';
import { tried } from '../../runs/tried';
import { SOURCE, type IntakePorts, type PollOrder, type PollReport } from './ports';
import { tokenEnd } from './token-end';
import { raiseFailure } from './troubles';

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;
/** Hints that `add_to_intake` takes in one call. */
const MOST_HINTS = 10_000;
/** Forms whose leads are asked for in one call. */
const FORMS_AT_ONCE = 50;

const channelOf = (formId: string): string => `form ${formId}`;

/**
 * Notes all leads that forms got since they were read last, whatever webhooks were lost: a form's cursor moves together
 * with its hints. A form that cannot be read keeps its cursor and leaves the others alone.
 * @throws MetaError once all forms are read, when one of them could not be, or when the token ends within days
 */
export async function poll(ports: IntakePorts, order: PollOrder): Promise<PollReport> {
  const { store, graph, control, today } = ports;
  const { cursors } = await store.rpc<{ cursors: Record<string, string> }>('get_intake', { p_source: SOURCE });
  const formIds = order.formIds.length > 0 ? order.formIds : await formIdsOf(ports, order.pageId);
  const report: PollReport = { forms: formIds.length, found: 0, added: 0, failed: 0, troubles: [] };
  let failure: MetaFailure | null = null;

  for (let start = 0; start < formIds.length && !control.isCancelled(); start += FORMS_AT_ONCE) {
    const now = today();
    const wanted = formIds.slice(start, start + FORMS_AT_ONCE).map((id): Wanted => {
      const cursor = cursors[channelOf(id)] as string | undefined;
      const time =
        cursor === undefined
          ? now - order.firstDays * MS_PER_DAY
          : Date.parse(cursor) - order.overlapMinutes * MS_PER_MINUTE;
      return { id, since: new Date(time).toISOString() };
    });
    const found = await newLeadIds(graph, wanted);
    for (const [index, leads] of found.entries()) {
      const { id } = wanted[index];
      if (leads instanceof MetaError) {
        addTrouble(report, `${leads.failure.kind}: ${leads.failure.detail}`, id);
        failure = leads.failure;
      } else {
        report.found += leads.length;
        report.added += await note(ports, id, leads, new Date(now).toISOString());
      }
    }
  }
  raiseFailure(failure ?? (await tokenEnd(ports, cursors, order.pageId ?? formIds.join(' '))));
  return report;
}

async function formIdsOf({ graph }: IntakePorts, pageId: string | null): Promise<string[]> {
  const ids: string[] = [];
  for await (const forms of formsOf(graph, pageId ?? 'me')) ids.push(...forms.map(({ id }) => id));
  return ids;
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
