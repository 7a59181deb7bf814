import { setSync, useStage } from './stage';

const stage = useStage();

/** What a time limit does, without the time: the database stops what writes this lead, and counts how often it was asked to. */
beforeEach(() =>
  stage.database.query(`
    create sequence public.stopped_calls;
    grant usage on sequence public.stopped_calls to service_role;
    create function public.users_rule() returns trigger language plpgsql as $$
    begin
      perform nextval('public.stopped_calls');
      raise exception 'canceling statement due to statement timeout' using errcode = 'query_canceled';
    end $$;
    create trigger users_rule before insert or update on public.leads for each row
      when (new.first_name = 'slow') execute function public.users_rule()`),
);
afterEach(() => stage.database.query('drop function public.users_rule cascade; drop sequence public.stopped_calls'));

async function stoppedCalls(): Promise<number> {
  const { rows } = await stage.database.query<{ calls: number }>(
    'select case when is_called then last_value::integer else 0 end as calls from public.stopped_calls',
  );
  return rows[0].calls;
}

const NAMES = ['a', 'b', 'slow', 'c'];

describe('a call that the database stops at its time limit', () => {
  it('is not sent again as it is by a pull: halves go instead, and the one that takes so long is rejected', async () => {
    stage.addPeople(...NAMES);

    const run = await stage.pull({ edit: setSync({ pageSize: 4 }) });

    expect(run.status).toBe('success');
    expect(await stoppedCalls()).toBe(3);
    expect((await stage.leads()).map(({ first_name }) => first_name).sort()).toEqual(['a', 'b', 'c']);
    expect(await stage.runs()).toMatchObject([{ status: 'succeeded', figures: { created: 3, rejected: 1 } }]);
  });

  it('nor by a drain', async () => {
    const ids = stage.addPeople(...NAMES);

    await stage.handle(ids.map((record_id) => ({ object: 'person', record_id, action: 'created' })));

    expect(await stoppedCalls()).toBe(3);
    expect(await stage.leads()).toHaveLength(3);
  });

  it('nor by a push: its leads come in ever smaller claims of the same run, and the one that takes so long is given back', async () => {
    await stage.database.query('alter table public.leads disable trigger users_rule');
    await stage.addLeadsCalled(...NAMES);
    await stage.database.query('alter table public.leads enable trigger users_rule');

    const run = await stage.push();

    expect(run.status).toBe('success');
    expect(await stoppedCalls()).toBe(4);
    expect((await stage.leads()).map(({ first_name, sync_status }) => [first_name, sync_status])).toEqual([
      ['a', 'synced'],
      ['b', 'synced'],
      ['c', 'synced'],
      ['slow', 'pending'],
    ]);
    const { rows } = await stage.database.query('select refusal from lead_sync.lead_states where refusal is not null');
    expect(rows).toEqual([{ refusal: expect.stringContaining('not even alone') as string }]);
  });

  it('ends a push that is stopped again and again', async () => {
    await stage.database.query('alter table public.leads disable trigger users_rule');
    await stage.addLeads(...['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com`, firstName: 'slow' })));
    await stage.database.query('alter table public.leads enable trigger users_rule');

    const run = await stage.push();

    expect(run.error).toMatch(/longer than its statement timeout/);
    expect(await stoppedCalls()).toBe(5);
  });
});
