import { person, useStore } from './store';

/** `public.leads` is the users' table: what they add to it, change and drop again is no business of the sync. */
describe('columns that people add to leads', () => {
  const store = useStore('once');

  /** A pull, a form's insert and a push, in the sessions that ran the functions before. */
  const syncs = async (name: string): Promise<void> => {
    const pulled = await store.pull([person({ first_name: name, email: `${name}@pulled.example` })]);
    expect(pulled.counts).toMatchObject({ created: 1 });
    const id = await store.addLead({ first_name: name, email: `${name}@pushed.example` });
    const claim = await store.claim();
    expect(claim.leads.map((lead) => lead.lead_id)).toEqual([id]);
    expect((await store.plan(claim, [])).writes).toMatchObject([{ lead_id: id, op: 'create' }]);
    await store.complete(claim, [{ lead_id: id, ok: false, op: 'create', category: 'server', outcome: 'refused' }]);
    await store.sql.query('update lead_sync.lead_states set due_at = null where lead_id = $1', [id]);
  };

  test('come, change their type and go while the sync runs', async () => {
    await syncs('before');
    await store.sql.query(`alter table public.leads add column shoe_size integer not null default 42`);
    await syncs('added');
    await store.sql.query(`alter table public.leads alter column shoe_size type text using shoe_size::text`);
    await syncs('changed');
    await store.sql.query(`update public.leads set shoe_size = '43' where first_name = 'added'`);
    expect(await store.rows('select distinct shoe_size from public.leads order by 1')).toEqual([
      { shoe_size: '42' },
      { shoe_size: '43' },
    ]);
    await store.sql.query(`alter table public.leads rename column shoe_size to size`);
    await syncs('renamed');
    await store.sql.query(`alter table public.leads drop column size`);
    await syncs('dropped');
  });
});
