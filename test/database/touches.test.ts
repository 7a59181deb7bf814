import { person, useStore, type DoorAnswer, type Json } from './store';

describe('touches', () => {
  const store = useStore();

  const takeIn = (leads: unknown[], source = 'form') =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: source });
  const touches = (): Promise<Json[]> => store.rows('select * from public.lead_touches order by source, external_id');
  const ada = (touch: unknown, values: Json = {}): Json => ({ email: 'ada@example.com', ...values, touch });

  test('a lead keeps how it reached us', async () => {
    const touch = {
      external_id: 4711,
      kind: 'call',
      time: '2026-01-31T12:00:00+05:30',
      campaign: ' spring ',
      agent: '',
      duration_seconds: 61.5,
      raw: { call: { id: 4711, note: '' } },
    };
    const { results } = await takeIn([ada(touch)], 'phone');

    expect(results).toMatchObject([{ index: 0, result: 'created', ignored: [] }]);
    expect(await touches()).toMatchObject([
      {
        lead_id: results[0].lead_id,
        source: 'phone',
        external_id: '4711',
        kind: 'call',
        touched_at: new Date('2026-01-31T06:30:00Z'),
        campaign: 'spring',
        agent: null,
        duration_seconds: '61.5',
        raw: { call: { id: 4711, note: '' } },
      },
    ]);
  });

  test('one that comes again changes nothing, whatever it brings', async () => {
    const { results } = await takeIn([ada({ external_id: 'a' }, { city: 'Paris' })]);
    const id = String(results[0].lead_id);
    const before = [await store.lead(id), await touches()];

    const again = await takeIn([ada({ external_id: 'a', campaign: 'other' }, { city: 'Rome' })]);

    expect(again.results).toMatchObject([{ result: 'unchanged', lead_id: id, reason: 'this touch came before' }]);
    expect([await store.lead(id), await touches()]).toEqual(before);
  });

  test('one that comes twice in a batch counts once, and the first is taken', async () => {
    const { results, counts } = await takeIn([
      ada({ external_id: 'a' }, { city: 'Paris' }),
      ada({ external_id: 'a' }, { city: 'Rome' }),
      ada({ external_id: 'b' }, { phone: '1' }),
    ]);

    expect(counts).toMatchObject({ created: 1, updated: 1, unchanged: 1, rejected: 0 });
    const [id, ...others] = [...new Set(results.map(({ lead_id }) => lead_id))];
    expect(others).toEqual([]);
    expect(await store.lead(String(id))).toMatchObject({ city: 'Paris', phone: '1' });
    expect(await touches()).toMatchObject([{ external_id: 'a' }, { external_id: 'b' }]);
  });

  test('of a touch whose lead is refused nothing is kept, so that it can come again', async () => {
    const bad = { email: `${'x'.repeat(40)}`, lead_score: 101, touch: { external_id: 'a' } };
    await store.sql.query(`create function public.only_small() returns trigger language plpgsql as
      $$ begin if new.lead_score > 100 then raise 'too high'; end if; return new; end $$;
      create trigger only_small before insert on public.leads for each row execute function public.only_small()`);
    try {
      const { results } = await takeIn([bad, bad]);
      expect(results.map(({ result }) => result)).toEqual(['rejected', 'rejected']);
      expect(await touches()).toEqual([]);
      expect((await takeIn([{ ...bad, lead_score: 5 }])).results).toMatchObject([{ result: 'created' }]);
    } finally {
      await store.sql.query('drop trigger only_small on public.leads; drop function public.only_small()');
    }
  });

  test('two calls at once with one touch make one lead', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((i) => takeIn([{ email: `ada${i}@example.com`, touch: { external_id: 'a' } }])),
    );

    const results = answers.flatMap((answer) => answer.results);
    expect(results.map(({ result }) => result).sort()).toEqual(['created', 'unchanged', 'unchanged', 'unchanged']);
    expect(new Set(results.map(({ lead_id }) => lead_id)).size).toBe(1);
    expect(await store.rows('select from public.leads')).toHaveLength(1);
  });

  test.each([
    ['a', 'touch must be an object: {"external_id": …, "kind": …}'],
    [{ kind: 'call' }, 'touch.external_id is missing: what its source calls this touch, so that it counts once'],
    [{ external_id: 'a', kind: 'letter' }, 'touch.kind must be form, call, import, table or manual, got letter'],
    [{ external_id: 'a', campaign: { id: 1 } }, 'touch.campaign must be a text, got {"id": 1}'],
    [
      { external_id: 'a', time: '2026-01-31 12:00' },
      'touch.time must be a time with its zone, e.g. 2026-01-31T12:00:00Z, got 2026-01-31 12:00',
    ],
    [{ external_id: 'a', time: '2026-02-30T12:00:00Z' }, 'touch.time is no time: 2026-02-30T12:00:00Z'],
    [{ external_id: 'a', duration_seconds: 'long' }, 'touch.duration_seconds must be a number of seconds, got long'],
    [{ external_id: 'a', source: 'twenty' }, 'touch.source must not be "twenty"'],
    [{ external_id: 'x'.repeat(501) }, 'touch.external_id has more than 500 characters'],
  ])('one that cannot be read is refused by name: %j', async (touch, reason) => {
    const { results } = await takeIn([ada(touch), { email: 'eve@example.com' }]);

    expect(results.find(({ index }) => index === 0)).toMatchObject({ result: 'rejected', reason });
    expect(results.find(({ index }) => index === 1)).toMatchObject({ result: 'created' });
  });

  test('what of a touch was not taken is named', async () => {
    const { results } = await takeIn([ada({ external_id: 'a', utm: 'x' })]);
    expect(results).toMatchObject([{ ignored: ['touch.utm'] }]);
  });

  describe('what somebody wrote before, and comes later', () => {
    const at = (external_id: string, more: Json = {}): Json => ({ external_id, time: TIMES[external_id], ...more });
    const TIMES: Record<string, string> = {
      monday: '2026-01-05T12:00:00Z',
      wednesday: '2026-01-07T12:00:00Z',
      ahead: new Date(Date.now() + 86_400_000).toISOString(),
    };
    const known = async (): Promise<Json> => (await store.rows('select * from public.leads'))[0];

    test('fills blanks only, and is added to lists', async () => {
      const later = { city: 'Paris', attributes: { budget: '2' }, additional_emails: ['ada@work.example'] };
      await takeIn([ada(at('wednesday'), later)]);

      const { results } = await takeIn([
        ada(at('monday'), {
          city: 'Rome',
          job_title: 'Engineer',
          attributes: { budget: '1', team: '3' },
          additional_emails: ['ada@home.example'],
        }),
      ]);

      expect(results).toMatchObject([{ result: 'updated' }]);
      expect(await known()).toMatchObject({
        city: 'Paris',
        job_title: 'Engineer',
        attributes: { budget: '2', team: '3' },
        additional_emails: ['ada@work.example', 'ada@home.example'],
      });
      expect(await touches()).toHaveLength(2);
    });

    test('replaces no list of a lead that it names by its id', async () => {
      const { results } = await takeIn([ada(at('wednesday'), { additional_emails: ['ada@work.example'] })]);
      const [{ lead_id: id }] = results;

      const again = await takeIn([ada(at('monday'), { id, additional_emails: ['ada@home.example'] })]);

      expect(again.results).toMatchObject([{ result: 'unchanged', lead_id: id }]);
      expect(await known()).toMatchObject({ additional_emails: ['ada@work.example'] });
    });

    test('changes nothing in one batch either, whatever its order', async () => {
      await takeIn([
        ada(at('wednesday'), { city: 'Paris' }),
        ada(at('monday'), { city: 'Rome', job_title: 'Engineer' }),
      ]);

      expect(await known()).toMatchObject({ city: 'Paris', job_title: 'Engineer' });
    });

    test('goes by the order of the batch where one of them says no time', async () => {
      const untimed = { email: 'ada@example.com', city: 'Rome' };
      await takeIn([untimed, ada(at('monday'), { city: 'Paris' })]);

      expect(await known()).toMatchObject({ city: 'Paris' });
    });

    test.each([
      ['a call', at('wednesday', { kind: 'call' })],
      ['a row of a table', at('wednesday', { kind: 'table' })],
      ['a touch whose time lies ahead', at('ahead')],
    ])('is taken in full where all that came since is %s', async (_what, touch) => {
      await takeIn([ada(touch, { city: 'Paris' })]);
      await takeIn([ada(at('monday'), { city: 'Rome' })]);

      expect(await known()).toMatchObject({ city: 'Rome' });
    });
  });

  describe("a lead's source", () => {
    const source = async (): Promise<unknown> =>
      (await store.rows('select lead_source from public.leads'))[0].lead_source;

    test('is that of the first touch, in whatever order they come', async () => {
      await takeIn([ada({ external_id: 'b', source: 'meta', time: '2026-01-02T00:00:00Z' })]);
      expect(await source()).toBe('meta');
      await takeIn([ada({ external_id: 'c', source: 'site', time: '2026-01-03T00:00:00Z' })]);
      expect(await source()).toBe('meta');
      await takeIn([ada({ external_id: 'a', source: 'phone', time: '2026-01-01T00:00:00Z' })]);
      expect(await source()).toBe('phone');
      expect(await store.claim()).toMatchObject({ claimed: 1 });
    });

    test('stays what a person set', async () => {
      await takeIn([ada({ external_id: 'b', source: 'meta', time: '2026-01-02T00:00:00Z' })]);
      await store.sql.query(`update public.leads set lead_source = 'fair'`);
      await takeIn([ada({ external_id: 'a', source: 'phone', time: '2026-01-01T00:00:00Z' })]);
      expect(await source()).toBe('fair');
    });

    test('stays what it was before there were touches, and is filled where it is blank', async () => {
      await store.addLead({ email: 'ada@example.com', lead_source: 'old' });
      await takeIn([ada({ external_id: 'a', source: 'meta' })]);
      expect(await source()).toBe('old');
      await store.sql.query(`delete from public.leads`);
      await store.addLead({ email: 'ada@example.com' });
      await takeIn([ada({ external_id: 'b', source: 'meta' })]);
      expect(await source()).toBe('meta');
    });
  });

  test('a lead that is deleted for good does not come back by its touch, of which nothing personal stays', async () => {
    await takeIn([ada({ external_id: 'a', raw: { mail: 'ada@example.com' }, landing_page: 'https://x.test/?e=ada' })]);
    await store.sql.query('delete from public.leads');

    expect((await takeIn([ada({ external_id: 'a' })])).results).toMatchObject([
      { result: 'unchanged', lead_id: null, reason: 'this touch came before, and its lead was deleted for good' },
    ]);
    expect(await touches()).toMatchObject([{ lead_id: null, raw: null, landing_page: null }]);
  });

  test('somebody forgotten is not brought back by a touch of before, shown again or for the first time; writing anew is taken', async () => {
    const { results } = await takeIn([ada({ external_id: 'a', raw: { mail: 'ada@example.com' } })]);
    const { erased } = await store.rpc<{ erased: Json }>('forget_lead', { p_lead: results[0].lead_id });
    expect(erased).toMatchObject({ leads: 1, touches: 1 });
    expect(await touches()).toEqual([]);

    const late = await takeIn([
      ada({ external_id: 'a' }),
      ada({ external_id: 'b', time: '2026-01-01T00:00:00Z' }),
      { email: 'eve@example.com', touch: { external_id: 'A' } },
    ]);
    expect(late.results.sort((a, b) => Number(a.index) - Number(b.index))).toMatchObject([
      { result: 'rejected', reason: expect.stringMatching(/^forgotten/) as string },
      { result: 'rejected', reason: expect.stringMatching(/^forgotten/) as string },
      { result: 'created' }, // another touch: ids differ in case
    ]);
    expect((await takeIn([ada({ external_id: 'c' })])).results).toMatchObject([{ result: 'created' }]);
  });

  test('a lead that joins another one brings its touches, and its source where that was the first', async () => {
    const [stays, goes] = [person({ email: 'ada@example.com' }), person({ email: 'ada@home.example' })];
    await takeIn([
      ada({ external_id: 'b', source: 'meta', time: '2026-01-02T00:00:00Z' }),
      { email: 'ada@home.example', touch: { external_id: 'a', source: 'phone', time: '2026-01-01T00:00:00Z' } },
    ]);
    const { results } = await store.pull([stays, goes]);
    const keep = results.find(({ twenty_id }) => twenty_id === stays.twenty_id)?.lead_id;
    await store.sql.query(`update lead_sync.settings set absence_allowance = '0'`);
    await store.pull([{ ...stays, additional_emails: ['ada@home.example'] }]);
    for (let read = 0; read < 2; read += 1) await store.pull([{ twenty_id: goes.twenty_id, absent: true }]);

    expect(await touches()).toMatchObject([{ lead_id: keep }, { lead_id: keep }]);
    expect(await store.lead(String(keep))).toMatchObject({ lead_source: 'phone' });
  });

  test('what sources sent is erased by the upkeep when it is older than the settings have it', async () => {
    await takeIn([ada({ external_id: 'new', raw: { a: 1 } }), ada({ external_id: 'old', raw: { a: 1 } })]);
    await store.sql.query(
      `update public.lead_touches set created_at = now() - interval '92 days' where external_id = 'old'`,
    );

    expect(await store.rpc('run_sync_maintenance')).toMatchObject({ raw_erased: 1 });
    expect(await touches()).toMatchObject([
      { external_id: 'new', raw: { a: 1 } },
      { external_id: 'old', raw: null },
    ]);
    await store.sql.query('update lead_sync.settings set touch_raw_days = 0');
    await takeIn([ada({ external_id: 'unkept', raw: { a: 1 } })]);
    expect(await touches()).toMatchObject([{}, {}, { external_id: 'unkept', raw: null }]);
  });

  test('a row of a connected table that becomes a lead is a touch, once', async () => {
    await store.sql.query(`create table public.contacts (id integer primary key, mail text, town text)`);
    try {
      await store.sql.query(`insert into public.contacts values (1, 'ada@example.com', 'Paris')`);
      const connect = `select lead_sync.connect_source('public.contacts', '{"email": "mail", "city": "town"}')`;
      await store.sql.query(connect);
      await store.sql.query(`select lead_sync.exchange_sources()`);
      await store.sql.query(`update public.contacts set town = 'Rome'`);
      await store.sql.query(`select lead_sync.exchange_sources()`);
      expect(await touches()).toMatchObject([{ source: 'contacts', external_id: 'public.contacts/1', kind: 'table' }]);

      await store.sql.query(`select lead_sync.disconnect_source('public.contacts')`);
      await store.sql.query(`update public.contacts set town = 'Oslo'`);
      await store.sql.query(connect);
      await store.sql.query(`select lead_sync.exchange_sources()`);
      expect(await touches()).toHaveLength(1);
      expect(await store.rows('select city, lead_source from public.leads')).toEqual([
        { city: 'Oslo', lead_source: 'contacts' },
      ]);
    } finally {
      await store.sql.query('drop table public.contacts cascade');
    }
  });
});
