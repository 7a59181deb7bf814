import { Crash } from './harness';
import { setSync, type StageRunOptions, syncItems, useStage } from './stage';

const stage = useStage();

describe('Supabase to Twenty lead sync', () => {
  it('creates people for new leads and updates those of changed ones', async () => {
    await stage.addLeads(
      { email: 'ada@example.com', firstName: 'Ada' },
      { email: 'grace@example.com', firstName: 'Grace' },
    );
    await stage.push();
    const [ada, grace] = await stage.leads();
    expect([ada.sync_status, grace.sync_status]).toEqual(['synced', 'synced']);
    expect(stage.person(ada.twenty_id ?? '')).toMatchObject({ firstName: 'Ada', email: 'ada@example.com' });

    await stage.database.query("update public.leads set job_title = 'Admiral' where email = 'grace@example.com'");
    await stage.push({ from: 'Every 5 minutes' });

    expect(stage.person(grace.twenty_id ?? '').jobTitle).toBe('Admiral');
    expect(stage.twenty.store.count('people')).toBe(2);
    const [first, second] = await stage.runs();
    expect(first.figures).toMatchObject({ pushed: 2, pushed_created: 2, errors: 0 });
    expect(second).toMatchObject({ trigger: 'scheduled', figures: { pushed: 1, pushed_updated: 1 } });
  });

  it('claims batch after batch until nothing is due and keeps no lead in memory', async () => {
    await stage.addLeadsCalled('a', 'b', 'c', 'd', 'e');

    const run = await stage.push({ edit: setSync({ batchSize: 2 }) });

    expect(stage.twenty.stats.byOperation.createPeople).toBe(3);
    expect(stage.twenty.store.count('people')).toBe(5);
    expect(run.kept).not.toContain('@example.com');
  });

  it('asks Twenty nothing when nothing is due', async () => {
    const run = await stage.push();

    expect(run.status).toBe('success');
    expect(stage.twenty.stats.requests).toBe(0);
    expect((await stage.runs())[0].status).toBe('succeeded');
  });

  it.each([
    ['in the country of the lead', 'Germany', '030 1234567', ['+49', 'DE', '301234567']],
    ['in the country of the lead, given by its code', 'de', '030 1234567', ['+49', 'DE', '301234567']],
    ['in the default country, as the lead has none', null, '(415) 555-2671', ['+1', 'US', '4155552671']],
    [
      'in the default country, as it is none in that of the lead',
      'France',
      '(415) 555-2671',
      ['+1', 'US', '4155552671'],
    ],
    [
      'with the calling code of the country that it begins with',
      'Germany',
      '491711234567',
      ['+49', 'DE', '1711234567'],
    ],
    ['as it is written, whatever the country', 'Germany', '+33 6 12 34 56 78', ['+33', 'FR', '612345678']],
  ])('reads a phone %s (default US)', async (_what, country, phone, [callingCode, countryCode, number]) => {
    await stage.database.query('insert into public.leads (email, country, phone) values ($1, $2, $3)', [
      'ada@example.com',
      country,
      phone,
    ]);

    await stage.push();

    expect(stage.twenty.store.list('people')).toMatchObject([
      {
        phones: {
          primaryPhoneCallingCode: callingCode,
          primaryPhoneCountryCode: countryCode,
          primaryPhoneNumber: number,
        },
      },
    ]);
    expect(await stage.leads()).toMatchObject([{ sync_status: 'synced', left_out: {} }]);
  });

  it('gives a refused lead its reason and sends all others', async () => {
    await stage.addLeads(
      { email: 'ada@example.com', firstName: 'Ada' },
      { email: 'grace@example.com', firstName: 'Grace' },
    );
    const refusal = { errors: [{ message: 'Invalid value', extensions: { code: 'BAD_USER_INPUT' } }] };
    stage.twenty.faults.push({
      kind: 'status',
      status: 200,
      body: JSON.stringify(refusal),
      times: 100,
      match: { operation: 'createPeople', body: 'grace@' },
    });

    const run = await stage.push();

    expect(run.status).toBe('success');
    const [ada, grace] = await stage.leads();
    expect(ada.sync_status).toBe('synced');
    expect(grace.sync_status).toBe('error');
    expect(grace.sync_error_message).toContain('Twenty refused the data');
    expect((await stage.runs())[0]).toMatchObject({ status: 'succeeded', figures: { pushed: 1, errors: 1 } });
  });

  it('gives every lead its turn; those whose person cannot be taken wait and say why', async () => {
    const [ada, grace, mary] = stage.addPeople('ada', 'grace', 'mary');
    await stage.pull();
    const refusing = "constraint refuses_countess check (job_title is distinct from 'Countess')";
    await stage.database.query(`alter table public.leads add ${refusing}`);
    try {
      for (const id of [ada, grace]) stage.twenty.store.update('people', id, { jobTitle: 'Countess' });
      for (const name of ['ada', 'grace', 'mary']) {
        await stage.database.query("update public.leads set last_name = 'King' where first_name = $1", [name]);
      }

      stage.twenty.stats.reset();

      const run = await stage.push({ edit: setSync({ batchSize: 1 }) });

      expect(run.status).toBe('success');
      expect(stage.twenty.stats.byOperation.people).toBe(3);
      const unread = (await stage.leads()).filter((lead) => lead.sync_status === 'pending');
      expect(unread.map((lead) => lead.twenty_id).sort()).toEqual([ada, grace].sort());
      for (const lead of unread) expect(lead.sync_error_message).toContain('refuses_countess');
      expect(stage.twenty.store.get('people', mary)?.name).toMatchObject({ lastName: 'King' });
    } finally {
      await stage.database.query('alter table public.leads drop constraint refuses_countess');
    }
  });

  it('ends although edits keep arriving, and leaves them to the next run', async () => {
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    await stage.database.query(`
      create function public.edit_again() returns trigger language plpgsql as $$
      begin
        perform set_config('lead_sync.engine', 'off', true);
        update public.leads set job_title = clock_timestamp()::text where id = new.id;
        perform set_config('lead_sync.engine', 'on', true);
        return null;
      end $$;
      create trigger edit_again after update on public.leads for each row
        when (new.sync_status = 'synced' and old.sync_status = 'syncing') execute function public.edit_again()`);
    try {
      const run = await stage.push({ edit: setSync({ batchSize: 1 }) });

      expect(syncItems(run)).toMatchObject([{ more_due: true, figures: { pushed: 21 } }]);
      expect((await stage.runs())[0].status).toBe('succeeded');
      expect((await stage.leads())[0].sync_status).toBe('pending');
    } finally {
      await stage.database.query('drop function public.edit_again() cascade');
    }
  });

  it('takes up again what a killed run had claimed', async () => {
    await stage.addLeadsCalled('a', 'b', 'c', 'd');
    await expect(
      stage.push({ edit: setSync({ batchSize: 2 }), interrupt: { before: /update_sync_status/, by: 'crash' } }),
    ).rejects.toThrow(Crash);
    expect(stage.twenty.store.count('people')).toBe(2);
    await stage.endLeases();

    await stage.push();

    expect(stage.twenty.store.count('people')).toBe(4);
    expect((await stage.leads()).map(({ sync_status }) => sync_status)).toEqual([
      'synced',
      'synced',
      'synced',
      'synced',
    ]);
  });

  it('ends quietly while another run is active', async () => {
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    await stage.database.query("select public.start_sync_run('supabase_to_twenty')");

    const run = await stage.push();

    expect(syncItems(run)).toMatchObject([{ started: false }]);
    expect(stage.twenty.stats.requests).toBe(0);
  });

  it('sends what the database called for while a run was at work, before that run’s execution ends', async () => {
    const called = { from: 'When leads are due', edit: instantPush };
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    // Twenty takes its time for the create; Grace's change comes meanwhile, and its call meets the active run
    stage.twenty.faults.push({ kind: 'delay', ms: 2_000, times: 1, match: { operation: 'createPeople' } });
    const first = stage.push(called);
    while ((await stage.leads())[0].sync_status !== 'syncing') await stage.database.query('select pg_sleep(0.05)');
    await stage.addLeads({ email: 'grace@example.com', firstName: 'Grace' });

    const second = await stage.push(called);
    expect(syncItems(second)).toMatchObject([{ started: false }]);
    const run = await first;

    expect(run.status).toBe('success');
    expect((await stage.leads()).map(({ sync_status }) => sync_status)).toEqual(['synced', 'synced']);
    expect(stage.twenty.store.count('people')).toBe(2);
    expect((await stage.runs())[0]).toMatchObject({ trigger: 'webhook', status: 'succeeded' });
  });

  it('sends the object that the database called for, and leads where it named none', async () => {
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    await stage.database.query("insert into public.opportunities (name) values ('Fleet')");
    const call = (body: object) =>
      stage.push({ from: 'When leads are due', edit: instantPush, items: [{ headers: {}, body }] });

    await call({ event: 'rows.due', object: 'opportunity' });
    expect([stage.twenty.store.count('opportunities'), stage.twenty.store.count('people')]).toEqual([1, 0]);

    await call({ event: 'leads.due' });
    expect([stage.twenty.store.count('opportunities'), stage.twenty.store.count('people')]).toEqual([1, 1]);
  });

  it('follows a call that comes when everything is sent already, with a second run that finds nothing', async () => {
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    stage.twenty.faults.push({ kind: 'delay', ms: 2_000, times: 1, match: { operation: 'createPeople' } });
    const first = stage.push();
    while ((await stage.leads())[0].sync_status !== 'syncing') await stage.database.query('select pg_sleep(0.05)');
    await stage.push({ from: 'When leads are due', edit: instantPush });
    await first;

    expect((await stage.runs()).map(({ status, figures }) => [status, figures.pushed ?? 0])).toEqual([
      ['succeeded', 1],
      ['succeeded', 0],
    ]);
  });
});

/** What a user does who wants changes in Twenty at once. */
const instantPush: StageRunOptions['edit'] = (node) => {
  node('When leads are due').disabled = false;
};
