import { readFileSync } from 'node:fs';
import { useStore, person, type Store } from '../store';
import { OwnerDatabase } from '../../setup/owner-database';
import { ObjectRuns, aUuid } from './opportunities';

const GUIDE = readFileSync('docs/another-object.md', 'utf8');
const [MAKE, TAKE_BACK, KNOWN_BY_NAME] = [...GUIDE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql);

/** What the guide *Sync another object* says, done in its order. */
describe('another object, by the guide', () => {
  const store: Store = useStore();
  const runs = new ObjectRuns(store, 'subscription', 'public.subscriptions');

  beforeEach(() => store.sql.query(MAKE));
  afterEach(() => store.sql.query(TAKE_BACK));

  const subscription = (values = {}): ReturnType<typeof person> =>
    person({
      name: 'Pro',
      price: { amount: '9.9', currency: 'EUR' },
      status: 'ACTIVE',
      renews_at: '2026-12-01T00:00:00.000Z',
      contact_id: null,
      ...values,
    });

  test('an adapter is sixty lines at most', () => {
    const adapter = MAKE.slice(MAKE.indexOf('-- what a row says')).trim().split('\n');
    expect(adapter.length).toBeLessThanOrEqual(60);
  });

  test('its records become rows, its rows records; each hangs on its lead, whichever comes first', async () => {
    const ada = person({ email: 'ada@example.com' });
    const read = subscription({ contact_id: ada.twenty_id });
    expect((await runs.pull([read])).counts).toMatchObject({ created: 1 });
    await store.pull([ada]);
    expect(await runs.row(read.twenty_id)).toMatchObject({
      name: 'Pro',
      price: '9.9',
      currency: 'EUR',
      status: 'ACTIVE',
      renews_at: new Date('2026-12-01T00:00:00Z'),
      lead_id: ada.twenty_id,
      contact_id: null,
      sync_status: 'synced',
    });

    const leadId = await store.addLead({ email: 'bob@example.com' });
    const made = await runs.add({ name: 'Basic', price: 5, currency: 'EUR', lead_id: leadId });
    expect((await runs.push()).writes).toEqual([]);
    await store.push();
    expect((await runs.push()).writes).toMatchObject([
      {
        lead_id: made,
        op: 'create',
        twenty_id: made,
        values: { name: 'Basic', price: { amount: '5', currency: 'EUR' }, contact_id: leadId },
      },
    ]);
    expect(await runs.row(made)).toMatchObject({ sync_status: 'synced', twenty_id: made });
  });

  test('an edit, a blank and a deletion travel either way', async () => {
    const read = subscription({ contact_id: aUuid() });
    await runs.pull([read]);
    await runs.edit(read.twenty_id, { status: 'PAUSED', renews_at: null });
    expect((await runs.push([read])).writes).toMatchObject([{ values: { status: 'PAUSED', renews_at: null } }]);

    const later = { ...read, status: 'PAUSED', renews_at: null, twenty_updated_at: new Date().toISOString() };
    await runs.pull([{ ...later, price: null, twenty_deleted_at: new Date().toISOString() }]);
    expect(await runs.row(read.twenty_id)).toMatchObject({ deleted_at: expect.any(Date), sync_status: 'synced' });
  });

  test('known by its name, one that is on both sides is one, however the name is spelt here', async () => {
    const early = await runs.add({ name: ' Pro\t' });
    await store.sql.query(KNOWN_BY_NAME);
    const late = await runs.add({ name: 'Basic\u00a0plan ' });

    const { results } = await runs.pull([subscription(), subscription({ name: 'Basic plan' })]);

    expect(results).toMatchObject([
      { lead_id: early, linked: true },
      { lead_id: late, linked: true },
    ]);
    expect(await store.rows('select name from public.subscriptions order by name')).toEqual([
      { name: 'Basic plan' },
      { name: 'Pro' },
    ]);
  });

  test('taken back, it leaves no state and no open conflict', async () => {
    const read = subscription();
    await runs.pull([read]);
    await runs.edit(read.twenty_id, { status: 'PAUSED' });
    await runs.pull([{ ...read, status: 'ENDED', twenty_updated_at: new Date().toISOString() }]);
    const left = () =>
      store.rows('select field from public.lead_sync_conflicts union all select adapter from lead_sync.lead_states');
    expect(await left()).toEqual([{ field: 'status' }, { field: 'subscription' }]);

    await store.sql.query(TAKE_BACK);
    const isLeft = await left();
    await store.sql.query(MAKE);
    expect(isLeft).toEqual([]);
  });

  test('the schema may be applied again over it; uninstalling names it and leaves all as it is, until it is taken back', async () => {
    const database = await OwnerDatabase.create('guide_test');
    try {
      await database.applySchema();
      await database.run(MAKE);
      await database.applySchema();
      expect(
        await database.column(`select adapter as name from lead_sync.objects where adapter = 'subscription'`),
      ).toHaveLength(1);
      await expect(database.apply('uninstall.sql')).rejects.toThrow('subscriptions');

      await database.run(TAKE_BACK);
      await database.apply('uninstall.sql');
      expect(await database.inventory()).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
