import { randomUUID } from 'node:crypto';
import { Crash } from './harness';
import { setSync, syncItems, useStage } from './stage';
import { withAlerts } from './telling';

const stage = useStage();

const person = (record_id: string, action = 'updated') => ({ object: 'person', record_id, action });

async function waiting(): Promise<number> {
  const { rows } = await stage.database.query('select from lead_sync.inbox');
  return rows.length;
}

/** How many times Twenty was asked for people; looking at its objects is not reading. */
const reads = (): number => stage.twenty.stats.snapshot().byOperation.people ?? 0;

describe('Twenty webhook handler', () => {
  it('reads a person that Twenty told of and merges it', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada', 'Countess');

    const run = await stage.handle([person(id, 'created')]);

    expect(run.status).toBe('success');
    expect(await stage.leads()).toMatchObject([{ twenty_id: id, email: 'ada@example.com', job_title: 'Countess' }]);
    expect(await stage.runs()).toMatchObject([
      { mode: 'inbox', trigger: 'webhook', status: 'succeeded', figures: { created: 1, drained: 1 } },
    ]);
    expect(await waiting()).toBe(0);
  });

  it('reads a record once however many events came for it', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada');

    await stage.handle(Array.from({ length: 50 }, () => person(id)));

    expect(reads()).toBe(1);
    expect((await stage.runs())[0].figures).toMatchObject({ read: 1, drained: 1 });
  });

  it('reads 200 records a call', async () => {
    const ids = Array.from({ length: 401 }, (_, n) => stage.addPerson(`p${n}@example.com`, 'Ada'));

    const run = await stage.handle(ids.map((id) => person(id, 'created')));

    expect(reads()).toBe(3);
    expect(syncItems(run)).toMatchObject([{ status: 'succeeded', figures: { drained: 401 } }]);
    expect(await stage.leads()).toHaveLength(401);
    expect(run.kept).not.toContain('@example.com');
  });

  it('carries deletions and restorations as Twenty has them, whatever order the events come in', async () => {
    const [ada, grace] = [stage.addPerson('ada@example.com', 'Ada'), stage.addPerson('grace@example.com', 'Grace')];
    await stage.handle([person(ada), person(grace)]);
    stage.twenty.store.remove('people', ada);

    await stage.handle([person(ada, 'restored'), person(ada, 'deleted'), person(ada, 'created')]);

    const deleted = async (): Promise<boolean[]> => (await stage.leads()).map((lead) => lead.deleted_at !== null);
    expect(await deleted()).toEqual([true, false]);
    stage.twenty.store.remove('people', ada, 'restore');
    await stage.handle([person(ada, 'restored')]);
    expect(await deleted()).toEqual([false, false]);
  });

  it('deletes the lead of a destroyed person after a second read has confirmed it', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada');
    await stage.handle([person(id)]);
    stage.twenty.store.remove('people', id, 'destroy');
    await stage.handle([person(id, 'destroyed')]);
    expect((await stage.leads())[0].deleted_at).toBeNull();

    await stage.database.query(`
      update lead_sync.inbox set due_at = now();
      update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await stage.handle([]);

    expect((await stage.leads())[0].deleted_at).not.toBeNull();
    expect(await waiting()).toBe(0);
  });

  it('lets the people of a company take its new name, which no delta shows', async () => {
    const [company] = stage.twenty.store.insert('companies', [{ name: 'Acme' }]);
    stage.twenty.store.insert('people', [
      { name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' }, companyId: company },
      { name: { firstName: 'Grace' }, emails: { primaryEmail: 'grace@example.com' } },
    ]);
    await stage.pull();
    stage.twenty.store.update('companies', company, { name: 'Acme & Sons' });
    stage.twenty.stats.reset();

    await stage.handle([{ object: 'company', record_id: company, action: 'updated' }]);

    const { rows } = await stage.database.query('select company_name from public.leads order by email');
    expect(rows).toEqual([{ company_name: 'Acme & Sons' }, { company_name: null }]);
    expect(reads()).toBe(1);
  });

  it('ignores what is not synced and asks Twenty nothing', async () => {
    const run = await stage.handle([{ object: 'opportunity', record_id: randomUUID() }]);

    expect(syncItems(run)).toMatchObject([{ started: false, reason: 'Nothing waits in the inbox' }]);
    expect(stage.twenty.stats.requests).toBe(0);
    expect(await stage.runs()).toEqual([]);
  });

  it('shrugs off events for records that exist nowhere', async () => {
    const run = await stage.handle([person(randomUUID(), 'updated'), person(randomUUID(), 'destroyed')]);

    expect(run.status).toBe('success');
    expect(await stage.leads()).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  it('ends quietly while another drain is active, which then looks again', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada');
    await stage.database.query('select public.add_to_inbox($1)', [JSON.stringify([person(randomUUID())])]);
    const { rows } = await stage.database.query<{ run: object }>(
      "select public.start_sync_run('twenty_to_supabase', 'inbox', 'webhook') -> 'run' as run",
    );

    const run = await stage.handle([person(id)]);

    expect(syncItems(run)).toMatchObject([{ started: false }]);
    expect(reads()).toBe(0);
    expect(await waiting()).toBe(2);
    const finished = await stage.database.query<{ again: boolean }>(
      "select (public.finish_sync_run($1) -> 'again')::boolean as again",
      [JSON.stringify(rows[0].run)],
    );
    expect(finished.rows[0].again).toBe(true);
  });

  it('takes what came while it was at work before it ends', async () => {
    const [ada, grace] = [stage.addPerson('ada@example.com', 'Ada'), stage.addPerson('grace@example.com', 'Grace')];
    // Twenty takes its time for the first read; Grace's event comes meanwhile and meets the active drain
    stage.twenty.faults.push({ kind: 'delay', ms: 1_500, times: 1, match: { operation: 'people' } });
    const first = stage.handle([person(ada)]);
    const claimed = 'select from lead_sync.inbox where run_id is not null';
    while ((await stage.database.query(claimed)).rowCount === 0) await stage.database.query('select pg_sleep(0.05)');

    const second = await stage.handle([person(grace)]);
    expect(syncItems(second)).toMatchObject([{ started: false }]);
    await first;

    expect((await stage.leads()).map(({ email }) => email)).toEqual(['ada@example.com', 'grace@example.com']);
    expect((await stage.runs()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(await waiting()).toBe(0);
  });

  it('runs while a pull is open, and leaves its position alone', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada');
    await stage.database.query("select public.start_sync_run('twenty_to_supabase')");

    await stage.handle([person(id)]);

    expect(await stage.leads()).toHaveLength(1);
    expect((await stage.runs()).map(({ mode, status }) => [mode, status])).toEqual([
      ['full', 'running'],
      ['inbox', 'succeeded'],
    ]);
  });

  it('takes up again what a killed drain had claimed', async () => {
    const ids = stage.addPeople('a', 'b', 'c');
    const events = ids.map((id) => person(id));
    await expect(
      stage.handle(events, {
        edit: setSync({ batchSize: 2 }),
        interrupt: { before: /claim_inbox/, nth: 2, by: 'crash' },
      }),
    ).rejects.toThrow(Crash);
    expect(await stage.leads()).toHaveLength(2);
    await stage.endLeases();

    await stage.handle([]);

    expect(await stage.leads()).toHaveLength(3);
    expect(await waiting()).toBe(0);
  });

  it('closes the run as failed and alerts when Twenty refuses the key; the ids wait for the next try', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada');

    const run = await stage.handle([person(id)], { apiKey: 'wrong', edit: withAlerts });

    expect(run.status).toBe('error');
    expect(await stage.runs()).toMatchObject([
      { status: 'failed', error: expect.stringContaining('Twenty does not accept the API key') as string },
    ]);
    expect(stage.telegram.messages).toHaveLength(1);
    expect(await waiting()).toBe(1);
    await stage.handle([]);
    expect(await stage.leads()).toHaveLength(1);
  });

  it('alerts when the ids cannot even be noted', async () => {
    const run = await stage.handle([person(randomUUID())], {
      credentials: { leadSyncSupabaseApi: { serviceKey: 'wrong' } },
      edit: withAlerts,
    });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Supabase does not accept the service key');
    expect(stage.telegram.messages).toHaveLength(1);
  });

  it('asks nothing and keeps no run when the schedule finds an empty inbox', async () => {
    const run = await stage.handle([]);

    expect(run.status).toBe('success');
    expect(stage.twenty.stats.requests).toBe(0);
    expect(await stage.runs()).toEqual([]);
  });
});

describe('the schedule beside webhooks', () => {
  it('finds nothing to do when all of them came', async () => {
    const id = stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();
    stage.twenty.store.update('people', id, { jobTitle: 'Countess' });
    await stage.handle([person(id)]);

    await stage.pull();

    expect((await stage.runs()).at(-1)?.figures).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
  });

  it('makes up for all of them when none came', async () => {
    const ids = stage.addPeople('ada', 'grace');
    await stage.pull();
    stage.twenty.store.update('people', ids[0], { jobTitle: 'Countess' });
    stage.twenty.store.remove('people', ids[1]);

    await stage.pull();

    expect(await stage.leads()).toMatchObject([{ job_title: 'Countess' }, { deleted_at: expect.any(Date) as Date }]);
  });
});
