import { Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

describe('a sync workflow that another workflow calls', () => {
  it('takes a whole run, each way', async () => {
    stage.addPerson('ada@example.com', 'Ada');
    await stage.addLeads({ email: 'grace@example.com', firstName: 'Grace' });

    const pull = await stage.pull({ from: 'When called' });
    const push = await stage.push({ from: 'When called' });

    expect([pull.status, push.status]).toEqual(['success', 'success']);
    expect((await stage.runs()).map(({ direction, status, trigger }) => [direction, status, trigger])).toEqual([
      ['twenty_to_supabase', 'succeeded', 'manual'],
      ['supabase_to_twenty', 'succeeded', 'manual'],
    ]);
    expect((await stage.leads()).map(({ email, sync_status }) => [email, sync_status])).toEqual([
      ['ada@example.com', 'synced'],
      ['grace@example.com', 'synced'],
    ]);
  });
});
