import { getAllIds, getIdsPage, type IdsPage, type TimedId } from '../../../../nodes/Twenty/leads/get-ids';
import { mutateRecords } from '../../../../nodes/Twenty/records/mutate-records';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { useWorkspace } from '../support/workspace';

const workspace = useWorkspace();
let created: string[];

beforeAll(async () => {
  const people = Array.from({ length: 12 }, (_, n) => ({ values: { emails: { primaryEmail: `p${n}@x.test` } } }));
  created = (await workspace.create('person', people)).map(({ id }) => id).sort();
});

async function pages(pageSize: number): Promise<IdsPage[]> {
  const client = workspace.client();
  const object = await readObject(client, 'person');
  const all: IdsPage[] = [];
  for (let position: string | null = null; ;) {
    const page = await getIdsPage(client, object, { position, pageSize });
    all.push(page);
    if (!page.page.has_next) return all;
    ({ position } = page.page);
  }
}

const ids = (records: TimedId[]): string[] => records.map(([id]) => id);

describe('reading ids', () => {
  it('gives every record once, in order of id over all pages, one call a page', async () => {
    const read = await pages(5);

    const all = read.flatMap(({ records }) => ids(records));
    expect(all).toEqual([...all].sort());
    expect(all.filter((id) => created.includes(id))).toEqual(created);
    expect(read.every(({ calls }) => calls === 1)).toBe(true);
    expect(read[1].page.after).toBe(read[0].page.position);
  });

  it('gives the times of live and deleted records', async () => {
    const client = workspace.client();
    const object = await readObject(client, 'person');
    await mutateRecords(client, 'delete', object, [created[0]], 200);

    const [{ records }] = await pages(5_000);

    const [, createdAt, updatedAt, deletedAt] = records.find(([id]) => id === created[0]) ?? [];
    expect([createdAt, updatedAt, deletedAt].map((time) => Date.parse(time ?? ''))).not.toContain(NaN);
    expect(records.find(([id]) => id === created[1])?.[3]).toBeNull();
  });

  it('reads all pages as one list', async () => {
    const client = workspace.client();
    const all: string[] = [];

    for await (const records of getAllIds(client, await readObject(client, 'person'), 5)) all.push(...ids(records));

    expect(all).toEqual((await pages(5_000)).flatMap(({ records }) => ids(records)));
  });
});

describe('the operation Get IDs', () => {
  const GET_IDS = { resource: 'lead', operation: 'getIds', object: 'person' };

  it('gives an item for each lead', async () => {
    const { items } = await workspace.run({ parameters: { ...GET_IDS, output: 'leads', pageSize: 5 } });

    expect(items.map(({ json }) => json.twenty_id)).toEqual(expect.arrayContaining(created));
    expect(Object.keys(items[0].json)).toEqual([
      'twenty_id',
      'twenty_created_at',
      'twenty_updated_at',
      'twenty_deleted_at',
    ]);
  });

  it('gives one page as one item, read on from a position', async () => {
    const parameters = { ...GET_IDS, output: 'pages', pageSize: 5 };
    const [first] = (await workspace.run({ parameters })).items;
    const { position } = first.json.page as IdsPage['page'];

    const { items } = await workspace.run({ parameters: { ...parameters, position } });

    expect(items).toHaveLength(1);
    expect(items[0].json).toMatchObject({ page: { after: position }, calls: 1 });
    expect(ids(items[0].json.records as TimedId[])).not.toEqual(ids(first.json.records as TimedId[]));
  });
});
