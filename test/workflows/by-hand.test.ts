import { useStage } from './stage';

const stage = useStage();

const byHand = () =>
  stage.run('lead-sync-by-hand', {
    edit: (node) => {
      node('Get changed people from Twenty').parameters.pageSize = 2;
      node('Claim due leads').parameters.limit = 2;
    },
  });

describe('Lead sync by hand', () => {
  it('makes both sides equal with the steps that a sync consists of, page after page and claim after claim', async () => {
    stage.addPeople('a', 'b', 'c', 'd', 'e');
    await stage.addLeadsCalled('f', 'g', 'h');

    const run = await byHand();

    expect(run.status).toBe('success');
    expect(stage.twenty.store.count('people')).toBe(8);
    expect((await stage.leads()).map(({ sync_status }) => sync_status)).toEqual(Array(8).fill('synced'));
    expect(await stage.runs()).toMatchObject([
      { direction: 'twenty_to_supabase', status: 'succeeded', figures: { pages: 3, created: 5, twenty_calls: 3 } },
      { direction: 'supabase_to_twenty', status: 'succeeded', figures: { pushed_created: 3 } },
    ]);
  });

  it('writes nothing more when nothing changed', async () => {
    stage.addPerson('a@example.com', 'a');
    await stage.addLeads({ email: 'b@example.com', firstName: 'b' });
    await byHand();
    const before = [await stage.leads(), stage.twenty.store.list('people')];

    await byHand();

    expect([await stage.leads(), stage.twenty.store.list('people')]).toEqual(before);
  });

  it('pushes although a pull is active elsewhere', async () => {
    await stage.addLeads({ email: 'b@example.com', firstName: 'b' });
    await stage.database.query("select public.start_sync_run('twenty_to_supabase')");

    await byHand();

    expect(stage.twenty.store.count('people')).toBe(1);
  });
});
