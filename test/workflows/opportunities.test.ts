import { useStage, type StageRunOptions } from './stage';

const stage = useStage();

/** The workflow as it is bundled, or a copy for another object. */
const sync = (from: string, object?: string, record_id?: string) =>
  stage.run('opportunity-sync', {
    from,
    ...(record_id !== undefined && { items: [{ object: object ?? 'opportunity', record_id }] }),
    ...(object !== undefined && { edit: forObject(object) }),
  });

/** What a user does who copies it. */
const forObject =
  (value: string): StageRunOptions['edit'] =>
  (node) => {
    node('When an opportunity changes').parameters.objects = [value];
    for (const name of ['Drain inbox', 'Pull opportunities', 'Push opportunities', 'Reconcile opportunities'])
      node(name).parameters.object = { __rl: true, mode: 'name', value };
  };

const rows = async (table: string): Promise<unknown[]> =>
  (await stage.database.query(`select * from public.${table}`)).rows;

describe('Opportunity sync', () => {
  it('reads on time what is left in its inbox: a deal that was destroyed, once a second read misses it, too', async () => {
    const [id] = stage.twenty.store.insert('opportunity', [{ name: 'Fleet' }]);
    await sync('Every 5 minutes');
    expect(await rows('opportunities')).toMatchObject([{ name: 'Fleet', deleted_at: null }]);
    stage.twenty.store.remove('opportunity', id, 'destroy');

    await sync('When an opportunity changes', undefined, id);
    expect(await rows('opportunities')).toMatchObject([{ deleted_at: null }]);
    await stage.database.query(
      `update lead_sync.inbox set due_at = now();
       update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes' where absent_since is not null`,
    );
    await sync('Every 5 minutes');

    expect(await rows('opportunities')).toMatchObject([{ deleted_at: expect.any(Date) }]);
    expect((await stage.database.query('select from lead_sync.inbox')).rows).toEqual([]);
  });

  it('fails with the reason of its push, although its pull was well', async () => {
    await sync('Every 5 minutes');
    await stage.database.query(`insert into public.opportunities (name) values ('Fleet')`);
    stage.twenty.faults.push({ kind: 'status', status: 401, times: 1000, match: { operation: 'createOpportunities' } });

    const run = await sync('Every 5 minutes');

    expect(run.status).toBe('error');
    expect(run.error).toMatch(/Twenty/);
    stage.twenty.faults.length = 0;
  });

  it('copied for companies, takes a company that was renamed by its webhook alone, as the handler does for its people', async () => {
    const [acme] = stage.twenty.store.insert('company', [{ name: 'Acme' }]);
    stage.twenty.store.insert('person', [{ name: { firstName: 'Ada' }, companyId: acme }]);
    await stage.pull();
    expect((await sync('Every 5 minutes', 'company')).status).toBe('success');
    stage.twenty.store.update('company', acme, { name: 'Acme & Sons' });

    await sync('When an opportunity changes', 'company', acme);
    expect(await rows('lead_companies')).toMatchObject([{ name: 'Acme & Sons', sync_status: 'synced' }]);
    expect(await rows('leads')).toMatchObject([{ company_name: 'Acme' }]);
    await stage.handle([{ object: 'company', record_id: acme }]);

    expect(await rows('leads')).toMatchObject([{ company_name: 'Acme & Sons' }]);
    await sync('Every 5 minutes', 'company');
    expect((await stage.database.query('select from lead_sync.inbox')).rows).toEqual([]);
  });
});
