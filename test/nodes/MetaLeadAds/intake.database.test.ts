import { MetaApi, type StoredLead } from '../../../stand-ins/meta';
import { useStore, type Json } from '../../database/store';
import { runNode } from './run-node';

const DAY = 86_400_000;

/** From what Meta names to the leads in the database. */
describe('the intake of Meta’s leads', () => {
  const store = useStore();
  let api: MetaApi;
  let baseUrl: string;
  let page: string;
  let form: string;

  beforeEach(async () => {
    api = new MetaApi();
    baseUrl = await api.listen();
    page = api.store.addPage('Our page');
    form = api.store.addForm(page, 'Newsletter');
  });
  afterEach(() => api.close());

  const intake = async (
    operation: string,
    parameters: Json = {},
    options: { items?: Json[]; credential?: object } = {},
  ): Promise<Json> =>
    (await runNode(api, baseUrl, { resource: 'intake', operation, ...parameters }, options))[0].json as Json;
  const poll = (parameters: Json = {}, credential = {}) =>
    intake('poll', { pageId: page, formIds: '', ...parameters }, { credential });
  const drain = (parameters: Json = {}) => intake('drain', { batchSize: 100, ...parameters });
  const add = (...leads: StoredLead[]) =>
    intake(
      'add',
      { leadId: (index: number) => leads[index].id },
      { items: leads.map(({ id }) => ({ leadgen_id: id, form_id: form, page_id: page })) },
    );
  const makeLead = (n: number, formId = form): StoredLead =>
    api.store.addLead(formId, { email: `lead${n}@example.com`, full_name: `Ada Lovelace ${n}` });
  const leads = () => store.rows('select * from public.leads order by email');
  const touches = () => store.rows('select * from public.lead_touches order by external_id');
  const state = () => store.rpc<Json>('get_intake', { p_source: 'meta' });
  const pausesOver = () =>
    store.sql.query("update lead_sync.intake_inbox set due_at = due_at - interval '1 day' where done_at is null");

  test('a delivery without a lead’s ID keeps no other from the inbox', async () => {
    const ids = [makeLead(1).id, '', makeLead(2).id];
    const items = ids.map((leadgen_id) => ({ leadgen_id, form_id: form, page_id: page }));

    await expect(intake('add', { leadId: (index: number) => ids[index] }, { items })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^1 of 3 leads were not noted; the others were. The first: Lead ID is empty/,
      ) as string,
      context: { itemIndex: 1 },
    });

    expect(await drain()).toMatchObject({ claimed: 2, created: 2 });
  });

  test('a lead that Meta names is stored with how it reached us', async () => {
    const { id } = api.store.addLead(form, {
      email: 'ada@example.com',
      full_name: 'Ada King Lovelace',
      phone_number: '+442012345678',
      what_do_you_need: ['one', 'two'],
    });
    await add(api.store.leads.get(id)!);

    expect(await drain()).toMatchObject({ claimed: 1, created: 1, failed: 0, more_due: false });
    expect(await leads()).toMatchObject([
      {
        email: 'ada@example.com',
        first_name: 'Ada',
        last_name: 'King Lovelace',
        phone: '+442012345678',
        lead_source: 'meta',
        attributes: { what_do_you_need: ['one', 'two'] },
      },
    ]);
    expect(await touches()).toMatchObject([
      {
        source: 'meta',
        external_id: id,
        kind: 'form',
        campaign: 'Spring',
        ad_set: 'Engineers',
        ad: 'Blue picture',
        form: 'Newsletter',
        medium: 'paid_social',
        raw: { id, platform: 'fb' },
      },
    ]);
  });

  test('deliveries that come again, in any order, give each lead once', async () => {
    const made = [1, 2, 3].map((n) => makeLead(n));
    expect(await add(made[2], made[0])).toMatchObject({ added: 2, known: 0 });
    await drain();
    expect(await add(made[0], made[1], made[0])).toMatchObject({ added: 1 });
    expect(await drain()).toMatchObject({ claimed: 1, created: 1 });
    await add(...made);

    expect(await drain()).toMatchObject({ claimed: 0 });
    expect(await leads()).toHaveLength(3);
    expect(await touches()).toHaveLength(3);
  });

  test('what no webhook brought, the poll finds, and reads it once', async () => {
    const other = api.store.addForm(page, 'Offer');
    const [known] = [1, 2, 3].map((n) => makeLead(n));
    makeLead(4, other);
    await add(known);
    await drain();

    expect(await poll()).toMatchObject({ forms: 2, found: 4, added: 3, failed: 0 });
    expect(await drain()).toMatchObject({ claimed: 3, created: 3 });
    expect(await poll()).toMatchObject({ found: 4, added: 0 });
    expect(await leads()).toHaveLength(4);
  });

  test('a poll reads on from its cursor, with an overlap, and all pages of a long list', async () => {
    await poll();
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    for (let n = 0; n < 620; n++) makeLead(n);
    api.store.addLead(form, { email: 'late@example.com' }, { created_time: ago(0.5) });
    api.store.addLead(form, { email: 'old@example.com' }, { created_time: ago(2) });

    expect(await poll()).toMatchObject({ found: 621, added: 621 });
    expect(await poll({ options: { overlap: 180 } })).toMatchObject({ found: 622, added: 1 });
  });

  test('a poll costs a call for the token of the page, one for its forms and one for 50 of them', async () => {
    api.store.addForm(page, 'Offer');
    await poll();
    api.calls.length = 0;
    await poll();

    const calls = api.calls.filter((call) => !call.startsWith('part'));
    expect(calls).toEqual([`GET ${page}`, `GET ${page}/leadgen_forms`, 'POST ']);
  });

  test('a poll whose time is over ends behind the form in hand, and the next one begins with those read longest ago', async () => {
    const forms = [form, api.store.addForm(page, 'Offer'), api.store.addForm(page, 'Fair')];
    forms.forEach((id, n) => makeLead(n, id));
    const latest = "select channel from lead_sync.intake_cursors where channel like 'form %' order by read_until desc";
    const short = { maxDuration: 0.000001 };

    for (const id of [...forms, ...forms]) {
      expect(await poll(short)).toMatchObject({ forms: 1, found: 1, failed: 0, more_due: true });
      expect((await store.rows(latest))[0]).toEqual({ channel: `form ${id}` });
    }
    expect(await state()).toMatchObject({ waiting: 3 });
    expect(await poll()).toMatchObject({ forms: 3, more_due: false });
  });

  test('a form that cannot be read takes no other one’s turn, however short the time is', async () => {
    const others = ['Offer', 'Fair'].map((name) => api.store.addForm(page, name));
    others.forEach((id, n) => makeLead(n, id));
    api.store.hidden.add(form);

    for (const count of [1, 2]) {
      await expect(poll({ maxDuration: 0.000001 })).rejects.toThrow('Meta does not let this token read here');
      expect(await state()).toMatchObject({ waiting: count });
    }
  });

  test('the end of the token is asked once a day, whichever form is read first', async () => {
    const formIds = [form, api.store.addForm(page, 'Offer')].join(', ');
    await poll({ pageId: '', formIds, maxDuration: 0.000001 });
    await poll({ pageId: '', formIds });

    expect(api.calls.filter((call) => call === 'GET debug_token')).toHaveLength(1);
  });

  test('a form that cannot be read is told, keeps its cursor and leaves the others alone', async () => {
    const other = api.store.addForm(page, 'Offer');
    makeLead(1);
    makeLead(2, other);
    api.store.hidden.add(form);

    await expect(poll()).rejects.toThrow('Meta does not let this token read here');
    expect(await drain()).toMatchObject({ created: 1 });
    const cursors = async (): Promise<Json> => (await state()).cursors as Json;
    const before = await cursors();
    expect(Object.keys(before).sort()).toEqual([`first ${form}`, `first ${other}`, `form ${other}`]);
    await expect(poll()).rejects.toThrow('Meta does not let this token read here');
    expect(await cursors()).toMatchObject({ [`first ${form}`]: before[`first ${form}`] });
    api.store.hidden.clear();
    expect(await poll()).toMatchObject({ added: 1 });
  });

  test('a form that went live while nothing was read is read from where the others were, also where its turn comes later', async () => {
    await poll();
    await store.sql.query("update lead_sync.intake_cursors set read_until = read_until - interval '12 days'");
    const created_time = new Date(Date.now() - 11 * DAY).toISOString();
    const fresh = ['Offer', 'Fair'].map((name) => api.store.addForm(page, name));
    fresh.forEach((id, n) => api.store.addLead(id, { email: `lead${n}@example.com` }, { created_time }));

    for (let n = 0; n < 2; n++) await poll({ maxDuration: 0.000001 });
    await poll();

    expect(await state()).toMatchObject({ waiting: 2 });
  });

  test.each(['expires_at', 'data_access_expires_at'] as const)(
    'a token whose %s is near is told once a day, when all forms are read; a later one is not',
    async (end) => {
      const inDays = (days: number) => Math.floor(Date.now() / 1_000) + days * 86_400;
      api.store.tokenEnds[end] = inDays(6);
      makeLead(1);

      await expect(poll()).rejects.toThrow('The access token of Meta ends within days');
      expect(await state()).toMatchObject({ waiting: 1 });
      expect(await poll()).toMatchObject({ found: 1, added: 0 });
      await store.sql.query("update lead_sync.intake_cursors set read_until = read_until - interval '1 day'");
      await expect(poll({}, { appId: '' })).rejects.toThrow(new Date(inDays(6) * 1_000).toISOString().slice(0, 10));
      await store.sql.query("update lead_sync.intake_cursors set read_until = read_until - interval '1 day'");
      api.store.tokenEnds[end] = inDays(8);
      expect(await poll()).toMatchObject({ forms: 1 });
      expect(api.calls.filter((call) => call === 'GET debug_token')).toHaveLength(3);
    },
  );

  test('a token that has expired is told, and nothing is lost', async () => {
    await add(makeLead(1), makeLead(2));
    api.store.hasExpired = true;

    await expect(intake('drain', { batchSize: 100 })).rejects.toThrow('Meta no longer accepts the access token');
    expect(await state()).toMatchObject({ waiting: 2, failing: 2 });
    api.store.hasExpired = false;
    await pausesOver();
    expect(await drain()).toMatchObject({ created: 2 });
  });

  test('a deleted lead, and one that may not be read, leave the others alone and come again after a pause', async () => {
    const [gone, hidden, good] = [1, 2, 3].map((n) => makeLead(n));
    await add(gone, hidden, good);
    api.store.leads.delete(gone.id);

    expect(await drain({ batchSize: 1 })).toMatchObject({
      created: 2,
      failed: 1,
      troubles: [{ reason: expect.stringMatching(/^missing: /) as string, count: 1, ids: [gone.id] }],
    });
    api.store.hidden.add(hidden.id);
    const late = makeLead(4);
    api.store.hidden.add(late.id);
    await add(late);
    await expect(drain()).rejects.toThrow('Leads Access');
    api.store.hidden.clear();
    await pausesOver();
    expect(await drain()).toMatchObject({ claimed: 2, created: 1, failed: 1 });
    expect(await leads()).toHaveLength(3);
    await store.sql.query("update lead_sync.intake_inbox set received_at = received_at - interval '3 days'");
    await pausesOver();
    expect(await drain()).toMatchObject({ claimed: 1, failed: 1 });
    expect(await state()).toMatchObject({ waiting: 0 });
  });

  test('throttling and parts that Meta leaves out of a batch are waited for', async () => {
    await add(...[1, 2, 3].map((n) => makeLead(n)));
    api.faults.push('throttled');
    api.partFaults.push('left out', 'throttled');

    expect(await drain()).toMatchObject({ created: 3, failed: 0 });
    expect(api.calls.filter((call) => call === 'POST ')).toHaveLength(4); // throttled, with gaps, the rest, the form's name
  });

  test('120 leads are four calls', async () => {
    await add(...Array.from({ length: 120 }, (_, n) => makeLead(n)));
    api.calls.length = 0;

    expect(await drain({ batchSize: 200 })).toMatchObject({ created: 120 });
    expect(api.calls.filter((call) => !call.startsWith('part'))).toHaveLength(4);
  });

  test('drains that meet are one, which reads what came meanwhile, too', async () => {
    await add(makeLead(1));
    let others: Json[] = [];
    api.beforeAnswer = async () => {
      api.beforeAnswer = () => Promise.resolve();
      await add(makeLead(2));
      others = await Promise.all([drain(), drain()]);
    };

    expect(await drain()).toMatchObject({ claimed: 2, created: 2, joined: false, more_due: false });
    expect(others).toMatchObject([
      { claimed: 0, joined: true },
      { claimed: 0, joined: true },
    ]);
    expect(await drain()).toMatchObject({ claimed: 0, joined: false });
  });

  test('a lead with text that no database takes leaves the others alone', async () => {
    const bad = api.store.addLead(form, { email: 'bad@example.com', first_name: 'half \ud83d' });
    await add(bad, makeLead(1));

    expect(await drain()).toMatchObject({ created: 1, failed: 1, troubles: [{ ids: [bad.id] }] });
  });

  test('a lead that a rule of the database refuses leaves the others alone, and the inbox says nothing of its person', async () => {
    await store.sql.query(`create function public.nobody_else() returns trigger language plpgsql as
      $$ begin if new.email like 'lead1@%' then raise '% is not welcome', new.email; end if; return new; end $$;
      create trigger nobody_else before insert on public.leads for each row execute function public.nobody_else()`);
    try {
      await add(makeLead(1), makeLead(2));

      expect(await drain()).toMatchObject({ created: 1, failed: 1 });
      const { last_error } = await state();
      expect(last_error).toMatch(/^rejected: .*is not welcome/);
      expect(last_error).not.toContain('lead1@');
    } finally {
      await store.sql.query('drop trigger nobody_else on public.leads; drop function public.nobody_else()');
    }
    await pausesOver();
    expect(await drain()).toMatchObject({ created: 1 });
  });

  test('a person who asked to be forgotten stays so, and is not tried again', async () => {
    const lead = makeLead(1);
    await add(lead);
    await drain();
    await store.rpc('forget_lead', { p_lead: 'lead1@example.com' });
    await store.sql.query('delete from lead_sync.intake_inbox');
    await add(lead);

    await drain();
    expect(await state()).toMatchObject({ waiting: 0, failing: 0 });
    expect(await leads()).toEqual([]);
  });
});
