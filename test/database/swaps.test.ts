import { failed, person, useStore, written, type DoorAnswer, type Json, type PlannedWrite } from './store';

type Snapshot = Json & { twenty_id: string; email: string | null };

/** E-mails that go from lead to lead: Twenty keeps them unique, so somebody must let go first. */
describe('e-mails handed on between leads', () => {
  const store = useStore();
  const people = new Map<string, Snapshot>();
  beforeEach(() => people.clear());

  /** Leads a, b, c … with e-mails of their own, in both systems; their ids in the order of the names. */
  async function linked(...names: string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const name of names) {
      const snapshot = { ...person({ first_name: name }), email: `${name}@example.com` };
      people.set(snapshot.twenty_id, snapshot);
      ids.push(snapshot.twenty_id);
    }
    await store.pull([...people.values()]);
    return ids;
  }

  /** One batch of a push against `people`, which refuse an e-mail that another one has, as Twenty does. */
  async function pushOnce(limit = 200): Promise<DoorAnswer> {
    const claim = await store.claim(limit);
    const asked = claim.leads.flatMap((lead) => [lead.twenty_id, lead.email]);
    const read = [...people.values()].filter(
      (p) => asked.includes(p.twenty_id) || (p.email && asked.includes(p.email)),
    );
    const plan = await store.plan(claim, read);
    await store.complete(claim, plan.writes.map(write));
    return plan;
  }

  function write(planned: PlannedWrite): Json {
    const before = people.get(planned.twenty_id);
    const { email } = planned.values as { email?: string | null };
    const taken = email && [...people.values()].some((p) => p.email === email && p.twenty_id !== planned.twenty_id);
    if (taken) return failed(planned, 'duplicate', 'refused');
    const { values } = planned;
    people.set(planned.twenty_id, {
      ...(before ?? { ...person(), email: null }),
      ...values,
      twenty_id: planned.twenty_id,
    });
    return written(planned);
  }

  async function pushAll(limit?: number): Promise<void> {
    for (let round = 0; round < 12; round += 1) if ((await pushOnce(limit)).writes.length === 0) return;
    throw new Error('The push does not come to an end.');
  }

  const emails = (ids: string[]) => ids.map((id) => people.get(id)?.email);
  const statuses = async (ids: string[]) => {
    const leads = [];
    for (const id of ids) leads.push(await store.lead(id));
    return leads.map((lead) => lead.sync_status);
  };

  test('two leads that swap e-mails both get through', async () => {
    const [a, b] = await linked('a', 'b');
    await store.editLead(a, { email: 'b@example.com' });
    await store.editLead(b, { email: 'a@example.com' });
    await pushAll();
    expect(emails([a, b])).toEqual(['b@example.com', 'a@example.com']);
    expect(await statuses([a, b])).toEqual(['synced', 'synced']);
    expect(await store.lead(a)).toMatchObject({ email: 'b@example.com' });
  });

  test('the first write of a swap blanks one person’s e-mail and nothing else', async () => {
    const ids = (await linked('a', 'b')).sort();
    const [first, second] = ids.map((id) => String(people.get(id)?.email));
    await store.editLead(ids[0], { email: second, job_title: 'CTO' });
    await store.editLead(ids[1], { email: first });
    const plan = await pushOnce();
    expect(plan.writes).toMatchObject([{ lead_id: ids[0], op: 'update', values: { email: null } }]);
    expect(Object.keys(plan.writes[0].values)).toEqual(['email']);
    expect(plan.counts).toMatchObject({ held: 0 });
    expect(await store.lead(ids[0])).toMatchObject({ email: second, sync_status: 'pending' });
  });

  test('three leads that hand e-mails round in a circle get through, and a fourth behind them', async () => {
    const ids = await linked('a', 'b', 'c');
    await store.editLead(ids[0], { email: 'b@example.com' });
    await store.editLead(ids[1], { email: 'c@example.com' });
    await store.editLead(ids[2], { email: 'a@example.com' });
    await pushAll();
    expect(emails(ids)).toEqual(['b@example.com', 'c@example.com', 'a@example.com']);
    expect(await statuses(ids)).toEqual(['synced', 'synced', 'synced']);
  });

  test('a chain goes through from its free end', async () => {
    const ids = await linked('a', 'b', 'c');
    await store.editLead(ids[0], { email: 'b@example.com' });
    await store.editLead(ids[1], { email: 'c@example.com' });
    await store.editLead(ids[2], { email: 'free@example.com' });
    await pushAll();
    expect(emails(ids)).toEqual(['b@example.com', 'c@example.com', 'free@example.com']);
    expect(await statuses(ids)).toEqual(['synced', 'synced', 'synced']);
  });

  test('a new lead waits for an e-mail that another lead is giving up', async () => {
    const [a] = await linked('a');
    await store.editLead(a, { email: 'moved@example.com' });
    const fresh = await store.addLead({ first_name: 'New', email: 'a@example.com' });
    await pushAll();
    expect(emails([a, fresh])).toEqual(['moved@example.com', 'a@example.com']);
  });

  test('a swap whose halves come one after the other, a push in between, gets through', async () => {
    const [a, b] = await linked('a', 'b');
    await store.editLead(b, { email: 'a@example.com' });
    await pushAll();
    expect(await store.lead(b)).toMatchObject({
      sync_status: 'error',
      sync_error_message: expect.stringContaining(`duplicate_of ${a}`) as string,
    });
    await store.editLead(a, { email: 'b@example.com' });
    await pushOnce(); // finds that the other one is to give its e-mail up, and wakes it
    await pushAll();
    expect(emails([a, b])).toEqual(['b@example.com', 'a@example.com']);
  });

  test('a circle of three, one of them held from before, gets through', async () => {
    const ids = await linked('a', 'b', 'c');
    await store.editLead(ids[2], { email: 'a@example.com' });
    await pushAll();
    await store.editLead(ids[0], { email: 'b@example.com' });
    await store.editLead(ids[1], { email: 'c@example.com' });
    await pushOnce();
    await pushAll();
    expect(emails(ids)).toEqual(['b@example.com', 'c@example.com', 'a@example.com']);
  });

  test('a lead that wants the e-mail of one that keeps it is held, and moves nobody', async () => {
    const [a, b] = await linked('a', 'b');
    await store.editLead(a, { email: 'b@example.com' });
    expect(await pushOnce()).toMatchObject({ writes: [], counts: { held: 1 } });
    expect(emails([a, b])).toEqual(['a@example.com', 'b@example.com']);
  });

  test('two leads that want the e-mail of a third that keeps it do not chase each other', async () => {
    const ids = await linked('a', 'b', 'c');
    await store.editLead(ids[0], { email: 'b@example.com' });
    await store.editLead(ids[1], { email: 'c@example.com' });
    await pushAll();
    expect(await statuses(ids)).toEqual(['error', 'error', 'synced']);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('a crash after the blank landed loses no e-mail: its echo is known, and the swap goes on', async () => {
    const ids = (await linked('a', 'b')).sort();
    const [first, second] = ids.map((id) => String(people.get(id)?.email));
    await store.editLead(ids[0], { email: second });
    await store.editLead(ids[1], { email: first });
    const claim = await store.claim();
    const plan = await store.plan(claim, [...people.values()]);
    plan.writes.forEach(write); // lands, and nobody lives to report it
    await store.sql.query('update lead_sync.lead_states set due_at = now() where due_at is not null');

    const pulled = await store.pull([...people.values()]);
    expect(pulled.counts).toMatchObject({ conflict: 0 });
    expect(await store.lead(ids[0])).toMatchObject({ email: second });
    await pushAll();
    expect(emails(ids)).toEqual([second, first]);
    expect(await store.rows('select id from public.lead_sync_conflicts')).toEqual([]);
  });
});
