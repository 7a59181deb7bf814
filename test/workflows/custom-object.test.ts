import axios from 'axios';
import { useStage } from './stage';

/** The second has a digit in its name, which GraphQL then spells otherwise than REST: `b2Blead`. */
const OBJECTS = ['lead', 'b2blead'];

const stage = useStage();

beforeAll(async () => {
  const headers = { authorization: `Bearer ${stage.twenty.apiKey}` };
  for (const name of OBJECTS) {
    await axios.post(
      `${stage.twenty.url}/rest/metadata/objects`,
      { nameSingular: name, namePlural: `${name}s`, labelSingular: name, labelPlural: `${name}s`, icon: 'IconUser' },
      { headers },
    );
  }
});

/** Makes an object the synced one, with the mapping that the schema has for `lead`. */
async function syncObject(object: string): Promise<void> {
  await stage.database.query(
    `insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind, direction)
     select $1, lead_field, twenty_field, kind, direction from lead_sync.field_mappings where object = 'lead'
     on conflict do nothing`,
    [object],
  );
  await stage.database.query('update lead_sync.settings set object = $1', [object]);
}

/** The set-up workflow, asked to prepare the custom object. */
const prepare = (object: string) =>
  stage.run('lead-sync-setup', {
    edit: (node) => {
      node('Prepare Twenty').parameters.object = { __rl: true, mode: 'name', value: object };
    },
  });

describe('a custom object as the synced one', () => {
  it.each(OBJECTS)(
    '%s is prepared, filled from leads, read back, and kept equal by the same workflows',
    async (object) => {
      await syncObject(object);
      expect((await prepare(object)).status).toBe('success');
      const [inTwenty] = stage.twenty.store.insert(object, [
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
      expect(stage.twenty.store.get(object, ada.twenty_id ?? '')).toMatchObject({
        name: 'Ada',
        jobTitle: 'Countess',
        emails: { primaryEmail: 'ada@example.com' },
      });
      expect(stage.twenty.store.count('people')).toBe(0);

      stage.twenty.store.update(object, ada.twenty_id ?? '', { jobTitle: 'Mathematician' });
      await stage.database.query("update public.leads set last_name = 'King' where id = $1", [grace.id]);
      await stage.pull();
      await stage.push();
      expect((await stage.leads())[0].job_title).toBe('Mathematician');
      expect(stage.twenty.store.get(object, inTwenty)).toMatchObject({ lastName: 'King' });

      const before = [await stage.leads(), stage.twenty.store.list(object)];
      await stage.pull();
      await stage.push();
      expect([await stage.leads(), stage.twenty.store.list(object)]).toEqual(before);
    },
  );
});
