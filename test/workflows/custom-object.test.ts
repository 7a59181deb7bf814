import axios from 'axios';
import { Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  const headers = { authorization: `Bearer ${stage.twenty.apiKey}` };
  await axios.post(
    `${stage.twenty.url}/rest/metadata/objects`,
    { nameSingular: 'lead', namePlural: 'leads', labelSingular: 'Lead', labelPlural: 'Leads', icon: 'IconUser' },
    { headers },
  );
});
beforeEach(async () => {
  await stage.clear();
  await stage.database.query("update lead_sync.settings set object = 'lead'");
});
afterAll(async () => {
  await stage.close();
});

/** The set-up workflow, asked to prepare the custom object. */
const prepare = () =>
  stage.run('lead-sync-setup', {
    edit: (node) => {
      node('Prepare Twenty').parameters.object = { __rl: true, mode: 'name', value: 'lead' };
    },
  });

describe('a custom object as the synced one', () => {
  it('is prepared, filled from leads, read back, and kept equal by the same workflows', async () => {
    expect((await prepare()).status).toBe('success');
    const [inTwenty] = stage.twenty.store.insert('lead', [
      { name: 'Grace', lastName: 'Hopper', emails: { primaryEmail: 'grace@example.com' }, leadStatus: 'new' },
    ]);
    await stage.addLeads({ email: 'Ada@example.com', firstName: 'Ada', jobTitle: 'Countess' });

    await stage.pull();
    await stage.push();

    const [ada, grace] = await stage.leads();
    expect(grace).toMatchObject({
      twenty_id: inTwenty,
      first_name: 'Grace',
      lead_status: 'new',
      sync_status: 'synced',
    });
    expect(stage.twenty.store.get('lead', ada.twenty_id ?? '')).toMatchObject({
      name: 'Ada',
      jobTitle: 'Countess',
      emails: { primaryEmail: 'ada@example.com' },
    });
    expect(stage.twenty.store.count('people')).toBe(0);

    stage.twenty.store.update('lead', ada.twenty_id ?? '', { jobTitle: 'Mathematician' });
    await stage.database.query("update public.leads set last_name = 'King' where id = $1", [grace.id]);
    await stage.pull();
    await stage.push();
    expect((await stage.leads())[0].job_title).toBe('Mathematician');
    expect(stage.twenty.store.get('lead', inTwenty)).toMatchObject({ lastName: 'King' });

    const before = [await stage.leads(), stage.twenty.store.list('lead')];
    await stage.pull();
    await stage.push();
    expect([await stage.leads(), stage.twenty.store.list('lead')]).toEqual(before);
  });
});
