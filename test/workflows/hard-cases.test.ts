import { setSync, useStage } from './stage';

const stage = useStage();

const emailOf = (id: string): string => stage.person(id).email;
const deletedAt = (id: string): unknown => stage.twenty.store.get('people', id)?.deletedAt;

describe('e-mails swapped between leads', () => {
  it('are swapped in Twenty within one run', async () => {
    const [ada, grace] = stage.addPeople('ada', 'grace');
    await stage.pull();
    await stage.database.query(
      `update public.leads set email = case email when 'ada@example.com' then 'grace@example.com' else 'ada@example.com' end`,
    );

    await stage.push();

    expect([emailOf(ada), emailOf(grace)]).toEqual(['grace@example.com', 'ada@example.com']);
    expect((await stage.leads()).map(({ sync_status }) => sync_status)).toEqual(['synced', 'synced']);
  });

  it('end a run in which the two never meet in one batch, and are swapped by the next that has both', async () => {
    const [ada, grace] = stage.addPeople('ada', 'grace');
    await stage.pull();
    await stage.database.query(
      `update public.leads set email = case email when 'ada@example.com' then 'grace@example.com' else 'ada@example.com' end`,
    );

    await stage.push({ edit: setSync({ batchSize: 1 }) });
    expect([emailOf(ada), emailOf(grace)]).toEqual(['ada@example.com', 'grace@example.com']);
    await stage.push();

    expect([emailOf(ada), emailOf(grace)]).toEqual(['grace@example.com', 'ada@example.com']);
  });

  it('are swapped here when they were in Twenty', async () => {
    const [ada, grace] = stage.addPeople('ada', 'grace');
    await stage.pull();
    stage.twenty.store.update('people', ada, { emails: { primaryEmail: '', additionalEmails: [] } });
    stage.twenty.store.update('people', grace, { emails: { primaryEmail: 'ada@example.com', additionalEmails: [] } });
    stage.twenty.store.update('people', ada, { emails: { primaryEmail: 'grace@example.com', additionalEmails: [] } });

    await stage.pull();
    await stage.push();

    expect((await stage.leads()).map(({ twenty_id, email, sync_status }) => [twenty_id, email, sync_status])).toEqual([
      [grace, 'ada@example.com', 'synced'],
      [ada, 'grace@example.com', 'synced'],
    ]);
  });
});

describe('deletion', () => {
  it('stays where it is made when its mapping row is disabled', async () => {
    await stage.database.query("update lead_sync.field_mappings set enabled = false where lead_field = 'deleted'");
    const [ada, grace] = stage.addPeople('ada', 'grace');
    await stage.pull();
    stage.twenty.store.remove('people', ada);
    await stage.database.query("update public.leads set deleted_at = now() where email = 'grace@example.com'");
    await stage.database.query("update public.leads set job_title = 'Edited'");

    await stage.pull();
    await stage.push();

    expect(deletedAt(ada)).not.toBeNull();
    expect(deletedAt(grace)).toBeNull();
    expect((await stage.leads()).map((lead) => [lead.deleted_at === null, lead.sync_status])).toEqual([
      [true, 'synced'],
      [false, 'synced'],
    ]);
    expect(stage.person(grace).jobTitle).toBe('');

    stage.twenty.store.remove('people', ada, 'restore');
    await stage.pull();
    await stage.push();
    expect(stage.person(ada).jobTitle).toBe('Edited');
  });

  it.each(['destroy', 'delete'] as const)(
    'of a person (%s) and a restore of its lead bring the person back',
    async (how) => {
      const ada = stage.addPerson('ada@example.com', 'Ada', 'Countess');
      await stage.pull();
      stage.twenty.store.remove('people', ada, how);
      await stage.database.query(`update lead_sync.settings set absence_allowance = '0'`);
      for (let read = 0; read < 2; read += 1) {
        await stage.database.query("update public.leads set sync_status = 'pending'");
        await stage.push();
      }
      expect((await stage.leads())[0].deleted_at).not.toBeNull();

      await stage.database.query('update public.leads set deleted_at = null');
      await stage.push();

      expect(stage.person(ada)).toEqual({ firstName: 'Ada', jobTitle: 'Countess', email: 'ada@example.com' });
      expect(deletedAt(ada)).toBeNull();
      expect(await stage.leads()).toMatchObject([{ twenty_id: ada, sync_status: 'synced' }]);
      await stage.pull();
      expect(await stage.leads()).toHaveLength(1);
    },
  );
});

describe('an e-mail that only a deleted person has', () => {
  async function heldLead(): Promise<string> {
    const old = stage.addPerson('ada@example.com', 'Old');
    stage.twenty.store.remove('people', old);
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    await stage.push();
    expect((await stage.leads())[0]).toMatchObject({
      sync_status: 'error',
      sync_error_message: expect.stringContaining('tombstone') as string,
    });
    return old;
  }

  it('holds the lead until that person is restored', async () => {
    const old = await heldLead();

    stage.twenty.store.remove('people', old, 'restore');
    await stage.pull();
    await stage.push();

    expect(await stage.leads()).toMatchObject([{ twenty_id: old, sync_status: 'synced' }]);
    expect(stage.twenty.store.count('people')).toBe(1);
  });

  it('holds the lead until that person has another', async () => {
    const old = await heldLead();

    stage.twenty.store.update('people', old, { emails: { primaryEmail: 'old@example.com', additionalEmails: [] } });
    await stage.pull();
    await stage.push();

    const [lead] = await stage.leads();
    expect(lead.sync_status).toBe('synced');
    expect(emailOf(lead.twenty_id ?? '')).toBe('ada@example.com');
    expect(deletedAt(old)).not.toBeNull();
  });

  it('holds the lead until that person is destroyed and the lead replayed', async () => {
    const old = await heldLead();

    stage.twenty.store.remove('people', old, 'destroy');
    await stage.database.query("select public.replay_dead_letters(p_kind => 'held')");
    await stage.push();

    expect((await stage.leads())[0].sync_status).toBe('synced');
  });
});
