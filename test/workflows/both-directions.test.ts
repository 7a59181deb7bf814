import { useStage } from './stage';

const stage = useStage();

const writes = (): number =>
  Object.entries(stage.twenty.stats.byOperation)
    .filter(([operation]) => /^(create|update|delete|restore)/.test(operation))
    .reduce((sum, [, calls]) => sum + calls, 0);

describe('both workflows', () => {
  it('make both sides equal after edits on both, and write nothing more then', async () => {
    const grace = stage.addPerson('grace@example.com', 'Grace');
    await stage.addLeads({ email: ' ADA@example.com ', firstName: 'Ada' });
    await stage.pull();
    await stage.push();

    const [ada] = await stage.leads();
    stage.twenty.store.update('people', ada.twenty_id ?? '', { jobTitle: 'Mathematician' });
    await stage.database.query("update public.leads set job_title = 'Admiral' where email = 'grace@example.com'");
    await stage.pull();
    await stage.push();

    expect(stage.person(grace).jobTitle).toBe('Admiral');
    expect((await stage.leads()).map(({ job_title }) => job_title)).toEqual(['Mathematician', 'Admiral']);

    const before = await stage.leads();
    stage.twenty.stats.reset();
    await stage.pull();
    await stage.push();
    expect(writes()).toBe(0);
    expect(await stage.leads()).toEqual(before);
    expect((await stage.runs()).slice(-2).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('match a lead to the person with the same email instead of making another', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada', 'Countess');
    await stage.addLeads({ email: 'Ada@Example.com', firstName: 'Ada' });

    await stage.push();
    await stage.pull();

    const leads = await stage.leads();
    expect(leads).toHaveLength(1);
    expect(leads[0]).toMatchObject({ twenty_id: ada, job_title: 'Countess', sync_status: 'synced' });
    expect(stage.twenty.store.count('people')).toBe(1);
  });
});
