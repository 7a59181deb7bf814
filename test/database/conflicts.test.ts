import { person, useStore, type Json, type Snapshot } from './store';

interface Conflict extends Json {
  id: number;
  lead_id: string;
  field: string;
  winner: string;
  resolution: string | null;
}

interface Listed extends Json {
  conflicts: Conflict[];
  total: number;
  has_next: boolean;
  position: number | null;
}

describe('conflicts', () => {
  const store = useStore();

  const list = async (args: Json = {}) => await store.rpc<Listed>('get_conflicts', args);
  const resolve = (conflict: Conflict, take: string) =>
    store.rpc<{ resolved: boolean; conflict: Conflict; sync_status: string }>('resolve_conflict', {
      p_conflict_id: conflict.id,
      p_take: take,
    });

  /** A linked lead whose field both sides changed; what Twenty holds then, and the conflict. */
  async function conflictOf(
    winner: 'twenty' | 'supabase',
    field = 'job_title',
    [local, remote]: [unknown, unknown] = ['Local', 'Remote'],
  ): Promise<{ snapshot: Snapshot; conflict: Conflict }> {
    const before = person({ first_name: 'Ada', email: 'ada@example.com', [field]: null });
    await store.pull([before]);
    await store.sql.query(`update lead_sync.field_mappings set policy = $1 where lead_field = $2`, [
      `${winner}_wins`,
      field,
    ]);
    await store.editLead(before.twenty_id, { [field]: local });
    const snapshot = { ...before, [field]: remote };
    await store.pull([snapshot]);
    const [conflict] = (await list()).conflicts;
    return { snapshot, conflict };
  }

  /** What the next push writes when Twenty holds this snapshot. */
  async function pushed(snapshot: Snapshot): Promise<Json | undefined> {
    return (await store.push([snapshot])).writes.at(0)?.values;
  }

  test('are listed with who won, both values, the value now, the reason and when', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    expect(conflict).toMatchObject({
      lead_id: snapshot.twenty_id,
      twenty_id: snapshot.twenty_id,
      email: 'ada@example.com',
      field: 'job_title',
      winner: 'twenty',
      supabase_value: 'Local',
      twenty_value: 'Remote',
      current_value: 'Remote',
      reason: 'policy: Twenty wins',
      resolved_at: null,
      resolution: null,
    });
    expect(Date.parse(conflict.created_at as string)).toBeLessThanOrEqual(Date.now());
  });

  test('come in pages, the newest first', async () => {
    await store.sql.query(`update lead_sync.field_mappings set policy = 'twenty_wins'`);
    for (let i = 0; i < 3; i += 1) {
      const ada = person({ first_name: 'Ada' });
      await store.pull([ada]);
      await store.editLead(ada.twenty_id, { first_name: `Local ${i}` });
      await store.pull([{ ...ada, first_name: `Remote ${i}` }]);
    }
    const first = await list({ p_limit: 2 });
    const second = await list({ p_limit: 2, p_position: first.position });
    expect([first, second].flatMap((page) => page.conflicts.map((c) => c.twenty_value))).toEqual([
      'Remote 2',
      'Remote 1',
      'Remote 0',
    ]);
    expect([first.has_next, second.has_next, first.total]).toEqual([true, false, 3]);
  });

  test('Twenty won, Supabase’s value is taken: it goes out to Twenty', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    expect(await resolve(conflict, 'supabase')).toMatchObject({
      resolved: true,
      conflict: { resolution: 'supabase', current_value: 'Local' },
      sync_status: 'pending',
    });
    expect(await pushed(snapshot)).toEqual({ job_title: 'Local' });
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ job_title: 'Local', sync_status: 'synced' });
    expect(await list()).toMatchObject({ total: 0 });
  });

  test('Supabase won and was pushed, Twenty’s value is taken: it goes out again', async () => {
    const { snapshot, conflict } = await conflictOf('supabase');
    expect(await pushed(snapshot)).toEqual({ job_title: 'Local' });

    expect(await resolve(conflict, 'twenty')).toMatchObject({ conflict: { current_value: 'Remote' } });
    expect(await pushed({ ...snapshot, job_title: 'Local' })).toEqual({ job_title: 'Remote' });
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ job_title: 'Remote', sync_status: 'synced' });
  });

  test('Supabase won and was not pushed yet, Twenty’s value is taken: nothing goes out', async () => {
    const { snapshot, conflict } = await conflictOf('supabase');
    await resolve(conflict, 'twenty');
    expect(await pushed(snapshot)).toBeUndefined();
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ job_title: 'Remote', sync_status: 'synced' });
  });

  test.each(['twenty', 'supabase'] as const)('taking the value of %s, which won, writes nothing', async (winner) => {
    const { snapshot, conflict } = await conflictOf(winner);
    const before = await store.lead(snapshot.twenty_id);
    expect(await resolve(conflict, winner)).toMatchObject({ conflict: { resolution: winner } });
    expect(await store.lead(snapshot.twenty_id)).toEqual(before);
  });

  test('neither closes a conflict and leaves the field as it is', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    await store.editLead(snapshot.twenty_id, { job_title: 'Third' });
    await resolve(conflict, 'neither');
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ job_title: 'Third' });
    expect((await list({ p_status: 'resolved' })).conflicts).toMatchObject([{ resolution: 'neither' }]);
  });

  test('a blank is a value that can be taken', async () => {
    const { snapshot, conflict } = await conflictOf('supabase', 'city', ['Paris', null]);
    expect(conflict).toBeUndefined(); // only one side changed: no conflict

    await pushed(snapshot);
    await store.editLead(snapshot.twenty_id, { city: 'Rome' });
    await store.pull([{ ...snapshot, city: null }]);
    const [blanked] = (await list()).conflicts;
    await resolve(blanked, 'twenty');
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ city: null });
  });

  test('attributes and numbers are taken as well', async () => {
    await store.sql.query(
      `insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind, policy) values ('person', 'attributes.utm', 'utm', 'text', 'twenty_wins');
       update lead_sync.field_mappings set direction = 'both', policy = 'twenty_wins' where lead_field = 'lead_score'`,
    );
    const ada = person({ lead_score: 1, attributes: { utm: 'a' } });
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { lead_score: 7.5, attributes: { utm: 'local', own: 1 } });
    await store.pull([{ ...ada, lead_score: 9, attributes: { utm: 'remote' } }]);
    for (const conflict of (await list()).conflicts) await resolve(conflict, 'supabase');
    expect(await store.lead(ada.twenty_id)).toMatchObject({
      lead_score: '7.5',
      attributes: { utm: 'local', own: 1 },
      sync_status: 'pending',
    });
  });

  test('a field that changed here since is refused, and nothing is written', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    await store.editLead(snapshot.twenty_id, { job_title: 'Third' });
    await expect(resolve(conflict, 'supabase')).rejects.toMatchObject({
      code: 'PT409',
      message: expect.stringContaining('job_title has changed since') as string,
      hint: expect.stringContaining('take neither') as string,
    });
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ job_title: 'Third' });
    expect(await list()).toMatchObject({ total: 1 });
  });

  test('a phone that changed here since is refused, though its last nine digits are the same', async () => {
    const { snapshot, conflict } = await conflictOf('twenty', 'phone', ['+1 212 555 0100', '+1 415 555 2671']);
    await store.editLead(snapshot.twenty_id, { phone: '+1 315 555 2671' });
    await expect(resolve(conflict, 'supabase')).rejects.toMatchObject({
      message: expect.stringMatching(/it is "\+1 315 555 2671" here/) as string,
    });
  });

  test('another spelling of the phone that won is no change', async () => {
    const { snapshot, conflict } = await conflictOf('twenty', 'phone', ['+1 212 555 0100', '+1 415 555 2671']);
    await store.editLead(snapshot.twenty_id, { phone: '(415) 555-2671' });
    expect(await resolve(conflict, 'supabase')).toMatchObject({ conflict: { current_value: '+1 212 555 0100' } });
  });

  test('a field that changed in Twenty since is refused', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    await store.pull([{ ...snapshot, job_title: 'Newer' }]);
    await expect(resolve(conflict, 'supabase')).rejects.toMatchObject({
      message: expect.stringMatching(/"Newer"/) as string,
    });
  });

  test('another field that changed since does not matter', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    await store.editLead(snapshot.twenty_id, { first_name: 'Augusta' });
    expect(await resolve(conflict, 'supabase')).toMatchObject({ resolved: true });
    expect(await pushed(snapshot)).toEqual({ first_name: 'Augusta', job_title: 'Local' });
  });

  test('a later conflict of the same field takes the place of an open one', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    await store.editLead(snapshot.twenty_id, { job_title: 'Local 2' });
    await store.pull([{ ...snapshot, job_title: 'Remote 2' }]);
    expect((await list()).conflicts).toMatchObject([{ supabase_value: 'Local 2' }]);
    await expect(resolve(conflict, 'supabase')).rejects.toMatchObject({
      code: 'PT409',
      message: expect.stringContaining('superseded') as string,
    });
  });

  test('resolving again to the same is harmless, to another is refused', async () => {
    const { snapshot, conflict } = await conflictOf('twenty');
    await resolve(conflict, 'supabase');
    await store.editLead(snapshot.twenty_id, { job_title: 'Third' });
    expect(await resolve(conflict, 'supabase')).toMatchObject({ resolved: true });
    expect(await store.lead(snapshot.twenty_id)).toMatchObject({ job_title: 'Third' });
    await expect(resolve(conflict, 'twenty')).rejects.toMatchObject({ code: 'PT409' });
  });

  test('Supabase’s value of a field that only flows from Twenty is refused: it would be set back', async () => {
    await store.sql.query(`update lead_sync.field_mappings set direction = 'to_supabase' where lead_field = 'city'`);
    const ada = person({ city: 'Paris' });
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { city: 'Rome' });
    await store.pull([ada]);
    const [conflict] = (await list()).conflicts;
    await expect(resolve(conflict, 'supabase')).rejects.toMatchObject({
      code: 'PT409',
      hint: expect.stringContaining('direction') as string,
    });
    expect(await resolve(conflict, 'twenty')).toMatchObject({ resolved: true });
  });

  test.each([
    ['get_conflicts', { p_status: 'shut' }, 'open, resolved or all'],
    ['get_conflicts', { p_limit: 0 }, 'between 1 and 1,000'],
    ['resolve_conflict', { p_conflict_id: 1, p_take: 'both' }, 'twenty, supabase or neither'],
    ['resolve_conflict', { p_conflict_id: 1, p_take: 'twenty' }, 'no conflict 1'],
  ])('a malformed %s %j is refused with what is allowed', async (name, args, message) => {
    await expect(store.rpc(name, args)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining(message) as string,
    });
  });

  test('of a company are resolved together, its name and its domain', async () => {
    const acme = { company_name: 'Acme', company_domain: 'https://acme.com' };
    const globex = { company_name: 'Globex', company_domain: 'https://globex.com' };
    const before = person({ email: 'ada@example.com' });
    await store.pull([before]);
    await store.editLead(before.twenty_id, acme);
    await store.sql.query(`update lead_sync.field_mappings set policy = 'twenty_wins'`);
    await store.pull([{ ...before, ...globex }]);
    const { conflicts } = await list();

    await resolve(conflicts[0], 'supabase');

    expect(conflicts).toHaveLength(2);
    expect((await list()).conflicts).toEqual([]);
    expect(await store.lead(before.twenty_id)).toMatchObject(acme);
  });
});
