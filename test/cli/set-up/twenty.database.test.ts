import { prepareTwenty, checkRights } from '../../../cli/set-up/twenty';
import { connectTwenty } from '../../../cli/twenty/connect';
import { forgetObjects, readObject } from '../../../nodes/Twenty/transport/metadata';
import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';
import { OwnerDatabase } from '../../setup/owner-database';

let project: OwnerDatabase;
let twenty: TwentyDouble;

beforeAll(async () => {
  project = await OwnerDatabase.create('set_up_twenty');
  await project.applySchema();
});
afterAll(() => project.drop());
beforeEach(async () => {
  twenty = await startTwentyDouble({ rateLimit: false });
});
afterEach(() => twenty.close());

const client = (key = twenty.apiKey) => connectTwenty(twenty.url, key);

async function addField(name: string, type: string): Promise<void> {
  const { id } = await readObject(client(), 'person');
  const body = { objectMetadataId: id, name, label: name, type };
  expect(await client().metadata('POST', '/fields', body)).toMatchObject({ ok: true });
  forgetObjects(client());
}

describe('rights in Twenty', () => {
  it('are found out without changing anything', async () => {
    twenty.store.insert('person', [{ emails: { primaryEmail: 'ada@example.com' }, jobTitle: 'Countess' }]);
    const before = twenty.store.list('person');

    expect(await checkRights(project.url, client())).toMatchObject({ outcome: 'unchanged' });
    expect(twenty.store.list('person')).toEqual(before);
  });

  it('end the set-up where the role of the key may not write', async () => {
    const key = twenty.keys.issue({ readOnly: true });

    await expect(checkRights(project.url, client(key))).rejects.toMatchObject({
      message: 'The role of the API key lacks Edit Records, Delete Records on People.',
      nextStep: expect.stringMatching(/Settings › Roles/) as string,
    });
  });
});

describe('fields in Twenty', () => {
  it('are made once', async () => {
    expect(await prepareTwenty(project.url, client())).toMatchObject({
      outcome: 'done',
      detail: expect.stringMatching(/^made .*Lead Score/) as string,
    });
    expect(await prepareTwenty(project.url, client())).toEqual({ outcome: 'unchanged', detail: 'all are there' });
  });

  it('of our names with types that cannot hold our values end the set-up before anything is made', async () => {
    await addField('leadScore', 'TEXT');

    await expect(prepareTwenty(project.url, client())).rejects.toMatchObject({
      message: 'People in Twenty have the field leadScore as TEXT where the sync needs NUMBER.',
      nextStep: expect.stringMatching(/field_mappings/) as string,
    });
    forgetObjects(client());
    const { fields } = await readObject(client(), 'person');
    expect(fields.some(({ name }) => name === 'postalCode')).toBe(false);
  });

  it('are made as the mapping of this project wants them', async () => {
    await addField('leadScore', 'TEXT');
    await project.sql.query(
      "update lead_sync.field_mappings set twenty_field = 'score' where object = 'person' and lead_field = 'lead_score'",
    );

    expect(await prepareTwenty(project.url, client())).toMatchObject({
      detail: expect.stringMatching(/Score/) as string,
    });
    await project.sql.query(
      "update lead_sync.field_mappings set twenty_field = 'leadScore' where object = 'person' and lead_field = 'lead_score'",
    );
  });

  it('are found among 300 objects', async () => {
    for (let index = 0; index < 300; index += 1) {
      const names = { nameSingular: `thing${index}`, namePlural: `things${index}` };
      const body = { ...names, labelSingular: `Thing ${index}`, labelPlural: `Things ${index}` };
      expect(await client().metadata('POST', '/objects', body)).toMatchObject({ ok: true });
    }
    forgetObjects(client());

    expect(await prepareTwenty(project.url, client())).toMatchObject({ outcome: 'done' });
  });
});
