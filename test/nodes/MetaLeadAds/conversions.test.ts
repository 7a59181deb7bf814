import { MetaApi } from '../../../stand-ins/meta';
import { runNode } from './run-node';

describe('stages of leads, told to Meta', () => {
  let api: MetaApi;
  let baseUrl: string;
  let dataset: string;
  let form: string;

  beforeEach(async () => {
    api = new MetaApi();
    baseUrl = await api.listen();
    dataset = api.store.addDataset();
    form = api.store.addForm(api.store.addPage('Our page'), 'Newsletter');
  });
  afterEach(() => api.close());

  const send = (
    items: Array<{ external_id: string; lead_status: string; time?: string }>,
    { options, datasetId = dataset }: { options?: object; datasetId?: string | ((index: number) => string) } = {},
  ) =>
    runNode(
      api,
      baseUrl,
      {
        resource: 'conversion',
        operation: 'sendStage',
        datasetId,
        leadId: (index: number) => items[index].external_id,
        stage: (index: number) => items[index].lead_status,
        time: (index: number) => items[index].time ?? '',
        options: options ?? {},
      },
      { items, continueOnFail: true },
    );
  const newLead = () => api.store.addLead(form, {}).id;
  const told = () => api.store.datasets.get(dataset) ?? [];

  test('a stage is told with the lead’s ID, when it was reached, and an ID that a repeat has, too', async () => {
    const id = newLead();
    const time = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 60_000).toISOString();

    const [{ json }] = await send([{ external_id: id, lead_status: 'qualified', time }]);
    await send([{ external_id: id, lead_status: 'qualified' }]);

    expect(json).toEqual({ lead_id: id, stage: 'qualified', event_id: `${id}:qualified`, event_time: time });
    expect(told()[0]).toEqual({
      event_name: 'qualified',
      event_time: Date.parse(time) / 1_000,
      event_id: `${id}:qualified`,
      action_source: 'system_generated',
      user_data: { lead_id: id },
      custom_data: { event_source: 'crm', lead_event_source: 'Twenty' },
    });
    expect(told()[1].event_id).toBe(told()[0].event_id);
  });

  test('each stage goes to the dataset of its item', async () => {
    const datasets = [dataset, '', api.store.addDataset()];
    const items = datasets.map(() => ({ external_id: newLead(), lead_status: 'won' }));

    const outputs = await send(items, { datasetId: (index) => datasets[index] });

    expect(outputs[1].json).toMatchObject({ error: expect.stringContaining('Dataset ID') as string });
    for (const n of [0, 2])
      expect(api.store.datasets.get(datasets[n])).toMatchObject([{ user_data: { lead_id: items[n].external_id } }]);
  });

  test('1,001 stages are two calls', async () => {
    await send(Array.from({ length: 1_001 }, () => ({ external_id: newLead(), lead_status: 'won' })));

    expect(api.calls).toHaveLength(2);
    expect(new Set(told().map(({ event_id }) => event_id)).size).toBe(1_001);
  });

  test('what Meta does not take is told for its item, and all others are sent', async () => {
    const good = Array.from({ length: 9 }, () => ({ external_id: newLead(), lead_status: 'won' }));
    const late = { external_id: newLead(), lead_status: 'won', time: '2020-01-01T00:00:00Z' };
    const items = [...good.slice(0, 4), late, ...good.slice(4), { external_id: 'x', lead_status: 'won' }];

    const outputs = await send([...items, { external_id: newLead(), lead_status: '' }]);

    expect(told().map(({ user_data }) => user_data.lead_id)).toEqual(good.map(({ external_id }) => external_id));
    expect(outputs.map(({ pairedItem }) => pairedItem)).toEqual(outputs.map((_, item) => ({ item })));
    expect(outputs[4].json).toMatchObject({ error: expect.stringContaining('too far off') as string });
    expect(outputs[10].json).toMatchObject({ error: expect.stringContaining('Lead ID is "x"') as string });
    expect(outputs[11].json).toMatchObject({ error: expect.stringContaining('Stage is empty') as string });
  });

  test('a dataset that the token may not use is told for every item, in one call', async () => {
    const items = [newLead(), newLead()].map((external_id) => ({ external_id, lead_status: 'won' }));

    const outputs = await send(items, { datasetId: '1' });

    expect(outputs.map(({ json }) => (json.details as { kind: string }).kind)).toEqual(['missing', 'missing']);
    expect(api.calls).toEqual(['POST 1/events']);
  });

  test('IDs longer than JavaScript’s numbers keep their digits, and test events do not count', async () => {
    const id = '98765432109876543';
    api.store.leads.set(id, { ...api.store.addLead(form, {}), id });

    await send([{ external_id: id, lead_status: 'won' }], { options: { testCode: 'TEST1' } });
    expect(told()).toEqual([]);
    await send([{ external_id: id, lead_status: '"lead_id":"1"' }], { options: { eventId: 'own' } });

    expect(told()).toMatchObject([{ user_data: { lead_id: id }, event_name: '"lead_id":"1"', event_id: 'own' }]);
  });
});
