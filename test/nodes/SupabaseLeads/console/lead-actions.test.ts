import { act } from '../../../../nodes/SupabaseLeads/console/frame/answer';
import { unpackNotice } from '../../../../nodes/SupabaseLeads/console/frame/signed';
import { BUSY, deskOf, named, textOf, type Answers, type Heard } from './sample';

const ID = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';
const RUN = '3b4e28ba-2fa1-41d2-883f-0016d3cca427';

interface Done {
  preview: string | null;
  address: string | null;
  notice: string | undefined;
  ok: boolean | undefined;
  starts: string[];
  heard: Heard[];
}

/** What a form of the lead's page does. */
async function pressed(action: string, form: Record<string, unknown>, answers: Answers = {}): Promise<Done> {
  const desk = deskOf({ ...BUSY, ...answers });
  const page = named('lead');
  const acted = await act(desk, action, page.actions![action], { page: 'lead', back: `?page=lead&id=${ID}`, ...form });
  if ('preview' in acted) {
    return {
      preview: textOf(acted.preview.html),
      address: null,
      notice: undefined,
      ok: undefined,
      starts: [],
      heard: desk.heard,
    };
  }
  const query = new URLSearchParams(acted.location);
  const notice = unpackNotice(query.get('notice'), desk.key, desk.now);
  query.delete('notice');
  return {
    preview: null,
    address: `?${query.toString()}`,
    notice: notice?.text,
    ok: notice?.ok,
    starts: Object.keys(acted.starts),
    heard: desk.heard,
  };
}

const undone = (fields: object[], kept: object[] = []): object => ({
  undo_id: RUN,
  leads: fields.length > 0 ? 1 : 0,
  undone: fields,
  kept,
  has_next: false,
  position: null,
});
const BACK = { email: 'ada@example.com', field: 'job_title', value: 'Chair', becomes: 'Engineer' };

describe('on the page of a lead', () => {
  it('Push now queues it and starts a push, or says that another one has it', async () => {
    const { notice, starts, heard, address } = await pressed(
      'push',
      { leads: ID },
      { mark_leads_for_sync: { marked: 1 } },
    );

    expect(heard[0]).toEqual({
      name: 'mark_leads_for_sync',
      args: { p_direction: 'supabase_to_twenty', p_lead_ids: [ID] },
    });
    expect([notice, starts]).toEqual(['The lead is compared with Twenty and pushed now.', ['Push']]);
    expect(address).toBe(`?page=lead&id=${ID}`);
    expect(await pressed('push', { leads: ID }, { mark_leads_for_sync: { marked: 0 } })).toMatchObject({
      ok: false,
      notice: expect.stringContaining('at work in another push'),
    });
  });

  it('Read again names its person and starts a drain, or says that it has none', async () => {
    expect(await pressed('read_again', { leads: ID }, { read_leads_again: { named: 1, unlinked: 0 } })).toMatchObject({
      notice: expect.stringContaining('read again in Twenty'),
      starts: ['Drain'],
    });
    expect(await pressed('read_again', { leads: ID }, { read_leads_again: { named: 0, unlinked: 1 } })).toMatchObject({
      ok: false,
      notice: expect.stringContaining('no person in Twenty yet'),
    });
  });

  it('takes one side’s value, or says why it cannot', async () => {
    const form = { lead: ID, field: 'job_title' };
    const taken = await pressed('take_twenty', form, { take_value: { taken: true } });
    const refused = await pressed('take_supabase', form, { take_value: new Error('It only flows from Twenty.') });

    expect(taken.heard[0].args).toEqual({ p_lead_id: ID, p_field: 'job_title', p_take: 'twenty' });
    expect(taken).toMatchObject({ ok: true, starts: ['Push'] });
    expect(refused).toMatchObject({
      ok: false,
      notice: 'The value stays as it is. It only flows from Twenty.',
      starts: [],
    });
  });

  it('undoes only what was shown before, in the name of who pressed', async () => {
    const answers = { undo_sync: undone([BACK], [{ ...BACK, field: 'city', reason: 'it was changed since' }]) };
    const { preview, heard } = await pressed('undo', { lead: ID, run: RUN }, answers);
    const done = await pressed('undo', { lead: ID, run: RUN, confirmed: 'yes' }, answers);

    expect(heard).toEqual([{ name: 'undo_sync', args: { p_lead_ids: [ID], p_run_id: RUN } }]);
    expect(preview).toMatch(/Job title Chair Engineer .* City Chair it was changed since/);
    expect(done.heard[0].args).toMatchObject({ p_apply: true, p_by: 'dashboard: ada' });
    expect(done).toMatchObject({
      ok: true,
      starts: ['Push'],
      notice: expect.stringMatching(/^One value is set back\./),
    });
    expect((await pressed('undo', { lead: ID }, { undo_sync: undone([]) })).preview).toContain('nothing to set back');
  });

  it('forgets only when the e-mail was typed, and says what Twenty still has', async () => {
    const answers = { forget_lead: { to_destroy: [{}, {}] } };
    const { preview } = await pressed('forget', { lead: ID }, answers);
    const wrong = await pressed('forget', { lead: ID, typed: 'grace@example.com', confirmed: 'yes' }, answers);
    const blank = await pressed('forget', { lead: ID, confirmed: 'yes' }, answers);
    const right = await pressed('forget', { lead: ID, typed: ' Ada@example.com ', confirmed: 'yes' }, answers);

    expect(preview).toContain('type their e-mail: ada@example.com');
    for (const refused of [wrong, blank]) {
      expect(refused).toMatchObject({ ok: false, notice: expect.stringContaining('not what was asked for') });
      expect(refused.heard.map(({ name }) => name)).toEqual(['get_lead']);
    }
    expect(right.heard.at(-1)).toEqual({ name: 'forget_lead', args: { p_lead: ID } });
    expect(right).toMatchObject({ ok: true, address: '?page=leads', notice: expect.stringContaining('2 records') });
  });

  it.each([
    ['no lead', 'push', {}, 'Nothing was queued. Leads is missing.'],
    ['something that is no ID', 'push', { leads: ['x'] }, 'Nothing was queued. Leads is no ID.'],
    [
      'more leads than a page has',
      'push',
      { leads: Array.from({ length: 201 }, () => ID) },
      'Leads are more than 200.',
    ],
    ['a field that is no text', 'take_twenty', { lead: ID, field: {} }, 'Field is no text.'],
  ])('calls nothing for %s, and says why', async (_case, action, form, notice) => {
    const done = await pressed(action, form);

    expect(done.notice).toContain(notice);
    expect(done.heard).toEqual([]);
  });

  it.each([
    ['a long field', 'take_twenty', { lead: ID, field: 'x'.repeat(201) }, 'Field is longer than 200 characters.'],
    ['a run that is none', 'undo', { lead: ID, run: 'x' }, 'Run is no ID.'],
  ])('shows the page again for %s, and says why', async (_case, action, form, notice) => {
    const { preview, heard } = await pressed(action, form);

    expect(preview).toContain(notice);
    expect(heard.every(({ name }) => name.startsWith('get_'))).toBe(true);
  });
});
