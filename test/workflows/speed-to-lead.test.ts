import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { type StageRunOptions, useStage } from './stage';
import { withTelegram } from './telling';
import type { WorkflowRun } from './harness';

const stage = useStage();

beforeAll(async () => {
  await addOwnerField();
  expect((await stage.run('lead-sync-setup')).status).toBe('success');
});

/** A relation of the person with workspace members, as somebody makes it in the data model. */
async function addOwnerField(): Promise<void> {
  const http = axios.create({
    baseURL: stage.twenty.url,
    headers: { Authorization: `Bearer ${stage.twenty.apiKey}` },
  });
  const { data } = await http.get<{ data: { objects: Array<{ id: string; nameSingular: string }> } }>(
    '/rest/metadata/objects?limit=1000',
  );
  const objectId = (name: string) => data.data.objects.find(({ nameSingular }) => nameSingular === name)?.id;
  await http.post('/rest/metadata/fields', {
    objectMetadataId: objectId('person'),
    name: 'owner',
    label: 'Owner',
    type: 'RELATION',
    relationCreationPayload: {
      type: 'MANY_TO_ONE',
      targetObjectMetadataId: objectId('workspaceMember'),
      targetFieldLabel: 'Owned people',
      targetFieldIcon: 'IconUser',
    },
  });
}

/** A workspace member who takes leads. */
async function addRep(name: string): Promise<string> {
  const [member] = stage.twenty.store.insert('workspaceMember', [{ name: { firstName: name, lastName: 'Rep' } }]);
  await stage.database.query('insert into public.sales_reps (member_id, name) values ($1, $2)', [member, name]);
  return member;
}

/** A lead that a form brings. */
async function arrive(values: Record<string, unknown>, source = 'web'): Promise<void> {
  const lead = { ...values, touch: { external_id: randomUUID() } };
  await stage.database.query('select public.upsert_leads($1, $2)', [JSON.stringify([lead]), source]);
}

const runFrom = (from: string, options: StageRunOptions): Promise<WorkflowRun> =>
  stage.run('lead-sync-speed-to-lead', { from, edit: withTelegram, ...options });

/** A minute: what there is to tell, then what there is to write to Twenty; the one that failed, or the last. */
async function run(options: StageRunOptions = {}): Promise<WorkflowRun> {
  const told = await runFrom('Every minute', options);
  const written = await runFrom('Every minute, to Twenty', options);
  return told.status === 'success' ? written : told;
}

const texts = (): string[] => stage.telegram.messages.map(({ text }) => text);
const assignments = async () => (await stage.database.query('select * from public.lead_assignments')).rows;

/** As if so many minutes had passed since the leads arrived. */
async function passTime(minutes: number): Promise<void> {
  await stage.database.query(`
    update public.lead_assignments set arrived_at = arrived_at - interval '${minutes} minutes', tried_at = tried_at - interval '${minutes} minutes';
    update lead_sync.lead_news set offered_until = offered_until - interval '${minutes} minutes'`);
}

const ADA = { email: 'ada@lumen.example', first_name: 'Ada', phone: '+49 30 123456' };

describe('Speed to lead', () => {
  it('tells a lead once, and makes the task of whoever got it as soon as its person is in Twenty', async () => {
    const ann = await addRep('Ann');
    await arrive(ADA);

    expect((await run()).status).toBe('success');
    expect(stage.twenty.store.list('task')).toEqual([]);
    await stage.push();
    for (let again = 0; again < 2; again++) expect((await run()).status).toBe('success');

    expect(texts()).toEqual([
      expect.stringMatching(
        /^🟢 <b>1 new lead<\/b>\n• <b>Ada<\/b>\n {2}web · (score \d+ · )?for <b>Ann<\/b>\n {2}<a href="tel:\+4930123456">/,
      ),
    ]);
    expect(stage.twenty.store.list('task')).toMatchObject([
      { title: 'Call Ada (new lead from web)', assigneeId: ann, status: 'TODO' },
    ]);
    const [{ id: person }] = stage.twenty.store.list('people');
    expect(stage.twenty.store.list('taskTarget')).toMatchObject([{ targetPersonId: person }]);
  });

  it('does nothing without sales reps, and calls Twenty for nothing', async () => {
    await arrive(ADA);
    stage.twenty.stats.reset();

    expect((await run()).status).toBe('success');

    expect(texts()).toEqual([]);
    expect(stage.twenty.stats.requests).toBe(0);
  });

  it('escalates a lead that nobody responded to, and not one whose task somebody has begun', async () => {
    await addRep('Ann');
    await arrive(ADA);
    await arrive({ email: 'ben@orbit.example', first_name: 'Ben' });
    await stage.push();
    await run();
    stage.telegram.messages.length = 0;
    const begun = stage.twenty.store.list('task').find(({ title }) => String(title).includes('Ben'));
    stage.twenty.store.update('task', String(begun?.id), { status: 'IN_PROGRESS' });

    await passTime(14);
    await run();
    await passTime(2);
    await run();
    await run();

    expect(texts()).toEqual([
      expect.stringMatching(/^🔴 <b>1 lead without a response<\/b>\n• <b>Ada<\/b>\n[^]*waiting for 1\d min/),
    ]);
  });

  it('tells again what Telegram did not take, and says so', async () => {
    await addRep('Ann');
    await arrive(ADA);
    stage.telegram.refusals.push({ status: 400, description: 'Bad Request: chat not found' });

    const refused = await run();
    await passTime(3);
    const taken = await run();

    expect(refused.error).toMatch(
      /^The lead was not told by Telegram \(.*chat not found\)\. It will be told by a later run\./,
    );
    expect(taken.status).toBe('success');
    expect(texts()).toHaveLength(1);
  });

  it('makes the other tasks when Twenty refuses one, and tries that one again', async () => {
    await addRep('Ann');
    await arrive(ADA);
    await arrive({ email: 'gone@orbit.example', first_name: 'Gone' });
    await stage.push();
    const gone = stage.twenty.store.list('people').find(({ name }) => JSON.stringify(name).includes('Gone'));
    stage.twenty.store.remove('people', String(gone?.id), 'destroy');

    const failed = await run();
    const soon = await run();

    expect(failed.error).toMatch(
      /^1 of 2 assignments could not be written to Twenty\. The first reason: .*there is no person/,
    );
    expect(soon.status).toBe('success');
    expect(stage.twenty.store.list('task')).toHaveLength(1);
    expect((await assignments()).map(({ in_twenty_at }) => in_twenty_at !== null).sort()).toEqual([false, true]);
  });

  it('makes one task when the answer to its create is lost', async () => {
    await addRep('Ann');
    await arrive(ADA);
    await stage.push();
    stage.twenty.faults.push({ kind: 'drop-response-after-effect', match: { operation: 'createTasks' }, times: 1 });

    await run();
    await passTime(6);
    await run();

    expect(stage.twenty.store.list('task')).toHaveLength(1);
    expect(await assignments()).toMatchObject([{ in_twenty_at: expect.any(Date) as Date, error: null }]);
  });

  it('writes the owner of the record where a field is named, and says when Twenty lacks it', async () => {
    const ann = await addRep('Ann');
    await arrive(ADA);
    await stage.push();
    await stage.database.query("update lead_sync.assignment_settings set owner_field = 'keeper'");

    const lacking = await run();
    expect(lacking.error).toContain('Twenty has no relation "keeper" from the person to one workspace member');

    await stage.database.query("update lead_sync.assignment_settings set owner_field = 'owner'");
    expect((await run()).status).toBe('success');
    expect(stage.twenty.store.list('people')).toMatchObject([{ ownerId: ann }]);
    expect(stage.twenty.store.list('task')).toEqual([]);
  });
});
