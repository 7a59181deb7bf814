import { Store } from './store';

/** A batch sets force_custom_plan, which whatever it calls would inherit: planning, once a row and function, took more time than all else. */
describe('a function that is called for each row is planned once', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.open();
  });
  afterAll(() => store.close());

  const plannedAnew = (which: string): Promise<unknown[]> =>
    store.rows(`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace = 'lead_sync'::regnamespace and ${which}
        and not coalesce(p.proconfig, '{}') @> array['plan_cache_mode=force_generic_plan']`);

  test('one of its arguments alone', async () => {
    expect(await plannedAnew(`p.provolatile = 'i' and p.prosrc ~ '\\mselect\\M'`)).toEqual([]);
  });

  test('one that looks into a table, whatever the batch', async () => {
    const names = ['lead_values', 'country_code', 'income_tier', 'shared_host', 'assess_lead', 'note_lead_write'];
    expect(await plannedAnew(`p.proname in ('${names.join("', '")}')`)).toEqual([]);
  });
});
