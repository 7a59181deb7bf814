import { useStore, type Json } from '../store';

describe('the stages of the workspace', () => {
  const store = useStore();

  const keep = (...options: Json[]): Promise<Json> => store.rpc('store_stages', { p_options: options });
  const stages = (): Promise<Json[]> =>
    store.rows(
      'select stage, label, position, outcome, removed_at is not null as removed from public.sales_stages order by position, option_id, removed_at',
    );

  const NEW = { id: 'x', value: 'NEW', label: 'New', color: 'red', position: 0 };
  const WON = { value: 'CUSTOMER', label: 'Deal won', position: 2 };
  const LOST = { value: 'CLOSED_LOST', label: 'Closed', position: 3 };
  const WONDER = { value: 'WONDER', label: 'Almost', position: 1 };

  test('come with label and order; won and lost are guessed where a name says so, and nowhere else', async () => {
    expect(await keep(NEW, WON, LOST, WONDER)).toEqual({ stages: 4, added: 4, changed: 0, removed: 0 });
    expect(await stages()).toEqual([
      { stage: 'NEW', label: 'New', position: 0, outcome: 'open', removed: false },
      { stage: 'WONDER', label: 'Almost', position: 1, outcome: 'open', removed: false },
      { stage: 'CUSTOMER', label: 'Deal won', position: 2, outcome: 'won', removed: false },
      { stage: 'CLOSED_LOST', label: 'Closed', position: 3, outcome: 'lost', removed: false },
    ]);
  });

  test('follow a new label and order, and leave what people decided', async () => {
    await keep(NEW, WON);
    await store.sql.query(`update public.sales_stages set outcome = 'won' where stage = 'NEW'`);

    expect(await keep({ ...NEW, label: 'Lost and found', position: 5 }, WON)).toMatchObject({ added: 0, changed: 1 });
    expect((await stages())[1]).toMatchObject({ stage: 'NEW', label: 'Lost and found', position: 5, outcome: 'won' });
    expect(await keep({ ...NEW, label: 'Lost and found', position: 5 }, WON)).toMatchObject({ changed: 0 });
  });

  test('one that is removed stays known as such, until it comes back', async () => {
    await keep(NEW, WON);
    expect(await keep(NEW)).toEqual({ stages: 1, added: 0, changed: 0, removed: 1 });
    expect((await stages())[1]).toMatchObject({ stage: 'CUSTOMER', outcome: 'won', removed: true });
    expect(await keep(NEW, WON)).toMatchObject({ changed: 1, removed: 0 });
    expect((await stages())[1]).toMatchObject({ removed: false });
  });

  test('one whose value is renamed means for revenue what it meant', async () => {
    const customer = { id: 'c', value: 'CUSTOMER', label: 'Customer', position: 2 };
    await keep(NEW, customer);
    await store.sql.query(`update public.sales_stages set outcome = 'won' where stage = 'CUSTOMER'`);
    await store.sql.query(
      `insert into public.opportunities (name, stage, amount, currency) values ('read again', 'CUSTOMER', 5, 'EUR'), ('as it was', 'CUSTOMER', 5, 'EUR')`,
    );

    const renamed = { ...customer, value: 'CLIENT', label: 'Client' };
    expect(await keep(NEW, renamed)).toEqual({ stages: 2, added: 1, changed: 0, removed: 1 });
    await store.sql.query(`update public.opportunities set stage = 'CLIENT' where name = 'read again'`);
    await keep(NEW, { ...renamed, value: 'BUYER' });

    expect((await stages()).slice(1)).toMatchObject([
      { stage: 'CUSTOMER', outcome: 'won', removed: true },
      { stage: 'CLIENT', outcome: 'won', removed: true },
      { stage: 'BUYER', outcome: 'won', removed: false },
    ]);
    expect(await store.rpc('attribute_revenue')).toMatchObject({ totals: [{ won_amount: 10, won: 2 }] });
  });

  test('two whose values change places mean what they meant', async () => {
    const meeting = { id: 'm', value: 'MEETING', label: 'Meeting', position: 1 };
    const customer = { id: 'c', ...WON };
    await keep(meeting, customer);

    await keep({ ...meeting, value: 'CUSTOMER' }, { ...customer, value: 'MEETING' });

    expect(await stages()).toMatchObject([
      { stage: 'CUSTOMER', label: 'Meeting', outcome: 'open', removed: false },
      { stage: 'MEETING', label: 'Deal won', outcome: 'won', removed: false },
    ]);
  });

  test('a new one in the place of one that is removed is another one', async () => {
    await keep(NEW, { id: 'c', ...WON });
    await keep(NEW, { id: 'd', value: 'PAUSED', label: 'Paused', position: WON.position });

    expect((await stages()).find(({ stage }) => stage === 'PAUSED')).toMatchObject({ outcome: 'open' });
  });

  test('an empty list removes none; what is no list of options is refused', async () => {
    await keep(NEW);
    expect(await keep()).toEqual({ stages: 1, added: 0, changed: 0, removed: 0 });
    await expect(keep({ label: 'New' })).rejects.toMatchObject({ code: '22023' });
    await expect(store.rpc('store_stages', { p_options: { value: 'NEW' } })).rejects.toMatchObject({ code: '22023' });
  });
});
