import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { connectDatabase } from '../setup/database';
import { Activities, link, note } from './activities';
import { Scoring } from './scoring';
import { isWaitedFor, person, useStore, type Json } from './store';

/** Two transactions of which neither sees what the other one does. */
describe('side by side', () => {
  const store = useStore();
  const scoring = new Scoring(store);
  let other: Client;
  beforeEach(async () => {
    other = await connectDatabase();
    await other.query('begin');
  });
  afterEach(() => other.end());

  /** What waits for the other transaction, which then ends. */
  async function waits<T>(work: Promise<T>): Promise<T> {
    await isWaitedFor(other);
    await other.query('commit');
    return await work;
  }

  test('an activity that is stored while its lead is scored has it scored anew', async () => {
    const { lead, noteOn, save } = new Activities(store);
    await store.sql.query('truncate public.lead_scoring_rules, public.lead_scoring_groups');
    await scoring.insert('lead_scoring_groups', { rule_group: 'timing' });
    await scoring.busy();
    await scoring.publish();
    const { id, person: of } = await lead();
    await noteOn(of);
    const second = note();
    await save('note', [second]);

    await other.query('select public.calculate_lead_scores()');
    await waits(save('noteTarget', [link(second, { person_id: of })]));

    expect((await scoring.numbers(id)).score).toBe(0);
    await store.rpc('calculate_lead_scores');
    expect((await scoring.numbers(id)).score).toBe(10);
  });

  test('a sales rep who comes while leads are assigned gets the one that nobody fitted', async () => {
    const rep = (name: string, conditions: Json[] | null): Promise<Json[]> =>
      store.rows('insert into public.sales_reps (member_id, name, conditions) values ($1, $2, $3)', [
        randomUUID(),
        name,
        conditions && JSON.stringify(conditions),
      ]);
    await rep('Dora', [{ attribute: 'country_code', operator: 'in', value: ['de'] }]);
    await store.rpc('upsert_leads', {
      p_leads: [{ email: 'ada@example.com', country: 'France', touch: { external_id: '1' } }],
      p_source: 'web',
    });

    await other.query('select public.claim_lead_news()');
    await waits(rep('Ann', null));
    await store.rpc('claim_lead_news');

    expect(
      await store.rows(
        'select r.name from public.lead_assignments as a left join public.sales_reps as r using (member_id)',
      ),
    ).toEqual([{ name: 'Ann' }]);
  });

  test('two segments that are made at once both count', async () => {
    await other.query(
      `insert into public.customer_segments (segment_name, criteria) values ('A', '[{"attribute": "job_title", "operator": "is_set"}]')`,
    );
    await waits(scoring.segment('B', { criteria: [{ attribute: 'country_code', operator: 'equals', value: 'fr' }] }));

    const chief = await store.addLead({ email: 'ada@example.com', job_title: 'CEO' });
    await store.rpc('classify_lead_segments');
    expect((await scoring.segmentOf(chief)).segment_id).not.toBeNull();
  });

  test('a lead whose segment AI chooses by the rules of before is scored once more by those published meanwhile', async () => {
    await scoring.segment('A', { criteria: [{ attribute: 'job_title', operator: 'is_set' }] });
    const lead = await store.addLead({ email: 'ada@acme.com' });
    await store.sql.query(`update public.lead_scoring_rules set enabled = rule_key = 'email_corporate'`);
    await scoring.publish();
    await store.rpc('calculate_lead_scores');

    await other.query('select from public.leads where id = $1 for update', [lead]);
    const applied = store.rpc('apply_ai_segments', { p_results: [{ lead_id: lead, segment: 'A', confidence: 0.5 }] });
    await isWaitedFor(other);
    await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);
    await scoring.publish();
    await other.query('select public.calculate_lead_scores()');
    await other.query('commit');
    await applied;
    await store.rpc('calculate_lead_scores');

    expect((await scoring.numbers(lead)).score).toBe(12);
  });

  describe('an approval', () => {
    const open = async (): Promise<Array<{ id: number; leads: number }>> =>
      (await store.rpc<{ approvals: Array<{ id: number; leads: number }> }>('get_approvals', { p_status: 'open' }))
        .approvals;
    const ask = (client: Pick<Client, 'query'>, people: Json[]): Promise<unknown> =>
      client.query(`select lead_sync.note_asked('twenty', $1, null, clock_timestamp())`, [
        JSON.stringify(
          people.map(({ twenty_id }) => ({
            kind: 'deletions',
            lead_id: twenty_id,
            twenty_id,
            change: { deleted: true },
          })),
        ),
      ]);
    let people: Json[];
    beforeEach(async () => {
      people = [person({ email: 'ada@example.com' }), person({ email: 'grace@example.com' })];
      await store.pull(people);
      const ids = await store.rows('select id, twenty_id from public.leads');
      people = people.map(({ twenty_id }) => ({ twenty_id: ids.find((row) => row.twenty_id === twenty_id)?.id }));
      await ask(store.sql, people.slice(0, 1));
    });

    test('is not decided while one of its leads is asked about anew', async () => {
      const [{ id, leads }] = await open();
      await ask(other, people.slice(0, 1));

      expect(await waits(store.rpc('decide_approval', { p_id: id, p_yes: true, p_leads: leads }))).toMatchObject({
        decision: 'yes',
      });
    });

    test('that is decided meanwhile is not added to: another one is opened', async () => {
      const [{ id }] = await open();
      await other.query('select public.decide_approval($1, true)', [id]);
      await waits(ask(store.sql, people.slice(1)));

      expect(await open()).toMatchObject([{ leads: 1 }]);
      expect((await open())[0].id).not.toBe(id);
    });
  });
});
