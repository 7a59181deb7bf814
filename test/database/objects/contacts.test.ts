import { person, useStore, written } from '../store';
import { ObjectRuns, aUuid, deal, edited } from './opportunities';

describe('opportunities and the people they hang on', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);

  test('an opportunity of a person who is a lead hangs on that lead; a move there moves it here', async () => {
    const [ada, bob] = [await store.linked(), await store.linked()];
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, contact_id: null });

    const moved = edited(snapshot, { contact_id: bob.twenty_id });
    await deals.pull([moved]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: bob.twenty_id });

    await deals.pull([edited(moved, { contact_id: null })]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({
      lead_id: null,
      contact_id: null,
      sync_status: 'synced',
    });
  });

  test('one of a person who is not here yet keeps that id, and is linked when the lead arrives, without going out', async () => {
    const ada = person({ email: 'ada@example.com' });
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: null, contact_id: ada.twenty_id });

    await store.pull([ada]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({
      lead_id: ada.twenty_id,
      contact_id: null,
      sync_status: 'synced',
    });
    expect((await deals.push([snapshot])).claim.claimed).toBe(0);
  });

  test('it is linked as well when a lead of ours is found to be that person', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const snapshot = await deals.linked({ contact_id: aUuid() });
    await store.pull([person({ twenty_id: snapshot.contact_id, email: 'ada@example.com' })]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: id, contact_id: null, sync_status: 'synced' });
  });

  test('it is linked with the next run when both arrived at the same time, in transactions that did not see each other', async () => {
    const ada = person({ email: 'ada@example.com' });
    const snapshot = deal({ contact_id: ada.twenty_id });
    const { run } = await deals.start('twenty_to_supabase');
    await store.sql.query('begin');
    await store.sql.query("select public.upsert_leads($1, 'twenty', clock_timestamp(), $2)", [
      JSON.stringify([snapshot]),
      JSON.stringify(run),
    ]);
    await store.pull([ada]);
    await store.sql.query('commit');
    await store.rpc('finish_sync_run', { p_run: run });

    await deals.pull([]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, contact_id: null });
  });

  test('one whose lead has no person yet is not sent, says why, and follows once the lead is there', async () => {
    const leadId = await store.addLead({ email: 'ada@example.com' });
    const id = await deals.add({ name: 'Trial', lead_id: leadId });

    expect((await deals.push()).writes).toEqual([]);
    expect(await deals.row(id)).toMatchObject({
      sync_status: 'pending',
      sync_error_message: `waits for lead ${leadId}, which has no person in Twenty yet`,
      sync_error_count: 0,
    });
    const before = await deals.row(id);
    await store.sql.query('update lead_sync.lead_states set due_at = clock_timestamp() where lead_id = $1', [id]); // hours later
    expect((await deals.push()).claim.claimed).toBe(0);
    expect(await deals.row(id)).toEqual(before);

    await store.push();
    expect((await deals.push()).writes).toMatchObject([{ op: 'create', values: { contact_id: leadId } }]);
    expect(await deals.row(id)).toMatchObject({ sync_status: 'synced', sync_error_message: null });
  });

  test('one whose lead was deleted before it went out goes without it', async () => {
    const leadId = await store.addLead({ email: 'ada@example.com' });
    const id = await deals.add({ name: 'Trial', lead_id: leadId });
    await deals.push();

    await store.editLead(leadId, { deleted_at: new Date() });

    expect((await deals.push()).writes).toMatchObject([{ lead_id: id, op: 'create', values: { name: 'Trial' } }]);
  });

  test('a deletion does not wait for a lead', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, {
      lead_id: await store.addLead({ first_name: 'Bob' }),
      deleted_at: new Date(),
    });
    expect((await deals.push([snapshot])).writes).toMatchObject([{ op: 'delete' }]);
  });

  test('a person of another company, and a company nobody knows here, are as Twenty has them', async () => {
    const ada = await store.linked({ company_name: 'Acme', twenty_record: { companyId: aUuid() } });
    const snapshot = await deals.linked({ contact_id: ada.twenty_id, company_id: aUuid() });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({
      lead_id: ada.twenty_id,
      company_id: snapshot.company_id,
      sync_status: 'synced',
    });
  });

  test('a contact destroyed in Twenty leaves the deal with its lead here, and nobody calls that an edit', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    // the link vanishes without updatedAt, and is read before anybody misses the person
    expect((await deals.pull([{ ...snapshot, contact_id: null }])).counts).toMatchObject({ unchanged: 1 });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id });

    await store.pull([{ twenty_id: ada.twenty_id, absent: true }]);
    await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await store.pull([{ twenty_id: ada.twenty_id, absent: true }]);
    expect((await store.lead(ada.twenty_id)).deleted_at).not.toBeNull();

    await deals.pull([{ ...snapshot, contact_id: null }]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'synced' });
    expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
    expect((await deals.push([{ ...snapshot, contact_id: null }])).writes).toEqual([]);
  });

  /** Two reads that miss a person, far enough apart. */
  const missed = async (twenty_id: string): Promise<void> => {
    await store.pull([{ twenty_id, absent: true }]);
    await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await store.pull([{ twenty_id, absent: true }]);
  };

  test('where deletions stay in Twenty, an edit of a deal whose person was destroyed goes out without them', async () => {
    await store.sql.query(
      "update lead_sync.field_mappings set enabled = false where object = 'person' and lead_field = 'deleted'",
    );
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await missed(ada.twenty_id);
    expect((await store.lead(ada.twenty_id)).deleted_at).toBeNull();

    await deals.edit(snapshot.twenty_id, { name: 'Pads' });
    const { writes } = await deals.push([{ ...snapshot, contact_id: null }]);

    expect(writes.map(({ values }) => values)).toEqual([{ name: 'Pads' }]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'synced' });
  });

  test('an edit of a deal waits for the person who is made again by a restore of the lead', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await missed(ada.twenty_id);
    await store.editLead(ada.twenty_id, { deleted_at: null });
    await deals.edit(snapshot.twenty_id, { name: 'Pads' });

    const without = { ...snapshot, contact_id: null };
    expect((await deals.push([without])).writes).toEqual([]);
    await store.push([{ twenty_id: ada.twenty_id, absent: true } as never]);

    const { writes } = await deals.push([without]);
    expect(writes.map(({ values }) => values)).toEqual([{ name: 'Pads', contact_id: ada.twenty_id }]);
  });

  test('a lead that is removed here, and its person with it, leaves the deal its person', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });

    await store.editLead(ada.twenty_id, { deleted_at: new Date() });
    expect((await store.push([ada])).writes).toMatchObject([{ op: 'delete' }]);
    await store.pull([{ ...ada, twenty_deleted_at: new Date().toISOString() }]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'synced' });
    await deals.edit(snapshot.twenty_id, { name: 'Pads' });
    const { writes } = await deals.push([snapshot]);
    expect(writes.map(({ values }) => values)).toEqual([{ name: 'Pads' }]);
  });

  test.each([
    ['the deal was synced without them meanwhile', true],
    ['nobody looked at the deal meanwhile', false],
  ])('a person destroyed and made again by restoring the lead is put back into the deal; %s', async (_, isSynced) => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    const without = { ...snapshot, contact_id: null }; // Twenty took them out, without updatedAt
    await missed(ada.twenty_id);
    if (isSynced) expect((await deals.push([without])).writes).toEqual([]);

    await store.editLead(ada.twenty_id, { deleted_at: null });
    expect((await store.push([{ twenty_id: ada.twenty_id, absent: true } as never])).writes).toMatchObject([
      { op: 'create', twenty_id: ada.twenty_id },
    ]);

    const { writes } = await deals.push([without]);
    expect(writes.map(({ op, values }) => [op, values])).toEqual([['update', { contact_id: ada.twenty_id }]]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'synced' });
  });

  test.each([
    ['after they were missed', true],
    ['before anybody missed them', false],
  ])('a person destroyed and made again in Twenty is put back into the deal; %s', async (_, isMissed) => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    const now = new Date().toISOString();
    if (isMissed) await missed(ada.twenty_id);

    await store.pull([{ ...ada, twenty_created_at: now, twenty_updated_at: now }]);

    const { writes } = await deals.push([{ ...snapshot, contact_id: null }]);
    expect(writes.map(({ op, values }) => [op, values])).toEqual([['update', { contact_id: ada.twenty_id }]]);
  });

  test('a person made again is put back into a deal that was read before and is merged after', async () => {
    const ada = await store.linked();
    const readAt = await store.now();
    const now = new Date().toISOString();
    await store.pull([{ ...ada, twenty_created_at: now, twenty_updated_at: now }]);

    const snapshot = deal({ contact_id: ada.twenty_id });
    await deals.pull([snapshot], { p_read_started_at: readAt });

    const { writes } = await deals.push([{ ...snapshot, contact_id: null }]);
    expect(writes.map(({ op, values }) => [op, values])).toEqual([['update', { contact_id: ada.twenty_id }]]);
  });

  test('where Twenty has another contact in the deal by then, that one stays', async () => {
    const [ada, bob] = [await store.linked(), await store.linked()];
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await missed(ada.twenty_id);
    await store.editLead(ada.twenty_id, { deleted_at: null });
    await store.push([{ twenty_id: ada.twenty_id, absent: true } as never]);

    const moved = edited(snapshot, { contact_id: bob.twenty_id });
    expect((await deals.push([moved])).writes).toEqual([]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: bob.twenty_id, sync_status: 'synced' });
  });

  test('a person in the bin keeps the deal, there and here', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await store.pull([{ ...ada, twenty_deleted_at: '2026-02-01T00:00:00.000Z' }]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'synced' });
    expect((await deals.push([snapshot])).claim.claimed).toBe(0);
  });

  test('a lead whose row goes for good leaves its person to the deal, which is linked when that comes again', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });

    await store.sql.query('delete from public.leads');
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: null, contact_id: ada.twenty_id });
    expect((await deals.push([snapshot])).claim.claimed).toBe(0);

    await store.pull([ada]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, contact_id: null });
  });

  test('of a person who is forgotten nothing is left in the deal', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await store.rpc('forget_lead', { p_lead: ada.twenty_id });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: null, contact_id: null });
    expect(JSON.stringify(await store.state(snapshot.twenty_id))).not.toContain(ada.twenty_id);
  });

  test('a forgotten person whom Twenty still has is gone from the deal once they are destroyed there', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await store.rpc('forget_lead', { p_lead: ada.twenty_id });
    const read = edited(snapshot, { stage: 'PROPOSAL' });
    await deals.pull([read]);

    await store.rpc('confirm_forgotten', { p_record_ids: [ada.twenty_id] });
    await deals.pull([{ ...read, contact_id: null }]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ stage: 'PROPOSAL', lead_id: null, contact_id: null });
    expect(JSON.stringify(await store.state(snapshot.twenty_id))).not.toContain(ada.twenty_id);
  });

  test('a push of ours after their person was destroyed does not take the lead from a deal', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await deals.edit(snapshot.twenty_id, { stage: 'WON' });
    const vanished = { ...snapshot, contact_id: null };
    const begun = await deals.beginPush([vanished]);
    expect(begun.writes).toMatchObject([{ values: { stage: 'WON' } }]);
    const after = edited(vanished, { stage: 'WON' });
    await deals.complete(begun, [
      { ...written(begun.writes[0], { contact_id: null }), twenty_updated_at: after.twenty_updated_at },
    ]);
    await deals.finish(begun.run);

    await deals.pull([after]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'synced' });
  });

  test('of a lead whose person is gone nothing is left in its deals when its row goes, too', async () => {
    const ada = await store.linked();
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await store.pull([{ twenty_id: ada.twenty_id, absent: true }]);
    await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await store.pull([{ twenty_id: ada.twenty_id, absent: true }]);

    await store.sql.query('delete from public.leads');

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: null, contact_id: null });
  });

  test('people merged in Twenty: the deals of the lead that goes hang on the one that stays, and go out as such', async () => {
    const [ada, eve] = [await store.linked({ email: 'ada@a.com' }), await store.linked({ email: 'ada@b.com' })];
    const snapshot = await deals.linked({ contact_id: eve.twenty_id });
    const stays = { ...ada, twenty_updated_at: new Date().toISOString(), additional_emails: ['ada@b.com'] };
    await store.pull([stays, { twenty_id: eve.twenty_id, absent: true }]);
    await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await store.pull([{ twenty_id: eve.twenty_id, absent: true }]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, sync_status: 'pending' });

    // Twenty has moved it: agreed
    const moved = { ...snapshot, contact_id: ada.twenty_id };
    expect((await deals.push([moved])).writes).toEqual([]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ sync_status: 'synced' });
  });

  test('another lead chosen here goes out as its person; a lead that gets another person takes its deals along', async () => {
    const [ada, bob] = [await store.linked(), await store.linked()];
    const snapshot = await deals.linked({ contact_id: ada.twenty_id });
    await deals.edit(snapshot.twenty_id, { lead_id: bob.twenty_id });
    const begun = await deals.beginPush([snapshot]);
    expect(begun.writes).toMatchObject([{ op: 'update', values: { contact_id: bob.twenty_id } }]);
    await deals.complete(begun, [written(begun.writes[0])]);
    await deals.finish(begun.run);

    const other = aUuid();
    await store.editLead(bob.twenty_id, { twenty_id: other });
    const now = edited(snapshot, { contact_id: bob.twenty_id });
    expect((await deals.push([now])).writes).toMatchObject([{ op: 'update', values: { contact_id: other } }]);
  });

  test('an opportunity without a person is one all the same', async () => {
    const snapshot = deal({ name: null, amount: null, close_date: null });
    await deals.pull([snapshot]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ name: null, lead_id: null, sync_status: 'synced' });
  });
});
