import { InputError } from '../../errors/input-error';
import { addressOf } from './frame/address';
import { many, needed, text, uuid } from './frame/fields';
import { defineAction, type Action } from './frame/page';
import { number } from './view/format';
import { UndoTables, type Undone } from './view/undo';

/** So many leads one page of a list has at most. */
export const MOST_LEADS = 200;

const leads = { leads: needed(many(uuid, MOST_LEADS)) };
const lead = needed(uuid);

const counted = (count: number, one: string, several: string): string =>
  count === 1 ? one : `${number(count)} ${several}`;

/** Compares leads with Twenty, and writes what is to go out, at once. */
const push = defineAction({
  title: 'Push now',
  fields: leads,
  async run(call, { leads: ids }) {
    const { marked } = await call<{ marked: number }>('mark_leads_for_sync', {
      p_direction: 'supabase_to_twenty',
      p_lead_ids: ids,
    });
    const rest = ids.length - marked;
    return {
      ok: marked > 0,
      text: [
        marked === 0 ? '' : `${counted(marked, 'The lead is', 'leads are')} compared with Twenty and pushed now.`,
        rest === 0 ? '' : `${counted(rest, 'One is', 'are')} at work in another push just now, or gone.`,
      ]
        .filter(Boolean)
        .join(' '),
      starts: { Push: {} },
    };
  },
  failed: 'Nothing was queued.',
});

/** Reads the people of leads in Twenty again. */
const readAgain = defineAction({
  title: 'Read again',
  fields: leads,
  async run(call, { leads: ids }) {
    const { named, unlinked } = await call<{ named: number; unlinked: number }>('read_leads_again', {
      p_lead_ids: ids,
    });
    return {
      ok: named > 0,
      text: [
        named === 0 ? '' : `${counted(named, 'Its person is', 'people are')} read again in Twenty now.`,
        unlinked === 0
          ? ''
          : `${counted(unlinked, 'The lead has', 'leads have')} no person in Twenty yet: push instead.`,
      ]
        .filter(Boolean)
        .join(' '),
      starts: { Drain: {} },
    };
  },
  failed: 'Nothing is read again.',
});

const SIDES = { twenty: 'Twenty’s', supabase: 'ours' } as const;

const take = (side: keyof typeof SIDES): Action =>
  defineAction({
    title: `Take ${SIDES[side]}`,
    fields: { lead, field: needed(text(200)) },
    async run(call, values) {
      await call('take_value', { p_lead_id: values.lead, p_field: values.field, p_take: side });
      return {
        text:
          side === 'twenty' ? 'The lead has Twenty’s value now.' : 'Our value goes to Twenty with the push that began.',
        starts: { Push: {} },
      };
    },
    failed: 'The value stays as it is.',
  });

const undo = defineAction({
  title: 'Undo',
  fields: { lead, run: uuid },
  async preview(call, { lead: id, run }) {
    const page = await call<Undone>('undo_sync', { p_lead_ids: [id], p_run_id: run });
    return {
      view: (
        <>
          <p>
            {page.undone.length + page.kept.length === 0
              ? 'All is as it was before: there is nothing to set back.'
              : 'What somebody changed since stays. The next push carries the rest to Twenty, and the undo can be undone.'}
          </p>
          <UndoTables page={page} />
        </>
      ),
      button: page.undone.length === 0 ? null : 'Undo',
      isDangerous: true,
    };
  },
  async run(call, { lead: id, run }, by) {
    const { undone, kept } = await call<Undone>('undo_sync', {
      p_lead_ids: [id],
      p_run_id: run,
      p_apply: true,
      p_by: by,
    });
    const stays = kept.length === 0 ? '' : ` ${counted(kept.length, 'One stays', 'stay')}, as the preview said.`;
    return {
      ok: undone.length > 0,
      text: `${counted(undone.length, 'One value is', 'values are')} set back.${stays}`,
      starts: undone.length === 0 ? {} : { Push: {} },
    };
  },
  failed: 'Nothing was undone.',
});

interface Named {
  found: boolean;
  lead: { name: string | null; email: string | null };
}

const sameText = (one: string | null, other: string | null): boolean => one?.toLowerCase() === other?.toLowerCase();

const forget = defineAction({
  title: 'Forget this person',
  fields: { lead, typed: text(300) },
  async preview(call, { lead: id }) {
    const { found, lead: named } = await call<Named>('get_lead', { p_lead_id: id, p_entries: 1 });
    if (!found) return { view: <p>There is no such lead any more.</p>, button: null };
    return {
      view: (
        <>
          <p>
            Deletes the lead with touches, activities, history, conflicts and all else that is kept of it, and leaves
            keyed hashes, so that no read of Twenty brings the person back. It cannot be undone.
          </p>
          <p>
            In Twenty the person stays until the workflow “Forget a person” is run: it destroys there what was forgotten
            here.
          </p>
          <div class="fields">
            <label>
              <span>
                To go on, type {named.email === null ? 'the lead’s ID' : 'their e-mail'}:{' '}
                <b class="free">{named.email ?? id}</b>
              </span>
              <input type="text" name="typed" autocomplete="off" required maxLength={300} />
            </label>
          </div>
        </>
      ),
      button: 'Forget for good',
      isDangerous: true,
    };
  },
  async run(call, { lead: id, typed }) {
    const { found, lead: named } = await call<Named>('get_lead', { p_lead_id: id, p_entries: 1 });
    if (!found) throw new InputError('There is no such lead any more.');
    if (!sameText(typed, named.email?.trim() ?? id)) throw new InputError('What was typed is not what was asked for.');
    const { to_destroy: left } = await call<{ to_destroy: unknown[] }>('forget_lead', { p_lead: id });
    const there =
      left.length === 0
        ? 'Twenty has nothing of them.'
        : `Twenty still has ${counted(left.length, 'one record', 'records')} of forgotten people: run the workflow “Forget a person” to destroy them there.`;
    return { text: `The person is forgotten here. ${there}`, to: addressOf('leads') };
  },
  failed: 'Nobody was forgotten.',
});

/** What can be done with many leads at once. */
export const LEADS_ACTIONS = { push, read_again: readAgain };

/** What can be done with one. */
export const LEAD_ACTIONS = {
  ...LEADS_ACTIONS,
  take_twenty: take('twenty'),
  take_supabase: take('supabase'),
  undo,
  forget,
};
