import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { LeadSyncTwentyApi } from '../../../../credentials/LeadSyncTwentyApi.credentials';
import { Twenty } from '../../../../nodes/Twenty/Twenty.node';
import { executeFunctions } from '../../../setup/execute-functions';
import { useWorkspace } from '../support/workspace';

const workspace = useWorkspace('prepared');

/** The context of a panel's request, with one object chosen. */
function panel(object = 'person', apiKey = workspace.double.apiKey): ILoadOptionsFunctions {
  const data = { url: workspace.double.url, apiKey, callsPerMinute: 1_000_000 };
  const { context } = executeFunctions({
    credentials: { leadSyncTwentyApi: { type: new LeadSyncTwentyApi(), data } },
  });
  return { ...context, getCurrentNodeParameter: () => object } as unknown as ILoadOptionsFunctions;
}

const { listSearch, loadOptions, resourceMapping } = new Twenty().methods;

describe('what the panel offers', () => {
  it('lists the objects of the workspace by their labels', async () => {
    const { results } = await listSearch.searchObjects.call(panel(), 'peRS');

    expect(results).toContainEqual({ name: 'Person', value: 'person' });
    expect(results.some(({ value }) => value === 'company')).toBe(false);
  });

  it('finds records by their title', async () => {
    const [company] = await workspace.create('company', [{ values: { name: 'Searched 100% GmbH' } }]);

    const { results } = await listSearch.searchRecords.call(panel('company'), '100%');

    expect(results).toEqual([{ name: 'Searched 100% GmbH', value: company.id }]);
  });

  it('offers composites part by part and leaves out what Twenty keeps itself', async () => {
    const { fields } = await resourceMapping.getRecordFields.call(panel());

    const ids = fields.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['id', 'name.firstName', 'emails.primaryEmail', 'companyId', 'leadScore']),
    );
    expect(ids).not.toContain('createdAt');
    expect(ids).not.toContain('searchVector');
    expect(fields.find(({ id }) => id === 'leadScore')?.type).toBe('number');
    expect(fields.find(({ id }) => id === 'emails.primaryEmail')?.canBeUsedToMatch).toBe(true);
  });

  it('offers the choices of a select field', async () => {
    const { fields } = await resourceMapping.getRecordFields.call(panel('opportunity'));

    const stage = fields.find(({ id }) => id === 'stage');
    expect(stage?.type).toBe('options');
    expect(stage?.options?.length).toBeGreaterThan(1);
  });

  it('offers fields to filter by, deletion included', async () => {
    const options = await loadOptions.getFilterFields.call(panel());

    const values = options.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['emails.primaryEmail', 'jobTitle', 'deletedAt']));
  });

  it('says what is wrong with the key', async () => {
    await expect(listSearch.searchObjects.call(panel('person', 'wrong'))).rejects.toThrow(
      'does not accept the API key',
    );
  });
});

describe('what the panel of a task offers', () => {
  it('finds members by name', async () => {
    const [tim] = workspace.double.store.insert('workspaceMember', [{ name: { firstName: 'Tim', lastName: 'Apple' } }]);

    const { results } = await listSearch.searchMembers.call(panel(), 'appl');

    expect(results).toEqual([{ name: 'Tim Apple', value: tim }]);
  });

  it('lists the statuses that a task can have', async () => {
    const statuses = await loadOptions.getTaskStatuses.call(panel());

    expect(statuses.map(({ value }) => value)).toEqual(['TODO', 'IN_PROGRESS', 'DONE']);
  });
});
